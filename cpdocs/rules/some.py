"""some: at least one entry of a list must be of this sort.

in       the list, `reports[]`; relative to the row
where    conditions on the entry, relative to it
at       where to point, relative to the row (default: the list)
message  what to say, with {who} for the child or person of the row

Fails:  in reports[], where {kind: lead-social-worker}, and every report is another's
Passes: one of them is the lead social worker's
Silent: no row is there for which `when` holds
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Record
from cpdocs.rules import Problem, full, named, rows, subject_of

KIND: Kind = "gap"


def check(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every row without such an entry."""
    where = rule.given.get("where")
    assert isinstance(where, Mapping)
    for row in rows(record, rule):
        if not any(record.holds(where, entry) for entry, _ in record.select(rule.text("in"), row)):
            at = full(rule.text("at") or rule.text("in").removesuffix("[]"), row)
            message = (rule.text("message") or rule.title).replace("{who}", named(record, row))
            yield Problem(at, message, subject=subject_of(record, row))
