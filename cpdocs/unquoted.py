"""A value without quotes in, what it lost or swallowed out: of this YAML says nothing, and text goes missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cpdocs.slips import Slip

KEY_WITHOUT_SPACE = re.compile(r"[a-z][a-z_]*:(?!//)[^\s:]")
_REMARK = re.compile(r"#(?:[\s#!=-]|$)")
_ENTRY = re.compile(r"\s*(?:[-*•◦▪‣·●○–—] |[0-9]{1,9}[.)] )")
_LOST = "From this `#` on, the line was read as a comment and is lost."


def check(value: str, lines: list[str], start: Any, end: Any, is_entry: bool) -> Iterator[Slip]:
    """What went wrong in silence with a value that stands in no quotes.

    `start` and `end` are the parser's marks, `is_entry` says that it is an entry of a list.
    """
    line = lines[start.line]
    indent = len(line) - len(line.lstrip(" "))
    first = indent == start.column
    if (first or is_entry) and KEY_WITHOUT_SPACE.match(value):
        word = value[: value.index(":") + 1]
        message = f"A space is missing after `{word}`."
        yield Slip("SRC-COLON-SPACE", message, start.line + 1, start.column + 1, len(word))
    if first and value[0] == "-" and value[1:2].isalpha():
        message = "A space is missing after this dash."
        yield Slip("SRC-DASH-SPACE", message, start.line + 1, start.column + 1)
    for number in range(start.line + 1, min(end.line, len(lines) - 1) + 1):
        text = lines[number]
        if _ENTRY.match(text):
            message = "This line is joined to the text above it; no list comes of it."
            yield Slip("SRC-JOINED", message, number + 1, len(text) - len(text.lstrip()) + 1)
            break
    if end.line < len(lines):
        yield from _lost(value, lines, end.line, end.column, indent)


def dropped(lines: list[str], start: Any) -> Iterator[Slip]:
    """The text of a value that is empty because it begins with a `#` of its own: `address: #2 Mill Lane`."""
    line = lines[start.line]
    cut = line[start.column :].lstrip(" \t")
    if cut[:1] == "#" and _REMARK.match(cut) is None:
        yield Slip("SRC-HASH", _LOST, start.line + 1, len(line) - len(cut) + 1, len(cut.rstrip()))


def _lost(value: str, lines: list[str], line: int, column: int, indent: int) -> Iterator[Slip]:
    """Text after a value that was read as a comment.

    `flat #2` loses its number; `2041-03-01  # when it was held` is a remark and meant. A remark has a space
    after its # and two spaces before it, or one behind a single word (`plan: continue # as before`).
    """
    rest = lines[line][column:]
    cut = rest.lstrip(" \t")
    if cut.startswith("#"):
        gap = len(rest) - len(cut)
        behind_a_word = " " not in value and not cut.lstrip("# ")[:1].isdigit()
        if _REMARK.match(cut) is None or not (gap > 1 or behind_a_word):
            yield Slip("SRC-HASH", _LOST, line + 1, column + gap + 1, len(cut.rstrip()))
        return
    below = lines[line + 1] if line + 1 < len(lines) else ""
    cut = below.lstrip(" ")
    if len(below) - len(cut) > indent and cut[:1] == "#" and cut[1:2].isdigit():
        yield Slip("SRC-HASH", _LOST, line + 2, len(below) - len(cut) + 1, len(cut.rstrip()))
