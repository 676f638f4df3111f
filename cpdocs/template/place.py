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
    text = " ".join(text_of(around).split())
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
        number = sum(1 for _ in outer.itersiblings(W + "tbl", preceding=True)) + 1
        words = f"table {number}"
        if row is not None:
            words += f", row {sum(1 for _ in row.itersiblings(W + 'tr', preceding=True)) + 1}"
        if cell is not None:
            words += f", cell {sum(1 for _ in cell.itersiblings(W + 'tc', preceding=True)) + 1}"
        return prefix + words
    paragraph = next(element.iterancestors(W + "p"), element if element.tag == W + "p" else None)
    if paragraph is None:
        return part or "the document"
    return prefix + f"paragraph {sum(1 for _ in paragraph.itersiblings(W + 'p', preceding=True)) + 1}"
