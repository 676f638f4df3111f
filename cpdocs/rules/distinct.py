"""distinct: one person must not have two parts, or must have the same part in both places.

one, other   patterns of ids
same         "yes": they must be the same person instead
at           where to point (default: the first path of `one`)
message      what to say, with {who}

Fails:  one conference.minute_taker, other [conference.chair, reports[].author], and a name on both
Passes: no name on both
Silent: one of the two isn't written
"""

from __future__ import annotations

from collections.abc import Iterator

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Record, text_of
from cpdocs.rules import Problem, full, rows

KIND: Kind = "breach"


def check(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every person with two parts; with `same`, one for every person who differs."""
    message = rule.text("message") or rule.title
    told: set[str] = set()
    for row in rows(record, rule):
        for path, value in record.select(rule.text("one"), row):
            id = text_of(value)
            others = [
                (at, text_of(other)) for name in rule.names("other") for at, other in record.select(name, row)
            ]
            if rule.text("same") == "yes":
                wrong, note = [at for at, other in others if other and other != id], "here it is another"
            else:
                wrong, note = [at for at, other in others if other == id and at != path], "and here"
            if id and wrong and id not in told:
                told.add(id)
                said = message.replace("{who}", record.name_of(id))
                place = full(rule.text("at"), row) if rule.text("at") else path
                yield Problem(place, said, ((wrong[0], note),), id)
