"""Child protection conference records: one YAML record in, every copy its readers may see out.

    library = cpdocs.Library()
    prepared = cpdocs.prepare(path, library, today)      # findings, and who gets what
    issued = cpdocs.issue(prepared, library, cpdocs.Shelf(library), out, final=False, today=today)

Nothing here prints, exits, asks for the day or reaches a network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cpdocs.distribution import Copy, Distribution
    from cpdocs.finding import Finding
    from cpdocs.flow import issue, prepare
    from cpdocs.library import Library
    from cpdocs.results import Issued, Made, Prepared
    from cpdocs.shelf import Shelf

__all__ = [
    "Copy", "Distribution", "Finding", "Issued", "Library", "Made", "Prepared", "Shelf", "issue", "prepare",
]  # fmt: skip

_HOMES = {
    "Copy": "distribution", "Distribution": "distribution", "Finding": "finding", "Issued": "results",
    "Made": "results", "Prepared": "results", "issue": "flow", "prepare": "flow", "Library": "library",
    "Shelf": "shelf",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that a command loads no more than it needs."""
    if name not in _HOMES:
        raise AttributeError(f"module 'cpdocs' has no attribute '{name}'")
    import importlib

    return getattr(importlib.import_module(f"cpdocs.{_HOMES[name]}"), name)
