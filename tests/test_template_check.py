"""A template's keeper is told everything that is wrong with it, where, and what to do."""

from __future__ import annotations

import contextlib
import copy
import io
import random
import re
import time
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from cpdocs import parts
from cpdocs.template import RenderError, TemplateError, check, compile_template
from tests.features import OFFICE, SPACES, Feature, docx, features, package, paragraph, relations

NAMES = {
    "copy.for_name": "line",
    "copy.draft": "yesno",
    "nothing": "line",
    "children[].name": "name",
    "children[].risk.worries": "text",
    "children[].plan.actions[].what": "line",
    "authority.*": "",
}
MARKED = "| What | Who |\n| {%tr for a in list %} | |\n| {{ a.x }} | {{ a.y }} |\n| {%tr endfor %} | |"


def said(text: str, names: object = NAMES, **more: object) -> list[str]:
    return [f"{p.place}: {p.message} {p.help}" for p in check(docx(text), names, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize("feature", features(), ids=lambda feature: feature.name)
def test_nothing_is_wrong_with_the_feature_templates(feature: object) -> None:
    assert [p for p in check(feature.docx) if p.severity == "error"] == []  # type: ignore[attr-defined]


def test_a_good_template_has_no_problems() -> None:
    text = (
        "Dear {{ copy.for_name }}\n{%p for child in children %}\n{{ child.name }}\n{{p child.risk.worries }}\n"
        "| What | Where |\n| {%tr for a in child.plan.actions %} | |\n| {{ a.what }} | {{ authority.name }} |\n"
        '| {%tr endfor %} | |\n{%p endfor %}\n{%p if children %}\n{{ words.plan }}\n'
        '{%p else %}\n{{ nothing }}\n{%p endif %}'
    )
    assert said(text, words=["plan"]) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ok\n{{ copy.for_nane }}", "paragraph 2: There is no “copy.for_nane”. Did you mean “copy.for_name”?"),
        ("{{ for_name }}", "paragraph 1: There is no “for_name”. Did you mean “copy.for_name”?"),
        ("{%p for c in children %}\n{{ c.nmae }}\n{%p endfor %}",
         "paragraph 2: There is no “children[].nmae”. Did you mean “children[].name”?"),
        ("{{ c.name }}", "There is no “c.name”."),
        ("{%p for child in children %}\n{{ chld.name }}\n{%p endfor %}", "Did you mean “child.name”?"),
        ('<w:p><w:r><w:br w:type="page"/><w:t>{%p if copy.draft %}</w:t></w:r></w:p>\n{%p endif %}', "would be lost"),
        ('<w:p><w:pPr><w:pageBreakBefore/></w:pPr><w:r><w:t>{%p if copy.draft %}</w:t></w:r></w:p>\n{%p endif %}',
         "The page break before {%p if copy.draft %} would be lost."),
        ('<w:p><w:r><w:t>{{p nothing }}</w:t></w:r><w:fldSimple w:instr=" PAGE "/></w:p>',
         "What stands beside {{p nothing }} would be lost."),
        ("{{ copy }}", "“copy” is a group, so it can't be printed."),
        ("{{ children }}", "“children” is a list, so it can't be printed."),
        ("{%p if copy %}\nx\n{%p endif %}", "“copy” is a group of names, so it is always there."),
        ("{%p for c in copy.draft %}\nx\n{%p endfor %}", "“copy.draft” isn't a list."),
        ("{%p for c in children %}\n{{ c.risk.worries }}\n{%p endfor %}", "Print it with {{p c.risk.worries }}"),
        ("{{p copy.for_name }}", "“copy.for_name” is a single line. Print it with {{ copy.for_name }}."),
        ("{{ words.pla }}", "The procedure has no word “pla”. Did you mean “words.plan”?"),
        ("{%p if words.plan %}\nx\n{%p endif %}", "A procedure's words are filled in before conditions are read."),
        ("{%p if not copy.draft %}\nx\n{%p endif %}", "`not` isn't used in templates."),
        ("{%p if copy.draft != 'yes' %}\nx\n{%p endif %}", "Only == can compare."),
        ("{%p if copy.draft > 'yes' %}\nx\n{%p endif %}", "Only == can compare."),
        ("{%p if copy.draft in 'yes' %}\nx\n{%p endif %}", "Only == can compare."),
        ("{%p if copy.draft is defined %}\nx\n{%p endif %}", "`is` isn't used in templates."),
        ("{%p if copy.draft %}\nx\n{%p else %}\nnot a draft\n{%p endif %}",
         "paragraph 4: Below “else” stands more than {{ nothing }}."),
        ("{%p if copy.draft %}\nx\n{%p else %}\n{{ copy.for_name }}\n{%p endif %}", "Below “else” stands more"),
        ("{%p if copy.draft %}\nx\ny\n{%p else %}\ny {{ nothing }}\n{%p endif %}", "Below “else” stands more"),
        ("{%p if copy.draft %}\nx\n{%p else %}\n{{ nothing }}\n{%p elif copy.draft %}\n{%p endif %}",
         "stands after “else”"),
        ("Dear {% if copy.draft %}x{% endif %}", "paragraph 1: A condition or loop stands inside a paragraph."),
        ("{%r if copy.draft %}x{%r endif %}", "A condition or loop stands inside a paragraph."),
        ("{%p if copy.draft %} lost words", "What stands beside {%p if copy.draft %} would be lost."),
        ("{%p if copy.draft %}{%p endif %}", "Two tags stand in one paragraph"),
        ("{%p if copy.draft %}\nx", "paragraph 1: “if” is never closed. Add {%p endif %}."),
        ("{% p if copy.draft %}", "Write {%p if copy.draft %}: “p” stands small and right behind the brace."),
        ("{%P if copy.draft %}", "Write {%p if copy.draft %}: “p” stands small"),
        ("{{ r copy.for_name }}", "Write {{r copy.for_name }}: “r” stands small"),
        ("{%p endfor %}", "“endfor” doesn't belong to an open “for”."),
        ("{%p if copy.draft %}\n{%p for c in children %}\n{%p endif %}\n{%p endfor %}",
         "Close what was opened last: for."),
        ("{%p for c in children %}\n{%p for c in children %}\n{%p endfor %}\n{%p endfor %}", "already uses “c”"),
        ("{%p for a, b in children %}\n{%p endfor %}", "This loop can't be read."),
        ("{%p for c in children if c.name %}\n{%p endfor %}", "A loop takes the whole list."),
        ("{%tr for c in children %}\n{%tr endfor %}", "{%tr … %} stands outside a table."),
        ("| a | b |\n| {%tr for c in children %} | lost |\n| {{ c.name }} | |\n| {%tr endfor %} | |",
         "table 1, row 2, cell 1: What stands beside {%tr for c in children %} would be lost."),
        ("| a | b |\n| {%tr for c in children %} | {%tr endfor %} |",
         "table 1, row 2, cell 1: Two tags stand in one row"),
        ("{%p for c in children %}\n| a | {%p endfor %} |", "stands in another place than the “for”"),
        ("{{ copy.for_name", "paragraph 1: “{{” opens a tag that isn't closed in the same paragraph."),
        ("{{ copy.for_name }\n}", "isn't closed in the same paragraph"),
        ("copy.for_name }}", "“}}” closes a tag that was never opened"),
        ("{{ copy.{{ for_name }}", "opens a tag within a tag"),
        ("{%- if copy.draft %}", "swallows the text around it"),
        ("{{ copy.for_name|upper }}", "Filters (`|`) aren't used in templates."),
        ("{{ copy.for_name|safe }}", "Filters (`|`) aren't used in templates."),
        ("{{ copy.for_name() }}", "Nothing can be called in a template."),
        ("{{ range(10) }}", "Nothing can be called in a template."),
        ("{{ copy['for_name'] }}", "Square brackets aren't used in templates."),
        ("{{ children[0].name }}", "Square brackets aren't used in templates."),
        ("{{ 1 + 1 }}", "This isn't part of the template language."),
        ("{{ 'x' }}", "This isn't part of the template language."),
        ("{{ none }}", "This isn't part of the template language."),
        ("{{ 'a' ~ 'b' }}", "This isn't part of the template language."),
        ("{{ [1, 2] }}", "This isn't part of the template language."),
        ("{{ copy.draft if copy.draft }}", "A condition can't stand inside {{ }}."),
        ("{{ loop.index }}", "`loop` isn't used in templates"),
        ("{{ copy.__class__ }}", "can't begin with an underscore"),
        ("{{ _x }}", "can't begin with an underscore"),
        ("{{ }}", "This tag can't be read."),
        ("{{ a b }}", "This tag can't be read."),
        ("{%p set x = 1 %}", "“set” isn't part of the template language."),
        ("{%p macro x() %}", "“macro” isn't part of the template language."),
        ("{%p include 'x' %}", "“include” isn't part of the template language."),
        ("{%p import 'x' as y %}", "“import” isn't part of the template language."),
        ("{%p extends 'x' %}", "“extends” isn't part of the template language."),
        ("{%p raw %}", "“raw” isn't part of the template language."),
        ("{%p filter upper %}", "“filter” isn't part of the template language."),
        ("{% vm %}", "“vm” isn't part of the template language."),
        ("{% colspan x %}", "“colspan” isn't part of the template language."),
        ("{%p if copy.draft == \"100%\" %}", "A tag holds % or a brace."),
        ("header: {{ copy.nope }}\nx", "the header “header1.xml”, paragraph 1: There is no “copy.nope”."),
        ("title: {{ copy.nope }}\nx", "the title property, paragraph 1: There is no “copy.nope”."),
        ("| a |\n| b |\n| c |", "table 1: This table can't be set in large print."),
        (MARKED.replace("list", "children").replace("a.x", "a.name").replace("a.y", "a.name").replace("Who",
         "{{ copy.nope }}"),
         "table 1, row 1, cell 2: There is no “copy.nope”."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_words(text: str, expected: str) -> None:
    found = said(text, words=["plan"])
    assert any(expected in line for line in found), found


@pytest.mark.parametrize(
    "text",
    [
        "{%p if x %} lost\n{%p endif %}",
        "{{p x }} lost",
        "{%p if x %}{%p endif %}",
        "| a | b |\n| {%tr for c in x %} | lost |\n| {{ c.name }} | |\n| {%tr endfor %} | |",
        "{%p if x %}\ny\n{%p else %}\nno y\n{%p endif %}",
        "Dear {% if x %}x{% endif %}",
        '{%p if words.plan == "Plan" %}\ny\n{%p endif %}',
        "first header: {%p if x %} lost¶{%p endif %}\nx",
    ],
)
def test_what_would_be_lost_or_glued_is_not_even_compiled(text: str) -> None:
    with pytest.raises(TemplateError):
        compile_template(docx(text), None, {})
    with pytest.raises(TemplateError):
        compile_template(docx("x"), docx(text if "header" in text else text + "\nheader: x"), {})


def test_curly_quotation_marks_are_named_and_read() -> None:
    problems = check(docx("{%p if copy.draft == “yes” %}\nx\n{%p endif %}"), NAMES)
    assert [(p.severity, p.place, p.near) for p in problems] == [
        ("warning", "paragraph 1", "{%p if copy.draft == “yes” %}")
    ]


def test_all_problems_are_said_at_once_in_reading_order() -> None:
    problems = check(docx("{{ nope }}\n{{ neither }}\n{{ copy.for_name|upper }}"), NAMES)
    assert [p.place for p in problems] == ["paragraph 1", "paragraph 2", "paragraph 3"]


def with_body(xml: str) -> bytes:
    return package(xml)


def with_part(name: str, data: bytes = b"x") -> bytes:
    return docx("x", {name: data})


def with_relation(kind: str, target: str, mode: str = "External") -> bytes:
    files = parts.read(docx("x"))
    rels = files["word/_rels/document.xml.rels"].decode()
    mode = f' TargetMode="{mode}"' if mode else ""
    line = f'<Relationship Id="rId99" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'
    files["word/_rels/document.xml.rels"] = rels.replace("</Rel", line + "</Rel").encode()
    return parts.write(files)


def with_setting(xml: str) -> bytes:
    files = parts.read(docx("x"))
    files["word/settings.xml"] = f"<w:settings {SPACES}>{xml}</w:settings>".encode()
    line = relations([(f"{OFFICE}/settings", "settings.xml")]).split(">", 1)[1].replace('"rId1"', '"rId98"')
    old = files["word/_rels/document.xml.rels"].decode()
    files["word/_rels/document.xml.rels"] = old.replace("</Relationships>", line).encode()
    return parts.write(files)


def run(inner: str) -> bytes:
    return with_body(f"<w:p><w:r><w:t>beside</w:t></w:r><w:r>{inner}</w:r></w:p>")


def field(instruction: str) -> bytes:
    return with_body(
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        + "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in instruction.split("|"))
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def raw_zip(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.read(docx("x")).items():
            archive.writestr(name, data)
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


def no_xml(document: bytes) -> bytes:
    return parts.write({**parts.read(docx("x")), "word/document.xml": document})


DOCTYPE = f'<!DOCTYPE x [<!ENTITY a "aaaa">]><w:document {SPACES}><w:body><w:p/></w:body></w:document>'
BOMB = "<!DOCTYPE x [<!ENTITY a0 'lol'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
) + f"]><w:document {SPACES}><w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>"

MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
BEGIN = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
SEPARATE, END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("separate", "end"))


def encoded(name: str, document: str) -> bytes:
    return no_xml(f'<?xml version="1.0" encoding="{name}"?>{document}'.encode())


def cell(inner: str) -> bytes:
    grid = '<w:tblPr/><w:tblGrid><w:gridCol w:w="9.5"/></w:tblGrid>'
    return with_body(f"<w:tbl>{grid}<w:tr><w:tc><w:tcPr>{inner}</w:tcPr><w:p/></w:tc></w:tr></w:tbl>")


def styled(styles: str, look: str) -> bytes:
    files = parts.read(with_body(f"<w:p><w:r><w:rPr>{look}</w:rPr><w:t>unseen</w:t></w:r></w:p>"))
    more = styles.replace("HIDE", "<w:rPr><w:vanish/></w:rPr>").encode() + b"</w:styles>"
    return parts.write({**files, "word/styles.xml": files["word/styles.xml"].replace(b"</w:styles>", more)})


# what can't be packed well, so that the rest of a part may be: a bomb that the ratio doesn't show
NOISE = "".join(random.Random(1).choices("0123456789abcdef", k=200_000))


def noisy(xml: str) -> bytes:
    return f"<w:document {SPACES}>{xml}{NOISE}</w:document>".encode()


DANGEROUS: dict[str, tuple[Callable[[], bytes], str]] = {
    "macros": (lambda: with_part("word/vbaProject.bin"), "It holds macros."),
    "macro content type": (lambda: parts.write({**parts.read(docx("x")), "[Content_Types].xml":
        parts.read(docx("x"))["[Content_Types].xml"].replace(b".document.main+xml", b".macroEnabled.main+xml")}),
            "macros"),
    "ole": (lambda: with_part("word/embeddings/oleObject1.bin"), "embedded object"),
    "activex": (lambda: with_part("word/activeX/activeX1.xml"), "embedded object"),
    "ribbon": (lambda: with_part("customUI/customUI.xml"), "embedded object"),
    "chunk": (lambda: with_part("word/afchunk.mht"), "a file that no letter needs"),
    "object": (lambda: run("<w:object/>"), "paragraph 1: It holds an embedded object."),
    "old drawing": (lambda: run("<w:pict/>"), "text box"),
    "control": (lambda: run("<w:control/>"), "embedded object"),
    "alt chunk": (lambda: with_body('<w:altChunk r:id="rId1"/>'), "embedded object"),
    "subdocument": (lambda: with_body('<w:p><w:subDoc r:id="rId1"/></w:p>'), "embedded object"),
    "dde": (lambda: field("DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe"), "isn't a page number (DDEAUTO)"),
    "dde split": (lambda: field(" DD|EAUTO| c:\\\\cmd"), "isn't a page number (DDEAUTO)"),
    "include": (lambda: field("INCLUDEPICTURE \"http://example.org/x.png\""), "isn't a page number (INCLUDEPICTURE)"),
    "link field": (lambda: field("HYPERLINK \"http://example.org\""), "isn't a page number"),
    "word count": (lambda: field(" NUMWORDS "), "isn't a page number"),
    "author field": (lambda: field(" AUTHOR "), "isn't a page number"),
    "page and more": (lambda: field(" PAGE x y z "), "isn't a page number"),
    "page with a tag": (lambda: field(" PAGE {{x}} "), "isn't a page number"),
    "simple field": (lambda: with_body('<w:p><w:fldSimple w:instr="INCLUDETEXT x"/></w:p>'), "isn't a page number"),
    "loose instruction": (lambda: run("<w:instrText>QUOTE x</w:instrText>"), "isn't a page number"),
    "outside picture": (lambda: with_relation("image", "http://example.org/x.png"), "outside the document"),
    "outside share": (lambda: with_relation("image", "\\\\server\\x.png", ""), "outside the document"),
    "outside frame": (lambda: with_relation("frame", "http://example.org/"), "outside the document"),
    "link": (lambda: with_relation("hyperlink", "http://example.org/"), "It holds a link."),
    "attached template": (lambda: with_relation("attachedTemplate", "file:///c:/x.dotm"), "attached to a template"),
    "attached in settings": (lambda: with_setting('<w:attachedTemplate r:id="rId1"/>'), "draws on something outside"),
    "mail merge": (lambda: with_setting("<w:mailMerge/>"), "draws on something outside"),
    "inserted": (lambda: with_body("<w:p><w:ins w:id='1'><w:r><w:t>x</w:t></w:r></w:ins></w:p>"), "tracked changes"),
    "deleted": (lambda: with_body("<w:p><w:del w:id='1'><w:r><w:delText>x</w:delText></w:r></w:del></w:p>"), "tracked"),
    "moved": (lambda: with_body("<w:p><w:moveFrom w:id='1'/></w:p>"), "tracked changes"),
    "format change": (lambda: run("<w:rPr><w:rPrChange w:id='1'/></w:rPr>"), "tracked changes"),
    "comment": (lambda: run("<w:commentReference w:id='1'/>"), "It holds a comment."),
    "comments part": (lambda: with_part("word/comments.xml", b"<w:comments><w:comment w:id='1'/></w:comments>"),
        "comments"),
    "hidden": (lambda: run("<w:rPr><w:vanish/></w:rPr><w:t>x</w:t>"), "paragraph 1: It holds hidden text."),
    "footnote": (lambda: run('<w:footnoteReference w:id="2"/>'), "footnote"),
    "text box": (lambda: run("<w:txbxContent/>"), "text box"),
    "data binding": (lambda: with_body('<w:sdt><w:sdtPr><w:dataBinding/></w:sdtPr><w:sdtContent/></w:sdt>'), "outside"),
    "doctype": (lambda: no_xml(DOCTYPE.encode()), "document type"),
    "entity bomb": (lambda: no_xml(BOMB.encode()), "document type"),
    "utf-16": (lambda: no_xml(DOCTYPE.encode("utf-16")), "encoding that Word uses"),
    "doctype unseen by its bytes": (lambda: encoded("UTF-7",
        DOCTYPE.replace("<!", "+ADw-!").replace("<w:p/>", "<w:p><w:r><w:t>&a;</w:t></w:r></w:p>")), "encoding"),
    "another code page": (lambda: encoded("windows-1252", DOCTYPE), "encoding that Word uses"),
    "no body": (lambda: no_xml(f"<w:document {SPACES}><w:p/></w:document>".encode()), "damaged"),
    "styles that are none": (lambda: parts.write({**parts.read(docx("x")), "word/styles.xml": b"<a/>"}), "damaged"),
    "a span without a number": (lambda: cell('<w:gridSpan w:val="two"/>'), "row 1, cell 1: The file is damaged"),
    "a number without end": (lambda: cell(f'<w:tcW w:w="{"9" * 5000}"/>'), "damaged"),
    "a list without a number": (lambda: parts.write({**parts.read(docx("x")), "word/numbering.xml":
        parts.read(docx("x"))["word/numbering.xml"].replace(b'numId="2"', "numId='²'".encode())}), "damaged"),
    "a table without columns": (lambda: with_body("<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"), "has no columns"),
    "words of another program": (lambda:
        with_body('<w:p><x:y xmlns:x="urn:vendor"><w:r><w:t>lost</w:t></w:r></x:y></w:p>'), "text of another program"),
    "equation": (lambda: with_body(
        f'<w:p><m:oMath xmlns:m="{MATH}"><m:r><m:t>a</m:t></m:r></m:oMath></w:p>'), "It holds an equation"),
    "ink": (lambda: run('<w:contentPart r:id="rId1"/>'), "embedded object"),
    "date of the day": (lambda: run("<w:dayLong/>"), "changes by itself"),
    "prompt": (lambda: with_body("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
        "<w:p><w:r><w:t>Click here to enter text.</w:t></w:r></w:p></w:sdtContent></w:sdt>"), "whose prompt would"),
    "hidden by a style": (lambda: styled('<w:style w:type="character" w:styleId="Hid">HIDE</w:style>',
        '<w:rStyle w:val="Hid"/>'), "paragraph 1: Text in the style “Hid” is hidden."),
    "hidden by the style of a style": (lambda: styled('<w:style w:styleId="Old">HIDE</w:style>'
        '<w:style w:styleId="Hid"><w:basedOn w:val="Old"/></w:style>', '<w:rStyle w:val="Hid"/>'), "“Hid” is hidden"),
    "free text hidden": (lambda: styled("<w:docDefaults><w:rPrDefault>HIDE</w:rPrDefault></w:docDefaults>", ""),
        "the house file: Text in the style “BodyText” is hidden."),
    "no xml": (lambda: no_xml(b"<w:doc"), "damaged"),
    "deep": (lambda: no_xml(f"<w:document {SPACES}>{'<w:p>' * 3000}{'</w:p>' * 3000}</w:document>".encode()),
        "damaged"),
    "no word": (lambda: parts.write({"a.xml": b"<x/>"}), "isn't a Word document"),
    "no zip": (lambda: b"PK\3\4 not a zip", "isn't a Word document"),
    "empty": (lambda: b"", "isn't a Word document"),
    "text": (lambda: b"Dear {{ name }}", "isn't a Word document"),
    "strict": (lambda: no_xml(b'<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"/>'), "ordinary"),
    "other prefix": (lambda: no_xml(SPACES.join(["<d:document ", "/>"]).replace("xmlns:w",
     "xmlns:d").encode()), "ordinary"),
    "zip bomb": (lambda: raw_zip(("word/media/x.xml", b"\0" * 15_000_000)), "unfolds to far more"),
    "many entries": (lambda: raw_zip(*[(f"x{n}.xml", b"") for n in range(600)]), "more than 500 parts"),
    "many elements": (lambda: no_xml(noisy("<w:p/>" * 2_000_000)), "larger"),
    "many elements in styles": (lambda: parts.write(
        {**parts.read(docx("x")), "word/styles.xml": noisy("<w:p/>" * 2_000_000)}), "larger"),
    "a very long word": (lambda: no_xml(noisy("x" * 15_000_000)), "larger"),
    "a very long attribute": (lambda: no_xml(noisy(f'<w:p a="{"x" * 15_000_000}"/>')), "larger"),
    "path up": (lambda: raw_zip(("../evil.xml", b"")), "a name that no Word document uses"),
    "absolute path": (lambda: raw_zip(("/etc/x", b"")), "a name that no Word document uses"),
    "drive": (lambda: raw_zip(("c:/x", b"")), "a name that no Word document uses"),
    "same name": (lambda: raw_zip(("WORD/document.xml", b"<x/>")), "the same name"),
    "long paragraph": (lambda: docx("{" * 60_000), "far too long"),
    "many braces": (lambda: docx("{{" * 1_500), "far too long"),
    "tags within tags": (lambda: docx("{{" * 900), "opens a tag"),
    "too many tags": (lambda: docx("\n".join(["{{ copy.x }} {{ copy.x }}"] * 3_000)), "5000 tags"),
    "tag in a field": (lambda:
        with_body('<w:p><w:fldSimple w:instr=" PAGE "><w:r><w:t>{{ x }}</w:t></w:r></w:fldSimple></w:p>'),
                       "in a field"),
    "tag in what a field shows": (lambda: with_body(
        f"<w:p>{BEGIN}{SEPARATE}<w:r><w:t>{{{{ x }}}}</w:t></w:r>{END}</w:p>"), "in a field"),
    "tag around a field": (lambda: with_body(
        f"<w:p><w:r><w:t>{{{{ x</w:t></w:r>{BEGIN}{END}<w:r><w:t>.y }}}}</w:t></w:r></w:p>"), "in a field"),
    "field over two paragraphs": (lambda: with_body(f"<w:p>{BEGIN}</w:p><w:p>{END}</w:p>"), "isn't finished"),
    "field that began nowhere": (lambda: with_body(f"<w:p>{END}</w:p>"), "isn't finished"),
    "tag in no run": (lambda: with_body("<w:p><w:t>{{ x }}</w:t></w:p>"), "in a field"),
    "tag outside of all text": (lambda: with_body("<w:p><w:r>{{ x }}</w:r></w:p>"), "in a hidden part"),
    "tag in an attribute": (lambda: with_body('<w:p><w:pPr><w:pStyle w:val="{{ x }}"/></w:pPr></w:p>'), "{{ x }}"),
}  # fmt: skip


@pytest.mark.parametrize("name", DANGEROUS)
def test_what_is_dangerous_or_hidden_is_refused_with_a_message(name: str) -> None:
    make, expected = DANGEROUS[name]
    data = make()
    started = time.process_time()
    problems = [f"{p.place}: {p.message}" for p in check(data) if p.severity == "error"]
    assert problems
    assert any(expected in problem for problem in problems), problems
    with pytest.raises(TemplateError):
        compile_template(data, None, {})
    assert time.process_time() - started < 4  # two readings, 2 s each at most


def test_a_form_field_is_told_with_its_place_and_its_words() -> None:
    field = "<w:sdt><w:sdtPr><w:dataBinding/></w:sdtPr><w:sdtContent><w:r><w:t>Box</w:t></w:r></w:sdtContent></w:sdt>"
    (problem,) = check(with_body(f"<w:p/><w:p>{field}</w:p>"))
    assert (problem.place, problem.near) == ("paragraph 2", "Box")


PAYLOADS = [
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ lipsum.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ namespace(x=1).x }}",
    "{{ copy.for_name.format(copy) }}",
    "{{ 'x'|center(1000000000) }}",
    "{{ joiner }}{{ dict() }}",
    "{%p for x in range(1000000000) %}\n{%p endfor %}",
    "{%p for x in 'abc' %}\n{%p endfor %}",
    "{%p for x in (1, 2) %}\n{%p endfor %}",
    "{%p for x in children recursive %}\n{{ loop(x) }}\n{%p endfor %}",
    "{%p if lipsum() %}\n{%p endif %}",
    "{%p if copy.x.__class__ %}\n{%p endif %}",
    "{%p if 1 == 1 %}\nx\n{%p endif %}",
    "{%p with x=1 %}\n{%p endwith %}",
    "{%p autoescape false %}\n{{ copy.x }}\n{%p endautoescape %}",
    "{%p call x() %}\n{%p endcall %}",
    "{%p block x %}\n{%p endblock %}",
    "{%p do x %}",
    "{%p trans %}x{%p endtrans %}",
    "{{ {'a': 1}.a }}",
    "{{ copy.x[::-1] }}",
    "{{ copy.x * 1000000 }}",
    "{{ -copy.x }}",
    "{{ copy.x if copy.y else copy.z }}",
    "{{ (copy.x, copy.y) }}",
    "{{ copy.x == 'a' }}",
    "{{ copy.x and copy.y }}",
    "{{ true }}",
    "{{ 0x10 }}",
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("where", ["body", "header", "title"])
def test_no_payload_is_more_than_a_problem(payload: str, where: str) -> None:
    if where == "body":
        data = docx(payload)
    elif "\n" in payload:
        data = package(paragraph("x"), [("header", "default", payload.replace("\n", "¶"))])
    else:
        data = docx(f"{where}: {payload}\nx")
    assert [p for p in check(data) if p.severity == "error"]
    with pytest.raises(TemplateError):
        compile_template(data, None, {})


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_file_is_a_problem_and_never_a_traceback(data: st.DataObject) -> None:
    good = features()[0].docx
    kind = data.draw(st.sampled_from(["cut", "flip", "zero", "inside"]))
    at = data.draw(st.integers(0, len(good) - 2))
    if kind == "cut":
        bad = good[:at]
    elif kind == "flip":
        bad = good[:at] + bytes([good[at] ^ data.draw(st.integers(1, 255))]) + good[at + 1 :]
    elif kind == "zero":
        bad = good[:at] + bytes(min(40, len(good) - at)) + good[at + 40 :]
    else:
        files = parts.read(good)
        name = data.draw(st.sampled_from(sorted(files)))
        body = files[name]
        spot = data.draw(st.integers(0, max(len(body) - 1, 0)))
        files[name] = body[:spot] + data.draw(st.binary(max_size=4)) + body[spot + data.draw(st.integers(0, 30)) :]
        bad = parts.write(files)
    started = time.process_time()
    problems = check(bad)
    assert time.process_time() - started < 2
    refused: tuple[object, ...] = ()
    try:
        compile_template(bad, None, {})
    except TemplateError as error:
        refused = error.problems
    assert bool(refused) == any(p.severity == "error" for p in problems)


def test_a_style_that_the_house_lacks_is_named() -> None:
    text = '<w:p><w:pPr><w:pStyle w:val="Fancy"/></w:pPr><w:r><w:t>words</w:t></w:r></w:p>'
    problems = check(docx(text), house=docx("x"))
    assert ("It uses the style “Fancy”, which the house file doesn't have.", "paragraph 1", "words") in [
        (p.message, p.place, p.near) for p in problems
    ]


def test_a_house_file_in_which_free_text_would_lose_its_look_is_not_used() -> None:
    files = parts.read(docx("x"))
    other = files["word/styles.xml"].replace(b"BodyText", b"TextBody")  # as LibreOffice saves it
    problems = check(docx("x"), house=parts.write({**files, "word/styles.xml": other}))
    assert [(p.place, p.message) for p in problems] == [
        ("the house file", "It has no style “BodyText”, which free text is set in.")
    ]


PAGE = '<w:p><w:fldSimple w:instr=" PAGE "/></w:p>'
SAYS = f"{{{{ copy.for_name }}}}¶{{%p if copy.draft %}}¶DRAFT¶{{%p endif %}}¶{PAGE}"


ALL = "whose copy it is or whether it is a draft or which page it is"


@pytest.mark.parametrize(
    ("house", "told"),
    [
        ([("footer", "default", SAYS)], []),
        ([("header", "default", SAYS), ("header", "first", SAYS)], []),
        ([], [f"The head and foot of its pages don't say {ALL}."]),
        ([("header", "default", SAYS.replace("copy.draft", "nothing"))],
         ["The head and foot of its pages don't say whether it is a draft."]),
        ([("header", "default", SAYS), ("header", "first", "{{ copy.for_name }}" + PAGE.join("¶¶"))],
         ["The head and foot of the first page don't say whether it is a draft."]),
        ([("header", "default", SAYS.replace(PAGE, "")), ("header", "first", SAYS)],
         ["The head and foot of its pages don't say which page it is."]),
    ],
)  # fmt: skip
def test_every_page_of_a_house_file_says_whose_copy_it_is(house: list[tuple[str, str, str]], told: list[str]) -> None:
    found = check(docx("x"), NAMES, house=package(paragraph("x"), house))
    assert [(p.place, p.severity, p.message) for p in found] == [("the house file", "warning", each) for each in told]


def test_what_the_house_files_own_takes_the_place_of_is_told() -> None:
    house = docx("header: Head\nx")
    assert check(docx("header: Head\nx"), house=house) == []
    (problem,) = check(docx("header: Not for Kit's father\nx"), house=house)
    assert (problem.severity, problem.near) == ("warning", "Not for Kit's father")
    listed = '<w:p><w:pPr><w:numPr><w:numId w:val="{}"/></w:numPr></w:pPr><w:r><w:t>one</w:t></w:r></w:p>'
    assert check(with_body(listed.format(0)), house=house) == []
    (problem,) = check(with_body(listed.format(2)), house=house)
    assert problem.message.startswith("It has a list of its own")
    with pytest.raises(TemplateError):
        compile_template(with_body(listed.format(2)), house, {})


def test_nothing_in_a_file_steers_the_screen() -> None:
    (problem,) = check(docx("{{ nope }} \x9b2J\u202e"), NAMES)
    assert not re.search("[\x80-\x9f\u202e]", str(problem))


def test_what_is_wrong_with_the_house_file_is_said_of_the_house_file() -> None:
    house = docx("header: {{ copy.for_nane }}\nx")
    (problem,) = [p for p in check(docx("x"), NAMES, house=house) if p.severity == "error"]
    assert (problem.place, problem.message, problem.help) == (
        "the house file", "The house file asks for “copy.for_nane”, which there isn't.",
        "Did you mean “copy.for_name”?",
    )  # fmt: skip
    problems = check(docx("x"), NAMES, house=package("<w:p><w:r><w:pict/></w:r></w:p>"))
    assert [p.place for p in problems if p.severity == "error"] == ["the house file, paragraph 1"]
    with pytest.raises(TemplateError, match=r"^the house file: The procedure has no word “plan”"):
        compile_template(docx("x"), docx("header: {{ words.plan }}\nx"), {})


def test_only_so_many_problems_are_told_at_once() -> None:
    assert len(check(docx("{{ nope }}\n" * 5_000), NAMES)) == 100
    assert len(check(package("<w:p><w:ins/></w:p>" * 5_000))) == 100


def test_what_only_identifies_its_author_is_dropped() -> None:
    body = (
        '<w:p w:rsidR="00AB12CD"><w:bookmarkStart w:id="0" w:name="secret"/><w:r><w:t>x</w:t></w:r>'
        '<w:bookmarkEnd w:id="0"/></w:p><w:sdt><w:sdtPr/><w:sdtContent><w:p/></w:sdtContent></w:sdt>'
    )
    extra = {
        "docProps/app.xml": b"<Company>Aldous</Company>",
        "docProps/custom.xml": b"<x>Aldous</x>",
        "customXml/item1.xml": b"<x>Aldous</x>",
        "docProps/thumbnail.jpeg": b"Aldous",
        "word/people.xml": b"<x>Aldous</x>",
    }
    out = parts.read(compile_template(package(body, extra=extra), None, {}).render({}))
    assert not any(b"Aldous" in data or b"rsid" in data or b"secret" in data for data in out.values())
    assert not any("ustom" in name or "app.xml" in name or "thumb" in name or "people" in name for name in out)


COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
SYMBOL = (
    f'<w:r><mc:AlternateContent xmlns:mc="{COMPATIBLE}"><mc:Choice Requires="w16se"><n:symEx xmlns:n="urn:newer"/>'
    "</mc:Choice><mc:Fallback><w:t>☎</w:t></mc:Fallback></mc:AlternateContent></w:r>"
)


def test_what_other_programs_and_printers_keep_is_dropped() -> None:
    # to leave it would tell of its author, or, as what it points to is left behind, make Word call each copy damaged
    vendor = f'xmlns:mc="{COMPATIBLE}" xmlns:v="urn:vendor" mc:Ignorable="v"'
    body = (
        f'<w:p {vendor} v:owner="Aldous" owner="Aldous" xml:base="Aldous"><w:pPr><v:note>Aldous</v:note></w:pPr>Aldous'
        f"{SYMBOL}Aldous</w:p>"
        '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="9.5"/><w:tblGridChange w:id="0"/></w:tblGrid><w:tr><w:tc><w:p/>'
        f"</w:tc></w:tr></w:tbl><w:p>{BEGIN.replace('/></w:r>', '><w:fldData>Aldous</w:fldData></w:fldChar></w:r>', 1)}"
        f"{END}</w:p>"
    )
    files = parts.read(package(body))
    files["word/document.xml"] = files["word/document.xml"].replace(
        b"</w:sectPr>", b'<w:printerSettings r:id="rId50"/></w:sectPr>'
    )
    files["word/theme/theme1.xml"] = (
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="x">'
        f'<a:blip r:embed="rId1" {SPACES.split()[1]}/></a:theme>'
    ).encode()
    rels = files["word/_rels/document.xml.rels"].decode()
    line = f'<Relationship Id="rId51" Type="{OFFICE}/theme" Target="theme/theme1.xml"/></Relationships>'
    files["word/_rels/document.xml.rels"] = rels.replace("</Relationships>", line).encode()
    assert [p for p in check(parts.write(files)) if p.severity == "error"] == []
    out = parts.read(compile_template(parts.write(files), None, {}).render({}))
    said = b"".join(data for name, data in out.items() if not name.endswith(".rels"))
    assert "☎" in said.decode()
    assert not re.findall(rb"Aldous|vendor|newer|rId5|r:embed|GridChange|printer", said)
    assert "word/theme/theme1.xml" in out


def changed(root: etree._Element, pick: random.Random) -> None:
    """One thing that no program writes: a value, an element or a text in a place that isn't its own."""
    elements = list(root.iter())
    one, other = pick.choice(elements), pick.choice(elements)
    kind = pick.choice(["value", "less", "gone", "twice", "name", "moved", "text"])
    if kind == "value" and one.attrib:
        odd = ["", "-1", "²", "abc", "1e9", "9" * 30, "nan", "{", "{{", "off", "1.5"]
        one.set(pick.choice(sorted(one.attrib)), pick.choice(odd))
    elif kind == "less" and one.attrib:
        del one.attrib[pick.choice(sorted(one.attrib))]
    elif kind == "gone" and one is not root:
        one.getparent().remove(one)
    elif kind == "twice" and one is not root:
        one.addnext(copy.deepcopy(one))
    elif kind == "name":
        one.tag = other.tag
    elif kind == "moved":
        other.append(copy.deepcopy(one))
    else:
        one.text = pick.choice(["", "{", "}}", "{{ a }}", "{%p endif %}", "x" * 999, "{#"])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(features()), st.integers(0, 2**32))
def test_what_is_xml_and_no_word_document_is_a_problem_and_never_a_traceback(feature: Feature, seed: int) -> None:
    pick = random.Random(seed)
    files = parts.read(feature.docx)
    name = pick.choice(sorted(name for name in files if name.endswith((".xml", ".rels"))))
    root = etree.fromstring(files[name])
    for _ in range(pick.randint(1, 3)):
        changed(root, pick)
    bad = parts.write({**files, name: etree.tostring(root)})
    problems = [p for p in check(bad) if p.severity == "error"]
    try:
        template = compile_template(bad, None, {})
    except TemplateError:
        assert problems
        return
    with contextlib.suppress(RenderError):
        for part, data in parts.read(template.render(feature.context)).items():
            assert not part.endswith((".xml", ".rels")) or etree.fromstring(data) is not None
    assert not problems
