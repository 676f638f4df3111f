"""What follows from a record without any judgement: a Record in, the same Record with `facts` out.

Each fact has a name, a value and the paths it was computed from; a reader who may not see one of those does
not see the fact (decision 6). Yes/no facts are `yes` and `no`, like every yes/no in a record. A fact is
left out where what it needs isn't written: the gap is reported elsewhere, and a rule that asks for it stays
silent.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

from cpdocs.record import CONFERENCES, PARENTS, Child, Person, Record, day_of, text_of
from cpdocs.workdays import Calendar

Fact: TypeAlias = tuple[str, Any, tuple[str, ...]]
"""Name, value (a str or a list of str), and the paths it rests on."""

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


def _yes(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _entry(record: Record, key: str, child: str) -> tuple[str, Mapping[str, Any]] | None:
    """The entry of a list that speaks of a child: named there, or the entry without names speaks of all."""
    rows = list(enumerate(record.rows(key)))
    named = [(n, row) for n, row in rows if child in _list(row.get("children"))]
    general = [(n, row) for n, row in rows if not row.get("children")]
    for number, row in [*named, *general]:
        return f"{key}[{number}]", row
    return None


def _latest(record: Record, key: str, child: str, *, kind: str = "") -> tuple[str, Mapping[str, Any]] | None:
    """The latest entry of a list that speaks of a child, in whatever order they were written; undated ones last.

    With `kind`, only conferences of that kind.
    """
    speaks = [
        (f"{key}[{number}]", row)
        for number, row in enumerate(record.rows(key))
        if (not row.get("children") or child in _list(row.get("children"))) and (not kind or row.get("kind") == kind)
    ]
    return max(speaks, key=lambda entry: text_of(entry[1].get("date")), default=None)


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [text_of(entry) for entry in value] if isinstance(value, list) else []


def of_child(record: Record, child: Child, calendar: Calendar) -> Iterator[Fact]:
    """The facts of one child."""
    row, path, kind = child.data, child.path, record.kind
    decision = _map(row.get("decision"))
    plan, plan_at = text_of(decision.get("plan")), f"{path}.decision.plan"
    ground, ground_at = text_of(_map(decision.get("end")).get("ground")), f"{path}.decision.end.ground"
    ended_on, ended_at = text_of(_map(decision.get("end")).get("date")), f"{path}.decision.end.date"
    if kind == "ending-without-conference":
        ending = _map(record.data.get("ending"))
        if child.subject and ending and (not ending.get("children") or child.id in _list(ending["children"])):
            plan, plan_at = "end", "ending.children"
            ground, ground_at = text_of(ending.get("ground")), "ending.ground"
            ended_on, ended_at = text_of(ending.get("decided_on")), "ending.decided_on"
    held = record.date("conference.date")
    born, expected = day_of(row.get("date_of_birth")), day_of(row.get("due_date"))

    yield "attended", _yes(child.id in record.list_of("attended")), ("attended",)
    yield "parents", record.parents_of(child.id), ("relations",)
    if born or expected:
        yield "unborn", _yes(born is None), (f"{path}.date_of_birth",)
    died = ground == "died" or bool(row.get("died_on"))
    yield "living", _yes(not died), (ground_at, f"{path}.died_on")
    rests: tuple[str, ...]
    if plan:
        rests = (plan_at,)
        if plan == "end":
            yield "end_ground", ground, (ground_at,)
            yield "ended_on", ended_on, (ended_at,)
        yield "plan_continues", _yes(plan in ("continue", "continue-changed")), rests
        yield "plan_ends", _yes(plan == "end"), rests
        yield "plan_open", _yes(plan in ("start", "continue", "continue-changed")), rests
    harm = decision.get("harm")
    if isinstance(harm, Mapping) and harm.get("suffering") and harm.get("likely"):
        rests = (f"{path}.decision.harm.suffering", f"{path}.decision.harm.likely")
        yield "harm", _yes("yes" in (harm["suffering"], harm["likely"])), rests

    if then := _then(record, child):
        yield "invited_then", _list(then[1].get("invited")), (f"{then[0]}.invited",)
        yield "present_then", _list(then[1].get("attended")), (f"{then[0]}.attended",)
    made_at, made_on, made_kind = _made(record, child)
    if made_at:
        yield "initial_conference_on", _iso(made_on), (f"{made_at}.date",)
        yield "initial_kind", made_kind, (f"{made_at}.kind",)
    before_birth = _before_birth(record, child)
    if kind in CONFERENCES - {"review"} or made_kind:
        rests = (f"{made_at}.kind" if made_at else "kind", f"{path}.date_of_birth")
        yield "registered_before_birth", _yes(before_birth), rests

    previous = _latest(record, "previous_conferences", child.id)
    first_review: bool | None = None
    if previous:
        yield "previous_conference_on", _iso(day_of(previous[1].get("date"))), (f"{previous[0]}.date",)
        yield "previous_inquorate", _yes(previous[1].get("quorate") == "no"), (f"{previous[0]}.quorate",)
        first_kinds = ("initial", "pre-birth", "transfer")
        first_review = kind == "review" and text_of(previous[1].get("kind")) in first_kinds
        yield "first_review", _yes(first_review), (f"{previous[0]}.kind", "kind")

    limits = record.procedure.limits
    if (birthday := born) and "adulthood" in limits:
        adult_on = calendar.move(birthday, limits["adulthood"].on(held)).date
        yield "adult_on", _iso(adult_on), (f"{path}.date_of_birth",)
    if kind == "review" and first_review is not None:
        yield from _this_review(record, child, calendar, first=first_review, before_birth=before_birth)
    yield from _next_review(record, child, calendar, held, plan)
    unconsidered = list(_unconsidered(record, child))
    yield "events_unconsidered", unconsidered, (f"{path}.events_since_last", "next_reviews")
    transfer = _map(row.get("transfer"))
    if away := text_of(transfer.get("receiving_authority")):
        rests = (f"{path}.transfer.receiving_authority", f"{path}.transfer.from_authority", "authority")
        yield "moving_out", _yes(_moves_out(record, away, bool(transfer.get("from_authority")))), rests
    if told := day_of(transfer.get("notified_on")):
        rests = (f"{path}.transfer.notified_on",)
        # No conference is due after a move for some weeks; one that is held here answers a move for good.
        lasting = transfer.get("permanent") == "yes" or (kind == "transfer" and transfer.get("permanent") != "no")
        if lasting and "receiving_conference" in limits:
            due = calendar.move(told, limits["receiving_conference"].on(told)).date
            yield "receiving_conference_due", _iso(due), (*rests, f"{path}.transfer.permanent")
        if "written_information" in limits:
            due = calendar.move(told, limits["written_information"].on(told)).date
            yield "written_information_due", _iso(due), rests


def _moves_out(record: Record, away: str, came_in: bool) -> bool:
    """Whether a child moves to another authority: one who moved in keeps where from, and may move on later."""
    here = text_of(record.authority.get("name"))
    if came_in and (record.kind == "transfer" or not here):
        return False
    return away.casefold().split() != here.casefold().split()


def _then(record: Record, child: Child) -> tuple[str, Mapping[str, Any]] | None:
    """The entry of `initial_conferences` for a child: after a move in, the conference here."""
    here = _latest(record, "initial_conferences", child.id, kind="transfer")
    return here or _entry(record, "initial_conferences", child.id)


def _made(record: Record, child: Child) -> tuple[str, date | None, str]:
    """The conference that made this child's plan here: where it stands, its day and its kind.

    After a move in, that is the receiving authority's own conference, also where the first one elsewhere is listed.
    """
    found = _then(record, child)
    moved = _latest(record, "previous_conferences", child.id, kind="transfer")
    if moved and (found is None or text_of(moved[1].get("date")) > text_of(found[1].get("date"))):
        found = moved
    if found is None:
        return "", None, ""
    return found[0], day_of(found[1].get("date")), text_of(found[1].get("kind"))


def _before_birth(record: Record, child: Child) -> bool:
    """Whether this child's plan was made before birth; a sibling born already keeps the ordinary limits."""
    _, day, kind = _made(record, child)
    if not kind:
        kind, day = record.kind, record.date("conference.date")
    born = day_of(child.data.get("date_of_birth"))
    if born is None or day is None:
        return kind == "pre-birth" or (born is None and bool(child.data.get("due_date")))
    return born > day


def _unconsidered(record: Record, child: Child) -> Iterator[str]:
    """The kinds of events since the last conference after which no earlier review was weighed."""
    found = _entry(record, "next_reviews", child.id)
    if found and found[1].get("earlier_considered") == "yes":
        return
    events = child.data.get("events_since_last")
    for event in events if isinstance(events, list) else ():
        if isinstance(event, Mapping) and event.get("early_review_considered") != "yes":
            yield text_of(event.get("kind"))


def _this_review(
    record: Record, child: Child, calendar: Calendar, *, first: bool, before_birth: bool
) -> Iterator[Fact]:
    """The window in which this review had to be held, child by child (each child keeps its own rule)."""
    limits, path, held = record.procedure.limits, child.path, record.date("conference.date")
    born = day_of(child.data.get("date_of_birth"))
    made_at, made_on, _ = _made(record, child)
    if first and before_birth and _BORN in limits:
        if born:
            latest = _BORN_EXTENDED if _extended(child) else _BORN
            rests = (f"{path}.date_of_birth", f"{path}.review_extension", f"{made_at}.kind")
            yield "latest_this_review", _iso(calendar.move(born, limits[latest].on(held)).date), rests
            if "after_birth_earliest" in limits:
                earliest = calendar.move(born, limits["after_birth_earliest"].on(held)).date
                yield "earliest_this_review", _iso(earliest), rests
    elif first and made_on and "first_review" in limits:
        latest_day = calendar.move(made_on, limits["first_review"].on(held)).date
        yield "latest_this_review", _iso(latest_day), (f"{made_at}.date",)
    elif not first and "later_review" in limits:
        previous = _latest(record, "previous_conferences", child.id)
        if previous and (previous_on := day_of(previous[1].get("date"))):
            latest_day = calendar.move(previous_on, limits["later_review"].on(held)).date
            yield "latest_this_review", _iso(latest_day), (f"{previous[0]}.date",)


def _extended(child: Child) -> bool:
    """Whether a service manager put the review after the birth off, in writing."""
    extension = _map(child.data.get("review_extension"))
    allowed = {"role": "service-manager", "written": "yes"}
    return allowed.items() <= extension.items() and bool(extension.get("date"))


def _next_review(record: Record, child: Child, calendar: Calendar, held: date | None, plan: str) -> Iterator[Fact]:
    """When the next review is, and the window it must fall in; provisional while a birth is awaited."""
    limits, path = record.procedure.limits, child.path
    found = _entry(record, "next_reviews", child.id)
    if found and plan != "end":
        at, row = found
        yield "next_review_on", text_of(row.get("date")), (f"{at}.date",)
        yield "next_review_time", text_of(row.get("time")), (f"{at}.time",)
        yield "next_review_place", text_of(row.get("place")), (f"{at}.place",)
        yield "next_review_told", text_of(row.get("told_at_conference")), (f"{at}.told_at_conference",)
        yield "earlier_considered", _yes(row.get("earlier_considered") == "yes"), (f"{at}.earlier_considered",)
    if plan not in ("start", "continue", "continue-changed") or held is None:
        return
    rests: tuple[str, ...] = (f"{path}.decision.plan", "conference.date")
    start, limit = next_review_limit(record, child, calendar)
    if start is None:
        return
    if limit in (_BORN, _BORN_EXTENDED):
        rests += (f"{path}.date_of_birth", f"{path}.due_date")
    extension = (f"{path}.review_extension",) if limit == _BORN_EXTENDED else ()  # for professionals
    yield "latest_next_review", _iso(calendar.move(start, limits[limit].on(held)).date), (*rests, *extension)
    provisional = False
    if limit in (_BORN, _BORN_EXTENDED):
        if "after_birth_earliest" in limits:
            earliest = calendar.move(start, limits["after_birth_earliest"].on(held)).date
            yield "earliest_next_review", _iso(earliest), rests
        provisional = day_of(child.data.get("date_of_birth")) is None
    yield "next_review_provisional", _yes(provisional), rests


_BORN, _BORN_EXTENDED = "after_birth_latest", "after_birth_extended"


def next_review_limit(record: Record, child: Child, calendar: Calendar) -> tuple[date | None, str]:
    """The day from which a child's next review is counted, and the limit that says how long; None if none does.

    Who wasn't born when the conference was held has the first review after the birth, at whatever kind of conference;
    a review keeps the time between reviews as well.
    """
    limits, held = record.procedure.limits, record.date("conference.date")
    born, expected = day_of(child.data.get("date_of_birth")), day_of(child.data.get("due_date"))
    first = record.kind != "review" or text_of(_map(child.data.get("decision")).get("plan")) == "start"
    limit = "first_review" if first else "later_review"
    ordinary = (held if limit in limits else None), limit
    awaited = born > held if born and held else not born and (bool(expected) or record.kind == "pre-birth")
    if not awaited or _BORN not in limits:
        return ordinary
    start, limit = born or expected, _BORN_EXTENDED if _extended(child) else _BORN
    if first or start is None or ordinary[0] is None:
        return start, limit
    both = (start, limit), (ordinary[0], ordinary[1])
    return min(both, key=lambda way: calendar.move(way[0], limits[way[1]].on(held)).date)


def of_person(record: Record, person: Person) -> Iterator[Fact]:
    """The facts of one adult: the lists they are on, and what is known of their needs."""
    id, path = person.id, person.path
    group = record.get("core_group.members")
    relations = record.relations_of(id)
    yield "sort", person.sort, (f"{path}.role",)
    yield "invited", _yes(id in record.list_of("invited")), ("invited",)
    yield "attended", _yes(id in record.list_of("attended")), ("attended",)
    sent = [row.get("person") for row in record.rows("invited") if row.get("apologies") == "yes"]
    yield "apologies", _yes(id in sent), ("invited",)
    yield "core_group", _yes(id in _list(group)), ("core_group.members",)
    changes = [_map(row) for _, row in record.select("core_group.membership.changes[]")]
    left = any(row.get("person") == id and row.get("change") == "left" for row in changes)
    yield "left_core_group", _yes(left), ("core_group.membership.changes",)
    of = [r.child for r in relations if r.role in PARENTS]
    yield "parent", _yes(any(child in record.subjects for child in of)), ("relations",)
    yield "parent_of", of, ("relations",)
    ended = [r.child for r in relations if r.role in PARENTS and _letter_due(record, r.child)]
    yield "told_of_ending", ended, ("relations", "children")
    yield "related", _yes(bool(relations)), ("relations",)
    listed = any(
        row.get("person") == id and row.get("document") == "minutes" and row.get("copy") != "none"
        for row in record.rows("distribution")
    )
    yield "minutes_listed", _yes(listed or person.data.get("copy") in ("full", "partial")), ("distribution",)
    agreed = {person.data.get("role_in_plan"), person.data.get("minutes_agreed_by_conference")} == {"yes"}
    yield "minutes_agreed", _yes(agreed), (f"{path}.role_in_plan", f"{path}.minutes_agreed_by_conference")
    yield "reported", _yes(any(row.get("author") == id for row in record.rows("reports"))), ("reports",)
    shared = (
        _map(share).get("person") == id
        for row in record.rows("reports")
        for share in (row["shared_with"] if isinstance(row.get("shared_with"), list) else ())
    )
    yield "saw_report", _yes(any(shared)), ("reports",)
    out = [exclusion for exclusion in record.exclusions if exclusion.person == id]
    yield "fully_excluded", _yes(any(exclusion.full for exclusion in out)), ("exclusions",)
    yield "partly_excluded", _yes(any(not exclusion.full for exclusion in out)), ("exclusions",)
    needs = _map(person.data.get("needs"))
    main = text_of(_map(record.data.get("conference")).get("language")).split("-")[0]
    spoken = {text_of(needs.get(key)).split("-")[0] for key in ("meeting_language", "language")}
    other = {tongue for tongue in spoken if tongue and tongue not in ("unknown", "both", main)}
    yield "other_language", _yes(bool(other) and bool(main)), (f"{path}.needs", "conference.language")
    yield "has_need", _yes(bool(other and main) or bool(needs.get("formats"))), (f"{path}.needs",)
    yield "direct_contact", _yes(bool(person.data.get("direct_contact"))), (f"{path}.direct_contact",)


def groups_present(record: Record, direct: bool = False) -> dict[str, list[str]]:
    """Agency groups among the practitioners who attended, each with its people.

    Family, chair, minute-taker, interpreter, advocate don't count, nor does whoever only wrote. With `direct`,
    only people with direct contact with a subject child count.
    """
    groups: dict[str, list[str]] = {}
    for id in _in_the_room(record):
        person = record.people.get(id)
        if person is None or person.sort != "professional" or person.role == "chair":
            continue
        if not person.agency_group:
            continue
        contacts = record.select(f"{person.path}.direct_contact[].child")
        if direct and not any(text_of(child) in record.subjects for _, child in contacts):
            continue
        groups.setdefault(person.agency_group, []).append(id)
    return groups


def _in_the_room(record: Record) -> list[str]:
    """Who took part themselves; a view sent in writing makes no quorum."""
    rows = record.rows("attended")
    return list(dict.fromkeys(text_of(row.get("person")) for row in rows if row.get("how") != "in-writing"))


def _rows_of_practitioners(record: Record) -> tuple[str, ...]:
    """What a count of agencies rests on: who of the practitioners came, how, and from which agency group.

    Nothing else of the people or of the list counts: one telephone number that is withheld would hide the quorum.
    """
    rests: list[str] = []
    for number, row in enumerate(record.rows("attended")):
        person = record.people.get(text_of(row.get("person")))
        if person and person.sort == "professional" and person.role != "chair":
            at = f"attended[{number}]"
            rests += [f"{at}.person", f"{at}.how", f"{person.path}.role", f"{person.path}.agency_group"]
    return tuple(dict.fromkeys(rests)) or ("attended",)


def of_conference(record: Record) -> Iterator[Fact]:
    """The facts of the conference as a whole."""
    if not isinstance(record.data.get("conference"), Mapping):
        return
    attended = record.list_of("attended")
    there = _in_the_room(record)
    people = [record.people[id] for id in there if id in record.people]
    rests = _rows_of_practitioners(record)
    groups, direct = groups_present(record), groups_present(record, direct=True)
    if attended:
        yield "agencies", str(len(groups)), rests
        contacts = (record.select(f"{person.path}.direct_contact[].child") for person in people)
        yield "agencies_direct", str(len(direct)), (*rests, *(path for found in contacts for path, _ in found))
        worker = any(_social_worker(person) for person in people)
        responsible = (f"{person.path}.responsible_authority" for person in people)
        yield "social_worker_present", _yes(worker), (*rests, *responsible)
        if chair := text_of((record.data["conference"]).get("chair")):
            came = (n for n, row in enumerate(record.rows("attended")) if row.get("person") == chair)
            rests = ("conference.chair", *(f"attended[{number}].person" for number in came))
            yield "chair_present", _yes(chair in there), rests
        yield from _quorum(record, groups, direct, worker)
    homes = [record.children[id].path for id in record.subjects]
    decisions = [_map(record.get(f"{home}.decision")) for home in homes]
    plans = [text_of(decision.get("plan")) for decision in decisions]
    whose = [f"{home}.subject" for home in homes]
    rests = (*whose, *(f"{home}.decision.plan" for home in homes))
    yield "plan_open", _yes(any(plan in ("start", "continue", "continue-changed") for plan in plans)), rests
    yield "any_plan_ends", _yes("end" in plans), rests
    harms = [_map(decision.get("harm")) for decision in decisions]
    rests = (*whose, *(f"{home}.decision.harm.{key}" for home in homes for key in ("suffering", "likely")))
    yield "any_harm", _yes(any("yes" in (harm.get("suffering"), harm.get("likely")) for harm in harms)), rests
    made = enumerate(record.rows("initial_conferences"))
    for number, row in sorted(made, key=lambda entry: entry[1].get("kind") != "transfer")[:1]:
        yield "chair_was", text_of(row.get("chair")), (f"initial_conferences[{number}].chair",)


def _social_worker(person: Person) -> bool:
    """Whether this is a social worker of the authority that is responsible for the child."""
    roles = ("lead-worker", "social-worker", "manager")
    works = person.role in roles and person.agency_group == "social-care"
    return works and person.data.get("responsible_authority") != "no"


def _letter_due(record: Record, child: str) -> bool:
    """Whether a child's plan ends in a way that is told by letter: not by hand, as after a death."""
    row = record.children[child]
    decision = _map(row.data.get("decision"))
    ended, ground = decision.get("plan") == "end", text_of(_map(decision.get("end")).get("ground"))
    if record.kind == "ending-without-conference":
        ending = _map(record.data.get("ending"))
        ended = bool(ending) and (not ending.get("children") or child in _list(ending["children"]))
        ground = text_of(ending.get("ground"))
    return row.subject and ended and ground != "died" and not row.data.get("died_on")


def _quorum(
    record: Record, groups: Mapping[str, Any], direct: Mapping[str, Any], worker: bool
) -> Iterator[Fact]:
    """Whether the procedure's quorum was met. The numbers stand in its `quorum` block beside their clause."""
    asked = record.procedure.quorum
    if not asked or record.kind not in (asked.get("kinds") or CONFERENCES):
        return
    limits = record.procedure.limits

    def number(key: str) -> int | None:
        limit = limits.get(str(asked.get(key, "")))
        return limit.number if limit else None

    counted: Iterable[str] = direct if asked.get("direct_contact") == "yes" else groups
    if asked.get("besides_social_care") == "yes":
        counted = [group for group in counted if group != "social-care"]
    enough, least = number("groups"), number("groups_by_discretion")
    if enough is None:
        return
    count, base = len(list(counted)), asked.get("social_worker") != "yes" or worker
    given = record.get("conference.quorum")
    discretion = isinstance(given, Mapping) and given.get("chair_discretion") == "yes"
    by_discretion = base and count < enough and least is not None and count >= least and discretion
    rests = (*_rows_of_practitioners(record), "conference.quorum.chair_discretion")
    yield "quorate", _yes(base and (count >= enough or by_discretion)), rests
    yield "quorum_by_discretion", _yes(by_discretion), rests


__all__ = ["FACTS", "compute", "groups_present", "of_child", "of_conference", "of_person"]
