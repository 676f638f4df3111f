"""Search a finished file for what was withheld from its reader: needles once per reader, hits per file.

A minute-taker may have typed a withheld address into another paragraph, or a translation may carry a sentence
that was left out. So every finished file is searched before it is kept (decision 9): for details (addresses,
telephone numbers, e-mail addresses, names, dates) however they are written, and for runs of six words of
withheld free text. What can't be searched for, or in, is said and never passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from cpdocs.details import Detail, NamePart, detail_of
from cpdocs.haystack import RUN, WALL, Haystack, grams, of_text

if TYPE_CHECKING:
    from cpdocs.filetext import Unread

__all__ = [
    "Hit",
    "Needles",
    "Runs",
    "Searched",
    "Unsearchable",
    "find_in_texts",
    "needles",
    "runs_of",
    "search",
    "with_details",
]

_SHORTEST_PHRASE = 4
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{[^{}]*\}", re.S)
_TITLES = "mr|mrs|ms|miss|mx|dr|prof|professor|rev|sister|sir|dame|lady|lord|uncle|aunt|auntie|nan|pc|ds|dc"
_OPENING = ".!?:;\u2022\u2013\u2014|\n" + WALL


class Hit(NamedTuple):
    """Something withheld that stands in a file: whose needle (a path), what was found, in which part."""

    path: str
    found: str
    """In comparable form: small letters, no punctuation."""
    part: str
    """A part of the file, or the path of the text when texts were searched."""


class Unsearchable(NamedTuple):
    """A withheld value that can't be looked for, and why; D21 tells the chair."""

    path: str
    reason: str


class _Runs(NamedTuple):
    paths: Mapping[str, tuple[str, ...]]
    """A run of six words, and the paths of the withheld texts it stands in."""
    phrases: tuple[Detail, ...]
    """Texts of less than six words."""
    unsearchable: tuple[Unsearchable, ...]
    known: tuple[Haystack, ...]
    """What the readers see of the record's texts, and the templates' own sentences."""


class Runs(_Runs):
    """What is looked for of withheld free text; made once for readers from whom the same texts are kept."""

    @cached_property
    def ordinary(self) -> frozenset[str]:
        """The words that the readers' texts use in small letters."""
        return frozenset[str]().union(*(stack.small for stack in self.known))


class Needles(NamedTuple):
    """What a reader's files are searched for; made once per reader by `needles`."""

    details: tuple[Detail, ...]
    runs: Mapping[str, tuple[str, ...]]
    """A run of six words, and the paths of the withheld texts it stands in."""
    ordinary: frozenset[str]
    """Words that the reader's texts use in small letters: a surname such as Field is looked for as a name only."""
    unsearchable: tuple[Unsearchable, ...]
    constant: dict[int, tuple[Haystack, tuple[Hit, ...]]]
    """What was found in the parts that all files share: they are searched once. By the haystack's identity."""


class Searched:
    """The hits in one file, and its parts that couldn't be searched. True, and as long, as its hits."""

    def __init__(self, hits: tuple[Hit, ...], unread: tuple[Unread, ...]) -> None:
        """What was found, and what couldn't be read."""
        self.hits, self.unread = hits, unread

    def __iter__(self) -> Iterator[Hit]:
        """The hits."""
        return iter(self.hits)

    def __len__(self) -> int:
        """How many hits; an empty search is false."""
        return len(self.hits)


def needles(
    details: Iterable[tuple[str, str]],
    texts: Iterable[tuple[str, str]],
    visible: Iterable[str] = (),
    stock: Iterable[str] = (),
    shown: Iterable[str] = (),
) -> Needles:
    """Prepare the search for one reader: `with_details` of the `runs_of` all these.

    details  withheld addresses, telephone numbers, names and the like, each with its path
    texts    withheld free text, each with its path; in a translated copy its translations as well
    visible  every free text this reader may see: runs that stand in both are left out
    stock    the sentences of the templates in the copy's language, placeholders and all: left out as well
    shown    names and contact details this reader may see in fields of their own: the household's address may
             be another's too, and a withheld carer may share the family's surname
    """
    return with_details(runs_of(texts, visible, stock), details, shown)


def runs_of(texts: Iterable[tuple[str, str]], visible: Iterable[str] = (), stock: Iterable[str] = ()) -> Runs:
    """Prepare the search for withheld free text, as `needles` says."""
    known = tuple(of_text("", text) for text in (*visible, *(_PLACEHOLDER.sub(f" {WALL} ", text) for text in stock)))
    return _runs(texts, known)


def with_details(runs: Runs, details: Iterable[tuple[str, str]], shown: Iterable[str] = ()) -> Needles:
    """Prepare the search for withheld details beside withheld text, as `needles` says."""
    allowed = Haystack("", f" {WALL} ".join(shown))
    found: list[Detail] = []
    unsearchable: list[Unsearchable] = []
    lines: list[tuple[str, str]] = []
    for path, text in details:
        detail = detail_of(path, text, allowed)
        if isinstance(detail, Detail):
            found.append(detail)
        elif detail is None:
            lines.append((path, text))
        else:
            unsearchable.append(Unsearchable(path, detail))
    of = runs.paths
    if lines:  # a detail of six words or more is searched for as text is
        more = _runs(lines, runs.known)
        of = {**of, **{run: (*of.get(run, ()), *paths) for run, paths in more.paths.items()}}
        found += more.phrases
        unsearchable += more.unsearchable
    return Needles((*found, *runs.phrases), of, runs.ordinary, (*unsearchable, *runs.unsearchable), {})


def _runs(texts: Iterable[tuple[str, str]], known: tuple[Haystack, ...]) -> Runs:
    phrases: list[Detail] = []
    unsearchable: list[Unsearchable] = []
    runs: dict[str, tuple[str, ...]] = {}
    long: list[tuple[str, frozenset[str]]] = []
    for path, text in texts:
        stack = of_text("", text)
        if len(stack.words) < RUN:
            phrase = _phrase(path, stack.words, known)
            if isinstance(phrase, Detail):
                phrases.append(phrase)
            elif phrase:
                unsearchable.append(Unsearchable(path, phrase))
            continue
        long.append((path, stack.grams))
        own: dict[str, tuple[str, ...]] = dict.fromkeys(stack.grams, (path,))
        for run in runs.keys() & own.keys():
            own[run] = (*runs[run], path)
        runs |= own
    for stack in known:
        for run in runs.keys() & stack.grams:
            del runs[run]
    unsearchable += (
        Unsearchable(path, "all of it also stands in what they may see")
        for path, of in long
        if runs.keys().isdisjoint(of)
    )
    return Runs(runs, tuple(phrases), tuple(unsearchable), known)


def search(data: bytes, needles: Needles, file_name: str = "") -> Searched:
    """Search a finished file, a .docx or any other, and its name. Any hit means: don't give this file away."""
    from cpdocs.filetext import of_file  # a check searches texts only, and needs nothing that reads files

    stacks, unread = of_file(data, file_name)
    own = _likely(needles, [stack for stack in stacks if not stack.constant])
    hits = {
        hit: None
        for stack in stacks
        for hit in (_of_constant(stack, needles) if stack.constant else _hits(stack, own))
    }
    return Searched(tuple(hits), tuple(unread))


def find_in_texts(needles: Needles, texts: Iterable[tuple[str, str]]) -> list[Hit]:
    """Search texts of the record before rendering, so that a finding can name both places in the YAML.

    Each text comes with its path, which becomes the hit's `part`; a needle isn't found in its own place.
    """
    stacks = [of_text(path, text) for path, text in texts]
    likely = _likely(needles, stacks)
    if not likely.details and likely.runs.keys().isdisjoint(chain.from_iterable(stack.grams for stack in stacks)):
        return []
    hits = {hit: None for stack in stacks for hit in _hits(stack, likely) if hit.path != stack.where}
    return list(hits)


def _likely(needles: Needles, stacks: list[Haystack]) -> Needles:
    """The needles without the details of which nothing stands in any of these texts: one look instead of many."""
    tight = "\n".join(stack.tight for stack in stacks)
    vocabulary = frozenset[str]().union(*(stack.vocabulary for stack in stacks))
    likely = (
        detail
        for detail in needles.details
        if any(piece.tight in tight for piece in detail.pieces)
        or any(name.word in vocabulary or name.word + "s" in vocabulary for name in detail.names)
    )
    return needles._replace(details=tuple(likely))


def _of_constant(stack: Haystack, needles: Needles) -> Iterable[Hit]:
    """The hits in a part that many files share: looked for once."""
    if id(stack) not in needles.constant:
        needles.constant[id(stack)] = (stack, tuple(_hits(stack, needles)))
    return needles.constant[id(stack)][1]


def _hits(stack: Haystack, needles: Needles) -> Iterator[Hit]:
    for detail in needles.details:
        for piece in detail.pieces:
            if piece.tight in stack.tight and _stands(piece.tight, piece.edges, stack):
                yield Hit(detail.path, piece.said, stack.where)
                break
        else:
            for name in detail.names if stack.prose else ():
                if _named(name, stack, needles.ordinary):
                    yield Hit(detail.path, name.word, stack.where)
                    break
    if needles.runs and not needles.runs.keys().isdisjoint(stack.grams):
        yield from _run_hits(stack, needles.runs)


def _stands(tight: str, edges: str, stack: Haystack) -> bool:
    """Whether it stands in the text as words of its own: at both ends, at either, or anywhere."""
    if edges == "none":
        return True
    at = stack.tight.find(tight)
    while at >= 0:
        begins = at in stack.edges
        end = at + len(tight)
        ends = end in stack.edges or (stack.tight[end : end + 1] == "s" and end + 1 in stack.edges)
        if (begins and ends) if edges == "both" else (begins or ends):
            return True
        at = stack.tight.find(tight, at + 1)
    return False


def _named(name: NamePart, stack: Haystack, ordinary: frozenset[str]) -> bool:
    """Whether one part of a name stands there as a name and not as an ordinary word ("Hill", "the hill")."""
    forms = {name.word, name.word + "s"}
    if forms.isdisjoint(stack.vocabulary):
        return False
    if name.word not in ordinary:
        return True
    written = re.compile(rf"(?<![^\W_])(?:({_TITLES})\.?\s+)?({name.written})(?![^\W_])", re.IGNORECASE)
    for found in written.finditer(stack.text):
        if found[1]:
            return True
        before = stack.text[max(0, found.start() - 12) : found.start()].rstrip(" \t\"'\u2018\u2019\u201c\u201d(*_")
        if found[2][0].isupper() and before and before[-1] not in _OPENING:
            return True
    return False


def _run_hits(stack: Haystack, runs: Mapping[str, tuple[str, ...]]) -> Iterator[Hit]:
    """Join neighbouring runs of one withheld text into the passage that stands in the file."""
    open_until: dict[str, tuple[int, int]] = {}
    for at, run in enumerate(grams(stack.words)):
        for path in runs.get(run, ()):
            start, end = open_until.get(path, (at, at))
            if at > end:
                yield Hit(path, " ".join(stack.words[start : end + RUN - 1]), stack.where)
                start = at
            open_until[path] = (start, at + 1)
    for path, (start, end) in open_until.items():
        yield Hit(path, " ".join(stack.words[start : end + RUN - 1]), stack.where)


def _phrase(path: str, of: list[str], known: Sequence[Haystack]) -> Detail | str:
    """Free text of less than six words: looked for as it is, where it is long enough to mean something."""
    phrase = Detail.of_phrase(path, of)
    if not of:
        return ""
    if len(of) < _SHORTEST_PHRASE or len("".join(of)) < 3 * _SHORTEST_PHRASE:
        return "too short to be told from ordinary words"
    if any(_stands(phrase.pieces[0].tight, "both", stack) for stack in known):
        return "all of it also stands in what they may see"
    return phrase
