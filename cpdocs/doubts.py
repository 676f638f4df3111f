"""What the chair should look at before anything is sent: a Distribution in, findings out.

Needs that nothing here can meet, readers whose copies could hold nothing, readers who may be taken for each other.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from itertools import combinations

from cpdocs import leaves
from cpdocs.distribution import NO_CHILD, Distribution, called
from cpdocs.editions import main_language
from cpdocs.finding import Finding, Kind, Related, RuleText
from cpdocs.homes import homes, live_together
from cpdocs.library import Library
from cpdocs.lists import CHAIRS_LIST
from cpdocs.phrases import PRONOUNS
from cpdocs.readers import entitled, reader
from cpdocs.record import Record, fault, text_of

RULES: Mapping[str, RuleText] = {
    "DIST-01": RuleText(
        "Everyone who needs another language gets it.",
        "Ask for a translator, or have a locale made (`cpdocs locale new`). Until then the copies can be drafted but"
        " not issued.",
    ),
    "DIST-02": RuleText(
        "Everyone who needs another format gets it.",
        "Order it from your supplier in time for the due date; the Word copy is what they work from.",
        "warning",
    ),
    "DIST-04": RuleText(
        "Readers with names alike are told apart before anything is sent.",
        "Check each of the two on the distribution sheet, by part and household. Then acknowledge this with who"
        " checked, and when.",
        "warning",
    ),
    "DIST-05": RuleText(
        "Everyone whom a list reaches has a child they may read about.",
        "Add what they are to each child under `relations`, or name the children under their `children`. Until then"
        " they get no document about a child, and nothing about any child in the others.",
        "warning",
    ),
    "DIST-06": RuleText(
        "Each entry of the chair's list names its document, one that the chair's list can send.",
        "Write `document:` with the document the chair meant. If this procedure doesn't send that one by the chair's"
        " list, take the entry out and give them what they may have by hand.",
    ),
    "DIST-07": RuleText(
        "Whoever needs easy read is told which documents have none.",
        "Someone goes through these with them, and notes who and when; or order an easy-read copy from your supplier.",
        "advice",
    ),
    "DIST-08": RuleText(
        "A letter that says where to complain says how to reach them.",
        "Fill in `complaints` in the council's own file of its authority: an address, a telephone number or an e-mail"
        " address.",
        "advice",
    ),
    "DIST-09": RuleText(
        "Someone of the family who lives with a child may read about that child.",
        "If they should, add what they are to the child under `relations`. If they shouldn't, there is nothing to do.",
        "advice",
    ),
    "DIST-10": RuleText(
        "A child's own action fits the child's letter and everyone else's copy.",
        "Write it so that it fits both: name people instead of `her`, `his` or `your`.",
        "advice",
    ),
    "DIST-11": RuleText(
        "Whoever gets a copy or came has a name, and so has every child who is born.",
        "Write the full name, as it is to be printed. Of an unborn child write the due date instead.",
    ),
    "DIST-12": RuleText(
        "A professional who is also family reads no more than family may.",
        "If they are no relative, take them out of `relations`: who works with a child stands under `lead_worker`,"
        " `key_personnel` and `direct_contact`. If they are, someone else should have what only professionals read.",
        "warning",
    ),
    "DIST-13": RuleText(
        "Whoever chairs has the role of chair: the chair's file copy leaves nothing out.",
        "Write under `conference.chair` the one whose `role` is chair, or give that role to whoever did chair.",
        "warning",
    ),
    "DIST-14": RuleText(
        "Whoever lives with, or speaks for, someone who was kept out is told no more than they are.",
        "If they left the room as well, record that under `exclusions`. If it would reach the one who was kept out all"
        " the same, narrow what would tell with `audience:`. Otherwise there is nothing to do.",
        "advice",
    ),
}
"""What is said of who gets what, for `explain`."""


def doubts(record: Record, library: Library, distribution: Distribution) -> list[Finding]:
    """Everything the chair should look at before a distribution is followed."""
    return [
        *unmet_needs(record, library, distribution),
        *_nameless(record, distribution),
        *_chairs_list_gaps(record, distribution),
        *_without_children(record, library, distribution),
        *_both_parts(record, distribution),
        *_chair_by_name_alone(record),
        *_beside_the_kept_out(record, distribution),
        *_look_alikes(record, distribution),
        *_without_easy_read(record, library, distribution),
        *_nowhere_to_complain(record, library, distribution),
        *_kept_from_a_child_at_home(record, distribution),
        *_actions_of_children(record),
    ]


def unmet_needs(record: Record, library: Library, distribution: Distribution) -> Iterator[Finding]:
    """Needs that no locale or output can meet, said before the due date is missed."""
    tags = {"en-GB", *library.locale_tags()}
    for id in dict.fromkeys(id for copy in distribution.copies if copy.place == "for" for id in copy.readers):
        person = reader(record, id)
        own = [copy for copy in distribution.copies if id in copy.readers]
        unknown = next((copy.locale for copy in own if copy.locale not in tags), "")
        if unknown and leaves.is_tag(unknown):  # a word that is no code is told as such
            message = f"`{id}` is to read `{unknown}`, and there is no locale of that language."
            yield _told(record, "DIST-01", f"{person.path}.needs.language", message, kind="gap", subject=id)
        for wish in (person.data.get("needs") or {}).get("formats") or []:
            made = {copy.format for copy in own}
            # a Word copy is electronic: that needs no supplier
            if wish in ("braille", "audio") or (wish == "easy-read" and "easy-read" not in made):
                message = f"`{id}` needs {wish.replace('-', ' ')}, which isn't made here."
                yield _told(record, "DIST-02", f"{person.path}.needs.formats", message, kind="gap", subject=id)


def _nameless(record: Record, distribution: Distribution) -> Iterator[Finding]:
    """Whose name isn't written: their part would be printed for it, and a child be taken for unborn."""
    there = {*(id for copy in distribution.copies for id in copy.readers), *record.list_of("attended")}
    for id, person in record.people.items():
        if person.name:
            continue
        child = record.children.get(id)
        if child is not None and child.data.get("due_date") and not child.data.get("date_of_birth"):
            continue
        if child is not None or (id in there and not person.agency):
            message = f"Nothing says what `{id}` is called."
            yield _told(record, "DIST-11", f"{person.path}.name", message, kind="gap", subject=id)


def _chairs_list_gaps(record: Record, distribution: Distribution) -> Iterator[Finding]:
    """Entries of the chair's list that send nothing: they name no document, or one that no list sends this person."""
    told = {(copy.document, id) for copy in distribution.copies for id in copy.readers}
    told |= {(entry.document, entry.reader) for entry in distribution.not_sent}
    heeded = {s.document for s in record.procedure.sendings if CHAIRS_LIST in s.to and not s.off}
    for number, row in enumerate(record.rows("distribution")):
        who, document = text_of(row.get("person")), text_of(row.get("document"))
        if row.get("copy") == "none" or document in heeded or (document, who) in told:
            continue
        message = f"The chair's list names `{who}`, but no document."
        if document:
            message = f"The chair's list names `{who}` for {document}, which no chair's list sends here: none is made."
        yield _told(record, "DIST-06", f"distribution[{number}]", message, kind="gap", subject=who)


def _without_children(record: Record, library: Library, distribution: Distribution) -> Iterator[Finding]:
    """Readers who get nothing about any child, since nothing says whose part they may read."""
    asked = [c for c in distribution.copies if c.place == "for" and c.scope == "record"]
    asked = [c for c in asked if any("children" in part for part in library.documents[c.document].holds)]
    # of an advocate or an observer that is no question: the list of who gets nothing says it
    left_out = [
        entry.reader
        for entry in distribution.not_sent
        if entry.why == NO_CHILD and reader(record, entry.reader).sort in ("family", "carer")
    ]
    for id in dict.fromkeys([*(id for copy in asked for id in copy.readers), *left_out]):
        person = record.people.get(id)
        if person and not entitled(record, person):
            message = f"A list reaches `{id}`, but nothing says which child they may read about."
            yield _told(record, "DIST-05", person.path, message, kind="breach", subject=id)


def _both_parts(record: Record, distribution: Distribution) -> Iterator[Finding]:
    """Professionals who stand among the relations: their copies lack what professionals alone may read."""
    for id in dict.fromkeys(id for copy in distribution.copies for id in copy.readers):
        person = record.people.get(id)
        if person and person.sort == "professional" and record.relations_of(id):
            message = f"`{id}` is a professional and stands under `relations`: their copies hold what family may read."
            yield _told(record, "DIST-12", person.path, message, kind="breach", subject=id)


def _chair_by_name_alone(record: Record) -> Iterator[Finding]:
    """Someone named as chair whose role is another: by a slip of an id, the chair's file would be theirs."""
    person = record.people.get(text_of(record.get("conference.chair")))
    if person and person.role and person.role != "chair":
        message = f"`{person.id}` is named as chair, and their role is another: the chair's file copy is made for them."
        yield _told(record, "DIST-13", "conference.chair", message, kind="breach", subject=person.id)


def _beside_the_kept_out(record: Record, distribution: Distribution) -> Iterator[Finding]:
    """Readers through whom someone would hear what they were kept out of: those at home with them, and those who
    support or represent somebody here, of whom no record says whom."""
    found = homes(record) if record.exclusions else {}
    kept: dict[str, set[str]] = {}
    for out in record.exclusions:
        kept.setdefault(out.person, set()).update(out.items if out.items and not out.full else record.items)
    adults = [record.people[id] for id in kept if id in record.people and id not in record.children]
    readers = dict.fromkeys(id for copy in distribution.copies if copy.place == "for" for id in copy.readers)
    for out_of, reader_id in ((one, id) for one in adults for id in readers):
        person = record.people.get(reader_id)
        if out_of.sort == "professional" or person is None or person.id == out_of.id:
            continue
        near = person.role in ("supporter", "solicitor") or (
            person.sort in ("family", "carer") and live_together(found, person.id, out_of.id)
        )
        told_more = not kept[out_of.id] <= kept.get(person.id, set())
        if near and told_more and entitled(record, person) & entitled(record, out_of):
            message = f"`{out_of.id}` was kept out of what `{person.id}`, who may be near to them, can read."
            yield _told(record, "DIST-14", person.path, message, kind="gap", subject=person.id)


def _without_easy_read(record: Record, library: Library, distribution: Distribution) -> Iterator[Finding]:
    """Documents that aren't made in easy read for a reader whose other ones are."""
    own: dict[str, dict[str, dict[str, None]]] = {}
    for copy in distribution.copies if any(c.format == "easy-read" for c in distribution.copies) else ():
        for id in copy.readers:
            asked = (reader(record, id).data.get("needs") or {}).get("formats") or ()
            if copy.place == "for" and "easy-read" in asked:
                kind = "easy" if copy.format == "easy-read" else "plain"
                own.setdefault(id, {}).setdefault(kind, {})[called(record, library.documents[copy.document])] = None
    for id, made in own.items():
        if "easy" in made and "plain" in made:
            message = f"`{id}` needs easy read, and there is none of: {', '.join(made['plain'])}."
            yield _told(record, "DIST-07", f"{reader(record, id).path}.needs.formats", message, kind="gap", subject=id)


def _nowhere_to_complain(record: Record, library: Library, distribution: Distribution) -> Iterator[Finding]:
    """Letters that name whom to complain to while the authority's file says no way to reach them.

    Asked of a council's own folder, where it is filled in; the shipped files leave it empty for every council.
    """
    complaints = record.authority.get("complaints")
    if library.council is None or not isinstance(complaints, Mapping) or not complaints.get("name"):
        return
    if any(complaints.get(way) for way in ("lines", "telephone", "email", "website")):
        return
    if any(
        copy.place == "for"
        and library.documents[copy.document].approval == "letters"
        and any(reader(record, id).sort == "family" for id in copy.readers)
        for copy in distribution.copies
    ):
        message = f"The letters say that one may complain to {complaints['name']}, but not how to reach them."
        yield _told(record, "DIST-08", "authority", message, kind="gap")


def _kept_from_a_child_at_home(record: Record, distribution: Distribution) -> Iterator[Finding]:
    """A family member who reads of one child and not of another they live with: a missing relation looks like that."""
    found = homes(record)
    for id in dict.fromkeys(id for copy in distribution.copies if copy.place == "for" for id in copy.readers):
        person = record.people.get(id)
        if person is None or person.sort != "family":
            continue
        may = entitled(record, person)
        for child_id in record.subjects:
            if may and child_id not in may and live_together(found, id, child_id):
                message = f"`{id}` lives with `{child_id}` and reads nothing about them."
                yield _told(record, "DIST-09", person.path, message, kind="gap", subject=id)


def _actions_of_children(record: Record) -> Iterator[Finding]:
    """A child's action is printed in their own letter after "You agreed to", and in everyone else's plan."""
    if main_language(record) != "en-GB":
        return
    for pattern in ("children[].plan.actions[]", "children[].after_plan.child_in_need_plan.actions[]"):
        for path, row in record.select(pattern):
            if not isinstance(row, Mapping) or text_of(row.get("owner")) not in record.children:
                continue
            said = re.findall(r"\w+", text_of(row.get("what")))
            found = next((word for word in said if word.casefold() in PRONOUNS), "")
            if found and row.get("agreed") == "yes":
                owner = text_of(row.get("owner"))
                message = f"The action of `{owner}` says “{found}”; their letter and every plan print it as it is."
                yield _told(record, "DIST-10", f"{path}.what", message, kind="gap", subject=owner)


def _look_alikes(record: Record, distribution: Distribution) -> Iterator[Finding]:
    """Two readers whose names are alike: copies have gone to the wrong one of two before."""
    ids = {id for copy in distribution.copies for id in copy.readers}
    people = [person for id, person in record.people.items() if id in ids and person.name]
    for one, other in combinations(people, 2):
        if alike(one.name, other.name):
            message = f"`{one.id}` and `{other.id}` both get copies, and their names are alike."
            related = (Related(record.tree.place(f"{one.path}.name"), f"the name of `{one.id}`"),)
            told = _told(record, "DIST-04", f"{other.path}.name", message, kind="breach", subject=other.id)
            yield told._replace(related=related)


def alike(one: str, other: str) -> bool:
    """Whether two full names may be taken for each other: the same, an initial for a name, or nearly the same."""
    first, second = (name.casefold().replace("-", " ").replace(".", " ").split() for name in (one, other))
    if not first or not second:
        return False
    if first[-1] == second[-1] and len(first) > 1 and len(second) > 1:
        begun = first[0], second[0]
        if begun[0] == begun[1] or (1 in map(len, begun) and begun[0][0] == begun[1][0]):
            return True
    near = difflib.SequenceMatcher(None, " ".join(first), " ".join(second)).ratio()
    return sorted(first) == sorted(second) or near >= NEAR


NEAR = 0.88
"""How much of two names must be the same to count as alike: Tamsin and Tasmin, not Tamsin and Wren Quillby."""


def _told(record: Record, rule: str, path: str, message: str, *, kind: Kind, subject: str = "") -> Finding:
    about = RULES[rule]
    told = fault(
        record.tree, rule, path, message, about.help, severity=about.severity, kind=kind, title=about.title
    )
    return told._replace(subject=subject)
