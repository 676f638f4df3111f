"""Where schemas, procedures, document types, templates and languages stand; each is found by listing its folder.

The shipped folders stand beside the package in a checkout and inside it in a wheel. A council's own folder has
the same layout and wins, file by file (decision 18).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from cpdocs import council as council_module
from cpdocs import fields as fields_module
from cpdocs import paths, workdays
from cpdocs import procedure as procedure_module
from cpdocs.facts import FACTS
from cpdocs.fields import Field
from cpdocs.procedure import DataError, Procedure


class _DocumentType(NamedTuple):
    id: str
    codes: tuple[str, ...]
    title: str
    kinds: frozenset[str]
    readers: frozenset[str]
    scope: str
    when: Mapping[str, Any]
    approval: str
    rests_on: tuple[str, ...]
    holds: tuple[str, ...]
    mine: tuple[str, ...]
    judgements: tuple[str, ...]
    everywhere: bool
    joint: bool
    carries: Mapping[str, str]
    folder: Path


class DocumentType(_DocumentType):
    """`templates/<id>/document.yaml`: what a document may hold, for whom, when it arises, what it waits for."""

    @cached_property
    def _held(self) -> dict[str, bool]:
        return {}

    def may_hold(self, pattern: str) -> bool:
        """Whether a field's pattern is among, or below, the paths that this document may hold at all."""
        held = self._held.get(pattern)
        if held is None:
            held = self._held[pattern] = any(paths.under(pattern, part) for part in self.holds)
        return held

    @cached_property
    def formats(self) -> tuple[str, ...]:
        """The Word files there are: `standard`, and formats with words of their own."""
        return tuple(sorted(path.stem for path in self.folder.glob("*.docx")))


def keep_in(store: workdays.Store | None) -> None:
    """Keep public holidays, and data files as they were read, for the next run; None: keep nothing."""
    workdays.keep_in(store)
    procedure_module.keep_in(store)


def shipped() -> Path:
    """The folder that holds `schemas` and `templates`: the checkout's, else the package's own copy."""
    package = Path(__file__).resolve().parent
    inside = package / "data"
    return inside if (inside / "schemas").is_dir() else package.parent


class Library:
    """Everything kept as data, read when first asked for and kept for the run."""

    def __init__(self, council: Path | None = None, root: Path | None = None) -> None:
        """Point at the shipped folders, and at a council's own. Raises DataError if the latter isn't there."""
        self.root = root or shipped()
        self.council = council
        self._procedures: dict[str, Procedure] = {}
        if council:
            council_module.check_folder(council, self.procedures(), self._documents_there())

    @cached_property
    def record_schema(self) -> dict[str, Any]:
        """`record.schema.json`, as it stands."""
        found: dict[str, Any] = json.loads((self.root / "schemas/record.schema.json").read_text(encoding="utf-8"))
        return found

    @cached_property
    def fields(self) -> Field:
        """The record's fields with the computed facts among them."""
        return fields_module.with_facts(fields_module.build(self.record_schema), FACTS)

    def procedures(self) -> list[str]:
        """The ids of the procedures there are."""
        places = [self.root, self.council] if self.council else [self.root]
        return sorted({path.parent.name for place in places for path in place.glob("schemas/*/procedure.yaml")})

    def procedure(self, id: str) -> Procedure:
        """One procedure with the council's layer over it.

        Raises DataError if there is none of that id or its files can't be used.
        """
        if id not in self._procedures:
            shipped = self.root / "schemas" / id
            over = self.council / "schemas" / id if self.council else shipped
            folder = shipped if shipped.is_dir() else over
            if not folder.is_dir():
                raise DataError(f"There is no procedure `{id}`.", f"Use one of: {', '.join(self.procedures())}.")
            if over != shipped and over.is_dir():
                council_module.check_procedure(over, folder, self.root)
            self._procedures[id] = procedure_module.load(folder, over if over != folder else None)
        return self._procedures[id]

    @cached_property
    def documents(self) -> dict[str, DocumentType]:
        """Every document type there is, by id."""
        found = self._documents_there()
        for path in found.values():
            if self.council and path.is_relative_to(self.council):
                council_module.check_document(path, self.root)
        return {id: _document(path) for id, path in found.items()}

    def _documents_there(self) -> dict[str, Path]:
        """Each document's own file, the council's before the shipped one."""
        places: Sequence[Path] = [self.root, self.council] if self.council else [self.root]
        return {
            path.parent.name: path for place in places for path in sorted(place.glob("templates/*/document.yaml"))
        }

    def template(self, document: DocumentType, format: str = "standard") -> bytes:
        """The Word file of a document in a format; the council's wins.

        Raises DataError if there is none.
        """
        for place in (self.council, self.root):
            path = place / "templates" / document.id / f"{format}.docx" if place else None
            if path and path.is_file():
                return path.read_bytes()
        raise DataError(f"The document `{document.id}` has no Word template {format}.docx.")

    @cached_property
    def house(self) -> bytes:
        """The Word file with the letterhead and the styles that every document takes; the council's wins."""
        for place in (self.council, self.root):
            path = place / "templates" / "house.docx" if place else None
            if path and path.is_file():
                return path.read_bytes()
        raise DataError("templates/house.docx is missing.", "It holds the letterhead and the styles.")

    def locale_folders(self, tag: str) -> list[Path]:
        """The folders of a language, shipped first; empty if there is none."""
        places = [place / "templates" / "locales" / tag for place in (self.root, self.council) if place]
        return [place for place in places if place.is_dir()]

    def locale_tags(self) -> list[str]:
        """The languages there are."""
        places = [self.root, self.council] if self.council else [self.root]
        return sorted({p.parent.name for place in places for p in place.glob("templates/locales/*/locale.yaml")})

    @cached_property
    def version(self) -> str:
        """A hash over every shipped and council file that a document depends on."""
        digest = hashlib.sha256()
        for place in (self.root, self.council):
            for part in ("schemas", "templates"):
                # in one order everywhere: Windows compares paths without regard to capitals
                for path in sorted((place / part).rglob("*"), key=lambda path: path.parts) if place else ():
                    if path.is_file():
                        digest.update(path.relative_to(place).as_posix().encode())  # type: ignore[arg-type]
                        digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


def _document(path: Path) -> DocumentType:
    data = procedure_module.read_data(path)

    def words(key: str) -> tuple[str, ...]:
        value = data.get(key) or ()
        return (value,) if isinstance(value, str) else tuple(value)

    return DocumentType(
        id=path.parent.name,
        codes=words("codes"),
        title=data.get("title", ""),
        kinds=frozenset(words("kinds")),
        readers=frozenset(words("readers")),
        scope=data.get("scope", "record"),
        when=data.get("when") or {},
        approval=data.get("approval", "none"),
        rests_on=words("rests_on"),
        holds=words("holds"),
        mine=words("mine"),
        judgements=words("judgements"),
        everywhere=data.get("everywhere") == "yes" or data.get("everywhere") == "true",
        joint=data.get("joint") == "yes",
        carries=data.get("carries") or {},
        folder=path.parent,
    )
