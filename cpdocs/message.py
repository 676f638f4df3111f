"""A message: one English paragraph or word as a translator gets it, and how its placeholders and marks are
written.

`{child.name}` is a placeholder, `{{` a brace that is meant; `<1>…</1>` is formatting, `<2/>` something
that isn't text. Nothing here knows Word or PO files.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

TOKEN = re.compile(r"\{\{|\}\}|\{[^{}]*\}|<[0-9]+/>|</?[0-9]+>")

UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc\ufffe\uffff\ud800-\udfff]"
)
"""Control and direction characters, which no translation needs: Word's own properties give direction.

The joiners U+200C and U+200D are letters' business in Urdu and Persian and stay allowed.
"""


@dataclass(frozen=True)
class Message:
    """One English text to translate: its plural if it counts, where it is met, and what helps to translate
    it.

    `context` tells apart what is one text in English and two in other languages: a letter to a child and
    one to an adult, or a word printed for one field and for another.
    """

    english: str
    context: str = ""
    plural: str = ""
    comments: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What a catalogue knows a message by."""
        return (self.context, self.english)


def merged(messages: Iterable[Message]) -> list[Message]:
    """The same text met twice is one message with the comments and places of both; the first place gives
    order.
    """
    out: dict[tuple[str, str], Message] = {}
    for message in messages:
        known = out.get(message.key)
        if known is None:
            out[message.key] = message
            continue
        out[message.key] = replace(
            known,
            plural=known.plural or message.plural,
            comments=tuple(dict.fromkeys([*known.comments, *message.comments])),
            places=tuple(dict.fromkeys([*known.places, *message.places])),
        )
    return list(out.values())


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """A message in ("text" | "place" | "open" | "close" | "item", its words, name or number) pieces, in
    order.
    """
    at = 0
    for match in TOKEN.finditer(text):
        if match.start() > at:
            yield "text", text[at : match.start()]
        at = match.end()
        found = match.group()
        if found in ("{{", "}}"):
            yield "text", found[0]
        elif found.startswith("{"):
            yield "place", found[1:-1]
        elif found.endswith("/>"):
            yield "item", found[1:-2]
        elif found.startswith("</"):
            yield "close", found[2:-1]
        else:
            yield "open", found[1:-1]
    if at < len(text):
        yield "text", text[at:]


def placeholders(text: str) -> Counter[str]:
    """How often each placeholder stands in a message."""
    return Counter(value for kind, value in tokens(text) if kind == "place")


def marks(text: str) -> Counter[str]:
    """How often each mark stands in a message, as a translator sees it: `<1>` or `<2/>`."""
    return Counter(
        f"<{value}/>" if kind == "item" else f"<{value}>" for kind, value in tokens(text) if kind in ("open", "item")
    )


def literal_braces(text: str) -> bool:
    """Whether a brace stands in a message that is only a brace."""
    return any(kind == "text" and ("{" in value or "}" in value) for kind, value in tokens(text))


def misnested(text: str) -> str:
    """What is wrong with the nesting of marks, in a translator's words; "" where nothing is."""
    here = ""
    for kind, value in tokens(text):
        if kind == "open":
            if here:
                return f"<{value}> begins before <{here}> has ended"
            here = value
        elif kind == "close":
            if value != here:
                return f"</{value}> ends a mark that hasn't begun"
            here = ""
    return f"<{here}> is never ended with </{here}>" if here else ""


def speaks(text: str) -> bool:
    """Whether anything stands in a message besides placeholders, marks, digits and spaces."""
    return any(not char.isspace() and unicodedata.category(char)[0] != "N" for char in TOKEN.sub("", text))


def escape(text: str) -> str:
    """Plain words as message text: a brace that is meant is written twice."""
    return text.replace("{", "{{").replace("}", "}}")


def unescape(text: str) -> str:
    """The inverse of escape."""
    return text.replace("{{", "{").replace("}}", "}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """A message with its placeholders filled and its marks left out; a KeyError names a value that isn't
    given.
    """
    return "".join(
        value if kind == "text" else values[value] for kind, value in tokens(text) if kind in ("text", "place")
    )


def label_context(pattern: str, code: str) -> str:
    """The context of a coded value's printed word: `formats = large-print`.

    The field's own name is enough, so that one list of codes met at two places is translated once; yes and
    no are answers everywhere.
    """
    if code in ("yes", "no"):
        return f"answer = {code}"
    return f"{pattern.removesuffix('[]').rpartition('.')[2]} = {code}"


def fingerprint(text: str) -> str:
    """Twelve letters that change when an English paragraph changes."""
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()[:12]
