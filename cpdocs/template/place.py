"""Where something stands in a Word file, in the words a person would use: "table 2, row 3, cell 1"."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def paragraphs(root: etree._Element) -> Iterator[etree._Element]:
    """Every paragraph of a part, those in tables too, in reading order."""
    return root.iter(W + "p")


def text_of(element: etree._Element) -> str:
    """The text of an element, as read."""
    return "".join(t.text or "" for t in element.iter(W + "t"))


def text_near(element: etree._Element, limit: int = 60) -> str:
    """The words around an element, shortened: enough to find it with Word's search."""
    around = next(element.iterancestors(W + "p"), element)
    return shortened(text_of(around), limit)


def shortened(text: str, limit: int = 60) -> str:
    """The beginning of a text, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def place(element: etree._Element, part: str = "") -> str:
    """`part` is "" for the document's body, else what to call the header or footer."""
    prefix = f"{part}, " if part else ""
    cell = next(element.iterancestors(W + "tc"), element if element.tag == W + "tc" else None)
    row = next(element.iterancestors(W + "tr"), element if element.tag == W + "tr" else None)
    table = next(element.iterancestors(W + "tbl"), element if element.tag == W + "tbl" else None)
    outer = table
    while outer is not None and (above := next(outer.iterancestors(W + "tbl"), None)) is not None:
        outer = above
    if outer is not None and table is not None:
        words = f"table {_number(outer)}"
        if row is not None:
            words += f", row {_number(row)}"
        if cell is not None:
            words += f", cell {_number(cell)}"
        return prefix + words
    paragraph = next(element.iterancestors(W + "p"), element if element.tag == W + "p" else None)
    if paragraph is None:
        return part or "the document"
    return prefix + f"paragraph {_number(paragraph)}"


def _number(element: etree._Element) -> int:
    """Which one of its kind an element is, among those beside it, from 1."""
    return int(_BEFORE[element.tag](element)) + 1  # type: ignore[arg-type]  # count gives a number


_BEFORE = {
    W + name: etree.XPath(f"count(preceding-sibling::w:{name})", namespaces={"w": W[1:-1]})
    for name in ("tbl", "tr", "tc", "p")
}
