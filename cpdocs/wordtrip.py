"""Documents for translators who work in Word: a pack out, the returned file in its place or refused with reasons.

A translator's Word file takes the place of the one derived from the catalogue. It carries the fingerprints of the
English it was made from, so that a change of the English makes it stale like any message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cpdocs import locales, messages, parts, template
from cpdocs.finding import Finding, Place
from cpdocs.library import DocumentType, Library
from cpdocs.locales import Locale
from cpdocs.procedure import Procedure

Files = dict[Path, bytes]
MADE_FROM = "made-from"


class LocaleError(Exception):
    """A translator's command that can't be carried out; message and help are for the translator."""

    def __init__(self, message: str, help: str = "") -> None:
        """Keep both."""
        super().__init__(message)
        self.message, self.help = message, help


@dataclass(frozen=True)
class Packed:
    """What goes to a translator who works in Word, by file name, and what the project keeps of it."""

    send: dict[str, bytes]
    keep: Files


def roots(library: Library) -> list[Path]:
    """Where languages stand: what is shipped, then the council's."""
    return [place / "templates" / "locales" for place in (library.root, library.council) if place]


def load(library: Library, tag: str) -> tuple[Locale, list[Finding]]:
    """A language and what is wrong with its files. Raises LocaleError where it has no folder."""
    try:
        return locales.load(tag, roots(library))
    except KeyError:
        known = ", ".join(locales.available(roots(library))) or "none yet"
        raise LocaleError(f"There is no folder for {tag}.", f"There are: {known}. `cpdocs locale new {tag}`") from None


def prepared(docx: bytes, house: bytes, words: Mapping[str, str]) -> dict[str, bytes]:
    """An English template as the compiler makes it: house and words in place, tags mended."""
    from cpdocs.template.compiler import prepare

    return prepare(docx, house, words)


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
    english = prepared(library.template(document, format), library.house, procedure.words)
    made_from = made_from_of(path) if path else ()
    if path and not made_from:
        told = ("the file", "Nothing says which English it was made from, so nobody would see when that changes.")
        return [(*told, "Make the Word file with `cpdocs locale pack` and translate that.")]
    try:
        refusals = check_returned(returned, english, locale, made_from)
    except parts.PackageError as error:
        return [("the file", error.message, error.help)]
    found = [(refusal.where, refusal.message, refusal.help) for refusal in refusals]
    # what no template may hold, this one may not either: accepted, it would stop every copy in its language
    unusable = template.check(data, house=library.house, words=procedure.words)
    return found or [(each.place, each.message, each.help) for each in unusable if each.severity == "error"]


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
    english = prepared(library.template(document, format), library.house, procedure.words)
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
    english = prepared(library.template(document, format), library.house, procedure.words)
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


def check_own_files(library: Library, locale: Locale) -> list[Finding]:
    """The Word files that translators supplied, each held against the English of today."""
    found: list[Finding] = []
    for folder in locale.folders:
        for path in sorted(folder.glob("*/*.docx")):
            document = library.documents.get(path.parent.name)
            format, _, named = path.stem.partition(".")
            if document is None or format not in document.formats or (named and named not in library.procedures()):
                found.append(
                    finding(
                        path,
                        "LOC-DOCX",
                        "There is no English document that this file could replace.",
                        "Name its folder and itself as the English one.",
                    )
                )
                continue
            for id in [named] if named else library.procedures():
                data = path.read_bytes()
                for refusal in check_file(library, locale, document, format, library.procedure(id), data, path):
                    found.append(finding(path, "LOC-DOCX", f"{refusal[0]}: {refusal[1]}", refusal[2]))
    return found


TITLES = {
    "LOC-DOCX": "A translator's Word file has the tags of the English and follows it as it is now.",
    "LOC-FILE": "A language's folder has its catalogue, in UTF-8.",
}


def finding(path: Path, rule: str, message: str, help: str = "") -> Finding:
    """A finding about a file of a language as a whole."""
    return Finding(rule, "error", "fault", message, Place(str(path), "", 1, 1), title=TITLES[rule], help=help)
