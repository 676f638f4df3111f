"""The engine says what docxtpl says: same template, same context, same XML, part by part."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from docxtpl import DocxTemplate
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from cpdocs import parts, wordtext
from cpdocs.template import Template
from cpdocs.template.compiler import from_parts, prepare
from cpdocs.template.syntax import environment
from tests.features import Feature, docx, features
from tests.synthetic import context_for

TEMPLATES = Path(__file__).parent.parent / "templates"
DC_TITLE = "{http://purl.org/dc/elements/1.1/}title"


class AnyWords(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"the word {key} & co"

    def get(self, key: str, default: Any = None) -> Any:
        return self[key]


def by_docxtpl(package: dict[str, bytes], context: Mapping[str, Any]) -> dict[str, bytes]:
    template = DocxTemplate(io.BytesIO(parts.write(package)))
    template.render(context, environment().overlay(), autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return parts.read(out.getvalue())


def canonical(data: bytes) -> str:
    return etree.tostring(etree.fromstring(data), method="c14n2", strip_text=False).decode()


def assert_same(package: dict[str, bytes], template: Template, context: Mapping[str, Any]) -> None:
    theirs, ours = by_docxtpl(package, context), template.parts(context)
    names = [name for name in ours if name.startswith("word/") and name.endswith(".xml")]
    assert "word/document.xml" in names
    for name in names:
        assert canonical(ours[name]) == canonical(theirs[name]), name
    title = [etree.fromstring(each["docProps/core.xml"]).findtext(DC_TITLE) or "" for each in (ours, theirs)]
    # docxtpl escapes a title twice, and keeps its line breaks, which no title bar shows
    assert title[0] == " ".join(html.unescape(title[1]).split())


@pytest.mark.parametrize("feature", features(), ids=lambda feature: feature.name)
def test_every_feature_reads_as_docxtpl_reads_it(feature: Feature) -> None:
    package = prepare(feature.docx, None, {})
    assert_same(package, from_parts(package), feature.context)


@pytest.mark.parametrize("feature", features(), ids=lambda feature: feature.name)
def test_tags_that_word_split_are_mended_as_docxtpl_mends_them(feature: Feature) -> None:
    # the template as it was typed, not as we prepared it: what differs is only what Word keeps for itself
    theirs = by_docxtpl(parts.read(feature.docx), feature.context)["word/document.xml"]
    package = prepare(feature.docx, None, {})
    ours = from_parts(package).parts(feature.context)["word/document.xml"]
    assert _without_traces(ours) == _without_traces(theirs)


def _without_traces(data: bytes) -> str:
    from cpdocs.template.place import W

    root = etree.fromstring(data)
    for element in list(root.iter(W + "proofErr", W + "bookmarkStart", W + "bookmarkEnd", W + "sectPr")):
        element.getparent().remove(element)
    for element in root.iter():
        for key in [key for key in element.attrib if "rsid" in key or key.endswith("}space")]:
            del element.attrib[key]
    return etree.tostring(root, method="c14n2").decode()


def shipped() -> list[Path]:
    return sorted(path for path in TEMPLATES.glob("*/*.docx") if not path.name.startswith("~"))


@pytest.mark.parametrize("path", shipped(), ids=lambda path: f"{path.parent.name}/{path.stem}")
@pytest.mark.parametrize("variant", ["full", "hostile", "empty"])
def test_every_shipped_template_reads_as_docxtpl_reads_it(path: Path, variant: str) -> None:
    house = TEMPLATES / "house.docx"
    package = prepare(path.read_bytes(), house.read_bytes() if house.exists() else None, AnyWords())
    template = from_parts(package)
    context = context_for(template, variant)
    if _an_empty_cell(package, context):
        template.render(context)  # docxtpl leaves cells without a paragraph, which Word calls damaged
    else:
        assert_same(package, template, context)


def _an_empty_cell(package: dict[str, bytes], context: Mapping[str, Any]) -> bool:
    theirs = by_docxtpl(package, context)
    return any(
        b"</w:tcPr></w:tc>" in data or b"<w:tc></w:tc>" in data or b"<w:tcPr/></w:tc>" in data
        or b"</w:tbl></w:tc>" in data or (name.startswith("word/header") and b"<w:p" not in data)
        for name, data in theirs.items()
    )  # fmt: skip


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=20).filter(
    # docxtpl prints {_{ in a value as braces; we print what was typed
    lambda text: not re.search(r"\{_[{%]|[}%]_\}|[\ufffe\uffff]", text)
)


ELSE = ["{%p else %}", "{{ nothing }}", "{%p endif %}"]


def lines(depth: int) -> st.SearchStrategy[list[str]]:
    """Any template of the language, as lines of a feature file, with loops named by their depth."""
    name = f"x{depth}"
    plain = st.sampled_from(
        [["{{ a }}"], ["before {{ b }}{{ a }} after"], ["{{p t }}"], ["words"], ["{{r r }} end"], ["{{ d.e }}"],
         ["| h | i |", "| {%tr for row in list %} | |", "| {{ row.v }} | {{ a }} x |", "| {%tr endfor %} | |", "after"]]
    )  # fmt: skip
    if depth > 2:
        return plain
    inner = st.lists(st.deferred(lambda: lines(depth + 1)), max_size=3).map(lambda parts: [x for p in parts for x in p])
    test = st.sampled_from(["a", 'b == "x"', "list and b", 'a == b or d.e == "x"', "(a or b) and t"])
    return (
        plain
        | st.tuples(test, inner).map(lambda given: [f"{{%p if {given[0]} %}}", *given[1], "{%p endif %}"])
        | st.tuples(test, inner, test, inner).map(
            lambda g: [f"{{%p if {g[0]} %}}", *g[1], f"{{%p elif {g[2]} %}}", *g[3], *ELSE]
        )
        | inner.map(lambda body: [f"{{%p for {name} in list %}}", f"{{{{ {name}.v }}}}", *body, "{%p endfor %}"])
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_template_with_any_text_reads_as_docxtpl_reads_it(data: st.DataObject) -> None:
    body = [line for part in data.draw(st.lists(lines(0), min_size=1, max_size=5)) for line in part]
    text = TEXT | st.sampled_from(["x", ""])
    context = {
        "a": data.draw(text), "b": data.draw(text), "nothing": "None", "d": {"e": data.draw(text)},
        "t": wordtext.paragraphs(data.draw(TEXT.filter(lambda t: not re.search(r"[0-9]\.", t)))),
        "r": wordtext.inline(data.draw(text)), "list": [{"v": v} for v in data.draw(st.lists(text, max_size=3))],
    }  # fmt: skip
    package = prepare(docx("\n".join(["start", *body, "end"])), None, {})
    assert_same(package, from_parts(package), context)
