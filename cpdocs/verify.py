"""Say whether a folder is what its manifest says, and whether today's inputs would give the same files."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cpdocs.bundle import MANIFEST, BundleError, Hashes, explain, hashes
from cpdocs.parts import load

State = Literal["as made", "changed", "missing", "extra", "not in the set"]
Today = Literal["same", "same content, other compressor", "different", "no longer made", "new"]
Rebuild = Callable[[], Iterable[tuple[str, bytes]]]
"""Gives each file that today's inputs make, as its path in the set and its bytes."""

_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Verified:
    """One file of a set: its state against the manifest, and (when asked) what today's inputs would give."""

    file: str
    state: State
    today: Today | None = None
    document: str = ""
    recipient: str | tuple[str, ...] = ""

    @property
    def good(self) -> bool:
        """True when the file is as it was made, and today would give the same content."""
        return self.state == "as made" and self.today in (None, "same", "same content, other compressor")


def verify(folder: Path, rebuild: Rebuild | None = None) -> list[Verified]:
    """Compare a set with its manifest, and with what today's inputs would give, in the order of the files.

    The folder is the set itself (OUT/<reference>). Everything in it but the manifest must be in the manifest.
    BundleError if the folder holds no manifest, or one that can't be read.
    """
    listed = _listed(folder)
    found: dict[str, Verified] = {}
    for file, (expected, document, recipient) in listed.items():
        actual = _hash(folder / file)
        state: State = (
            "missing" if actual is None else "as made" if actual.sha256 == expected.sha256 else "changed"
        )
        found[file] = Verified(file, state, None, document, recipient)
    for file in _files(folder):
        if file not in listed and file != str(MANIFEST):
            found[file] = Verified(file, "extra")
    if rebuild is not None:
        _compare(found, listed, rebuild())
    return [found[file] for file in sorted(found)]


_Listed = dict[str, tuple[Hashes, str, str | tuple[str, ...]]]


def _compare(found: dict[str, Verified], listed: _Listed, made: Iterable[tuple[str, bytes]]) -> None:
    """Add to each result what today's inputs give; compared with the manifest, not with a changed file."""
    seen: set[str] = set()
    for file, data in made:
        if file == str(MANIFEST):
            continue
        seen.add(file)
        known = found.get(file)
        if file not in listed:
            found[file] = Verified(file, known.state if known else "not in the set", "new")
            continue
        expected, document, recipient = listed[file]
        now = hashes(data)
        today: Today = (
            "same"
            if now.sha256 == expected.sha256
            else "same content, other compressor"
            if now.content_sha256 == expected.content_sha256
            else "different"
        )
        found[file] = Verified(file, found[file].state, today, document, recipient)
    for file in listed.keys() - seen:
        _, document, recipient = listed[file]
        found[file] = Verified(file, found[file].state, "no longer made", document, recipient)


def _listed(folder: Path) -> _Listed:
    try:
        manifest = json.loads(load(folder / MANIFEST))
        rows = [*manifest["copies"], *manifest["files"]]
        listed = {_inside(row["file"]): _row(row) for row in rows}
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BundleError(
            f"`{folder}` holds no {MANIFEST}, so there is nothing to compare it with.",
            "Give the folder of one set, the one that holds `for` and `chair`.",
        ) from error
    except OSError as error:
        raise explain(error, f"read {MANIFEST}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BundleError(
            f"{MANIFEST} is damaged: it can't say what this set should be.",
            "Fetch it from a backup, or build the set again.",
        ) from error
    if len(listed) != len(rows):
        raise BundleError(f"{MANIFEST} names a file twice.", "Build the set again.")
    return listed


def _inside(file: Any) -> str:
    steps = file.split("/")
    if steps[0] not in ("for", "chair") or "\\" in file or ":" in file or {"", ".", ".."} & set(steps):
        raise ValueError(file)
    return str(file)


def _row(row: Any) -> tuple[Hashes, str, str | tuple[str, ...]]:
    recipient = row.get("recipient", "")
    return (
        Hashes(str(row["sha256"]), str(row["content_sha256"])),
        str(row.get("document", "")),
        tuple(map(str, recipient)) if isinstance(recipient, list) else str(recipient),
    )


def _hash(path: Path) -> Hashes | None:
    """The hashes of a plain file; None if there is none. A link is no file of the set."""
    if path.is_symlink() or not path.is_file():
        return None
    try:
        return hashes(load(path))
    except OSError as error:
        raise explain(error, f"read {path.name}") from error


def _files(folder: Path) -> list[str]:
    return [
        (Path(where) / file).relative_to(folder).as_posix()
        for where, folders, files in os.walk(folder)
        for file in (*files, *(name for name in folders if (Path(where) / name).is_symlink()))
        if file.casefold() not in _LITTER
    ]
