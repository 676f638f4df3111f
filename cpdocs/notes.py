"""What a copy leaves out and what it tells of other adults, in the chair's words: withheld paths in, short parts out.

A part names an entry once. Who is left out wholly isn't listed again wherever else they stand, and who may read an
address isn't a thing that is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cpdocs import paths
from cpdocs.disclosure import Disclosed, Withheld, aside
from cpdocs.locales import ENGLISH
from cpdocs.once import Once
from cpdocs.readers import reader
from cpdocs.record import Record, day_of, text_of
from cpdocs.rules import title_of, words_of
from cpdocs.sieves import GROUNDS


class Entry(NamedTuple):
    """Where a value stands: the list or part of the record, the entry in it, the field, and whom the entry is of."""

    section: str
    label: str
    field: str
    person: str
    key: str
    """What tells this entry from every other."""
    names_it: bool
    """Whether this value is the entry's own name: without it the whole entry is left out."""


Note = tuple[str, str]
"""The ground on which something is left out (or whom something tells of), and what, as a list entry with its fields."""

_NAMES = ("id", "person", "children", "title", "item", "text", "what", "reason", "date")
"""What an entry of a list is called by, the best first."""
_PEOPLE = ("people", "children")
_LONG = 48
_MANY = 4


class Places:
    """Where a record's paths stand, in words; each is worked out once, since copies leave out much the same."""

    def __init__(self, record: Record) -> None:
        """The places of one record."""
        self.record = record
        self._entries: dict[str, Entry] = {}
        self._labels: dict[str, tuple[str, str, str]] = {}
        self._titles: dict[str, str] = {}
        self._once = Once()
        self._alike = Counter(person.name for person in record.people.values())

    def name(self, id: str) -> str:
        """How someone is named among others: by their name, and their id too where two have the same."""
        person = self.record.people.get(id) or reader(self.record, id)
        called = person.name or (ENGLISH.phrase("unborn-name") if id in self.record.children else "")
        if not called:
            return id
        return f"{called} ({id})" if self._alike[person.name] > 1 else called

    def __call__(self, path: str) -> Entry:
        """The entry that a path belongs to, and the field within it."""
        found = self._entries.get(path)
        if found is None:
            found = self._entries[path] = self._entry(path)
        return found

    def _entry(self, path: str) -> Entry:
        record = self.record
        steps = tuple(step for step in paths.split(path) if step is not None)
        if not steps:  # a key that is no name stands nowhere in a record
            return Entry("", "", "", "", path, names_it=False)
        head = str(steps[0])
        section = "" if head == "facts" else self._title(head)
        if len(steps) < 2 or not isinstance(steps[1], int):
            if len(steps) > 2 and isinstance(steps[-1], int) and (id := text_of(record.get(path))) in record.people:
                field = "" if len(steps) == 3 else self._field(steps)
                return Entry(section, self.name(id), field, id, path, names_it=True)
            return Entry(section, "", self._field(steps[:3]) if len(steps) > 1 else "", "", head, names_it=False)
        key = f"{head}[{steps[1]}]"
        if key not in self._labels:
            row = record.get(key)
            self._labels[key] = self._label(row if isinstance(row, Mapping) else {})
        named_by, person, label = self._labels[key]
        own = len(steps) > 2 and (steps[2] == named_by or (steps[2] in ("name", "item") and bool(label)))
        return Entry(section, label, self._field(steps[:4]) if len(steps) > 2 else "", person, key, own)

    def _label(self, row: Mapping[str, Any]) -> tuple[str, str, str]:
        """What an entry is called by, whom it is of, and what it is called: a name, a title, or how it begins."""
        for key in _NAMES:
            words = row.get(key)
            if isinstance(words, Mapping):
                words = words.get("text")
            if isinstance(words, list):
                return key, "", ", ".join(self.name(text_of(id)) for id in words)
            if key in ("id", "person") and isinstance(words, str):
                return key, words, self.name(words)
            if found := day_of(words):
                return key, "", words_of(found)
            if isinstance(words, str):
                words = " ".join(words.split())
                return key, "", f"“{words if len(words) <= _LONG else words[:_LONG].rsplit(' ', 1)[0] + '…'}”"
        return "", "", ""

    def _field(self, steps: tuple[str | int, ...]) -> str:
        """A field's title; of what stands deep in a child's entry, that of the part it is in."""
        while steps and (isinstance(steps[-1], int) or steps[-1] == "text"):
            steps = steps[:-1]
        pattern = paths.join(tuple(None if isinstance(step, int) else step for step in steps))
        return self._title(pattern) if len(steps) > 1 else ""

    def _title(self, pattern: str) -> str:
        if pattern not in self._titles:
            self._titles[pattern] = title_of(self.record, pattern)
        return self._titles[pattern]

    def left_out(self, withheld: tuple[Withheld, ...]) -> tuple[Note, ...]:
        """Each ground with the parts that are left out on it; worked out once for copies that leave out the same."""
        return self._once(("left out", withheld), lambda: self._left_out(withheld))

    def _left_out(self, withheld: tuple[Withheld, ...]) -> tuple[Note, ...]:
        rows = [
            (one.ground, self(one.path), self.record.get(one.path) if one.ground == "person" else "")
            for one in withheld
            if one.ground != "label" and not aside(self.record, one.path)
        ]
        gone = {entry.key for _, entry, _ in rows if entry.names_it}
        hidden = {entry.person for _, entry, _ in rows if entry.names_it and entry.key.startswith(_PEOPLE)}
        found: list[tuple[str, Entry]] = []
        for ground, entry, value in rows:
            mentioned = value if isinstance(value, str) and value in self.record.people else entry.person
            follows = (ground == "person" and mentioned in hidden) or (
                entry.person in hidden and not entry.key.startswith(_PEOPLE) and entry.names_it
            )
            if follows or (entry.key in gone and not entry.names_it) or entry.key.startswith("relations"):
                continue
            found.append((ground, entry._replace(field="") if entry.names_it and entry.key in gone else entry))
        return tuple(parts(found))

    def told(self, told: tuple[tuple[str, str], ...]) -> tuple[Note, ...]:
        """Each adult of whom a copy tells its reader, with the parts that do; worked out once, as above."""
        return self._once(("told", told), lambda: self._told(told))

    def _told(self, told: tuple[tuple[str, str], ...]) -> tuple[Note, ...]:
        found = [(id, self(path)) for path, id in told]
        whole = {(who, entry.key) for who, entry in found if entry.names_it}
        found = [(who, entry._replace(field="") if (who, entry.key) in whole else entry) for who, entry in found]
        return tuple(parts(found))


def parts(found: Iterable[tuple[str, Entry]]) -> list[tuple[str, str]]:
    """Entries of one section of which the same fields are meant stand together, behind the section's name."""
    fields: dict[tuple[str, str, str, str], dict[str, None]] = {}
    for why, entry in found:
        of = "" if entry.key.startswith(_PEOPLE) else entry.section
        own = fields.setdefault((why, of, entry.label, entry.key), {})
        if entry.field:
            own[entry.field] = None
    alike: dict[tuple[str, str, tuple[str, ...]], dict[str, None]] = {}
    for (why, of, label, _), own in fields.items():
        few = tuple(own) if len(own) <= _MANY else (*list(own)[:_MANY], f"and {len(own) - _MANY} more")
        alike.setdefault((why, of, few), {})[label] = None
    sections: dict[tuple[str, str], list[str]] = {}
    for (why, of, few), labels in alike.items():
        names = ", ".join(filter(None, labels))
        said = f"{names} ({', '.join(few)})" if names and few else names or ", ".join(few)
        sections.setdefault((why, of), []).append(said)
    return [(why, ": ".join(filter(None, (of, ", ".join(filter(None, said)))))) for (why, of), said in sections.items()]


def part(entry: Entry) -> str:
    """One entry with its field."""
    return parts([("", entry)])[0][1]


def joined(notes: Iterable[Note]) -> list[tuple[str, str]]:
    """Notes on the same ground (or about the same adult) as one row."""
    rows: dict[str, list[str]] = {}
    for why, what in notes:
        rows.setdefault(why, []).append(what)
    return [(why, "; ".join(whats)) for why, whats in rows.items()]


def withheld(where: Places, disclosed: Disclosed) -> list[dict[str, str]]:
    """What a copy leaves out, one row a ground with the parts of the record it concerns."""
    return [{"what": what, "why": GROUNDS[ground]} for ground, what in joined(where.left_out(disclosed.withheld))]


def tells(where: Places, disclosed: Disclosed) -> list[dict[str, str]]:
    """What a copy tells its reader about other adults: one row an adult, with the entries that speak of them."""
    return [{"about": where.name(id), "what": what} for id, what in joined(where.told(disclosed.told))]


def by_reader(
    where: Places, copies: Sequence[tuple[str, str, Disclosed]]
) -> tuple[list[dict[str, Any]], list[str]]:
    """What all copies of a reader leave out and tell, each part once with the copies it is true of.

    `copies` are (reader, document, what was disclosed). Readers of whom the same is true stand together; the second
    list are those of whom there is nothing to say.
    """
    documents: dict[str, dict[str, None]] = {}
    found: dict[str, tuple[dict[Note, dict[str, None]], dict[Note, dict[str, None]]]] = {}
    for who, document, disclosed in copies:
        documents.setdefault(who, {})[document] = None
        left, told = found.setdefault(who, ({}, {}))
        for note in where.left_out(disclosed.withheld):
            left.setdefault(note, {})[document] = None
        for note in where.told(disclosed.told):
            told.setdefault(note, {})[document] = None
    grouped: dict[tuple[Any, ...], list[str]] = {}
    plain: list[str] = []
    for who, (left, told) in found.items():
        if left or told:
            grouped.setdefault((_rows(left, documents[who]), _rows(told, documents[who])), []).append(who)
        else:
            plain.append(who)
    return [
        {
            "recipients": "; ".join(own),
            "withheld": [{"copies": at, "why": GROUNDS[why], "what": what} for at, why, what in left],
            "tells": [{"copies": at, "about": where.name(id), "what": what} for at, id, what in told],
        }
        for (left, told), own in grouped.items()
    ], plain


def _rows(notes: Mapping[Note, Mapping[str, None]], documents: Mapping[str, None]) -> tuple[tuple[str, str, str], ...]:
    """(which copies, why or whom, what): parts that are true of the same copies on the same ground, in one row."""
    rows: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for (why, what), own in notes.items():
        rows.setdefault((tuple(own), why), []).append(what)
    return tuple(
        ("every copy" if len(at) == len(documents) > 1 else "; ".join(at), why, "; ".join(whats))
        for (at, why), whats in rows.items()
    )
