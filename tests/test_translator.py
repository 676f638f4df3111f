"""A translator's commands on a small library: a folder made, checked, brought up to date, packed and taken back."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
from pathlib import Path

import docx
import pytest

from cpdocs import catalogue, locales, messages, parts, pseudo, translator, wordtrip
from cpdocs.library import Library
from cpdocs.locales import Locale
from cpdocs.shelf import Shelf
from cpdocs.transform.wordml import XML_SPACE, paragraphs, parse, plain, serialise, w
from tests.synthetic import context_for

ROOT = Path(__file__).parent.parent
DAY = dt.date(2041, 3, 1)
LETTER = (
    "Dear {{ copy.salutation_name }},",
    "We met to speak about the {{ words.plan }} of {{ conference.reference }}.",
    "{%p if conference.place %}",
    "It was in {{ conference.place }}.",
    "{%p endif %}",
)


def saved(*paragraphs_: str, header: str = "") -> bytes:
    document = docx.Document()
    for text in paragraphs_:
        document.add_paragraph(text)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    out = io.BytesIO()
    document.save(out)
    held = parts.read(out.getvalue())
    return parts.write({name: data for name, data in held.items() if "thumbnail" not in name})


def put(path: Path, data: bytes | str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    base = tmp_path / "shipped"
    for name in ("record.schema.json", "locale.schema.json"):
        put(base / "schemas" / name, (ROOT / "schemas" / name).read_bytes())
    put(
        base / "schemas/kent/procedure.yaml",
        "title: Kent\nshort: Kent\nlanguage: en-GB\nwords: {plan: Child Protection Plan}\n"
        "sendings:\n  - {id: X-1, document: letter, to: [parents], cite: §1}\n",
    )
    put(base / "schemas/kent/rules.yaml", "[]\n")
    put(base / "schemas/kent/contents.schema.json", "{}")
    put(base / "templates/house.docx", saved("x", header="Confidential to its reader"))
    put(base / "templates/letter/document.yaml", "title: Letter\nreaders: [family]\nscope: record\napproval: letters\n")
    put(base / "templates/letter/standard.docx", saved(*LETTER))
    return base


@pytest.fixture
def library(root: Path, tmp_path: Path) -> Library:
    (tmp_path / "council").mkdir()
    return Library(tmp_path / "council", root)


def written(files: wordtrip.Files) -> None:
    for path, data in files.items():
        put(path, data)


def translated(library: Library, tag: str, *, skip: str = "") -> Path:
    """A folder for a language in which everything is translated, save what begins with `skip`."""
    written(translator.locale_new(library, tag, DAY))
    path = wordtrip.roots(library)[-1] / tag / locales.MESSAGES
    wanted = translator.collect(library)
    made = pseudo.catalogue(tag, tag, "accents", [m for m in wanted if not (skip and m.english.startswith(skip))])
    path.write_bytes(catalogue.write_po(made, DAY))
    return path


def rules(library: Library, tag: str) -> set[str]:
    return {found.rule for found in translator.locale_check(library, tag)}


def test_everything_that_is_printed_is_collected_once(library: Library) -> None:
    found = [message.english for message in translator.collect(library)]
    assert found[:3] == [
        "Dear {copy.salutation_name},",
        "We met to speak about the Child Protection Plan of {conference.reference}.",
        "It was in {conference.place}.",
    ]
    assert "Confidential to its reader" in found
    keys = [message.key for message in translator.collect(library)]
    assert len(keys) == len(set(keys))


def test_a_language_for_families_is_not_asked_for_what_professionals_get(library: Library, root: Path) -> None:
    put(root / "templates/note/document.yaml", "title: Note\nreaders: [professional]\neverywhere: true\n")
    put(root / "templates/note/standard.docx", saved("Only for professionals."))
    everything = {message.english for message in translator.collect(library)}
    family = {
        message.english for message in translator.collect(library, locales.from_data("pl", {"readers": ["family"]}))
    }
    elsewhere = translator.collect(library, locales.from_data("cy", {"procedures": ["wales"]}))
    assert everything - family >= {"Only for professionals.", "Note"}
    assert "It was in {conference.place}." in family
    assert "It was in {conference.place}." not in {message.english for message in elsewhere}


def test_a_new_language_is_one_folder_of_the_councils_with_what_cldr_knows(library: Library) -> None:
    files = translator.locale_new(library, "ur", DAY)
    written(files)
    folder = wordtrip.roots(library)[-1] / "ur"
    assert set(files) == {folder / "locale.yaml", folder / "messages.po"}
    text = (folder / "locale.yaml").read_text(encoding="utf-8")
    assert "word_tag: ur-PK" in text
    assert "direction: rtl" in text
    found = translator.locale_check(library, "ur")
    assert {each.rule for each in found} == {"LOC-MISSING", "LOC-REVIEW"}
    missing = [each for each in found if each.rule == "LOC-MISSING"]
    assert len(missing) == len(translator.collect(library))
    lines = (folder / "messages.po").read_text(encoding="utf-8").splitlines()
    assert all(lines[each.place.line - 1].startswith("msgid") for each in missing)


@pytest.mark.parametrize("tag", ["english", "en", "../x", "PL", "zzz"])
def test_what_is_no_language_is_refused_in_plain_words(tag: str, library: Library) -> None:
    with pytest.raises(wordtrip.LocaleError) as told:
        translator.locale_new(library, tag, DAY)
    assert told.value.help


def test_a_language_cldr_does_not_know_borrows_anothers_dates(library: Library) -> None:
    written(translator.locale_new(library, "rmc", DAY, name="Carpathian Romani", base="sk"))
    locale, found = wordtrip.load(library, "rmc")
    assert found == []
    assert locale.name == "Carpathian Romani"
    assert locale.date(DAY) == "1. marca 2041"


def test_a_second_folder_for_a_language_is_refused(library: Library) -> None:
    written(translator.locale_new(library, "pl", DAY))
    with pytest.raises(wordtrip.LocaleError, match="already"):
        translator.locale_new(library, "pl", DAY)


def test_a_finished_language_has_nothing_left_but_its_reviewer(library: Library) -> None:
    path = translated(library, "pl")
    assert rules(library, "pl") == {"LOC-REVIEW"}
    with (path.parent / "locale.yaml").open("a", encoding="utf-8") as file:
        file.write("")
    text = (path.parent / "locale.yaml").read_text(encoding="utf-8")
    put(path.parent / "locale.yaml", text.replace("{name: , date: }", "{name: Ola Kowal, date: 2041-02-01}"))
    assert rules(library, "pl") == set()
    locale, _ = wordtrip.load(library, "pl")
    wanted = translator.collect(library)
    assert translator.coverage(locale, wanted) == (len(wanted), len(wanted))


def test_a_key_nobody_knows_in_locale_yaml_is_told(library: Library) -> None:
    path = translated(library, "pl")
    with (path.parent / "locale.yaml").open("a", encoding="utf-8") as file:
        file.write("colour: red\n")
    assert "SCH-KEY" in rules(library, "pl")


def test_a_changed_english_sentence_is_stale_in_each_language_and_nothing_else_is(library: Library, root: Path) -> None:
    for tag in ("pl", "cy"):
        translated(library, tag)
    changed = [text.replace("We met to speak", "We met in order to speak") for text in LETTER]
    put(root / "templates/letter/standard.docx", saved(*changed))
    for tag in ("pl", "cy"):
        done = translator.locale_update(library, tag, DAY)
        assert (done.new, done.stale, done.obsolete) == (0, 1, 0)
        written(done.files)
        found = [each for each in translator.locale_check(library, tag) if each.rule != "LOC-REVIEW"]
        assert [each.rule for each in found] == ["LOC-STALE"]
        assert "in order to speak" in found[0].message
        assert "It was: “We met to speak" in found[0].message
        assert translator.locale_update(library, tag, DAY).files == {}


def test_the_councils_own_word_wins_and_is_checked_where_it_stands(library: Library, root: Path) -> None:
    shipped = root / "templates/locales/pl"
    council = translated(library, "pl").parent
    shutil.copytree(council, shipped)
    own = catalogue.Entry(messages.Message("It was in {conference.place}."), ("Było w {conference.miejsce}.",))
    put(council / "messages.po", catalogue.write_po(catalogue.Catalogue("pl", "pl", (own,)), DAY))
    found = [each for each in translator.locale_check(library, "pl") if each.rule != "LOC-REVIEW"]
    assert {each.rule for each in found} == {"LOC-LOST", "LOC-ADDED"}
    assert {each.place.file for each in found} == {str(council / "messages.po")}
    done = translator.locale_update(library, "pl", DAY)
    written(done.files)
    left = catalogue.read_po((council / "messages.po").read_bytes(), "pl", "pl")
    assert [each.message.english for each in left.entries] == ["It was in {conference.place}."]


def polish(docx_: bytes) -> bytes:
    """A pack as a translator returns it: text changed, tags left."""
    held = parts.read(docx_)
    root = parse(held["word/document.xml"])
    for paragraph in paragraphs(root):
        for node in paragraph.iter(w("t")):
            if "{" not in (node.text or ""):
                node.text = pseudo.made(node.text or "", "accents") if (node.text or "").strip() else node.text
                node.set(XML_SPACE, "preserve")
    held["word/document.xml"] = serialise(root)
    return parts.write(held)


def strong(docx_: bytes) -> bytes:
    """The same letter with the name it greets set off by a style."""
    held = parts.read(docx_)
    look = b'</w:t></w:r><w:r><w:rPr><w:rStyle w:val="Strong"/></w:rPr><w:t>{{ copy.salutation_name }}'
    held["word/document.xml"] = held["word/document.xml"].replace(b"{{ copy.salutation_name }}", look)
    return parts.write(held)


def test_a_word_pack_goes_out_comes_back_and_grows_stale(library: Library, root: Path) -> None:
    put(root / "templates/letter/standard.docx", strong(saved(*LETTER)))
    translated(library, "pl")
    sent = wordtrip.locale_pack(library, "pl", "letter", "kent", to_pdf=lambda data: b"%PDF" + data[:2])
    assert set(sent.send) == {f"letter.standard.kent.pl.{end}" for end in ("docx", "key.docx", "sample.pdf")}
    written(sent.keep)
    back = polish(sent.send["letter.standard.kent.pl.docx"])
    files, refusals = wordtrip.locale_accept(library, "pl", "letter", "kent", back)
    assert refusals == []
    written(files)
    locale, _ = wordtrip.load(library, "pl")
    (place,) = files
    letter, kent = library.documents["letter"], library.procedure("kent")
    ready = Shelf(library).template(letter, kent, locale, "standard", None)
    assert ready.untranslated == ()
    document = ready.template.parts(context_for(ready.template))["word/document.xml"].decode()
    assert "tw4win" not in document
    assert re.search(r"<w:b/>(?:(?!</w:r>).)*value of /copy/salutation_name", document)
    assert locale.own_template("letter", "standard", "kent") == place
    assert locale.own_template("letter", "standard", "other") is None
    assert rules(library, "pl") == {"LOC-REVIEW"}
    changed = (text.replace("We met", "We all met") for text in LETTER)
    put(root / "templates/letter/standard.docx", strong(saved(*changed)))
    stale = [each for each in translator.locale_check(library, "pl") if each.rule == "LOC-DOCX"]
    assert len(stale) == 1
    assert "We all met" in stale[0].message
    found = wordtrip.supplied(library, locale, library.documents["letter"], "standard", library.procedure("kent"))
    assert found is not None
    data, since = found
    assert data == place.read_bytes()
    assert since == ("We all met to speak about the Child Protection Plan of {conference.reference}.",)


def test_a_word_file_without_its_pack_is_not_taken(library: Library) -> None:
    translated(library, "pl")
    sent = wordtrip.locale_pack(library, "pl", "letter", "kent")
    back = polish(sent.send["letter.standard.kent.pl.docx"])
    files, refusals = wordtrip.locale_accept(library, "pl", "letter", "kent", back)
    assert files == {}
    assert "Nothing says which English it was made from" in refusals[0][1]
    letter, kent = library.documents["letter"], library.procedure("kent")
    assert wordtrip.supplied(library, wordtrip.load(library, "pl")[0], letter, "standard", kent) is None


def test_a_damaged_pack_is_not_taken(library: Library) -> None:
    translated(library, "pl")
    sent = wordtrip.locale_pack(library, "pl", "letter", "kent")
    written(sent.keep)
    held = parts.read(polish(sent.send["letter.standard.kent.pl.docx"]))
    held["word/document.xml"] = held["word/document.xml"].replace(b"{{ conference.place }}", b"{ conference.place }")
    files, refusals = wordtrip.locale_accept(library, "pl", "letter", "kent", parts.write(held))
    assert files == {}
    assert any("A tag is broken" in what for _, what, _ in refusals)
    assert wordtrip.locale_accept(library, "pl", "letter", "kent", b"no zip")[1][0][0] == "the file"


HIDDEN = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r></w:p>"


@pytest.mark.parametrize("inside", [HIDDEN, "<w:p><w:r><w:pict/></w:r></w:p>"])
def test_a_pack_that_holds_what_no_template_may_is_not_taken(library: Library, inside: str) -> None:
    translated(library, "pl")
    sent = wordtrip.locale_pack(library, "pl", "letter", "kent")
    written(sent.keep)
    held = parts.read(polish(sent.send["letter.standard.kent.pl.docx"]))
    held["word/document.xml"] = held["word/document.xml"].replace(b"<w:body>", b"<w:body>" + inside.encode())
    files, refusals = wordtrip.locale_accept(library, "pl", "letter", "kent", parts.write(held))
    assert files == {}
    assert refusals


def test_the_key_says_what_a_tag_stands_for(library: Library) -> None:
    translated(library, "pl")
    sent = wordtrip.locale_pack(library, "pl", "letter", "kent")
    text = " ".join(
        plain(p)
        for p in paragraphs(parse(parts.read(sent.send["letter.standard.kent.pl.key.docx"])["word/document.xml"]))
    )
    assert "{{ copy.salutation_name }}" in text
    assert "The name a letter greets, printed as it is." in text


def test_a_preview_is_what_the_flow_builds_and_what_is_still_lacking(library: Library) -> None:
    translated(library, "pl", skip="It was in")

    def build(locale: Locale) -> dict[str, bytes]:
        return {f"letter.{locale.tag}.docx": b"x"}

    made, found = translator.locale_preview(library, "pl", build)
    assert made == {"letter.pl.docx": b"x"}
    assert [each.message for each in found if each.rule == "LOC-NEW"] == [
        "The file doesn't have this text yet: “It was in {conference.place}.”"
    ]


def test_a_document_or_language_that_is_not_there_is_said_with_those_that_are(library: Library) -> None:
    translated(library, "pl")
    with pytest.raises(wordtrip.LocaleError, match="no document minutes") as told:
        wordtrip.locale_pack(library, "pl", "minutes", "kent")
    assert told.value.help == "There are: letter."
    with pytest.raises(wordtrip.LocaleError, match="no folder for so"):
        translator.locale_check(library, "so")
