"""Findings and the texts they speak of in, a report to read out: as text with quoted lines, or as JSON.

Each finding shows where it is, the line with a mark under the place, what is wrong, the clause and the next
step. Masked, a report holds no name and no narrative: names are replaced by ids and lines by their position,
so that it can be sent to whoever helps. No control character of a record ever reaches the screen.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cpdocs.finding import Finding, Place, in_reading_order
from cpdocs.source import lines_of

WIDTH = 100
"""So many columns of a quoted line are shown; of a longer one, the part around the place."""
_LONGEST_MARK = 40
_TAB = "    "
_QUOTED = re.compile(r"`([^`]*)`")
_PLAIN = re.compile(r"[a-z][a-z0-9_.\[\]-]*|[A-Z]{2,4}-[A-Z0-9-]+|[0-9:./-]+")


def text(findings: Sequence[Finding], sources: Mapping[str, str], mask: Mapping[str, str] | None = None) -> str:
    """The report as text, in reading order, with a closing line that counts.

    `sources` holds the text of each file by the name its places use; a file that isn't there is shown without
    its lines. `mask` (name -> id) makes a report without names and quoted text.
    """
    return "\n\n".join([*blocks(findings, sources, mask), count(findings)]) + "\n"


def blocks(
    findings: Sequence[Finding], sources: Mapping[str, str], mask: Mapping[str, str] | None = None
) -> list[str]:
    """Each finding as `text` shows it, without the closing line."""
    veil = _Veil(mask)
    quoted = {} if mask is not None else {name: list(lines_of(source)) for name, source in sources.items()}
    return ["\n".join(_block(finding, quoted, veil)) for finding in in_reading_order(findings)]


def as_json(findings: Sequence[Finding], mask: Mapping[str, str] | None = None) -> str:
    """The report as a JSON list, in reading order, of what `as_dict` says of each finding."""
    entries = [as_dict(finding, mask) for finding in in_reading_order(findings)]
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def as_dict(finding: Finding, mask: Mapping[str, str] | None = None) -> dict[str, Any]:
    """One finding as plain values.

    Its keys: rule, severity, kind, message, file, line, column, path, cite, help, acknowledged, which is None
    or {by, date, reason}; the reason is empty in a masked report.
    """
    veil, told = _Veil(mask), finding.acknowledged
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "kind": finding.kind,
        "message": veil(finding.message),
        "file": veil.name(finding.place.file),
        "line": finding.place.line,
        "column": finding.place.column,
        "path": veil.name(finding.place.path),
        "cite": finding.cite,
        "help": veil(finding.help),
        "acknowledged": None
        if told is None
        else {"by": veil(told.by), "date": veil(told.date), "reason": "" if mask is not None else clean(told.reason)},
    }


def count(findings: Sequence[Finding]) -> str:
    """`2 errors, 1 warning; 1 acknowledged.`"""
    settled = [finding for finding in findings if finding.acknowledged is not None]
    still: list[str] = [finding.severity for finding in findings if finding.acknowledged is None]
    parts = [
        f"{number} {word if number == 1 else plural}"
        for severity, word, plural in (
            ("error", "error", "errors"),
            ("warning", "warning", "warnings"),
            ("advice", "piece of advice", "pieces of advice"),
        )
        if (number := still.count(severity))
    ]
    if settled:
        return f"{', '.join(parts) or 'Nothing more'}; {len(settled)} acknowledged."
    return f"{', '.join(parts)}." if parts else "Nothing found."


def clean(words: str) -> str:
    """A text as it may be printed: what can't be seen, or steers a screen, is shown as U+FFFD."""
    return "".join("\ufffd" if _unseen(character) else character for character in words)


def _unseen(character: str) -> bool:
    if character.isascii():
        return character < " " or character == "\x7f"
    kind = unicodedata.category(character)
    if kind == "Cf":  # joiners belong to the spelling of Urdu and of emoji
        return character not in "\u200c\u200d"
    return kind in ("Cc", "Cs", "Zl", "Zp")


def _block(finding: Finding, sources: Mapping[str, Sequence[str]], veil: _Veil) -> Iterator[str]:
    place = finding.place
    settled = finding.acknowledged
    severity = f"{finding.severity}, acknowledged" if settled else finding.severity
    yield f"{veil.name(place.file)}:{place.line}:{place.column}  {severity}  {clean(finding.rule)}"
    if finding.title and finding.title != finding.message:
        yield f"  {veil(finding.title)}"
    places = [place, *(related.place for related in finding.related)]
    wide = max(4, *(len(str(one.line)) + 2 for one in places))
    yield from _quote(place, "^", veil(finding.message), sources, wide, place.file, veil)
    for related in finding.related:
        yield from _quote(related.place, "-", veil(related.note), sources, wide, place.file, veil)
    if finding.cite:
        yield f"  cite: {clean(finding.cite)}"
    if finding.help and not settled:  # nothing is left to be done
        yield f"  help: {veil(finding.help)}"
    if settled:
        reason = "" if veil.masked else f": {clean(settled.reason)}"
        yield f"  acknowledged: {veil(settled.by)}, {veil(settled.date)}{reason}"


def _quote(
    place: Place,
    sign: str,
    note: str,
    sources: Mapping[str, Sequence[str]],
    wide: int,
    main: str,
    veil: _Veil,
) -> Iterator[str]:
    lines = sources.get(place.file)
    elsewhere = f"{veil.name(place.file)}:" if place.file != main else ""
    if lines is None or not 0 < place.line <= len(lines):
        at = f"{elsewhere}{place.line}:{place.column}: " if sign == "-" else ""
        yield f"  {at}{note}"
        return
    if elsewhere:
        yield f"  in {elsewhere}"
    shown, before, length = _window(lines[place.line - 1], place.column - 1, place.length)
    yield f"{place.line:>{wide}} | {shown}".rstrip()
    yield f"{'':>{wide}} | {' ' * before}{sign * length} {note}".rstrip()


_NEAR = 4 * WIDTH
"""Characters of a line that are looked at on either side of a mark: a line may be a whole file."""


def _window(line: str, column: int, length: int) -> tuple[str, int, int]:
    """A line as it is shown, the columns before the mark, and the columns under it."""
    left = max(0, column - _NEAR)
    right = max(left, column) + _NEAR
    more = len(line) > right
    cells = [_cell(character) for character in line[left:right]]
    column = min(column - left, len(cells))
    end = min(max(column + length, column + 1), len(cells)) or column + 1
    first, last = 0, len(cells)
    if sum(width for _, width in cells) > WIDTH:
        first, room = column, 0
        while first > 0 and room + cells[first - 1][1] <= WIDTH // 3:
            first -= 1
            room += cells[first][1]
        last = first
        room = 0
        while last < len(cells) and room + cells[last][1] <= WIDTH:
            room += cells[last][1]
            last += 1
        end = min(end, max(last, column + 1))
    head = "..." if left or first else ""
    tail = "..." if more or last < len(cells) else ""
    shown = head + "".join(character for character, _ in cells[first:last]) + tail
    before = len(head) + sum(width for _, width in cells[first:column])
    return shown, before, min(max(sum(width for _, width in cells[column:end]), 1), _LONGEST_MARK)


def _cell(character: str) -> tuple[str, int]:
    """What is shown for a character, and how many columns of a console it takes."""
    if " " <= character <= "~":
        return character, 1
    if character == "\t":
        return _TAB, len(_TAB)
    if _unseen(character):
        return "\ufffd", 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return character, 0
    return character, 2 if unicodedata.east_asian_width(character) in "WF" else 1


class _Veil:
    """What stands in for each text: itself, cleaned; or, masked, without names and without quoted words."""

    def __init__(self, mask: Mapping[str, str] | None) -> None:
        self.masked = mask is not None
        self.ids = frozenset((mask or {}).values())
        self.whole = {_folded(name): id for name, id in (mask or {}).items() if name.strip()}
        self.parts: dict[str, str] = {}
        for name, id in (mask or {}).items():
            for part in re.findall(r"\w{2,}", unicodedata.normalize("NFC", name)):
                self.parts.setdefault(_folded(part), id)
        self.full = _either(self.whole)
        self.part = _either(self.parts)

    def __call__(self, words: str) -> str:
        """A sentence; part of a name counts when it has a capital, since `will` and `may` are words too."""
        if not self.masked:
            return clean(words)
        words = _QUOTED.sub(self._quoted, unicodedata.normalize("NFC", clean(words)))
        words = self.full.sub(self._id, words)
        return self.part.sub(lambda found: self._id(found) if found.group()[0].isupper() else found.group(), words)

    def name(self, words: str) -> str:
        """A file's name or a path, where no word is a word by chance."""
        if not self.masked:
            return clean(words)
        words = self.full.sub(self._id, unicodedata.normalize("NFC", clean(words)))
        return self.part.sub(self._id, words)

    def _id(self, found: re.Match[str]) -> str:
        folded = _folded(re.sub(r"\W+", " ", found.group()))
        return self.whole.get(folded) or self.parts.get(folded) or "someone"

    def _quoted(self, found: re.Match[str]) -> str:
        words = found.group(1)
        if words in self.ids:
            return f"`{words}`"
        bare = _PLAIN.fullmatch(words) and not self.full.search(words) and not self.part.search(words)
        return f"`{words}`" if bare else "`…`"


def _either(names: Mapping[str, str]) -> re.Pattern[str]:
    """A pattern of any of the names as whole words, however they are joined and written."""
    longest = sorted(names, key=len, reverse=True)
    choices = "|".join(r"\W+".join(re.escape(word) for word in re.findall(r"\w+", name)) for name in longest)
    return re.compile(rf"(?<![^\W_])(?:{choices})(?![^\W_])" if choices else r"(?!)", re.IGNORECASE)


def _folded(name: str) -> str:
    words = re.findall(r"\w+", unicodedata.normalize("NFC", name).casefold())
    return " ".join(words)
