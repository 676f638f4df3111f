"""What follows from a record without any judgement: a Record in, the same Record with `facts` out.

Each fact has a name, a value and the paths it was computed from; a reader who may not see one of those does
not see the fact (decision 6). Yes/no facts are `yes` and `no`, like every yes/no in a record. A fact is
left out where what it needs isn't written: the gap is reported elsewhere, and a rule that asks for it stays
silent.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from cpdocs import reviews, room
from cpdocs.record import (
    CONFERENCES,
    PARENTS,
    Child,
    Person,
    Record,
    day_of,
    ids_in,
    mapping,
    text_of,
    yes_no,
)
from cpdocs.reviews import Fact
from cpdocs.workdays import Calendar

FACTS: Mapping[str, str] = {
    "children[].facts.initial_conference_on": "date",
    "children[].facts.initial_kind": "code",
    "children[].facts.registered_before_birth": "yesno",
    "children[].facts.previous_conference_on": "date",
    "children[].facts.first_review": "yesno",
    "children[].facts.plan_continues": "yesno",
    "children[].facts.plan_ends": "yesno",
    "children[].facts.plan_open": "yesno",
    "children[].facts.unborn": "yesno",
    "children[].facts.living": "yesno",
    "children[].facts.attended": "yesno",
    "children[].facts.harm": "yesno",
    "children[].facts.parents": "person[]",
    "children[].facts.adult_on": "date",
    "children[].facts.next_review_on": "date",
    "children[].facts.next_review_time": "time",
    "children[].facts.next_review_place": "name",
    "children[].facts.next_review_told": "yesno",
    "children[].facts.earliest_next_review": "date",
    "children[].facts.latest_next_review": "date",
    "children[].facts.next_review_provisional": "yesno",
    "children[].facts.earliest_this_review": "date",
    "children[].facts.latest_this_review": "date",
    "children[].facts.previous_inquorate": "yesno",
    "children[].facts.moving_out": "yesno",
    "children[].facts.receiving_conference_due": "date",
    "children[].facts.written_information_due": "date",
    "children[].facts.end_ground": "code",
    "children[].facts.ended_on": "date",
    "children[].facts.earlier_considered": "yesno",
    "children[].facts.events_unconsidered": "code[]",
    "children[].facts.invited_then": "person[]",
    "children[].facts.present_then": "person[]",
    "people[].facts.sort": "code",
    "people[].facts.invited": "yesno",
    "people[].facts.attended": "yesno",
    "people[].facts.apologies": "yesno",
    "people[].facts.core_group": "yesno",
    "people[].facts.left_core_group": "yesno",
    "people[].facts.parent": "yesno",
    "people[].facts.parent_of": "person[]",
    "people[].facts.told_of_ending": "child[]",
    "people[].facts.minutes_listed": "yesno",
    "people[].facts.minutes_agreed": "yesno",
    "people[].facts.related": "yesno",
    "people[].facts.reported": "yesno",
    "people[].facts.saw_report": "yesno",
    "people[].facts.fully_excluded": "yesno",
    "people[].facts.partly_excluded": "yesno",
    "people[].facts.other_language": "yesno",
    "people[].facts.has_need": "yesno",
    "people[].facts.direct_contact": "yesno",
    "facts.agencies": "number",
    "facts.agencies_direct": "number",
    "facts.quorate": "yesno",
    "facts.quorum_by_discretion": "yesno",
    "facts.social_worker_present": "yesno",
    "facts.chair_present": "yesno",
    "facts.plan_open": "yesno",
    "facts.any_plan_ends": "yesno",
    "facts.any_harm": "yesno",
    "facts.chair_was": "person",
}


def compute(record: Record) -> Record:
    """The record with every fact that can be told, and where each came from."""
    data: dict[str, Any] = copy.copy(dict(record.data))
    for key in ("people", "children"):
        if isinstance(data.get(key), list):
            data[key] = [dict(row) if isinstance(row, Mapping) else {} for row in data[key]]
    sources: dict[str, tuple[str, ...]] = {}
    calendar = record.procedure.calendar(text_of(record.data.get("authority")))
    plans = [
        (f"{child.path}.", list(of_child(record, child, calendar))) for child in record.children.values()
    ]
    plans += [
        (f"{person.path}.", list(of_person(record, person)))
        for person in record.people.values()
        if not isinstance(person, Child)
    ]
    plans.append(("", list(of_conference(record))))
    for base, facts in plans:
        home = data
        if base:
            key, number = base[:-2].split("[")
            home = data[key][int(number)]
        told = {name: value for name, value, _ in facts if value not in (None, "", [])}
        if told:
            home["facts"] = told
        for name, value, rests_on in facts:
            if name in told:
                at = f"{base}facts.{name}"
                sources[at] = rests_on
                if isinstance(value, list):
                    sources.update({f"{at}[{number}]": rests_on for number in range(len(value))})
    return record._replace(data=data, sources=sources)


def of_child(record: Record, child: Child, calendar: Calendar) -> Iterator[Fact]:
    """The facts of one child."""
    row, path, kind = child.data, child.path, record.kind
    decision = mapping(row.get("decision"))
    plan, plan_at = text_of(decision.get("plan")), f"{path}.decision.plan"
    ground, ground_at = text_of(mapping(decision.get("end")).get("ground")), f"{path}.decision.end.ground"
    ended_on, ended_at = text_of(mapping(decision.get("end")).get("date")), f"{path}.decision.end.date"
    if kind == "ending-without-conference":
        ending = mapping(record.data.get("ending"))
        if child.subject and ending and (not ending.get("children") or child.id in ids_in(ending["children"])):
            plan, plan_at = "end", "ending.children"
            ground, ground_at = text_of(ending.get("ground")), "ending.ground"
            ended_on, ended_at = text_of(ending.get("decided_on")), "ending.decided_on"
    held = record.date("conference.date")
    born, expected = day_of(row.get("date_of_birth")), day_of(row.get("due_date"))

    yield "attended", yes_no(child.id in record.list_of("attended")), ("attended",)
    yield "parents", record.parents_of(child.id), ("relations",)
    if born or expected:
        yield "unborn", yes_no(born is None), (f"{path}.date_of_birth",)
    died = ground == "died" or bool(row.get("died_on"))
    yield "living", yes_no(not died), (ground_at, f"{path}.died_on")
    rests: tuple[str, ...]
    if plan:
        rests = (plan_at,)
        if plan == "end":
            yield "end_ground", ground, (ground_at,)
            yield "ended_on", ended_on, (ended_at,)
        yield "plan_continues", yes_no(plan in ("continue", "continue-changed")), rests
        yield "plan_ends", yes_no(plan == "end"), rests
        yield "plan_open", yes_no(plan in ("start", "continue", "continue-changed")), rests
    harm = decision.get("harm")
    if isinstance(harm, Mapping) and harm.get("suffering") and harm.get("likely"):
        rests = (f"{path}.decision.harm.suffering", f"{path}.decision.harm.likely")
        yield "harm", yes_no("yes" in (harm["suffering"], harm["likely"])), rests

    if then := reviews.first_conference(record, child):
        yield "invited_then", ids_in(then[1].get("invited")), (f"{then[0]}.invited",)
        yield "present_then", ids_in(then[1].get("attended")), (f"{then[0]}.attended",)
    made_at, made_on, made_kind = reviews.made_at(record, child)
    if made_at:
        yield "initial_conference_on", made_on.isoformat() if made_on else "", (f"{made_at}.date",)
        yield "initial_kind", made_kind, (f"{made_at}.kind",)
    before_birth = reviews.before_birth(record, child)
    if kind in CONFERENCES - {"review"} or made_kind:
        rests = (f"{made_at}.kind" if made_at else "kind", f"{path}.date_of_birth")
        yield "registered_before_birth", yes_no(before_birth), rests

    previous = reviews.latest_for(record, "previous_conferences", child.id)
    first_review: bool | None = None
    if previous:
        previous_on = day_of(previous[1].get("date"))
        yield "previous_conference_on", previous_on.isoformat() if previous_on else "", (f"{previous[0]}.date",)
        yield "previous_inquorate", yes_no(previous[1].get("quorate") == "no"), (f"{previous[0]}.quorate",)
        first_kinds = ("initial", "pre-birth", "transfer")
        first_review = kind == "review" and text_of(previous[1].get("kind")) in first_kinds
        yield "first_review", yes_no(first_review), (f"{previous[0]}.kind", "kind")

    limits = record.procedure.limits
    if (birthday := born) and "adulthood" in limits:
        adult_on = calendar.move(birthday, limits["adulthood"].on(held)).date
        yield "adult_on", adult_on.isoformat(), (f"{path}.date_of_birth",)
    if kind == "review" and first_review is not None:
        yield from reviews.this_review(record, child, calendar, first=first_review, before_birth=before_birth)
    yield from reviews.next_review(record, child, calendar, held, plan)
    unconsidered = list(reviews.unconsidered(record, child))
    yield "events_unconsidered", unconsidered, (f"{path}.events_since_last", "next_reviews")
    transfer = mapping(row.get("transfer"))
    if away := text_of(transfer.get("receiving_authority")):
        rests = (f"{path}.transfer.receiving_authority", f"{path}.transfer.from_authority", "authority")
        yield "moving_out", yes_no(_moves_out(record, away, bool(transfer.get("from_authority")))), rests
    if told := day_of(transfer.get("notified_on")):
        rests = (f"{path}.transfer.notified_on",)
        # No conference is due after a move for some weeks; one that is held here answers a move for good.
        lasting = transfer.get("permanent") == "yes" or (kind == "transfer" and transfer.get("permanent") != "no")
        if lasting and "receiving_conference" in limits:
            due = calendar.move(told, limits["receiving_conference"].on(told)).date
            yield "receiving_conference_due", due.isoformat(), (*rests, f"{path}.transfer.permanent")
        if "written_information" in limits:
            due = calendar.move(told, limits["written_information"].on(told)).date
            yield "written_information_due", due.isoformat(), rests


def _moves_out(record: Record, away: str, came_in: bool) -> bool:
    """Whether a child moves to another authority: one who moved in keeps where from, and may move on later."""
    here = text_of(record.authority.get("name"))
    if came_in and (record.kind == "transfer" or not here):
        return False
    return away.casefold().split() != here.casefold().split()


def of_person(record: Record, person: Person) -> Iterator[Fact]:
    """The facts of one adult: the lists they are on, and what is known of their needs."""
    id, path = person.id, person.path
    group = record.get("core_group.members")
    relations = record.relations_of(id)
    yield "sort", person.sort, (f"{path}.role",)
    yield "invited", yes_no(id in record.list_of("invited")), ("invited",)
    yield "attended", yes_no(id in record.list_of("attended")), ("attended",)
    sent = [row.get("person") for row in record.rows("invited") if row.get("apologies") == "yes"]
    yield "apologies", yes_no(id in sent), ("invited",)
    yield "core_group", yes_no(id in ids_in(group)), ("core_group.members",)
    changes = [mapping(row) for _, row in record.select("core_group.membership.changes[]")]
    left = any(row.get("person") == id and row.get("change") == "left" for row in changes)
    yield "left_core_group", yes_no(left), ("core_group.membership.changes",)
    of = [r.child for r in relations if r.role in PARENTS]
    yield "parent", yes_no(any(child in record.subjects for child in of)), ("relations",)
    yield "parent_of", of, ("relations",)
    ended = [r.child for r in relations if r.role in PARENTS and _letter_due(record, r.child)]
    yield "told_of_ending", ended, ("relations", "children")
    yield "related", yes_no(bool(relations)), ("relations",)
    listed = any(
        row.get("person") == id and row.get("document") == "minutes" and row.get("copy") != "none"
        for row in record.rows("distribution")
    )
    yield "minutes_listed", yes_no(listed or person.data.get("copy") in ("full", "partial")), ("distribution",)
    agreed = {person.data.get("role_in_plan"), person.data.get("minutes_agreed_by_conference")} == {"yes"}
    yield "minutes_agreed", yes_no(agreed), (f"{path}.role_in_plan", f"{path}.minutes_agreed_by_conference")
    yield "reported", yes_no(any(row.get("author") == id for row in record.rows("reports"))), ("reports",)
    shared = (
        mapping(share).get("person") == id
        for row in record.rows("reports")
        for share in (row["shared_with"] if isinstance(row.get("shared_with"), list) else ())
    )
    yield "saw_report", yes_no(any(shared)), ("reports",)
    out = [exclusion for exclusion in record.exclusions if exclusion.person == id]
    yield "fully_excluded", yes_no(any(exclusion.full for exclusion in out)), ("exclusions",)
    yield "partly_excluded", yes_no(any(not exclusion.full for exclusion in out)), ("exclusions",)
    needs = mapping(person.data.get("needs"))
    main = text_of(mapping(record.data.get("conference")).get("language")).split("-")[0]
    spoken = {text_of(needs.get(key)).split("-")[0] for key in ("meeting_language", "language")}
    other = {tongue for tongue in spoken if tongue and tongue not in ("unknown", "both", main)}
    yield "other_language", yes_no(bool(other) and bool(main)), (f"{path}.needs", "conference.language")
    yield "has_need", yes_no(bool(other and main) or bool(needs.get("formats"))), (f"{path}.needs",)
    yield "direct_contact", yes_no(bool(person.data.get("direct_contact"))), (f"{path}.direct_contact",)


def of_conference(record: Record) -> Iterator[Fact]:
    """The facts of the conference as a whole."""
    if not isinstance(record.data.get("conference"), Mapping):
        return
    attended = record.list_of("attended")
    there = room.in_the_room(record)
    people = [record.people[id] for id in there if id in record.people]
    rests = room.rows_of_practitioners(record)
    groups, direct = room.groups_present(record), room.groups_present(record, direct=True)
    if attended:
        yield "agencies", str(len(groups)), rests
        contacts = (record.select(f"{person.path}.direct_contact[].child") for person in people)
        yield "agencies_direct", str(len(direct)), (*rests, *(path for found in contacts for path, _ in found))
        worker = any(room.social_worker(person) for person in people)
        responsible = (f"{person.path}.responsible_authority" for person in people)
        yield "social_worker_present", yes_no(worker), (*rests, *responsible)
        if chair := text_of((record.data["conference"]).get("chair")):
            came = (n for n, row in enumerate(record.rows("attended")) if row.get("person") == chair)
            rests = ("conference.chair", *(f"attended[{number}].person" for number in came))
            yield "chair_present", yes_no(chair in there), rests
        yield from room.quorum(record, groups, direct, worker)
    homes = [record.children[id].path for id in record.subjects]
    decisions = [mapping(record.get(f"{home}.decision")) for home in homes]
    plans = [text_of(decision.get("plan")) for decision in decisions]
    whose = [f"{home}.subject" for home in homes]
    rests = (*whose, *(f"{home}.decision.plan" for home in homes))
    yield "plan_open", yes_no(any(plan in ("start", "continue", "continue-changed") for plan in plans)), rests
    yield "any_plan_ends", yes_no("end" in plans), rests
    harms = [mapping(decision.get("harm")) for decision in decisions]
    rests = (*whose, *(f"{home}.decision.harm.{key}" for home in homes for key in ("suffering", "likely")))
    yield "any_harm", yes_no(any("yes" in (harm.get("suffering"), harm.get("likely")) for harm in harms)), rests
    made = enumerate(record.rows("initial_conferences"))
    for number, row in sorted(made, key=lambda entry: entry[1].get("kind") != "transfer")[:1]:
        yield "chair_was", text_of(row.get("chair")), (f"initial_conferences[{number}].chair",)


def _letter_due(record: Record, child: str) -> bool:
    """Whether a child's plan ends in a way that is told by letter: not by hand, as after a death."""
    row = record.children[child]
    decision = mapping(row.data.get("decision"))
    ended, ground = decision.get("plan") == "end", text_of(mapping(decision.get("end")).get("ground"))
    if record.kind == "ending-without-conference":
        ending = mapping(record.data.get("ending"))
        ended = bool(ending) and (not ending.get("children") or child in ids_in(ending["children"]))
        ground = text_of(ending.get("ground"))
    return row.subject and ended and ground != "died" and not row.data.get("died_on")
