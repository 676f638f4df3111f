"""The bench: ratios measured side by side in one run, for anyone to repeat.

    python -m tests.bench              everything
    python -m tests.bench render cold  some of it
    python -m tests.bench --json       for machines

Absolute times swing by half on shared machines, so only ratios are given. A section is a module of this folder
with a function `rows() -> Iterator[Row]`; a new one is found by listing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """One ratio: what it is, its value, and the goal if there is one (`>=` or `<=` before the number)."""

    what: str
    value: float
    goal: str = ""

    @property
    def met(self) -> bool | None:
        if not self.goal:
            return None
        bound = float(self.goal[2:])
        return self.value >= bound if self.goal.startswith(">=") else self.value <= bound


def side_by_side(*works: Callable[[], Any], seconds: float = 1.0, turns: int = 3) -> list[float]:
    """The best time of each work, taken in turns so that a slow moment meets all of them."""
    for work in works:
        work()
    best = [float("inf")] * len(works)
    for _ in range(turns):
        for number, work in enumerate(works):
            count, started = 0, time.perf_counter()
            while (spent := time.perf_counter() - started) < seconds / turns or not count:
                work()
                count += 1
            best[number] = min(best[number], spent / count)
    return best
