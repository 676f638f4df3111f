"""convenor: who makes the referral to the Children's Convenor.

maker     made_by says social worker or chair; the person named beside it must be one
message   what to say, with {who} for the person named and {row} for the child

Fails:  made_by is chair, and the person named didn't chair the conference
Passes: made_by is social-worker, and the person is the child's lead worker or a social worker
Silent: no referral is decided on, or one of the two isn't written
"""

from __future__ import annotations

from collections.abc import Iterator

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Record, text_of
from cpdocs.rules import Problem, named, rows, subject_of

KIND: Kind = "gap"


def maker(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every child whose referral is given to someone of another part."""
    for row in rows(record, rule):
        sort = text_of(record.get(f"{row}.convenor_referral.made_by"))
        person = record.who(text_of(record.get(f"{row}.convenor_referral.person")))
        if not sort or person is None:
            continue
        if sort == "chair":
            right = person.id == text_of(record.get("conference.chair")) or person.role == "chair"
        else:
            right = person.role in ("lead-worker", "social-worker")
        if not right:
            said = (rule.text("message") or rule.title).replace("{row}", named(record, row))
            said = said.replace("{who}", record.name_of(person.id))
            yield Problem(f"{row}.convenor_referral.person", said, subject=subject_of(record, row))
