"""All text of a finished file: bytes in, Haystacks out, and what can't be read is said.

A .docx is unfolded to its last attribute; nothing that Word could show, now or after a click, is passed over.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from cpdocs import parts
from cpdocs.haystack import WALL, Haystack


class Unread(NamedTuple):
    """A part of a file whose text can't be got at, and why."""

    where: str
    reason: str


_WORD_BREAK = re.compile(r"</w:(?:p|tc|instrText)>|</a:p>|<w:(?:br|cr|tab|ptab|noBreakHyphen)\b[^>]*>")
_TAG = re.compile(r"(<[^>]*>)")
_ATTRIBUTE = re.compile(r"""([A-Za-z]+)\s*=\s*"([^"]*)\"""")
_QUOTED_SINGLY = re.compile(r"""([A-Za-z]+)\s*=\s*'([^']*)'""")
_CONTROL = re.compile(r"""<w:(?:tag|alias|default|statusText|helpText)\b[^>]*?\bw:val\s*=\s*["']([^"']*)""")
# Attributes that people write; the others, but for the values of _CONTROL, are Word's own vocabulary.
_WRITTEN = frozenset(
    ("descr", "title", "name", "author", "initials", "tooltip", "alt", "summary", "displayText", "href", "Target",
     "content", "value")
)  # fmt: skip
_COMMENT = re.compile(r"<!--(.*?)-->|<!\[CDATA\[(.*?)\]\]>|<\?(.*?)\?>", re.S)
_HTML_BREAK = re.compile(r"</?(?:p|div|br|li|td|th|tr|h[1-6]|ul|ol|table|section|header|footer|title)\b[^>]*>", re.I)
_CONSTANT = re.compile(r"word/(?:styles|numbering|settings|fontTable|webSettings|theme/.*)\.xml|.*\.rels|\[Content_.*")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".tif", ".tiff", ".bmp", ".webp")
_CODED = (".brf", ".mp3", ".wav", ".ogg", ".pdf")


def of_file(data: bytes, file_name: str = "") -> tuple[list[Haystack], list[Unread]]:
    """All text of a finished file, part by part, and the parts that can't be read.

    A .docx (or any zip) is unfolded: text with runs joined, attribute values, comments, properties, part
    names, packages inside. Any other file is read as text. The file's own name is searched as well.
    """
    stacks, unread = _of_file(data, file_name)
    return list(stacks), list(unread)


@lru_cache(maxsize=1)  # one file is searched for several readers' secrets, and in several languages
def _of_file(data: bytes, file_name: str) -> tuple[tuple[Haystack, ...], tuple[Unread, ...]]:
    stacks: list[Haystack] = [Haystack("the file's name", _spread(file_name))] if file_name else []
    unread: list[Unread] = []
    _collect(data, file_name, "", stacks, unread, depth=0)
    return tuple(stacks), tuple(unread)


def _collect(data: bytes, name: str, inside: str, stacks: list[Haystack], unread: list[Unread], *, depth: int) -> None:
    where = inside or "the file"
    lower = name.lower()
    if data.startswith(b"PK"):
        if depth > 2:
            unread.append(Unread(where, "packed more than three times over"))
            return
        try:
            unfolded = parts.read(data)
        except parts.PackageError as error:
            unread.append(Unread(where, error.message))
            return
        stacks.append(Haystack(where, f" {WALL} ".join(map(_spread, unfolded)), prose=False))
        for part, content in unfolded.items():
            _collect(content, part, f"{inside}/{part}" if inside else part, stacks, unread, depth=depth + 1)
    elif lower.endswith(_PICTURES):
        unread.append(Unread(where, "a picture: what it shows can't be searched"))
    elif lower.endswith(_CODED) or data.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"ID3", b"RIFF")):
        unread.append(Unread(where, "not text: what it says can't be searched"))
    elif _CONSTANT.fullmatch(name):
        stacks += _kept(where, data)
    else:
        found = _once(where, data, lower)
        if found is None:
            unread.append(Unread(where, "not text: what it says can't be searched"))
        else:
            stacks += found


@lru_cache(maxsize=32)
def _once(where: str, data: bytes, name: str) -> tuple[Haystack, ...] | None:
    """The text of one part; what goes to several readers in the same words stands there once."""
    text = _decoded(data)
    return None if text is None else tuple(_texts(where, text, name))


@lru_cache(maxsize=512)
def _kept(where: str, data: bytes) -> tuple[Haystack, ...]:
    """Parts that every copy shares and that hold nothing of a record are folded once."""
    text = _decoded(data) or data.decode("latin-1")
    return tuple(Haystack(where, stack.text, prose=False, constant=True) for stack in _texts(where, text, ""))


def _decoded(data: bytes) -> str | None:
    encodings = ["utf-8-sig"]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            return None
        return None if "\x00" in text else text
    return None


def _texts(where: str, text: str, name: str) -> list[Haystack]:
    if text.lstrip()[:1] == "<":
        prose, other = _markup(text)
        return [Haystack(where, prose), Haystack(where, other, prose=False)]
    if text.lstrip()[:1] in ("{", "["):
        try:
            return [Haystack(where, f" {WALL} ".join(_strings(json.loads(text))))]
        except (ValueError, RecursionError):
            return [Haystack(where, text)]
    if text.startswith("BEGIN:VCALENDAR"):
        text = re.sub(r"\r?\n[ \t]", "", text)
    if name.endswith((".po", ".pot")):
        text = re.sub(r'"\s*\n\s*"', "", text)
    return [Haystack(where, re.sub(r"\\[nrt]", " ", text))]


def _markup(text: str) -> tuple[str, str]:
    """The text of XML or HTML, and its other attributes; what runs split is joined, what stands apart is apart."""
    asides: list[str] = []

    def aside(found: re.Match[str]) -> str:
        if found[2] is not None:  # CDATA is text like any other
            return html.escape(found[2], quote=False)
        asides.append(found[1] or found[3] or "")
        return " "

    if "<!" in text or "<?" in text:
        text = _COMMENT.sub(aside, text)
    pieces = _TAG.split(text)  # text, tag, text, tag, … text
    different = dict.fromkeys(pieces[1::2])  # a long document has few different tags
    tags = "".join(different)
    attributes = dict.fromkeys(_ATTRIBUTE.findall(tags))
    if "'" in tags:
        attributes |= dict.fromkeys(_QUOTED_SINGLY.findall(tags))
    written = [value for name, value in attributes if name in _WRITTEN] + _CONTROL.findall(tags)
    others = [value for name, value in attributes if name not in _WRITTEN]
    if "<w:" in tags or "<a:" in tags:
        gaps = {tag: " " if _WORD_BREAK.fullmatch(tag) else "" for tag in different}
    elif "<html" in tags[:2000].lower():
        gaps = {tag: " " if _HTML_BREAK.fullmatch(tag) else "" for tag in different}
    else:
        gaps = dict.fromkeys(different, " ")
    pieces[1::2] = map(gaps.__getitem__, pieces[1::2])
    body = "".join(pieces)
    apart = f" {WALL} "
    return html.unescape(apart.join((body, *written, *asides))), html.unescape(apart.join(others))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from _strings(below)
    elif isinstance(value, list):
        for below in value:
            yield from _strings(below)
    elif value is not None:
        yield str(value)


def _spread(name: str) -> str:
    """A file's name as words: `TheName_mother.docx` gives The Name mother docx."""
    return f"{name} {WALL} " + re.sub(r"(?<=[a-z])(?=[A-Z])|[_./-]", " ", name)
