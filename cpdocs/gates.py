"""Lay a record out for disclosure: a Record in, every value of it out, each with the gate that decides who may see it.

A gate gathers what stands on the way from the top of the record down to a value: the field's label, whose entry
it stands in, which children and items it is about, and every `about`, `audience` and `from_items` above it. What
keeps whom out, and why, is for the sieves to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from cpdocs.fields import Field
from cpdocs.readers import name_is_kept
from cpdocs.record import Record, text_of

NONE: frozenset[str] = frozenset()
FREE = frozenset(("text", "line"))
HEADS = frozenset(("person", "child", "text", "line"))
"""The first of these in an entry of a list is what the entry speaks of: with it goes the entry, or an empty
row would tell that something stood there."""
SCOPED = frozenset(("next_reviews", "initial_conferences", "previous_conferences", "core_group"))
"""Where a record says which children something holds for; it is one child's fact as much as the other's."""


def scoped(path: str) -> bool:
    """Whether a path or a pattern stands in what holds for the children it names."""
    return path.split("[")[0].split(".")[0] in SCOPED


class _Gate(NamedTuple):
    label: str | None
    owner: str
    shown_to: frozenset[str] | None
    about: frozenset[str]
    about_any: frozenset[str] | None
    audiences: tuple[frozenset[str], ...]
    items: frozenset[str]
    only_items: frozenset[str]
    retells: bool
    person: str
    sources: tuple[str, ...] = ()
    bare: Gate | None = None
    """The same without its sources: what many computed values have in common."""


class Gate(_Gate):
    """Everything that decides who may see a value, gathered from the top of the record down to it.

    A record's equal gates are one gate, so that what was worked out for it can be kept by the gate itself.
    """

    __hash__ = object.__hash__
    __eq__ = object.__eq__

    @cached_property
    def named(self) -> frozenset[str]:
        """Everyone whom this gate singles out: for all others, readers who are alike are told the same."""
        return frozenset((self.owner,)).union(self.shown_to or NONE, *self.audiences)


class Leaf(NamedTuple):
    """One written value: where it stands, its type, its gate, the entries it stands in and their heads."""

    path: str
    pattern: str
    type: str
    value: str
    gate: Gate
    heads: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()


def leaves_of(record: Record) -> Iterator[Leaf]:
    """Every written or computed value of a record with its gate, in the record's order."""
    subjects = frozenset(record.subjects)
    # a next review that names no child is theirs whose plan goes on, or isn't decided yet
    plans = {id: record.get(f"{record.children[id].path}.facts.plan_open") for id in subjects}
    reviewed = frozenset(id for id, plan in plans.items() if plan != "no")
    guarded = frozenset(id for id, person in record.people.items() if name_is_kept(record, person))

    def ids(value: Any) -> frozenset[str]:
        if isinstance(value, list):
            return frozenset(text_of(entry) for entry in value)
        return frozenset((value,)) if isinstance(value, str) else NONE

    def narrowed(gate: dict[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
        gate = dict(gate)
        if row.get("about"):
            gate["about"] = gate["about"] | ids(row["about"])
            # adults alone say nothing of the children, so all are meant
            gate["told"] = gate["told"] or bool(ids(row["about"]) & record.children.keys())
        if "audience" in row:
            gate["audiences"] = (*gate["audiences"], ids(row["audience"]))
        if "from_items" in row:
            gate["items"] = gate["items"] | ids(row["from_items"])
            gate["open"] = True
        return gate

    def entered(gate: dict[str, Any], row: Mapping[str, Any], path: str) -> dict[str, Any]:
        """What a row of a known list adds to the gate, beside what is written on it."""
        gate = narrowed(gate, row)
        if path == "core_group" and row.get("children"):
            gate.update(about_any=ids(row["children"]))
        head, number = path.split("[")[0], path.count("[")
        if number != 1 or not path.endswith("]"):
            return gate
        if head == "children":
            child = next((c for c in record.children.values() if c.path == path), None)
            id = child.id if child else text_of(row.get("id"))
            gate.update(about=gate["about"] | {id}, owner=id, told=True)
        elif head == "people":
            gate.update(owner=text_of(row.get("id")), told=True, open=True)
            related = {r.child for r in record.relations_of(gate["owner"])}
            person = record.people.get(gate["owner"])
            if related and person and person.sort in ("family", "carer", "other"):
                gate["about_any"] = frozenset(related)
            gate["only_items"] = _only_closed(record, gate["owner"])
        elif head == "relations":
            gate.update(about=gate["about"] | ids(row.get("child")), told=True, open=True)
        elif head in ("discussion", "confidential"):
            gate.update(items=gate["items"] | ids(row.get("item")), open=True)
        elif head == "exclusions":
            gate.update(owner=text_of(row.get("person")), items=gate["items"] | ids(row.get("items")))
        elif head == "core_group.membership.changes" and ids(row.get("about")) & record.children.keys():
            gate["about_any"] = None  # who left with a child's plan is that child's fact, whose group it is no longer
        elif head == "attended":
            gate["only_items"] = _only_closed(record, text_of(row.get("person")))
        if head not in ("people", "children"):
            if head in SCOPED and row.get("children"):
                # a date is each child's own fact; a text of the entry may speak of any of them
                gate.update(about_any=ids(row["children"]), meant=ids(row["children"]))
            elif head == "next_reviews":
                gate.update(about_any=reviewed, meant=reviewed)
            elif row.get("children") or row.get("child"):
                gate.update(about=gate["about"] | ids(row.get("children")) | ids(row.get("child")), told=True)
        return gate

    def headed(row: Mapping[str, Any], node: Field, path: str, gate: dict[str, Any]) -> dict[str, Any]:
        """Remember what an entry speaks of: the first of its keys that names someone or says something."""
        if not path.endswith("]") or (path.startswith(("people", "children")) and path.count("[") == 1):
            return gate
        gate = {**gate, "entries": (*gate["entries"], path)}
        # an entry of the next reviews speaks of its day, which stands whatever the reason for it tells
        heads = HEADS - FREE if path.startswith("next_reviews") else HEADS
        key = next((key for key, below in node.keys.items() if key in row and below.type in heads), None)
        return {**gate, "heads": (*gate["heads"], f"{path}.{key}")} if key else gate

    def leaf(value: str, node: Field, path: str, gate: dict[str, Any]) -> Leaf:
        free = node.type in FREE
        about = gate["about"]
        if free and not gate["told"] and node.pattern != "exclusions[].information_to_send":
            about = about | (gate["meant"] or subjects)
        shown_to, owner = gate["shown_to"], gate["owner"]
        items = gate["items"]
        if node.type == "item":
            items = items | {value}  # an item's own word is as telling as its title
        elif node.pattern == "exclusions[].information_to_send":
            items = NONE  # the chair's own choice of what the person kept out may be told
        person = value if node.type in ("person", "child") and value != "professionals" else ""
        if node.pattern in ("people[].name", "people[].other_names[]") and owner in guarded:
            shown_to = ids(record.people[owner].data.get("name_shown_to"))
        key: tuple[Any, ...] = (
            node.audience,
            owner,
            shown_to,
            about,
            gate["about_any"],
            gate["audiences"],
            items,
            gate["only_items"],
            free and not gate["open"] and node.audience != "subject",
            "" if node.pattern in ("people[].id", "children[].id") else person,
        )
        made = gates.get(key) or gates.setdefault(key, Gate(*key))
        sources = record.sources.get(path, ())
        if sources:
            key = (*key, sources)
            made = gates.get(key) or gates.setdefault(key, made._replace(sources=sources, bare=made))
        return Leaf(path, node.pattern, node.type, value, made, gate["heads"], gate["entries"])

    def walk(value: Any, node: Field | None, path: str, gate: dict[str, Any]) -> Iterator[Leaf]:
        if node is None or value is None:
            return
        if isinstance(value, Mapping):
            gate = entered(gate, value, path)
            if node.is_leaf:
                inner = value.get("text")
                if isinstance(inner, str):
                    yield leaf(inner, node, path, gate)
                return
            if node.audience == "subject" and "shown_to" in node.keys:
                gate = {**gate, "shown_to": ids(value.get("shown_to")), "open": True, "told": True}
            gate = headed(value, node, path, gate)
            for key, below in value.items():
                if key in node.keys:
                    yield from walk(below, node.keys[key], f"{path}.{key}" if path else key, gate)
        elif isinstance(value, list):
            for number, entry in enumerate(value):
                yield from walk(entry, node.item, f"{path}[{number}]", gate)
        elif isinstance(value, str) and node.is_leaf and value:
            yield leaf(value, node, path, gate)

    gates: dict[tuple[Any, ...], Gate] = {}
    start: dict[str, Any] = {
        "owner": "", "shown_to": None, "about": NONE, "about_any": None, "audiences": (), "items": NONE,
        "only_items": NONE, "told": False, "meant": NONE, "open": False, "heads": (), "entries": (),
    }  # fmt: skip
    yield from walk(record.data, record.fields, "", start)


def _only_closed(record: Record, person: str) -> frozenset[str]:
    """The items someone was there for, if the record says they came for a part only; else nothing."""
    order = list(record.items)
    for row in record.rows("attended"):
        if text_of(row.get("person")) == person and (row.get("joined_at") or row.get("left_after")):
            first, last = text_of(row.get("joined_at")), text_of(row.get("left_after"))
            start = order.index(first) if first in order else 0
            end = order.index(last) + 1 if last in order else len(order)
            return frozenset(order[start:end])
    return NONE
