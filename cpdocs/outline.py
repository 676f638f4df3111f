"""A finished Word file as text a person can read: its paragraphs with their styles, and how two files differ.

`[Heading1] Decisions`, `| Name | Role |`: one line a paragraph or table row, headers and footers first. Two
copies of one document are compared by these lines, so a chair sees exactly what one reader has and another
has not.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from cpdocs import parts

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def outline(data: bytes) -> list[str]:
    """Every paragraph and table row of a .docx as a line of text, headers and footers marked as such.

    Raises PackageError if the file isn't a Word file.
    """
    files = parts.read(data)
    lines: list[str] = []
    for name in sorted(files):
        if found := re.fullmatch(r"word/(header|footer)[0-9]*\.xml", name):
            lines += [f"({found[1]}) {line}" for line in _lines(files[name])]
    return lines + list(_lines(files["word/document.xml"]))


def _lines(xml: bytes) -> Iterator[str]:
    try:
        if b"<!DOCTYPE" in xml:  # Word writes none; it could stand for any length of text
            raise parts.PackageError("The file is damaged.")
        root = ElementTree.fromstring(xml)
        body = root.find(W + "body")
        yield from _blocks(root if body is None else body)
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        raise parts.PackageError("The file is damaged.") from error


def _blocks(parent: ElementTree.Element) -> Iterator[str]:
    for block in parent:
        if block.tag == W + "p":
            words = _words(block)
            style = block.find(f"{W}pPr/{W}pStyle")
            name = style.get(W + "val", "") if style is not None else ""
            if words:
                yield f"[{name}] {words}" if name and name != "BodyText" else words
        elif block.tag == W + "tbl":
            for row in block.iter(W + "tr"):
                cells = (" / ".join(_words(p) for p in cell.iter(W + "p")) for cell in row.findall(W + "tc"))
                yield "| " + " | ".join(cells) + " |"
        elif block.tag == W + "sdt":
            content = block.find(W + "sdtContent")
            if content is not None:
                yield from _blocks(content)


def _words(paragraph: ElementTree.Element) -> str:
    out: list[str] = []
    for element in paragraph.iter():
        if element.tag == W + "t":
            out.append(element.text or "")
        elif element.tag in (W + "br", W + "tab"):
            out.append(" ")
    return "".join(out).strip()


def compare(first: bytes, second: bytes, names: tuple[str, str]) -> list[str]:
    """How two files differ, as lines marked `-` (only in the first) and `+` (only in the second), with the lines
    around them; empty if their text is the same."""
    lines = difflib.unified_diff(outline(first), outline(second), *names, lineterm="", n=2)
    return list(lines)
