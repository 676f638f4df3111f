"""Who lives with whom, as far as a record says it: a Record in, everyone's homes out.

A household or an address makes a home. A child of whom neither is written lives where those live who are said to
live with them; that can be in more than one home, and two homes are never made one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cpdocs.record import Person, Record, text_of

Home = tuple[str, str]
"""What tells one home from another, and is never printed: a household, an address, or with whom someone lives."""
Homes = Mapping[str, frozenset[Home]]
"""The homes of each person of whom the record says where, or with whom, they live."""


def homes(record: Record) -> Homes:
    """The homes of everyone of whom the record says where, or with whom, they live."""
    written = {id: (text_of(person.data.get("household")), _address(person)) for id, person in record.people.items()}
    households: dict[str, str] = {}  # by address, where anyone who lives there has a word for it
    for household, address in written.values():
        if household and address:
            households.setdefault(address, household)
    own: dict[str, frozenset[Home]] = {}
    for id, (household, address) in written.items():
        if household := household or households.get(address, ""):
            own[id] = frozenset({("household", household)})
        elif address:
            own[id] = frozenset({("address", address)})
    found = dict(own)
    for relation in record.relations:
        if relation.child not in own and record.get(f"{relation.path}.lives_with") == "yes":
            of_adult = own.get(relation.person, frozenset({("with", relation.person)}))
            found[relation.person] = of_adult
            found[relation.child] = found.get(relation.child, frozenset()) | of_adult
    return found


def live_together(found: Homes, one: str, other: str) -> bool:
    """Whether two people share a home."""
    return bool(found.get(one, frozenset()) & found.get(other, frozenset()))


def told(record: Record, readers: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Each thing to say of where people live with the people it is true of: of readers, and of the whole family.

    One home of several is said apart from every other; those who live alone, between two homes or nobody knows where
    are said together.
    """
    found = homes(record)
    shared: dict[Home, list[str]] = {}
    between: list[str] = []
    unknown: list[str] = []
    for person in record.people.values():
        if person.sort not in ("family", "carer", "child"):
            continue
        own = found.get(person.id, frozenset())
        if len(own) == 1:
            shared.setdefault(next(iter(own)), []).append(person.id)
        elif own:
            between.append(person.id)
        elif person.id in readers or person.sort == "child":
            unknown.append(person.id)
    alone = [ids[0] for (kind, _), ids in shared.items() if len(ids) == 1 and kind != "with"]
    unknown += [ids[0] for (kind, _), ids in shared.items() if len(ids) == 1 and kind == "with"]
    rows = [
        *(("One home", ids) for ids in shared.values() if len(ids) > 1),
        ("Each at an address of their own", alone),
        ("With more than one of these adults", between),
        ("Nothing is recorded of where they live", unknown),
    ]
    return [(said, ids) for said, ids in rows if ids]


def comparable(address: str) -> str:
    """An address so that two spellings of it can be compared. Its words stay words: 1, 23 is not 12, 3."""
    return " ".join(re.findall(r"\w+", address.casefold()))


def _address(person: Person) -> str:
    """Where someone lives, in comparable form; empty if it isn't recorded."""
    given = (person.data.get("home"), (person.data.get("contact") or {}).get("address"))
    return next((comparable(text) for at in given if (text := text_of(at))), "")
