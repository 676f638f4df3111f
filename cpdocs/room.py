"""Who took part in a conference, counted in agencies: a Record in, the groups that were there and the quorum out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cpdocs.record import CONFERENCES, Person, Record, text_of, yes_no
from cpdocs.reviews import Fact


def groups_present(record: Record, direct: bool = False) -> dict[str, list[str]]:
    """Agency groups among the practitioners who attended, each with its people.

    Family, chair, minute-taker, interpreter, advocate don't count, nor does whoever only wrote. With `direct`,
    only people with direct contact with a subject child count.
    """
    groups: dict[str, list[str]] = {}
    for id in in_the_room(record):
        person = record.people.get(id)
        if person is None or person.sort != "professional" or person.role == "chair":
            continue
        if not person.agency_group:
            continue
        contacts = record.select(f"{person.path}.direct_contact[].child")
        if direct and not any(text_of(child) in record.subjects for _, child in contacts):
            continue
        groups.setdefault(person.agency_group, []).append(id)
    return groups


def in_the_room(record: Record) -> list[str]:
    """Who took part themselves; a view sent in writing makes no quorum."""
    rows = record.rows("attended")
    return list(dict.fromkeys(text_of(row.get("person")) for row in rows if row.get("how") != "in-writing"))


def rows_of_practitioners(record: Record) -> tuple[str, ...]:
    """What a count of agencies rests on: who of the practitioners came, how, and from which agency group.

    Nothing else of the people or of the list counts: one telephone number that is withheld would hide the quorum.
    """
    rests: list[str] = []
    for number, row in enumerate(record.rows("attended")):
        person = record.people.get(text_of(row.get("person")))
        if person and person.sort == "professional" and person.role != "chair":
            at = f"attended[{number}]"
            rests += [f"{at}.person", f"{at}.how", f"{person.path}.role", f"{person.path}.agency_group"]
    return tuple(dict.fromkeys(rests)) or ("attended",)


def social_worker(person: Person) -> bool:
    """Whether this is a social worker of the authority that is responsible for the child."""
    roles = ("lead-worker", "social-worker", "manager")
    works = person.role in roles and person.agency_group == "social-care"
    return works and person.data.get("responsible_authority") != "no"


def quorum(
    record: Record, groups: Mapping[str, Any], direct: Mapping[str, Any], worker: bool
) -> Iterator[Fact]:
    """Whether the procedure's quorum was met. The numbers stand in its `quorum` block beside their clause."""
    asked = record.procedure.quorum
    if not asked or record.kind not in (asked.get("kinds") or CONFERENCES):
        return
    limits = record.procedure.limits

    def number(key: str) -> int | None:
        limit = limits.get(str(asked.get(key, "")))
        return limit.number if limit else None

    counted: Iterable[str] = direct if asked.get("direct_contact") == "yes" else groups
    if asked.get("besides_social_care") == "yes":
        counted = [group for group in counted if group != "social-care"]
    enough, least = number("groups"), number("groups_by_discretion")
    if enough is None:
        return
    count, base = len(list(counted)), asked.get("social_worker") != "yes" or worker
    given = record.get("conference.quorum")
    discretion = isinstance(given, Mapping) and given.get("chair_discretion") == "yes"
    by_discretion = base and count < enough and least is not None and count >= least and discretion
    rests = (*rows_of_practitioners(record), "conference.quorum.chair_discretion")
    yield "quorate", yes_no(base and (count >= enough or by_discretion)), rests
    yield "quorum_by_discretion", yes_no(by_discretion), rests
