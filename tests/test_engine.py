"""Rendering: everything typed is printed as typed, the same bytes every time, and nothing else gets in."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from markupsafe import Markup

from cpdocs import parts, wordtext
from cpdocs.template import RenderError, Template, TemplateError, compile_template
from cpdocs.template.compiled import Part
from cpdocs.template.syntax import program
from tests.features import docx, features, package, paragraph

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ROOT = Path(__file__).parent.parent


def compiled(text: str, words: dict[str, str] | None = None, **more: Any) -> Template:
    return compile_template(docx(text), more.pop("house", None), words or {}, **more)


def printed(data: bytes, part: str = "word/document.xml") -> list[str]:
    """The paragraphs of a part as Word reads them."""
    root = etree.fromstring(parts.read(data)[part])
    return [
        "".join(
            {"br": "\n", "tab": "\t"}.get(etree.QName(e).localname, e.text or "")
            for e in p.iter(W + "t", W + "br", W + "tab")
        )
        for p in root.iter(W + "p")
    ]


# ---- packages


def test_a_package_is_written_in_a_fixed_order_with_no_time_in_it() -> None:
    files = {"word/b.xml": b"b" * 5000, "word/a.xml": b"a", parts.CONTENT_TYPES: b"t", "_rels/.rels": b"r"}
    data = parts.write(files)
    assert data == parts.write(dict(reversed(files.items())))
    assert data == parts.write({name: parts.deflate(part) for name, part in files.items()})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [parts.CONTENT_TYPES, "_rels/.rels", "word/a.xml", "word/b.xml"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {(entry.create_system, entry.external_attr) for entry in archive.infolist()} == {(0, 0)}
    assert parts.read(data) == files


def test_a_size_that_lies_is_found_out() -> None:
    data = bytearray(parts.write({"a.xml": b"x" * 1000}))
    at = data.rindex(b"PK\1\2")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(parts.PackageError):
        parts.read(bytes(data))


def test_a_changed_letter_and_a_changed_name_are_found_out() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.xml", b"Dear Kit")
    data = out.getvalue()
    assert parts.read(data) == {"a.xml": b"Dear Kit"}
    for old, new in ((b"Dear Kit", b"Dear Kat"), (b"a.xml", b"b.xml")):
        with pytest.raises(parts.PackageError, match="damaged"):
            parts.read(data.replace(old, new, 1))  # the directory at the end still says the old


@given(st.binary(max_size=300))
def test_bytes_that_are_no_package_are_refused(data: bytes) -> None:
    with pytest.raises(parts.PackageError):
        parts.read(data)


# ---- what is printed

ANY = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=60).map(
    lambda text: text.replace("\ufffe", "").replace("\uffff", "")
)
ONE = compile_template(
    docx("title: {{ t }}\nheader: {{ x }}\nA {{ x }} B\n| h |\n| {{ x }}{{ x }} |\n{{p y }}"), None, {}
)


@settings(max_examples=300)
@given(ANY)
def test_a_value_is_printed_exactly_as_typed(text: str) -> None:
    data = ONE.render({"t": text, "x": text, "y": wordtext.paragraphs("end")})
    assert printed(data) == [f"A {text} B", "h", text + text, "end"]
    assert printed(data, "word/header1.xml") == [text]
    title = etree.fromstring(parts.read(data)["docProps/core.xml"])[0].text or ""
    assert title == " ".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "{{ x }} {% y %} {# z #}",
        "{_{ x }_} {_% y %_}",
        "<w:p> </w:t> & &amp; <!-- --> ]]> <?x?>",
        "\"double\" 'single' `back`",
        "emoji 👩‍👧‍👦🏳️‍🌈, é, e\u0301, \u200b, \u00ad, \ufeff, \u2028",
        "سلام עברית हिन्दी ไทย 中文",
        "\U0010ffff \U000e0041",
        "x" * 100_000,
        "  spaces at both ends  ",
        "line\n\n\nlines\tand\t\ttabs\n",
        'cpdocs-list-0 and cpdocs-bullets, w:val="cpdocs-list-0", <w:numId w:val="cpdocs-bullets"/>',
    ],
)
def test_hostile_text_is_only_text(text: str) -> None:
    assert printed(ONE.render({"t": "", "x": text, "y": ""}))[0] == f"A {text} B"
    data = ONE.render({"t": "", "x": "", "y": wordtext.paragraphs(text)})
    assert "\n".join(printed(data)[3:]).split() == text.split()


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x0b", "\x0c", "\x1b", "\ud800", "\ufffe", "\uffff"])
def test_a_character_that_no_file_can_hold_is_refused_by_its_tag(char: str) -> None:
    with pytest.raises(RenderError, match=rf"“x” holds a character that Word can't hold \(U\+{ord(char):04X}\)"):
        ONE.render({"t": "", "x": f"secret{char}", "y": ""})


@pytest.mark.parametrize("value", [None, 3, 3.5, True, {"a": "secret"}, ["secret"], b"secret", object()])
def test_what_is_not_text_is_never_printed(value: object) -> None:
    with pytest.raises(RenderError) as error:
        ONE.render({"t": "", "x": value, "y": ""})
    assert "(x)" in error.value.message
    assert "secret" not in str(error.value)
    with pytest.raises(RenderError, match=r"\(y\)"):
        ONE.render({"t": "", "x": "", "y": value})


def test_free_text_and_lines_are_not_mixed_up() -> None:
    with pytest.raises(RenderError, match="whole paragraphs"):
        ONE.render({"t": "", "x": Markup("<w:p/>"), "y": ""})
    with pytest.raises(RenderError, match="isn't whole paragraphs"):
        ONE.render({"t": "", "x": "", "y": "a line"})


def test_a_name_that_is_missing_is_named_and_nothing_is_shown() -> None:
    template = compiled("{%p for c in children %}\n{{ c.risk.level }}\n{%p endfor %}")
    with pytest.raises(RenderError, match=r"asks for “c\.risk\.level”") as error:
        template.render({"children": [{"risk": {"worries": "secret"}}]})
    assert "secret" not in str(error.value)
    for wrong in ({}, {"children": "abc"}, {"children": {"a": "b"}}, {"children": None}):
        with pytest.raises(RenderError, match="children"):
            template.render(wrong)
    with pytest.raises(RenderError, match=r"c\.risk\.level"):
        template.render({"children": ["text has no risk"]})


def test_a_key_is_data_whatever_its_name() -> None:
    line = "{{ i.keys }} {{ i.get }} {{ i.for }} {{ i.copy.values }}"
    template = compiled("{%p for i in items %}\n" + line + "\n{%p endfor %}")
    item = {"keys": "k", "get": "g", "for": "f", "copy": {"values": "v"}}
    assert printed(template.render({"items": [item]})) == ["k g f v"]


def test_a_loop_variable_hides_a_name_only_inside_its_loop() -> None:
    template = compiled("{{ a.x }}\n{%p for a in list %}\n{{ a.x }}\n{%p endfor %}\n{{ a.x }}")
    context = {"a": {"x": "1"}, "list": [{"x": "2"}]}
    assert printed(template.render(context)) == ["1", "2", "1"]
    assert context == {"a": {"x": "1"}, "list": [{"x": "2"}]}


def test_a_copy_that_lost_something_is_never_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    template = compiled("Dear {{ x }}")
    whole = Part.render
    monkeypatch.setattr(Part, "render", lambda *given: whole(*given).replace(b"Kit &amp; Asha", b"Kit "))
    with pytest.raises(RenderError, match="isn't in the finished document"):
        template.render({"x": "Kit & Asha"})
    monkeypatch.setattr(Part, "render", lambda *given: whole(*given).replace(b"</w:t>", b""))
    with pytest.raises(RenderError, match="isn't sound"):
        template.render({"x": "Kit"})


def test_cells_and_headers_always_hold_a_paragraph() -> None:
    text = "header: {%p if draft %}¶DRAFT¶{%p endif %}\n| h | i |\n| {{p x }} | {%p if y %}¶yes¶{%p endif %} |"
    root = parts.read(compiled(text).render({"draft": "", "x": "", "y": ""}))
    cells = list(etree.fromstring(root["word/document.xml"]).iter(W + "tc"))
    assert [len(cell.findall(W + "p")) for cell in cells] == [1, 1, 1, 1]
    assert len(etree.fromstring(root["word/header1.xml"])) == 1


def test_a_cell_that_ends_with_a_table_gets_its_paragraph_too() -> None:
    inner = '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="900"/></w:tblGrid><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>'
    tags = "<w:p><w:r><w:t>{%p if y %}</w:t></w:r></w:p><w:p/><w:p><w:r><w:t>{%p endif %}</w:t></w:r></w:p>"
    cell = f"<w:tc><w:tcPr/>{inner}{tags}</w:tc>"
    outer = f'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="900"/></w:tblGrid><w:tr>{cell}</w:tr></w:tbl>'
    root = etree.fromstring(parts.read(compiled(outer).render({"y": ""}))["word/document.xml"])
    outside = next(root.iter(W + "tc"))
    assert [child.tag for child in outside] == [W + "tcPr", W + "tbl", W + "p"]


def test_the_names_asked_for_are_known_with_their_loops_resolved() -> None:
    text = (
        "title: {{ copy.title }}\n{%p for c in children %}\n{{p c.risk.worries }}\n{%p for a in c.plan.actions %}\n"
        '{{ a.what }}\n{%p endfor %}\n{%p endfor %}\n{%p if copy.a == copy.b and x or y == "z" %}\n'
        "{{ q }}\n{%p endif %}"
    )
    assert sorted(compiled(text).names) == [
        "children", "children[].plan.actions", "children[].plan.actions[].what", "children[].risk.worries",
        "copy.a", "copy.b", "copy.title", "q", "x", "y",
    ]  # fmt: skip


def test_a_document_that_grows_beyond_all_measure_is_stopped() -> None:
    template = compiled("{%p for x in list %}\n{{ x }}\n{%p endfor %}")
    with pytest.raises(RenderError, match="beyond all measure"):
        template.render({"list": ["x" * 3000] * 20_000})
    assert len(printed(template.render({"list": ["x"] * 20_000}))) == 20_000


def test_few_pieces_that_are_long_are_stopped_before_they_are_joined() -> None:
    long = "\n".join(["w" * 15_000] * 60)
    loops = ["{%p for x in list %}", "{%p for y in list %}", long, "{{ x }}", *["{%p endfor %}"] * 2]
    many = ["{{p t }}"] * 500
    for lines, context in ((loops, {"list": ["x"] * 12}), (many, {"t": wordtext.paragraphs("w" * 100_000)})):
        template = compiled("\n".join(lines))
        started = time.process_time()
        with pytest.raises(RenderError, match="beyond all measure"):
            template.render(context)
        assert time.process_time() - started < 0.5


@pytest.mark.parametrize("depth", [2, 4])
def test_a_loop_that_would_never_end_is_stopped(depth: int) -> None:
    lines = [f"{{%p for {name} in list %}}" for name in "abcd"[:depth]]
    for inner in ("", "words " * 200):
        template = compiled("\n".join([*lines, inner, *["{%p endfor %}"] * depth]))
        started = time.process_time()
        with pytest.raises(RenderError, match="beyond all measure"):
            template.render({"list": ["x"] * 3000})
        assert time.process_time() - started < 3


# ---- the language, where no walk over a Word file stands before it (a transform may bring anything)

T = "<w:t>{}</w:t>"
P = "<w:p><w:r>" + T + "</w:r></w:p>"
HEAD = "<w:p><w:r>" + T + "</w:r><w:r><w:tab/></w:r><w:r><w:t>{{{{ nothing }}}}</w:t></w:r></w:p>"
HEADED = "{{% if x %}}" + P + P.format("text") + "{{% else %}}" + HEAD + "{{% endif %}}"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (P.format("{% if x %}a{% endif %}"), "inside a paragraph"),
        ("<w:p>{% if x %}<w:r/>{% endif %}</w:p>", "inside a paragraph"),
        ("{% if x %}" + P.format("a") + "{% else %}" + P.format("b") + "{% endif %}", "`else` may hold only"),
        ("{% if x %}{% else %}" + P.format("{{ y }}") + "{% endif %}", "`else` may hold only"),
        ("{% if x %}{% else %}" + P.format("{{ nothing }} b") + "{% endif %}", "`else` may hold only"),
        ("{% if x %}{% else %}" + P.format("") + "{% endif %}", "`else` may hold only"),
        ("{% if x %}{% else %}{% if y %}{% endif %}{% endif %}", "`else` may hold only"),
        (HEADED.format("Risk", "Dissent"), "`else` may hold only"),
        (HEADED.format("Risk", "Risk {{ y }}"), "`else` may hold only"),
        (HEADED.format("Risk {{ y }}", "Risk {{ z }}"), "`else` may hold only"),
        ("{% if x %}" + P.format("") + "{% else %}" + HEAD.format("Risk") + "{% endif %}", "`else` may hold only"),
        (HEADED.format("Risk", "Risk").replace("{% else %}", "{% else %}" + P.format("b")), "`else` may hold only"),
        ("{% if x %}<w:p>{% endif %}</w:p>", "begins in one place and ends in another"),
        ("{% for a in x %}</w:p><w:p>{% endfor %}", "begins in one place and ends in another"),
        ('<w:p w:x="{{ y }}"/>', "begins in one place"),
        ("<w:p><!-- {{ y }} --></w:p>", "where no text can be"),
        ("<w:instrText>{{ y }}</w:instrText>", "where no text can be"),
        ("<w:r>{{ y }}</w:r>", "where no text can be"),
        (P.format("{{ y.__class__ }}"), "underscore"),
        (P.format("{{ y() }}"), "Nothing can be called"),
        (P.format("{{ y|e }}"), "Filters"),
        ("{% for a in x recursive %}{% endfor %}", "A loop is written"),
        ("{% for a in x if a %}{% endfor %}", "A loop is written"),
        ("{% for a in x %}{% else %}" + P.format("b") + "{% endfor %}", "A loop is written"),
        ("{% for a in x %}{% for a in x %}{% endfor %}{% endfor %}", "a name of its own"),
        ("{% for loop in x %}{% endfor %}", "a name of its own"),
        ("{% set x = 1 %}", "`set` isn't used"),
        ("{% raw %}{% endraw %}{% include x %}", "isn't part of"),
        ("{% if x %}", "can't be read"),
    ],
)
def test_the_language_proves_itself(source: str, message: str) -> None:
    with pytest.raises(TemplateError) as error:
        program(f"<w:body>{source}</w:body>", "the document")
    assert message in str(error.value)


@pytest.mark.parametrize("heading", ["Risk", "Risk to {{ y }}"])
def test_the_branches_own_heading_may_stand_beside_nothing(heading: str) -> None:
    """One line where there is nothing; the same heading is printed either way, so it tells nothing."""
    for source in (HEADED, HEADED.replace("<w:tab/>", "<w:t>: </w:t>")):  # large print has a colon there
        made = program(f"<w:body>{source.format(heading, heading)}</w:body>", "the document")
        [[_, branches, otherwise]] = [op for op in made if op[0] == "if"]
        assert len(branches) == 1
        assert ["nothing"] in [op[1] for op in otherwise]


def test_a_transform_can_not_bring_in_what_a_template_may_not_say() -> None:
    def glue(files: dict[str, bytes]) -> dict[str, bytes]:
        return {**files, "word/document.xml": files["word/document.xml"].replace(b">x<", b">{% if y %}x{% endif %}<")}

    with pytest.raises(TemplateError, match="inside a paragraph"):
        compiled("Dear\nx", transform=glue)
    with pytest.raises(TemplateError, match="isn't sound any more"):
        compiled("Dear\nx", transform=lambda files: {**files, "word/document.xml": b"<w:document>{{ x }}"})


# ---- lists


def test_each_numbered_list_begins_at_one() -> None:
    template = compiled("{%p for t in texts %}\n{{p t }}\n{%p endfor %}")
    texts = ["1. a\n2. b\n\ntext\n\n1. c", "- x\n  1. y\n  2. z\n  - w", "no list", "1. d"]
    files = parts.read(template.render({"texts": [wordtext.paragraphs(text) for text in texts]}))
    numbers = [
        (p.find(f"{W}pPr/{W}numPr/{W}numId").get(W + "val"), "".join(t.text or "" for t in p.iter(W + "t")))
        for p in etree.fromstring(files["word/document.xml"]).iter(W + "p")
        if p.find(f"{W}pPr/{W}numPr/{W}numId") is not None
    ]
    assert numbers == [("3", "a"), ("3", "b"), ("4", "c"), ("5", "y"), ("5", "z"), ("1", "w"), ("6", "d")]
    nums = etree.fromstring(files["word/numbering.xml"]).findall(W + "num")
    assert [num.get(W + "numId") for num in nums] == ["1", "2", "3", "4", "5", "6"]
    for num in nums[2:]:
        assert num.find(W + "abstractNumId").get(W + "val") == "1"
        assert {s.get(W + "val") for s in num.iter(W + "startOverride")} == {"1"}


def test_without_a_list_the_numbering_stays_as_it_is() -> None:
    template = compiled("{{p t }}")
    assert parts.read(template.render({"t": wordtext.paragraphs("- only bullets\n- here")}))["word/numbering.xml"] == (
        parts.read(template.render({"t": ""}))["word/numbering.xml"]
    )


def test_a_list_without_a_list_style_is_an_error() -> None:
    files = parts.read(docx("{{p t }}"))
    files["word/styles.xml"] = re.sub(rb"<w:numPr>.*?</w:numPr>", b"", files["word/styles.xml"])
    template = compile_template(parts.write(files), None, {})
    for text in ("1. a", "- a\n  - b"):
        with pytest.raises(RenderError, match="no list style"):
            template.render({"t": wordtext.paragraphs(text)})


def test_a_label_stays_with_the_note_and_the_text_behind_it() -> None:
    """A note that a text isn't translated yet, behind its label, is on the page of that text."""
    note = wordtext.paragraphs("Not translated yet.", keep=True) + wordtext.paragraphs("Kit sleeps.", "cy-GB")
    first, rest = wordtext.parted(note)
    lead = '<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>'
    template = compile_template(package(lead.format("Health {{r x }}") + lead.format("Then {{r y }}")), None, {})
    data = template.render({"x": first, "y": wordtext.parted(wordtext.paragraphs("Well."))[0]})
    body = etree.fromstring(parts.read(data)["word/document.xml"])
    assert [p.find(f"{W}pPr/{W}keepNext") is not None for p in body.iter(W + "p")] == [True, False]
    assert printed(data) == ["Health Not translated yet.", "Then Well."]
    assert b"cpdocs-keep" not in parts.read(data)["word/document.xml"]
    assert "Kit sleeps." in rest


# ---- right to left

RTL = (
    '<w:p><w:pPr><w:bidi/></w:pPr><w:r><w:rPr><w:b/><w:rtl/><w:lang w:bidi="ur-PK"/></w:rPr>'
    "<w:t>{{ x }}</w:t></w:r></w:p>"
)


def test_a_value_in_a_right_to_left_paragraph_gets_runs_by_script() -> None:
    template = compile_template(package(RTL), None, {})
    data = template.render({"x": "سلام Kit & Co\n01632 960 111"})
    number = "01632\xa0960\xa0111"  # its groups would change places at ordinary spaces
    assert printed(data) == [f"سلام Kit & Co\n{number}"]
    runs = [
        (
            "".join(t.text or "" for t in r.iter(W + "t")),
            r.find(f"{W}rPr/{W}rtl") is not None,
            r.find(f"{W}rPr/{W}b") is not None,
        )
        for r in etree.fromstring(parts.read(data)["word/document.xml"]).iter(W + "r")
        if "".join(t.text or "" for t in r.iter(W + "t"))
    ]  # fmt: skip
    assert runs == [("سلام ", True, True), (f"Kit & Co{number}", False, True)]


@settings(max_examples=200)
@given(ANY)
def test_right_to_left_loses_nothing(text: str) -> None:
    assert printed(compile_template(package(RTL), None, {}).render({"x": text})) == [wordtext.together(text)]


# ---- words, house, transforms


def test_words_are_filled_in_as_text_everywhere() -> None:
    template = compiled(
        "title: The {{ words.plan }}\nheader: {{words.plan}}\nThe {{ words.plan }} of {{ x }}", {"plan": "Plan & <b> _"}
    )
    data = template.render({"x": "Kit"})
    assert printed(data) == ["The Plan & <b> _ of Kit"]
    assert printed(data, "word/header1.xml") == ["Plan & <b> _"]
    assert b"<dc:title>The Plan &amp; &lt;b&gt; _</dc:title>" in parts.read(data)["docProps/core.xml"]
    assert template.names == {"x"}


def test_a_word_can_not_become_a_tag() -> None:
    for word in ("{{ x }}", "{% if %}", "{# #}", "a\nb", "{", "}"):
        with pytest.raises(TemplateError, match=r"procedure\.yaml.*holds braces or a line break"):
            compiled("{{ words.plan }}", {"plan": word})


def test_a_word_that_is_missing_is_named() -> None:
    with pytest.raises(TemplateError, match="no word “plan”"):
        compiled("{{ words.plan }}", {})


def test_a_transform_sees_words_and_letterhead_and_whole_tags() -> None:
    seen: dict[str, bytes] = {}

    def transform(files: dict[str, bytes]) -> dict[str, bytes]:
        seen.update(files)
        files["word/document.xml"] = files["word/document.xml"].replace(b"Dear", b"Annwyl")
        return files

    split = "<w:p><w:r><w:t>Dear {{ na</w:t></w:r><w:r><w:t>me }}, {{ words.plan }}</w:t></w:r></w:p>"
    house = docx("header: House {{ name }}\nx")
    template = compile_template(package(split), house, {"plan": "Plan"}, transform=transform)
    assert b'<w:t xml:space="preserve">Dear {{ name }}, Plan' in seen["word/document.xml"]
    assert b"House {{ name }}" in seen["word/header1.xml"]
    assert printed(template.render({"name": "Kit"})) == ["Annwyl Kit, Plan"]


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
DRAWING = (
    '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
    '<wp:docPr id="7" name="Logo"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<a:blip r:embed="rId77"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
)


def with_picture(data: bytes, owner: str) -> bytes:
    files = parts.read(data)
    files["word/media/logo.png"] = PNG
    name = f"word/_rels/{owner}.xml.rels"
    line = (
        b'<Relationship Id="rId77" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"'
        b' Target="media/logo.png"/></Relationships>'
    )
    empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    files[name] = files.get(name, empty).replace(b"</Relationships>", line)
    return parts.write(files)


def test_the_house_gives_letterhead_styles_and_page() -> None:
    house = with_picture(
        package(
            "",
            [("header", "first", DRAWING + "¶Letterhead of {{ copy.name }}"), ("header", "default", "Page head"),
             ("footer", "default", "Foot {{ copy.name }}")],
            "{{ copy.title }}",
        ),
        "header1",
    )  # fmt: skip
    files = parts.read(house)
    styles = files["word/styles.xml"].replace(b"</w:styles>", b'<w:style w:styleId="HouseOnly"/></w:styles>')
    house = parts.write({**files, "word/styles.xml": styles})
    template = compile_template(docx("header: my own\n<w:p/>\nDear {{ copy.name }}"), house, {})
    files = parts.read(template.render({"copy": {"name": "Kit", "title": "Minutes"}}))
    document = files["word/document.xml"].decode()
    section = document[document.index("<w:sectPr") :]
    assert re.findall(r'<w:(\w+)Reference w:type="(\w+)"', section) == [
        ("footer", "default"), ("header", "first"), ("header", "default"),
    ]  # fmt: skip
    assert "<w:titlePg/>" in section
    assert b"HouseOnly" in files["word/styles.xml"]
    heads = b"".join(data for name, data in files.items() if re.match(r"word/(header|footer)", name))
    assert b"Letterhead of Kit" in heads
    assert b"Foot Kit" in heads
    assert b"my own" not in heads
    assert files["word/media/image1.png"] == PNG
    assert b"<dc:title>Minutes</dc:title>" in files["docProps/core.xml"]
    Document(io.BytesIO(template.render({"copy": {"name": "Kit", "title": "Minutes"}})))


def test_a_head_that_the_last_section_has_from_the_one_before_is_the_letterhead() -> None:
    files = parts.read(docx("header: Head\nx"))
    document = files["word/document.xml"].decode()
    first = document[document.index("<w:sectPr>") : document.index("</w:body>")]
    last = f"<w:p><w:pPr>{first}</w:pPr></w:p>" + re.sub("<w:headerReference[^>]*>", "", first)
    house = parts.write({**files, "word/document.xml": document.replace(first, last).encode()})
    out = parts.read(compile_template(docx("x"), house, {}).render({}))
    assert b"Head" in out["word/header1.xml"]
    assert b"headerReference" in out["word/document.xml"]


def test_later_sections_keep_the_head_and_a_page_on_its_side_stays() -> None:
    side = '<w:p><w:pPr><w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/></w:sectPr></w:pPr></w:p>'
    house = docx("first header: Head\nheader: Head\nx")
    files = parts.read(compile_template(package(side + paragraph("x")), house, {}).render({}))
    sections = list(etree.fromstring(files["word/document.xml"]).iter(W + "sectPr"))
    assert [len(s.findall(W + "headerReference")) for s in sections] == [2, 0]
    assert [s.find(W + "pgSz").get(W + "orient") for s in sections] == ["landscape", None]
    assert [s.find(W + "titlePg") is not None for s in sections] == [True, False]


def test_pictures_in_a_loop_have_numbers_of_their_own() -> None:
    body = paragraph("{%p for c in list %}") + DRAWING + paragraph("{%p endfor %}")
    template = compile_template(with_picture(package(body), "document"), None, {})
    document = parts.read(template.render({"list": ["1", "2", "3"]}))["word/document.xml"].decode()
    assert re.findall(r'<wp:docPr id="(\d+)"', document) == ["1001", "1002", "1003"]


@pytest.mark.parametrize("told", ["C:\\Users\\waldous\\crest", "\\\\share\\crest", "/home/waldous/x", "waldous.PNG"])
def test_a_picture_does_not_tell_whose_file_it_was(told: str) -> None:
    named = DRAWING.replace('name="Logo"', 'name="waldous.png" descr="The council\'s crest"')
    named = named.replace("<a:blip", f'<pic:cNvPr xmlns:pic="{PIC}" id="0" name="waldous.png" descr="{told}"/><a:blip')
    document = parts.read(compile_template(with_picture(package(named), "document"), None, {}).render({}))
    assert b"waldous" not in document["word/document.xml"]
    assert b"The council's crest" in document["word/document.xml"]
    described = with_picture(package(named.replace("The council's crest", told)), "document")
    with pytest.raises(TemplateError, match="described by the name of a file"):
        compile_template(described, None, {})


# ---- the same bytes


def test_a_copy_holds_its_title_and_no_other_property() -> None:
    data = compiled("title: Minutes\nx").render({})
    files = parts.read(data)
    assert [name for name in files if name.startswith("docProps")] == ["docProps/core.xml"]
    assert [etree.QName(e).localname for e in etree.fromstring(files["docProps/core.xml"])] == ["title"]


DIGEST = """
import hashlib, sys
sys.path.insert(0, {root!r})
from cpdocs.template import compile_template
from tests.features import features
total = hashlib.sha256()
for feature in features():
    template = compile_template(feature.docx, feature.docx, {{"b": "2", "a": "1"}})
    total.update(template.constants())
    total.update(template.render(feature.context))
print(total.hexdigest())
"""


def test_the_same_bytes_on_every_machine() -> None:
    total = hashlib.sha256()
    for feature in features():
        template = compile_template(feature.docx, feature.docx, {"a": "1", "b": "2"})
        total.update(template.constants())
        total.update(template.render(feature.context))
    for changes in ({"PYTHONHASHSEED": "1", "TZ": "Asia/Karachi", "LC_ALL": "C"}, {"PYTHONHASHSEED": "7", "HOME": "/"}):
        done = subprocess.run(
            [sys.executable, "-c", DIGEST.format(root=str(ROOT))],
            env={**os.environ, **changes}, cwd="/" if os.name != "nt" else None,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout.strip() == total.hexdigest()


def test_the_level_is_one_the_interpreter_has() -> None:
    part = parts.deflate(b"text " * 1000)
    assert zlib.decompress(part.data, -15) == parts.inflate(part) == b"text " * 1000


COLD = """
import sys
sys.path.insert(0, {root!r})
from cpdocs.template import Template
template = Template.from_constants(open({kept!r}, "rb").read())
template.render({context!r})
from cpdocs import wordtext
wordtext.paragraphs("words, and\\n\\n- a list")
heavy = {{"jinja2", "docxtpl", "docx", "lxml", "markdown_it", "platformdirs"}}
print(sorted({{name.split(".")[0] for name in sys.modules}} & heavy))
"""


def test_a_kept_template_needs_no_word_library(tmp_path: Path) -> None:
    feature = next(f for f in features() if f.name == "conditions")
    kept = tmp_path / "kept"
    kept.write_bytes(compile_template(feature.docx, None, {}).constants())
    code = COLD.format(root=str(ROOT), kept=str(kept), context=feature.context)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


