"""How a language writes dates, times, lists, numbers and names of languages: CLDR's way, or the folder's own.

What CLDR knows comes from Babel; what `locale.yaml` says wins over it.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from cpdocs import pseudo

T = TypeVar("T")
_LARGE_NOUNS = frozenset({"de", "gsw", "lb", "nds"})
"""Languages that begin every noun with a capital, which CLDR doesn't tell."""
_PATTERN = re.compile(r"[^{}]*\{0\}[^{}]*(\{and\})?[^{}]*\{1\}[^{}]*")

OVERRIDES = (
    "dates", "times", "months", "weekdays", "lists", "ordinals", "quotes", "alphabet", "languages",
    "large_print",
)  # fmt: skip
"""The keys of locale.yaml that win over CLDR."""


@dataclass(frozen=True, kw_only=True)
class Conventions:
    """A language's conventions. `base` is the language CLDR knows; `maker` is set in pseudo-locales only."""

    base: str
    overrides: Mapping[str, Any] = field(default_factory=dict)
    maker: str = ""

    @cached_property
    def _cldr(self) -> Any:
        return _known(self.base)

    def _given(self, group: str, key: str) -> Any:
        held = self.overrides.get(group)
        return held.get(key) if isinstance(held, Mapping) else None

    def date(self, day: dt.date) -> str:
        """`1 March 2041`, in this language."""
        if day not in self._dates:
            self._dates[day] = self._date(day, "long", "long")
        return self._dates[day]

    @cached_property
    def _dates(self) -> dict[dt.date, str]:
        """What was written already: a record's few days stand in every copy."""
        return {}

    def date_with_weekday(self, day: dt.date) -> str:
        """`Friday, 1 March 2041`, in this language."""
        return self._date(day, "with_weekday", "full")

    def _date(self, day: dt.date, mine: str, cldr: str) -> str:
        from babel.dates import format_date

        pattern = self._given("dates", mine) or cldr
        months, weekdays = self.overrides.get("months"), self.overrides.get("weekdays")
        if months or weekdays:
            if pattern == cldr:
                pattern = str(self._cldr.date_formats[cldr].pattern)
            # Names given in locale.yaml go in as quoted text, which CLDR patterns leave alone.
            if months:
                pattern = re.sub("MMMM|LLLL", _quoted(months[day.month - 1]), pattern)
            if weekdays:
                pattern = re.sub("EEEE|cccc", _quoted(weekdays[day.weekday()]), pattern)
        return self._own(str(format_date(day, pattern, locale=self._cldr)))

    def time(self, at: dt.time) -> str:
        """`14:30`, or as the language has it."""
        from babel.dates import format_time

        return self._own(str(format_time(at, self._given("times", "short") or "short", locale=self._cldr)))

    def list(self, items: Sequence[str]) -> str:
        """`A, B and C`, in this language; "" for none."""
        if len(items) < 2:
            return items[0] if items else ""
        patterns = self._list_patterns
        if len(items) == 2:
            return self._joined(patterns["2"], items[0], items[1])
        out = self._joined(patterns["end"], items[-2], items[-1])
        for at in range(len(items) - 3, -1, -1):
            out = self._joined(patterns["start" if at == 0 else "middle"], items[at], out)
        return out

    @cached_property
    def _list_patterns(self) -> Mapping[str, str]:
        rule = self._given("lists", "and")
        fillable = isinstance(rule, Mapping) and rule.get("usual")
        own = {"2": "pair", "start": "start", "middle": "middle", "end": "end"}
        given = {key: str(self._given("lists", name) or "") for key, name in own.items()}
        for key, pattern in given.items():
            # a pattern that can't be filled is as good as none; the check tells it
            if not _PATTERN.fullmatch(pattern) or ("{and}" in pattern and not fillable):
                given[key] = ""
        cldr = self._cldr.list_patterns["standard"]
        return {key: pattern or self._own(cldr[key]) for key, pattern in given.items()}

    def _joined(self, pattern: str, first: str, second: str) -> str:
        rule = self._given("lists", "and")
        if "{and}" in pattern and isinstance(rule, Mapping):
            pattern = pattern.replace("{and}", _and_before(second, rule))
        before, middle, after = re.split(r"\{[01]\}", pattern)
        return f"{before}{first}{middle}{second}{after}"

    def ordinal(self, number: int) -> str:
        """`2nd`, in this language; the bare number where `locale.yaml` gives no pattern."""
        patterns = self.overrides.get("ordinals") or {}
        exact = patterns.get(str(number))
        pattern = exact or patterns.get(self._cldr.ordinal_form(number)) or patterns.get("other") or "{n}"
        return self._own(pattern.replace("{n}", str(number)))

    def plural(self, number: int) -> str:
        """The CLDR plural category of a number: zero, one, two, few, many or other."""
        return str(self._cldr.plural_form(number))

    @property
    def labels_begin_small(self) -> bool:
        """Whether a word that begins large as a label begins small inside a line; German nouns never do."""
        return self.base.replace("-", "_").split("_")[0] not in _LARGE_NOUNS

    def quote(self, text: str) -> str:
        """A text in this language's quotation marks."""
        marks = self.overrides.get("quotes") or ("\u201c", "\u201d")
        return f"{marks[0]}{text}{marks[1]}"

    def in_order(self, items: Iterable[T], key: Callable[[T], str]) -> Sequence[T]:
        """Items in this language's alphabetical order; where it says nothing, letters without their
        accents.
        """
        return sorted(items, key=lambda item: self._sort_key(key(item)))

    @cached_property
    def _alphabet(self) -> tuple[Mapping[str, int], re.Pattern[str]]:
        letters = str(self.overrides.get("alphabet") or "").split()
        longest = sorted(letters, key=len, reverse=True)
        return {letter: at for at, letter in enumerate(letters)}, re.compile("|".join([*longest, "."]), re.DOTALL)

    def _sort_key(self, text: str) -> tuple[Any, ...]:
        places, pattern = self._alphabet
        folded = unicodedata.normalize("NFC", text.casefold())
        primary = []
        for letter in pattern.findall(folded):
            plain = unicodedata.normalize("NFD", letter)[0] if letter not in places else letter
            # Punctuation and spaces come first, then the alphabet's letters, then all others.
            at = places.get(plain, len(places))
            primary.append((0 if not plain.isalnum() else 1, at, plain if at == len(places) else ""))
        return (primary, folded)

    def language_name(self, tag: str) -> str:
        """A language's name in this language; the tag itself where nobody knows it."""
        from babel import Locale as Babel
        from babel.core import UnknownLocaleError

        named = self._given("languages", tag)
        if named:
            return str(named)
        try:
            found = Babel.parse(tag.split("-")[0]).get_language_name(self._cldr)
        except (UnknownLocaleError, ValueError):
            found = None
        return self._own(str(found)) if found else tag

    def _own(self, text: str) -> str:
        """What Babel says, made foreign in a pseudo-locale, so that a test sees where nobody asked the
        locale.
        """
        return pseudo.made(text, self.maker) if self.maker == "accents" else text


def _quoted(text: str) -> Callable[[re.Match[str]], str]:
    """A replacement that is a CLDR pattern's literal text, whatever is in it."""
    literal = "'" + text.replace("'", "''") + "'"
    return lambda _: literal


def _and_before(word: str, rule: Mapping[str, Any]) -> str:
    """The word for "and" before a word: `usual`, or the one whose beginnings it starts with (Welsh `ac`)."""
    start = unicodedata.normalize("NFD", word.lstrip("\u2018\u201c'\"(").casefold())
    bare = "".join(char for char in start if not unicodedata.combining(char))
    others = rule.get("before")
    for said, beginnings in others.items() if isinstance(others, Mapping) else ():
        if any(bare.startswith(beginning) for beginning in str(beginnings).split()):
            return str(said)
    return str(rule.get("usual") or "")


def with_country(tag: str, base: str) -> str:
    """The tag with the country where most speakers live, as Word names its languages: `cy` in, `cy-GB`
    out.
    """
    from babel.core import get_global

    if re.search("-[A-Z]{2}$", tag):
        return tag
    likely = str(get_global("likely_subtags").get(base.split("_")[0], ""))
    country = likely.rpartition("_")[2]
    return f"{tag}-{country}" if re.fullmatch("[A-Z]{2}", country) else tag


def fitting(data: Mapping[str, Any]) -> dict[str, Any]:
    """The overrides of a locale.yaml that have the shape they need; the check tells what is wrong with others."""
    lengths = {"months": 12, "weekdays": 7, "quotes": 2}
    out: dict[str, Any] = {}
    for key in OVERRIDES:
        value = data.get(key)
        if key in lengths:
            fits = isinstance(value, list) and len(value) == lengths[key] and all(isinstance(v, str) for v in value)
        else:
            fits = isinstance(value, str if key == "alphabet" else Mapping)
        if fits:
            out[key] = value
    return out


def direction_of(base: str) -> str:
    """`rtl` or `ltr`, as CLDR knows it. Raises ValueError for a language it doesn't know."""
    return "rtl" if _known(base).character_order == "right-to-left" else "ltr"


def names_of(base: str) -> tuple[str, str]:
    """A language's name in English and in itself, as far as CLDR has them."""
    known = _known(base)
    return str(known.get_language_name("en_GB") or ""), str(known.get_language_name(known) or "")


def _known(base: str) -> Any:
    from babel import Locale as Babel
    from babel.core import UnknownLocaleError

    try:
        return Babel.parse(base.replace("-", "_"))
    except UnknownLocaleError:
        raise ValueError(f"CLDR knows no language {base}") from None
