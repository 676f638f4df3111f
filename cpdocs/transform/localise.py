"""English parts and a language in, the same document in that language out, and what has no translation yet.

It comes after the procedure's words are filled in and the house file's styles and headers are in place. Each
paragraph's sentence is looked up and the paragraph built again from its translation; loops, conditions,
styles and tables stay as they are, so the English file remains the one structure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from cpdocs.message import escape, speaks, unescape
from cpdocs.transform import sentence
from cpdocs.transform.wordml import (
    WP,
    Parts,
    paragraphs,
    parse,
    properties,
    put,
    serialise,
    text_parts,
    w,
)

BODY = "word/document.xml"


class Language(Protocol):
    """What is asked of a Locale here."""

    @property
    def word_tag(self) -> str:
        """The tag Word knows the language by: `cy-GB`."""

    @property
    def rtl(self) -> bool:
        """Whether the script runs from right to left."""

    @property
    def fonts(self) -> Mapping[str, str]:
        """`text` and `complex`, where the language needs other fonts than the house's."""

    def translation(self, english: str, context: str = "") -> str | None:
        """The translation of a message, or None."""


@dataclass(frozen=True)
class Localised:
    """The parts in the new language; the English sentences without a translation; translations that don't
    fit.
    """

    parts: dict[str, bytes]
    untranslated: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether no sentence was left in English."""
        return not self.untranslated and not self.unfit


def localise(parts: Parts, language: Language, context: str = "") -> Localised:
    """Put a language's sentences in place of the English.

    `context` is the document's message context (`messages.context_of`). A paragraph without a translation
    that fits stays in English, tagged as English and set from left to right, and is named in the result.
    """
    missing: list[str] = []
    unfit: list[str] = []
    out = dict(parts)
    for name in text_parts(parts):
        root = parse(parts[name])
        # heads and feet are the house's, the same for every document and reader
        here = context if name == BODY else ""
        for paragraph in list(paragraphs(root)):
            in_english = _paragraph(paragraph, language, here, missing, unfit)
            tag_paragraph(paragraph, language, in_english=in_english)
        missing.extend(_pictures(root, language, here))
        out[name] = serialise(root)
    if "word/styles.xml" in parts:
        out["word/styles.xml"] = _styles(parts["word/styles.xml"], language)
    return Localised(out, tuple(dict.fromkeys(missing)), tuple(dict.fromkeys(unfit)))


def tagged(parts: Parts, language: Language) -> dict[str, bytes]:
    """A document that is in the language already, with the language said on its runs and in its styles."""
    out = dict(parts)
    for name in text_parts(parts):
        root = parse(parts[name])
        for paragraph in paragraphs(root):
            tag_paragraph(paragraph, language, in_english=False)
        out[name] = serialise(root)
    if "word/styles.xml" in parts:
        out["word/styles.xml"] = _styles(parts["word/styles.xml"], language)
    return out


def _paragraph(paragraph: Any, language: Language, context: str, missing: list[str], unfit: list[str]) -> bool:
    """Translate one paragraph, or leave it whole in English and say why; says whether it is left."""
    reading = sentence.read(paragraph)
    said = []
    for each in reading.sentences:
        text = language.translation(each.text, context)
        if text is None:
            missing.append(each.text)
            continue
        try:
            sentence.translated(each, text)
        except sentence.Unfit as error:
            unfit.append(f"{each.text}: {error}")
        else:
            said.append(text)
    if len(said) < len(reading.sentences):
        return True
    if said:
        sentence.rebuild(paragraph, reading, said)
    return False


def english_paragraphs(parts: Parts) -> list[str]:
    """The sentences of a document in reading order, as messages: what a fingerprint is taken of."""
    found = []
    for name in text_parts(parts):
        root = parse(parts[name])
        found += [each.text for p in paragraphs(root) for each in sentence.read(p).sentences]
        found += [text for _, text in pictures(root)]
    return found


def pictures(root: Any) -> list[tuple[Any, str]]:
    """Descriptions of pictures, which a screen reader speaks: the element and the text as a message."""
    return [
        (element, escape(element.get("descr")))
        for element in root.iter(f"{{{WP}}}docPr")
        if element.get("descr") and speaks(escape(element.get("descr")))
    ]


def _pictures(root: Any, language: Language, context: str) -> list[str]:
    missing = []
    for element, text in pictures(root):
        said = language.translation(text, context)
        try:
            sentence.refuse_code(text, said or "")
        except sentence.Unfit:
            said = None
        if said is None:
            missing.append(text)
        else:
            element.set("descr", unescape(said))
    return missing


def tag_paragraph(paragraph: Any, language: Language, *, in_english: bool) -> None:
    """Say on every run which language it is in; English left over reads from left to right."""
    tag = "en-GB" if in_english else language.word_tag
    for run in paragraph.iter(w("r")):
        look = properties(run, "rPr")
        put(look, "lang", val=tag)
        if language.rtl and not in_english:
            put(look, "lang", bidi=tag)
    if in_english and language.rtl:
        put(properties(paragraph, "pPr"), "bidi", val="0")


def _styles(data: bytes, language: Language) -> bytes:
    root = parse(data)
    defaults = root.find(w("docDefaults"))
    if defaults is None:
        defaults = properties(root, "docDefaults")
    looks = [properties(properties(defaults, "rPrDefault"), "rPr")]
    looks += [style.find(w("rPr")) for style in root.findall(w("style"))]
    for at, look in enumerate(looks):
        if look is None:
            continue
        if at == 0 or look.find(w("lang")) is not None:
            put(look, "lang", val=language.word_tag)
            if language.rtl:
                put(look, "lang", bidi=language.word_tag)
        if at == 0 or look.find(w("rFonts")) is not None:
            _fonts(look, language.fonts)
    return serialise(root)


def _fonts(look: Any, fonts: Mapping[str, str]) -> None:
    if not fonts:
        return
    element = put(look, "rFonts")
    for kind, slots in (("text", ("ascii", "hAnsi")), ("complex", ("cs",))):
        if fonts.get(kind):
            for slot in slots:
                # A theme's font would win over a named one.
                element.attrib.pop(w(f"{slot}Theme"), None)
                element.attrib.pop(w("cstheme"), None) if slot == "cs" else None
                element.set(w(slot), fonts[kind])
