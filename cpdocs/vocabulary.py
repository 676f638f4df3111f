"""Every name that a template may ask for, with its type, and the empties that stand where nothing was written.

The record's own fields come from its schema; the rest is what `present` puts together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from cpdocs.fields import Field

PERSON = ("id", "name", "name_cap", "role", "role_label", "agency", "job", "title", "work_contact")
"""What a template may say of a person it mentions."""

AUTHORITY: Mapping[str, Any] = {
    "name": "",
    "lines": [],
    "complaints": {"name": "", "about": "", "lines": [], "telephone": "", "email": "", "website": ""},
    "advice_line": {"name": "", "telephone": "", "hours": "", "website": ""},
    "child_help": {"name": "", "telephone": ""},
    "help": {"name": "", "telephone": "", "hours": ""},
}
"""What an authority's file may say, all of it empty."""

SHEET = ("rows", "readers", "waits", "counts", "notes", "plain", "households", "deadlines", "not_sent")
"""The lists that the chair's distribution sheet holds."""

NOTHING: Mapping[str, Any] = {
    "agencies": [],
    "sheet": {name: [] for name in SHEET},
    "report": {
        "errors": [],
        "warnings": [],
        "advice": [],
        "acknowledged": [],
        "disclosure": [],
        "direct_contact_no_view": [],
        "unsearched": [],
    },
    "pack": {"language": "", "format": "", "due": "", "words": "", "documents": [], "note": ""},
}
"""What stands beside the record's own data, all of it empty."""

_EMPTIES: dict[int, tuple[Field, dict[str, Any]]] = {}
"""By the field's identity: the tree is built once and never changes."""


def empty(node: Field) -> dict[str, Any]:
    """A mapping of empties with every key of a field; shared, so never to be changed."""
    known = _EMPTIES.get(id(node))
    if known is None or known[0] is not node:
        known = _EMPTIES[id(node)] = (node, _made_empty(node))
    return known[1]


def _made_empty(node: Field) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, below in node.keys.items():
        if below.type == "map":
            out[key] = empty(below)
        elif below.type == "list":
            out[key] = []
            if below.item is not None and below.item.is_leaf:
                out[f"{key}_label"] = ""
                out[f"{key}_labels"] = []
        elif below.type in ("person", "child"):
            out[key] = dict.fromkeys(PERSON, "")
        else:
            out[key] = Markup("") if below.type == "text" else ""
            if below.type == "text":
                out[f"{key}_first"] = out[f"{key}_rest"] = Markup("")
            if below.type in ("code", "yesno", "tag"):
                out[f"{key}_label"] = ""
            if below.type in ("code", "yesno"):
                out[f"{key}_inside"] = ""
    return out


_OWN_NAMES = {
    "copy": (
        "title for_name for_agency draft kind reader part_left_out date reference address_lines[] salutation"
        " salutation_name first_name signed_by signed_role signed_on disagreed attended letter childs_own"
        " legal_planning receivers_label joint plan_open reading_level due clause"
        " agreed_actions[].what agreed_actions[].by_when"
        " visit.sections[].label visit.topics[].title to_tell[].title to_tell[].about_label to_tell[].kept_out"
        " to_tell[].language_label to_tell[].formats_label to_tell[].interpreter"
    ),
    "authority": (
        "name lines[] complaints.name complaints.about complaints.lines[] complaints.telephone complaints.email"
        " complaints.website advice_line.name advice_line.telephone advice_line.hours advice_line.website"
        " child_help.name child_help.telephone help.name help.telephone help.hours"
    ),
    "sheet": (
        "rows[].document rows[].recipient rows[].language rows[].format rows[].copy_kind rows[].due"
        " rows[].how_counted rows[].clause rows[].waits_for rows[].why"
        " not_sent[].document not_sent[].recipient not_sent[].why not_sent[].clause"
        " households[].household households[].names deadlines[].what deadlines[].due"
        " deadlines[].how_counted deadlines[].clause"
        " readers[].recipient readers[].form readers[].sent readers[].documents waits[].what waits[].who waits[].copies"
        " counts[].document counts[].due counts[].how_counted counts[].clause counts[].why notes[].recipients"
        " notes[].withheld[].copies notes[].withheld[].what notes[].withheld[].why"
        " notes[].tells[].copies notes[].tells[].about notes[].tells[].what plain[].recipients"
    ),
    "report": " ".join(
        f"{group}[].{key}"
        for group in ("errors", "warnings", "advice", "acknowledged", "disclosure")
        for key in ("rule", "title", "message", "place", "cite", "help", "by", "date", "reason")
    )
    + " direct_contact_no_view[].title unsearched[].what",
    "pack": "language format due words note documents[].title documents[].due documents[].words",
}
"""The names a template may ask for beside the record's own fields."""


def names(fields: Field) -> dict[str, str]:
    """Every dotted name that a template may ask for, with its type: `text` is printed by a paragraph tag."""
    found: dict[str, str] = {"nothing": "line", "passages.*": "yesno"}
    for node in fields.walk():
        found.update(_names_of(node))
    found["children[].facts.why"] = "text"
    found.update({"attended[].invited": "yesno", "attended[].invited_label": "line"})
    found["subjects_label"] = "line"
    found.update({f"reports[].{name}": "line" for name in ("by", "shared_label")})
    also = {path: kind for path, kind in found.items() if path.startswith("invited[].")}
    found.update({f"also_{path}": kind for path, kind in also.items()})
    spoke = {path: kind for path, kind in found.items() if path.startswith("attended[].")}
    found.update({path.replace("attended", "told", 1): kind for path, kind in spoke.items()})
    for path, kind in list(found.items()):
        if path.startswith("children[]."):
            found[f"copy.{path}"] = kind
    for home, own in _OWN_NAMES.items():
        found.update({f"{home}.{name}": "line" for name in own.split()})
    found.update({f"copy.receivers[].{name}": "line" for name in PERSON})
    found.update({f"agencies[].{name}": "line" for name in ("agency", "invited", "attended", "reported")})
    return found


def _names_of(node: Field) -> dict[str, str]:
    own = node.pattern
    if node.type in ("person", "child"):
        return {f"{own}.{name}": "name" for name in PERSON}
    if node.type in ("code", "yesno", "tag") and own.endswith("[]"):
        return {own: node.type}
    if node.type in ("code", "yesno"):
        return {own: node.type, f"{own}_label": "line", f"{own}_inside": "line"}
    if node.type == "tag":
        return {own: node.type, f"{own}_label": "line"}
    if node.type == "text":
        return {own: node.type, f"{own}_first": "runs", f"{own}_rest": "text"}
    if node.is_leaf:
        return {own: node.type}
    if node.type == "list" and node.item is not None:
        if node.item.is_leaf:
            return {f"{own}_label": "line", f"{own}_labels[]": "line"}
        rows = {f"{own}[].mine": "yesno"}
        if own in ("people", "children"):
            rows |= {f"{own}[].title": "line", f"{own}[].role_label": "line"}
        if own == "children":
            rows["children[].name_cap"] = "name"
        return rows
    return {}
