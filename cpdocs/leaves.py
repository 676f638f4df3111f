"""A typed text in, what is wrong with it out: dates, times, numbers, language codes, ids and one-line values.

A value is never repaired: what was typed is told back with the reading that was probably meant, and where two
readings are possible, as in 12/03/2041, both are shown and the author chooses.
"""

from __future__ import annotations

import calendar
import difflib
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 1880, 2199

CHECKED = ("date", "time", "number", "line")
"""The types of a text of which `wrong` knows more than a pattern does."""

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_TAG = re.compile(r"([a-z]{2,3}|x)(-[A-Za-z0-9]{1,8})*")
_ID = re.compile(r"[a-z][a-z0-9-]*")

_LOOSE_DATE = re.compile(r"([0-9]{1,4})\s*[-/. ]\s*([0-9]{1,2})\s*[-/. ]\s*([0-9]{1,4})")
_LOOSE_TIME = re.compile(r"([0-9]{1,2})(?:[:.h ]?([0-9]{2}))?\s*([ap])?\.?\s*m?\.?", re.IGNORECASE)
_WORDY = re.compile(
    r"(?:[A-Za-z]+,?\s+)??(?:([0-9]{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([A-Za-z]{3,9})"
    r"|([A-Za-z]{3,9})\s+([0-9]{1,2})(?:st|nd|rd|th)?),?\s+([0-9]{4})"
)
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_SHORT = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_LANGUAGES = {
    "english": "en-GB", "welsh": "cy", "cymraeg": "cy", "polish": "pl", "urdu": "ur", "arabic": "ar",
    "bengali": "bn", "french": "fr", "german": "de", "gujarati": "gu", "hindi": "hi", "italian": "it",
    "lithuanian": "lt", "panjabi": "pa", "punjabi": "pa", "portuguese": "pt", "romanian": "ro", "russian": "ru",
    "slovak": "sk", "somali": "so", "spanish": "es", "tamil": "ta", "turkish": "tr", "ukrainian": "uk",
}  # fmt: skip


class Wrong(NamedTuple):
    """What is wrong with a value: the rule, one sentence, and the next step if it isn't the rule's own."""

    rule: str
    message: str
    help: str = ""


def wrong(kind: str, text: str) -> bool:
    """Whether a text isn't what an `x-type` asks for. An empty text is never wrong: it isn't written yet."""
    if not text:
        return False
    if kind == "date":
        return _real(text) is None
    if kind in _FORMS:
        return _FORMS[kind].fullmatch(text) is None
    return kind == "line" and "\n" in text.strip("\n")


_FORMS = {"time": _TIME, "number": _NUMBER}


def tell(kind: str, text: str) -> Wrong:
    """What is wrong with a text that isn't what its `x-type` asks for."""
    if kind == "date":
        return _date(text)
    if kind == "time":
        return _time(text)
    if kind == "number":
        digits = "".join(_NUMBER.findall(text)) if len(text) < 20 else ""
        found = re.search(r"[0-9]+(?:\.[0-9]+)?", text[:40]) if digits or text else None
        meant = f" Did you mean `{found.group()}`?" if found else ""
        return Wrong("SCH-NUMBER", f"`{shown(text)}` isn't a number.{meant}")
    if kind == "tag":
        first, _, rest = text.strip().partition("-")
        small = first.lower() + (f"-{rest}" if rest else "")
        meant = language(text) or (small if _TAG.fullmatch(small) and len(first) == 2 else "")
        return Wrong(
            "SCH-TAG",
            f"`{shown(text)}` isn't the code of a language." + (f" Did you mean `{meant}`?" if meant else ""),
        )
    if kind == "line":
        return Wrong("SCH-LINE", "This value goes over several lines, and one is asked for.")
    meant = slug(text)
    if meant == text and len(text) <= 60:
        return Wrong("SCH-ID", f"`{shown(text)}` stands for a group or a body here, so nobody can have it as their id.")
    words = text.split()
    named = len(words) > 1 and all(word[:1].isupper() for word in words)  # a person's name is no id
    likely = f" Did you mean `{meant}`?" if meant and len(text) <= 60 and text.isascii() and not named else ""
    return Wrong("SCH-ID", f"`{shown(text)}` can't be an id: small letters, digits and hyphens only.{likely}")


def is_tag(text: str) -> bool:
    """Whether a text could be a language's code."""
    return _TAG.fullmatch(text) is not None


def language(name: str) -> str:
    """The code of a language by its English name, or nothing."""
    return _LANGUAGES.get(name.strip().lower(), "")


def close(word: str, options: Iterable[str], alike: float = 0.7) -> str:
    """The option that a mistyped word probably means, or nothing; `alike` says how near it must come, up to 1."""
    known = list(options)
    plain = {_plain(option): option for option in known}
    if _plain(word) in plain:
        return plain[_plain(word)]
    found = difflib.get_close_matches(_plain(word)[:80], plain, 1, alike)
    return plain[found[0]] if found else ""


def slug(text: str) -> str:
    """A text as an id could be: `Father of B` in, `father-of-b` out."""
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", flat).strip("-").lstrip("0123456789-")


def shown(text: str, most: int = 40) -> str:
    """A value as a message quotes it: one line, without backticks, cut where it is long."""
    flat = " ".join(text.replace("`", "'").split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", "_", word.strip().lower())


def _real(text: str) -> date | None:
    parts = _DATE.fullmatch(text)
    if parts is None:
        return None
    day = _day(*(int(part) for part in parts.groups()))
    return day if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _words(day: date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def _date(text: str) -> Wrong:
    quoted = shown(text)
    parts = _DATE.fullmatch(text)
    if parts:
        year, month, number = (int(part) for part in parts.groups())
        if _day(year, month, number) is not None:
            return Wrong("SCH-DATE", f"`{quoted}` is in the year {year}.", "Check the year.")
        if 1 <= month <= 12 and 1 <= number <= 31 and year:
            last = calendar.monthrange(year, month)[1]
            name = calendar.month_name[month]
            return Wrong(
                "SCH-DATE",
                f"There is no {number} {name} {year}: that month has {last} days.",
                "Find out which day it was; don't guess.",
            )
        swapped = _day(year, number, month)
        meant = f" Did you mean {_words(swapped)}, `{swapped}`?" if swapped else ""
        return Wrong("SCH-DATE", f"`{quoted}` isn't a day of any year.{meant}")
    readings = _readings(text)
    if len(readings) == 2:
        first, second = readings
        return Wrong(
            "SCH-DATE",
            f"`{quoted}` can be {_words(first)} or {_words(second)}. Which is meant?",
            f"Write {first} or {second}.",
        )
    if readings:
        return Wrong("SCH-DATE", f"`{quoted}` isn't a date as asked for. Did you mean `{readings[0]}`?")
    return Wrong("SCH-DATE", f"`{quoted}` isn't a date.")


def _readings(text: str) -> list[date]:
    """The days that a loosely written date can mean, the British reading first."""
    plain = re.sub("[\u2010-\u2015\u2212]", "-", unicodedata.normalize("NFKC", text[:60]))
    flat = " ".join(plain.strip("“”\"' .,;").split())
    if not flat.isascii():
        flat = "".join(str(unicodedata.digit(c)) if unicodedata.decimal(c, None) is not None else c for c in flat)
    stamped = re.match(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9]{1,2}[:.][0-9]{2}", flat)
    if stamped:
        flat = stamped.group(1)
    wordy = _WORDY.fullmatch(flat)
    if wordy:
        number, name = (wordy[1], wordy[2]) if wordy[1] else (wordy[4], wordy[3])
        month = _MONTHS.get(name.lower()) or _SHORT.get(name.lower())
        day = _day(int(wordy[5]), month, int(number)) if month else None
        return [day] if day else []
    parts = _LOOSE_DATE.fullmatch(flat)
    if not parts:
        return []
    first, middle, last = parts.groups()
    if len(first) == 4 and len(last) <= 2:
        found = [_day(int(first), int(middle), int(last))]
    elif len(first) <= 2 and len(last) in (2, 4):
        year = int(last) + (2000 if len(last) == 2 else 0)
        found = [_day(year, int(middle), int(first)), _day(year, int(first), int(middle))]
    else:
        return []
    days = [day for day in found if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR]
    return list(dict.fromkeys(days))


def _time(text: str) -> Wrong:
    quoted = shown(text)
    loose = _LOOSE_TIME.fullmatch(text.strip())
    if loose:
        hour, minute = int(loose[1]), int(loose[2] or 0)
        half = (loose[3] or "").lower()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour < 24 and minute < 60:
            return Wrong("SCH-TIME", f"`{quoted}` isn't a time as asked for. Did you mean `{hour:02}:{minute:02}`?")
    return Wrong("SCH-TIME", f"`{quoted}` isn't a time.")
