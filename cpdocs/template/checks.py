"""Check a template before anyone relies on it: a .docx and the names it may use in, its problems out.

Everything is said at once, in reading order, with the paragraph or cell and the words near it. What a template
may hold is decided by package (the file), syntax (the language) and here (where tags stand, which names they
ask for, and whether its tables can be set in large print).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import islice

from cpdocs.template import compiler
from cpdocs.template.heal import each_tag, tags
from cpdocs.template.house import bad_styles, heads
from cpdocs.template.names import Names
from cpdocs.template.package import HOUSE, Package, is_on, sections, take_in
from cpdocs.template.place import W, paragraphs, place, text_of
from cpdocs.template.problem import Problem, TemplateError
from cpdocs.template.walk import MOST, Walk, roots

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
    walk = Walk(names)
    curly = list(islice(_curly(package), MOST))
    problems = problems + compiler.mend(package)
    problems += walk.package(package)
    problems += curly + list(islice(_tables(package), MOST))
    look = None
    if house is not None:
        look, more = take_in(house, HOUSE)
        problems += more
        if look is not None:
            problems += list(_not_the_houses(package, look)) + bad_styles(package, look) + list(_marks(look, names))
            problems += compiler.mend(look) + Walk(Names(None, None)).package(look)
    else:
        problems += bad_styles(package, package)
    if not any(problem.severity == "error" for problem in problems):
        given = dict.fromkeys(words, "word") if words is not None else _AnyWords()
        try:
            asked = compiler.from_parts(compiler.assemble(package, look, given)).names
        except TemplateError as error:
            return problems + list(error.problems)
        # the template's own names were looked at above, one by one; what is left are the house file's
        problems += [
            Problem(f"The house file asks for “{name}”, which there isn't.", "the house file", "", names.help(name))
            for name in sorted(asked)
            if not names.kind(name)
        ]
    return problems


def _curly(package: Package) -> Iterator[Problem]:
    """Quotation marks that Word made curly inside tags; they are read as straight ones."""
    for label, root in roots(package):
        for paragraph in paragraphs(root):
            for tag in tags(text_of(paragraph))[0]:
                if _CURLY.search(tag.text) and not tag.text.startswith("{#"):
                    yield Problem(
                        "The quotation marks in a tag are curly; they are read as straight ones.",
                        place(paragraph, label), tag.text, 'Type them as ", with Ctrl+Z after Word has turned them.',
                        "warning",
                    )  # fmt: skip


_MARKS = {"copy.for_name": "whose copy it is", "copy.draft": "whether it is a draft"}
"""What every page says, so that no page is taken for another reader's or for a final one."""


def _marks(look: Package, names: Names) -> Iterator[Problem]:
    """Whether each kind of page of a house file says what every page must."""
    settings, last = look.single.get("settings"), [*sections(look.document)][-1:]
    kinds = {
        "default": True,
        "first": any(is_on(title) for section in last for title in section.iter(W + "titlePg")),
        "even": settings is not None and any(map(is_on, settings.iter(W + "evenAndOddHeaders"))),
    }
    for page in (kind for kind, used in kinds.items() if used):
        shown = [look.headers[rid] for _, of, rid in heads(look) if of == page]
        asked = " ".join(tag.inner for root in shown for _, tag in each_tag(root))
        lacking = [what for name, what in _MARKS.items() if not names.any and names.kind(name) and name not in asked]
        fields = [field for root in shown for field in root.iter(W + "instrText", W + "fldSimple")]
        if not names.any and not any("PAGE" in f"{field.text} {field.get(W + 'instr')}" for field in fields):
            lacking.append("which page it is")
        if lacking:
            told = {"first": "the first page", "even": "even pages"}.get(page, "its pages")
            yield Problem(
                f"The head and foot of {told} don't say {' or '.join(lacking)}.", HOUSE, "",
                "Copy them from the house.docx that cpdocs brings along.", "warning",
            )  # fmt: skip


def _not_the_houses(package: Package, look: Package) -> Iterator[Problem]:
    """Words in a template's own headers and footers, which the house file's take the place of."""
    printed = {text_of(paragraph).strip() for root in look.headers.values() for paragraph in paragraphs(root)}
    for rid, root in package.headers.items():
        for paragraph in islice(paragraphs(root), MOST):
            words = text_of(paragraph).strip()
            if words and words not in printed:
                yield Problem(
                    "This isn't printed: headers and footers are the house file's.",
                    place(paragraph, package.labels[rid]), words[:60], "Put it in the text or house.docx.", "warning",
                )  # fmt: skip


def _tables(package: Package) -> Iterator[Problem]:
    """Tables that large print can't turn into labelled blocks (decision 34), or that read badly when split."""
    for table in package.document.iter(W + "tbl"):
        if next(table.iterancestors(W + "tbl"), None) is not None:
            continue  # said of the table around it
        rows = table.findall(W + "tr")
        tagged = [bool(re.search(r"\{%tr\s", text_of(row))) for row in rows]
        own = [row for row, tag in zip(rows, tagged, strict=True) if not tag]
        wrong = ""
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
