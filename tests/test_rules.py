"""Each rule shape, on the examples its own docstring gives: what fails, what passes, where it is silent."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cpdocs import rules, source
from cpdocs.finding import Finding
from cpdocs.library import Library
from cpdocs.procedure import DataError, Rule
from cpdocs.record import Record
from cpdocs.spine import resolve

ROOT = Path(__file__).parent.parent
LIBRARY = Library(root=ROOT)
MODULES = sorted(path.stem for path in ROOT.glob("cpdocs/rules/*.py") if path.stem != "__init__")
TODAY = date(2041, 3, 20)

PEOPLE = """
people:
  - {id: mother, name: Tamsin Quillby, role: parent}
  - {id: chair, name: Imara Holdsworth, role: chair, agency: Quality Assurance, agency_group: social-care}
  - {id: lead-worker, name: Bettina Marlow, role: lead-worker, agency: Social Work, agency_group: social-care}
  - {id: school, name: Callum Stroud, role: professional, agency: Kelsmere School, agency_group: education,
     direct_contact: [{child: child-a, frequency: daily}]}
  - {id: nurse, name: Priya Lowan, role: professional, agency: Health Trust, agency_group: school-nursing,
     direct_contact: [{child: child-a, frequency: monthly}]}
"""
HEAD = "procedure: kent-medway\nkind: review\nreference: R\n"


def shapes() -> Iterator[str]:
    """Every shape there is: a module's `check`, or each function of its own beside it."""
    for name in MODULES:
        module = importlib.import_module(f"cpdocs.rules.{name}")
        for function, value in vars(module).items():
            if inspect.isfunction(value) and value.__module__ == module.__name__ and function[0] != "_":
                yield name if function == "check" else f"{name}.{function}"


def record(text: str, people: str = PEOPLE) -> Record:
    child = "" if "children: [" in text else CHILD
    tree, found = source.parse(HEAD + people + child + text, "record.yaml")
    assert not found, found
    resolved, faults = resolve(tree, LIBRARY.procedure("kent-medway"), LIBRARY.fields, TODAY)
    assert not faults, faults
    return resolved


def rule(shape: str, rows: str = "", when: dict[str, Any] | None = None, **given: Any) -> Rule:
    return Rule(
        id="T-1",
        title="A sentence that says what is asked.",
        shape=shape,
        severity="error",
        kind=None,
        cite="§1",
        help="Do this.",
        carries=("T-1",),
        kinds=None,
        rows=rows,
        when=when or {},
        phase="draft",
        given={key.rstrip("_"): value for key, value in given.items()},
        breaks=(),
    )


def findings(text: str, tried: Rule) -> list[Finding]:
    return rules.run(record(text), (tried,))


DATES = "conference: {date: 2041-03-01}\nreports: [{author: lead-worker, to_chair_on: %s}]\n"  # a Friday
ENDS = "children: [{id: child-a, name: Wren, subject: yes, decision: {plan: %s}%s}]\n"
HARM = "children: [{id: child-a, name: Wren, subject: yes, decision: {plan: %s, harm: {suffering: no, likely: no}}}]\n"
REPORTS = "core_group: {members: [mother, lead-worker, school]}\nreports: [{author: lead-worker}%s]\n"
ASKED = "core_group: {members: [school]}\nviews: [{person: %s, child: child-a}, {person: %s, child: child-a}]\n"
CHILD = "children: [{id: child-a, name: Wren, subject: yes}]\n"
THERE = "conference: {chair: chair}\nattended: [%s]\n"
CONSULTED = """
children: [{id: child-a, name: Wren, subject: yes}]
initial_conferences: [{date: 2040-06-20, kind: initial%s}]
ending: {consultation: [{agency: Social Work}%s]}
"""
SHARED = """
conference: {date: 2041-03-06, language: en-GB}
reports: [{author: lead-worker, shared_with: [%s], translated_into: [%s]}]
"""
POLISH = PEOPLE.replace("role: parent}", "role: parent, needs: {language: pl, formats: [large-print]}}")
REFERRAL = """
conference: {chair: chair}
children: [{id: child-a, name: Wren, subject: yes, convenor_referral: {decision: %s, made_by: %s, person: %s}}]
"""
SPEAKS = """
conference: {language: en-GB}
people: [{id: mother, name: Tamsin, role: parent, needs: {meeting_language: pl%s}}, {id: voice, role: interpreter}]
attended: [{person: mother}%s]
"""
THEN = """
initial_conferences: [{date: 2040-06-20, kind: initial, attended: [%s]}]
invited: [{person: school}]
not_invited: [%s]
"""
VIEW = ENDS.replace("%s}%s", "continue}") + "views: [%s]\n%s"
ISSUED = "conference: {date: 2041-03-06}\nissued: [%s]\n"  # a Wednesday; ten working days on is Wednesday the 20th
SHOWN = "conference: {chair: %s, minute_taker: %s}\n"

EXAMPLES: dict[str, tuple[Rule, str, str, str]] = {
    "needs": (
        rule("needs", "children[]", {"facts.plan_ends": "yes"}, need=["after_plan.support"]),
        ENDS % ("end", ""),
        ENDS % ("end", ", after_plan: {support: The family centre goes on.}"),
        ENDS % ("continue", ""),
    ),
    "never": (
        rule("never", "children[]", {"facts.harm": "no", "facts.plan_continues": "yes"}),
        HARM % "continue",
        HARM % "end",
        ENDS % ("continue", ""),
    ),
    "within": (
        rule(
            "within", "reports[]", of="to_chair_on", since="record.conference.date", not_after="-5 working days"
        ),
        DATES % "2041-02-27",
        DATES % "2041-02-22",
        DATES % "",
    ),
    "each": (
        rule("each", "people[]", {"facts.core_group": "yes", "facts.sort": "professional"}, in_="reports[].author"),
        REPORTS % "",
        REPORTS % ", {author: school}",
        "reports: []",
    ),
    "some": (
        rule("some", in_="reports[]", where={"kind": "lead-social-worker"}, when={"conference.date": "present"}),
        "conference: {date: 2041-03-06}\nreports: [{author: school, kind: agency}]",
        "conference: {date: 2041-03-06}\nreports: [{author: lead-worker, kind: lead-social-worker}]",
        "reports: [{author: school, kind: agency}]",
    ),
    "distinct": (
        rule("distinct", one="conference.minute_taker", other=["conference.chair", "reports[].author"]),
        SHOWN % ("chair", "chair"),
        SHOWN % ("chair", "nurse"),
        SHOWN % ("chair", ""),
    ),
    "quorum": (
        rule("quorum"),
        THERE % "{person: chair}, {person: lead-worker}, {person: school}",
        THERE % "{person: chair}, {person: lead-worker}, {person: school}, {person: nurse}",
        "conference: {chair: chair}\n",
    ),
    "quorum.each_child": (
        rule("quorum.each_child", "children[]", {"record.attended": "present"}, message="{who}: {count} ({groups})."),
        THERE % "{person: chair}, {person: lead-worker}, {person: school}",
        THERE % "{person: chair}, {person: lead-worker}, {person: school}, {person: nurse}",
        "conference: {chair: chair}\n",
    ),
    "consulted": (
        rule("consulted", "children[]", need="facts.present_then[]", in_="ending.consultation[]"),
        CONSULTED % (", attended: [mother, lead-worker, school]", ""),
        CONSULTED % (", attended: [mother, lead-worker, school]", ", {person: school}"),
        CONSULTED % ("", ""),
    ),
    "translated": (
        rule("translated", "reports[]"),
        SHARED % ("{person: mother}", "pl"),
        SHARED % ("{person: mother}", "pl, large-print"),
        SHARED % ("{person: school}", ""),
    ),
    "issued": (
        rule("issued", document="minutes", since="conference.date", limit="minutes"),
        ISSUED % "{document: minutes, recipient: mother, date: 2041-03-21}",
        ISSUED % ", ".join(f"{{document: minutes, recipient: mother, date: 2041-{day}}}" for day in ("03-20", "04-10")),
        ISSUED % "{document: decision-record, recipient: mother, date: 2041-03-21}",
    ),
    "convenor.maker": (
        rule("convenor.maker", "children[]", {"convenor_referral.decision": "yes"}),
        REFERRAL % ("yes", "chair", "school"),
        REFERRAL % ("yes", "social-worker", "lead-worker"),
        REFERRAL % ("no", "chair", "school"),
    ),
    "interpreters.considered": (
        rule("interpreters.considered"),
        SPEAKS % ("", ""),
        SPEAKS % (", interpreter: {arranged: yes}", ""),
        (SPEAKS % ("", "")).replace("en-GB", "pl"),
    ),
    "interpreters.used": (
        rule("interpreters.used"),
        SPEAKS % (", interpreter: {person: voice}", ""),
        SPEAKS % (", interpreter: {person: voice}", ", {person: voice}"),
        (SPEAKS % ("", "")).replace("en-GB", "pl"),
    ),
    "invitations.agencies_then": (
        rule("invitations.agencies_then"),
        THEN % ("school, nurse", ""),
        THEN % ("school, nurse", "{person: nurse}"),
        THEN % ("", ""),
    ),
    "views.core_group_first": (
        rule("views.core_group_first"),
        ASKED % ("nurse", "school"),
        ASKED % ("school", "nurse"),
        "core_group: {members: [school]}\n",
    ),
    "views.contributions": (
        rule("views.contributions"),
        "attended: [{person: school}]",
        "attended: [{person: school, contribution: Spoke to the report.}]",
        "attended: [{person: mother}]",
    ),
    "views.dissent": (
        rule("views.dissent"),
        VIEW % ("{person: school, child: child-a, view: end}", ""),
        VIEW % ("{person: school, child: child-a, view: end}", "dissent: [{person: school, reasons: It is time.}]"),
        VIEW % ("{person: school, child: child-a, view: unsure}", ""),
    ),
}


@pytest.mark.parametrize("name", MODULES)
def test_a_shape_says_what_fails_what_passes_and_where_it_is_silent(name: str) -> None:
    module = importlib.import_module(f"cpdocs.rules.{name}")
    text = module.__doc__ or ""
    assert text.startswith(f"{name}: ")
    assert "\nFails: " in text
    assert "\nPasses:" in text
    assert "\nSilent:" in text
    assert module.KIND in ("gap", "breach")


@pytest.mark.parametrize("name", list(shapes()))
def test_a_shape_fails_passes_and_is_silent_as_it_says(name: str) -> None:
    tried, fails, passes, silent = EXAMPLES[name]
    people = POLISH if name == "translated" else "" if "people:" in fails else PEOPLE
    found = {part: rules.run(record(text, people), (tried,)) for part, text in
             (("fails", fails), ("passes", passes), ("silent", silent))}  # fmt: skip
    assert len(found["fails"]) == 1, found["fails"]
    assert found["passes"] == []
    assert found["silent"] == []
    (finding,) = found["fails"]
    assert finding.kind == rules.shape(name)[1]
    assert finding.message
    assert "{" not in finding.message


def test_a_written_no_is_a_breach_and_nothing_written_is_a_gap() -> None:
    tried = rule("needs", "reports[]", need=["signed", "typed"], answer="yes", message="{who}: {what} is {state}.")
    found = findings("reports: [{author: school, signed: no}]", tried)
    assert [(f.kind, f.place.path) for f in found] == [("breach", "reports[0].signed"), ("gap", "reports[0].typed")]
    assert found[0].message.startswith("Callum Stroud: ")
    assert found[0].message.endswith("is answered no.")
    assert findings("reports: [{author: school, signed: yes, typed: yes}]", tried) == []


def test_needs_asks_either_of_two_and_every_entry_of_a_list() -> None:
    either = rule("needs", "reports[]", need=["improvements|concerns"])
    assert len(findings("reports: [{author: school}, {author: nurse, concerns: Sleep.}]", either)) == 1
    entries = rule("needs", need=["reports[].dated"])
    found = findings("reports: [{author: school, dated: 2041-02-20}, {author: nurse}]", entries)
    assert [f.place.path for f in found] == ["reports[1].dated"]


def test_within_says_how_it_was_counted_and_where_from() -> None:
    (finding,) = findings(DATES % "2041-02-27", EXAMPLES["within"][0])
    assert finding.message == (
        "Bettina Marlow: 27 February 2041 is later than 22 February 2041"
        " (1 March 2041 - 5 working days: 22 February 2041)."
    )
    assert finding.place.path == "reports[0].to_chair_on"
    assert [related.place.path for related in finding.related] == ["conference.date"]
    assert finding.subject == "lead-worker"


@pytest.mark.parametrize(
    ("day", "fine"),
    [("2041-03-28", False), ("2041-03-29", True), ("2041-04-12", True), ("2041-04-13", False)],
)  # born on Friday 1 March: four weeks on is Friday 29 March, six weeks on Friday 12 April
def test_within_keeps_a_window_with_both_ends(day: str, fine: bool) -> None:
    tried = rule(
        "within",
        "children[]",
        of="record.conference.date",
        since="date_of_birth",
        not_before="after_birth_earliest",
        not_after="after_birth_latest",
    )
    born = "children: [{id: child-a, name: Wren, subject: yes, date_of_birth: 2041-03-01}]\n"
    assert (findings(f"conference: {{date: {day}}}\n{born}", tried) == []) is fine


def test_within_judges_today_while_nothing_has_happened() -> None:
    tried = rule(
        "within", "children[]", of="transfer.conference_held_on", since="transfer.notified_on",
        limit="receiving_conference", today="yes",
    )  # fmt: skip
    child = "children: [{id: child-a, name: Wren, subject: yes, transfer: {notified_on: %s}}]"
    assert len(findings(child % "2041-02-26", tried)) == 1  # fifteen working days on is Tuesday 19 March
    assert findings(child % "2041-02-27", tried) == []  # Wednesday 20 March, today


def test_each_looks_beside_its_row_for_ids_of_the_row() -> None:
    tried = rule(
        "each", "children[]", of=["facts.parents[]", "id"], in_="after_plan.discussed_with[]",
        message="{row}: not with {who}.",
    )  # fmt: skip
    text = """
children: [{id: child-a, name: Wren, subject: yes, after_plan: {discussed_with: [child-a]}}]
relations: [{person: mother, child: child-a, as: mother}]
"""
    assert [f.message for f in findings(text, tried)] == ["Wren: not with Tamsin Quillby."]
    assert findings(text.replace("[child-a]}", "[child-a, mother]}"), tried) == []


def test_each_can_ask_more_of_the_entry_it_finds() -> None:
    tried = rule("each", "attended[]", key="person", in_="attended[].person", where={"contribution": "present"})
    assert len(findings("attended: [{person: school}]", tried)) == 1
    assert findings("attended: [{person: school, contribution: Spoke.}]", tried) == []


def test_distinct_can_ask_for_the_same_person() -> None:
    tried = rule("distinct", one="conference.chair", other="minutes.authorised.by", same="yes")
    text = "conference: {chair: chair}\nminutes: {authorised: {by: %s, date: 2041-03-18}}\n"
    assert len(findings(text % "school", tried)) == 1
    assert findings(text % "chair", tried) == []


def test_a_rule_that_is_off_or_for_final_documents_isnt_asked_of_a_draft() -> None:
    tried = EXAMPLES["never"][0]
    told = record(HARM % "continue")
    off = tried._replace(severity="off")  # type: ignore[arg-type]
    final = tried._replace(phase="final")
    assert rules.run(told, (off,), final=True) == []
    assert rules.run(told, (final,)) == []
    assert len(rules.run(told, (final,), final=True)) == 1


def test_a_rule_speaks_of_its_kinds_only_and_of_conferences_if_it_names_none() -> None:
    tried = EXAMPLES["never"][0]
    assert rules.applies(record(HARM % "continue"), tried)
    assert not rules.applies(record(HARM % "continue"), tried._replace(kinds=frozenset({"initial"})))
    ending = record("")._replace(data={"kind": "ending-without-conference"})
    assert not rules.applies(ending, tried)


def test_a_shape_that_isnt_there_is_told_in_a_sentence() -> None:
    with pytest.raises(DataError, match="No rule shape is called `guess`"):
        rules.shape("guess")
    with pytest.raises(DataError, match=r"needs\.nothing"):
        rules.shape("needs.nothing")
