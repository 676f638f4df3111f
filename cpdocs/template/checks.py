"""Check a template before anyone relies on it: a .docx and the names it may use in, its problems out.

Everything is said at once, in reading order, with the paragraph or cell and the words near it. What a template
may hold is decided by package (the file), syntax (the language) and here (where tags stand, which names they
ask for, and whether its tables can be set in large print).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from lxml import etree

from cpdocs.template import compiler, syntax
from cpdocs.template.heal import Tag, own_texts, tags
from cpdocs.template.house import unknown_styles
from cpdocs.template.names import Names
from cpdocs.template.package import HOUSE, Package, take_in
from cpdocs.template.place import W, paragraphs, place, text_near, text_of
from cpdocs.template.problem import Problem, TemplateError

AROUND = {"p": "w:p", "tr": "w:tr", "tc": "w:tc"}
"""What a tag of each kind takes the place of."""
WHOLE = {"p": "paragraph", "tr": "row", "tc": "cell"}
MOST = 100
"""Problems told of one part: whoever has more mends these first."""
_STATEMENT = re.compile(r"(for|endfor|if|elif|else|endif)\b(.*)\Z", re.S)
_FOR = re.compile(r"\s+([A-Za-z][A-Za-z0-9_]*)\s+in\s+(.+)\Z", re.S)
_CURLY = re.compile("[“”„‘’]")


class _AnyWords(dict[str, str]):
    """Stands for a procedure's words where none were given."""

    def __missing__(self, key: str) -> str:
        return "word"

    def get(self, key: str, default: str | None = None) -> str:  # type: ignore[override]  # never None
        return self[key]


def check(
    docx: bytes,
    allowed: Collection[str] | Mapping[str, str] | None = None,
    *,
    house: bytes | None = None,
    words: Collection[str] | None = None,
) -> list[Problem]:
    """See cpdocs.template.check."""
    package, problems = take_in(docx, "the file")
    if package is None:
        return problems
    names = Names(allowed, words)
    walk = _Walk(names)
    curly = list(islice(_curly(package), MOST))
    problems = problems + compiler.mend(package)
    for label, root in _roots(package):
        problems += walk.part(root, label)
    problems += curly + list(islice(_tables(package), MOST))
    if house is not None:
        look, more = take_in(house, HOUSE)
        problems += more
        problems += unknown_styles(package, look) if look else []
    if not any(problem.severity == "error" for problem in problems):
        given = dict.fromkeys(words, "word") if words is not None else _AnyWords()
        try:
            asked = compiler.compile_template(docx, house, given).names
        except TemplateError as error:
            return problems + list(error.problems)
        # the template's own names were looked at above, one by one; what is left are the house file's
        problems += [
            Problem(f"The house file asks for “{name}”, which there isn't.", "the house file", "", names.help(name))
            for name in sorted(asked)
            if not names.kind(name)
        ]
    return problems


def _roots(package: Package) -> Iterator[tuple[str, etree._Element]]:
    yield "", package.document
    for rid, root in package.headers.items():
        yield package.labels[rid], root
    title = etree.Element(W + "hdr", nsmap={"w": W[1:-1]})
    etree.SubElement(etree.SubElement(etree.SubElement(title, W + "p"), W + "r"), W + "t").text = package.title
    yield "the title property", title


def _curly(package: Package) -> Iterator[Problem]:
    """Quotation marks that Word made curly inside tags; they are read as straight ones."""
    for label, root in _roots(package):
        for paragraph in paragraphs(root):
            for tag in tags(text_of(paragraph))[0]:
                if _CURLY.search(tag.text) and not tag.text.startswith("{#"):
                    yield Problem(
                        "The quotation marks in a tag are curly; they are read as straight ones.",
                        place(paragraph, label), tag.text, 'Type them as ", with Ctrl+Z after Word has turned them.',
                        "warning",
                    )  # fmt: skip


@dataclass(slots=True)
class _Open:
    """A loop or condition that isn't closed yet."""

    word: str
    kind: str
    paragraph: etree._Element
    parent: etree._Element | None
    names: dict[str, str] = field(default_factory=dict)
    otherwise: bool = False


class _Walk:
    """Reads the tags of one part after the other."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.problems: list[Problem] = []
        self.open: list[_Open] = []
        self.label = ""

    def part(self, root: etree._Element, label: str) -> list[Problem]:
        self.problems, self.open, self.label = [], [], label
        for paragraph in paragraphs(root):
            text = "".join(t.text or "" for t in own_texts(paragraph))
            found, wrong = tags(text)
            if wrong:
                continue  # heal has said so
            for tag in found:
                self.tag(paragraph, text, found, tag)
            if self.open and self.open[-1].otherwise:
                self.beside_nothing(paragraph, text, found)
        for left in self.open:
            self.say(left.paragraph, f"“{left.word}” is never closed.", f"Add {{%{left.kind} end{left.word} %}}.")
        return self.problems

    def say(self, paragraph: etree._Element, message: str, help: str = "", near: str = "") -> None:
        if len(self.problems) < MOST:
            self.problems.append(Problem(message, place(paragraph, self.label), near or text_near(paragraph), help))

    def tag(self, paragraph: etree._Element, text: str, found: list[Tag], tag: Tag) -> None:
        if tag.text[2] in "-+" or tag.text[-3] in "-+":
            self.say(paragraph, "A tag with a minus or plus sign swallows the text around it.", "Take the sign out.")
            return
        if tag.text.startswith("{#"):
            self.alone(paragraph, text, found, tag)
            return
        if any(mark in tag.text[2:-2] for mark in "%{}"):
            self.say(paragraph, "A tag holds % or a brace.", "Compare with a code: {%p if name == \"code\" %}.")
            return
        if not self.alone(paragraph, text, found, tag):
            return
        if tag.text.startswith("{{"):
            self.printed(paragraph, tag)
        else:
            self.statement(paragraph, tag)

    def alone(self, paragraph: etree._Element, text: str, found: list[Tag], tag: Tag) -> bool:
        """Whether a tag that takes the place of its paragraph, row or cell has it to itself."""
        if tag.kind not in WHOLE:
            return True
        whole, words, inside = paragraph, text, found
        if tag.kind != "p":
            above = next(paragraph.iterancestors(W + tag.kind), None)
            if above is None:
                self.say(paragraph, f"{{%{tag.kind} … %}} stands outside a table.", "Use {%p … %} there.")
                return False
            whole, words = above, text_of(above)
            inside = tags(words)[0]
        if len(inside) > 1:
            self.say(
                paragraph, f"Two tags stand in one {WHOLE[tag.kind]}, and one of them would be lost.",
                f"Give {tag.text[:40]} a {WHOLE[tag.kind]} of its own.",
            )  # fmt: skip
            return False
        beside = words.replace(tag.text, "", 1).strip()
        if beside or next(whole.iter(W + "drawing", W + "sym", W + "sectPr"), None) is not None:
            self.say(
                paragraph, f"What stands beside {tag.text[:40]} would be lost.",
                f"Leave the tag alone in its {WHOLE[tag.kind]}.", beside[:60],
            )  # fmt: skip
            return False
        return True

    def printed(self, paragraph: etree._Element, tag: Tag) -> None:
        if tag.kind in ("tr", "tc"):
            self.say(paragraph, f"{{{{{tag.kind} … }}}} isn't used.", "Print with {{ … }}.")
            return
        path = self.expression(paragraph, tag.inner)
        if path is None:
            return
        name = self.resolved(path)
        kind = self.known(paragraph, name)
        if kind in ("a list", "a group"):
            self.say(paragraph, f"“{name}” is {kind}, so it can't be printed.", "Print one of the names in it.")
        elif kind == "text" and tag.kind != "p":
            self.say(
                paragraph, f"“{name}” is free text and may have several paragraphs.",
                f"Print it with {{{{p {tag.inner} }}}}, alone in its paragraph.",
            )  # fmt: skip
        elif kind not in ("", "open", "text") and tag.kind == "p":
            self.say(paragraph, f"“{name}” is a single line.", f"Print it with {{{{ {tag.inner} }}}}.")

    def statement(self, paragraph: etree._Element, tag: Tag) -> None:
        match = _STATEMENT.match(tag.inner)
        if not match:
            word = (tag.inner.split() or ["an empty tag"])[0]
            self.say(
                paragraph, f"“{word}” isn't part of the template language.",
                "Only for, if, elif, else, endfor and endif are.", tag.text,
            )  # fmt: skip
            return
        word, rest = match[1], match[2].strip()
        if tag.kind not in WHOLE:
            self.say(
                paragraph, "A condition or loop stands inside a paragraph.",
                f"Put it around whole paragraphs, each tag alone in its own: {{%p {tag.inner} %}}.", tag.text,
            )  # fmt: skip
            return
        if word in ("for", "if"):
            self.opens(paragraph, tag, word, match[2])
            return
        if rest and word != "elif":
            self.say(paragraph, f"“{word}” stands alone in its tag.", f"Write {{%{tag.kind} {word} %}}.")
            return
        opener = "for" if word == "endfor" else "if"
        here = self.open[-1] if self.open else None
        if here is None or here.word != opener:
            self.say(
                paragraph, f"“{word}” doesn't belong to an open “{opener}”.",
                f"Close what was opened last{': ' + here.word if here else ''}.",
            )  # fmt: skip
            return
        if here.kind != tag.kind or here.parent is not self.container(paragraph, tag.kind):
            self.say(
                paragraph, f"“{word}” stands in another place than the “{opener}” it belongs to.",
                f"Put both around whole {WHOLE[here.kind]}s of the same text, table or cell.",
            )  # fmt: skip
        if word in ("endfor", "endif"):
            self.open.pop()
        elif here.otherwise:
            self.say(paragraph, f"“{word}” stands after “else”.", "Put {%p else %} last.")
        elif word == "elif":
            self.tested(paragraph, rest)
        else:
            here.otherwise = True

    def opens(self, paragraph: etree._Element, tag: Tag, word: str, rest: str) -> None:
        mine = _Open(word, tag.kind, paragraph, self.container(paragraph, tag.kind))
        if word == "if":
            self.tested(paragraph, rest.strip())
        elif loop := _FOR.match(rest):
            path = None
            if " if " in loop[2]:
                self.say(paragraph, "A loop takes the whole list.", "Put {%p if … %} inside the loop.")
            else:
                path = self.expression(paragraph, loop[2])
            if any(loop[1] in outer.names for outer in self.open):
                self.say(paragraph, f"A loop around this one already uses “{loop[1]}”.", "Give it another name.")
            if path is not None:
                name = self.resolved(path)
                kind = self.known(paragraph, name)
                if kind not in ("", "open", "a list"):
                    self.say(paragraph, f"“{name}” isn't a list.", "Only a list can be looped over.")
                mine.names[loop[1]] = name + "[]"
            else:
                mine.names[loop[1]] = "?"
        else:
            self.say(paragraph, "This loop can't be read.", "Write {%p for x in list %}.", tag.text)
        self.open.append(mine)

    def container(self, paragraph: etree._Element, kind: str) -> etree._Element | None:
        """What a tag's paragraph, row or cell stands in."""
        if kind == "p":
            return paragraph.getparent()
        above = next(paragraph.iterancestors(W + kind), None)
        return None if above is None else above.getparent()

    def expression(self, paragraph: etree._Element, text: str) -> list[str] | None:
        """A look-up's steps, or None with the problem said."""
        read = _expression(text)
        if isinstance(read, syntax.Refused):
            self.say(paragraph, read.message, read.help)
            return None
        return read

    def tested(self, paragraph: etree._Element, text: str) -> None:
        from jinja2 import TemplateSyntaxError, nodes

        try:
            block = syntax.environment().parse("{% if " + text + " %}{% endif %}").body[0]
            if not isinstance(block, nodes.If):
                raise syntax.Refused("This condition can't be read.")
            test = syntax.condition(block.test)
        except (TemplateSyntaxError, IndexError, RecursionError):
            self.say(paragraph, "This condition can't be read.", 'Write {%p if name %} or {%p if name == "code" %}.')
            return
        except syntax.Refused as error:
            self.say(paragraph, error.message, error.help)
            return
        for path, compared in _asked(test, False):
            name = self.resolved(path)
            kind = self.known(paragraph, name)
            if kind == "a group":
                self.say(
                    paragraph, f"“{name}” is a group of names, so it is always there.",
                    "Ask for one of the names in it.",
                )  # fmt: skip
            elif kind == "a list" and compared:
                self.say(paragraph, f"“{name}” is a list, so it never equals a word.", "Compare a name in it.")

    def resolved(self, path: list[str]) -> str:
        loops = {name: value for outer in self.open for name, value in outer.names.items()}
        return syntax.resolve(path, loops)

    def known(self, paragraph: etree._Element, name: str) -> str:
        """What a name is; "" once it was said that there is no such name."""
        if name.startswith("?"):
            return ""
        if name.startswith("words."):
            words = self.names.words
            if words is None or name[6:] in words:
                return "open"
            near = difflib.get_close_matches(name[6:], list(words), 1, 0.6)
            self.say(
                paragraph, f"The procedure has no word “{name[6:]}”.",
                f"Did you mean “words.{near[0]}”?" if near else "Add it under `words` in procedure.yaml.",
            )  # fmt: skip
            return ""
        kind = self.names.kind(name)
        if not kind:
            self.say(paragraph, f"There is no “{name}”.", self.names.help(name))
        return kind

    def beside_nothing(self, paragraph: etree._Element, text: str, found: list[Tag]) -> None:
        """Below `else` nothing may stand but {{ nothing }}."""
        rest = text
        for tag in found:
            if tag.text.startswith("{#") or tag.inner in ("nothing", "else"):
                rest = rest.replace(tag.text, "", 1)
        if rest.strip() or next(paragraph.iter(W + "drawing", W + "sym"), None) is not None:
            self.say(
                paragraph, "Below “else” stands more than {{ nothing }}.",
                "A template says a thing only because something is there.",
            )  # fmt: skip


@lru_cache(maxsize=4096)
def _expression(text: str) -> list[str] | syntax.Refused:
    """A look-up's steps, or why it isn't one; templates ask for the same names again and again."""
    from jinja2 import TemplateSyntaxError, nodes

    try:
        output = syntax.environment().parse("{{ " + text + " }}").body[0]
        if isinstance(output, nodes.Output) and len(output.nodes) == 1:
            return syntax.look_up(output.nodes[0])
    except (TemplateSyntaxError, IndexError, RecursionError):
        pass
    except syntax.Refused as error:
        return error
    return syntax.Refused("This tag can't be read.", "Write a name with dots: {{ copy.for_name }}.")


def _asked(test: list[object], compared: bool) -> Iterator[tuple[list[str], bool]]:
    if test[0] == "get":
        yield test[1], compared  # type: ignore[misc]  # a program's test: the shape is syntax.condition's
    elif test[0] != "str":
        for part in test[1:]:
            yield from _asked(part, test[0] == "eq")  # type: ignore[arg-type]  # the same


def _tables(package: Package) -> Iterator[Problem]:
    """Tables that large print can't turn into labelled blocks (decision 34), or that read badly when split."""
    for table in package.document.iter(W + "tbl"):
        rows = table.findall(W + "tr")
        tagged = [bool(re.search(r"\{%tr\s", text_of(row))) for row in rows]
        own = [row for row, tag in zip(rows, tagged, strict=True) if not tag]
        wrong = ""
        if next(table.iterancestors(W + "tbl"), None) is not None:
            continue  # said of the table around it
        if next(table.iter(W + "gridSpan", W + "vMerge", W + "hMerge"), None) is not None:
            wrong = "It has merged cells."
        elif len(list(table.iter(W + "tbl"))) > 1:
            wrong = "A table stands in a cell."
        elif re.search(r"\{%tc\s", text_of(table)):
            wrong = "Its columns come and go."
        elif len(own) != 2 or tagged != [False, True, False, True] or len({len(r.findall(W + "tc")) for r in own}) != 1:
            wrong = "It isn't one header row and one row that is repeated."
        if wrong:
            yield Problem(
                f"This table can't be set in large print. {wrong}", place(table), text_of(table)[:60],
                "Make it: a header row, {%tr for x in list %}, one row, {%tr endfor %}.", "warning",
            )  # fmt: skip
        header = rows[0].find(f"{W}trPr/{W}tblHeader") if rows else None
        if header is None or header.get(W + "val", "1") in ("0", "false", "off"):
            yield Problem(
                "The header row isn't marked, so it isn't repeated on the next page or read out.",
                place(table), text_of(table)[:60], "Table Layout > Repeat Header Rows.", "warning",
            )  # fmt: skip
