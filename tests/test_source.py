"""Reading: every bad file says what is wrong with it, and no text whatever breaks the reader."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cpdocs import report, schema, source
from cpdocs.slips import MAX_PER_RULE, RULES
from cpdocs.source import MAX_BYTES, MAX_NODES, Tree, parse, read
from cpdocs.unseen import any_hidden

BAD = Path(__file__).parent / "bad"
FILES = sorted(BAD.glob("*.yaml"))
SMALL = schema.load(BAD / "small.schema.json")


def rules(text: str) -> list[tuple[str, int, int]]:
    return [(f.rule, f.place.line, f.place.column) for f in parse(text, "record.yaml")[1]]


def clean(text: str) -> Tree:
    tree, found = parse(text, "record.yaml")
    assert found == []
    return tree


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_bad_file_says_what_is_wrong(path: Path, same_as: Callable[[str, Path], None]) -> None:
    tree, found = read(path, path.name)
    if path.name.startswith("shape-"):
        found = [*found, *schema.check_shape(tree, SMALL)]
    same_as(report.text(found, {path.name: tree.text}), path.with_suffix(".expected"))


def test_every_rule_of_reading_has_a_file_that_breaks_it() -> None:
    told = {line.split("  ")[-1] for path in BAD.glob("*.expected") for line in path.read_text().splitlines()}
    elsewhere = {"SRC-FILE", "SRC-SIZE", "SRC-COUNT", "SRC-SYNTAX"}  # below
    assert RULES.keys() - told - elsewhere == set()
    assert all(about.title.endswith(".") and about.help.endswith((".", "?")) for about in RULES.values())


@pytest.mark.parametrize("begin", [b"PK\x03\x04", b"{\\rtf1", b"%PDF-1.7", b"\xd0\xcf\x11\xe0"])
def test_a_word_file_is_told_as_one(begin: bytes, tmp_path: Path) -> None:
    """Not as a hundred characters that can't be seen."""
    path = tmp_path / "record.yaml"
    path.write_bytes(begin + b"\x00\x01: a\n" * 50)
    tree, found = read(path)
    assert not tree.whole
    assert [f.rule for f in found] == ["SRC-ENCODING"]
    assert "plain text" in found[0].message


SEEN_BY_ONE = {
    "escaped-surrogate",  # the fast parser stops there, PyYAML's own reads on
    "colon-before-comma",  # PyYAML's own takes `reviewed:,` for a key that is left empty
}


@pytest.mark.parametrize("path", [p for p in FILES if p.stem not in SEEN_BY_ONE], ids=lambda path: path.stem)
def test_without_the_fast_parser_the_same_is_found(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read(path)
    monkeypatch.setattr(source, "_Loader", yaml.SafeLoader)
    slow = read(path)
    assert (slow[0].data, slow[0].marks, slow[0].keys) == (fast[0].data, fast[0].marks, fast[0].keys)
    assert slow[1] == fast[1]


@pytest.mark.parametrize(
    "typed",
    ["no", "NO", "yes", "true", "null", "10:30", "0123", "1.10", "2019-02-30", "1e3", "0x1F", "07700900123", "1_000"],
)
def test_a_value_is_what_was_typed(typed: str) -> None:
    assert clean(f"a: {typed}\nb: [{typed}]\n{typed}: c\n").data == {"a": typed, "b": [typed], typed: "c"}


def test_only_an_empty_value_is_nothing() -> None:
    assert clean("a:\nb: ''\nc: ~\nd: {}\ne: [x, '']\nf:\n  -\n  - y\n").data == {
        "a": None,
        "b": "",
        "c": "~",
        "d": {},
        "e": ["x", ""],
        "f": [None, "y"],
    }


def test_places_of_values_keys_and_what_is_not_written() -> None:
    tree = clean("# head\nchildren:\n  - id: child-a\n    decision:\n      plan: continue\n  - id: child-b\n")

    def at(path: str) -> tuple[int, int, int]:
        place = tree.place(path)
        assert place.path == path
        return place.line, place.column, place.length

    assert at("children[0].decision.plan") == (5, 13, 8)
    assert at("children[0].decision") == (4, 5, 8)  # by its key
    assert at("children[0].decision.category.now") == (4, 5, 8)  # the nearest that is written
    assert at("children[1]") == (6, 5, 1)
    assert at("children") == (2, 1, 8)
    assert at("conference.date") == (2, 1, 1)
    assert at("") == (2, 1, 1)
    key = tree.key_place("children[0].decision.plan")
    assert (key.line, key.column, key.length) == (5, 7, 4)


def test_an_empty_value_is_shown_by_its_key() -> None:
    place = clean("a: 1\nconference:\n  date:\n").place("conference.date")
    assert (place.line, place.column, place.length) == (3, 3, 4)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_count_alike_however_they_end(end: str) -> None:
    tree = clean(end.join(["a: 1", "text: |", "  one", "  two", "b: 2", ""]))
    assert tree.data == {"a": "1", "text": "one\ntwo\n", "b": "2"}
    assert tree.place("b").line == 5


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("a: flat #2", True),
        ("a: flat # 2", True),
        ("a: we met at gate #b", True),
        ("a: we met # at the gate", True),
        ("a: flat  #2", True),
        ("a: at the flat\n  #2 Mill Lane", True),
        ("- flat #2", True),
        ("a: 2041-03-01  # when it was held", False),
        ("a: 2041-03-01 # when it was held", False),
        ("a: a whole sentence  # my remark", False),
        ("a:  # not known yet", False),
        ("a: # not known yet", False),
        ("a: 'flat #2'", False),
        ("a: flat#2", False),
        ("# a: flat #2\nb: c", False),
        ("a: one\n# between\nb: two", False),
        ("a:\n  - one two\n  # - three four", False),
        ("a: |\n  flat #2\n", False),
    ],
)
def test_text_lost_as_a_comment_is_told_and_a_remark_is_not(text: str, lost: bool) -> None:
    assert [rule for rule, _, _ in rules(text)] == (["SRC-HASH"] if lost else [])


@pytest.mark.parametrize(
    "character", ["\u200e", "\u200f", "\u061c", "\u200c", "\u200d", "\u00ad", "😀", "é", "ا", "\t"]
)
def test_characters_that_languages_need_are_left_alone(character: str) -> None:
    assert clean(f"a: x{character}y\n").data == {"a": f"x{character}y"}


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\x07",
        "\x0b",
        "\x0c",
        "\x1b",
        "\x7f",
        "\x85",
        "\u2028",
        "\u202e",
        "\u2066",
        "\ud800",
        "\ufffe",
        "\U0001ffff",
    ],
)
@pytest.mark.parametrize("form", ["a: x{}y\n", "a: |\n  x{}y\n", "# x{}y\na: b\n", "x{}y: b\n"])
def test_characters_that_cannot_be_seen_are_refused_wherever_they_stand(character: str, form: str) -> None:
    found = [rule for rule, _, _ in rules(form.format(character))]
    assert found[0] in ("SRC-CONTROL", "SRC-DIRECTION")
    assert len(found) == 1


def test_everything_wrong_is_told_at_once_and_in_order() -> None:
    text = "a: &x 1\na: 2\nb: flat #2\nc: \u202ed\nd: e: f\ng: \x07\n"
    assert rules(text) == [
        ("SRC-ANCHOR", 1, 4),
        ("SRC-TWICE", 2, 1),
        ("SRC-HASH", 3, 9),
        ("SRC-DIRECTION", 4, 4),
        ("SRC-COLON", 5, 5),
        ("SRC-CONTROL", 6, 4),
    ]


def test_a_file_with_a_slip_is_never_half_read() -> None:
    tree, found = parse("children:\n  - id: child-a\n  name: x\n", "record.yaml")
    assert (tree.whole, tree.data) == (False, None)
    assert [f.severity for f in found] == ["error"]


def test_so_many_of_one_kind_and_then_a_number() -> None:
    found = parse("".join(f"k{n}: x\x07\n" for n in range(50)), "record.yaml")[1]
    assert len(found) == MAX_PER_RULE + 1
    assert found[-1].message == "The same is wrong in 30 more places after this one."


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a: " + "x" * MAX_BYTES, "SRC-SIZE"),
        ("a: " + "é" * (MAX_BYTES // 2), "SRC-SIZE"),
        ("- a\n" * (MAX_NODES + 1), "SRC-COUNT"),
        ("[" * 100_000, "SRC-DEPTH"),
        ("{a: " * 50_000, "SRC-DEPTH"),
        ("- " * 100_000, "SRC-DEPTH"),
        ("? " * 100_000, "SRC-KEY"),
        ("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n" * 3000, "SRC-ANCHOR"),
        ("&a " * 100_000, None),
        ('a: "' + "\\u0007" * 60_000 + '"', "SRC-CONTROL"),
        ("a: '" + "'" * 390_000, None),
        ("\t" * 390_000, None),
        ("a: x #" * 60_000, None),
        ("\x07\n" * 190_000, "SRC-CONTROL"),
        ("a:b " * 99_000, None),
        ("".join(f"k{n}: [a, b]\n" for n in range(9_000)), ""),
        (":" * 390_000, None),
        ("a: " + "b " * 190_000 + ": c", "SRC-COLON"),
    ],
    ids=lambda value: str(value)[:12],
)
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_hostile_text_is_told_in_little_time(
    text: str, rule: str | None, loader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_Loader", getattr(yaml, loader))
    start = time.process_time()
    _, found = parse(text, "record.yaml")
    spent = time.process_time() - start
    assert spent < (2 if loader == "CSafeLoader" else 8)
    told = [f.rule for f in found]
    if rule is None:
        assert told
    elif rule:
        assert rule in told
    else:
        assert told == []


def test_files_that_cannot_be_read_are_findings(tmp_path: Path) -> None:
    def told(path: Path) -> list[str]:
        tree, found = read(path)
        assert not tree.whole
        return [f.rule for f in found]

    assert told(tmp_path / "nothing.yaml") == ["SRC-FILE"]
    assert told(tmp_path) == ["SRC-FILE"]
    assert told(Path("a\x00b")) == ["SRC-FILE"]
    assert told(Path("x" * 5000)) == ["SRC-FILE"]
    long = tmp_path / "long.yaml"
    long.write_bytes(b"a: " + b"x" * 5_000_000)
    assert told(long) == ["SRC-SIZE"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert told(tmp_path / "pipe") == ["SRC-FILE"]


anything = st.text(st.characters(), max_size=200) | st.text("ab:-#'\"[]{}&*!|>%@`,? \n\t\\\x07\u202e", max_size=80)


@settings(max_examples=300, deadline=None)
@given(anything)
@example("? ")
@example("a: |\n\ud800")
@example("%YAML 9.9\n---\na")
@example("--- \n...\nx")
@example("\ufeff\ufeffa: b")
def test_no_text_breaks_the_reader(text: str) -> None:
    tree, found = parse(text, "record.yaml")
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for finding in found:
        assert 1 <= finding.place.line <= len(lines)
        assert 1 <= finding.place.column <= len(lines[finding.place.line - 1]) + 1
        assert finding.rule in RULES
    assert tree.whole or any(f.severity == "error" for f in found)
    assert report.text(found, {"record.yaml": tree.text})


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.yaml"
    path.write_bytes(raw)
    tree, found = read(path)
    assert tree.whole or found


sayable = st.text(
    st.characters(blacklist_categories=("Cc", "Cs"), blacklist_characters="\u2028\u2029\ufeff").filter(
        lambda c: not any_hidden(c)
    ),
    max_size=120,
)


@settings(max_examples=300, deadline=None)
@given(sayable)
@example("}} {% x %} {{ a }}")
@example("''' \"\"\" ' \\ \\\\n")
@example(" leading and trailing ")
def test_what_is_said_in_quotes_comes_back_letter_by_letter(said: str) -> None:
    single = said.replace("'", "''")
    double = json.dumps(said, ensure_ascii=False)
    assert clean(f"a: '{single}'\nb: {double}\nc: [{double}]\n").data == {"a": said, "b": said, "c": [said]}


def test_a_parser_that_does_not_say_where_is_told_of_all_the_same() -> None:
    from cpdocs import slips

    assert [slip.rule for slip in slips.diagnose(["a: 1"], ValueError("somewhere"), None)] == ["SRC-SYNTAX"]


def test_a_folder_with_one_record_says_which_file_was_meant(tmp_path: Path) -> None:
    (tmp_path / "record.yaml").write_text("procedure: wales\n", encoding="utf-8")
    (found,) = read(tmp_path)[1]
    assert found.rule == "SRC-FILE"
    assert f"{(tmp_path / 'record.yaml').as_posix()}: name that" in found.message
    (tmp_path / "other.yaml").write_text("procedure: wales\n", encoding="utf-8")
    assert "name that" not in read(tmp_path)[1][0].message
