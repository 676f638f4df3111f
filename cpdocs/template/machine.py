"""Run a template's program: a context in, the XML of one part out.

A program is turned into one Python function, made of nothing but its own look-ups by key, so a render costs
little more than the strings it joins. Nothing of Jinja is needed here, and no attribute of a value is ever
read: a key named `items` is data like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn
from xml.parsers import expat

from markupsafe import Markup

from cpdocs import wordtext
from cpdocs.template.problem import RenderError

Program = list[Any]

MAX_OUTPUT = 40_000_000
"""Characters of one part. 5,000 rows of the widest table stay under a third of it."""

_ODD = re.compile("[&<>\\x00-\\x1f\ud800-\udfff\ufffe\uffff]").search
_LIST = re.compile(f'w:val="{wordtext.LIST}([0-9]+)"')
_TAGS = re.compile("<[^>]*>")


class Output:
    """What one copy has printed so far: its numbered lists, and every value, to be found again afterwards."""

    def __init__(self, bullets: str, first_list: int) -> None:
        """`bullets` is the house's own bulleted list, `first_list` the first free number for a numbered one."""
        self.lists = 0
        self.printed: list[str] = []
        self._bullets = f'w:val="{bullets}"'
        self._first = first_list

    def text(self, value: Any, properties: str) -> str:
        """A value inside a line; its line breaks and tabs become Word's, in the look of the run around it."""
        value = _typed(value)
        text = wordtext.escape(value.replace("\r\n", "\n").replace("\r", "\n"))
        if "\n" in text:
            text = text.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
        if "\t" in text:
            text = text.replace(
                "\t",
                f'</w:t></w:r><w:r>{properties}<w:tab/></w:r><w:r>{properties}<w:t xml:space="preserve">',
            )
        return text

    def rtl(self, value: Any, left: str, right: str, host: str) -> str:
        """A value inside a right-to-left paragraph: runs of its own by script, in the look of the run around."""
        value = _typed(value).replace("\r\n", "\n").replace("\r", "\n")
        runs = "".join(
            f"<w:r>{right if is_right else left}{wordtext.content(part)}</w:r>"
            for part, is_right in wordtext.by_script(value)
        )
        return f'</w:t></w:r>{runs}<w:r>{host}<w:t xml:space="preserve">'

    def title(self, value: Any) -> str:
        """A value in the document's title property: one line."""
        return wordtext.escape(" ".join(_typed(value).split()))

    def block(self, value: Any) -> str:
        """A text of whole paragraphs; its numbered lists get numbers of their own."""
        if value.__class__ is not Markup:
            if value == "":
                return ""
            raise RenderError(
                "A {{p … }} tag was given a value that isn't whole paragraphs.",
                "Print a name or a single line with {{ … }}.",
            )
        text = str(value)
        if wordtext.BULLETS in text:
            text = text.replace(f'w:val="{wordtext.BULLETS}"', self._bullets)
        if wordtext.LIST in text:
            used = 0
            before = self._first + self.lists

            def number(match: re.Match[str]) -> str:
                nonlocal used
                used = max(used, int(match[1]) + 1)
                return f'w:val="{before + int(match[1])}"'

            text = _LIST.sub(number, text)
            self.lists += used
        return text

    def run(self, value: Any) -> str:
        """A value that brings its own runs."""
        if value.__class__ is not Markup and value != "":
            raise RenderError(
                "A {{r … }} tag was given a value without a look of its own.", "Print it with {{ … }}."
            )
        return str(value)


def _typed(value: Any) -> str:
    if type(value) is str:
        return value
    if isinstance(value, Markup):
        raise RenderError(
            "A {{ … }} tag was given a text of whole paragraphs.",
            "Print free text with {{p … }}, alone in its paragraph.",
        )
    if isinstance(value, str):
        return str(value)
    raise RenderError("A tag was given a value that isn't text.", "Loop over a list; print the names in it.")


class Machine:
    """One part's program, ready to run."""

    def __init__(self, ops: Program) -> None:
        """Raises ValueError for what isn't a program (a damaged cache entry)."""
        writer = _Writer()
        try:
            writer.body(ops, {}, 1)
        except (TypeError, IndexError, KeyError, AttributeError) as error:
            raise ValueError("not a program") from error
        source = "def run(c, w, a, o, K, S, X, M, over):\n z = 0\n " + "\n ".join(writer.lines or ["pass"])
        scope: dict[str, Any] = {}
        # every name in the source was written by _Writer; the template's own words stand there as
        # literals made by repr, so no template can reach this
        exec(compile(source, "<template>", "exec"), scope)
        self._run: Callable[..., None] = scope["run"]
        self._constants = writer.constants
        self._asked = writer.asked

    def render(self, context: Mapping[str, Any], output: Output) -> str:
        """Print the part. Raises RenderError, which names the tag and not the data."""
        out: list[str] = []
        try:
            self._run(
                context, out.append, output.printed.append, output, self._constants, str, _ODD, MAX_OUTPUT, _over
            )
        except RenderError as error:
            tag = self._tag(error)
            raise RenderError(f"{error.message} ({tag})" if tag else error.message, error.help) from None
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise RenderError(
                f"The template asks for “{self._tag(error)}”, which this copy doesn't have.",
                "Run `cpdocs template check` on the template.",
            ) from None
        except ValueError as error:
            raise RenderError(f"“{self._tag(error)}” holds {error}.", "Type the text again.") from None
        return "".join(out)

    def _tag(self, error: Exception) -> str:
        trace = error.__traceback__
        while trace:
            if trace.tb_frame.f_code is self._run.__code__:
                return self._asked.get(trace.tb_lineno, "")
            trace = trace.tb_next
        return ""


def _over() -> NoReturn:
    raise RenderError("The document grows beyond all measure.", "Look for a loop within a loop over the same list.")


class _Writer:
    """Writes the Python of a program, line by line, and remembers what each line asks for."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.constants: list[str] = []
        self.asked: dict[int, str] = {}
        self._loops = 0

    def body(self, ops: Program, loops: dict[str, str], depth: int) -> int:
        """Write one body; returns the characters of its literals, the least that one turn prints."""
        size = 64
        if not ops:
            self._line(depth, "pass")
        for op in ops:
            kind = op[0]
            if kind == "lit":
                size += len(op[1])
                self._line(depth, f"w({self._constant(op[1])})")
            elif kind == "put":
                self._put(op, loops, depth)
            elif kind == "for":
                self._for(op, loops, depth)
            elif kind == "if":
                self._if(op, loops, depth)
            else:
                raise ValueError("not a program")
        return size

    def _put(self, op: list[Any], loops: dict[str, str], depth: int) -> None:
        path, where, extra = op[1], op[2], op[3]
        self._line(depth, f"v = {_value(path, loops)}", path)
        if where == "text":
            odd = f"o.text(v, {self._constant(extra)})"
            self._line(depth, f"w(v if v.__class__ is S and not X(v) else {odd}); a(v); z += len(v)", path)
        elif where == "rtl":
            left, right = sides(extra)
            call = f"o.rtl(v, {self._constant(left)}, {self._constant(right)}, {self._constant(extra)})"
            self._line(depth, f"w({call}); a(v); z += len(v)", path)
        elif where in ("block", "run", "title"):
            kept = "" if where == "title" else " a(v);"  # a title is one line, not as typed
            self._line(depth, f"w(o.{where}(v));{kept} z += len(v)", path)
        else:
            raise ValueError("not a program")

    def _for(self, op: list[Any], loops: dict[str, str], depth: int) -> None:
        name, path, body = op[1], op[2], op[3]
        self._loops += 1
        number = self._loops
        self._line(depth, f"s{number} = {_value(path, loops)}", path)
        self._line(depth, f"if s{number}.__class__ is not list: raise TypeError", path)
        at = len(self.lines)
        self._line(depth, "")
        self._line(depth, f"for l{number} in s{number}:")
        self._line(depth + 1, "if z > M: over()", path)
        size = self.body(body, {**loops, name: f"l{number}"}, depth + 1)
        self.lines[at] = " " * (depth - 1) + f"z += len(s{number}) * {size}"

    def _if(self, op: list[Any], loops: dict[str, str], depth: int) -> None:
        word = "if"
        for test, body in op[1]:
            self._line(depth, f"{word} {_test(test, loops)}:", _first(test))
            self.body(body, loops, depth + 1)
            word = "elif"
        if op[2]:
            self._line(depth, "else:")
            self.body(op[2], loops, depth + 1)

    def _constant(self, text: str) -> str:
        if not isinstance(text, str):
            raise ValueError("not a program")
        self.constants.append(text)
        return f"K[{len(self.constants) - 1}]"

    def _line(self, depth: int, code: str, path: list[str] | None = None) -> None:
        self.lines.append(" " * (depth - 1) + code)
        if path:
            self.asked[len(self.lines) + 2] = ".".join(path)


def _value(path: list[str], loops: dict[str, str]) -> str:
    if not path or not all(isinstance(step, str) for step in path):
        raise ValueError("not a program")
    root = loops.get(path[0]) or f"c[{path[0]!r}]"
    return root + "".join(f"[{step!r}]" for step in path[1:])


def _test(test: list[Any], loops: dict[str, str]) -> str:
    kind = test[0]
    if kind == "get":
        return _value(test[1], loops)
    if kind == "str" and isinstance(test[1], str):
        return repr(test[1])
    if kind == "eq":
        return f"({_test(test[1], loops)} == {_test(test[2], loops)})"
    if kind in ("and", "or"):
        return f"({_test(test[1], loops)} {kind} {_test(test[2], loops)})"
    raise ValueError("not a program")


def _first(test: list[Any]) -> list[str]:
    while test[0] != "get":
        if test[0] == "str":
            return ["a condition"]
        test = test[1]
    return list(test[1])


def sides(properties: str) -> tuple[str, str]:
    """A run's properties for a value's left-to-right and right-to-left stretches."""
    bare = re.sub(r"<w:(?:rtl|cs)(?: [^>]*)?/>", "", properties)
    inner = bare.removeprefix("<w:rPr>").removesuffix("</w:rPr>")
    # w:rtl stands before these in the order that the format asks for
    late = re.search(r"<w:(?:em|lang|eastAsianLayout|specVanish|oMath)\b", inner)
    cut = late.start() if late else len(inner)
    right = f"<w:rPr>{inner[:cut]}<w:rtl/>{inner[cut:]}</w:rPr>"
    return (f"<w:rPr>{inner}</w:rPr>" if inner else ""), right


def read_back(xml: bytes) -> str:
    """The text of a finished part, read by an XML parser of its own: breaks as newlines, tabs as tabs.

    Raises RenderError if the part isn't well-formed.
    """
    out: list[str] = []
    on = False

    def opened(name: str, _: dict[str, str]) -> None:
        nonlocal on
        if name in ("w:t", "dc:title"):
            on = True
        elif name == "w:br":
            out.append("\n")
        elif name == "w:tab":
            out.append("\t")

    def closed(name: str) -> None:
        nonlocal on
        if name in ("w:t", "dc:title"):
            on = False

    def said(data: str) -> None:
        if on:
            out.append(data)

    reader = expat.ParserCreate("utf-8")
    reader.buffer_text = True
    reader.StartElementHandler = opened
    reader.EndElementHandler = closed
    reader.CharacterDataHandler = said
    try:
        reader.Parse(xml, True)
    except expat.ExpatError as error:
        raise RenderError("A finished document isn't sound, so it wasn't kept.", "Please report this.") from error
    return "".join(out)


def missing(printed: list[str], text: str) -> str | None:
    """The first printed value that a part's text doesn't hold, in the order of printing; None if all are there."""
    at = 0
    for value in printed:
        plain = words_of(value) if value.__class__ is Markup else value
        found = text.find(plain, at)
        if found < 0:
            plain = plain.replace("\r\n", "\n").replace("\r", "\n")
            found = text.find(plain, at)
        if found < 0:
            return plain
        at = found + len(plain)
    return None


_SHOWN = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|<w:(br|tab)/>")


def words_of(markup: str) -> str:
    """The words of a text that is whole paragraphs or runs, as read_back reads them."""
    return "".join(
        "\n" if kind == "br" else "\t" if kind else text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        for text, kind in _SHOWN.findall(markup)
    )
