"""The record's own text in other languages: a record's file in, its translations beside it out.

`record.cy.po` beside `record.yaml` holds what a translator sent back, keyed by the source text itself
(decision 31), so a text changed since has no translation: a final copy waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Memory = Callable[[str], str | None]


def sidecar(record: Path, tag: str) -> Path:
    """Where a record's translations into a language stand: `record.cy.po` for `record.yaml`."""
    return record.with_name(f"{record.stem}.{tag}.po")


def beside(record: Path) -> Callable[[str], Memory | None]:
    """A look-up of translations by language, read when first asked for; None for a language without a file."""
    known: dict[str, Memory | None] = {}

    def of(tag: str) -> Memory | None:
        if tag not in known:
            path = sidecar(record, tag)
            known[tag] = _memory(path, tag) if path.is_file() else None
        return known[tag]

    return of


def _memory(path: Path, tag: str) -> Memory:
    from cpdocs import catalogue

    read = catalogue.read_po(path.read_bytes(), tag, tag)
    said = {entry.message.english: entry.translations[0] for entry in read.entries if entry.done}
    return said.get
