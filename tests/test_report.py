"""A report: the line and the mark under the place, whatever stands in the line; masked, neither name nor narrative."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cpdocs import report
from cpdocs.finding import Acknowledged, Finding, Place, Related

LATE = Finding(
    "XX-REP-11",
    "warning",
    "breach",
    "2041-02-27 is later than 2041-02-22.",
    Place("record.yaml", "reports[0].shared_on", 3, 16, 10),
    title="A report reaches the family five working days before the conference.",
    cite="Example Procedures (April 2016) §4",
    help="Say why under `acknowledgements`, with who agreed it and when.",
    related=(Related(Place("record.yaml", "conference.date", 1, 7, 10), "counted from here"),),
)
TEXT = "date: 2041-03-01\nreports:\n  - shared_on:   2041-02-27\n"


def mark(line: str, column: int, length: int = 1) -> tuple[str, str]:
    """The quoted line and the marked line of a report, without their margin."""
    finding = Finding("X", "error", "fault", "", Place("f", "", 1, column, length))
    shown = report.text([finding], {"f": line}).split("\n")
    assert shown[1].startswith("   1 | ")
    return shown[1][7:], shown[2][7:]


def wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)


def test_a_finding_as_it_is_printed() -> None:
    assert report.text([LATE], {"record.yaml": TEXT}) == (
        "record.yaml:3:16  warning  XX-REP-11\n"
        "  A report reaches the family five working days before the conference.\n"
        "   3 |   - shared_on:   2041-02-27\n"
        "     |                ^^^^^^^^^^ 2041-02-27 is later than 2041-02-22.\n"
        "   1 | date: 2041-03-01\n"
        "     |       ---------- counted from here\n"
        "  cite: Example Procedures (April 2016) §4\n"
        "  help: Say why under `acknowledgements`, with who agreed it and when.\n"
        "\n"
        "1 warning.\n"
    )


def test_an_acknowledged_breach_stays_visible() -> None:
    settled = Finding(
        "XX-1",
        "error",
        "breach",
        "Too late.",
        Place("a", "", 1, 1),
        acknowledged=Acknowledged("chair", "2041-03-02", "The school was shut by snow."),
    )
    assert report.text([settled], {}) == (
        "a:1:1  error, acknowledged  XX-1\n  Too late.\n"
        "  acknowledged: chair, 2041-03-02: The school was shut by snow.\n\nNothing more; 1 acknowledged.\n"
    )
    assert report.count([settled, LATE, LATE]) == "2 warnings; 1 acknowledged."


def test_nothing_found() -> None:
    assert report.text([], {}) == "Nothing found.\n"
    assert report.as_json([]) == "[]\n"


def test_findings_stand_in_reading_order_and_none_twice() -> None:
    first = Finding("B", "error", "gap", "one", Place("a", "", 1, 1))
    last = Finding("A", "error", "gap", "two", Place("a", "", 9, 1))
    told = report.text([last, first, first], {})
    assert told.index("one") < told.index("two")
    assert told.count("one") == 1
    assert [entry["rule"] for entry in json.loads(report.as_json([last, first]))] == ["B", "A"]


@pytest.mark.parametrize(
    "before", ["name: ", "\t", "日本語 ", "é: ", "e\u0301: ", "اردو: ", "😀 ", "｢ｱ｣ ", "a\u200db "]
)
def test_the_mark_stands_under_its_place(before: str) -> None:
    quoted, marks = mark(before + "HERE after", len(before) + 1, 4)
    at = quoted.index("HERE")
    width = wide(quoted[:at].replace("\u200d", ""))
    assert marks == " " * width + "^^^^"


def test_a_long_line_is_cut_around_its_place() -> None:
    line = "before " * 60 + "HERE" + " after" * 60
    quoted, marks = mark(line, line.index("HERE") + 1, 4)
    assert quoted.startswith("...")
    assert quoted.endswith("...")
    assert len(quoted) <= report.WIDTH + 6
    assert quoted[marks.index("^") :].startswith("HERE")
    start, below = mark("HERE" + " after" * 60, 1, 4)
    assert start.startswith("HERE")
    assert below == "^^^^"
    end, below = mark("before " * 60 + "HERE", 421, 4)
    assert end.endswith("HERE")
    assert end[below.index("^") :] == "HERE"


@pytest.mark.parametrize("place", [(0, 1, 1), (1, 1, 1), (1, 99, 5), (7, 1, 1), (1, 1, 10**9), (1, 10**9, 1)])
def test_a_place_outside_the_text_is_still_told(place: tuple[int, int, int]) -> None:
    assert "Wrong." in report.text([Finding("X", "error", "fault", "Wrong.", Place("f", "", *place))], {"f": "ab"})


hostile = st.text(st.characters(), max_size=300)


@settings(max_examples=200, deadline=None)
@given(hostile, st.integers(1, 320), st.integers(1, 50), hostile)
@example("\x1b[2J\u202e\ud800\x00\x07\u2028", 2, 3, "\x1b]0;x\x07\nfake.yaml:1:1  error")
def test_no_control_character_and_no_false_line_is_printed(line: str, column: int, length: int, said: str) -> None:
    finding = Finding(
        said,
        "error",
        "breach",
        said,
        Place("f" + said, said, 1, column, length),
        title=said,
        cite=said,
        help=said,
        related=(Related(Place("f" + said, "", 1, 1), said),),
        acknowledged=Acknowledged(said, said, said),
    )
    for mask in (None, {"Rhea Hollis": "mother"}):
        told = report.text([finding], {"f" + said: line}, mask)
        kinds = {unicodedata.category(c) for c in told.replace("\n", "").replace("\u200c", "").replace("\u200d", "")}
        assert kinds.isdisjoint({"Cc", "Cs", "Cf", "Zl", "Zp"})
        assert told.count("\n") <= 14
        told.encode("utf-8")
        assert json.loads(report.as_json([finding], mask))[0]["line"] == 1


def test_json_has_the_keys_that_were_promised() -> None:
    entry = json.loads(report.as_json([LATE]))[0]
    assert entry == {
        "rule": "XX-REP-11",
        "severity": "warning",
        "kind": "breach",
        "message": "2041-02-27 is later than 2041-02-22.",
        "file": "record.yaml",
        "line": 3,
        "column": 16,
        "path": "reports[0].shared_on",
        "cite": "Example Procedures (April 2016) §4",
        "help": "Say why under `acknowledgements`, with who agreed it and when.",
        "acknowledged": None,
    }


NAMES = {"Rhea Hollis": "mother", "Will Marwick": "father-of-b", "Zoë Ó Briain": "school-nurse", "Kit": "child-b"}


def masked(message: str, file: str = "record.yaml") -> str:
    finding = Finding("X", "error", "breach", message, Place(file, "", 2, 5))
    told = report.text([finding], {"record.yaml": "a\nsecret narrative about Rhea\n"}, NAMES)
    assert "secret" not in told
    assert told.split()[0].endswith(":2:5")
    return told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Rhea Hollis's report is late.", "mother's report is late."),
        ("RHEA HOLLIS and rhea hollis.", "mother and mother."),
        ("Mrs Hollis came; Will went.", "Mrs mother came; father-of-b went."),
        ("It will do.", "It will do."),
        ("Zoe\u0308 O\u0301 Briain", "school-nurse"),
        ("Kit's plan; Kitchen.", "child-b's plan; Kitchen."),
        ("`he hit her on the arm` isn't a date.", "`…` isn't a date."),
        ("Did you mean `rhea-hollis`? Or `mother`?", "Did you mean `…`? Or `mother`?"),
        ("`decision.category` lacks `2041-03-01`.", "`decision.category` lacks `2041-03-01`."),
        ("See `XX-REP-11`.", "See `XX-REP-11`."),
    ],
)
def test_a_masked_report_names_nobody(said: str, told: str) -> None:
    assert f"  {told}\n" in masked(said)


def test_a_masked_report_keeps_file_names_and_reasons_to_itself() -> None:
    assert "hollis" not in masked("x", file="samples/hollis-2041/record.yaml").lower()
    settled = Finding(
        "X",
        "error",
        "breach",
        "x",
        Place("f", "", 1, 1),
        acknowledged=Acknowledged("Rhea Hollis", "2041-03-01", "He fled."),
    )
    told = report.text([settled], {"f": "narrative"}, NAMES) + report.as_json([settled], NAMES)
    assert "fled" not in told
    assert "narrative" not in told
    assert "Rhea" not in told


def test_a_mask_without_names_still_hides_the_narrative() -> None:
    assert "secret" not in report.text([LATE], {"record.yaml": "secret\n" * 9}, {})


@pytest.mark.parametrize("letter", ["x", "\u0301", "\u4e2d", "\t"])
@pytest.mark.parametrize("column", [1, 150_000, 300_000])
def test_of_a_line_as_long_as_a_file_a_window_is_shown(letter: str, column: int) -> None:
    finding = Finding("X", "error", "fault", "Here.", Place("f", "", 1, column, 3))
    told = report.text([finding], {"f": letter * (column - 1) + "abc" + letter * (300_000 - column)})
    source, marked = told.splitlines()[1:3]
    assert len(source) < 10 * report.WIDTH
    assert source.partition("| ")[2].startswith("...") == (column > 1)
    assert source.endswith("...") == (column < 300_000)
    assert "abc" in source
    assert marked.endswith("^^^ Here.")
