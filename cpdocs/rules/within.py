"""within: one thing must happen by a day counted from another.

of, since    dates, relative to the row; of is the day that is judged, or several
not_after    a limit's name: the last day allowed, counted from since (`limit` says the same)
not_before   a limit's name: the first day allowed
latest       instead of since and not_after: a fact that holds the last day allowed
earliest     likewise the first
today        "yes": while `of` is empty, the current day is judged, so a day that has passed is seen
at           where to point, relative to the row (default: the day that is judged)
message      what to say, with {who}, {day} for the day that is judged, {limit} for the last or first day
             allowed, and {how} for how it was counted

Fails:  since 2041-03-01, of 2041-02-27, not_after -5 working days
Passes: the same, of 2041-02-22
Silent: a date is missing (the contents schema asks for it)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Record, day_of, text_of
from cpdocs.rules import Problem, full, named, rows, subject_of, words_of

KIND: Kind = "breach"


def check(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every date outside its limits."""
    for row in rows(record, rule):
        for path, day in _judged(record, rule, row):
            for since, first, last, how in _windows(record, rule, row):
                if last and day > last:
                    yield _problem(record, rule, row, path, since, (day, last, "later", how))
                if first and day < first:
                    yield _problem(record, rule, row, path, since, (day, first, "earlier", how))


def _problem(
    record: Record, rule: Rule, row: str, path: str, since: str, told: tuple[date, date, str, str]
) -> Problem:
    day, limit, order, how = told
    at = full(rule.text("at"), row) if rule.text("at") else record.sources.get(path, (path,))[0]
    who = named(record, row or at)
    plainly = f"{{day}} is {order} than {{limit}}{{how}}."
    message = rule.text("message") or (f"{{who}}: {plainly}" if who else plainly)
    for word, value in (("who", who), ("day", words_of(day)), ("limit", words_of(limit)), ("how", how)):
        message = message.replace(f"{{{word}}}", value)
    related = ((since, "counted from here"),) if since and since != at else ()
    return Problem(at, message, related, subject_of(record, row))


def _judged(record: Record, rule: Rule, row: str) -> Iterator[tuple[str, date]]:
    written = False
    for of in rule.names("of"):
        for path, value in record.select(of, row):
            day = day_of(value)
            written = True
            if day:
                yield path, day
    if not written and rule.text("today") == "yes":
        yield full(rule.names("of")[0], row), record.today


def _windows(record: Record, rule: Rule, row: str) -> Iterator[tuple[str, date | None, date | None, str]]:
    """Since where, the first and the last day allowed, and how it was counted."""
    for key, is_last in (("latest", True), ("earliest", False)):
        if pattern := rule.text(key):
            for path, value in record.select(pattern, row):
                day = day_of(value)
                at = record.sources.get(path, (path,))[0]
                yield at, None if is_last else day, day if is_last else None, ""
    if not rule.text("since"):
        return
    calendar = record.procedure.calendar(text_of(record.data.get("authority")))
    for since, value in record.select(rule.text("since"), row):
        start = day_of(value)
        if start is None:
            continue
        where = record.sources.get(since, (since,))[0]
        for name, is_last in (
            (rule.text("not_after") or rule.text("limit"), True),
            (rule.text("not_before"), False),
        ):
            time = record.procedure.limit(name, start) if name else None
            if time:
                counted = calendar.move(start, time)
                how = f" ({counted.explanation})"
                yield where, None if is_last else counted.date, counted.date if is_last else None, how
