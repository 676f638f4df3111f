"""A Tree and its Procedure in, a Record out: who is who, and whether every reference names someone.

What can't be told is left out of the spine and reported; the rest of the record stays as it was written.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from cpdocs import facts, leaves
from cpdocs.fields import GATES, Field
from cpdocs.finding import Finding, Kind, Related, RuleText
from cpdocs.procedure import Procedure
from cpdocs.record import PARENTS, Child, Exclusion, Item, Person, Record, Relation, fault, sort_of, text_of
from cpdocs.source import Tree

RULES: Mapping[str, RuleText] = {
    "REF-01": RuleText(
        "Every reference names someone or something in the record.",
        "Use an id that stands in this record, or add the person, child or item first.",
    ),
    "REF-02": RuleText(
        "Every person and child has an id of their own.",
        "Give each an id by their part in the conference: `mother`, `father-of-b`, `school-nurse`.",
    ),
    "REF-03": RuleText(
        "Every item has a number of its own.",
        "Give each item of the discussion, and each confidential item, a number or word of its own.",
    ),
    "REF-04": RuleText(
        "An id says what a person is here, never who they are; nor does the case reference.",
        "Use their part in the conference: `mother`, `father-of-b`, `school-nurse`. Ids show in file names.",
        "advice",
    ),
    "REF-05": RuleText(
        "A record names the procedure it follows.",
        "Write `procedure:` with the name of a folder in schemas, such as kent-medway.",
    ),
    "REF-06": RuleText(
        "An authority, an agency group and a document are ones that this procedure knows.",
        "Write one of those that the finding lists.",
    ),
    "REF-08": RuleText(
        "A record is of a kind that its procedure knows.",
        "Write one of those that the finding lists.",
    ),
    "REF-09": RuleText(
        "A list says of each person once what it has to say.",
        "Take one of the two entries out, and let the other say all of it.",
        "warning",
    ),
    "REF-07": RuleText(
        "A restriction says whom and what it means, and says it in one way.",
        "Write the ids after it, or take the key out. While it is open whom it means, nothing is made that travels.",
    ),
}
"""What is said of a record that names something which isn't there, for `explain`."""


def resolve(tree: Tree, procedure: Procedure, fields: Field, today: date) -> tuple[Record, list[Finding]]:
    """Tell who is who, check that every reference names someone, and compute the facts.

    The result is always a Record: what can't be resolved is left out of the spine and reported.
    """
    data = pruned(tree.data) if isinstance(tree.data, Mapping) else {}
    found: list[Finding] = []
    people, children = _people(data, tree, found)
    record = Record(
        tree=tree,
        procedure=procedure,
        fields=fields,
        data=data,
        people=people,
        children=children,
        relations=tuple(_relations(data, people, children)),
        items=_items(data, tree, found),
        exclusions=tuple(_exclusions(data)),
        sources={},
        today=today,
    )
    found += _references(record)
    found += _unfinished(record)
    found += _twice(record)
    found += _ids(record)
    return facts.compute(record), found


MAX_FAULTS = 200
"""References that name no one: more than these are told as one."""


def pruned(value: Any) -> Any:
    """What was written, without empty keys; the entries of a list keep their places."""
    if isinstance(value, Mapping):
        kept = {key: pruned(below) for key, below in value.items()}
        # `from_items: []` says "this was open", the others say "no one": emptiness speaks there
        return {
            key: below
            for key, below in kept.items()
            if below not in (None, "", [], {}) or (below == [] and key in ("from_items", "audience", "name_shown_to"))
        }
    if isinstance(value, list):
        return [pruned(entry) for entry in value]
    return value


def _mappings(data: Mapping[str, Any], key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    rows = data.get(key)
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, Mapping):
            yield f"{key}[{number}]", row


def _ids_of(value: Any) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset((value,))
    return frozenset(text_of(entry) for entry in value) if isinstance(value, list) else frozenset()


def _people(data: Mapping[str, Any], tree: Tree, found: list[Finding]) -> tuple[dict[str, Person], dict[str, Child]]:
    people: dict[str, Person] = {}
    children: dict[str, Child] = {}
    first: dict[str, str] = {}
    for path, row in [*_mappings(data, "people"), *_mappings(data, "children")]:
        id = text_of(row.get("id"))
        if not id:
            continue
        if id in first:
            found.append(
                fault(
                    tree,
                    "REF-02",
                    f"{path}.id",
                    f"The id `{id}` is used twice.",
                    "Give each person and child an id of their own, by their part in the conference:"
                    " `mother`, `father-of-b`, `school-nurse`.",
                    title=RULES["REF-02"].title,
                    related=(Related(tree.place(f"{first[id]}.id"), "used here first"),),
                )
            )
            continue
        first[id] = path
        if path.startswith("children"):
            child = Child(
                id=id,
                name=text_of(row.get("name")),
                path=path,
                role="child",
                sort="child",
                children=frozenset((id,)),
                data=row,
                subject=row.get("subject") == "yes",
            )
            people[id] = children[id] = child
        else:
            role = text_of(row.get("role"))
            people[id] = Person(
                id=id,
                name=text_of(row.get("name")),
                path=path,
                role=role,
                sort=sort_of(role),
                agency=text_of(row.get("agency")),
                agency_group=text_of(row.get("agency_group")),
                children=_ids_of(row["children"]) if row.get("children") else None,
                data=row,
            )
    return people, children


def _relations(
    data: Mapping[str, Any], people: Mapping[str, Person], children: Mapping[str, Child]
) -> Iterator[Relation]:
    for path, row in _mappings(data, "relations"):
        person, child = text_of(row.get("person")), text_of(row.get("child"))
        if person in people and child in children:
            yield Relation(person, child, text_of(row.get("as")), path)


def _items(data: Mapping[str, Any], tree: Tree, found: list[Finding]) -> dict[str, Item]:
    items: dict[str, Item] = {}
    for key in ("discussion", "confidential"):
        for path, row in _mappings(data, key):
            id = text_of(row.get("item"))
            if not id:
                continue
            if id in items:
                found.append(
                    fault(
                        tree,
                        "REF-03",
                        f"{path}.item",
                        f"Item `{id}` stands twice.",
                        "Give each item of the discussion, and each confidential item, a number of its own.",
                        title=RULES["REF-03"].title,
                        related=(Related(tree.place(f"{items[id].path}.item"), "used here first"),),
                    )
                )
                continue
            closed = key == "confidential" or row.get("session") == "closed"
            items[id] = Item(id, path, closed, _ids_of(row.get("present")) if closed else None)
    return items


def _exclusions(data: Mapping[str, Any]) -> Iterator[Exclusion]:
    for path, row in _mappings(data, "exclusions"):
        person = text_of(row.get("person"))
        if person:
            yield Exclusion(person, row.get("extent") == "full", _ids_of(row.get("items")), path)


def _references(record: Record) -> list[Finding]:
    """Every leaf that names a person, child or item must name one that is there."""
    found: list[Finding] = []
    known = {"person": record.people, "child": record.children, "item": record.items}
    what = {"person": "person or child", "child": "child", "item": "item of the discussion"}
    words = {"professionals", "family", "children", "chair"}

    def check(value: Any, path: str, sort: str, extra: frozenset[str] | set[str] = frozenset()) -> None:
        if not isinstance(value, str) or value in known[sort] or value in extra or len(found) >= MAX_FAULTS:
            return
        names = {p.name: p.id for p in record.people.values() if p.name} if sort != "item" else {}
        ids = [id for id in known[sort] if sort == "item" or leaves.slug(id) == id]  # a wrong id is no suggestion
        near = names.get(value) or next(iter(difflib.get_close_matches(value, [*ids, *extra], 1, 0.6)), "")
        near = near or next((names[n] for n in difflib.get_close_matches(value, names, 1, 0.75)), "")
        hint = f"Did you mean `{near}`? " if near else ""
        listed = ", ".join(f"`{id}`" for id in known[sort]) or "none yet"
        offered = sorted(extra) if "audience" in path else ["professionals"] * bool(extra)
        listed += f"; or one of {', '.join(f'`{word}`' for word in offered)}" if offered else ""
        found.append(
            fault(
                record.tree,
                "REF-01",
                path,
                f"There is no {what[sort]} with the id `{value}` in this record.",
                f"{hint}Use one of the ids in this record ({listed}), or add the {what[sort]} first.",
                title=RULES["REF-01"].title,
            )
        )

    def walk(value: Any, node: Field | None, path: str) -> None:
        if isinstance(value, Mapping):
            for key, below in value.items():
                at = f"{path}.{key}" if path else key
                if key in GATES:
                    for number, entry in enumerate(below if isinstance(below, list) else [below]):
                        spot = f"{at}[{number}]" if isinstance(below, list) else at
                        if key == "about":
                            check(entry, spot, "person")
                        elif key == "audience":
                            check(entry, spot, "person", words)
                        else:
                            check(entry, spot, "item")
                elif key in ("shown_to", "name_shown_to", "present"):
                    groups = words if key != "present" else {"professionals"}
                    for number, entry in enumerate(below if isinstance(below, list) else [below]):
                        spot = f"{at}[{number}]" if isinstance(below, list) else at
                        check(entry, spot, "person", groups)
                elif node is not None and key in node.keys:
                    walk(below, node.keys[key], at)
        elif isinstance(value, list):
            for number, entry in enumerate(value):
                walk(entry, node.item if node else None, f"{path}[{number}]")
        elif node is not None and node.type in known and not path.endswith((".id", "].item")):
            check(value, path, node.type)

    walk(record.data, record.fields, "")
    if len(found) >= MAX_FAULTS:
        message = f"{MAX_FAULTS} references or more name no one who is there."
        help = "Correct those that are told, then check again."
        found.append(fault(record.tree, "REF-01", "", message, help, title=RULES["REF-01"].title))
    return found


def _unfinished(record: Record) -> list[Finding]:
    """Restrictions that were begun and don't say whom or what they mean: read as none, they let everyone through.

    An empty key elsewhere is only what isn't known yet; nobody writes `audience:` but to keep something back.
    """
    found: list[Finding] = []

    def told(path: str, message: str, help: str, kind: Kind = "fault", subject: str = "") -> None:
        title = RULES["REF-07"].title
        found.append(fault(record.tree, "REF-07", path, message, help, kind=kind, title=title, subject=subject))

    for path in record.tree.keys:
        key = path.rpartition(".")[2]
        value = record.get(path) if key in GATES else ""
        if value is None or (isinstance(value, list) and None in value):
            told(path, f"`{key}` is empty here: it keeps nothing from anyone.", RULES["REF-07"].help)
        if key == "restricted_by_chair" and record.get(path) is None:
            message = "A restriction is begun here and gives no reason: the minutes would go to them all the same."
            told(path, message, "Write the chair's `reason:`; the chair's sheets alone show it. Or take the key out.")
    for number, row in enumerate(record.rows("discussion")):
        closed = row.get("session") == "closed"
        if row.get("present") and not closed:
            message = "`present` says who stayed, and nothing says that this was a closed session: everyone gets it."
            told(f"discussion[{number}].present", message, "Write `session: closed`, or take `present` out.")
        elif closed and not row.get("present"):
            message = "This was a closed session, and nothing says who stayed: nobody but the chair gets it."
            help = "Write under `present` who stayed: their ids, or professionals."
            told(f"discussion[{number}].session", message, help, kind="disclosure")
    for out in record.exclusions:
        of_all = out.full or not out.items
        stayed = (item for item in record.items.values() if item.closed and out.person in (item.present or ()))
        for item in stayed:
            if of_all or item.id in out.items:
                message = f"`{out.person}` is kept out of `{item.id}` here, and named among those who stayed for it."
                help = "Take them out of one of the two. Until then they get nothing of it."
                told(out.path, message, help, kind="disclosure", subject=out.person)
    people = record.tree.data.get("people") if isinstance(record.tree.data, Mapping) else None
    for number, row in enumerate(people if isinstance(people, list) else ()):
        if isinstance(row, Mapping) and row.get("children") == []:
            message = "`children` is an empty list here: it keeps no child from this person."
            told(f"people[{number}].children", message, RULES["REF-07"].help)
    return found


_ANSWERS = ("lives_with", "parental_responsibility", "sees")


def _twice(record: Record) -> list[Finding]:
    """People of whom one list speaks twice: whichever entry is read first would count.

    Someone may be two things to a child, grandmother and foster carer, but not two parents, and live with them or not.
    Who left and came back has an entry for each time.
    """
    found: list[Finding] = []

    def told(path: str, before: str, message: str) -> None:
        rule = RULES["REF-09"]
        related = (Related(record.tree.place(before), "said here first"),)
        place = fault(record.tree, "REF-09", path, message, rule.help, severity=rule.severity, title=rule.title)
        found.append(place._replace(related=related))

    for key in ("invited", "not_invited", "attended"):
        first: dict[str, str] = {}
        for path, row in _mappings(record.data, key):
            id = text_of(row.get("person"))
            before = first.setdefault(id, path)
            again = key == "attended" and (row.get("joined_at") or row.get("left_after"))
            if id and before != path and not again:
                told(path, before, f"`{id}` stands twice under `{key}`.")
    seen: dict[tuple[str, str], list[Relation]] = {}
    for relation in record.relations:
        earlier = seen.setdefault((relation.person, relation.child), [])
        for other in earlier:
            roles = {relation.role, other.role}
            unlike = [a for a in _ANSWERS if len({record.get(f"{r.path}.{a}") for r in (relation, other)} - {None}) > 1]
            if len(roles) == 1 or roles <= PARENTS:
                told(relation.path, other.path, f"Two entries say what `{relation.person}` is to `{relation.child}`.")
            elif unlike:
                said = f"Two entries of `{relation.person}` and `{relation.child}` answer `{unlike[0]}` differently."
                told(relation.path, other.path, said)
        earlier.append(relation)
    return found


def _ids(record: Record) -> list[Finding]:
    """Ids and the reference show in file names, so one with a part of a person's name is pointed out (decision 23)."""
    found = []

    def tell(path: str, message: str, help: str) -> None:
        title = RULES["REF-04"].title
        found.append(fault(record.tree, "REF-04", path, message, help, severity="advice", title=title))

    names = {person.id: set(_words(person.name)) for person in record.people.values()}
    for person in record.people.values():
        if names[person.id] & set(_words(person.id)):
            tell(
                f"{person.path}.id",
                "This id holds a part of the person's name; ids show in file names.",
                "Use their part in the conference instead: `mother`, `father-of-b`, `school-nurse`.",
            )
    if set(_words(text_of(record.data.get("reference")))) & set().union(*names.values()):
        tell(
            "reference",
            "The reference holds a part of someone's name; it names the folder and stands on every page.",
            "Use your case system's number, such as CP-2041-017.",
        )
    return found


def _words(text: str) -> list[str]:
    return [word.casefold() for word in re.findall(r"[^\W\d_]{3,}", text)]
