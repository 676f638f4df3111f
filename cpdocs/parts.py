"""Word packages: the bytes of a .docx in, its parts by name out, and back again, the same bytes every time.

Nothing else reads or writes the zip of a Word document. Reading refuses what a zip can hide (bombs, path
tricks, two entries of one name); writing uses a fixed order and a fixed time, so that equal parts are equal
bytes. A part that never changes can be kept as a Deflated and is then copied as it is.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

CONTENT_TYPES = "[Content_Types].xml"

MAX_FILE = 30_000_000
"""Bytes of a .docx; a letterhead with photographs stays well below."""
MAX_ENTRIES = 500
MAX_PART = 20_000_000
MAX_TOTAL = 60_000_000
MAX_RATIO = 200
"""A part may unfold to this many times its size; Word's own XML stays under 40."""
SMALL = 1_000_000
"""Parts up to this size may unfold as they like: repeated table rows do."""

_OFTEN = 65_536
"""Parts up to this size are unfolded once for all copies that hold them."""

LEVEL = 3
"""Measured on the minutes (python -m tests.bench): level 6 costs twice the time for 3 % smaller files."""

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DATE, _TIME = (1 << 5) | 1, 0  # 1 January 1980, the zero of zip: no clock in the file


class PackageError(Exception):
    """A file that can't be read as a Word document: what is wrong, and the next step."""

    def __init__(self, message: str, help: str = "Open it in Word and save it again as a .docx.") -> None:
        """Keep both sentences."""
        super().__init__(message)
        self.message = message
        self.help = help


@dataclass(frozen=True, slots=True)
class Deflated:
    """One part as it stands in the zip: checksum, size when unfolded, and the deflated bytes."""

    crc: int
    size: int
    data: bytes


def deflate(data: bytes, level: int = LEVEL) -> Deflated:
    """Deflate one part with the interpreter's own zlib (decision 19)."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9)
    return Deflated(zlib.crc32(data), len(data), packer.compress(data) + packer.flush())


def inflate(part: Deflated) -> bytes:
    """The inverse of deflate."""
    return zlib.decompress(part.data, -15)


def load(path: Path) -> bytes:
    """The bytes of a file from outside, and never more than one more than `read` takes. Raises OSError."""
    with path.open("rb") as stream:
        return stream.read(MAX_FILE + 1)


def read(data: bytes) -> dict[str, bytes]:
    """Read every part of a .docx, in the archive's order.

    Raises PackageError for what isn't a zip, is damaged or encrypted, unfolds beyond all measure, or names
    its parts in a way that could reach outside the package or mean two things.
    """
    return dict(_read(data))


@lru_cache(maxsize=1)  # a finished copy is read for what it says, and then for its hash
def _read(data: bytes) -> dict[str, bytes]:
    if len(data) > MAX_FILE:
        raise PackageError(
            f"The file is larger than {MAX_FILE // 1_000_000} MB.", "Use smaller pictures, or none."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _refuse(entries)
        return {entry.filename: _unfold(data, entry) for entry in entries}
    except PackageError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        raise PackageError("The file isn't a Word document (.docx), or it is damaged.") from error
    except (RuntimeError, OSError, struct.error, IndexError, KeyError) as error:
        raise PackageError("The file is damaged, or protected with a password.") from error


def _refuse(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise PackageError(f"The file holds more than {MAX_ENTRIES} parts.")
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        steps = name.split("/")
        if (
            not name
            or name != entry.filename
            or "\\" in name
            or ":" in name
            or any(step in ("", ".", "..") for step in steps)
            or not name.isascii()
            or not name.isprintable()
        ):
            raise PackageError("A part of the file has a name that no Word document uses.")
        if name.casefold() in seen:  # Word compares part names without case
            raise PackageError("Two parts of the file have the same name.")
        seen.add(name.casefold())
        if entry.flag_bits & 1:
            raise PackageError("The file is protected with a password.", "Save a copy without a password.")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise PackageError("The file is packed in a way that Word doesn't use.")
        if entry.file_size > MAX_PART or (
            entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        ):
            raise PackageError("A part of the file unfolds to far more than it should.")
    if sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise PackageError("The file unfolds to far more than it should.")


def _unfold(data: bytes, entry: zipfile.ZipInfo) -> bytes:
    """Unfold one part, at once and never beyond the size it should have."""
    head = _LOCAL.unpack_from(data, entry.header_offset)
    start = entry.header_offset + _LOCAL.size
    end = start + head[9] + head[10] + entry.compress_size
    name = data[start : start + head[9]]
    # what stands before a part must say the same as the directory, or two readers see two documents
    if head[0] != b"PK\3\4" or name != entry.filename.encode("ascii") or head[3] != entry.compress_type:
        raise PackageError("The file is damaged: a part isn't what the file's directory says.")
    raw = data[end - entry.compress_size : end]
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        raw = (_inflated_once if entry.file_size <= _OFTEN else _inflated)(raw, entry.file_size)
    if len(raw) != entry.file_size or zlib.crc32(raw) != entry.CRC:
        raise PackageError("The file is damaged: a part has another size than it says.")
    return raw


def _inflated(raw: bytes, size: int) -> bytes:
    """The size may lie: never unfold more than it says; whoever asks checks that it was the truth."""
    return zlib.decompressobj(-15).decompress(raw, size + 1)


_inflated_once = lru_cache(maxsize=128)(_inflated)
"""For small parts: styles, numbering and the like are the same in every copy."""


def in_order(names: Iterable[str]) -> list[str]:
    """The order parts are written in: the content types first, as some readers expect, then by name."""
    return sorted(names, key=lambda name: (name != CONTENT_TYPES, not name.startswith("_rels/"), name))


def write(parts: Mapping[str, bytes | Deflated]) -> bytes:
    """Write a package. Equal parts give equal bytes, whatever their order, the clock or the system."""
    return Packer({}).pack({name: parts[name] for name in in_order(parts)})


class Packer:
    """Writes packages that share constant parts: those are laid out once and copied in front of the rest."""

    def __init__(self, constants: Mapping[str, Deflated]) -> None:
        """Lay out the constant parts, in their fixed order."""
        local: list[bytes] = []
        self._central: list[bytes] = []
        offset = 0
        for name in in_order(constants):
            head, central = _headers(name, constants[name], offset)
            local += (head, constants[name].data)
            self._central.append(central)
            offset += len(head) + len(constants[name].data)
        self._local = b"".join(local)

    def pack(self, parts: Mapping[str, bytes | Deflated]) -> bytes:
        """Write the constant parts, then these, in the order given."""
        out, central, offset = [self._local], list(self._central), len(self._local)
        for name, part in parts.items():
            packed = part if isinstance(part, Deflated) else deflate(part)
            head, entry = _headers(name, packed, offset)
            out += (head, packed.data)
            central.append(entry)
            offset += len(head) + len(packed.data)
        directory = b"".join(central)
        out += (directory, _END.pack(b"PK\5\6", 0, 0, len(central), len(central), len(directory), offset, 0))
        return b"".join(out)


def _headers(name: str, part: Deflated, offset: int) -> tuple[bytes, bytes]:
    raw = name.encode("ascii")
    common = (_TIME, _DATE, part.crc, len(part.data), part.size, len(raw), 0)
    local = _LOCAL.pack(b"PK\3\4", 20, 0, 8, *common)
    # made on no system in particular (0), with no attributes: the same on Windows and Linux
    return local + raw, _CENTRAL.pack(b"PK\1\2", 20, 20, 0, 8, *common, 0, 0, 0, 0, offset) + raw
