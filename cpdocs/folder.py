"""Folders and files on this computer's disk: plain operations, durable, private, errors in plain words.

Everything `bundle` does to a disk goes through here: folders 0700 and files 0600 whatever the umask, a flush
before a name is given, a lock that dies with its run, and each refusal of the system as a BundleError.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_PATIENCE = (0.05, 0.1, 0.2, 0.4) if sys.platform == "win32" else ()
"""Seconds to wait before a rename is tried again: a virus scanner on Windows lets go of a file that soon."""


class BundleError(Exception):
    """The files can't be written, or a set can't be read: one plain sentence, and the next step."""

    def __init__(self, message: str, help: str) -> None:
        """Keep both; nothing is printed."""
        super().__init__(message, help)
        self.message = message
        self.help = help

    def __str__(self) -> str:
        """Both sentences on one line."""
        return f"{self.message} {self.help}"


def make_folders(folder: Path) -> None:
    """Make a folder and those above it; what we make is the owner's only, what was there stays as it is."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_folders(folder.parent)
    try:
        make_folder(folder)
    except FileExistsError:
        if not folder.is_dir():  # another run made it just now, or a file stands there
            raise


def make_folder(folder: Path) -> None:
    """Make one folder, open to its owner only; OSError if it is there."""
    os.mkdir(folder, 0o700)
    if sys.platform != "win32":
        os.chmod(folder, 0o700)  # whatever the umask took away


def write(file: Path, data: bytes) -> None:
    """Write a new file, open to its owner only; OSError if it is there already or a link."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(file, flags, 0o600)
    with open(handle, "wb", buffering=0) as stream:
        if sys.platform != "win32":
            os.fchmod(handle, 0o600)
        view = memoryview(data)
        while view:
            view = view[stream.write(view) :]


_AT_ONCE = 8
"""Flushes under way at a time: a disk writes many files to its journal at once, in a quarter of the time."""


def flush(folder: Path) -> None:
    """Have the disk hold every file before the set takes its name: a name never points at empty files.

    All at the end and not file by file, since the first flush carries most of the others with it.
    """
    from concurrent.futures import ThreadPoolExecutor

    walked = list(os.walk(folder))
    files = [os.path.join(where, file) for where, _, files in walked for file in files]
    folders = [where for where, _, _ in walked]
    try:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(_sync_file, files))  # the list asks for every result, and so for every failure
            list(pool.map(_sync_folder, folders))
    except RuntimeError:  # no memory for threads: one after the other, then
        for file in files:
            _sync_file(file)
        for place in folders:
            _sync_folder(place)


def _sync_file(path: str) -> None:
    _sync(path, os.O_RDWR)


def _sync(path: str | Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(path: str | Path) -> None:
    if sys.platform != "win32":
        _sync(path, os.O_RDONLY)


def rename(old: Path, new: Path) -> None:
    """Rename, and have the disk hold the new name. Waits a moment where Windows' scanners hold a file."""
    for pause in (*_PATIENCE, None):
        try:
            os.rename(old, new)
            break
        except PermissionError:
            if pause is None:
                raise
            time.sleep(pause)
    _sync_folder(old.parent)


def remove(folder: Path) -> None:
    """Remove a making-folder; what can't be removed now is removed by the next run."""
    shutil.rmtree(folder, ignore_errors=True)


class Lock:
    """The lock of one name: held by one run at a time, let go of by the system when that run dies."""

    def __init__(self, path: Path) -> None:
        """Take the lock; BundleError if another run holds it or nothing can be written here."""
        self.path = path
        with plainly(f"write in {path.parent}"):
            while True:
                handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
                try:
                    if sys.platform != "win32":
                        os.fchmod(handle, 0o600)
                    _seize(handle)
                    # the run before us removes its lock file as it ends: ours may have no name any more
                    if _same_file(handle, path):
                        os.ftruncate(handle, 0)
                        os.write(handle, b"%d\n" % os.getpid())
                        self._handle = handle
                        return
                except BlockingIOError as error:
                    other = _owner(handle)
                    os.close(handle)
                    raise BundleError(
                        f"Another run is writing this set right now{other}.",
                        "Wait until it has ended, then run the command again.",
                    ) from error
                except BaseException:
                    os.close(handle)
                    raise
                os.close(handle)

    def release(self) -> None:
        """Let go, and leave no lock file behind."""
        if sys.platform == "win32":
            os.close(self._handle)  # an open file can't be removed there
            with contextlib.suppress(OSError):
                os.unlink(self.path)
        else:
            with contextlib.suppress(OSError):
                os.unlink(self.path)
            os.close(self._handle)


if sys.platform == "win32":
    import msvcrt

    def _seize(handle: int) -> None:
        os.lseek(handle, 1 << 20, os.SEEK_SET)  # far behind the process id, so that others can read it
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError(errno.EAGAIN, "locked") from error
        os.lseek(handle, 0, os.SEEK_SET)

else:
    import fcntl

    def _seize(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _same_file(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False


def _owner(handle: int) -> str:
    with contextlib.suppress(OSError):
        os.lseek(handle, 0, os.SEEK_SET)
        number = os.read(handle, 20).strip()
        if number.isdigit():
            return f" (process {number.decode()})"
    return ""


@contextlib.contextmanager
def plainly(doing: str) -> Iterator[None]:
    """Turn an OSError of the block into a BundleError; see explain."""
    try:
        yield
    except OSError as error:
        raise explain(error, doing) from error


def explain(error: OSError, doing: str) -> BundleError:
    """Say what the system refused in a minute-taker's words; `doing` completes "Can't …"."""
    code = error.errno
    if code in (errno.ENOSPC, getattr(errno, "EDQUOT", -1)):
        return BundleError(
            f"Can't {doing}: the disk is full. Earlier files are as they were.",
            "Make room, or use another --out, and run the command again.",
        )
    if code == errno.EFBIG:
        return BundleError(
            f"Can't {doing}: it is larger than this computer lets you write. Earlier files are as they were.",
            "Ask your IT department to raise the limit, or use another --out.",
        )
    if code in (errno.EACCES, errno.EPERM, errno.EROFS):
        return BundleError(
            f"Can't {doing}: you aren't allowed to change files there, or one of them is open."
            " Earlier files are as they were.",
            "Close Word and anything else that shows these files, or use an --out that you may write to.",
        )
    if code in (errno.ENOTDIR, errno.EEXIST):
        return BundleError(
            f"Can't {doing}: a file stands where a folder should be.",
            "Use another --out, or move that file away.",
        )
    if code == errno.ENAMETOOLONG:
        return BundleError(f"Can't {doing}: the path is too long.", "Use an --out with a shorter path.")
    if code in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):
        return BundleError(
            f"Can't {doing}: the computer has no room left for more open files or memory.",
            "Close other programs and run the command again.",
        )
    if code in (errno.ENOLCK, errno.ENOTSUP):
        return BundleError(
            f"Can't {doing}: this drive can't keep two runs apart.",
            "Use an --out on this computer's own disk and copy the set afterwards.",
        )
    return BundleError(
        f'Can\'t {doing}: the system says "{error.strerror or type(error).__name__}".',
        "Check that the drive is there and in order, or use another --out.",
    )


def in_the_way(error: OSError, name: str) -> BundleError:
    """Why a set couldn't be exchanged: most often a document of it is open."""
    if error.errno in (errno.EACCES, errno.EPERM, errno.EBUSY):
        return BundleError(
            f"The earlier set `{name}` can't be moved aside: a file of it is open, perhaps in Word, or you"
            " aren't allowed to rename it. It is as it was, and the new set wasn't put in its place.",
            "Close the files of this set and run the command again.",
        )
    return explain(error, f"put the new set in the place of `{name}`")
