"""invitations: whether those who belong at a review were asked to come.

agencies_then   every agency that came to the conference that made the plan is invited again
message         what to say, with {agency}

Fails:  the police were at the initial conference, and nobody of the police is invited or said not to be
Passes: someone of that agency is invited, or the person who came then stands under not_invited
Silent: the first conference's list isn't in the record, or nobody is written as invited yet
"""

from __future__ import annotations

from collections.abc import Iterator

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Record, text_of
from cpdocs.rules import Problem

KIND: Kind = "gap"


def agencies_then(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every agency that was there then and is neither invited nor explained now.

    Agencies are compared, not people: another health visitor may have taken over. The chair stands for none.
    """
    if not record.list_of("invited"):
        return
    told = {_agency(record, id) for key in ("invited", "not_invited") for id in record.list_of(key)}
    for number, row in enumerate(record.rows("initial_conferences")):
        there = row.get("attended")
        for place, value in enumerate(there if isinstance(there, list) else ()):
            agency = _agency(record, text_of(value))
            if agency and agency not in told:
                told.add(agency)
                said = (rule.text("message") or rule.title).replace("{agency}", agency)
                yield Problem(f"initial_conferences[{number}].attended[{place}]", said)


def _agency(record: Record, id: str) -> str:
    person = record.who(id)
    return person.agency if person and person.sort == "professional" and person.role != "chair" else ""
