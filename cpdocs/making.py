"""Make the copies of a distribution: a Prepared record in, each copy's bytes or what it waits for out.

Every copy is disclosed, presented, rendered and searched, one after the other. A copy that would show something
withheld isn't made, nor is one that travels while a fault of the file may hide who must not see what.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from cpdocs import disclosure, issued
from cpdocs.disclosure import Disclosed
from cpdocs.distribution import NO_DEADLINE, Copy, Reason, Waiting, called
from cpdocs.editions import main_language
from cpdocs.finding import Finding, in_reading_order
from cpdocs.leaks import search_copy
from cpdocs.library import Library
from cpdocs.locales import ENGLISH
from cpdocs.once import Once
from cpdocs.readers import chair_of
from cpdocs.results import Made, Prepared
from cpdocs.survey import Survey

if TYPE_CHECKING:
    from cpdocs.locales import Locale
    from cpdocs.shelf import Shelf
    from cpdocs.template import Template


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

    assert prepared.survey is not None
    made: list[Made] = []
    found: list[Finding] = []
    sheets: list[Copy] = []
    maker = _Maker(prepared, library, shelf, final)
    blind = blinding(prepared.findings)
    for copy in prepared.distribution.copies:
        if library.documents[copy.document].everywhere:
            sheets.append(copy)
            continue
        if blind and copy.place == "for":
            what = f"faults that may hide who must not see what: {', '.join(blind)}"
            made.append(Made(copy, None, True, None, (*copy.waits, Waiting(what, "the minute-taker"))))
            continue
        one, more = maker.one(copy)
        made.append(one)
        found += more
    made = [_compared(prepared, one) for one in _both_or_none(made)]
    for copy, extras in _covers(prepared, library, made):
        one, _ = maker.one(copy, extras)
        made.append(one)
    findings = in_reading_order([*prepared.findings, *found])
    extras = chair_sheets.contents(prepared, library, made, findings, today)
    for copy in sheets:
        one, _ = maker.one(copy, extras)
        made.append(one)
    return made, found


def _compared(prepared: Prepared, one: Made) -> Made:
    """A final copy with what the record says of it: sent already, sent in other words, or not yet."""
    if one.draft or one.data is None or one.copy.place != "for" or prepared.record is None:
        return one
    assert one.hashes is not None
    fingerprint = one.hashes.content_sha256
    return one._replace(fingerprint=fingerprint, before=issued.before(prepared.record, one.copy, fingerprint))


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
            counted="as the first copy that needs it" if need.due else NO_DEADLINE,
            clauses=(),
            why=(Reason(f"`{need.reader}` needs it"),),
            waits=(),
            place="chair",
            file=PurePosixPath("chair", f"translation-pack.{need.reader}.{need.locale}{form}.docx"),
        )
        pack = {
            "language": ENGLISH.language_name(need.locale) if need.texts else "",
            "format": need.format.replace("-", " "),
            "due": chair_sheets.day(need.due),
            "words": str(sum(words for _, words in need.documents)) if need.texts else "",
            "documents": [
                {
                    "title": called(resolved, library.documents[own.document]),
                    "due": chair_sheets.due_day(own.due),
                    "words": str(words) if need.texts else "",
                }
                for own, words in need.documents
            ],
            "note": (
                "For the minute taker, before this sheet is passed on: the two files are made by the command"
                f" cpdocs translation pack, with --for {need.reader}."
                if need.texts
                else ""
            ),
        }
        covers.append((copy, {"pack": pack}))
    return covers


class _Maker:
    """What the copies of one run have in common."""

    def __init__(self, prepared: Prepared, library: Library, shelf: Shelf, final: bool) -> None:
        from cpdocs import translation

        self.prepared, self.library, self.shelf, self.final = prepared, library, shelf, final
        self.memories = translation.beside(Path(prepared.tree.file), shelf.locale)
        self.said = Once()

    def one(self, copy: Copy, extras: Mapping[str, Any] | None = None) -> tuple[Made, list[Finding]]:
        """Filter, render and search one copy."""
        from cpdocs.manifest import hashes
        from cpdocs.present import Presented, present

        survey, procedure, searches = self.prepared.survey, self.prepared.procedure, self.prepared.searches
        assert survey is not None
        assert searches is not None
        assert procedure is not None
        document = self.library.documents[copy.document]
        locale = self.shelf.locale(copy.locale)
        waits = list(copy.waits)
        if locale is None:
            waits.append(Waiting(f"a locale for {copy.locale}", "a translator"))
            locale = self.shelf.locale("en-GB")
            assert locale is not None
        draft = bool(waits) or (not self.final and document.approval != "none")
        receivers = [
            id
            for other in self.prepared.distribution.copies
            if other.document == copy.document and other.children == copy.children
            for id in other.readers
        ]
        letter = any(
            other.readers == copy.children and self.library.documents[other.document].readers == {"child"}
            for other in self.prepared.distribution.copies
        )
        if copy.document == "attendance-return":
            extras = {"agencies": disclosure.agencies(survey)}
        ready = self.shelf.template(document, procedure, locale, copy.format, copy.size)

        def shown(draft: bool) -> tuple[Disclosed, Presented]:
            """What the reader may see, as a draft or as final, in their words."""
            disclosed = disclosure.disclose(
                survey,
                copy,
                document,
                draft=draft,
                extras=extras,
                receivers=list(dict.fromkeys(receivers)),
                letter=letter,
            )
            presented = present(
                disclosed.view,
                self.library.fields,
                locale,
                memory=self.memories(copy.locale),
                labels=procedure.labels,
                asked=ready.template.names,
                once=self.said,
            )
            return disclosed, presented

        disclosed, presented = shown(draft)
        wording = (*ready.untranslated, *presented.lacking)
        waits += _translation_waits(locale, wording, presented.untranslated)
        if waits and self.final:
            return Made(copy, None, True, disclosed, tuple(waits), presented.untranslated), []
        if waits and not draft:  # what it waits for came out only now: it is made again, as the draft it is
            draft = True
            disclosed, presented = shown(draft)
        data = ready.template.render(presented.context)
        found = search_copy(
            searches, copy, data, stock=_said_to_all(ready.template), memory=_foreign(survey, copy, self.memories)
        )
        if found:
            waits.append(Waiting("a disclosure finding: the copy wasn't made", "the minute-taker and the chair"))
            return Made(copy, None, True, disclosed, tuple(waits)), found
        return Made(copy, data, draft, disclosed, tuple(waits), presented.untranslated, hashes(data)), []


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
    main = main_language(survey.record)
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
        waits.append(Waiting(f"the {locale.name} of texts of the record", "a translator", len(texts)))
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
            one = one._replace(data=None, draft=True, waits=(*one.waits, wait))
        out.append(one)
    return out
