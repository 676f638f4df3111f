"""A council's own folder: what is mistyped there is told with its line, and never left out in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpdocs.library import Library
from cpdocs.procedure import DataError

KENT = "schemas/kent-medway"


def council(folder: Path, name: str, text: str) -> Library:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return Library(folder)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("authorities/medway.yaml", "name: B\ncomplaint: {name: A desk}\n", "line 2: .*`complaint`.*`complaints`"),
        ("authorities/medway.yaml", "name: B\nextra_days: {15/5/2041: Closed}\n", "line 2: `15/5/2041`"),
        ("authorities/medway.yaml", "name: B: C\n", "line 1: A colon and a space"),
        ("rules.yaml", "- id: KM-REP-11\n  severity: eror\n", "line 2: `eror`.*`error`"),
        ("rules.yaml", "- id: KM-REP-1111\n  severity: error\n", "line 1: there is no `KM-REP-1111` to change"),
        ("rules.yaml", "- severity: error\n", "line 1: `id` is missing"),
        ("rules.yaml", "- KM-REP-11\n", "line 1: An entry of this file asks for keys"),
        ("procedure.yaml", "words: {}\nsendings:\n  - {id: KM-END-99, off: 'no'}\n", "line 3: there is no `KM-END-99`"),
        ("procedure.yaml", "word: {minutes_title: Notes}\n", "line 1: There is no key `word`"),
        ("procedure.yaml", "words:\n  reviw_conference: meeting\n", "line 2: .*`reviw_conference`"),
    ],
)
def test_a_slip_in_a_councils_file_is_told_with_its_line(name: str, text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"(?s){name}, {told}"):
        council(tmp_path, f"{KENT}/{name}", text).procedure("kent-medway")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: Minutes\nreaders: [family]\nhold: [reference]\n", "line 3: There is no key `hold`"),
        ("title: Minutes\nreaders: [familly]\nholds: [reference]\n", "line 2: `familly`"),
        ("title: Minutes\nreaders: [family]\n", "line 1: `holds`"),
    ],
)
def test_a_councils_document_says_all_that_a_document_says(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"(?s)document.yaml, {told}"):
        _ = council(tmp_path, "templates/minutes/document.yaml", text).documents


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("authorities/medway.yaml", "complaints: {telephone: 01632 960200}\nremoved_days: [2041-05-06]\n"),
        ("rules.yaml", '- {id: KM-REP-11, severity: error}\n- {id: KM-REP-12, severity: "off"}\n'),
        ("procedure.yaml", "words: {minutes_title: Notes}\nsendings:\n  - {id: KM-END-15, off: 'no'}\n"),
    ],
)
def test_only_what_differs_need_be_written(name: str, text: str, tmp_path: Path) -> None:
    assert council(tmp_path, f"{KENT}/{name}", text).procedure("kent-medway").council == tmp_path / KENT


@pytest.mark.parametrize("name", ["schemas/kent-medwey/rules.yaml", "templates/minute/standard.docx"])
def test_a_folder_that_nothing_reads_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Nothing reads the folder") as told:
        council(tmp_path, name, "")
    assert "Did you mean" in told.value.help


def test_a_folder_that_is_no_councils_is_refused_and_a_new_one_is_not(tmp_path: Path) -> None:
    assert Library(tmp_path).council == tmp_path
    with pytest.raises(DataError, match="isn't a council's folder"):
        council(tmp_path, "letters/one.docx", "")
