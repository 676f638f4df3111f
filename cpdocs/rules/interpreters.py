"""interpreters: who speaks another language than the conference's, and whether anyone interpreted for them.

considered   for everyone who belongs there, something is written about an interpreter
used         for everyone who came, an interpreter came too, or the reason why not is written
message      what to say, with {who}

Fails:  a father's meeting_language is pl, the conference's is en, and his needs.interpreter is empty
Passes: needs.interpreter names an interpreter who attended; or gives a reason
Silent: nobody's meeting_language differs from the conference's (the procedure's own, if none is written)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Person, Record, text_of
from cpdocs.rules import Problem

KIND: Kind = "gap"


def considered(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every person and child with another language about whose interpreter nothing is written."""
    there = {*record.list_of("invited"), *record.list_of("attended")}
    for person, needs in _others(record):
        if person.id in there and not isinstance(needs.get("interpreter"), Mapping):
            yield _problem(record, rule, person)


def used(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for everyone who came with such a need, without an interpreter and without a reason."""
    attended = set(record.list_of("attended"))
    others = {person.id for person, _ in _others(record)}
    for person in record.people.values():
        needs = person.data.get("needs")
        asked = needs.get("interpreter") if isinstance(needs, Mapping) else None
        asked = asked if isinstance(asked, Mapping) else {}
        needed = person.id in others or bool(asked.get("person")) or asked.get("arranged") == "yes"
        if person.id not in attended or not needed or asked.get("reason"):
            continue
        if text_of(asked.get("person")) not in attended:
            yield _problem(record, rule, person)


def _others(record: Record) -> Iterator[tuple[Person, Mapping[str, object]]]:
    """Whoever speaks another language at meetings than the conference does, sign languages too."""
    main = (text_of(record.get("conference.language")) or record.procedure.language).split("-")[0]
    for person in record.people.values():
        needs = person.data.get("needs")
        if isinstance(needs, Mapping):
            tongue = text_of(needs.get("meeting_language")).split("-")[0]
            if tongue and tongue != main:
                yield person, needs


def _problem(record: Record, rule: Rule, person: Person) -> Problem:
    said = (rule.text("message") or rule.title).replace("{who}", record.name_of(person.id))
    return Problem(f"{person.path}.needs", said, subject=person.id)
