"""The Word templates: clean files, one look, tags a reader's copy can answer, and words where they are promised."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from cpdocs import parts, source, wordtext
from cpdocs.fields import Field
from cpdocs.library import DocumentType, Library
from cpdocs.template import Template, check, compile_template
from cpdocs.vocabulary import PERSON

TEMPLATES = Path(__file__).parent.parent / "templates"
FILES = sorted(path for path in TEMPLATES.glob("*/*.docx"))
EVERY_FILE = [TEMPLATES / "house.docx", *FILES]
LIBRARY = Library()
PROCEDURES = LIBRARY.procedures()
DOCUMENTS = sorted(LIBRARY.documents.values(), key=lambda document: document.id)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LOOK = [
    "word/styles.xml", "word/numbering.xml", "word/settings.xml", "word/fontTable.xml", "word/theme/theme1.xml",
    "word/header1.xml", "word/header2.xml", "word/footer1.xml", "word/footer2.xml",
]  # fmt: skip
"""What every document has from the house file, so that an author sees in Word what comes out."""
STYLES = [
    "Normal", "Title", "Subtitle", "Heading1", "Heading2", "Heading3", "BodyText", "ListBullet", "ListNumber",
    "ListContinue", "TableText", "TableHeading", "HouseTable", "Label", "Fact", "Decision", "Nothing", "Notice",
    "TaskBox", "Tag",
    "LetterheadName", "Letterhead", "LetterAddress", "LetterDate", "LetterGreeting", "LetterSubject", "LetterClosing",
    "LetterSignature", "SignatureLine", "WritingLine", "Header", "Footer", "FooterNotice", "Draft", "Strong",
    "Emphasis",
]  # fmt: skip
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
OUTLINE = {"Title": 0, "LetterSubject": 1, "Heading1": 1, "Heading2": 2, "Heading3": 3}


def name_of(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def id_of(document: DocumentType) -> str:
    return document.id


@cache
def contents(path: Path) -> dict[str, bytes]:
    return parts.read(path.read_bytes())


@cache
def of_procedure(id: str) -> Mapping[str, Any]:
    """What stands in procedure.yaml: its words and passages, whatever its rules are."""
    tree, _ = source.read(TEMPLATES.parent / "schemas" / id / "procedure.yaml")
    data: Mapping[str, Any] = tree.data
    return data


@cache
def compiled(path: Path, procedure: str) -> Template:
    return compile_template(path.read_bytes(), LIBRARY.house, of_procedure(procedure)["words"])


def root_of(path: Path, part: str = "word/document.xml") -> Any:
    return etree.fromstring(contents(path)[part])


def text_of(element: Any) -> str:
    return "".join(t.text or "" for t in element.iter(W + "t"))


def style_of(paragraph: Any) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if style is None else style.get(W + "val")


# --- the folder


def test_there_is_a_folder_for_every_document_of_the_catalogue() -> None:
    wanted = {f"D{number}" for number in range(1, 24)} - {"D19"}  # D19 is how the others come out in a language
    assert {code for document in DOCUMENTS for code in document.codes} == wanted


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_a_document_is_one_yaml_file_and_its_word_files(document: DocumentType) -> None:
    assert "standard" in document.formats
    assert {path.name for path in document.folder.iterdir()} == {
        "document.yaml",
        *(f"{format}.docx" for format in document.formats),
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_a_document_holds_only_fields_there_are(document: DocumentType) -> None:
    paths = [*document.holds, *document.rests_on, *document.mine, *document.judgements]
    assert [path for path in paths if LIBRARY.fields.at(path) is None] == []


@pytest.mark.parametrize(
    "document", [d for d in DOCUMENTS if d.scope != "record" and d.readers <= {"family", "child"}], ids=id_of
)
def test_after_a_death_nothing_is_made_for_the_family_by_itself(document: DocumentType) -> None:
    assert document.when.get("facts.living") == "yes"


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if d.readers & {"family", "child"}], ids=id_of)
def test_what_a_family_may_read_never_holds_the_chairs_own_business(document: DocumentType) -> None:
    held = " ".join(document.holds)
    for never in ("confidential", "legal_planning.advice", "immigration_status", "household", "workplace", "issued"):
        assert never not in held


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_what_a_document_carries_stands_in_its_word_file(document: DocumentType) -> None:
    path = document.folder / "standard.docx"
    said = "\n".join(
        text_of(paragraph)
        for part in contents(path)
        if re.match(r"word/(document|header\d|footer\d)\.xml", part)
        for paragraph in root_of(path, part).iter(W + "p")
    )
    assert [(row, words) for row, words in document.carries.items() if words not in said] == []


# --- the files


@pytest.mark.parametrize("path", EVERY_FILE, ids=name_of)
def test_a_file_has_no_hidden_parts(path: Path) -> None:
    """No comments, custom XML, thumbnail, macros or anything fetched from outside."""
    assert set(contents(path)) == {
        "[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/document.xml", "word/_rels/document.xml.rels",
        *LOOK,
    }  # fmt: skip
    assert all(b"External" not in data for name, data in contents(path).items() if name.endswith(".rels"))


@pytest.mark.parametrize("path", EVERY_FILE, ids=name_of)
def test_a_file_names_no_author_and_no_day(path: Path) -> None:
    properties = etree.fromstring(contents(path)["docProps/core.xml"])
    assert {etree.QName(child).localname for child in properties} == {"title", "language"}
    assert properties.findtext("{http://purl.org/dc/elements/1.1/}title") == "{{ copy.title }}"


@pytest.mark.parametrize("path", EVERY_FILE, ids=name_of)
def test_a_file_has_no_traces_of_editing(path: Path) -> None:
    whole = b"".join(data for name, data in contents(path).items() if name.endswith(".xml"))
    for trace in (b"w:rsid", b"<w:ins ", b"<w:del ", b"<w:vanish", b"w:comment", b"<w:proofErr", b"<w:bookmarkStart"):
        assert trace not in whole


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_document_looks_like_the_house_file(path: Path) -> None:
    assert [name for name in LOOK if contents(path)[name] != contents(TEMPLATES / "house.docx")[name]] == []


@pytest.mark.parametrize("path", EVERY_FILE, ids=name_of)
def test_pages_are_a4_with_a_first_page_of_their_own(path: Path) -> None:
    [section] = root_of(path).iter(W + "sectPr")
    size = section.find(W + "pgSz")
    assert {size.get(W + "w"), size.get(W + "h")} == {"11906", "16838"}
    assert section.find(W + "titlePg") is not None


def test_the_house_file_has_every_style() -> None:
    sheet = root_of(TEMPLATES / "house.docx", "word/styles.xml")
    styles = {style.get(W + "styleId"): style for style in sheet.iter(W + "style")}
    assert [style for style in STYLES if style not in styles] == []
    shown = {style_of(paragraph) for paragraph in root_of(TEMPLATES / "house.docx").iter(W + "p")}
    headers = {"Header", "Footer", "FooterNotice", "Draft", "LetterheadName", "Letterhead"}
    kinds = {key: style.get(W + "type") for key, style in styles.items()}
    used = {key for key in STYLES if kinds[key] == "paragraph"} - headers - {"Normal"}
    assert used - shown == set(), "the house file shows each style once, so that a council sees what it changes"
    kept = ("Title", "Heading1", "Heading2", "Heading3", "Label", "TableHeading", "LetterSubject", "Decision")
    for first in (*kept, "LetterClosing", "SignatureLine"):
        assert styles[first].find(f"{W}pPr/{W}keepNext") is not None, first


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_sentence_that_leads_to_a_list_stays_with_it(path: Path) -> None:
    told = [p for p in root_of(path).iter(W + "p") if style_of(p) != "Tag"]
    next_to = itertools.pairwise(told)
    leads = [p for p, after in next_to if style_of(p) == "BodyText" and style_of(after) == "ListBullet"]
    wrong = [p for p in leads if text_of(p).endswith(":") and p.find(f"{W}pPr/{W}keepNext") is None]
    assert [text_of(p) for p in wrong] == []


def test_the_house_file_reads_well() -> None:
    defaults = root_of(TEMPLATES / "house.docx", "word/styles.xml").find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    assert defaults.find(W + "sz").get(W + "val") == "24"  # half points: 12 pt
    assert defaults.find(W + "lang").get(W + "val") == "en-GB"
    assert defaults.find(W + "rFonts").get(W + "ascii") == "Arial"


@pytest.mark.parametrize("number", [1, 2])
def test_every_page_says_whose_copy_it_is(number: int) -> None:
    house = TEMPLATES / "house.docx"
    header = [text_of(p) for p in root_of(house, f"word/header{number}.xml").iter(W + "p")]
    at = header.index("DRAFT")
    assert header[at - 1] == '{%p if copy.draft == "yes" %}'
    assert "{{ authority.name }}" in header
    footer = root_of(house, f"word/footer{number}.xml")
    said = " ".join("".join(t.text or " " for t in p.iter(W + "t", W + "tab")) for p in footer.iter(W + "p"))
    assert "{{ words.confidential_notice }}" in said
    assert "Copy for {{ copy.for_name }}. Reference {{ copy.reference }}. Page 1 of 1" in said
    assert [field.get(W + "instr").strip() for field in footer.iter(W + "fldSimple")] == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_tables_are_one_header_row_and_one_repeated_row(path: Path) -> None:
    for table in root_of(path).iter(W + "tbl"):
        rows = table.findall(W + "tr")
        assert len(rows) == 4
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, False, False, False]
        assert text_of(rows[1]).startswith("{%tr for ")
        assert text_of(rows[3]) == "{%tr endfor %}"
        assert next(table.iter(W + "gridSpan", W + "vMerge", W + "hMerge"), None) is None
        columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        assert {len(row.findall(W + "tc")) for row in rows} == {columns}
        assert all(text_of(cell) for cell in rows[0].iter(W + "tc")), "a column needs a heading: large print says it"


@pytest.mark.parametrize("path", EVERY_FILE, ids=name_of)
def test_every_tag_is_typed_in_one_piece_with_straight_quotes(path: Path) -> None:
    for part in contents(path):
        if not re.match(r"word/(document|header\d|footer\d)\.xml", part):
            continue
        for text in root_of(path, part).iter(W + "t"):
            rest = TAG.sub("", text.text or "")
            assert not re.search(r"[{}]", rest), text.text
            for tag in TAG.findall(text.text or ""):
                assert not re.search(r"[“”‘’|!]|\bnot\b|\bis\b", tag), tag


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_control_paragraph_is_in_the_style_for_tags(path: Path) -> None:
    """So that an author tells at a glance what never shows."""
    for paragraph in root_of(path).iter(W + "p"):
        control = text_of(paragraph).startswith("{%")
        assert control == (style_of(paragraph) == "Tag") or not text_of(paragraph)


# --- the names


def names() -> dict[str, str]:
    """Every name a template may ask for, with its type."""
    allowed = dict.fromkeys(("copy.*", "authority.*", "passages.*", "words.*", "sheet.*", "report.*", "pack.*"), "")
    allowed |= {"nothing": "line", "children[].facts.why": "text"}
    allowed |= {f"agencies[].{key}": "line" for key in ("agency", "invited", "attended", "reported")}
    allowed |= {f"{key}[].{name}": "line" for key in ("people", "children") for name in ("title", "role_label")}
    allowed["children[].name_cap"] = allowed["subjects_label"] = "line"
    allowed |= {"attended[].invited": "yesno", "attended[].invited_label": "line"}
    allowed |= {f"reports[].{key}": "line" for key in ("by", "shared_label")}
    for field in LIBRARY.fields.walk():
        allowed |= named(field)
    spoke = {name: kind for name, kind in allowed.items() if name.startswith("attended[].")}
    allowed |= {name.replace("attended", "told"): kind for name, kind in spoke.items()}
    return allowed | {f"also_{name}": kind for name, kind in allowed.items() if name.startswith("invited[].")}


def named(field: Field) -> Mapping[str, str]:
    if field.type in ("person", "child"):
        return {f"{field.pattern}.{key}": "line" for key in PERSON}
    if field.is_leaf:
        label = {f"{field.pattern}_label": "line"} if field.type in ("code", "yesno", "tag") else {}
        if field.type in ("code", "yesno"):
            label |= {f"{field.pattern}_inside": "line"}
        if field.type == "text":
            label |= {f"{field.pattern}_first": "runs", f"{field.pattern}_rest": "text"}
        return {field.pattern: field.type, **label}
    if field.item is not None:
        if field.item.keys:
            return {f"{field.pattern}[].mine": "line"}
        return {f"{field.pattern}_label": "line", f"{field.pattern}_labels[]": "line"}
    return {}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_template_has_nothing_wrong_with_it(path: Path) -> None:
    """Only look-ups, loops and conditions; `else` says nothing but {{ nothing }}; names exist; text is {{p … }}."""
    words = {word for procedure in PROCEDURES for word in of_procedure(procedure)["words"]}
    assert check(path.read_bytes(), names(), house=LIBRARY.house, words=words) == []


@pytest.mark.parametrize("procedure", PROCEDURES)
@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_template_compiles_in_the_words_of_every_procedure(path: Path, procedure: str) -> None:
    assert compiled(path, procedure).names


NOT_RECORDED = {"copy", "authority", "passages", "sheet", "report", "pack", "agencies", "nothing"}
"""What the software says of a copy, of itself or of the council; the rest of a template's names are the record's."""


def asked(path: Path) -> Iterator[str]:
    """The record's own fields that a template prints, in any procedure."""
    person = re.compile(rf"\.({'|'.join(PERSON)})\Z")
    for name in compiled(path, PROCEDURES[0]).names:
        name = name.replace("copy.children", "children")
        if name.split(".")[0].removesuffix("[]") in NOT_RECORDED:
            continue
        for candidate in (name, re.sub(r"_(label|labels\[\]|cap)\Z", "", name), person.sub("", name)):
            if LIBRARY.fields.at(candidate) is not None:
                yield candidate
                break


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_a_template_asks_for_nothing_its_document_may_not_hold(document: DocumentType) -> None:
    def held(path: str) -> bool:
        steps = path.replace("[]", ".[]").split(".")
        for hold in document.holds:
            other = hold.replace("[]", ".[]").split(".")
            shorter = min(len(steps), len(other))
            if steps[:shorter] == other[:shorter]:
                return True
        return False

    for format in document.formats:
        assert sorted({path for path in asked(document.folder / f"{format}.docx") if not held(path)}) == []


def test_every_passage_asked_for_is_switched_on_somewhere_and_off_somewhere() -> None:
    asked_for = {
        name.removeprefix("passages.").replace("_", "-")
        for path in FILES
        for name in compiled(path, PROCEDURES[0]).names
        if name.startswith("passages.")
    }
    on: list[set[str]] = [set(of_procedure(procedure).get("passages") or []) for procedure in PROCEDURES]
    for passage in asked_for:
        assert {passage in switched_on for switched_on in on} == {True, False}, passage


# --- what comes out


NAMING = {"name", "title", "names", "message", "what"}
"""Keys that say who or what an entry is."""


def context(
    names: Iterable[str],
    leaf: str = "",
    rows: int = 0,
    answer: str = "",
    deep: bool = True,
    given: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A context with every name: each leaf the same, each list so long, each yes/no question answered so.

    Without `deep`, lists within lists are empty, and entries hold no more than what they are called.
    """
    given = given or {}
    tree: dict[str, Any] = {}
    for name in sorted(names):
        here = tree
        for step in name.split("."):
            here = here.setdefault(step, {})

    def built(node: dict[str, Any], at: str) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key in {key.removesuffix("[]") for key in node}:
            path = f"{at}.{key}" if at else key
            if f"{key}[]" in node:
                count = int(given.get(f"{path}#", rows if deep or "[]" not in path else 0))
                out[key] = [built(node[f"{key}[]"], f"{path}[]") or leaf for _ in range(count)]
            elif node[key]:
                out[key] = built(node[key], path)
            else:
                own = path.replace("copy.children", "children").replace("told[]", "attended[]")
                whole, _, part = own.rpartition("_")
                field = LIBRARY.fields.at(own)
                if field is None and part in ("first", "rest"):
                    field = LIBRARY.fields.at(whole)
                kind = field.type if field else "text" if path.endswith("facts.why") else ""
                value = given.get(path, "")
                if not value and kind == "yesno":
                    value = answer
                elif not value and leaf and field and field.labels:
                    value = next(iter(field.labels))
                elif not value:
                    named = not deep and rows and key in NAMING
                    value = "yes" if leaf and key == "mine" else "Someone" if named else leaf
                if kind == "list":
                    out[key] = [value] if value else []
                else:
                    shown = wordtext.inline if part == "first" and field else wordtext.paragraphs
                    out[key] = shown(value) if kind == "text" and value else value
        return out

    return built(tree, "")


def paragraphs(docx: bytes) -> list[tuple[str, str]]:
    """(style, text) of the document's paragraphs, tables' included; empty ones left out."""
    root = etree.fromstring(parts.read(docx)["word/document.xml"])
    return [(style_of(p), tabbed(p)) for p in root.iter(W + "p") if text_of(p).strip() or style_of(p) == "WritingLine"]


def tabbed(paragraph: Any) -> str:
    """A heading with what stands beside it after a tab; other paragraphs' text alone."""
    if not style_of(paragraph).startswith("Heading"):
        return text_of(paragraph)
    pieces = (t.text or "" if t.tag == W + "t" else "\t" for t in paragraph.iter(W + "t", f"{W}tab"))
    return "".join(pieces)


def rendered(path: Path, procedure: str = "kent-medway", **more: Any) -> list[tuple[str, str]]:
    template = compiled(path, procedure)
    return paragraphs(template.render(context(template.names, **more)))


CHILD = {
    "kind": "review",
    "nothing": "Nothing recorded in this copy",
    "children#": "1",
    "children[].subject": "yes",
    "copy.children#": "1",
}
"""A review with one child and nothing else written down; `#` says how many entries a list has."""


def bare_headings(found: list[tuple[str, str]]) -> list[str]:
    """Headings with nothing under them, nor beside them: what is there stands behind a tab."""
    wrong = []
    for (style, text), (after, _) in zip(found, [*found[1:], ("Title", "")], strict=True):
        if style in OUTLINE and after in OUTLINE and OUTLINE[after] <= OUTLINE[style] and "\t" not in text:
            wrong.append(text)
    return wrong


@pytest.mark.parametrize("rows", [0, 1])
@pytest.mark.parametrize("answer", ["", "yes", "no"])
@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_heading_stands_over_nothing_where_little_is_recorded(path: Path, answer: str, rows: int) -> None:
    """Also where an entry holds no more than who it is from, or every question is answered with no."""
    given = {**CHILD, "attended[].person.role": "professional", "copy.reader": "family"}
    assert bare_headings(rendered(path, rows=rows, deep=False, answer=answer, given=given)) == []


@pytest.mark.parametrize("procedure", PROCEDURES)
@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_awkward_text_survives_in_every_place(path: Path, procedure: str) -> None:
    """`<`, `&`, quotes and braces in every field, two rows in every list: nothing is lost and nothing breaks."""
    awkward = 'A < B & "C" {{ d }} {% e %}'
    codes = {"children[].subject": "yes", "copy.children[].facts.living": "yes", "copy.reading_level": "teen"}
    found = rendered(path, procedure, leaf=awkward, rows=2, answer="yes", given=codes)
    assert any(awkward in text for _, text in found)
    assert bare_headings(found) == []


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.parent.name in ("minutes", "plan", "confidential-annex")], ids=name_of
)
def test_empty_headings_are_printed_with_their_words(path: Path) -> None:
    found = rendered(path, given=CHILD)
    if path.parent.name == "confidential-annex":
        found = rendered(path, given={**CHILD, "confidential#": "1", "confidential[].title": "Police"})
    assert any(text.endswith("Nothing recorded in this copy") and style != "BodyText" for style, text in found)


def test_the_minutes_always_have_the_childs_view_and_the_sections_every_procedure_asks_for() -> None:
    found = rendered(TEMPLATES / "minutes/standard.docx", given=CHILD)
    headings = [text.partition("\t")[0] for style, text in found if style.startswith("Heading")]
    for heading in (
        "The child's view", "Risk", "What the parents need", "Views, in the order they were asked",
        "The chair's summary", "Decisions about ",
        "Reasons for the decision", "Recommendations", "Dissent", "Next review", "The chair's signature",
    ):  # fmt: skip
        assert heading in headings
    # Risk to the child comes before the parents' own needs (GG-INI-02).
    assert headings.index("Risk") < headings.index("What the parents need")


def test_only_professionals_minutes_say_who_receives_a_copy() -> None:
    minutes = TEMPLATES / "minutes/standard.docx"
    for reader, there in (("professional", True), ("chair", True), ("family", False), ("child", False)):
        found = rendered(minutes, given={**CHILD, "copy.reader": reader})
        said = [text.partition("\t")[0] for _, text in found]
        assert ("Who receives a copy" in said) is there


@pytest.mark.parametrize("format", ["standard", "easy-read"])
def test_a_child_reads_what_they_agreed_to_only_if_they_agreed_to_something(format: str) -> None:
    path = TEMPLATES / f"child-thank-you/{format}.docx"
    given = {**CHILD, "copy.reading_level": "primary"}
    assert "You agreed to:" not in [text for _, text in rendered(path, given=given)]
    given |= {"copy.agreed_actions#": "1", "copy.agreed_actions[].what": "Read to Mum"}
    said = [text for _, text in rendered(path, given=given)]
    assert said[said.index("You agreed to:") + 1] == "Read to Mum"


@pytest.mark.parametrize("format", ["standard", "easy-read"])
@pytest.mark.parametrize("document", ["child-thank-you", "child-letter-plan-ended"])
def test_a_number_that_children_can_ring_stands_there_without_a_name_too(document: str, format: str) -> None:
    given = {**CHILD, "copy.reading_level": "primary", "authority.child_help.telephone": "01632 960001"}
    said = [text for _, text in rendered(TEMPLATES / document / f"{format}.docx", given=given)]
    assert "You can also ring this number: 01632 960001." in said
    given["authority.child_help.name"] = "Sandbank"
    said = [text for _, text in rendered(TEMPLATES / document / f"{format}.docx", given=given)]
    assert [text for text in said if "01632" in text] == ["You can also ring Sandbank on 01632 960001."]


def test_a_child_who_was_kept_out_is_written_to_as_a_child() -> None:
    path = TEMPLATES / "excluded-information/standard.docx"
    given = {**CHILD, "conference.date": "3 May", "authority.help.telephone": "01632 960002"}
    child = [text for _, text in rendered(path, given={**given, "copy.reader": "child"})]
    family = [text for _, text in rendered(path, given={**given, "copy.reader": "family"})]
    assert any("does not mean that you did anything wrong" in text for text in child)
    assert {"About the meeting", "With best wishes,"} <= set(child)
    assert {"Information after the conference", "Yours sincerely,"} <= set(family)
    assert not {text for text in child if len(text) > 20} & {text for text in family if len(text) > 20}


def test_the_chairs_letter_is_handed_over_only_where_there_is_one() -> None:
    path = TEMPLATES / "visit-task/standard.docx"
    given = {**CHILD, "copy.children[].name": "Kit", "copy.children[].correspondence.suitable": "yes"}
    handed = "Hand over the chair's letter to Kit"
    assert handed not in [text for _, text in rendered(path, given=given)]
    assert handed in [text for _, text in rendered(path, given={**given, "copy.letter": "yes"})]


def test_the_file_note_names_each_authority_abroad() -> None:
    path = TEMPLATES / "ending-file-note/standard.docx"
    heading = "Contact with authorities abroad"
    assert heading not in [text for _, text in rendered(path, given=CHILD)]
    liaison = "children[].decision.end.liaison"
    given = {**CHILD, f"{liaison}#": "1", f"{liaison}[].agency": "Barnevernet", f"{liaison}[].country": "Norway"}
    said = [text for _, text in rendered(path, given=given)]
    assert said[said.index(heading) + 1] == "Barnevernet"
    assert any("Norway" in text for text in said)


@pytest.mark.parametrize("level", ["early", "primary", "teen"])
@pytest.mark.parametrize("document", ["child-thank-you", "child-letter-plan-ended"])
def test_each_reading_level_has_words_of_its_own(document: str, level: str) -> None:
    path = TEMPLATES / document / "standard.docx"
    given = {**CHILD, "conference.date": "3 May", "copy.children[].decision.end.ground": "no-longer-at-risk"}
    common = {text for _, text in rendered(path, given=given)}
    own = {text for _, text in rendered(path, given={**given, "copy.reading_level": level})}
    assert len(own - common) >= 3


@pytest.mark.parametrize("format", ["standard", "easy-read"])
@pytest.mark.parametrize("document", ["parent-letter", "parent-letter-plan-ended"])
def test_a_parents_letter_says_only_what_there_is_cause_for(document: str, format: str) -> None:
    path = TEMPLATES / document / f"{format}.docx"
    plain = "\n".join(text for _, text in rendered(path, given=CHILD))
    for words in ("challenge", "letter before proceedings", "solicitor", "lawyer", "Welsh"):
        assert words not in plain
    legal = {**CHILD, "copy.legal_planning": "yes"}
    said = "\n".join(text for _, text in rendered(path, given=legal))
    assert "Nothing has been decided yet" in said
    assert "proceedings" not in said, "English law stands only where the procedure is English (decision 27)"
    english = "\n".join(text for _, text in rendered(path, given={**legal, "passages.english_law": "yes"}))
    assert "letter before proceedings" in english
    assert "letter of issue" in english
    assert "solicitor" in english
    disagreed = "\n".join(text for _, text in rendered(path, given={**CHILD, "copy.disagreed": "yes"}))
    assert "You have the right to challenge it." in disagreed


@pytest.mark.parametrize("path", [path for path in FILES if path.stem != "standard"], ids=name_of)
def test_another_format_leaves_out_no_right_and_no_passage(path: Path) -> None:
    def switches(file: Path) -> set[str]:
        said = ("passages.", "authority.complaints", "authority.advice_line")
        return {name for name in compiled(file, PROCEDURES[0]).names if name.startswith(said) or name in given}

    given = {"copy.disagreed", "copy.legal_planning", "copy.agreed_actions", "copy.part_left_out"}
    assert switches(path.with_name("standard.docx")) <= switches(path)


def test_letters_in_a_welsh_procedure_say_that_welsh_is_welcome() -> None:
    for document in DOCUMENTS:
        if not document.readers & {"family", "child", "outside"} or document.id == "translation-pack":
            continue
        for format in document.formats:
            path = document.folder / f"{format}.docx"
            said = "\n".join(text for _, text in rendered(path, given={**CHILD, "passages.welsh_welcome": "yes"}))
            # a letter to a child says it in a child's words
            child = document.readers == {"child"}
            assert ("We will answer in Welsh, and it will" if child else "We welcome correspondence in Welsh.") in said


@pytest.mark.parametrize("format", ["standard", "easy-read"])
def test_no_plan_is_offered_that_is_made_already(format: str) -> None:
    path = TEMPLATES / f"parent-letter-plan-ended/{format}.docx"
    after = "copy.children[].after_plan"
    given = {**CHILD, "copy.children[].name": "Kit", f"{after}.support_continues": "no"}
    offer = "We can make a"
    change = {"standard": "You can ask for a change", "easy-read": "You can ask at any time"}[format]
    said = "\n".join(text for _, text in rendered(path, given=given))
    assert offer in said
    assert change not in said
    given |= {f"{after}.support_continues": "yes", f"{after}.child_in_need_plan.summary": "Help at home."}
    said = "\n".join(text for _, text in rendered(path, given=given))
    assert offer not in said
    assert change in said


@pytest.mark.parametrize("format", ["standard", "easy-read"])
@pytest.mark.parametrize("level", ["primary", "teen"])
def test_a_child_who_moved_is_not_told_that_they_have_no_plan(format: str, level: str) -> None:
    """The new authority has made its own; only ours has ended."""
    path = TEMPLATES / f"child-letter-plan-ended/{format}.docx"
    given = {**CHILD, "copy.reading_level": level, "copy.children[].decision.end.ground": "moved"}
    said = "\n".join(text for _, text in rendered(path, given=given))
    assert "has ended" in said
    for words in ("any more", "no longer have"):
        assert words not in said
    other = {**given, "copy.children[].decision.end.ground": "no-longer-at-risk"}
    assert re.search("any more|no longer have", "\n".join(text for _, text in rendered(path, given=other)))


def test_a_visit_after_a_plan_has_ended_leads_to_no_core_group() -> None:
    """It would be the group of another child."""
    path = TEMPLATES / "visit-task/standard.docx"
    given = {**CHILD, "copy.children[].name": "Kit", "core_group.next_meeting": "28 March"}
    said = "\n".join(text for _, text in rendered(path, given=given))
    assert "core group" not in said
    assert "Write down what Kit said" in said
    said = "\n".join(text for _, text in rendered(path, given={**given, "copy.plan_open": "yes"}))
    assert "Next core group" in said
    assert "bring it to the core group" in said


@pytest.mark.parametrize(
    ("kind", "open_", "next_meeting", "ended"),
    [
        ("review", "", "", True),
        ("review", "yes", "", False),
        ("review", "", "28 March", False),
        ("initial", "", "", False),
    ],
)
@pytest.mark.parametrize("file", ["decision-record/standard", "decision-record/easy-read", "minutes/standard"])
def test_a_core_group_is_said_to_be_over_only_where_it_is(
    file: str, kind: str, open_: str, next_meeting: str, ended: bool
) -> None:
    """A first conference makes one, and one that meets again goes on, though the child of this copy has no plan."""
    members = {"members#": "1", "members[].title": "Priya Lowan", "members": "yes", "members_label": "Priya Lowan"}
    given = {**CHILD, "kind": kind, "copy.plan_open": open_}
    given |= {f"core_group.{name}": value for name, value in {**members, "next_meeting": next_meeting}.items()}
    said = [text for _, text in rendered(TEMPLATES / f"{file}.docx", given=given)]
    assert "Priya Lowan" in said
    assert ("Up to this conference, this was the core group." in said) is ended


@pytest.mark.parametrize(("reader", "told"), [("family", False), ("professional", False), ("chair", True)])
def test_the_day_of_what_the_police_gave_stands_with_what_they_gave(reader: str, told: bool) -> None:
    """Alone it would tell a reader that there was something, and that it is kept from them."""
    path = TEMPLATES / "minutes/standard.docx"
    given = {**CHILD, "copy.reader": reader, "police_information.provided_on": "25 February"}
    said = "\n".join(text for _, text in rendered(path, given=given))
    assert ("25 February" in said) is told
    said = "\n".join(text for _, text in rendered(path, given={**given, "police_information.summary": "One call."}))
    assert "25 February" in said


LINES = ("about_label", "kept_out", "language_label", "formats_label", "interpreter")


LAST = {"Earlier conferences, and what came of them", "What has happened since the last conference"}
GOING_ON = {"Changes to the plan"}
PLAN = {"The plan for {}", "How {} stays protected"}
AFTER = {"Support after a plan"}


@pytest.mark.parametrize(
    ("kind", "plan", "there"),
    [
        ("initial", "start", PLAN),
        ("initial", "none", AFTER),
        ("review", "continue", LAST | GOING_ON | PLAN),
        ("review", "end", LAST | AFTER),
    ],
)
def test_minutes_have_no_empty_heading_for_what_cannot_be(kind: str, plan: str, there: set[str]) -> None:
    given = {**CHILD, "kind": kind, "children[].decision.plan": plan, "children[].name": "Kit"}
    made = rendered(TEMPLATES / "minutes/standard.docx", given=given)
    empty = {text.split("\t")[0].replace("Kit", "{}") for style, text in made if CHILD["nothing"] in text}
    assert empty & (LAST | GOING_ON | PLAN | AFTER) == there


@pytest.mark.parametrize("there", [lines for n in range(6) for lines in itertools.combinations(LINES, n)], ids=str)
def test_what_is_said_of_someone_to_tell_stays_on_one_page_and_apart_from_the_next(there: tuple[str, ...]) -> None:
    template = compiled(TEMPLATES / "who-to-tell/standard.docx", "kent-medway")
    own = {f"copy.to_tell[].{line}": "part" if line == "kept_out" else line for line in ("title", *there)}
    made = template.render(context(template.names, given={**CHILD, **own, "copy.to_tell#": "2"}))
    body = etree.fromstring(parts.read(made)["word/document.xml"])
    lines = [p for p in body.iter(W + "p") if style_of(p) in ("TaskBox", "ListContinue")]
    kept = [p.find(f"{W}pPr/{W}keepNext") is not None for p in lines]
    assert kept == [*[True] * len(there), False] * 2


def test_an_authority_that_is_not_shown_whether_it_was_written_to_is_told_of_no_day_for_it() -> None:
    """When the written information went out is withheld from it, so the day that it is due by would say: not yet."""
    path = TEMPLATES / "transfer-sheet/standard.docx"
    due = {"copy.children[].facts.written_information_due": "8 August", "passages.written_information": "yes"}
    for reader, there in (("outside", False), ("professional", True), ("chair", True)):
        said = [text for _, text in rendered(path, given={**CHILD, **due, "copy.reader": reader})]
        assert any("8 August" in text for text in said) is there


def test_only_a_move_for_good_waits_for_the_other_authoritys_conference() -> None:
    path = TEMPLATES / "transfer-sheet/standard.docx"
    for permanent, there in (("yes", True), ("", True), ("no", False)):
        given = {**CHILD, "kind": "review", "copy.children[].transfer.permanent": permanent}
        said = [text for _, text in rendered(path, given=given)]
        assert any("receiving authority has held its own conference" in text for text in said) is there


@pytest.mark.parametrize("reader", ["chair", "professional", "family", "child", "outside"])
def test_only_a_letter_to_a_child_is_theirs_to_show(reader: str) -> None:
    """A child who gets minutes has them in confidence, like everyone."""
    for document, own in (("child-thank-you", "yes"), ("minutes", "")):
        template = compiled(TEMPLATES / document / "standard.docx", "kent-medway")
        given = {**CHILD, "copy.reader": reader, "copy.childs_own": own}
        made = parts.read(template.render(context(template.names, given=given)))
        for number in (1, 2):
            foot = text_of(etree.fromstring(made[f"word/footer{number}.xml"]))
            assert ("This letter is for you." in foot) is bool(own)
            assert ("Not to be passed to anyone else" in foot) is (not own)
