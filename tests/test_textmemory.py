"""Packs of a record's texts for translators, what comes back, and what a change leaves stale."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpdocs import locales, parts, textmemory
from cpdocs.textmemory import TextMemory
from cpdocs.transform import table
from cpdocs.transform.wordml import XML_SPACE, paragraphs, parse, serialise, w

DAY = dt.date(2041, 3, 1)
URDU = locales.from_data("ur", {"fonts": {"complex": "Noto Naskh Arabic"}})
WELSH = locales.from_data("cy", {})
VISIT = "Rhea sees Kit **every** Monday.\n\n- at home\n- at school"
SHARE = "A 50% share of {x} on 14 March."


def typed(docx: bytes, answers: dict[str, str]) -> bytes:
    """A pack's Word file as a translator fills it: each line of an answer a paragraph in the right cell."""
    held = parts.read(docx)
    root = parse(held["word/document.xml"])
    for row in root.iter(w("tr")):
        left, right = row.findall(w("tc"))
        source = "\n".join("".join(t.text or "" for t in p.iter(w("t"))) for p in left.findall(w("p")))
        if source not in answers:
            continue
        for paragraph in right.findall(w("p")):
            right.remove(paragraph)
        for line in answers[source].split("\n"):
            paragraph = right.makeelement(w("p"))
            text = right.makeelement(w("t"))
            text.text = line
            text.set(XML_SPACE, "preserve")
            run = right.makeelement(w("r"))
            run.append(text)
            paragraph.append(run)
            right.append(paragraph)
    held["word/document.xml"] = serialise(root)
    return parts.write(held)


def test_a_pack_holds_its_texts_once_and_nothing_else() -> None:
    made = textmemory.pack([VISIT, SHARE, VISIT + "\n", "01632 960001", ""], URDU, "14 March 2041", DAY)
    assert (made.texts, made.words) == (2, 9 + 8)
    rows = table.rows_of(parts.read(made.docx))
    assert rows == [(VISIT, ""), (SHARE, "")]
    po = made.po.decode()
    assert "Needed by 14 March 2041." in po
    assert "2 texts, 17 words, into Urdu." in po
    assert "msgctxt" not in po
    assert "#:" not in po


def test_the_urdu_column_runs_from_right_to_left_and_is_marked_as_urdu() -> None:
    made = textmemory.pack([SHARE], URDU, "", DAY)
    root = parse(parts.read(made.docx)["word/document.xml"])
    left, right = list(root.iter(w("tr")))[1].findall(w("tc"))
    (ours,), (theirs,) = paragraphs(left), paragraphs(right)
    assert ours.find(f"{w('pPr')}/{w('bidi')}") is None
    assert theirs.find(f"{w('pPr')}/{w('bidi')}") is not None
    assert theirs.find(f"{w('pPr')}/{w('rPr')}/{w('lang')}").get(w("bidi")) == "ur-PK"


@pytest.mark.parametrize("way", ["po", "docx"])
def test_what_comes_back_is_found_again_by_its_source(way: str) -> None:
    made = textmemory.pack([VISIT, SHARE], WELSH, "", DAY)
    answer = "Mae Rhea yn gweld Kit **bob** dydd Llun.\n\n- gartref\n- yn yr ysgol"
    if way == "docx":
        data = typed(made.docx, {VISIT: answer})
    else:
        memory = TextMemory("cy", {VISIT: answer})
        data = textmemory.write(memory, WELSH, DAY)
    assert textmemory.read_back(data, WELSH) == {VISIT: answer}


def test_a_memory_knows_its_text_and_no_other() -> None:
    memory, unknown = TextMemory("cy").with_returned({VISIT: "Cymraeg", "Not ours": "x"}, [VISIT, SHARE])
    assert unknown == ["Not ours"]
    assert memory.get(VISIT + "\n") == "Cymraeg"
    assert memory.get(SHARE) is None
    assert memory.get("01632 960001") == "01632 960001"
    assert memory.open([VISIT, SHARE, SHARE]) == [SHARE]


def test_a_text_changed_since_is_stale_and_names_the_old_translation() -> None:
    memory = TextMemory("cy", {VISIT: "Cymraeg"})
    now = VISIT.replace("Monday", "Tuesday")
    assert memory.state(now) == "stale"
    assert memory.older(now) == (VISIT, "Cymraeg")
    assert memory.state(now, current=[VISIT, now]) == "missing"
    assert memory.state("Something else altogether happened.") == "missing"
    assert textmemory.pack(memory.open([now]), WELSH, "", DAY).po.decode().count("Monday") == 0


def test_a_source_column_that_word_has_prettied_is_known_again() -> None:
    text = 'She said "no" - twice.'
    memory, unknown = TextMemory("cy").with_returned({"She said “no” – twice.": "Cymraeg"}, [text])
    assert (memory.get(text), unknown) == ("Cymraeg", [])


def test_the_sidecar_reads_back_and_gettext_accepts_it(tmp_path: Path) -> None:
    memory = TextMemory("ur", {VISIT: "ریا\n\n- گھر", SHARE: "{x} کا 50% حصہ"})
    data = textmemory.write(memory, URDU, DAY)
    assert textmemory.read(data, URDU) == memory
    assert data == textmemory.write(TextMemory("ur", dict(reversed(memory.said.items()))), URDU, DAY)
    for each in (data, textmemory.pack([VISIT, SHARE], URDU, "", DAY).po):
        (tmp_path / "a.po").write_bytes(each)
        run = subprocess.run(
            ["msgfmt", "--check", "-o", str(tmp_path / "a.mo"), str(tmp_path / "a.po")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.stderr == ""
    assert b"brace-format" not in data


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"PKnonsense", "isn't a Word document"), (b"msgid x", "line 1 isn't PO"), (b"\xff\xfe", "isn't UTF-8")],
)
def test_what_is_no_translation_is_refused_in_plain_words(data: bytes, why: str) -> None:
    with pytest.raises(textmemory.BadReturn, match=why):
        textmemory.read_back(data, WELSH)


def test_a_word_file_without_its_table_is_refused() -> None:
    held = parts.read(textmemory.pack([SHARE], WELSH, "", DAY).docx)
    root = parse(held["word/document.xml"])
    found = next(root.iter(w("tbl")))
    found.getparent().remove(found)
    held["word/document.xml"] = serialise(root)
    with pytest.raises(textmemory.BadReturn, match="lost its table"):
        textmemory.read_back(parts.write(held), WELSH)


@pytest.mark.parametrize(
    ("source", "translation", "doubt"),
    [
        ("On 14 March at 10.30", "ar 14 Mawrth", "10, 30"),
        ("On 14 March", "۱۴ مارچ", ""),
        ("- a\n- b", "- x", "lists"),
        ("Come", "Dewch\u200f", "U+200F"),
        ("1. Come\n2. Go", "1. Dewch\n2. Ewch", ""),
    ],
)
def test_doubts_about_a_translation_are_told(source: str, translation: str, doubt: str) -> None:
    found = textmemory.doubts(source, translation)
    assert any(doubt in told for told in found) if doubt else found == []


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=40), max_size=5
    )
)
def test_any_text_survives_the_word_table(texts: list[str]) -> None:
    made = textmemory.pack(texts, WELSH, "", DAY)
    wanted = [t for t in dict.fromkeys(textmemory.key(each) for each in texts) if any(c.isalpha() for c in t)]
    assert [row[0] for row in table.rows_of(parts.read(made.docx))] == wanted
