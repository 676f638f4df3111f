"""What cpdocs says about a record: findings in, the same findings sorted and settled out.

A Finding is one shortfall with its place in the file, its clause and the next step. A *gap* is mended by
writing, a *breach* happened so and can only be acknowledged, a *fault* is a mistake in the file itself, and
a *disclosure* finding says that a copy would show its reader what they may not see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "advice"]
Kind = Literal["gap", "breach", "fault", "disclosure"]


class Place(NamedTuple):
    """A place in a file a person wrote; line and column count from 1."""

    file: str
    path: str
    line: int
    column: int
    length: int = 1


class Related(NamedTuple):
    """A second place that belongs to a finding, and what it has to do with it."""

    place: Place
    note: str


class Acknowledged(NamedTuple):
    """Who accepted a breach, when (ISO date as written) and why."""

    by: str
    date: str
    reason: str


class Finding(NamedTuple):
    """One shortfall: which rule, how grave, what is wrong, where, by which clause, and what to do next."""

    rule: str
    severity: Severity
    kind: Kind
    message: str
    place: Place
    title: str = ""
    cite: str = ""
    help: str = ""
    related: tuple[Related, ...] = ()
    subject: str = ""
    acknowledged: Acknowledged | None = None

    @property
    def blocks(self) -> bool:
        """True when a final copy that rests on this place must wait."""
        return self.severity == "error" and self.acknowledged is None


class RuleText(NamedTuple):
    """What is said of a rule that stands in code: its title, the next step, and how grave it is."""

    title: str
    help: str
    severity: Severity = "error"


def in_reading_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings as a reader meets their places, file by file, and drop exact repeats."""
    key = {"error": 0, "warning": 1, "advice": 2}
    unique = dict.fromkeys(findings)
    return sorted(
        unique,
        key=lambda f: (f.place.file, f.place.line, f.place.column, key[f.severity], f.rule, f.message),
    )


class Acknowledgement(NamedTuple):
    """An entry of `acknowledgements`: the rule and subject it answers, and who answers for it."""

    rule: str
    subject: str
    by: str
    date: str
    reason: str
    place: Place


RULES: dict[str, RuleText] = {
    "ACK-UNUSED": RuleText(
        "An acknowledgement answers a breach that was found.",
        "Remove it, or correct its rule or subject. Only breaches can be acknowledged;"
        " a gap is mended by writing what is missing.",
        "warning",
    ),
    "ACK-INCOMPLETE": RuleText(
        "An acknowledgement says who, when and why.",
        "Write who accepts this breach, on which date, and the reason.",
    ),
}


def settle(findings: Sequence[Finding], acknowledgements: Sequence[Acknowledgement]) -> list[Finding]:
    """Mark the breaches that a named person has acknowledged; report acknowledgements that answer nothing.

    Only breaches can be acknowledged (decision 11): a gap is mended by writing, and a fault or a disclosure
    finding can't be waved through. An acknowledgement with a subject (a person, child or path) answers only
    findings about that subject; without one it answers every breach of its rule.
    """
    used: set[int] = set()
    settled: list[Finding] = []
    for finding in findings:
        answer = None
        if finding.kind == "breach":
            for number, entry in enumerate(acknowledgements):
                if entry.rule == finding.rule and _answers(entry.subject, finding):
                    used.add(number)
                    if entry.by and entry.date and entry.reason:
                        answer = answer or Acknowledged(entry.by, entry.date, entry.reason)
        settled.append(finding._replace(acknowledged=answer) if answer else finding)
    faulty = any(finding.kind == "fault" and finding.severity == "error" for finding in findings)
    for number, entry in enumerate(acknowledgements):
        if number not in used:
            about = f" for {entry.subject}" if entry.subject else ""
            message = f"This acknowledgement answers nothing: {entry.rule} isn't a breach found in this record{about}."
            told = _told("ACK-UNUSED", "fault", message, entry.place)
            # a date that can't be read hides the breach it makes: nobody is to throw the answer away for that
            settled.append(told._replace(help=_FAULTS_FIRST) if faulty else told)
        elif not (entry.by and entry.date and entry.reason):
            parts = (("who", entry.by), ("date", entry.date), ("reason", entry.reason))
            lacks = " and ".join(name for name, value in parts if not value)
            message = f"The acknowledgement of {entry.rule} lacks {lacks}."
            settled.append(_told("ACK-INCOMPLETE", "gap", message, entry.place))
    return settled


_FAULTS_FIRST = "Keep it, and correct the errors of the file first: while they stand, what it answers may not be found."


def _told(rule: str, kind: Kind, message: str, place: Place) -> Finding:
    about = RULES[rule]
    return Finding(rule, about.severity, kind, message, place, title=about.title, help=about.help)


def _answers(subject: str, finding: Finding) -> bool:
    path = finding.place.path
    return (
        not subject or subject == finding.subject or path == subject or path.startswith((subject + ".", subject + "["))
    )
