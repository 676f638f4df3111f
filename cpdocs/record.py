"""A Tree and its Procedure in, a Record out: who is who, who was there for what, and the facts that follow.

Code types only the spine that it must understand to distribute and disclose: people, children, relations,
lists, items, exclusions. Everything else stays data, reached by `select("children[].decision.category")`.
A computed fact hangs beside what was written, under `facts`, with the paths it was computed from.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from cpdocs import paths
from cpdocs.fields import GATES, Field
from cpdocs.finding import Acknowledgement, Finding, Kind, Place, Related, RuleText, Severity
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


@dataclass(frozen=True)
class Person:
    """Someone named in the record, a child included."""

    id: str
    name: str
    path: str
    role: str
    sort: str
    agency: str = ""
    agency_group: str = ""
    children: frozenset[str] | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Child(Person):
    """A child of the household; `subject` if the conference is about this child."""

    subject: bool = False
    number: int = 0


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


@dataclass(frozen=True)
class Record:
    """The resolved record. `data` is what was written, pruned of empties, with computed `facts` added."""

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
                here = here.get(step) if isinstance(here, Mapping) else None
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
    if isinstance(value, Mapping):
        inner = value.get("text")
        return inner if isinstance(inner, str) else ""
    return ""


def plain(value: Any) -> Any:
    """A text with gates as its words, anything else as it is."""
    return text_of(value) if isinstance(value, Mapping) and isinstance(value.get("text"), str) else value


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
    elif isinstance(here, Mapping) and step in here:
        yield from _select(here[step], rest, f"{path}.{step}" if path else step)


def pruned(value: Any) -> Any:
    """What was written, without empty keys; the entries of a list keep their places."""
    if isinstance(value, Mapping):
        kept = {key: pruned(below) for key, below in value.items()}
        # `from_items: []` says "this was open", `audience: []` says "no one": emptiness speaks there
        return {
            key: below
            for key, below in kept.items()
            if below not in (None, "", [], {}) or (below == [] and key in ("from_items", "audience"))
        }
    if isinstance(value, list):
        return [pruned(entry) for entry in value]
    return value


def resolve(tree: Tree, procedure: Procedure, fields: Field, today: date) -> tuple[Record, list[Finding]]:
    """Tell who is who, check that every reference names someone, and compute the facts.

    The result is always a Record: what can't be resolved is left out of the spine and reported.
    """
    from cpdocs.facts import compute

    data = pruned(tree.data) if isinstance(tree.data, Mapping) else {}
    found: list[Finding] = []
    people, children = _people(data, tree, found)
    record = Record(
        tree=tree,
        procedure=procedure,
        fields=fields,
        data=data,
        people=people,
        children=children,
        relations=tuple(_relations(data, people, children)),
        items=_items(data, tree, found),
        exclusions=tuple(_exclusions(data)),
        sources={},
        today=today,
    )
    found += _references(record)
    found += _ids(record)
    return compute(record), found


MAX_FAULTS = 200
"""References that name no one: more than these are told as one."""

RULES: Mapping[str, RuleText] = {
    "REF-01": RuleText(
        "Every reference names someone or something in the record.",
        "Use an id that stands in this record, or add the person, child or item first.",
    ),
    "REF-02": RuleText(
        "Every person and child has an id of their own.",
        "Give each an id by their part in the conference: `mother`, `father-of-b`, `school-nurse`.",
    ),
    "REF-03": RuleText(
        "Every item has a number of its own.",
        "Give each item of the discussion, and each confidential item, a number or word of its own.",
    ),
    "REF-04": RuleText(
        "An id says what a person is here, never who they are.",
        "Use their part in the conference: `mother`, `father-of-b`, `school-nurse`. Ids show in file names.",
        "advice",
    ),
    "REF-05": RuleText(
        "A record names the procedure it follows.",
        "Write `procedure:` with the name of a folder in schemas, such as kent-medway.",
    ),
    "REF-06": RuleText(
        "An authority, an agency group and a document are ones that this procedure knows.",
        "Write one of those that the finding lists.",
    ),
}
"""What is said of a record that names something which isn't there, for `explain`."""


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


def _mappings(data: Mapping[str, Any], key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    rows = data.get(key)
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, Mapping):
            yield f"{key}[{number}]", row


def _ids_of(value: Any) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset((value,))
    return frozenset(text_of(entry) for entry in value) if isinstance(value, list) else frozenset()


def _people(data: Mapping[str, Any], tree: Tree, found: list[Finding]) -> tuple[dict[str, Person], dict[str, Child]]:
    people: dict[str, Person] = {}
    children: dict[str, Child] = {}
    first: dict[str, str] = {}
    for path, row in [*_mappings(data, "people"), *_mappings(data, "children")]:
        id = text_of(row.get("id"))
        if not id:
            continue
        if id in first:
            found.append(
                fault(
                    tree,
                    "REF-02",
                    f"{path}.id",
                    f"The id `{id}` is used twice.",
                    "Give each person and child an id of their own, by their part in the conference:"
                    " `mother`, `father-of-b`, `school-nurse`.",
                    title=RULES["REF-02"].title,
                    related=(Related(tree.place(f"{first[id]}.id"), "used here first"),),
                )
            )
            continue
        first[id] = path
        if path.startswith("children"):
            child = Child(
                id=id,
                name=text_of(row.get("name")),
                path=path,
                role="child",
                sort="child",
                children=frozenset((id,)),
                data=row,
                subject=row.get("subject") == "yes",
                number=len(children),
            )
            people[id] = children[id] = child
        else:
            role = text_of(row.get("role"))
            people[id] = Person(
                id=id,
                name=text_of(row.get("name")),
                path=path,
                role=role,
                sort=sort_of(role),
                agency=text_of(row.get("agency")),
                agency_group=text_of(row.get("agency_group")),
                children=_ids_of(row["children"]) if row.get("children") else None,
                data=row,
            )
    return people, children


def _relations(
    data: Mapping[str, Any], people: Mapping[str, Person], children: Mapping[str, Child]
) -> Iterator[Relation]:
    for path, row in _mappings(data, "relations"):
        person, child = text_of(row.get("person")), text_of(row.get("child"))
        if person in people and child in children:
            yield Relation(person, child, text_of(row.get("as")), path)


def _items(data: Mapping[str, Any], tree: Tree, found: list[Finding]) -> dict[str, Item]:
    items: dict[str, Item] = {}
    for key in ("discussion", "confidential"):
        for path, row in _mappings(data, key):
            id = text_of(row.get("item"))
            if not id:
                continue
            if id in items:
                found.append(
                    fault(
                        tree,
                        "REF-03",
                        f"{path}.item",
                        f"Item `{id}` stands twice.",
                        "Give each item of the discussion, and each confidential item, a number of its own.",
                        title=RULES["REF-03"].title,
                        related=(Related(tree.place(f"{items[id].path}.item"), "used here first"),),
                    )
                )
                continue
            closed = key == "confidential" or row.get("session") == "closed"
            items[id] = Item(id, path, closed, _ids_of(row.get("present")) if closed else None)
    return items


def _exclusions(data: Mapping[str, Any]) -> Iterator[Exclusion]:
    for path, row in _mappings(data, "exclusions"):
        person = text_of(row.get("person"))
        if person:
            yield Exclusion(person, row.get("extent") == "full", _ids_of(row.get("items")), path)


def _references(record: Record) -> list[Finding]:
    """Every leaf that names a person, child or item must name one that is there."""
    found: list[Finding] = []
    known = {"person": record.people, "child": record.children, "item": record.items}
    what = {"person": "person or child", "child": "child", "item": "item of the discussion"}
    words = {"professionals", "family", "children", "chair"}

    def check(value: Any, path: str, sort: str, extra: frozenset[str] | set[str] = frozenset()) -> None:
        if not isinstance(value, str) or value in known[sort] or value in extra or len(found) >= MAX_FAULTS:
            return
        names = {p.name: p.id for p in record.people.values() if p.name} if sort != "item" else {}
        near = names.get(value) or next(iter(difflib.get_close_matches(value, [*known[sort], *extra], 1, 0.6)), "")
        near = near or next((names[n] for n in difflib.get_close_matches(value, names, 1, 0.75)), "")
        hint = f"Did you mean `{near}`? " if near else ""
        listed = ", ".join(f"`{id}`" for id in known[sort]) or "none yet"
        found.append(
            fault(
                record.tree,
                "REF-01",
                path,
                f"There is no {what[sort]} with the id `{value}` in this record.",
                f"{hint}Use one of the ids in this record ({listed}), or add the {what[sort]} first.",
                title=RULES["REF-01"].title,
            )
        )

    def walk(value: Any, node: Field | None, path: str) -> None:
        if isinstance(value, Mapping):
            for key, below in value.items():
                at = f"{path}.{key}" if path else key
                if key in GATES:
                    for number, entry in enumerate(below if isinstance(below, list) else [below]):
                        spot = f"{at}[{number}]" if isinstance(below, list) else at
                        if key == "about":
                            check(entry, spot, "person")
                        elif key == "audience":
                            check(entry, spot, "person", words)
                        else:
                            check(entry, spot, "item")
                elif key in ("shown_to", "name_shown_to", "present"):
                    for number, entry in enumerate(below if isinstance(below, list) else [below]):
                        spot = f"{at}[{number}]" if isinstance(below, list) else at
                        check(entry, spot, "person", words)
                elif node is not None and key in node.keys:
                    walk(below, node.keys[key], at)
        elif isinstance(value, list):
            for number, entry in enumerate(value):
                walk(entry, node.item if node else None, f"{path}[{number}]")
        elif node is not None and node.type in known and not path.endswith((".id", "].item")):
            check(value, path, node.type)

    walk(record.data, record.fields, "")
    if len(found) >= MAX_FAULTS:
        message = f"{MAX_FAULTS} references or more name no one who is there."
        help = "Correct those that are told, then check again."
        found.append(fault(record.tree, "REF-01", "", message, help, title=RULES["REF-01"].title))
    return found


def _ids(record: Record) -> list[Finding]:
    """Ids show in file names, so one that holds a part of the person's name is pointed out (decision 23)."""
    found = []
    for person in record.people.values():
        parts = {part.casefold() for part in re.findall(r"[^\W\d_]{3,}", person.name)}
        told = [part for part in re.split(r"[-_]", person.id.casefold()) if part in parts]
        if told:
            found.append(
                fault(
                    record.tree,
                    "REF-04",
                    f"{person.path}.id",
                    "This id holds a part of the person's name; ids show in file names.",
                    "Use their part in the conference instead: `mother`, `father-of-b`, `school-nurse`.",
                    severity="advice",
                    title=RULES["REF-04"].title,
                )
            )
    return found


__all__ = [
    "CONFERENCES", "FAMILY", "PARENTS", "PROFESSIONALS", "Child", "Exclusion", "Item", "Person", "Place",
    "Record", "Relation", "day_of", "fault", "plain", "pruned", "resolve", "sort_of", "text_of",
]  # fmt: skip
