"""each: every one of these must be found in one of those.

for, when   the rows that are asked for (`people[]`, `children[]`, `core_group.members[]`)
key         the row's value that is looked for (default `id`; empty when the row itself is an id)
of          instead of key: patterns of ids within the row, each of which is looked for
in          where it must be found: patterns, `attended[].person`; with `of`, relative to the row
at          where to point, relative to the row (default: the row)
where       conditions on the entry it is found in, relative to that entry
message     what to say, with {who}, and with `of` also {row} for the child or person of the row

Fails:  for people[], when {facts.core_group: "yes"}, in [reports[].author], and one wrote no report
Passes: everyone wrote one
Silent: there is nobody to look for
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Record, text_of
from cpdocs.rules import Problem, full, named, rows

KIND: Kind = "gap"


def check(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every person who is found nowhere."""
    message = rule.text("message") or rule.title
    if rule.names("of"):
        for row in rows(record, rule):
            there = set(_found(record, rule, row))
            wanted = {text_of(value) for name in rule.names("of") for _, value in record.select(name, row)}
            for id in sorted(wanted - there - {""}):
                said = message.replace("{who}", record.name_of(id)).replace("{row}", named(record, row))
                yield Problem(_at(rule, row), said, subject=id)
        return
    there = set(_found(record, rule, ""))
    for row in rows(record, rule):
        key = rule.given.get("key", "id")
        id = text_of(record.get(f"{row}.{key}" if key else row))
        if id and id not in there:
            there.add(id)
            yield Problem(_at(rule, row), message.replace("{who}", record.name_of(id)), subject=id)


def _at(rule: Rule, row: str) -> str:
    return full(rule.text("at"), row) if rule.text("at") else row


def _found(record: Record, rule: Rule, base: str) -> Iterator[str]:
    where = rule.given.get("where")
    for pattern in rule.names("in"):
        head, entries, tail = pattern.rpartition("[].")
        if isinstance(where, Mapping) and entries:
            for entry, _value in record.select(head + "[]", base):
                if record.holds(where, entry):
                    yield from (text_of(value) for _, value in record.select(tail, entry))
        else:
            yield from (text_of(value) for _, value in record.select(pattern, base))
