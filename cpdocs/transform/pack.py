"""A filled English template in, the files for a translator who works in Word out: the document and a key
of its tags.

Each tag is one run in a character style that translation tools leave alone: Trados, memoQ and Okapi know the
styles by name, `tw4winExternal` for a line that is no text and `tw4winInternal` for a tag inside a
sentence. OmegaT goes by a pattern instead, which the key gives.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from cpdocs.transform.localise import Language
from cpdocs.transform.mirror import mirror
from cpdocs.transform.sentence import BLOCK, TAG, isolate_tags
from cpdocs.transform.table import Column, document
from cpdocs.transform.wordml import Parts, paragraphs, parse, plain, put, serialise, text_parts, w

EXTERNAL, INTERNAL = "tw4winExternal", "tw4winInternal"
OMEGAT = r"\{\{[^{}]*\}\}|\{%[^{}]*%\}"
_BODY = "word/document.xml"


def protected(parts: Parts, language: Language) -> dict[str, bytes]:
    """The document to translate: tags protected, paragraphs in the language's direction, page heads left out.

    Heads and feet come from the house file and are translated in the catalogue.
    """
    out = dict(parts)
    if language.rtl:
        out = mirror(out, language.word_tag, language.fonts.get("complex", ""), language.fonts.get("instead", ""))
    styles = parse(out["word/styles.xml"])
    looks = {style.get(w("styleId")): style.find(w("rPr")) for style in styles.findall(w("style"))}
    looks = {id: look for id, look in looks.items() if look is not None}
    for name in text_parts(out):
        root = parse(out[name])
        if name == _BODY:
            for paragraph in paragraphs(root):
                isolate_tags(paragraph, EXTERNAL if BLOCK.match(plain(paragraph)) else INTERNAL, looks)
        else:
            for child in list(root):
                root.remove(child)
            etree.SubElement(root, w("p"))
        out[name] = serialise(root)
    for style, colour in ((EXTERNAL, "808080"), (INTERNAL, "C00000")):
        _protect(styles, style, colour)
    out["word/styles.xml"] = serialise(styles)
    return out


def _protect(styles: Any, name: str, colour: str) -> None:
    if any(style.get(w("styleId")) == name for style in styles.findall(w("style"))):
        return
    style = etree.SubElement(styles, w("style"), {w("type"): "character", w("styleId"): name})
    put(style, "name", val=name)
    put(style, "uiPriority", val="99")
    look = put(style, "rPr")
    put(look, "rFonts", ascii="Courier New", hAnsi="Courier New", cs="Courier New")
    put(look, "noProof")
    put(look, "color", val=colour)


def tags_of(parts: Parts) -> list[str]:
    """Every tag of a document's body, once each, in reading order."""
    root = parse(parts[_BODY])
    return list(dict.fromkeys(tag for p in paragraphs(root) for tag in TAG.findall(plain(p))))


def key(parts: Parts, title: str, meanings: dict[str, str]) -> dict[str, bytes]:
    """The key: what to do with the tags, and a table of them with what each stands for."""
    rows = [(tag, meanings.get(tag, _structure(tag))) for tag in tags_of(parts)]
    lines = [
        "Translate the text; leave every tag as it is. A tag inside a sentence stands for a name, a date or a"
        " text; put it where the sentence needs it. A tag on a line of its own begins or ends a part of the"
        " document; leave the line where it is.",
        "Don't type quotation marks inside a tag, don't cut a tag in two, and add no tag, field, comment or"
        " tracked change. Send the Word file back under its own name.",
        f"OmegaT: Project properties, Custom tag(s) regular expression: {OMEGAT}",
    ]
    return document(f"Key to the tags: {title}", lines, (Column("Tag", "en-GB"), Column("Stands for", "en-GB")), rows)


def _structure(tag: str) -> str:
    words = tag.strip("{}%#- ").split()
    word = words[1] if len(words) > 1 and words[0] in ("p", "tr", "tc", "r") else (words or [""])[0]
    return {
        "if": "What follows is printed only if this is there.",
        "elif": "Otherwise, what follows is printed if this is there.",
        "else": "Otherwise, what follows is printed.",
        "endif": "Here ends the part that began with if.",
        "for": "What follows is printed once for each entry.",
        "endfor": "Here ends the part that began with for.",
    }.get(word, "A value from the record.")
