"""The slips people make in YAML, told in their words: a parser's error and the line in, what to mend out.

Every rule id of `source` stands in RULES with its title and next step, so that `explain` can print them. The
parser's own sentence is never shown; it only helps to tell which slip it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cpdocs.finding import Finding, Place, Related, RuleText, Severity
from cpdocs.unseen import ODD_SPACES

MAX_PER_RULE = 20
"""So many findings of one rule are shown for one file; the last says how many more there are."""

_QUOTE = 'Put the whole value in double quotes: note: "…". Or write it below the key, after `note: |`.'

RULES: dict[str, RuleText] = {
    "SRC-FILE": RuleText(
        "The file can be opened.", "Check the name and the folder, and that the file isn't kept locked."
    ),
    "SRC-SIZE": RuleText(
        "A file is no longer than 400 kB.",
        "One file is one conference. Pictures and whole reports stay outside; write their summary.",
    ),
    "SRC-COUNT": RuleText(
        "A file has no more than 40,000 entries.", "One file is one conference. Is something pasted in twice?"
    ),
    "SRC-DEPTH": RuleText(
        "Nothing is nested more than 20 deep.", "Check the indentation and the brackets of this line."
    ),
    "SRC-EMPTY": RuleText("A file says something.", "Start with `cpdocs new`; it writes a file to fill in."),
    "SRC-ENCODING": RuleText(
        "A file is saved as UTF-8.",
        "In your editor choose `Save as` (or `Save with encoding`), plain text, and the encoding UTF-8.",
    ),
    "SRC-CONTROL": RuleText(
        "No text holds control characters.",
        "Delete the character; it can't be seen, so delete the letters beside it too and type them again.",
    ),
    "SRC-DIRECTION": RuleText(
        "No text holds characters that turn the reading direction.",
        "Delete the character and type the words beside it again. Documents set the direction themselves.",
    ),
    "SRC-ANCHOR": RuleText("No value starts with `&`.", _QUOTE),
    "SRC-ALIAS": RuleText("No value starts with `*`.", _QUOTE),
    "SRC-TAG": RuleText("No value starts with `!`.", _QUOTE),
    "SRC-MERGE": RuleText("No entry takes over another one's.", "Write out what belongs here."),
    "SRC-DOCUMENTS": RuleText(
        "One file is one record.", "Delete this line of dashes, or put what follows it in a file of its own."
    ),
    "SRC-TWICE": RuleText(
        "A key stands once in its place.",
        "Keep one of the two. If both are meant, they are two entries of a list, each with a dash.",
    ),
    "SRC-KEY": RuleText("A key is a word before a colon.", "Write a word, a colon, a space and the value."),
    "SRC-HASH": RuleText(
        "Text isn't cut off by ` #`.",
        'If it belongs to the text, put the whole value in double quotes: note: "flat #2". '
        "If it is a remark of yours, put two spaces before the # and one after it.",
        "warning",
    ),
    "SRC-JOINED": RuleText(
        "Lists and paragraphs in a text stay as they are typed.",
        "Write `|` after the key's colon; the lines below it are then kept as they stand.",
        "warning",
    ),
    "SRC-COLON": RuleText(
        "A text with a colon in it stands in quotes.",
        f"{_QUOTE} If two lines have run together, begin a new line before the second key.",
    ),
    "SRC-COLON-SPACE": RuleText("A space stands after a key's colon.", "Put a space after the colon."),
    "SRC-DASH-SPACE": RuleText(
        "An entry of a list begins with a hyphen and a space.",
        "Begin the entry with `- `. If the text itself begins with a dash, put it in double quotes.",
    ),
    "SRC-NO-COLON": RuleText(
        "A line is a key with its value, or carries on a text.",
        "If this is a key, put a colon and a space after it. If it carries on the text above, "
        "move it further in than that text's key.",
    ),
    "SRC-TAB": RuleText(
        "Lines are indented with spaces, never with tabs.",
        "Replace each tab at the start of a line by spaces.",
    ),
    "SRC-SPACE": RuleText(
        "Spaces are those of the space bar.",
        "Delete it and press the space bar. Pasted text brings such spaces along; they look like any other.",
    ),
    "SRC-INDENT": RuleText(
        "What belongs together starts in the same column.",
        "Move the line, or the one above it, so that both start exactly below the first key or dash of their group.",
    ),
    "SRC-LIST": RuleText(
        "A list starts on a line of its own.",
        "Put the dash on the next line, further in. If it is a dash in a sentence, put the value in double quotes.",
    ),
    "SRC-QUOTE": RuleText(
        "What opens with a quote closes with the same quote.",
        "Put the whole value in double quotes, and write the quotes inside it as single ones or “like this”.",
    ),
    "SRC-SMART": RuleText(
        "Values are quoted with straight quotes.",
        'Put straight double quotes around the whole value: note: "…". Curly quotes may stand inside.',
    ),
    "SRC-BRACKET": RuleText(
        "A bracket that opens a list or mapping is closed.",
        "Close it, with commas between the entries. If it is a bracket in a sentence, put the value in double quotes.",
    ),
    "SRC-ESCAPE": RuleText(
        "A backslash isn't used in double quotes.",
        "Take the backslash out, or put the value in single quotes, where it is an ordinary character.",
    ),
    "SRC-START": RuleText("No value starts with a sign that YAML keeps for itself.", _QUOTE),
    "SRC-SYNTAX": RuleText(
        "A file can be read as YAML.",
        "Compare this line with its neighbours: the same indentation, `key: value`, quotes and brackets closed.",
    ),
}


class Mark(NamedTuple):
    """Where something stands; line and column count from 1, the length is of its first line."""

    line: int
    column: int
    length: int


class Notes:
    """The findings of one file, no more than MAX_PER_RULE of one rule."""

    def __init__(self, file: str) -> None:
        """No finding yet."""
        self.file = file
        self._found: dict[str, list[Finding]] = {}
        self._more: dict[str, int] = {}

    def more(self, uncounted: Mapping[str, int]) -> None:
        """Count further findings by rule, of which enough are shown already."""
        for rule, times in uncounted.items():
            if times:
                self._more[rule] = self._more.get(rule, 0) + times

    def add(self, rule: str, message: str, mark: Mark, path: str = "", related: tuple[Related, ...] = ()) -> None:
        """Note one; its title, severity and next step are the rule's."""
        found = self._found.setdefault(rule, [])
        if len(found) >= MAX_PER_RULE:
            self._more[rule] = self._more.get(rule, 0) + 1
            return
        if any((old.place.line, old.place.column) == (mark.line, mark.column) for old in found):
            return
        about = RULES[rule]
        severity: Severity = about.severity
        place = Place(self.file, path, mark.line, mark.column, max(mark.length, 1))
        found.append(
            Finding(rule, severity, "fault", message, place, title=about.title, help=about.help, related=related)
        )

    def slip(self, slip: Slip, path: str = "") -> None:
        """Note a slip where it stands."""
        self.add(slip.rule, slip.message, Mark(slip.line, slip.column, slip.length), path)

    def lines_of(self, *rules: str) -> set[int]:
        """The lines that findings of these rules stand in."""
        return {finding.place.line for rule in rules for finding in self._found.get(rule, ())}

    def all(self) -> list[Finding]:
        """The findings by their places, with a last one of a rule that had too many."""
        out = [finding for found in self._found.values() for finding in found]
        for rule, more in self._more.items():
            last, about = self._found[rule][-1], RULES[rule]
            text = f"The same is wrong in {more} more place{'s' if more > 1 else ''} after this one."
            place = Place(self.file, last.place.path, last.place.line, last.place.column, last.place.length)
            out.append(Finding(rule, about.severity, "fault", text, place, title=about.title, help=about.help))
        return sorted(out, key=lambda finding: (finding.place.line, finding.place.column))


class Slip(NamedTuple):
    """One slip of YAML: rule, message, and its place, counted from 1."""

    rule: str
    message: str
    line: int
    column: int
    length: int = 1


class Last(NamedTuple):
    """The value read last before an error: its quotes (`'`, `"`, `]` for a bracket), begin and end from 0."""

    style: str
    line: int
    column: int
    end_line: int
    end_column: int


_TAB = re.compile(r" *\t[ \t]*(?=\S)")
_ODD_SPACE = re.compile(rf"[ {ODD_SPACES}]*(?:- *)?(?:[a-z_]+ *:)? *([{ODD_SPACES}])")
"""A space that is none of the space bar's, where it stands for indentation or behind a dash or a key's colon."""
_BULLET = re.compile(r"\s*([•◦▪‣·●○–—*+])(?: |(?=[A-Za-z]))")
_KEYED = re.compile(r"(\s*(?:- +)*)([^\s:#'\"\[{][^:#]*?):( +)(\S.*)$")
_NO_SPACE = re.compile(r"\s*(?:- +)*([A-Za-z][A-Za-z_]*:)(?!//)[^\s:]")
_SIGNS = {
    "@": "A value can't start with `@`.",
    "`": "A value can't start with a backtick.",
    "%": "A value can't start with `%`.",
    "&": "A value can't start with `&`; YAML takes it for a name tag.",
    "*": "A value can't start with `*`; YAML takes it for a reference.",
    "!": "A value can't start with `!`; YAML takes it for a type.",
    "?": "A value can't start with `?` and a space.",
    ",": "A value can't start with a comma.",
    "|": "After `|` the text starts on the next line.",
    ">": "A value can't start with `>`.",
}
_SIGN_RULES = {"&": "SRC-ANCHOR", "*": "SRC-ALIAS", "!": "SRC-TAG"}


def diagnose(lines: list[str], problem: Any, last: Last | None) -> list[Slip]:
    """The slips behind a parser's error: the one it stopped at, and for tabs every line that has them."""
    mark = getattr(problem, "problem_mark", None)
    if mark is None:  # both parsers say where; another one might not
        return [Slip("SRC-SYNTAX", "From somewhere in this file on, it can't be read as YAML.", 1, 1)]
    at, column = min(mark.line, len(lines) - 1), mark.column
    line = lines[at]
    if _TAB.match(line):
        tabbed = ((number, hit) for number, text in enumerate(lines, 1) if (hit := _TAB.match(text)))
        return [
            Slip("SRC-TAB", "This line is indented with a tab.", number, text.group().index("\t") + 1)
            for number, text in tabbed
        ]
    for number in range(max(at - 1, 0), at + 1):
        if odd := _ODD_SPACE.match(lines[number]):
            return [Slip("SRC-SPACE", "Here stands a space that came with pasted text.", number + 1, odd.start(1) + 1)]
    context = getattr(problem, "context", None) or ""
    begin = getattr(problem, "context_mark", None)
    if begin is not None and begin.line >= len(lines):  # the fast parser counts a line after the last
        begin = None
    return [
        _quoted(lines, context, begin, problem.problem, at, column)
        or _sign(line, begin, at, column)
        or _after_quote(lines, last, at, column)
        or _colon(lines, problem.problem, last, at, column)
        or _shape(lines, context, begin, problem.problem, at, column)
    ]


_OF_ONE_VALUE = frozenset(
    ("SRC-COLON", "SRC-SMART", "SRC-QUOTE", "SRC-ESCAPE", "SRC-LIST", "SRC-START", "SRC-ALIAS", "SRC-ANCHOR", "SRC-TAG")
)
_NEXT = re.compile(r"\s*(?:- |#|[a-z_]+:(?: |$)|$)")


def behind(lines: list[str], slip: Slip) -> list[str]:
    """The lines with the value left empty that a slip stands in, to find the next slip; none if it isn't so simple."""
    number = slip.line - 1
    keyed = _KEYED.match(lines[number]) if number < len(lines) else None
    if slip.rule not in _OF_ONE_VALUE or keyed is None or slip.column <= keyed.start(4):
        return []
    if number + 1 < len(lines) and not _NEXT.match(lines[number + 1]):  # the value may go on there
        return []
    return [*lines[:number], lines[number][: keyed.end(2) + 1], *lines[number + 1 :]]


def _quoted(lines: list[str], context: str, begin: Any, problem: str, at: int, column: int) -> Slip | None:
    """A quote that is never closed, or a backslash that double quotes give a meaning to."""
    if begin is None or "quoted" not in context:
        return None
    length = max(len(lines[begin.line].rstrip()) - begin.column, 1)
    if "end of stream" in problem or "document" in problem:
        quote = lines[begin.line][begin.column : begin.column + 1]
        hint = " If it is an apostrophe, the value can't begin with it." if quote == "'" else ""
        message = f"The quote that opens here is never closed.{hint}"
        return Slip("SRC-QUOTE", message, begin.line + 1, begin.column + 1, length)
    if "Unicode" in problem:
        message = "This escape stands for half a character, which no program can print."
        return Slip("SRC-CONTROL", message, at + 1, column + 1)
    if "escape" in problem or "hex" in problem:
        slash = lines[at].rfind("\\", 0, column + 1)
        where = slash if slash >= 0 else column
        return Slip("SRC-ESCAPE", "In double quotes this backslash has no known meaning.", at + 1, where + 1, 2)
    return None


def escapes(lines: Sequence[str], start: Any, end: Any) -> Iterator[Slip]:
    """Folders whose backslashes double quotes gave a meaning to: of `C:\\notes` was left C: and another line.

    Elsewhere a line break may be meant, as programs that write YAML mean it.
    """
    for at in range(start.line, end.line + 1):
        first = start.column + 1 if at == start.line else 0
        last = end.column if at == end.line else len(lines[at])
        for folder in _FOLDER.finditer(lines[at], first, last):
            for found in _ESCAPE.finditer(lines[at], *folder.span()):
                if found[1] is not None:
                    read = {"n": "a line break", "r": "a line break", "t": "a tab"}.get(found[1], "something unseen")
                    said = f"In double quotes `\\{found[1]}` is read as {read}, not as it is typed."
                    yield Slip("SRC-ESCAPE", said, at + 1, found.start() + 1, 2)


_FOLDER = re.compile(r"(?:(?<![A-Za-z])[A-Za-z]:|\\\\[\w.-]+)(?:\\[^\s\"\\]*)+")
_ESCAPE = re.compile(r"\\(?:([abefnprtv0NLP_])|.)")


def _sign(line: str, begin: Any, at: int, column: int) -> Slip | None:
    """A value that starts with a sign of YAML's own."""
    keyed = _KEYED.match(line)
    starts = keyed.start(4) if keyed else len(line) - len(line.lstrip(" -"))
    opened = begin.column if begin is not None and begin.line == at else starts
    for place in dict.fromkeys((opened, starts, column)):
        sign = line[place : place + 1]
        if sign in _SIGNS and place <= column and place in (column, starts):
            if sign == "," and place != starts:
                return None
            if sign in "|>" and place != starts:
                continue
            return Slip(_SIGN_RULES.get(sign, "SRC-START"), _SIGNS[sign], at + 1, place + 1)
    if line[column : column + 1] in "]}" and line[column : column + 1]:
        return Slip("SRC-BRACKET", f"This `{line[column]}` closes nothing.", at + 1, column + 1)
    return None


def _after_quote(lines: list[str], last: Last | None, at: int, column: int) -> Slip | None:
    """Text that goes on after a closing quote or bracket."""
    if last is None or last.style not in ("'", '"', "]") or last.end_line != at:
        return None
    if not last.end_column <= column < len(lines[at]) or lines[at][last.end_column : column].strip():
        return None
    if last.style == "]":
        length = max(last.end_column - last.column, 1) if last.line == at else 1
        return Slip(
            "SRC-BRACKET",
            "The bracket closes, but the text goes on after it.",
            last.line + 1,
            last.column + 1,
            length,
        )
    if last.line == at:
        quote = "single" if last.style == "'" else "double"
        return Slip(
            "SRC-QUOTE",
            f"The {quote} quote that opens here closes before the text ends.",
            at + 1,
            last.column + 1,
            last.end_column - last.column,
        )
    return Slip(
        "SRC-QUOTE",
        f"The quote that opens here closes only in line {at + 1}.",
        last.line + 1,
        last.column + 1,
        max(len(lines[last.line].rstrip()) - last.column, 1),
    )


def _colon(lines: list[str], problem: str, last: Last | None, at: int, column: int) -> Slip | None:
    """A colon inside a sentence, or none where one is needed."""
    if "mapping values" not in problem:
        return None
    line = lines[at]
    keyed = _KEYED.match(line)
    if keyed and keyed.start(4) < column:
        value = keyed.group(4)
        if value[0] in "“”‘’„«":
            return Slip(
                "SRC-SMART",
                "Curly quotes don't hold a value with a colon in it together.",
                at + 1,
                keyed.start(4) + 1,
                len(value.rstrip()),
            )
        return Slip(
            "SRC-COLON",
            "A colon and a space stand in this text, so YAML takes it for a key.",
            at + 1,
            column + 1,
        )
    above = last.line if last is not None and last.line < at else at - 1
    for number in range(at - 1, max(above, 0) - 1, -1):
        missing = _NO_SPACE.match(lines[number])
        if missing:
            return Slip(
                "SRC-COLON-SPACE",
                f"A space is missing after `{missing.group(1)[:60]}`.",
                number + 1,
                missing.start(1) + 1,
                len(missing.group(1)),
            )
    start = len(line) - len(line.lstrip(" "))
    for number in (at, max(above, 0)):
        text = lines[number]
        dash = len(text) - len(text.lstrip(" "))
        if text[dash : dash + 1] == "-" and text[dash + 1 : dash + 2] not in ("", " "):
            return Slip("SRC-DASH-SPACE", "A space is missing after this dash.", number + 1, dash + 1)
        if bullet := _BULLET.match(text):
            message = f"Here stands `{bullet[1]}`, and an entry of a list begins with a hyphen."
            return Slip("SRC-DASH-SPACE", message, number + 1, bullet.start(1) + 1)
    if (
        at > 0
        and last is not None
        and last.line < at
        and last.column == len(lines[last.line]) - len(lines[last.line].lstrip(" "))
    ):
        text = lines[last.line].strip()
        return Slip(
            "SRC-NO-COLON",
            "This line is neither a key with its value nor the rest of a text.",
            last.line + 1,
            last.column + 1,
            max(len(text), 1),
        )
    before = _KEYED.match(lines[last.line]) if last is not None and last.line < at else None
    what = f"`{before[2][:60]}` in line {last.line + 1}" if before and last is not None else "one above"
    return Slip(
        "SRC-INDENT",
        f"This key is further in than {what}, which has its value already.",
        at + 1,
        start + 1,
        max(len(line.strip().split(":")[0]), 1),
    )


def _shape(lines: list[str], context: str, begin: Any, problem: str, at: int, column: int) -> Slip:
    """Brackets, indentation and lists; what is left is said in general words."""
    line = lines[at]
    start = len(line) - len(line.lstrip(" "))
    bare = next((n for n in (column, column - 1) if n >= 0 and re.match(r":[],}]", line[n : n + 2])), None)
    if bare is not None:  # `{reviewed:, reason: …}`
        return Slip("SRC-COLON-SPACE", "A space is missing after this colon.", at + 1, bare + 1)
    if "flow" in context and begin is not None:
        opener = lines[begin.line][begin.column : begin.column + 1]
        closer = "]" if opener == "[" else "}"
        message = f"The `{opener}` here isn't closed by `{closer}`, or lacks a comma."
        if opener not in "[{":
            message = "Between two commas here stands nothing."
        return Slip(
            "SRC-BRACKET",
            message,
            begin.line + 1,
            begin.column + 1,
            max(len(lines[begin.line].rstrip()) - begin.column, 1),
        )
    if "simple key" in context and begin is not None:
        text = lines[begin.line]
        missing = _NO_SPACE.match(text)
        if missing:
            return Slip(
                "SRC-COLON-SPACE",
                f"A space is missing after `{missing.group(1)[:60]}`.",
                begin.line + 1,
                missing.start(1) + 1,
                len(missing.group(1)),
            )
        return Slip(
            "SRC-NO-COLON",
            "This line is neither a key with its value nor the rest of a text.",
            begin.line + 1,
            begin.column + 1,
            max(len(text.rstrip()) - begin.column, 1),
        )
    if "sequence entries" in problem:
        return Slip("SRC-LIST", "A list can't start on the line of its key.", at + 1, column + 1)
    if "tab" in problem or line[column : column + 1] == "\t":
        return Slip("SRC-TAB", "Here stands a tab where only spaces can.", at + 1, column + 1)
    if "block collection" in context or "block sequence" in context:
        return Slip(
            "SRC-INDENT",
            "This line has no dash, but stands in a list.",
            at + 1,
            column + 1,
            max(len(line.rstrip()) - column, 1),
        )
    if "block mapping" in context and column == start:
        if line[column : column + 1] == ":":
            return Slip("SRC-KEY", "A key is missing before this colon.", at + 1, column + 1)
        if line[column : column + 1] == "-":
            return Slip("SRC-INDENT", "This dash belongs to no list: it stands beside keys.", at + 1, column + 1)
        return Slip(
            "SRC-INDENT",
            "This line isn't indented like any line above it.",
            at + 1,
            column + 1,
            max(len(line.rstrip()) - column, 1),
        )
    return Slip("SRC-SYNTAX", "From here on the file can't be read as YAML.", at + 1, min(column, len(line)) + 1)
