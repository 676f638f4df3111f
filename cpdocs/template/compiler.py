"""Compile a template once: a .docx, the house file and a procedure's words in, a Template out.

The order: taken in and cleaned, tags mended, house and template put together, words filled in, whatever the
caller does with the parts (another language, large print), docxtpl's own preparation of the tags, and last
the program of every part that holds one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from lxml import etree

from cpdocs import parts as packages
from cpdocs.template import syntax
from cpdocs.template.compiled import DECLARATION, Part, Template
from cpdocs.template.grid import is_static
from cpdocs.template.heal import MOST, Tag, heal, replace_tags
from cpdocs.template.house import bad_styles, combine
from cpdocs.template.names import Names
from cpdocs.template.package import HOUSE, Package, take_in
from cpdocs.template.place import W
from cpdocs.template.problem import Problem, TemplateError
from cpdocs.template.walk import Walk

Parts = dict[str, bytes]
Transform = Callable[[Parts], Parts]

_WORD = re.compile(r"words\.([A-Za-z][A-Za-z0-9_]*)\Z")
_BRACES = re.compile(r"[{}\x00-\x1f]")  # two of them side by side would make a tag
_RENDERED = re.compile(r"word/(?:document|header[0-9]+|footer[0-9]+)\.xml\Z")


def compile_template(
    docx: bytes,
    house: bytes | None,
    words: Mapping[str, str],
    *,
    transform: Transform | None = None,
) -> Template:
    """Compile a template. Raises TemplateError with everything that is wrong with it."""
    return from_parts(prepare(docx, house, words, transform=transform))


def prepare(
    docx: bytes,
    house: bytes | None,
    words: Mapping[str, str],
    *,
    transform: Transform | None = None,
) -> Parts:
    """Everything but the tags: the parts of an ordinary docxtpl template, clean and complete.

    Written with parts.write, it is what docxtpl itself would render to the same copies. Raises TemplateError.
    """
    template, problems = take_in(docx, "the template")
    look = None
    if house is not None:
        look, more = take_in(house, HOUSE)
        problems = problems + more
    for package in (template, look):
        if package is not None:
            problems = problems + mend(package) + Walk(Names(None, None)).package(package)
    if template is not None and (look is not None or house is None):
        problems = problems + bad_styles(template, look or template)
    if problems or template is None:
        raise TemplateError(problems)
    parts = assemble(template, look, words)
    return transform(parts) if transform else parts


def assemble(template: Package, look: Package | None, words: Mapping[str, str]) -> Parts:
    """Put packages in which nothing is wrong together, with a procedure's words. Raises TemplateError."""
    problems: list[Problem] = []
    for package, where in ((template, "the template"), (look, HOUSE)):
        if package is not None:
            problems = problems + fill(package, words, where)
    if problems:
        raise TemplateError(problems)
    return combine(template, look)


def mend(package: Package) -> list[Problem]:
    """Mend the tags of a whole package."""
    problems = heal(package.document)
    for rid, root in package.headers.items():
        if len(problems) < MOST:
            problems += heal(root, package.labels[rid])
    return problems


def fill(package: Package, words: Mapping[str, str], where: str) -> list[Problem]:
    """Put a procedure's words in the place of `{{ words.x }}`."""
    problems: dict[Problem, None] = {}

    def filled(tag: Tag) -> str | None:
        if not tag.text.startswith("{{") or not (name := _WORD.match(tag.inner)):
            return None
        word = words.get(name[1])
        if word is None:
            problem = Problem(
                f"The procedure has no word “{name[1]}”.", where, tag.text, "Add it under `words` in procedure.yaml."
            )
            problems[problem] = None
        elif _BRACES.search(word):
            message = f"The procedure's word “{name[1]}” holds braces or a line break."
            help = "Write it as plain words on one line."
            problems[Problem(message, "procedure.yaml", tag.text, help)] = None
        return word or ""

    for root in (package.document, *package.headers.values()):
        replace_tags(root, filled)
    title = etree.Element(W + "t")
    title.text = package.title
    replace_tags(title, filled)
    package.title = title.text or ""
    return list(problems)


def from_parts(parts: Parts) -> Template:
    """Compile the parts that prepare made. Raises TemplateError."""
    compiled: list[Part] = []
    constants: dict[str, packages.Deflated] = {}
    for name, data in parts.items():
        if _RENDERED.match(name) and _has_tags(data):
            compiled.append(_part(name, data))
        elif name == "docProps/core.xml" and _has_tags(data):
            source = data.decode().removeprefix(DECLARATION)
            compiled.append(Part(name, DECLARATION, "", syntax.program(source, "the title property"), True))
        else:
            constants[name] = packages.deflate(data, 9)
    return Template(compiled, constants, *_lists(parts.get("word/numbering.xml"), parts.get("word/styles.xml")))


def _has_tags(data: bytes) -> bool:
    return b"{{" in data or b"{%" in data or b"{#" in data or b"{_" in data


def _part(name: str, data: bytes) -> Part:
    try:
        root = etree.fromstring(data)
    except etree.XMLSyntaxError as error:  # a transform's doing: what was taken in is sound
        raise TemplateError([Problem("A part isn't sound any more after it was translated or set.", name)]) from error
    label = "the document" if name == "word/document.xml" else f"the {name.split('/')[1].rstrip('0123456789.xml')}"
    whole = etree.tostring(root, encoding="unicode")
    before = after = ""
    if name == "word/document.xml":
        # only the body is docxtpl's to prepare; cut at the text, since moving a tree costs by its size
        start = whole.index("<w:body")
        end = whole.rindex("</w:body>") + len("</w:body>")
        before, whole, after = whole[:start], whole[start:end], whole[end:]
    source = _docxtpl().patch_xml(whole)
    return Part(name, DECLARATION + before, after, syntax.program(source, label), is_static(root))


@cache
def _docxtpl() -> Any:
    from docxtpl import DocxTemplate

    return DocxTemplate("")  # only as the home of its pure function on strings


def _lists(numbering: bytes | None, styles: bytes | None) -> tuple[str, str, str, int]:
    """What a numbered list needs: the numbering part, the two list styles' own numbers, the next free one."""
    if numbering is None or styles is None:
        return "", "", "", 0
    root = etree.fromstring(numbering)
    abstract = {}
    highest = 0
    for num in root.iter(W + "num"):
        number = num.get(W + "numId", "0")
        highest = max(highest, int(number) if number.isdigit() else 0)
        link = num.find(W + "abstractNumId")
        abstract[number] = link.get(W + "val", "") if link is not None else ""
    of_style: dict[str, str] = {}
    for style in etree.fromstring(styles).iter(W + "style"):
        for num_id in style.iter(W + "numId"):
            of_style[style.get(W + "styleId", "")] = num_id.get(W + "val", "")
    return (
        numbering.decode(),
        of_style.get("ListBullet", ""),
        abstract.get(of_style.get("ListNumber", ""), ""),
        highest + 1,
    )
