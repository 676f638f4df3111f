"""needs: where this holds, that must be written, or must be so.

need     paths, relative to the row; `a|b` asks for either; `list[].key` asks it of every entry
answer   "yes": what is asked is a yes/no question, and only yes will do; a written `no` is a breach
at       where to point, relative to the row (default: the path that is missing)
message  what to say, with {who} for the child or person of the row, {what} for the missing field, and {state}:
         "not written", or "answered no"

Fails:  for children[], when {facts.plan_ends: "yes"}, need [after_plan.support], and it isn't written
Passes: it is written
Silent: no row is there for which `when` holds
"""

from __future__ import annotations

from collections.abc import Iterator

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Record, plain
from cpdocs.rules import Problem, full, named, rows, subject_of, title_of

KIND: Kind = "gap"


def check(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every path that is missing, or that is answered otherwise."""
    for row in rows(record, rule):
        for need in rule.names("need"):
            head, entries, tail = need.rpartition("[].")
            bases = [path for path, _ in record.select(head + "[]", row)] if entries else [row]
            options = tail.split("|") if entries else need.split("|")
            for base in bases:
                yield from _asked(record, rule, base, options)


def _asked(record: Record, rule: Rule, base: str, options: list[str]) -> Iterator[Problem]:
    there = [(path, plain(value)) for option in options for path, value in record.select(option, base)]
    if not there:
        yield _problem(record, rule, base, full(options[0], base), "not written")
    elif rule.text("answer") and all(value != rule.text("answer") for _, value in there):
        path, value = there[0]
        yield _problem(record, rule, base, path, f"answered {value}", "breach")


def _problem(
    record: Record, rule: Rule, row: str, path: str, state: str, kind: Kind | None = None
) -> Problem:
    who, what = named(record, row), title_of(record, path)
    message = rule.text("message") or ("{who}: {what} is {state}." if who else "{what} is {state}.")
    message = message.replace("{who}", who).replace("{what}", what).replace("{state}", state)
    at = full(rule.text("at"), row) if rule.text("at") else path
    return Problem(at, message[:1].upper() + message[1:], subject=subject_of(record, row), kind=kind)
