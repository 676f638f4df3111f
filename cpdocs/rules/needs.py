"""needs: where this holds, that must be written.

need    paths, relative to the row; `a|b` asks for either; `list[].key` asks it of every entry
message what to say, with {who} for the child or person of the row and {what} for the missing field

Fails:  for children[], when {facts.plan_ends: "yes"}, need [after_plan.support], and it isn't written
Passes: it is written
"""

from __future__ import annotations

from collections.abc import Iterator

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Record
from cpdocs.rules import Problem, full, named, rows, title_of

KIND: Kind = "gap"


def check(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every path that is missing."""
    for row in rows(record, rule):
        for need in rule.names("need"):
            options = need.split("|")
            if "[]" in need:
                head, _, tail = need.rpartition("[].")
                for entry, _value in record.select(head + "[]", row):
                    if not any(True for _ in record.select(tail, entry)):
                        yield _problem(record, rule, entry, f"{entry}.{tail}")
            elif not any(True for option in options for _ in record.select(option, row)):
                yield _problem(record, rule, row, full(options[0], row))


def _problem(record: Record, rule: Rule, row: str, path: str) -> Problem:
    who, what = named(record, row), title_of(record, path)
    message = rule.text("message") or ("{who}: {what} is not written." if who else "The {what} is not written.")
    return Problem(path, message.replace("{who}", who).replace("{what}", what), subject="")
