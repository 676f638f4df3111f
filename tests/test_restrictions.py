"""Restrictions as people write them in haste: begun and not finished, in two places at once, told in another field."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cpdocs import cli, flow, making, outline, report, source
from cpdocs.library import Library
from cpdocs.results import Made
from cpdocs.shelf import Shelf
from tests.canaries import TODAY

ROOT = Path(__file__).parents[1]
LIBRARY = Library()
SHELF = Shelf(LIBRARY)
TREE = source.read(ROOT / "samples" / "two-fathers" / "record.yaml")[0]
SECRET = "The heron stood in the flooded garden until noon."
Edit = Callable[[dict[str, Any]], None]


def judged(edit: Edit) -> flow.Prepared:
    """The family of two fathers, with one thing written otherwise."""
    data = copy.deepcopy(TREE.data)
    edit(data)
    return flow.judge(source.Tree("record.yaml", "", data, {}, keys_of(data)), [], LIBRARY, TODAY)


def keys_of(value: Any, path: str = "") -> dict[str, tuple[int, int, int]]:
    """Where every key would stand if the record had been typed; the places themselves don't matter here."""
    found: dict[str, tuple[int, int, int]] = {}
    if isinstance(value, Mapping):
        for key, below in value.items():
            at = f"{path}.{key}".lstrip(".")
            found |= {at: (1, 1, 1), **keys_of(below, at)}
    elif isinstance(value, list):
        for number, below in enumerate(value):
            found |= keys_of(below, f"{path}[{number}]")
    return found


def named(rows: list[dict[str, Any]], id: str) -> dict[str, Any]:
    return next(row for row in rows if row["id"] == id)


def made_for(prepared: flow.Prepared, *readers: str) -> list[Made]:
    made, _ = making.make(prepared, LIBRARY, SHELF, final=False, today=TODAY)
    return [one for one in made if one.copy.readers == readers]


def read_by(prepared: flow.Prepared, *readers: str) -> str:
    """All that these readers' copies say."""
    return "\n".join("\n".join(outline.outline(one.data)) for one in made_for(prepared, *readers) if one.data)


def jude(data: dict[str, Any]) -> dict[str, Any]:
    return named(data["children"], "child-b")


# --------------------------------------------------------------------------------------- begun, not finished


def _empty_audience(data: dict[str, Any]) -> None:
    jude(data)["lived_experience"] = {"text": SECRET, "audience": None}


def _empty_audience_above(data: dict[str, Any]) -> None:
    jude(data)["plan"].update(audience=None, risks=SECRET)


def _empty_items(data: dict[str, Any]) -> None:
    jude(data)["lived_experience"] = {"text": SECRET, "from_items": None}


def _an_item_left_open(data: dict[str, Any]) -> None:
    jude(data)["lived_experience"] = {"text": SECRET, "from_items": ["jude", None]}


def _present_without_closed(data: dict[str, Any]) -> None:
    data["discussion"][0].update(present=["professionals"], text=SECRET, about=["child-b"])


def _present_and_open(data: dict[str, Any]) -> None:
    data["discussion"][0].update(present=["professionals"], session="open", text=SECRET, about=["child-b"])


def _no_children(data: dict[str, Any]) -> None:
    named(data["people"], "police")["children"] = []


def _a_reason_left_open(data: dict[str, Any]) -> None:
    named(data["people"], "mother")["restricted_by_chair"] = {"reason": None}


@pytest.mark.parametrize(
    "edit",
    [
        _empty_audience, _empty_audience_above, _empty_items, _an_item_left_open, _present_without_closed,
        _present_and_open, _no_children, _a_reason_left_open,
    ],
)  # fmt: skip
def test_while_a_restriction_is_only_begun_nothing_travels(edit: Edit) -> None:
    prepared = judged(edit)
    assert [f.rule for f in prepared.findings if f.kind == "fault" and f.severity == "error"] == ["REF-07"]
    made, _ = making.make(prepared, LIBRARY, SHELF, final=False, today=TODAY)
    assert not [one.copy.file for one in made if one.copy.place == "for" and one.data]


def test_a_closed_session_of_nobody_is_asked_about() -> None:
    def edit(data: dict[str, Any]) -> None:
        closed = next(item for item in data["discussion"] if item["session"] == "closed")
        del closed["present"]

    prepared = judged(edit)
    assert "REF-07" in {f.rule for f in prepared.findings if f.blocks}
    assert all(copy.waits for copy in prepared.distribution.copies if copy.place == "for")


def test_a_group_that_can_not_stay_for_a_closed_session_is_no_word_for_it() -> None:
    def edit(data: dict[str, Any]) -> None:
        data["discussion"][0].update(session="closed", present=["professionals", "family"])

    assert [f.place.path for f in judged(edit).findings if f.rule == "REF-01"] == ["discussion[0].present[1]"]


# ------------------------------------------------------------------------------------- whose name is whose


def test_a_name_shown_to_no_one_is_shown_to_no_one() -> None:
    prepared = judged(lambda data: named(data["people"], "maternal-grandmother").update(name_shown_to=[]))
    for reader in ("father-of-a", "father-of-b", "police", "child-a"):
        assert "Nasreen" not in read_by(prepared, reader)
    assert "Nasreen" in read_by(prepared, "maternal-grandmother")


def test_a_grandmother_who_fosters_is_a_foster_carer() -> None:
    def edit(data: dict[str, Any]) -> None:
        data["relations"].append({"person": "maternal-grandmother", "child": "child-b", "as": "foster-carer"})
        named(data["people"], "maternal-grandmother")["name_shown_to"] = ["professionals", "mother"]

    prepared = judged(edit)
    assert "Nasreen" not in read_by(prepared, "father-of-b")
    assert "Nasreen" in read_by(prepared, "mother")
    assert "Nasreen" in read_by(prepared, "police")


# ------------------------------------------------------------------------------------------ several children


def test_a_text_of_an_entry_for_two_children_may_speak_of_either() -> None:
    """The date is each father's to know; what was recommended about one boy isn't for the other child's father."""

    def edit(data: dict[str, Any]) -> None:
        data["previous_conferences"][0]["children"] = ["child-a", "child-b"]
        data["previous_conferences"][0]["recommendations"] = [{"text": SECRET, "progress": SECRET, "from_items": []}]
        data["next_reviews"][0].update(children=["child-a", "child-b"], reason=SECRET, from_items=[])

    prepared = judged(edit)
    for father in ("father-of-a", "father-of-b"):
        told = read_by(prepared, father)
        assert "heron" not in told
        assert "20 September 2040" in told
        assert "The next review conference is on 27 June 2041." in told
    assert read_by(prepared, "mother").count("heron") == 3


# ------------------------------------------------------------------------------------ what a copy says of itself


def test_the_mark_tells_of_nothing_but_what_the_chair_lets_it_tell_of() -> None:
    """One exclusion may be told of and another not: a document from which only the second leaves something out
    bears no mark, nor does one from which a closed session does."""

    def edit(data: dict[str, Any]) -> None:
        data["exclusions"].append(
            {"person": "father-of-b", "extent": "part", "items": ["jude"], "ground": "safety", "visible_mark": "yes"}
        )
        data["exclusions"].append(
            {"person": "father-of-a", "extent": "part", "items": ["jude"], "ground": "safety", "visible_mark": "yes"}
        )

    prepared = judged(edit)
    marked = {
        one.copy.document
        for one in made_for(prepared, "father-of-b")
        if one.disclosed and one.disclosed.view.copy["part_left_out"]
    }
    assert marked == {"minutes"}
    assert "has been left out" not in read_by(prepared, "father-of-a")


@pytest.mark.parametrize("written", ["both, for professionals", "hers alone"])
def test_a_letter_to_two_in_one_home_bears_its_address(written: str) -> None:
    tree = source.read(ROOT / "samples" / "brought-forward" / "record.yaml")[0]
    data = copy.deepcopy(tree.data)
    mother, father = named(data["people"], "mother"), named(data["people"], "father")
    if written == "hers alone":
        del father["contact"]["address"]
    else:
        for parent in (mother, father):
            parent["contact"]["address"]["shown_to"] = ["professionals"]
    prepared = flow.judge(source.Tree("record.yaml", "", data, {}, {}), [], LIBRARY, TODAY)
    assert "[LetterAddress] 14 Stryd y Ffynnon" in read_by(prepared, "father", "mother")


def test_the_list_of_those_who_stayed_is_whole() -> None:
    """`professionals` stands for those who came; a list of the others alone would be wrong."""
    prepared = judged(lambda data: data["confidential"][0].update(present=["lead-worker", "professionals"]))
    annex = [one for one in made_for(prepared, "police") if one.copy.document == "confidential-annex"]
    assert annex[0].data
    stayed = [line for line in outline.outline(annex[0].data) if line.startswith("[ListBullet]")]
    assert [line.split(",")[0].removeprefix("[ListBullet] ") for line in stayed] == [
        "Ottoline Brack", "Winifred Aldous", "Petra Vale", "Amina Folkard", "Kwame Astley", "Howard Mallin"
    ]  # fmt: skip


# ------------------------------------------------------------------------------------- where someone lives


def findings(prepared: flow.Prepared, rule: str) -> list[tuple[str, str, str]]:
    return [(f.severity, f.place.path, f.subject) for f in prepared.findings if f.rule == rule]


def test_a_home_that_is_kept_from_a_father_is_not_shown_to_him_as_his_sons() -> None:
    """Mother and boy live in one place. While the record says both, no text is safe from it: it waits."""

    def edit(data: dict[str, Any]) -> None:
        jude(data)["home"]["shown_to"].append("father-of-b")
        jude(data)["lived_experience"] = {"text": "He is happy at 27 Tern Court, Saltreach.", "from_items": []}

    prepared = judged(edit)
    assert findings(prepared, "DIS-07") == [("error", "children[1].home.text", "father-of-b")]
    theirs = [copy for copy in prepared.distribution.copies if "father-of-b" in copy.readers]
    assert theirs
    assert all(any("DIS-07" in wait.what for wait in copy.waits) for copy in theirs)


@pytest.mark.parametrize("written", ["a text", "a receiving authority", "an agency"])
def test_the_town_of_a_home_that_is_kept_from_a_father_is_pointed_out(written: str) -> None:
    def edit(data: dict[str, Any]) -> None:
        if written == "a text":
            jude(data)["lived_experience"] = {"text": "He likes the sand at Saltreach.", "from_items": []}
        elif written == "an agency":
            named(data["people"], "observer")["agency"] = "Saltreach Women's Refuge"
        else:
            jude(data)["transfer"] = {"receiving_authority": "Saltreach Borough Council", "notified_on": "2041-03-01"}

    told = findings(judged(edit), "DIS-08")
    assert {(severity, reader) for severity, _, reader in told} >= {("advice", "father-of-b")}
    assert not findings(judged(lambda _: None), "DIS-08")  # the town that everyone lives in is no secret


def test_the_agency_of_someone_who_is_kept_from_a_father_is_pointed_out() -> None:
    def edit(data: dict[str, Any]) -> None:
        jude(data)["plan"]["support"] = {"text": "The Adult Mental Health Service sees his mother.", "from_items": []}

    assert findings(judged(edit), "DIS-09") == [("advice", "children[1].plan.support", "father-of-b")]
    assert not findings(judged(lambda _: None), "DIS-09")


def test_a_withheld_number_is_no_less_withheld_for_standing_among_work_numbers() -> None:
    prepared = judged(lambda data: named(data["people"], "lead-worker").update(work_contact="07700 900 318"))
    assert ("error", "people[10].work_contact", "father-of-b") in findings(prepared, "DIS-05")


# ------------------------------------------------------------------------------------------------ two parts


def test_a_professional_who_is_also_family_is_asked_about() -> None:
    """A lead worker among the relations reads as family: the sheet of whom to tell would be blank, and nobody told."""

    def edit(data: dict[str, Any]) -> None:
        data["relations"].append({"person": "lead-worker", "child": "child-b", "as": "other"})

    assert findings(judged(edit), "DIST-12") == [("warning", "people[10]", "lead-worker")]
    assert not findings(judged(lambda _: None), "DIST-12")


def test_a_date_that_only_professionals_know_the_reason_of_is_theirs_alone() -> None:
    """The latest day after a birth is later where an extension was authorised, which is for professionals."""
    tree = source.read(ROOT / "samples" / "unborn-baby" / "record.yaml")[0]
    data = copy.deepcopy(tree.data)
    baby = next(number for number, child in enumerate(data["children"]) if not child.get("date_of_birth"))
    latest = f"children[{baby}].facts.latest_next_review"

    def seen(reader: str) -> str:
        prepared = flow.judge(source.Tree("record.yaml", "", data, {}, {}), [], LIBRARY, TODAY)
        assert prepared.survey is not None
        return prepared.survey.grounds(prepared.survey.reader(reader))[latest]

    assert (seen("mother"), seen("lead-worker")) == ("", "")
    data["children"][baby]["review_extension"] = {"role": "service-manager", "written": "yes", "date": "2041-03-01"}
    assert (seen("mother"), seen("lead-worker")) == ("source", "")


def test_a_masked_report_knows_every_name_a_person_goes_by() -> None:
    def edit(data: dict[str, Any]) -> None:
        data["people"][0]["other_names"] = ["Zadie Rahmani"]
        named(data["children"], "child-a")["called"] = "Immy"
        data["distribution"] = [{"person": "zadie", "document": "immy-s-letter"}]

    prepared = judged(edit)
    assert prepared.record is not None
    told = report.text(prepared.findings, {}, cli._names(prepared)).casefold()
    assert "zadie" not in told
    assert "immy" not in told


def test_nobody_is_kept_out_of_what_they_stayed_for() -> None:
    """The exclusion wins; what would be a blank annex waits until the chair says which of the two is right."""

    def edit(data: dict[str, Any]) -> None:
        data["exclusions"].append({"person": "police", "extent": "part", "items": ["police-intelligence"]})

    prepared = judged(edit)
    assert findings(prepared, "REF-07") == [("error", "exclusions[1]", "police")]
    assert all(copy.waits for copy in prepared.distribution.copies if copy.readers == ("police",))
    assert "former neighbours" not in read_by(prepared, "police")


def test_the_chairs_file_for_someone_who_is_no_chair_is_asked_about() -> None:
    prepared = judged(lambda data: data["conference"].update(chair="police"))
    assert findings(prepared, "DIST-13") == [("warning", "conference.chair", "police")]
    assert not findings(judged(lambda _: None), "DIST-13")


def test_who_would_tell_someone_what_they_were_kept_out_of_is_pointed_out() -> None:
    """His solicitor gets the record of decisions; a partner at home with him would read the minutes whole."""

    def partner(data: dict[str, Any]) -> None:
        named(data["people"], "father-of-b")["household"] = "home-b"
        data["people"].append(
            {"id": "partner", "name": "Isolde Penhale", "role": "family", "relevant": "yes", "household": "home-b"}
        )
        data["relations"].append({"person": "partner", "child": "child-b", "as": "partner"})

    def out_as_well(data: dict[str, Any]) -> None:
        partner(data)
        for id in ("partner", "solicitor"):
            data["exclusions"].append({**data["exclusions"][0], "person": id})

    assert [reader for *_, reader in findings(judged(lambda _: None), "DIST-14")] == ["solicitor"]
    assert {reader for *_, reader in findings(judged(partner), "DIST-14")} == {"solicitor", "partner"}
    assert not findings(judged(out_as_well), "DIST-14")


# ------------------------------------------------------------------------------------------ nothing lost in silence


@pytest.mark.parametrize("key", ["parental_disagreement", "family_comments"])
def test_what_a_father_said_himself_is_not_kept_from_him_in_silence(key: str) -> None:
    """Without a child named it is about every child, and his letter would lack how to challenge the decision."""

    def edit(data: dict[str, Any]) -> None:
        row = next(row for row in data[key] if row["person"] == "father-of-b")
        for gate in ("children", "about"):
            row.pop(gate, None)

    prepared = judged(edit)
    assert [(severity, reader) for severity, _, reader in findings(prepared, "DIS-10")] == [("error", "father-of-b")]
    letters = [copy for copy in prepared.distribution.copies if copy.readers == ("father-of-b",)]
    assert letters
    assert all(any("DIS-10" in wait.what for wait in copy.waits) for copy in letters)
    assert not findings(judged(lambda _: None), "DIS-10")


def test_a_mother_who_alone_disagrees_has_a_letter_that_says_how_to_challenge() -> None:
    """In a joint letter it would stand only if both disagreed: for him it would be false, and she would lack it."""
    tree = source.read(ROOT / "samples" / "brought-forward" / "record.yaml")[0]
    data = {**copy.deepcopy(tree.data), "parental_disagreement": [{"person": "mother", "views": SECRET}]}
    prepared = flow.judge(source.Tree("record.yaml", "", data, {}, {}), [], LIBRARY, TODAY)
    assert "You have the right to challenge it." in read_by(prepared, "mother")
    assert "You have the right to challenge it." not in read_by(prepared, "father")
    assert "DIST-03" in {finding.rule for finding in prepared.findings}
