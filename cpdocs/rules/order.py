"""order: of the entries of a list, these come before the others.

of       the list; its entries name a person under `key` (default `person`)
first    a condition on the person (people[].…) that marks who comes first
message  what to say, with {who} for the one that comes too late

Fails:  of views[], first {facts.core_group: "yes"}, and a view of another stands before a core group view
Passes: all core group views come first
Silent: nobody is named
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Record, text_of
from cpdocs.rules import Problem, rows

KIND: Kind = "breach"


def check(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every entry that should have come before one that precedes it."""
    first = rule.given.get("first")
    assert isinstance(first, Mapping)
    for row in rows(record, rule):
        earlier = ""
        for path, _entry in record.select(rule.text("of"), row):
            person = record.who(text_of(record.get(f"{path}.{rule.text('key', 'person')}")))
            if person is None:
                continue
            if not record.holds(first, person.path):
                earlier = earlier or path
            elif earlier:
                message = (rule.text("message") or rule.title).replace("{who}", record.name_of(person.id))
                yield Problem(path, message, ((earlier, "asked before"),), person.id)
