"""The languages that are shipped: whole, taken by gettext, and in every document their readers get."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from cpdocs import translator
from cpdocs.library import Library
from cpdocs.shelf import Shelf

ROOT = Path(__file__).parent.parent
LIBRARY = Library()
TAGS = [tag for tag in LIBRARY.locale_tags() if not tag.startswith("x-")]


@cache
def shelf() -> Shelf:
    return Shelf(LIBRARY)


def test_welsh_polish_and_urdu_are_shipped() -> None:
    assert {"cy", "pl", "ur"} <= set(TAGS)


@pytest.mark.parametrize("tag", TAGS)
def test_nothing_is_missing_or_stale_and_only_a_reviewer_is_awaited(tag: str) -> None:
    assert {finding.rule for finding in translator.locale_check(LIBRARY, tag)} <= {"LOC-REVIEW"}


@pytest.mark.parametrize("tag", TAGS)
def test_a_shipped_language_is_a_draft(tag: str) -> None:
    """A reviewer is a person whom a council names in its own folder, never one who came with the program."""
    locale = shelf().locale(tag)
    assert locale is not None
    assert locale.status == "draft"


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext's msgfmt isn't installed on this machine")
@pytest.mark.parametrize("catalogue", sorted(ROOT.glob("templates/locales/*/messages.po")), ids=lambda p: p.parent.name)
def test_gettext_accepts_the_catalogue(catalogue: Path, tmp_path: Path) -> None:
    command = ["msgfmt", "--check", "-o", str(tmp_path / "messages.mo"), str(catalogue)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("procedure", LIBRARY.procedures())
@pytest.mark.parametrize("tag", TAGS)
def test_every_document_of_its_readers_is_without_english(tag: str, procedure: str) -> None:
    locale = shelf().locale(tag)
    assert locale is not None
    if locale.procedures and procedure not in locale.procedures:
        return
    its_own = LIBRARY.procedure(procedure)
    sent = {sending.document for sending in its_own.sendings}
    for document in LIBRARY.documents.values():
        readers = document.readers & locale.readers if locale.readers else document.readers - {"chair"}
        if document.id not in sent or not readers:
            continue
        for format in document.formats:
            for size in (None, 20):
                ready = shelf().template(document, its_own, locale, format, size)
                assert ready.untranslated == (), (document.id, format)
