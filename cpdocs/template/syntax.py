"""The template language: the source of a part in, a small program of literals, look-ups, loops and tests out.

Templates are written in docxtpl's syntax, that is Jinja's, but only this much of it means anything here:

    {{ look.up }}    {{p look.up }}    {{r look.up }}
    {%p for x in look.up %} … {%p endfor %}                        also {%tr … %} and {%tc … %}
    {%p if a %}    {%p if a == "code" %}    and, or, ( )    {%p elif … %}    {%p endif %}
    {%p else %}    only with nothing but {{ nothing }} below it, or with the branches' own heading, a tab, {{ nothing }}
    {# a note #}

It is a list of what is allowed, so what Jinja may learn tomorrow is refused too. No call, attribute, filter or
sum can be written, so no data can be reached but by its key, and a template says a thing only because
something is there: a text that was withheld can't turn into its opposite.

A program is lists and strings only (it is kept in the cache as JSON):

    ["lit", text]                     markup and words of the template
    ["put", path, where, extra]       print a look-up; where: text, rtl, run, block or title
    ["for", name, path, body]
    ["if", [[test, body], …], else]   test: ["get", path] ["eq", a, b] ["and", …] ["or", …] ["str", text]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from cpdocs.template.problem import Problem, TemplateError

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.sandbox import ImmutableSandboxedEnvironment

Program = list[Any]
Path = list[str]

MAX_DEPTH = 10
"""Loops and conditions within each other; Python's own limit for compiled loops is 20."""

TOO_DEEP = (
    f"Loops and conditions stand more than {MAX_DEPTH} deep in each other.",
    "Close one before the next is opened.",
)

MAX_NAME = 200
"""Characters of a dotted name."""
LONG_NAME = ("A name is far too long.", "Print a name of the record or of the copy.")

MAX_LOOK = 20_000
"""Bytes of one run's properties: each tag in the run keeps them, and each tab in a value repeats them."""

BLOCK_LEVEL = {"w:body", "w:hdr", "w:ftr", "w:tc"}
"""Where whole paragraphs stand."""
AROUND_WHOLE = BLOCK_LEVEL | {"w:tbl", "w:tr"}
"""Where a condition or a loop may stand: around whole paragraphs, rows or cells."""

REFUSED = {
    "Not": ("`not` isn't used in templates.", "Say a thing only because something is there."),
    "Filter": ("Filters (`|`) aren't used in templates.", "Print the name as it is: {{ name }}."),
    "Call": ("Nothing can be called in a template.", "Print a name: {{ name }}."),
    "Test": ("`is` isn't used in templates.", "Write {%p if name %} or {%p if name == \"code\" %}."),
    "Getitem": ("Square brackets aren't used in templates.", "Loop over the list: {%p for x in list %}."),
    "Assign": ("`set` isn't used in templates.", "Print the name itself."),
    "CondExpr": ("A condition can't stand inside {{ }}.", "Put {%p if … %} around a whole paragraph."),
}
_OTHERWISE = ("This isn't part of the template language.", "templates/README.md lists all of it, under “Tags”.")


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """The one Jinja environment; it only ever parses. Its tests run it, to compare."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)


def refused(node: nodes.Node) -> tuple[str, str]:
    """Why a piece of Jinja isn't part of the language, and what to write instead."""
    kind = type(node).__name__
    if kind == "Compare":
        return "Only == can compare.", 'Write {%p if name == "code" %}.'
    return REFUSED.get(kind, _OTHERWISE)


class Refused(Exception):
    """A piece of Jinja outside the language."""

    def __init__(self, message: str, help: str = "") -> None:
        """Keep both sentences."""
        super().__init__(message)
        self.message = message
        self.help = help


def look_up(node: nodes.Node) -> Path:
    """A dotted name as its steps. Raises Refused for anything else."""
    from jinja2 import nodes

    steps: list[str] = []
    while isinstance(node, nodes.Getattr):
        steps.append(node.attr)
        node = node.node
    if not isinstance(node, nodes.Name):
        raise Refused(*refused(node))
    steps.append(node.name)
    steps.reverse()
    if sum(map(len, steps)) + len(steps) > MAX_NAME:
        raise Refused(*LONG_NAME)
    if any(step.startswith("_") for step in steps):
        raise Refused("A name can't begin with an underscore.", "Use a name of the record or of the copy.")
    if steps[0] == "loop":
        raise Refused("`loop` isn't used in templates: counts would show that something was left out.")
    return steps


def condition(node: nodes.Node) -> list[Any]:
    """A test of an `if` as a program's test. Raises Refused."""
    from jinja2 import nodes

    if isinstance(node, (nodes.And, nodes.Or)):
        word = "and" if isinstance(node, nodes.And) else "or"
        return [word, condition(node.left), condition(node.right)]
    if isinstance(node, nodes.Compare) and len(node.ops) == 1 and node.ops[0].op == "eq":
        return ["eq", _side(node.expr), _side(node.ops[0].expr)]
    return ["get", look_up(node)]


def _side(node: nodes.Node) -> list[Any]:
    from jinja2 import nodes

    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        return ["str", node.value]
    return ["get", look_up(node)]


def program(source: str, part: str) -> Program:
    """Turn one prepared part into a program.

    `source` is XML with Jinja's tags between its elements or in its texts; `part` is what messages call it.
    Every branch and every loop's body is proven to be whole elements, and every look-up to stand where its
    value can only be text, or whole paragraphs: so a copy made of it is well-formed whatever its data.
    Raises TemplateError.
    """
    from jinja2 import TemplateSyntaxError

    try:
        tree = environment().parse(source)
        return _Builder().body(tree.body, None, 0)
    except TemplateSyntaxError as error:
        raise TemplateError([Problem(f"A tag can't be read: {error.message}.", part, help=_OTHERWISE[1])]) from error
    except Refused as error:
        raise TemplateError([Problem(error.message, part, help=error.help)]) from error
    except RecursionError as error:
        raise TemplateError([Problem("A tag is far too long.", part)]) from error


class _Builder:
    """Builds the program of one part; keeps the names of the loops it is in."""

    def __init__(self) -> None:
        self.loops: list[str] = []

    def body(self, children: list[nodes.Node], parent: str | None, depth: int) -> Program:
        from jinja2 import nodes

        if depth > MAX_DEPTH:
            raise Refused(*TOO_DEEP)
        ops: Program = []
        for node in children:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    if isinstance(part, nodes.TemplateData):
                        ops.append(["lit", _plain(part.data)])
                    else:
                        ops.append(["put", look_up(part), "", None])
            elif isinstance(node, (nodes.For, nodes.If)):
                ops.append(["node", node])
            else:
                raise Refused(*refused(node))
        for index, (where, extra) in _places(ops, parent).items():
            if ops[index][0] == "put":
                ops[index][2:] = _put(where, extra)
            else:
                ops[index] = self.block(ops[index][1], where, depth)
        return _joined(ops)

    def block(self, node: nodes.For | nodes.If, where: str, depth: int) -> list[Any]:
        from jinja2 import nodes

        if where not in AROUND_WHOLE:
            raise Refused(
                "A condition or loop stands inside a paragraph.",
                "Put it around whole paragraphs, each tag alone in its own: {%p if … %} and {%p endif %}.",
            )
        if isinstance(node, nodes.For):
            if not isinstance(node.target, nodes.Name) or node.test or node.else_ or node.recursive:
                raise Refused("A loop is written {%p for x in list %}, and no more.")
            name = node.target.name
            if name.startswith("_") or name in self.loops or name == "loop":
                raise Refused("A loop within a loop needs a name of its own.", "Give the inner one another.")
            path = look_up(node.iter)
            self.loops.append(name)
            inner = self.body(node.body, where, depth + 1)
            self.loops.pop()
            return ["for", name, path, inner]
        branches = [
            [condition(branch.test), self.body(branch.body, where, depth + 1)] for branch in (node, *node.elif_)
        ]
        otherwise = self.body(node.else_, where, depth + 1) if node.else_ else []
        if not _only_nothing(otherwise) and not _heading_and_nothing(otherwise, [body for _, body in branches]):
            raise Refused(
                "`else` may hold only {{ nothing }}.",
                "A template says a thing only because something is there; use {%p elif … %} for another case.",
            )
        return ["if", branches, otherwise]


def _plain(text: str) -> str:
    """docxtpl's own way to print braces in a template; it is undone here, so that data can hold it as typed."""
    if "_" not in text:
        return text
    return text.replace("{_{", "{{").replace("}_}", "}}").replace("{_%", "{%").replace("%_}", "%}")


def _only_nothing(ops: Program) -> bool:
    if any(op[0] not in ("lit", "put") or (op[0] == "put" and op[1] != ["nothing"]) for op in ops):
        return False
    words = "".join(op[1] for op in ops if op[0] == "lit")
    return not re.search(r"<w:(?:t|tab|sym|drawing|instrText|fldSimple)\b[^>]*>[^<]*[^<\s]", words) and (
        not ops or any(op[0] == "put" for op in ops)
    )


_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
_SEEN = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|<w:(tab)/>|<w:(sym|drawing|instrText|fldSimple)\b")


def _heading_and_nothing(otherwise: Program, bodies: list[Program]) -> bool:
    """Whether an `else` says its branches' own heading, a tab and {{ nothing }}, in one paragraph.

    A heading that is printed either way tells nothing; beside what is missing it takes one line, not two. In
    large print a language's own colon stands in the tab's place.
    """
    said = _lines(otherwise)
    heads = {next(iter(_lines(body)), "") for body in bodies}
    puts = [op for op in otherwise if op[0] == "put"]
    return (
        len(said) == len(heads) == 1
        and re.fullmatch(re.escape(next(iter(heads))) + r"[^\w{}]*\{nothing\}", said[0]) is not None
        and len(puts) == said[0].count("{")
        and all(op[0] in ("lit", "put") for op in otherwise)
    )


def _lines(ops: Program) -> list[str]:
    """What paragraphs say, up to the first loop or condition: words, tabs, and look-ups in braces."""
    xml = ""
    for op in ops:
        if op[0] not in ("lit", "put"):
            break
        xml += op[1] if op[0] == "lit" else "{" + ".".join(op[1]) + "}"
    lines = (
        "".join(words or ("\t" if tab else f"<{other}>") for words, tab, other in _SEEN.findall(paragraph))
        for paragraph in _PARAGRAPH.findall(xml)
    )
    return [line for line in lines if line.strip()]


def _put(where: str, extra: str | None) -> list[Any]:
    if where == "w:t":
        # extra is the run's own properties, and True before it if its paragraph runs from right to left
        return ["rtl" if extra and extra[0] == ">" else "text", (extra or " ")[1:]]
    if where == "w:p":
        return ["run", None]
    if where in BLOCK_LEVEL:
        return ["block", None]
    if where == "dc:title":
        return ["title", None]
    raise Refused("A tag stands where no text can be.", "Put it in an ordinary paragraph.")


def _places(ops: Program, parent: str | None) -> dict[int, tuple[str, str | None]]:
    """Where each look-up and block of one body stands: the element around it, and its run's properties.

    Raises Refused unless the literals between them are whole elements: this is the proof that a part is
    well-formed whatever is printed.
    """
    text = "".join(op[1] if op[0] == "lit" else f"<?at {index}?>" for index, op in enumerate(ops))
    raw = f"<x>{text}</x>".encode()
    found: dict[int, tuple[str, str | None]] = {}
    stack: list[str] = []
    run_properties = ""
    bidi = " "
    start = 0
    reader = expat.ParserCreate("utf-8")

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal run_properties, start, bidi
        stack.append(name)
        if name == "w:bidi" and stack[-2] == "w:pPr":
            bidi = " " if attributes.get("w:val") in ("0", "false", "off") else ">"
        if name == "w:r":
            run_properties = ""
        elif name == "w:p":
            bidi = " "
        if name in ("w:rPr", "w:pPr"):
            start = reader.CurrentByteIndex

    def closed(name: str) -> None:
        nonlocal run_properties
        stack.pop()
        if name == "w:rPr" and stack[-1] == "w:r":
            end = raw.index(b">", reader.CurrentByteIndex) + 1
            if end - start > MAX_LOOK:
                raise Refused("The look of a piece of text is written out at far too great length.", "Type it again.")
            run_properties = raw[start:end].decode()

    def at(target: str, data: str) -> None:
        where = stack[-1] if len(stack) > 1 else (parent or "")
        if target == "at":
            found[int(data)] = (where, bidi + run_properties if where == "w:t" else None)

    reader.StartElementHandler = opened
    reader.EndElementHandler = closed
    reader.ProcessingInstructionHandler = at
    try:
        reader.Parse(raw, True)
    except expat.ExpatError as error:
        raise Refused(
            "A condition or loop begins in one place and ends in another, or a tag stands in a hidden part.",
            "Put {%p … %} tags alone in paragraphs of their own, {%tr … %} tags in rows of their own.",
        ) from error
    if len(found) != sum(op[0] != "lit" for op in ops):
        raise Refused("A tag stands where no text can be.", "Put it in an ordinary paragraph.")
    return found


def _joined(ops: Program) -> Program:
    out: Program = []
    for op in ops:
        if op[0] == "lit" and out and out[-1][0] == "lit":
            out[-1] = ["lit", out[-1][1] + op[1]]
        elif op != ["lit", ""]:
            out.append(op)
    return out


def names(ops: Program, loops: dict[str, str] | None = None) -> Iterator[str]:
    """Every dotted name a program asks for, loop variables resolved: `children[].risk.worries`."""
    loops = loops or {}
    for op in ops:
        if op[0] == "put":
            yield resolve(op[1], loops)
        elif op[0] == "for":
            path = resolve(op[2], loops)
            yield path
            yield from names(op[3], {**loops, op[1]: path + "[]"})
        elif op[0] == "if":
            for test, body in op[1]:
                for asked in _asked(test):
                    yield resolve(asked, loops)
                yield from names(body, loops)
            yield from names(op[2], loops)


def resolve(path: Path, loops: dict[str, str]) -> str:
    """A look-up as a dotted path of the context."""
    return ".".join([loops.get(path[0], path[0]), *path[1:]])


def _asked(test: list[Any]) -> Iterator[Path]:
    if test[0] == "get":
        yield test[1]
    elif test[0] != "str":
        for part in test[1:]:
            yield from _asked(part)
