"""Whatever is typed into a record stands in the finished files as it was typed, and nothing else does.

Every free text, line and name of whole records is replaced by text that means something to YAML, Word, Jinja,
docxtpl, Markdown, HTML or Unicode; each carries a token of its own, so that it is known again wherever it is
printed. The reader here is the standard library's XML parser and knows nothing of how the files were made.
"""

from __future__ import annotations

import copy as copying
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from cpdocs import flow, making, parts, paths, source
from cpdocs.fields import Field
from cpdocs.library import Library
from cpdocs.shelf import Shelf

ROOT = Path(__file__).parent.parent
TODAY = date(2041, 5, 6)
SAMPLES = sorted([*ROOT.glob("samples/*/record.yaml"), *ROOT.glob("schemas/*/samples/*.yaml")])
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

IN_LINE = (
    "{{ x }} {% if y %} {%p z %} {_{ x }_} {# c #} ${a} %s {0} <w:p> </w:t> <b>n</b> &amp; &#65; & < > ]]> <!-- -->"
    " \"d\" 'q' \N{RIGHT SINGLE QUOTATION MARK} \\ \\n C:\\temp | a_b_c * 3 * 4 # no ~ ` @ : - ? ! %"
    " \N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL} \N{REGIONAL INDICATOR SYMBOL LETTER G}"
    "\N{REGIONAL INDICATOR SYMBOL LETTER B} e\u0301 n\u0303\u0323 \u0e01\u0e49 \u0633\u0644\u0627\u0645"
    " \u05e9\u05dc\u05d5\u05dd soft\u00adhyphen zwnj\u200cx lrm\u200erlm\u200f no\u00a0break \U00020000"
)
NAME = (
    "{{x}} {%y%} {_{z}_} <w:p/> &amp; & \"d\" 'q'"
    " O\N{RIGHT SINGLE QUOTATION MARK}Hara \\ e\u0301 \u0633\u0644\u0627\u0645"
)
WORDS = {"list", "set"}
"""Words of English that our templates use."""
BLOCKS = (
    "1986. A hard year",
    "---",
    "===",
    "+ plus",
    "# no heading",
    "> no quote",
    "* 3 * 4",
    "    no code",
    "```",
    "| a | b |",
    "<div>",
    "[a]: http://b.example",
    "![a](b) [c](d) <http://e.example> `f` ~~g~~",
    "&nbsp; &copy; &lt;",
    "\\* \\_ \\\\ \\#",
    "Term\n: colon",
    "W" * 300,
)
"""Paragraphs that Markdown, or a careless reading of it, takes for something else (decision 22)."""


def hostile(kind: str, number: int) -> str:
    """What one field is made to hold; its token stands in it once, where a label would begin small."""
    token = f"QX{number}Z"
    if kind == "name":
        return f"{token} {NAME}"
    if kind == "line":
        return f"{token} {IN_LINE}"
    return "\n\n".join((f"{token} {IN_LINE}", *(f"{token}B{at} {block}" for at, block in enumerate(BLOCKS)), *BLOCKS))


def poisoned(data: Any, node: Field | None, path: str, typed: dict[int, tuple[str, str]]) -> Any:
    """A record's data with hostile text in every text, line and name; `typed` says under which number."""
    if node is None or data is None:
        return data
    if isinstance(data, list):
        return [poisoned(entry, node.item, f"{path}[{at}]", typed) for at, entry in enumerate(data)]
    if isinstance(data, Mapping):
        if node.is_leaf:
            return {**data, "text": poisoned(data["text"], node, path, typed)} if data.get("text") else data
        return {key: poisoned(below, node.keys.get(key), f"{path}.{key}" if path else key, typed)
                for key, below in data.items()}  # fmt: skip
    if node.type not in ("text", "line", "name") or path in ("reference", "title"):
        return data
    number = 100 + len(typed)
    typed[number] = (paths.pattern_of(path), hostile(node.type, number))
    return typed[number][1]


LIBRARY = Library(None)
SHELF = Shelf(LIBRARY)


def prepared(sample: Path, folder: Path) -> tuple[flow.Prepared, dict[int, tuple[str, str]]]:
    """A sample with hostile text everywhere, read from a file like any other record."""
    tree, found = source.read(sample)
    assert not found
    typed: dict[int, tuple[str, str]] = {}
    data = poisoned(copying.deepcopy(tree.data), LIBRARY.fields, "", typed)
    file = folder / "record.yaml"
    file.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    ready = flow.prepare(file, LIBRARY, TODAY)
    assert ready.record is not None, [finding.message for finding in ready.findings]
    faults = [f for f in ready.findings if f.kind == "fault" and f.severity == "error"]
    assert not faults, [(f.rule, f.place.path, f.message) for f in faults]
    return ready, typed


def paragraphs(xml: bytes) -> Iterator[str]:
    for paragraph in ElementTree.fromstring(xml).iter(W + "p"):
        out = []
        for element in paragraph.iter():
            if element.tag == W + "t":
                out.append(element.text or "")
            elif element.tag in (W + "br", W + "cr"):
                out.append("\n")
            elif element.tag == W + "tab":
                out.append("\t")
        yield "".join(out)


def said(data: bytes) -> list[str]:
    """Every paragraph of a file, header and footers included, as one reads it."""
    found = []
    for name, part in parts.read(data).items():
        if name.startswith("word/") and b"<w:p" in part:
            found += list(paragraphs(part))
    return found


def even(text: str) -> str:
    """Text without what the setting of a page may change: the width of spaces."""
    return re.sub(r"[ \u00a0]+", " ", text).strip()


def check(data: bytes, typed: Mapping[int, tuple[str, str]]) -> set[str]:
    """Hold a finished file against what was typed; gives the patterns of the fields that it prints."""
    lines = [even(line) for line in said(data)]
    seen: set[str] = set()
    for at, line in enumerate(lines):
        for token in re.finditer(r"QX([0-9]+)Z(?!B)", line):
            pattern, text = typed[int(token[1])]
            seen.add(pattern)
            first, *others = (even(block) for block in text.split("\n\n"))
            begun, cut, _ = line[token.start() :].partition("…”")
            if cut and line[: token.start()].endswith("“"):  # what an entry without a name is called on a chair's sheet
                assert first.startswith(begun), (pattern, begun)
                continue
            assert line.startswith(first, token.start()), (pattern, line[token.start() :])
            assert lines[at + 1 : at + 1 + len(others)] == others, pattern
    return seen


def made(ready: flow.Prepared) -> list[making.Made]:
    copies, _ = making.make(ready, LIBRARY, SHELF, final=False, today=TODAY)
    return copies


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], tuple[set[str], set[str]]]:
    """The fields of a sample that its templates ask for, and those that its copies print, as they were typed."""

    @lru_cache(maxsize=len(SAMPLES))
    def of(sample: Path) -> tuple[set[str], set[str]]:
        ready, typed = prepared(sample, tmp_path_factory.mktemp("hostile"))
        copies = made(ready)
        assert copies
        assert ready.procedure is not None
        asked: set[str] = set()
        seen: set[str] = set()
        for one in copies:
            assert one.data is not None, (one.copy.file, one.waits)
            seen |= check(one.data, typed)
            locale = SHELF.locale(one.copy.locale)
            assert locale is not None
            document = LIBRARY.documents[one.copy.document]
            asked |= SHELF.template(document, ready.procedure, locale, one.copy.format, one.copy.size).template.names
        return asked & {pattern for pattern, _ in typed.values()}, seen

    return of


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_was_typed_is_what_is_printed(
    sample: Path, printed: Callable[[Path], tuple[set[str], set[str]]]
) -> None:
    asked, seen = printed(sample)
    assert len(seen) > len(asked) / 2


def test_every_field_that_is_asked_for_is_printed_somewhere(
    printed: Callable[[Path], tuple[set[str], set[str]]],
) -> None:
    asked = set[str]().union(*(printed(sample)[0] for sample in SAMPLES))
    seen = set[str]().union(*(printed(sample)[1] for sample in SAMPLES))
    assert len(asked) > 80
    assert sorted(asked - seen) == []


def turned(ready: flow.Prepared, **into: Any) -> flow.Prepared:
    """The same copies in another language or format."""
    sent = ready.distribution
    return ready._replace(
        distribution=sent._replace(copies=tuple(copy._replace(**into) for copy in sent.copies))
    )


WAYS = {
    "large print": {"format": "large-print", "size": 18},
    "x-pseudo": {"locale": "x-pseudo"},
    "x-rtl": {"locale": "x-rtl"},
    "x-rtl in large print": {"locale": "x-rtl", "format": "large-print", "size": 24},
}


@pytest.mark.parametrize("way", WAYS)
def test_the_same_in_every_language_and_format(way: str, tmp_path: Path) -> None:
    ready, typed = prepared(ROOT / "schemas/kent-medway/samples/review.yaml", tmp_path)
    plain = [one for one in made(ready) if one.copy.format == "standard"]
    copies = {one.copy.file: one for one in made(turned(ready, **WAYS[way]))}
    for one in plain:
        other = copies[one.copy.file]
        assert one.data is not None
        assert other.data is not None, (other.copy.file, other.waits)
        assert check(other.data, typed) == check(one.data, typed), one.copy.file


INNARDS = re.compile(
    r"\b(?:None(?! recorded\b)|NaN|nan|undefined|Undefined|True|False|Markup|dict|list|tuple|set|datetime)\b\(?"
    r"|\{\{|\}\}|\{%|%\}|\{#|<[a-z_.]+ object|\[\]|\{\}|\['|\{'|cpdocs-(?:list|bullets)"
)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_of_the_machinery_is_printed(sample: Path) -> None:
    ready = flow.prepare(sample, LIBRARY, TODAY)
    own = ready.tree.text
    for one in made(ready):
        assert one.data is not None
        for name, part in parts.read(one.data).items():
            if not name.endswith((".xml", ".rels")):
                continue
            text = "\n".join(paragraphs(part) if b"<w:p" in part else ElementTree.fromstring(part).itertext())
            odd = {found[0] for found in INNARDS.finditer(text)} - set(re.findall(r"\w+", own))
            assert not odd - WORDS, (one.copy.file, name, odd)
