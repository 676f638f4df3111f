"""Under which name a compiled template is kept for the next run: a hash of everything it was made from.

An entry is data (Template.constants); `cpdocs.cache` keeps it.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zlib
from collections.abc import Iterable, Mapping
from functools import cache as once
from pathlib import Path

from cpdocs.cache import Cache, folder

__all__ = ["Cache", "engine", "folder", "key"]

LIBRARIES = {
    "docxtpl": ("template.py",),
    "jinja2": ("lexer.py", "parser.py", "nodes.py"),
    "lxml": ("__init__.py",),
}
"""What compiling depends on beside our own code; their text says more than a version, and is read faster."""


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
