"""A Tree and a schema in, findings out: what may be written (`check_shape`) and what is missing (`gaps`).

One machine checks every file that people write: the record, a procedure's files, a document's, a locale's.
It is a JSON Schema validator with three words of our own. `x-type` says what a text stands for (a date, a
time, an id), `x-needs` names the paths that must be written within an object, `x-kinds` limits a requirement
to kinds of record. Its errors are told in the author's words, all at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from cpdocs import paths, validator
from cpdocs.fields import GATES, Field, build
from cpdocs.finding import Finding, Place, Severity
from cpdocs.misfits import MAX_FINDINGS, Tellers, finding
from cpdocs.source import Tree


@lru_cache(maxsize=32)
def load(path: Path) -> Mapping[str, Any]:
    """Read a schema file; the same object each time, so that its compiled form is kept too."""
    schema: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def check_shape(tree: Tree, schema: Mapping[str, Any]) -> list[Finding]:
    """Every place where a file says what the schema has no room for, in reading order.

    `schema` is a JSON Schema (draft-07), as read by `load`. Empty values are always allowed: a half-filled
    file is a draft. A Tree that isn't whole has nothing to check.
    """
    if not tree.whole or tree.data is None:
        return []
    compiled = _compiled(schema)
    tellers: Tellers | None = None
    found: dict[tuple[str, str], Finding] = {}
    for error in compiled.validator.iter_errors(tree.data):
        misfit = validator.misfit(error, tree.data, schema)
        if misfit.instance is None:
            continue
        tellers = tellers or Tellers(tree, compiled.fields)
        for told in tellers.tell(misfit):
            key = (told.place.path, "" if told.rule != "SCH-KEY" else told.rule)
            old = found.get(key)
            if old is None or old.rule == "SCH-FORM" != told.rule or told.rule == "SCH-MISSING":
                found[key] = told
        if len(found) >= MAX_FINDINGS:
            place = Place(tree.file, "", *tree.marks.get("", (1, 1, 1)))
            more = finding("SCH-MORE", f"This file is wrong in {MAX_FINDINGS} places or more.", place)
            return [*_sorted(found.values()), more]
    return _sorted(found.values())


def gaps(
    data: Any,
    tree: Tree,
    contents: Mapping[str, Any],
    kind: str,
    names: Callable[[str], str],
    fields: Field | None = None,
    cite: str = "",
) -> list[Finding]:
    """Every required content that isn't written, one finding each, in the source's order.

    `data` is the pruned record, `contents` a procedure's contents.schema.json, `kind` the kind of record.
    `names` gives the display name of the row at a path (`children[1]`). `fields`, the record's field tree,
    lends titles to what is missing. `cite` stands before each clause. A finding's path is that of what is
    missing; its line is that of the nearest thing written.
    """
    if not isinstance(data, Mapping):
        return []
    found: dict[tuple[str, str], Finding] = {}
    for entry, base, row, missing in _misses(data, contents):
        if _applies(entry, kind):
            gap = _gap(validator.whole(entry, contents), base, missing, row, tree, names, fields, cite)
            found.setdefault((gap.rule, gap.place.path), gap)
    return list(found.values())


def _misses(data: Any, contents: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str, Any, str]]:
    """Each requirement that a row doesn't meet: itself, the row's path, the row, and the path of what is missing."""
    for group in _requirements(contents):
        missed: list[list[tuple[str, Any, str]]] = [[] for _ in group.entries]
        for base, row in _rows(data, paths.split(group.pattern), ""):
            for error in group.validator.iter_errors({**row, validator.ROW: None}):
                missed[error.evaluation_path[1]] += [(base, row, path) for path in _missing(error, row, group.schema)]
        for entry, those in zip(group.entries, missed, strict=True):
            for base, row, path in those:
                yield entry, base, row, path


class _Compiled:
    """One schema made ready: its validator, and the field tree for titles."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema  # kept, so that its id stays its own
        self.validator = validator.made(schema)

    @cached_property
    def fields(self) -> Field:
        """Where each key belongs, and its title; only asked for when something is wrong."""
        return build(self.schema)


class _Group(NamedTuple):
    """The requirements of one pattern of rows: themselves, the schema that holds them all, and its validator."""

    pattern: str
    entries: list[Mapping[str, Any]]
    schema: Mapping[str, Any]
    validator: Any


_cache: dict[int, _Compiled] = {}
_contents_cache: dict[int, tuple[Mapping[str, Any], list[_Group]]] = {}


def _compiled(schema: Mapping[str, Any]) -> _Compiled:
    if id(schema) not in _cache:
        if len(_cache) > 64:
            _cache.clear()
        _cache[id(schema)] = _Compiled(schema)
    return _cache[id(schema)]


def _requirements(contents: Mapping[str, Any]) -> list[_Group]:
    """The requirements of a contents schema in groups by their rows, in the source's order."""
    if id(contents) not in _contents_cache:
        if len(_contents_cache) > 64:
            _contents_cache.clear()
        entries: dict[str, list[Mapping[str, Any]]] = {}
        for pattern, entry in _entries(contents, ""):
            entries.setdefault(pattern, []).append(entry)
        schemas = {
            pattern: {"definitions": contents.get("definitions", {}), "allOf": group}
            for pattern, group in entries.items()
        }
        made = [
            _Group(pattern, entries[pattern], schema, validator.made(schema, pruned=True))
            for pattern, schema in schemas.items()
        ]
        _contents_cache[id(contents)] = (contents, made)
    return _contents_cache[id(contents)][1]


def _entries(node: Mapping[str, Any], pattern: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for entry in node.get("allOf", ()):
        if "x-rule" in entry:
            yield pattern, entry
    for key, below in node.get("properties", {}).items():
        yield from _entries(below, f"{pattern}.{key}" if pattern else key)
    if isinstance(node.get("items"), Mapping):
        yield from _entries(node["items"], pattern + "[]")


def _rows(here: Any, steps: tuple[paths.Step, ...], path: str) -> Iterator[tuple[str, Any]]:
    """Every written mapping that a pattern reaches, with its path."""
    if not steps:
        if isinstance(here, Mapping):
            yield path, here
        return
    step, rest = steps[0], steps[1:]
    if step is None and isinstance(here, list):
        for number, entry in enumerate(here):
            yield from _rows(entry, rest, f"{path}[{number}]")
    elif isinstance(step, str) and isinstance(here, Mapping) and step in here:
        yield from _rows(here[step], rest, f"{path}.{step}" if path else step)


def _applies(entry: Any, kind: str) -> bool:
    if not isinstance(entry, Mapping) or "x-rule" not in entry:
        return True
    kinds = entry.get("x-kinds")
    return kind in kinds if kinds else kind != "ending-without-conference"


def _unwritten(instance: Any, path: str) -> list[str]:
    """The concrete paths below an object that a need asks for and that aren't written."""
    steps = paths.split(path)
    return list(_walk(instance, steps, ""))


def _walk(here: Any, steps: tuple[paths.Step, ...], path: str) -> Iterator[str]:
    if not steps:
        if not _written(here):
            yield path
        return
    step, rest = steps[0], steps[1:]
    if step is None:
        if not isinstance(here, list) or not here:
            yield path
            return
        for number, entry in enumerate(here):
            yield from _walk(entry, rest, f"{path}[{number}]")
        return
    below = here.get(step) if isinstance(here, Mapping) else None
    where = f"{path}.{step}" if path else str(step)
    if below is None and None not in rest:
        yield paths.join((*paths.split(where), *rest))
    elif below is None:
        yield where
    else:
        yield from _walk(below, rest, where)


def _written(value: Any) -> bool:
    if isinstance(value, Mapping):  # a text with gates and no words is not written
        return any(_written(below) for key, below in value.items() if key not in GATES)
    if isinstance(value, list):
        return any(_written(entry) for entry in value)
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


def _missing(error: Any, row: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    """What an error says is missing: paths within the row that a requirement speaks of."""
    path = error.instance_path
    if path == [validator.ROW]:
        for need in validator.node_at(error.evaluation_path[:-2], schema)[0]["x-needs"]:
            missing = [_unwritten(row, option) for option in need.split("|")]
            if all(missing):
                yield from missing[0]
    else:
        base = paths.of(path)
        yield paths.below(base, error.kind.property) if error.kind.name == "required" else base


def _gap(
    entry: Mapping[str, Any],
    base: str,
    missing: str,
    row: Mapping[str, Any],
    tree: Tree,
    names: Callable[[str], str],
    fields: Field | None,
    cite: str,
) -> Finding:
    path = paths.below(base, missing)
    field = fields.at(paths.pattern_of(path)) if fields is not None else None
    title = field.title if field is not None and field.title else missing.replace("_", " ").replace(".", ", ")
    child = re.match(r"children\[[0-9]+\]", path)
    who = names(child.group()) if child else (names(base) if base else "")

    def filled(found: re.Match[str]) -> str:
        word = found.group(1)
        if word == "missing":
            return title[:1].lower() + title[1:] if title[1:2].islower() else title
        if word in ("child", "person", "row"):
            return who
        own = row.get(word)
        return own if isinstance(own, str) else found.group()

    own = entry.get("x-message")
    needs = [*entry.get("x-needs", ()), *_needs_of(entry.get("then")), *_needs_of(entry.get("else"))]
    if own is None:
        message = f"{title} isn't written{f' for {who}' if who else ''}."
    else:
        message = re.sub(r"\{([a-z_]+)\}", filled, own)
        if len(needs) > 1 and "{missing}" not in own:
            message += f" What is missing: {title[:1].lower() + title[1:] if title[1:2].islower() else title}."
    clause = f"{cite} {entry.get('x-cite', '')}".strip()
    severity: Severity = entry.get("x-severity", "error")
    help = entry.get("x-help") or f"Write `{missing}`." if missing else entry.get("x-help", "")
    return Finding(
        entry["x-rule"],
        severity,
        "gap",
        message,
        tree.place(path),
        title=entry.get("x-title", ""),
        cite=clause,
        help=help,
        subject=str(row.get("id") or "") if isinstance(row.get("id"), str) else "",
    )


def _needs_of(branch: Any) -> list[str]:
    return list(branch.get("x-needs", ())) if isinstance(branch, Mapping) else []


def _sorted(findings: Any) -> list[Finding]:
    return sorted(findings, key=lambda finding: (finding.place.line, finding.place.column))
