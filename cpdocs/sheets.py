"""What the chair's two sheets hold: the copies as they were made and the findings in, plain rows out.

The distribution sheet (D20) says who gets what, by when and why, what each copy leaves out and on what ground,
and what it tells its reader about another adult: that last list is what the second person checks (decision 2).
The findings report (D21) says what is still to mend. Both are the chair's alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from cpdocs import paths
from cpdocs.disclosure import Disclosed
from cpdocs.distribution import Copy
from cpdocs.finding import Finding
from cpdocs.library import Library
from cpdocs.locales import ENGLISH
from cpdocs.readers import OUTSIDE, reader
from cpdocs.record import Record
from cpdocs.rules import title_of
from cpdocs.sieves import GROUNDS

if TYPE_CHECKING:
    from cpdocs.results import Made, Prepared


def contents(
    prepared: Prepared, library: Library, made: Sequence[Made], findings: Sequence[Finding], today: date
) -> dict[str, Any]:
    """The contexts `sheet` and `report`, in English: they are the chair's working papers."""
    record = prepared.record
    assert record is not None
    where = places(record)
    rows = [_row(record, one, where) for one in made]
    return {
        "sheet": {
            "rows": rows,
            "readers": _readers(rows),
            "counts": _counts(rows),
            "notes": _notes(rows),
            "not_sent": [
                {
                    "document": library.documents[entry.document].title,
                    "recipient": name(record, entry.reader),
                    "why": entry.why,
                    "clause": entry.cite,
                }
                for entry in prepared.distribution.not_sent
            ],
            "households": _households(record, [id for one in made for id in one.copy.readers]),
            "deadlines": _deadlines(record, made),
        },
        "report": {**_report(record, findings), "unsearched": _unsearched(prepared, where)},
    }


def name(record: Record, id: str) -> str:
    """How the sheet names a reader: their name and id, or the body."""
    person = reader(record, id)
    return OUTSIDE.get(id) or (f"{person.name} ({id})" if person.name else id)


def day(when: date | None) -> str:
    """A date in words."""
    return f"{when.day} {when:%B %Y}" if when else ""


def copy_kind(copy: Copy, disclosed: Disclosed | None) -> str:
    """Whether a copy is whole, edited for its reader, or the chair's own."""
    kind = disclosed.kind if disclosed else ""
    return {"file": "the chair's file copy", "edited": "edited", "full": "full"}.get(kind, "")


def sent_before(one: Made) -> str:
    """Whether a final copy has gone out already, for the chair (decision 15)."""
    when = f" on {day(one.before.on)}" if one.before.on else ""
    return {
        "unchanged": f"already issued{when}, unchanged: not sent again",
        "amended": f"amended: it was issued{when} in other words",
    }.get(one.before.state, "")


def how(record: Record, copy: Copy) -> str:
    """By which way a copy goes, as the record says for each reader; the chair's note with it."""
    said = []
    for id in copy.readers:
        data = reader(record, id).data
        if way := str(data.get("deliver_by") or ""):
            note = f" ({data['deliver_note']})" if data.get("deliver_note") else ""
            said.append(WAYS.get(way, way) + note)
    return "; ".join(dict.fromkeys(said))


WAYS: Mapping[str, str] = {
    "post": "by post",
    "hand": "by hand",
    "email": "by e-mail",
    "collect": "to be collected",
    "none": "nothing is sent",
}


def _row(record: Record, one: Made, where: Places) -> dict[str, Any]:
    copy, disclosed, waits = one.copy, one.disclosed, one.waits
    form = "" if copy.format == "standard" else copy.format.replace("-", " ")
    form += f" ({copy.size} point)" if copy.size else ""
    return {
        "document": copy.title,
        "recipient": " and ".join(name(record, id) for id in copy.readers),
        "language": ENGLISH.language_name(copy.locale),
        "format": "; ".join(filter(None, (form.strip(), how(record, copy) if copy.place == "for" else ""))),
        "copy_kind": "; ".join(filter(None, (copy_kind(copy, disclosed), sent_before(one)))),
        "due": day(copy.due) or copy.counted,
        "how_counted": copy.counted,
        "clause": ", ".join(copy.clauses),
        "waits_for": "; ".join(f"{wait.what} ({wait.who})" for wait in waits),
        "why": "; ".join(copy.why),
        "withheld": withheld(where, disclosed) if disclosed else [],
        "tells": tells(record, where, disclosed) if disclosed else [],
    }


def _readers(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """One row a reader and form: every document on a line of its own with its due date, and what waits."""
    grouped: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault((row["recipient"], row["language"], row["format"]), []).append(row)
    return [
        {
            "recipient": recipient,
            "form": "; ".join(filter(None, (language, form))),
            "documents": "\n".join(
                ", ".join(filter(None, (f"{row['document']}: {row['due']}", row["copy_kind"]))) for row in own
            ),
            "waits_for": "\n".join(dict.fromkeys(row["waits_for"] for row in own if row["waits_for"])),
        }
        for (recipient, language, form), own in grouped.items()
    ]


def _counts(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """How each due date was counted, and why the document is sent at all: once a document, not once a copy."""
    grouped: dict[tuple[str, str, str, str], dict[str, None]] = {}
    for row in rows:
        key = (row["document"], row["due"], row["how_counted"], row["clause"])
        grouped.setdefault(key, {}).update(dict.fromkeys(str(row["why"]).split("; ")))
    return [
        {"document": document, "due": due, "how_counted": counted, "clause": clause, "why": "; ".join(why)}
        for (document, due, counted, clause), why in grouped.items()
    ]


def _notes(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What copies leave out and tell about others; copies of which the same is true stand together."""
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["withheld"] or row["tells"]:
            grouped.setdefault(repr((row["withheld"], row["tells"])), []).append(row)
    return [
        {
            "documents": "; ".join(dict.fromkeys(row["document"] for row in own)),
            "recipients": "; ".join(dict.fromkeys(row["recipient"] for row in own)),
            "withheld": own[0]["withheld"],
            "tells": own[0]["tells"],
        }
        for own in grouped.values()
    ]


def withheld(where: Places, disclosed: Disclosed) -> list[dict[str, str]]:
    """What a copy leaves out, one row a ground with the parts of the record it concerns.

    What no reader of the kind may see is left out: it says nothing of this reader.
    """
    grouped: dict[str, dict[str, set[str]]] = {}
    for entry in disclosed.withheld:
        if entry.ground != "label":
            home, field = where(entry.path)
            grouped.setdefault(entry.ground, {}).setdefault(home, set()).add(field)
    return [
        {"what": "; ".join(_fields(home, fields) for home, fields in homes.items()), "why": GROUNDS[ground]}
        for ground, homes in grouped.items()
    ]


def _fields(home: str, fields: set[str]) -> str:
    """An entry of the record with the fields of it that are meant; all of them, if they are many."""
    few = sorted(fields - {""})
    return f"{home} ({', '.join(few)})" if few and len(few) <= 3 else home


def tells(record: Record, where: Places, disclosed: Disclosed) -> list[dict[str, str]]:
    """What a copy tells its reader about other adults: one row an adult, with the entries that speak of them."""
    rows: dict[str, dict[str, None]] = {}
    for path, id in disclosed.told:
        rows.setdefault(name(record, id), {})[where(path)[0]] = None
    return [{"about": who, "what": "; ".join(homes)} for who, homes in sorted(rows.items())]


Places = Callable[[str], tuple[str, str]]
"""The entry of the record that a path belongs to, and the title of the field within it."""


def places(record: Record) -> Places:
    """Where a record's paths stand, in words; each is worked out once, since copies leave out much the same."""
    return cache(partial(_place, record))


def _part(where: Places, path: str) -> str:
    """A part of the record in words: the entry it belongs to, and the field's title."""
    home, field = where(path)
    return f"{home}: {field}" if field else home


def _place(record: Record, path: str) -> tuple[str, str]:
    steps = paths.split(path)
    if len(steps) < 2 or not isinstance(steps[1], int):
        return title_of(record, str(steps[0])), title_of(record, path) if len(steps) > 1 else ""
    row = record.get(paths.join(steps[:2]))
    own = row if isinstance(row, Mapping) else {}
    label = next((str(own[key]) for key in ("id", "title", "person", "item") if isinstance(own.get(key), str)), "")
    home = f"{title_of(record, str(steps[0]))}: {label}" if label else title_of(record, str(steps[0]))
    if steps[-1] == "text" and isinstance(record.get(paths.join(steps[:-1]) + ".shown_to"), list):
        path = paths.join(steps[:-1])  # "address" says more than "the detail itself"
    return home, title_of(record, path) if len(steps) > 2 else ""


def _households(record: Record, readers: Sequence[str]) -> list[dict[str, str]]:
    """Who gets a copy, home by home, so that two households are seen to be two before anything is sent."""
    homes: dict[str, dict[str, None]] = {}
    alone: dict[str, None] = {}
    for id in [*record.people, *dict.fromkeys(readers)]:
        person = record.people.get(id)
        if person is None or person.sort not in ("family", "carer", "child"):
            continue
        home = str(person.data.get("household") or "")
        if home:
            homes.setdefault(home, {})[name(record, id)] = None
        elif id in readers:
            alone[name(record, id)] = None
    rows = [{"household": home, "names": ", ".join(names)} for home, names in homes.items()]
    rows += [{"household": "none is recorded", "names": ", ".join(alone)}] if alone else []
    return rows


def _deadlines(record: Record, made: Sequence[Made]) -> list[dict[str, str]]:
    rows: dict[tuple[str, str, str], str] = {}
    for one in made:
        if one.copy.due:
            rows[(one.copy.due.isoformat(), one.copy.title, one.copy.counted)] = ", ".join(one.copy.clauses)
    out = [
        {"what": title, "due": day(date.fromisoformat(due)), "how_counted": counted, "clause": clause}
        for (due, title, counted), clause in sorted(rows.items())
    ]
    for id in record.subjects:
        child = record.children[id]
        for fact, what in (
            ("latest_next_review", "next review at the latest"),
            ("receiving_conference_due", "receiving authority's conference"),
        ):
            due = record.date(f"{child.path}.facts.{fact}")
            if due:
                calendar = record.procedure.calendar(str(record.data.get("authority") or ""))
                practical = calendar.last_working_day_on_or_before(due)
                note = f"the last working day by then is {day(practical)}" if practical != due else ""
                if record.get(f"{child.path}.facts.next_review_provisional") == "yes":
                    note = "; ".join(filter(None, (note, "provisional: counted from the due date of birth")))
                out.append({"what": f"{name(record, id)}: {what}", "due": day(due), "how_counted": note, "clause": ""})
    return out


def _report(record: Record, findings: Sequence[Finding]) -> dict[str, Any]:
    groups: dict[str, list[dict[str, str]]] = {
        key: [] for key in ("errors", "warnings", "advice", "acknowledged", "disclosure")
    }
    for finding in findings:
        row = {
            "rule": finding.rule,
            "title": finding.title,
            "message": finding.message,
            "place": f"line {finding.place.line}",
            "cite": finding.cite,
            "help": finding.help,
            "by": "",
            "date": "",
            "reason": "",
        }
        if finding.acknowledged:
            row.update(by=finding.acknowledged.by, date=finding.acknowledged.date, reason=finding.acknowledged.reason)
            groups["acknowledged"].append(row)
        elif finding.kind == "disclosure" and finding.severity != "advice":
            groups["disclosure"].append(row)
        else:
            groups[{"error": "errors", "warning": "warnings", "advice": "advice"}[finding.severity]].append(row)
    viewed = {str(row.get("person")) for row in record.rows("views")}
    silent = [
        {"title": f"{person.name}, {person.agency}" if person.agency else person.name}
        for person in record.people.values()
        if record.get(f"{person.path}.facts.attended") == "yes"
        and person.data.get("direct_contact")
        and person.id not in viewed
    ]
    return {**groups, "direct_contact_no_view": silent}


def _unsearched(prepared: Prepared, where: Places) -> list[dict[str, str]]:
    """What is withheld from someone and can't be looked for in their files, so that a person looks (decision 9)."""
    searches = prepared.searches
    assert searches is not None
    readers = dict.fromkeys(id for one in prepared.distribution.copies if one.place == "for" for id in one.readers)
    kept: dict[tuple[str, str], dict[str, None]] = {}
    for id in readers:
        for lost in searches.of(id).needles.unsearchable:
            kept.setdefault((_part(where, lost.path), lost.reason), {})[id] = None
    grouped: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (what, reason), ids in kept.items():
        grouped.setdefault((reason, tuple(ids)), []).append(what)
    return [
        {"what": f"{'; '.join(whats)}. Kept from {', '.join(ids)}; {reason}."}
        for (reason, ids), whats in grouped.items()
    ]
