"""Read a template's tags one after the other, as its keeper wrote them, and say what is wrong with each.

syntax proves what is left to be sound; this module knows the paragraph and can say it in words. It finds what
docxtpl would swallow: words beside a tag that takes the place of its paragraph, two such tags in one row.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lxml import etree

from cpdocs.template import syntax
from cpdocs.template.heal import Tag, own_texts, tags
from cpdocs.template.names import Names
from cpdocs.template.package import Package, is_on
from cpdocs.template.place import W, paragraphs, place, shortened, text_near, text_of
from cpdocs.template.problem import Problem

WHOLE = {"p": "paragraph", "tr": "row", "tc": "cell"}
"""What a tag of each kind takes the place of."""
MOST = 100
"""Problems told of one file: whoever has more mends these first."""
MAX_TAG = 2_000
"""Characters of one tag: to read one costs more than its length."""
_BESIDE = tuple(W + name for name in ("drawing", "sym", "sectPr", "fldChar", "fldSimple", "noBreakHyphen"))
"""What can be seen and isn't text."""
_STATEMENT = re.compile(r"(for|endfor|if|elif|else|endif)\b(.*)\Z", re.S)
_APART = re.compile(r"(\{[{%])(?!(?-i:p|tr|tc|r)\b)\s*(p|tr|tc|r)(?=\s+\w)", re.I)
"""`{% p if … %}`, `{{ p name }}` and `{%P if … %}`, which docxtpl takes for something else."""
_FOR = re.compile(r"\s+([A-Za-z][A-Za-z0-9_]*)\s+in\s+(.+)\Z", re.S)


def roots(package: Package) -> Iterator[tuple[str, etree._Element]]:
    """Everything of a package that may hold tags, with what to call it: body, heads, title."""
    yield "", package.document
    for rid, root in package.headers.items():
        yield package.labels[rid], root
    title = etree.Element(W + "hdr", nsmap={"w": W[1:-1]})
    etree.SubElement(etree.SubElement(etree.SubElement(title, W + "p"), W + "r"), W + "t").text = package.title
    yield "the title property", title


@dataclass(slots=True)
class _Open:
    """A loop or condition that isn't closed yet."""

    word: str
    kind: str
    paragraph: etree._Element
    parent: etree._Element | None
    names: dict[str, str] = field(default_factory=dict)
    otherwise: bool = False
    heads: list[str] = field(default_factory=list)
    """What each branch of a condition says first."""
    fresh: bool = True


class Walk:
    """Reads the tags of one part after the other."""

    def __init__(self, names: Names) -> None:
        """`names` are those that may be asked for; Names(None, None) allows any."""
        self.names = names
        self.problems: list[Problem] = []
        self.open: list[_Open] = []
        self.label = ""

    def package(self, package: Package) -> list[Problem]:
        """What is wrong with the tags of a package, in reading order."""
        self.problems = []
        for label, root in roots(package):
            self._part(root, label)
        return self.problems

    def _part(self, root: etree._Element, label: str) -> None:
        self.open, self.label = [], label
        for paragraph in paragraphs(root):
            if len(self.problems) >= MOST:
                return  # to say what may have been meant costs more than all the rest
            text = "".join(t.text or "" for t in own_texts(paragraph))
            found, wrong = tags(text)
            if wrong:
                continue  # heal has said so
            for tag in found:
                if len(self.problems) < MOST:
                    self._tag(paragraph, text, found, tag)
            self._first_of_branch(text, found)
            if len(self.open) > syntax.MAX_DEPTH:
                self._say(paragraph, *syntax.TOO_DEEP)
                return
            if self.open and self.open[-1].otherwise:
                self._beside_nothing(paragraph, text, found)
        for left in self.open:
            self._say(left.paragraph, f"“{left.word}” is never closed.", f"Add {{%{left.kind} end{left.word} %}}.")

    def _say(self, paragraph: etree._Element, message: str, help: str = "", near: str = "") -> None:
        if len(self.problems) < MOST:
            near = shortened(near) if near else text_near(paragraph)
            self.problems.append(Problem(message, place(paragraph, self.label), near, help))

    def _tag(self, paragraph: etree._Element, text: str, found: list[Tag], tag: Tag) -> None:
        if tag.text[2] in "-+" or tag.text[-3] in "-+":
            self._say(paragraph, "A tag with a minus or plus sign swallows the text around it.", "Take the sign out.")
            return
        if tag.text.startswith("{#"):
            self._alone(paragraph, text, found, tag)
            return
        if len(tag.text) > MAX_TAG:
            self._say(paragraph, "A tag is far too long.", "Ask for less at once.")
            return
        if any(mark in tag.text[2:-2] for mark in "%{}"):
            self._say(paragraph, "A tag holds % or a brace.", "Compare with a code: {%p if name == \"code\" %}.")
            return
        if apart := _APART.match(tag.text):
            right = apart[1] + apart[2].lower() + tag.text[apart.end() :]
            help = f"Write {right}: “{apart[2].lower()}” stands small and right behind the brace."
            self._say(paragraph, "This tag isn't read as it is meant.", help, tag.text)
            return
        if not self._alone(paragraph, text, found, tag):
            return
        if tag.text.startswith("{{"):
            self._printed(paragraph, tag)
        else:
            self._statement(paragraph, tag)

    def _alone(self, paragraph: etree._Element, text: str, found: list[Tag], tag: Tag) -> bool:
        """Whether a tag that takes the place of its paragraph, row or cell has it to itself."""
        if tag.kind not in WHOLE:
            return True
        whole, words, inside = paragraph, text, found
        if tag.kind != "p":
            above = next(paragraph.iterancestors(W + tag.kind), None)
            if above is None:
                self._say(paragraph, f"{{%{tag.kind} … %}} stands outside a table.", "Use {%p … %} there.")
                return False
            whole, words = above, text_of(above)
            inside = tags(words)[0]
        if len(inside) > 1:
            self._say(
                paragraph, f"Two tags stand in one {WHOLE[tag.kind]}, and one of them would be lost.",
                f"Give {tag.text[:40]} a {WHOLE[tag.kind]} of its own.",
            )  # fmt: skip
            return False
        beside = words.replace(tag.text, "", 1).strip()
        breaks = any(br.get(W + "type") in ("page", "column") for br in whole.iter(W + "br"))
        if any(map(is_on, whole.iter(W + "pageBreakBefore"))):
            self._say(
                paragraph, f"The page break before {tag.text[:40]} would be lost.",
                "Set it for a paragraph of text: Paragraph > Line and Page Breaks.",
            )  # fmt: skip
            return False
        if beside or breaks or next(whole.iter(*_BESIDE), None) is not None:
            self._say(
                paragraph, f"What stands beside {tag.text[:40]} would be lost.",
                f"Leave the tag alone in its {WHOLE[tag.kind]}.", beside[:60],
            )  # fmt: skip
            return False
        return True

    def _printed(self, paragraph: etree._Element, tag: Tag) -> None:
        if tag.kind in ("tr", "tc"):
            self._say(paragraph, f"{{{{{tag.kind} … }}}} isn't used.", "Print with {{ … }}.")
            return
        path = self._expression(paragraph, tag.inner)
        if path is None:
            return
        name = self._resolved(path)
        kind = self._known(paragraph, name)
        if kind in ("a list", "a group"):
            self._say(paragraph, f"“{name}” is {kind}, so it can't be printed.", "Print one of the names in it.")
        elif kind == "text" and tag.kind != "p":
            self._say(
                paragraph, f"“{name}” is free text and may have several paragraphs.",
                f"Print it with {{{{p {tag.inner} }}}}, alone in its paragraph.",
            )  # fmt: skip
        elif kind == "runs" and tag.kind != "r":
            self._say(paragraph, f"“{name}” brings its own look.", f"Print it with {{{{r {tag.inner} }}}}.")
        elif kind not in ("", "open", "text") and tag.kind == "p":
            self._say(paragraph, f"“{name}” is a single line.", f"Print it with {{{{ {tag.inner} }}}}.")

    def _statement(self, paragraph: etree._Element, tag: Tag) -> None:
        match = _STATEMENT.match(tag.inner)
        if not match:
            word = (tag.inner.split() or ["an empty tag"])[0]
            self._say(
                paragraph, f"“{word[:40]}” isn't part of the template language.",
                "Only for, if, elif, else, endfor and endif are.", tag.text,
            )  # fmt: skip
            return
        word, rest = match[1], match[2].strip()
        if tag.kind not in WHOLE:
            self._say(
                paragraph, "A condition or loop stands inside a paragraph.",
                f"Put it around whole paragraphs, each tag alone in its own: {{%p {tag.inner} %}}.", tag.text,
            )  # fmt: skip
            return
        if word in ("for", "if"):
            self._opens(paragraph, tag, word, match[2])
            return
        if rest and word != "elif":
            self._say(paragraph, f"“{word}” stands alone in its tag.", f"Write {{%{tag.kind} {word} %}}.")
            return
        opener = "for" if word == "endfor" else "if"
        here = self.open[-1] if self.open else None
        if here is None or here.word != opener:
            self._say(
                paragraph, f"“{word}” doesn't belong to an open “{opener}”.",
                f"Close what was opened last{': ' + here.word if here else ''}.",
            )  # fmt: skip
            return
        if here.kind != tag.kind or here.parent is not self._container(paragraph, tag.kind):
            self._say(
                paragraph, f"“{word}” stands in another place than the “{opener}” it belongs to.",
                f"Put both around whole {WHOLE[here.kind]}s of the same text, table or cell.",
            )  # fmt: skip
        if word in ("endfor", "endif"):
            self.open.pop()
        elif here.otherwise:
            self._say(paragraph, f"“{word}” stands after “else”.", "Put {%p else %} last.")
        elif word == "elif":
            here.fresh = True
            self._tested(paragraph, rest)
        else:
            here.otherwise = True

    def _opens(self, paragraph: etree._Element, tag: Tag, word: str, rest: str) -> None:
        mine = _Open(word, tag.kind, paragraph, self._container(paragraph, tag.kind))
        if word == "if":
            self._tested(paragraph, rest.strip())
        elif loop := _FOR.match(rest):
            path = None
            if " if " in loop[2]:
                self._say(paragraph, "A loop takes the whole list.", "Put {%p if … %} inside the loop.")
            else:
                path = self._expression(paragraph, loop[2])
            if any(loop[1] in outer.names for outer in self.open):
                self._say(paragraph, f"A loop around this one already uses “{loop[1]}”.", "Give it another name.")
            if path is not None:
                name = self._resolved(path)
                kind = self._known(paragraph, name)
                if kind not in ("", "open", "a list"):
                    self._say(paragraph, f"“{name}” isn't a list.", "Only a list can be looped over.")
                mine.names[loop[1]] = name + "[]"
            else:
                mine.names[loop[1]] = "?"
        else:
            self._say(paragraph, "This loop can't be read.", "Write {%p for x in list %}.", tag.text)
        self.open.append(mine)

    def _container(self, paragraph: etree._Element, kind: str) -> etree._Element | None:
        """What a tag's paragraph, row or cell stands in."""
        if kind == "p":
            return paragraph.getparent()
        above = next(paragraph.iterancestors(W + kind), None)
        return None if above is None else above.getparent()

    def _expression(self, paragraph: etree._Element, text: str) -> list[str] | None:
        """A look-up's steps, or None with the problem said."""
        read = _expression(text)
        if isinstance(read, syntax.Refused):
            self._say(paragraph, read.message, read.help)
            return None
        return read

    def _tested(self, paragraph: etree._Element, text: str) -> None:
        test = _condition(text)
        if isinstance(test, syntax.Refused):
            self._say(paragraph, test.message, test.help)
            return
        for path, compared in _asked(test, False):
            name = self._resolved(path)
            if path[0] == "words":
                self._say(
                    paragraph, "A procedure's words are filled in before conditions are read.",
                    "Ask for a name of the context, such as passages.advice_line.",
                )  # fmt: skip
                continue
            kind = self._known(paragraph, name)
            if kind == "a group":
                self._say(
                    paragraph, f"“{name}” is a group of names, so it is always there.",
                    "Ask for one of the names in it.",
                )  # fmt: skip
            elif kind == "a list" and compared:
                self._say(paragraph, f"“{name}” is a list, so it never equals a word.", "Compare a name in it.")

    def _resolved(self, path: list[str]) -> str:
        loops = {name: value for outer in self.open for name, value in outer.names.items()}
        return syntax.resolve(path, loops)

    def _known(self, paragraph: etree._Element, name: str) -> str:
        """What a name is; "" once it was said that there is no such name."""
        if name.startswith("?"):
            return ""
        if name.startswith("words."):
            words = self.names.words
            if words is None or name[6:] in words:
                return "open"
            near = difflib.get_close_matches(name[6:], list(words), 1, 0.6)
            self._say(
                paragraph, f"The procedure has no word “{name[6:]}”.",
                f"Did you mean “words.{near[0]}”?" if near else "Add it under `words` in procedure.yaml.",
            )  # fmt: skip
            return ""
        kind = self.names.kind(name)
        if not kind:
            loops = [loop for outer in self.open for loop in outer.names]
            root, dot, rest = name.partition(".")
            meant = difflib.get_close_matches(root, loops, 1, 0.6)
            help = f"Did you mean “{meant[0]}{dot}{rest}”?" if meant and "[]" not in root else self.names.help(name)
            self._say(paragraph, f"There is no “{name}”.", help)
        return kind

    def _first_of_branch(self, text: str, found: list[Tag]) -> None:
        """Keep what a branch of a condition says first: its heading, if it has one."""
        here = self.open[-1] if self.open else None
        control = any(tag.text.startswith("{%") for tag in found)
        if here is not None and here.word == "if" and here.fresh and text.strip() and not control:
            here.heads.append(text)
            here.fresh = False

    def _beside_nothing(self, paragraph: etree._Element, text: str, found: list[Tag]) -> None:
        """Below `else` nothing may stand but {{ nothing }}, or the branches' own heading before it."""
        heads = set(self.open[-1].heads)
        if len(heads) == 1 and text == f"{heads.pop()}{{{{ nothing }}}}":
            return
        rest = text
        for tag in found:
            if tag.text.startswith("{#") or tag.inner in ("nothing", "else"):
                rest = rest.replace(tag.text, "", 1)
        if rest.strip() or next(paragraph.iter(W + "drawing", W + "sym"), None) is not None:
            self._say(
                paragraph, "Below “else” stands more than {{ nothing }}.",
                "A template says a thing only because something is there.",
            )  # fmt: skip


@lru_cache(maxsize=4096)
def _expression(text: str) -> list[str] | syntax.Refused:
    """A look-up's steps, or why it isn't one; templates ask for the same names again and again."""
    from jinja2 import TemplateSyntaxError, nodes

    if len(text) > syntax.MAX_NAME:
        return syntax.Refused(*syntax.LONG_NAME)
    try:
        output = syntax.environment().parse("{{ " + text + " }}").body[0]
        if isinstance(output, nodes.Output) and len(output.nodes) == 1:
            return syntax.look_up(output.nodes[0])
    except (TemplateSyntaxError, IndexError, RecursionError):
        pass
    except syntax.Refused as error:
        return error
    return syntax.Refused("This tag can't be read.", "Write a name with dots: {{ copy.for_name }}.")


@lru_cache(maxsize=1024)
def _condition(text: str) -> list[Any] | syntax.Refused:
    """A condition as a program's test, or why it isn't one."""
    from jinja2 import TemplateSyntaxError, nodes

    try:
        block = syntax.environment().parse("{% if " + text + " %}{% endif %}").body[0]
        if isinstance(block, nodes.If):
            return syntax.condition(block.test)
    except (TemplateSyntaxError, IndexError, RecursionError):
        pass
    except syntax.Refused as error:
        return error
    return syntax.Refused("This condition can't be read.", 'Write {%p if name %} or {%p if name == "code" %}.')


def _asked(test: list[object], compared: bool) -> Iterator[tuple[list[str], bool]]:
    if test[0] == "get":
        yield test[1], compared  # type: ignore[misc]  # a program's test: the shape is syntax.condition's
    elif test[0] != "str":
        for part in test[1:]:
            yield from _asked(part, test[0] == "eq")  # type: ignore[arg-type]  # the same
