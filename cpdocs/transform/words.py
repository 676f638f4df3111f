"""A procedure's words put into a template: `{{ words.plan }}` becomes "child protection plan".

It comes first of all changes, because a term inside a sentence mutates in Welsh and declines in Polish: the
translator gets the sentence that results.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cpdocs.transform.wordml import XML_SPACE, Parts, paragraphs, parse, serialise, text_parts, w

WORD = re.compile(r"\{\{-?\s*words\.([A-Za-z_]\w*)\s*-?\}\}")


class UnknownWord(Exception):
    """A template asks for a word that the procedure doesn't have; `args[0]` is the word."""


def fill(parts: Parts, words: Mapping[str, str]) -> dict[str, bytes]:
    """Put a procedure's words in place of their tags, in the formatting of the tag's first letter.

    Raises UnknownWord for one the procedure lacks.
    """
    out = dict(parts)
    for name in text_parts(parts):
        # Word may split `words` over runs, so the bytes say only that there may be one.
        root = parse(parts[name])
        changed = [_paragraph(paragraph, words) for paragraph in paragraphs(root)]
        if any(changed):
            out[name] = serialise(root)
    return out


def _paragraph(paragraph: Any, words: Mapping[str, str]) -> bool:
    nodes = list(paragraph.iter(w("t")))
    whole = "".join(node.text or "" for node in nodes)
    found = list(WORD.finditer(whole))
    for match in reversed(found):
        if match.group(1) not in words:
            raise UnknownWord(match.group(1))
        at = 0
        inserted = False
        for node in nodes:
            text = node.text or ""
            start, end = max(match.start() - at, 0), min(match.end() - at, len(text))
            at += len(text)
            if start >= end:
                continue
            node.text = text[:start] + ("" if inserted else words[match.group(1)]) + text[end:]
            node.set(XML_SPACE, "preserve")
            inserted = True
    return bool(found)
