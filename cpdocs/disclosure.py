"""Decide what one reader may see: a Record and a Copy in, a View and the list of what was withheld out.

A copy holds what every sieve lets through to all of its readers, what the document may hold, and what belongs to
the children it is about. What no label, no `holds` and no relation covers is withheld. The View is all that
rendering gets: it keeps no way back to the record.

Every value of a record that can reach a file passes through `disclose`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

from cpdocs import paths
from cpdocs.distribution import Copy
from cpdocs.editions import main_language
from cpdocs.gates import Gate, Leaf, scoped
from cpdocs.library import DocumentType
from cpdocs.lists import stayed
from cpdocs.readers import entitled, reader
from cpdocs.record import Child, Person, Record, text_of
from cpdocs.sieves import Reader
from cpdocs.survey import Survey


@dataclass(frozen=True, slots=True)
class Withheld:
    """A value that a reader doesn't get, and the ground."""

    path: str
    ground: str


@dataclass(frozen=True)
class View:
    """What one copy may hold, and nothing else."""

    data: Mapping[str, Any]
    people: Mapping[str, Mapping[str, str]]
    children: tuple[str, ...]
    copy: Mapping[str, Any]
    authority: Mapping[str, Any]
    passages: frozenset[str]
    language: str
    file_copy: bool
    mine: frozenset[str]
    extras: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Disclosed:
    """A View, what was withheld from its reader, and what it tells them about other adults."""

    view: View
    withheld: tuple[Withheld, ...]
    told: tuple[tuple[str, str], ...]
    kind: str


def disclose(
    survey: Survey,
    copy: Copy,
    document: DocumentType,
    *,
    draft: bool,
    extras: Mapping[str, Any] | None = None,
    receivers: Sequence[str] = (),
    letter: bool = False,
) -> Disclosed:
    """The View of one copy, with everything its readers may not see left out.

    A joint letter gets what both readers may see (decision 12). `extras` are the chair's own sheets, and are
    dropped for anyone else, save a return that names no person (`agencies`). `receivers`, who else gets this
    document, is for professionals; so is `letter`, whether the child of this copy gets a letter of their own.
    """
    readers = _readers(survey, copy)
    rights = [survey.grounds(who) for who in readers]
    file_copy = all(who.chair for who in readers)
    unit = frozenset(copy.children) if copy.scope != "record" else None
    mine = None if file_copy else _mine_rows(survey, document, readers)
    left = _left(survey, document, [survey.in_order(who) for who in readers], unit, mine)
    known = frozenset.intersection(*map(survey.known, readers))
    about = _copy_facts(survey, copy, document, readers, None if draft else document.approval, left)
    about["disagreed"] = "yes" if _disagreed(left.data, copy) else ""
    professional = about.pop("professional")
    about["receivers"] = tuple(id for id in receivers if id in known) if professional else ()
    about["letter"] = "yes" if letter and professional else ""
    about["childs_own"] = "yes" if all(who.sorts == {"child"} for who in readers) else ""
    about["told_of"] = _told_of(survey, known) if professional and copy.document == "who-to-tell" else {}
    view = View(
        data=left.data,
        people=_people(survey, document, rights, known),
        children=copy.children or tuple(id for id in survey.record.subjects if id in known),
        copy=about,
        authority=survey.record.authority,
        passages=survey.record.procedure.passages,
        language=main_language(survey.record),
        file_copy=file_copy,
        mine=frozenset(copy.readers),
        extras={key: value for key, value in (extras or {}).items() if file_copy or key == "agencies"},
    )
    kind = "file" if file_copy else "edited" if left.edited else "full"
    told = tuple((path, id) for path, id in left.told if id not in copy.readers)
    return Disclosed(view, left.withheld, told, kind)


def _readers(survey: Survey, copy: Copy) -> list[Reader]:
    """Everyone a copy is for: a joint letter is held to what each of them may see (decision 12)."""
    return [survey.reader(id) for id in copy.readers]


@dataclass(frozen=True)
class _Left:
    """What is left of a record in a copy, and what is not."""

    data: Mapping[str, Any]
    withheld: tuple[Withheld, ...]
    told: tuple[tuple[str, str], ...]
    """Each value that tells of an adult, and whom."""
    edited: bool
    """Whether anything is withheld that this kind of reader may see."""
    missed: frozenset[str]
    """The items of which something is withheld because a reader was out of the room."""
    retold: bool
    """Whether anything is withheld that may only retell what was said then."""


def _left(
    survey: Survey,
    document: DocumentType,
    grounds: Sequence[tuple[str, ...]],
    unit: frozenset[str] | None,
    mine: frozenset[str] | None,
) -> _Left:
    """What every sieve lets through to all readers, what the document may hold, and what belongs to its children.

    Worked out once for all copies of a document of whose values the same are kept, each on the same ground.
    """
    held, picked = survey.once(("held", document.id), lambda: _held(survey, document))
    each = list(map(picked, grounds))
    merged = each[0] if len(each) == 1 else tuple(map(_first, *each))

    def sorted_out() -> _Left:
        kept: list[Leaf] = []
        withheld: list[Withheld] = []
        missed: set[str] = set()
        retold = False
        for leaf, ground in zip(held, merged, strict=True):
            if ground:
                withheld.append(Withheld(leaf.path, ground))
                if ground in ("session", "retelling") and (unit is None or _in_unit(leaf, unit, survey)):
                    missed |= leaf.gate.items | leaf.gate.only_items
                    retold = retold or ground == "retelling"
            elif (unit is None or _in_unit(leaf, unit, survey)) and (mine is None or not _cut(leaf, document, mine)):
                kept.append(leaf)
        adults = survey.record.people.keys() - survey.record.children.keys()
        told = ((leaf.path, id) for leaf in kept for id in sorted(leaf.gate.about & adults))
        return _Left(
            data=_spelt_out(_assembled(kept), kept, survey.record),
            withheld=tuple(withheld),
            told=tuple(dict.fromkeys(told)),
            edited=any(one.ground != "label" and not aside(survey.record, one.path) for one in withheld),
            missed=frozenset(missed),
            retold=retold,
        )

    return survey.once(("left", document.id, unit, mine, merged), sorted_out)


def aside(record: Record, path: str) -> bool:
    """Whether a value is never printed for anyone but whose it is: an address, who may read it, a word for a group.

    A letter holds addresses to be written to its reader, whose own is there; nothing is left out with another's.
    """
    steps = paths.split(path)
    listed = steps[-2] if len(steps) > 1 and isinstance(steps[-1], int) else ""
    if listed in ("shown_to", "name_shown_to") or (listed == "present" and record.get(path) not in record.people):
        return True
    field = record.fields.at(paths.pattern_of(path))
    return field is not None and field.audience == "subject"


def _first(*grounds: str) -> str:
    """The first ground there is; empty if there is none."""
    return next(filter(None, grounds), "")


def _held(
    survey: Survey, document: DocumentType
) -> tuple[tuple[Leaf, ...], Callable[[tuple[str, ...]], tuple[str, ...]]]:
    """What a document may hold of a record, and how to pick the same out of the grounds of all."""
    held = set(filter(document.may_hold, survey.patterns))
    may = [leaf.pattern in held for leaf in survey.leaves]
    return tuple(compress(survey.leaves, may)), lambda grounds: tuple(compress(grounds, may))


def _told_of(survey: Survey, known: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Of whom each person may be told: the children they may read about, as far as this reader knows both."""
    record = survey.record
    subjects = [id for id in record.subjects if id in known]
    return {
        id: tuple(child for child in subjects if child in entitled(record, person))
        for id, person in record.people.items()
        if id in known
    }


def _disagreed(data: Mapping[str, Any], copy: Copy) -> bool:
    """Whether this copy shows that its own reader disagreed: both of them, in a joint letter."""
    rows = data.get("parental_disagreement") or []
    return {row.get("person") for row in rows if isinstance(row, Mapping)} >= set(copy.readers)


def _in_unit(leaf: Leaf, unit: frozenset[str], survey: Survey) -> bool:
    """Whether a value belongs to the children that this copy is about."""
    children = {id for id in leaf.gate.about if id in survey.record.children}
    if leaf.pattern.startswith("children[]"):
        return leaf.gate.owner in unit
    if leaf.gate.about_any is not None and scoped(leaf.pattern):
        return bool(leaf.gate.about_any & unit)
    return children <= unit or children == set(survey.record.subjects)


def _mine_rows(survey: Survey, document: DocumentType, readers: Sequence[Reader]) -> frozenset[str] | None:
    """The rows of the document's `mine` lists that belong to the reader; a child's action must be agreed by them.

    A confidential item belongs to those who stayed for it.
    """
    if not document.mine:
        return None
    rows: set[str] = set()
    for pattern in document.mine:
        for path, row in survey.record.select(pattern + "[]"):
            if pattern == "confidential" and isinstance(row, Mapping):
                if all(text_of(row.get("item")) not in who.out for who in readers):
                    rows.add(path)
                continue
            owner = text_of(row.get("owner") or row.get("person")) if isinstance(row, Mapping) else ""
            person = survey.record.people.get(owner)
            action = isinstance(row, Mapping) and "owner" in row
            agreed = not (action and isinstance(person, Child)) or row.get("agreed") == "yes"
            if agreed and any(who.id == owner for who in readers):
                rows.add(path)
    return frozenset(rows)


def _cut(leaf: Leaf, document: DocumentType, mine: frozenset[str]) -> bool:
    for pattern in document.mine:
        if paths.under(leaf.pattern, pattern + "[]"):
            return not any(paths.under(leaf.path, row) for row in mine)
    return False


def _assembled(leaves: Sequence[Leaf]) -> dict[str, Any]:
    """Nested data from single values; entries of which nothing is left leave no gap."""
    root: dict[str, Any] = {}
    at: dict[str, dict[Any, Any]] = {"": root}
    lists: list[tuple[dict[Any, Any], Any]] = []

    def place(path: str) -> tuple[dict[Any, Any], Any]:
        """What holds the value at a path, and its key there."""
        above, key = paths.parted(path)
        if above not in at:
            holder, own = place(above)
            at[above] = holder[own] = {}
            if isinstance(key, int):
                lists.append((holder, own))
        return at[above], key

    for leaf in leaves:
        holder, key = place(leaf.path)
        holder[key] = leaf.value
    for holder, key in reversed(lists):
        holder[key] = [entry for _, entry in sorted(holder[key].items())]
    return root


def _spelt_out(data: dict[str, Any], kept: Sequence[Leaf], record: Record) -> dict[str, Any]:
    """The same with whom a group stands for in the list of those who stayed: a part of them would be a wrong list."""
    named = {leaf.value for leaf in kept if leaf.pattern == "people[].id"}
    for row in data.get("confidential", ()):
        if "present" in row:
            row["present"] = [id for id in stayed(record, row["present"]) if id in named]
    return data


_CARD = ("name", "role", "agency", "job", "work_contact")


def _people(
    survey: Survey, document: DocumentType, rights: Sequence[Mapping[str, str]], known: frozenset[str]
) -> Mapping[str, Mapping[str, str]]:
    """What a copy says of each person; put together once for all copies that say the same."""
    record = survey.record
    resting_on = survey.once(
        "cards",
        lambda: [
            *(f"{person.path}.{key}" for person in record.people.values() for key in _CARD),
            *(f"{relation.path}.as" for id in record.people for relation in record.relations_of(id)),
        ],
    )
    alike = tuple(tuple(map(grounds.get, resting_on)) for grounds in rights)
    return survey.once(
        ("people", document.id, known, alike),
        lambda: {
            id: _card(survey, rights, document, person)
            for id, person in record.people.items()
            if id in known and document.may_hold(survey.pattern_of(id))
        },
    )


def _card(
    survey: Survey, rights: Sequence[Mapping[str, str]], document: DocumentType, person: Person
) -> dict[str, str]:
    """What a reader may know of a person: name, role, agency, job, as far as each is visible to them here."""
    card = {"id": person.id}
    home = paths.pattern_of(person.path)
    for key in _CARD:
        path = f"{person.path}.{key}"
        value = text_of(person.data.get(key))
        if value and document.may_hold(f"{home}.{key}") and not any(r.get(path, "label") for r in rights):
            card[key] = value
    if isinstance(person, Child):
        card["role"] = "child"
    relations = [
        f"{r.role}:{r.child}"
        for r in survey.record.relations_of(person.id)
        if document.may_hold("relations[].as")
        and not any(rights_of.get(f"{r.path}.as", "label") for rights_of in rights)
    ]
    card["relations"] = " ".join(relations)
    return card


_APPROVED_ON = {
    "letters": ("letters_approved.date", "ending.decided_on"),
    "decisions": ("decisions_approved.date", "ending.decided_on"),
    "minutes": ("minutes.signed_on",),
}
"""Where the record says on which day a document was approved, by the approval it needs."""


def _copy_facts(
    survey: Survey,
    copy: Copy,
    document: DocumentType,
    readers: Sequence[Reader],
    approval: str | None,
    left: _Left,
) -> dict[str, Any]:
    """What every page of a copy says of itself: whose it is, of which conference, whether it is a draft.

    `approval` is what the copy was approved as, None for a draft. Each value is one that every reader of the
    copy may see; the chair's mark stands only where it is true.
    """
    draft = approval is None
    record = survey.record
    people = [reader(record, who.id) for who in readers]
    rights = [survey.grounds(who) for who in readers]

    def seen(*wanted: str) -> str:
        """The first of these values that is written and that all may see."""
        for path in wanted:
            value = text_of(record.get(path))
            at = path if path in survey.paths else f"{path}.text"
            if value and all(who.chair or grounds.get(at) == "" for who, grounds in zip(readers, rights, strict=True)):
                return value
        return ""

    home, sort = people[0].path, people[0].sort
    place = "contact.workplace" if sort == "professional" else "contact.address"
    if child := sort == "child":
        # a child who is placed isn't written to at home, where the letter would be another's to open
        place = "placement" if people[0].data.get("placement") else "home"
    address = ""
    if document.may_hold(paths.pattern_of(f"{home}.{place}.text")):
        homes = [f"{person.path}.{place}" for person in people]
        address = seen(*homes)
        if all(grounds.get(f"{at}.text") == "" for at, grounds in zip(homes, rights, strict=True)):
            address = address or text_of(record.get(homes[0]))  # one home, written down twice (see joint.apart)
    signed = seen("minutes.signed_on" if copy.document == "minutes" else "letters_approved.date")
    level = text_of((people[0].data.get("correspondence") or {}).get("reading_level"))
    file_copy = all(who.chair for who in readers)
    return {
        "document": copy.document,
        "title": copy.title,
        "for": [person.id for person in people],
        "for_names": [person.name or person.id for person in people],
        "draft": "yes" if draft else "",
        "file": "yes" if file_copy else "",
        "part_left_out": "yes" if all(_told_so(record, who, left) for who in readers) else "",
        "reference": seen("reference"),
        "address": address if copy.place == "for" else "",
        "signed_by": seen("conference.chair"),
        "signed_on": "" if draft else signed,
        "attended": "yes" if all(id in record.list_of("attended") for id in copy.readers) else "",
        "reader": "chair" if file_copy else people[0].sort,
        "reading_level": level if child else "",
        # a final copy bears the day the chair approved it, so that the same record gives the same letter
        "date": seen(*_APPROVED_ON.get(approval or "", ())) or record.today.isoformat(),
        "due": copy.due.isoformat() if copy.due else "",
        "clause": ", ".join(copy.clauses),
        "professional": all(who.chair or who.sorts == {"professional"} for who in readers),
        "locale": copy.locale,
        "format": copy.format,
    }


def _told_so(record: Record, who: Reader, left: _Left) -> bool:
    """Whether the chair lets this reader be told that something was left out, and something of that was.

    An exclusion that isn't to be marked, and a closed session, leave no mark, not even beside one that is.
    """
    told: set[str] = set()
    untold: set[str] = set()
    for exclusion in record.exclusions:
        if exclusion.person == who.id:
            marked = record.get(f"{exclusion.path}.visible_mark") == "yes"
            of_all = exclusion.full or not exclusion.items
            (told if marked else untold).update(record.items if of_all else exclusion.items)
    told -= untold
    return bool(left.missed & told) or (left.retold and bool(told) and who.out <= told)


def agencies(survey: Survey) -> list[dict[str, str]]:
    """Which agencies were invited, came and reported: an agency a row, no person (WA-ATT-06).

    The safeguarding board counts agencies; it reads no name and no list of the record. So this looks past the
    labels of those lists, which are about people, but not past what the record itself keeps to some readers:
    someone whose entry has an audience, or comes from closed items or was there for those only, isn't counted.
    Where such an entry alone would say yes, the answer is left empty: no would be false (decision 6).
    """
    record = survey.record
    closed = frozenset(item.id for item in record.items.values() if item.closed)
    public = {leaf.path for leaf in survey.leaves if not _kept_close(leaf.gate, closed)}
    lists = (("invited", "invited", "person"), ("attended", "attended", "person"), ("reported", "reports", "author"))
    rows: dict[str, dict[str, str]] = {}
    for person in record.people.values():
        own = f"{person.path}.agency"
        if person.sort != "professional" or person.role == "chair" or not person.agency:
            continue
        row = rows.setdefault(person.agency, {key: "no" for key, *_ in lists})
        for key, list_, who in lists:
            entries = [at for at, entry in enumerate(record.rows(list_)) if entry.get(who) == person.id]
            if own in public and any(f"{list_}[{at}].{who}" in public for at in entries):
                row[key] = "yes"
            elif entries and row[key] == "no":
                row[key] = ""
    return [{"agency": agency, **row} for agency, row in sorted(rows.items()) if "yes" in row.values()]


def _kept_close(gate: Gate, closed: frozenset[str]) -> bool:
    part = gate.only_items
    return bool(gate.audiences or gate.items & closed or (part and part <= closed))
