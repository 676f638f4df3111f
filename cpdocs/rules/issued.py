"""issued: a document went out by a day counted from another; an amended copy later on doesn't count.

document  the document's folder, as `issued` names it
since     the date that is counted from
limit     a limit's name
message   what to say, with {who}, {day}, {limit} and {how} it was counted

Fails:  issued [{document: minutes, recipient: mother, date: 2041-03-21}], since 2041-03-06, limit 10 working days
Passes: the same on 2041-03-20, even with an amended copy in April
Silent: the document hasn't been issued yet
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Record, day_of, text_of
from cpdocs.rules import Problem, words_of

KIND: Kind = "breach"


def check(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every recipient whose first copy went out late."""
    since = record.date(rule.text("since"))
    time = record.procedure.limit(rule.text("limit"), since)
    if since is None or time is None:
        return
    counted = record.procedure.calendar(text_of(record.data.get("authority"))).move(since, time)
    for recipient, (day, path) in _first(record, rule.text("document")).items():
        if day > counted.date:
            message = rule.text("message") or rule.title
            for word, value in (
                ("who", record.name_of(recipient)),
                ("day", words_of(day)),
                ("limit", words_of(counted.date)),
                ("how", f" ({counted.explanation})"),
            ):
                message = message.replace(f"{{{word}}}", value)
            yield Problem(f"{path}.date", message, ((rule.text("since"), "counted from here"),), recipient)


def _first(record: Record, document: str) -> dict[str, tuple[date, str]]:
    """The day on which each recipient got the document first, and where that is written."""
    found: dict[str, tuple[date, str]] = {}
    for number, row in enumerate(record.rows("issued")):
        day, recipient = day_of(row.get("date")), text_of(row.get("recipient"))
        if day and row.get("document") == document and (recipient not in found or day < found[recipient][0]):
            found[recipient] = (day, f"issued[{number}]")
    return found
