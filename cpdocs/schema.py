"""A Tree and a schema in, findings out: what may be written (`check_shape`) and what is missing (`gaps`).

One machine checks every file that people write: the record, a procedure's files, a document's, a locale's.
It is the JSON Schema validator with three words of our own. `x-type` says what a text stands for (a date, a
time, an id), `x-needs` names the paths that must be written within an object, `x-kinds` limits a requirement
to kinds of record. Its errors are told in the author's words, all at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from cpdocs import leaves, paths
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
        if error.instance is None:
            continue
        tellers = tellers or Tellers(tree, compiled.fields)
        for told in tellers.tell(error):
            key = (told.place.path, "" if told.rule != "SCH-KEY" else told.rule)
            old = found.get(key)
            if old is None or (old.rule == "SCH-FORM" and told.rule != "SCH-FORM"):
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
    for pattern, entry, validator in _requirements(contents):
        if not _applies(entry, kind):
            continue
        for base, instance in _rows(data, paths.split(pattern), ""):
            for error in validator.iter_errors(instance):
                for missing in _missing(error):
                    gap = _gap(entry, base, missing, instance, tree, names, fields, cite)
                    found.setdefault((gap.rule, gap.place.path), gap)
    return list(found.values())


class _Compiled:
    """One schema made ready: references inlined, the validator built, the field tree for titles."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema  # kept, so that its id stays its own
        self.inlined = _inlined(schema, schema, (), {})
        self.validator = _validator_class()(self.inlined)

    @cached_property
    def fields(self) -> Field:
        """Where each key belongs, and its title; only asked for when something is wrong."""
        return build(self.schema)


_cache: dict[int, _Compiled] = {}
_contents_cache: dict[int, tuple[Mapping[str, Any], list[tuple[str, Mapping[str, Any], Any]]]] = {}


def _compiled(schema: Mapping[str, Any]) -> _Compiled:
    if id(schema) not in _cache:
        if len(_cache) > 64:
            _cache.clear()
        _cache[id(schema)] = _Compiled(schema)
    return _cache[id(schema)]


def _requirements(contents: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any], Any]]:
    """Each requirement of a contents schema: the pattern of its rows, itself, and its validator."""
    if id(contents) not in _contents_cache:
        if len(_contents_cache) > 64:
            _contents_cache.clear()
        made = [
            (pattern, entry, _validator_class()(entry))
            for pattern, entry in _entries(_inlined(contents, contents, (), {}), "")
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


def _inlined(
    node: Any, root: Mapping[str, Any], seen: tuple[str, ...], known: dict[tuple[str, ...], Any]
) -> Any:
    """A schema without `$ref`s: a lookup costs the validator more than the check it leads to.

    An `allOf` whose parts say nothing twice is folded into its owner; so an error finds the title and x-type
    of its field beside it. A reference to itself stays a reference. `known` holds what references came to.
    """
    if isinstance(node, list):
        return [_inlined(part, root, seen, known) for part in node]
    if not isinstance(node, Mapping):
        return node
    reference = node.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/") and reference not in seen:
        path = (*seen, reference)
        if path not in known:
            target: Any = root
            for step in reference[2:].split("/"):
                target = target[step]
            known[path] = _inlined(target, root, path, known)  # draft-07 ignores what stands beside a $ref
        return known[path]
    out = {key: _inlined(below, root, seen, known) for key, below in node.items()}
    parts = out.get("allOf")
    if isinstance(parts, list) and not any("x-rule" in part for part in parts if isinstance(part, dict)):
        rest = []
        for part in parts:
            if isinstance(part, dict) and not (part.keys() & (out.keys() - _NOTES)) and "allOf" not in part:
                out = {**part, **out}
            else:
                rest.append(part)
        if rest:
            out["allOf"] = rest
        else:
            del out["allOf"]
    return out


_NOTES = frozenset(("title", "description", "examples", "enumDescriptions", "x-labels", "x-audience", "x-carries"))


@lru_cache(maxsize=1)
def _validator_class() -> Any:
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import extend

    def x_type(validator: Any, kind: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if isinstance(instance, str) and leaves.wrong(str(kind), instance):
            yield ValidationError("x-type")

    def x_needs(validator: Any, needs: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if not isinstance(instance, Mapping):
            return
        for need in needs:
            missing = [_unwritten(instance, option) for option in str(need).split("|")]
            if all(missing):
                for path in missing[0]:
                    error = ValidationError("x-needs")
                    error.cause = _Need(path)
                    yield error

    def required(validator: Any, keys: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if isinstance(instance, Mapping) and any(instance.get(key) in (None, "") for key in keys):
            yield ValidationError("required")

    def pattern(validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[Any]:
        # Python's `$` lets a line break pass at the end
        if isinstance(instance, str) and (instance.endswith("\n") or not re.search(wanted, instance)):
            yield ValidationError("pattern")

    checker = Draft7Validator.TYPE_CHECKER.redefine_many(
        {
            "number": lambda _, value: _is_number(value),
            "integer": lambda _, value: isinstance(value, str) and re.fullmatch("-?[0-9]{1,18}", value) is not None,
            "boolean": lambda _, value: value in ("yes", "no", "true", "false"),
        }
    )
    words = {"x-type": x_type, "x-needs": x_needs, "required": required, "pattern": pattern}
    return extend(Draft7Validator, words, type_checker=checker)  # type: ignore[no-untyped-call]  # not typed yet


class _Need(Exception):
    """What an `x-needs` found missing, carried by its error."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", value) is not None


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


def _missing(error: Any) -> Iterator[str]:
    """What an error says is missing: paths within the object that a requirement stands at."""
    base = paths.of(error.absolute_path)
    if isinstance(error.cause, _Need):
        yield paths.below(base, error.cause.path)
    elif error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance:
                yield paths.below(base, key)
    else:
        yield base


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
