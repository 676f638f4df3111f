"""Work that is done once under a name, and kept as long as the thing it was done for."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Once:
    """What was worked out, by name."""

    def __init__(self) -> None:
        """Nothing was worked out yet."""
        self._kept: dict[Hashable, Any] = {}

    def __call__(self, what: Hashable, work: Callable[[], T]) -> T:
        """What was worked out under this name; worked out now if nothing was yet."""
        if what not in self._kept:
            self._kept[what] = work()
        found: T = self._kept[what]
        return found
