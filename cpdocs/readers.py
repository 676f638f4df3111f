"""Who someone is as a reader: a Record and an id in, the person or body, their class and their children out."""

from __future__ import annotations

from collections.abc import Mapping

from cpdocs.record import Child, Person, Record, text_of

OUTSIDE: Mapping[str, str] = {
    "board": "The safeguarding board",
    "receiving-authority": "The receiving authority",
    "child-file": "The child's file",
}
"""Readers that are bodies rather than people."""
NOBODY = ("chair", "the-chair")
"""Ids that stand for the chair where the record names none."""


def reader(record: Record, id: str) -> Person:
    """The person with an id, or the body it stands for."""
    if id in record.people:
        return record.people[id]
    if id.startswith("receiving-authority"):
        moves = receiving(record).get(id, {})
        name = next(iter(moves.values()), OUTSIDE["receiving-authority"])
        return Person(id, name, "", "body", "outside", children=frozenset(moves))
    name = "the chair" if id in NOBODY else id
    return Person(id, OUTSIDE.get(id, name), "", "body" if id in OUTSIDE else "chair", _sort(id))


def chair_of(record: Record) -> str:
    """The id whose copies are the chair's file: the chair the record names, if that is a professional.

    A parent or supporter named there by mistake doesn't get the chair's file; then it is for no one by name.
    Without a conference it is whoever is the one chair among the people.
    """
    named = text_of(record.get("conference.chair"))
    chairs = [id for id, person in record.people.items() if person.role == "chair"]
    id = named or (chairs[0] if len(chairs) == 1 else "")
    person = record.people.get(id)
    if person and person.sort == "professional" and not record.relations_of(id):
        return id
    return next(id for id in NOBODY if id not in record.people)


def receiving(record: Record) -> dict[str, dict[str, str]]:
    """The receiving authorities, each with the children that move there and its name: two are two readers."""
    bodies: dict[str, dict[str, str]] = {}
    ids: dict[str, str] = {}
    for child in record.children.values():
        name = text_of(record.get(f"{child.path}.transfer.receiving_authority"))
        if name:
            folded = " ".join(name.casefold().split())
            number = f"-{len(ids) + 1}" if ids else ""
            bodies.setdefault(ids.setdefault(folded, f"receiving-authority{number}"), {})[child.id] = name
    return bodies


def sort_for(record: Record, person: Person) -> str:
    """The class of reader someone is under this procedure.

    A minute-taker gets no copy as such (KM-MIN-09); where a procedure lists the minute-taker, it is as one of
    the professionals who were there (WX-REC-07).
    """
    if person.role == "minute-taker" and any("minute taker" in sending.to for sending in record.procedure.sendings):
        return "professional"
    return person.sort


def _sort(id: str) -> str:
    # The child's own file is the agency's: what professionals may read may lie in it.
    return "outside" if id in OUTSIDE and id != "child-file" else "professional"


def entitled(record: Record, person: Person) -> frozenset[str]:
    """The children a reader may read about (decision 2).

    A child: themselves. Family, carers and supporters: the children they have a relation to, or that the
    record names for them. Professionals: every child of the record unless it names fewer; a professional who
    is also related to a child of the family is held to that relation as well.
    """
    if isinstance(person, Child):
        return frozenset((person.id,))
    related = frozenset(relation.child for relation in record.relations_of(person.id))
    sort = sort_for(record, person)
    if sort in ("professional", "outside"):
        named = person.children if person.children is not None else frozenset(record.children)
        return named & related if record.relations_of(person.id) else named
    if sort == "other" and person.children is not None:
        return person.children
    return related if person.children is None else related & person.children


def name_is_kept(record: Record, person: Person) -> bool:
    """Whether someone's name is only for those the record shows it to: a foster carer's always is.

    Someone of the family who is a child's foster carer too is one by their relation, whatever their role says.
    """
    fosters = any(relation.role == "foster-carer" for relation in record.relations_of(person.id))
    return person.role == "foster-carer" or fosters or "name_shown_to" in person.data


def has_role_in_plan(person: Person) -> bool:
    """Both conditions for minutes to a supporter or the like: a part in the plan, and the conference agrees."""
    return person.data.get("role_in_plan") == "yes" and person.data.get("minutes_agreed_by_conference") == "yes"
