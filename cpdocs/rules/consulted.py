"""consulted: every agency that was there then has been asked since.

need     the professionals who were present, relative to the row: `facts.present_then[]`; a chair speaks for no agency
in       the entries of those who were asked, from the top: `ending.consultation[]`; an entry names a person or
         an agency, and one with `relevant: no` answers for its agency as well
message  what to say, with {agency}, and {who} for the child of the row

Fails:  the college was present, and no entry names the college or anyone of it
Passes: an entry names its tutor, or the college itself
Silent: nobody is on the list of those present then
"""

from __future__ import annotations

from collections.abc import Iterator

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Record, text_of
from cpdocs.rules import Problem, named, rows, subject_of

KIND: Kind = "breach"


def check(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every agency that wasn't asked."""
    asked = set(_asked(record, rule.text("in")))
    for row in rows(record, rule):
        present = [record.who(text_of(value)) for _, value in record.select(rule.text("need"), row)]
        people = [p for p in present if p and p.sort == "professional" and p.role != "chair"]
        for agency in dict.fromkeys(person.agency or person.id for person in people):
            if agency not in asked and not asked & {p.id for p in people if p.agency == agency}:
                message = (rule.text("message") or rule.title).replace("{agency}", agency)
                at = rule.text("in").removesuffix("[]")
                yield Problem(at, message.replace("{who}", named(record, row)), subject=subject_of(record, row))


def _asked(record: Record, pattern: str) -> Iterator[str]:
    for path, _entry in record.select(pattern):
        yield text_of(record.get(f"{path}.agency"))
        person = record.who(text_of(record.get(f"{path}.person")))
        if person:
            yield from (person.id, person.agency)
