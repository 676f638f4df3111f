"""Look for what is withheld from a reader where they would see it: in the record's texts, and in finished files.

A Survey says what is kept from whom; `search` finds it. What is looked for is made once for all readers from
whom the same is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import compress

from cpdocs import questions, record, search
from cpdocs.distribution import Copy
from cpdocs.finding import Finding, Related
from cpdocs.gates import FREE, Leaf
from cpdocs.haystack import of_text, words
from cpdocs.survey import Survey

Memory = Callable[[str], str | None]
"""The translation of one text of the record, or None."""

NAMED = frozenset(("people[].name", "people[].other_names[]", "children[].name"))
"""Fields that say openly what another's withheld name may share."""

_SKIPPED, _VISIBLE, _SHOWN, _DETAIL, _TEXT = range(5)
"""What a value is to one reader: nothing to look for; theirs to read; a name or contact of its own that they may
see; a withheld detail; a withheld text."""



def _only(*kinds: int) -> bytes:
    """A table that drops every kind but these."""
    return bytes(kind if kind in kinds else _SKIPPED for kind in range(256))


_OF_TEXT, _SEEN = _only(_VISIBLE, _TEXT), _only(_VISIBLE, _SHOWN)
"""The texts, of which many readers see the same; all that a reader sees."""


class Search:
    """What is looked for in the files of some readers, and the texts of the record that they see."""

    def __init__(self, needles: search.Needles, seen: tuple[tuple[str, str], ...]) -> None:
        """Nothing is looked for yet."""
        self.needles, self.seen = needles, seen

    @cached_property
    def typed(self) -> list[search.Hit]:
        """What is withheld and was also typed where they see it."""
        return search.find_in_texts(self.needles, self.seen)


class Searches:
    """The Search of every reader of a record; made when it is asked for, and once for those it is the same for."""

    def __init__(self, survey: Survey) -> None:
        """Nothing is made yet."""
        self.survey = survey
        self._of: dict[str, Search] = {}
        self._alike: dict[bytes, Search] = {}
        self._runs: dict[bytes, search.Runs] = {}
        self._in: dict[tuple[bytes, str], tuple[search.Needles, ...]] = {}

    def of(self, id: str) -> Search:
        """What must not be found in any file for a reader."""
        if id not in self._of:
            kinds = self._kinds(id)
            if kinds not in self._alike:
                self._alike[kinds] = self._made(kinds)
            self._of[id] = self._alike[kinds]
        return self._of[id]

    def translated(self, id: str, tag: str, memory: Memory) -> tuple[search.Needles, ...]:
        """The same in another language, as far as the record's texts have been translated (decision 9).

        A text that the reader may see in part elsewhere is looked for without what they see; of any other, no
        six words may stand in their copy, wherever a translator put them.
        """
        kinds = self._kinds(id)
        if (kinds, tag) not in self._in:
            leaves = [
                (leaf, kind, said)
                for leaf, kind in zip(self.survey.leaves, kinds, strict=True)
                if leaf.type in FREE and kind in (_TEXT, _VISIBLE) and (said := memory(leaf.value))
            ]
            seen = [(leaf, said) for leaf, kind, said in leaves if kind == _VISIBLE]
            known = frozenset[str]().union(*(of_text("", leaf.value).grams for leaf, _ in seen))
            own: list[tuple[str, str]] = []
            shared: list[tuple[str, str]] = []
            for leaf, kind, said in leaves:
                if kind == _TEXT:
                    grams = of_text("", leaf.value).grams
                    (shared if not grams or grams & known else own).append((leaf.path, said))
            self._in[kinds, tag] = (
                search.needles((), own),
                search.needles((), shared, [said for _, said in seen]),
            )
        return self._in[kinds, tag]

    def _kinds(self, id: str) -> bytes:
        """What each leaf of the record is to one reader."""
        survey = self.survey
        grounds = survey.in_order(survey.reader(id))
        kinds = bytearray(may[not ground] for ground, may in zip(grounds, self._may_be, strict=True))
        for at in self._of_people:
            if grounds[at] in _UNNAMED:
                kinds[at] = _DETAIL
        person = survey.record.people.get(id)
        if person and person.sort != "child":
            for at in self._below(person.path):
                if grounds[at]:
                    kinds[at] = _SKIPPED  # whatever else is kept from them, their own name and address are no secret
        return bytes(kinds)

    @cached_property
    def _may_be(self) -> tuple[tuple[int, int], ...]:
        """What each leaf is to a reader who doesn't see it, and to one who does."""
        return tuple(map(_kinds_of, self.survey.leaves))

    @cached_property
    def _of_people(self) -> tuple[int, ...]:
        """The names of people, by the leaf's number."""
        names = ("people[].name", "people[].other_names[]")
        leaves = enumerate(self.survey.leaves)
        return tuple(at for at, leaf in leaves if leaf.pattern in names and not leaf.gate.sources)

    def _below(self, path: str) -> list[int]:
        return [at for at, leaf in enumerate(self.survey.leaves) if leaf.path.startswith(f"{path}.")]

    def _made(self, kinds: bytes) -> Search:
        def of(table: bytes) -> Iterator[tuple[str, str]]:
            return compress(self._said, kinds.translate(table))

        texts = kinds.translate(_OF_TEXT)
        if texts not in self._runs:
            self._runs[texts] = search.runs_of(of(_only(_TEXT)), [value for _, value in of(_only(_VISIBLE))])
        needles = search.with_details(
            self._runs[texts], of(_only(_DETAIL)), [value for _, value in of(_only(_SHOWN))]
        )
        return Search(needles, tuple(of(_SEEN)))

    @cached_property
    def _said(self) -> tuple[tuple[str, str], ...]:
        """Where every leaf stands, and what it says."""
        return tuple((leaf.path, leaf.value) for leaf in self.survey.leaves)


_UNNAMED = ("audience", "session")
"""Grounds on which the record itself keeps someone from a reader: then their name is looked for too."""


def _kinds_of(leaf: Leaf) -> tuple[int, int]:
    if leaf.gate.sources:
        return _SKIPPED, _SKIPPED
    guarded = leaf.gate.shown_to is not None and leaf.type == "name"
    # a detail typed into another field (a place, an addressee) doesn't make it known to the reader
    seen = _SHOWN if leaf.pattern in NAMED or guarded else _VISIBLE
    return _DETAIL if guarded else _TEXT if leaf.type in FREE else _SKIPPED, seen


def leaks(searches: Searches, readers: Iterable[str]) -> list[Finding]:
    """Withheld details that were also typed where their reader would see them; both places are named."""
    survey = searches.survey
    return [
        _leak(survey, id, hit.path, hit.part)
        for id in dict.fromkeys(readers)
        if not survey.reader(id).chair
        for hit in searches.of(id).typed
    ]


def search_copy(
    searches: Searches,
    copy: Copy,
    data: bytes,
    *,
    stock: Iterable[str] = (),
    memory: Memory | None = None,
) -> list[Finding]:
    """Search a finished file for everything withheld from each of its readers.

    `stock` are the template's own words: what stands there was printed for everyone. `memory` gives the
    translations of the record's texts, where the copy is in another language than the record.
    """
    survey, name = searches.survey, copy.file.as_posix()
    found: list[Finding] = []
    for id in copy.readers:
        if survey.reader(id).chair:
            continue
        hits = list(search.search(data, searches.of(id).needles, name))
        if memory is not None:
            for needles in searches.translated(id, copy.locale, memory):
                hits += search.search(data, needles, name)
        if hits:
            stock = tuple(stock)
        found += [_leak(survey, id, hit.path, "") for hit in _beside_stock(survey, hits, stock)]
    return found


def _beside_stock(survey: Survey, hits: Sequence[search.Hit], stock: Iterable[str]) -> list[search.Hit]:
    """The hits that aren't a sentence of the template; withheld details are meant wherever they stand."""
    texts = {leaf.path for leaf in survey.leaves if leaf.type in FREE} if hits else set()
    if not any(hit.path in texts for hit in hits):
        return list(hits)
    own = [f" {' '.join(words(piece))} " for piece in stock]
    return [hit for hit in hits if hit.path not in texts or not any(f" {hit.found} " in piece for piece in own)]


def _leak(survey: Survey, id: str, withheld: str, typed: str) -> Finding:
    tree = survey.record.tree
    made = record.fault(
        tree,
        "DIS-05",
        typed or withheld,
        f"Something withheld from `{id}` stands here too, where their copy would show it.",
        "Take it out of this text, or narrow the text with `audience:`. If this reader may know it after all, add"
        " them to `shown_to:` or to the audience of the other place.",
        kind="disclosure",
        title=questions.RULES["DIS-05"].title,
    )
    related = (Related(tree.place(withheld), f"withheld from `{id}` here"),) if typed else ()
    return made._replace(subject=id, related=related)
