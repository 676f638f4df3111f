"""Parts of a document in a right-to-left language in, the page turned round out.

Word needs it said in many places: sections and tables are mirrored, paragraphs run from the right, runs are
marked by script and take the complex-script size, weight and font. In a `w:bidi` paragraph Word reads `left`
and `right` of alignments, indents and tabs as "where the line begins" and "where it ends", so these turn by
themselves and must not be swapped; what is truly physical (a rule beside a paragraph, a picture that hangs at
a side) is. No control characters: a value gets runs of its own by script when it is printed (decision 30).
"""

from __future__ import annotations

import copy
import re
from typing import Any

from lxml import etree

from cpdocs import wordtext
from cpdocs.transform.sentence import TAG
from cpdocs.transform.wordml import (
    WP,
    XML_SPACE,
    Parts,
    drop,
    is_on,
    local,
    parse,
    properties,
    put,
    serialise,
    text_parts,
    w,
)

_ADDRESS = re.compile("address", re.IGNORECASE)
"""The house file's styles for postal addresses have this in their names."""


def mirror(parts: Parts, word_tag: str, font: str = "", instead: str = "") -> dict[str, bytes]:
    """Turn a document for a right-to-left language.

    `word_tag` is the language as Word knows it (`ur-PK`), `font` the complex-script font to use, `instead` the
    one that Word takes where that isn't installed.
    Paragraphs that say `w:bidi` 0 (English left in a draft) stay as they are.
    """
    out = dict(parts)
    for name in text_parts(parts):
        root = parse(parts[name])
        for paragraph in list(root.iter(w("p"))):
            _paragraph(paragraph, word_tag, font)
        for table in root.iter(w("tbl")):
            put(properties(table, "tblPr"), "bidiVisual")
        if not any(is_on(section.find(w("bidi"))) for section in root.iter(w("sectPr"))):
            _pictures(root)  # in a file that came back from a translator they are turned already
        for section in root.iter(w("sectPr")):
            put(section, "bidi")
        out[name] = serialise(root)
    for name, change in (("word/styles.xml", _styles), ("word/numbering.xml", _numbering)):
        if name in parts:
            root = parse(parts[name])
            change(root, word_tag, font)
            out[name] = serialise(root)
    if font and FONTS in parts:
        out[FONTS] = _font_table(parse(parts[FONTS]), font, instead)
    return out


FONTS = "word/fontTable.xml"


def _font_table(root: Any, font: str, instead: str) -> bytes:
    """Name the font, and the one that is as good where nobody has installed it."""
    for known in root.findall(w("font")):
        if known.get(w("name")) == font:
            root.remove(known)
    entry = etree.SubElement(root, w("font"), {w("name"): font})
    told = {"altName": instead, "family": "auto", "pitch": "variable"}
    for name, value in told.items():
        if value:
            etree.SubElement(entry, w(name), {w("val"): value})
    return serialise(root)


def _paragraph(paragraph: Any, word_tag: str, font: str) -> None:
    ppr = properties(paragraph, "pPr")
    bidi = ppr.find(w("bidi"))
    if bidi is not None and not is_on(bidi):
        return
    style = ppr.find(w("pStyle"))
    if style is not None and _ADDRESS.search(style.get(w("val"), "")):
        # A line of an address is read from the left, whatever the page does: "3 Sailmaker Row", not "Row 3".
        put(ppr, "bidi", val="0")
        put(ppr, "jc", val="right")
        return
    if not is_on(bidi):
        put(ppr, "bidi")
        _borders(ppr)
    for run in list(paragraph.iter(w("r"))):
        _run(run, word_tag, font)


def _run(run: Any, word_tag: str, font: str) -> None:
    """Mark a run; one whose words are of both directions is cut where the direction changes."""
    texts = run.findall(w("t"))
    if not texts:
        _complex(properties(run, "rPr"), word_tag, font, rtl=True)
        return
    if len(texts) != 1 or any(local(child) not in ("rPr", "t") for child in run):
        _complex(properties(run, "rPr"), word_tag, font, rtl=True)
        return
    pieces = _by_direction(texts[0].text or "")
    parent = run.getparent()
    at = parent.index(run)
    for number, (text, rtl) in enumerate(pieces):
        one = copy.deepcopy(run) if len(pieces) > 1 else run
        _complex(properties(one, "rPr"), word_tag, font, rtl=rtl)
        if len(pieces) > 1:
            node = one.find(w("t"))
            node.text = text
            node.set(XML_SPACE, "preserve")
            parent.insert(at + number, one)
    if len(pieces) > 1:
        parent.remove(run)


def _by_direction(text: str) -> list[tuple[str, bool]]:
    """Words by script; a tag keeps the paragraph's direction, because its value is cut when it is printed."""
    out: list[tuple[str, bool]] = []
    for piece in re.split(f"({TAG.pattern})", text):
        if TAG.fullmatch(piece):
            out.append((piece, True))
        elif piece:
            out.extend(wordtext.by_script(piece))
    return out or [(text, True)]


def _complex(look: Any, word_tag: str, font: str, *, rtl: bool) -> None:
    """Mark a run's direction and language, with the complex-script side of its look."""
    _twins(look, font)
    if rtl:
        put(look, "rtl")
        put(look, "lang", bidi=word_tag)
        return
    # Latin letters in a right-to-left page are a name or a word of another language; English, as things are.
    for element in look.findall(w("rtl")):
        look.remove(element)
    put(look, "lang", val="en-GB")


def _styles(root: Any, word_tag: str, font: str) -> None:
    defaults = properties(root, "docDefaults")
    look = properties(properties(defaults, "rPrDefault"), "rPr")
    put(look, "lang", bidi=word_tag)
    if font:
        put(look, "rFonts")
    if look.find(w("sz")) is None:
        put(look, "sz", val="20")  # Word's own default, said so that its complex twin can be
    _twins(look, font)
    put(properties(properties(defaults, "pPrDefault"), "pPr"), "bidi")
    for style in root.findall(w("style")):
        kind = style.get(w("type"))
        inner = style.find(w("rPr"))
        if inner is not None:
            _twins(inner, font)
        if kind == "paragraph":
            ppr = properties(style, "pPr")
            put(ppr, "bidi")
            _borders(ppr)
        elif kind == "table":
            for conditional in style.findall(w("tblStylePr")):
                if (look := conditional.find(w("rPr"))) is not None:
                    _twins(look, font)


def _twins(look: Any, font: str) -> None:
    """Give a look for complex scripts what it says for Latin: weight, size, font.

    Arabic letters join, so no spacing between them; they have no italics and no capitals, so bold alone
    carries emphasis.
    """
    drop(look, "caps", "smallCaps", "spacing")
    bold = look.find(w("b"))
    if bold is not None and look.find(w("bCs")) is None:
        put(look, "bCs", **({} if is_on(bold) else {"val": "0"}))
    if is_on(look.find(w("i"))):
        put(look, "bCs")
    drop(look, "iCs")
    size = look.find(w("sz"))
    if size is not None:
        put(look, "szCs", val=size.get(w("val")))
    fonts = look.find(w("rFonts"))
    if font and fonts is not None:
        fonts.attrib.pop(w("cstheme"), None)
        fonts.set(w("cs"), font)


def _numbering(root: Any, word_tag: str, font: str) -> None:
    """A list's number runs from the right too, or "1." would be printed as ".1" on the wrong side."""
    for level in root.iter(w("lvl")):
        symbols = level.find(w("numFmt"))
        if symbols is not None and symbols.get(w("val")) == "bullet":
            continue
        look = properties(level, "rPr")
        _twins(look, font)
        put(look, "rtl")


def _borders(ppr: Any) -> None:
    """A rule at a paragraph's side is drawn where it says, so it changes sides with the text."""
    borders = ppr.find(w("pBdr"))
    if borders is None:
        return
    left, right = borders.find(w("left")), borders.find(w("right"))
    for element, name in ((left, "right"), (right, "left")):
        if element is not None:
            element.tag = w(name)
    order = ("top", "left", "bottom", "right", "between", "bar")
    borders[:] = sorted(borders, key=lambda element: order.index(local(element)))


def _pictures(root: Any) -> None:
    """A picture that hangs at one side hangs at the other."""
    other = {"left": "right", "right": "left"}
    for place in root.iter(f"{{{WP}}}positionH"):
        align = place.find(f"{{{WP}}}align")
        if align is not None and align.text in other:
            align.text = other[align.text]
