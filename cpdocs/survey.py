"""What each reader may see of a record: a Record in, for every reader the ground on which they don't see a value.

Three things decide: a sieve that keeps the reader out of the value itself; the entry it stands in, when what that
speaks of is withheld or nothing of what it says is left; and, for what was computed, the values it rests on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

from cpdocs import paths
from cpdocs.gates import FREE, NONE, Gate, Leaf, leaves_of
from cpdocs.once import Once
from cpdocs.readers import chair_of, entitled, has_role_in_plan, reader, sort_for
from cpdocs.record import Person, Record, text_of
from cpdocs.sieves import SIEVES, Reader

WIDER: Mapping[str, tuple[str, ...]] = {
    "family": ("list",),
    "professional": ("list", "family", "subject"),
    "chair": ("list", "family", "professional", "subject"),
}
"""The labels that let more people read than each, or one who is named."""
STANDING = frozenset(
    ("invited", "not_invited", "attended", "exclusions", "relations", "next_reviews", "initial_conferences",
     "previous_conferences")
)  # fmt: skip
"""Lists whose entries are facts by themselves: who was there, when the next review is. An entry of any other
list is there for what it says, and goes when nothing of that is left for a reader (the views of a parent that
are about another child)."""


class _Way(NamedTuple):
    """What decides of a written value: its gate, and the ways, by number, to the heads that it goes with."""

    gate: Gate
    heads: tuple[int, ...]


class Survey:
    """A record laid out for disclosure: every leaf with its gate, and each reader's rights, worked out once."""

    def __init__(self, record: Record) -> None:
        """Lay out a record; nothing is worked out before it is asked for."""
        self.record = record
        self._readers: dict[str, Reader] = {}
        self._rights: dict[str, tuple[str, ...]] = {}
        self._by_path: dict[str, dict[str, str]] = {}
        self._base: dict[str, list[str]] = {}
        self._known: dict[str, frozenset[str]] = {}
        self._hidden: dict[str, frozenset[str]] = {}
        self.once = Once()
        self._alike: dict[tuple[object, ...], dict[Gate, str]] = {}
        self._gate_grounds: dict[str, dict[Gate, str]] = {}

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every written or computed value, in the record's order."""
        return tuple(leaves_of(self.record))

    @cached_property
    def paths(self) -> frozenset[str]:
        """Where every value stands."""
        return frozenset(leaf.path for leaf in self.leaves)

    @cached_property
    def patterns(self) -> frozenset[str]:
        """The fields that hold a value."""
        return frozenset(leaf.pattern for leaf in self.leaves)

    def pattern_of(self, id: str) -> str:
        """The field that holds the id of a person or a child: a document that holds none names no one."""
        return "children[].id" if id in self.record.children else "people[].id"

    @cached_property
    def _person_gates(self) -> Mapping[str, Gate]:
        return {
            text_of(self.record.get(paths.join(paths.split(leaf.path)[:2]) + ".id")): leaf.gate
            for leaf in self.leaves
            if leaf.pattern in ("people[].id", "children[].id")
        }

    def reader(self, id: str) -> Reader:
        """A person of the record, or a body, as the sieves see them."""
        if id not in self._readers:
            self._readers[id] = self._reader(id)
        return self._readers[id]

    def _reader(self, id: str) -> Reader:
        record, person = self.record, reader(self.record, id)
        chair = id == chair_of(record)
        sorts = {sort_for(record, person)}
        if "professional" in sorts and record.relations_of(id):
            sorts.add("family")  # on both lists: the stricter one withholds
        groups = {"professional": "professionals", "family": "family", "child": "children", "carer": "family"}
        guest = "other" in sorts and not has_role_in_plan(person)
        return Reader(
            id=id,
            sorts=frozenset(sorts),
            groups=frozenset(
                word for sort, word in groups.items() if sort in sorts and (sort != "professional" or len(sorts) == 1)
            )
            | ({"chair"} if chair else set()),
            children=entitled(record, person),
            out=self._out(person),
            chair=chair,
            guest=guest,
        )

    def _out(self, person: Person) -> frozenset[str]:
        """The items a reader was kept out of: by an exclusion, or by a closed session they didn't stay for."""
        record = self.record
        out: set[str] = set()
        for exclusion in record.exclusions:
            if exclusion.person == person.id:
                out |= exclusion.items if exclusion.items and not exclusion.full else set(record.items)
        for item in record.items.values():
            if item.closed:
                stayed = item.present or NONE
                # someone who is also family isn't let stay as one of the professionals
                family = person.sort != "professional" or bool(record.relations_of(person.id))
                if person.id not in stayed and (family or "professionals" not in stayed):
                    out.add(item.id)
        return frozenset(out)

    def known(self, who: Reader) -> frozenset[str]:
        """The people and children of whom a reader may see anything at all."""
        if who.id not in self._known:
            self._known[who.id] = frozenset(
                id
                for id, gate in self._person_gates.items()
                if who.chair or not any(sieve(gate, who, self) for name, sieve in SIEVES.items() if name != "person")
            )
        return self._known[who.id]

    def hidden_sources(self, who: Reader) -> frozenset[str]:
        """The sources of computed values, paths and patterns, at or below which something is withheld from a reader."""
        if who.id not in self._hidden:
            hidden = (sources for sources, ground in zip(self._source_of, self._written(who), strict=True) if ground)
            self._hidden[who.id] = frozenset(chain.from_iterable(hidden))
        return self._hidden[who.id]

    def grounds(self, who: Reader) -> Mapping[str, str]:
        """For every value, by its path, the ground on which this reader doesn't see it; empty if they do."""
        if who.id not in self._by_path:
            self._by_path[who.id] = dict(zip(self._order, self.in_order(who), strict=True))
        return self._by_path[who.id]

    def in_order(self, who: Reader) -> tuple[str, ...]:
        """The same for every leaf, in their order."""
        if who.id not in self._rights:
            grounds, of = self._written(who).copy(), self._open(who)
            by_gate: dict[Gate, str] = {}
            for at in self._computed:
                gate = self.leaves[at].gate
                if gate not in by_gate:
                    by_gate[gate] = of[self._bares[at]] or self._by_source(gate, who)
                grounds[at] = by_gate[gate]
            self._rights[who.id] = tuple(grounds)
        return self._rights[who.id]

    def _open(self, who: Reader) -> Mapping[Gate, str]:
        """For every gate, its sources aside, the first sieve that keeps a reader out.

        Asked once for readers who are alike in all that a sieve asks of them but the id; and again of the gates
        that single one of them out.
        """
        if who.id not in self._gate_grounds:
            alike = (who.sorts, who.groups, who.children, who.out, who.guest, who.chair, self.known(who))
            shared = self._alike.setdefault(alike, {})
            of = self._gate_grounds[who.id] = {}
            for gate, named in self._naming.items():
                if who.id in named:  # this answer is theirs alone, and never anyone else's
                    of[gate] = self._asked(gate, who)
                elif gate in shared:
                    of[gate] = shared[gate]
                else:
                    of[gate] = shared[gate] = self._asked(gate, who)
        return self._gate_grounds[who.id]

    def _asked(self, gate: Gate, who: Reader, beside: str = "") -> str:
        """The first sieve that keeps a reader out, `beside` one that isn't asked."""
        if who.chair:
            return ""
        for name, sieve in SIEVES.items():
            if name != beside and sieve(gate, who, self):
                return name
        return ""

    def _by_source(self, gate: Gate, who: Reader) -> str:
        sieve = SIEVES.get("source")
        return "source" if sieve and not who.chair and sieve(gate, who, self) else ""

    def _written(self, who: Reader) -> list[str]:
        """The grounds for what was written; what was computed from it comes after, and is empty here."""
        if who.id in self._base:
            return self._base[who.id]
        of, along = self._open(who), [""] * len(self._ways)
        if not who.chair:
            for number, (gate, heads) in enumerate(self._ways):
                # What was written for this reader alone (what an excluded parent is told) doesn't go with its entry.
                alone = gate.label == "subject" and gate.owner == who.id
                along[number] = of[gate] or ("" if alone else _first(along[head] for head in heads))
        along.append("")  # the way of what was computed
        grounds = self._base[who.id] = list(map(along.__getitem__, self._way_of))
        emptied = {} if who.chair else self._emptied(along, who)
        for entry in sorted(emptied, key=len):  # an entry goes with the one that it stands in
            for at in self._within[entry]:
                grounds[at] = grounds[at] or emptied[entry]
        return grounds

    @cached_property
    def _order(self) -> tuple[str, ...]:
        return tuple(leaf.path for leaf in self.leaves)

    @cached_property
    def _source_of(self) -> tuple[frozenset[str], ...]:
        """What of the sources of computed values each leaf stands at or below."""
        sources = frozenset(chain.from_iterable(leaf.gate.sources for leaf in self.leaves))
        return tuple(sources.intersection(_ancestors(leaf.path)) for leaf in self.leaves)

    @cached_property
    def _bares(self) -> tuple[Gate, ...]:
        """The gate of every leaf without its sources."""
        return tuple(leaf.gate.bare or leaf.gate for leaf in self.leaves)

    @cached_property
    def _naming(self) -> Mapping[Gate, frozenset[str]]:
        """Every gate there is, and whom it singles out."""
        return {gate: gate.named for gate in dict.fromkeys(self._bares)}

    @cached_property
    def _computed(self) -> tuple[int, ...]:
        """The leaves that were computed from others, by their number."""
        return tuple(at for at, leaf in enumerate(self.leaves) if leaf.gate.sources)

    @cached_property
    def _entered(self) -> tuple[int, ...]:
        """The written leaves that stand in an entry of a list."""
        return tuple(at for at, leaf in enumerate(self.leaves) if leaf.entries and not leaf.gate.sources)

    @cached_property
    def _ways(self) -> tuple[_Way, ...]:
        """Each different way to a written value; those of its heads come before it."""
        return self._laid[0]

    @cached_property
    def _way_of(self) -> tuple[int, ...]:
        """The way to every leaf, by its number; -1 to one that was computed."""
        return self._laid[1]

    @cached_property
    def _laid(self) -> tuple[tuple[_Way, ...], tuple[int, ...]]:
        number = {leaf.path: at for at, leaf in enumerate(self.leaves) if not leaf.gate.sources}
        ways: dict[_Way, int] = {}
        found = [-1] * len(self.leaves)

        def way(at: int) -> int:
            """The way to a leaf: its gate, and the ways to its entries' heads that bind it."""
            if found[at] < 0:
                leaf = self.leaves[at]
                heads = (number[head] for head in leaf.heads if head in number and head != leaf.path)
                binding = tuple(way(head) for head in heads if _binds(self.leaves[head], leaf))
                found[at] = ways.setdefault(_Way(leaf.gate, binding), len(ways))
            return found[at]

        for at in number.values():
            way(at)
        return tuple(ways), tuple(found)

    @cached_property
    def _within(self) -> Mapping[str, Sequence[int]]:
        """The written leaves of every entry."""
        within: dict[str, list[int]] = {}
        for at in self._entered:
            for entry in self.leaves[at].entries:
                within.setdefault(entry, []).append(at)
        return within

    @cached_property
    def _saying(self) -> Mapping[str, Collection[int]]:
        """The entries that are there for what they say, each with the ways to all that it says."""
        saying: dict[str, dict[int, None]] = {}
        for at in self._entered:
            leaf = self.leaves[at]
            if leaf.type in FREE and leaf.path.split("[", 1)[0] not in STANDING:
                saying.setdefault(leaf.entries[-1], {})[self._way_of[at]] = None
        return saying

    def _emptied(self, along: Sequence[str], who: Reader) -> dict[str, str]:
        """The entries of which a reader may read nothing of what they say, each with the ground.

        What may only retell the discussion empties no entry: that someone disagreed is theirs to know.
        """

        @cache
        def beside(number: int) -> str:
            """The ground other than retelling, of the way or of the heads on it."""
            gate, heads = self._ways[number]
            gates = (gate, *(self._ways[head].gate for head in heads))
            return _first(self._asked(one, who, beside="retelling") for one in gates)

        found = {}
        for entry, ways in self._saying.items():
            if all(along[number] for number in ways):
                grounds = [beside(number) for number in ways]
                if all(grounds):
                    found[entry] = grounds[0]
        return found


def _first(grounds: Iterable[str]) -> str:
    """The first ground there is; empty if there is none."""
    return next(filter(None, grounds), "")


def _binds(head: Leaf, leaf: Leaf) -> bool:
    """Whether a value goes with its entry's head: not where the schema lets more people read the value.

    The chair's note on a correction is for the family too; who reported the mistake is for professionals.
    """
    label = head.gate.label
    return label == leaf.gate.label or leaf.gate.label not in WIDER.get(label or "", ())


@lru_cache(maxsize=8192)
def _ancestors(path: str) -> tuple[str, ...]:
    """A path and all above it, and their patterns; asked for every reader again."""
    steps = paths.split(path)
    found: list[str] = []
    for length in range(1, len(steps) + 1):
        head = paths.join(steps[:length])
        pattern = paths.pattern_of(head)
        found += [head] if pattern == head else [head, pattern]
    return tuple(found)
