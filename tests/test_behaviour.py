"""What docs/behaviour.yaml says that the code does, shown on clean samples."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from cpdocs import distribution, flow, locales, parts, record, source
from cpdocs.distribution import Copy
from cpdocs.flow import Made
from cpdocs.library import Library
from cpdocs.record import Record
from cpdocs.transform.localise import localise
from cpdocs.transform.wordml import paragraphs, parse, text_parts, w

ROOT = Path(__file__).parent.parent
LIBRARY = Library(root=ROOT)


def welsh(language: str | None) -> tuple[Record, list[Copy]]:
    """The Welsh review sample with the grandmother's language written so, and the copies that travel."""
    tree, found = source.read(ROOT / "schemas/wales/samples/review.yaml")
    assert not found
    for person in tree.data["people"]:
        if person["id"] == "grandmother":
            person["needs"] = {"language": language}
    resolved, _ = record.resolve(tree, LIBRARY.procedure("wales"), LIBRARY.fields, date(2031, 2, 12))
    sent, _ = distribution.distribute(resolved, LIBRARY)
    return resolved, [copy for copy in sent.copies if copy.place == "for"]


def of_grandmother(copies: list[Copy]) -> dict[tuple[str, tuple[str, ...]], list[Copy]]:
    found: dict[tuple[str, tuple[str, ...]], list[Copy]] = defaultdict(list)
    for copy in copies:
        if copy.readers == ("grandmother",):
            found[copy.document, copy.children].append(copy)
    return found


@pytest.mark.parametrize("language", [None, "unknown", "both"])
def test_who_may_want_welsh_gets_both_languages_with_one_due_date(language: str | None) -> None:
    _, copies = welsh(language)
    pairs = of_grandmother(copies)
    assert pairs
    for pair in pairs.values():
        assert sorted(copy.locale for copy in pair) == ["cy", "en-GB"]
        assert len({copy.due for copy in pair}) == 1


def test_who_asked_for_one_language_gets_that_one() -> None:
    _, copies = welsh("cy")
    assert {copy.locale for pair in of_grandmother(copies).values() for copy in pair} == {"cy"}


def test_both_languages_of_a_document_go_out_together_or_neither_does() -> None:
    _, copies = welsh("both")
    made = [Made(copy, None if copy.locale == "cy" else b"a document", False, None) for copy in copies]
    after = flow._both_or_none(made)
    english = [one for one in after if one.copy.partner == "cy"]
    assert english
    for one in english:
        assert one.data is None
        assert "both go out together" in one.waits[-1].what
    assert all(one.data for one in after if one.copy.locale == "en-GB" and not one.copy.partner)
    whole = [Made(copy, b"a document", False, None) for copy in copies]
    assert flow._both_or_none(whole) == whole


@pytest.mark.parametrize("document", ["parent-letter", "decision-record", "child-thank-you"])
def test_the_welsh_template_has_every_paragraph_of_the_english_one(document: str) -> None:
    english = parts.read(LIBRARY.template(LIBRARY.documents[document]))
    roots = [ROOT / "templates/locales"]
    found = locales.find("x-pseudo", roots)
    assert found is not None
    other = localise(english, locales.load(found, roots)[0]).parts

    def outline(of: dict[str, bytes]) -> list[tuple[str, str]]:
        return [
            (name, "".join(style.get(w("val")) for style in one.iter(w("pStyle"))))
            for name in text_parts(of)
            for one in paragraphs(parse(of[name]))
        ]

    assert outline(dict(other)) == outline(english)
    assert set(english) == set(other)
