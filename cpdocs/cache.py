"""What is kept for the next run, in a folder of the user's own: bytes under a name.

Only what can be made again is kept (compiled templates, public holidays, parsed data files) and nothing of a
record is ever in it. The folder can be deleted at any time and used by several runs at once: entries are
written whole and moved into place, and one that is damaged is as good as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from pathlib import Path

MAGIC = b"cpdocs kept 1\n"
MAX_ENTRIES = 600
"""A council's templates in every format and language stay below; older ones go first."""


def folder() -> Path:
    """Where this user's entries stand: CPDOCS_CACHE, or the system's own place for caches."""
    if given := os.environ.get("CPDOCS_CACHE"):
        return Path(given)
    import platformdirs

    return platformdirs.user_cache_path("cpdocs", appauthor=False)


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
        import tempfile

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
        with os.scandir(self.place) as there:
            entries = sorted((entry.stat().st_mtime_ns, entry.path) for entry in there if entry.is_file())
        for _, path in entries[: max(len(entries) - MAX_ENTRIES, 0)]:
            with contextlib.suppress(OSError):
                os.unlink(path)


def _digest(name: str, data: bytes) -> bytes:
    return hashlib.sha256(name.encode() + data).digest()
