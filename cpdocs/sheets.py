"""What the chair's two sheets hold: the copies as they were made and the findings in, plain rows out.

The distribution sheet (D20) says who gets what, by when and why, what each copy leaves out and on what ground,
and what it tells its reader about another adult: that last list is what the second person checks (decision 2).
The findings report (D21) says what is still to mend. Both are the chair's alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from cpdocs import homes, timetable
from cpdocs.disclosure import Disclosed
from cpdocs.distribution import NO_DEADLINE, Copy, NotSent, Reason, called
from cpdocs.finding import Finding
from cpdocs.library import Library
from cpdocs.locales import ENGLISH
from cpdocs.notes import Entry, Places, by_reader, part, parts
from cpdocs.readers import NOBODY, OUTSIDE, reader
from cpdocs.record import Record, day_of
from cpdocs.rules import words_of
from cpdocs.wording import large

if TYPE_CHECKING:
    from cpdocs.results import Made, Prepared


def contents(
    prepared: Prepared, library: Library, made: Sequence[Made], findings: Sequence[Finding], today: date
) -> dict[str, Any]:
    """The contexts `sheet` and `report`, in English: they are the chair's working papers."""
    record = prepared.record
    assert record is not None
    where = Places(record)
    visited = {id: day(record.date(f"{record.children[id].path}.visit.planned_on")) for id in _visited(prepared)}
    rows = [_row(record, library, one, where, visited) for one in made]
    found, plain = by_reader(
        where,
        [
            (row["names"], row["title"], one.disclosed)
            for row, one in zip(rows, made, strict=True)
            if one.disclosed and one.copy.place == "for"
        ],
    )
    return {
        "sheet": {
            "rows": rows,
            "readers": _readers(rows),
            "waits": _waits(rows),
            "counts": _counts(rows, record.procedure.short),
            "notes": found,
            "plain": [{"recipients": "; ".join(plain)}] if plain else [],
            "not_sent": _not_sent(record, library, prepared.distribution.not_sent),
            "households": [
                {"household": said, "names": ", ".join(name(record, id) for id in ids)}
                for said, ids in homes.told(record, [id for one in made for id in one.copy.readers])
            ],
            "deadlines": timetable.dates(record),
        },
        "report": {**_report(record, findings, where), "unsearched": _unsearched(prepared, where)},
    }


def name(record: Record, id: str) -> str:
    """How the sheet names a reader: their name and id, or the body."""
    called = reader(record, id).name or (ENGLISH.phrase("unborn-name") if id in record.children else "")
    if id in NOBODY and id not in record.people:
        return large(called)
    return OUTSIDE.get(id) or (f"{called} ({id})" if called else id)


def day(when: date | None) -> str:
    """A date in words."""
    return words_of(when) if when else ""


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


def due_day(when: date | None) -> str:
    """A due date in words, or that there is none."""
    return day(when) or "no deadline"


def _visited(prepared: Prepared) -> set[str]:
    """The children whom somebody visits after the conference, and brings their letters."""
    return {id for copy in prepared.distribution.copies if copy.document == "visit-task" for id in copy.children}


def how(record: Record, copy: Copy, visited: Mapping[str, str]) -> str:
    """By which way a copy goes, as the record says for each reader; the chair's note with it.

    A child's own letter is handed over on the visit to them, unless the record says otherwise.
    """
    said = []
    for id in copy.readers:
        data = reader(record, id).data
        if not data.get("deliver_by") and copy.readers == copy.children and id in visited:
            said.append(", ".join(filter(None, ("handed over on the visit", visited[id]))))
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


def _row(
    record: Record, library: Library, one: Made, where: Places, visited: Mapping[str, str]
) -> dict[str, Any]:
    copy, disclosed = one.copy, one.disclosed
    form = "" if copy.format == "standard" else copy.format.replace("-", " ")
    form += f" ({copy.size} point)" if copy.size else ""
    sent = how(record, copy, visited) if copy.place == "for" else ""
    about = ENGLISH.list([where.name(id) for id in copy.children]) if copy.scope != "record" else ""
    if copy.children == copy.readers:
        about = ""  # a child's own letter
    reasons = tuple(reason._replace(words=_said(record, reason.words)) for reason in copy.why)
    if not copy.clauses:  # no sending asks for it: somebody's need does
        about = "; ".join(reason.said for reason in reasons)
    title = called(record, library.documents[copy.document])
    return {
        "document": title,
        "title": f"{title} ({about})" if about else title,
        "recipient": " and ".join(name(record, id) for id in copy.readers),
        "names": " and ".join(map(where.name, copy.readers)),
        "language": ENGLISH.language_name(copy.locale),
        "form": form.strip(),
        "sent": sent,
        "format": "; ".join(filter(None, (form.strip(), sent))),
        "copy_kind": "; ".join(filter(None, (copy_kind(copy, disclosed), sent_before(one)))),
        "due": day(copy.due) or copy.counted,
        "how_counted": copy.counted,
        "clause": ", ".join(copy.clauses),
        "waits_for": "; ".join(f"{_said(record, wait.said)} ({wait.who})" for wait in one.waits),
        "waits": tuple(wait._replace(what=_said(record, wait.what)) for wait in one.waits),
        "why": "; ".join(reason.said for reason in copy.why),
        "reasons": reasons,
    }


def _readers(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """In which form and by which way a reader's copies go, and each with its due date; readers alike in one row.

    A document that goes out in two languages is one line, and a form is named beside a document only where it isn't
    that of most of this reader's copies.
    """
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(row["recipient"], []).append(row)
    alike: dict[tuple[str, str, str], list[str]] = {}
    for recipient, own in grouped.items():
        lines: dict[tuple[str, str, str], dict[str, None]] = {}
        special = any(row["form"] for row in own)
        for row in own:
            form = ", ".join(filter(None, (row["language"], row["form"] or ("standard print" if special else ""))))
            lines.setdefault((row["title"], row["due"], row["copy_kind"]), {})[form] = None
        forms = [" and ".join(each) for each in lines.values()]
        usual = max(dict.fromkeys(forms), key=forms.count)
        others = ["" if form == usual else form.removeprefix(f"{usual.split(',')[0]}, ") for form in forms]
        told = [
            ", ".join(filter(None, (f"{_short(due)}: {title}", kind, other)))
            for (title, due, kind), other in zip(lines, others, strict=True)
        ]
        sent = "; ".join(dict.fromkeys(row["sent"] for row in own if row["sent"]))
        alike.setdefault((usual, sent, "\n".join(told)), []).append(recipient)
    return [
        {"recipient": "\n".join(recipients), "form": form, "sent": sent, "documents": documents}
        for (form, sent, documents), recipients in alike.items()
    ]


def _short(due: str) -> str:
    return due_day(None) if due == NO_DEADLINE else due


TEXTS_MADE = "the command cpdocs translation pack makes the translator's files"


def _waits(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """What is waited for and whose turn it is, with the copies it holds back: a thing to do is one row."""
    copies = Counter(row["title"] for row in rows)
    held: dict[tuple[str, str], dict[str, dict[str, None]]] = {}
    for row in rows:
        for wait in row["waits"]:
            names = f"{row['names']}: {wait.number}" if wait.number else row["names"]
            what = f"{wait.what} ({TEXTS_MADE})" if wait.number else wait.what
            held.setdefault((what, wait.who), {}).setdefault(row["title"], {})[names] = None
    out = []
    for (what, who), documents in held.items():
        alike: dict[str, list[str]] = {}
        for title, whose in documents.items():
            everyone = len(whose) == copies[title] > 1
            alike.setdefault("for everyone" if everyone else ", ".join(whose), []).append(title)
        said = "; ".join(
            f"{', '.join(titles)} {names}" if names == "for everyone" else f"{', '.join(titles)} ({names})"
            for names, titles in alike.items()
        )
        out.append({"what": what, "who": who, "copies": said})
    return out


def _counts(rows: Sequence[Mapping[str, Any]], procedure: str) -> list[dict[str, str]]:
    """How each due date was counted, and why the document goes to whom: once a document, not once a copy.

    A clause that is that of every reason stands beside the document instead; the procedure's own name isn't repeated.
    """
    grouped: dict[tuple[str, str, str, str], dict[tuple[tuple[str, str], ...], dict[str, None]]] = {}
    for row in rows:
        key = (row["document"], row["due"], row["how_counted"], row["clause"])
        grouped.setdefault(key, {}).setdefault(because(row["reasons"]), {})[row["names"]] = None
    out = []
    for (document, due, counted, clause), reasons in grouped.items():
        reasons = {
            tuple((said, _bare(cite.removeprefix(procedure).strip(" ,"))) for said, cite in because): names
            for because, names in reasons.items()
        }
        cited = dict.fromkeys(cite for because in reasons for _, cite in because)
        once = next(iter(cited), "") if len(cited) == 1 else ""
        why = [
            "; ".join(f"{said} ({cite})" if cite and not once else said for said, cite in because)
            + f": {', '.join(names)}"
            for because, names in reasons.items()
        ]
        out.append(
            {
                "document": document,
                "due": due,
                "how_counted": _short(due) if due == counted else counted if due in counted else f"{due}: {counted}",
                "clause": ", ".join(filter(None, (once, clause))),
                "why": "\n".join(why),
            }
        )
    return out


def _bare(cite: str) -> str:
    """A clause without the brackets that say it is no clause of the procedure: it may be put into some here."""
    return cite[1:-1] if cite.startswith("(") and cite.endswith(")") else cite


def because(reasons: Sequence[Reason]) -> tuple[tuple[str, str], ...]:
    """Why someone gets a document, in words, with the clause; reasons of one clause stand together."""
    by_clause: dict[str, list[str]] = {}
    for words, clause in reasons:
        by_clause.setdefault(_bare(clause), []).append(SAID.get(words, words))
    return tuple((", ".join(dict.fromkeys(words)), clause) for clause, words in by_clause.items())


SAID: Mapping[str, str] = {
    "attended": "was there",
    "present": "was there",
    "invited": "was invited",
    "professionals attended": "a professional who was there",
    "professionals invited": "was invited",
    "core group": "in the core group",
    "core group family": "family in the core group",
    "family relevant": "family for whom the chair finds it relevant",
    "family attended": "family who were there",
    "family invited": "family who were invited",
    "parents": "a parent",
    "parents invited": "a parent who was invited",
    "parents attended": "a parent who was there",
    "children": "it is about them",
    "children attended": "the child was there",
    "chair": "chaired the conference",
    "minute taker": "took the minutes",
    "lead worker": "the child's lead worker",
    "made_by": "makes the referral",
    "invited then": "was invited to the conference that made the plan",
    "present then": "was at the conference that made the plan",
    "annex present": "stayed for the confidential part",
    "fully excluded": "was kept out of all of it",
    "chair's list": "on the chair's list",
    "foster carers": "a foster carer",
    "role in plan": "has a part in the plan",
    "staying involved": "stays involved",
    "board": "the board is told",
    "receiving authority": "the child moves there",
    "child's file": "for the child's file",
}
"""The words of a sending's `to` (lists.LISTS) as they are said of one reader."""


def _not_sent(record: Record, library: Library, entries: Sequence[NotSent]) -> list[dict[str, str]]:
    """Who is on a list and gets nothing by it; those who get nothing for the same reason stand together."""
    grouped: dict[tuple[str, str, str], dict[str, None]] = {}
    for entry in entries:
        key = (called(record, library.documents[entry.document]), _said(record, entry.why), entry.cite)
        grouped.setdefault(key, {})[name(record, entry.reader)] = None
    return [
        {
            "document": document,
            "recipient": ", ".join(names),
            "why": f"{why} ({clause})" if clause else why,
            "clause": clause,
        }
        for (document, why, clause), names in grouped.items()
    ]


_QUOTED = re.compile(r" \(`[a-z_]+`\)|`([^`]*)`")


def _said(record: Record, words: str) -> str:
    """A sentence for someone who reads no record: people by name, and no key of the record behind it."""
    people = record.people

    def word(found: re.Match[str]) -> str:
        id = found.group(1)
        return "" if id is None else people[id].name or id if id in people else found.group()

    return _QUOTED.sub(word, words)


def _report(record: Record, findings: Sequence[Finding], where: Places) -> dict[str, Any]:
    groups: dict[str, list[dict[str, str]]] = {
        key: [] for key in ("errors", "warnings", "advice", "acknowledged", "disclosure")
    }
    for finding in findings:
        place, told = finding.place, finding.acknowledged
        row = {
            "rule": finding.rule,
            "title": _said(record, finding.title),
            "message": _said(record, finding.message),
            "place": ", ".join(filter(None, (_part(where, place.path), f"line {place.line} of the record"))),
            "cite": finding.cite,
            "help": finding.help,
            "by": where.name(told.by) if told else "",
            "date": day(day_of(told.date)) or told.date if told else "",
            "reason": told.reason if told else "",
        }
        if told:
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


def _part(where: Places, path: str) -> str:
    """A place of the record in words; of none in particular, nothing."""
    entry = where(path)
    return part(entry._replace(field="") if entry.names_it else entry) if path else ""


def _unsearched(prepared: Prepared, where: Places) -> list[dict[str, str]]:
    """What is withheld from someone and can't be looked for in their files, so that a person looks (decision 9).

    What is kept from the same readers for the same reason is one row.
    """
    searches = prepared.searches
    assert searches is not None
    readers = dict.fromkeys(id for one in prepared.distribution.copies if one.place == "for" for id in one.readers)
    kept: dict[tuple[str, str], dict[str, None]] = {}
    for id in readers:
        for lost in searches.of(id).needles.unsearchable:
            kept.setdefault((lost.reason, lost.path), {})[id] = None
    grouped: dict[tuple[str, tuple[str, ...]], list[tuple[str, Entry]]] = {}
    for (reason, path), ids in kept.items():
        grouped.setdefault((reason, tuple(ids)), []).append(("", where(path)))
    rows = []
    for (reason, whom), found in grouped.items():
        what = "; ".join(said for _, said in parts(found))
        rows.append({"what": f"{what}. Kept from {', '.join(map(where.name, whom))}; {reason}."})
    return rows
