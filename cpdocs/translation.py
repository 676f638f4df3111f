"""The record's own text in other languages: what a translator must be given, and what came back.

`record.cy.po` beside `record.yaml` holds the translations, keyed by the source text itself (decision 31), so a
text changed since has none and a final copy waits for it. A pack holds what one reader's copies need and
nothing else: it is made from that reader's Views.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cpdocs import textmemory
from cpdocs.locales import Locale
from cpdocs.procedure import DataError
from cpdocs.textmemory import TextMemory

if TYPE_CHECKING:
    from cpdocs.distribution import Copy
    from cpdocs.results import Made

Memory = Callable[[str], str | None]


def sidecar(record: Path, tag: str) -> Path:
    """Where a record's translations into a language stand: `record.cy.po` for `record.yaml`."""
    return record.with_name(f"{record.stem}.{tag}.po")


def load(record: Path, locale: Locale) -> TextMemory:
    """A record's translations into a language; an empty memory if there is no file yet.

    Raises DataError for a file that can't be read.
    """
    path = sidecar(record, locale.tag)
    if not path.is_file():
        return TextMemory(locale.tag)
    try:
        return textmemory.read(path.read_bytes(), locale)
    except textmemory.BadReturn as error:
        raise DataError(f"{path}: {error}", "Open it in Poedit, save it, and try again.") from error


def beside(record: Path, locale_of: Callable[[str], Locale | None]) -> Callable[[str], Memory | None]:
    """A look-up of translations by language, each file read when first asked for."""
    known: dict[str, Memory | None] = {}

    def of(tag: str) -> Memory | None:
        if tag not in known:
            locale = locale_of(tag)
            known[tag] = load(record, locale).get if locale is not None else None
        return known[tag]

    return of


@dataclass(frozen=True)
class Need:
    """What one reader's copies in one language or format still ask of a translator or supplier."""

    reader: str
    locale: str
    format: str
    due: date | None
    texts: tuple[str, ...]
    documents: tuple[tuple[Copy, int], ...]
    """Each copy, and the words of it still to translate."""


def needs(made: Sequence[Made], formats: Callable[[str], Sequence[str]]) -> list[Need]:
    """What is still to be translated or put into another format, reader by reader.

    `formats` tells a reader's wanted formats that nothing here makes (Braille, audio).
    """
    found: list[Need] = []
    groups: dict[tuple[str, str, str], list[Made]] = {}
    for one in made:
        if one.copy.place != "for":
            continue
        for id in one.copy.readers:
            if one.texts:
                groups.setdefault((id, one.copy.locale, ""), []).append(one)
            for format in formats(id):
                groups.setdefault((id, one.copy.locale, format), []).append(one)
    for (id, locale, format), copies in groups.items():
        due = min((one.copy.due for one in copies if one.copy.due), default=None)
        texts = tuple(dict.fromkeys(text for one in copies for text in one.texts))
        documents = tuple((one.copy, _words(one.texts)) for one in copies)
        found.append(Need(id, locale, format, due, texts, documents))
    return found


def _words(texts: Sequence[str]) -> int:
    return sum(textmemory.count_words(text) for text in texts)


def taken(record: Path, locale: Locale, returned: bytes, texts: Sequence[str]) -> tuple[TextMemory, list[str]]:
    """What a translator sent back, added to what lies beside the record; and the texts that aren't the record's.

    `texts` are the record's texts of today. Raises DataError if the file is no translation.
    """
    try:
        came = textmemory.read_back(returned, locale)
    except textmemory.BadReturn as error:
        raise DataError(
            f"This isn't a translation that can be read: {error}", "Ask for the file to be sent again."
        ) from error
    return load(record, locale).with_returned(came, texts)
