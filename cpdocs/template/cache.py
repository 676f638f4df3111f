"""Compiled templates kept for the next run, in a folder of the user's own.

An entry is data (Template.constants), found by a key that is made of everything it was made from. Nothing of
a record is ever in it. The folder can be deleted at any time and used by several runs at once: entries are
written whole and moved into place, and one that is damaged is as good as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import sys
import tempfile
import zlib
from collections.abc import Iterable, Mapping
from functools import cache as once
from pathlib import Path

MAGIC = b"cpdocs template 1\n"
MAX_ENTRIES = 600
"""A council's templates in every format and language stay below; older ones go first."""
LIBRARIES = {
    "docxtpl": ("template.py",),
    "jinja2": ("lexer.py", "parser.py", "nodes.py"),
    "lxml": ("__init__.py",),
}
"""What compiling depends on beside our own code; their text says more than a version, and is read faster."""


def folder() -> Path:
    """Where this user's entries stand: CPDOCS_CACHE, or the system's own place for caches."""
    if given := os.environ.get("CPDOCS_CACHE"):
        return Path(given)
    import platformdirs

    return platformdirs.user_cache_path("cpdocs", appauthor=False) / "templates"


def key(docx: bytes, house: bytes | None, words: Mapping[str, str], transform: str = "") -> str:
    """The name of an entry: a hash of the files, the words, what is done to them, and the code that does it."""
    return _hash(
        [
            engine().encode(),
            docx,
            b"-" if house is None else b"+" + house,
            json.dumps(sorted(words.items()), ensure_ascii=False).encode(),
            transform.encode(),
        ]
    )


@once
def engine() -> str:
    """A hash of the code that compiles: ours, the libraries', and the interpreter's zlib."""
    from importlib.util import find_spec

    here = Path(__file__).parent
    texts = [path.read_bytes() for path in sorted([*here.glob("*.py"), here.parent / "parts.py"])]
    for library, files in LIBRARIES.items():
        spec = find_spec(library)
        if spec and spec.origin:
            texts += [Path(spec.origin).with_name(name).read_bytes() for name in files]
    return _hash([*texts, sys.version.encode(), zlib.ZLIB_RUNTIME_VERSION.encode()])


def _hash(pieces: Iterable[bytes]) -> str:
    total = hashlib.sha256()
    for piece in pieces:
        total.update(len(piece).to_bytes(8, "big"))
        total.update(piece)
    return total.hexdigest()


class Cache:
    """Entries in one folder. Whatever goes wrong with it costs time and never a document."""

    def __init__(self, place: Path | None = None) -> None:
        """Use this folder, or the user's own."""
        self.place = place or folder()

    def get(self, name: str) -> bytes | None:
        """The data under a key, or None if there is none, or none that is whole."""
        try:
            if not self._ours():
                return None
            raw = (self.place / name).read_bytes()
        except OSError:
            return None
        head = MAGIC + _digest(name, raw[len(MAGIC) + 32 :])
        return raw[len(head) :] if raw.startswith(head) else None

    def put(self, name: str, data: bytes) -> None:
        """Keep data under a key; nothing happens where that isn't possible."""
        with contextlib.suppress(OSError):
            self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._ours():
                return
            handle, part = tempfile.mkstemp(prefix=".part-", dir=self.place)  # readable by its owner only
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(MAGIC + _digest(name, data) + data)
                os.replace(part, self.place / name)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(part)
                raise
            self._tidy()

    def _ours(self) -> bool:
        """Whether the folder is a real one that belongs to this user and nobody else can write to."""
        found = os.lstat(self.place)
        if not stat.S_ISDIR(found.st_mode):
            return False
        if os.name == "nt":  # the profile folder's own access list sees to it (decision 17)
            return True
        if found.st_uid != os.geteuid():
            return False
        if stat.S_IMODE(found.st_mode) & 0o077:
            os.chmod(self.place, 0o700)
        return True

    def _tidy(self) -> None:
        entries = sorted(
            ((entry.stat().st_mtime_ns, entry.path) for entry in os.scandir(self.place) if entry.is_file()),
        )
        for _, path in entries[: max(len(entries) - MAX_ENTRIES, 0)]:
            with contextlib.suppress(OSError):
                os.unlink(path)


def _digest(name: str, data: bytes) -> bytes:
    return hashlib.sha256(name.encode() + data).digest()
