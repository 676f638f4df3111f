"""What present.py puts together itself: who was there, who wrote a report, and a text that follows its label."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cpdocs import flow, making, source, wordtext
from cpdocs.library import Library
from cpdocs.outline import outline
from cpdocs.shelf import Shelf

ROOT = Path(__file__).parent.parent
LIBRARY = Library(root=ROOT)
SHELF = Shelf(LIBRARY)
TODAY = date(2041, 3, 19)


def as_it_is(data: dict[str, Any]) -> None:
    """Change nothing."""


@cache
def minutes(change: Callable[[dict[str, Any]], None] = as_it_is) -> dict[str, list[str]]:
    """The lines of each reader's minutes of the Kent review sample, with its data changed first."""
    tree, found = source.read(ROOT / "schemas/kent-medway/samples/review.yaml")
    assert not found
    change(tree.data)
    made, _ = making.make(flow.judge(tree, [], LIBRARY, TODAY), LIBRARY, SHELF, final=False, today=TODAY)
    return {one.copy.readers[0]: outline(one.data) for one in made if one.copy.document == "minutes" and one.data}


def below(lines: list[str], heading: str) -> list[str]:
    """What stands below a heading."""
    at = lines.index(f"[Heading2] {heading}") + 1
    end = next(number for number in range(at, len(lines)) if lines[number].startswith("[Heading"))
    return lines[at:end]


def test_the_invited_are_told_from_those_who_came() -> None:
    present, also = (below(minutes()["lead-worker"], heading) for heading in ("Present", "Also invited"))
    assert "| Tamsin Quillby, mother | Yes | In person |" in present
    assert any(row.startswith("| Osric Pell") and row.endswith("|  | In person |") for row in present)
    assert [row.rpartition("| Yes |")[2] for row in also[1:]] == [" on leave |", " sent written information |"]


def test_who_came_late_was_there_for_part_of_it() -> None:
    def late(data: dict[str, Any]) -> None:
        next(entry for entry in data["attended"] if entry["person"] == "mother")["joined_late"] = "yes"

    present = below(minutes(late)["lead-worker"], "Present")
    assert "| Tamsin Quillby, mother | Yes | In person, part of it |" in present


def test_only_who_spoke_heads_what_they_said() -> None:
    def silent(data: dict[str, Any]) -> None:
        for entry in data["attended"]:
            entry.pop("contribution", None)

    [line] = [line for line in minutes(silent)["mother"] if "What each person told the conference" in line]
    assert "Nothing recorded in this copy" in line


def test_what_is_typed_small_in_a_list_begins_large_in_its_cell() -> None:
    def small(data: dict[str, Any]) -> None:
        for child in data["children"]:
            for action in (child.get("plan") or {}).get("actions") or []:
                action.update(what="ring the doctor", agreed="no")

    rows = [line for line in minutes(small)["lead-worker"] if "the doctor" in line]
    assert rows
    assert all(row.startswith("| Ring the doctor |") and "Has not agreed to this" in row for row in rows)


def test_nobody_is_said_to_have_been_away() -> None:
    """Who was invited and whose attendance isn't there stands with the invited, and no word more."""

    def unseen(data: dict[str, Any]) -> None:
        data["attended"] = [entry for entry in data["attended"] if entry["person"] != "school"]

    lines = minutes(unseen)["lead-worker"]
    [row] = [row for row in below(lines, "Also invited") if row.startswith("| Callum Stroud")]
    assert row.endswith("|  |  |")
    assert not [row for row in below(lines, "Present") if row.startswith("| Callum Stroud")]


def test_a_report_without_an_author_is_no_gap() -> None:
    def nobody(data: dict[str, Any]) -> None:
        for report in data["reports"]:
            report.pop("author")

    for reader, words in (("lead-worker", "Not named in this copy, "), ("chair", "None recorded, ")):
        lines = minutes(nobody).get(reader)
        assert lines is not None
        assert any(words in line for line in lines), reader


@pytest.mark.parametrize(
    ("text", "first", "rest"),
    [
        ("One.", "One.", 0),
        ("One.\n\nTwo.", "One.", 1),
        ("- a\n- b", "", 2),
        ("One:\n\n- a", "One:", 1),
        ("", "", 0),
    ],
)
@pytest.mark.parametrize("rtl", [False, True])
def test_a_texts_first_paragraph_can_follow_a_label(text: str, first: str, rest: int, rtl: bool) -> None:
    runs, below = wordtext.parted(wordtext.paragraphs(text, rtl=rtl))
    assert "".join(re.findall("<w:t[^>]*>([^<]*)</w:t>", runs)) == first
    assert below.count("<w:p>") == rest
    assert "<w:p>" not in runs


def test_someone_is_called_what_they_are_to_the_children_of_a_copy() -> None:
    tree, _ = source.read(ROOT / "samples/children-who-interpret/record.yaml")
    made, _ = making.make(flow.judge(tree, [], LIBRARY, TODAY), LIBRARY, SHELF, final=False, today=TODAY)
    own = [one for one in made if one.copy.readers == ("school",)]
    of = {one.copy.document: "\n".join(outline(one.data)) for one in own if one.data}
    called = {document: set(re.findall("Bogna Wilczak, ([a-z-]+(?: [a-z-]+)*)", text)) for document, text in of.items()}
    assert called["minutes"] == {"mother and step-parent"}
    assert called["plan"] == {"step-parent"}
