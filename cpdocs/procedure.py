"""A procedure's folder in, a Procedure out: its words, limits, rules, required contents and sendings.

A procedure is data that mirrors a published page, so that a safeguarding lead can hold the two side by side.
The council's own folder lies over it, file by file (decision 18): what it says wins, what it leaves out stays.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from cpdocs import source
from cpdocs.finding import Kind, Severity
from cpdocs.workdays import Calendar, Store, Timescale


class DataError(Exception):
    """A file of a procedure, document or council can't be used; the message says which and why."""

    def __init__(self, message: str, help: str = "") -> None:
        """Keep what is wrong and the next step."""
        super().__init__(message)
        self.message = message
        self.help = help


class Limit(NamedTuple):
    """A number of the procedure beside its clause: a time, or a count such as a quorum."""

    name: str
    cite: str
    carries: tuple[str, ...]
    times: tuple[tuple[date, Timescale], ...] = ()
    number: int | None = None
    """A count, such as a quorum."""

    def on(self, day: date | None = None) -> Timescale:
        """The time in force on a day; the newest without one."""
        chosen = self.times[0][1]
        for start, time in self.times:
            if day is None or start <= day:
                chosen = time
        return chosen


class Rule(NamedTuple):
    """One rule: its identity and clause, the rows it ranges over, and what its shape is told."""

    id: str
    title: str
    shape: str
    severity: Severity
    kind: Kind | None
    cite: str
    help: str
    carries: tuple[str, ...]
    kinds: frozenset[str] | None
    rows: str
    when: Mapping[str, Any]
    phase: str
    given: Mapping[str, Any]
    breaks: Sequence[Mapping[str, Any]]
    file: str = ""
    line: int = 1

    def names(self, key: str) -> tuple[str, ...]:
        """A parameter that is one word or a list of words, as words."""
        value = self.given.get(key) or ()
        return (value,) if isinstance(value, str) else tuple(value)

    def text(self, key: str, default: str = "") -> str:
        """A parameter that is one word."""
        value = self.given.get(key)
        return value if isinstance(value, str) else default


class Due(NamedTuple):
    """When a document is due: a limit counted from a date in the record."""

    limit: str
    after: str
    or_by: str = ""


class Sending(NamedTuple):
    """One line of who gets what: a document, the lists it goes to, the roles it never goes to, and by when."""

    id: str
    document: str
    to: tuple[str, ...]
    never: frozenset[str]
    unless: str
    due: Due | None
    when: Mapping[str, Any]
    kinds: frozenset[str] | None
    cite: str
    carries: tuple[str, ...]
    note: str = ""
    off: bool = False


class Procedure(NamedTuple):
    """A published procedure as data, with the council's layer applied."""

    id: str
    title: str
    short: str
    source: str
    dated: str
    language: str
    country: str
    words: Mapping[str, str]
    agency_groups: Mapping[str, Mapping[str, Any]]
    limits: Mapping[str, Limit]
    quorum: Mapping[str, Any]
    sendings: Sequence[Sending]
    rules: Sequence[Rule]
    contents: Mapping[str, Any]
    passages: frozenset[str]
    settings: Mapping[str, Any]
    authorities: Mapping[str, Mapping[str, Any]]
    calendar_of: Mapping[str, Any]
    folder: Path
    council: Path | None = None
    labels: Mapping[str, str] = MappingProxyType({})

    def cite(self, clause: str) -> str:
        """A clause with the procedure's name in front."""
        return f"{self.short} {clause}".strip()

    def limit(self, name: str, day: date | None = None) -> Timescale | None:
        """The time that a limit names, or that is written out (`10 working days`); None if there is none."""
        if name in self.limits:
            return self.limits[name].on(day) if self.limits[name].times else None
        return Timescale.parse(name) if name and name[-1:].isalpha() and " " in name else None

    def calendar(self, authority: str | None = None) -> Calendar:
        """The days this place works, with the authority's extra and removed days."""
        own = self.authorities.get(authority or "", {})
        return Calendar(
            self.calendar_of.get("country", "GB"),
            self.calendar_of.get("subdivision"),
            _days(self.calendar_of.get("extra_days")) | _days(own.get("extra_days")),
            _days(self.calendar_of.get("removed_days")) | _days(own.get("removed_days")),
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of record that this procedure knows: those it shows a sample of."""
        places = [self.folder, self.council] if self.council else [self.folder]
        return tuple(sorted({path.stem for place in places for path in place.glob("samples/*.yaml")}))

    @property
    def order(self) -> list[str]:
        """The paths that the required contents ask for, in the source's order."""
        return [path for _, entry, base in entries(self.contents) for path in needs_of(entry, base)]


def entries(schema: Mapping[str, Any], base: str = "") -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Every requirement of a contents schema: its id, the entry, and the pattern of the rows it speaks of."""
    for entry in schema.get("allOf", ()):
        if "x-rule" in entry:
            yield entry["x-rule"], entry, base
    for key, below in schema.get("properties", {}).items():
        yield from entries(below, f"{base}.{key}" if base else key)
    if isinstance(schema.get("items"), Mapping):
        yield from entries(schema["items"], base + "[]")


def needs_of(entry: Mapping[str, Any], base: str) -> list[str]:
    """The full patterns of everything an entry of a contents schema asks to be written."""
    found: list[str] = []
    for part in (entry, entry.get("then", {})):
        for need in part.get("x-needs", ()):
            found += [f"{base}.{option}" if base else option for option in need.split("|")]
    return found


def load(folder: Path, council: Path | None = None) -> Procedure:
    """Read one procedure's folder, and the council's folder of the same name over it.

    Raises DataError if a file is missing or can't be read.
    """
    over = council if council and council.is_dir() else None
    head = _merged(folder, over, "procedure.yaml")
    own = source_list(folder / "rules.yaml")
    council_rules = source_list(over / "rules.yaml") if over and (over / "rules.yaml").exists() else []
    contents = _json(folder / "contents.schema.json")
    authorities: dict[str, dict[str, Any]] = {}
    for place in (folder, over):
        for path in sorted((place / "authorities").glob("*.yaml")) if place else ():
            authorities[path.stem] = {**authorities.get(path.stem, {}), **read_data(path)}
    limits = {name: _limit(name, entry) for name, entry in (head.get("limits") or {}).items()}
    return Procedure(
        id=folder.name,
        title=head["title"],
        short=head.get("short", head["title"]),
        source=head.get("source", ""),
        dated=head.get("dated", ""),
        language=head.get("language", "en-GB"),
        country=head.get("country", ""),
        words=head.get("words") or {},
        agency_groups=head.get("agency_groups") or {},
        limits=limits,
        quorum=head.get("quorum") or {},
        sendings=tuple(_sending(entry) for entry in _by_id(head.get("sendings") or [])),
        rules=tuple(_rule(entry) for entry in _by_id([*own, *council_rules])),
        contents=contents,
        passages=frozenset(head.get("passages") or ()),
        settings=head.get("settings") or {},
        authorities=authorities,
        calendar_of=head.get("calendar") or {},
        folder=folder,
        council=over,
        labels=head.get("labels") or {},
    )


def _by_id(items: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Entries with one id become one: a council switches a rule by naming it and what differs."""
    merged: dict[str, Mapping[str, Any]] = {}
    for item in items:
        merged[item["id"]] = {**merged.get(item["id"], {}), **item}
    return list(merged.values())


def _merged(folder: Path, over: Path | None, name: str) -> dict[str, Any]:
    base = read_data(folder / name)
    if over and (over / name).exists():
        base = _deep(base, read_data(over / name))
    return base


def _deep(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(base)
    for key, value in over.items():
        if isinstance(value, Mapping) and isinstance(out.get(key), dict):
            out[key] = _deep(out[key], value)
        elif key == "sendings" and isinstance(out.get(key), list):
            out[key] = [*out[key], *value]
        else:
            out[key] = value
    return out


def read_data(path: Path) -> dict[str, Any]:
    """A data file of keys and values. Raises DataError if it is missing or can't be read."""
    data = _known(path, _read)
    if not isinstance(data, dict):
        raise DataError(f"{path.name} should hold keys and values.", f"See {path}.")
    return data


def source_list(path: Path) -> list[dict[str, Any]]:
    """A YAML file that holds a list of entries; each gets `__line__`, where it begins.

    Raises DataError if it can't be read.
    """
    return [{**entry, "__file__": str(path)} for entry in _known(path, _entries)]


def _entries(path: Path) -> list[dict[str, Any]]:
    tree = _tree(path)
    data = tree.data
    if data is None:
        return []
    if not isinstance(data, list):
        raise DataError(f"{path.name} should hold a list.", f"See {path}.")
    return [{**entry, "__line__": tree.place(f"[{number}]").line} for number, entry in enumerate(data)]


_store: Store | None = None


def keep_in(store: Store | None) -> None:
    """Keep what data files say once they are read, by a hash of their text; a record is never kept."""
    global _store
    _store = store


def _known(path: Path, made: Callable[[Path], Any]) -> Any:
    if _store is None or not path.exists():
        return made(path)
    name = f"data-{_reader()}-{hashlib.sha256(made.__name__.encode() + path.read_bytes()).hexdigest()}"
    kept = _store.get(name)
    if kept is not None:
        return json.loads(kept)
    data = made(path)
    _store.put(name, json.dumps(data, ensure_ascii=False).encode())
    return data


@lru_cache(maxsize=1)
def _reader() -> str:
    """A hash of the code that reads: what another version of it kept isn't taken."""
    here = Path(__file__)
    texts = [here.with_name(name).read_bytes() for name in (here.name, "source.py", "slips.py")]
    return hashlib.sha256(b"".join(texts)).hexdigest()[:12]


def _tree(path: Path) -> source.Tree:
    if not path.exists():
        raise DataError(f"{path} is missing.", "Every procedure's folder needs this file.")
    tree, found = source.read(path)
    errors = [finding for finding in found if finding.severity == "error"]
    if errors:
        first = errors[0]
        raise DataError(f"{path}, line {first.place.line}: {first.message}", first.help)
    return tree


def _read(path: Path) -> Any:
    return _tree(path).data


def _json(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise DataError(f"{path} is missing.", "Every procedure's folder needs this file.")
    data = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict):
        raise DataError(f"{path.name} isn't a schema.", f"See {path}.")
    return data


def _words(value: Any) -> tuple[str, ...]:
    if not value:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _limit(name: str, entry: Mapping[str, Any]) -> Limit:
    time = entry.get("time")
    times: list[tuple[date, Timescale]] = []
    if isinstance(time, Mapping):
        times = [(date.fromisoformat(day), Timescale.parse(text)) for day, text in sorted(time.items())]
    elif time:
        times = [(date.min, Timescale.parse(time))]
    count = entry.get("count")
    return Limit(
        name,
        entry.get("cite", ""),
        _words(entry.get("carries")),
        tuple(times),
        int(count) if count is not None else None,
    )


def _rule(entry: Mapping[str, Any]) -> Rule:
    known = {
        "id", "title", "shape", "severity", "kind", "cite", "help", "carries", "kinds", "for", "when",
        "phase", "breaks", "__file__", "__line__",
    }  # fmt: skip
    breaks = entry.get("breaks") or ()
    return Rule(
        id=entry["id"],
        title=entry.get("title", ""),
        shape=entry.get("shape", ""),
        severity=entry.get("severity", "error"),
        kind=entry.get("kind"),
        cite=entry.get("cite", ""),
        help=entry.get("help", ""),
        carries=_words(entry.get("carries")) or (entry["id"],),
        kinds=frozenset(_words(entry["kinds"])) if entry.get("kinds") else None,
        rows=entry.get("for") or "",
        when=entry.get("when") or {},
        phase=entry.get("phase", "draft"),
        given={key: value for key, value in entry.items() if key not in known},
        breaks=(breaks,) if isinstance(breaks, Mapping) else tuple(breaks),
        file=entry.get("__file__", ""),
        line=entry.get("__line__", 1),
    )


def _sending(entry: Mapping[str, Any]) -> Sending:
    due = entry.get("due")
    return Sending(
        id=entry["id"],
        document=entry["document"],
        to=_words(entry.get("to")),
        never=frozenset(_words(entry.get("never"))),
        unless=entry.get("unless", "") or "",
        due=Due(due["limit"], due["after"], due.get("or_by", "") or "") if isinstance(due, Mapping) else None,
        when=entry.get("when") or {},
        kinds=frozenset(_words(entry["kinds"])) if entry.get("kinds") else None,
        cite=entry.get("cite", ""),
        carries=_words(entry.get("carries")) or (entry["id"],),
        note=entry.get("note", "") or "",
        off=entry.get("off") == "yes",
    )


def _days(value: Any) -> frozenset[date]:
    found = value.keys() if isinstance(value, Mapping) else _words(value)
    return frozenset(date.fromisoformat(str(day)) for day in found)
