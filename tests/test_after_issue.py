"""After the documents went out: who gets an amended copy, who gets none, and what the record keeps of it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from cpdocs import factory, flow, making
from cpdocs.cli import main
from cpdocs.library import Library
from cpdocs.shelf import Shelf

SAMPLE = Path(__file__).parent.parent / "schemas/kent-medway/samples/review.yaml"
LIBRARY = Library()
SHELF = Shelf(LIBRARY)
TODAY, LATER = date(2041, 3, 20), date(2041, 4, 2)


def build(record: Path, out: Path, today: date, final: bool = True) -> factory.Done:
    return factory.build(factory.Job(record, out, None, today, final, False))


def to_paste(done: factory.Done) -> str:
    """The entries that a final build prints for the record."""
    return "\n".join(line for line in done.lines if line.startswith("  - {document:"))


@pytest.fixture
def issued(tmp_path: Path) -> Path:
    """A record whose first set has gone out and been entered in it."""
    record = tmp_path / "record.yaml"
    text = SAMPLE.read_text(encoding="utf-8")
    record.write_text(text, encoding="utf-8")
    done = build(record, tmp_path / "out", TODAY)
    assert "Once these are sent, add to the record, under `issued:`" in done.lines
    record.write_text(f"{text}\nissued:\n{to_paste(done)}\n", encoding="utf-8")
    return record


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.glob("for/*/*.docx")}


def test_the_lines_to_paste_are_read_back_without_a_fault_and_name_no_one(issued: Path) -> None:
    prepared = flow.prepare(issued, LIBRARY, LATER)
    assert not [f for f in prepared.findings if f.place.path.startswith("issued") and f.kind == "fault"]
    assert prepared.record is not None
    rows = prepared.record.rows("issued")
    assert len(rows) == len([c for c in prepared.distribution.copies if c.place == "for"])
    pasted = issued.read_text(encoding="utf-8").partition("\nissued:\n")[2]
    assert not [p.name for p in prepared.record.people.values() if p.name and p.name in pasted]


def test_the_fingerprint_is_the_manifests_own(issued: Path) -> None:
    listing = json.loads(next(issued.parent.glob("out/*/chair/manifest.json")).read_text(encoding="utf-8"))
    pasted = issued.read_text(encoding="utf-8")
    copies = [copy for copy in listing["copies"] if copy["file"].startswith("for/")]
    assert copies
    assert all(f"hash: {copy['content_sha256']}" in pasted for copy in copies)


def test_unchanged_copies_are_not_sent_again(issued: Path) -> None:
    done = build(issued, issued.parent / "again", LATER)
    assert "Nothing new is to be issued: what was issued hasn't changed." in done.lines
    assert done.code == factory.CLEAN
    assert not (issued.parent / "again").exists()
    assert "  already issued, unchanged: for/mother/minutes.docx" in done.lines


def test_a_correction_gives_amended_copies_to_those_whose_view_changed(issued: Path) -> None:
    """What the school said of Wren is put right: the father of Pip doesn't read of Wren, so he gets nothing new."""
    text = issued.read_text(encoding="utf-8")
    assert text.count("Mornings have a routine.") == 1
    issued.write_text(text.replace("Mornings have a routine.", "Most mornings have a routine."), encoding="utf-8")
    done = build(issued, issued.parent / "again", LATER)
    folder = next((issued.parent / "again").iterdir())
    assert files(folder) == {f"for/{id}/minutes.docx" for id in (
        "mother", "lead-worker", "school", "health-visitor", "school-nurse", "police"
    )}  # fmt: skip
    assert "  amended: for/mother/minutes.docx" in done.lines
    assert "  already issued, unchanged: for/father-of-b/minutes.docx" in done.lines
    assert "recipient: mother, date: 2041-04-02" in to_paste(done)
    assert "father-of-b" not in to_paste(done)


def test_a_record_of_which_nothing_can_be_made_puts_no_set_aside(tmp_path: Path) -> None:
    record = tmp_path / "record.yaml"
    text = SAMPLE.read_text(encoding="utf-8")
    record.write_text(text, encoding="utf-8")
    before = build(record, tmp_path / "out", TODAY, final=False)
    assert before.code == factory.CLEAN
    record.write_text(text.replace("kind: review\n", "kind: reviw\n", 1), encoding="utf-8")
    after = build(record, tmp_path / "out", TODAY, final=False)
    assert "No documents were made." in after.lines
    assert after.code == factory.NOTHING_ISSUED
    assert [path.name for path in (tmp_path / "out").iterdir() if not path.name.startswith(".")] == [
        next((tmp_path / "out").glob("*/for")).parent.name
    ]


def test_verify_asks_for_no_copy_that_had_gone_out_before(
    issued: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A set of amended copies holds no others, and so does what today would give."""
    text = issued.read_text(encoding="utf-8")
    issued.write_text(text.replace("Mornings have a routine.", "Most mornings have a routine."), encoding="utf-8")
    build(issued, issued.parent / "again", LATER)
    folder = next((issued.parent / "again").iterdir())
    assert main(["verify", str(folder), "--record", str(issued)]) == 0
    assert "not in the set" not in capsys.readouterr().out


def test_the_chairs_note_is_in_the_amended_copy_of_those_who_may_read_it(issued: Path) -> None:
    text = issued.read_text(encoding="utf-8")
    note = """
corrections:
  - by: school
    date: 2041-03-28
    significant: yes
    what: The attendance figure was last term's.
    outcome: Put right.
    chair_note: {text: The figure for attendance was put right., about: [child-a]}
"""
    issued.write_text(text.replace("94 per cent now", "93 per cent now") + note, encoding="utf-8")
    prepared = flow.prepare(issued, LIBRARY, LATER)
    made, found = making.make(prepared, LIBRARY, SHELF, final=True, today=LATER)
    assert not found
    from cpdocs.outline import outline

    said = {
        one.copy.readers[0]: "\n".join(outline(one.data or b""))
        for one in made
        if one.copy.document == "minutes" and one.data
    }
    assert "The figure for attendance was put right." in said["mother"]
    assert "last term's" not in said["mother"]  # what was wrong, and who said so, is for professionals
    assert "last term's" in said["school"]
    assert "put right" not in said["father-of-b"]
    state = {one.copy.readers[0]: one.before.state for one in made if one.copy.document == "minutes"}
    assert (state["mother"], state["father-of-b"]) == ("amended", "unchanged")


def test_the_chairs_sheet_tells_amended_from_unchanged(issued: Path) -> None:
    text = issued.read_text(encoding="utf-8").replace("Mornings have a routine.", "Most mornings have a routine.")
    issued.write_text(text, encoding="utf-8")
    prepared = flow.prepare(issued, LIBRARY, LATER)
    made, found = making.make(prepared, LIBRARY, SHELF, final=True, today=LATER)
    from cpdocs import sheets

    rows = sheets.contents(prepared, LIBRARY, made, found, LATER)["sheet"]["rows"]
    kinds = {(row["document"], row["recipient"]): row["copy_kind"] for row in rows}
    assert "amended: it was issued on 20 March 2041" in kinds["Minutes", "Tamsin Quillby (mother)"]
    assert "already issued on 20 March 2041, unchanged" in kinds["Minutes", "Joss Arkwell (father-of-b)"]


def test_a_draft_build_asks_nothing_of_what_was_issued(issued: Path) -> None:
    done = build(issued, issued.parent / "draft", LATER, final=False)
    assert not [line for line in done.lines if "issued" in line]
    assert "for/father-of-b/minutes.docx" in files(next((issued.parent / "draft").iterdir()))
