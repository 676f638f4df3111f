"""What carries each row of the catalogue: every row something, every claim pointing to something."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from cpdocs import coverage, lists, reference
from cpdocs.explain import SOFTWARE, documents_resting_on, explain, places_of
from cpdocs.library import Library
from cpdocs.procedure import DataError, entries, needs_of

ROOT = Path(__file__).parent.parent
LIBRARY = Library(root=ROOT)
WHOLE = coverage.coverage(LIBRARY)


def test_the_catalogue_has_two_hundred_rows_and_what_is_beyond_them() -> None:
    assert sum(not row.beyond for row in WHOLE.rows) == 200
    assert any(row.beyond for row in WHOLE.rows)


def test_nothing_is_wrong_with_any_claim() -> None:
    assert coverage.faults(LIBRARY) == []


@pytest.mark.parametrize("row", [row for row in WHOLE.rows if not row.beyond], ids=lambda row: row.id)
def test_a_row_of_the_sources_is_carried(row: coverage.Row) -> None:
    assert WHOLE.carried(row)
    assert row.id not in WHOLE.uncarried


@pytest.mark.parametrize("row", [row for row in WHOLE.rows if row.beyond], ids=lambda row: row.id)
def test_a_row_beyond_the_sources_is_carried_or_has_a_reason(row: coverage.Row) -> None:
    assert WHOLE.carried(row) != bool(WHOLE.uncarried.get(row.id))


@pytest.mark.parametrize(
    "row", [row for row in WHOLE.rows if not row.beyond and "deadline" in row.kinds], ids=lambda row: row.id
)
def test_a_deadline_is_carried_by_something_that_counts(row: coverage.Row) -> None:
    assert {claim.sort for claim in WHOLE.claims[row.id]} & {"limit", "rule", "sending"}


@pytest.mark.parametrize(
    "row", [row for row in WHOLE.rows if not row.beyond and "document" in row.kinds], ids=lambda row: row.id
)
def test_a_document_is_carried_by_more_than_a_field(row: coverage.Row) -> None:
    assert {claim.sort for claim in WHOLE.claims[row.id]} - {"field"}


# ------------------------------------------------------------------------- a wrong claim is found


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the data, to be spoilt."""
    for part in ("schemas", "templates", "docs"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_copy_of_the_data_has_nothing_wrong(tree: Path) -> None:
    assert coverage.faults(Library(root=tree)) == []


def test_a_new_row_is_missed_until_something_carries_it(tree: Path) -> None:
    change(
        tree / "docs/requirements.md",
        "| KM-PUR-02 |",
        "| KM-PUR-99 | Something new | rule | **error** | §1 L1 |\n| KM-PUR-02 |",
    )
    assert coverage.faults(Library(root=tree)) == ["KM-PUR-99: nothing carries it."]
    with (tree / "docs/uncarried.yaml").open("a", encoding="utf-8") as file:
        file.write("KM-PUR-99: It can't be.\n")
    assert coverage.faults(Library(root=tree)) == ["KM-PUR-99: nothing carries it."]  # a row of a source has no excuse


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("schemas/record.schema.json", '"KM-MIN-01"', '"KM-MIN-91"', "there is no row KM-MIN-91"),
        ("schemas/kent-medway/rules.yaml", "[KM-PUR-03]", "[KM-PUR-93]", "there is no row KM-PUR-93"),
        ("schemas/kent-medway/procedure.yaml", "[KM-MIN-04]", "[KM-MIN-94]", "there is no row KM-MIN-94"),
        ("schemas/kent-medway/contents.schema.json", '"x-carries": ["KM-', '"x-carries": ["XX-', "there is no row XX-"),
        ("templates/minutes/document.yaml", "KM-MIN-02:", "KM-MIN-92:", "there is no row KM-MIN-92"),
        ("docs/uncarried.yaml", "EX-MIN-01:", "EX-MIN-99:", "there is no row EX-MIN-99"),
        ("docs/uncarried.yaml", "EX-MIN-01:", "KM-PUR-01: No.\nEX-MIN-01:", "KM-PUR-01: it is carried, and"),
        ("templates/minutes/document.yaml", "The chair's signature", "The chair's hat", "don't say “The chair's hat”"),
        ("docs/behaviour.yaml", "cpdocs.workdays.Timescale", "cpdocs.workdays.Clock", "there is no cpdocs.work"),
        ("docs/behaviour.yaml", "cpdocs.workdays.Timescale", "os.system", "there is no os.system"),
        ("docs/behaviour.yaml", "::test_a_time_is_written", "::test_no_such", "there is no test tests/test_workdays"),
        ("docs/behaviour.yaml", "words: A report's", "words: No report's", "schemas/README.md doesn't say"),
    ],
)
def test_a_claim_that_points_to_nothing_is_told(tree: Path, file: str, old: str, new: str, told: str) -> None:
    change(tree / file, old, new)
    assert any(told in fault for fault in coverage.faults(Library(root=tree)))


def test_words_are_looked_for_in_the_word_file_itself(tree: Path) -> None:
    path = tree / "templates/minutes/standard.docx"
    assert any("The chair's signature" in line for line in coverage.word_lines(path.read_bytes()))
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for item in old.infolist():
            new.writestr(item, old.read(item).replace(b"chair's signature", b"chair's hand"))
    path.write_bytes(made.getvalue())
    assert any("The chair's signature" in fault for fault in coverage.faults(Library(root=tree)))


def test_a_guide_alone_is_not_enough_for_a_rule(tree: Path) -> None:
    text = (tree / "docs/behaviour.yaml").read_text(encoding="utf-8")
    guide = re.search(r"(?m)^GG-INI-11:\n((?:  .*\n)+)", text)
    assert guide
    change(
        tree / "docs/requirements.md",
        "| KM-PUR-02 |",
        "| KM-PUR-99 | Something new | rule | **error** | §1 L1 |\n| KM-PUR-02 |",
    )
    (tree / "docs/behaviour.yaml").write_text(f"{text}\nKM-PUR-99:\n{guide[1]}", encoding="utf-8")
    assert coverage.faults(Library(root=tree)) == ["KM-PUR-99: only a guide speaks of it, and it asks for more."]


# --------------------------------------------------------------------------------------- explain


def ids() -> list[str]:
    found = [id for _, table in SOFTWARE.values() for id in table] + [row.id for row in WHOLE.rows]
    for name in LIBRARY.procedures():
        procedure = LIBRARY.procedure(name)
        found += [rule.id for rule in procedure.rules] + [id for id, _, _ in entries(procedure.contents)]
        found += [sending.id for sending in procedure.sendings]
    return sorted(set(found))


def test_everything_that_has_an_id_can_be_explained() -> None:
    for id in ids():
        told = explain(id, LIBRARY)
        assert told.startswith(f"{id}: "), told
        assert "None" not in re.findall(r"(?m)^  (?:What to do|Asked of|By|When): (\S+)", told)


@pytest.mark.parametrize("id", [rule.id for name in LIBRARY.procedures() for rule in LIBRARY.procedure(name).rules])
def test_a_rule_is_explained_with_its_clause_what_to_do_and_an_example(id: str) -> None:
    told = explain(id, LIBRARY)
    assert "For example: a" in told
    assert "What to do: " in told
    assert re.search(r"A rule of .+ \(.+\)\.", told)
    assert "hold" in told or "no copy waits" in told


PASSED_ON = {"KM-MIN-12", "WA-REC-10", "WA-REC-10-asked", "WA-REC-10-passed"}
"""Errors about a record that was passed on after everything had gone out: there is no copy that could wait."""


@pytest.mark.parametrize("name", LIBRARY.procedures())
def test_an_error_holds_back_some_final_copy(name: str) -> None:
    procedure = LIBRARY.procedure(name)
    places = {
        id: (needs_of(entry, base) or [base], entry.get("x-kinds"))
        for id, entry, base in entries(procedure.contents)
        if entry.get("x-severity", "error") == "error"
    }
    for rule in procedure.rules:
        if rule.severity == "error":
            places[rule.id] = (places_of(rule, procedure, LIBRARY), rule.kinds)
    idle = {id for id, (at, kinds) in places.items() if not documents_resting_on(at, kinds, LIBRARY)}
    assert idle <= PASSED_ON


def test_every_id_that_a_finding_can_have_stands_in_a_table() -> None:
    known = {id for _, table in SOFTWARE.values() for id in table}
    used = set()
    for path in (ROOT / "cpdocs").glob("*.py"):
        used |= set(re.findall(r'"((?:SRC|SCH|REF|DIS|DIST|ACK)-[A-Z0-9-]+)"', path.read_text(encoding="utf-8")))
    assert used == known


def test_the_nearest_id_is_suggested() -> None:
    with pytest.raises(DataError) as caught:
        explain("KM-FRQ-99", LIBRARY)
    assert "Did you mean `KM-FRQ-0" in caught.value.help
    with pytest.raises(DataError) as caught:
        explain("what", LIBRARY)
    assert "An id looks like" in caught.value.help


def test_every_list_that_documents_go_to_has_words() -> None:
    assert set(reference.LISTS) == set(lists.LISTS)
