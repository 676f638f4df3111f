"""Characters that no text may hold: those that can't be seen, turn the reading direction, or can't be printed.

In a Word file a bell becomes a new paragraph, half a character swallows the rest of the letter, and an override
shows a reader something other than what is written; so they are refused when reading. The marks and joiners
that Arabic, Urdu and emoji are spelled with are left alone.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

_BIDI = "\u202a-\u202e\u2066-\u2069"
_BMP = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\ufdd0-\ufdef" + _BIDI
)
_ASTRAL = "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
ODD_SPACES = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000"
"""Spaces that pasted text brings along and that look like the space bar's, or can't be seen; for a regex class."""
_ODD = re.compile(f"[{ODD_SPACES}\u00ad\u200c-\u200f]")
_CONTROLS = {
    0: "a zero byte",
    7: "a bell",
    8: "a backspace",
    0xB: "a vertical tab",
    0xC: "a page break",
    0x1B: "an escape",
}


def any_hidden(text: str) -> bool:
    """Whether a text holds any such character; quick, since it is asked of every file."""
    for usual in "\n\t\r":
        text = text.replace(usual, "")
    if text.isprintable():  # what Python calls printable holds none of them
        return False
    return pattern(_BMP).search(text) is not None or pattern(_ASTRAL).search(text) is not None


@cache
def pattern(characters: str = _BMP + _ASTRAL) -> re.Pattern[str]:
    """Finds each such character; made when it is first asked for, since few files hold any.

    Without the rare planes the engine looks a character up in one table.
    """
    return re.compile(f"[{characters}]")


def odd(text: str) -> bool:
    """Whether a word holds a space or a joiner that no one sees: welcome in a sentence, wrong in a key or an id."""
    return _ODD.search(text) is not None


@lru_cache(maxsize=256)
def hidden(character: str) -> tuple[str, str]:
    """The rule and the message for a character that no text may hold."""
    code = ord(character)
    name = unicodedata.name(character, "").lower()
    if 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069:
        return "SRC-DIRECTION", f"Here stands an unseen character that turns the reading direction ({name})."
    if 0xD800 <= code <= 0xDFFF:
        return "SRC-CONTROL", f"Here stands half a character (U+{code:04X}), which no program can print."
    if code in (0x2028, 0x2029):
        return "SRC-CONTROL", f"Here stands an unseen {name}, which comes of pasting."
    if code == 0xFEFF:
        return "SRC-CONTROL", "Here stands an unseen byte order mark, which comes of joining files."
    told = _CONTROLS.get(code, name or "a control character")
    return "SRC-CONTROL", f"Here stands {told} (U+{code:04X}), which can't be seen and can't be printed."
