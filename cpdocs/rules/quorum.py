"""quorum: enough agency groups were there, of the right sort, or the chair's recorded discretion.

The numbers stand in the procedure's `quorum` block and `limits`, beside their clause.
by_discretion   "yes": report instead that the quorum was met only by the chair's discretion
each_child      for each child of `for`: enough of the groups that were there have direct contact with that child
message         what to say, with {count} and {groups} for the groups that count, and for `each_child` {who}

Fails:  three groups asked, two there, no discretion recorded
Passes: three there; or two, with discretion where the procedure allows it
Silent: nobody is on the list of those who attended, or the procedure asks no quorum
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Record, text_of
from cpdocs.room import groups_present
from cpdocs.rules import Problem, named, rows

KIND: Kind = "breach"


def check(record: Record, rule: Rule) -> Iterator[Problem]:
    """At most one problem."""
    fact = "facts.quorum_by_discretion" if rule.text("by_discretion") == "yes" else "facts.quorate"
    failing = "yes" if rule.text("by_discretion") == "yes" else "no"
    for _row in rows(record, rule):
        if record.get(fact) == failing:
            direct = record.procedure.quorum.get("direct_contact") == "yes"
            yield Problem("attended", _said(record, rule, _counted(record, groups_present(record, direct=direct))))


def each_child(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every child with whom too few of the groups that were there have direct contact."""
    enough = record.procedure.limits[str(record.procedure.quorum["groups"])].number
    there = _counted(record, groups_present(record))
    for row in rows(record, rule):
        child = text_of(record.get(f"{row}.id"))
        groups = [group for group in there if any(_knows(record, id, child) for id in there[group])]
        if enough is not None and len(groups) < enough:
            said = _said(record, rule, groups).replace("{who}", named(record, row))
            yield Problem(row, said, (("attended", "those who came"),), child)


def _knows(record: Record, id: str, child: str) -> bool:
    contacts = record.select(f"{record.people[id].path}.direct_contact[].child")
    return any(text_of(value) == child for _, value in contacts)


def _counted(record: Record, groups: dict[str, list[str]]) -> dict[str, list[str]]:
    if record.procedure.quorum.get("besides_social_care") == "yes":
        groups.pop("social-care", None)
    return groups


def _said(record: Record, rule: Rule, groups: Collection[str]) -> str:
    names = ", ".join(str(record.procedure.agency_groups.get(group, {}).get("title", group)) for group in groups)
    message = (rule.text("message") or rule.title).replace("{count}", str(len(groups)))
    return message.replace("{groups}", names or "none")
