"""What the stages of the whole program hand on: a record judged, a copy made, a set issued."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cpdocs.distribution import Copy, Distribution, Waiting
from cpdocs.finding import Finding
from cpdocs.issued import NEVER, Before
from cpdocs.leaks import Searches
from cpdocs.procedure import Procedure
from cpdocs.record import Record
from cpdocs.source import Tree
from cpdocs.survey import Survey

if TYPE_CHECKING:
    from cpdocs.disclosure import Disclosed
    from cpdocs.manifest import Hashes


class Prepared(NamedTuple):
    """A record, read and judged. Without a `record` the file can't be used at all; the findings say why."""

    tree: Tree
    findings: tuple[Finding, ...]
    procedure: Procedure | None = None
    record: Record | None = None
    survey: Survey | None = None
    searches: Searches | None = None
    distribution: Distribution = Distribution()

    @property
    def clean(self) -> bool:
        """Whether nothing is left to mend: no error or warning that isn't acknowledged."""
        return not any(f.severity in ("error", "warning") and f.acknowledged is None for f in self.findings)


class Made(NamedTuple):
    """One copy as it was made, or what it waits for."""

    copy: Copy
    data: bytes | None
    draft: bool
    disclosed: Disclosed | None
    waits: tuple[Waiting, ...] = ()
    texts: tuple[str, ...] = ()
    """Texts of the record that this copy needs in its language and that aren't translated yet."""
    hashes: Hashes | None = None
    """Of the data, for the manifest."""
    fingerprint: str = ""
    before: Before = NEVER
    """Of a final copy: the hash of its content, and whether it has gone out like this already."""


class Issued(NamedTuple):
    """What one build came to: the folder, the copies made, those that wait, and what was found on the way."""

    prepared: Prepared
    folder: Path | None
    made: tuple[Made, ...]
    waiting: tuple[Made, ...]
    findings: tuple[Finding, ...]
    earlier: Path | None = None
    unchanged: tuple[Made, ...] = ()
    """Final copies that went out earlier just as they are: they aren't sent again (decision 15)."""
