"""In which language and which format a reader gets a document: their needs in, the editions out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cpdocs.library import DocumentType
from cpdocs.readers import reader
from cpdocs.record import Record, text_of


def main_language(record: Record) -> str:
    """The language of the conference, which is that of the record's own text."""
    return _locale(text_of(record.get("conference.language")) or record.procedure.language)


def _locale(tag: str) -> str:
    """A language as its copies are made in it: there is one English."""
    return "en-GB" if tag.split("-")[0] == "en" else tag


def languages_for(record: Record, document: DocumentType, readers: Sequence[str]) -> tuple[str, ...]:
    """The language of a copy, or the two of a bilingual one, the procedure's own language first (Welsh).

    Professionals get the conference's language unless they ask (decision 32). Where the procedure has a
    bilingual rule, a family member or child whose language isn't known gets both.
    """
    main = main_language(record)
    person = reader(record, readers[0])
    wanted = _locale(text_of((person.data.get("needs") or {}).get("language")))
    rule = record.procedure.settings.get("bilingual")
    rule = rule if isinstance(rule, Mapping) else {}
    own = str(rule.get("language") or "")
    both = (own, main) if own and own != main else (main, *(("en-GB",) if main != "en-GB" else ()))
    if wanted == "both":
        return both
    if wanted and wanted != "unknown":
        if wanted.split("-")[0] == main.split("-")[0]:
            return (main,)
        # the chair may record that the original goes first: then both are made, and only the other one waits
        first = (person.data.get("needs") or {}).get("original_first") == "yes"
        return (wanted, main) if first else (wanted,)
    if own and person.sort in (rule.get("for") or ()):
        return both
    return (main,)


def format_for(document: DocumentType, needs: Mapping[str, Any], record: Record) -> tuple[str, int | None]:
    """The format of a reader's copy, and its size of print in points where that isn't the template's own."""
    asked = needs.get("formats") or []
    size = text_of(needs.get("print_size"))
    smallest = int(record.procedure.settings.get("large_print_size", 18))
    large = max(16, int(size)) if size.isdigit() else smallest
    if "easy-read" in asked and "easy-read" in document.formats:
        # Easy read is never small, and two needs can hold at once.
        return "easy-read", large if "large-print" in asked else 16
    return ("large-print", large) if "large-print" in asked else ("standard", None)
