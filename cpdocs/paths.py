"""Paths into a record: `children[1].decision.plan` and patterns of them such as `children[].decision`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

Step = str | int | None
"""A key, the number of an entry, or None for `[]`, every entry."""

_STEP = re.compile(r"\[([0-9]*)\]|([^.\[\]]+)")


@lru_cache(maxsize=65536)
def split(path: str) -> tuple[Step, ...]:
    """`a[1].b[]` in, `("a", 1, "b", None)` out."""
    return tuple(key if key else (int(number) if number else None) for number, key in _STEP.findall(path))


def join(steps: tuple[Step, ...]) -> str:
    """The inverse of split."""
    out = ""
    for step in steps:
        if step is None:
            out += "[]"
        elif isinstance(step, int):
            out += f"[{step}]"
        else:
            out += f".{step}" if out else step
    return out


@lru_cache(maxsize=65536)
def parted(path: str) -> tuple[str, Step]:
    """What a path stands in, and its own step: `a[1].b` in, `("a[1]", "b")` out; `a[1]` gives `("a", 1)`."""
    *above, own = split(path)
    return join(tuple(above)), own


@lru_cache(maxsize=65536)
def pattern_of(path: str) -> str:
    """`children[1].decision` in, `children[].decision` out."""
    return re.sub(r"\[[0-9]+\]", "[]", path)


def of(steps: Iterable[str | int]) -> str:
    """Keys and numbers of entries in, the path out; as `join`, for what isn't a tuple."""
    return join(tuple(steps))


def below(base: str, path: str) -> str:
    """The path of something within something: `children[1]` and `decision.plan`, or `[0].text`."""
    if not base or not path:
        return base or path
    return base + path if path.startswith("[") else f"{base}.{path}"


def under(path: str, ancestor: str) -> bool:
    """Whether a path is its ancestor or lies below it; both concrete, or both patterns."""
    return not ancestor or path == ancestor or path.startswith((ancestor + ".", ancestor + "["))
