"""Findings in order, and settled: a breach is answered by a named person, and nothing else can be waved through."""

from __future__ import annotations

import pytest

from cpdocs import paths
from cpdocs.finding import (
    Acknowledged,
    Acknowledgement,
    Finding,
    Kind,
    Place,
    Severity,
    in_reading_order,
    settle,
)


def found(
    rule: str = "XX-1",
    kind: Kind = "breach",
    subject: str = "",
    path: str = "",
    line: int = 1,
    severity: Severity = "error",
) -> Finding:
    return Finding(rule, severity, kind, f"{rule}.", Place("record.yaml", path, line, 1), subject=subject)


def answer(
    rule: str = "XX-1",
    subject: str = "",
    by: str = "chair",
    date: str = "2041-03-01",
    reason: str = "The school was shut by snow.",
) -> Acknowledgement:
    return Acknowledgement(rule, subject, by, date, reason, Place("record.yaml", "acknowledgements[0]", 40, 5))


def test_a_breach_is_acknowledged_and_stays() -> None:
    (settled,) = settle([found()], [answer()])
    assert settled.acknowledged == Acknowledged("chair", "2041-03-01", "The school was shut by snow.")
    assert not settled.blocks
    assert found().blocks


@pytest.mark.parametrize("kind", ["gap", "fault", "disclosure"])
def test_nothing_but_a_breach_can_be_acknowledged(kind: Kind) -> None:
    settled = settle([found(kind=kind)], [answer()])
    assert settled[0].acknowledged is None
    assert settled[0].blocks
    assert [f.rule for f in settled[1:]] == ["ACK-UNUSED"]


@pytest.mark.parametrize(
    ("subject", "answered"),
    [
        ("", [True, True, True]),
        ("child-a", [True, False, False]),
        ("children[1]", [False, True, False]),
        ("children[1].decision", [False, True, False]),
        ("children[11]", [False, False, True]),
    ],
)
def test_an_acknowledgement_answers_its_subject_and_no_other(subject: str, answered: list[bool]) -> None:
    breaches = [
        found(subject="child-a", path="children[0].decision.plan"),
        found(subject="child-b", path="children[1].decision.plan"),
        found(subject="child-c", path="children[11].decision.plan"),
    ]
    settled = settle(breaches, [answer(subject=subject)])
    assert [f.acknowledged is not None for f in settled] == answered


def test_an_acknowledgement_that_answers_nothing_is_a_finding() -> None:
    told = settle([found("XX-1")], [answer("XX-2"), answer("XX-1", subject="child-z")])[1:]
    assert [(f.rule, f.severity, f.kind, f.place.line) for f in told] == [("ACK-UNUSED", "warning", "fault", 40)] * 2
    assert "XX-2 isn't a breach found in this record." in told[0].message
    assert "for child-z." in told[1].message


@pytest.mark.parametrize(
    ("entry", "lacks"),
    [
        (answer(by=""), "lacks who."),
        (answer(date=""), "lacks date."),
        (answer(by="", reason=""), "lacks who and reason."),
        (answer(by="", date="", reason=""), "lacks who and date and reason."),
    ],
)
def test_an_acknowledgement_without_who_when_or_why_answers_nothing_yet(entry: Acknowledgement, lacks: str) -> None:
    breach, told = settle([found()], [entry])
    assert breach.acknowledged is None
    assert (told.rule, told.kind) == ("ACK-INCOMPLETE", "gap")
    assert lacks in told.message


def test_of_two_answers_the_first_whole_one_counts() -> None:
    settled = settle([found()], [answer(by=""), answer(by="manager"), answer(by="chair")])
    assert settled[0].acknowledged is not None
    assert settled[0].acknowledged.by == "manager"
    assert [f.rule for f in settled[1:]] == ["ACK-INCOMPLETE"]


def test_findings_are_read_down_the_page_and_none_twice() -> None:
    late, grave, mild = found(line=9), found("XX-2", line=2), found("XX-3", line=2, severity="warning")
    assert in_reading_order([late, mild, grave, late]) == [grave, mild, late]


@pytest.mark.parametrize("path", ["", "a", "children[1].decision.plan", "[0].text", "a[0][1].b", "children[].decision"])
def test_a_path_is_split_and_joined(path: str) -> None:
    assert paths.join(paths.split(path)) == path


def test_paths_below_and_under() -> None:
    assert paths.below("children[1]", "decision.plan") == "children[1].decision.plan"
    assert paths.below("children", "[1].id") == "children[1].id"
    assert (paths.below("", "a"), paths.below("a", "")) == ("a", "a")
    assert paths.of(["children", 1, "decision"]) == "children[1].decision"
    assert paths.pattern_of("children[1].plan.actions[12]") == "children[].plan.actions[]"
    assert paths.under("children[1].plan", "children[1]")
    assert not paths.under("children[11].plan", "children[1]")
    assert paths.under("anything", "")


def test_while_a_file_has_errors_nobody_is_told_to_take_an_acknowledgement_out() -> None:
    """A date that can't be read hides the breach it makes."""
    (_, told) = settle([found(kind="fault")], [answer()])
    assert told.rule == "ACK-UNUSED"
    assert told.help.startswith("Keep it")
    (told,) = settle([], [answer()])
    assert told.help.startswith("Remove it")
