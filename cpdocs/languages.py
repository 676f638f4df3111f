"""The translator's commands: `cpdocs locale …` for the documents' wording, `cpdocs translation …` for a record's text.

Each function prints what a module found, writes the files it was given, and gives an exit code.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cpdocs.procedure import DataError

if TYPE_CHECKING:
    from cpdocs.locales import Locale
    from cpdocs.results import Made, Prepared
    from cpdocs.shelf import Shelf

Add = Callable[[str, Callable[[Any], int], str], argparse.ArgumentParser]
CLEAN, FINDINGS = 0, 1
MANY = 20
"""So many texts without a translation are shown one by one: a new language has a thousand of them."""


def add(command: Add) -> None:
    """Add these commands to the parser."""
    locale = command("locale", run_locale, "Make, check and preview a language; work in Word with pack and accept.")
    locale.add_argument("action", choices=("new", "update", "check", "preview", "pack", "accept"))
    locale.add_argument("tag", metavar="TAG", nargs="?", help="cy, pl, ur …; `check` without one checks all")
    locale.add_argument("document", metavar="DOCUMENT", nargs="?", help="pack, accept: such as parent-letter")
    locale.add_argument("file", metavar="FILE", nargs="?", type=Path, help="accept: the Word file that came back")
    locale.add_argument("--procedure", metavar="ID", default="", help="pack, accept: in whose words, such as wales")
    locale.add_argument("--variant", metavar="FORMAT", default="standard", help="pack, accept: standard or easy-read")
    locale.add_argument("--record", metavar="RECORD", type=Path, help="preview: an invented record (default: a sample)")
    locale.add_argument("--out", metavar="DIR", type=Path, help="preview, pack: where the files go (default: here)")
    locale.add_argument("--name", default="", help="new: the language's English name")
    locale.add_argument("--base", default="", help="new: a language that dates and counts alike, if it isn't in CLDR")

    text = command("translation", run_translation, "A record's own text for a translator, and back.")
    text.add_argument("action", choices=("pack", "take"))
    text.add_argument("record", metavar="RECORD", type=Path)
    text.add_argument("--for", metavar="PERSON", dest="person", help="pack: the reader whose copies need it")
    text.add_argument("--file", metavar="FILE", type=Path, help="take: the PO or Word file that came back")
    text.add_argument("--language", metavar="TAG", help="take: the language of the file")
    text.add_argument(
        "--out", metavar="DIR", type=Path, default=Path(), help="pack: where the files go (default: here)"
    )


# ------------------------------------------------------------------------------------------------- locale


def run_locale(given: Any) -> int:
    """`cpdocs locale ACTION [TAG] …`."""
    actions: Mapping[str, Callable[[Any], int]] = {
        "new": _new,
        "update": _update,
        "check": _check,
        "preview": _preview,
        "pack": _pack,
        "accept": _accept,
    }
    if given.action != "check" and not given.tag:
        raise DataError(f"`cpdocs locale {given.action}` needs a language.", "Add its tag, such as cy, pl or ur.")
    if given.action in ("pack", "accept") and not given.document:
        raise DataError("Which document?", f"Write: cpdocs locale {given.action} {given.tag} parent-letter")
    if given.action in ("new", "update", "pack", "accept"):
        _may_keep(_library(given))
    return actions[given.action](given)


def _may_keep(library: Any) -> None:
    """A language is kept in the council's folder, or in a checkout where it is to be shipped from."""
    if library.council is None and not (library.root / "pyproject.toml").is_file():
        raise DataError(
            "A language isn't kept in the program's own folder: an upgrade would take it away.",
            "Name your council's folder with --council FOLDER, or ask IT to set CPDOCS_COUNCIL.",
        )


def _library(given: Any, record: Path | None = None) -> Any:
    return given.library_for(given, record)


def _write(files: Mapping[Path, bytes], *, private: bool = False) -> None:
    """Write files beside their places first, so that none is ever half-written.

    `private` is for what holds a record's texts: like every copy it is readable by its owner only.
    """
    import os

    from cpdocs import folder

    for path, data in files.items():
        part = path.with_name(f".{path.name}.part")
        if private:
            folder.make_folders(path.parent)
            part.unlink(missing_ok=True)  # a run that was killed may have left it
            folder.write(part, data)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)
        os.replace(part, path)


def _new(given: Any) -> int:
    from cpdocs import translator

    files = translator.locale_new(_library(given), given.tag, given.today(), name=given.name, base=given.base)
    _write(files)
    for path in files:
        print(f"made {path}")
    print(f"Translate messages.po in Poedit; then: cpdocs locale check {given.tag}")
    return CLEAN


def _update(given: Any) -> int:
    from cpdocs import translator

    done = translator.locale_update(_library(given), given.tag, given.today())
    _write(done.files)
    print(f"{given.tag}: {done.new} new sentences, {done.stale} to look at again, {done.obsolete} no longer needed.")
    return CLEAN


def _check(given: Any) -> int:
    from cpdocs import report, translator

    library = _library(given)
    findings = []
    tags = [given.tag] if given.tag else library.locale_tags()
    for tag in tags:
        findings += translator.locale_check(library, tag)
    missing = frozenset([finding for finding in findings if finding.rule == "LOC-MISSING"][MANY:])
    shown = [finding for finding in findings if finding not in missing]
    files = {finding.place.file for finding in shown}
    sources = {name: Path(name).read_text(encoding="utf-8", errors="replace") for name in files if Path(name).is_file()}
    print(report.text(shown, sources), end="")
    if missing:
        print(f"{len(missing)} more texts aren't translated yet; Poedit lists them.")
    return FINDINGS if any(finding.severity != "advice" for finding in findings) else CLEAN


def _preview(given: Any) -> int:
    """Build every document in the language from an invented record, each reader given that language."""
    from cpdocs import factory, preview

    library = _library(given)
    out = given.out or Path()
    paths = [given.record] if given.record else preview.records(library, given.tag)
    made = 0
    for path in paths:
        for before in (False, True) if path.stem == "review" else (False,):
            folder = preview.build(library, given.tag, path, out, given.today(), before=before)
            made += sum(1 for _ in folder.rglob("*.docx"))
            print(folder)
    print(f"{made} documents to read. They are made from invented records.")
    return CLEAN if made else factory.NOTHING_ISSUED


def _procedure(given: Any, library: Any) -> str:
    known: list[str] = library.procedures()
    if given.procedure and given.procedure not in known:
        raise DataError(f"There is no procedure `{given.procedure}`.", f"Use one of: {', '.join(known)}.")
    if not given.procedure and len(known) > 1:  # a letter in one procedure's words is wrong under another
        write = f"cpdocs locale {given.action} {given.tag} {given.document} --procedure {known[0]}"
        raise DataError("In whose words?", f"Add --procedure with one of: {', '.join(known)}. Such as: {write}")
    return str(given.procedure or known[0])


def _pack(given: Any) -> int:
    from cpdocs import preview, wordtrip

    library = _library(given)
    packed = wordtrip.locale_pack(
        library,
        given.tag,
        given.document,
        _procedure(given, library),
        format=given.variant,
        to_pdf=preview.to_pdf(),
    )
    out = given.out or Path()
    _write({out / name: data for name, data in packed.send.items()})
    _write(packed.keep)
    for name in packed.send:
        print(f"made {out / name}")
    again = f"{given.tag} {given.document} FILE --procedure {_procedure(given, library)}"
    easy = "" if given.variant == "standard" else f" --variant {given.variant}"
    print(f"Send these. What comes back: cpdocs locale accept {again}{easy}")
    return CLEAN


def _accept(given: Any) -> int:
    from cpdocs import wordtrip
    from cpdocs.parts import load

    if given.file is None:
        raise DataError("Which file?", f"Write: cpdocs locale accept {given.tag} {given.document} FILE")
    library = _library(given)
    files, refusals = wordtrip.locale_accept(
        library,
        given.tag,
        given.document,
        _procedure(given, library),
        load(given.file),
        format=given.variant,
    )
    for where, message, help in refusals:
        print(f"{where}: {message}" + (f"\n    {help}" if help else ""))
    if refusals:
        print(f"{given.file} was not taken; {len(refusals)} things to mend.")
        return FINDINGS
    _write(files)
    print(f"{given.file} now takes the place of the derived document.")
    return CLEAN


# -------------------------------------------------------------------------------------------- translation


def run_translation(given: Any) -> int:
    """`cpdocs translation pack RECORD --for PERSON`, `cpdocs translation take RECORD --file FILE --language TAG`."""
    from cpdocs.flow import prepare
    from cpdocs.shelf import Shelf

    library = _library(given, given.record)
    prepared = prepare(given.record, library, given.today())
    if prepared.record is None:
        raise DataError("The record can't be used as it is.", f"See: cpdocs check {given.record}")
    shelf = Shelf(library)
    return _take(given, prepared, shelf) if given.action == "take" else _text_pack(given, prepared, library, shelf)


def _locale(shelf: Shelf, tag: str) -> Locale:
    found = shelf.locale(tag)
    if found is None:
        raise DataError(f"There is no locale `{tag}`.", "Have one made first: cpdocs locale new.")
    return found


def _made(given: Any, prepared: Prepared, library: Any, shelf: Shelf) -> list[Made]:
    from cpdocs.making import make

    return make(prepared, library, shelf, final=False, today=given.today())[0]


def _text_pack(given: Any, prepared: Prepared, library: Any, shelf: Shelf) -> int:
    from cpdocs import sheets, textmemory, translation

    if not given.person:
        raise DataError("For whom?", f"Write: cpdocs translation pack {given.record} --for PERSON")
    wanted = [
        need
        for need in translation.needs(_made(given, prepared, library, shelf), lambda _: ())
        if need.reader == given.person and need.texts
    ]
    if not wanted:
        print(f"Nothing is to be translated for `{given.person}`.")
        return CLEAN
    for need in wanted:
        locale = _locale(shelf, need.locale)
        pack = textmemory.pack(need.texts, locale, sheets.day(need.due), given.today())
        base = given.out / f"{given.record.stem}.{given.person}.{need.locale}"
        files = {base.with_name(f"{base.name}.po"): pack.po, base.with_name(f"{base.name}.docx"): pack.docx}
        _write(files, private=True)
        due = f", needed by {sheets.day(need.due)}" if need.due else ""
        print(f"{base}.po and .docx: {pack.texts} texts, {pack.words} words into {locale.name}{due}")
    print("They hold what this reader receives and nothing else. Keep them as confidential as the record.")
    return CLEAN


def _take(given: Any, prepared: Prepared, shelf: Shelf) -> int:
    from cpdocs import textmemory, translation
    from cpdocs.parts import load

    if not given.file or not given.language:
        raise DataError(
            "Which file, and in which language?",
            f"Write: cpdocs translation take {given.record} --file FILE --language cy",
        )
    locale = _locale(shelf, given.language)
    assert prepared.survey is not None
    texts = [leaf.value for leaf in prepared.survey.leaves]
    memory, unknown = translation.taken(given.record, locale, load(given.file), texts)
    path = translation.sidecar(given.record, locale.tag)
    _write({path: textmemory.write(memory, locale, given.today())}, private=True)
    print(f"{path}: {len(memory.said)} texts in {locale.name}.")
    doubtful = [(source, doubt) for source, said in memory.said.items() for doubt in textmemory.doubts(source, said)]
    for source, doubt in doubtful:
        print(f"  “{source[:60]}”: {doubt}")
    if unknown:
        print(f"  {len(unknown)} texts of the file aren't in the record as it is now; they were left out.")
    return FINDINGS if doubtful or unknown else CLEAN
