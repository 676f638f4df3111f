"""The record's schema as a tree of fields: what each is, who may see it at most, how its codes are printed.

`record.schema.json` is the one place where a field gets its type and its audience. This module reads it once,
follows its references, and lets audiences be inherited; nothing here validates.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

LEAVES = frozenset(
    ("id", "name", "line", "text", "date", "time", "yesno", "code", "person", "child", "item", "number", "tag")
)
GATES = ("about", "audience", "from_items")
_NONE: Mapping[str, Any] = MappingProxyType({})


class Field(NamedTuple):
    """One field of the record: a leaf with a type, a mapping with keys, or a list of one kind of entry."""

    pattern: str
    type: str
    audience: str | None
    title: str = ""
    description: str = ""
    labels: Mapping[str, str] = _NONE
    keys: Mapping[str, Field] = _NONE
    item: Field | None = None
    carries: tuple[str, ...] = ()
    example: str = ""
    gated: bool = False
    """Whether `from_items` may stand here, for all below."""
    begins_large: bool = False
    """Whether a line is typed in the midst of a list (`ring the doctor`), and printed at the head of a cell."""

    @property
    def is_leaf(self) -> bool:
        """Whether a value stands here rather than keys or entries."""
        return self.type in LEAVES

    def at(self, pattern: str) -> Field | None:
        """The field at a pattern below this one (`children[].decision.plan`), or None."""
        here: Field | None = self
        for step in pattern.replace("[]", ".[]").split("."):
            if here is None:
                return None
            if step:
                here = here.item if step == "[]" else here.keys.get(step)
        return here

    def walk(self) -> Iterator[Field]:
        """This field and all below it."""
        yield self
        for below in self.keys.values():
            yield from below.walk()
        if self.item:
            yield from self.item.walk()


@lru_cache(maxsize=4)
def load(path: Path) -> Field:
    """The field tree of a record schema."""
    schema = json.loads(path.read_text(encoding="utf-8"))
    return build(schema)


def build(schema: Mapping[str, Any]) -> Field:
    """The field tree of a schema that has been read."""
    return _field(schema, schema, "", None)


def with_facts(root: Field, facts: Mapping[str, str]) -> Field:
    """The tree with computed facts added under `facts` keys: pattern -> type.

    A fact's audience is the widest: what guards it is that everything it was computed from must be visible
    (decision 6).
    """
    for pattern, kind in facts.items():
        root = _added(root, pattern.replace("[]", ".[]").split("."), pattern, kind)
    return root


def _added(here: Field, steps: list[str], pattern: str, kind: str) -> Field:
    step, rest = steps[0], steps[1:]
    if step == "[]":
        assert here.item is not None
        return here._replace(item=_added(here.item, rest, pattern, kind))
    if not rest:
        many = kind.endswith("[]")
        labels = {"yes": "Yes", "no": "No"} if kind == "yesno" else {}
        leaf = Field(pattern + "[]" * many, kind.removesuffix("[]"), "list", labels=labels)
        new = Field(pattern, "list", "list", item=leaf) if many else leaf
        return here._replace(keys={**here.keys, step: new})
    below = here.keys.get(step) or Field(f"{here.pattern}.{step}".lstrip("."), "map", "list")
    return here._replace(keys={**here.keys, step: _added(below, rest, pattern, kind)})


def _resolved(node: Mapping[str, Any], root: Mapping[str, Any]) -> dict[str, Any]:
    """A schema node with its `$ref`s and `allOf`s folded in; what stands on the node itself wins."""
    out: dict[str, Any] = {}
    if "$ref" in node:
        target: Any = root
        for step in node["$ref"].lstrip("#/").split("/"):
            target = target[step]
        out.update(_resolved(target, root))
    for part in node.get("allOf", ()):
        below = _resolved(part, root)
        keys = {**out.get("properties", {}), **below.get("properties", {})}
        out.update(below)
        if keys:
            out["properties"] = keys
    own = {key: value for key, value in node.items() if key not in ("$ref", "allOf")}
    keys = {**out.get("properties", {}), **own.get("properties", {})}
    out.update(own)
    if keys:
        out["properties"] = keys
    for choice in ("anyOf", "oneOf"):
        if "x-type" not in out and "properties" not in out and "items" not in out:
            for option in node.get(choice, ()):
                below = _resolved(option, root)
                if {"x-type", "properties", "items"} & below.keys():
                    out = {**below, **out}
                    break
    return out


def _words(example: Any) -> str:
    return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)


def _field(node: Mapping[str, Any], root: Mapping[str, Any], pattern: str, audience: str | None) -> Field:
    full = _resolved(node, root)
    own = full.get("x-audience", audience)
    common = {
        "pattern": pattern,
        "audience": own,
        "title": full.get("title", ""),
        "description": full.get("description", ""),
        "carries": tuple(full.get("x-carries", ())),
        "example": _words(next(iter(full.get("examples", ())), "")),
    }
    if full.get("x-type") in LEAVES:
        large = bool(full.get("x-begins-large"))
        return Field(type=full["x-type"], labels=full.get("x-labels", {}), begins_large=large, **common)
    if "items" in full:
        return Field(type="list", item=_field(full["items"], root, pattern + "[]", own), **common)
    return Field(
        type="map",
        keys={
            key: _field(below, root, f"{pattern}.{key}" if pattern else key, own)
            for key, below in full.get("properties", {}).items()
            if not below.get("x-gate")
        },
        gated=bool(full.get("properties", {}).get("from_items", {}).get("x-gate")),
        **common,
    )
