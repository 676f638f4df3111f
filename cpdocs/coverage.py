"""What carries each row of the catalogue: the data of every kind in, one list of claims a row out.

A claim stands where the work is done: on a field of the record, a required content, a rule, a limit, a sending,
in a document type with words that its Word file must say, or in docs/behaviour.yaml for what the code does and
what a guide tells. Nothing here is typed twice; a claim that points to nothing is a fault.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cpdocs import parts, requirements, source
from cpdocs.library import DocumentType, Library
from cpdocs.procedure import DataError, Limit, Procedure, Sending, entries
from cpdocs.requirements import Row
from cpdocs.workdays import Timescale

CATALOGUE = "docs/requirements.md"
BEHAVIOUR = "docs/behaviour.yaml"
UNCARRIED = "docs/uncarried.yaml"

_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
_TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that carries a row.

    `sort` is field, content, rule, limit, sending, document, behaviour or guide; `where` is its own name (a
    path, an id, a document); `says` is what it comes to in words; `procedure` is the folder it belongs to, or
    nothing.
    """

    row: str
    sort: str
    where: str
    says: str = ""
    procedure: str = ""


@dataclass(frozen=True)
class Coverage:
    """The catalogue's rows, what carries each, and why the others have nothing."""

    rows: tuple[Row, ...]
    claims: Mapping[str, tuple[Claim, ...]]
    uncarried: Mapping[str, str]

    def carried(self, row: Row) -> bool:
        """Whether anything carries a row."""
        return bool(self.claims.get(row.id))


@lru_cache(maxsize=4)
def catalogue(library: Library) -> tuple[Row, ...]:
    """The rows of the catalogue that is shipped. Raises DataError if it can't be read."""
    try:
        return tuple(requirements.rows((library.root / CATALOGUE).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise DataError(f"{CATALOGUE} can't be read: {error}.", "It belongs to cpdocs; install it again.") from error


@lru_cache(maxsize=4)
def coverage(library: Library) -> Coverage:
    """What carries each row, and the reasons of those that nothing carries."""
    rows = catalogue(library)
    claims: dict[str, list[Claim]] = {}
    for claim in claims_of(library):
        claims.setdefault(claim.row, []).append(claim)
    uncarried = {str(id): " ".join(str(why).split()) for id, why in _yaml(library.root / UNCARRIED).items()}
    return Coverage(rows, {id: tuple(dict.fromkeys(found)) for id, found in claims.items()}, uncarried)


def claims_of(library: Library) -> Iterator[Claim]:
    """Every claim that the data makes, in the order in which a reader would look for it."""
    for field in library.fields.walk():
        for row in field.carries:
            yield Claim(row, "field", field.pattern, field.title)
    for id in library.procedures():
        yield from _of_procedure(library, library.procedure(id))
    for document in library.documents.values():
        for row, words in document.carries.items():
            yield Claim(row, "document", document.id, words)
    for row, told in _yaml(library.root / BEHAVIOUR).items():
        for entry in told if isinstance(told, list) else [told]:
            yield Claim(row, "guide" if entry.get("guide") else "behaviour", _where(entry), str(entry.get("what", "")))


def _of_procedure(library: Library, procedure: Procedure) -> Iterator[Claim]:
    for id, entry, _ in entries(procedure.contents):
        for row in entry.get("x-carries", [id]):
            yield Claim(row, "content", id, entry.get("x-title", ""), procedure.id)
    for rule in procedure.rules:
        for row in rule.carries:
            yield Claim(row, "rule", rule.id, rule.title, procedure.id)
    for limit in procedure.limits.values():
        says = number(limit)
        for row in limit.carries:
            yield Claim(row, "limit", limit.name, says, procedure.id)
    for sending in procedure.sendings:
        document = library.documents.get(sending.document)
        title = document.title if document else sending.document
        says = f"{title} to {', '.join(sending.to)}, {due(sending, procedure)}"
        for row in sending.carries:
            yield Claim(row, "sending", sending.id, says, procedure.id)


def number(limit: Limit) -> str:
    """A limit's number in words: `5 working days before`, or a count."""
    if limit.number is not None:
        return str(limit.number)
    if len(limit.times) == 1:
        return time_words(limit.times[0][1])
    return "; ".join(f"from {day.isoformat()}: {time_words(time)}" for day, time in limit.times)


def time_words(time: Timescale) -> str:
    """A time in words, with its direction where it counts back."""
    return f"{str(time).removeprefix('-')} before" if time.number < 0 else str(time)


def due(sending: Sending, procedure: Procedure) -> str:
    """By when a sending is due, in words: `10 working days after conference.date`."""
    if sending.due is None:
        return "no deadline in the procedure"
    limit = procedure.limits.get(sending.due.limit)
    time = limit.on() if limit is not None and limit.times else Timescale.parse(sending.due.limit)
    if time.number == 0:
        words = f"on the day of {sending.due.after}"
    else:
        words = f"{time_words(time)}{'' if time.number < 0 else ' after'} {sending.due.after}"
    return f"{words}, or by {sending.due.or_by}" if sending.due.or_by else words


def faults(library: Library) -> list[str]:
    """What is wrong with the claims, each in a sentence; empty if every claim points to something.

    A row of sections 1 to 4 must be carried, a row of section 5 carried or excused; a claim must name a row
    of the catalogue; a document's words must stand in its Word file, a guide's in the guide; what code does
    must name code and, in a checkout, a test that is there.
    """
    found: list[str] = []
    whole = coverage(library)
    known = {row.id for row in whole.rows}
    more_than_writing = {row.id for row in whole.rows if set(row.kinds) - {"authoring"}}
    for row in whole.rows:
        if not whole.carried(row) and (not row.beyond or row.id not in whole.uncarried):
            found.append(f"{row.id}: nothing carries it.")
        if whole.carried(row) and row.id in whole.uncarried:
            found.append(f"{row.id}: it is carried, and {UNCARRIED} says that it isn't.")
    found += [f"{UNCARRIED}: there is no row {id}." for id in whole.uncarried if id not in known]
    found += [f"{UNCARRIED}: {id} has no reason." for id, why in whole.uncarried.items() if not why]
    for id, claims in whole.claims.items():
        if id not in known:
            found += [f"{claim.sort} {claim.where}: there is no row {id}." for claim in claims]
        elif all(claim.sort == "guide" for claim in claims) and id in more_than_writing:
            found.append(f"{id}: only a guide speaks of it, and it asks for more.")
    for document in library.documents.values():
        found += _unsaid(library, document)
    for id, told in _yaml(library.root / BEHAVIOUR).items():
        for entry in told if isinstance(told, list) else [told]:
            found += [f"{BEHAVIOUR}: {id}: {fault}" for fault in _empty_claim(entry, library.root)]
    return found


def _unsaid(library: Library, document: DocumentType) -> Iterator[str]:
    if not document.carries:
        return
    said = "\n".join(
        line for format in document.formats for line in word_lines(library.template(document, format))
    )
    for row, words in document.carries.items():
        if words not in said:
            yield f"{document.id}: {row}: its Word files don't say “{words}”."


def word_lines(docx: bytes) -> Iterator[str]:
    """The paragraphs of a Word file as text, headers and footers included."""
    for name, data in sorted(parts.read(docx).items()):
        if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name):
            for paragraph in _PARAGRAPH.findall(data.decode("utf-8")):
                text = "".join(_TEXT.findall(paragraph))
                for entity, character in _ENTITIES:
                    text = text.replace(entity, character)
                yield text


def _empty_claim(entry: Mapping[str, Any], root: Path) -> Iterator[str]:
    if not entry.get("what"):
        yield "it doesn't say what is done."
    if guide := entry.get("guide"):
        path = root / str(guide)
        words = " ".join(str(entry.get("words") or "").split())
        if not words or not path.is_file() or words not in " ".join(path.read_text(encoding="utf-8").split()):
            yield f"{guide} doesn't say “{words}”."
        return
    if not _code(str(entry.get("by", ""))):
        yield f"there is no {entry.get('by') or 'code named'}."
    shown = str(entry.get("shown") or "")
    file, _, name = shown.partition("::")
    if not (root / "tests").is_dir():
        return
    path = root / file
    if not name or not path.is_file() or f"def {name}(" not in path.read_text(encoding="utf-8"):
        yield f"there is no test {shown or 'named'}."


def _code(name: str) -> Callable[..., Any] | None:
    """The function, class or constant that a dotted name of our own leads to, or None."""
    module, _, attribute = name.rpartition(".")
    if not module.startswith("cpdocs"):
        return None
    try:
        found: Callable[..., Any] | None = getattr(importlib.import_module(module), attribute, None)
    except ImportError:
        return None
    return found


def _where(entry: Mapping[str, Any]) -> str:
    return str(entry.get("guide") or entry.get("by") or "")


def _yaml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    tree, found = source.read(path)
    if any(finding.severity == "error" for finding in found) or not isinstance(tree.data, dict):
        first = f", line {found[0].place.line}: {found[0].message}" if found else " should hold keys and values."
        raise DataError(f"{path.name}{first}")
    return tree.data
