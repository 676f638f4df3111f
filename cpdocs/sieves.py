"""The sieves: what keeps a reader from a value, each a question to its gate, by name.

Visible is the intersection of the sieves (decision 1): the field's label, the allow-list of contact details, the
reader's relation to the children a text is about, the sessions they were kept out of, what their role bars, the
record's own audience, the people they aren't told of, and what a computed value rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from cpdocs.gates import NONE, Gate
from cpdocs.record import Record


class Reader(NamedTuple):
    """Someone a copy is for, as the sieves see them."""

    id: str
    sorts: frozenset[str]
    groups: frozenset[str]
    children: frozenset[str]
    out: frozenset[str]
    chair: bool
    guest: bool
    """A supporter, observer or the like: without a part in the plan they see only what all may see."""


class Surveyed(Protocol):
    """What a sieve may ask of the record beside the gate itself."""

    record: Record

    def known(self, who: Reader) -> frozenset[str]:
        """The people and children of whom a reader may see anything at all."""
        ...

    def hidden_sources(self, who: Reader) -> frozenset[str]:
        """The sources of computed values, paths and patterns, at or below which something is withheld from a reader."""
        ...


Sieve = Callable[[Gate, Reader, Surveyed], bool]
"""True when the gate keeps this reader out. It may hold the reader's id against those whom the gate names (`named`),
and against nothing else: readers who are alike but for their ids are asked about once."""


def by_label(gate: Gate, who: Reader, survey: Surveyed) -> bool:
    """The schema's label is a ceiling; a value without one is withheld from everyone."""
    if gate.label == "list":
        return False
    if gate.label == "family":
        return not who.sorts <= {"family", "child", "professional", "carer", "other"}
    if gate.label == "professional":
        return who.sorts != {"professional"}
    return gate.label != "subject"


def by_contact(gate: Gate, who: Reader, survey: Surveyed) -> bool:
    """Contact details, homes, schools, placements, workplaces and guarded names are an allow-list (decision 5)."""
    if gate.label != "subject" and gate.shown_to is None:
        return False
    return who.id != gate.owner and not _among(gate.shown_to or NONE, who)


def by_child(gate: Gate, who: Reader, survey: Surveyed) -> bool:
    """The reader must be entitled to every child a text is about (decision 2)."""
    named = {id for id in gate.about if id in survey.record.children}
    if not named <= who.children:
        return True
    return gate.about_any is not None and who.id != gate.owner and not gate.about_any & who.children


def by_session(gate: Gate, who: Reader, survey: Surveyed) -> bool:
    """What was discussed while a reader was kept out is not in their copy (C5)."""
    if gate.items & who.out:
        return True
    return bool(gate.only_items) and gate.only_items <= who.out


def by_retelling(gate: Gate, who: Reader, survey: Surveyed) -> bool:
    """Free text that doesn't say which items it retells is withheld from whoever was kept out (decision 4)."""
    return gate.retells and bool(who.out)


def by_role(gate: Gate, who: Reader, survey: Surveyed) -> bool:
    """A supporter, solicitor, observer, interpreter or minute-taker sees only what everyone may (KM-MIN-09)."""
    return who.guest and gate.label != "list"


def by_audience(gate: Gate, who: Reader, survey: Surveyed) -> bool:
    """The record's own audience narrows, and never widens."""
    return any(not _among(audience, who) for audience in gate.audiences)


def by_person(gate: Gate, who: Reader, survey: Surveyed) -> bool:
    """A mention of someone of whom the reader may see nothing is withheld with them; so is one of no one we know."""
    return bool(gate.person) and gate.person not in survey.known(who)


def by_source(gate: Gate, who: Reader, survey: Surveyed) -> bool:
    """A computed value goes with what it was computed from (decision 6)."""
    return bool(gate.sources) and not survey.hidden_sources(who).isdisjoint(gate.sources)


SIEVES: dict[str, Sieve] = {
    "label": by_label,
    "contact": by_contact,
    "child": by_child,
    "session": by_session,
    "retelling": by_retelling,
    "role": by_role,
    "audience": by_audience,
    "person": by_person,
    "source": by_source,
}
GROUNDS: Mapping[str, str] = {
    "label": "not for this kind of reader",
    "contact": "a contact detail, home, school or name shown only to those named",
    "child": "about a child this reader has no part in",
    "session": "said while this reader was out of the room",
    "retelling": "may retell what was said while this reader was out (no `from_items`)",
    "role": "not for someone in this role",
    "audience": "the record keeps it to others",
    "person": "about someone this reader isn't told of",
    "source": "worked out from something withheld",
}


def _among(named: frozenset[str], who: Reader) -> bool:
    return who.id in named or bool(named & who.groups)
