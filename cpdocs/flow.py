"""The whole program on a few screens: a record's file in, findings and a distribution out, then a folder of copies.

`prepare` reads and judges, `making` makes the copies, `issue` writes them. Each stage is a function of its own
module; this one only passes values on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cpdocs import distribution, doubts, leaves, paths, questions, record, rules, schema, source, spine, waits
from cpdocs.finding import Finding, in_reading_order, settle
from cpdocs.leaks import Searches, leaks
from cpdocs.library import Library
from cpdocs.misfits import BEYOND
from cpdocs.procedure import Procedure
from cpdocs.record import Record
from cpdocs.results import Issued, Prepared
from cpdocs.source import Tree
from cpdocs.survey import Survey
from cpdocs.whereabouts import whereabouts

if TYPE_CHECKING:
    from cpdocs.shelf import Shelf


def prepare(path: Path, library: Library, today: date) -> Prepared:
    """Read one record and judge it: every finding at once, and who must get what.

    Raises DataError if a procedure's own files can't be used, OSError if the record can't be read.
    """
    tree, found = source.read(path)
    return judge(tree, found, library, today)


def judge(tree: Tree, found: Sequence[Finding], library: Library, today: date) -> Prepared:
    """Judge a record that has been read."""
    findings = list(found)
    findings += schema.check_shape(tree, library.record_schema)
    if not isinstance(tree.data, dict) or any(finding.rule in BEYOND for finding in findings):
        return Prepared(tree, tuple(in_reading_order(findings)))
    procedure, unknown = _procedure(tree, library)
    if procedure is None:
        return Prepared(tree, tuple(in_reading_order([*findings, *unknown])))
    resolved, more = spine.resolve(tree, procedure, library.fields, today)
    findings += more
    findings += _choices(resolved, library)
    findings += schema.gaps(
        resolved.data,
        tree,
        procedure.contents,
        resolved.kind,
        lambda row: rules.named(resolved, row),
        library.fields,
        procedure.short,
    )
    findings += rules.run(resolved)
    sent, more = distribution.distribute(resolved, library)
    findings += more
    findings += doubts.doubts(resolved, library, sent)
    survey = Survey(resolved)
    readers = [id for copy in sent.copies if copy.place == "for" for id in copy.readers]
    findings += questions.questions(survey, readers)
    searches = Searches(survey)
    findings += leaks(searches, readers)
    findings += whereabouts(survey, readers)
    settled = tuple(in_reading_order(settle(_told_once(findings), resolved.acknowledgements)))
    sent = waits.waiting(resolved, library, sent, settled)
    return Prepared(tree, settled, procedure, resolved, survey, searches, sent)


def _told_once(findings: Sequence[Finding]) -> list[Finding]:
    """The findings without those that only follow from a fault of the file, which holds all that travels anyway.

    A value that can't be read isn't asked for too. Where a text stands for a set of keys (`decision: continue`),
    no condition that looks into it means anything: what is asked beside it comes up once it is mended. Nor is a
    person or child with another's id read as anyone yet.
    """
    faults = [finding for finding in findings if finding.kind == "fault" and finding.blocks and finding.place.path]
    unread = {finding.place.path for finding in faults}
    veiled = (finding.place.path for finding in faults if finding.rule in ("SCH-TYPE", "REF-02"))
    blind = {path.rpartition(".")[0] for path in veiled} - {""}
    return [
        finding
        for finding in findings
        if finding.kind in ("fault", "disclosure")
        or not (finding.place.path in unread or any(paths.under(finding.place.path, path) for path in blind))
    ]


def _procedure(tree: Tree, library: Library) -> tuple[Procedure | None, list[Finding]]:
    """The record's procedure; None with a finding if it names none that there is, or none that knows its kind."""
    wanted = tree.data.get("procedure")
    known = library.procedures()
    if wanted in known:
        procedure, kind = library.procedure(wanted), tree.data.get("kind")
        asked = library.record_schema["properties"]["kind"]["enum"]
        if not procedure.kinds or kind in procedure.kinds or kind not in asked:
            return procedure, []
        message = f"The procedure `{wanted}` knows no record of the kind `{kind}`: nothing would be asked or sent."
        help = f"Write `kind:` with one of: {', '.join(procedure.kinds)}."
        return None, [record.fault(tree, "REF-08", "kind", message, help, title=spine.RULES["REF-08"].title)]
    near = leaves.close(str(wanted), known, 0.5) if wanted else ""
    message = f"There is no procedure `{wanted}`." if wanted else "The record doesn't say which procedure it follows."
    help = (f"Did you mean `{near}`? " if near else "") + f"Write `procedure:` with one of: {', '.join(known)}."
    return None, [record.fault(tree, "REF-05", "procedure", message, help, title=spine.RULES["REF-05"].title)]


def _choices(resolved: Record, library: Library) -> list[Finding]:
    """Words that must be one of a list which the schema can't know: authorities, agency groups, documents."""
    procedure, found = resolved.procedure, []
    groups = list(procedure.agency_groups)
    choices: list[tuple[str, Sequence[str], str]] = [
        ("authority", list(procedure.authorities), "authority of this procedure"),
        ("people[].agency_group", groups, "agency group of this procedure"),
        ("distribution[].document", list(library.documents), "document"),
        ("disclosures[].document", list(library.documents), "document"),
        ("issued[].document", list(library.documents), "document"),
    ]
    for pattern, known, what in choices:
        for path, value in resolved.select(pattern):
            if known and value not in known:
                near = leaves.close(str(value), known, 0.5)
                hint = f"Did you mean `{near}`? " if near else ""
                found.append(
                    record.fault(
                        resolved.tree,
                        "REF-06",
                        path,
                        f"`{value}` is no {what}.",
                        f"{hint}Use one of: {', '.join(known)}.",
                        title=spine.RULES["REF-06"].title,
                    )
                )
    return found


def issue(prepared: Prepared, library: Library, shelf: Shelf, out: Path, *, final: bool, today: date) -> Issued:
    """Make every copy and write the set: whole or not at all.

    Raises BundleError if the set can't be written, TemplateError or DataError if a template can't be used.
    """
    from cpdocs import manifest
    from cpdocs.bundle import Bundle
    from cpdocs.making import make

    resolved = prepared.record
    if resolved is None or prepared.procedure is None:
        return Issued(prepared, None, (), (), prepared.findings)
    made, more = make(prepared, library, shelf, final=final, today=today)
    findings = tuple(in_reading_order([*prepared.findings, *more]))
    same = tuple(one for one in made if final and one.before.state == "unchanged")
    ready = [one for one in made if one.data is not None and one not in same]
    waits = tuple(one for one in made if one.data is None)
    reference = reference_of(resolved)
    if not ready or (final and not any(one.copy.place == "for" for one in ready)):
        return Issued(prepared, None, tuple(ready), waits, findings, unchanged=same)
    with Bundle(out, reference) as bundle:
        entries = []
        for one in ready:
            assert one.data is not None
            assert one.hashes is not None
            bundle.add(one.copy.file, one.data)
            entries.append(
                manifest.Entry(
                    document=one.copy.document,
                    recipient=one.copy.readers[0] if len(one.copy.readers) == 1 else one.copy.readers,
                    locale=one.copy.locale,
                    format=one.copy.format,
                    due=one.copy.due.isoformat() if one.copy.due else None,
                    clause=", ".join(one.copy.clauses),
                    file=one.copy.file.as_posix(),
                    hashes=one.hashes,
                    draft=one.draft,
                )
            )
        diary = deadlines(prepared, reference, today)
        bundle.add(DIARY, diary)
        listing = manifest.manifest_bytes(
            entries,
            {**versions(prepared.procedure, library), "final": "yes" if final else "no"},
            reference=reference,
            date=today.isoformat(),
            record_sha256=hashlib.sha256(prepared.tree.text.encode()).hexdigest(),
            files=[(DIARY, manifest.hashes(diary))],
        )
        bundle.add("chair/manifest.json", listing)
        folder = bundle.commit()
        return Issued(prepared, folder, tuple(ready), waits, findings, bundle.replaced, same)


DIARY = "chair/deadlines.ics"


def reference_of(resolved: Record) -> str:
    """What a record's set is called: its case reference and the day of the conference, never a name."""
    from cpdocs.bundle import set_reference

    held = record.text_of(resolved.get("conference.date")) or record.text_of(resolved.get("ending.decided_on"))
    return set_reference(record.text_of(resolved.data.get("reference")) or "no-reference", held or None)


def deadlines(prepared: Prepared, reference: str, today: date) -> bytes:
    """The days by which copies are due, as a calendar file."""
    from cpdocs import ics

    events = [
        ics.Deadline(c.due, c.title, c.readers, reference, ", ".join(c.clauses))
        for c in prepared.distribution.copies
        if c.due
    ]
    return ics.calendar(events, today)


def versions(procedure: Procedure, library: Library) -> dict[str, Any]:
    """What a set depends on: tool, procedure, templates, the council's layer, libraries (decision 19)."""
    from importlib import metadata

    from cpdocs.manifest import folder_sha256, library_versions

    return {
        "cpdocs": metadata.version("cpdocs"),
        "procedure": {"id": procedure.id, "source": procedure.source, "dated": procedure.dated},
        "data": library.version,
        "council": folder_sha256(library.council) if library.council else None,
        "libraries": library_versions(),
    }
