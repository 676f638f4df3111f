"""Compiled templates, by document, procedure, language and format: each made once a run and kept.

The English Word template is the one structure. A language, right-to-left setting and large print are made from
it when it is compiled, in that order, after the house's letterhead and styles and the procedure's words.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from cpdocs import locales, template, wordtrip
from cpdocs.cache import Cache
from cpdocs.library import DocumentType, Library
from cpdocs.locales import Locale
from cpdocs.messages import context_of
from cpdocs.procedure import Procedure
from cpdocs.template import Template
from cpdocs.template.cache import key as template_key
from cpdocs.transform.variant import Variant, turned


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
        """Compile, or take from the cache of an earlier run; what a language lacks is kept beside it."""
        name = "standard" if format == "large-print" else format
        own = None if locale.is_english else wordtrip.supplied(self.library, locale, document, name, procedure)
        docx = own[0] if own else self.library.template(document, name)
        if locale.is_english and size is None:
            as_it_is = partial(turned, locale=locale)
            key = f"{locale.tag}|{_transforms()}"
            return Ready(
                template.load(docx, self.library.house, procedure.words, transform=as_it_is, transform_key=key), ()
            )
        variant = Variant(locale, context_of(document.readers), size, own=own is not None)
        key = f"{variant.key}|{_transforms()}"
        kept = Cache()
        beside = template_key(docx, self.library.house, procedure.words, f"left|{key}")
        left = kept.get(beside)
        made = template.load(
            docx,
            self.library.house,
            procedure.words,
            transform=variant,
            transform_key=key,
            use_cache=left is not None,
        )
        stale = own[1] if own else ()  # a translator's own Word file that the English has left behind
        if left is None:
            kept.put(beside, "\0".join(variant.left).encode())
            kept.put(template_key(docx, self.library.house, procedure.words, key), made.constants())
            return Ready(made, (*variant.left, *stale))
        return Ready(made, (*filter(None, left.decode().split("\0")), *stale))


USED = ("locales", "message", "phrases", "wordtext")
"""What `transform` makes variants with."""


@cache
def _transforms() -> str:
    """A hash of the code that makes variants: another version of it must not meet old entries."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in [*sorted((here / "transform").glob("*.py")), *(here / f"{name}.py" for name in USED)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()
