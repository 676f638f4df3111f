"""Every procedure's data, found by listing `schemas/`: its samples are clean, its rules fire on their own breaks."""

from __future__ import annotations

import copy
import itertools
import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cpdocs import flow, paths, rules, schema, source, spine
from cpdocs.distribution import distribute
from cpdocs.finding import Finding, settle
from cpdocs.library import Library
from cpdocs.procedure import Limit, Procedure, Rule, Sending, entries, needs_of
from cpdocs.record import CONFERENCES
from cpdocs.requirements import rows as requirement_rows
from cpdocs.source import Tree

ROOT = Path(__file__).parent.parent
LIBRARY = Library(root=ROOT)
PROCEDURES = sorted(path.parent.name for path in ROOT.glob("schemas/*/procedure.yaml"))
SAMPLES = sorted(ROOT.glob("schemas/*/samples/*.yaml"))
TODAY = date(2041, 3, 20)  # a Wednesday; the day the review sample's minutes are due
CATALOGUE = requirement_rows((ROOT / "docs/requirements.md").read_text(encoding="utf-8"))
KNOWN = {row.id for row in CATALOGUE}


@cache
def sample(procedure: str, kind: str) -> Tree:
    tree, found = source.read(ROOT / "schemas" / procedure / "samples" / f"{kind}.yaml", f"{kind}.yaml")
    assert not found
    return tree


def judge(tree: Tree, procedure: Procedure, extra: tuple[Rule, ...] = (), library: Library = LIBRARY) -> list[Finding]:
    """What `cpdocs check` finds in the record itself, with the rules for final documents."""
    found = schema.check_shape(tree, library.record_schema)
    resolved, faults = spine.resolve(tree, procedure, library.fields, TODAY)
    found += faults
    found += schema.gaps(
        resolved.data,
        tree,
        procedure.contents,
        resolved.kind,
        lambda row: rules.named(resolved, row),
        library.fields,
        procedure.short,
    )
    found += rules.run(resolved, final=True)
    found += rules.run(resolved, extra, final=True)
    return settle(found, resolved.acknowledgements)


def changed(tree: Tree, changes: Mapping[str, Any]) -> Tree:
    """A sample with other values at some paths; `null` takes a key or an entry out."""
    data = copy.deepcopy(tree.data)
    emptied = []
    for path, wanted in changes.items():
        value = None if wanted == "null" else wanted
        here, steps = data, paths.split(path)
        for step, following in itertools.pairwise(steps):
            fresh: Any = [] if isinstance(following, int) else {}
            if isinstance(step, int):
                here.extend({} for _ in range(step + 1 - len(here)))
            elif not isinstance(here.get(step), dict | list):
                here[step] = fresh
            here = here[step]
        last = steps[-1]
        if isinstance(last, int):
            here.extend({} for _ in range(last + 1 - len(here)))
        here[last] = copy.deepcopy(value)
        if isinstance(last, int) and value is None:
            emptied.append((here, last))
    for entries_, number in sorted(emptied, key=lambda item: -item[1]):
        del entries_[number]
    gone = [path for path, wanted in changes.items() if wanted in (None, "null")]
    keys = {at: key for at, key in tree.keys.items() if not any(paths.under(at, path) for path in gone)}
    return tree._replace(data=data, keys=keys)


def requirements_of(procedure: Procedure) -> Iterator[tuple[Mapping[str, Any], str]]:
    for _, entry, base in entries(procedure.contents):
        yield entry, base


def all_rules() -> list[Any]:
    return [
        pytest.param(name, rule, id=f"{name}-{rule.id}")
        for name in PROCEDURES
        for rule in LIBRARY.procedure(name).rules
    ]


def all_contents() -> list[Any]:
    return [
        pytest.param(name, entry, base, id=f"{name}-{entry['x-rule']}")
        for name in PROCEDURES
        for entry, base in requirements_of(LIBRARY.procedure(name))
    ]


def told(findings: list[Finding]) -> str:
    return "\n".join(f"{f.rule} {f.severity} {f.place.path}: {f.message}" for f in findings)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_clean_sample_has_no_findings(path: Path) -> None:
    tree = sample(path.parts[-3], path.stem)
    assert tree.data["procedure"] == path.parts[-3]
    assert tree.data["kind"] == path.stem
    assert not told(judge(tree, LIBRARY.procedure(path.parts[-3])))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_clean_sample_goes_through_every_stage_without_a_finding(path: Path) -> None:
    prepared = flow.prepare(path, LIBRARY, TODAY)
    assert not told([finding for finding in prepared.findings if finding.severity != "advice"])
    assert prepared.distribution.copies


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_half_filled_record_is_judged_too(path: Path) -> None:
    tree, procedure = sample(path.parts[-3], path.stem), LIBRARY.procedure(path.parts[-3])
    keep = {"procedure", "kind", "reference"}
    for key in tree.data.keys() - keep:
        assert all(finding.kind != "fault" or key in ("people", "children", "discussion", "confidential")
                   for finding in judge(changed(tree, {key: None}), procedure))  # fmt: skip
    bare = judge(changed(tree, dict.fromkeys(tree.data.keys() - keep)), procedure)
    assert all(finding.kind in ("gap", "breach") for finding in bare)


@pytest.mark.parametrize("name", PROCEDURES)
def test_every_kind_that_a_rule_speaks_of_has_a_sample(name: str) -> None:
    procedure = LIBRARY.procedure(name)
    spoken = set(CONFERENCES).union(*(rule.kinds or () for rule in procedure.rules))
    spoken = spoken.union(*(entry.get("x-kinds", ()) for entry, _ in requirements_of(procedure)))
    assert spoken <= {path.stem for path in SAMPLES if path.parts[-3] == name}


@pytest.mark.parametrize(("name", "rule"), all_rules())
def test_a_rule_fires_on_its_own_break_and_beside_it_only_what_it_says(name: str, rule: Rule) -> None:
    assert rule.breaks, "a rule gives its own counter-example"
    procedure = LIBRARY.procedure(name)
    for counter in rule.breaks:
        kind = counter.get("of") or min(rule.kinds or {"review"})
        tree = changed(sample(name, kind), counter["set"])
        # A rule that is off until a council switches it on is switched on here.
        extra = (rule._replace(severity="warning"),) if rule.severity == "off" else ()  # type: ignore[comparison-overlap]
        found = judge(tree, procedure, extra)
        # a break may write one person in another's place
        found = [finding for finding in found if finding.rule != "REF-09"]
        assert {f.rule for f in found} == {rule.id, *(counter.get("also") or ())}, told(found)
        for finding in found:
            assert finding.title
            assert finding.cite
            assert finding.help
            assert "{" not in finding.message


@pytest.mark.parametrize(("name", "rule"), [case for case in all_rules() if "passes" in case.values[1].given])
def test_a_rule_says_nothing_where_it_might_be_thought_to(name: str, rule: Rule) -> None:
    passes = rule.given["passes"]
    for change in [passes] if isinstance(passes, Mapping) else passes:
        found = judge(changed(sample(name, change["of"]), change["set"]), LIBRARY.procedure(name))
        assert {f.rule for f in found} == set(change.get("also") or ()), told(found)


@pytest.mark.parametrize(("name", "entry", "base"), all_contents())
def test_a_required_content_is_missed_when_it_is_taken_out(name: str, entry: Mapping[str, Any], base: str) -> None:
    procedure, counter = LIBRARY.procedure(name), entry.get("x-breaks") or {}
    kinds = [counter["of"]] if "of" in counter else entry.get("x-kinds") or ["review"]
    expected = {entry["x-rule"], *(counter.get("also") or ())}
    for kind in kinds:
        tree = sample(name, kind)
        if "set" in counter:
            found = judge(changed(tree, counter["set"]), procedure)
            assert {f.rule for f in found} == expected, told(found)
            continue
        for need in (need for part in (entry, entry.get("then", {})) for need in part.get("x-needs", ())):
            seen = [
                {f.rule for f in judge(changed(tree, removed), procedure)}
                for removed in removals(tree, base, need, procedure)
            ]
            assert any(entry["x-rule"] in rules_ and rules_ <= expected for rules_ in seen), (kind, need, seen)


def removals(tree: Tree, base: str, need: str, procedure: Procedure) -> Iterator[Mapping[str, None]]:
    """For each row of a sample, the change that takes out what a requirement asks of it."""
    resolved, _ = spine.resolve(tree, procedure, LIBRARY.fields, TODAY)
    for row, _ in resolved.select(base):
        options = need.split("|")
        reached = [path for option in options for path, _ in resolved.select(option, row)]
        if reached:
            yield dict.fromkeys(reached)


@pytest.mark.parametrize("name", PROCEDURES)
def test_every_rule_and_content_has_its_own_id_a_clause_a_title_and_a_next_step(name: str) -> None:
    procedure = LIBRARY.procedure(name)
    ids = [rule.id for rule in procedure.rules] + [entry["x-rule"] for entry, _ in requirements_of(procedure)]
    assert len(ids) == len(set(ids)), sorted({id for id in ids if ids.count(id) > 1})
    for rule in procedure.rules:
        assert rule.cite, rule.id
        assert rule.help.endswith("."), rule.id
        assert re.fullmatch(r"[A-Z].*[^.]\.", rule.title), rule.id
        assert rule.severity in ("error", "warning", "advice", "off"), rule.id
        assert rule.kind in (None, "gap", "breach"), rule.id
        assert rule.phase in ("draft", "final", "distribution"), rule.id
        assert rules.shape(rule.shape), rule.id
    for entry, _ in requirements_of(procedure):
        assert entry["x-cite"], entry["x-rule"]
        assert entry["x-help"].endswith("."), entry["x-rule"]
        assert re.fullmatch(r"[A-Z].*[^.]\.", entry["x-title"]), entry["x-rule"]
        assert entry["x-severity"] in ("error", "warning", "advice"), entry["x-rule"]


@pytest.mark.parametrize("name", PROCEDURES)
def test_every_limit_and_sending_has_a_clause_and_every_limit_that_is_named_exists(name: str) -> None:
    procedure = LIBRARY.procedure(name)
    for limit in procedure.limits.values():
        assert limit.cite, limit.name
        assert limit.carries, limit.name
        assert bool(limit.times) != (limit.number is not None), limit.name
    ids = [sending.id for sending in procedure.sendings]
    assert len(ids) == len(set(ids))
    for sending in procedure.sendings:
        assert sending.cite, sending.id
        assert sending.to, sending.id
        assert sending.due is None or sending.due.limit in procedure.limits, sending.id
    for rule in procedure.rules:
        for key in ("limit", "not_after", "not_before"):
            assert not rule.text(key) or rule.text(key) in procedure.limits, rule.id
    counts = [name for name, limit in procedure.limits.items() if limit.number is not None]
    told = {value for key, value in procedure.quorum.items() if key not in ("cite", "kinds")}
    assert told - {"yes", "no"} <= set(counts)


@pytest.mark.parametrize("name", PROCEDURES)
def test_everything_that_is_carried_stands_in_the_catalogue(name: str) -> None:
    procedure = LIBRARY.procedure(name)
    carriers: list[Rule | Sending | Limit] = [*procedure.rules, *procedure.sendings, *procedure.limits.values()]
    carried = {id for carrier in carriers for id in carrier.carries}
    carried |= {id for entry, _ in requirements_of(procedure) for id in entry.get("x-carries", [entry["x-rule"]])}
    assert not carried - KNOWN


@pytest.mark.parametrize("name", PROCEDURES)
def test_nothing_that_only_section_five_asks_is_an_error(name: str) -> None:
    beyond = {row.id for row in CATALOGUE if row.beyond}
    procedure = LIBRARY.procedure(name)
    wrong = [rule.id for rule in procedure.rules if rule.severity == "error" and set(rule.carries) <= beyond]
    wrong += [
        entry["x-rule"]
        for entry, _ in requirements_of(procedure)
        if entry["x-severity"] == "error" and set(entry.get("x-carries", [entry["x-rule"]])) <= beyond
    ]
    assert not wrong


@pytest.mark.parametrize("name", PROCEDURES)
def test_every_path_a_rule_names_is_a_field_or_a_fact(name: str) -> None:
    procedure, unknown = LIBRARY.procedure(name), []
    for rule in procedure.rules:
        relative = [*rule.when, rule.text("since"), rule.text("earliest"), rule.text("latest")]
        relative += [rule.text("at"), rule.text("one"), *rule.names("other"), *rule.names("of")]
        relative += [option for need in rule.names("need") for option in _options(need)]
        for path in (rule.rows, *(rules.full(path, rule.rows) for path in relative if path)):
            if path and LIBRARY.fields.at(path.removeprefix("record.")) is None:
                unknown.append(f"{rule.id}: {path}")
    assert not unknown


def _options(need: str) -> list[str]:
    head, entries_, tail = need.rpartition("[].")
    return [f"{head}{entries_}{option}" for option in tail.split("|")]


@pytest.mark.parametrize("name", PROCEDURES)
def test_every_path_a_content_names_is_a_field(name: str) -> None:
    unknown = [
        f"{entry['x-rule']}: {path}"
        for entry, base in requirements_of(LIBRARY.procedure(name))
        for path in needs_of(entry, base)
        if LIBRARY.fields.at(path) is None and not path.endswith(".audience")
    ]
    assert not unknown


@pytest.mark.parametrize(("name", "rule"), [case for case in all_rules() if case.values[1].rows == "children[]"])
def test_a_finding_about_a_child_names_whom_it_is_about(name: str, rule: Rule) -> None:
    counter = rule.breaks[0]
    tree = changed(sample(name, counter.get("of") or min(rule.kinds or {"review"})), counter["set"])
    names = {row["id"]: row.get("name") or row["id"] for key in ("people", "children") for row in tree.data[key]}
    extra = (rule._replace(severity="warning"),) if rule.severity == "off" else ()  # type: ignore[comparison-overlap]
    for finding in judge(tree, LIBRARY.procedure(name), extra):
        if finding.rule == rule.id:
            assert finding.subject, finding
            assert names[finding.subject] in finding.message, finding.message


def test_a_new_folder_is_a_new_procedure_without_any_registry(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    shutil.copytree(ROOT / "schemas/kent-medway", tmp_path / "schemas/atlantis")
    head = tmp_path / "schemas/atlantis/procedure.yaml"
    head.write_text(
        head.read_text(encoding="utf-8").replace("{time: 6 months, cite: §3.2", "{time: 2 months, cite: §3.2"),
        encoding="utf-8",
    )
    library = Library(root=tmp_path)
    assert "atlantis" in library.procedures()
    tree = changed(sample("kent-medway", "review"), {"procedure": "atlantis"})
    found = judge(tree, library.procedure("atlantis"), library=library)
    # Six months between the reviews were right for Kent and are too long for Atlantis, for both children; so
    # is the next date for the one whose plan goes on.
    assert [(f.rule, f.subject) for f in found] == [
        ("KM-FRQ-02", "child-a"),
        ("KM-FRQ-02", "child-b"),
        ("KM-FRQ-02d", "child-a"),
    ]


@pytest.mark.parametrize("name", PROCEDURES)
@pytest.mark.parametrize("kind", ["initial", "pre-birth", "review", "transfer"])
@pytest.mark.parametrize("change", ["none", "unborn", "born later", "put off"])
def test_the_last_day_for_the_next_review_that_is_printed_is_the_last_that_no_rule_objects_to(
    name: str, kind: str, change: str
) -> None:
    """A date in a letter and a rule's must never be two: for whoever is born, not yet born, or born meanwhile."""
    procedure, tree = LIBRARY.procedure(name), sample(name, kind)
    held = date.fromisoformat(tree.data["conference"]["date"])
    later, due = (str(held + timedelta(days=days)) for days in (3, 50))
    put_off = {"authorised_by": "Halvard Binney", "role": "other", "written": "yes", "date": later, "reason": "More."}
    changes: dict[str, Any] = {
        "none": {},
        "unborn": {"children[0].date_of_birth": None, "children[0].due_date": due},
        "born later": {"children[0].date_of_birth": later},
        "put off": {"children[0].date_of_birth": later, "children[0].review_extension": put_off},
    }[change]

    def objections(day: date | None) -> set[str]:
        own = {**changes, "next_reviews": [{"date": str(day)}]} if day else changes
        found = judge(changed(tree, own), procedure)
        speaks = {rule.id for rule in procedure.rules if rule.text("of") == "facts.next_review_on"}
        return {f.rule for f in found if f.subject == tree.data["children"][0]["id"] and f.rule in speaks}

    resolved, _ = spine.resolve(changed(tree, changes), procedure, LIBRARY.fields, TODAY)
    last = resolved.date("children[0].facts.latest_next_review")
    assert last
    assert not objections(last)
    assert objections(last + timedelta(days=1))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_why_and_when_a_plan_ended_rest_on_what_that_kind_of_record_holds(path: Path) -> None:
    """A finding points at what a fact rests on, so it must be there to be mended."""
    name = path.parts[-3]
    resolved, _ = spine.resolve(sample(name, path.stem), LIBRARY.procedure(name), LIBRARY.fields, TODAY)
    for fact in ("end_ground", "ended_on"):
        for at, value in resolved.select(f"children[].facts.{fact}"):
            assert [resolved.get(source) for source in resolved.sources[at]] == [value]


def test_an_acknowledged_breach_is_marked_and_stays() -> None:
    broken = {"previous_conferences[0].date": "2040-09-05"}
    answer = {"rule": "KM-FRQ-02", "who": "Gwen Ashdown", "date": "2041-03-07", "reason": "Snow closed the roads."}
    tree = changed(sample("kent-medway", "review"), {**broken, "acknowledgements": [answer]})
    found = judge(tree, LIBRARY.procedure("kent-medway"))
    assert {f.rule for f in found} == {"KM-FRQ-02"}
    assert all(f.acknowledged and f.acknowledged.by == "Gwen Ashdown" and not f.blocks for f in found)


BORN_LATE = {
    "previous_conferences[0]": {"date": "2041-01-09", "kind": "pre-birth", "quorate": "yes"},
    "initial_conferences[0].date": "2041-01-09",
    "initial_conferences[0].kind": "pre-birth",
    "children[0].date_of_birth": "2041-01-14",  # a Monday; six weeks on is 25 February, two months on 14 March
    "children[1].date_of_birth": "2041-01-30",
    "children[1].decision.end.first_review_grounds": [{"ground": "looked-after", "evidence": "An order of January."}],
}
EXTENSION = {
    "authorised_by": "Halvard Binney",
    "role": "service-manager",
    "written": "yes",
    "date": "2041-02-20",
    "reason": "The assessment after the birth isn't finished.",
}
MOVED = {
    "receiving_authority": "Strandwick Council",
    "notified_on": "2041-02-04",
    "permanent": "yes",
    "conference_held_on": "2041-02-25",  # the fifteenth working day
}
STORIES: dict[str, tuple[str, Mapping[str, Any], set[str]]] = {
    "a later review on the very last day": ("review", {"previous_conferences[0].date": "2040-09-06"}, set()),
    "a later review, its earlier conferences written oldest first": (
        "review",
        {"previous_conferences": [
            {"date": "2040-06-12", "kind": "initial", "quorate": "yes"},
            {"date": "2040-09-06", "kind": "review", "quorate": "yes"},
        ]},
        set(),
    ),
    "after a birth, late": ("review", BORN_LATE, {"KM-FRQ-03b"}),
    "after a birth, put off in writing in time": (
        "review",
        {**BORN_LATE, "children[0].review_extension": EXTENSION},
        set(),
    ),
    "after a birth, put off but beyond two months": (
        "review",
        {**BORN_LATE, "children[0].date_of_birth": "2041-01-03", "children[0].review_extension": EXTENSION,
         "previous_conferences[0].date": "2041-01-02", "initial_conferences[0].date": "2041-01-02"},
        {"KM-FRQ-03b", "KM-FRQ-05d"},
    ),
    "a brother born before the pre-birth conference keeps three months": (
        "review",
        {**BORN_LATE, "children[0].date_of_birth": "2034-05-11", "children[1].date_of_birth": "2041-01-30"},
        set(),
    ),
    "a move, and the receiving authority has held its conference": (
        "review",
        {"children[1].decision.end.ground": "moved", "children[1].transfer": MOVED},
        set(),
    ),
    "a move, and it held its conference a day late": (
        "review",
        {"children[1].decision.end.ground": "moved",
         "children[1].transfer": {**MOVED, "conference_held_on": "2041-02-26"}},
        {"KM-END-04d"},
    ),
    "a review after a family moved in, with the move still in the record": (
        "review",
        {"previous_conferences[0].kind": "transfer", "previous_conferences[0].date": "2041-01-09",
         "initial_conferences[0].kind": "transfer", "initial_conferences[0].date": "2041-01-09",
         "children[0].transfer": {"receiving_authority": "Kent County Council", "from_authority": "Strandwick Council",
                                  "notified_on": "2040-12-20", "permanent": "yes"},
         "children[1].decision.end.first_review_grounds": [{"ground": "looked-after", "evidence": "An order."}]},
        set(),
    ),
    "a parent who is in the core group was kept out of all of it, another wasn't invited for a reason": (
        "review",
        {"attended[2]": "null", "attended[3]": "null", "invited[0]": "null",
         "core_group.members": ["mother", "father-of-b", "lead-worker", "school", "health-visitor", "school-nurse"],
         "not_invited": [{"person": "mother", "reason": "An order of the court."}],
         "exclusions": [{"person": "father-of-b", "extent": "full", "ground": "safety", "reason": "A threat.",
                         "decided_by": "chair", "chair_decision": "He gets a letter.", "consulted": ["lead-worker"],
                         "information_to_send": "That Pip no longer has a plan."}]},
        set(),
    ),
    "the lead social worker takes the minutes: one fault, told once": (
        "review",
        {"conference.minute_taker": "lead-worker"},
        {"KM-MIN-01c"},
    ),
    "the chair was on the list of those who were there then, and isn't an agency": (
        "ending-without-conference",
        {"initial_conferences[0].attended": ["chair", "mother", "lead-worker", "college", "youth-worker"]},
        set(),
    ),
    "a child who moved in before birth is counted from the birth": (
        "transfer",
        {"children[0].date_of_birth": "null", "children[0].due_date": "2041-07-20",
         "next_reviews[0].date": "2041-08-25"},
        set(),
    ),
    "support goes on in another plan than a Child in Need Plan": (
        "review",
        {"children[1].date_of_birth": "2023-03-01", "children[1].decision.end.ground": "turned-18",
         "children[1].after_plan.child_in_need_plan": "null"},
        {"KM-END-13f"},
    ),
    "somebody joins the core group at this very conference": (
        "review",
        {"people[10]": {"id": "youth-worker", "name": "Marta Ivell", "role": "professional", "agency": "Youth Service"},
         "core_group.members": ["mother", "lead-worker", "school", "health-visitor", "school-nurse", "youth-worker"],
         "core_group.membership.changes": [{"person": "youth-worker", "change": "joined"}]},
        set(),
    ),
    "a move for some weeks": (
        "review",
        {"children[0].transfer": {"receiving_authority": "Strandwick Council", "notified_on": "2041-01-02",
                                  "permanent": "no"}},
        set(),
    ),
    "a parent's own form has no date": (
        "review",
        {"reports[4]": {"author": "mother", "kind": "family", "title": "What I think"}},
        set(),
    ),
    "a child has died, and nothing is asked that would hurt to answer": (
        "review",
        {"children[1]": {"id": "child-b", "name": "Pip Arkwell", "subject": "yes", "date_of_birth": "2037-11-02",
                         "died_on": "2041-02-02", "information": "Pip died in February.",
                         "decision": {"plan": "end", "end": {"ground": "died", "date": "2041-02-02"}}},
         "children[0].decision.harm.likely": "yes"},
        {"KM-END-07"},
    ),
    "the first three may end a plan at a first review": (
        "review",
        {"previous_conferences[0].kind": "initial", "previous_conferences[0].date": "2041-01-09",
         "initial_conferences[0].date": "2041-01-09",
         "children[1].decision.end.first_review_grounds":
             [{"ground": "perpetrator-in-custody", "evidence": "Six years from January."}]},
        set(),
    ),
    "at a first review, a child who turned 18 needs none of the three": (
        "review",
        {"previous_conferences[0].kind": "initial", "previous_conferences[0].date": "2041-01-09",
         "initial_conferences[0].date": "2041-01-09", "children[1].date_of_birth": "2023-03-01",
         "children[1].decision.end.ground": "turned-18"},
        {"KM-END-13f"},
    ),
    "a first review set for the last day of February": (
        "initial",
        {"conference.date": "2041-11-30", "conference.strategy_discussion_on": "2041-11-20",
         "next_reviews[0].date": "2042-02-28", "children[0].plan.actions": "null",
         "decisions_approved": "null", "letters_approved": "null", "minutes.signed_on": "null",
         "minutes.authorised.date": "2041-12-09",
         "recommendations[0].by_when": "2041-12-08"},
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_kent_and_medway_reads_hard_stories_rightly(story: str) -> None:
    kind, changes, expected = STORIES[story]
    found = judge(changed(sample("kent-medway", kind), changes), LIBRARY.procedure("kent-medway"))
    assert {finding.rule for finding in found} == expected, told(found)


DONE = {  # what only a deed closes, so that nobody is led to write what wasn't so
    "KM-REP-07": {"children[0].core_group_view": "null"},
    "KM-REP-13b": {"confidential": [{"item": "apart", "title": "Apart", "text": "Kept.", "present": ["chair"],
                                     "chair_decision": "It stays so."}]},
    "KM-OUT-07": {"children[1].after_plan.child_in_need_plan": "null"},
    "KM-DIS-06": {"parental_disagreement": [{"person": "mother", "children": ["child-a"], "views": "She disagrees."}]},
}  # fmt: skip


@pytest.mark.parametrize("rule", DONE)
def test_what_was_not_done_can_be_acknowledged(rule: str) -> None:
    answer = {"rule": rule, "who": "Gwen Ashdown", "date": "2041-03-07", "reason": "It wasn't done."}
    tree = changed(sample("kent-medway", "review"), {**DONE[rule], "acknowledgements": [answer]})
    found = judge(tree, LIBRARY.procedure("kent-medway"))
    assert {finding.rule for finding in found} == {rule}, told(found)
    assert not any(finding.blocks for finding in found), told(found)


@pytest.mark.parametrize("name", PROCEDURES)
def test_nobody_whom_the_chair_wants_to_have_the_minutes_is_lost_in_silence(name: str) -> None:
    """The chair's list, and a family member or a foster carer whom the chair finds relevant where that is asked."""
    procedure, base = LIBRARY.procedure(name), sample(name, "review")
    child, people = base.data["children"][0]["id"], len(base.data["people"])
    asked = any("relevant" in entry.get("then", {}).get("x-needs", ()) for entry, _ in requirements_of(procedure))
    wanted = {f"someone-{role}": role for role in ("carer", "family", "foster-carer")}
    changes: dict[str, Any] = {"distribution": [{"person": child, "document": "minutes", "copy": "full"}]}
    for number, (id, role) in enumerate(wanted.items()):
        person = {"id": id, "name": f"Orla Vane{number}", "role": role, "relevant": "yes"}
        changes[f"people[{people + number}]"] = person
        changes[f"relations[{len(base.data['relations']) + number}]"] = {"person": id, "child": child, "as": "other"}
        if not asked:
            changes["distribution"].append({"person": id, "document": "minutes", "copy": "full"})
    resolved, faults = spine.resolve(changed(base, changes), procedure, LIBRARY.fields, TODAY)
    assert not faults
    made, _ = distribute(resolved, LIBRARY)
    readers = {id for copy in made.copies if copy.document == "minutes" for id in copy.readers}
    assert {child, *wanted} <= readers
