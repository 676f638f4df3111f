"""A schema in, its validator out, and what the validator says in a form that can be told.

It is jsonschema-rs. Every value of a Tree is a text or nothing, and the validator is told so (`_plain`): a number is
a text of digits, a key with an empty value isn't there, and no pattern lets a line break pass at a text's end.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from cpdocs import leaves
from cpdocs.misfits import Misfit


def whole(node: Any, root: Mapping[str, Any]) -> Any:
    """A requirement without `$ref`s, for what is said of it."""
    if isinstance(node, list):
        return [whole(part, root) for part in node]
    if not isinstance(node, Mapping):
        return node
    if "$ref" in node:
        return whole(_target(node, root), root)  # draft-07 ignores what stands beside a $ref
    return {key: whole(below, root) for key, below in node.items()}


def _target(node: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    found: Any = root
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


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
ROW = "x-row"
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
            out["properties"] = {**out.get("properties", {}), ROW: False}
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


def made(schema: Mapping[str, Any], *, pruned: bool = False) -> Any:
    """The validator of a schema; it fetches nothing, whatever a `$ref` says.

    `pruned` data holds no empty key, so that `required` needs no word of ours.
    """
    from jsonschema_rs import Draft7Validator

    return Draft7Validator(
        _plain(schema),
        keywords={"x-written-as": _WrittenAs} if pruned else {"x-written-as": _WrittenAs, "required": _Required},
        formats={_FORMAT + kind: partial(_right, kind) for kind in leaves.CHECKED},
        validate_formats=True,
        offline=True,
    )


def _right(kind: str, text: str) -> bool:
    return not leaves.wrong(kind, text)


class _Unmet(Exception):
    """A word of ours isn't met; its text says what is missing, for the words that name something."""


class _Word(ABC):
    """A word of our own in a schema, as the validator asks it; `unmet` yields what isn't met."""

    def __init__(self, schema: Mapping[str, Any], value: Any, path: list[str | int]) -> None:
        """The word's value as the schema gives it."""
        self.value = value

    @abstractmethod
    def unmet(self, instance: Any) -> Iterator[str]:
        """What isn't met, each by name."""

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


def misfit(error: Any, data: Any, schema: Mapping[str, Any]) -> Misfit:
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
        context = tuple(misfit(below, data, schema) for branch in kind.context for below in branch)
    return Misfit(tuple(path), word, value, around, instance, context)


def _own(within: Any, step: str | int) -> str | int:
    """A step as it is written: the validator tells a key of digits, `040`, as the number 40."""
    if isinstance(within, list) or step in within:
        return step
    known: list[str] = [key for key in within if re.fullmatch(rf"\+?0*{step}", key)]
    return str(step) if str(step) in known else known[0]


def _around(steps: Sequence[str | int], word: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The node that a word stands in, as a part of what refers to it: so an error finds its field's title."""
    node, owner = node_at(steps, schema)
    found: Mapping[str, Any] = _folded(owner, schema)
    if word not in found or found[word] != node.get(word):
        found = _folded(node, schema)
    if "properties" not in found:
        return found
    return {**found, "properties": {key: _folded(below, schema) for key, below in found["properties"].items()}}


def node_at(steps: Sequence[str | int], schema: Mapping[str, Any]) -> tuple[Any, Any]:
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
