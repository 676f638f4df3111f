"""A Word paragraph in, the sentences a translator reads out; and back: translations in, the paragraph
rebuilt.

    Dear {{ child.name }}, please **come** on …   <->   Dear {child.name}, please <1>come</1> on …

A placeholder is the tag's look-up in braces. A mark `<1>…</1>` is formatting that differs from most of the
sentence, or a link; `<2/>` is something that isn't text: a line break, a page number, a picture. What stands
before the first word and after the last stays where it is and is not shown. A tab parts a label from its
value or the two ends of a footer: what stands on its two sides are two sentences, so that "Date" is one message
wherever a date is printed.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from cpdocs.message import UNSAFE, escape, literal_braces, speaks, tokens
from cpdocs.transform.wordml import XML_SPACE, local, put, w

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
BLOCK = re.compile(r"^\s*(\{%.*?%\}|\{\{(p|tr|tc)\b.*?\}\}|\{#.*?#\})\s*$", re.DOTALL)
_NAME = r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[[0-9]+\])*)"
_LOOKUP = re.compile(r"\{\{-?(?:[pr](?=\s))?\s*" + _NAME + r"\s*((?:\|\s*[A-Za-z_]\w*\s*)*)-?\}\}")
_FORMAT_NOISE = ("lang", "noProof", "rPrChange", "specVanish")
_UNSEEN = ("proofErr", "permStart", "permEnd")
_SPACES = " \u00a0\t"
_BESIDE = ("a tab", "a line break", "a picture")
_ITEM = "\ufffc"


class Unfit(Exception):
    """A translation that can't stand in its paragraph; the message says what is wrong in a translator's
    words.
    """


@dataclass
class _Piece:
    """Text, a tag or an item, with its run formatting and the link it stands in."""

    kind: str
    text: str
    look: Any = None
    link: Any = None
    item: Any = None

    @property
    def key(self) -> tuple[_Look, int]:
        return (_look_key(self.look), 0 if self.link is None else id(self.link))


@dataclass
class Sentence:
    """One paragraph as a translator reads it, with what is needed to build the paragraph again."""

    text: str
    tags: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[int, str] = field(default_factory=dict)
    _marks: Mapping[int, _Piece] = field(default_factory=dict, repr=False)
    _base: _Piece | None = field(default=None, repr=False)
    _whole: list[_Piece] = field(default_factory=list, repr=False)
    _before: list[_Piece] = field(default_factory=list, repr=False)
    _after: list[_Piece] = field(default_factory=list, repr=False)

    @property
    def translatable(self) -> bool:
        """Whether there is anything to translate: a letter or a stop outside placeholders and marks."""
        return speaks(self.text)


@dataclass
class Reading:
    """A paragraph read: its sentences in order, and all that is needed to write it again."""

    sentences: list[Sentence]
    _layout: list[Sentence | _Piece] = field(repr=False)
    _kept: list[Any] = field(repr=False)


def read(paragraph: Any) -> Reading:
    """The sentences of a paragraph; none where nothing is to translate: a block tag alone, or no words."""
    pieces, kept = _pieces(paragraph)
    words = "".join(piece.text for piece in pieces if piece.kind != "item")
    if not words.strip() or BLOCK.match(words):
        return Reading([], [], kept)
    layout: list[Sentence | _Piece] = []
    segment: list[_Piece] = []
    for piece in _smooth(pieces):
        if piece.kind == "item" and _item_name(piece) == "a tab":
            layout += [*_segment(segment), piece]
            segment = []
        else:
            segment.append(piece)
    layout += _segment(segment)
    return Reading([each for each in layout if isinstance(each, Sentence)], layout, kept)


def _segment(whole: list[_Piece]) -> list[Sentence] | list[_Piece]:
    """One stretch between tabs: a Sentence, or the pieces as they are where nothing is to translate."""
    before, pieces = _edge(whole)
    after, rest = _edge(pieces[::-1])
    pieces = rest[::-1]
    if not any(piece.kind in ("text", "tag") for piece in pieces):
        return whole
    sentence = _written(pieces, _base(pieces))
    sentence._whole, sentence._before, sentence._after = whole, before, after[::-1]
    return [sentence] if sentence.translatable else whole


_Look = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def _look_key(look: Any) -> _Look:
    """Run formatting as comparable values; language and proofing marks make no difference to the eye."""
    if look is None:
        return ()
    return tuple(
        (child.tag, tuple(sorted(child.attrib.items()))) for child in look if local(child) not in _FORMAT_NOISE
    )


def _pieces(paragraph: Any) -> tuple[list[_Piece], list[Any]]:
    """Text and items of a paragraph in order, tags joined over the runs Word split them into."""
    raw: list[_Piece] = []
    kept: list[Any] = []
    _collect(paragraph, None, raw, kept, _Fields())
    out: list[_Piece] = []
    for tagged, group in _by_tag(raw):
        if tagged:
            first = group[0]
            out.append(_Piece("tag", "".join(piece.text for piece in group), first.look, first.link))
        else:
            out.extend(group)
    return out, kept


class _Fields:
    """A complex field is one item: all its runs, from begin to end."""

    def __init__(self) -> None:
        self.depth = 0
        self.runs: list[Any] = []


def _collect(parent: Any, link: Any, raw: list[_Piece], kept: list[Any], fields: _Fields) -> None:
    for child in parent:
        name = local(child)
        if name == "r":
            _run(child, link, raw, fields)
        elif name in ("hyperlink",):
            _collect(child, child, raw, kept, fields)
        elif name in ("smartTag", "ins"):
            _collect(child, link, raw, kept, fields)
        elif name == "sdt":
            content = child.find(w("sdtContent"))
            if content is not None:
                _collect(content, link, raw, kept, fields)
        elif name == "fldSimple":
            raw.append(_Piece("item", _ITEM, None, link, [child]))
        elif name.startswith("bookmark"):
            kept.append(child)
        elif name and name != "pPr" and name not in _UNSEEN:
            raw.append(_Piece("item", _ITEM, None, link, [child]))


def _run(run: Any, link: Any, raw: list[_Piece], fields: _Fields) -> None:
    look = run.find(w("rPr"))
    marks = [child.get(w("fldCharType")) for child in run.findall(w("fldChar"))]
    if fields.depth or "begin" in marks:
        fields.depth += marks.count("begin") - marks.count("end")
        fields.runs.append(run)
        if not fields.depth:
            raw.append(_Piece("item", _ITEM, look, link, fields.runs))
            fields.runs = []
        return
    for child in run:
        name = local(child)
        if name == "t":
            raw.append(_Piece("text", re.sub(r"[\t\r\n]", " ", child.text or ""), look, link))
        elif name in ("noBreakHyphen", "softHyphen"):
            raw.append(_Piece("text", "\u2011" if name == "noBreakHyphen" else "\u00ad", look, link))
        elif name and name not in ("rPr", "lastRenderedPageBreak"):
            alone = copy.copy(run)
            for other in list(alone):
                alone.remove(other)
            if look is not None:
                alone.append(copy.deepcopy(look))
            alone.append(copy.deepcopy(child))
            raw.append(_Piece("item", _ITEM, look, link, [alone]))


def _by_tag(raw: list[_Piece]) -> Iterator[tuple[bool, list[_Piece]]]:
    """Cut the pieces where tags begin and end."""
    whole = "".join(piece.text for piece in raw)
    cuts = [(match.start(), match.end()) for match in TAG.finditer(whole) if _ITEM not in match.group()]
    at = 0
    inside: list[_Piece] = []
    for piece in raw:
        start, end = at, at + len(piece.text)
        at = end
        position = start
        while position < end:
            tag = next(((a, b) for a, b in cuts if a <= position < b), None)
            stop = min(end, tag[1] if tag else min((a for a, _ in cuts if a > position), default=end))
            part = _Piece(piece.kind, piece.text[position - start : stop - start], piece.look, piece.link, piece.item)
            if tag:
                inside.append(part)
                if stop == tag[1]:
                    yield True, inside
                    inside = []
            else:
                yield False, [part]
            position = stop


def _smooth(pieces: list[_Piece]) -> list[_Piece]:
    """Spaces take the formatting of what stands before them, so that no mark holds or ends in a space
    alone.
    """
    out: list[_Piece] = []
    for piece in pieces:
        if piece.kind != "text" or not piece.text:
            if piece.text:
                out.append(piece)
            continue
        body = piece.text.strip(_SPACES)
        lead = piece.text[: len(piece.text) - len(piece.text.lstrip(_SPACES))] if body else piece.text
        trail = piece.text[len(lead) + len(body) :]
        out.extend(
            _Piece("space" if not text.strip(_SPACES) else "text", text, piece.look, piece.link)
            for text in (lead, body, trail)
            if text
        )
    return out


def _edge(pieces: list[_Piece]) -> tuple[list[_Piece], list[_Piece]]:
    """The spaces, breaks and pictures before the first word, tag or number of a page; and the rest."""
    for at, piece in enumerate(pieces):
        if piece.kind in ("text", "tag") or (piece.kind == "item" and _item_name(piece) not in _BESIDE):
            return pieces[:at], pieces[at:]
    return pieces, []


def _base(pieces: list[_Piece]) -> _Piece:
    """A piece in the paragraph's usual formatting: that of most of its text, links left out if there is
    other.
    """
    weight: dict[tuple[_Look, int], int] = {}
    first: dict[tuple[_Look, int], _Piece] = {}
    unlinked = any(piece.link is None for piece in pieces if piece.kind in ("text", "tag"))
    for piece in pieces:
        if piece.kind in ("text", "tag") and not (unlinked and piece.link is not None):
            first.setdefault(piece.key, piece)
            weight[piece.key] = weight.get(piece.key, 0) + (len(piece.text) if piece.kind == "text" else 10)
    return first[max(weight, key=lambda key: weight[key])]


def _written(pieces: list[_Piece], base: _Piece) -> Sentence:
    """The message of the pieces: groups of other formatting become marks, items `<n/>`, tags placeholders."""
    text = ""
    tags: dict[str, str] = {}
    marks: dict[int, _Piece] = {}
    items: dict[int, str] = {}
    open_mark: tuple[int, tuple[_Look, int]] | None = None
    pending = ""
    for piece in pieces:
        if piece.kind == "space":
            pending += piece.text
            continue
        if piece.kind == "item":
            text += (f"</{open_mark[0]}>" if open_mark else "") + pending
            open_mark, pending = None, ""
            number = len(marks) + 1
            marks[number], items[number] = piece, _item_name(piece)
            text += f"<{number}/>"
            continue
        if open_mark and piece.key != open_mark[1]:
            text += f"</{open_mark[0]}>"
            open_mark = None
        text += pending
        pending = ""
        if piece.key != base.key and not open_mark:
            number = len(marks) + 1
            marks[number] = piece
            open_mark = (number, piece.key)
            text += f"<{number}>"
        if piece.kind == "tag":
            name = _placeholder(piece.text, tags)
            tags[name] = piece.text
            text += "{" + name + "}"
        else:
            text += escape(piece.text)
    text += (f"</{open_mark[0]}>" if open_mark else "") + pending
    return Sentence(text, tags, items, marks, base)


def lookup(tag: str) -> str:
    """The name that a tag prints: `{{p child.risk.worries }}` in, `child.risk.worries` out; "" for a block
    tag.
    """
    match = _LOOKUP.fullmatch(tag)
    return match.group(1) if match else ""


def _placeholder(tag: str, tags: Mapping[str, str]) -> str:
    """`{{ child.name }}` in, `child.name` out; a filter follows a colon, anything else gets a number."""
    match = _LOOKUP.fullmatch(tag)
    if not match:
        known = next((name for name, text in tags.items() if text == tag), None)
        return known or f"tag{len(tags) + 1}"
    filters = [name.strip() for name in match.group(2).split("|") if name.strip()]
    return ":".join([match.group(1), *filters])


def _item_name(piece: _Piece) -> str:
    """What an item is, for the translator's comment."""
    element = piece.item[0]
    names = {local(node) for node in element.iter()}
    code = " ".join((node.text or "") + (node.get(w("instr")) or "") for root in piece.item for node in root.iter())
    if "NUMPAGES" in code or "SECTIONPAGES" in code:
        return "the number of pages"
    if "PAGE" in code:
        return "the page number"
    if "tab" in names:
        return "a tab"
    if names & {"br", "cr"}:
        return "a line break"
    if names & {"drawing", "pict"}:
        return "a picture"
    return "something that isn't text"


def rebuild(paragraph: Any, reading: Reading, translations: Sequence[str | None]) -> None:
    """Put translations in the sentences' place, one for each: same formatting, same tags, nothing else.

    None leaves a sentence as it was. Raises Unfit, before anything is changed, where a placeholder or mark is
    unknown, lost or badly nested.
    """
    said = iter(translations)
    pieces: list[_Piece] = []
    for each in reading._layout:
        if isinstance(each, _Piece):
            pieces.append(each)
            continue
        translation = next(said)
        pieces += each._whole if translation is None else translated(each, translation)
    _write(paragraph, pieces, reading._kept)


def isolate_tags(paragraph: Any, style: str, looks: Mapping[str, Any]) -> None:
    """Put each tag of a paragraph in one run of this character style; everything keeps its look.

    `looks` are the look of each character style, by its id: a run has one style, so what its own said is said directly.
    """
    pieces, kept = _pieces(paragraph)
    if not any(piece.kind == "tag" for piece in pieces):
        return
    for piece in pieces:
        if piece.kind == "tag":
            look = etree.Element(w("rPr")) if piece.look is None else copy.deepcopy(piece.look)
            own = look.find(w("rStyle"))
            for said in looks.get(own.get(w("val"), ""), ()) if own is not None else ():
                if look.find(said.tag) is None:
                    put(look, local(said)).attrib.update(said.attrib)
            put(look, "rStyle", val=style)
            put(look, "noProof")
            piece.look = look
    _write(paragraph, pieces, kept)


def _write(paragraph: Any, pieces: Sequence[_Piece], kept: Sequence[Any]) -> None:
    for child in list(paragraph):
        if local(child) != "pPr":
            paragraph.remove(child)
    paragraph.extend(kept)
    link_at: tuple[Any, Any] | None = None
    for piece in pieces:
        target = paragraph
        if piece.link is not None:
            if link_at is None or link_at[0] is not piece.link:
                made = copy.copy(piece.link)
                for child in list(made):
                    made.remove(child)
                paragraph.append(made)
                link_at = (piece.link, made)
            target = link_at[1]
        else:
            link_at = None
        if piece.kind == "item":
            target.extend(copy.deepcopy(element) for element in piece.item)
        elif piece.text:
            target.append(_new_run(piece))


def _new_run(piece: _Piece) -> Any:
    run = etree.Element(w("r"))
    if piece.look is not None:
        run.append(copy.deepcopy(piece.look))
    text = etree.SubElement(run, w("t"))
    text.text = piece.text
    text.set(XML_SPACE, "preserve")
    return run


def refuse_code(english: str, translation: str) -> None:
    """Raise Unfit for a character no document can hold, and for a brace that could make a tag of a translation."""
    if hidden := UNSAFE.search(translation):
        raise Unfit(f"a character that can't be seen (U+{ord(hidden.group()):04X}) stands in it")
    if literal_braces(translation) and not literal_braces(english):
        raise Unfit("a brace stands in it that isn't a placeholder's")
    words = "".join(value if kind == "text" else " " if kind == "place" else "" for kind, value in tokens(translation))
    if re.search(r"\{[{%#]|[}%#]\}", words):
        raise Unfit("it holds something that would be read as a tag")


def translated(sentence: Sentence, translation: str) -> list[_Piece]:
    """The pieces of a sentence's translation. Raises Unfit where it doesn't fit its English."""
    base = sentence._base
    assert base is not None
    refuse_code(sentence.text, translation)
    here: int | None = None
    used: list[int] = []
    pieces: list[_Piece] = []
    seen: set[str] = set()
    for kind, value in tokens(translation):
        now = base if here is None else sentence._marks[here]
        if kind == "text":
            pieces.append(_Piece("text", value, now.look, now.link))
        elif kind == "place":
            if value not in sentence.tags:
                raise Unfit(f"the placeholder {{{value}}} isn't in the English")
            seen.add(value)
            pieces.append(_Piece("tag", sentence.tags[value], now.look, now.link))
        elif kind == "close":
            if here != int(value):
                raise Unfit(f"the mark </{value}> closes nothing")
            here = None
        else:
            number = int(value)
            if number not in sentence._marks or (kind == "item") != (number in sentence.items) or number in used:
                raise Unfit(f"the mark <{value}{'/' * (kind == 'item')}> isn't in the English, or is there twice")
            used.append(number)
            if kind == "item":
                pieces.append(sentence._marks[number])
            elif here is not None:
                raise Unfit(f"the mark <{value}> opens inside <{here}>")
            else:
                here = number
    lost = [f"{{{name}}}" for name in sentence.tags if name not in seen]
    lost += [f"<{number}>" for number in sentence._marks if number not in used]
    if here is not None:
        raise Unfit(f"the mark <{here}> is never closed")
    if lost:
        raise Unfit(f"{', '.join(lost)} is missing")
    return [*sentence._before, *pieces, *sentence._after]
