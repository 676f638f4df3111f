"""The whole program on a few screens: a record's file in, findings and a distribution out, then its copies.

`prepare` reads and judges; `issue` filters, renders, searches and writes. Each stage is a function of its own
module; this one only passes values on.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from cpdocs import disclosure, distribution, doubts, issued, paths, questions, record, rules, schema, source, waits
from cpdocs.disclosure import Disclosed
from cpdocs.distribution import Copy, Distribution, Waiting
from cpdocs.finding import Finding, Place, in_reading_order, settle
from cpdocs.issued import NEVER, Before
from cpdocs.leaks import Searches, leaks, search_copy
from cpdocs.library import Library
from cpdocs.procedure import DataError, Procedure
from cpdocs.readers import chair_of
from cpdocs.record import Record
from cpdocs.source import Tree
from cpdocs.survey import Survey

if TYPE_CHECKING:
    from cpdocs.locales import Locale
    from cpdocs.shelf import Shelf
    from cpdocs.template import Template


@dataclass(frozen=True)
class Prepared:
    """A record, read and judged. Without a `record` the file can't be used at all; the findings say why."""

    tree: Tree
    findings: tuple[Finding, ...]
    procedure: Procedure | None = None
    record: Record | None = None
    survey: Survey | None = None
    searches: Searches | None = None
    distribution: Distribution = field(default_factory=Distribution)

    @property
    def clean(self) -> bool:
        """Whether nothing is left to mend: no error or warning that isn't acknowledged."""
        return not any(f.severity in ("error", "warning") and f.acknowledged is None for f in self.findings)


@dataclass(frozen=True)
class Made:
    """One copy as it was made, or what it waits for."""

    copy: Copy
    data: bytes | None
    draft: bool
    disclosed: Disclosed | None
    waits: tuple[Waiting, ...] = ()
    texts: tuple[str, ...] = ()
    """Texts of the record that this copy needs in its language and that aren't translated yet."""
    fingerprint: str = ""
    before: Before = NEVER
    """Of a final copy: the hash of its content, and whether it has gone out like this already."""


@dataclass(frozen=True)
class Issued:
    """What one build came to: the folder, the copies made, those that wait, and what was found on the way."""

    prepared: Prepared
    folder: Path | None
    made: tuple[Made, ...]
    waiting: tuple[Made, ...]
    findings: tuple[Finding, ...]
    earlier: Path | None = None
    unchanged: tuple[Made, ...] = ()
    """Final copies that went out earlier just as they are: they aren't sent again (decision 15)."""


def prepare(path: Path, library: Library, today: date) -> Prepared:
    """Read one record and judge it: every finding at once, and who must get what.

    Raises DataError if a procedure's own files can't be used, OSError if the record can't be read.
    """
    tree, found = source.read(path)
    return judge(tree, found, library, today)


def judge(tree: Tree, found: Sequence[Finding], library: Library, today: date) -> Prepared:
    """Judge a record that has been read."""
    findings = list(found)
    findings += schema.check_shape(tree, library.record_schema)
    if not isinstance(tree.data, dict):
        return Prepared(tree, tuple(in_reading_order(findings)))
    procedure, unknown = _procedure(tree, library)
    if procedure is None:
        return Prepared(tree, tuple(in_reading_order([*findings, *unknown])))
    resolved, more = record.resolve(tree, procedure, library.fields, today)
    findings += more
    findings += _choices(resolved, library)
    findings += schema.gaps(
        resolved.data,
        tree,
        procedure.contents,
        resolved.kind,
        lambda row: rules.named(resolved, row),
        library.fields,
        procedure.short,
    )
    findings += rules.run(resolved)
    sent, more = distribution.distribute(resolved, library)
    findings += more
    findings += doubts.doubts(resolved, library, sent)
    survey = Survey(resolved)
    readers = [id for copy in sent.copies if copy.place == "for" for id in copy.readers]
    findings += questions.questions(survey, readers)
    searches = Searches(survey)
    findings += leaks(searches, readers)
    settled = tuple(in_reading_order(settle(findings, resolved.acknowledgements)))
    sent = waits.waiting(resolved, library, sent, settled)
    return Prepared(tree, settled, procedure, resolved, survey, searches, sent)


def _procedure(tree: Tree, library: Library) -> tuple[Procedure | None, list[Finding]]:
    """The record's procedure; None with a finding if it names none that there is."""
    wanted = tree.data.get("procedure")
    known = library.procedures()
    if wanted in known:
        return library.procedure(wanted), []
    near = next(iter(difflib.get_close_matches(str(wanted), known, 1, 0.5)), "") if wanted else ""
    message = f"There is no procedure `{wanted}`." if wanted else "The record doesn't say which procedure it follows."
    help = (f"Did you mean `{near}`? " if near else "") + f"Write `procedure:` with one of: {', '.join(known)}."
    return None, [record.fault(tree, "REF-05", "procedure", message, help, title=record.RULES["REF-05"].title)]


def _choices(resolved: Record, library: Library) -> list[Finding]:
    """Words that must be one of a list which the schema can't know: authorities, agency groups, documents."""
    procedure, found = resolved.procedure, []
    groups = list(procedure.agency_groups)
    choices: list[tuple[str, Sequence[str], str]] = [
        ("authority", list(procedure.authorities), "authority of this procedure"),
        ("people[].agency_group", groups, "agency group of this procedure"),
        ("distribution[].document", list(library.documents), "document"),
        ("disclosures[].document", list(library.documents), "document"),
        ("issued[].document", list(library.documents), "document"),
    ]
    for pattern, known, what in choices:
        for path, value in resolved.select(pattern):
            if known and value not in known:
                near = next(iter(difflib.get_close_matches(str(value), known, 1, 0.5)), "")
                hint = f"Did you mean `{near}`? " if near else ""
                found.append(
                    record.fault(
                        resolved.tree,
                        "REF-06",
                        path,
                        f"`{value}` is no {what}.",
                        f"{hint}Use one of: {', '.join(known)}.",
                        title=record.RULES["REF-06"].title,
                    )
                )
    return found


# ---------------------------------------------------------------------------------------- making the copies


HARMLESS = frozenset(("SCH-DATE", "SCH-TIME", "SCH-NUMBER", "SCH-TAG", "SCH-LINE", "SCH-LONG", "SCH-MISSING"))
"""Faults that can't hide a restriction: a wrong date leaves who may see what as it was written."""


def blinding(findings: Iterable[Finding]) -> list[str]:
    """The rules whose faults may hide who must not see what: a misspelt key, value or id can be an exclusion
    that isn't applied. While there is one, nothing is made that travels, not even as a draft."""
    faults = [
        finding
        for finding in findings
        if finding.kind == "fault"
        and finding.severity == "error"
        and (finding.rule not in HARMLESS or finding.place.path.startswith("exclusions"))
    ]
    return list(dict.fromkeys(finding.rule for finding in faults))


def make(
    prepared: Prepared, library: Library, shelf: Shelf, *, final: bool, today: date
) -> tuple[list[Made], list[Finding]]:
    """Filter, render and search every copy. A copy that would show something withheld isn't made."""
    from cpdocs import sheets as chair_sheets
    from cpdocs import translation

    assert prepared.survey is not None
    made: list[Made] = []
    found: list[Finding] = []
    sheets: list[Copy] = []
    memories = translation.beside(Path(prepared.tree.file), shelf.locale)
    blind = blinding(prepared.findings)
    for copy in prepared.distribution.copies:
        if library.documents[copy.document].everywhere:
            sheets.append(copy)
            continue
        if blind and copy.place == "for":
            what = f"faults that may hide who must not see what: {', '.join(blind)}"
            made.append(Made(copy, None, True, None, (*copy.waits, Waiting(what, "the minute-taker"))))
            continue
        one, more = _one(prepared, library, shelf, copy, final, memories)
        made.append(one)
        found += more
    made = [_compared(prepared, one) for one in _both_or_none(made)]
    for copy, extras in _covers(prepared, library, made):
        one, _ = _one(prepared, library, shelf, copy, final, memories, extras)
        made.append(one)
    findings = in_reading_order([*prepared.findings, *found])
    extras = chair_sheets.contents(prepared, library, made, findings, today)
    for copy in sheets:
        one, _ = _one(prepared, library, shelf, copy, final, memories, extras)
        made.append(one)
    return made, found


def _compared(prepared: Prepared, one: Made) -> Made:
    """A final copy with what the record says of it: sent already, sent in other words, or not yet."""
    if one.draft or one.data is None or one.copy.place != "for" or prepared.record is None:
        return one
    from cpdocs.manifest import hashes

    fingerprint = hashes(one.data).content_sha256
    return replace(one, fingerprint=fingerprint, before=issued.before(prepared.record, one.copy, fingerprint))


def _covers(prepared: Prepared, library: Library, made: Sequence[Made]) -> list[tuple[Copy, dict[str, Any]]]:
    """A cover sheet for each reader whose copies wait for a translator or a supplier of formats (D18)."""
    from cpdocs import sheets as chair_sheets
    from cpdocs import translation

    document = library.documents.get("translation-pack")
    resolved = prepared.record
    if document is None or resolved is None:
        return []
    formats = {
        f.subject: [word for word in ("braille", "audio", "easy-read") if word.replace("-", " ") in f.message]
        for f in prepared.findings
        if f.rule == "DIST-02"
    }
    covers = []
    for need in translation.needs(made, lambda id: formats.get(id, [])):
        form = f".{need.format}" if need.format else ""
        copy = Copy(
            document=document.id,
            title=document.title,
            readers=(chair_of(resolved),),
            children=(),
            scope="record",
            locale="en-GB",
            format="standard",
            size=None,
            due=need.due,
            counted="the earliest due date of the copies that need it",
            clauses=(),
            why=(f"`{need.reader}` needs it",),
            waits=(),
            place="chair",
            file=PurePosixPath("chair", f"translation-pack.{need.reader}.{need.locale}{form}.docx"),
        )
        pack = {
            "language": need.locale if need.texts else "",
            "format": need.format.replace("-", " "),
            "due": chair_sheets.day(need.due),
            "words": str(sum(words for _, _, words in need.documents)) if need.texts else "",
            "documents": [
                {"title": title, "due": chair_sheets.day(due), "words": str(words) if need.texts else ""}
                for title, due, words in need.documents
            ],
            "note": "",
        }
        covers.append((copy, {"pack": pack}))
    return covers


def _one(
    prepared: Prepared,
    library: Library,
    shelf: Shelf,
    copy: Copy,
    final: bool,
    memories: Callable[[str], Callable[[str], str | None] | None],
    extras: Mapping[str, Any] | None = None,
) -> tuple[Made, list[Finding]]:
    from cpdocs.present import present

    survey, procedure, searches = prepared.survey, prepared.procedure, prepared.searches
    assert survey is not None
    assert searches is not None
    assert procedure is not None
    document = library.documents[copy.document]
    locale = shelf.locale(copy.locale)
    waits = list(copy.waits)
    if locale is None:
        waits.append(Waiting(f"a locale for {copy.locale}", "a translator"))
        locale = shelf.locale("en-GB")
        assert locale is not None
    draft = bool(waits) or (not final and document.approval != "none")
    receivers = [
        id
        for other in prepared.distribution.copies
        if other.document == copy.document and other.children == copy.children
        for id in other.readers
    ]
    if copy.document == "attendance-return":
        extras = {"agencies": disclosure.agencies(survey)}
    disclosed = disclosure.disclose(
        survey, copy, document, draft=draft, extras=extras, receivers=list(dict.fromkeys(receivers))
    )
    ready = shelf.template(document, procedure, locale, copy.format, copy.size)
    presented = present(
        disclosed.view,
        library.fields,
        locale,
        memory=memories(copy.locale),
        labels=procedure.labels,
        asked=ready.template.names,
    )
    wording = (*ready.untranslated, *presented.lacking)
    waits += _translation_waits(locale, wording, presented.untranslated)
    if waits and final:
        return Made(copy, None, True, disclosed, tuple(waits), presented.untranslated), []
    if waits and not draft:
        disclosed = disclosure.disclose(survey, copy, document, draft=True, extras=extras, receivers=receivers)
        presented = present(
            disclosed.view,
            library.fields,
            locale,
            memory=memories(copy.locale),
            labels=procedure.labels,
            asked=ready.template.names,
        )
        draft = True
    data = ready.template.render(presented.context)
    found = search_copy(
        searches, copy, data, stock=_said_to_all(ready.template), memory=_foreign(survey, copy, memories)
    )
    if found:
        waits.append(Waiting("a disclosure finding: the copy wasn't made", "the minute-taker and the chair"))
        return Made(copy, None, True, disclosed, tuple(waits)), found
    return Made(copy, data, draft, disclosed, tuple(waits), presented.untranslated), []


def _said_to_all(template: Template) -> Iterator[str]:
    """The template's own words, a paragraph at a time: what it says to everyone."""
    from cpdocs.template.compiled import literals

    for program in template.programs().values():
        for paragraph in "".join(literals(program)).split("</w:p>"):
            yield re.sub(r"<[^>]*>", "", paragraph)


def _foreign(
    survey: Survey, copy: Copy, memories: Callable[[str], Callable[[str], str | None] | None]
) -> Callable[[str], str | None] | None:
    """The translations of the record's texts that a copy in another language may hold."""
    main = record.text_of(survey.record.get("conference.language")) or survey.record.procedure.language
    return memories(copy.locale) if copy.locale.split("-")[0] != main.split("-")[0] else None


def _translation_waits(locale: Locale, wording: Sequence[str], texts: Sequence[str]) -> list[Waiting]:
    """A copy in another language is final only when all of it is translated and a named person reviewed it."""
    waits: list[Waiting] = []
    if locale.status == "draft":
        waits.append(Waiting(f"a named reviewer of the {locale.name} wording", "a translator"))
    if wording:
        more = f" and {len(wording) - 1} more" if len(wording) > 1 else ""
        waits.append(Waiting(f"the {locale.name} of “{_short(wording[0])}”{more}", "a translator"))
    if texts:
        many = "a text" if len(texts) == 1 else f"{len(texts)} texts"
        waits.append(Waiting(f"the {locale.name} of {many} of the record", "a translator"))
    return waits


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= 60 else sentence[:57].rsplit(" ", 1)[0] + " …"


def _both_or_none(made: Sequence[Made]) -> list[Made]:
    """The two languages of one document go out together, or neither does (WX-LAN-01)."""
    out = []
    for one in made:
        twin = next(
            (
                other
                for other in made
                if one.copy.partner
                and other.copy.document == one.copy.document
                and other.copy.readers == one.copy.readers
                and other.copy.children == one.copy.children
                and other.copy.locale == one.copy.partner
            ),
            None,
        )
        if twin and twin.data is None and one.data is not None and not one.copy.original_first:
            wait = Waiting(f"the version in {twin.copy.locale}: both go out together", "a translator")
            one = replace(one, data=None, draft=True, waits=(*one.waits, wait))
        out.append(one)
    return out


def issue(prepared: Prepared, library: Library, shelf: Shelf, out: Path, *, final: bool, today: date) -> Issued:
    """Make every copy and write the set: whole or not at all.

    Raises BundleError if the set can't be written, TemplateError or DataError if a template can't be used.
    """
    from cpdocs import manifest
    from cpdocs.bundle import Bundle

    resolved = prepared.record
    if resolved is None or prepared.procedure is None:
        return Issued(prepared, None, (), (), prepared.findings)
    made, more = make(prepared, library, shelf, final=final, today=today)
    findings = tuple(in_reading_order([*prepared.findings, *more]))
    same = tuple(one for one in made if final and one.before.state == "unchanged")
    ready = [one for one in made if one.data is not None and one not in same]
    waits = tuple(one for one in made if one.data is None)
    reference = reference_of(resolved)
    if final and not any(one.copy.place == "for" for one in ready):
        return Issued(prepared, None, tuple(ready), waits, findings, unchanged=same)
    with Bundle(out, reference) as bundle:
        entries = []
        for one in ready:
            assert one.data is not None
            hashes = bundle.add(one.copy.file, one.data)
            entries.append(
                manifest.Entry(
                    document=one.copy.document,
                    recipient=one.copy.readers[0] if len(one.copy.readers) == 1 else one.copy.readers,
                    locale=one.copy.locale,
                    format=one.copy.format,
                    due=one.copy.due.isoformat() if one.copy.due else None,
                    clause=", ".join(one.copy.clauses),
                    file=one.copy.file.as_posix(),
                    hashes=hashes,
                    draft=one.draft,
                )
            )
        diary = bundle.add(DIARY, deadlines(prepared, reference, today))
        listing = manifest.manifest_bytes(
            entries,
            {**versions(prepared.procedure, library), "final": "yes" if final else "no"},
            reference=reference,
            date=today.isoformat(),
            record_sha256=hashlib.sha256(prepared.tree.text.encode()).hexdigest(),
            files=[(DIARY, diary)],
        )
        bundle.add("chair/manifest.json", listing)
        folder = bundle.commit()
        return Issued(prepared, folder, tuple(ready), waits, findings, bundle.replaced, same)


DIARY = "chair/deadlines.ics"


def reference_of(resolved: Record) -> str:
    """What a record's set is called: its case reference and the day of the conference, never a name."""
    from cpdocs.bundle import set_reference

    held = record.text_of(resolved.get("conference.date")) or record.text_of(resolved.get("ending.decided_on"))
    return set_reference(record.text_of(resolved.data.get("reference")) or "no-reference", held or None)


def deadlines(prepared: Prepared, reference: str, today: date) -> bytes:
    """The days by which copies are due, as a calendar file."""
    from cpdocs import ics

    events = [
        ics.Deadline(c.due, c.title, c.readers, reference, ", ".join(c.clauses))
        for c in prepared.distribution.copies
        if c.due
    ]
    return ics.calendar(events, today)


def versions(procedure: Procedure, library: Library) -> dict[str, Any]:
    """What a set depends on: tool, procedure, templates, the council's layer, libraries (decision 19)."""
    from importlib import metadata

    from cpdocs.manifest import folder_sha256, library_versions

    return {
        "cpdocs": metadata.version("cpdocs"),
        "procedure": {"id": procedure.id, "source": procedure.source, "dated": procedure.dated},
        "data": library.version,
        "council": folder_sha256(library.council) if library.council else None,
        "libraries": library_versions(),
    }


__all__ = [
    "DataError", "Issued", "Made", "Place", "Prepared", "issue", "judge", "leaks", "make", "paths", "prepare",
    "versions",
]  # fmt: skip
