"""Free text as Word paragraphs: typed text in, WordprocessingML out, as Markup that a template prints.

`paragraphs` is for `{{p x }}` (alone in its paragraph), `inline` and the first of `parted` for `{{r x }}` (a value
inside a line, where it needs runs of its own). Text in an ordinary `{{ x }}` stays a plain string: the engine
escapes it.

Lists use the house file's styles ListBullet and ListNumber. A numbered list needs a number of its own in
numbering.xml, or Word would count on from the list before; which one isn't known here, so LIST stands for it
and the engine puts it right when it prints the text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from markupsafe import Markup

from cpdocs import markdown

STYLES = {"paragraph": "BodyText", "bullet": "ListBullet", "number": "ListNumber"}
LIST = "cpdocs-list-"
"""`w:val` of a numbered list's numId until the engine knows it: this and the list's place in the text."""
BULLETS = "cpdocs-bullets"
"""The same for bulleted lists below the first level, which all share the style's own list."""

_SPECIAL = re.compile("[&<>\\x00-\\x08\\x0b-\\x1f\ud800-\udfff\ufffe\uffff]")
_TEXT = '<w:t xml:space="preserve">'


def escape(text: str) -> str:
    """Make text safe inside w:t. Raises ValueError for characters that no XML file can hold."""
    if not _SPECIAL.search(text):
        return text
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if bad := _SPECIAL.search(text.replace("&", "")):
        raise ValueError(f"a character that Word can't hold (U+{ord(bad[0]):04X})")
    return text


@lru_cache(maxsize=1024)  # one text is in many readers' copies
def paragraphs(
    text: str,
    lang: str = "en-GB",
    rtl: bool = False,
    *,
    style: str = "BodyText",
    document_lang: str = "en-GB",
    keep: bool = False,
) -> Markup:
    """Set free text with its light Markdown as Word paragraphs.

    `lang` is the language of this text; it is marked on the runs where it isn't the document's own, so that
    a screen reader changes its voice. `rtl` sets whole paragraphs from right to left. `keep` keeps them on one
    page with what follows. Raises ValueError for characters that no XML file can hold.
    """
    out: list[str] = []
    lists = -1
    started: dict[int, int] = {}
    marked = lang if lang != document_lang else ""
    for block in markdown.blocks(text):
        numbering = indent = ""
        name = STYLES[block.kind] if block.kind != "paragraph" else style
        if block.kind == "number":
            if block.number == 1:
                lists += 1
                started[block.level] = lists
            numbering = _numbering(block.level, f"{LIST}{started[block.level]}")
        elif block.kind == "bullet" and block.level:
            numbering = _numbering(block.level, BULLETS)
        elif block.kind == "paragraph" and block.level:
            # half an inch a level, as Word's lists; `start` would be wrong before Word 2010, `left` follows bidi
            indent = f'<w:ind w:left="{360 * block.level}"/>'
        # said also for no: a right-to-left document would turn an original that is still in English
        bidi = "<w:bidi/>" if rtl else '<w:bidi w:val="0"/>' if marked else ""
        next_ = "<w:keepNext/>" if keep else ""
        out.append(f'<w:p><w:pPr><w:pStyle w:val="{name}"/>{next_}{numbering}{bidi}{indent}</w:pPr>')
        out += (_run(run.text, run.bold, run.italic, marked, lang, rtl) for run in block.runs)
        out.append("</w:p>")
    return Markup("".join(out))


KEEP = "<!--cpdocs-keep-->"
"""Before runs whose paragraph stays with what follows; the engine puts that into the paragraph's properties."""
_LEADING = re.compile(
    r'<w:p><w:pPr><w:pStyle w:val="BodyText"/>(<w:keepNext/>)?(?:<w:bidi/>)?</w:pPr>(.*?)</w:p>', re.DOTALL
)


@lru_cache(maxsize=1024)
def parted(text: Markup) -> tuple[Markup, Markup]:
    """What `paragraphs` made, as the runs of its first paragraph and the paragraphs after it.

    The runs can stand behind words of the template's own (`{{r x_first }}`). A text that begins with a list, or
    is in another language than its document, has no such runs: all of it is in the second.
    """
    first = _LEADING.match(text)
    if not first:
        return Markup(""), text
    return Markup((KEEP if first[1] else "") + first[2]), Markup(text[first.end() :])


def inline(text: str, lang: str = "en-GB", rtl: bool = False) -> Markup:
    """Set one value as runs of its own, split by script where the document runs from right to left."""
    return Markup(_run(text, False, False, "", lang, rtl))


def _numbering(level: int, number: str) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def _run(text: str, bold: bool, italic: bool, marked: str, lang: str, rtl: bool) -> str:
    if not rtl:
        return f"<w:r>{_properties(bold, italic, False, marked)}{content(text)}</w:r>"
    return "".join(
        f"<w:r>{_properties(bold, italic, right, lang if right else 'en-GB')}{content(part)}</w:r>"
        for part, right in by_script(together(text))
    )


@lru_cache(maxsize=256)
def _properties(bold: bool, italic: bool, rtl: bool, lang: str) -> str:
    inner = (
        ("<w:b/><w:bCs/>" if bold else "")
        + ("<w:i/><w:iCs/>" if italic else "")
        + ("<w:rtl/>" if rtl else "")
        + (f'<w:lang w:{"bidi" if rtl else "val"}="{escape(lang)}"/>' if lang else "")
    )
    return f"<w:rPr>{inner}</w:rPr>" if inner else ""


def content(text: str) -> str:
    """What stands inside a w:r: text as typed, with line breaks and tabs as Word's own."""
    inner = f"{_TEXT}{escape(text)}</w:t>"
    if "\n" in text or "\t" in text:
        inner = inner.replace("\n", f"</w:t><w:br/>{_TEXT}").replace("\t", f"</w:t><w:tab/>{_TEXT}")
        inner = inner.replace(f"{_TEXT}</w:t>", "")
    return inner


_GROUPS = re.compile("(?<=[0-9]) (?=[0-9])")


def together(text: str) -> str:
    """Text for a right-to-left paragraph, with no-break spaces between groups of figures.

    At an ordinary space a telephone number's groups change places: by the Unicode rules they are two numbers, of
    which the first stands to the right. Word is told otherwise by the run; LibreOffice isn't.
    """
    return _GROUPS.sub("\N{NO-BREAK SPACE}", text)


_STOPS = re.compile("[\N{ARABIC COMMA}\N{ARABIC SEMICOLON}](?![0-9])")
"""Signs of the right-to-left text, even between two names or before a number: they part, they don't join."""
_RIGHT = {"R", "AL", "AN", "RLE", "RLO", "RLI"}
_LEFT = {"L", "EN", "LRE", "LRO", "LRI"}


@lru_cache(maxsize=4096)
def by_script(text: str) -> tuple[tuple[str, bool], ...]:
    """Split text for a right-to-left paragraph: stretches, each with True where it runs from the right.

    Spaces and signs between two left-to-right words or numbers stay with them (a telephone number is one
    stretch), an Arabic comma with its space doesn't (a list of names is read from the right); all others follow
    the paragraph. Joining the stretches gives the text back.
    """
    if text.isascii() and not any(char.isalnum() for char in text):
        return ((text, True),) if text else ()
    sides: list[bool | None] = []
    for char in text:
        kind = unicodedata.bidirectional(char)
        sides.append(True if kind in _RIGHT else False if kind in _LEFT else None)
    strong = [i for i, side in enumerate(sides) if side is not None]
    for a, b in pairwise(strong):
        between = not (sides[a] is False and sides[b] is False) or bool(_STOPS.search(text, a + 1, b + 1))
        for i in range(a + 1, b):
            # a mark that combines with the letter before it must not be torn from it
            sides[i] = sides[i - 1] if unicodedata.bidirectional(text[i]) in ("NSM", "BN") else between
    for i in range(strong[-1] + 1 if strong else 0, len(text)):
        joined = i and unicodedata.bidirectional(text[i]) in ("NSM", "BN")
        sides[i] = sides[i - 1] if joined else True
    out: list[tuple[str, bool]] = []
    start = 0
    for i in range(1, len(text) + 1):
        right = sides[start] is not False
        if i == len(text) or (sides[i] is not False) != right:
            out.append((text[start:i], right))
            start = i
    return tuple(out)
