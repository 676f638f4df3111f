"""The manifest of a set: what was made for whom, with which hashes and versions; JSON in a stable order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cpdocs import parts


@dataclass(frozen=True, slots=True)
class Hashes:
    """A file's SHA-256, and that of its uncompressed parts (the same for a file that isn't a package)."""

    sha256: str
    content_sha256: str


def hashes(data: bytes) -> Hashes:
    """Hash a finished file both ways (decision 19).

    The content hash runs over the parts of a package in the order of their names, each with its name and
    length, so two packages that differ only in how they were compressed share it.
    """
    whole = hashlib.sha256(data).hexdigest()
    if not data.startswith(b"PK\x03\x04"):
        return Hashes(whole, whole)
    try:
        unpacked = parts.read(data)
    except parts.PackageError:  # damaged since it was made: then it has no content but itself
        return Hashes(whole, whole)
    content = hashlib.sha256()
    for name, part in sorted(unpacked.items()):
        encoded = name.encode()
        content.update(b"%d:%b%d:" % (len(encoded), encoded, len(part)))
        content.update(part)
    return Hashes(whole, content.hexdigest())


@dataclass(frozen=True, slots=True)
class Entry:
    """One copy as the manifest tells it: what, for whom, in which form, due when, by which clause, where."""

    document: str
    recipient: str | tuple[str, ...]
    """A person's id, or the ids of those a joint letter goes to (decision 12)."""
    locale: str
    format: str
    due: str | None
    """ISO date; None where the procedure gives no deadline."""
    clause: str
    file: str
    """Counted from the set's folder: `for/mother/minutes.docx`."""
    hashes: Hashes
    draft: bool


def manifest_bytes(
    entries: Iterable[Entry],
    versions: Mapping[str, Any],
    *,
    reference: str,
    date: str,
    record_sha256: str,
    files: Iterable[tuple[str, Hashes]] = (),
) -> bytes:
    """The manifest of a set as JSON in a stable order: the same set, the same bytes.

    `files` are those that are no copy of a document, such as the deadlines' .ics. The shape is described by
    `schemas/manifest.schema.json`.
    """
    copies = [
        {
            "document": entry.document,
            "recipient": list(entry.recipient) if isinstance(entry.recipient, tuple) else entry.recipient,
            "locale": entry.locale,
            "format": entry.format,
            "due": entry.due,
            "clause": entry.clause,
            "file": entry.file,
            "sha256": entry.hashes.sha256,
            "content_sha256": entry.hashes.content_sha256,
            "draft": entry.draft,
        }
        for entry in sorted(entries, key=lambda entry: entry.file)
    ]
    others = [
        {"file": file, "sha256": both.sha256, "content_sha256": both.content_sha256}
        for file, both in sorted(files, key=lambda pair: pair[0])
    ]
    manifest = {
        "manifest": 1,
        "reference": reference,
        "date": date,
        "record_sha256": record_sha256,
        "versions": _sorted(versions),
        "copies": copies,
        "files": others,
    }
    return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()


def _sorted(value: Any) -> Any:
    return {key: _sorted(value[key]) for key in sorted(value)} if isinstance(value, Mapping) else value


def library_versions() -> dict[str, str]:
    """The versions "same bytes" depends on (decision 19): Python, its zlib and Unicode, the libraries."""
    import platform
    import unicodedata
    import zlib
    from importlib import metadata

    found = {
        "python": platform.python_version(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "unicode": unicodedata.unidata_version,
    }
    for name in ("babel", "docxtpl", "holidays", "jinja2", "jsonschema-rs", "lxml", "markdown-it-py", "pyyaml"):
        found[name] = metadata.version(name)
    return found


def folder_sha256(folder: Path) -> str:
    """One hash over a data folder (procedure, templates, the council's): names and bytes, no hidden file."""
    content = hashlib.sha256()
    files = sorted(
        (file.relative_to(folder).as_posix(), file)
        for file in folder.rglob("*")
        if file.is_file() and not any(step.startswith((".", "~$")) for step in file.relative_to(folder).parts)
    )
    for name, file in files:
        data = file.read_bytes()
        encoded = name.encode()
        content.update(b"%d:%b%d:" % (len(encoded), encoded, len(data)))
        content.update(data)
    return content.hexdigest()
