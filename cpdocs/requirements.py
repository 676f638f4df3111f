"""The requirement catalogue as data: the text of `docs/requirements.md` in, its rows out.

The catalogue is the project's own list of what the procedures ask. A field, a required content, a rule or a
sending names the rows it carries by their ids; coverage is counted from both sides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADING = re.compile(r"#{2,3} (\d+(?:\.\d+)?)[. ]")
_ID = re.compile(r"[A-Z]{2,3}-[A-Z0-9]+(?:-[0-9]+)?")
LAST_SECTION = 5
"""Sections 1 to 5 hold requirements; the tables after them explain."""


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement: its id, the section it stands in (`1.2`), what is asked and what cpdocs does about it.

    `kinds` are the words of the Kind column (record, rule, document, who, deadline, authoring); a row of
    section 5 may have none, and may lack `what`.
    """

    id: str
    section: str
    requirement: str
    kinds: tuple[str, ...]
    what: str
    source: str

    @property
    def beyond(self) -> bool:
        """Whether the row stands in section 5: a default or a warning, never an error by itself."""
        return self.section.split(".")[0] == str(LAST_SECTION)


def rows(text: str) -> list[Row]:
    """The requirements of sections 1 to 5, in the catalogue's order.

    Columns are found by their headings. Raises ValueError with the line's number if a row's cells don't
    fit its table's headings or an id stands twice, because a row that is lost would seem to be carried.
    """
    found: dict[str, Row] = {}
    section = ""
    columns: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := _HEADING.match(line):
            section, columns = heading[1], []
            continue
        if not line.startswith("|") or not section or int(section.split(".")[0]) > LAST_SECTION:
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if cells[0] == "ID":
            columns = [re.sub(r" \(.*\)$", "", cell) for cell in cells]
            continue
        if not _ID.fullmatch(cells[0]):
            continue
        if len(cells) != len(columns):
            raise ValueError(f"line {number}: {len(cells)} cells under {len(columns)} headings")
        if cells[0] in found:
            raise ValueError(f"line {number}: {cells[0]} stands twice")
        cell = dict(zip(columns, cells, strict=True))
        found[cells[0]] = Row(
            id=cells[0],
            section=section,
            requirement=cell["Requirement"],
            kinds=tuple(kind.strip() for kind in cell.get("Kind", "").split(",") if kind.strip()),
            what=cell.get("What the software should do", ""),
            source=cell.get("Source", ""),
        )
    return list(found.values())
