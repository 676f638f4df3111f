"""What each reader may see of a record: a Record in, for every reader the ground on which they don't see a value.

Three things decide: a sieve that keeps the reader out of the value itself; the entry it stands in, when what that
speaks of is withheld or nothing of what it says is left; and, for what was computed, the values it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

from cpdocs import paths
from cpdocs.gates import FREE, NONE, Gate, Leaf, leaves_of
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


class Survey:
    """A record laid out for disclosure: every leaf with its gate, and each reader's rights, worked out once."""

    def __init__(self, record: Record) -> None:
        """Lay out a record; nothing is worked out before it is asked for."""
        self.record = record
        self._rights: dict[str, dict[str, str]] = {}
        self._base: dict[str, dict[str, str]] = {}
        self._known: dict[str, frozenset[str]] = {}
        self._hidden: dict[str, frozenset[str]] = {}

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every written or computed value, in the record's order."""
        return tuple(leaves_of(self.record))

    @cached_property
    def paths(self) -> frozenset[str]:
        """Where every value stands."""
        return frozenset(leaf.path for leaf in self.leaves)

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
        """Every path and pattern at or above a written value that is withheld from a reader."""
        if who.id not in self._hidden:
            rights = self._written(who)
            self._hidden[who.id] = frozenset(at for path, ground in rights.items() if ground for at in _ancestors(path))
        return self._hidden[who.id]

    def _ground(self, gate: Gate, who: Reader, beside: str = "") -> str:
        """The first sieve that keeps a reader out, `beside` one that isn't asked."""
        if who.chair:
            return ""
        return next((name for name, sieve in SIEVES.items() if name != beside and sieve(gate, who, self)), "")

    def _written(self, who: Reader) -> dict[str, str]:
        """The grounds for what was written; what was computed from it comes after."""
        if who.id in self._base:
            return self._base[who.id]
        seen: dict[Gate, str] = {}
        rights = self._base[who.id] = {}
        for leaf in self.leaves:
            if leaf.gate.sources:
                continue
            if leaf.gate not in seen:
                seen[leaf.gate] = self._ground(leaf.gate, who)
            rights[leaf.path] = seen[leaf.gate]
        written = [leaf for leaf in self.leaves if leaf.entries and not leaf.gate.sources]
        for leaf in written:
            # What was written for this reader alone (what an excluded parent is told) doesn't go with its entry.
            alone = leaf.gate.label == "subject" and leaf.gate.owner == who.id
            if not rights[leaf.path] and not alone:
                rights[leaf.path] = next((rights[h] for h in leaf.heads if rights.get(h) and self._binds(h, leaf)), "")
        emptied = self._emptied(written, rights, who)
        for leaf in written:
            if emptied and not rights[leaf.path]:
                rights[leaf.path] = next((emptied[entry] for entry in leaf.entries if entry in emptied), "")
        return rights

    @cached_property
    def _by_path(self) -> Mapping[str, Leaf]:
        return {leaf.path: leaf for leaf in self.leaves}

    def _binds(self, head: str, leaf: Leaf) -> bool:
        """Whether a value goes with its entry's head: not where the schema lets more people read the value.

        The chair's note on a correction is for the family too; who reported the mistake is for professionals.
        """
        if head not in self._by_path:
            return False
        label = self._by_path[head].gate.label
        return label == leaf.gate.label or leaf.gate.label not in WIDER.get(label or "", ())

    def _emptied(self, written: Sequence[Leaf], rights: Mapping[str, str], who: Reader) -> dict[str, str]:
        """The entries of which a reader may read nothing of what they say, each with the ground.

        What may only retell the discussion empties no entry: that someone disagreed is theirs to know.
        """
        firm: dict[Gate, str] = {}

        def ground_of(gate: Gate) -> str:
            if gate not in firm:
                firm[gate] = self._ground(gate, who, beside="retelling")
            return firm[gate]

        said: dict[str, list[str]] = {}
        for leaf in written:
            if leaf.type in FREE and leaf.path.split("[")[0] not in STANDING:
                ground = rights[leaf.path] and ground_of(leaf.gate)
                if rights[leaf.path] and not ground:
                    heads = (self._by_path[head].gate for head in leaf.heads if self._binds(head, leaf))
                    ground = next(filter(None, map(ground_of, heads)), "")
                said.setdefault(leaf.entries[-1], []).append(ground)
        return {entry: grounds[0] for entry, grounds in said.items() if all(grounds)}

    def grounds(self, who: Reader) -> Mapping[str, str]:
        """For every leaf the ground on which this reader doesn't see it; empty if they do."""
        if who.id not in self._rights:
            rights = dict(self._written(who))
            for leaf in self.leaves:
                if leaf.gate.sources:
                    rights[leaf.path] = self._ground(leaf.gate, who)
            self._rights[who.id] = rights
        return self._rights[who.id]


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
