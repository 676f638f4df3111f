"""Mend what Word does to tags: a part's tree in, the same tree with every tag whole in one run.

Word splits a tag over runs when its author corrects a letter, and turns straight quotation marks curly. A tag
is put together in the run it begins in (as docxtpl does), its quotation marks are made straight, and its
spaces are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from cpdocs.template.place import W, paragraphs, place, text_near
from cpdocs.template.problem import Problem

MOST = 100
"""Problems told of one part, or of one file's tags."""
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
CLOSE = {"{{": "}}", "{%": "%}", "{#": "#}"}
_OPEN = re.compile(r"\{[{%#]|[}%#]\}")
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " "})


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of a template as it stands in its paragraph's text."""

    text: str
    start: int
    end: int

    @property
    def kind(self) -> str:
        """`p`, `tr`, `tc` or `r` for a tag that takes the place of what it stands in; else nothing."""
        found = re.match(r"\{[{%#](p|tr|tc|r)\s", self.text)
        return found[1] if found else ""

    @property
    def inner(self) -> str:
        """What the tag says, without its braces and its kind."""
        return self.text[2 + len(self.kind) : -2].strip()


def tags(text: str) -> tuple[list[Tag], str]:
    """The tags in one paragraph's text, and what is wrong with the first one that isn't whole."""
    found: list[Tag] = []
    at = 0
    while match := _OPEN.search(text, at):
        opening = match[0]
        if opening not in CLOSE:
            return found, f"“{opening}” closes a tag that was never opened"
        end = text.find(CLOSE[opening], match.end())
        again = _OPEN.search(text, match.end())
        if end < 0:
            return found, f"“{opening}” opens a tag that isn't closed in the same paragraph"
        if again and again.start() < end and opening != "{#":
            return found, f"“{text[match.start() : again.end()][:40]}” opens a tag within a tag"
        found.append(Tag(text[match.start() : end + 2], match.start(), end + 2))
        at = end + 2
    return found, ""


def heal(root: etree._Element, label: str = "") -> list[Problem]:
    """Mend the tags of one part, in place. Gives what can't be mended."""
    problems: list[Problem] = []
    for paragraph in paragraphs(root):
        texts = own_texts(paragraph)
        whole = "".join(t.text or "" for t in texts)
        if "{" not in whole and "}" not in whole:
            continue
        if len(problems) >= MOST:
            break
        found, wrong = tags(whole)
        if wrong:
            problems.append(
                Problem(
                    f"{wrong}.", place(paragraph, label), text_near(paragraph),
                    "Type the whole tag again, in one paragraph.",
                )
            )  # fmt: skip
            continue
        if _in_field(paragraph, found):
            problems.append(
                Problem(
                    "A tag stands in a field or a frame.", place(paragraph, label), text_near(paragraph),
                    "Type it in an ordinary paragraph.",
                )
            )  # fmt: skip
            continue
        _mend(texts, found)
    return problems


_LOST = tuple(W + name for name in ("fldChar", "fldSimple", "drawing", "sym", "noBreakHyphen"))


def _in_field(paragraph: etree._Element, found: list[Tag]) -> bool:
    """Whether a tag, or a piece of one, stands in a field or a frame, or around one.

    A page number beside it is no harm. Word puts a number in the place of what a field shows, and what stands
    within a tag is lost when the tag is mended.
    """
    start = at = things = within = 0
    depth = 0
    for element in paragraph.iter(W + "t", *_LOST):
        if element.tag != W + "t":
            things += 1
            depth += {"begin": 1, "end": -1}.get(element.get(W + "fldCharType", ""), 0)
            continue
        end = start + len(element.text or "")
        while at < len(found) and found[at].end <= start:
            at += 1
        run = next(element.iterancestors(W + "r", W + "fldSimple"), None)  # none, in a file that no Word has made
        inside = depth or run is None or run.getparent() is not paragraph
        tagged = at < len(found) and found[at].start < end
        if tagged and (inside or (found[at].start < start and things != within)):
            return True
        within = things
        start = end
    return False


def own_texts(paragraph: etree._Element) -> list[etree._Element]:
    """The texts of a paragraph, in reading order."""
    return list(paragraph.iter(W + "t"))


def _mend(texts: list[etree._Element], found: list[Tag]) -> None:
    ends: list[int] = []
    total = 0
    for t in texts:
        total += len(t.text or "")
        ends.append(total)
    # backwards, so that the places of the tags before stay true
    last = len(texts) - 1
    for tag in reversed(found):
        while last > 0 and ends[last - 1] >= tag.end:
            last -= 1
        first = last
        while first > 0 and ends[first - 1] > tag.start:
            first -= 1
        if first < last:
            _join(texts, first, last)
            ends[first] = ends[last]
            del texts[first + 1 : last + 1], ends[first + 1 : last + 1]
            last = first
        here = texts[last]
        here.set(SPACE, "preserve")
        start = tag.start - (ends[last - 1] if last else 0)
        text = here.text or ""
        mended = tag.text.translate(_CURLY)
        here.text = text[:start] + mended + text[start + len(tag.text) :]


def _join(texts: list[etree._Element], first: int, last: int) -> None:
    """Put the texts of several runs into the first one's run; what stood between them inside the tag goes."""
    head, tail = texts[first], texts[last]
    run, end = head.getparent(), tail.getparent()
    if run is None or end is None:
        return
    head.text = "".join(t.text or "" for t in texts[first : last + 1])
    if run is end:
        for element in _until(head, tail):
            run.remove(element)
        return
    after = list(tail.itersiblings())
    for element in list(head.itersiblings()):
        run.remove(element)
    paragraph = run.getparent()
    if paragraph is None:
        return
    for element in _until(run, end):
        paragraph.remove(element)
    run.extend(after)


def _until(first: etree._Element, last: etree._Element) -> list[etree._Element]:
    """What stands behind an element, up to and with another one; no more is looked at."""
    found = []
    for element in first.itersiblings():
        found.append(element)
        if element is last:
            break
    return found


def replace_tags(root: etree._Element, new: Callable[[Tag], str | None]) -> None:
    """Put text in the place of tags; `new` gives None to keep a tag. The tags must be whole."""
    for t in root.iter(W + "t"):
        text = t.text or ""
        if "{{" not in text:
            continue
        found, _ = tags(text)
        for tag in reversed(found):
            filled = new(tag)
            if filled is not None:
                text = text[: tag.start] + filled + text[tag.end :]
        t.text = text


def each_tag(root: etree._Element) -> Iterator[tuple[etree._Element, Tag]]:
    """Every whole tag of a part with its paragraph, in reading order."""
    for paragraph in paragraphs(root):
        found, _ = tags("".join(t.text or "" for t in own_texts(paragraph)))
        for tag in found:
            yield paragraph, tag
