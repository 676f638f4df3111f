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
from cpdocs import locales, messages, parts, proofread, schema, source
from cpdocs.finding import Finding, Place, in_reading_order
from cpdocs.library import DocumentType, Library
from cpdocs.locales import Locale
from cpdocs.message import Message, label_context
from cpdocs.messages import Terms, WordFile
from cpdocs.procedure import Procedure

Files = dict[Path, bytes]
_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
MADE_FROM = "made-from"


class LocaleError(Exception):
    """A translator's command that can't be carried out; message and help are for the translator."""

    def __init__(self, message: str, help: str = "") -> None:
        """Keep both."""
        super().__init__(message)
        self.message, self.help = message, help


@dataclass(frozen=True)
class Updated:
    """A catalogue brought up to date: the files, and how many messages are new, stale and no longer
    needed.
    """

    files: Files
    new: int
    stale: int
    obsolete: int


@dataclass(frozen=True)
class Packed:
    """What goes to a translator who works in Word, by file name, and what the project keeps of it."""

    send: dict[str, bytes]
    keep: Files


def roots(library: Library) -> list[Path]:
    """Where languages stand: what is shipped, then the council's."""
    return [place / "templates" / "locales" for place in (library.root, library.council) if place]


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


def _prepared(docx: bytes, house: bytes, words: Mapping[str, str]) -> dict[str, bytes]:
    from cpdocs.template.compiler import prepare

    return prepare(docx, house, words)


def _word_file(library: Library, document: DocumentType, format: str) -> WordFile:
    docx, house = library.template(document, format), library.house

    def filled(words: Mapping[str, str]) -> Mapping[str, bytes]:
        return {"word/document.xml": _prepared(docx, house, words)["word/document.xml"]}

    return WordFile(document.id, document.title, format, document.readers, filled)


def _house_file(library: Library, any_file: WordFile) -> WordFile:
    docx = library.template(library.documents[any_file.document], any_file.format)
    house = library.house

    def filled(words: Mapping[str, str]) -> Mapping[str, bytes]:
        made = _prepared(docx, house, words)
        return {name: data for name, data in made.items() if re.match(r"word/(header|footer)", name)}

    return WordFile("", "", "house", frozenset(), filled)


def locale_new(library: Library, tag: str, today: date, *, name: str = "", base: str = "") -> Files:
    """A language's folder: `locale.yaml` with what CLDR knows, and a catalogue with nothing translated.

    It goes into the council's folder where there is one. `base` is a language CLDR knows, needed where it
    doesn't know the tag. Raises LocaleError for a tag that isn't one, is English or is there already.
    """
    if not _TAG.fullmatch(tag):
        raise LocaleError(f"“{tag}” isn't a language tag.", "Use two or three letters, such as cy, pl or pt-BR.")
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
        "# yaml-language-server: $schema=../../../schemas/locale.schema.json",
        "# What is set here wins over CLDR, the languages' common data. Every key is explained in README.md.",
        f"name: {locale.name}",
        f"own_name: {locale.own_name}",
        f"word_tag: {locales.with_country(locale.tag, locale.base)}",
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


def load(library: Library, tag: str) -> tuple[Locale, list[Finding]]:
    """A language and what is wrong with its files. Raises LocaleError where it has no folder."""
    try:
        return locales.load(tag, roots(library))
    except KeyError:
        known = ", ".join(locales.available(roots(library))) or "none yet"
        raise LocaleError(f"There is no folder for {tag}.", f"There are: {known}. `cpdocs locale new {tag}`") from None


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
    found += _check_own_files(library, locale)
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
        return [_own(locale.folders[0], "LOC-FILE", f"{locales.MESSAGES} is missing.", "`cpdocs locale update`")]
    found: list[Finding] = []
    left = list(today)
    for path, catalogue in reversed(read[1:]):
        found += proofread.check(catalogue, [m for m in left if catalogue.get(m.english, m.context)], str(path))
        left = [m for m in left if not catalogue.get(m.english, m.context)]
    return found + proofread.check(read[0][1], left, str(read[0][0]))


def _check_own_files(library: Library, locale: Locale) -> list[Finding]:
    """The Word files that translators supplied, each held against the English of today."""
    found: list[Finding] = []
    for folder in locale.folders:
        for path in sorted(folder.glob("*/*.docx")):
            document = library.documents.get(path.parent.name)
            format, _, named = path.stem.partition(".")
            if document is None or format not in document.formats:
                found.append(_own(path, "LOC-DOCX", "There is no English document that this file could replace."))
                continue
            for id in [named] if named else library.procedures():
                data = path.read_bytes()
                for refusal in check_file(library, locale, document, format, library.procedure(id), data, path):
                    found.append(_own(path, "LOC-DOCX", f"{refusal[0]}: {refusal[1]}", refusal[2]))
    return found


def _own(path: Path, rule: str, message: str, help: str = "") -> Finding:
    title = "A translator's Word file has the tags of the English and follows it as it is now."
    return Finding(rule, "error", "fault", message, Place(str(path), "", 1, 1), title=title, help=help)


def check_file(
    library: Library,
    locale: Locale,
    document: DocumentType,
    format: str,
    procedure: Procedure,
    data: bytes,
    path: Path | None = None,
) -> list[tuple[str, str, str]]:
    """What is wrong with a returned Word file, as (where, what, next step); empty means it can be used.

    `path` is where it stands or will stand; the `made-from` file beside it, which the pack left there, tells
    which English it was made from.
    """
    from cpdocs.transform.returned import check_returned

    try:
        returned = parts.read(data)
    except parts.PackageError as error:
        return [("the file", error.message, error.help)]
    if "word/document.xml" not in returned:
        return [("the file", "It isn't a Word document.", "Save it in Word as a .docx.")]
    english = _prepared(library.template(document, format), library.house, procedure.words)
    made_from = made_from_of(path) if path else ()
    if path and not made_from:
        told = ("the file", "Nothing says which English it was made from, so nobody would see when that changes.")
        return [(*told, "Make the Word file with `cpdocs locale pack` and translate that.")]
    return [
        (refusal.where, refusal.message, refusal.help)
        for refusal in check_returned(returned, english, locale, made_from)
    ]


def made_from_of(path: Path) -> tuple[str, ...]:
    """The fingerprints of the English that a translator's Word file was made from; none if nobody kept them."""
    beside = path.with_name(f"{path.stem}.{MADE_FROM}")
    return tuple(beside.read_text(encoding="ascii").split()) if beside.is_file() else ()


def supplied(
    library: Library, locale: Locale, document: DocumentType, format: str, procedure: Procedure
) -> tuple[bytes, tuple[str, ...]] | None:
    """A translator's own Word file for a document, and the English sentences that have changed since it was made.

    None where there is no such file. A final copy waits while any sentence is named.
    """
    from cpdocs.transform.returned import changed_since

    path = locale.own_template(document.id, format, procedure.id)
    if path is None:
        return None
    english = _prepared(library.template(document, format), library.house, procedure.words)
    return path.read_bytes(), changed_since(english, made_from_of(path))


def locale_pack(
    library: Library,
    tag: str,
    document_id: str,
    procedure_id: str,
    *,
    format: str = "standard",
    to_pdf: Callable[[bytes], bytes] | None = None,
) -> Packed:
    """A document for a translator who works in Word: the file with its tags protected, the key, a sample PDF.

    `to_pdf` turns a .docx into a PDF where there is a converter. What is kept is the fingerprint of each
    English sentence, beside the place where the returned file will stand. Raises LocaleError.
    """
    from cpdocs.transform import pack
    from cpdocs.transform.returned import fingerprints

    locale, _ = load(library, tag)
    document = _document(library, document_id, format)
    procedure = library.procedure(procedure_id)
    english = _prepared(library.template(document, format), library.house, procedure.words)
    name = f"{document_id}.{format}.{procedure_id}.{tag}"
    guarded = parts.write(pack.protected(english, locale))
    meanings = _meanings(library, english)
    send = {
        f"{name}.docx": guarded,
        f"{name}.key.docx": parts.write(pack.key(english, document.title, meanings)),
    }
    if to_pdf is not None:
        send[f"{name}.sample.pdf"] = to_pdf(parts.write(english))
    place = returned_place(library, locale, document_id, format, procedure)
    keep = {place.with_name(f"{place.stem}.{MADE_FROM}"): ("\n".join(fingerprints(english)) + "\n").encode()}
    return Packed(send, keep)


def _meanings(library: Library, english: Mapping[str, bytes]) -> dict[str, str]:
    """What each tag stands for, as the catalogue's comments say it."""
    out: dict[str, str] = {}
    for tag, note in messages.notes_of(english, library.fields):
        out.setdefault(tag, note[:1].upper() + note[1:] + ".")
    return out


def _document(library: Library, id: str, format: str) -> DocumentType:
    document = library.documents.get(id)
    if document is None:
        raise LocaleError(f"There is no document {id}.", f"There are: {', '.join(sorted(library.documents))}.")
    if format not in document.formats:
        raise LocaleError(f"{id} has no Word file {format}.docx.", f"It has: {', '.join(document.formats)}.")
    return document


def returned_place(library: Library, locale: Locale, document: str, format: str, procedure: Procedure) -> Path:
    """Where a returned Word file belongs: under its procedure's name, since that procedure's words are in
    it.
    """
    folder = roots(library)[-1] / locale.tag / document
    return folder / f"{format}.{procedure.id}.docx"


def locale_accept(
    library: Library, tag: str, document_id: str, procedure_id: str, data: bytes, *, format: str = "standard"
) -> tuple[Files, list[tuple[str, str, str]]]:
    """A returned Word file put in its place, or the reasons why not; nothing is to be written if there are
    any.
    """
    locale, _ = load(library, tag)
    document, procedure = _document(library, document_id, format), library.procedure(procedure_id)
    place = returned_place(library, locale, document_id, format, procedure)
    refusals = check_file(library, locale, document, format, procedure, data, place)
    return ({} if refusals else {place: data}), refusals


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
