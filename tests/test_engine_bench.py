"""The bench itself: it measures the same work on both sides, and says whether a goal was met."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import tests.bench
from tests.bench import Row, side_by_side
from tests.bench.__main__ import HIDDEN
from tests.bench.workloads import shipped, table
from tests.test_engine import printed

ROOT = Path(__file__).parent.parent


def test_both_engines_print_the_same() -> None:
    for work in (table(30), shipped("parent-letter")):
        assert printed(work.ours()) == printed(work.docxtpl())
        assert work.unchecked() == work.ours()


def test_every_section_has_rows_and_says_what_it_measures() -> None:
    names = {module.name for module in pkgutil.iter_modules(tests.bench.__path__)} - HIDDEN
    assert {"render", "growth", "cold", "records"} <= names
    for name in names:
        module = import_module(f"tests.bench.{name}")
        assert callable(module.rows)
        assert module.__doc__


@pytest.mark.parametrize(
    ("value", "goal", "met"),
    [(2, ">=2", True), (1.9, ">=2", False), (1, "<=1.5", True), (2, "<=1.5", False), (1, "", None)],
)
def test_a_goal_is_met_or_not(value: float, goal: str, met: bool | None) -> None:
    assert Row("x", value, goal).met is met


def test_works_are_timed_in_turns() -> None:
    turns: list[str] = []
    works = (lambda: turns.append("a" * len(sorted(range(30000)))), lambda: turns.append("b"))
    slow, fast = side_by_side(*works, seconds=0.02)
    assert slow > fast > 0
    assert turns[:2] == ["a" * 30000, "b"]


def test_an_unknown_section_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "nope"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "there is no section nope; there are: cold, growth, records, render" in done.stderr


def test_the_memory_of_a_process_is_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.memory", "bare", "-"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert 2_000 < json.loads(done.stdout) < 100_000
