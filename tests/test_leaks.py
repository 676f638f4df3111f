"""The search for what is withheld, reader by reader: what it looks for, where, and what it leaves out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cpdocs import flow, making, source
from cpdocs.distribution import Copy
from cpdocs.leaks import Searches, search_copy
from cpdocs.library import Library
from cpdocs.shelf import Shelf

LIBRARY = Library()
SHELF = Shelf(LIBRARY)
TODAY = date(2041, 3, 20)
STOCK = "The conference decided that this child goes on as before."

RECORD = """
procedure: kent-medway
kind: review
reference: KM-TEST-LEAKS
conference: {date: 2041-03-06, chair: chair}
people:
  - {id: chair, name: Imara Holdsworth, role: chair}
  - {id: worker, name: Bettina Marlow, role: lead-worker}
  - {id: officer, name: Corwin Ashgrove, role: professional, audience: [worker]}
  - {id: mother, name: Tamsin Quillby, role: parent, relevant: "yes", needs: {language: x-rtl}}
children:
  - {id: child-a, name: Wren, subject: "yes", decision: {plan: continue}}
relations:
  - {person: mother, child: child-a, as: mother}
attended:
  - {person: worker}
  - {person: mother}
overview: {text: The neighbour at the corner told us about the nights in March., audience: [professionals]}
summary: What all may read.
"""


def prepared(text: str = RECORD, file: str = "record.yaml") -> flow.Prepared:
    tree, found = source.parse(text, file)
    assert not found
    made = flow.judge(tree, found, LIBRARY, TODAY)
    assert made.searches is not None
    return made


def minutes(ready: flow.Prepared, reader: str = "mother") -> Copy:
    return next(c for c in ready.distribution.copies if c.document == "minutes" and c.readers == (reader,))


def hits(text: str, file: bytes, reader: str = "mother", **more: object) -> set[str]:
    """The places of what is withheld from a reader and stands in a file; the file is plain text here."""
    ready = prepared(text)
    assert ready.searches is not None
    named = minutes(ready, reader)._replace(file=minutes(ready, reader).file.with_suffix(".txt"))
    found = search_copy(ready.searches, named, file, **more)  # type: ignore[arg-type]
    assert {f.subject for f in found} <= {reader}
    assert {f.rule for f in found} <= {"DIS-05"}
    return {f.place.path for f in found}


def test_six_words_of_a_withheld_text_are_found_and_five_are_not() -> None:
    assert hits(RECORD, b"... told us about the nights in March.") == {"overview"}
    assert hits(RECORD, b"... about the nights in March.") == set()
    assert hits(RECORD, b"... told us about the nights in March.", "worker") == set()


def test_someone_whom_the_record_keeps_from_a_reader_is_found_by_name() -> None:
    assert hits(RECORD, b"Mr Ashgrove was there.") == {"people[2].name"}
    assert hits(RECORD, b"Mr Ashgrove was there.", "worker") == set()


def test_such_a_name_typed_into_a_text_is_told_with_both_places() -> None:
    ready = prepared(RECORD.replace("What all may read.", "Corwin Ashgrove may be rung at night."))
    told = [f for f in ready.findings if f.rule == "DIS-05" and f.subject == "mother"]
    assert [(f.place.path, f.related[0].place.path) for f in told] == [("summary", "people[2].name")]
    assert told[0].place.line != told[0].related[0].place.line


def test_a_readers_own_name_is_no_secret_to_them() -> None:
    """The supporter's row is for others only; their own copy still bears their name."""
    text = RECORD.replace('relevant: "yes", needs', 'relevant: "yes", audience: [worker], needs')
    assert hits(text, b"Copy for Tamsin Quillby.") == set()


def test_what_the_template_says_to_everyone_is_no_leak_but_a_detail_always_is() -> None:
    text = RECORD.replace("The neighbour at the corner told us about the nights in March.", STOCK)
    assert hits(text, STOCK.encode()) == {"overview"}
    assert hits(text, STOCK.encode(), stock=["Before. " + STOCK + " After."]) == set()
    assert hits(text, b"Mr Ashgrove", stock=["Mr Ashgrove"]) == {"people[2].name"}


def test_the_words_of_the_template_are_taken_from_the_template() -> None:
    ready = prepared()
    assert ready.procedure is not None
    locale = SHELF.locale("en-GB")
    assert locale is not None
    template = SHELF.template(LIBRARY.documents["minutes"], ready.procedure, locale, "standard", None).template
    said = list(making._said_to_all(template))
    assert "Who was there" in said
    assert not [piece for piece in said if "<w:" in piece]


def test_a_translation_of_a_withheld_text_is_found_in_a_translated_copy() -> None:
    said = "Sąsiad z rogu opowiedział nam o nocach w marcu i kwietniu."
    memory = {"The neighbour at the corner told us about the nights in March.": said}.get
    assert hits(RECORD, said.encode()) == set()
    assert hits(RECORD, said.encode(), memory=memory) == {"overview"}
    twice = RECORD.replace("What all may read.", "The neighbour at the corner told us about the nights in March.")
    assert hits(twice, said.encode(), memory=memory) == set()  # the reader may read just this elsewhere


def test_a_copy_that_holds_such_a_translation_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A translator put the withheld sentence into the text beside it."""
    kept = "The neighbour at the corner told us about the nights in March."
    record = tmp_path / "record.yaml"
    text = RECORD.replace("summary: What all may read.", "summary: What all may read, and know as well.")
    record.write_text(text, encoding="utf-8")
    wrong = "Sasiad z rogu opowiedzial nam o nocach w marcu"
    memory = {kept: wrong, "What all may read, and know as well.": f"Co wszyscy wiedza. {wrong} i tyle"}
    monkeypatch.setattr("cpdocs.translation.beside", lambda *_: lambda tag: memory.get if tag == "x-rtl" else None)
    ready = flow.prepare(record, LIBRARY, TODAY)
    made, found = making.make(ready, LIBRARY, SHELF, final=False, today=TODAY)
    theirs = next(one for one in made if one.copy.document == "minutes" and one.copy.readers == ("mother",))
    assert theirs.data is None
    assert {f.place.path for f in found if f.subject == "mother"} == {"overview"}
    memory["What all may read, and know as well."] = "Co wszyscy wiedza"
    made, found = making.make(ready, LIBRARY, SHELF, final=False, today=TODAY)
    assert not found
    assert next(o for o in made if o.copy.document == "minutes" and o.copy.readers == ("mother",)).data


def test_readers_from_whom_the_same_is_kept_share_a_search() -> None:
    ready = prepared()
    assert ready.survey is not None
    searches = Searches(ready.survey)
    assert searches.of("mother") is searches.of("mother")
    assert searches.of("mother") is not searches.of("worker")
