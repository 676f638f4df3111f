"""What has gone out already: a copy and the record's `issued` entries in, whether it must go out again out.

After a correction a reader whose View changed gets an amended copy, and nobody else gets a new one (decision
15). Whether it changed is told by the content of the finished file, which the record keeps as a fingerprint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple

from cpdocs.distribution import Copy
from cpdocs.record import Record, day_of, text_of

State = Literal["new", "unchanged", "amended"]


class Before(NamedTuple):
    """What became of this copy earlier: never sent, sent just so, or sent in other words; and when last."""

    state: State
    on: date | None = None


NEVER = Before("new")


def before(record: Record, copy: Copy, fingerprint: str) -> Before:
    """Whether a finished copy has gone out to each of its readers as it is now.

    A joint letter has an entry for each reader, and is unchanged only if it is for both.
    """
    last = [_last(record, copy, reader) for reader in copy.readers]
    sent = [entry for entry in last if entry is not None]
    if not sent:
        return NEVER
    days = [day for entry in sent if (day := day_of(entry.get("date")))]
    same = len(sent) == len(last) and all(text_of(entry.get("hash")) == fingerprint for entry in sent)
    return Before("unchanged" if same else "amended", max(days, default=None))


def _last(record: Record, copy: Copy, reader: str) -> Mapping[str, Any] | None:
    """The newest entry about this document for this reader; of one day, the one written last."""
    wanted = {"document": copy.document, "recipient": reader, "locale": copy.locale, "format": copy.format}
    found: Mapping[str, Any] | None = None
    for row in record.rows("issued"):
        of_these = not copy.children or set(row.get("children") or copy.children) == set(copy.children)
        if of_these and all(row.get(key, value) == value for key, value in wanted.items()):
            newer = found is None or (day_of(row.get("date")) or date.min) >= (day_of(found.get("date")) or date.min)
            found = row if newer and row.get("document") and row.get("recipient") else found
    return found


def lines(sent: Iterable[tuple[Copy, str]], today: date) -> Iterator[str]:
    """The entries to add under `issued` in the record, one a reader, as YAML; ids only, no name."""
    for copy, fingerprint in sent:
        for reader in copy.readers:
            children = f", children: [{', '.join(copy.children)}]" if copy.children else ""
            yield (
                f"  - {{document: {copy.document}, recipient: {reader}{children}, date: {today.isoformat()},"
                f" locale: {copy.locale}, format: {copy.format}, hash: {fingerprint}}}"
            )
