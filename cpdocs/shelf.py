"""Compiled templates, by document, procedure, language and format: each made once a run and kept.

The English Word template is the one structure. A language, right-to-left setting and large print are made from
it when it is compiled, in that order, after the house's letterhead and styles and the procedure's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cpdocs import locales
from cpdocs.library import DocumentType, Library
from cpdocs.locales import Locale
from cpdocs.messages import context_of
from cpdocs.procedure import Procedure
from cpdocs.template import Template, compile_template
from cpdocs.transform.enlarge import enlarge
from cpdocs.transform.localise import localise
from cpdocs.transform.mirror import mirror


@dataclass(frozen=True)
class Ready:
    """A compiled template, and the sentences of it that its language still lacks."""

    template: Template
    untranslated: tuple[str, ...]


class Shelf:
    """The templates and languages of one run."""

    def __init__(self, library: Library) -> None:
        """Nothing is compiled before it is asked for."""
        self.library = library
        self._ready: dict[tuple[str, str, str, str, int | None], Ready] = {}
        self._locales: dict[str, Locale] = {}

    @property
    def roots(self) -> list[Path]:
        """Where languages stand, shipped first, the council's over them."""
        places = (self.library.root, self.library.council)
        return [place / "templates" / "locales" for place in places if place]

    def locale(self, tag: str) -> Locale | None:
        """A language, or None if nobody has made a locale of it."""
        if tag not in self._locales:
            found = locales.find(tag, self.roots)
            if found is None:
                return None
            self._locales[tag] = locales.load(found, self.roots)[0]
        return self._locales[tag]

    def template(
        self, document: DocumentType, procedure: Procedure, locale: Locale, format: str, size: int | None
    ) -> Ready:
        """The compiled template of a document in a language and format.

        Raises DataError if there is no such template, TemplateError if it can't be used.
        """
        key = (document.id, procedure.id, locale.tag, format, size)
        if key not in self._ready:
            self._ready[key] = self._compiled(document, procedure, locale, format, size)
        return self._ready[key]

    def _compiled(
        self, document: DocumentType, procedure: Procedure, locale: Locale, format: str, size: int | None
    ) -> Ready:
        untranslated: list[str] = []

        def transform(parts: dict[str, bytes]) -> dict[str, bytes]:
            if not locale.is_english:
                localised = localise(parts, locale, context_of(document.readers))
                untranslated.extend((*localised.untranslated, *localised.unfit))
                parts = localised.parts
                if locale.rtl:
                    parts = mirror(parts, locale.word_tag, _font(locale.fonts))
            if size:
                parts = enlarge(parts, size, locale.phrase("label", label="{label}"))
            return dict(parts)

        words = "standard" if format == "large-print" else format
        source = self.library.template(document, words)
        plain = locale.is_english and not size
        template = compile_template(source, self.library.house, procedure.words, transform=None if plain else transform)
        return Ready(template, tuple(dict.fromkeys(untranslated)))


def _font(fonts: Mapping[str, str]) -> str:
    return fonts.get("body") or next(iter(fonts.values()), "")
