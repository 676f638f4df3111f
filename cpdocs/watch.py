"""A record that is being written: the findings again at every save, the new ones first.

Nothing is kept between two runs, and nothing is written; the file is only looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from cpdocs import paths
from cpdocs.finding import Finding

TICK = 0.01
"""Seconds between two looks at the file."""


def saves(path: Path, pause: Callable[[], object]) -> Iterator[None]:
    """Once for the file as it is, then once for every save; without end.

    A save counts when two looks in a row see the same file: an editor that empties a file before it writes it, or
    puts another in its place, is waited for. `pause` lies between two looks. Raises FileNotFoundError if the file
    isn't there to begin with.
    """
    path.stat()
    seen = before = None
    while True:
        now = _state(path)
        if now is not None and now == before and now != seen:
            seen = now
            yield
        before = now
        pause()


def _state(path: Path) -> tuple[int, int, int] | None:
    """What tells one save from the next; None while the file is away or closed to us, as it is for a moment."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class Since(NamedTuple):
    """What a save changed: the findings that weren't there before, and how many are gone."""

    new: tuple[Finding, ...]
    mended: int

    @property
    def said(self) -> str:
        """`3 mended, 1 new.`"""
        if not self.new and not self.mended:
            return "Nothing is new."
        return f"{self.mended} mended, {len(self.new)} new."


def since(before: Sequence[Finding], now: Sequence[Finding]) -> Since:
    """Compare two runs. Lines and the numbers of entries don't count: what is typed above moves them."""
    left = Counter(map(_same, before))
    new = []
    for finding in now:
        key = _same(finding)
        if left[key]:
            left[key] -= 1
        else:
            new.append(finding)
    return Since(tuple(new), left.total())


def _same(finding: Finding) -> tuple[str, str, str, bool]:
    at = paths.pattern_of(finding.place.path)
    return finding.rule, at, finding.message, finding.acknowledged is not None
