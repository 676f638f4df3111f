"""quorum: enough agency groups were there, of the right sort, or the chair's recorded discretion.

The numbers stand in the procedure's `quorum` block and `limits`, beside their clause.
by_discretion   "yes": report instead that the quorum was met only by the chair's discretion
message         what to say, with {count} and {groups} for the groups that count

Fails:  three groups asked, two there, no discretion recorded
Passes: three there; or two, with discretion where the procedure allows it
Silent: nobody is on the list of those who attended, or the procedure asks no quorum
"""

from __future__ import annotations

from collections.abc import Iterator

from cpdocs.facts import groups_present
from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Record
from cpdocs.rules import Problem, rows

KIND: Kind = "breach"


def check(record: Record, rule: Rule) -> Iterator[Problem]:
    """At most one problem."""
    fact = "facts.quorum_by_discretion" if rule.text("by_discretion") == "yes" else "facts.quorate"
    failing = "yes" if rule.text("by_discretion") == "yes" else "no"
    for _row in rows(record, rule):
        if record.get(fact) == failing:
            direct = record.procedure.quorum.get("direct_contact") == "yes"
            groups = groups_present(record, direct=direct)
            if record.procedure.quorum.get("besides_social_care") == "yes":
                groups.pop("social-care", None)
            names = ", ".join(
                str(record.procedure.agency_groups.get(group, {}).get("title", group)) for group in groups
            )
            message = (rule.text("message") or rule.title).replace("{count}", str(len(groups)))
            yield Problem("attended", message.replace("{groups}", names or "none"))
