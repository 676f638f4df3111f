"""Put finished files where they belong: names and bytes in, one whole folder out, or nothing.

OUT/<reference>/ holds `for/<recipient id>/…`, what travels, and `chair/…`, what never does (decision 16).
The set is made in a hidden folder beside its target and takes its name at the end; an earlier set is renamed,
never deleted (decision 17). Four kinds of names stand in OUT, and they alone say how far a run came:

    .NAME.lock                  held by the run that works on NAME; the system lets go of it when the run dies
    .NAME.making-<random>       being written: worthless after its run died
    .NAME.ready                 whole, on its way to NAME: the next run completes the swap
    NAME.earlier-<date>-<n>     the set that stood here before, by the date it was made with

At every moment each set that was once whole stands under one of these names, so a run killed at any moment
loses nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from types import TracebackType

from cpdocs import leaves
from cpdocs.folder import (
    BundleError,
    Lock,
    explain,
    flush,
    in_the_way,
    make_folder,
    make_folders,
    plainly,
    remove,
    rename,
    write,
)
from cpdocs.manifest import Entry, Hashes, folder_sha256, hashes, library_versions, manifest_bytes

__all__ = [
    "MANIFEST",
    "Bundle",
    "BundleError",
    "Entry",
    "Hashes",
    "explain",
    "folder_name",
    "folder_sha256",
    "hashes",
    "library_versions",
    "manifest_bytes",
    "put_right",
    "set_reference",
]

MANIFEST = PurePosixPath("chair/manifest.json")
"""Where a set's manifest stands; every `file` in it is counted from the set's own folder."""

_LONGEST_NAME = 100  # one folder or file name; leaves room for our own endings
_LONGEST_PATH = 180  # a path inside the set
_WINDOWS_PATH = 259
_SAFE = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9 ._+-]*[A-Za-z0-9_+-])?")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9])(?: *\..*)?", re.I)
_OURS = re.compile(r"\.(?=(?:earlier|making|ready|lock)\b)", re.I)
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


# names


def set_reference(reference: str, conference_date: str | None) -> str:
    """The record's own case reference and conference date (decision 16): `KM-0173-2041-03-01`.

    A record without a date yet, or with one that is none, gives `KM-0173-undated`, so that no draft takes the place
    of a dated set.
    """
    known = conference_date and not leaves.wrong("date", conference_date)
    return f"{reference.strip()}-{conference_date if known else 'undated'}"


def folder_name(reference: str) -> str:
    """The folder name for a case reference; two references never get the same one.

    Letters, digits, spaces and `_ . + -` stay as they are. Anything else is written as `=` and its
    hexadecimal bytes, so `KM/2041/17` becomes `KM=2F2041=2F17`. BundleError if it can name no folder.
    """
    pieces = re.split(r"[/\\]", reference)
    if not reference.strip() or any(piece.strip() in ("", ".", "..") for piece in pieces):
        raise BundleError(
            "The case reference can't name a folder.",
            "Write `reference` as your case system does, for example KM-0173.",
        )
    if any(ord(char) < 32 or 127 <= ord(char) < 160 or 0xD800 <= ord(char) < 0xE000 for char in reference):
        raise BundleError(
            "The case reference holds a character that can't be seen or printed.",
            "Type `reference` again by hand.",
        )
    name = "".join(
        char
        if char.isascii() and (char.isalnum() or char in "_.+- ")
        else "".join(f"={byte:02X}" for byte in char.encode())
        for char in reference
    )
    name = _OURS.sub("=2E", name)
    if name[0] in ".+- ":
        name = f"={ord(name[0]):02X}{name[1:]}"
    if name[-1] in ". ":
        name = f"{name[:-1]}={ord(name[-1]):02X}"
    if _RESERVED.fullmatch(name):
        name = f"={ord(name[0]):02X}{name[1:]}"
    if len(name) > _LONGEST_NAME:
        raise BundleError(
            f"The case reference is too long to name a folder: {len(name)} characters; {_LONGEST_NAME} fit.",
            "Write a shorter `reference`.",
        )
    return name


def _check_path(path: PurePosixPath) -> None:
    steps = path.parts
    home = steps[0] if steps else ""
    if path.is_absolute() or len(steps) < {"for": 3, "chair": 2}.get(home, 99):
        raise BundleError(
            f"`{path}` isn't a place in a set: files stand in for/<recipient>/ or chair/.",
            "Check the recipient's `id` in the record: small letters, digits and hyphens.",
        )
    for step in steps:
        if not _SAFE.fullmatch(step) or _RESERVED.fullmatch(step) or len(step) > _LONGEST_NAME:
            raise BundleError(
                f"`{step}` can't be a file or folder name on every computer.",
                "Use ids of small letters, digits and hyphens, such as father-of-b; Windows keeps names like"
                f" con and aux for itself, and {_LONGEST_NAME} characters are the most.",
            )
    if len(str(path)) > _LONGEST_PATH:
        raise BundleError(
            f"`{path}` is too long: {len(str(path))} characters, {_LONGEST_PATH} at most.",
            "Use shorter ids in the record.",
        )


# writing


class Bundle:
    """One set of files, made whole or not at all; used as `with Bundle(out, reference) as bundle:`.

    Entering takes the lock of this reference, puts right what a killed run left, and makes the hidden folder.
    Leaving without `commit` (an error, Ctrl-C) removes what was written and leaves the earlier set as it was.
    Every failure is a BundleError: another run at work, no room, no permission, a file open in Word.
    """

    def __init__(self, out: Path, reference: str) -> None:
        """Nothing is touched yet; BundleError if the reference can name no folder."""
        self.out = out
        self.reference = reference
        self.name = folder_name(reference)
        self.target = out / self.name
        self.replaced: Path | None = None
        """After `commit`: where the earlier set stands now, or None if there was none."""
        self._lock: Lock | None = None
        self._making: Path | None = None
        self._seen: dict[str, tuple[str, bool]] = {}

    def __enter__(self) -> Bundle:
        """Take the lock, put right what a killed run left, make the hidden folder."""
        with plainly(f"make the folder {self.out}"):
            make_folders(self.out)
        self._lock = Lock(self.out / f".{self.name}.lock")
        try:
            with plainly(f"write in {self.out}"):
                _refuse_twins(self.out, self.name)
                _put_right(self.out, self.name)
                _refuse_strangers(self.target)
                making = self.out / f".{self.name}.making-{secrets.token_hex(6)}"
                self._making = making
                make_folder(making)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def add(self, path: PurePosixPath | str, data: bytes) -> None:
        """Write one file of the set, readable by its owner only.

        BundleError if the path leaves its place or isn't safe on every system, or differs from another only
        in capitals.
        """
        if self._making is None:
            raise RuntimeError("a file can be added only inside the with block and before commit")
        relative = PurePosixPath(path)
        _check_path(relative)
        if sys.platform == "win32" and len(str((self._making / relative).absolute())) > _WINDOWS_PATH:
            raise BundleError(
                f"The path of `{relative}` in {self.out} is longer than Windows allows.",
                "Choose an --out nearer the top of the drive.",
            )
        self._claim(relative)
        with plainly(f"write {relative}"):
            folder = self._making
            for step in relative.parts[:-1]:
                folder = folder / step
                if not folder.exists():
                    make_folder(folder)
            write(folder / relative.name, data)

    def commit(self) -> Path:
        """Give the new set its name and return its folder; an earlier set is renamed, never deleted.

        On any failure the earlier set stands where it stood, and nothing of the new one is left.
        """
        if self._making is None:
            raise RuntimeError("commit stands once, inside the with block")
        with plainly(f"write in {self.out}"):
            flush(self._making)
        ready = self.out / f".{self.name}.ready"
        stood = os.path.lexists(self.target)
        try:
            rename(self._making, ready)
            self.replaced = _swap(self.out, self.name)
        except BaseException as error:  # Ctrl-C too
            if not os.path.lexists(ready):  # not begun, or done already
                if not os.path.lexists(self._making):
                    self._making = None
            elif stood and not os.path.lexists(self.target):
                self._making = None
                raise BundleError(
                    f"The earlier set `{self.name}` was moved aside, and the new one couldn't take its place."
                    " Both are whole.",
                    "Close the files of this set and run the command again: it finishes the exchange.",
                ) from error
            else:
                with contextlib.suppress(OSError):
                    os.rename(ready, self._making)
            if isinstance(error, OSError):
                raise in_the_way(error, self.name) from error
            raise
        self._making = None
        return self.target

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what was written and not committed; let go of the lock."""
        try:
            if self._making is not None:
                remove(self._making)
                self._making = None
        finally:
            if self._lock is not None:
                self._lock.release()
                self._lock = None

    def _claim(self, path: PurePosixPath) -> None:
        """Refuse two files of one name, names that differ only in capitals, a file used as a folder."""
        for place in (*reversed(path.parents), path):
            mine = (str(place), place == path)
            earlier = self._seen.get(str(place).casefold())
            if earlier and (earlier != mine or place == path):
                raise BundleError(
                    f"Two files would stand at one place: `{earlier[0]}` and `{place}`.",
                    "Give the two recipients ids that differ in more than capital letters.",
                )
            self._seen[str(place).casefold()] = mine


def put_right(out: Path) -> list[str]:
    """Complete the swaps that killed runs left in an output folder; gives the names that were put right.

    A Bundle does this for its own reference; this does it for all of them. Names that a run is working on
    right now are left alone.
    """
    mended: list[str] = []
    left = re.compile(r"\.(.+)\.(?:ready|making-[0-9a-f]{12})")
    with plainly(f"read {out}"):
        names = sorted({found[1] for entry in os.listdir(out) if (found := left.fullmatch(entry))})
    for name in names:
        try:
            lock = Lock(out / f".{name}.lock")
        except BundleError:
            continue
        try:
            with plainly(f"write in {out}"):
                _put_right(out, name)
            mended.append(name)
        finally:
            lock.release()
    return mended


def _put_right(out: Path, name: str) -> None:
    """Complete an interrupted swap and clear what dead runs left; the lock is held, nobody else is here."""
    if os.path.lexists(out / f".{name}.ready"):
        try:
            _swap(out, name)
        except OSError as error:
            raise in_the_way(error, name) from error
    leftover = re.compile(re.escape(f".{name}.making-") + "[0-9a-f]{12}")
    for entry in os.scandir(out):
        if leftover.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
            remove(out / entry.name)


def _swap(out: Path, name: str) -> Path | None:
    """Rename NAME to NAME.earlier-…, then the ready set to NAME; if the second fails, undo the first."""
    ready, target = out / f".{name}.ready", out / name
    aside: Path | None = None
    try:
        if os.path.lexists(target):
            aside = _free_name(out, name, _made_on(target))
            rename(target, aside)
        rename(ready, target)
    except BaseException:
        if aside and os.path.lexists(ready) and os.path.lexists(aside) and not os.path.lexists(target):
            os.rename(aside, target)
        raise
    return aside


def _refuse_twins(out: Path, name: str) -> None:
    """Stop before a set whose name differs only in capitals is taken for ours: Windows sees one name."""
    for entry in os.listdir(out):
        for ours in (name, f".{name}.ready"):
            if entry != ours and entry.casefold() == ours.casefold():
                raise BundleError(
                    f"The output folder holds `{entry}`, which differs from `{ours}` only in capitals.",
                    "Write `reference` the same way in each record of this case, or use another --out.",
                )


def _refuse_strangers(target: Path) -> None:
    """Stop before a folder that someone else made is moved aside as if it were an earlier set."""
    if not os.path.lexists(target):
        return
    inside = set(os.listdir(target)) if stat.S_ISDIR(os.lstat(target).st_mode) else {"a file"}
    if {item for item in inside if item.casefold() not in _LITTER} and not inside & {"for", "chair"}:
        raise BundleError(
            f"`{target.name}` is there already and isn't a set of copies that cpdocs made.",
            "Move it away, or use another --out.",
        )


def _made_on(target: Path) -> str:
    """The date an earlier set was made with, from its manifest; without one, the day its folder changed."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        made = json.loads((target / MANIFEST).read_bytes())["date"]
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", made):
            return str(made)
    return datetime.fromtimestamp(os.lstat(target).st_mtime, UTC).date().isoformat()


def _free_name(out: Path, name: str, made_on: str) -> Path:
    number = 1
    while os.path.lexists(aside := out / f"{name}.earlier-{made_on}-{number}"):
        number += 1
    return aside
