"""A Tree and a schema in, findings out: what may be written (`check_shape`) and what is missing (`gaps`).

One machine checks every file that people write: the record, a procedure's files, a document's, a locale's.
It is a JSON Schema validator with three words of our own. `x-type` says what a text stands for (a date, a
time, an id), `x-needs` names the paths that must be written within an object, `x-kinds` limits a requirement
to kinds of record. Its errors are told in the author's words, all at once.

Every value of a Tree is a text or nothing, and the validator is told so (`_plain`): a number is a text of digits,
a key with an empty value isn't there, and no pattern lets a line break pass at a text's end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from cpdocs import leaves, paths
from cpdocs.fields import GATES, Field, build
from cpdocs.finding import Finding, Place, Severity
from cpdocs.misfits import MAX_FINDINGS, Misfit, Tellers, finding
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
        misfit = _misfit(error, tree.data, schema)
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
            gap = _gap(_whole(entry, contents), base, missing, row, tree, names, fields, cite)
            found.setdefault((gap.rule, gap.place.path), gap)
    return list(found.values())


def _misses(data: Any, contents: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str, Any, str]]:
    """Each requirement that a row doesn't meet: itself, the row's path, the row, and the path of what is missing."""
    for group in _requirements(contents):
        missed: list[list[tuple[str, Any, str]]] = [[] for _ in group.entries]
        for base, row in _rows(data, paths.split(group.pattern), ""):
            for error in group.validator.iter_errors({**row, _ROW: None}):
                missed[error.evaluation_path[1]] += [(base, row, path) for path in _missing(error, row, group.schema)]
        for entry, those in zip(group.entries, missed, strict=True):
            for base, row, path in those:
                yield entry, base, row, path


class _Compiled:
    """One schema made ready: its validator, and the field tree for titles."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema  # kept, so that its id stays its own
        self.validator = _validator(_plain(schema))

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
            _Group(pattern, entries[pattern], schema, _validator(_plain(schema), pruned=True))
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


def _whole(node: Any, root: Mapping[str, Any]) -> Any:
    """A requirement without `$ref`s, for what is said of it."""
    if isinstance(node, list):
        return [_whole(part, root) for part in node]
    if not isinstance(node, Mapping):
        return node
    if "$ref" in node:
        return _whole(_target(node, root), root)  # draft-07 ignores what stands beside a $ref
    return {key: _whole(below, root) for key, below in node.items()}


def _target(node: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    found: Any = root
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


# ------------------------------------------------------------------------------------------ the validator

_NOTES = frozenset(("title", "description", "examples", "enumDescriptions", "x-labels", "x-audience", "x-carries"))
_VALUES = frozenset(("enum", "const", "required"))
_NAMED = frozenset(("properties", "patternProperties", "definitions"))
_READ = frozenset(
    (
        "$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "items", "contains", "additionalProperties",
        "propertyNames", "maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties",
        "uniqueItems", *_VALUES, *_NAMED,
    )
)  # fmt: skip
_AS_TEXT = frozenset(("number", "integer", "boolean"))
_ROW = "x-row"
"""A key that every row is given and no `x-needs` allows: an error there is cheap, since it tells of an empty value."""
_NO_LAST_BREAK = r"^(?![\s\S]*\n$)[\s\S]*?"
"""What stands before a pattern with a class that could take a line break; every other stops at it by itself."""


def _plain(node: Any) -> Any:
    """A schema as the validator is given it: what it reads and no more, speaking of texts; each node in its place.

    An `x-type` becomes a format and a type that texts stand for (`_AS_TEXT`) a word of ours. An `x-needs` becomes
    what no row meets: so the validator says which must be asked, and `_missing` asks.
    """
    if isinstance(node, list):
        return [_plain(part) for part in node]
    if not isinstance(node, Mapping):
        return node
    out: dict[str, Any] = {}
    for key, below in node.items():
        if key in _NAMED:
            out[key] = {**out.get(key, {}), **{name: _plain(part) for name, part in below.items()}}
        elif key in _VALUES:
            out[key] = below
        elif key in _READ:
            out[key] = _plain(below)
        elif key == "pattern":
            out[key] = f"{_NO_LAST_BREAK}(?:{below})" if "[^" in below else below
        elif key == "x-needs":
            out["properties"] = {**out.get("properties", {}), _ROW: False}
        elif key == "x-type" and below in leaves.CHECKED:
            out["format"] = _FORMAT + below
        elif key == "type":
            kinds = {below} if isinstance(below, str) else set(below)
            if "string" in kinds or not kinds & _AS_TEXT:
                out[key] = sorted(kinds - _AS_TEXT)
            else:
                out["x-written-as"] = sorted(kinds)
    return out


_FORMAT = "cpdocs-"
_WORDS = {"format": "x-type", "x-written-as": "type"}
"""What a schema's author wrote where the validator is told something else."""


def _validator(schema: dict[str, Any], *, pruned: bool = False) -> Any:
    """The validator of a schema that `_plain` has made; it fetches nothing, whatever a `$ref` says.

    `pruned` data holds no empty key, so that `required` needs no word of ours.
    """
    from jsonschema_rs import Draft7Validator

    return Draft7Validator(
        schema,
        keywords={"x-written-as": _WrittenAs} if pruned else {"x-written-as": _WrittenAs, "required": _Required},
        formats={_FORMAT + kind: partial(_right, kind) for kind in leaves.CHECKED},
        validate_formats=True,
        offline=True,
    )


def _right(kind: str, text: str) -> bool:
    return not leaves.wrong(kind, text)


class _Unmet(Exception):
    """A word of ours isn't met; its text says what is missing, for the words that name something."""


class _Word:
    """A word of our own in a schema, as the validator asks it; `unmet` yields what isn't met."""

    def __init__(self, schema: Mapping[str, Any], value: Any, path: list[str | int]) -> None:
        """The word's value as the schema gives it."""
        self.value = value

    def unmet(self, instance: Any) -> Iterator[str]:
        """What isn't met, each by name."""
        raise NotImplementedError

    def iter_errors(self, instance: Any) -> Iterator[_Unmet]:
        """Everything that isn't met."""
        return map(_Unmet, self.unmet(instance))

    def validate(self, instance: Any) -> None:
        """Raise the first that isn't met."""
        for error in self.iter_errors(instance):
            raise error


class _Required(_Word):
    """`required`: keys that must be there, and with a value."""

    def unmet(self, instance: Any) -> Iterator[str]:
        if isinstance(instance, Mapping):
            yield from (key for key in self.value if instance.get(key) in (None, ""))


class _WrittenAs(_Word):
    """`type` where a text stands for a number or for yes and no."""

    def unmet(self, instance: Any) -> Iterator[str]:
        if not any(_is(kind, instance) for kind in self.value):
            yield "type"


def _is(kind: str, value: Any) -> bool:
    if kind == "number":
        return isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", value) is not None
    if kind == "integer":
        return isinstance(value, str) and re.fullmatch("-?[0-9]{1,18}", value) is not None
    if kind == "boolean":
        return value in ("yes", "no", "true", "false")
    return isinstance(value, _TYPES[kind])


_TYPES: dict[str, type] = {"object": Mapping, "array": list, "null": type(None)}


def _misfit(error: Any, data: Any, schema: Mapping[str, Any]) -> Misfit:
    """An error of the validator as the tellers read it: the place, the word, and the schema around the word."""
    steps, kind = error.evaluation_path, error.kind
    path: list[str | int] = []
    instance = data
    for step in error.instance_path:
        path.append(_own(instance, step))
        instance = instance[path[-1]]
    if kind.name == "propertyNames":
        instance = kind.error.instance
    word = _WORDS.get(steps[-1], steps[-1])
    around = _around(steps[:-1], word, schema)
    value = [kind.message] if word == "required" else around.get(word)
    context: tuple[Misfit, ...] = ()
    if kind.name in ("anyOf", "oneOf"):
        context = tuple(_misfit(below, data, schema) for branch in kind.context for below in branch)
    return Misfit(tuple(path), word, value, around, instance, context)


def _own(within: Any, step: str | int) -> str | int:
    """A step as it is written: the validator tells a key of digits, `040`, as the number 40."""
    if isinstance(within, list) or step in within:
        return step
    known: list[str] = [key for key in within if re.fullmatch(rf"\+?0*{step}", key)]
    return str(step) if str(step) in known else known[0]


def _around(steps: Sequence[str | int], word: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The node that a word stands in, as a part of what refers to it: so an error finds its field's title."""
    node, owner = _node(steps, schema)
    whole: Mapping[str, Any] = _folded(owner, schema)
    if word not in whole or whole[word] != node.get(word):
        whole = _folded(node, schema)
    if "properties" not in whole:
        return whole
    return {**whole, "properties": {key: _folded(below, schema) for key, below in whole["properties"].items()}}


def _node(steps: Sequence[str | int], schema: Mapping[str, Any]) -> tuple[Any, Any]:
    """The node at the end of a validator's path, and the node that it is a part of by `$ref` and `allOf`."""
    node: Any = schema
    owner: Any = schema
    rest = iter(steps)
    for step in rest:
        if step == "$ref":
            node = _target(node, schema)
        elif step == "allOf":
            node = node["allOf"][next(rest)]
        else:
            node = node[step]
            if step in _NAMED or isinstance(node, list):
                node = node[_own(node, next(rest))]
            owner = node
    return node, owner


def _folded(node: Any, root: Mapping[str, Any]) -> Any:
    """A node with its `$ref` followed and those parts of its `allOf` folded in that say nothing twice."""
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _folded(_target(node, root), root)
    out = dict(node)
    rest = []
    for part in out.pop("allOf", ()):
        part = _folded(part, root)
        if part.keys() & (out.keys() - _NOTES) or "allOf" in part:
            rest.append(part)
        else:
            out = {**part, **out}
    return {**out, "allOf": rest} if rest else out


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
    if path == [_ROW]:
        for need in _node(error.evaluation_path[:-2], schema)[0]["x-needs"]:
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
