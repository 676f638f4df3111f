"""`cpdocs watch`: every save is seen once, half a save never, and what is new is told apart from what moved."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cpdocs.finding import Finding, Place
from cpdocs.watch import saves, since

SAMPLE = Path(__file__).parents[1] / "schemas" / "kent-medway" / "samples" / "review.yaml"


def told(rule: str, path: str, message: str = "It is missing.", line: int = 1) -> Finding:
    return Finding(rule, "error", "gap", message, Place("record.yaml", path, line, 1))


def quiet() -> None:
    """Nothing happens between two looks."""


def watched(path: Path, *steps: Callable[[], object]) -> int:
    """How many saves are seen while these steps happen, one between two looks; then the watch is ended."""
    waiting: Iterator[Callable[[], object]] = iter((*steps, quiet, quiet, quiet))

    def pause() -> None:
        step = next(waiting, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    seen = 0
    try:
        for _ in saves(path, pause):
            seen += 1
    except KeyboardInterrupt:
        return seen
    raise AssertionError


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "record.yaml"
    path.write_text("kind: review\n", encoding="utf-8")
    return path


def test_the_file_as_it_is_and_every_save_count_once(record: Path) -> None:
    def save(text: str) -> Callable[[], object]:
        return lambda: record.write_text(text, encoding="utf-8")

    assert watched(record) == 1
    assert watched(record, quiet, quiet, save("kind: initial\n"), quiet, quiet, save("kind: transfer!\n")) == 3


def test_a_file_that_is_away_or_half_written_is_waited_for(record: Path) -> None:
    def empty() -> None:
        record.write_bytes(b"")

    def replaced() -> None:
        other = record.with_name("other")
        other.write_text("kind: transfer\n", encoding="utf-8")
        os.replace(other, record)

    emptied_first = (quiet, empty, lambda: record.write_bytes(b"kind: initial and more\n"))
    assert watched(record, *emptied_first) == 2
    assert watched(record, quiet, record.unlink, quiet, quiet, lambda: record.write_bytes(b"x: y\n"), quiet) == 2
    assert watched(record, quiet, replaced) == 2


def test_a_file_that_was_never_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        next(saves(tmp_path / "none.yaml", quiet))


def test_what_moved_is_not_new() -> None:
    before = [told("A-1", "children[0].name"), told("A-2", "views[0]")]
    moved = [told("A-1", "children[1].name", line=9), told("A-2", "views[3]", line=40)]
    assert since(before, moved).said == "Nothing is new."
    change = since(before, [moved[0], told("A-1", "children[2].name"), told("B-1", "kind")])
    assert [finding.place.path for finding in change.new] == ["children[2].name", "kind"]
    assert change.said == "1 mended, 2 new."


def test_the_command_tells_a_mistake_and_its_mending(tmp_path: Path) -> None:
    record = tmp_path / "record.yaml"
    text = SAMPLE.read_text(encoding="utf-8")
    record.write_text(text, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-u", "-c", _UNTIL.format(record=str(record))],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    ) as run:
        assert run.stdout is not None
        lines = iter(run.stdout.readline, "")
        assert any(line.startswith("Every save is checked") for line in lines)
        record.write_text(text.replace("kind: review", "kind: revue", 1), encoding="utf-8")
        said = []
        for line in lines:
            said.append(line)
            if line.startswith("Saved."):
                break
        assert any("SCH-VALUE" in line for line in said)
        record.write_text(text, encoding="utf-8")
        last = next(line for line in lines if line.startswith("Saved."))
        assert " 0 new." in last
        run.kill()


_UNTIL = """
import threading, _thread
threading.Timer(120, _thread.interrupt_main).start()  # a watch that nobody ends ends by itself
from cpdocs.cli import main
main(["watch", r"{record}"])
"""
