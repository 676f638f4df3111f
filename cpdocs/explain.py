"""An id in, what it asks in plain words out: a rule, a required content, a sending, a row of the catalogue, or a
rule of the software itself.

Everything told here stands in the data; an example is the counter-example that the tests run.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cpdocs import coverage, doubts, finding, joint, misfits, paths, questions, record, rules, slips, spine
from cpdocs.coverage import Claim, due
from cpdocs.fields import Field
from cpdocs.finding import Kind, RuleText
from cpdocs.library import Library
from cpdocs.making import HARMLESS
from cpdocs.procedure import DataError, Procedure, Rule, Sending, entries, needs_of

SOFTWARE: Mapping[str, tuple[Kind, Mapping[str, RuleText]]] = {
    "how a file is written": ("fault", slips.RULES),
    "what may stand in a file": ("fault", misfits.RULES),
    "what a record refers to": ("fault", spine.RULES),
    "what a copy would tell": ("disclosure", questions.RULES),
    "who gets what": ("gap", doubts.RULES),
    "one letter for two": ("disclosure", joint.RULES),
    "acknowledgements": ("fault", finding.RULES),
}
"""The rules that stand in code, by what they are about, with the kind of their findings."""

KINDS: Mapping[str, str] = {
    "gap": "a gap: it is mended by writing what is missing",
    "breach": "a breach: it happened so, and a named person can acknowledge it",
    "fault": "a fault of the file: it is mended by correcting it",
    "disclosure": "a question of disclosure: it can't be acknowledged, only mended",
}
SEVERITIES: Mapping[str, str] = {
    "error": "An error: copies wait for it",
    "warning": "A warning: documents go ahead, and the chair is told",
    "advice": "Advice: something to consider",
    "off": "Off: a council switches it on in its own folder",
}
_LONGEST_VALUE = 90


def explain(id: str, library: Library) -> str:
    """All that is known of an id, in plain words.

    Raises DataError, with what was probably meant, if nothing has this id.
    """
    wanted = id.strip().upper()
    shown = [_shown(lines) for lines in _found(wanted, library)]
    if not shown:
        raise DataError(f"Nothing is called `{id}`.", _near(wanted, library))
    return "\n".join(shown)


def _found(wanted: str, library: Library) -> Iterator[list[str]]:
    for about, (kind, table) in SOFTWARE.items():
        if wanted in table:
            yield _software(wanted, about, kind, table[wanted])
    for name in library.procedures():
        procedure = library.procedure(name)
        for rule in procedure.rules:
            if rule.id.upper() == wanted:
                yield _rule(rule, procedure, library)
        for id, entry, base in entries(procedure.contents):
            if id.upper() == wanted:
                yield _content(id, entry, base, procedure, library)
        for sending in procedure.sendings:
            if sending.id.upper() == wanted:
                yield _sending(sending, procedure, library)
    for row in coverage.catalogue(library):
        if row.id == wanted:
            yield _row(wanted, library)


def _shown(lines: Iterable[str]) -> str:
    head, *rest = lines
    return "\n".join([head, *(f"  {line}" for line in rest if line)]) + "\n"


def _near(wanted: str, library: Library) -> str:
    known = [id for _, table in SOFTWARE.values() for id in table] + [row.id for row in coverage.catalogue(library)]
    for name in library.procedures():
        procedure = library.procedure(name)
        known += [rule.id for rule in procedure.rules] + [id for id, _, _ in entries(procedure.contents)]
        known += [sending.id for sending in procedure.sendings]
    near = difflib.get_close_matches(wanted, sorted(set(known)), 3, 0.6)
    if near:
        return f"Did you mean {' or '.join(f'`{id}`' for id in near)}?"
    return "An id looks like KM-FRQ-01 or SRC-COLON; findings and the pages in docs/reference show those there are."


# ------------------------------------------------------------------------------------------ one thing, in words


def _software(id: str, about: str, kind: Kind, told: RuleText) -> list[str]:
    if id == "ACK-INCOMPLETE":
        kind = "gap"
    return [
        f"{id}: {told.title}",
        f"A rule of the software, about {about}.",
        f"{SEVERITIES[told.severity]}; {KINDS[kind]}.",
        f"What to do: {told.help}" if told.help else "What to do: what the finding says.",
        f"It holds back {_software_holds(id, kind)}." if told.severity == "error" else "It holds back no copy.",
    ]


def _software_holds(id: str, kind: Kind) -> str:
    if id.startswith("SRC"):
        return "every copy, since the file can't be read"
    if id.startswith("ACK"):
        return "what the breach holds back that it was to answer"
    if id == "DIST-11":
        return "every copy that travels, or of a child's name every copy about that child"
    if kind in ("disclosure", "gap"):
        return "the copies of the reader it speaks of"
    if id in HARMLESS:
        return "the final copies that rest on the place it stands at"
    return "every copy that travels, drafts too: what isn't understood may be what keeps something from a reader"


def _rule(rule: Rule, procedure: Procedure, library: Library) -> list[str]:
    kind = rule.kind or rules.shape(rule.shape)[1]
    return [
        f"{rule.id}: {rule.title}",
        f"A rule of {procedure.title} ({procedure.cite(rule.cite)}).",
        f"{SEVERITIES[rule.severity]}; {KINDS[kind]}.",
        f"Asked of: {asked_of(rule)}.",
        *(f"The limit: {limit}." for limit in limits_of(rule, procedure)),
        f"What to do: {rule.help}",
        *(f"For example: {example}." for example in examples(rule.breaks, library.fields)[:1]),
        held_back(rule.severity, places_of(rule, procedure, library), rule.kinds, library),
        _carried(rule.id, rule.carries, library),
    ]


def _content(id: str, entry: Mapping[str, Any], base: str, procedure: Procedure, library: Library) -> list[str]:
    severity = entry.get("x-severity", "error")
    needs = needs_of(entry, base)
    return [
        f"{id}: {entry.get('x-title', '')}",
        f"Asked by {procedure.title} ({procedure.cite(entry.get('x-cite', ''))}).",
        f"{SEVERITIES[severity]}; {KINDS['gap']}.",
        f"Asked of: {kinds_words(entry.get('x-kinds'))}.",
        "It asks for: " + ", ".join(f"`{need}`" for need in needs) + "." if needs else "",
        f"What to do: {entry.get('x-help', '')}",
        f"For example: {content_example(entry, base, library.fields)}.",
        held_back(severity, needs or [base], entry.get("x-kinds"), library),
        _carried(id, entry.get("x-carries", [id]), library),
    ]


def _sending(sending: Sending, procedure: Procedure, library: Library) -> list[str]:
    document = library.documents.get(sending.document)
    return [
        f"{sending.id}: {document.title if document else sending.document}, to {', '.join(sending.to)}.",
        f"A sending of {procedure.title} ({procedure.cite(sending.cite)})"
        + ("; switched off until a council asks for it." if sending.off else "."),
        f"Never to: {', '.join(sorted(sending.never))}"
        + (f", unless {sending.unless}." if sending.unless else ".") if sending.never else "",
        f"When: {conditions(sending.when)}." if sending.when else "",
        f"By: {due(sending, procedure)}.",
        sending.note,
        _carried(sending.id, sending.carries, library),
    ]  # fmt: skip


def _row(id: str, library: Library) -> list[str]:
    whole = coverage.coverage(library)
    row = next(row for row in whole.rows if row.id == id)
    carried = [f"  {claim_words(claim)}" for claim in whole.claims.get(id, ())]
    return [
        f"{id}: {row.requirement}",
        f"A row of the catalogue, section {row.section}" + (f" ({row.source})." if row.source else "."),
        f"What cpdocs is to do: {row.what}" if row.what else "",
        *(["Carried by:", *carried] if carried else [f"Not carried: {whole.uncarried.get(id, '')}"]),
    ]


def claim_words(claim: Claim) -> str:
    """What carries a row, as `explain` and the coverage page say it."""
    place = f"{claim.procedure}: " if claim.procedure else ""
    words = {
        "field": f"field `{claim.where}`: {claim.says}",
        "content": f"{place}required content {claim.where}: {claim.says}",
        "rule": f"{place}rule {claim.where}: {claim.says}",
        "limit": f"{place}limit `{claim.where}`: {claim.says}",
        "sending": f"{place}sending {claim.where}: {claim.says}",
        "document": f"document `{claim.where}`: “{claim.says}”",
        "behaviour": f"`{claim.where}`: {claim.says}",
        "guide": f"{claim.where}: {claim.says}",
    }
    return words[claim.sort]


def _carried(id: str, carries: Sequence[str], library: Library) -> str:
    rows = {row.id: row for row in coverage.catalogue(library)}
    told = [f"{row}: {rows[row].requirement}" for row in carries if row in rows and row != id]
    return f"In the catalogue: {'; '.join(told)}" if told else ""


# ----------------------------------------------------------------------------------------------- parts of a sentence


def kinds_words(kinds: Iterable[str] | None) -> str:
    """The kinds of record that something is asked of."""
    return f"records of the kind {', '.join(sorted(kinds))}" if kinds else "every record of a conference"


def asked_of(rule: Rule) -> str:
    """Which records and rows a rule looks at, and when."""
    rows = f", each of `{rule.rows}`" if rule.rows else ""
    when = f", when {conditions(rule.when)}" if rule.when else ""
    phase = {"final": ", once documents are to be final", "distribution": ", once it is known who gets what"}
    return f"{kinds_words(rule.kinds)}{rows}{when}{phase.get(rule.phase, '')}"


def conditions(when: Mapping[str, Any]) -> str:
    """A `when` as a sentence's part."""
    parts = []
    for path, value in when.items():
        if value in ("present", "absent"):
            parts.append(f"`{path}` is {'written' if value == 'present' else 'not written'}")
        else:
            parts.append(f"`{path}` is {' or '.join(value) if isinstance(value, list | tuple) else value}")
    return " and ".join(parts)


def limits_of(rule: Rule, procedure: Procedure) -> Iterator[str]:
    """The numbers that a rule counts by, with their clauses."""
    for key in ("limit", "not_before", "not_after"):
        limit = procedure.limits.get(rule.text(key))
        if limit is not None:
            yield f"{coverage.number(limit)} ({procedure.cite(limit.cite)})"


def examples(breaks: Iterable[Mapping[str, Any]], fields: Field) -> list[str]:
    """Counter-examples in words, one for each break."""
    told = []
    for counter in breaks:
        changes = [_change(path, value, fields) for path, value in (counter.get("set") or {}).items()]
        of = counter.get("of")
        told.append(f"a{'n' if str(of)[:1] in 'aeiou' else ''} {of} record where " + "; ".join(changes))
    return told


def content_example(entry: Mapping[str, Any], base: str, fields: Field) -> str:
    """What would break a required content: its own counter-example, or a record without it."""
    counter = entry.get("x-breaks") or {}
    if "set" in counter:
        return examples([{"of": counter.get("of") or "review", "set": counter["set"]}], fields)[0]
    need = next(iter(needs_of(entry, base)), base)
    field = fields.at(need)
    title = f" ({field.title})" if field is not None and field.title else ""
    return f"a record where `{need}`{title} isn't written"


def _change(path: str, value: Any, fields: Field) -> str:
    field = fields.at(paths.pattern_of(path))
    title = f" ({field.title})" if field is not None and field.title else ""
    if value in (None, "null"):
        return f"`{path}`{title} isn't written"
    if isinstance(value, str):
        label = field.labels.get(value, "") if field is not None else ""
        return f"`{path}`{title} is `{value}`" + (f", “{label}”" if label else "")
    words = json.dumps(value, ensure_ascii=False)
    return f"`{path}`{title} is `{words[:_LONGEST_VALUE] + ' …' if len(words) > _LONGEST_VALUE else words}`"


def places_of(rule: Rule, procedure: Procedure, library: Library) -> list[str]:
    """The patterns at which a rule's findings stand, as far as its data tells."""
    if rule.shape == "quorum":
        return ["attended"]
    if rule.shape == "each":
        return [rules.full(rule.text("at"), rule.rows)]
    given = rule.text("at") or rule.text("of") or rule.text("one") or rule.text("in").removesuffix("[]")
    named = [given] if given else [*rule.names("need"), *rule.names("of")]
    if not named and rule.shape == "never":
        named = [path for path in rule.when if "facts." not in path][:1]
    patterns = []
    for name in (option for need in named for option in need.split("|")[:1]):
        full = rules.full(name, rule.rows)
        if library.fields.at(full) is None and library.fields.at(name) is not None:
            full = name  # a shape may look from the top
        patterns += disclosed_sources(full, procedure, library) if "facts." in full else [full]
    return patterns or [rule.rows]


def disclosed_sources(fact: str, procedure: Procedure, library: Library) -> list[str]:
    """The patterns of the first place that a fact comes from, as the procedure's clean samples show it."""
    found: dict[str, None] = {}
    for resolved in samples(procedure, library):
        for path, places in resolved.sources.items():
            if places and paths.pattern_of(path) == fact:
                found.setdefault(paths.pattern_of(places[0]))
    return list(found)


_samples: dict[str, list[record.Record]] = {}


def samples(procedure: Procedure, library: Library) -> list[record.Record]:
    """The procedure's clean samples, resolved."""
    from datetime import date

    from cpdocs import source

    key = str(procedure.folder)
    if key not in _samples:
        _samples[key] = [
            spine.resolve(source.read(path)[0], procedure, library.fields, date(2041, 3, 1))[0]
            for path in sorted((procedure.folder / "samples").glob("*.yaml"))
        ]
    return _samples[key]


def held_back(severity: str, places: Sequence[str], kinds: Iterable[str] | None, library: Library) -> str:
    """Which documents wait for it, in a sentence."""
    if severity != "error":
        return "It holds back no copy."
    titles = documents_resting_on(places, kinds, library)
    if not titles:
        return "It stands where no document rests on it, so no copy waits for it."
    return f"It holds back the final copies of: {'; '.join(titles)}."


def documents_resting_on(places: Sequence[str], kinds: Iterable[str] | None, library: Library) -> list[str]:
    """The titles of the documents whose final copies an error at one of these places holds back."""
    spoken = set(kinds or record.CONFERENCES)
    return [
        document.title
        for document in sorted(library.documents.values(), key=lambda one: one.id)
        if not document.everywhere
        and (not document.kinds or document.kinds & spoken)
        and any(
            not place or paths.under(place, part) or paths.under(part, place)
            for place in places
            for part in document.rests_on
        )
    ]
