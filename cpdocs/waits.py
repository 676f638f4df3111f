"""What each copy waits for: a Distribution and all findings in, the same Distribution with its waits out.

A final copy has its approval, its judgements, and no error on what it rests on (decision 14).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cpdocs import paths
from cpdocs.distribution import Copy, Distribution, Waiting
from cpdocs.finding import Finding
from cpdocs.library import DocumentType, Library
from cpdocs.record import Record, day_of


def waiting(record: Record, library: Library, distribution: Distribution, findings: Sequence[Finding]) -> Distribution:
    """The distribution with what every copy waits for: approvals, judgements, errors on what it rests on.

    A disclosure finding about one reader holds back that reader's copies; one about no one in particular
    holds back all that travel (decision 14).
    """
    blocking = [finding for finding in findings if finding.blocks]

    def held(copy: Copy) -> tuple[Waiting, ...]:
        document = library.documents[copy.document]
        own = [f for f in blocking if f.kind != "disclosure" and _concerns(f, copy)]
        leaks = [
            f
            for f in blocking
            if f.kind == "disclosure" and copy.place == "for" and (not f.subject or f.subject in copy.readers)
        ]
        return tuple(_reasons(record, document, copy.children, own, leaks))

    return distribution._replace(copies=tuple(copy._replace(waits=held(copy)) for copy in distribution.copies))


REACHED = (
    "people[].contact", "people[].deliver_by", "people[].deliver_note", "people[].minutes_agreed_by_conference",
)  # fmt: skip
"""Whether and how a copy reaches someone: what is wrong there holds back that person's copies and no one else's."""


def _concerns(finding: Finding, copy: Copy) -> bool:
    """Whether a finding can hold back a copy; one about how a person reads or is reached, only their own."""
    pattern = paths.pattern_of(finding.place.path)
    personal = finding.rule in ("DIST-01", "DIST-02") or any(paths.under(pattern, part) for part in REACHED)
    return not personal or finding.subject in copy.readers


def _reasons(
    record: Record,
    document: DocumentType,
    children: tuple[str, ...],
    blocking: Sequence[Finding],
    leaks: Sequence[Finding],
) -> Iterator[Waiting]:
    if document.everywhere:
        return
    chair = "the chair"
    # Without a conference the Service Manager's own decision is the approval (KM-END-09).
    decided = "ending.decided_on" if record.kind == "ending-without-conference" else "decisions_approved.date"
    if document.approval == "decisions" and not day_of(record.get(decided)):
        yield Waiting("the chair's approval of the decisions", chair)
    if document.approval == "letters" and not day_of(record.get("letters_approved.date")):
        yield Waiting("the chair's approval of the letters", chair)
    if document.approval == "minutes":
        if not day_of(record.get("minutes.authorised.date")):
            yield Waiting("the chair's authorisation of the minutes", chair)
        if not day_of(record.get("minutes.signed_on")):
            yield Waiting("the chair's signature", chair)
    for pattern in document.judgements:
        own = pattern.removeprefix("children[].")
        for id in children:
            if not any(True for _ in record.select(own, record.children[id].path)):
                yield Waiting(f"the chair's judgement for `{id}` ({own.replace('_', ' ')})", chair)
    rests = [finding for finding in blocking if rests_on(record, document, children, finding.place.path)]
    breaches = [finding for finding in rests if finding.kind == "breach"]
    to_mend = [finding for finding in rests if finding.kind != "breach"]
    if to_mend:
        yield Waiting(f"findings to be mended: {_rules(to_mend)}", "the minute-taker")
    if breaches:
        yield Waiting(f"breaches to be acknowledged: {_rules(breaches)}", chair)
    if leaks:
        yield Waiting(f"disclosure findings: {_rules(leaks)}", "the minute-taker and the chair")


def _rules(findings: Sequence[Finding]) -> str:
    return ", ".join(dict.fromkeys(finding.rule for finding in findings))


NAMES = ("people[].name", "children[].name")
"""A name stands in every document: where one is missing, its bearer's part is printed in its place."""


def rests_on(record: Record, document: DocumentType, children: tuple[str, ...], path: str) -> bool:
    """Whether a finding's place is among the parts of the record that a document rests on (decision 14)."""
    if path == "":
        return True
    steps = paths.split(path)
    own = [record.children[id].path for id in children]
    if own and steps[0] == "children" and len(steps) > 1 and not any(paths.under(path, child) for child in own):
        return False
    pattern = paths.pattern_of(path)
    if pattern in NAMES:
        return True
    return any(paths.under(pattern, part) or paths.under(part, pattern) for part in document.rests_on)
