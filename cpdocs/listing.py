"""A distribution in words: who gets what, how, by when, how the day was counted, and what it waits for."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING

from cpdocs import disclosure, notes, sheets
from cpdocs.distribution import Copy, called
from cpdocs.library import Library
from cpdocs.procedure import DataError

if TYPE_CHECKING:
    from cpdocs.results import Prepared


def text(prepared: Prepared) -> str:
    """One block a reader: each document with its file, due date and what it waits for."""
    lines: list[str] = []
    readers = list(dict.fromkeys(copy.readers for copy in prepared.distribution.copies))
    for ids in readers:
        lines.append(" and ".join(ids))
        for copy in prepared.distribution.copies:
            if copy.readers == ids:
                lines += _copy(copy)
        lines.append("")
    if prepared.distribution.not_sent:
        lines.append("Gets no copy")
        lines += [
            f"  {entry.reader}: {entry.document}: {entry.why}" + (f" ({entry.cite})" if entry.cite else "")
            for entry in prepared.distribution.not_sent
        ]
        lines.append("")
    copies = prepared.distribution.copies
    waiting = sum(bool(copy.waits) for copy in copies)
    lines.append(f"{len(copies)} copies for {len(readers)} readers; {waiting} wait for something.")
    return "\n".join(lines) + "\n"


def _copy(copy: Copy) -> list[str]:
    form = ", ".join(filter(None, (copy.locale, f"{copy.size} point" if copy.size else "", copy.format)))
    due = f"due {sheets.day(copy.due)}" if copy.due else copy.counted
    lines = [f"  {copy.title} ({form}): {due}"]
    if copy.due:
        lines.append(f"      counted: {copy.counted}")
    reasons = (f"{words} ({clause})" if clause else words for words, clause in sheets.because(copy.why))
    lines.append(f"      because: {'; '.join(reasons)}")
    lines += [f"      waits for {wait.said}: {wait.who}" for wait in copy.waits]
    return lines


def as_json(prepared: Prepared) -> str:
    """The same for machines: `{"copies": […], "not_sent": […]}`."""
    copies = [
        {
            "document": copy.document,
            "recipient": copy.readers[0] if len(copy.readers) == 1 else list(copy.readers),
            "children": list(copy.children),
            "locale": copy.locale,
            "format": copy.format,
            "due": copy.due.isoformat() if copy.due else None,
            "counted": copy.counted,
            "clauses": list(copy.clauses),
            "why": [reason.said for reason in copy.why],
            "waits": [{"for": wait.said, "who": wait.who} for wait in copy.waits],
            "file": copy.file.as_posix(),
        }
        for copy in prepared.distribution.copies
    ]
    not_sent = [
        {"document": e.document, "recipient": e.reader, "why": e.why, "cite": e.cite}
        for e in prepared.distribution.not_sent
    ]
    return json.dumps({"copies": copies, "not_sent": not_sent}, ensure_ascii=False, indent=2) + "\n"


def why(prepared: Prepared, library: Library, id: str) -> str:
    """Every inclusion and every withholding of one person, each with its ground.

    Raises DataError if the record has no such person.
    """
    record, survey = prepared.record, prepared.survey
    assert record is not None
    assert survey is not None
    if id not in record.people and id not in prepared.distribution.readers:
        known = [*record.people, *prepared.distribution.readers]
        names = {person.name.casefold(): person.id for person in record.people.values() if person.name}
        near = next(iter(difflib.get_close_matches(id.casefold(), [*known, *names], 1, 0.5)), "")
        near = names.get(near, near)
        hint = f"Did you mean `{near}`? " if near else ""
        raise DataError(f"There is no one with the id `{id}` in this record.", f"{hint}Use an id of the record.")
    where = notes.Places(record)
    lines = [f"{id}: what they get, what is left out, and why", ""]
    for copy in prepared.distribution.copies:
        if id not in copy.readers:
            continue
        document = library.documents[copy.document]
        shown = disclosure.disclose(survey, copy, document, draft=True)
        lines += _copy(copy)
        lines += [f"      left out ({row['why']}): {row['what']}" for row in notes.withheld(where, shown)]
        lines += [f"      tells them about {row['about']}: {row['what']}" for row in notes.tells(where, shown)]
        lines.append("")
    for entry in prepared.distribution.not_sent:
        if entry.reader == id:
            cite = f" ({entry.cite})" if entry.cite else ""
            lines.append(f"  gets no {called(record, library.documents[entry.document]).lower()}: {entry.why}{cite}")
    if len(lines) == 2:
        lines.append("  Gets nothing: no list of the procedure, and none of the chair's, reaches them.")
    return "\n".join(lines) + "\n"
