"""A language seen on paper: an invented record and a language's tag in, a folder with every document in it out.

The record is one of the procedures' own samples with every reader given that language, so a translator can read
each document as it will be; it is a draft and bears DRAFT on every page.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from cpdocs import source
from cpdocs.flow import issue, judge
from cpdocs.library import Library
from cpdocs.procedure import DataError
from cpdocs.shelf import Shelf


def records(library: Library, tag: str) -> list[Path]:
    """The invented records of every procedure that the language is for: its own samples and the families shipped.

    Raises DataError if there is no such language.
    """
    locale = Shelf(library).locale(tag)
    if locale is None:
        known = ", ".join(library.locale_tags()) or "none yet"
        raise DataError(f"There is no locale `{tag}`.", f"There are: {known}. Make one with `cpdocs locale new {tag}`.")
    wanted = [id for id in library.procedures() if not locale.procedures or id in locale.procedures]
    found = [path for id in wanted for path in sorted(library.procedure(id).folder.glob("samples/*.yaml"))]
    for path in sorted(library.root.glob("samples/*/record.yaml")):
        data = source.read(path)[0].data
        if isinstance(data, dict) and data.get("procedure") in wanted:
            found.append(path)
    return found


def build(library: Library, tag: str, path: Path, out: Path, today: date, *, before: bool = False) -> Path:
    """Build one invented record with every reader reading that language; gives the folder.

    `before` leaves out who came, as a record is before the conference: the preparation sheet is made then.
    """
    tree, found = source.read(path)
    if not isinstance(tree.data, dict):
        raise DataError(f"{path} can't be read.", f"See: cpdocs check {path}")
    prepared = judge(tree._replace(data=_reading(tree.data, tag, path, before)), found, library, today)
    issued = issue(prepared, library, Shelf(library), out, final=False, today=today)
    if issued.folder is None:
        raise DataError(f"Nothing could be made from {path}.", f"See: cpdocs check {path}")
    return issued.folder


def _reading(data: dict[str, Any], tag: str, path: Path, before: bool) -> dict[str, Any]:
    """The record with every person and child given one language, and a reference that says what it is."""

    def given(row: Any) -> Any:
        return {**row, "needs": {**(row.get("needs") or {}), "language": tag}} if isinstance(row, dict) else row

    story = path.parent.name if path.stem == "record" else path.stem
    kept = {key: value for key, value in data.items() if key != "attended"} if before else data
    return {
        **kept,
        "reference": f"PREVIEW-{tag}-{data.get('procedure')}-{story}" + ("-before" if before else ""),
        "people": [given(row) for row in data.get("people") or []],
        "children": [given(row) for row in data.get("children") or []],
    }


def to_pdf() -> Callable[[bytes], bytes] | None:
    """A converter to PDF, if LibreOffice is installed; it runs with its own profile and an empty environment."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return None

    def convert(docx: bytes) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "sample.docx")
            file.write_bytes(docx)
            subprocess.run(
                [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf",
                 "--outdir", folder, str(file)],
                check=True, capture_output=True, timeout=120,
                env={"PATH": os.environ.get("PATH", ""), "HOME": folder},
            )  # fmt: skip
            return file.with_suffix(".pdf").read_bytes()

    return convert
