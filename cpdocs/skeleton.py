"""A procedure's name and a kind of conference in, an empty record to fill in out: `cpdocs new`.

The skeleton holds every key that makes sense for that kind of record, in the procedure's order, each with its
title and the values it may have. Nothing in it is a fact: the ids are parts people have (`mother`, `child-a`),
and all else is empty, so that what isn't filled in is found missing and never found false.
"""

from __future__ import annotations

import copy
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

WIDTH = 100
WITH_CONFERENCE = ("initial", "pre-birth", "review", "transfer")
FIRST = {
    "": ("procedure", "authority", "kind", "reference", "conference", "people", "children", "relations"),
    "people[]": ("id", "name", "name_shown_to", "other_names", "role"),
    "children[]": ("id", "name", "other_names", "subject", "date_of_birth", "due_date", "died_on"),
}
"""Who is who comes first in every procedure."""
LAST = (
    "minutes", "decisions_approved", "letters_approved", "ending", "distribution", "acknowledgements",
)  # fmt: skip
SPARED = ("since", "note")
"""Keys of a private detail that a new record can do without."""
RESTRICTION = "restricted_by_chair"
"""Begun and left empty it would hold up every copy, so it isn't begun for anyone."""
LATER = ("corrections", "disclosures", "issued")
"""Lists that begin only after documents have gone out."""
FOR_FAMILY = frozenset(
    ("contact", "household", "joint_letter_with", "relevant", "relevant_reason", RESTRICTION,
     "name_shown_to", "other_names", "role_in_plan", "minutes_agreed_by_conference")
)  # fmt: skip
FOR_PROFESSIONALS = frozenset(
    ("agency", "agency_group", "job", "responsible_authority", "children", "direct_contact", "work_contact")
)
HINTS = {
    "date": "a date",
    "time": "a time",
    "yesno": "yes or no",
    "person": "an id",
    "child": "a child's id",
    "item": "the id of an item of the discussion",
    "tag": "a language's code, such as en-GB, cy, pl or ur",
}

EDITOR_SAYS = {
    "date": "Write it year first: 2041-03-01.",
    "time": "Write it on the 24-hour clock: 10:30.",
    "number": "Write digits only.",
    "tag": "Write a language's code: en-GB, cy, pl or ur.",
    "id": "Small letters, digits and hyphens: a part, such as mother, and never a name.",
    "person": "Write the id of someone under people or children.",
    "child": "Write the id of a child under children.",
    "item": "Write the id of an item of the discussion.",
}
"""What an editor says of a value that isn't one, in place of the pattern it doesn't match."""

_INTRO = """\
This is a record to fill in. How to write it:

- Write after the colon and a space. Leave empty what isn't known yet: an empty key does no harm, and
  `cpdocs check` says what is still missing.
- What stands after a # is only a note for you; it may stay or go.
- Spaces at the beginning of a line matter: keys that belong together stand exactly below each other.
  Use spaces, never the tab key.
- Dates: year first, 2041-03-01. Times: 10:30. Questions: yes or no.
- If a text holds a colon followed by a space, or begins with a sign such as " ' - # [ { & * ! | > % @,
  put it in quotes: "He said: no". Inside such quotes write 'single' ones.
- A long text: write a | after the colon, then the text below it, each line set in by two more spaces.
  An empty line makes a new paragraph; a line that begins with "- " becomes a point of a list.
- A list has one entry after each "- ". To fill in a list that is shown behind # signs, take the "# "
  away from the beginning of its lines. A list of ids may stand in one line: [mother, child-a].
- Write each person once, under people, with an id that says their part (mother, school-nurse, never a
  name); everywhere else write that id.
- Not for everyone? Any text may be written as a set of keys instead: text, and beside it about (whom it is
  about), audience (who may read it) or from_items (the items of the discussion that it retells).
  A private address or number stands only where it is asked for, and names under shown_to who else may
  read it."""


def skeleton(procedure: str, kind: str, record_schema: dict[str, Any], order: list[str] | None) -> str:
    """The text of a new record.

    `procedure` is the name of a procedure's folder, `kind` one of the kinds the schema lists. `order` holds
    the paths that the procedure asks for, in its source's order (`children[].wishes_and_feelings.text`);
    a key that it doesn't name stays behind its neighbour in the schema. Raises ValueError for another kind.
    """
    kinds = [value for value in record_schema["properties"]["kind"]["enum"] if value]
    if kind not in kinds:
        raise ValueError(f"`{kind}` is no kind of conference. Write one of: {', '.join(kinds)}.")
    return "\n".join(_Skeleton(procedure, kind, record_schema, order or []).lines()) + "\n"


def offering(record_schema: Mapping[str, Any], choices: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The record's schema as it stands beside a new record, for the skeleton and for an editor.

    `choices` holds, for each path whose words only a procedure or the library knows, those words with their meaning.
    """
    schema = copy.deepcopy(dict(record_schema))
    shared = schema["definitions"]
    _say_of_itself(schema, copy.deepcopy(shared))
    for name, node in shared.items():  # an editor shows these in place of what the field says of itself
        for word in ("title", "description", "examples"):
            node.pop(word, None)
        if name in EDITOR_SAYS:
            node["errorMessage"] = EDITOR_SAYS[name]
    for path, labels in choices.items():
        node = schema
        for key in path.replace("[]", "").split("."):
            node = node["properties"][key]
            node = node.get("items", node)
        if labels:
            meanings = [*labels.values(), "Left empty: not known yet."]
            node |= {"enum": [*labels, None], "x-labels": dict(labels), "enumDescriptions": meanings}
    return schema


def _say_of_itself(node: Any, shared: Mapping[str, Mapping[str, Any]]) -> None:
    """Give each field without words of its own those of the definition that it takes over."""
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _say_of_itself(below, shared)
    for field in node.get("properties", {}).values() if isinstance(node, dict) else ():
        for part in field.get("allOf", ()):
            words = shared.get(part.get("$ref", "").removeprefix("#/definitions/"), {})
            for word in ("title", "description", "examples"):
                if word in words:
                    field.setdefault(word, words[word])


class _Skeleton:
    """What all parts of one skeleton need to know."""

    def __init__(self, procedure: str, kind: str, schema: Mapping[str, Any], order: Sequence[str]) -> None:
        self.schema = schema
        self.kind = kind
        self.conference = kind in WITH_CONFERENCE
        self.given = {"procedure": procedure, "kind": kind}
        self.rank: dict[str, int] = {}
        for number, path in enumerate(order):
            parts = path.split(".")
            for end in range(1, len(parts) + 1):
                for name in {".".join(parts[:end]), ".".join(parts[:end]).removesuffix("[]")}:
                    self.rank.setdefault(name, number)

    def lines(self) -> Iterator[str]:
        yield "# yaml-language-server: $schema=record.schema.json"
        yield "#"
        yield from (f"# {line}".rstrip() for line in _INTRO.split("\n"))
        for key, node in self.fitting(self.schema, "", WITH_CONFERENCE):
            if key in LATER:
                continue
            yield ""
            if key in self.given:
                meaning = node.get("x-labels", {}).get(self.given[key], "")
                yield f"# {node['title']}" + (f": {meaning}" if meaning else "")
                yield f"{key}: {self.given[key]}"
            elif key == "people":
                yield from self.people(node)
            elif key == "children":
                yield from self.children(node)
            else:
                yield from _wrapped(f"{node['title']}. {node['description']}")
                yield from self.key(key, node, key, top=True)
        yield ""
        yield from _wrapped(
            "Later, when documents have gone out, these lists may follow: "
            + ", ".join(key for key, _ in self.fitting(self.schema, "", WITH_CONFERENCE) if key in LATER)
            + "."
        )

    def people(self, node: Mapping[str, Any]) -> Iterator[str]:
        """Two parents and the lead worker; with a conference its chair and minute-taker too."""
        entry = self.resolved(node["items"])
        fields = list(self.fitting(entry, "people[]", self.kinds(node, WITH_CONFERENCE)))
        yield from _wrapped(f"{node['title']}. {node['description']}")
        yield "people:"
        for_family = [(key, below) for key, below in fields if key not in FOR_PROFESSIONALS and key != RESTRICTION]
        yield from self.entry("people[]", for_family, {"id": "mother", "role": "parent"})
        if RESTRICTION in dict(fields):
            yield f"    # `{RESTRICTION}:` with `reason:` below it, only where the chair keeps the minutes from them"
        yield ""
        yield "  # The next people, with the keys that are needed most; any key of the first may be added."
        short = [(key, below) for key, below in for_family if key in ("id", "name", "role", "contact")]
        yield from self.entry("people[]", short, {"id": "father", "role": "parent"}, notes=False)
        yield ""
        for_work = [(key, below) for key, below in fields if key in (*FOR_PROFESSIONALS, "id", "name", "role")]
        given = {"id": "lead-worker", "role": "lead-worker"}
        yield from self.entry("people[]", for_work, given, but=frozenset(("id", "name", "role")))
        if not self.conference:
            return
        brief = [(key, below) for key, below in for_work if key in ("id", "name", "role", "agency", "job")]
        for role in ("chair", "minute-taker"):
            yield ""
            yield from self.entry("people[]", brief, {"id": role, "role": role}, notes=False)

    def children(self, node: Mapping[str, Any]) -> Iterator[str]:
        """Two children: the first with a note at each key, the second with the same keys."""
        entry = self.resolved(node["items"])
        fields = list(self.fitting(entry, "children[]", self.kinds(node, WITH_CONFERENCE)))
        yield from _wrapped(f"{node['title']}. {node['description']}")
        yield "children:"
        yield from self.entry("children[]", fields, {"id": "child-a", "subject": "yes"})
        yield ""
        yield "  # The next child: the same keys. Copy these for each further child, or take them out."
        yield from self.entry("children[]", fields, {"id": "child-b", "subject": "yes"}, notes=False)

    def entry(
        self,
        path: str,
        fields: Sequence[tuple[str, Mapping[str, Any]]],
        given: Mapping[str, str],
        *,
        notes: bool = True,
        but: frozenset[str] = frozenset(),
    ) -> Iterator[str]:
        """One entry of a list, with what is given filled in; keys in `but` have no note."""
        lines: list[str] = []
        for key, node in fields:
            noted = notes and key not in but
            own = list(self.key(key, node, f"{path}.{key}", notes=noted, value=given.get(key, "")))
            lines += own
        yield from _dashed(lines, "  ")

    def key(
        self,
        key: str,
        node: Mapping[str, Any],
        path: str,
        *,
        notes: bool = True,
        top: bool = False,
        value: str = "",
        kinds: Sequence[str] = (),
    ) -> Iterator[str]:
        """A key with what may stand below it; a list of entries is shown behind # signs.

        At the top its words stand above it already.
        """
        full = self.resolved(node)
        kinds = kinds or self.kinds(node, (self.kind,))
        entry = self.resolved(full["items"]) if "items" in full else {}
        if "x-type" in full or "x-type" in entry:
            if notes and "enum" in (full if "x-type" in full else entry) and full.get("x-type") != "yesno":
                title, *values = self.explained(full, self.title(full, entry))
                yield from (values if top else (title, *values))
                note = ""
            else:
                note = "" if top or not notes else f"  # {self.title(full, entry)}"
            yield f"{key}: {value}{note}".rstrip() if value else f"{key}:{note}"
            return
        note = f"  # {full['title']}" if notes and not top else ""
        if not entry:
            yield f"{key}:{note}"
            for below, child in self.fitting(full, path, kinds):
                inner = self.key(below, child, f"{path}.{below}", notes=notes, kinds=self.kinds(child, kinds))
                yield from (f"  {line}" for line in inner)
            return
        yield f"{key}:{note}" + (" (a list)" if note else "")
        if not notes:
            return
        lines: list[str] = []
        for below, child in self.fitting(entry, f"{path}[]", kinds):
            lines += self.key(below, child, f"{path}[].{below}", kinds=self.kinds(child, kinds))
        yield from (f"  # {line}" for line in _dashed(lines, ""))

    def fitting(
        self, node: Mapping[str, Any], path: str, kinds: Sequence[str]
    ) -> list[tuple[str, Mapping[str, Any]]]:
        """The keys of a mapping that fit this kind of record, in the procedure's order."""
        fields = [
            (key, below)
            for key, below in node["properties"].items()
            if "x-gate" not in below
            and self.kind in self.kinds(below, kinds)
            and not ("shown_to" in node["properties"] and key in SPARED)
        ]
        places: dict[str, tuple[int, int, int]] = {}
        last = -1
        for number, (key, _) in enumerate(fields):
            if key in FIRST.get(path, ()):
                places[key] = (0, FIRST[path].index(key), 0)
            elif key in LAST and not path:
                places[key] = (2, LAST.index(key), 0)
            else:
                last = self.rank.get(f"{path}.{key}" if path else key, last)
                places[key] = (1, last, number)
        return sorted(fields, key=lambda field: places[field[0]])

    def kinds(self, node: Mapping[str, Any], inherited: Sequence[str]) -> Sequence[str]:
        """The kinds of record a field is for: its own, else those of what it stands in."""
        own: Sequence[str] = node.get("x-kinds", inherited)
        return own

    def title(self, full: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
        """A field's title and how to write it."""
        kind = (entry or full).get("x-type", "")
        hint = HINTS.get(kind, "")
        if entry:
            hint = {"person": "a list of ids", "child": "a list of ids", "item": "a list of ids"}.get(kind, "a list")
        return f"{full['title']} ({hint})" if hint else str(full["title"])

    def explained(self, node: Mapping[str, Any], title: str) -> Iterator[str]:
        """A field's title, and below it each value it may have with its meaning, as notes."""
        full = self.resolved(node)
        coded = self.resolved(full["items"]) if "items" in full else full
        yield f"# {title}"
        values = [value for value in coded.get("enum", ()) if value is not None]
        width = max((len(value) for value in values), default=0)
        for value in values:
            label = coded["x-labels"][value]
            same = label == value.replace("-", " ") or label == value
            yield f"#   {value}" if same else f"#   {value:<{width}}  {label}"

    def resolved(self, node: Mapping[str, Any]) -> dict[str, Any]:
        """A schema node with its references folded in; its own words win."""
        out: dict[str, Any] = {}
        for part in node.get("allOf", ()):
            out |= self.resolved(self.schema["definitions"][part["$ref"].removeprefix("#/definitions/")])
        return out | {key: value for key, value in node.items() if key != "allOf"}


def _wrapped(text: str) -> Iterator[str]:
    yield from (f"# {line}" for line in textwrap.wrap(text, WIDTH))


def _dashed(lines: Sequence[str], indent: str) -> Iterator[str]:
    """Lines as one entry of a list: the dash stands before the first key, notes before it stay above."""
    dashed = False
    for line in lines:
        first = not dashed and not line.startswith("#")
        dashed = dashed or first
        yield f"{indent}{'- ' if first else '  '}{line}".rstrip()
