"""Whole records made up at random, with a word in every text, line and name that stands nowhere else: a canary.

For every reader of every copy, no canary that their View doesn't hold may be in any byte of the file. Who may
see what is told here a second time, slowly and to the letter of decisions 1 to 6, so that `disclosure` has
something to be compared with: `Literal` shares no code with it.

    python -m tests.canaries --records 1000
"""

from __future__ import annotations

import argparse
import html
import random
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from cpdocs import fields as fields_module
from cpdocs import flow, making, parts
from cpdocs.fields import GATES, Field
from cpdocs.library import Library
from cpdocs.shelf import Shelf
from cpdocs.source import Tree

TODAY = date(2041, 3, 20)
CANARY = re.compile(r"qzk[0-9]+x", re.IGNORECASE)
GROUPS = ("professionals", "family", "children")
BODIES = ("board", "child-file", "receiving-authority", "receiving-authority-2")
ADULTS = {
    "mother": "parent", "father-of-a": "parent", "father-of-b": "parent", "grandmother": "family", "carer": "carer",
    "foster-carer": "foster-carer", "supporter": "supporter", "solicitor": "solicitor", "observer": "observer",
    "interpreter": "interpreter", "minute-taker": "minute-taker", "chair": "chair", "lead-worker": "lead-worker",
    "school": "professional", "police": "professional", "aunt-nurse": "professional", "manager": "manager",
}  # fmt: skip
LANGUAGES = ("en-GB", "x-pseudo", "x-rtl", "both", "unknown")
FIXED = {
    "people[].id", "people[].role", "children[].id", "children[].subject", "discussion[].item", "confidential[].item",
    "discussion[].session", "procedure", "kind", "reference", "conference.chair", "conference.date",
    "invited", "attended", "exclusions[].person", "exclusions[].extent", "exclusions[].items", "people[].name",
    "authority",
}  # fmt: skip
"""What the maker sets by hand, for a record that hangs together."""


@dataclass
class Made:
    """A record as it was made up, and how many canaries were let out for it."""

    data: dict[str, Any]
    canaries: int = 0


@cache
def library() -> Library:
    return Library()


@cache
def shelf() -> Shelf:
    return Shelf(library())


@cache
def shape() -> Mapping[str, Any]:
    """The record's schema with its references followed."""
    schema = library().record_schema

    def follow(node: Mapping[str, Any]) -> dict[str, Any]:
        full = fields_module._resolved(node, schema)
        if "items" in full:
            full["items"] = follow(full["items"])
        if "properties" in full:
            full["properties"] = {key: follow(below) for key, below in full["properties"].items()}
        return full

    return follow(schema)


class Maker:
    """Makes up one record from a seed."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.density = chance.choice((0.12, 0.2, 0.35, 0.6))
        self.gates = chance.choice((0.0, 0.08, 0.25))
        self.made = Made({})
        self.adults: list[str] = []
        self.children: list[str] = []
        self.items: list[str] = []
        self.procedure = ""

    # --- the parts

    def record(self) -> Made:
        """The whole of it: the spine first, then everything the schema knows, by chance."""
        chance, data = self.chance, self.made.data
        self.procedure = chance.choice(library().procedures())
        known = library().procedure(self.procedure).kinds
        kind = chance.choice([kind for kind in (*_KINDS, "review") if kind in known])
        wanted = [id for id in ADULTS if id in ("mother", "chair", "lead-worker") or chance.random() < 0.35]
        chance.shuffle(wanted)
        self.adults = wanted
        self.children = [f"child-{letter}" for letter in "abc"[: chance.randint(1, 3)]]
        closed = [f"confidential-{n}" for n in range(chance.choice((0, 0, 1, 2)))]
        open_items = [f"item-{n}" for n in range(chance.randint(0, 3))]
        self.items = [*open_items, *closed]
        data.update(procedure=self.procedure, kind=kind, reference="CANARY-1")
        data["people"] = [self.person(id) for id in wanted]
        data["children"] = [self.child(id, number) for number, id in enumerate(self.children)]
        data["relations"] = list(self.relations())
        if kind != "ending-without-conference":
            data["conference"] = self.value(shape()["properties"]["conference"], "conference")
            data["conference"].update(chair="chair", date="2041-03-06")
        data["discussion"] = [self.item("discussion", id) for id in open_items]
        data["confidential"] = [self.item("confidential", id) for id in closed]
        data["exclusions"] = list(self.exclusions())
        for key in ("invited", "attended"):
            on = [id for id in [*wanted, *self.children] if chance.random() < 0.7]
            node = shape()["properties"][key]["items"]
            data[key] = [{**self.value(node, f"{key}[]"), "person": id} for id in on]
        if "father-of-b" in wanted and chance.random() < 0.35:
            self.couple(data)
        if chance.random() < 0.3:
            self.at_home(data)
        if chance.random() < 0.1:
            del data["attended"]  # before the conference
        for key, node in shape()["properties"].items():
            fits = key not in data and key not in FIXED and (key == "ending") <= (kind == "ending-without-conference")
            fits = fits and not (key == "next_reviews" and kind == "ending-without-conference")
            value = self.value(node, key) if fits and chance.random() < max(self.density, 0.5) else None
            if value not in ({}, [], None):
                data[key] = value
        for row in data.get("initial_conferences", ()):
            row.setdefault("invited", [id for id in wanted if chance.random() < 0.6])
        data.pop("acknowledgements", None)
        for key in [key for key, value in data.items() if value in ([], {})]:
            del data[key]
        return self.made

    def person(self, id: str) -> dict[str, Any]:
        row = self.value(shape()["properties"]["people"]["items"], "people[]")
        row.update(id=id, role=ADULTS[id], name=f"{self.canary()} {self.canary()}")
        if ADULTS[id] in ("professional", "manager", "lead-worker") and self.chance.random() < 0.5:
            row["agency_group"] = self.chance.choice(list(library().procedure(self.procedure).agency_groups))
        if ADULTS[id] in ("parent", "family", "carer") and self.chance.random() < 0.7:
            row["relevant"] = "yes"
        if ADULTS[id] in ("supporter", "solicitor", "observer") and self.chance.random() < 0.6:
            row.update(role_in_plan="yes", minutes_agreed_by_conference="yes")
        if self.chance.random() < 0.85:  # few people are kept from everything
            for key in ("copy", "restricted_by_chair", "children", "audience", "about", "from_items"):
                row.pop(key, None)
        return row

    def child(self, id: str, number: int) -> dict[str, Any]:
        row = self.value(shape()["properties"]["children"]["items"], "children[]")
        row.update(id=id, name=f"{self.canary()} {self.canary()}")
        row["subject"] = "yes" if number == 0 or self.chance.random() < 0.8 else "no"
        row.setdefault("decision", {})["plan"] = self.chance.choice(("start", "continue", "continue-changed", "end"))
        if row["decision"]["plan"] == "end" and self.chance.random() < 0.5:
            row.setdefault("after_plan", {})["support_continues"] = "yes"
        if self.chance.random() < 0.8:
            for key in ("audience", "about", "from_items"):
                row.pop(key, None)
        return row

    def relations(self) -> Iterator[dict[str, Any]]:
        chance = self.chance
        family = [id for id in self.adults if ADULTS[id] in ("parent", "family", "carer", "foster-carer")]
        family += [id for id in ("aunt-nurse", "supporter") if id in self.adults and chance.random() < 0.6]
        for id in family:
            theirs = self.children if id == "mother" else [c for c in self.children if chance.random() < 0.55]
            for child in theirs:
                row = {"person": id, "child": child, "as": "mother" if id == "mother" else "father"}
                if chance.random() < 0.05:
                    row["as"] = "foster-carer"
                if chance.random() < 0.15:
                    row["sees"] = chance.choice(("yes", "no"))
                if chance.random() < 0.15:
                    row["parental_responsibility"] = "yes"
                if chance.random() < self.gates / 3:
                    row["audience"] = self.audience()
                yield row

    def couple(self, data: dict[str, Any]) -> None:
        """Two parents who live together and asked for one letter, in one language."""
        one, other = (next(row for row in data["people"] if row["id"] == id) for id in ("mother", "father-of-b"))
        for row, partner in ((one, "father-of-b"), (other, "mother")):
            row.update(household="home", joint_letter_with=partner)
            for key in ("name_shown_to", *GATES):
                row.pop(key, None)
        for row in data["attended"]:  # who came for a closed item only isn't known to the other
            if row["person"] in ("mother", "father-of-b"):
                row.pop("joined_at", None)
                row.pop("left_after", None)
        other.pop("needs", None)
        one.pop("needs", None)
        if "address" in one.get("contact", {}):
            other.setdefault("contact", {})["address"] = {**one["contact"]["address"]}
        data["relations"] = [r for r in data["relations"] if r["person"] != "father-of-b"] + [
            {**r, "person": "father-of-b", "as": "father"} for r in data["relations"] if r["person"] == "mother"
        ]

    def at_home(self, data: dict[str, Any]) -> None:
        """A child lives where the mother does, and the two places name their readers each for itself."""
        mother = next(row for row in data["people"] if row["id"] == "mother")
        if address := (mother.get("contact") or {}).get("address", {}).get("text"):
            data["children"][0]["home"] = {"text": address, "shown_to": self.ids(extra=("professionals",))}

    def item(self, key: str, id: str) -> dict[str, Any]:
        row = self.value(shape()["properties"][key]["items"], f"{key}[]")
        row.update(item=id, title=self.canary())
        row.pop("from_items", None)
        if key == "discussion" and self.chance.random() < 0.3:
            row["session"] = "closed"
        row.pop("present", None)
        if (key == "confidential" or row.get("session") == "closed") and self.chance.random() < 0.7:
            row["present"] = self.ids(extra=("professionals",))
        return row

    def exclusions(self) -> Iterator[dict[str, Any]]:
        chance = self.chance
        out = [id for id in self.adults if id not in ("chair", "lead-worker") and chance.random() < 0.12]
        out += [id for id in self.children if chance.random() < 0.08]
        for id in out:
            row = self.value(shape()["properties"]["exclusions"]["items"], "exclusions[]")
            row.update(person=id, extent=chance.choice(("full", "part", "part")))
            if self.items and chance.random() < 0.8:
                row["items"] = chance.sample(self.items, chance.randint(1, len(self.items)))
            if chance.random() < 0.6:
                row.update(chair_decision=self.canary(), information_to_send=self.canary())
            yield row

    # --- any value

    def canary(self) -> str:
        self.made.canaries += 1
        return f"qzk{self.made.canaries:05d}x"

    def ids(self, extra: Sequence[str] = ()) -> list[str]:
        everyone = [*self.adults, *self.children]
        chosen = self.chance.sample(everyone, self.chance.randint(0, min(3, len(everyone))))
        return [*chosen, *(word for word in extra if self.chance.random() < 0.3)]

    def audience(self) -> list[str]:
        return self.ids(extra=GROUPS)

    def value(self, node: Mapping[str, Any], pattern: str) -> Any:
        kind = node.get("x-type")
        if kind:
            return self.leaf(node, kind, pattern)
        if "items" in node:
            if pattern in ("people[].name_shown_to",) or pattern.endswith(".shown_to"):
                return self.ids(extra=("professionals",))
            count = self.chance.choice((1, 1, 2))
            found = [self.value(node["items"], f"{pattern}[]") for _ in range(count)]
            return [entry for entry in found if entry not in (None, {})]
        row: dict[str, Any] = {}
        for key, below in node.get("properties", {}).items():
            if key in GATES:
                self.gate(row, key)
            elif f"{pattern}.{key}" not in FIXED and self.chance.random() < self.density:
                made = self.value(below, f"{pattern}.{key}")
                if made not in (None, {}, []) or (key == "name_shown_to" and made == []):  # shown to no one
                    row[key] = made
        for key in node.get("required", ()):
            if key not in row and f"{pattern}.{key}" not in FIXED:
                row[key] = self.value(node["properties"][key], f"{pattern}.{key}")
        if not row.keys() - set(GATES):
            return {}
        return row

    def gate(self, row: dict[str, Any], key: str) -> None:
        if self.chance.random() >= self.gates:
            return
        if key == "from_items":
            row[key] = self.chance.sample(self.items, self.chance.randint(0, min(2, len(self.items))))
        elif key == "audience":
            row[key] = self.audience()
        elif self.children:
            row[key] = self.chance.sample(self.children, self.chance.randint(1, len(self.children)))
            if self.chance.random() < 0.3:
                row[key] = [self.chance.choice(self.adults), *(row[key] if self.chance.random() < 0.5 else ())]

    def leaf(self, node: Mapping[str, Any], kind: str, pattern: str) -> Any:
        chance = self.chance
        if pattern.endswith(("needs.language", "needs.meeting_language")):
            return chance.choice(LANGUAGES)
        if kind == "code" and pattern.endswith("formats[]"):
            return chance.choice(("large-print", "easy-read", "large-print"))
        options = [value for value in node.get("enum", ()) if value] or list(node.get("x-labels", ()))
        if kind == "yesno":
            return chance.choice(("yes", "no"))
        if options and kind == "code":
            return chance.choice(options)
        if kind == "code":
            if pattern.endswith(".document"):
                return chance.choice(("minutes", "decision-record", "plan"))
            return None
        if kind == "person":
            return chance.choice([*self.adults, *self.children])
        if kind == "child":
            return chance.choice(self.children)
        if kind == "item":
            return chance.choice(self.items) if self.items else None
        if kind == "date":
            return (date(2041, 3, 6) + timedelta(chance.randint(-200, 200))).isoformat()
        if kind in ("time", "number", "tag"):
            return {"time": "10:30", "number": "20", "tag": "en-GB"}[kind]
        if kind == "id":
            return "mother"
        if kind == "text":
            text = " ".join(self.canary() for _ in range(chance.choice((1, 1, 2))))
            row: dict[str, Any] = {"text": text}
            for key in GATES:
                self.gate(row, key)
            return row if len(row) > 1 else text
        if pattern in ("issued[].recipient",):
            return "mother"
        if pattern.endswith(_HOMES):
            return f"{chance.randint(1, 99)} {self.canary()} Close, {self.canary()}"
        return self.canary()


def tree_of(data: Mapping[str, Any]) -> Tree:
    """A record as if it had been read from a file; made-up records are data from the start."""
    return Tree("record.yaml", "", data, {}, {})


def judged(data: Mapping[str, Any]) -> flow.Prepared:
    return flow.judge(tree_of(data), [], library(), TODAY)


# ------------------------------------------------------------------------------- who may see what, to the letter


class Literal:
    """Decisions 1 to 6 read out one by one over a record's bare data, for one reader at a time."""

    def __init__(self, data: Mapping[str, Any], fields: Field, listed_minute_taker: bool) -> None:
        self.data, self.fields, self.listed = data, fields, listed_minute_taker
        self.people = {row["id"]: row for row in data.get("people", ())}
        self.children = {row["id"]: row for row in data.get("children", ())}
        self.subjects = {id for id, row in self.children.items() if row.get("subject") == "yes"}
        self.items = [row["item"] for key in ("discussion", "confidential") for row in data.get(key, ())]
        self.leaves = list(self.walk(data, fields, "", ()))

    def walk(
        self, value: Any, node: Field | None, path: str, above: tuple[tuple[str, Any], ...]
    ) -> Iterator[tuple[str, Field, str, tuple[tuple[str, Any], ...]]]:
        """Every written value with its field and the rows it stands in, the outermost first."""
        if node is None:
            return
        if isinstance(value, Mapping):
            above = (*above, (path, value))
            if node.is_leaf:
                yield path, node, value.get("text", ""), above
            for key, below in value.items():
                if key in node.keys and key != "facts":
                    yield from self.walk(below, node.keys[key], f"{path}.{key}".lstrip("."), above)
        elif isinstance(value, list):
            for number, below in enumerate(value):
                yield from self.walk(below, node.item, f"{path}[{number}]", above)
        elif value:
            yield path, node, value, above

    # --- the reader

    def role(self, id: str) -> str:
        if id in self.children:
            return "child"
        if id in self.people:
            return str(self.people[id]["role"])
        return "body"

    def kind(self, id: str) -> str:
        role = self.role(id)
        if role == "body":
            return "professional" if id == "child-file" else "outside"
        if role == "minute-taker" and self.listed:
            return "professional"
        if role in _WORKING:
            return "professional"
        if role in ("parent", "carer", "family", "foster-carer"):
            return "family"
        return "child" if role == "child" else "guest"

    def ties(self, id: str) -> list[Mapping[str, Any]]:
        known = self.people.keys() | self.children.keys()
        rows = self.data.get("relations", ())
        return [r for r in rows if r["person"] == id and id in known and r["child"] in self.children]

    def also_family(self, id: str) -> bool:
        return self.kind(id) == "professional" and bool(self.ties(id))

    def may_read_about(self, id: str) -> set[str]:
        kind = self.kind(id)
        if kind == "child":
            return {id}
        only = self.people.get(id, {}).get("children")
        tied = {r["child"] for r in self.ties(id)}
        if id.startswith("receiving-authority"):
            return self.moving_to(id)
        if kind in ("professional", "outside"):
            all_of = set(only) if only else set(self.children)
            return all_of & tied if self.ties(id) else all_of
        if kind == "guest":
            return set(only) if only else tied
        return tied & set(only) if only else tied

    def moving_to(self, id: str) -> set[str]:
        names: list[str] = []
        of: dict[str, set[str]] = {}
        for child, row in self.children.items():
            name = (row.get("transfer") or {}).get("receiving_authority")
            if name:
                if name.lower() not in names:
                    names.append(name.lower())
                place = names.index(name.lower())
                of.setdefault("receiving-authority" + (f"-{place + 1}" if place else ""), set()).add(child)
        return of.get(id, set())

    def is_guest(self, id: str) -> bool:
        row = self.people.get(id, {})
        agreed = row.get("role_in_plan") == "yes" and row.get("minutes_agreed_by_conference") == "yes"
        return self.kind(id) == "guest" and not agreed

    def missed(self, id: str) -> set[str]:
        """Items someone was kept out of; coming late or staying away is no such thing (decision 3)."""
        out: set[str] = set()
        for row in self.data.get("exclusions", ()):
            if row["person"] == id:
                out |= set(row["items"]) if row["extent"] != "full" and row.get("items") else set(self.items)
        for key in ("discussion", "confidential"):
            for row in self.data.get(key, ()):
                if key == "confidential" or row.get("session") == "closed":
                    let = row.get("present", ())
                    one_of_them = self.kind(id) == "professional" and not self.also_family(id)
                    if self.role(id) == "minute-taker":  # their role names them, not the group
                        one_of_them = False
                    if id not in let and not (one_of_them and "professionals" in let):
                        out.add(row["item"])
        return out

    def named_in(self, words: Any, id: str) -> bool:
        words = words if isinstance(words, list) else [words]
        kind = self.kind(id)
        group = {"professional": "professionals", "family": "family", "child": "children"}.get(kind, "")
        return id in words or ("family" if self.also_family(id) else group) in words

    # --- a value

    def reasons(self, id: str, path: str, node: Field, value: str, above: Sequence[tuple[str, Any]]) -> Iterator[str]:
        """Why one value by itself is kept from a reader: whoever it mentions and computes from aside."""
        label, kind, family = node.audience, self.kind(id), self.also_family(id)
        top = path.split("[")[0].split(".")[0]
        row = dict(above).get(path.split("]")[0] + "]", {}) if "[" in path else {}
        owner = row.get("id", "") if top in ("people", "children") else ""
        if top == "exclusions":
            owner = row["person"]
        # 1: the schema's label
        if label not in ("list", "family", "professional", "subject"):
            yield "label"
        if label == "family" and kind == "outside":
            yield "label"
        if label == "professional" and (kind != "professional" or family):
            yield "label"
        # what a role bars
        if self.is_guest(id) and label != "list":
            yield "role"
        # 5: contact details and guarded names
        shown: Any = None
        if label == "subject":
            shown = next((r.get("shown_to", []) for p, r in reversed(above) if p.endswith(_PRIVATE)), [])
        fosters = top == "people" and any(r.get("as") == "foster-carer" for r in self.ties(owner))
        guarded = row.get("role") == "foster-carer" or fosters or "name_shown_to" in row
        if node.pattern in ("people[].name", "people[].other_names[]") and guarded:
            shown = row.get("name_shown_to", [])
        if shown is not None and id != owner and not self.named_in(shown, id):
            yield "contact"
        # 2: every child it is about
        mine = self.may_read_about(id)
        about = {word for _, r in above for word in r.get("about", ())} & self.children.keys()
        free = node.type in ("text", "line")
        says_whom = bool(about) or top in ("people", "relations", "children") or label == "subject"
        scoped = top in ("next_reviews", "initial_conferences", "previous_conferences")
        if top == "children":
            about.add(owner)
        if top == "relations":
            about.add(row["child"])
        if top not in ("people", "children", "relations") and row:
            theirs = set(row.get("children", ())) | ({row["child"]} if row.get("child") else set())
            named = set(row.get("children", ()))
            if top == "next_reviews" and not named:  # theirs whose plan goes on, or isn't decided yet
                named = {c for c in self.subjects if self.children[c].get("decision", {}).get("plan") not in _NO_PLAN}
            if scoped and (named or top == "next_reviews"):
                if not named & mine:
                    yield "child"
                if free and not about:  # the date is each child's own; a text may speak of any of them
                    about |= named
                says_whom = says_whom or bool(named)
            elif theirs:
                about |= theirs
                says_whom = True
        own_about = set(row.get("about", ())) & self.children.keys()
        if top == "core_group" and not (path.startswith("core_group.membership.changes[") and own_about):
            whose = set(self.data["core_group"].get("children", ()))
            if whose and not whose & mine:
                yield "child"
        if free and not says_whom:
            about |= self.subjects
        if not about <= mine:
            yield "child"
        tied = {r["child"] for r in self.ties(owner)} if top == "people" and id != owner else set()
        if tied and self.role(owner) not in _WORKING and not tied & mine:
            yield "child"
        # sessions
        missed = self.missed(id)
        from_items = {word for _, r in above for word in r.get("from_items", ())}
        drawn = set(from_items)
        if top in ("discussion", "confidential"):
            drawn.add(row["item"])
        if top == "exclusions" and node.pattern != "exclusions[].information_to_send":
            drawn |= set(row.get("items", ()))
        if node.pattern == "exclusions[].information_to_send":
            drawn = set()
        if node.type == "item":
            drawn.add(value)
        if drawn & missed:
            yield "session"
        if top in ("people", "attended"):
            there = self.there_for_a_part(owner if top == "people" else row["person"])
            if there and there <= missed:
                yield "session"
        # 4: what retells
        says_when = top in ("people", "relations", "discussion", "confidential")
        says_when = says_when or any("from_items" in r for _, r in above)
        if free and label != "subject" and not says_when and missed:
            yield "retelling"
        # the record's own audience
        if any("audience" in r and not self.named_in(r["audience"], id) for _, r in above):
            yield "audience"

    def there_for_a_part(self, person: str) -> set[str]:
        for row in self.data.get("attended", ()):
            if row["person"] == person and (row.get("joined_at") or row.get("left_after")):
                start = self.items.index(row["joined_at"]) if row.get("joined_at") else 0
                end = self.items.index(row["left_after"]) + 1 if row.get("left_after") else len(self.items)
                return set(self.items[start:end])
        return set()

    def visible(self, id: str) -> set[str]:
        """Every path of a written value that a reader may see, before the document's own limits."""
        if id == "chair":
            return {path for path, *_ in self.leaves}
        why = {path: set(self.reasons(id, path, node, value, above)) for path, node, value, above in self.leaves}
        shut = {path for path, reasons in why.items() if reasons}
        known = {value for path, node, value, _ in self.leaves if node.pattern in _IDS and path not in shut}
        for path, node, value, _ in self.leaves:
            names = node.type in ("person", "child") and node.pattern not in _IDS and value != "professionals"
            if names and value not in known:
                why[path].add("person")
                shut.add(path)
        shut |= self.entries_that_go(shut, {path for path, reasons in why.items() if reasons - {"retelling"}})
        return {path for path, *_ in self.leaves} - shut

    def entries_that_go(self, shut: set[str], firmly: set[str]) -> set[str]:
        """No empty row: an entry goes with what it speaks of, and when nothing of what it says is the reader's."""
        within: set[str] = set()
        kept: set[str] = set()
        for entry, node, row in self.entries(self.data, self.fields, ""):
            if entry.startswith("next_reviews"):  # they speak of a day, which stands whatever is said of it
                continue
            speaks = [key for key in node.keys if key in row and node.keys[key].type in _SPEAKS]
            if not speaks or f"{entry}.{speaks[0]}" not in shut:
                continue
            # what the schema opens to more people than the entry's head doesn't go with it
            narrow = _READ_BY.index(str(node.keys[speaks[0]].audience))
            for path, below, *_ in self.leaves:
                wide = _READ_BY.index(str(below.audience)) < narrow or below.audience == "subject"
                if path.startswith(entry + ".") and not wide:
                    within.add(path)
                    kept |= {path} if f"{entry}.{speaks[0]}" in firmly else set()
        gone: set[str] = set()
        for entry, _, _ in self.entries(self.data, self.fields, ""):
            own = [p for p, node, *_ in self.leaves if node.type in ("text", "line") and _entry_of(p) == entry]
            if own and entry.split("[")[0] not in _FACTS and all(path in firmly | kept for path in own):
                gone.add(entry)
        return within | {path for path, *_ in self.leaves if any(path.startswith(entry + ".") for entry in gone)}

    def entries(self, value: Any, node: Field | None, path: str) -> Iterator[tuple[str, Field, Mapping[str, Any]]]:
        if node is None:
            return
        if isinstance(value, Mapping) and not node.is_leaf:
            if path.endswith("]") and not re.fullmatch(r"(people|children)\[\d+\]", path):
                yield path, node, value
            for key, below in value.items():
                if key in node.keys and key != "facts":
                    yield from self.entries(below, node.keys[key], f"{path}.{key}".lstrip("."))
        elif isinstance(value, list):
            for number, below in enumerate(value):
                yield from self.entries(below, node.item, f"{path}[{number}]")


_WORKING = ("chair", "lead-worker", "social-worker", "manager", "professional")
_READ_BY = ("list", "family", "professional", "subject", "chair")
_IDS = ("people[].id", "children[].id")
_SPEAKS = ("person", "child", "text", "line")
_FACTS = (
    "invited", "not_invited", "attended", "exclusions", "relations", "next_reviews", "initial_conferences",
    "previous_conferences",
)  # fmt: skip
_NO_PLAN = ("end", "none")
_KINDS = ("review", "initial", "pre-birth", "transfer", "ending-without-conference")
_HOMES = (".address.text", ".home.text", ".placement.text")
_PRIVATE = (".address", ".telephone", ".email", ".workplace", ".home", ".school", ".placement")


def _entry_of(path: str) -> str:
    """The innermost entry of a list that a value stands in, a list of plain words aside."""
    found = re.match(r"(.*\[\d+\])\.", path)
    return found[1] if found else ""


# ------------------------------------------------------------------------------------------ looking at the files


def spoken(data: bytes) -> set[str]:
    """Every canary in a file: in any part of it, in any attribute, in its text with the runs joined."""
    found: set[str] = set()
    for name, part in parts.read(data).items():
        text = part.decode("utf-8", errors="replace")
        joined = html.unescape(re.sub(r"<[^>]*>", "", text))
        for seen in (name, text, joined):
            found |= {word.lower() for word in CANARY.findall(seen)}
    return found


@dataclass
class Tally:
    """What a run over many records came to."""

    records: int = 0
    copies: int = 0
    made: int = 0
    canaries: int = 0
    printed: int = 0
    faults: list[str] = field(default_factory=list)


def visible_to(literal: Literal, readers: Sequence[str], chair: str) -> set[str]:
    return set.intersection(*(literal.visible("chair" if id == chair else id) for id in readers))


def literal_of(prepared: flow.Prepared) -> Literal:
    record = prepared.record
    assert record is not None
    assert prepared.procedure is not None
    listed = any("minute taker" in sending.to for sending in prepared.procedure.sendings)
    return Literal(flow.spine.pruned(prepared.tree.data), record.fields, listed)


def look(seed: int, tally: Tally, render: bool = True) -> None:
    """Make up one record, compare every reader's rights with the letter, make every copy and search it."""
    made = Maker(random.Random(seed)).record()
    prepared = judged(made.data)
    record, survey = prepared.record, prepared.survey
    assert record is not None
    assert survey is not None
    tally.records += 1
    literal = literal_of(prepared)
    stands: dict[str, set[str]] = {}
    for path, _, value, _ in literal.leaves:
        for word in CANARY.findall(value):
            stands.setdefault(word, set()).add(path)  # two who share a home share its address
    tally.canaries += len(stands)
    rights: dict[str, set[str]] = {}
    reached = [id for one in prepared.distribution.copies if one.place == "for" for id in one.readers]
    for id in dict.fromkeys([*record.people, *BODIES, *reached]):
        grounds = survey.grounds(survey.reader(id))
        ours = {leaf.path for leaf in survey.leaves if not grounds[leaf.path] and not leaf.gate.sources}
        rights[id] = literal.visible(id)
        for path in sorted(ours ^ rights[id])[:5]:
            which = "shown" if path in ours else "withheld"
            tally.faults.append(f"record {seed}: {path} is {which} for {id}, and by the letter it isn't")
    tally.faults += [f"record {seed}: {fault}" for fault in homes_shown_twice(prepared, literal, rights, reached)]
    if not render:
        return
    blind = making.blinding(prepared.findings)
    if blind:
        told = [f"{f.rule} {f.place.path}: {f.message}" for f in prepared.findings if f.rule in blind]
        tally.faults.append(f"record {seed}: nothing is made, {told[:3]}")
    copies, found = making.make(prepared, library(), shelf(), final=False, today=TODAY)
    tally.faults += [f"record {seed}: {f.rule} {f.place.path}: {f.message}" for f in found]
    for one in copies:
        if one.copy.place != "for":
            continue
        tally.copies += 1
        if one.data is None:
            continue
        tally.made += 1
        printed = spoken(one.data) | {word.lower() for word in CANARY.findall(one.copy.file.as_posix())}
        tally.printed += len(printed)
        document = library().documents[one.copy.document]
        allowed = set.intersection(*(rights[id] for id in one.copy.readers))
        own = {f"{record.people[id].path}.name" for id in one.copy.readers if id in record.people}
        own |= {
            f"{record.children[child].path}.transfer.receiving_authority"
            for id in one.copy.readers
            for child in literal.moving_to(id)
        }
        for word in sorted(printed):
            open_to = {path for path in stands[word] & allowed if _holds(document.holds, path)}
            # one home, written down for each of the two who live there: each may read their own
            home = all(any(path.endswith(_HOMES) for path in stands[word] & rights[id]) for id in one.copy.readers)
            if not open_to and not stands[word] & own and not (home and len(one.copy.readers) > 1):
                tally.faults.append(f"record {seed}: {one.copy.file} holds {', '.join(sorted(stands[word]))}")


def homes_shown_twice(
    prepared: flow.Prepared, literal: Literal, rights: Mapping[str, set[str]], reached: Sequence[str]
) -> Iterator[str]:
    """Readers of the family who see a home as one person's and are kept from it as another's, and nobody says so."""
    told = {finding.subject for finding in prepared.findings if finding.rule == "DIS-07"}
    homes: dict[str, list[tuple[str, str, set[str]]]] = {}
    by_path = {path: (node, value, above) for path, node, value, above in literal.leaves}
    for path, (node, value, above) in by_path.items():
        if f"{node.pattern}".endswith(_HOMES):
            row = dict(above)[path.split("]")[0] + "]"]
            kept = {id for id in rights if set(literal.reasons(id, path, node, value, above)) == {"contact"}}
            homes.setdefault(value, []).append((path, row["id"], kept))
    for id in dict.fromkeys(reached):
        if literal.role(id) not in ("parent", "carer", "family"):
            continue
        for places in homes.values():
            own = any(owner == id for _, owner, _ in places)
            shown = any(path in rights[id] for path, owner, _ in places if owner != id)
            if shown and not own and any(id in kept for *_, kept in places) and id not in told:
                yield f"{id} is shown a home that is kept from them elsewhere, and nothing says so"


def _holds(parts_of: Sequence[str], path: str) -> bool:
    pattern = re.sub(r"\[\d+\]", "[]", path)
    return any(re.match(re.escape(part) + r"($|[.\[])", pattern) for part in parts_of)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Look for canaries in the copies of made-up records.")
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--from", dest="start", type=int, default=0, metavar="SEED")
    given = parser.parse_args(arguments)
    tally, began = Tally(), time.monotonic()
    for seed in range(given.start, given.start + given.records):
        look(seed, tally)
        if tally.faults:
            break
    for fault in tally.faults[:20]:
        sys.stdout.write(fault + "\n")
    sys.stdout.write(
        f"{tally.records} records, {tally.canaries} canaries, {tally.made} of {tally.copies} copies made,"
        f" {tally.printed} canaries printed, {len(tally.faults)} faults, {time.monotonic() - began:.0f} s\n"
    )
    return 1 if tally.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
