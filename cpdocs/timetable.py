"""The dates to keep beside those of the copies, for the chair's distribution sheet: a Record in, rows out."""

from __future__ import annotations

from datetime import date

from cpdocs import reviews
from cpdocs.locales import ENGLISH
from cpdocs.record import Record
from cpdocs.rules import words_of
from cpdocs.wording import large


def dates(record: Record) -> list[dict[str, str]]:
    """The dates to keep beside those of the copies: meetings, reviews, and the conference of another authority."""
    rows: list[dict[str, str]] = []

    held = record.date("conference.date")

    def add(what: str, due: date | None, counted: str, clause: str = "") -> None:
        if due and (held is None or due >= held):
            rows.append({"what": what, "due": words_of(due), "how_counted": counted, "clause": clause})

    procedure = record.procedure
    calendar = procedure.calendar(str(record.data.get("authority") or ""))
    first = procedure.limits.get("first_core_group")
    plans = {value for _, value in record.select("children[].decision.plan")}
    if first and held and "start" in plans:
        counted = calendar.move(held, first.on(held))
        add("First core group meeting, at the latest", counted.date, counted.explanation, procedure.cite(first.cite))
    add("The conference meets again, at the latest", record.date("conference.reconvene_by"), "as the chair said")
    add("First core group meeting", record.date("core_group.first_meeting"), "as it was agreed")
    add("Next core group meeting", record.date("core_group.next_meeting"), "as it was agreed")
    alike: dict[tuple[str, date, str, str], list[str]] = {}
    for id in record.subjects:
        child = record.children[id]
        own = f"{child.path}.facts"
        counted_from = reviews.next_review_limit(record, child, calendar)
        for what, latest, start, limit in (
            ("next review, at the latest", "latest_next_review", *counted_from),
            (
                "the receiving authority's conference",
                "receiving_conference_due",
                record.date(f"{child.path}.transfer.notified_on"),
                "receiving_conference",
            ),
        ):
            due = record.date(f"{own}.{latest}")
            if due is None or start is None:
                continue
            known = procedure.limits[limit]
            practical = calendar.last_working_day_on_or_before(due)
            notes = (
                calendar.move(start, known.on(held)).explanation,
                f"the last working day by then is {words_of(practical)}" if practical != due else "",
                "provisional: counted from the due date of birth"
                if limit != "receiving_conference" and record.get(f"{own}.next_review_provisional") == "yes"
                else "",
            )
            key = (what, due, "; ".join(filter(None, notes)), procedure.cite(known.cite))
            alike.setdefault(key, []).append(child.name or ENGLISH.phrase("unborn-name"))
    for (what, due, counted_how, clause), names in alike.items():
        add(large(f"{ENGLISH.list(names)}: {what}"), due, counted_how, clause)
    return rows
