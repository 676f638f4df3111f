"""never: what `when` describes must not stand in a record.

at      where to point, relative to the row (default: the first path of `when`)
message what to say, with {who}, and {value} for what stands at `at`

Fails:  for children[], when {facts.harm: "no", facts.plan_continues: "yes"}
Passes: one of the two doesn't hold
Silent: no row is there for which `when` holds
"""

from __future__ import annotations

from collections.abc import Iterator

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Record
from cpdocs.rules import Problem, full, named, rows, subject_of, value_words

KIND: Kind = "gap"


def check(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every row whose `when` holds."""
    for row in rows(record, rule):
        at = rule.text("at") or next((path for path in rule.when if "facts" not in path), "")
        reached = list(record.select(at, row)) if at else []
        path, value = reached[0] if reached else (full(at, row), "")
        message = rule.text("message") or rule.title
        message = message.replace("{who}", named(record, row)).replace("{value}", value_words(value))
        yield Problem(path, message, subject=subject_of(record, row))
