"""A date and a time such as "10 working days" in, the day it comes to and how it was counted out.

A working day is Monday to Friday, less the public holidays of the place whose procedure it is, less the
extra days an authority closes, plus the days it removes from the list. The first day isn't counted. Months
are calendar ones, cut to the end of the month; years are anniversaries. One-off holidays are known only once
they are proclaimed, so a count of working days past PUBLISHED_UNTIL says that it isn't certain.
"""

from __future__ import annotations

import calendar as _calendar
import importlib.util
import json
import os
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

PUBLISHED_UNTIL = date(2028, 12, 31)
"""The last day whose public holidays were published and compared with what the library computes."""

Unit = Literal["working day", "day", "week", "month", "year"]

_TIME = re.compile(r"(-?)([0-9]{1,4}) (working day|day|week|month|year)s?", re.IGNORECASE)
_YEARS = range(1900, 2200)
_ONE_DAY = timedelta(days=1)
_Date = date


class Timescale(NamedTuple):
    """So many working days, days, weeks, months or years; before a date when the number is negative."""

    number: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Timescale:
        """`10 working days`, `-5 working days`, `3 months`, `28 days`, `4 weeks`, `18 years`, `same day` in.

        Raises ValueError, with what would be right, if the text is none of these.
        """
        words = " ".join(text.split())
        if words.lower() == "same day":
            return cls(0, "day")
        found = _TIME.fullmatch(words)
        if not found:
            raise ValueError(
                f"`{text[:60]}` isn't a time. Write it like `10 working days`, `-5 working days`, "
                "`3 months`, `28 days`, `4 weeks` or `same day`."
            )
        units: dict[str, Unit] = {
            "working day": "working day",
            "day": "day",
            "week": "week",
            "month": "month",
            "year": "year",
        }
        return cls(int(found.group(1) + found.group(2)), units[found.group(3).lower()])

    def __str__(self) -> str:
        """As it is written: `10 working days`."""
        if self.number == 0:
            return "same day"
        return f"{self.number} {self.unit}{'' if abs(self.number) == 1 else 's'}"


class Counted(NamedTuple):
    """The day a count came to, and how, in a sentence.

    `skipped` are the public holidays and closures passed over; `certain` is False when working days were
    counted past what is published.
    """

    date: _Date
    explanation: str
    skipped: tuple[_Date, ...] = ()
    certain: bool = True


class _Calendar(NamedTuple):
    country: str
    subdivision: str | None
    extra_days: frozenset[date]
    removed_days: frozenset[date]


class Calendar(_Calendar):
    """The days a place works; `country` and `subdivision` as ISO codes (`GB` and `ENG`, `GG` and none).

    `extra_days` are closures besides the public holidays, `removed_days` are public holidays that don't count
    there. Raises ValueError for GB without a subdivision: its list lacks what the four nations don't share.
    """

    __slots__ = ()

    def __new__(
        cls,
        country: str,
        subdivision: str | None = None,
        extra_days: frozenset[date] = frozenset(),
        removed_days: frozenset[date] = frozenset(),
    ) -> Calendar:
        """Refuse a calendar that would be wrong in silence."""
        if country == "GB" and not subdivision:
            raise ValueError("The calendar of GB needs a subdivision: ENG, WLS, SCT or NIR.")
        return super().__new__(cls, country, subdivision, extra_days, removed_days)

    def is_working_day(self, day: date) -> bool:
        """Whether this is a day from Monday to Friday that is neither a public holiday nor a closure."""
        return day.weekday() < 5 and not self._is_off(day)

    def holiday_name(self, day: date) -> str:
        """The name of a public holiday, `closed` for a closure of the authority, or nothing."""
        if day in self.removed_days:
            return ""
        if day in self.extra_days:
            return "closed"
        return _holidays(self.country, self.subdivision, day.year).get(day, "")

    def last_working_day_on_or_before(self, day: date) -> date:
        """The day itself if it is a working day, else the last one before it."""
        while not self.is_working_day(day) and day > date.min:
            day -= _ONE_DAY
        return day

    def move(self, start: date, time: Timescale) -> Counted:
        """The day a time after `start` (or before it, if negative), and how it was counted."""
        if time.unit == "working day":
            return self._by_working_days(start, time)
        note = ""
        if time.unit == "month":
            day = add_months(start, time.number)
            if day.day < start.day:
                note = ", the last day of that month"
        elif time.unit == "year":
            day = add_months(start, time.number * 12)
            if day.day < start.day:  # someone born on 29 February comes of age on 1 March
                day = _add_days(day, 1)
        else:
            day = _add_days(start, time.number * (7 if time.unit == "week" else 1))
        return Counted(day, f"{_sum(start, time)}: {_words(day)}{note}")

    def _by_working_days(self, start: date, time: Timescale) -> Counted:
        step = _ONE_DAY if time.number > 0 else -_ONE_DAY
        day, left, skipped = start, abs(time.number), []
        while left and date.min < day < date.max:
            day += step
            if day.weekday() >= 5:
                continue
            if self._is_off(day):
                skipped.append(day)
            else:
                left -= 1
        without = f", skipping {_listed(sorted(skipped), start.year)}" if skipped else ""
        known = max(day, start) <= PUBLISHED_UNTIL
        return Counted(day, f"{_sum(start, time)}{without}: {_words(day)}", tuple(skipped), known)

    def _is_off(self, day: date) -> bool:
        if day in self.removed_days:
            return False
        return day in self.extra_days or day in _holidays(self.country, self.subdivision, day.year)


def add_months(start: date, months: int) -> date:
    """The same day so many months on, cut to the month's end ("within three months" are calendar months)."""
    total = start.year * 12 + start.month - 1 + months
    year, month = divmod(total, 12)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(start.day, _calendar.monthrange(year, month + 1)[1]))


def _add_days(start: date, days: int) -> date:
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


class Store(Protocol):
    """Something that keeps bytes under a name for the next run; what it lost or never had is None."""

    def get(self, name: str) -> bytes | None:
        """The bytes kept under a name."""

    def put(self, name: str, data: bytes) -> None:
        """Keep bytes under a name."""


_store: Store | None = None


def keep_in(store: Store | None) -> None:
    """Keep the public holidays that were computed; loading the library takes longer than a whole check."""
    global _store
    _store = store
    _holidays.cache_clear()


@lru_cache(maxsize=512)
def _holidays(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    """The public holidays of a year. Raises ValueError if the library knows no such place."""
    if year not in _YEARS:
        return {}
    name = f"{_version()}.{country}-{subdivision or ''}.{year}" if _store is not None else ""
    if _store is not None and (kept := _store.get(name)):
        return {date.fromisoformat(day): str(title) for day, title in json.loads(kept).items()}
    found = _computed(country, subdivision, year)
    if _store is not None:
        _store.put(name, json.dumps({day.isoformat(): title for day, title in found.items()}).encode())
    return found


def _computed(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    import holidays

    try:  # the language is named, since the library would take it from the computer's own settings
        found = holidays.country_holidays(country, subdiv=subdivision, years=year, language=f"en_{country}")
    except NotImplementedError as problem:
        place = f"{country}-{subdivision}" if subdivision else country
        raise ValueError(f"No public holidays are known for `{place}`.") from problem
    return dict(sorted(found.items()))


@lru_cache(maxsize=1)
def _version() -> str:
    """Which release of the library is installed, without loading it: what is kept is good for no other."""
    spec = importlib.util.find_spec("holidays")
    where = Path(spec.origin).parent.parent if spec is not None and spec.origin else None
    found = sorted(entry.name for entry in where.glob("holidays-*.dist-info")) if where is not None else []
    return found[0].removesuffix(".dist-info") if len(found) == 1 else f"holidays-unknown-{os.getpid()}"


def _sum(start: date, time: Timescale) -> str:
    if time.number == 0:
        return f"{_words(start)}, the same day"
    sign = "-" if time.number < 0 else "+"
    return f"{_words(start)} {sign} {str(time).lstrip('-')}"


def _words(day: date) -> str:
    return f"{day.day} {_calendar.month_name[day.month]} {day.year}"


def _listed(days: Iterable[date], year: int) -> str:
    """`25 and 28 December and 1 January 2027`: days grouped by month, the year where it isn't the start's."""
    months: dict[tuple[int, int], list[str]] = {}
    for day in days:
        months.setdefault((day.year, day.month), []).append(str(day.day))
    parts = [
        f"{_and(numbers)} {_calendar.month_name[month]}{f' {own}' if own != year else ''}"
        for (own, month), numbers in months.items()
    ]
    return _and(parts)


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
