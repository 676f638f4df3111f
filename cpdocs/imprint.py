"""What a copy says of itself: whose it is, of what, signed by whom, and what its reader is to do or to tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from cpdocs.messages import TITLE
from cpdocs.phrases import PHRASES
from cpdocs.wording import Wording


def imprint(work: Wording, context: Mapping[str, Any]) -> dict[str, Any]:
    """What a document says of itself: whose it is, of what, signed by whom."""
    own = work.view.copy
    names = [
        work.locale.phrase(f"body.{id}") if f"body.{id}" in PHRASES else name
        for id, name in zip(own["for"], own["for_names"], strict=True)
    ]
    chair = work.person(own["signed_by"])
    phrase = work.locale.phrase
    children = [row for row in context["children"] if row["id"] in work.view.children]
    actions = [
        action
        for row in children
        for action in (*row["plan"]["actions"], *row["after_plan"]["child_in_need_plan"]["actions"])
        if action["mine"] == "yes" and action["agreed"] == "yes" and action["what"]
    ]
    return {
        "title": work.said(own["title"], TITLE),
        "for_name": work.locale.list(names),
        "for_agency": work.person(own["for"][0])["agency"] if len(own["for"]) == 1 else "",
        "draft": own["draft"],
        "kind": "file" if own["file"] else "",
        "reader": own["reader"],
        "part_left_out": own["part_left_out"],
        "date": work.date(own["date"]) if own["date"] else "",
        "reference": own["reference"],
        "children": children,
        "address_lines": [line.strip() for line in own["address"].replace("\n", ",").split(",") if line.strip()],
        "salutation": (
            phrase("salutation.joint", name=names[0], other_name=names[1])
            if len(names) > 1
            else phrase("salutation", name=names[0])
        ),
        "first_name": next((c["called"] for c in children if c["id"] in own["for"] and c["called"]), names[0]),
        "salutation_name": names[0] if len(names) == 1 else work.locale.list(names),
        "signed_by": chair["name"],
        "signed_role": chair["role_label"],
        "signed_on": work.date(own["signed_on"]) if own["signed_on"] else "",
        "disagreed": own["disagreed"],
        "attended": own["attended"],
        "joint": _any([len(own["for"]) > 1]),
        "letter": own["letter"],
        "childs_own": own["childs_own"],
        "reading_level": own["reading_level"],
        "due": work.date(own["due"]) if own["due"] else "",
        "clause": own["clause"],
        "agreed_actions": actions,
        "receivers": (receivers := [work.person(id) for id in own["receivers"] if id in work.view.people]),
        "receivers_label": work.locale.list([who["name"] or who["title"] for who in receivers]),
        "to_tell": _to_tell(work, context) if own["document"] == "who-to-tell" else [],
        "visit": _visit(work, context, children),
        "legal_planning": _any(row["legal_planning"]["recommended"] == "yes" for row in children),
        "plan_open": _any(row["decision"]["plan"] in ("start", "continue", "continue-changed") for row in children),
    }


def _to_tell(work: Wording, context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each parent, carer, child and foster carer that the lead worker must tell (KM-ADM-03), and of whom.

    Nobody is told of a child that they may not read about, and nobody hears more of a part that they were
    kept out of than what they are sent.
    """
    told_of: Mapping[str, Collection[str]] = work.view.copy["told_of"]
    subjects = [row for row in context["children"] if row["subject"] == "yes"]
    children = [row for row in subjects if row["facts"]["living"] == "yes" and row["facts"]["unborn"] != "yes"]
    people = [row for row in context["people"] if row["role"] in ("parent", "carer", "foster-carer")]
    extents: dict[str, str] = {}
    for row in context["exclusions"]:  # kept out of the whole counts for more than of a part
        who = row["person"]["id"]
        extents[who] = "full" if extents.get(who) == "full" else row["extent"]
    rows = []
    for row in [*people, *children]:
        about = [child["name"] for child in subjects if child["id"] in told_of.get(row["id"], ())]
        if not about:
            continue
        rows.append(
            {
                "title": row["title"],
                "about_label": work.locale.list(about) if len(about) < len(subjects) else "",
                "kept_out": extents.get(row["id"], ""),
                "language_label": row["needs"]["language_label"],
                "formats_label": row["needs"]["formats_label"],
                "interpreter": row["needs"]["interpreter"]["person"]["name"],
            }
        )
    return rows


def _visit(work: Wording, context: Mapping[str, Any], children: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the chair marked for the lead worker to go through with the child (KM-MIN-11)."""
    node = work.fields.at("children[].visit.sections[]")
    sections: list[dict[str, str]] = []
    items: list[dict[str, str]] = []
    for row in children:
        for code in row["visit"]["sections"]:
            label = work.label("children[].visit.sections", code, node) if node else code
            sections.append({"label": label})
        wanted = set(row["visit"]["items"])
        items += [{"title": item["title"]} for item in context["discussion"] if item["item"] in wanted]
    return {"sections": sections, "topics": items}


def _any(answers: Iterable[bool]) -> str:
    return "yes" if any(answers) else ""
