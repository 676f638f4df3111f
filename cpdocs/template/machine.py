"""Run a template's program: a context in, the XML of one part out.

A program becomes a chain of small functions that look values up by key and write strings. Nothing of Jinja is
needed here, nothing is evaluated, and no attribute of a value is ever read: a key named `items` is data like
any other. (Python code made from the program ran 1.5 times as fast and took 17 times as long to get ready:
worse for every case but thousands of copies of one template.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.parsers import expat

from markupsafe import Markup

from cpdocs import wordtext
from cpdocs.template.problem import RenderError

Program = list[Any]

MAX_OUTPUT = 40_000_000
"""Characters of one part. 5,000 rows of the widest table stay under a third of it."""

MAX_TURNS = 1_000_000
"""Turns of all loops of one part."""
_ENDLESS = "The document grows beyond all measure."
_LOOPS = "Look for a loop within a loop over the same list."

_ODD = re.compile("[&<>\\x00-\\x1f\ud800-\udfff\ufffe\uffff]").search
_NUMBER = '<w:numId w:val="'  # no text of a record can hold it: its < is written &lt;
_LIST = re.compile(f'{_NUMBER}{wordtext.LIST}([0-9]+)"')


class Output:
    """What one copy has printed so far: its numbered lists, and every value, to be found again afterwards."""

    def __init__(self, bullets: str, first_list: int) -> None:
        """`bullets` is the house's own bulleted list, `first_list` the first free number for a numbered one."""
        self.lists = 0
        self.printed: list[str] = []
        self.out: list[str] = []
        self.mark = 0
        self._turns = self._size = self._measured = 0
        self._bullets = f'{_NUMBER}{bullets}"'
        self._first = first_list

    def turn(self, times: int) -> None:
        """Count a loop's turns. Raises RenderError beyond all measure: a loop may print nothing and go on."""
        self._turns += times
        if self._turns > MAX_TURNS:
            raise RenderError(_ENDLESS, _LOOPS)

    def measure(self) -> None:
        """Measure what was printed since the last time. Raises RenderError beyond all measure."""
        self._size += sum(map(len, self.out[self._measured :]))
        self._measured = len(self.out)
        self.mark = self._measured + _OFTEN
        if self._size > MAX_OUTPUT:
            raise RenderError(_ENDLESS, _LOOPS)

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
            for part, is_right in wordtext.by_script(wordtext.together(value))
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
            text = text.replace(f'{_NUMBER}{wordtext.BULLETS}"', self._bullets)
        if wordtext.LIST in text:
            used = 0
            before = self._first + self.lists

            def number(match: re.Match[str]) -> str:
                nonlocal used
                used = max(used, int(match[1]) + 1)
                return f'{_NUMBER}{before + int(match[1])}"'

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
        try:
            self._steps = _steps(ops)
        except (TypeError, IndexError, KeyError, AttributeError, RecursionError) as error:
            raise ValueError("not a program") from error

    def render(self, context: Mapping[str, Any], output: Output) -> str:
        """Print the part. Raises RenderError, which names the tag and not the data."""
        out: list[str] = []
        output.out, output.mark = out, _OFTEN
        names = dict(context)
        for step in self._steps:
            step(names, out.append, output)
        output.measure()  # what stands in the pieces once is laid out in full when they are joined
        output.out = []
        text = "".join(out)
        return _kept(text) if wordtext.KEEP in text else text


def _kept(text: str) -> str:
    """Keep the paragraphs in which `wordtext.KEEP` stands on one page with what follows them."""
    *marked, last = text.split(wordtext.KEEP)
    for number, before in enumerate(marked):
        style = before.rfind("<w:pStyle ")
        if style > max(before.rfind("<w:p>"), before.rfind("<w:p ")):
            at = before.index("/>", style) + 2
            if not before.startswith("<w:keepNext", at):
                marked[number] = f"{before[:at]}<w:keepNext/>{before[at:]}"
    return "".join([*marked, last])


_OFTEN = 200
"""Pieces of output between two looks at how much it is: a piece may be a whole record's text."""

Step = Callable[[dict[str, Any], Callable[[str], None], Output], None]
"""One step of a program: the names it can look up, where it writes, and the copy's Output."""
Test = Callable[[dict[str, Any]], Any]


def _steps(ops: Program) -> tuple[Step, ...]:
    """A program as functions. Each writes the literal before it first, so that there are half as many."""
    steps: list[Step] = []
    before = ""
    for op in ops:
        if op[0] == "lit":
            before += op[1]
            continue
        if op[0] == "put":
            steps.append(_put(before, op[1], op[2], op[3]))
        elif op[0] == "for":
            steps.append(_for(before, op[1], op[2], _steps(op[3])))
        elif op[0] == "if":
            branches = [(_test(test), _steps(body)) for test, body in op[1]]
            steps.append(_if(before, branches, _steps(op[2])))
        else:
            raise ValueError("not a program")
        before = ""
    if before:
        steps.append(_lit(before))
    return tuple(steps)


def _lit(text: str) -> Step:
    def step(names: dict[str, Any], write: Callable[[str], None], output: Output) -> None:
        write(text)

    return step


def _look_up(path: list[str]) -> tuple[str, tuple[str, ...], Callable[[Exception], RenderError]]:
    """A path's root, its further keys, and the error for a context without it."""
    if not path or not all(isinstance(key, str) for key in path):
        raise ValueError("not a program")
    tag = ".".join(path)

    def failed(error: Exception) -> RenderError:
        if isinstance(error, RenderError):
            return RenderError(f"{error.message} ({tag})", error.help)
        if isinstance(error, ValueError):
            return RenderError(f"“{tag}” holds {error}.", "Type the text again.")
        return RenderError(
            f"The template asks for “{tag}”, which this copy doesn't have.",
            "Run `cpdocs template check` on the template.",
        )

    return path[0], tuple(path[1:]), failed


def _put(before: str, path: list[str], where: str, extra: str | None) -> Step:
    root, keys, failed = _look_up(path)
    show: Callable[[Output, Any], str]
    if where == "text":
        properties = extra or ""

        def show(output: Output, value: Any) -> str:
            return output.text(value, properties)
    elif where == "rtl":
        host = extra or ""
        left, right = sides(host)

        def show(output: Output, value: Any) -> str:
            return output.rtl(value, left, right, host)
    elif where in ("block", "run", "title"):
        show = {"block": Output.block, "run": Output.run, "title": Output.title}[where]
    else:
        raise ValueError("not a program")
    plain, titled, turned = where == "text", where == "title", where == "rtl"

    def step(names: dict[str, Any], write: Callable[[str], None], output: Output) -> None:
        try:
            value = names[root]
            for key in keys:
                value = value[key]
            shown = value if plain and type(value) is str and not _ODD(value) else show(output, value)
        except _FAILURES as error:
            raise failed(error) from None
        write(before)
        write(shown)
        if titled:
            value = " ".join(value.split())
        output.printed.append(wordtext.together(value) if turned else value)

    return step


_FAILURES = (KeyError, TypeError, IndexError, ValueError, RenderError)


def _for(before: str, name: str, path: list[str], body: tuple[Step, ...]) -> Step:
    root, keys, failed = _look_up(path)

    def step(names: dict[str, Any], write: Callable[[str], None], output: Output) -> None:
        try:
            value = names[root]
            for key in keys:
                value = value[key]
            if type(value) is not list:
                raise TypeError
        except _FAILURES as error:
            raise failed(error) from None
        write(before)
        output.turn(len(value))
        hidden = names.get(name, names)
        for item in value:
            names[name] = item
            for inner in body:
                inner(names, write, output)
            if len(output.out) > output.mark:
                output.measure()
        if hidden is names:
            names.pop(name, None)
        else:
            names[name] = hidden

    return step


def _if(before: str, branches: list[tuple[Test, tuple[Step, ...]]], otherwise: tuple[Step, ...]) -> Step:
    def step(names: dict[str, Any], write: Callable[[str], None], output: Output) -> None:
        write(before)
        chosen = otherwise
        for test, body in branches:
            if test(names):
                chosen = body
                break
        for inner in chosen:
            inner(names, write, output)

    return step


def _test(test: list[Any]) -> Test:
    kind = test[0]
    if kind == "get":
        root, keys, failed = _look_up(test[1])

        def get(names: dict[str, Any]) -> Any:
            try:
                value = names[root]
                for key in keys:
                    value = value[key]
            except _FAILURES as error:
                raise failed(error) from None
            return value

        return get
    if kind == "str" and isinstance(test[1], str):
        text = test[1]
        return lambda names: text
    if kind in ("eq", "and", "or"):
        left, right = _test(test[1]), _test(test[2])
        if kind == "eq":
            return lambda names: left(names) == right(names)
        if kind == "and":
            return lambda names: left(names) and right(names)
        return lambda names: left(names) or right(names)
    raise ValueError("not a program")


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
    """The words of a finished part, read by an XML parser that knows nothing of how it was made.

    Line breaks and tabs are elements in Word, so they aren't in it. Raises RenderError if the part isn't
    well-formed.
    """
    out: list[str] = []
    reader = expat.ParserCreate("utf-8")
    reader.buffer_text = True
    reader.CharacterDataHandler = out.append
    try:
        reader.Parse(xml, True)
    except expat.ExpatError as error:
        raise RenderError("A finished document isn't sound, so it wasn't kept.", "Please report this.") from error
    return "".join(out)


_BREAKS = re.compile("[\\t\\n\\r]")


def missing(printed: list[str], text: str) -> str | None:
    """The first printed value that a part's words don't hold, in the order of printing; None if all are there."""
    at = 0
    for value in printed:
        plain = words_of(value) if value.__class__ is Markup else value
        found = text.find(plain, at)
        if found < 0:
            plain = _BREAKS.sub("", plain)
            found = text.find(plain, at)
            if found < 0:
                return plain
        at = found + len(plain)
    return None


_TAGS = re.compile("<[^>]*>")


def words_of(markup: str) -> str:
    """The words of a text that is whole paragraphs or runs, as read_back reads them."""
    return _TAGS.sub("", markup).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
