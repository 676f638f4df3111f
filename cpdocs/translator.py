"""What a translator's commands do: a language's tag in, the files to write or the findings to show out.

Nothing here writes or prints. `Files` are paths with what belongs in them; the command line puts them there.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cpdocs import catalogue as po
from cpdocs import leaves, locales, messages, proofread, schema, source
from cpdocs.conventions import with_country
from cpdocs.finding import Finding, Place, in_reading_order
from cpdocs.library import DocumentType, Library
from cpdocs.locales import Locale
from cpdocs.message import Message, label_context
from cpdocs.messages import Terms, WordFile
from cpdocs.procedure import Procedure
from cpdocs.wordtrip import Files, LocaleError, check_own_files, finding, load, prepared, roots

_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


@dataclass(frozen=True)
class Updated:
    """A catalogue brought up to date: the files, and how many messages are new, stale and no longer
    needed.
    """

    files: Files
    new: int
    stale: int
    obsolete: int


def collect(library: Library, locale: Locale | None = None) -> list[Message]:
    """Every message of every document under every procedure, in the same order each time.

    A locale asks only for what its `readers` receive under its `procedures`; the chair's own sheets are English
    (decision 33). Raises `template.TemplateError` for a template that can't be used, `procedure.DataError` for
    data that can't.
    """
    readers = (locale.readers if locale else frozenset()) or frozenset(("professional", "family", "child", "outside"))
    under = [id for id in library.procedures() if not (locale and locale.procedures) or id in locale.procedures]
    procedures = [library.procedure(id) for id in under]
    files = [
        _word_file(library, document, format)
        for _, document in sorted(library.documents.items())
        for format in document.formats
        if document.readers & readers
    ]
    if files:
        files.append(_house_file(library, files[0]))
    terms = [_terms(procedure, library) for procedure in procedures]
    sent = [file for file in files if not file.document or any(each.sends(file.document) for each in terms)]
    ceilings = {name for reader in readers for name in CEILINGS.get(reader, ())}
    return messages.extract(sent, terms, library.fields, ceilings)


CEILINGS = {
    "professional": ("list", "family", "professional", "subject"),
    "family": ("list", "family", "subject"),
    "child": ("list", "family", "subject"),
    "outside": ("list",),
}
"""The audiences of the record's schema that a class of reader can be shown."""


def _terms(procedure: Procedure, library: Library) -> Terms:
    sent = {sending.document for sending in procedure.sendings}
    sent |= {id for id, document in library.documents.items() if document.everywhere}
    alone = []
    for name, text in procedure.labels.items():
        pattern, _, code = name.partition(" = ")
        note = f"What {procedure.title} calls an answer."
        alone.append((label_context(pattern, code), text, note))
    return Terms(procedure.id, procedure.short, procedure.words, frozenset(sent) or None, alone)


def _word_file(library: Library, document: DocumentType, format: str) -> WordFile:
    docx, house = library.template(document, format), library.house

    def filled(words: Mapping[str, str]) -> Mapping[str, bytes]:
        return {"word/document.xml": prepared(docx, house, words)["word/document.xml"]}

    return WordFile(document.id, document.title, format, document.readers, filled)


def _house_file(library: Library, any_file: WordFile) -> WordFile:
    docx = library.template(library.documents[any_file.document], any_file.format)
    house = library.house

    def filled(words: Mapping[str, str]) -> Mapping[str, bytes]:
        made = prepared(docx, house, words)
        return {name: data for name, data in made.items() if re.match(r"word/(header|footer)", name)}

    return WordFile("", "", "house", frozenset(), filled)


def locale_new(library: Library, tag: str, today: date, *, name: str = "", base: str = "") -> Files:
    """A language's folder: `locale.yaml` with what CLDR knows, and a catalogue with nothing translated.

    It goes into the council's folder where there is one. `base` is a language CLDR knows, needed where it
    doesn't know the tag. Raises LocaleError for a tag that isn't one, is English or is there already.
    """
    if not _TAG.fullmatch(tag):
        meant = leaves.language(tag) or (tag.lower() if _TAG.fullmatch(tag.lower()) else "")
        raise LocaleError(
            f"“{tag}” isn't the code of a language.",
            f"Did you mean {meant}?" if meant else "Use two or three small letters, such as cy, pl or pt-BR.",
        )
    if tag.split("-")[0] == "en":
        raise LocaleError("English is the language the templates are written in.", "It needs no folder.")
    where = roots(library)[-1]
    if locales.folders_of(tag, roots(library)):
        raise LocaleError(f"There is a folder for {tag} already.", f"Run `cpdocs locale update {tag}`.")
    try:
        locale = locales.from_data(tag, {"base": base or tag, "name": name})
    except ValueError:
        raise LocaleError(
            f"Nobody has entered {base or tag} into CLDR, so its months and plurals aren't known.",
            "Give --base, a language that dates and counts alike, and correct its names in locale.yaml.",
        ) from None
    lines = [
        *(() if library.council else ("# yaml-language-server: $schema=../../../schemas/locale.schema.json",)),
        "# What is set here wins over CLDR, the languages' common data.",
        "# Every key is explained in the translator's guide, templates/locales/README.md.",
        f"name: {locale.name}",
        f"own_name: {locale.own_name}",
        f"word_tag: {with_country(locale.tag, locale.base)}",
        f"base: {locale.base}",
        f"direction: {locale.direction}",
        "# A named person answers for a language before a final copy is made in it; name them here.",
        "reviewer: {name: , date: }",
    ]
    catalogue = po.new(tag, locale.base, collect(library, locale))
    return {
        where / tag / locales.FILE: ("\n".join(lines) + "\n").encode(),
        where / tag / locales.MESSAGES: po.write_po(catalogue, today),
    }


def locale_update(library: Library, tag: str, today: date) -> Updated:
    """The catalogue after the English has changed: each folder's own file, changed messages fuzzy.

    The council's file holds only what the council says otherwise, so nothing is added to it. Raises
    LocaleError.
    """
    locale, _ = load(library, tag)
    wanted = collect(library, locale)
    files: Files = {}
    new = stale = obsolete = 0
    for number, folder in enumerate(locale.folders):
        path = folder / locales.MESSAGES
        old = _catalogue(path, locale) if path.is_file() else po.Catalogue(tag, locale.base)
        mine = wanted if number == 0 else [message for message in wanted if _concerns(old, message)]
        if number and not path.is_file():
            continue
        after = po.update(old, mine)
        before = {entry.message.key for entry in old.entries}
        new += sum(entry.message.key not in before and not entry.fuzzy for entry in after.entries)
        stale += sum(entry.fuzzy for entry in after.entries)
        obsolete += len(after.obsolete)
        data = po.write_po(after, today)
        if not path.is_file() or data != path.read_bytes():
            files[path] = data
    return Updated(files, new, stale, obsolete)


def _concerns(old: po.Catalogue, message: Message) -> bool:
    """Whether a council's catalogue says this message, or said what it was made from."""
    if old.get(message.english, message.context):
        return True
    same = [entry.message.english for entry in old.entries if entry.message.context == message.context]
    return bool(difflib.get_close_matches(message.english, same, 1, po.CLOSE))


def _catalogue(path: Path, locale: Locale) -> po.Catalogue:
    try:
        return po.read_po(path.read_bytes(), locale.tag, locale.base)
    except po.BadCatalogue as error:
        raise LocaleError(f"{path.name} can't be read: {error}.", "Open it in Poedit and save it.") from None


def locale_check(library: Library, tag: str, wanted: Sequence[Message] | None = None) -> list[Finding]:
    """Everything that is missing, stale or wrong in a language's folder, in the translator's words.

    `wanted` are the messages it is to have today (`collect`), asked for here if they aren't given. Raises LocaleError.
    """
    locale, found = load(library, tag)
    shape = schema.load(library.root / "schemas" / "locale.schema.json")
    for folder in locale.folders:
        if (folder / locales.FILE).is_file():
            tree, _ = source.read(folder / locales.FILE)
            found += schema.check_shape(tree, shape)
    if not locale.maker:
        today = list(wanted if wanted is not None else collect(library, locale))
        found += _check_messages(locale, today)
    found += check_own_files(library, locale)
    if not locale.maker and locale.status == "draft":
        place = Place(str(locale.folders[-1] / locales.FILE), "", 1, 1)
        found.append(
            Finding(
                "LOC-REVIEW",
                "warning",
                "gap",
                f"Nobody answers for the {locale.name} yet, so no final copy is made in it.",
                place,
                title="A named person answers for a language.",
                help="Name the reviewer and the day under `reviewer` in the council's locale.yaml.",
            )
        )
    return in_reading_order(found)


def _check_messages(locale: Locale, today: Sequence[Message]) -> list[Finding]:
    """Each message is looked at where it is said: in the council's catalogue if it is there, else the
    shipped.
    """
    read: list[tuple[Path, po.Catalogue]] = []
    for folder in locale.folders:
        path = folder / locales.MESSAGES
        if path.is_file():
            try:
                read.append((path, po.read_po(path.read_bytes(), locale.tag, locale.base)))
            except po.BadCatalogue:
                return []  # said already when the language was loaded
    if not read:
        return [
            finding(locale.folders[0], "LOC-FILE", f"{locales.MESSAGES} is missing.", "Run `cpdocs locale update`.")
        ]
    found: list[Finding] = []
    left = list(today)
    for path, catalogue in reversed(read[1:]):
        found += proofread.check(catalogue, [m for m in left if catalogue.get(m.english, m.context)], str(path))
        left = [m for m in left if not catalogue.get(m.english, m.context)]
    return found + proofread.check(read[0][1], left, str(read[0][0]))


def locale_preview(
    library: Library, tag: str, build: Callable[[Locale], Mapping[str, bytes]]
) -> tuple[Mapping[str, bytes], list[Finding]]:
    """All documents in a language, made by `build` from an invented record; and what the language still
    lacks.

    `build` is the flow's: a Locale in, files by name out. Raises LocaleError.
    """
    locale, _ = load(library, tag)
    return build(locale), locale_check(library, tag)


def coverage(locale: Locale, wanted: Sequence[Message]) -> tuple[int, int]:
    """How many messages have a translation that holds today, and how many there are."""
    return len(wanted) - len(locale.lacks(wanted)), len(wanted)
