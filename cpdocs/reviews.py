"""Which conference made a child's plan, and when its reviews are due: a Record and a child in, days and facts out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

from cpdocs.record import Child, Record, day_of, ids_in, mapping, text_of, yes_no
from cpdocs.workdays import Calendar

Fact: TypeAlias = tuple[str, Any, tuple[str, ...]]
"""Name, value (a str or a list of str), and the paths it rests on."""


def first_conference(record: Record, child: Child) -> tuple[str, Mapping[str, Any]] | None:
    """The entry of `initial_conferences` for a child: after a move in, the conference here."""
    here = latest_for(record, "initial_conferences", child.id, kind="transfer")
    return here or entry_for(record, "initial_conferences", child.id)


def made_at(record: Record, child: Child) -> tuple[str, date | None, str]:
    """The conference that made this child's plan here: where it stands, its day and its kind.

    After a move in, that is the receiving authority's own conference, also where the first one elsewhere is listed.
    """
    found = first_conference(record, child)
    moved = latest_for(record, "previous_conferences", child.id, kind="transfer")
    if moved and (found is None or text_of(moved[1].get("date")) > text_of(found[1].get("date"))):
        found = moved
    if found is None:
        return "", None, ""
    return found[0], day_of(found[1].get("date")), text_of(found[1].get("kind"))


def before_birth(record: Record, child: Child) -> bool:
    """Whether this child's plan was made before birth; a sibling born already keeps the ordinary limits."""
    _, day, kind = made_at(record, child)
    if not kind:
        kind, day = record.kind, record.date("conference.date")
    born = day_of(child.data.get("date_of_birth"))
    if born is None or day is None:
        return kind == "pre-birth" or (born is None and bool(child.data.get("due_date")))
    return born > day


def entry_for(record: Record, key: str, child: str) -> tuple[str, Mapping[str, Any]] | None:
    """The entry of a list that speaks of a child: named there, or the entry without names speaks of all."""
    rows = list(enumerate(record.rows(key)))
    named = [(n, row) for n, row in rows if child in ids_in(row.get("children"))]
    general = [(n, row) for n, row in rows if not row.get("children")]
    for number, row in [*named, *general]:
        return f"{key}[{number}]", row
    return None


def latest_for(record: Record, key: str, child: str, *, kind: str = "") -> tuple[str, Mapping[str, Any]] | None:
    """The latest entry of a list that speaks of a child, in whatever order they were written; undated ones last.

    With `kind`, only conferences of that kind.
    """
    speaks = [
        (f"{key}[{number}]", row)
        for number, row in enumerate(record.rows(key))
        if (not row.get("children") or child in ids_in(row.get("children"))) and (not kind or row.get("kind") == kind)
    ]
    return max(speaks, key=lambda entry: text_of(entry[1].get("date")), default=None)


def unconsidered(record: Record, child: Child) -> Iterator[str]:
    """The kinds of events since the last conference after which no earlier review was weighed."""
    found = entry_for(record, "next_reviews", child.id)
    if found and found[1].get("earlier_considered") == "yes":
        return
    events = child.data.get("events_since_last")
    for event in events if isinstance(events, list) else ():
        if isinstance(event, Mapping) and event.get("early_review_considered") != "yes":
            yield text_of(event.get("kind"))


def this_review(
    record: Record, child: Child, calendar: Calendar, *, first: bool, before_birth: bool
) -> Iterator[Fact]:
    """The window in which this review had to be held, child by child (each child keeps its own rule)."""
    limits, path, held = record.procedure.limits, child.path, record.date("conference.date")
    born = day_of(child.data.get("date_of_birth"))
    at, made_on, _ = made_at(record, child)
    if first and before_birth and _BORN in limits:
        if born:
            latest = _BORN_EXTENDED if _extended(child) else _BORN
            rests = (f"{path}.date_of_birth", f"{path}.review_extension", f"{at}.kind")
            yield "latest_this_review", calendar.move(born, limits[latest].on(held)).date.isoformat(), rests
            if "after_birth_earliest" in limits:
                earliest = calendar.move(born, limits["after_birth_earliest"].on(held)).date
                yield "earliest_this_review", earliest.isoformat(), rests
    elif first and made_on and "first_review" in limits:
        latest_day = calendar.move(made_on, limits["first_review"].on(held)).date
        yield "latest_this_review", latest_day.isoformat(), (f"{at}.date",)
    elif not first and "later_review" in limits:
        previous = latest_for(record, "previous_conferences", child.id)
        if previous and (previous_on := day_of(previous[1].get("date"))):
            latest_day = calendar.move(previous_on, limits["later_review"].on(held)).date
            yield "latest_this_review", latest_day.isoformat(), (f"{previous[0]}.date",)


def _extended(child: Child) -> bool:
    """Whether a service manager put the review after the birth off, in writing."""
    extension = mapping(child.data.get("review_extension"))
    allowed = {"role": "service-manager", "written": "yes"}
    return allowed.items() <= extension.items() and bool(extension.get("date"))


def next_review(record: Record, child: Child, calendar: Calendar, held: date | None, plan: str) -> Iterator[Fact]:
    """When the next review is, and the window it must fall in; provisional while a birth is awaited."""
    limits, path = record.procedure.limits, child.path
    found = entry_for(record, "next_reviews", child.id)
    if found and plan != "end":
        at, row = found
        yield "next_review_on", text_of(row.get("date")), (f"{at}.date",)
        yield "next_review_time", text_of(row.get("time")), (f"{at}.time",)
        yield "next_review_place", text_of(row.get("place")), (f"{at}.place",)
        yield "next_review_told", text_of(row.get("told_at_conference")), (f"{at}.told_at_conference",)
        yield "earlier_considered", yes_no(row.get("earlier_considered") == "yes"), (f"{at}.earlier_considered",)
    if plan not in ("start", "continue", "continue-changed") or held is None:
        return
    rests: tuple[str, ...] = (f"{path}.decision.plan", "conference.date")
    start, limit = next_review_limit(record, child, calendar)
    if start is None:
        return
    if limit in (_BORN, _BORN_EXTENDED):
        rests += (f"{path}.date_of_birth", f"{path}.due_date")
    extension = (f"{path}.review_extension",) if limit == _BORN_EXTENDED else ()  # for professionals
    yield "latest_next_review", calendar.move(start, limits[limit].on(held)).date.isoformat(), (*rests, *extension)
    provisional = False
    if limit in (_BORN, _BORN_EXTENDED):
        if "after_birth_earliest" in limits:
            earliest = calendar.move(start, limits["after_birth_earliest"].on(held)).date
            yield "earliest_next_review", earliest.isoformat(), rests
        provisional = day_of(child.data.get("date_of_birth")) is None
    yield "next_review_provisional", yes_no(provisional), rests


_BORN, _BORN_EXTENDED = "after_birth_latest", "after_birth_extended"


def next_review_limit(record: Record, child: Child, calendar: Calendar) -> tuple[date | None, str]:
    """The day from which a child's next review is counted, and the limit that says how long; None if none does.

    Who wasn't born when the conference was held has the first review after the birth, at whatever kind of conference;
    a review keeps the time between reviews as well.
    """
    limits, held = record.procedure.limits, record.date("conference.date")
    born, expected = day_of(child.data.get("date_of_birth")), day_of(child.data.get("due_date"))
    first = record.kind != "review" or text_of(mapping(child.data.get("decision")).get("plan")) == "start"
    limit = "first_review" if first else "later_review"
    ordinary = (held if limit in limits else None), limit
    awaited = born > held if born and held else not born and (bool(expected) or record.kind == "pre-birth")
    if not awaited or _BORN not in limits:
        return ordinary
    start, limit = born or expected, _BORN_EXTENDED if _extended(child) else _BORN
    if first or start is None or ordinary[0] is None:
        return start, limit
    both = (start, limit), (ordinary[0], ordinary[1])
    return min(both, key=lambda way: calendar.move(way[0], limits[way[1]].on(held)).date)
