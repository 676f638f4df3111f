"""Light Markdown: free text as it was typed in, paragraphs and list entries out, nothing lost.

Four forms mean something (decision 22): a blank line between paragraphs, lists with `-` or `1.`, `**bold**`
and `*italic*`. A full line that was only wrapped while typing goes on with the next one, as in all Markdown; a
short line, or one with two spaces at its end, keeps its line break, and so does one before a pasted list's entry
(`•`, `a)`). Everything else is text, exactly as typed: `1986. A hard year`, `---`, `# no heading`, `2 * 3 * 4`,
`snake_case`, backslashes, HTML. So the block grammar here is smaller than CommonMark's, which would take many of
those for something else; emphasis is left to markdown-it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

Kind = Literal["paragraph", "bullet", "number"]

MAX_LEVEL = 8
"""Word's lists have nine levels; deeper ones stay at the ninth."""

FULL_LINE = 60
"""From this many characters on a line counts as wrapped; nobody wraps earlier, and an address has shorter lines."""

_ITEM = re.compile(r"( *)(?:(-)|([0-9]{1,3})\.)( +)(?=\S)")
_MARK = re.compile(r"[*_]")
_PASTED = re.compile(r" *(?:[•‣▪●○◦·][ \t\u00a0]|(?:\([0-9a-z]{1,4}\)|[0-9]{1,3}[.)]|[a-z]\))[ \t\u00a0])")
"""An entry of a list pasted from elsewhere: text, as it was typed, but on a line of its own."""
_LISTLIKE = re.compile(r"^ *(?:-|[0-9]{1,3}\.) ", re.M)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text set one way; a line break typed inside a paragraph is a newline here."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or list entry.

    `level` counts from 0. `number` is what an entry of a numbered list prints, 0 elsewhere; an entry with
    number 1 begins its list. A paragraph with level > 0 belongs to the list entry above it.
    """

    kind: Kind
    level: int
    number: int
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The words of the block without marks."""
        return "".join(run.text for run in self.runs)


def blocks(text: str) -> list[Block]:
    """Read free text. Never fails: what isn't one of the four forms is text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not _LISTLIKE.search(text):
        return [Block("paragraph", 0, 0, _runs(lines)) for lines in _paragraphs(text)]
    return _with_lists(text)


def _paragraphs(text: str) -> list[str]:
    found: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [_wrapped(lines) for lines in found if lines]


def _wrapped(lines: list[str]) -> str:
    """Lines of one paragraph as one text: wrapped lines joined by a space, kept breaks as newlines."""
    out = lines[0]
    for above, line in pairwise(lines):
        broken = above.endswith("  ") or len(above) < FULL_LINE or _PASTED.match(line)
        out = f"{out}\n{line}" if broken else f"{out.rstrip(' ')} {line.lstrip(' ')}"
    return out


@dataclass(slots=True)
class _Open:
    """A list that may go on: how far its entries are indented, and what its last entry printed."""

    indent: int
    content: int
    kind: Kind
    number: int
    ones: bool


def _with_lists(text: str) -> list[Block]:
    found: list[tuple[Block, list[str]]] = []
    lists: list[_Open] = []
    blank = True
    for line in text.split("\n"):
        if not line.strip():
            blank = True
            continue
        item = _ITEM.match(line)
        block = _entry(item, lists) if item else None
        if item and block:
            found.append((block, [line[item.end() :]]))
        elif blank or not found:
            indent = len(line) - len(line.lstrip(" "))
            while lists and indent < lists[-1].content:
                lists.pop()
            level = min(len(lists), MAX_LEVEL + 1)
            found.append((Block("paragraph", level, 0, ()), [line[lists[-1].content :] if lists else line]))
        else:
            # a line that goes on with the paragraph or entry above: its indentation inside a list is layout
            here = lists[-1].content if lists else 0
            indent = len(line) - len(line.lstrip(" "))
            found[-1][1].append(line[min(here, indent) :])
        blank = False
    return [replace(block, runs=_runs(_wrapped(lines))) for block, lines in found]


def _entry(item: re.Match[str], lists: list[_Open]) -> Block | None:
    """The block that a line with a list mark begins, or None where the mark is text after all."""
    indent = len(item[1])
    content = item.end()
    kind: Kind = "bullet" if item[2] else "number"
    number = int(item[3] or 0)
    depth = len(lists)
    while depth and indent < lists[depth - 1].indent:
        depth -= 1
    if depth and indent >= min(lists[depth - 1].content, lists[depth - 1].indent + 2):
        if kind == "number" and item[3] != "1":
            return None
        del lists[depth:]
        lists.append(_Open(indent, content, kind, number, True))
    else:
        here = lists[depth - 1] if depth else None
        ones = here is not None and here.ones and item[3] == "1"
        goes_on = here is not None and here.kind == kind
        if goes_on and here is not None and kind == "number":
            # a number that doesn't follow would print as another one: it is text, or begins a list
            goes_on = ones or (item[3] == str(here.number + 1) and (here.number == 1 or not here.ones))
        if goes_on and here is not None:
            del lists[depth:]
            here.ones = ones if kind == "number" else True
            here.number += kind == "number"
            here.content = content
        elif kind == "bullet" or item[3] == "1":
            del lists[max(depth - 1, 0) :]
            lists.append(_Open(indent, content, kind, number, True))
        else:
            return None
    return Block(kind, min(len(lists) - 1, MAX_LEVEL), lists[-1].number, ())


def _runs(text: str) -> tuple[Run, ...]:
    if not _MARK.search(text):
        return (Run(text),)
    runs: list[Run] = []
    bold = italic = 0
    for token in _markdown_it().parseInline(text)[0].children or ():
        if token.type in ("strong_open", "strong_close"):
            bold += token.nesting
        elif token.type in ("em_open", "em_close"):
            italic += token.nesting
        elif token.content:
            run = Run(token.content, bold > 0, italic > 0)
            if runs and (runs[-1].bold, runs[-1].italic) == (run.bold, run.italic):
                run = replace(run, text=runs.pop().text + run.text)
            runs.append(run)
    return tuple(runs)


def _may_stand(char: str, kinds: tuple[str, ...], others: str) -> bool:
    """Whether a mark may have this character (or none) on its outer side."""
    if not char or char.isspace() or char in others:
        return True
    return unicodedata.category(char) in kinds and char not in "\\#%&@{}"


@cache
def _markdown_it() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline.state_inline import Delimiter

    def emphasis(state: StateInline, silent: bool) -> bool:
        """markdown-it's own rule, but only where a word begins or ends: 2*3*4 is a sum, {_{ is braces."""
        mark = state.src[state.pos]
        if silent or mark not in "*_":
            return False
        scanned = state.scanDelims(state.pos, False)
        before = state.src[state.pos - 1 : state.pos]
        after = state.src[state.pos + scanned.length :][:1]
        for _ in range(scanned.length):
            state.push("text", "", 0).content = mark
            state.delimiters.append(
                Delimiter(
                    marker=ord(mark),
                    length=scanned.length,
                    token=len(state.tokens) - 1,
                    end=-1,
                    open=scanned.can_open and _may_stand(before, ("Ps", "Pi", "Pd"), "*_\"'/¿¡"),
                    close=scanned.can_close and _may_stand(after, ("Pe", "Pf", "Pd", "Po"), "*_"),
                )
            )
        state.pos += scanned.length
        return True

    reader = MarkdownIt("zero").enable("emphasis")
    reader.inline.ruler.at("emphasis", emphasis)
    # normalize would turn a NUL into another character; the loader refuses control characters
    reader.core.ruler.disable("normalize")
    return reader
