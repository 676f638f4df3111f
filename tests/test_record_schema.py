"""The record's schema explains itself: every field has words, an example, a type and an audience."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from cpdocs import fields, lists, requirements, schema, source

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / "schemas"
RECORD = json.loads((SCHEMAS / "record.schema.json").read_text(encoding="utf-8"))
CATALOGUE = requirements.rows((ROOT / "docs" / "requirements.md").read_text(encoding="utf-8"))
LABELS = {"list", "family", "professional", "subject", "chair"}
MUST_STAND = {
    "procedure",
    "kind",
    "people[].id",
    "people[].role",
    "children[].id",
    "children[].subject",
    "discussion[].item",
    "exclusions[].person",
    "acknowledgements[].rule",
}


def resolved(node: Mapping[str, Any], root: Mapping[str, Any] = RECORD) -> dict[str, Any]:
    """The node with what it refers to folded in; its own words win."""
    out: dict[str, Any] = {}
    for part in node.get("allOf", ()):
        out.update(resolved(root["definitions"][part["$ref"].removeprefix("#/definitions/")], root))
    return out | {key: value for key, value in node.items() if key != "allOf"}


@dataclass(frozen=True)
class Seen:
    path: str
    own: Mapping[str, Any]
    full: Mapping[str, Any]
    audience: str | None
    depth: int


def properties(
    node: Mapping[str, Any] = RECORD, path: str = "", audience: str | None = None, depth: int = 1
) -> Iterator[Seen]:
    """Every property a record may hold, also those that definitions bring, with the audience it inherits.

    A leaf ends the walk: the keys of a gated text belong to its type.
    """
    full = resolved(node)
    if "x-type" in full:
        return
    entry = resolved(full["items"]) if "items" in full else {}
    for below in (full, entry):
        here = path + "[]" * (below is entry)
        for key, own in below.get("properties", {}).items():
            pattern = f"{here}.{key}" if here else key
            label = resolved(own).get("x-audience", audience)
            yield Seen(pattern, own, resolved(own), label, depth)
            yield from properties(own, pattern, label, depth + 1)


ALL = list(properties())
BY_PATH = {seen.path: seen for seen in ALL}


def every_node(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping of a schema that is itself a schema or a part of one, examples left out."""
    if isinstance(node, Mapping):
        yield node
        for key, below in node.items():
            if key not in ("examples", "x-labels", "x-breaks"):
                yield from every_node(below)
    elif isinstance(node, list):
        for below in node:
            yield from every_node(below)


def faults(data: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in Draft7Validator(RECORD).iter_errors(data)]


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.schema.json")), ids=lambda path: path.name)
def test_a_schema_is_valid_draft_07_that_managed_editors_understand(path: Path) -> None:
    read = json.loads(path.read_text(encoding="utf-8"))
    assert read["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(read)
    for node in every_node(read):
        assert not {"unevaluatedProperties", "$defs", "dependentRequired", "prefixItems"} & node.keys()
        if "$ref" in node:
            assert node.keys() == {"$ref"}, f"{node['$ref']} is not alone in its allOf"


def test_a_reference_is_wrapped_in_all_of() -> None:
    wrapped = sum(len(node["allOf"]) for node in every_node(RECORD) if "allOf" in node)
    assert sum("$ref" in node for node in every_node(RECORD)) == wrapped > 300


def test_the_schema_speaks_of_the_whole_record() -> None:
    assert len(ALL) > 500
    assert len(BY_PATH) == len(ALL)
    assert {"people[].contact.address.shown_to", "children[].plan.actions[].about"} <= BY_PATH.keys()


@pytest.mark.parametrize("seen", ALL, ids=lambda seen: seen.path)
def test_a_field_has_words_an_example_and_an_audience(seen: Seen) -> None:
    assert seen.full.get("title", "").strip()
    assert len(seen.full.get("description", "").strip()) >= 5
    assert seen.full["description"].strip()[-1] in ".?!"
    assert seen.full.get("examples"), "no example"
    assert seen.audience in LABELS
    if seen.depth <= 2:
        assert seen.own.get("x-audience") in LABELS, "the first two levels say their audience themselves"


@pytest.mark.parametrize("seen", ALL, ids=lambda seen: seen.path)
def test_an_example_is_what_the_field_allows(seen: Seen) -> None:
    validator = Draft7Validator({**seen.own, "definitions": RECORD["definitions"]})
    for example in seen.full["examples"]:
        assert not list(validator.iter_errors(example)), example


@pytest.mark.parametrize("seen", ALL, ids=lambda seen: seen.path)
def test_a_field_is_a_leaf_of_a_known_type_a_mapping_or_a_list(seen: Seen) -> None:
    full = resolved(seen.full["items"]) if "items" in seen.full else seen.full
    if "x-type" in full:
        assert full["x-type"] in fields.LEAVES
        assert ("enum" in full) <= (full["x-type"] in ("code", "yesno"))
    else:
        assert full["additionalProperties"] is False


@pytest.mark.parametrize("seen", ALL, ids=lambda seen: seen.path)
def test_every_code_is_labelled_and_described(seen: Seen) -> None:
    full = resolved(seen.full["items"]) if "items" in seen.full else seen.full
    if "enum" not in full:
        assert full.get("x-type") != "yesno"
        return
    values = [value for value in full["enum"] if value is not None]
    assert list(full["x-labels"]) == values
    assert all(label.strip() for label in full["x-labels"].values())
    assert len(full["enumDescriptions"]) == len(full["enum"])
    assert all(words.strip().endswith(".") for words in full["enumDescriptions"])


@pytest.mark.parametrize("seen", ALL, ids=lambda seen: seen.path)
def test_a_field_may_be_left_empty_unless_nothing_works_without_it(seen: Seen) -> None:
    validator = Draft7Validator({**seen.own, "definitions": RECORD["definitions"]})
    assert validator.is_valid(None) == (seen.path not in MUST_STAND)


def test_what_must_stand_is_required_and_nothing_else() -> None:
    required = {
        f"{prefix}{key}"
        for prefix, node in [
            ("", RECORD),
            *((f"{seen.path}[].", seen.full["items"]) for seen in ALL if "items" in seen.full),
            *((f"{seen.path}.", seen.full) for seen in ALL if "properties" in seen.full),
        ]
        for key in node.get("required", ())
    }
    assert required == MUST_STAND | {"reference"}


def test_no_key_is_allowed_that_is_not_described() -> None:
    for node in every_node(RECORD):
        if "properties" in node and "type" in node:
            assert node["additionalProperties"] is False


def test_a_text_is_words_or_a_mapping_that_narrows_who_reads_it() -> None:
    start = {"procedure": "wales", "kind": "review", "reference": "R-1"}
    assert not faults(start | {"summary": "It went well."})
    assert not faults(start | {"summary": {"text": "It went well.", "about": ["child-a"], "from_items": []}})
    assert faults(start | {"summary": {"text": "It went well.", "abuot": ["child-a"]}})
    assert faults(start | {"summary": "x" * 20_001})


def test_an_id_is_a_word_and_never_one_of_the_words_for_readers() -> None:
    def person(id: str) -> dict[str, Any]:
        return {
            "procedure": "wales",
            "kind": "review",
            "reference": "R-1",
            "people": [{"id": id, "role": "parent"}],
        }

    assert not faults(person("father-of-b"))
    assert not faults(person("professionals-lead"))
    for bad in ("Mother", "4", "mother_of_b", "professionals", "family", "children", "", "../x"):
        assert faults(person(bad)), bad


def test_a_private_detail_is_an_allow_list_wherever_it_stands() -> None:
    places = [seen.path for seen in ALL if "shown_to" in seen.full.get("properties", {})]
    assert sorted(places) == [
        "children[].home",
        "children[].placement",
        "children[].school",
        "people[].contact.address",
        "people[].contact.email",
        "people[].contact.telephone",
        "people[].contact.workplace",
    ]
    assert {BY_PATH[place].audience for place in places} == {"subject"}


def test_the_gates_of_a_mapping_are_marked_and_never_printed() -> None:
    gates = [seen for seen in ALL if seen.path.rsplit(".", 1)[-1] in fields.GATES]
    assert len(gates) > 200
    for seen in gates:
        assert seen.own["x-gate"] is True
        assert seen.audience == "chair"


def test_what_only_professionals_or_the_chair_may_read_is_labelled_so() -> None:
    chair = ["children[].legal_planning.advice", "people[].copy", "distribution[].person", "issued[].hash"]
    professional = ["dissent[].escalation_note", "dissent[].escalated", "confidential[].text"]
    assert {BY_PATH[path].audience for path in chair} == {"chair"}
    assert {BY_PATH[path].audience for path in professional} == {"professional"}
    assert BY_PATH["exclusions[].information_to_send"].audience == "subject"


def test_a_field_is_for_kinds_of_record_that_what_holds_it_is_for() -> None:
    every = set(resolved(RECORD["properties"]["kind"])["enum"])
    with_conference = every - {"ending-without-conference"}

    def walk(node: Mapping[str, Any], path: str, kinds: set[str]) -> None:
        full = resolved(node)
        for below in (full, resolved(full["items"]) if "items" in full else {}):
            for key, own in below.get("properties", {}).items():
                narrowed = set(own.get("x-kinds", kinds))
                assert narrowed <= (kinds if path else every), f"{path}.{key}"
                assert narrowed
                walk(own, f"{path}.{key}", narrowed)

    walk(RECORD, "", with_conference)


def test_the_field_tree_reads_the_schema_as_this_test_does() -> None:
    root = fields.build(RECORD)
    for seen in ALL:
        if "x-gate" in seen.own:
            continue
        found = root.at(seen.path)
        assert found is not None
        assert found.audience == seen.audience
        assert found.title == seen.full["title"]


def test_the_catalogue_has_its_200_rows_and_those_beyond_the_sources() -> None:
    beyond = [row for row in CATALOGUE if row.beyond]
    assert len(CATALOGUE) - len(beyond) == 200
    assert len(beyond) == 77
    assert all(row.kinds and row.what and row.source for row in CATALOGUE if not row.beyond)
    assert CATALOGUE[0].id == "KM-PUR-01"
    assert CATALOGUE[0].section == "1.1"
    assert CATALOGUE[0].kinds == ("record", "rule")


def test_a_broken_catalogue_is_refused_with_its_line() -> None:
    head = "## 2. Wales\n\n| ID | Requirement | Kind | What the software should do | Source |\n"
    head += "|---|---|---|---|---|\n"
    row = "| WA-PUR-01 | Decide | record | per child | L9 |\n"
    assert requirements.rows(head + row)[0].source == "L9"
    with pytest.raises(ValueError, match="line 5: 4 cells under 5 headings"):
        requirements.rows(head + "| WA-PUR-01 | Decide | record | per child |\n")
    with pytest.raises(ValueError, match="line 6: WA-PUR-01 stands twice"):
        requirements.rows(head + row + row)


def test_every_row_about_the_record_is_carried_by_a_field() -> None:
    carried = {id for node in every_node(RECORD) for id in node.get("x-carries", ())}
    known = {row.id: row for row in CATALOGUE}
    assert not carried - known.keys(), "a field claims a row that the catalogue hasn't"
    assert [id for id, row in known.items() if "record" in row.kinds and id not in carried] == []

LEADS = [
    json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    for name in ("procedure", "rules", "document", "authority")
]


def described(root: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every property of a schema for safeguarding leads, with its path in that schema."""

    def walk(node: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        if not isinstance(node, Mapping):
            return
        for key, below in node.get("properties", {}).items():
            yield f"{path}.{key}", below
            yield from walk(below, f"{path}.{key}")
        for word in ("items", "additionalProperties"):
            yield from walk(node.get(word), path + "[]")
        for key, below in node.get("definitions", {}).items():
            yield f"{path}#{key}", below

    yield from walk(root, root["$id"])


@pytest.mark.parametrize(
    ("path", "node", "root"),
    [
        pytest.param(path, node, root, id=path)
        for root in LEADS
        for path, node in [(root["$id"], root | {"examples": []}), *described(root)]
    ],
)
def test_a_schema_for_safeguarding_leads_explains_itself(
    path: str, node: Mapping[str, Any], root: Mapping[str, Any]
) -> None:
    assert node.get("title", "").strip()
    assert node.get("description", "").strip()[-1:] in {".", "?"}
    assert node["examples"] or path == root["$id"]
    validator = Draft7Validator({**node, "definitions": root["definitions"]})
    for example in node["examples"]:
        assert not list(validator.iter_errors(example)), example
    if "enum" in node:
        assert len(node["enumDescriptions"]) == len(node["enum"])


def test_the_rules_schema_knows_every_word_that_a_shape_is_told() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "cpdocs" / "rules").glob("*.py"))
    told = set(re.findall(r'rule\.(?:text|names)\("(\w+)"|rule\.given\.get\("(\w+)"', source))
    words = {word for pair in told for word in pair if word}
    assert {"since", "message"} <= words
    known = next(root for root in LEADS if root["$id"] == "rules.schema.json")["items"]["properties"]
    assert not words - known.keys(), "give it a title, a description and an example in rules.schema.json"


def test_roles_and_kinds_are_the_same_words_in_every_schema() -> None:
    roles = {seen.path: seen.full["enum"] for seen in ALL if seen.path in ("people[].role", "kind")}
    for root in LEADS:
        if "role" in root["definitions"]:
            assert root["definitions"]["role"]["enum"] == roles["people[].role"]
        if "kind" in root["definitions"]:
            assert root["definitions"]["kind"]["enum"] == roles["kind"]


def test_the_lists_of_a_sending_are_those_the_distribution_knows() -> None:
    procedure = LEADS[0]["properties"]["sendings"]["items"]["properties"]
    assert set(procedure["to"]["items"]["enum"]) == set(lists.LISTS)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        pytest.param(path, name, id=str(path.relative_to(ROOT)))
        for pattern, name in [
            ("schemas/*/procedure.yaml", "procedure"),
            ("schemas/*/rules.yaml", "rules"),
            ("schemas/*/authorities/*.yaml", "authority"),
            ("templates/*/document.yaml", "document"),
        ]
        for path in sorted(ROOT.glob(pattern))
    ],
)
def test_what_is_shipped_fits_its_schema(path: Path, name: str) -> None:
    tree, found = source.read(path)
    assert found == []
    assert schema.check_shape(tree, schema.load(SCHEMAS / f"{name}.schema.json")) == []


def guide_examples() -> list[str]:
    guide = (SCHEMAS / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```yaml\n(.*?)^```$", guide, flags=re.MULTILINE | re.DOTALL)


def test_the_guide_shows_records_that_fit_the_schema() -> None:
    examples = guide_examples()
    assert len(examples) > 5
    for example in examples:
        keys = {line.split(":")[0] for line in example.splitlines()}
        head = "procedure: kent-medway\nkind: review\nreference: R-1\n"
        tree, found = source.parse(head + example, "README.md")
        assert found == [], sorted(keys)
        assert schema.check_shape(tree, RECORD) == [], sorted(keys)


def test_the_guide_explains_every_word_of_our_own() -> None:
    guide = (SCHEMAS / "README.md").read_text(encoding="utf-8")
    words = {key for node in every_node(RECORD) for key in node if key.startswith("x-")}
    assert words == set(re.findall(r"^\| `(x-[a-z-]+)` \|", guide, flags=re.MULTILINE))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("people: [{id: mother, role: parent, needs: {language: unknown}}]", []),
        ("people: [{id: mother, role: parent, needs: {language: both, formats: [large-print], print_size: 18}}]", []),
        ("people: [{id: mother, role: parent, needs: {language: Welsh please}}]", ["people[0].needs.language"]),
        ("people: [{id: mother, role: parent, needs: {formats: [big]}}]", ["people[0].needs.formats[0]"]),
        ("reports: [{title: School's report, translated_into: [ur, large-print]}]", []),
        ("conference: {time: '10:30', date: 2041-03-01, held: online}", []),
        ("conference: {time: half past, date: 01/03/2041, held: zoom}", ["held", "date", "time"]),
        ("children: [{id: child-a, subject: maybe}]", ["children[0].subject"]),
        ("discussion: [{title: Home}]", ["discussion[0].item"]),
        ("next_review: [{date: 2041-08-02}]", ["next_review"]),
    ],
)
def test_a_slip_is_found_where_it_stands(text: str, wrong: list[str]) -> None:
    tree, found = source.parse(f"procedure: wales\nkind: review\nreference: R-1\n{text}\n", "record.yaml")
    assert found == []
    paths = {finding.place.path for finding in schema.check_shape(tree, RECORD)}
    assert paths == {path if "[" in path or "_" in path else f"conference.{path}" for path in wrong}
