"""Word templates in other languages, from right to left, in large print; and files that translators return."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from typing import Any

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from lxml import etree

from cpdocs import locales, parts
from cpdocs.locales import Locale
from cpdocs.transform import enlarge, localise, mirror, pack, returned, sentence, table, variant
from cpdocs.transform.wordml import WP, Parts, W, paragraphs, parse, plain, serialise, w

Document = Any
BODY = "word/document.xml"


def made(build: Callable[[Document], None]) -> dict[str, bytes]:
    """The parts of a Word file that `build` filled."""
    document = docx.Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return parts.read(out.getvalue())


def lines(*texts: str) -> dict[str, bytes]:
    def build(document: Document) -> None:
        for text in texts:
            document.add_paragraph(text)

    return made(build)


def said(tag: str, translations: Mapping[str, str], **data: object) -> Locale:
    return locales.from_data(tag, data, said={("", english): (text,) for english, text in translations.items()})


def texts(made_of: Parts, name: str = BODY) -> list[str]:
    return [plain(paragraph) for paragraph in paragraphs(parse(made_of[name]))]


def runs(made_of: Parts) -> list[tuple[str, set[str]]]:
    """Each run of the body as its text and the names of its properties."""
    found = []
    for run in parse(made_of[BODY]).iter(w("r")):
        text = "".join(node.text or "" for node in run.iter(w("t")))
        look = run.find(w("rPr"))
        names = set() if look is None else {re.sub(r"\{.*\}", "", child.tag) for child in look}
        found.append((text, names - {"lang", "noProof"}))
    return found


def opens(made_of: Parts) -> Document:
    """The parts written and opened again, which fails for a file that isn't whole."""
    return docx.Document(io.BytesIO(parts.write(dict(made_of))))


# --- sentences


def test_formatting_and_tags_split_over_runs_become_marks_and_placeholders_and_come_back() -> None:
    def build(document: Document) -> None:
        paragraph = document.add_paragraph()
        for text, bold in (
            ("Dear {{ ch", False),
            ("ild.na", True),
            ("me }}, please ", False),
            ("come", True),
            (".", False),
        ):
            paragraph.add_run(text).bold = bold or None

    source = made(build)
    assert localise.english_paragraphs(source) == ["Dear {child.name}, please <1>come</1>."]
    done = localise.localise(
        source, said("pl", {"Dear {child.name}, please <1>come</1>.": "<1>Przyjdź</1>, {child.name}, proszę."})
    )
    assert done.complete
    assert runs(done.parts) == [
        ("Przyjdź", {"b"}), (", ", set()), ("{{ child.name }}", set()), (", proszę.", set()),
    ]  # fmt: skip
    opens(done.parts)


def test_page_numbers_breaks_and_links_are_marks_that_may_move() -> None:
    def build(document: Document) -> None:
        paragraph = document.add_paragraph("Page ")
        run = paragraph.add_run()
        for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
            element = OxmlElement("w:instrText" if text else "w:fldChar")
            if text:
                element.text = text
            else:
                element.set(qn("w:fldCharType"), kind)
            run._r.append(element)
        paragraph.add_run(" of this letter")
        paragraph.add_run().add_break(WD_BREAK.LINE)
        paragraph.add_run("ends here")

    source = made(build)
    english = "Page <1/> of this letter<2/>ends here"
    assert localise.english_paragraphs(source) == [english]
    done = localise.localise(source, said("pl", {english: "Koniec listu<2/>strona <1/>"}))
    assert done.complete
    xml = done.parts[BODY].decode()
    assert xml.index("<w:br/>") < xml.index("PAGE")
    assert xml.count('w:fldCharType="begin"') == xml.count('w:fldCharType="end"') == 1


def test_a_tab_parts_two_sentences_and_what_needs_no_translation_stays() -> None:
    def build(document: Document) -> None:
        paragraph = document.add_paragraph()
        paragraph.add_run("Date").bold = True
        paragraph.add_run("\t{{ conference.date }}")

    source = made(build)
    assert localise.english_paragraphs(source) == ["Date"]
    done = localise.localise(source, said("cy", {"Date": "Dyddiad"}))
    assert runs(done.parts) == [("Dyddiad", {"b"}), ("", set()), ("{{ conference.date }}", set())]
    assert b"<w:tab/>" in done.parts[BODY]


@pytest.mark.parametrize(
    ("translation", "why"),
    [
        ("Witaj", "{child.name}, <1> is missing"),
        ("Witaj {child.imię}, <1>przyjdź</1>", "{child.imię} isn't in the English"),
        ("Witaj {child.name}, <1>przyjdź", "<1> is never closed"),
        ("Witaj {child.name}, <1>przyjdź</1> <2>raz</2>", "<2> isn't in the English"),
        ("Witaj {child.name}, <1>przyjdź</1><1>x</1>", "or is there twice"),
        ("Witaj {child.name}, <1>przyjdź</1> {{{{ copy.reference }}}}", "a brace stands in it"),
        ("Witaj {child.name}, <1>przyjdź</1> {{%p if x %}}", "a brace stands in it"),
        ("Witaj {child.name}, {{<1>{{ x }}</1>}}", "a brace stands in it"),
        ("Witaj {child.name}, <1>przyj\u000bdź</1>", "U+000B"),
        ("Witaj {child.name}, <1>przyjdź</1>\u202e", "U+202E"),
    ],
)
def test_a_translation_that_does_not_fit_leaves_the_english_and_says_why(translation: str, why: str) -> None:
    def build(document: Document) -> None:
        paragraph = document.add_paragraph("Dear {{ child.name }}, please ")
        paragraph.add_run("come").bold = True

    source = made(build)
    done = localise.localise(source, said("pl", {"Dear {child.name}, please <1>come</1>": translation}))
    assert not done.complete
    assert why in done.unfit[0]
    assert texts(done.parts) == texts(source)


def test_braces_in_the_english_let_no_tag_in() -> None:
    source = lines("Write {x} and come.")
    (english,) = localise.localise(source, said("pl", {})).untranslated
    assert english == "Write {{x}} and come."
    fits = localise.localise(source, said("pl", {english: "Napisz {{x}} i przyjdź."}))
    assert texts(fits.parts) == ["Napisz {x} i przyjdź."]
    assert localise.localise(source, said("pl", {english: "Napisz {{{{x}}}}."})).unfit


def test_what_has_no_translation_is_named_and_tagged_as_english() -> None:
    done = localise.localise(lines("Come on Monday.", "Bring a friend."), said("ur", {"Bring a friend.": "دوست لائیں"}))
    assert done.untranslated == ("Come on Monday.",)
    tags = [run.find(f"{w('rPr')}/{w('lang')}").get(w("val")) for run in parse(done.parts[BODY]).iter(w("r"))]
    assert tags == ["en-GB", "ur-PK"]
    turned = mirror.mirror(done.parts, "ur-PK")
    first, second = paragraphs(parse(turned[BODY]))
    assert first.find(f"{w('pPr')}/{w('bidi')}").get(w("val")) == "0"
    assert second.find(f"{w('pPr')}/{w('bidi')}").get(w("val")) is None


def test_the_language_is_said_in_the_styles_too() -> None:
    done = localise.localise(lines("Come."), said("ur", {"Come.": "آئیں"}, fonts={"complex": "Noto Naskh Arabic"}))
    defaults = parse(done.parts["word/styles.xml"]).find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}")
    assert defaults.find(w("lang")).get(w("bidi")) == "ur-PK"
    assert defaults.find(w("rFonts")).get(w("cs")) == "Noto Naskh Arabic"


def test_the_words_for_a_child_win_where_there_are_some() -> None:
    locale = locales.from_data(
        "pl", {}, said={("", "Thank you."): ("Dziękujemy Panu.",), ("to a child", "Thank you."): ("Dziękujemy Ci.",)}
    )
    assert texts(localise.localise(lines("Thank you."), locale, "to a child").parts) == ["Dziękujemy Ci."]
    assert texts(localise.localise(lines("Thank you."), locale).parts) == ["Dziękujemy Panu."]


def test_a_child_never_gets_the_words_for_an_adult() -> None:
    polish = said("pl", {"Thank you.": "Dziękujemy Panu.", "Page": "Strona"})

    def build(document: Document) -> None:
        document.sections[0].footer.paragraphs[0].text = "Page"
        document.add_paragraph("Thank you.")

    done = localise.localise(made(build), polish, "to a child")
    assert done.untranslated == ("Thank you.",)
    assert any("Strona" in texts(done.parts, name) for name in done.parts if "footer" in name)


def test_headers_and_picture_descriptions_are_translated() -> None:
    def build(document: Document) -> None:
        document.sections[0].header.paragraphs[0].text = "Confidential"
        document.add_paragraph("Come.")

    source = made(build)
    picture = (
        f'<w:drawing xmlns:w="{W}"><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
        'wordprocessingDrawing"><wp:docPr id="1" name="p" descr="The council’s crest"/></wp:inline></w:drawing>'
    )
    root = parse(source[BODY])
    next(root.iter(w("r"))).append(parse(picture.encode()))
    source[BODY] = serialise(root)
    assert sorted(localise.english_paragraphs(source)) == ["Come.", "Confidential", "The council’s crest"]
    done = localise.localise(
        source,
        said("cy", {"Confidential": "Cyfrinachol", "Come.": "Dewch.", "The council’s crest": "Arfbais y cyngor"}),
    )
    assert done.complete
    assert 'descr="Arfbais y cyngor"' in done.parts[BODY].decode()
    assert any("Cyfrinachol" in texts(done.parts, name) for name in done.parts if "header" in name)


@pytest.mark.parametrize("maker", ["accents", "arabic"])
def test_a_pseudo_locale_leaves_no_english(maker: str) -> None:
    def build(document: Document) -> None:
        document.add_heading("Who was there", 1)
        document.add_paragraph("{%p for child in children %}")
        document.add_paragraph("Dear {{ child.name }}, please come.")
        document.add_paragraph("{%p endfor %}")
        document.add_table(1, 2).cell(0, 0).text = "Name"

    locale = locales.from_data("x-test", {"base": "ar" if maker == "arabic" else "en_GB", "made_by": maker})
    done = localise.localise(made(build), locale)
    left = [sentence.TAG.sub("", text) for text in texts(done.parts)]
    assert done.complete
    assert not [text for text in left if re.search("[A-Za-z]", text)]
    assert [text for text in texts(done.parts) if text.startswith("{%p")] == [
        "{%p for child in children %}", "{%p endfor %}",
    ]  # fmt: skip


# --- right to left


def rtl(source: Parts) -> dict[str, bytes]:
    return mirror.mirror(source, "ur-PK", "Noto Naskh Arabic")


def test_sections_tables_paragraphs_and_runs_are_turned() -> None:
    def build(document: Document) -> None:
        paragraph = document.add_paragraph()
        run = paragraph.add_run("میٹنگ {{ conference.date }}")
        run.bold, run.font.size = True, Pt(14)
        document.add_table(1, 2).cell(0, 0).text = "نام"

    done = rtl(made(build))
    root = parse(done[BODY])
    assert root.find(f".//{w('sectPr')}/{w('bidi')}") is not None
    assert root.find(f".//{w('tblPr')}/{w('bidiVisual')}") is not None
    assert all(p.find(f"{w('pPr')}/{w('bidi')}") is not None for p in root.iter(w("p")))
    look = next(root.iter(w("r"))).find(w("rPr"))
    assert look.find(w("rtl")) is not None
    assert look.find(w("bCs")) is not None
    assert look.find(w("szCs")).get(w("val")) == "28"
    assert look.find(w("lang")).get(w("bidi")) == "ur-PK"
    names = [re.sub(r"\{.*\}", "", child.tag) for child in look]
    assert names == sorted(names, key=["b", "bCs", "sz", "szCs", "rtl", "lang"].index)
    styles = parse(done["word/styles.xml"])
    assert styles.find(f"{w('docDefaults')}/{w('pPrDefault')}/{w('pPr')}/{w('bidi')}") is not None
    opens(done)


def test_word_is_told_which_font_to_take_instead() -> None:
    source = lines("نام")
    done = mirror.mirror(mirror.mirror(source, "ur-PK", "Old Hand", "None"), "ur-PK", "Old Hand", "New Hand")
    told = {
        font.get(w("name")): [(re.sub(r"\{.*\}", "", each.tag), each.get(w("val"))) for each in font]
        for font in parse(done["word/fontTable.xml"])
    }
    assert told["Old Hand"] == [("altName", "New Hand"), ("family", "auto"), ("pitch", "variable")]
    assert len(told) == len(parse(done["word/fontTable.xml"])) == len(parse(source["word/fontTable.xml"])) + 1
    assert mirror.mirror(source, "ur-PK")["word/fontTable.xml"] == source["word/fontTable.xml"]
    opens(done)


def test_words_of_another_script_get_a_run_of_their_own_and_a_tag_stays_whole() -> None:
    done = rtl(lines("فون 01632 960001 یا {{ child.name }} کو GP سے"))
    found = [(text, "rtl" in names) for text, names in runs(done)]
    assert found == [
        ("فون ", True), ("01632 960001", False), (" یا ", True), ("{{ child.name }}", True),
        (" کو ", True), ("GP", False), (" سے", True),
    ]  # fmt: skip
    assert "".join(text for text, _ in found) == "فون 01632 960001 یا {{ child.name }} کو GP سے"
    assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", done[BODY].decode())


def test_alignment_is_not_swapped_but_rules_and_pictures_at_a_side_are() -> None:
    def build(document: Document) -> None:
        paragraph = document.add_paragraph("نام")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        borders = OxmlElement("w:pBdr")
        left = OxmlElement("w:left")
        left.set(qn("w:val"), "single")
        borders.append(left)
        paragraph._p.get_or_add_pPr().append(borders)
        place = etree.fromstring(f'<wp:positionH xmlns:wp="{WP}"><wp:align>left</wp:align></wp:positionH>')
        paragraph.add_run()._r.append(place)

    once = rtl(made(build))
    for done in (once, rtl(once)):  # a translator's file is turned when it goes out, and again when it is used
        (paragraph,) = paragraphs(parse(done[BODY]))
        assert paragraph.find(f"{w('pPr')}/{w('jc')}").get(w("val")) == "right"
        assert paragraph.find(f"{w('pPr')}/{w('pBdr')}/{w('right')}") is not None
        assert paragraph.find(f"{w('pPr')}/{w('pBdr')}/{w('left')}") is None
        assert paragraph.findtext(f".//{{{WP}}}align") == "right"


def test_a_line_of_an_address_is_read_from_the_left_and_stands_at_the_right() -> None:
    def build(document: Document) -> None:
        document.styles.add_style("LetterAddress", 1)
        document.add_paragraph("{{ line }}", style="LetterAddress")

    (paragraph,) = paragraphs(parse(rtl(made(build))[BODY]))
    assert paragraph.find(f"{w('pPr')}/{w('bidi')}").get(w("val")) == "0"
    assert paragraph.find(f"{w('pPr')}/{w('jc')}").get(w("val")) == "right"


def test_joined_letters_get_no_spacing_and_no_slant() -> None:
    def build(document: Document) -> None:
        run = document.add_paragraph().add_run("نام")
        run.italic = True
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), "40")
        run._r.get_or_add_rPr().append(spacing)

    ((_, names),) = runs(rtl(made(build)))
    assert "spacing" not in names
    assert "iCs" not in names
    assert "bCs" in names


def test_numbers_of_lists_are_turned() -> None:
    done = rtl(made(lambda document: document.add_paragraph("نام", style="List Number")))
    levels = [
        level
        for level in parse(done["word/numbering.xml"]).iter(w("lvl"))
        if level.find(w("numFmt")).get(w("val")) == "decimal"
    ]
    assert levels
    assert all(level.find(f"{w('rPr')}/{w('rtl')}") is not None for level in levels)


# --- large print


def styled(document: Document) -> None:
    document.add_heading("Decision", 1)
    run = document.add_paragraph().add_run("This matters.")
    run.italic = True
    run.font.size = Pt(8)
    paragraph = document.add_paragraph("Right.")
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.line_spacing = Pt(12)
    document.sections[0].footer.paragraphs[0].add_run("Page 1").font.size = Pt(7)


@pytest.mark.parametrize("points", [16, 18, 24, 36])
def test_nothing_is_smaller_than_the_size_asked_for_and_headings_stay_larger(points: float) -> None:
    done = enlarge.enlarge(made(styled), points)
    smallest = round(points * 2)
    sizes = [
        int(size.get(w("val")))
        for name in done
        if re.fullmatch(r"word/(document|styles|numbering|footer[0-9]|header[0-9])\.xml", name)
        for size in parse(done[name]).iter(w("sz"), w("szCs"))
        if size.getparent().tag == w("rPr")
    ]
    assert min(sizes) == smallest
    heading = next(s for s in parse(done["word/styles.xml"]).iter(w("style")) if s.get(w("styleId")) == "Heading1")
    assert int(heading.find(f"{w('rPr')}/{w('sz')}").get(w("val"))) > smallest
    opens(done)


def test_text_is_left_aligned_upright_airy_and_on_a4() -> None:
    done = enlarge.enlarge(made(styled), 18)
    for name in (BODY, "word/styles.xml"):
        root = parse(done[name])
        for gone in ("jc", "i", "iCs", "u", "caps"):
            inside = [e for e in root.iter(w(gone)) if e.getparent().tag in (w("pPr"), w("rPr"))]
            assert inside == [], gone
    root = parse(done[BODY])
    size = root.find(f".//{w('sectPr')}/{w('pgSz')}")
    assert (size.get(w("w")), size.get(w("h"))) == ("11906", "16838")
    spacing = [e for e in root.iter(w("spacing")) if e.get(w("line"))]
    assert [(e.get(w("line")), e.get(w("lineRule"))) for e in spacing] == [("324", "auto")]
    assert ("This matters.", {"b", "bCs", "sz"}) in [(t, n - {"szCs"}) for t, n in runs(done)]


@pytest.mark.parametrize(("line", "given"), [(1.35, 1.35), (1.2, 1.25), (1.0, 1.0)])
def test_a_font_that_is_tall_as_it_is_gets_no_more_air(line: float, given: float) -> None:
    def build(document: Document) -> None:
        document.styles["Normal"].paragraph_format.line_spacing = 1.25  # the house's own
        document.add_paragraph("سطر")

    styles = parse(enlarge.enlarge(made(build), 16, line=line)["word/styles.xml"])
    normal = styles.find(f"{w('style')}[@{w('styleId')}='Normal']")
    assert normal.find(f"{w('pPr')}/{w('spacing')}").get(w("line")) == str(round(given * 240))


def test_large_print_begins_at_sixteen_points() -> None:
    with pytest.raises(ValueError, match="16"):
        enlarge.enlarge(made(styled), 15)


def tabled(*rows: tuple[str, ...]) -> Callable[[Document], None]:
    def build(document: Document) -> None:
        table_ = document.add_table(0, max(len(row) for row in rows))
        for row in rows:
            cells = table_.add_row().cells
            for cell, text in zip(cells, row, strict=False):
                cell.text = text

    return build


LOOP = (
    ("Name", "Agency", "Views"),
    ("{%tr for entry in attended %}",),
    ("{{ entry.person.name }}", "{{ entry.person.agency }}", "{{p entry.contribution }}"),
    ("{%tr endfor %}",),
)


def test_a_table_of_one_repeated_row_becomes_labelled_blocks() -> None:
    done = enlarge.enlarge(made(tabled(*LOOP)), 18)
    assert texts(done) == [
        "{%p for entry in attended %}",
        "Name: {{ entry.person.name }}",
        "{%p if entry.person.agency and entry.contribution %}",
        "Agency: {{ entry.person.agency }}",
        "{%p elif entry.person.agency %}",
        "Agency: {{ entry.person.agency }}",
        "{%p endif %}",
        "{%p if entry.contribution %}",
        "Views:",
        "{{p entry.contribution }}",
        "{%p endif %}",
        "{%p endfor %}",
    ]
    assert parse(done[BODY]).find(f".//{w('tbl')}") is None
    assert ("Name", {"b", "bCs"}) in runs(done)
    # a line stays with the next of its row, and the last of a row with nothing
    kept = [p.find(f"{w('pPr')}/{w('keepNext')}") is not None for p in parse(done[BODY]).iter(w("p"))]
    assert [text for text, stays in zip(texts(done), kept, strict=True) if stays] == [
        "Name: {{ entry.person.name }}",
        "Agency: {{ entry.person.agency }}",
        "Views:",
    ]
    assert kept.index(True, 2) < texts(done).index("{%p elif entry.person.agency %}")


def test_a_heading_of_two_paragraphs_is_a_label_whole() -> None:
    def build(document: Document) -> None:
        tabled(*LOOP)(document)
        cell = document.tables[0].rows[0].cells[1]
        cell.text = "By when"
        cell.add_paragraph("(a date)")

    assert "By when (a date): {{ entry.person.agency }}" in texts(enlarge.enlarge(made(build), 18))


def test_a_table_that_is_held_together_becomes_blocks_that_may_part() -> None:
    def build(document: Document) -> None:
        tabled(*LOOP)(document)
        for cell in document.tables[0].rows[2].cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True

    held, loose = (parse(enlarge.enlarge(made(table), 18)[BODY]) for table in (build, tabled(*LOOP)))
    assert len(list(held.iter(w("keepNext")))) == len(list(loose.iter(w("keepNext"))))


def test_labels_are_in_the_language_and_with_its_colon() -> None:
    words = {"Name": "Nom", "Agency": "Service", "Views": "Avis"}
    said_ = {("", english): (text,) for english, text in words.items()}
    french = locales.from_data("fr", {}, said={**said_, ("phrase:label", "{label}:"): ("{label}\u00a0:",)})
    done = variant.vary(made(tabled(*LOOP)), french, points=20)
    assert "Nom\u00a0: {{ entry.person.name }}" in texts(done.parts)


@pytest.mark.parametrize(
    "rows",
    [
        (("Name", "Agency"), ("Rhea", "GP")),
        (*LOOP[:3], ("{{ entry.b }}", "x", "y"), LOOP[3]),
        (LOOP[1], LOOP[2], LOOP[3], ("a", "b", "c")),
    ],
)
def test_another_table_stays_a_table_without_fixed_widths(rows: tuple[tuple[str, ...], ...]) -> None:
    done = enlarge.enlarge(made(tabled(*rows)), 18)
    layout = parse(done[BODY]).find(f".//{w('tblPr')}/{w('tblLayout')}")
    assert layout.get(w("type")) == "autofit"


def test_a_table_with_merged_cells_stays_a_table() -> None:
    def build(document: Document) -> None:
        tabled(*LOOP)(document)
        row = document.tables[0].rows[2]
        row.cells[0].merge(row.cells[1])

    assert parse(enlarge.enlarge(made(build), 18)[BODY]).find(f".//{w('tbl')}") is not None


def test_a_label_and_its_value_need_no_tab() -> None:
    def build(document: Document) -> None:
        paragraph = document.add_paragraph()
        paragraph.add_run("Date").bold = True
        paragraph.add_run("\t{{ conference.date }}")
        document.sections[0].footer.paragraphs[0].text = "Copy\tPage"

    done = enlarge.enlarge(made(build), 18)
    assert texts(done) == ["Date: {{ conference.date }}"]
    assert runs(done)[0] == ("Date:", {"b"})
    footer = next(name for name in done if "footer" in name)
    assert b"<w:br/>" in done[footer]
    assert b"<w:tab/>" not in done[footer]


def test_a_line_to_sign_on_stays_one() -> None:
    def build(document: Document) -> None:
        style = document.styles.add_style("SignatureLine", 1)
        style.paragraph_format.tab_stops.add_tab_stop(3_600_000, leader=4)
        document.add_paragraph("Signed \t", style=style)

    done = enlarge.enlarge(made(build), 20)
    assert parse(done[BODY]).find(f".//{w('r')}/{w('tab')}") is not None
    leaders = [tab.get(w("leader")) for tab in parse(done["word/styles.xml"]).iter(w("tab"))]
    assert [leader for leader in leaders if leader] == ["heavy"]


def test_a_label_that_ends_a_sentence_gets_no_colon() -> None:
    def build(document: Document) -> None:
        for label in ("Heard.", "بات سنی گئی۔", "تاریخ"):
            document.add_paragraph(f"{label}\t{{{{ x }}}}")

    assert texts(enlarge.enlarge(made(build), 20)) == ["Heard. {{ x }}", "بات سنی گئی۔ {{ x }}", "تاریخ: {{ x }}"]


def test_a_label_leads_into_its_text_with_the_languages_colon() -> None:
    def build(document: Document) -> None:
        document.styles.add_style("Lead", 1)
        for label in ("Concerns", "The plan goes on."):
            line = document.add_paragraph(style="Lead")
            line.add_run(label).bold = True
            line.add_run("\t{{ x }}")
        document.add_paragraph("Time\t{{ y }}")

    led = variant.led(made(build), "{label} :")
    assert texts(led) == ["Concerns : {{ x }}", "The plan goes on. {{ x }}", "Time{{ y }}"]
    assert led[BODY].count(b"<w:tab/>") == 1


def test_pale_text_is_printed_dark() -> None:
    def build(document: Document) -> None:
        from docx.shared import RGBColor

        document.add_paragraph().add_run("pale").font.color.rgb = RGBColor(0x80, 0x80, 0x80)
        document.add_paragraph().add_run("dark").font.color.rgb = RGBColor(0x20, 0x20, 0x60)

    assert [names for _, names in runs(enlarge.enlarge(made(build), 18))] == [set(), {"color"}]


def test_large_print_from_right_to_left_is_both() -> None:
    locale = locales.from_data("x-rtl", {"base": "ar", "made_by": "arabic", "fonts": {"complex": "Noto Naskh Arabic"}})
    done = variant.vary(made(styled), locale, points=20)
    assert done.complete
    root = parse(done.parts[BODY])
    assert all(p.find(f"{w('pPr')}/{w('bidi')}") is not None for p in root.iter(w("p")))
    assert min(int(e.get(w("val"))) for e in root.iter(w("szCs"))) == 40
    opens(done.parts)


def test_a_variants_key_tells_languages_sizes_and_catalogues_apart() -> None:
    one, two = said("pl", {"a": "b"}), said("pl", {"a": "c"})
    keys = {
        variant.Variant(one).key,
        variant.Variant(two).key,
        variant.Variant(one, points=18).key,
        variant.Variant(one, "to a child").key,
        variant.Variant(one, own=True).key,
    }
    assert len(keys) == 5
    assert variant.Variant(one).key == variant.Variant(said("pl", {"a": "b"})).key


# --- files that translators return

ENGLISH = (
    "Dear {{ child.name }}, we met.",
    '{%p if conference.held == "online" %}',
    "It was online, on {{ conference.date }}.",
    "{%p endif %}",
    "{%p for action in actions %}",
    "{{ action.what }} by {{ action.owner.name }}",
    "{%p endfor %}",
)
POLISH = (
    "Drogi {{ child.name }}, spotkaliśmy się.",
    ENGLISH[1],
    "Spotkanie było {{ conference.date }} przez internet.",
    ENGLISH[3],
    ENGLISH[4],
    "{{ action.owner.name }} zrobi: {{ action.what }}",
    ENGLISH[6],
)


def refused(*theirs: str, made_from: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    english = lines(*ENGLISH)
    found = returned.check_returned(lines(*theirs), english, said("pl", {}), made_from)
    assert all(each.help for each in found)
    return [(each.where, each.message) for each in found]


def changed(at: int, text: str | None) -> tuple[str, ...]:
    return (*POLISH[:at], *((text,) if text is not None else ()), *POLISH[at + 1 :])


def test_a_good_return_is_taken() -> None:
    assert refused(*POLISH, made_from=returned.fingerprints(lines(*ENGLISH))) == []


@pytest.mark.parametrize(
    ("theirs", "where", "what"),
    [
        (changed(0, "Drogi rodzicu, spotkaliśmy się."), "paragraph 1 (“Dear", "{{ child.name }} is missing"),
        (changed(0, POLISH[0] + " {{ child.home }}"), "paragraph 1 (“Drogi", "{{ child.home }} was added"),
        (changed(0, POLISH[0] + " {{ child.name }}"), "paragraph 1 (“Drogi", "{{ child.name }} was added"),
        (changed(1, "{%p if conference.held == “online” %}"), "paragraph 2 (“{%p if", "have turned curly"),
        (changed(2, "Spotkanie było { conference.date }} tam."), "paragraph 3 (“Spotkanie", "A tag is broken"),
        (changed(3, None), "paragraph 4 (“", "The loops and conditions differ"),
        (changed(6, None), "paragraph 7", "{%p endfor %} is missing"),
        (changed(6, "{%p endfor %}{%p if x %}"), "paragraph 7", "The loops and conditions differ"),
        (changed(2, ENGLISH[2]), "“It was online", "still in English"),
        (changed(5, POLISH[5].replace("{{ action.what }}", "{{ action.what.__class__ }}")), "paragraph 6", "was added"),
    ],
)
def test_a_bad_return_is_refused_with_its_paragraph_named(theirs: tuple[str, ...], where: str, what: str) -> None:
    found = refused(*theirs)
    assert any(there.startswith(where) and what in told for there, told in found), found


def test_a_field_a_macro_or_a_link_outside_is_refused() -> None:
    english, theirs = lines(*ENGLISH), lines(*POLISH)
    theirs["word/vbaProject.bin"] = b"x"
    root = parse(theirs[BODY])
    field = OxmlElement("w:instrText")
    field.text = ' DDEAUTO "c:/x" '
    next(root.iter(w("r"))).append(field)
    theirs[BODY] = serialise(root)
    rels = parse(theirs["word/_rels/document.xml.rels"])
    rels[0].set("TargetMode", "External")
    theirs["word/_rels/document.xml.rels"] = serialise(rels)
    told = " ".join(each.message for each in returned.check_returned(theirs, english, said("pl", {})))
    assert "vbaProject" in told
    assert "A Word field was added (DDEAUTO)" in told
    assert "points to something outside" in told


def test_a_return_made_from_earlier_english_is_stale_with_the_sentence_named() -> None:
    before = ("Dear {{ child.name }}, we met on Monday.", *ENGLISH[1:])
    found = refused(*POLISH, made_from=returned.fingerprints(lines(*before)))
    assert found == [
        ("“Dear {child.name}, we met.”", "The English has changed here since the file was sent to the translator.")
    ]


def test_right_to_left_text_set_from_left_to_right_is_refused() -> None:
    english, theirs = lines("We met on Monday."), lines("ہم پیر کو ملے۔")
    urdu = said("ur", {})
    assert "set from left to right" in returned.check_returned(theirs, english, urdu)[0].message
    assert returned.check_returned(mirror.mirror(theirs, "ur-PK"), english, urdu) == []


# --- what is sent to a translator who works in Word


@pytest.mark.parametrize("tag", ["pl", "ur"])
def test_each_tag_of_a_pack_is_one_run_in_a_protected_style_and_the_pack_comes_back_whole(tag: str) -> None:
    def build(document: Document) -> None:
        paragraph = document.add_paragraph("Dear {{ chi")
        paragraph.add_run("ld.name }}, we met.").bold = True
        document.add_paragraph("{%p if child.plan %}")
        document.add_paragraph("{%p endif %}")
        document.sections[0].header.paragraphs[0].text = "Confidential"

    source, locale = made(build), said(tag, {})
    sent = pack.protected(source, locale)
    styled_ = {}
    for run in parse(sent[BODY]).iter(w("r")):
        style = run.find(f"{w('rPr')}/{w('rStyle')}")
        if style is not None:
            styled_["".join(node.text for node in run.iter(w("t")))] = style.get(w("val"))
    assert styled_ == {
        "{{ child.name }}": pack.INTERNAL, "{%p if child.plan %}": pack.EXTERNAL, "{%p endif %}": pack.EXTERNAL,
    }  # fmt: skip
    names = {style.name for style in opens(sent).styles}
    assert {pack.INTERNAL, pack.EXTERNAL} <= names
    assert not any("Confidential" in text for name in sent if "header" in name for text in texts(sent, name))
    found = returned.check_returned(sent, source, locale, returned.fingerprints(source))
    assert {each.message for each in found} == {"This paragraph is still in English."}


def test_the_key_names_every_tag_once() -> None:
    key = pack.key(lines(*ENGLISH), "Letter", {"{{ child.name }}": "The child's name."})
    rows = table.rows_of(key)
    assert [tag for tag, _ in rows] == list(dict.fromkeys(pack.tags_of(lines(*ENGLISH))))
    assert dict(rows)["{{ child.name }}"] == "The child's name."
    assert dict(rows)["{%p endfor %}"] == "Here ends the part that began with for."
    opens(key)
