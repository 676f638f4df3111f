"""Decide who gets what: a Record and its Procedure in, a Distribution out.

A Distribution is a list of copies. A Copy is one document for one reader (or two who get a joint letter), in
one language and one format, with the day it is due, the clause that says so, and what it waits for. What the
record doesn't say is never guessed: it is asked for, as a finding (decision 13).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from pathlib import PurePosixPath
from typing import Any

from cpdocs import paths
from cpdocs.finding import Finding, Kind, Related, RuleText
from cpdocs.library import DocumentType, Library
from cpdocs.procedure import Due, Sending
from cpdocs.record import PARENTS, PROFESSIONALS, Child, Person, Record, day_of, fault, text_of

OUTSIDE: Mapping[str, str] = {
    "board": "The safeguarding board",
    "receiving-authority": "The receiving authority",
    "child-file": "The child's file",
}
"""Readers that are bodies rather than people."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something a copy can't go out without: a signature, a judgement, a translation, a finding's mending."""

    what: str
    who: str


@dataclass(frozen=True)
class Copy:
    """One document for one reader, as it will be made."""

    document: str
    title: str
    readers: tuple[str, ...]
    children: tuple[str, ...]
    scope: str
    locale: str
    format: str
    size: int | None
    due: date | None
    counted: str
    clauses: tuple[str, ...]
    why: tuple[str, ...]
    waits: tuple[Waiting, ...]
    place: str
    file: PurePosixPath
    original_first: bool = False
    partner: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What tells this copy from every other of the record."""
        return (self.document, *self.readers, "|", *self.children, self.locale, self.format)


@dataclass(frozen=True, slots=True)
class NotSent:
    """Someone a list would have reached who gets no copy, and why."""

    document: str
    reader: str
    why: str
    cite: str


@dataclass(frozen=True)
class Distribution:
    """Every copy of a record, and everyone who was left out for a reason."""

    copies: tuple[Copy, ...] = ()
    not_sent: tuple[NotSent, ...] = ()
    readers: Mapping[str, Person] = field(default_factory=dict)


@dataclass(frozen=True)
class _Draft:
    """A copy before languages: which document, for whom, about which children, by which sendings."""

    document: DocumentType
    reader: str
    children: tuple[str, ...]
    sendings: tuple[Sending, ...]
    why: tuple[str, ...]


def distribute(record: Record, library: Library) -> tuple[Distribution, list[Finding]]:
    """Follow the procedure's sendings over the record; the findings are needs that nothing here can meet."""
    found: list[Finding] = []
    not_sent: list[NotSent] = []
    drafts: dict[tuple[Any, ...], _Draft] = {}
    for sending in record.procedure.sendings:
        document = library.documents.get(sending.document)
        if document is None or sending.off or record.kind not in (sending.kinds or document.kinds):
            continue
        if record.kind not in document.kinds:
            continue
        for children in _units(record, document, sending):
            for word in sending.to:
                for id in recipients(record, word, children, document.id):
                    narrowed = _narrowed(record, document, id, children)
                    if narrowed is None:
                        continue
                    reason = _kept_from(record, sending, document, id)
                    if reason:
                        not_sent.append(NotSent(document.id, id, reason, record.procedure.cite(sending.cite)))
                        continue
                    key = (document.id, id, narrowed)
                    why = f"{word} ({record.procedure.cite(sending.cite)})"
                    before = drafts.get(key)
                    drafts[key] = (
                        replace(
                            before,
                            sendings=(*before.sendings, sending),
                            why=tuple(dict.fromkeys((*before.why, why))),
                        )
                        if before
                        else _Draft(document, id, narrowed, (sending,), (why,))
                    )
    # Two lists that differ: the stricter one withholds, and the sheet says why.
    barred = {(entry.document, entry.reader) for entry in not_sent}
    drafts = {key: draft for key, draft in drafts.items() if (draft.document.id, draft.reader) not in barred}
    for document in library.documents.values():
        if document.everywhere and record.kind in document.kinds and any(True for _ in _units(record, document, None)):
            chair = chair_of(record)
            drafts[(document.id, chair, ())] = _Draft(document, chair, (), (), ("made at every run",))
    copies: list[Copy] = []
    for draft in _joined(record, list(drafts.values()), found):
        copies += _copies(record, draft, not_sent)
    copies = [replace(copy, file=path) for copy, path in zip(copies, _files(copies), strict=True)]
    readers = {id: reader(record, id) for copy in copies for id in copy.readers}
    distribution = Distribution(tuple(copies), tuple(dict.fromkeys(not_sent)), readers)
    found += unmet_needs(record, library, distribution)
    found += _chairs_list_gaps(record)
    found += _without_children(record, library, distribution)
    found += _look_alikes(record, distribution)
    return distribution, found


def waiting(record: Record, library: Library, distribution: Distribution, findings: Sequence[Finding]) -> Distribution:
    """The distribution with what every copy waits for: approvals, judgements, errors on what it rests on.

    A disclosure finding about one reader holds back that reader's copies; one about no one in particular
    holds back all that travel (decision 14).
    """
    blocking = [finding for finding in findings if finding.blocks]

    def held(copy: Copy) -> tuple[Waiting, ...]:
        document = library.documents[copy.document]
        own = [f for f in blocking if f.kind != "disclosure" and _concerns(f, copy)]
        leaks = [
            f
            for f in blocking
            if f.kind == "disclosure" and copy.place == "for" and (not f.subject or f.subject in copy.readers)
        ]
        return tuple(_waits(record, document, copy.children, own, leaks))

    return replace(distribution, copies=tuple(replace(copy, waits=held(copy)) for copy in distribution.copies))


REACHED = ("people[].contact", "people[].deliver_by", "people[].deliver_note")
"""How a letter reaches someone: what is missing there holds back that person's copies and no one else's."""


def _concerns(finding: Finding, copy: Copy) -> bool:
    """Whether a finding can hold back a copy; one about how a person reads or is reached, only their own."""
    pattern = paths.pattern_of(finding.place.path)
    personal = finding.rule in ("DIST-01", "DIST-02") or any(paths.under(pattern, part) for part in REACHED)
    return not personal or finding.subject in copy.readers


def reader(record: Record, id: str) -> Person:
    """The person with an id, or the body it stands for."""
    if id in record.people:
        return record.people[id]
    if id.startswith("receiving-authority"):
        moves = _receiving(record).get(id, {})
        name = next(iter(moves.values()), OUTSIDE["receiving-authority"])
        return Person(id, name, "", "body", "outside", children=frozenset(moves))
    return Person(id, OUTSIDE.get(id, id), "", "body" if id in OUTSIDE else "chair", _sort(id))


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
    return "chair" if "chair" not in record.people else "the-chair"


def _receiving(record: Record) -> dict[str, dict[str, str]]:
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


def _split(record: Record, scope: str, when: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A condition's part on the record and its part on each child.

    In a document about a child, a path that is no key of the record itself is the child's own.
    """
    whole: dict[str, Any] = {}
    child: dict[str, Any] = {}
    for path, value in when.items():
        head = path.split(".")[0].removesuffix("[]")
        if path.startswith("children[]."):
            child[path.removeprefix("children[].")] = value
        elif scope != "record" and (head == "facts" or head not in record.fields.keys) and head != "record":
            child[path] = value
        else:
            whole[path] = value
    return whole, child


def _units(record: Record, document: DocumentType, sending: Sending | None) -> Iterator[tuple[str, ...]]:
    """The children that a document is about: none in particular, one at a time, or all that apply."""
    conditions = [_split(record, document.scope, document.when)]
    if sending:
        conditions.append(_split(record, document.scope, sending.when))
    if not all(record.holds(whole) for whole, _ in conditions):
        return
    fit = tuple(
        id for id in record.subjects if all(record.holds(child, record.children[id].path) for _, child in conditions)
    )
    if document.scope == "record":
        if fit or not any(child for _, child in conditions):
            yield ()
    elif document.scope == "child":
        yield from ((id,) for id in fit)
    elif fit:
        yield fit


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


def _narrowed(record: Record, document: DocumentType, id: str, children: tuple[str, ...]) -> tuple[str, ...] | None:
    """The children of a unit that this reader may read about; None if a letter would be about no one."""
    if document.scope == "record":
        return ()
    person = reader(record, id)
    may = entitled(record, person)
    kept = tuple(child for child in children if child in may)
    return kept or None


def _kept_from(record: Record, sending: Sending, document: DocumentType, id: str) -> str:
    """Why a list's reader gets no copy, or nothing. The chair's own word on a person wins over every list."""
    person = reader(record, id)
    if any(exclusion.full and exclusion.person == id for exclusion in record.exclusions):
        if document.id == "excluded-information":
            return ""
        return "fully excluded: gets only what the chair decided"
    barred = _barred(record, document, person)
    if barred:
        return barred
    if person.role in sending.never:
        if sending.unless == "role in plan" and has_role_in_plan(person):
            return ""
        if sending.unless == "chair sends":
            if person.data.get("decision_record") == "send":
                return ""
            if not person.data.get("decision_record"):
                return "attended: the chair is to say whether they get it (`decision_record`)"
        return f"{person.role.replace('-', ' ')}s don't get this document"
    if document.readers and not _fits(record, person, document):
        return f"this document doesn't go to {_CLASSES.get(person.sort, person.sort)} readers"
    return ""


def _barred(record: Record, document: DocumentType, person: Person) -> str:
    """The chair's recorded decision that this person doesn't get this document."""
    if document.id == "minutes" and person.data.get("copy") == "none":
        return "the chair decided that no copy goes to this person"
    if document.id == "minutes" and "restricted_by_chair" in person.data:
        return "the chair has restricted the minutes"
    if document.id == "decision-record" and person.data.get("decision_record") == "withhold":
        return "the chair withholds the record of decisions"
    for row in record.rows("distribution"):
        meant = row.get("document") in (None, document.id)
        if meant and row.get("person") == person.id and row.get("copy") == "none":
            return "the chair's list says that no copy goes to this person"
    return ""


def has_role_in_plan(person: Person) -> bool:
    """Both conditions for minutes to a supporter or the like: a part in the plan, and the conference agrees."""
    return person.data.get("role_in_plan") == "yes" and person.data.get("minutes_agreed_by_conference") == "yes"


_CLASSES = {"carer": "family", "other": "family"}
"""Whose documents these read: a foster carer's are the family's; a supporter, solicitor or the like reads at most
what family may, and whether they do is the sending's own question."""


def _fits(record: Record, person: Person, document: DocumentType) -> bool:
    if person.id == chair_of(record) or person.role == "chair":
        return bool({"chair", "professional"} & document.readers)
    sort = sort_for(record, person)
    return _CLASSES.get(sort, sort) in document.readers


def recipients(record: Record, word: str, children: tuple[str, ...], document: str) -> list[str]:
    """The ids that one word of a sending's `to` stands for, for one document about these children.

    The words are a closed list; an unknown one is a fault of the procedure's data and raises KeyError, which
    the tests of every procedure would show.
    """
    ids = _chairs_list(record, document) if word == CHAIRS_LIST else LISTS[word](record, children)
    bodies = {*OUTSIDE, *_receiving(record)}
    return list(dict.fromkeys(id for id in ids if id in record.people or id in bodies))


def _of_sort(record: Record, ids: Sequence[str], *sorts: str) -> list[str]:
    return [id for id in ids if (person := record.people.get(id)) and person.sort in sorts]


def _members(record: Record) -> list[str]:
    members = record.get("core_group.members")
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


def _adults(record: Record, key: str) -> list[str]:
    return [id for id in record.list_of(key) if id in record.people and id not in record.children]


def _annex(record: Record, children: tuple[str, ...]) -> list[str]:
    """Those the chair let stay; `professionals` are the ones who came and aren't family as well."""
    came = _of_sort(record, record.list_of("attended"), "professional")
    ids: list[str] = []
    for row in record.rows("confidential"):
        for id in row.get("present") or []:
            ids += [p for p in came if not record.relations_of(p)] if id == "professionals" else [text_of(id)]
    return ids


def _staying(record: Record, children: tuple[str, ...]) -> list[str]:
    named = _child_values("after_plan.child_in_need_plan.lead")(record, children)
    named += _child_values("after_plan.child_in_need_plan.actions[].owner")(record, children)
    return _of_sort(record, [*_members(record), *named], "professional")


CHAIRS_LIST = "chair's list"


def _chairs_list(record: Record, document: str) -> list[str]:
    """Whom the chair put down for this document. An entry that names no document is asked about, not guessed."""
    return [
        text_of(row.get("person"))
        for row in record.rows("distribution")
        if row.get("copy") != "none" and row.get("document") == document
    ]


def _full_outs(record: Record, children: tuple[str, ...]) -> list[str]:
    return [x.person for x in record.exclusions if x.full and _decided(record, x.path)]


def _decided(record: Record, path: str) -> bool:
    return record.get(f"{path}.chair_decision") is not None and record.get(f"{path}.information_to_send") is not None


LISTS: Mapping[str, Callable[[Record, tuple[str, ...]], list[str]]] = {
    "attended": lambda r, c: _adults(r, "attended"),
    "present": lambda r, c: _adults(r, "attended"),
    "invited": lambda r, c: _adults(r, "invited"),
    "professionals attended": lambda r, c: _of_sort(r, r.list_of("attended"), "professional"),
    "professionals invited": lambda r, c: _of_sort(r, r.list_of("invited"), "professional"),
    "core group": lambda r, c: _members(r),
    "core group family": lambda r, c: _of_sort(r, _members(r), "family"),
    "family relevant": lambda r, c: [
        p.id for p in r.people.values() if p.sort == "family" and p.data.get("relevant") == "yes"
    ],
    "family attended": lambda r, c: _of_sort(r, r.list_of("attended"), "family"),
    "family invited": lambda r, c: _of_sort(r, r.list_of("invited"), "family"),
    "parents": _parents,
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
        id for id, moves in _receiving(r).items() if not c or moves.keys() & set(c)
    ],
    "child's file": lambda r, c: ["child-file"],
}


def _joined(
    record: Record, drafts: Sequence[_Draft], found: list[Finding]
) -> Iterator[tuple[_Draft, tuple[str, ...]]]:
    """Pair the drafts of people whose record says joint and who live together; everyone else stands alone.

    A joint letter that can't be one is said: two homes, two languages or formats, a name one may not read.
    """
    done: set[int] = set()
    for number, draft in enumerate(drafts):
        if number in done:
            continue
        readers: tuple[str, ...] = (draft.reader,)
        for other, candidate in enumerate(drafts[number + 1 :], number + 1):
            if candidate.document is not draft.document or not _ask_for_one(record, draft, candidate):
                continue
            apart = _apart(record, draft, candidate)
            if apart:
                found.append(_separate(record, draft, candidate, apart))
                continue
            done.add(other)
            readers = tuple(sorted((draft.reader, candidate.reader)))
            draft = replace(
                draft,
                sendings=(*draft.sendings, *(s for s in candidate.sendings if s not in draft.sendings)),
                why=(*draft.why, "joint letter: they live together and the record says joint"),
            )
            break
        yield draft, readers


def _ask_for_one(record: Record, draft: _Draft, candidate: _Draft) -> bool:
    """Whether the record asks for one letter for these two: one of them says so, and neither names another."""
    named = [text_of(reader(record, one.reader).data.get("joint_letter_with")) for one in (draft, candidate)]
    return (
        draft.document.joint
        and any(named)
        and named[0] in ("", candidate.reader)
        and named[1] in ("", draft.reader)
        and draft.reader != candidate.reader
    )


def _apart(record: Record, draft: _Draft, candidate: _Draft) -> str:
    """Why two people can't have one letter, or nothing."""
    both = [reader(record, one.reader) for one in (draft, candidate)]
    homes = [_home(person) for person in both]
    (address, house), (other_address, other_house) = homes
    if address and other_address and address != other_address:
        return "their addresses differ"
    if house and other_house and house != other_house:
        return "they are put down for different households"
    if not (address and other_address) and not (house and other_house):
        return "nothing says that they live together (`household`)"
    if draft.children != candidate.children:
        return "they may read about different children"
    needs = [person.data.get("needs") or {} for person in both]
    wishes = [
        (_locales(record, draft.document, (person.id,)), _format(draft.document, own, record))
        for person, own in zip(both, needs, strict=True)
    ]
    if wishes[0] != wishes[1]:
        return "they read different languages or formats"
    for person, partner in (both, both[::-1]):
        shown = person.data.get("name_shown_to")
        if (person.role == "foster-carer" or shown is not None) and partner.id not in (shown or ()):
            return "one of them may not read the other's name"
    return ""


def _home(person: Person) -> tuple[str, str]:
    """Where someone lives: the address in comparable form, and the household's word."""
    address = text_of((person.data.get("contact") or {}).get("address"))
    return "".join(char for char in address.casefold() if char.isalnum()), text_of(person.data.get("household"))


def _separate(record: Record, draft: _Draft, candidate: _Draft, why: str) -> Finding:
    person = reader(record, draft.reader)
    return replace(
        fault(
            record.tree,
            "DIST-03",
            f"{person.path}.joint_letter_with",
            f"`{draft.reader}` and `{candidate.reader}` get separate letters: {why}.",
            RULES["DIST-03"].help,
            severity=RULES["DIST-03"].severity,
            kind="disclosure",
            title=RULES["DIST-03"].title,
        ),
        subject=draft.reader,
    )


def _copies(record: Record, drafted: tuple[_Draft, tuple[str, ...]], not_sent: list[NotSent]) -> Iterator[Copy]:
    draft, readers = drafted
    document = draft.document
    refused = _judged_no(record, document, draft.children)
    if refused:
        not_sent.append(NotSent(document.id, draft.reader, refused, ""))
        return
    due, counted = _due(record, draft.sendings)
    chair = chair_of(record)
    place = "chair" if readers == (chair,) or document.readers == {"chair"} else "for"
    locales = _locales(record, document, readers) if place == "for" else (_main(record),)
    for locale in locales:
        needs = reader(record, draft.reader).data.get("needs") or {}
        format, size = _format(document, needs, record) if place == "for" else ("standard", None)
        yield Copy(
            document=document.id,
            title=document.title,
            readers=readers,
            children=draft.children,
            scope=document.scope,
            locale=locale,
            format=format,
            size=size,
            due=due,
            counted=counted,
            clauses=tuple(dict.fromkeys(s.id for s in draft.sendings)),
            why=draft.why,
            waits=(),
            place=place,
            file=PurePosixPath(),
            original_first=needs.get("original_first") == "yes",
            partner=next((other for other in locales if other != locale), ""),
        )


def _judged_no(record: Record, document: DocumentType, children: tuple[str, ...]) -> str:
    """A judgement that says no keeps a document from being made at all."""
    for pattern in document.judgements:
        own = pattern.removeprefix("children[].")
        for id in children:
            for _, value in record.select(own, record.children[id].path):
                if value == "no":
                    return "the chair judged that it isn't suitable"
    return ""


def _waits(
    record: Record,
    document: DocumentType,
    children: tuple[str, ...],
    blocking: Sequence[Finding],
    leaks: Sequence[Finding],
) -> Iterator[Waiting]:
    if document.everywhere:
        return
    chair = "the chair"
    # Without a conference the Service Manager's own decision is the approval (KM-END-09).
    decided = "ending.decided_on" if record.kind == "ending-without-conference" else "decisions_approved.date"
    if document.approval == "decisions" and not day_of(record.get(decided)):
        yield Waiting("the chair's approval of the decisions", chair)
    if document.approval == "letters" and not day_of(record.get("letters_approved.date")):
        yield Waiting("the chair's approval of the letters", chair)
    if document.approval == "minutes":
        if not day_of(record.get("minutes.authorised.date")):
            yield Waiting("the chair's authorisation of the minutes", chair)
        if not day_of(record.get("minutes.signed_on")):
            yield Waiting("the chair's signature", chair)
    for pattern in document.judgements:
        own = pattern.removeprefix("children[].")
        for id in children:
            if not any(True for _ in record.select(own, record.children[id].path)):
                yield Waiting(f"the chair's judgement for {id} ({own.replace('_', ' ')})", chair)
    rests = [finding for finding in blocking if rests_on(record, document, children, finding.place.path)]
    if rests:
        rules = ", ".join(dict.fromkeys(finding.rule for finding in rests))
        yield Waiting(f"findings to be mended: {rules}", "the minute-taker")
    if leaks:
        rules = ", ".join(dict.fromkeys(finding.rule for finding in leaks))
        yield Waiting(f"disclosure findings: {rules}", "the minute-taker and the chair")


def rests_on(record: Record, document: DocumentType, children: tuple[str, ...], path: str) -> bool:
    """Whether a finding's place is among the parts of the record that a document rests on (decision 14)."""
    if path == "":
        return True
    steps = paths.split(path)
    own = {record.children[id].number for id in children}
    if own and steps[0] == "children" and len(steps) > 1 and steps[1] not in own:
        return False
    pattern = paths.pattern_of(path)
    return any(paths.under(pattern, part) or paths.under(part, pattern) for part in document.rests_on)


def _due(record: Record, sendings: Sequence[Sending]) -> tuple[date | None, str]:
    """The earliest day any of the sendings asks for, and how it was counted."""
    found: list[tuple[date, str]] = []
    for sending in sendings:
        if sending.due:
            found += _due_of(record, sending.due)
    if not found:
        return None, "no deadline in the procedure" if sendings else "at once"
    return min(found)


def _due_of(record: Record, due: Due) -> Iterator[tuple[date, str]]:
    start = next((day for _, value in record.select(due.after) if (day := day_of(value))), None)
    calendar = record.procedure.calendar(text_of(record.data.get("authority")))
    time = record.procedure.limit(due.limit, start) if start else None
    if start and time:
        counted = calendar.move(start, time)
        yield counted.date, counted.explanation
    if due.or_by:
        for path, value in record.select(due.or_by):
            if day := day_of(value):
                yield day, f"by {path.rsplit('.', 1)[-1].replace('_', ' ')}, {day.day} {day:%B %Y}, if sooner"


def _main(record: Record) -> str:
    """The language of the conference, which is that of the record's own text."""
    tag = text_of(record.get("conference.language")) or record.procedure.language
    return "en-GB" if tag.split("-")[0] == "en" else tag


def _locales(record: Record, document: DocumentType, readers: Sequence[str]) -> tuple[str, ...]:
    """The language of a copy, or the two of a bilingual one, the procedure's own language first (Welsh).

    Professionals get the conference's language unless they ask (decision 32). Where the procedure has a
    bilingual rule, a family member or child whose language isn't known gets both.
    """
    main = _main(record)
    person = reader(record, readers[0])
    wanted = text_of((person.data.get("needs") or {}).get("language"))
    rule = record.procedure.settings.get("bilingual")
    rule = rule if isinstance(rule, Mapping) else {}
    own = str(rule.get("language") or "")
    both = (own, main) if own and own != main else (main, *(("en-GB",) if main != "en-GB" else ()))
    if wanted == "both":
        return both
    if wanted and wanted != "unknown":
        if wanted.split("-")[0] == main.split("-")[0]:
            return (main,)
        # the chair may record that the original goes first: then both are made, and only the other one waits
        first = (person.data.get("needs") or {}).get("original_first") == "yes"
        return (wanted, main) if first else (wanted,)
    if own and person.sort in (rule.get("for") or ()):
        return both
    return (main,)


def _format(document: DocumentType, needs: Mapping[str, Any], record: Record) -> tuple[str, int | None]:
    asked = needs.get("formats") or []
    size = text_of(needs.get("print_size"))
    smallest = int(record.procedure.settings.get("large_print_size", 18))
    large = max(16, int(size)) if size.isdigit() else smallest
    if "easy-read" in asked and "easy-read" in document.formats:
        # Easy read is never small, and two needs can hold at once.
        return "easy-read", large if "large-print" in asked else 16
    return ("large-print", large) if "large-print" in asked else ("standard", None)


def _files(copies: Sequence[Copy]) -> Iterator[PurePosixPath]:
    """`for/mother/minutes.docx`; the child where a document is about one, then language and format."""
    for copy in copies:
        name = copy.document
        if copy.scope == "child" or (copy.scope == "children" and _several(copies, copy)):
            name += "." + "-".join(copy.children)
        if copy.locale != "en-GB" or copy.partner:
            name += f".{copy.locale}"
        if copy.format != "standard":
            name += f".{copy.format}"
        folder = PurePosixPath("chair") if copy.place == "chair" else PurePosixPath("for", "+".join(copy.readers))
        yield folder / f"{name}.docx"


def _several(copies: Sequence[Copy], copy: Copy) -> bool:
    return len({c.children for c in copies if c.document == copy.document and c.readers == copy.readers}) > 1


RULES: Mapping[str, RuleText] = {
    "DIST-01": RuleText(
        "Everyone who needs another language gets it.",
        "Ask for a translator, or have a locale made. Until then the copies can be drafted but not issued.",
    ),
    "DIST-02": RuleText(
        "Everyone who needs another format gets it.",
        "Order what isn't made here (braille, audio) from your supplier in time for the due date.",
        "warning",
    ),
    "DIST-03": RuleText(
        "One letter for two is made only where both may read all of it at one address.",
        "Check `household`, `contact.address` and `needs` of both. Two letters are always safe.",
        "advice",
    ),
    "DIST-04": RuleText(
        "Readers with names alike are told apart before anything is sent.",
        "Check each of the two on the distribution sheet, by part and household. Then acknowledge this with who"
        " checked, and when.",
        "warning",
    ),
    "DIST-05": RuleText(
        "Everyone who gets a copy has a child they may read about.",
        "Add what they are to each child under `relations`, or name the children under their `children`. Until then"
        " their copy holds nothing about any child.",
        "warning",
    ),
    "DIST-06": RuleText(
        "Each entry of the chair's list names its document.",
        "Write `document:` with the document the chair meant. Until then it is sent to no one because of this entry.",
    ),
}
"""What is said of who gets what, for `explain`."""


def _told(record: Record, rule: str, path: str, message: str, *, kind: Kind, subject: str = "") -> Finding:
    about = RULES[rule]
    told = fault(
        record.tree, rule, path, message, about.help, severity=about.severity, kind=kind, title=about.title
    )
    return replace(told, subject=subject)


def _chairs_list_gaps(record: Record) -> Iterator[Finding]:
    """Entries of the chair's list that don't say which document is meant."""
    for number, row in enumerate(record.rows("distribution")):
        if row.get("copy") != "none" and not row.get("document"):
            who = text_of(row.get("person"))
            message = f"The chair's list names `{who}`, but no document."
            yield _told(record, "DIST-06", f"distribution[{number}]", message, kind="gap", subject=who)


def _without_children(record: Record, library: Library, distribution: Distribution) -> Iterator[Finding]:
    """Readers whose copies could hold nothing about any child, since nothing says whose part they may read."""
    asked = [c for c in distribution.copies if c.place == "for" and c.scope == "record"]
    asked = [c for c in asked if any("children" in part for part in library.documents[c.document].holds)]
    for id in dict.fromkeys(id for copy in asked for id in copy.readers):
        person = record.people.get(id)
        if person and not entitled(record, person):
            message = f"`{id}` gets a copy, but nothing says which child they may read about."
            yield _told(record, "DIST-05", person.path, message, kind="breach", subject=id)


def _look_alikes(record: Record, distribution: Distribution) -> Iterator[Finding]:
    """Two readers whose names are alike: copies have gone to the wrong one of two before."""
    ids = {id for copy in distribution.copies for id in copy.readers}
    people = [person for id, person in record.people.items() if id in ids and person.name]
    for one, other in combinations(people, 2):
        if alike(one.name, other.name):
            message = f"`{one.id}` and `{other.id}` both get copies, and their names are alike."
            related = (Related(record.tree.place(f"{one.path}.name"), f"the name of `{one.id}`"),)
            told = _told(record, "DIST-04", f"{other.path}.name", message, kind="breach", subject=other.id)
            yield replace(told, related=related)


def alike(one: str, other: str) -> bool:
    """Whether two full names may be taken for each other: the same, an initial for a name, or nearly the same."""
    first, second = (name.casefold().replace("-", " ").replace(".", " ").split() for name in (one, other))
    if not first or not second:
        return False
    if first[-1] == second[-1] and len(first) > 1 and len(second) > 1:
        begun = first[0], second[0]
        if begun[0] == begun[1] or (1 in map(len, begun) and begun[0][0] == begun[1][0]):
            return True
    near = difflib.SequenceMatcher(None, " ".join(first), " ".join(second)).ratio()
    return sorted(first) == sorted(second) or near >= NEAR


NEAR = 0.88
"""How much of two names must be the same to count as alike: Tamsin and Tasmin, not Tamsin and Wren Quillby."""


def unmet_needs(record: Record, library: Library, distribution: Distribution) -> list[Finding]:
    """Needs that no locale or output can meet, said before the due date is missed."""
    found: list[Finding] = []
    tags = {"en-GB", *library.locale_tags()}
    for id in dict.fromkeys(id for copy in distribution.copies if copy.place == "for" for id in copy.readers):
        person = reader(record, id)
        needs = person.data.get("needs") or {}
        path = f"{person.path}.needs"
        for copy in distribution.copies:
            if id in copy.readers and copy.locale not in tags:
                found.append(
                    fault(
                        record.tree,
                        "DIST-01",
                        f"{path}.language",
                        f"`{id}` is to read `{copy.locale}`, and there is no locale of that language.",
                        "Ask for a translator, or have a locale made (`cpdocs locale new`). Until then the copies"
                        " can be drafted but not issued.",
                        kind="gap",
                        title=RULES["DIST-01"].title,
                        subject=id,
                    )
                )
                break
        for wish in needs.get("formats") or []:
            made = {copy.format for copy in distribution.copies if id in copy.readers}
            if wish in ("braille", "audio", "electronic") or (wish == "easy-read" and "easy-read" not in made):
                found.append(
                    fault(
                        record.tree,
                        "DIST-02",
                        f"{path}.formats",
                        f"`{id}` needs {wish.replace('-', ' ')}, which isn't made here.",
                        "Order it from your supplier in time for the due date; the Word copy is what they work from.",
                        severity=RULES["DIST-02"].severity,
                        kind="gap",
                        title=RULES["DIST-02"].title,
                        subject=id,
                    )
                )
    return found


__all__ = [
    "LISTS", "OUTSIDE", "PROFESSIONALS", "Copy", "Distribution", "NotSent", "Waiting", "alike", "chair_of",
    "distribute", "entitled", "has_role_in_plan", "reader", "recipients", "rests_on", "sort_for", "unmet_needs",
]  # fmt: skip
