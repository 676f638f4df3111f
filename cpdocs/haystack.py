"""Make text comparable, and get all text out of a finished file: bytes in, Haystacks out.

Two texts that a reader would call the same fold to the same words: capitals, accents, digits of any script,
spaces, punctuation, hidden characters and the way Word splits a text over runs make no difference.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

WALL = "\x1f"
"""Stands between texts that don't follow one another, such as two attributes: nothing matches across it."""

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
# between two letters; the sign itself stands first in the pattern, since it is what is rare
_APOSTROPHE = re.compile("['\u2018\u2019\u201b\u02bc\u02b9\u00b4`\u2032\uff07](?<=[^\\W_].)(?=[^\\W_])")
_LETTERS = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ħ": "h",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ð": "d",
    "ŧ": "t",
}
_ASCII = {code: chr(code) if chr(code).isalnum() else " " for code in range(128)}
_ASCII[ord(WALL)] = "|"
# Scripts written without spaces: every character is a word of its own.
_UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF),
             (0xF900, 0xFAFF), (0x20000, 0x3FFFF))  # fmt: skip


@lru_cache(maxsize=8192)
def _fold(run: str) -> str:
    """A run of characters beyond ASCII: letters without accents, digits as 0 to 9, all else a space."""
    out = []
    for char in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", run).casefold()):
        kind = unicodedata.category(char)
        if kind in ("Mn", "Me", "Cf", "Cs", "Co"):
            continue
        if kind == "Nd":
            out.append(str(unicodedata.digit(char)))
        elif kind[0] in "LM" or kind == "Nl":
            plain = _LETTERS.get(char, char)
            out.append(f" {plain} " if any(low <= ord(char) <= high for low, high in _UNSPACED) else plain)
        else:
            out.append(char if char.isascii() and char.isalnum() else " ")
    return "".join(out)


def words(text: str) -> list[str]:
    """The words of a text in comparable form: "St Zoë’s, 12–14" gives st zoes 12 14."""
    text = _APOSTROPHE.sub("", text)
    if WALL in text:
        text = text.replace(WALL, f" {WALL} ")
    if not text.isascii():
        text = _NOT_ASCII.sub(lambda run: _fold(run[0]), text)
    return text.lower().translate(_ASCII).split()


RUN = 6
"""Words in a run of withheld text that is looked for (decision 9)."""


class _Haystack(NamedTuple):
    where: str
    text: str
    prose: bool = True
    """False for what only Word reads: there "Strong" is a style and no surname."""
    constant: bool = False
    """True for a part that is kept because other files hold the same."""


class Haystack(_Haystack):
    """One part of a file, ready to be searched; `where` names it."""

    @cached_property
    def words(self) -> list[str]:
        """The words in their order, `|` where a wall stands."""
        return words(self.text)

    @cached_property
    def tight(self) -> str:
        """The words without spaces: finds what is split over lines, cells or runs, or spaced otherwise."""
        return "".join(self.words)

    @cached_property
    def edges(self) -> frozenset[int]:
        """Where words begin and end in `tight`."""
        found, at = {0}, 0
        for word in self.words:
            at += len(word)
            found.add(at)
        return frozenset(found)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Each word once."""
        return frozenset(self.words)

    @cached_property
    def small(self) -> frozenset[str]:
        """The words that stand in small letters."""
        return frozenset(re.findall(r"\b[a-z]{3,}\b", self.text))

    @cached_property
    def grams(self) -> frozenset[str]:
        """All runs of six words."""
        return frozenset(grams(self.words))


def grams(of: list[str]) -> Iterator[str]:
    """The runs of six words in a list of words."""
    # joined and not as tuples, which the garbage collector would walk through again and again
    return map(" ".join, zip(*(of[start:] for start in range(RUN)), strict=False))


class Unread(NamedTuple):
    """A part of a file whose text can't be got at, and why."""

    where: str
    reason: str


# out of files

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


@lru_cache(maxsize=4096)
def of_text(where: str, text: str) -> Haystack:
    """A plain text, such as a field of a record; kept, since one text is many readers'."""
    return Haystack(where, text)


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
        from cpdocs import parts  # a check searches texts only, and needs nothing that reads packages

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
