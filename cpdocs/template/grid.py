"""Tables whose columns may come and go: docxtpl adapts their grid after rendering, so it must here too.

Most tables can be shown at compile time to need nothing, whatever the data.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from lxml import etree

from cpdocs.template.place import W, text_of

_ROW_TAG = re.compile(r"\{%tr\s+(end)?(?:for|if)\b")


def is_static(root: etree._Element) -> bool:
    """Whether no table's grid can change with the data."""
    return all(_table(table) for table in root.iter(W + "tbl"))


def _table(table: etree._Element) -> bool:
    grid = table.find(W + "tblGrid")
    columns = len(grid.findall(W + "gridCol")) if grid is not None else 0
    depth, full = 0, False
    for row in table.iter(W + "tr"):
        text = text_of(row)
        if re.search(r"\{[%{]tc\s", text) or len(row.findall(W + "tc")) > columns:
            return False
        if tag := _ROW_TAG.search(text):
            depth += -1 if tag[1] else 1
        elif depth == 0 and row.getparent() is table:
            full = full or _span(row) >= columns
    return full and columns > 0


def _span(row: etree._Element) -> int:
    total = 0
    for cell in row.findall(W + "tc"):
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        total += int(span.get(W + "val", "1")) if span is not None else 1
    return total


def fix(xml: str) -> str:
    """Adapt the grids of a rendered part as docxtpl does."""
    tree = _docxtpl().fix_tables(xml.encode())
    return etree.tostring(tree, encoding="unicode")


@cache
def _docxtpl() -> Any:
    from docxtpl import DocxTemplate

    return DocxTemplate("")
