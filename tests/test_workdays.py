"""Counting days: the catalogue's worked examples with their weekdays, and what must hold for every date."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpdocs import workdays
from cpdocs.workdays import PUBLISHED_UNTIL, Calendar, Timescale, add_months

ENGLAND = Calendar("GB", "ENG")
WALES = Calendar("GB", "WLS")
GUERNSEY = Calendar("GG")
ROOT = Path(__file__).parent.parent


def day(text: str) -> date:
    """`Thu 2026-12-24` in, the date out; a wrong weekday is a mistake in the test."""
    weekday, iso = text.split()
    found = date.fromisoformat(iso)
    assert f"{found:%a}" == weekday, text
    return found


@pytest.mark.parametrize(
    ("calendar", "start", "time", "due"),
    [
        (ENGLAND, "Thu 2026-12-24", "1 working day", "Tue 2026-12-29"),  # Boxing Day is moved to Monday 28
        (ENGLAND, "Thu 2026-12-24", "10 working days", "Tue 2027-01-12"),  # and New Year's Day
        (ENGLAND, "Wed 2027-03-24", "1 working day", "Thu 2027-03-25"),
        (ENGLAND, "Thu 2027-03-25", "1 working day", "Tue 2027-03-30"),  # Good Friday and Easter Monday
        (ENGLAND, "Tue 2026-04-07", "-5 working days", "Fri 2026-03-27"),  # counting back over Easter
        (WALES, "Fri 2026-08-28", "5 working days", "Mon 2026-09-07"),  # late August holiday
        (GUERNSEY, "Wed 2024-05-08", "2 working days", "Mon 2024-05-13"),  # Liberation Day on the Thursday
        (ENGLAND, "Wed 2024-05-08", "2 working days", "Fri 2024-05-10"),  # which England doesn't have
        (GUERNSEY, "Thu 2027-05-06", "2 working days", "Mon 2027-05-10"),  # on a Sunday it changes nothing
        (ENGLAND, "Tue 2027-11-30", "3 months", "Tue 2028-02-29"),  # month end in a leap year
        (ENGLAND, "Sun 2025-08-31", "6 months", "Sat 2026-02-28"),  # month end
        (ENGLAND, "Sat 2026-12-26", "1 working day", "Tue 2026-12-29"),  # from a day that isn't worked
        (ENGLAND, "Fri 2026-03-27", "4 weeks", "Fri 2026-04-24"),
        (ENGLAND, "Fri 2026-03-27", "28 days", "Fri 2026-04-24"),
        (ENGLAND, "Fri 2026-03-27", "same day", "Fri 2026-03-27"),
        (
            ENGLAND,
            "Thu 2024-02-29",
            "18 years",
            "Sat 2042-03-01",
        ),  # an age is reached the day after 28 February
        (ENGLAND, "Tue 2026-03-31", "-1 months", "Sat 2026-02-28"),
    ],
)
def test_a_time_from_a_day_comes_to(calendar: Calendar, start: str, time: str, due: str) -> None:
    assert calendar.move(day(start), Timescale.parse(time)).date == day(due)


@pytest.mark.parametrize(
    ("start", "time", "told"),
    [
        (
            "Thu 2026-12-24",
            "1 working day",
            "24 December 2026 + 1 working day, skipping 25 and 28 December: 29 December 2026",
        ),
        (
            "Thu 2026-12-24",
            "10 working days",
            "24 December 2026 + 10 working days, skipping 25 and 28 December and 1 January 2027: 12 January 2027",
        ),
        (
            "Tue 2026-04-07",
            "-5 working days",
            "7 April 2026 - 5 working days, skipping 3 and 6 April: 27 March 2026",
        ),
        (
            "Tue 2027-11-30",
            "3 months",
            "30 November 2027 + 3 months: 29 February 2028, the last day of that month",
        ),
        ("Fri 2026-03-27", "same day", "27 March 2026, the same day: 27 March 2026"),
    ],
)
def test_a_date_says_how_it_was_counted(start: str, time: str, told: str) -> None:
    assert ENGLAND.move(day(start), Timescale.parse(time)).explanation == told


def test_an_authority_adds_closures_and_takes_holidays_away() -> None:
    open_monday, closed = day("Mon 2026-12-28"), day("Tue 2026-12-29")
    own = Calendar("GB", "ENG", frozenset({closed}), frozenset({open_monday}))
    time = Timescale.parse("2 working days")
    assert own.move(day("Thu 2026-12-24"), time).date == day("Wed 2026-12-30")
    assert (own.holiday_name(closed), own.holiday_name(open_monday)) == ("closed", "")
    assert own.holiday_name(day("Fri 2026-12-25")) == "Christmas Day"


def test_the_last_working_day_before_a_long_weekend() -> None:
    assert ENGLAND.last_working_day_on_or_before(day("Mon 2027-03-29")) == day("Thu 2027-03-25")
    assert ENGLAND.last_working_day_on_or_before(day("Thu 2027-03-25")) == day("Thu 2027-03-25")


@pytest.mark.parametrize(
    "text", ["", "ten days", "10", "10 workdays", "3 fortnights", "1e3 days", "٣ days", "99999 days"]
)
def test_what_is_not_a_time_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="10 working days"):
        Timescale.parse(text)


@pytest.mark.parametrize("text", ["10 working days", "-1 working day", "same day", "3 months", "1 year"])
def test_a_time_is_written_as_it_is_read(text: str) -> None:
    assert str(Timescale.parse(text)) == text


def test_britain_without_a_nation_is_refused() -> None:
    with pytest.raises(ValueError, match="subdivision"):
        Calendar("GB")


def test_a_place_without_a_calendar_is_told() -> None:
    with pytest.raises(ValueError, match="`GB-XX`"):
        Calendar("GB", "XX").is_working_day(day("Mon 2026-12-28"))


# As published for each place: the weekdays it doesn't work. Guernsey's Liberation Day is not moved.
PUBLISHED = {
    (ENGLAND, WALES): """
        Thu 2026-01-01  Fri 2026-04-03  Mon 2026-04-06  Mon 2026-05-04  Mon 2026-05-25  Mon 2026-08-31
        Fri 2026-12-25  Mon 2026-12-28  Fri 2027-01-01  Fri 2027-03-26  Mon 2027-03-29  Mon 2027-05-03
        Mon 2027-05-31  Mon 2027-08-30  Mon 2027-12-27  Tue 2027-12-28  Mon 2028-01-03  Fri 2028-04-14
        Mon 2028-04-17  Mon 2028-05-01  Mon 2028-05-29  Mon 2028-08-28  Mon 2028-12-25  Tue 2028-12-26""",
    (GUERNSEY,): """
        Thu 2026-01-01  Fri 2026-04-03  Mon 2026-04-06  Mon 2026-05-04  Mon 2026-05-25  Mon 2026-08-31
        Fri 2026-12-25  Mon 2026-12-28  Fri 2027-01-01  Fri 2027-03-26  Mon 2027-03-29  Mon 2027-05-03
        Mon 2027-05-31  Mon 2027-08-30  Mon 2027-12-27  Tue 2027-12-28  Mon 2028-01-03  Fri 2028-04-14
        Mon 2028-04-17  Mon 2028-05-01  Tue 2028-05-09  Mon 2028-05-29  Mon 2028-08-28  Mon 2028-12-25
        Tue 2028-12-26""",
}


@pytest.mark.parametrize(("places", "text"), PUBLISHED.items(), ids=["England and Wales", "Guernsey"])
def test_the_library_knows_the_holidays_as_they_were_published(places: tuple[Calendar, ...], text: str) -> None:
    words = text.split()
    published = {day(f"{name} {iso}") for name, iso in zip(words[::2], words[1::2], strict=True)}
    span = [date(2026, 1, 1) + timedelta(days=n) for n in range((PUBLISHED_UNTIL - date(2026, 1, 1)).days + 1)]
    for place in places:
        assert {d for d in span if d.weekday() < 5 and not place.is_working_day(d)} == published


def test_the_published_holidays_reach_a_year_past_the_newest_commit() -> None:
    """Data that ages: judged by the commit's date, not today's, so one checkout always tells the same.

    When this fails: compare the newly published lists with PUBLISHED above, raise `holidays` if they differ,
    and move PUBLISHED_UNTIL on.
    """
    try:
        told = subprocess.run(
            ["git", "-C", str(ROOT), "log", "-1", "--format=%cs"], capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):  # not a checkout: as of the comparison itself
        told = "2026-11-22"
    assert date.fromisoformat(told) + timedelta(days=365) <= PUBLISHED_UNTIL


def test_a_count_past_what_is_published_says_so() -> None:
    time = Timescale.parse("1 working day")
    assert ENGLAND.move(day("Thu 2026-12-24"), time).certain
    assert not ENGLAND.move(PUBLISHED_UNTIL, time).certain
    assert ENGLAND.move(PUBLISHED_UNTIL, Timescale.parse("3 months")).certain


dates = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@settings(max_examples=60, deadline=None)
@given(dates, st.integers(1, 30))
def test_there_and_back_never_loses_a_working_day(start: date, number: int) -> None:
    start = ENGLAND.last_working_day_on_or_before(start)
    there = ENGLAND.move(start, Timescale(number, "working day")).date
    assert ENGLAND.is_working_day(there)
    assert ENGLAND.move(there, Timescale(-number, "working day")).date == start


@settings(max_examples=100, deadline=None)
@given(st.dates(), st.integers(-9999, 9999))
def test_a_count_never_falls_off_the_calendar(start: date, number: int) -> None:
    for unit in ("day", "week", "month", "year"):
        moved = ENGLAND.move(start, Timescale(number, unit)).date
        assert (moved >= start) if number >= 0 else (moved <= start)
    assert add_months(start, 0) == start


class Kept(dict[str, bytes]):
    """A store that counts what is asked of it."""

    def put(self, name: str, data: bytes) -> None:
        self[name] = data


def test_holidays_once_computed_are_kept_for_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    store, time = Kept(), Timescale.parse("10 working days")
    try:
        workdays.keep_in(store)
        first = [place.move(day("Thu 2026-12-24"), time) for place in (ENGLAND, WALES, GUERNSEY)]
        assert len(store) == 6  # two years of three places
        assert all(name.startswith("holidays-") for name in store)
        monkeypatch.setattr(workdays, "_computed", None)  # whoever calls it fails
        workdays.keep_in(store)
        assert [place.move(day("Thu 2026-12-24"), time) for place in (ENGLAND, WALES, GUERNSEY)] == first
        assert ENGLAND.holiday_name(day("Fri 2026-12-25")) == "Christmas Day"
    finally:
        workdays.keep_in(None)


def test_the_names_of_holidays_do_not_depend_on_the_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LANGUAGE", "LC_ALL", "LANG"):
        monkeypatch.setenv(variable, "th")
    workdays.keep_in(None)
    assert ENGLAND.holiday_name(day("Fri 2026-12-25")) == "Christmas Day"
    assert GUERNSEY.holiday_name(day("Tue 2028-05-09")) == "Liberation Day"


def test_the_calendar_is_only_loaded_when_a_day_is_counted() -> None:
    code = "import sys, cpdocs.workdays as w; w.Timescale.parse('3 months'); sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
