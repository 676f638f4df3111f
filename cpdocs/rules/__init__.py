"""Run a procedure's rules over a Record: rules in, Findings out.

A shape is a module of this folder with a `check(record, rule)` that yields Problems; it is found by its file
name. A rule that no shape says plainly is a function of its own: `shape: <module>.<function>`. A shape yields
the least; what a finding says beside that (title, clause, help, severity) stands in the rule.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from cpdocs import paths
from cpdocs.finding import Finding, Kind, Related
from cpdocs.procedure import DataError, Procedure, Rule
from cpdocs.record import CONFERENCES, Record, text_of


class Problem(NamedTuple):
    """What a shape found: where, in the author's words, and the places that belong to it."""

    path: str
    message: str = ""
    related: tuple[tuple[str, str], ...] = ()
    subject: str = ""
    kind: Kind | None = None


Check = Callable[[Record, Rule], Iterator[Problem]]


@lru_cache(maxsize=64)
def shape(name: str) -> tuple[Check, Kind]:
    """The function behind a shape's name and the kind of its findings.

    Raises DataError if there is no such shape.
    """
    module_name, _, function = name.partition(".")
    try:
        module = importlib.import_module(f"cpdocs.rules.{module_name}")
        return getattr(module, function or "check"), getattr(module, "KIND", "gap")
    except (ImportError, AttributeError) as error:
        raise DataError(
            f"No rule shape is called `{name}`.", "See the modules of cpdocs/rules for those there are."
        ) from error


def rows(record: Record, rule: Rule) -> Iterator[str]:
    """The paths of the rows that a rule ranges over and whose `when` holds."""
    if not rule.rows:
        if record.holds(rule.when):
            yield ""
        return
    for path, _ in record.select(rule.rows):
        if record.holds(rule.when, path):
            yield path


def applies(record: Record, rule: Rule) -> bool:
    """Whether a rule speaks of this kind of record."""
    return record.kind in (rule.kinds or CONFERENCES)


def run(record: Record, rules: tuple[Rule, ...] | None = None, *, final: bool = False) -> list[Finding]:
    """Every finding of the procedure's rules over a record, in no order.

    Rules of phase `final` are asked only when documents are to be final; rules of phase `distribution` are
    run by the distribution, after it is made.
    """
    procedure = record.procedure
    found: list[Finding] = []
    for rule in rules if rules is not None else procedure.rules:
        if rule.severity == "off" or rule.phase == "distribution" or (rule.phase == "final" and not final):  # type: ignore[comparison-overlap]
            continue
        if not applies(record, rule):
            continue
        check, kind = shape(rule.shape)
        for problem in check(record, rule):
            found.append(finding(record, procedure, rule, problem, kind))
    return found


def finding(record: Record, procedure: Procedure, rule: Rule, problem: Problem, kind: Kind) -> Finding:
    """A Problem with all that its rule says of it."""
    return Finding(
        rule.id,
        rule.severity,
        problem.kind or rule.kind or kind,
        problem.message or rule.title,
        record.tree.place(problem.path),
        title=rule.title,
        cite=procedure.cite(rule.cite),
        help=rule.help,
        related=tuple(Related(record.tree.place(path), note) for path, note in problem.related),
        subject=problem.subject or subject_of(record, problem.path),
    )


def subject_of(record: Record, path: str) -> str:
    """The person or child that a path belongs to, for acknowledgements; empty if none."""
    steps = paths.split(path)
    if len(steps) >= 2 and steps[0] in ("people", "children"):
        row = record.get(paths.join(steps[:2]))
        return text_of(row.get("id")) if isinstance(row, Mapping) else ""
    for length in range(len(steps), 0, -1):
        row = record.get(paths.join(steps[:length]))
        if isinstance(row, Mapping):
            for key in ("person", "author", "child"):
                if text_of(row.get(key)) in record.people:
                    return text_of(row[key])
    return ""


def named(record: Record, path: str) -> str:
    """Whose row this is, for the beginning of a message: a child's or a person's name, or nothing."""
    id = subject_of(record, path)
    return record.name_of(id) if id else ""


def title_of(record: Record, pattern: str) -> str:
    """What the schema calls a field, in lower case at its head, for messages."""
    field = record.fields.at(paths.pattern_of(pattern))
    title = field.title if field and field.title else pattern.rsplit(".", 1)[-1].replace("_", " ").strip("[]")
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def full(pattern: str, base: str) -> str:
    """A rule's relative pattern as a path from the top."""
    if pattern.startswith("record."):
        return pattern.removeprefix("record.")
    return f"{base}.{pattern}" if base and pattern else base or pattern


def value_words(value: Any) -> str:
    """A value as it stands in a message."""
    return text_of(value) or str(value)


def words_of(day: date) -> str:
    """A day as it stands in a message: 6 March 2041."""
    return f"{day.day} {day:%B %Y}"
