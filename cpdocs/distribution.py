"""Decide who gets what: a Record and its Procedure in, a Distribution out.

A Distribution is a list of copies. A Copy is one document for one reader (or two who get a joint letter), in
one language and one format, with the day it is due, the clause that says so, and what it waits for. What the
record doesn't say is never guessed: it is asked for, as a finding (decision 13).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple

from cpdocs import joint
from cpdocs.editions import format_for, languages_for, main_language
from cpdocs.finding import Finding
from cpdocs.library import DocumentType, Library
from cpdocs.lists import children_on, recipients
from cpdocs.procedure import Due, Sending
from cpdocs.readers import chair_of, entitled, has_role_in_plan, reader, sort_for
from cpdocs.record import Person, Record, day_of, text_of
from cpdocs.rules import title_of, words_of


class Waiting(NamedTuple):
    """Something a copy can't go out without: a signature, a judgement, a translation, a finding's mending."""

    what: str
    who: str
    number: int = 0
    """How many such things, where the number differs from copy to copy."""

    @property
    def said(self) -> str:
        """What is waited for, with how many."""
        return f"{self.what} ({self.number})" if self.number else self.what


class Reason(NamedTuple):
    """Why someone gets a document: the list they are on, or the need, and the clause that says so."""

    words: str
    clause: str = ""

    @property
    def said(self) -> str:
        """`core group (§9)`."""
        return f"{self.words} ({self.clause})" if self.clause else self.words


class Copy(NamedTuple):
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
    why: tuple[Reason, ...]
    waits: tuple[Waiting, ...]
    place: str
    file: PurePosixPath
    original_first: bool = False
    partner: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What tells this copy from every other of the record."""
        return (self.document, *self.readers, "|", *self.children, self.locale, self.format)


class NotSent(NamedTuple):
    """Someone a list would have reached who gets no copy, and why."""

    document: str
    reader: str
    why: str
    cite: str


class Distribution(NamedTuple):
    """Every copy of a record, and everyone who was left out for a reason."""

    copies: tuple[Copy, ...] = ()
    not_sent: tuple[NotSent, ...] = ()
    readers: Mapping[str, Person] = MappingProxyType({})


class _Draft(NamedTuple):
    """A copy before languages: which document, for whom, about which children, by which sendings."""

    document: DocumentType
    reader: str
    children: tuple[str, ...]
    sendings: tuple[Sending, ...]
    why: tuple[Reason, ...]


def called(record: Record, document: DocumentType) -> str:
    """What this procedure calls a document, as it stands at its head: its word `minutes_title`, or the plain title."""
    return record.procedure.words.get(f"{document.id.replace('-', '_')}_title", document.title)


NO_DEADLINE = "no deadline in the procedure"
NO_CHILD = "nothing says which child they may read about (`relations`)"
LETTERS = "children get letters of their own; the chair decides whether they get more"
"""Why someone on a list gets nothing by it, where neither a person's part nor a decision of the chair is the reason."""


def distribute(record: Record, library: Library) -> tuple[Distribution, list[Finding]]:
    """Follow the procedure's sendings over the record; the findings are joint letters that can't be one."""
    found: list[Finding] = []
    not_sent: list[NotSent] = []
    young: list[NotSent] = []
    drafts: dict[tuple[Any, ...], _Draft] = {}
    for sending in record.procedure.sendings:
        document = library.documents.get(sending.document)
        if document is None or sending.off or record.kind not in (sending.kinds or document.kinds):
            continue
        if record.kind not in document.kinds:
            continue
        for children in _units(record, document, sending):
            for word in sending.to:
                cite = record.procedure.cite(sending.cite)
                young += [NotSent(document.id, id, LETTERS, cite) for id in children_on(record, word)]
                for id in recipients(record, word, children, document.id):
                    narrowed = _narrowed(record, document, id, children)
                    reason = _kept_from(record, sending, document, id)
                    if narrowed is None:
                        if not reason and not entitled(record, reader(record, id)):
                            not_sent.append(NotSent(document.id, id, NO_CHILD, cite))
                        continue
                    if reason:
                        not_sent.append(NotSent(document.id, id, reason, cite))
                        continue
                    key = (document.id, id, narrowed)
                    why = Reason(word, cite)
                    before = drafts.get(key)
                    drafts[key] = (
                        before._replace(
                            sendings=(*before.sendings, sending),
                            why=tuple(dict.fromkeys((*before.why, why))),
                        )
                        if before
                        else _Draft(document, id, narrowed, (sending,), (why,))
                    )
    # Two lists that differ: the stricter one withholds, and the sheet says why.
    barred = {(entry.document, entry.reader) for entry in not_sent}
    drafts = {key: draft for key, draft in drafts.items() if (draft.document.id, draft.reader) not in barred}
    # A child on a list of adults is told of, and barred from nothing: the chair may send them more.
    sent = {(draft.document.id, draft.reader) for draft in drafts.values()} | barred
    not_sent += [entry for entry in young if (entry.document, entry.reader) not in sent]
    not_sent += _after_a_death(record, library)
    for document in library.documents.values():
        if document.everywhere and record.kind in document.kinds and any(True for _ in _units(record, document, None)):
            chair = chair_of(record)
            drafts[(document.id, chair, ())] = _Draft(document, chair, (), (), (Reason("made at every run"),))
    copies: list[Copy] = []
    for draft in _joined(record, list(drafts.values()), found):
        copies += _copies(record, draft, not_sent)
    copies = [copy._replace(file=path) for copy, path in zip(copies, _files(copies), strict=True)]
    readers = {id: reader(record, id) for copy in copies for id in copy.readers}
    return Distribution(tuple(copies), tuple(dict.fromkeys(not_sent)), readers), found


BY_HAND = "no letter is made after a death: the chair writes by hand"


def _after_a_death(record: Record, library: Library) -> Iterator[NotSent]:
    """Whom the lists would have reached with a letter about a child who has died; it is never made (KM-END-07)."""
    died = [id for id in record.subjects if record.get(f"{record.children[id].path}.facts.living") == "no"]
    for sending in record.procedure.sendings if died else ():
        document = library.documents.get(sending.document)
        if document is None or sending.off or document.approval != "letters":
            continue
        if record.kind not in (sending.kinds or document.kinds) or record.kind not in document.kinds:
            continue
        conditions = {**document.when, **sending.when}
        whole, child = _split(record, document.scope, {k: v for k, v in conditions.items() if "facts.living" not in k})
        for id in died:
            if not record.holds(whole) or not record.holds(child, record.children[id].path):
                continue
            for word in sending.to:
                for reader_id in recipients(record, word, (id,), document.id):
                    if reader_id not in died:
                        yield NotSent(document.id, reader_id, BY_HAND, record.procedure.cite(sending.cite))


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


_CLASSES = {"carer": "family", "other": "family"}
"""Whose documents these read: a foster carer's are the family's; a supporter, solicitor or the like reads at most
what family may, and whether they do is the sending's own question."""


def _fits(record: Record, person: Person, document: DocumentType) -> bool:
    if person.id == chair_of(record) or person.role == "chair":
        return bool({"chair", "professional"} & document.readers)
    sort = sort_for(record, person)
    return _CLASSES.get(sort, sort) in document.readers


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
            if candidate.document is not draft.document or not joint.asked(
                record, draft.document, draft.reader, candidate.reader
            ):
                continue
            apart = joint.apart(
                record,
                draft.document,
                draft.reader,
                candidate.reader,
                same_children=draft.children == candidate.children,
            )
            if apart:
                found.append(joint.separate(record, draft.reader, candidate.reader, apart))
                continue
            done.add(other)
            readers = tuple(sorted((draft.reader, candidate.reader)))
            draft = draft._replace(
                sendings=(*draft.sendings, *(s for s in candidate.sendings if s not in draft.sendings)),
                why=(*draft.why, Reason("joint letter: they live together and the record says joint")),
            )
            break
        yield draft, readers


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
    locales = languages_for(record, document, readers) if place == "for" else (main_language(record),)
    for locale in locales:
        needs = reader(record, draft.reader).data.get("needs") or {}
        format, size = format_for(document, needs, record) if place == "for" else ("standard", None)
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


def _due(record: Record, sendings: Sequence[Sending]) -> tuple[date | None, str]:
    """The earliest day any of the sendings asks for, and how it was counted."""
    found: list[tuple[date, str]] = []
    for sending in sendings:
        if sending.due:
            found += _due_of(record, sending.due)
    if not found:
        return None, NO_DEADLINE if sendings else "at once"
    first = min(found)
    later = min((one for one in found if one[0] > first[0]), default=None)
    return (first[0], f"{first[1]}, sooner than {later[1]}") if later else first


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
                section = path.split(".")[0]
                yield day, f"{title_of(record, section)}: {title_of(record, path)} on {words_of(day)}"


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
