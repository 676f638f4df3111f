"""Contexts made for a template from what it asks for: every look-up answered, in several ways."""

from __future__ import annotations

from typing import Any

from cpdocs import wordtext
from cpdocs.template import Template

HOSTILE = "a & b <w:p> {{ x }} {% y %} \"q\" 'q' ]]> &amp;\nline\ttab 👩‍👧 é سلام "


def context_for(template: Template, variant: str = "full", rows: int = 2) -> dict[str, Any]:
    """`full`: everything there, each condition true at its first word; `hostile`: the same with odd text;
    `empty`: everything absent, as present.py gives it."""
    shape: dict[str, Any] = {}
    for part in template.programs().values():
        _collect(part, shape, {})
    return _values(shape, variant, rows, "")  # type: ignore[no-any-return]  # the top is a dict


def _collect(ops: list[Any], shape: dict[str, Any], loops: dict[str, dict[str, Any]]) -> None:
    for op in ops:
        if op[0] == "put":
            _node(op[1], shape, loops)["="] = {"block": "paragraphs", "run": "runs"}.get(op[2], "text")
        elif op[0] == "for":
            item = _node(op[2], shape, loops).setdefault("[]", {})
            _collect(op[3], shape, {**loops, op[1]: item})
        elif op[0] == "if":
            for test, body in op[1]:
                _test(test, shape, loops)
                _collect(body, shape, loops)
            _collect(op[2], shape, loops)


def _test(test: list[Any], shape: dict[str, Any], loops: dict[str, dict[str, Any]]) -> None:
    if test[0] == "get":
        _node(test[1], shape, loops)
    elif test[0] == "eq":
        for side, other in ((test[1], test[2]), (test[2], test[1])):
            if side[0] == "get":
                node = _node(side[1], shape, loops)
                if other[0] == "str":
                    node.setdefault("codes", []).append(other[1])
    elif test[0] != "str":
        for inner in test[1:]:
            _test(inner, shape, loops)


def _node(path: list[str], shape: dict[str, Any], loops: dict[str, dict[str, Any]]) -> dict[str, Any]:
    node = loops[path[0]] if path[0] in loops else shape.setdefault("." + path[0], {})
    for step in path[1:]:
        node = node.setdefault("." + step, {})
    return node


def _values(node: dict[str, Any], variant: str, rows: int, path: str) -> Any:
    if "[]" in node:
        return [] if variant == "empty" else [_values(node["[]"], variant, rows, f"{path}{n}") for n in range(rows)]
    below = {key[1:]: value for key, value in node.items() if key.startswith(".")}
    if below or not path:
        return {key: _values(value, variant, rows, f"{path}/{key}") for key, value in below.items()}
    if variant == "empty":
        return ""
    if codes := node.get("codes"):
        return codes[len(path) % len(codes)]
    text = HOSTILE + path if variant == "hostile" else f"value of {path}"
    kind = node.get("=", "text")
    if kind == "paragraphs":
        return wordtext.paragraphs(text + "\n\nsecond **bold** paragraph")
    return wordtext.inline(text) if kind == "runs" else text
