"""Each procedure counts by its own place's days; the worked examples of section 11 of the catalogue, from the data."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from cpdocs.library import Library

LIBRARY = Library(root=Path(__file__).parent.parent)


@pytest.mark.parametrize(
    ("procedure", "authority", "limit", "start", "due"),
    [
        ("wales", "dyffryn-arian", "decisions", "2026-08-28", "2026-09-07"),  # the late August holiday
        ("wales", "dyffryn-arian", "reports_shared", "2027-03-03", "2027-02-24"),  # 1 March is no bank holiday
        ("wales", "gwaun-isel", "decisions", "2031-12-22", "2032-01-02"),  # closed on Christmas Eve
        ("wales", "dyffryn-arian", "decisions", "2031-12-22", "2031-12-31"),  # and its neighbour isn't
        ("wales", None, "first_review", "2027-11-30", "2028-02-29"),
        ("wales", None, "later_review", "2025-08-31", "2026-02-28"),
        ("guernsey", "guernsey", "convenor_referral", "2024-05-08", "2024-05-13"),  # Liberation Day
        ("guernsey", "guernsey", "convenor_referral", "2027-05-06", "2027-05-10"),  # on a Sunday: never moved
        ("guernsey", "guernsey", "convenor_referral", "2031-07-31", "2031-08-04"),
        ("guernsey", "alderney", "convenor_referral", "2031-07-31", "2031-08-05"),  # first Monday of August
        ("guernsey", "alderney", "convenor_referral", "2031-12-12", "2031-12-17"),  # Homecoming Day
        ("guernsey", "alderney", "convenor_referral", "2029-12-13", "2029-12-17"),  # on a Saturday: no other day
        ("guernsey", None, "initial_conference", "2019-12-02", "2019-12-12"),  # ten days before 15 January 2020
        ("guernsey", None, "initial_conference", "2020-02-03", "2020-02-24"),  # fifteen working days since
        ("guernsey", None, "outline_plan", "2031-05-08", "2031-05-08"),
    ],
)
def test_a_limit_is_counted_by_the_days_of_its_place(
    procedure: str, authority: str | None, limit: str, start: str, due: str
) -> None:
    there = LIBRARY.procedure(procedure)
    day = date.fromisoformat(start)
    time = there.limit(limit, day)
    assert time is not None
    assert there.calendar(authority).move(day, time).date == date.fromisoformat(due)


def test_alderneys_days_are_a_first_monday_of_august_or_15_december_each_year() -> None:
    extra = LIBRARY.procedure("guernsey").calendar("alderney").extra_days
    years = {day.year for day in extra}
    assert years == set(range(min(years), max(years) + 1))
    for year in years:
        monday = next(day for day in (date(year, 8, 1) + timedelta(n) for n in range(7)) if day.weekday() == 0)
        homecoming = date(year, 12, 15)
        wanted = {monday, homecoming} if homecoming.weekday() < 5 else {monday}
        assert {day for day in extra if day.year == year} == wanted
