"""What `cpdocs new` writes: an empty record that parses, holds every key of its kind and states no fact."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cpdocs import fields, procedure, schema, source, spine
from cpdocs.skeleton import EDITOR_SAYS, LATER, RESTRICTION, SPARED, WITH_CONFERENCE, offering, skeleton

SCHEMA = schema.load(Path(__file__).parent.parent / "schemas" / "record.schema.json")
KINDS = list(SCHEMA["properties"]["kind"]["enum"])


def written(kind: str, order: list[str] | None = None) -> str:
    return skeleton("kent-medway", kind, dict(SCHEMA), order)


def uncommented(text: str) -> str:
    """The skeleton after a minute-taker took away the # before the entries of every list, inner lists too."""
    before = ""
    while before != text:
        before = text
        text = re.sub(r"^( *)# ((?:- | {2,})(?:#.*|[a-z_]+:.*))$", r"\1\2", text, flags=re.MULTILINE)
    return text


def parsed(text: str) -> source.Tree:
    tree, found = source.parse(text, "new.yaml")
    assert found == []
    return tree


def keys(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            here = f"{path}.{key}" if path else key
            yield here
            yield from keys(below, here)
    elif isinstance(value, list):
        for entry in value:
            yield from keys(entry, path + "[]")


def allowed(kind: str) -> Iterator[str]:
    """Every key of the schema that is for this kind of record, read apart from the code under test."""

    def resolved(node: Mapping[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for part in node.get("allOf", ()):
            out |= resolved(SCHEMA["definitions"][part["$ref"].removeprefix("#/definitions/")])
        return out | {key: value for key, value in node.items() if key != "allOf"}

    def walk(node: Mapping[str, Any], path: str, kinds: list[str]) -> Iterator[str]:
        full = resolved(node)
        if "x-type" in full:
            return
        if "items" in full:
            yield from walk(full["items"], path + "[]", kinds)
        for key, below in full.get("properties", {}).items():
            own = below.get("x-kinds", kinds)
            if kind in own and "x-gate" not in below:
                here = f"{path}.{key}" if path else key
                yield here
                yield from walk(below, here, own)

    yield from walk(SCHEMA, "", list(WITH_CONFERENCE))


@pytest.mark.parametrize("kind", KINDS)
def test_it_parses_and_only_its_reference_must_still_be_written(kind: str) -> None:
    findings = schema.check_shape(parsed(written(kind)), SCHEMA)
    assert [(finding.rule, finding.place.path) for finding in findings] == [("SCH-MISSING", "reference")]


@pytest.mark.parametrize("kind", KINDS)
def test_its_lists_parse_once_their_signs_are_taken_away(kind: str) -> None:
    text = uncommented(written(kind))
    assert text != written(kind)
    findings = schema.check_shape(parsed(text), SCHEMA)
    assert {finding.rule for finding in findings} <= {"SCH-MISSING"}


@pytest.mark.parametrize("kind", KINDS)
def test_it_holds_every_key_that_makes_sense_for_its_kind_and_no_other(kind: str) -> None:
    shown = set(keys(parsed(uncommented(written(kind))).data))
    expected = {
        path
        for path in allowed(kind)
        if path not in LATER and not path.startswith(tuple(f"{later}[]" for later in LATER))
    }
    spared = {path for path in expected - shown if path.rsplit(".", 1)[-1] in SPARED}
    begun = {path for path in expected if RESTRICTION in path}  # it would hold up every copy while it is empty
    assert shown == expected - spared - begun
    assert (f"# `{RESTRICTION}:` with `reason:`" in written(kind)) == bool(begun)
    assert all(path.rsplit(".", 1)[0] + ".shown_to" in shown for path in spared)


@pytest.mark.parametrize("kind", KINDS)
def test_it_states_no_fact(kind: str) -> None:
    def values(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
        if isinstance(value, Mapping):
            for key, below in value.items():
                yield from values(below, f"{path}.{key}".lstrip("."))
        elif isinstance(value, list):
            for entry in value:
                yield from values(entry, path + "[]")
        elif value is not None:
            yield path, value

    stated = dict(values(parsed(written(kind)).data))
    assert stated.keys() == {
        "procedure", "kind", "people[].id", "people[].role", "children[].id", "children[].subject",
    }  # fmt: skip


def test_its_people_and_children_have_parts_and_no_names() -> None:
    data = parsed(written("review")).data
    assert [(person["id"], person["role"]) for person in data["people"]] == [
        ("mother", "parent"),
        ("father", "parent"),
        ("lead-worker", "lead-worker"),
        ("chair", "chair"),
        ("minute-taker", "minute-taker"),
    ]
    assert [child["id"] for child in data["children"]] == ["child-a", "child-b"]
    assert data["children"][0].keys() == data["children"][1].keys()


def test_an_ending_without_a_conference_asks_for_no_conference() -> None:
    data = parsed(written("ending-without-conference")).data
    assert "ending" in data
    assert not {"conference", "attended", "discussion", "minutes", "next_reviews"} & data.keys()
    assert "chair" not in [person["id"] for person in data["people"]]
    assert "ending" not in parsed(written("review")).data


def test_a_first_conference_asks_for_nothing_of_an_earlier_one() -> None:
    first, review = (set(keys(parsed(uncommented(written(kind))).data)) for kind in ("initial", "review"))
    assert "conference.strategy_discussion_on" in first - review
    assert {"children[].decision.end", "children[].outcomes", "initial_conferences"} <= review - first


def test_keys_stand_in_the_procedures_order() -> None:
    child_order = ["risk.worries", "decision.reasons", "decision.plan"]
    order = ["summary", *(f"children[].{path}" for path in child_order), "overview"]
    data = parsed(written("review", order)).data
    top, child = list(data), list(data["children"][0])
    assert top.index("summary") < top.index("overview")
    assert top[:6] == ["procedure", "authority", "kind", "reference", "conference", "people"]
    assert child.index("risk") < child.index("decision") < child.index("plan")
    decision = list(data["children"][0]["decision"])
    assert decision.index("reasons") < decision.index("plan")
    assert child[:3] == ["id", "name", "other_names"]
    usual = parsed(written("review")).data
    assert list(usual).index("overview") < list(usual).index("summary")


def test_every_code_is_shown_with_its_meaning() -> None:
    text = written("review")
    assert "      #   continue-changed  The plan continues with changes\n" in text
    assert "  #   hybrid     In person and online\n" in text
    assert "    #   lead-worker\n" in text


def test_it_begins_with_the_line_that_editors_look_for_and_fits_a_screen() -> None:
    lines = written("review").splitlines()
    assert lines[0] == "# yaml-language-server: $schema=record.schema.json"
    assert max(map(len, lines)) <= 112
    assert not [line for line in lines if line != line.rstrip() or "\t" in line]


def test_an_unknown_kind_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"`revue` is no kind of conference\. Write one of: initial, pre-birth, re"):
        written("revue")


@pytest.mark.parametrize("kind", KINDS)
def test_everyone_it_names_is_known_to_the_stages_after_it(kind: str, tmp_path: Path) -> None:
    head = {
        "title": "T", "source": "S", "dated": "2041-01-01", "words": {}, "limits": {}, "sendings": [],
        "calendar": {"country": "GB", "subdivision": "ENG"},
    }  # fmt: skip
    (tmp_path / "procedure.yaml").write_text(json.dumps(head), encoding="utf-8")
    (tmp_path / "rules.yaml").write_text("[]", encoding="utf-8")
    (tmp_path / "contents.schema.json").write_text("{}", encoding="utf-8")
    made, found = spine.resolve(
        parsed(written(kind)), procedure.load(tmp_path), fields.build(SCHEMA), dt.date(2041, 3, 1)
    )
    assert found == []
    assert {"mother", "father", "lead-worker", "child-a", "child-b"} <= made.people.keys()


def test_a_new_record_offers_the_words_that_only_its_procedure_knows() -> None:
    choices = {"authority": {"west": "West Council"}, "people[].agency_group": {"health": "All health staff"}}
    schema = offering(SCHEMA, choices)
    text = skeleton("kent-medway", "review", schema, None)
    assert "#   west  West Council\nauthority:\n" in text
    assert "    #   health  All health staff\n    agency_group:\n" in text
    offered = schema["properties"]["people"]["items"]["properties"]["agency_group"]
    assert offered["enum"] == ["health", None]
    assert len(offered["enumDescriptions"]) == 2
    assert "enum" not in SCHEMA["properties"]["authority"], "the shipped schema stays as it is"


def test_an_editor_shows_what_each_field_says_of_itself() -> None:
    """A definition that many fields share says nothing: an editor showed `Write yes or no` for each question."""
    schema = offering(SCHEMA, {})
    shared = schema["definitions"]
    assert not any({"title", "description", "examples"} & node.keys() for node in shared.values())
    assert shared["text"]["properties"]["about"]["description"] == SCHEMA["definitions"]["gate_about"]["description"]
    assert schema["properties"]["procedure"]["description"]
    assert EDITOR_SAYS.keys() <= shared.keys()
    assert "description" in SCHEMA["definitions"]["yesno"], "the shipped schema stays as it is"
