"""The words of a sending's `to`: a closed list, each with whom it means in a record.

A new procedure chooses among these words; a word that isn't here is a fault of its data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cpdocs.readers import OUTSIDE, has_role_in_plan, receiving
from cpdocs.record import PARENTS, Record, text_of


def recipients(record: Record, word: str, children: tuple[str, ...], document: str) -> list[str]:
    """The ids that one word of a sending's `to` stands for, for one document about these children.

    The words are a closed list; an unknown one is a fault of the procedure's data and raises KeyError, which
    the tests of every procedure would show.
    """
    ids = _chairs_list(record, document) if word == CHAIRS_LIST else LISTS[word](record, children)
    bodies = {*OUTSIDE, *receiving(record)}
    return list(dict.fromkeys(id for id in ids if id in record.people or id in bodies))


def _of_sort(record: Record, ids: Sequence[str], *sorts: str) -> list[str]:
    return [id for id in ids if (person := record.people.get(id)) and person.sort in sorts]


def _members(record: Record, children: tuple[str, ...]) -> list[str]:
    """The core group, if it is the group of one of these children."""
    members, own = record.get("core_group.members"), record.get("core_group.children")
    if children and isinstance(own, list) and own and not set(children) & set(own):
        return []
    return [text_of(id) for id in members] if isinstance(members, list) else []


def _then(key: str) -> Callable[[Record, tuple[str, ...]], list[str]]:
    """The people on a list of the conference that first made the plan, for the children in question."""

    def find(record: Record, children: tuple[str, ...]) -> list[str]:
        ids: list[str] = []
        for row in record.rows("initial_conferences"):
            own = row.get("children") or list(record.subjects)
            if not children or set(children) & set(own):
                ids += [text_of(id) for id in row.get(key) or []]
        return _of_sort(record, ids, "professional")

    return find


def _child_values(key: str) -> Callable[[Record, tuple[str, ...]], list[str]]:
    def find(record: Record, children: tuple[str, ...]) -> list[str]:
        return [
            text_of(value)
            for id in children or record.subjects
            for _, value in record.select(key, record.children[id].path)
        ]

    return find


def _parents(record: Record, children: tuple[str, ...]) -> list[str]:
    wanted = children or record.subjects
    return [r.person for r in record.relations if r.role in PARENTS and r.child in wanted]


def _adults(record: Record, word: str) -> list[str]:
    return [id for id in record.list_of(ADULTS[word]) if id in record.people and id not in record.children]


def stayed(record: Record, present: Sequence[Any]) -> list[str]:
    """Those the chair let stay; `professionals` are the ones who came and aren't family as well."""
    came = _of_sort(record, record.list_of("attended"), "professional")
    ids: list[str] = []
    for id in present:
        ids += [p for p in came if not record.relations_of(p)] if id == "professionals" else [text_of(id)]
    return list(dict.fromkeys(ids))


def _annex(record: Record, children: tuple[str, ...]) -> list[str]:
    """Those who stayed for a confidential item, whichever."""
    return [id for row in record.rows("confidential") for id in stayed(record, row.get("present") or [])]


def _staying(record: Record, children: tuple[str, ...]) -> list[str]:
    """Whom the record names for these very children: a nursery of one doesn't get the plan of another."""
    named = ("lead_worker", "key_personnel[]", "after_plan.child_in_need_plan.lead",
             "after_plan.child_in_need_plan.actions[].owner")  # fmt: skip
    return _of_sort(record, [id for key in named for id in _child_values(key)(record, children)], "professional")


ADULTS: Mapping[str, str] = {"attended": "attended", "present": "attended", "invited": "invited"}
"""Words that mean the adults on a list of the record, with that list."""


def children_on(record: Record, word: str) -> list[str]:
    """The children on a list of which a word means the adults only: they get letters of their own."""
    return [id for id in record.list_of(ADULTS[word]) if id in record.children] if word in ADULTS else []


CHAIRS_LIST = "chair's list"


def _chairs_list(record: Record, document: str) -> list[str]:
    """Whom the chair put down for this document. An entry that names no document is asked about, not guessed.

    For the minutes that may also stand with the person, as their `copy` (WX-REC-05).
    """
    listed = [
        text_of(row.get("person"))
        for row in record.rows("distribution")
        if row.get("copy") != "none" and row.get("document") == document
    ]
    agreed = [person.id for person in record.people.values() if person.data.get("copy") in ("full", "partial")]
    return listed + (agreed if document == "minutes" else [])


def _full_outs(record: Record, children: tuple[str, ...]) -> list[str]:
    return [x.person for x in record.exclusions if x.full and _decided(record, x.path)]


def _decided(record: Record, path: str) -> bool:
    return record.get(f"{path}.chair_decision") is not None and record.get(f"{path}.information_to_send") is not None


LISTS: Mapping[str, Callable[[Record, tuple[str, ...]], list[str]]] = {
    "attended": lambda r, c: _adults(r, "attended"),
    "present": lambda r, c: _adults(r, "present"),
    "invited": lambda r, c: _adults(r, "invited"),
    "professionals attended": lambda r, c: _of_sort(r, r.list_of("attended"), "professional"),
    "professionals invited": lambda r, c: _of_sort(r, r.list_of("invited"), "professional"),
    "core group": _members,
    "core group family": lambda r, c: _of_sort(r, _members(r, c), "family"),
    "family relevant": lambda r, c: [
        p.id for p in r.people.values() if p.sort in ("family", "carer") and p.data.get("relevant") == "yes"
    ],
    "family attended": lambda r, c: _of_sort(r, r.list_of("attended"), "family"),
    "family invited": lambda r, c: _of_sort(r, r.list_of("invited"), "family"),
    "parents": _parents,
    "parents invited": lambda r, c: [id for id in _parents(r, c) if id in r.list_of("invited")],
    "parents attended": lambda r, c: [id for id in _parents(r, c) if id in r.list_of("attended")],
    "children": lambda r, c: list(c or r.subjects),
    "children attended": lambda r, c: [id for id in c or r.subjects if id in r.list_of("attended")],
    "chair": lambda r, c: [text_of(r.get("conference.chair"))],
    "minute taker": lambda r, c: [text_of(r.get("conference.minute_taker"))],
    "lead worker": _child_values("lead_worker"),
    "made_by": _child_values("convenor_referral.person"),
    "invited then": _then("invited"),
    "present then": _then("attended"),
    "annex present": _annex,
    "fully excluded": _full_outs,
    CHAIRS_LIST: lambda r, c: [],  # by document: see recipients
    "foster carers": lambda r, c: [p.id for p in r.people.values() if p.role == "foster-carer"],
    "role in plan": lambda r, c: [p.id for p in r.people.values() if has_role_in_plan(p)],
    "staying involved": _staying,
    "board": lambda r, c: ["board"],
    "receiving authority": lambda r, c: [
        id for id, moves in receiving(r).items() if not c or moves.keys() & set(c)
    ],
    "child's file": lambda r, c: ["child-file"],
}
