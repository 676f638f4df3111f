"""views: what the members say and think, against the order they were asked in and what was decided.

core_group_first   for each child, practitioners of the core group stand before everyone else
contributions      every professional who came said something that is written
dissent            whoever saw it otherwise than was decided stands under dissent or parental_disagreement
message            what to say, with {who}, and for `dissent` also {row} for the child

Fails:  a parent's view of a child stands before the health visitor's; a view `end`, and the plan continues
Passes: the core group's practitioners stand first; the view stands under dissent too
Silent: no view is written
"""

from __future__ import annotations

from collections.abc import Iterator

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Record, text_of
from cpdocs.rules import Problem

KIND: Kind = "gap"

_FOR_A_PLAN = {"start": True, "continue": True, "continue-changed": True, "none": False, "end": False}


def core_group_first(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every core group practitioner asked after someone else about the same child.

    A round is held for each child, so a list that goes child by child starts again with each.
    """
    earlier: dict[str, str] = {}
    told: set[str] = set()
    for number, row in enumerate(record.rows("views")):
        path, child, id = f"views[{number}]", text_of(row.get("child")), text_of(row.get("person"))
        person = record.who(id)
        if person is None:
            continue
        asked_first = person.sort == "professional" and _in_core_group(record, id)
        if not asked_first:
            earlier.setdefault(child, path)
        elif child in earlier and id not in told:
            told.add(id)
            said = (rule.text("message") or rule.title).replace("{who}", record.name_of(id))
            yield Problem(path, said, ((earlier[child], "asked before"),), id)


def contributions(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every professional who attended and of whom no contribution is written, here or there."""
    spoke = {
        text_of(value) for _, value in record.select("discussion[].contributions[].person")
    } | {text_of(row.get("person")) for row in record.rows("attended") if row.get("contribution")}
    for number, row in enumerate(record.rows("attended")):
        person = record.who(text_of(row.get("person")))
        if person is None or person.sort != "professional" or person.role == "chair" or person.id in spoke:
            continue
        said = (rule.text("message") or rule.title).replace("{who}", record.name_of(person.id))
        yield Problem(f"attended[{number}]", said, subject=person.id)


def dissent(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every view that goes against a child's decision and is recorded nowhere as dissent.

    A view without a child is measured against the decision of each child; it dissents if it agrees with none.
    """
    for number, row in enumerate(record.rows("views")):
        id, view = text_of(row.get("person")), _FOR_A_PLAN.get(text_of(row.get("view")))
        child = text_of(row.get("child"))
        decided = {
            subject: _FOR_A_PLAN[plan]
            for subject in ([child] if child else record.subjects)
            if (plan := _decided(record, subject)) in _FOR_A_PLAN
        }
        if view is None or not decided or view in decided.values() or _recorded(record, id, child):
            continue
        names = ", ".join(record.name_of(subject) for subject in decided)
        said = (rule.text("message") or rule.title).replace("{who}", record.name_of(id)).replace("{row}", names)
        yield Problem(f"views[{number}]", said, subject=id)


def _recorded(record: Record, id: str, child: str) -> bool:
    """Whether someone's dissent stands in the record: about this child, or about no child in particular."""
    for key in ("dissent", "parental_disagreement"):
        for row in record.rows(key):
            about = row.get("children")
            if text_of(row.get("person")) == id and (not child or not about or child in about):
                return True
    return False


def _decided(record: Record, child: str) -> str:
    found = record.children.get(child)
    return text_of(record.get(f"{found.path}.decision.plan")) if found else ""


def _in_core_group(record: Record, id: str) -> bool:
    members = record.get("core_group.members")
    return isinstance(members, list) and id in members
