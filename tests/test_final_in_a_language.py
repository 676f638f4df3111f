"""A final copy in another language: made only when a named person answers for it and nothing is left to translate."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cpdocs import textmemory
from cpdocs.flow import prepare
from cpdocs.library import Library
from cpdocs.making import make
from cpdocs.outline import outline
from cpdocs.results import Made, Prepared
from cpdocs.shelf import Shelf
from cpdocs.translation import sidecar

ROOT = Path(__file__).parent.parent
DAY = date(2031, 2, 13)
Build = Callable[..., tuple[Prepared, list[Made]]]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Build the Welsh review sample as final, in a folder where its translations can lie beside it."""
    record = tmp_path / "record.yaml"
    shutil.copy(ROOT / "schemas/wales/samples/review.yaml", record)

    def go(*, reviewed: bool = True, translated: bool = True, spoil: str = "") -> tuple[Prepared, list[Made]]:
        council = tmp_path / "council"
        folder = council / "templates/locales/cy"
        folder.mkdir(parents=True, exist_ok=True)
        words = "reviewer: {name: Nerys Blodwen-Pugh, date: 2031-01-09}\n" if reviewed else "name: Welsh\n"
        (folder / "locale.yaml").write_text(words, encoding="utf-8")
        library = Library(council)
        shelf = Shelf(library)
        locale = shelf.locale("cy")
        assert locale is not None
        if spoil:
            said = {key: value for key, value in locale.said.items() if spoil not in key[1]}
            assert len(said) < len(locale.said)
            shelf._locales["cy"] = replace(locale, said=said)
        prepared = prepare(record, library, DAY)
        assert prepared.survey is not None
        if translated:
            texts = [leaf.value for leaf in prepared.survey.leaves if leaf.type in ("text", "line")]
            memory, _ = textmemory.TextMemory("cy").with_returned({text: f"Cymraeg: {text}" for text in texts}, texts)
            sidecar(record, "cy").write_bytes(textmemory.write(memory, locale, DAY))
        return prepared, make(prepared, library, shelf, final=True, today=DAY)[0]

    return go


def welsh(made: list[Made]) -> list[Made]:
    return [one for one in made if one.copy.locale == "cy" and one.copy.place == "for"]


def waits(made: list[Made]) -> set[str]:
    return {wait.what for one in welsh(made) for wait in one.waits}


def test_reviewed_and_translated_the_welsh_is_issued_beside_the_english(build: Build) -> None:
    _, made = build()
    assert welsh(made)
    assert not waits(made)
    for one in welsh(made):
        assert one.data is not None
        assert not one.draft
        if one.copy.partner:
            twin = next(
                other
                for other in made
                if other.copy.locale == one.copy.partner
                and (other.copy.document, other.copy.readers, other.copy.children)
                == (one.copy.document, one.copy.readers, one.copy.children)
            )
            assert twin.data is not None
            assert twin.copy.due == one.copy.due


def test_both_versions_say_that_welsh_is_welcome_and_who_signs(build: Build) -> None:
    prepared, made = build()
    assert prepared.record is not None
    chair = prepared.record.name_of(str(prepared.record.get("conference.chair")))
    letters = [one for one in made if one.copy.document.startswith("parent-letter") and one.data is not None]
    assert {one.copy.locale for one in letters} >= {"cy", "en-GB"}
    for one in letters:
        assert one.data is not None
        text = "\n".join(outline(one.data))
        assert chair in text
        welcome = "croesawu gohebiaeth yn Gymraeg" if one.copy.locale == "cy" else "We welcome correspondence in Welsh"
        assert welcome in text


def test_without_a_named_reviewer_nothing_is_issued_in_the_language(build: Build) -> None:
    _, made = build(reviewed=False)
    assert all(one.data is None for one in welsh(made))
    assert "a named reviewer of the Welsh wording" in waits(made)


def test_a_text_of_the_record_without_translation_holds_the_copy_back(build: Build) -> None:
    _, made = build(translated=False)
    held = [one for one in welsh(made) if one.texts]
    assert held
    assert all(one.data is None for one in held)


def test_the_english_twin_waits_for_the_welsh(build: Build) -> None:
    _, made = build(reviewed=False)
    twins = [one for one in made if one.copy.partner == "cy"]
    assert twins
    assert all(one.data is None for one in twins)


def test_a_sentence_that_lost_its_translation_is_named(build: Build) -> None:
    _, made = build(spoil="We welcome correspondence in Welsh")
    assert any("We welcome correspondence in Welsh" in what for what in waits(made))
