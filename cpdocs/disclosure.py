"""Decide what one reader may see: a Record and a Copy in, a View and the list of what was withheld out.

Visible is the intersection of sieves (decision 1): the field's label, the document's `holds`, the reader's
relation to the children a text is about, the sessions they were kept out of, what their role bars, the
record's own audience, the allow-list of contact details. What no label, no `holds` and no relation covers is
withheld. The View is all that rendering gets: it keeps no way back to the record.

Every value of a record that can reach a file passes through `disclose`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from cpdocs import paths
from cpdocs.distribution import Copy, chair_of, entitled, has_role_in_plan, reader, sort_for
from cpdocs.fields import Field
from cpdocs.finding import Finding, RuleText
from cpdocs.library import DocumentType
from cpdocs.record import Child, Person, Record, fault, text_of

NONE: frozenset[str] = frozenset()
FREE = frozenset(("text", "line"))
HEADS = frozenset(("person", "child", "text", "line"))
"""The first of these in an entry of a list is what the entry speaks of: with it goes the entry, or an empty
row would tell that something stood there."""
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
SCOPED = frozenset(("next_reviews", "initial_conferences", "previous_conferences"))
"""Lists whose entries say which children they hold for; an entry is one child's fact as much as the other's."""


@dataclass(frozen=True)
class Gate:
    """Everything that decides who may see a value, gathered from the top of the record down to it."""

    label: str | None = None
    owner: str = ""
    shown_to: frozenset[str] | None = None
    about: frozenset[str] = NONE
    about_any: frozenset[str] | None = None
    audiences: tuple[frozenset[str], ...] = ()
    items: frozenset[str] = NONE
    only_items: frozenset[str] = NONE
    retells: bool = False
    person: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One written value: where it stands, its type, its gate, the entries it stands in and their heads."""

    path: str
    pattern: str
    type: str
    value: str
    gate: Gate
    heads: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withheld:
    """A value that a reader doesn't get, and the ground."""

    path: str
    ground: str


@dataclass(frozen=True)
class Reader:
    """Someone a copy is for, as the sieves see them."""

    id: str
    sorts: frozenset[str]
    groups: frozenset[str]
    children: frozenset[str]
    out: frozenset[str]
    chair: bool
    guest: bool
    """A supporter, observer or the like: without a part in the plan they see only what all may see."""


@dataclass(frozen=True)
class View:
    """What one copy may hold, and nothing else."""

    data: Mapping[str, Any]
    people: Mapping[str, Mapping[str, str]]
    children: tuple[str, ...]
    copy: Mapping[str, Any]
    authority: Mapping[str, Any]
    passages: frozenset[str]
    language: str
    file_copy: bool
    mine: frozenset[str]
    extras: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Disclosed:
    """A View, what was withheld from its reader, and what it tells them about other adults."""

    view: View
    withheld: tuple[Withheld, ...]
    told: tuple[tuple[str, str], ...]
    kind: str


# ------------------------------------------------------------------------------------------ the sieves

Sieve = Callable[["Gate", Reader, "Survey"], bool]
"""True when the gate keeps this reader out."""


def by_label(gate: Gate, who: Reader, survey: Survey) -> bool:
    """The schema's label is a ceiling; a value without one is withheld from everyone."""
    if gate.label == "list":
        return False
    if gate.label == "family":
        return not who.sorts <= {"family", "child", "professional", "carer", "other"}
    if gate.label == "professional":
        return who.sorts != {"professional"}
    return gate.label != "subject"


def by_contact(gate: Gate, who: Reader, survey: Survey) -> bool:
    """Contact details, homes, schools, placements, workplaces and guarded names are an allow-list (decision 5)."""
    if gate.label != "subject" and gate.shown_to is None:
        return False
    return who.id != gate.owner and not _among(gate.shown_to or NONE, who)


def by_child(gate: Gate, who: Reader, survey: Survey) -> bool:
    """The reader must be entitled to every child a text is about (decision 2)."""
    named = {id for id in gate.about if id in survey.record.children}
    if not named <= who.children:
        return True
    return gate.about_any is not None and who.id != gate.owner and not gate.about_any & who.children


def by_session(gate: Gate, who: Reader, survey: Survey) -> bool:
    """What was discussed while a reader was kept out is not in their copy (C5)."""
    if gate.items & who.out:
        return True
    return bool(gate.only_items) and gate.only_items <= who.out


def by_retelling(gate: Gate, who: Reader, survey: Survey) -> bool:
    """Free text that doesn't say which items it retells is withheld from whoever was kept out (decision 4)."""
    return gate.retells and bool(who.out)


def by_role(gate: Gate, who: Reader, survey: Survey) -> bool:
    """A supporter, solicitor, observer, interpreter or minute-taker sees only what everyone may (KM-MIN-09)."""
    return who.guest and gate.label != "list"


def by_audience(gate: Gate, who: Reader, survey: Survey) -> bool:
    """The record's own audience narrows, and never widens."""
    return any(not _among(audience, who) for audience in gate.audiences)


def by_person(gate: Gate, who: Reader, survey: Survey) -> bool:
    """A mention of someone of whom the reader may see nothing is withheld with them; so is one of no one we know."""
    return bool(gate.person) and gate.person not in survey.known(who)


def by_source(gate: Gate, who: Reader, survey: Survey) -> bool:
    """A computed value goes with what it was computed from (decision 6)."""
    return bool(gate.sources) and any(source in survey.hidden_sources(who) for source in gate.sources)


SIEVES: dict[str, Sieve] = {
    "label": by_label,
    "contact": by_contact,
    "child": by_child,
    "session": by_session,
    "retelling": by_retelling,
    "role": by_role,
    "audience": by_audience,
    "person": by_person,
    "source": by_source,
}

GROUNDS: Mapping[str, str] = {
    "label": "not for this kind of reader",
    "contact": "a contact detail, home, school or name shown only to those named",
    "child": "about a child this reader has no part in",
    "session": "said while this reader was out of the room",
    "retelling": "may retell what was said while this reader was out (no `from_items`)",
    "role": "not for someone in this role",
    "audience": "the record keeps it to others",
    "person": "about someone this reader isn't told of",
    "source": "worked out from something withheld",
}


def _among(named: frozenset[str], who: Reader) -> bool:
    return who.id in named or bool(named & who.groups)


# ------------------------------------------------------------------------------------- reading the record


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
        return tuple(_leaves(self.record))

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


def _leaves(record: Record) -> Iterator[Leaf]:
    subjects = frozenset(record.subjects)

    def ids(value: Any) -> frozenset[str]:
        if isinstance(value, list):
            return frozenset(text_of(entry) for entry in value)
        return frozenset((value,)) if isinstance(value, str) else NONE

    def narrowed(gate: dict[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
        gate = dict(gate)
        if row.get("about"):
            gate["about"] = gate["about"] | ids(row["about"])
            # adults alone say nothing of the children, so all are meant
            gate["told"] = gate["told"] or bool(ids(row["about"]) & record.children.keys())
        if "audience" in row:
            gate["audiences"] = (*gate["audiences"], ids(row["audience"]))
        if "from_items" in row:
            gate["items"] = gate["items"] | ids(row["from_items"])
            gate["open"] = True
        return gate

    def entered(gate: dict[str, Any], row: Mapping[str, Any], path: str) -> dict[str, Any]:
        """What a row of a known list adds to the gate, beside what is written on it."""
        gate = narrowed(gate, row)
        head, number = path.split("[")[0], path.count("[")
        if number != 1 or not path.endswith("]"):
            return gate
        if head == "children":
            child = next((c for c in record.children.values() if c.path == path), None)
            id = child.id if child else text_of(row.get("id"))
            gate.update(about=gate["about"] | {id}, owner=id, told=True)
        elif head == "people":
            gate.update(owner=text_of(row.get("id")), told=True, open=True)
            related = {r.child for r in record.relations_of(gate["owner"])}
            person = record.people.get(gate["owner"])
            if related and person and person.sort in ("family", "carer", "other"):
                gate["about_any"] = frozenset(related)
            gate["only_items"] = _only_closed(record, gate["owner"])
        elif head == "relations":
            gate.update(about=gate["about"] | ids(row.get("child")), told=True, open=True)
        elif head in ("discussion", "confidential"):
            gate.update(items=gate["items"] | ids(row.get("item")), open=True)
        elif head == "exclusions":
            gate.update(owner=text_of(row.get("person")), items=gate["items"] | ids(row.get("items")))
        elif head == "attended":
            gate["only_items"] = _only_closed(record, text_of(row.get("person")))
        if head not in ("people", "children"):
            if head in SCOPED and row.get("children"):
                gate.update(about_any=ids(row["children"]), told=True)
            elif row.get("children") or row.get("child"):
                gate.update(about=gate["about"] | ids(row.get("children")) | ids(row.get("child")), told=True)
        return gate

    def headed(row: Mapping[str, Any], node: Field, path: str, gate: dict[str, Any]) -> dict[str, Any]:
        """Remember what an entry speaks of: the first of its keys that names someone or says something."""
        if not path.endswith("]") or (path.startswith(("people", "children")) and path.count("[") == 1):
            return gate
        gate = {**gate, "entries": (*gate["entries"], path)}
        key = next((key for key, below in node.keys.items() if key in row and below.type in HEADS), None)
        return {**gate, "heads": (*gate["heads"], f"{path}.{key}")} if key else gate

    def leaf(value: str, node: Field, path: str, gate: dict[str, Any]) -> Leaf:
        free = node.type in FREE
        about = gate["about"]
        if free and not gate["told"] and node.pattern != "exclusions[].information_to_send":
            about = about | subjects
        shown_to, owner = gate["shown_to"], gate["owner"]
        items = gate["items"]
        if node.type == "item":
            items = items | {value}  # an item's own word is as telling as its title
        elif node.pattern == "exclusions[].information_to_send":
            items = NONE  # the chair's own choice of what the person kept out may be told
        person = value if node.type in ("person", "child") else ""
        if node.pattern in ("people[].name", "people[].other_names[]") and _guarded(record.people.get(owner)):
            shown_to = ids(record.people[owner].data.get("name_shown_to"))
        made = Gate(
            label=node.audience,
            owner=owner,
            shown_to=shown_to,
            about=about,
            about_any=gate["about_any"],
            audiences=gate["audiences"],
            items=items,
            only_items=gate["only_items"],
            retells=free and not gate["open"] and node.audience != "subject",
            person="" if node.pattern in ("people[].id", "children[].id") else person,
            sources=record.sources.get(path, ()),
        )
        made = interned.setdefault(made, made)
        return Leaf(path, node.pattern, node.type, value, made, gate["heads"], gate["entries"])

    def walk(value: Any, node: Field | None, path: str, gate: dict[str, Any]) -> Iterator[Leaf]:
        if node is None or value is None:
            return
        if isinstance(value, Mapping):
            gate = entered(gate, value, path)
            if node.is_leaf:
                inner = value.get("text")
                if isinstance(inner, str):
                    yield leaf(inner, node, path, gate)
                return
            if node.audience == "subject" and "shown_to" in node.keys:
                gate = {**gate, "shown_to": ids(value.get("shown_to")), "open": True, "told": True}
            gate = headed(value, node, path, gate)
            for key, below in value.items():
                if key in node.keys:
                    yield from walk(below, node.keys[key], f"{path}.{key}" if path else key, gate)
        elif isinstance(value, list):
            for number, entry in enumerate(value):
                yield from walk(entry, node.item, f"{path}[{number}]", gate)
        elif isinstance(value, str) and node.is_leaf and value:
            yield leaf(value, node, path, gate)

    interned: dict[Gate, Gate] = {}
    start: dict[str, Any] = {
        "owner": "", "shown_to": None, "about": NONE, "about_any": None, "audiences": (), "items": NONE,
        "only_items": NONE, "told": False, "open": False, "heads": (), "entries": (),
    }  # fmt: skip
    yield from walk(record.data, record.fields, "", start)


def _guarded(person: Person | None) -> bool:
    """Whether someone's name is only for those the record shows it to: a foster carer's always is."""
    return person is not None and (person.role == "foster-carer" or "name_shown_to" in person.data)


def _only_closed(record: Record, person: str) -> frozenset[str]:
    """The items someone was there for, if the record says they came for a part only; else nothing."""
    order = list(record.items)
    for row in record.rows("attended"):
        if text_of(row.get("person")) == person and (row.get("joined_at") or row.get("left_after")):
            first, last = text_of(row.get("joined_at")), text_of(row.get("left_after"))
            start = order.index(first) if first in order else 0
            end = order.index(last) + 1 if last in order else len(order)
            return frozenset(order[start:end])
    return NONE


# ------------------------------------------------------------------------------------------- the View


def disclose(
    survey: Survey,
    copy: Copy,
    document: DocumentType,
    *,
    draft: bool,
    extras: Mapping[str, Any] | None = None,
    receivers: Sequence[str] = (),
) -> Disclosed:
    """The View of one copy, with everything its readers may not see left out.

    A joint letter gets what both readers may see (decision 12). `extras` are the chair's own sheets, and are
    dropped for anyone else, save a return that names no person (`agencies`). `receivers`, who else gets this
    document, is for professionals.
    """
    readers = _readers(survey, copy)
    rights = [survey.grounds(who) for who in readers]
    file_copy = all(who.chair for who in readers)
    kept: list[Leaf] = []
    withheld: list[Withheld] = []
    told: list[tuple[str, str]] = []
    unit = frozenset(copy.children) if copy.scope != "record" else None
    mine = None if file_copy else _mine_rows(survey, document, readers)
    for leaf in survey.leaves:
        if not document.may_hold(leaf.pattern):
            continue
        ground = next((r[leaf.path] for r in rights if r[leaf.path]), "")
        if not ground and unit is not None and not _in_unit(leaf, unit, survey):
            continue
        if not ground and mine is not None and _cut(leaf, document, mine):
            continue
        if ground:
            withheld.append(Withheld(leaf.path, ground))
            continue
        kept.append(leaf)
        told += [
            (leaf.path, id)
            for id in sorted(leaf.gate.about)
            if id in survey.record.people and id not in survey.record.children and id not in copy.readers
        ]
    known = set.intersection(*(set(survey.known(who)) for who in readers))
    data = _assembled(kept)
    left_out = any(entry.ground in ("session", "retelling") for entry in withheld)
    about = _copy_facts(survey, copy, document, readers, None if draft else document.approval, left_out)
    about["disagreed"] = "yes" if _disagreed(data, copy) else ""
    about["receivers"] = tuple(id for id in receivers if id in known) if about.pop("professional") else ()
    view = View(
        data=data,
        people={
            id: _card(survey, readers, document, survey.record.people[id])
            for id in survey.record.people
            if id in known and document.may_hold(survey.pattern_of(id))
        },
        children=copy.children or tuple(id for id in survey.record.subjects if id in known),
        copy=about,
        authority=survey.record.authority,
        passages=survey.record.procedure.passages,
        language=_language(survey.record),
        file_copy=file_copy,
        mine=frozenset(copy.readers),
        extras={key: value for key, value in (extras or {}).items() if file_copy or key == "agencies"},
    )
    kind = "file" if file_copy else "edited" if any(w.ground != "label" for w in withheld) else "full"
    return Disclosed(view, tuple(withheld), tuple(dict.fromkeys(told)), kind)


def _readers(survey: Survey, copy: Copy) -> list[Reader]:
    """Everyone a copy is for: a joint letter is held to what each of them may see (decision 12)."""
    return [survey.reader(id) for id in copy.readers]


def _disagreed(data: Mapping[str, Any], copy: Copy) -> bool:
    """Whether this copy shows that its own reader disagreed: both of them, in a joint letter."""
    rows = data.get("parental_disagreement") or []
    return {row.get("person") for row in rows if isinstance(row, Mapping)} >= set(copy.readers)


def _language(record: Record) -> str:
    tag = text_of(record.get("conference.language")) or record.procedure.language
    return "en-GB" if tag.split("-")[0] == "en" else tag


def _in_unit(leaf: Leaf, unit: frozenset[str], survey: Survey) -> bool:
    """Whether a value belongs to the children that this copy is about."""
    children = {id for id in leaf.gate.about if id in survey.record.children}
    if leaf.pattern.startswith("children[]"):
        return leaf.gate.owner in unit
    if leaf.gate.about_any is not None and leaf.pattern.split("[")[0] in SCOPED:
        return bool(leaf.gate.about_any & unit)
    return children <= unit or children == set(survey.record.subjects)


def _mine_rows(survey: Survey, document: DocumentType, readers: Sequence[Reader]) -> frozenset[str] | None:
    """The rows of the document's `mine` lists that belong to the reader; a child's must be agreed by them.

    A confidential item belongs to those who stayed for it.
    """
    if not document.mine:
        return None
    rows: set[str] = set()
    for pattern in document.mine:
        for path, row in survey.record.select(pattern + "[]"):
            if pattern == "confidential" and isinstance(row, Mapping):
                if all(text_of(row.get("item")) not in who.out for who in readers):
                    rows.add(path)
                continue
            owner = text_of(row.get("owner") or row.get("person")) if isinstance(row, Mapping) else ""
            person = survey.record.people.get(owner)
            agreed = not isinstance(person, Child) or row.get("agreed") == "yes"
            if agreed and any(who.id == owner for who in readers):
                rows.add(path)
    return frozenset(rows)


def _cut(leaf: Leaf, document: DocumentType, mine: frozenset[str]) -> bool:
    for pattern in document.mine:
        if paths.under(leaf.pattern, pattern + "[]"):
            return not any(paths.under(leaf.path, row) for row in mine)
    return False


def _assembled(leaves: Sequence[Leaf]) -> dict[str, Any]:
    """Nested data from single values; entries of which nothing is left leave no gap."""
    root: dict[str, Any] = {}
    for leaf in leaves:
        here: Any = root
        steps = paths.split(leaf.path)
        for step in steps[:-1]:
            here = here.setdefault(step, {})
        here[steps[-1]] = leaf.value
    made = _lists(root)
    assert isinstance(made, dict)
    return made


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(key, int) for key in value):
        return [_lists(value[key]) for key in sorted(value)]
    return {key: _lists(below) for key, below in value.items()}


def _card(survey: Survey, readers: Sequence[Reader], document: DocumentType, person: Person) -> dict[str, str]:
    """What a reader may know of a person: name, role, agency, job, as far as each is visible to them here."""
    card = {"id": person.id}
    rights = [survey.grounds(who) for who in readers]
    home = paths.pattern_of(person.path)
    for key in ("name", "role", "agency", "job", "work_contact"):
        path = f"{person.path}.{key}"
        value = text_of(person.data.get(key))
        if value and document.may_hold(f"{home}.{key}") and not any(r.get(path, "label") for r in rights):
            card[key] = value
    if isinstance(person, Child):
        card["role"] = "child"
    relations = [
        f"{r.role}:{r.child}"
        for r in survey.record.relations_of(person.id)
        if document.may_hold("relations[].as")
        and not any(rights_of.get(f"{r.path}.as", "label") for rights_of in rights)
    ]
    card["relations"] = " ".join(relations)
    return card


_APPROVED_ON = {
    "letters": ("letters_approved.date", "ending.decided_on"),
    "decisions": ("decisions_approved.date", "ending.decided_on"),
    "minutes": ("minutes.signed_on",),
}
"""Where the record says on which day a document was approved, by the approval it needs."""


def _copy_facts(
    survey: Survey,
    copy: Copy,
    document: DocumentType,
    readers: Sequence[Reader],
    approval: str | None,
    left_out: bool,
) -> dict[str, Any]:
    """What every page of a copy says of itself: whose it is, of which conference, whether it is a draft.

    `approval` is what the copy was approved as, None for a draft. Each value is one that every reader of the
    copy may see; the chair's mark stands only where it is true.
    """
    draft = approval is None
    record = survey.record
    people = [reader(record, who.id) for who in readers]
    rights = [survey.grounds(who) for who in readers]

    def seen(*wanted: str) -> str:
        """The first of these values that is written and that all may see."""
        for path in wanted:
            value = text_of(record.get(path))
            at = path if path in survey.paths else f"{path}.text"
            if value and all(who.chair or grounds.get(at) == "" for who, grounds in zip(readers, rights, strict=True)):
                return value
        return ""

    marked = [
        {x.person for x in record.exclusions if record.get(f"{x.path}.visible_mark") == "yes"} >= {who.id}
        for who in readers
    ]
    home, child = people[0].path, people[0].sort == "child"
    # a child who is placed isn't written to at home, where the letter would be another's to open
    place = "contact.address" if not child else "placement" if people[0].data.get("placement") else "home"
    address = seen(f"{home}.{place}") if document.may_hold(paths.pattern_of(f"{home}.{place}.text")) else ""
    signed = seen("minutes.signed_on" if copy.document == "minutes" else "letters_approved.date")
    level = text_of((people[0].data.get("correspondence") or {}).get("reading_level"))
    file_copy = all(who.chair for who in readers)
    return {
        "document": copy.document,
        "title": copy.title,
        "for": [person.id for person in people],
        "for_names": [person.name or person.id for person in people],
        "draft": "yes" if draft else "",
        "file": "yes" if file_copy else "",
        "part_left_out": "yes" if left_out and all(marked) else "",
        "reference": seen("reference"),
        "address": address if copy.place == "for" else "",
        "signed_by": seen("conference.chair"),
        "signed_on": "" if draft else signed,
        "attended": "yes" if all(id in record.list_of("attended") for id in copy.readers) else "",
        "reader": "chair" if file_copy else people[0].sort,
        "reading_level": level if child else "",
        # a final copy bears the day the chair approved it, so that the same record gives the same letter
        "date": seen(*_APPROVED_ON.get(approval or "", ())) or record.today.isoformat(),
        "due": copy.due.isoformat() if copy.due else "",
        "clause": ", ".join(copy.clauses),
        "professional": all(who.chair or who.sorts == {"professional"} for who in readers),
        "locale": copy.locale,
        "format": copy.format,
    }


def agencies(survey: Survey) -> list[dict[str, str]]:
    """Which agencies were invited, came and reported: an agency a row, no person (WA-ATT-06).

    The safeguarding board counts agencies; it reads no name and no list of the record. So this looks past the
    labels of those lists, which are about people, but not past what the record itself keeps to some readers:
    someone whose entry has an audience or was there for a closed item only isn't counted.
    """
    record, public = survey.record, {leaf.path for leaf in survey.leaves if not _kept_close(leaf.gate)}
    rows: dict[str, dict[str, bool]] = {}
    for person in record.people.values():
        own = f"{person.path}.agency"
        if person.sort != "professional" or person.role == "chair" or own not in public or not person.agency:
            continue
        row = rows.setdefault(person.agency, {"invited": False, "attended": False, "reported": False})
        for key, list_, who in (("invited", "invited", "person"), ("attended", "attended", "person"),
                                ("reported", "reports", "author")):  # fmt: skip
            row[key] |= any(
                entry.get(who) == person.id and f"{list_}[{number}].{who}" in public
                for number, entry in enumerate(record.rows(list_))
            )
    return [
        {"agency": agency, **{key: "yes" if value else "no" for key, value in row.items()}}
        for agency, row in sorted(rows.items())
        if any(row.values())
    ]


def _kept_close(gate: Gate) -> bool:
    return bool(gate.audiences or gate.items or gate.only_items)


# ---------------------------------------------------------------------------------- findings for the chair


RULES: Mapping[str, RuleText] = {
    "DIS-01": RuleText(
        "Text that retells the discussion says which items it retells.",
        "Once someone was kept out of an item, add `from_items:` with the items a text draws on, or"
        " `from_items: []` if nothing in it was said while someone was out.",
    ),
    "DIS-02": RuleText(
        "An exclusion from a part of the meeting names the items.",
        "Name them under `items`. Until then everything discussed is left out of that person's copy.",
    ),
    "DIS-03": RuleText(
        "Text doesn't point to items by number.",
        "Say what the item was about instead, if the readers of that text may know it.",
        "warning",
    ),
    "DIS-04": RuleText(
        "Coming late or leaving early withholds nothing.",
        "If the chair asked them to leave or wait outside, record it under `exclusions`.",
        "advice",
    ),
    "DIS-05": RuleText(
        "What is withheld from a reader stands nowhere in their copy.",
        "Take it out of the text that shows it, or narrow that text with `audience:`. If the reader may know it"
        " after all, add them to `shown_to:` or to the audience of the other place.",
    ),
}
"""What is said of text that would tell a reader what they may not see, for `explain`."""


def questions(survey: Survey, readers: Sequence[str]) -> list[Finding]:
    """What the record must still say before it can be shared: who was out for what, and what retells it."""
    record = survey.record
    found: list[Finding] = []
    whos = [survey.reader(id) for id in dict.fromkeys(readers)]
    for who in whos:
        if who.chair or not who.out:
            continue
        places: dict[str, str] = {}
        for leaf in survey.leaves:
            if leaf.gate.retells and not any(
                sieve(leaf.gate, who, survey) for name, sieve in SIEVES.items() if name != "retelling"
            ):
                row = leaf.path.rpartition(".")[0] or leaf.path
                places.setdefault(_asked_at(record, row), leaf.path)
        for row, path in places.items():
            found.append(
                fault(
                    record.tree,
                    "DIS-01",
                    path,
                    f"`{who.id}` was out for part of the meeting, and this doesn't say which items it retells.",
                    "Add `from_items:` with the items it draws on, or `from_items: []` if nothing in it was said while"
                    f" someone was out. One `from_items` on `{row}` covers all below it. Until then it is left out"
                    f" of the copy for `{who.id}`.",
                    kind="disclosure",
                    title=RULES["DIS-01"].title,
                )
            )
            found[-1] = _about(found[-1], who.id)
    for exclusion in record.exclusions:
        if not exclusion.full and not exclusion.items:
            found.append(
                fault(
                    record.tree,
                    "DIS-02",
                    exclusion.path,
                    f"`{exclusion.person}` was out for part of the meeting, and it isn't said for which items.",
                    "Name them under `items`. Until then everything discussed is left out of their copy.",
                    kind="disclosure",
                    title=RULES["DIS-02"].title,
                )
            )
    numbers = re.compile(r"\bitem\s+([0-9]+)\b", re.IGNORECASE)
    for leaf in survey.leaves:
        if leaf.type in FREE and (hit := numbers.search(leaf.value)) and hit[1] in record.items:
            found.append(
                fault(
                    record.tree,
                    "DIS-03",
                    leaf.path,
                    f"“{hit[0]}” points to a numbered item; numbers aren't printed, and it tells a reader that"
                    " the item exists.",
                    "Say what the item was about instead, if this text's readers may know it.",
                    severity="warning",
                    kind="disclosure",
                    title=RULES["DIS-03"].title,
                )
            )
    for number, entry in enumerate(record.rows("attended")):
        if entry.get("joined_late") == "yes" or entry.get("joined_at") or entry.get("left_after"):
            id = text_of(entry.get("person"))
            found.append(
                fault(
                    record.tree,
                    "DIS-04",
                    f"attended[{number}]",
                    f"`{id}` wasn't there for the whole meeting, but wasn't kept out; their copy is whole.",
                    "If the chair asked them to leave or wait outside, record it under `exclusions`.",
                    severity="advice",
                    kind="disclosure",
                    title=RULES["DIS-04"].title,
                )
            )
    return found


def _asked_at(record: Record, row: str) -> str:
    """The row that a single `from_items` would best stand on: the child or the list entry."""
    steps = paths.split(row)
    return paths.join(steps[:2]) if len(steps) > 1 and isinstance(steps[1], int) else paths.join(steps[:1])


def _about(finding: Finding, subject: str) -> Finding:
    return replace(finding, subject=subject)
