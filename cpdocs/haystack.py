"""Make text comparable: a text in, a Haystack out, whose words, runs and letters can be looked through.

Two texts that a reader would call the same fold to the same words: capitals, accents, digits of any script,
spaces, punctuation, hidden characters and the way Word splits a text over runs make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

WALL = "\x1f"
"""Stands between texts that don't follow one another, such as two attributes: nothing matches across it."""

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
# between two letters; the sign itself stands first in the pattern, since it is what is rare
_APOSTROPHE = re.compile("['\u2018\u2019\u201b\u02bc\u02b9\u00b4`\u2032\uff07](?<=[^\\W_].)(?=[^\\W_])")
_LETTERS = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ħ": "h",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ð": "d",
    "ŧ": "t",
}
_ASCII = {code: chr(code) if chr(code).isalnum() else " " for code in range(128)}
_ASCII[ord(WALL)] = "|"
# Scripts written without spaces: every character is a word of its own.
_UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF),
             (0xF900, 0xFAFF), (0x20000, 0x3FFFF))  # fmt: skip


@lru_cache(maxsize=8192)
def _fold(run: str) -> str:
    """A run of characters beyond ASCII: letters without accents, digits as 0 to 9, all else a space."""
    out = []
    for char in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", run).casefold()):
        kind = unicodedata.category(char)
        if kind in ("Mn", "Me", "Cf", "Cs", "Co"):
            continue
        if kind == "Nd":
            out.append(str(unicodedata.digit(char)))
        elif kind[0] in "LM" or kind == "Nl":
            plain = _LETTERS.get(char, char)
            out.append(f" {plain} " if any(low <= ord(char) <= high for low, high in _UNSPACED) else plain)
        else:
            out.append(char if char.isascii() and char.isalnum() else " ")
    return "".join(out)


def words(text: str) -> list[str]:
    """The words of a text in comparable form: "St Zoë’s, 12–14" gives st zoes 12 14."""
    text = _APOSTROPHE.sub("", text)
    if WALL in text:
        text = text.replace(WALL, f" {WALL} ")
    if not text.isascii():
        text = _NOT_ASCII.sub(lambda run: _fold(run[0]), text)
    return text.lower().translate(_ASCII).split()


RUN = 6
"""Words in a run of withheld text that is looked for (decision 9)."""


class _Haystack(NamedTuple):
    where: str
    text: str
    prose: bool = True
    """False for what only Word reads: there "Strong" is a style and no surname."""
    constant: bool = False
    """True for a part that is kept because other files hold the same."""


class Haystack(_Haystack):
    """One part of a file, ready to be searched; `where` names it."""

    @cached_property
    def words(self) -> list[str]:
        """The words in their order, `|` where a wall stands."""
        return words(self.text)

    @cached_property
    def tight(self) -> str:
        """The words without spaces: finds what is split over lines, cells or runs, or spaced otherwise."""
        return "".join(self.words)

    @cached_property
    def edges(self) -> frozenset[int]:
        """Where words begin and end in `tight`."""
        found, at = {0}, 0
        for word in self.words:
            at += len(word)
            found.add(at)
        return frozenset(found)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Each word once."""
        return frozenset(self.words)

    @cached_property
    def small(self) -> frozenset[str]:
        """The words that stand in small letters."""
        return frozenset(re.findall(r"\b[a-z]{3,}\b", self.text))

    @cached_property
    def grams(self) -> frozenset[str]:
        """All runs of six words."""
        return frozenset(grams(self.words))


def grams(of: list[str]) -> Iterator[str]:
    """The runs of six words in a list of words."""
    # joined and not as tuples, which the garbage collector would walk through again and again
    return map(" ".join, zip(*(of[start:] for start in range(RUN)), strict=False))


@lru_cache(maxsize=4096)
def of_text(where: str, text: str) -> Haystack:
    """A plain text, such as a field of a record; kept, since one text is many readers'."""
    return Haystack(where, text)
