"""No broken sentence where one thing is missing: every template, with each of its names blank in turn.

A copy leaves out what its reader may not see, and a record may not say everything. What is left must then
read as if it had never been there: no "is on .", no heading that begins with a comma, no label over nothing.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from cpdocs import parts
from cpdocs.template import Template
from cpdocs.vocabulary import PERSON
from tests.test_templates import (
    FILES,
    LIBRARY,
    OUTLINE,
    PROCEDURES,
    W,
    bare_headings,
    compiled,
    context,
    name_of,
    style_of,
)

Found = list[tuple[str, str]]
KINDS = ("initial", "pre-birth", "review", "transfer", "ending-without-conference")
LEVELS = ("early", "primary", "teen", "early", "teen")
"""One of each with each kind of conference: what stands for one of them only is read too."""
BY_SOFTWARE = {"report", "sheet", "pack", "agencies", "nothing"}
"""The chair's own lists: the software writes each of their entries whole."""
ALWAYS = {"kind", "authority.name"} | {
    f"copy.{name}" for name in ("for_name", "salutation_name", "first_name", "reference", "title")
}
"""A reader without a name goes by their id, and a council's file must have its name."""
NAMED = re.compile(r"(copy\.)?children\[\]\.(name|name_cap|title)|(people|copy\.receivers)\[\]\.title")
"""A child without a name is "the unborn baby", an adult without one goes by their role."""
SAID = "Xyz"
WRITTEN_ON = {"WritingLine", "AfterTable"}


def sure(name: str) -> bool:
    """Whether a name always has something to print, whoever reads it (present.py and the schemas see to it)."""
    if name.split(".")[0].split("[")[0] in BY_SOFTWARE or name in ALWAYS or NAMED.fullmatch(name):
        return True
    if name.endswith(("[].subject", "[].mine")) or name.startswith("copy.agreed_actions[]."):
        return True
    who = re.fullmatch(r"(.*\[\])\.(name|title)", name)
    field = LIBRARY.fields.at(who[1].replace("copy.children", "children")) if who else None
    return bool(who and field and field.is_leaf and (field.type == "child" or who[2] == "title"))


def blanks(template: Template) -> Iterator[tuple[str, ...]]:
    """Names that are absent together: a code and its words; what is known of a person, or their name alone."""
    groups: dict[str, set[str]] = {}
    for name in template.names:
        if name.startswith("words.") or sure(name):
            continue
        own = re.sub(r"_(label|labels\[\]|cap|inside|first|rest)\Z", "", name)
        groups.setdefault(own, set()).add(name)
        whose, _, what = own.rpartition(".")
        at = whose.replace("copy.children", "children").replace("told[]", "attended[]")
        field = LIBRARY.fields.at(at) if whose else None
        if what in PERSON and field is not None and field.type in ("person", "child") and not whose.endswith("[]"):
            groups.setdefault(f"{whose}.*", set()).add(name)
    for own, group in sorted(groups.items()):
        # a person's title is there as soon as they are: it falls back to the role
        if f"{own.rpartition('.')[0]}.*" not in groups or not own.endswith(".title"):
            yield tuple(sorted({own, *group} - {own} if own.endswith("*") else {own, *group}))


def blank(data: Any, steps: list[str]) -> None:
    """Empty one path, in every entry of the lists on its way."""
    step, rest = steps[0].removesuffix("[]"), steps[1:]
    if not isinstance(data, dict) or step not in data:
        return
    if not rest:
        data[step] = [] if isinstance(data[step], list) else ""
    elif isinstance(data[step], list):
        for entry in data[step]:
            blank(entry, rest)
    else:
        blank(data[step], rest)


@cache
def full(path: Path, variant: int) -> dict[str, Any]:
    """Everything written down, for one kind of conference; questions are answered yes, then no, in turn."""
    template = compiled(path, PROCEDURES[variant % len(PROCEDURES)])
    given = {
        "kind": KINDS[variant],
        "copy.reading_level": LEVELS[variant],
        "children[].subject": "yes",
        "copy.children[].facts.living": "yes",
        "copy.reader": "professional",
        "nothing": "Nothing here",
    }
    for name in template.names:
        if name.startswith("passages.") or (name.startswith("copy.") and name.count(".") == 1 and name not in given):
            given[name] = "yes"
        elif re.search(r"(plan|end\.ground|ending\.ground|end_ground)\Z", name):
            field = LIBRARY.fields.at(name.replace("copy.children", "children"))
            if field and field.labels:
                given[name] = list(field.labels)[variant % len(field.labels)]
        elif name.endswith("contribution.kind") or name.endswith("contributions[].kind"):
            given[name] = ("fact", "opinion")[variant % 2]
    return context(template.names, leaf=SAID, rows=1, answer="no" if variant % 2 else "yes", given=given)


def printed(docx: bytes) -> Found:
    """(style, text) of each paragraph outside tables, just as it is printed; a tab is a tab."""
    found = []
    body = next(etree.fromstring(parts.read(docx)["word/document.xml"]).iter(W + "body"))
    for p in body.iterchildren(W + "p", W + "tbl"):
        if p.tag == W + "tbl":
            found.append(("Table", "table"))
            continue
        pieces = (t.text or "" if t.tag == W + "t" else "\t" for t in p.iter(W + "t", W + "tab") if in_run(t))
        found.append((style_of(p), "".join(pieces)))
    return found


def in_run(element: Any) -> bool:
    return bool(element.getparent().tag == W + "r")


GLUE = re.compile(
    r"\A[\s,.:;)]"  # begins with what should follow something
    r"| [.,;:)]|[,:;(] ?[,.;:)]"  # something is missing before or between
    r"|  |\t\Z|\t\t"  # a hole, a label with nothing beside it
    r"|\s\Z"  # ends where more was to come
)


def broken(found: Found) -> list[str]:
    """What reads as if something had fallen out of it."""
    wrong = [f"{text!r}" for style, text in found if style != "SignatureLine" and GLUE.search(text)]
    wrong += [f"empty {style}" for style, text in found if not text and style not in WRITTEN_ON]
    for (style, text), (after, below) in zip(found, [*found[1:], ("Title", "")], strict=True):
        # "On the plan" below a name is a label of its own; another entry's name is not
        if style == "Label" and (after in OUTLINE or (after == "Label" and below.startswith(SAID))):
            wrong.append(f"{text!r} has nothing below it")
        if text.endswith(":") and not after.startswith("List"):
            wrong.append(f"{text!r} leads to nothing")
    return wrong + [f"{text!r} stands over nothing" for text in bare_headings(found)]


@pytest.mark.parametrize("variant", range(len(KINDS)), ids=KINDS)
@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_whatever_is_missing_no_sentence_is_broken(path: Path, variant: int) -> None:
    template = compiled(path, PROCEDURES[variant % len(PROCEDURES)])
    whole = full(path, variant)
    wrong = [f"with all there: {what}" for what in broken(printed(template.render(whole)))]
    for group in blanks(template):
        data = copy.deepcopy(whole)
        for name in group:
            blank(data, name.split("."))
        wrong += [f"without {group[0]}: {what}" for what in broken(printed(template.render(data)))]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("The next review conference is on .", "Decision"),
        (", 30 May 2041", "Heading3"),
        (": The plan is failing", "Fact"),
        ("It was asked that  be kept out", "Label"),
        (" leads this work.", "BodyText"),
        ("Meeting on ", "ListBullet"),
        ("Date\t", "Fact"),
        (" (fact)", "Label"),
        ("", "Heading3"),
    ],
)
def test_broken_sentences_are_seen(text: str, style: str) -> None:
    """The sentences that this test was written for."""
    assert broken([(style, text), ("BodyText", "More.")])
    assert not broken([("Label", "Rhea Hollis, mother"), ("BodyText", "At 10:30, by post (signed).")])
    assert broken([("Label", "Rhea Hollis, mother"), ("Label", SAID)])


def test_every_name_that_may_be_missing_is_tried() -> None:
    """So that the test above can't pass by trying nothing."""
    for path in FILES:
        template = compiled(path, PROCEDURES[0])
        tried = {name for group in blanks(template) for name in group}
        left = {name for name in template.names if name not in tried and not name.startswith("words.")}
        assert {name for name in left if not sure(name)} == set(), path
        assert tried, path
