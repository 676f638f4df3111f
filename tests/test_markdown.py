"""Free text: the four forms of Markdown, and everything else exactly as typed (decision 22)."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from cpdocs import wordtext
from cpdocs.markdown import FULL_LINE, Block, Run, blocks

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

AS_TYPED = [
    "1986. A hard year",
    "2. not a list, for none came before",
    "---",
    "***",
    "___",
    "* * *",
    "- ",
    "-",
    "-5 degrees",
    "+ plus",
    "* 3 * 4",
    "2 * 3 * 4",
    "2*3*4 and 5*6",
    "# no heading",
    "#2",
    "> x",
    ">x",
    "    indented, no code",
    "\tafter a tab",
    "```\nno code\n```",
    "`no code`",
    "~~not struck~~",
    "[no link](https://example.org)",
    "<https://example.org>",
    "<b>no HTML</b> <!-- nor this -->",
    "&amp; &#42; &copy; &nbsp;",
    "\\*no escape\\* C:\\temp\\*.txt",
    "back\\slash\\",
    "two spaces at the end  \nand on",
    "snake_case_word and __init__x",
    "Name: ____ Date: ____",
    "an * alone and ** two",
    "* a*b",
    "Heading\n=======",
    "| a | b |\n|---|---|",
    "{{ x }} {% y %} {_{ z }_} {# w #}",
    "<w:p/> ]]> <?xml?>",
    "1) no list",
    "(1) no list",
    "a. no list",
    "1.no list",
    "01. no list",
    "1 . no list",
    "He said:\n4. four",
]


@pytest.mark.parametrize("text", AS_TYPED)
def test_what_is_not_one_of_the_four_forms_stays_as_typed(text: str) -> None:
    assert blocks(text) == [Block("paragraph", 0, 0, (Run(text),))]


def shape(text: str) -> list[str]:
    """Blocks as a person would list them: `1.` numbered, `-` bulleted, indented by level."""
    out = []
    for block in blocks(text):
        mark = {"number": f"{block.number}. ", "bullet": "- ", "paragraph": ""}[block.kind]
        words = "".join(
            ("**" if run.bold else "") + ("*" if run.italic else "") + run.text
            + ("*" if run.italic else "") + ("**" if run.bold else "") for run in block.runs
        )  # fmt: skip
        out.append("  " * block.level + mark + words)
    return out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\n\ntwo\n\n\nthree", ["one", "two", "three"]),
        ("one\nstill one", ["one\nstill one"]),
        ("a" * 60 + "\nwrapped", ["a" * 60 + " wrapped"]),
        ("a" * 60 + "  \nkept", ["a" * 60 + "  \nkept"]),
        ("- " + "a" * 60 + "\n  wrapped", ["- " + "a" * 60 + " wrapped"]),
        ("a" * 60 + "\n•\tpasted", ["a" * 60 + "\n•\tpasted"]),
        ("(i) " + "a" * 60 + "\n(ii) b\n3) c", ["(i) " + "a" * 60 + "\n(ii) b\n3) c"]),
        ("1. " + "a" * 60 + "\n3. b", ["1. " + "a" * 60 + "\n3. b"]),
        ("a" * 60 + "\n– and so on", ["a" * 60 + " – and so on"]),
        ("- a\n- b", ["- a", "- b"]),
        ("1. a\n2. b\n3. c", ["1. a", "2. b", "3. c"]),
        ("1. a\n1. b\n1. c", ["1. a", "2. b", "3. c"]),
        ("1. a\n\n2. b", ["1. a", "2. b"]),
        ("1. a\n2. b\n\ntext\n\n1. c", ["1. a", "2. b", "text", "1. c"]),
        ("1. a\n2. b\n1. c", ["1. a", "2. b", "1. c"]),
        ("1. a\n3. b", ["1. a\n3. b"]),
        ("1. a\n1986. b", ["1. a\n1986. b"]),
        ("1. a\n\n1986. b", ["1. a", "1986. b"]),
        ("Said:\n- a\n- b", ["Said:", "- a", "- b"]),
        ("- a\n  - b\n    - c\n- d", ["- a", "  - b", "    - c", "- d"]),
        ("1. a\n   - b\n2. c", ["1. a", "  - b", "2. c"]),
        ("- a\n  1. b\n  2. c\n- d\n  1. e", ["- a", "  1. b", "  2. c", "- d", "  1. e"]),
        ("- a\n- b\n1. c", ["- a", "- b", "1. c"]),
        ("- a\n  goes on", ["- a\ngoes on"]),
        ("- a\ngoes on too", ["- a\ngoes on too"]),
        ("- a\n\n  second paragraph\n- b", ["- a", "  second paragraph", "- b"]),
        ("- a\n\nno longer", ["- a", "no longer"]),
        ("- 1986. a year", ["- 1986. a year"]),
        ("- **bold** item", ["- **bold** item"]),
        ("**bold** and *it* and ***both***", ["**bold** and *it* and ***both***"]),
        ("__bold__ and _it_", ["**bold** and *it*"]),
        ("**two\nlines**", ["**two\nlines**"]),
        ("**not\n\nover paragraphs**", ["**not", "over paragraphs**"]),
        ("*“quoted”* ok", ["*“quoted”* ok"]),
        ("(*it*)", ["(*it*)"]),
        ("**Kit**’s *plan*; _it_—and", ["**Kit**’s *plan*; *it*—and"]),
        ("یہ **اہم** ہے، *بہت*۔", ["یہ **اہم** ہے، *بہت*۔"]),
        ("", []),
        ("\n \n", []),
    ],
)
def test_the_four_forms(text: str, expected: list[str]) -> None:
    assert shape(text) == expected


MARKS = ["- ", "1. ", "2. ", "  - ", "   ", "\n", "\n\n", "*", "**", "_", ".", "1"]
WORDS = ["a", "b c", "é", "سلام", "👩\u200d👧", "\u0301"]  # the last is an accent that joins what stands before it
PIECES = st.sampled_from([*AS_TYPED, *MARKS, *WORDS])
LIGHT = st.lists(PIECES, max_size=12).map("".join)
ANY = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=80)


def stripped(text: str) -> str:
    """What must survive: everything but white space, and the marks that lists and emphasis may use up."""
    return re.sub(r"[\s*_\-.0-9]", "", text)


@given(LIGHT | ANY)
@example("1. a\n1. b")
@example("- - - a")
@example("*" * 3000)
def test_nothing_is_lost_or_invented(text: str) -> None:
    assert stripped("".join(block.text for block in blocks(text))) == stripped(text)


@given(LIGHT | ANY)
def test_the_words_are_the_typed_ones_less_the_marks(text: str) -> None:
    """Exactly: the blocks' text is what was typed, in order, and only marks and layout were left out."""
    words = "".join(block.text for block in blocks(text)).replace(" ", "")  # a wrapped line's break is a space
    at = 0
    left_out = []
    for char in words:
        found = text.index(char, at)
        left_out.append(text[at:found])
        at = found + 1
    left_out.append(text[at:])
    # greedy matching may step over a mark that is text and take a later one: only its sort is checked
    assert not re.search(r"[^\s*_\-.0-9]", "".join(left_out))


@given(ANY.filter(lambda text: not re.search(r"[*_]|^ *(-|[0-9]+\.) ", text, re.M)))
def test_text_without_marks_is_kept_to_the_letter(text: str) -> None:
    kept = "\n".join(block.text for block in blocks(text)).split("\n")
    lines = [line for line in text.split("\n") if line.strip()]
    if all(len(line) < FULL_LINE for line in lines):
        assert kept == lines or not lines
    assert "".join("".join(kept).split()) == "".join("".join(lines).split())
    assert all(len(block.runs) == 1 and not block.runs[0].bold for block in blocks(text))


def read(markup: str) -> list[str]:
    """The paragraphs of a piece of WordprocessingML as Word would read them."""
    root = etree.fromstring(f"<x {SPACE}>{markup}</x>")
    return [
        "".join(
            {"br": "\n", "tab": "\t"}.get(etree.QName(e).localname, e.text or "")
            for e in p.iter(W + "t", W + "br", W + "tab")
        )
        for p in root.iter(W + "p")
    ]  # fmt: skip


@given(LIGHT | ANY, st.booleans())
def test_word_gets_every_letter(text: str, rtl: bool) -> None:
    # XML itself can't hold these two
    text = text.replace("\ufffe", "").replace("\uffff", "")
    assert read(wordtext.paragraphs(text, "ur-PK" if rtl else "en-GB", rtl)) == [b.text for b in blocks(text)]


def test_lists_are_numbered_one_by_one() -> None:
    markup = wordtext.paragraphs("1. a\n2. b\n\ntext\n\n1. c\n   1. d\n- e\n  - f")
    numbers = re.findall(r'w:val="(cpdocs-[^"]+)"', markup)
    assert numbers == [wordtext.LIST + n for n in "0012"] + [wordtext.BULLETS]


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x0b", "\x0c", "\x1b", "\ud800", "\ufffe", "\uffff"])
def test_what_no_file_can_hold_is_refused(char: str) -> None:
    with pytest.raises(ValueError, match=rf"U\+{ord(char):04X}"):
        wordtext.paragraphs(f"a{char}b")


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("سلام", ["R سلام"]),
        ("Kit Marwick", ["L Kit Marwick"]),
        ("سلام Kit Marwick خدا", ["R سلام ", "L Kit Marwick", "R  خدا"]),
        ("فون: 01632 960 111۔", ["R فون: ", "L 01632 960 111", "R ۔"]),
        ("(Kit)", ["R (", "L Kit", "R )"]),
        ("Kit، Rhea", ["L Kit", "R ، ", "L Rhea"]),
        ("Kit، 4 مارچ", ["L Kit", "R ، ", "L 4", "R  مارچ"]),
        ("10،000", ["L 10،000"]),
        ("۱۲۳ سلام", ["L ۱۲۳", "R  سلام"]),  # these digits run from the left, as ours do
        ("Kití", ["L Kití"]),
        ("", []),
        ("- ?", ["R - ?"]),
    ],
)
def test_right_to_left_text_is_set_in_runs_by_script(text: str, stretches: list[str]) -> None:
    assert [("R " if right else "L ") + part for part, right in wordtext.by_script(text)] == stretches


@given(st.text(max_size=40))
def test_splitting_by_script_loses_nothing(text: str) -> None:
    assert "".join(part for part, _ in wordtext.by_script(text)) == text


def test_the_groups_of_a_number_stay_in_their_order_from_right_to_left() -> None:
    number = "01632\xa0960\xa0111"
    assert number in wordtext.paragraphs("فون: 01632 960 111", "ur-PK", True)
    assert number in wordtext.inline("01632 960 111", "ur-PK", True)
    assert "01632 960 111" in wordtext.inline("01632 960 111")
    assert wordtext.together("7 Lane, 2 to 3 4") == "7 Lane, 2 to 3\xa04"


def test_right_to_left_paragraphs_hold_no_control_characters() -> None:
    markup = wordtext.paragraphs("سلام **Kit**, 01632 960 111", "ur-PK", True)
    assert "<w:bidi/>" in markup
    assert '<w:rtl/><w:lang w:bidi="ur-PK"/>' in markup
    assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", markup)


def test_another_language_is_marked_where_it_differs_from_the_document() -> None:
    assert "w:lang" not in wordtext.paragraphs("text")
    assert '<w:lang w:val="cy"/>' in wordtext.paragraphs("testun", "cy")
    assert '<w:lang w:val="en-GB"/>' in wordtext.paragraphs("text", "en-GB", document_lang="cy")
