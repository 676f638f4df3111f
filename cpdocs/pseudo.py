"""English in, a made-up translation out: the two pseudo-locales that show what nobody translated.

`x-pseudo` writes accents on the letters, makes each text 40 % longer and puts it in brackets, so that English
left over, text cut off and boxes too small are seen at once. `x-rtl` writes real Arabic letters. Both are
made from the English whenever they are asked for and so are never out of date.
"""

from __future__ import annotations

from functools import lru_cache

from cpdocs.catalogue import Catalogue, Entry, plural_tags
from cpdocs.message import Message, escape, tokens

_ACCENTS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀçđéƒĝĥíĵķĺɱñóþʠŕšŧúṽŵẋýžÁƁÇĐÉƑĜĤÍĴĶĹṀÑÓÞǪŔŠŦÚṼŴẊÝŽ",
)
_ARABIC = str.maketrans(
    "abcdefghijklmnopqrstuvwxyz,;?",
    "ابثدعفغهيجكلمنوپقرستشڤحخصز،؛؟",
)
_PADDING = "ôñé ťŵó ţĥřéé ƒôúř ƒíṽé šíẋ šéṽéñ éíĝĥŧ ñíñé ťéñ "
LONGER = 0.4
"""So much longer than English may German or Polish be in a heading or a table cell."""


@lru_cache(maxsize=8192)
def made(text: str, maker: str) -> str:
    """One message as the maker `accents` or `arabic` would translate it; placeholders and marks stay."""
    table = _ACCENTS if maker == "accents" else _ARABIC
    out = []
    letters = 0
    for kind, value in tokens(text):
        if kind == "text":
            letters += len(value)
            out.append(escape((value if maker == "accents" else value.casefold()).translate(table)))
        else:
            shape = {"place": "{%s}", "open": "<%s>", "close": "</%s>", "item": "<%s/>"}[kind]
            out.append(shape % value)
    if maker != "accents":
        return "".join(out)
    extra = round(letters * LONGER)
    padding = (_PADDING * (extra // len(_PADDING) + 1))[:extra].strip()
    return f"⟦{''.join(out)}{' ' if padding else ''}{padding}⟧"


def catalogue(tag: str, base: str, maker: str, messages: list[Message]) -> Catalogue:
    """The whole pseudo-catalogue as PO holds it, to show that translators' tools accept what we write."""
    forms = len(plural_tags(base))

    def said(message: Message) -> tuple[str, ...]:
        if not message.plural:
            return (made(message.english, maker),)
        return (*(made(message.english, maker) for _ in range(forms - 1)), made(message.plural, maker))

    return Catalogue(tag, base, tuple(Entry(message, said(message)) for message in messages))
