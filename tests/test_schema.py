"""What may be written and what is missing: told in the author's words, with the place and the next step."""

from __future__ import annotations

import random
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from cpdocs import fields, misfits, schema, validator
from cpdocs.finding import Finding
from cpdocs.leaves import close, tell, wrong
from cpdocs.paths import below, join, split
from cpdocs.source import parse, read
from cpdocs.spine import pruned

ROOT = Path(__file__).parent.parent
SMALL = schema.load(ROOT / "tests" / "bad" / "small.schema.json")
RECORD = schema.load(ROOT / "schemas" / "record.schema.json")
HEAD = "procedure: kent-medway\nkind: review\nreference: CP-2041-017\n"


def shape(text: str, of: Any = RECORD) -> list[Finding]:
    tree, found = parse(text, "record.yaml")
    assert found == []
    return schema.check_shape(tree, of)


def one(text: str) -> Finding:
    found = shape(HEAD + text)
    assert len(found) == 1, [(f.rule, f.message) for f in found]
    return found[0]


def test_a_small_record_and_an_empty_one_are_drafts() -> None:
    assert shape(HEAD) == []
    assert shape(HEAD + "conference:\n  date:\n  held:\n  chair:\npeople:\nchildren: []\nsummary: ''\n") == []


def test_what_a_file_cannot_be_understood_without_is_missed_also_when_it_is_empty() -> None:
    for text in ("procedure: kent-medway\nkind: review\n", "procedure: kent-medway\nkind: review\nreference:\n"):
        found = shape(text)
        assert [(f.rule, f.place.path) for f in found] == [("SCH-MISSING", "reference")]


def test_every_rule_of_shape_is_shown_in_a_bad_file() -> None:
    told = (ROOT / "tests" / "bad" / "shape-everything.expected").read_text(encoding="utf-8")
    assert {rule for rule in misfits.RULES if rule not in told} == {"SCH-FORM", "SCH-MANY", "SCH-MORE"}  # below
    assert all(about.title.endswith(".") for about in misfits.RULES.values())


@pytest.mark.parametrize(
    ("typed", "told", "help"),
    [
        ("12/03/2041", "can be 12 March 2041 or 3 December 2041. Which is meant?", "Write 2041-03-12 or 2041-12-03."),
        ("12.3.41", "can be 12 March 2041 or 3 December 2041", "2041-03-12 or 2041-12-03"),
        ("25/03/2041", "Did you mean `2041-03-25`?", "2041-03-01"),
        ("03/25/2041", "Did you mean `2041-03-25`?", ""),
        ("03/03/2041", "Did you mean `2041-03-03`?", ""),
        ("2019-02-30", "There is no 30 February 2019: that month has 28 days.", "don't guess"),
        ("2028-02-30", "that month has 29 days", ""),
        ("2041-3-1", "Did you mean `2041-03-01`?", ""),
        ("2041/03/01", "Did you mean `2041-03-01`?", ""),
        ("2041-13-05", "`2041-05-13`", ""),
        ("1 March 2041", "Did you mean `2041-03-01`?", ""),
        ("Friday 1st of Mar 2041", "Did you mean `2041-03-01`?", ""),
        ("March 1, 2041", "Did you mean `2041-03-01`?", ""),
        ("2041-03-01 10:30", "Did you mean `2041-03-01`?", ""),
        ("٢٠٤١-٠٣-٠١", "Did you mean `2041-03-01`?", ""),
        ("“2041-03-01”", "Did you mean `2041-03-01`?", ""),
        ("0041-03-01", "is in the year 41", "Check the year."),
        ("2041-00-00", "isn't a day of any year", ""),
        ("spring", "`spring` isn't a date.", "Write it like 2041-03-01, or leave it empty until it is known."),
        ("31/31/2041", "isn't a date", ""),
    ],
)
def test_a_date_that_is_not_one_is_asked_about(typed: str, told: str, help: str) -> None:
    found = one(f'conference: {{date: "{typed}"}}\n')
    assert found.rule == "SCH-DATE"
    assert told in found.message
    assert help in found.help


def test_a_line_break_after_a_value_does_not_slip_through() -> None:
    for key, value in (("date", "2041-03-01"), ("time", "10:30"), ("language", "cy")):
        assert shape(f'{HEAD}conference: {{{key}: "{value}"}}\n') == []
        assert len(shape(f'{HEAD}conference:\n  {key}: |\n    {value}\n')) == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10.30", "10:30"),
        ("9:30", "09:30"),
        ("2pm", "14:00"),
        ("12 a.m.", "00:00"),
        ("10:30pm", "22:30"),
        ("1430", "14:30"),
    ],
)
def test_a_time_as_people_write_it_is_asked_about(typed: str, meant: str) -> None:
    assert f"Did you mean `{meant}`?" in one(f"conference: {{time: '{typed}'}}\n").message


@pytest.mark.parametrize(
    ("text", "rule", "path", "told"),
    [
        ("conferense: {}\n", "SCH-KEY", "conferense", "Did you mean `conference`?"),
        ("conference: {Date of the conference: x}\n", "SCH-KEY", "conference.Date of the conference", "`date`"),
        ("conference: {minute-taker: x}\n", "SCH-KEY", "conference.minute-taker", "Did you mean `minute_taker`?"),
        ("people: [{id: a, role: parent, address: x}]\n", "SCH-KEY", "people[0].address", "under `people.contact`"),
        ("decision: continue\n", "SCH-KEY", "decision", "It belongs under `children`."),
        ("present: [a]\n", "SCH-KEY", "present", "It belongs under `discussion` or `confidential`"),
        ("date: 2041-03-01\n", "SCH-KEY", "date", "It belongs under `conference`, "),
        ("children: [{id: a, subject: yes, dob: x}]\n", "SCH-KEY", "children[0].dob", "mean `date_of_birth`?"),
        ("children: [{id: a, subject: yes, wishes: x}]\n", "SCH-KEY", "children[0].wishes", "`wishes_and_feelings`"),
        ("conference: {minute taker: x}\n", "SCH-KEY", "conference.minute taker", "Inside { }"),
        ("conference:\n  minute taker: x\n", "SCH-KEY", "conference.minute taker", "Correct the key"),
        ("conference:\n  held: online\u00a0\n", "SCH-VALUE", "conference.held", "unseen or pasted space"),
        ("conference:\n  \u200bheld: online\n", "SCH-KEY", "conference.\u200bheld", "unseen or pasted space"),
        ("conference: {held: Online}\n", "SCH-VALUE", "conference.held", "Did you mean `online`?"),
        ("conference: {register_explained: 'true'}\n", "SCH-VALUE", "conference.register_explained", "`yes`"),
        ("children: {id: a}\n", "SCH-TYPE", "children", "asks for a list, and here are keys"),
        ("conference: today\n", "SCH-TYPE", "conference", "keys with values below it, and here is a text"),
        ("conference: [date]\n", "SCH-TYPE", "conference", "and here is a list"),
        ("conference: {chair: [a]}\n", "SCH-TYPE", "conference.chair", "asks for one value, and here is a list"),
        ("conference: {chair: {id: a}}\n", "SCH-TYPE", "conference.chair", "here are keys below it"),
        ("conference: {purpose: [a]}\n", "SCH-TYPE", "conference.purpose", "asks for one value"),
        ("conference: {purpose: {txt: a}}\n", "SCH-KEY", "conference.purpose.txt", "Did you mean `text`?"),
        ("conference: {purpose: {text: a, about: b}}\n", "SCH-TYPE", "conference.purpose.about", "[b]"),
        ("people: [{id: Rhea Hollis, role: chair}]\n", "SCH-ID", "people[0].id", "can't be an id"),
        ("people: [{id: The Chair 2, role: chair}]\n", "SCH-ID", "people[0].id", "can't be an id"),
        ("conference: {language: CY}\n", "SCH-TAG", "conference.language", "Did you mean `cy`?"),
        ("conference: {language: EN-GB}\n", "SCH-TAG", "conference.language", "Did you mean `en-GB`?"),
        ("conference: {language: Welsh}\n", "SCH-TAG", "conference.language", "Did you mean `cy`?"),
    ],
)
def test_what_the_record_has_no_room_for(text: str, rule: str, path: str, told: str) -> None:
    found = one(text)
    assert (found.rule, found.place.path, found.severity, found.kind) == (rule, path, "error", "fault")
    assert told in found.message + found.help


def test_no_name_is_turned_into_an_id() -> None:
    assert "Did you mean" not in one("people: [{id: Rhea Hollis, role: chair}]\n").message
    assert "Did you mean `father-of-b`?" in one("people: [{id: father of b, role: parent}]\n").message


def test_a_reference_is_left_to_what_knows_the_ids_of_a_record() -> None:
    """`REF-01` says who may be meant; the same line isn't told twice."""
    assert shape(f"{HEAD}conference: {{chair: Rhea Hollis}}\n") == []


def test_a_file_of_ours_is_checked_by_the_same_machine() -> None:
    ours = {
        "type": "object",
        "properties": {
            "count": {"type": "integer"},
            "on": {"type": "boolean"},
            "limits": {"type": "object", "additionalProperties": {"type": "object", "required": ["cite"]}},
            "due": {"anyOf": [{"type": "null"}, {"type": "object", "required": ["limit"]}], "examples": ["none"]},
            "id": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]+$", "examples": ["KM-1"]},
            "to": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        },
    }
    assert shape("count: 3\non: true\nlimits: {a: {cite: x}}\ndue: {limit: a}\nid: KM-1\nto: [x]\n", ours) == []
    found = shape("count: x3\non: maybe\nlimits:\n  a: {time: 3}\ndue: {after: b}\nid: KM1\nto: []\n", ours)
    assert [(f.rule, f.place.path, f.place.line) for f in found] == [
        ("SCH-NUMBER", "count", 1),
        ("SCH-TYPE", "on", 2),
        ("SCH-MISSING", "limits.a.cite", 4),
        ("SCH-MISSING", "due.limit", 5),
        ("SCH-FORM", "id", 6),
        ("SCH-FORM", "to", 7),
    ]
    assert found[4].help == "Write it like `KM-1`."


def test_a_file_that_is_wrong_everywhere_is_told_so_once_and_soon() -> None:
    start = time.process_time()
    for text in (
        "".join(f"k{n}: 1\n" for n in range(19_000)),
        "people:\n" + "- []\n" * 39_000,
        "conference: {" + ", ".join(f"chaair{n}: x" for n in range(9_000)) + "}\n",
        "conference: {held: " + "x" * 390_000 + "}\n",
        "conference: {date: '" + "1/" * 190_000 + "'}\n",
        "conference: {time: '" + "1" * 390_000 + "'}\n",
        "conference: {language: '" + "a-" * 190_000 + "'}\n",
    ):
        assert len(shape(HEAD + text if text[0] == "c" else text)) <= misfits.MAX_FINDINGS + 3
    assert time.process_time() - start < 10
    assert shape("people:\n" + "- []\n" * 1_000)[-1].rule == "SCH-MORE"


def test_a_list_that_no_conference_could_make_is_told_once() -> None:
    people = "".join(f"  - {{id: p{number}, role: parent}}\n" for number in range(201))
    (told,) = shape(f"{HEAD}people:\n{people}")
    assert (told.rule, told.place.path) == ("SCH-MANY", "people")
    assert told.message == "`people` has 201 entries; at most 200 are read."


# What is missing

CONTENTS: dict[str, Any] = {
    "allOf": [
        {"x-rule": "XX-1", "x-title": "A chair is named.", "x-cite": "§1", "x-needs": ["conference.chair"]},
        {"x-rule": "XX-2", "x-severity": "warning", "x-needs": ["summary|overview"]},
        {"x-rule": "XX-3", "x-kinds": ["initial"], "x-needs": ["police_information.summary"]},
        {"x-rule": "XX-4", "x-kinds": ["ending-without-conference"], "x-needs": ["ending.decided_by"]},
    ],
    "properties": {
        "children": {
            "items": {
                "allOf": [
                    {
                        "x-rule": "XX-5",
                        "x-message": "{child}'s plan continues, but nothing says the category was looked at again.",
                        "x-help": "Add decision.category, even if it hasn't changed.",
                        "if": {
                            "properties": {
                                "decision": {"properties": {"plan": {"enum": ["continue"]}}, "required": ["plan"]}
                            },
                            "required": ["decision"],
                        },
                        "then": {"x-needs": ["decision.category.now"]},
                    },
                    {
                        "x-rule": "XX-6",
                        "x-message": "{child}: {missing} isn't written; {unknown} {id}.",
                        "x-needs": ["risk.worries", "parents_views[].text"],
                    },
                    {"x-rule": "XX-7", "required": ["name"]},
                ]
            }
        }
    },
}
FULL = """
conference: {chair: chair}
overview: Said.
children:
  - id: child-a
    name: Kit
    decision: {plan: continue, category: {now: [neglect]}}
    risk: {worries: {text: Some., about: [child-a]}}
    parents_views: [{person: mother, text: Hers.}]
"""


def missing(text: str, kind: str = "review") -> list[tuple[str, str, int, str]]:
    tree, _ = parse(text, "record.yaml")
    found = schema.gaps(
        pruned(tree.data), tree, CONTENTS, kind, lambda path: f"<{path}>", fields.build(RECORD), "Example"
    )
    assert all(f.kind == "gap" for f in found)
    return [(f.rule, f.place.path, f.place.line, f.message) for f in found]


def test_nothing_is_missing_where_all_is_written() -> None:
    assert missing(FULL) == []


def test_each_missing_thing_is_one_finding_at_the_nearest_thing_written() -> None:
    text = (
        "children:\n  - id: child-a\n    decision:\n      plan: continue\n    parents_views:\n      - person: mother\n"
    )
    told = missing(text)
    assert [(rule, path, line) for rule, path, line, _ in told] == [
        ("XX-1", "conference.chair", 1),
        ("XX-2", "summary", 1),
        ("XX-5", "children[0].decision.category.now", 3),
        ("XX-6", "children[0].risk.worries", 2),
        ("XX-6", "children[0].parents_views[0].text", 6),
        ("XX-7", "children[0].name", 2),
    ]
    assert told[2][3] == "<children[0]>'s plan continues, but nothing says the category was looked at again."
    assert told[3][3].startswith("<children[0]>: ")
    assert told[3][3].endswith(" isn't written; {unknown} child-a.")


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("chair: chair", "chair: ''", "XX-1"),
        ("overview: Said.", "overview: '  '", "XX-2"),
        ("now: [neglect]", "now: []", "XX-5"),
        ("now: [neglect]", "now: ['']", "XX-5"),
        ("{text: Some., about: [child-a]}", "{about: [child-a]}", "XX-6"),
        ("[{person: mother, text: Hers.}]", "[]", "XX-6"),
        ("text: Hers.}]", "text: Hers.}, {person: father}]", "XX-6"),
        ("name: Kit", "name:", "XX-7"),
    ],
)
def test_an_empty_value_is_not_written(old: str, new: str, rule: str) -> None:
    assert old in FULL
    assert [found[0] for found in missing(FULL.replace(old, new))] == [rule]


def test_the_condition_must_hold() -> None:
    assert missing(FULL.replace("{plan: continue, category: {now: [neglect]}}", "{plan: end}")) == []


@pytest.mark.parametrize(
    ("kind", "rules"),
    [
        ("review", ["XX-1", "XX-2"]),
        ("initial", ["XX-1", "XX-2", "XX-3"]),
        ("ending-without-conference", ["XX-4"]),
    ],
)
def test_a_requirement_is_asked_of_its_kinds_of_record(kind: str, rules: list[str]) -> None:
    assert [rule for rule, *_ in missing("reference: x\n", kind)] == rules


def test_a_gap_carries_its_clause_severity_title_and_next_step() -> None:
    tree, _ = parse("children: [{id: child-a, name: Kit, decision: {plan: continue}}]\n", "record.yaml")
    found = schema.gaps(tree.data, tree, CONTENTS, "review", lambda path: "Kit", None, "Example")
    first, second = found[0], found[1]
    assert (first.cite, first.severity, first.title) == ("Example §1", "error", "A chair is named.")
    assert first.help == "Write `conference.chair`."
    assert second.severity == "warning"
    fifth = next(f for f in found if f.rule == "XX-5")
    assert (fifth.help, fifth.subject) == ("Add decision.category, even if it hasn't changed.", "child-a")


def test_pruning_keeps_the_places_of_entries() -> None:
    data = {"a": [None, {"b": None}, "x", ""], "c": {"d": [], "e": {}}, "f": "", "g": "no"}
    assert pruned(data) == {"a": [None, {}, "x", ""], "g": "no"}


LEAVES = st.none() | st.text(max_size=20) | st.sampled_from(["review", "2041-03-01", "10:30", "yes", "a"])
KEYS = st.sampled_from([*RECORD["properties"], "id", "text", "about", "odd"])


def nested(depth: int) -> st.SearchStrategy[Any]:
    """Lists and keys within each other, down to a depth."""
    if depth == 0:
        return LEAVES
    inner = nested(depth - 1)
    return LEAVES | st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5)


json_like = nested(4)


@settings(max_examples=200, deadline=None)
@given(json_like)
def test_no_shape_of_data_breaks_the_check(data: Any) -> None:
    from cpdocs.source import Tree

    tree = Tree("record.yaml", "", data, {}, {})
    assert all(f.rule in misfits.RULES for f in schema.check_shape(tree, RECORD))
    schema.gaps(pruned(data), tree, CONTENTS, "review", lambda path: path, fields.build(RECORD))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["date", "time", "number", "tag", "line", "id"]), st.text(max_size=40))
def test_no_text_breaks_what_is_told_of_a_value(kind: str, text: str) -> None:
    if wrong(kind, text) or kind in ("tag", "id"):
        told = tell(kind, text)
        assert told.rule in misfits.RULES
        assert "\n" not in told.message


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("reveiw", "review"),
        ("Review", "review"),
        ("pre birth", "pre-birth"),
        ("", ""),
        ("xyz", ""),
        ("initail", "initial"),
    ],
)
def test_did_you_mean(word: str, meant: str) -> None:
    assert close(word, ["initial", "review", "pre-birth"]) == meant


def test_the_validator_is_loaded_only_when_something_is_checked() -> None:
    code = "import sys, cpdocs.schema; sys.exit('jsonschema_rs' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


# Two validators: what the fast one says is held against the one that is written in Python


def told_by_jsonschema(of: Any, data: Any) -> set[tuple[Any, ...]]:
    """The places and words of every error, from jsonschema with our words taught to it."""
    return {told for error in reference()(of).iter_errors(data) for told in errors_of(error)}


def errors_of(error: Any) -> Iterator[tuple[Any, ...]]:
    choices = tuple(sorted({told for below in error.context or () for told in errors_of(below)}, key=str))
    if error.validator == "x-needs":
        yield tuple(error.absolute_path), "x-needs", error.message, choices
    elif error.validator == "required":
        for key in error.validator_value:
            if error.instance.get(key) in (None, ""):
                yield tuple(error.absolute_path), "required", key, choices
    else:
        yield tuple(error.absolute_path), error.validator, "", choices


@cache
def reference() -> Any:
    def x_type(_: Any, kind: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
        if isinstance(instance, str) and wrong(str(kind), instance):
            yield ValidationError("x-type")

    def required(_: Any, keys: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
        if isinstance(instance, dict) and any(instance.get(key) in (None, "") for key in keys):
            yield ValidationError("required")

    def x_needs(_: Any, needs: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
        for need in needs if isinstance(instance, dict) else ():
            missing = [schema._unwritten(instance, option) for option in need.split("|")]
            if all(missing):
                yield from map(ValidationError, missing[0])

    def pattern(_: Any, wanted: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
        if isinstance(instance, str) and (instance.endswith("\n") or not re.search(wanted, instance)):
            yield ValidationError("pattern")

    def written(form: str) -> Any:
        return lambda _, value: isinstance(value, str) and re.fullmatch(form, value) is not None

    types = {"number": written(r"-?[0-9]{1,18}(\.[0-9]{1,18})?"), "integer": written("-?[0-9]{1,18}")}
    checker = Draft7Validator.TYPE_CHECKER.redefine_many({**types, "boolean": written("yes|no|true|false")})
    words = {"x-type": x_type, "x-needs": x_needs, "required": required, "pattern": pattern}
    return extend(Draft7Validator, words, type_checker=checker)


def told_by_us(of: Any, data: Any) -> set[tuple[Any, ...]]:
    def told(misfit: misfits.Misfit) -> tuple[Any, ...]:
        key = misfit.value[0] if misfit.word == "required" else ""
        return misfit.path, misfit.word, key, tuple(sorted({told(below) for below in misfit.context}, key=str))

    return {told(validator.misfit(error, data, of)) for error in schema._compiled(of).validator.iter_errors(data)}


SCHEMAS = {path.name.split(".")[0]: schema.load(path) for path in sorted((ROOT / "schemas").glob("*.schema.json"))}
WRITTEN = [
    *((path, "record") for path in ROOT.glob("samples/*/record.yaml")),
    *((path, "record") for path in ROOT.glob("schemas/*/samples/*.yaml")),
    *((path, "procedure") for path in ROOT.glob("schemas/*/procedure.yaml")),
    *((path, "rules") for path in ROOT.glob("schemas/*/rules.yaml")),
    *((path, "authority") for path in ROOT.glob("schemas/*/authorities/*.yaml")),
    *((path, "document") for path in ROOT.glob("templates/*/document.yaml")),
    *((path, "locale") for path in ROOT.glob("templates/locales/*/locale.yaml")),
]  # fmt: skip
ODD: list[Any] = [
    "", "x", [], {}, ["x"], {"x": "y"}, None, "2041-03-01", "2041-02-30", "2041-03-01\n", "yes", "true", "10:30",
    "10:30\n", "25:00", "A B", "a\nb", "12", "1.5", "-3", "٣", "x" * 5000, ["x", "x"], [{}], [[]], {"text": "t"},
    {"text": "t", "about": "x"}, {"txt": "t"}, {"text": "t", "audience": ["family"]}, "é", "A-1", "\u2028", "0",
    {"040": "x"},
]  # fmt: skip


def places(here: Any) -> Iterator[tuple[Any, Any]]:
    """Every place within data: what holds it, and its key or number."""
    for step in here if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ():
        yield here, step
        yield from places(here[step])


def spoilt(data: Any, chance: random.Random) -> None:
    """Change data here and there as hands do: another value, another key, one that is gone."""
    there = list(places(data))
    for _ in range(chance.choice((1, 2, 5, 30))):
        holder, step = chance.choice(there)
        if isinstance(holder, dict) and chance.random() < 0.4:
            holder[chance.choice(("odd", "text", "about", "id", "040", f"{step}x"))] = chance.choice(ODD)
        elif isinstance(holder, dict) and chance.random() < 0.3:
            holder.pop(step, None)
        else:
            holder[step] = chance.choice(ODD)


@pytest.mark.parametrize(("path", "kind"), WRITTEN, ids=lambda part: getattr(part, "parent", ROOT).name)
def test_two_validators_find_the_same_in_the_same_places(path: Path, kind: str) -> None:
    tree, _ = read(path)
    assert told_by_us(SCHEMAS[kind], tree.data) == told_by_jsonschema(SCHEMAS[kind], tree.data) == set()
    chance = random.Random(path.parent.name + path.name)
    for _ in range(4):
        broken = deepcopy(tree.data)
        spoilt(broken, chance)
        found = told_by_us(SCHEMAS[kind], broken)
        assert found == told_by_jsonschema(SCHEMAS[kind], broken)


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "bad").glob("*.yaml")), ids=lambda path: path.stem)
def test_two_validators_agree_on_every_counter_example(path: Path) -> None:
    tree, _ = read(path)
    for of in (SMALL, RECORD) if tree.whole else ():
        assert told_by_us(of, tree.data) == told_by_jsonschema(of, tree.data)


@settings(max_examples=60, deadline=None)
@given(json_like)
def test_two_validators_agree_on_any_data(data: Any) -> None:
    assert told_by_us(RECORD, data) == told_by_jsonschema(RECORD, data)


ALONE: dict[str, Any] = {"properties": {}, "items": {}, "allOf": []}
"""A requirement by itself, with the definitions it refers to and without the others."""


@pytest.mark.parametrize("procedure", ["kent-medway", "wales", "guernsey"])
def test_two_validators_agree_on_what_is_missing(procedure: str) -> None:
    contents = schema.load(ROOT / "schemas" / procedure / "contents.schema.json")
    words: set[str] = set()
    for path in sorted((ROOT / "schemas" / procedure / "samples").glob("*.yaml")):
        data = read(path)[0].data
        chance = random.Random(path.name)
        for _ in range(4):
            spoilt(data, chance)
            data = pruned(data)
            ours = {(entry["x-rule"], base, path) for entry, base, _, path in schema._misses(data, contents)}
            theirs = set()
            for pattern, entry in schema._entries(contents, ""):
                for base, row in schema._rows(data, split(pattern), ""):
                    for place, word, key, _ in told_by_jsonschema({**contents, **ALONE, **entry}, row):
                        theirs.add((entry["x-rule"], base, below(join(place), key)))
                        words.add(word)
            assert ours == theirs
    assert {"x-needs"} <= words


def test_a_need_stands_where_it_is_asked() -> None:
    for path in (ROOT / "schemas").glob("*/contents.schema.json"):
        contents = schema.load(path)
        asked = [
            part
            for _, entry in schema._entries(contents, "")
            for part in (entry, entry.get("then", {}), entry.get("else", {}))
        ]
        written = [holder for holder, key in places(contents) if key == "x-needs"]
        assert {id(holder) for holder in written} <= {id(part) for part in asked}, path


def patterns(node: Any) -> Iterator[str]:
    """Every pattern in a schema."""
    for holder, key in places(node):
        if key == "pattern" and isinstance(holder[key], str):
            yield holder[key]


WORDS = [
    "a", "A", "a-b", "A-1", "XX-12-3", "family", "family2", "2041-03-01", "10:30", "25:00", "en-GB", "x-a", "both",
    "D12", "none", "large-print", "1.5", "3", "٣", "é", "K", "{0}a{1}", "{0}{and}{1}", "children[].decision.plan",
    "record.a.b", "for/a/b.docx", "chair/x.json", "a_b", ".", "x.", "10 working days", "-5 days", "same day", "",
    "\u017f", "0" * 64,
]  # fmt: skip


@pytest.mark.parametrize("pattern", sorted({pattern for of in SCHEMAS.values() for pattern in patterns(of)}))
def test_a_pattern_means_the_same_to_both(pattern: str) -> None:
    """Each has a kind of regular expression of its own; a last line break is for neither."""
    of = {"pattern": pattern}
    assert pattern.endswith("$")
    for word in WORDS:
        for before in ("", "\n", " "):
            for after in ("", "\n", "\r", "\r\n", "\u2028", " ", "\x00", "x"):
                text = before + word + after
                assert told_by_us(of, text) == told_by_jsonschema(of, text), text


def test_a_key_of_digits_keeps_its_place() -> None:
    of = {"additionalProperties": {"type": "object", "properties": {"7": {"type": "array"}}}}
    found = shape('"040": x\n"41": {"7": y}\n"+42": x\n"00": x\n', of)
    assert [f.place.path for f in found] == ["040", "41.7", "+42", "00"]
    assert [f.place.line for f in found] == [1, 2, 3, 4]


def test_the_validator_fetches_nothing() -> None:
    """It could, in a way that no audit of Python sees: so a door stands open here, and nobody comes."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.2)
        host = f"http://127.0.0.1:{door.getsockname()[1]}/x.json"
        for reference in (host, (ROOT / "schemas" / "record.schema.json").as_uri(), "record.schema.json"):
            with pytest.raises(ValueError, match=r"[Rr]etriev"):
                schema.check_shape(parse("a: b\n", "x.yaml")[0], {"properties": {"a": {"$ref": reference}}})
        with pytest.raises(TimeoutError):
            door.accept()
    for path in (ROOT / "schemas").rglob("*.schema.json"):
        assert set(re.findall(r'"\$ref": "(.)', path.read_text(encoding="utf-8"))) <= {"#"}
