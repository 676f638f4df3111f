"""each: every one of these must be found in one of those.

for, when   the rows that are asked for (`people[]`, `children[]`, `core_group.members[]`)
key         the row's value that is looked for (default `id`; empty when the row itself is an id)
in          where it must be found: patterns, `attended[].person`
where       conditions on the entry it is found in, relative to that entry
message     what to say, with {who}

Fails:  for people[], when {facts.core_group: "yes"}, in [reports[].author], and one wrote no report
Passes: everyone wrote one
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Record, text_of
from cpdocs.rules import Problem, rows

KIND: Kind = "gap"


def check(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every row that is found nowhere."""
    there = set(_found(record, rule))
    for row in rows(record, rule):
        key = rule.given.get("key", "id")
        value = record.get(f"{row}.{key}" if key else row)
        id = text_of(value)
        if id and id not in there:
            message = rule.text("message") or rule.title
            yield Problem(row, message.replace("{who}", record.name_of(id)), subject=id)


def _found(record: Record, rule: Rule) -> Iterator[str]:
    where = rule.given.get("where")
    for pattern in rule.names("in"):
        if isinstance(where, Mapping):
            head, _, tail = pattern.rpartition("[].")
            for entry, _value in record.select(head + "[]"):
                if record.holds(where, entry):
                    yield from (text_of(value) for _, value in record.select(tail, entry))
        else:
            yield from (text_of(value) for _, value in record.select(pattern))
