"""The deadlines of a set as a calendar file (RFC 5545): due dates in, the bytes of an .ics out.

It holds case references, document titles and recipients' ids, never a name: calendars are shared and shown on
telephones. The same deadlines and the same date give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

_FOLD = 75  # octets in a line, RFC 5545 section 3.1


@dataclass(frozen=True, slots=True)
class Deadline:
    """One document that is due: on which day, its title, whose copies (ids), for which case, by which clause."""

    due: date
    document: str
    recipients: tuple[str, ...]
    reference: str
    clause: str = ""


def calendar(events: Iterable[Deadline], stamp: date) -> bytes:
    """Write one all-day event for each case and due date, which lists what is due that day and for whom.

    `stamp` is the --date of the build (decision 19). An event keeps its UID from build to build, so a
    calendar that takes the file again replaces the event and doesn't double it.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//cpdocs//deadlines//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    ordered = sorted(set(events), key=lambda e: (e.due, e.reference, e.document, e.clause, e.recipients))
    for (due, reference), day in groupby(ordered, key=lambda event: (event.due, event.reference)):
        lines += _event(due, reference, list(day), stamp)
    lines.append("END:VCALENDAR")
    return b"".join(folded + b"\r\n" for line in lines for folded in _fold(line))


def _event(due: date, reference: str, deadlines: list[Deadline], stamp: date) -> Iterator[str]:
    titles = list(dict.fromkeys(deadline.document for deadline in deadlines))
    identity = hashlib.sha256(f"{reference}\n{due.isoformat()}".encode()).hexdigest()[:32]
    yield "BEGIN:VEVENT"
    yield f"UID:{identity}@cpdocs.invalid"
    yield f"DTSTAMP:{_basic(stamp)}T000000Z"
    yield f"DTSTART;VALUE=DATE:{_basic(due)}"
    if due < date.max:
        yield f"DTEND;VALUE=DATE:{_basic(due + timedelta(days=1))}"
    yield f"SUMMARY:{_escape(f'{reference} due: ' + ', '.join(titles))}"
    yield f"DESCRIPTION:{_escape(chr(10).join(_said(deadlines)))}"
    yield "CLASS:CONFIDENTIAL"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _said(deadlines: list[Deadline]) -> Iterator[str]:
    """One line for each document and clause, with everyone it goes to."""
    for (document, clause), copies in groupby(deadlines, key=lambda event: (event.document, event.clause)):
        whom = ", ".join(dict.fromkeys(recipient for copy in copies for recipient in copy.recipients))
        yield document + (f" for {whom}" if whom else "") + (f" ({clause})" if clause else "")


def _basic(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _escape(text: str) -> str:
    """TEXT of section 3.3.11: backslash, semicolon, comma and line break escaped; no other control character."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(char for char in text if char == "\n" or not (ord(char) < 32 or 127 <= ord(char) < 160))
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text


def _fold(line: str) -> Iterator[bytes]:
    """Fold at 75 octets without cutting a character; what follows begins with a space, which counts."""
    piece = b""
    for char in line:
        octets = char.encode()
        if len(piece) + len(octets) > _FOLD:
            yield piece
            piece = b" "
        piece += octets
    yield piece
