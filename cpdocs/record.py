"""What a Record is: who is who, who was there for what, and everything that was written, reached by its path.

Code types only the spine that it must understand to distribute and disclose: people, children, relations,
lists, items, exclusions. Everything else stays data, reached by `select("children[].decision.category")`.
A computed fact hangs beside what was written, under `facts`, with the paths it was computed from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from cpdocs import paths
from cpdocs.fields import Field
from cpdocs.finding import Acknowledgement, Finding, Kind, Related, Severity
from cpdocs.procedure import Procedure
from cpdocs.source import Tree

PROFESSIONALS = frozenset(("chair", "lead-worker", "social-worker", "manager", "professional"))
FAMILY = frozenset(("parent", "carer", "family"))
PARENTS = frozenset(("mother", "father", "parent", "step-parent", "guardian"))
CONFERENCES = frozenset(("initial", "pre-birth", "review", "transfer"))


def sort_of(role: str) -> str:
    """The class of reader that a role makes: professional, family, carer or other."""
    if role in PROFESSIONALS:
        return "professional"
    if role in FAMILY:
        return "family"
    return "carer" if role == "foster-carer" else "other"


class Person(NamedTuple):
    """Someone named in the record, a child included."""

    id: str
    name: str
    path: str
    role: str
    sort: str
    agency: str = ""
    agency_group: str = ""
    children: frozenset[str] | None = None
    data: Mapping[str, Any] = MappingProxyType({})
    subject: bool = False
    """Whether the conference is about this child."""


class Child(Person):
    """A child of the household."""

    __slots__ = ()


class Relation(NamedTuple):
    """What a person is to a child."""

    person: str
    child: str
    role: str
    path: str


class Item(NamedTuple):
    """A discussion item, or a confidential one; `present` names who stayed when it was closed."""

    id: str
    path: str
    closed: bool
    present: frozenset[str] | None


class Exclusion(NamedTuple):
    """A person kept out of the whole conference or of some items."""

    person: str
    full: bool
    items: frozenset[str]
    path: str


class _Record(NamedTuple):
    tree: Tree
    procedure: Procedure
    fields: Field
    data: Mapping[str, Any]
    people: Mapping[str, Person]
    children: Mapping[str, Child]
    relations: Sequence[Relation]
    items: Mapping[str, Item]
    exclusions: Sequence[Exclusion]
    sources: Mapping[str, tuple[str, ...]]
    today: date


class Record(_Record):
    """The resolved record. `data` is what was written, pruned of empties, with computed `facts` added."""

    @property
    def kind(self) -> str:
        """The kind of record: initial, pre-birth, review, transfer, ending-without-conference."""
        return text_of(self.data.get("kind"))

    @property
    def authority(self) -> Mapping[str, Any]:
        """The authority's file, or an empty mapping."""
        return self.procedure.authorities.get(text_of(self.data.get("authority")), {})

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """The ids of the children the conference is about, in order."""
        return tuple(child.id for child in self.children.values() if child.subject)

    @cached_property
    def acknowledgements(self) -> tuple[Acknowledgement, ...]:
        """The record's own answers to breaches."""
        return tuple(
            Acknowledgement(
                text_of(entry.get("rule")),
                text_of(entry.get("subject")),
                text_of(entry.get("who")),
                text_of(entry.get("date")),
                text_of(entry.get("reason")),
                self.tree.place(f"acknowledgements[{number}]"),
            )
            for number, entry in enumerate(self.rows("acknowledgements"))
        )

    def rows(self, key: str) -> list[Mapping[str, Any]]:
        """The entries of a top-level list that are mappings; a slip of form leaves an empty one."""
        found = self.data.get(key)
        return [row if isinstance(row, Mapping) else {} for row in found] if isinstance(found, list) else []

    def who(self, id: str) -> Person | None:
        """The person or child with an id."""
        return self.people.get(id)

    def name_of(self, id: str) -> str:
        """How to name a person in a message: their name, else their id."""
        person = self.people.get(id)
        return (person.name or person.id) if person else id

    def list_of(self, key: str) -> list[str]:
        """The ids on a list of people: `invited`, `attended`."""
        return [text_of(row.get("person")) for row in self.rows(key) if row.get("person")]

    def relations_of(self, person: str) -> list[Relation]:
        """What a person is to each child."""
        return [relation for relation in self.relations if relation.person == person]

    def parents_of(self, child: str) -> list[str]:
        """The people who count as this child's parents."""
        return [r.person for r in self.relations if r.child == child and r.role in PARENTS]

    def get(self, path: str) -> Any:
        """The value at a concrete path, or None."""
        here: Any = self.data
        for step in paths.split(path):
            if isinstance(step, int):
                here = here[step] if isinstance(here, list) and step < len(here) else None
            else:
                here = here.get(step) if isinstance(here, dict) else None
            if here is None:
                return None
        return here

    def select(self, pattern: str, base: str = "") -> Iterator[tuple[str, Any]]:
        """Every written value that a pattern reaches, with its path. `record.x` starts at the top again."""
        if pattern.startswith("record."):
            pattern, base = pattern.removeprefix("record."), ""
        start = self.get(base) if base else self.data
        if pattern == "":
            if start is not None:
                yield base, start
            return
        yield from _select(start, paths.split(pattern), base)

    def holds(self, when: Mapping[str, Any], base: str = "") -> bool:
        """Whether a `when` holds for a row: every path has the value, one of the values, is present or absent."""
        for pattern, wanted in when.items():
            values = [plain(value) for _, value in self.select(pattern, base)]
            if wanted == "present":
                if not values:
                    return False
            elif wanted == "absent":
                if values:
                    return False
            else:
                options = wanted if isinstance(wanted, list) else [wanted]
                if not any(value in options for value in values):
                    return False
        return True

    def date(self, path: str) -> date | None:
        """The date written at a path, or None if there is none or it isn't one."""
        return day_of(self.get(path))


def text_of(value: Any) -> str:
    """The words of a scalar or of a text with gates; empty if there are none."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        inner = value.get("text")
        return inner if isinstance(inner, str) else ""
    return ""


def plain(value: Any) -> Any:
    """A text with gates as its words, anything else as it is."""
    return text_of(value) if isinstance(value, dict) and isinstance(value.get("text"), str) else value


def mapping(value: Any) -> Mapping[str, Any]:
    """A mapping as it is, and an empty one for whatever else a slip of form left."""
    return value if isinstance(value, Mapping) else {}


def ids_in(value: Any) -> list[str]:
    """The ids of a list, or the one that stands in its place."""
    if isinstance(value, str):
        return [value]
    return [text_of(entry) for entry in value] if isinstance(value, list) else []


def yes_no(value: bool) -> str:
    """An answer as a record writes it."""
    return "yes" if value else "no"


def day_of(value: Any) -> date | None:
    """An ISO date, or None."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _select(here: Any, steps: tuple[paths.Step, ...], path: str) -> Iterator[tuple[str, Any]]:
    if not steps:
        if here is not None:
            yield path, here
        return
    step, rest = steps[0], steps[1:]
    if step is None:
        if isinstance(here, list):
            for number, entry in enumerate(here):
                yield from _select(entry, rest, f"{path}[{number}]")
    elif isinstance(step, int):
        if isinstance(here, list) and step < len(here):
            yield from _select(here[step], rest, f"{path}[{step}]")
    elif isinstance(here, dict) and step in here:
        yield from _select(here[step], rest, f"{path}.{step}" if path else step)


def fault(
    record_tree: Tree,
    rule: str,
    path: str,
    message: str,
    help: str,
    *,
    severity: Severity = "error",
    kind: Kind = "fault",
    title: str = "",
    related: tuple[Related, ...] = (),
    subject: str = "",
) -> Finding:
    """A finding about the file itself."""
    place = record_tree.place(path)
    return Finding(
        rule, severity, kind, message, place, title=title, help=help, related=related, subject=subject
    )
