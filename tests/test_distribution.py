"""Who gets what, by when and why: the hard cases, each as a sentence."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cpdocs import doubts, flow, listing, lists, making, sheets, source
from cpdocs.distribution import Copy
from cpdocs.doubts import alike
from cpdocs.library import Library
from cpdocs.readers import reader
from cpdocs.record import Record
from cpdocs.shelf import Shelf
from cpdocs.sieves import GROUNDS

LIBRARY = Library()
SHELF = Shelf(LIBRARY)
TODAY = date(2041, 3, 20)

KENT = """
procedure: kent-medway
kind: review
reference: KM-TEST-DISTRIBUTION
conference: {date: 2041-03-06, chair: chair, minute_taker: minute-taker}
people:
  - {id: chair, name: Imara Holdsworth, role: chair}
  - {id: minute-taker, name: Osric Pell, role: minute-taker}
  - {id: lead-worker, name: Bettina Marlow, role: lead-worker}
  - {id: nurse, name: Priya Lowan, role: professional}
  - {id: school, name: Callum Stroud, role: professional}
  - {id: then-police, name: Howell Teague, role: professional}
  - {id: mother, name: Tamsin Quillby, role: parent, relevant: "yes", household: home}
  - {id: father, name: Joss Arkwell, role: parent, household: home}
  - {id: gran, name: Edda Quillby, role: family}
  - {id: supporter, name: Bryony Tarn, role: supporter}
  - {id: solicitor, name: Jerome Ackland, role: solicitor, decision_record: send}
  - {id: observer, name: Pia Renfield, role: observer, decision_record: withhold}
  - {id: foster-carer, name: Odile Wray, role: foster-carer}
children:
  - {id: child-a, name: Wren, subject: "yes", lead_worker: lead-worker, decision: {plan: continue}}
  - {id: child-b, name: Pip, subject: "yes", date_of_birth: 2031-11-02, lead_worker: lead-worker, decision: {plan: end}}
relations:
  - {person: mother, child: child-a, as: mother}
  - {person: mother, child: child-b, as: mother}
  - {person: father, child: child-a, as: father}
  - {person: father, child: child-b, as: father}
  - {person: foster-carer, child: child-b, as: foster-carer}
invited:
  - {person: nurse}
  - {person: mother}
attended:
  - {person: chair}
  - {person: minute-taker}
  - {person: lead-worker}
  - {person: mother}
  - {person: supporter}
  - {person: solicitor}
  - {person: observer}
  - {person: foster-carer}
core_group: {members: [mother, lead-worker, gran]}
initial_conferences:
  - {date: 2040-06-20, kind: initial, invited: [then-police, school, mother], attended: [school]}
"""


def prepared(text: str) -> flow.Prepared:
    tree, found = source.parse(text, "record.yaml")
    assert not found
    made = flow.judge(tree, found, LIBRARY, TODAY)
    assert made.record is not None
    return made


def copies(document: str, text: str = KENT) -> list[Copy]:
    return [copy for copy in prepared(text).distribution.copies if copy.document == document]


def readers(document: str, text: str = KENT) -> set[str]:
    return {id for copy in copies(document, text) for id in copy.readers}


def refused(document: str, reader: str, text: str = KENT) -> str:
    """Why someone a list reaches gets no copy; empty if they aren't refused."""
    found = {(e.document, e.reader): e.why for e in prepared(text).distribution.not_sent}
    return found.get((document, reader), "")


def with_person(id: str, more: str, text: str = KENT) -> str:
    """The record with more said of one person."""
    line = next(line for line in text.splitlines() if line.startswith(f"  - {{id: {id},"))
    return text.replace(line, line[:-1] + f", {more}}}")


WALES = KENT.replace("kent-medway", "wales")
GUERNSEY = KENT.replace("kent-medway", "guernsey")
HELPED = "decision: {plan: end}, after_plan: {support_continues: 'yes'}"


# ------------------------------------------------------------------------------------------------- the lists


def test_the_decisions_go_to_all_who_attended() -> None:
    assert readers("decision-record") == {"chair", "lead-worker", "mother", "solicitor", "foster-carer"}


def test_the_chair_is_asked_about_a_supporter_who_attended_and_says_send_or_withhold() -> None:
    assert "the chair is to say" in refused("decision-record", "supporter")
    assert refused("decision-record", "observer") == "the chair withholds the record of decisions"
    assert refused("decision-record", "solicitor") == ""
    asked = [f for f in prepared(KENT).findings if f.place.path.startswith("people[9]") and f.severity == "warning"]
    assert asked, "C1 asks for a warning"


def test_the_chair_may_withhold_the_decisions_from_anyone() -> None:
    assert "mother" not in readers("decision-record", with_person("mother", "decision_record: withhold"))


def test_minutes_go_to_professionals_who_came_or_were_invited_and_relevant_family() -> None:
    assert readers("minutes") == {"chair", "lead-worker", "nurse", "mother"}


def test_minutes_never_go_to_a_supporter_unless_they_have_a_part_in_the_plan_and_the_conference_agrees() -> None:
    role = 'role_in_plan: "yes", children: [child-a]'
    assert "supporter" not in readers("minutes", with_person("supporter", role))
    agreed = role + ', minutes_agreed_by_conference: "yes"'
    assert "supporter" in readers("minutes", with_person("supporter", agreed))


def test_the_notice_goes_to_professionals_invited_to_the_conference_that_made_the_plan() -> None:
    assert readers("plan-ended-notice") == {"then-police", "school"}


def test_the_plan_goes_to_the_core_group_and_the_parents_for_their_children() -> None:
    assert readers("plan") == {"mother", "lead-worker"}  # gran has no child she may read about
    assert {copy.children for copy in copies("plan")} == {("child-a",)}


@pytest.mark.parametrize("place", ["kent-medway", "wales", "guernsey"])
def test_a_parent_who_was_neither_asked_nor_there_gets_a_plan_only_by_the_chairs_word(place: str) -> None:
    """No page names them, and who was kept away may have been so for a reason; being ill keeps nothing from anyone."""
    text = KENT.replace("kent-medway", place).replace("decision: {plan: end}", HELPED)
    for document in ("plan", "child-in-need-plan"):
        assert "father" not in readers(document, text)
        listed = f"distribution:\n  - {{person: father, document: {document}, copy: full}}\n"
        assert "father" in readers(document, text + listed)
    assert "father" in readers("plan", text.replace("\nattended:\n", "\n  - {person: father}\nattended:\n", 1))


def test_wales_sends_the_decisions_to_invited_present_and_core_group() -> None:
    assert readers("decision-record", WALES) >= {"nurse", "mother", "lead-worker", "gran", "foster-carer"}


@pytest.mark.parametrize("name", ["kent-medway", "wales", "guernsey"])
@pytest.mark.parametrize(("moves", "out"), [
    ("receiving_authority: Northmere", True),
    ("receiving_authority: Northmere, from_authority: Strandwick", True),
    ("receiving_authority: HERE, from_authority: Strandwick", False),
    ("from_authority: Strandwick", False),
])  # fmt: skip
def test_a_move_out_has_its_sheet_also_after_a_move_in(name: str, moves: str, out: bool) -> None:
    authority, own = next((id, own) for id, own in LIBRARY.procedure(name).authorities.items())
    text = KENT.replace("kent-medway", name).replace("kind: review", f"kind: review\nauthority: {authority}")
    text = with_person("child-a", f"transfer: {{{moves.replace('HERE', json.dumps(own['name']))}}}", text)
    assert ("receiving-authority" in readers("transfer-sheet", text)) is out


def test_whoever_may_not_be_on_the_list_of_the_minutes_holds_back_no_one_elses() -> None:
    """Someone with a part in the plan to which the conference hasn't agreed: it is told, and the others get theirs."""
    text = with_person("gran", "relevant: 'no', copy: full")
    assert "KM-MIN-09b" in {finding.rule for finding in prepared(text).findings if finding.blocks}
    others = [copy for copy in copies("minutes", text) if copy.readers != ("gran",)]
    assert others
    assert not [copy.readers for copy in others if any("KM-MIN-09b" in wait.what for wait in copy.waits)]


def test_guernsey_sends_to_the_chairs_list_and_to_no_one_it_does_not_name() -> None:
    assert readers("decision-record", GUERNSEY) == set()
    listed = GUERNSEY + "distribution:\n  - {person: nurse, document: decision-record, copy: full}\n"
    assert readers("decision-record", listed) == {"nurse"}
    assert readers("minutes", listed) == {"chair", "mother"}  # the nurse is listed for the decisions


def test_guernsey_parents_get_the_minutes_unless_the_chair_restricts_them() -> None:
    assert readers("minutes", GUERNSEY) == {"chair", "mother"}
    text = with_person("mother", "restricted_by_chair: {reason: A threat.}", GUERNSEY)
    assert readers("minutes", text) == {"chair"}
    assert refused("minutes", "mother", text) == "the chair has restricted the minutes"


def test_an_entry_of_the_chairs_list_without_a_document_is_asked_about() -> None:
    text = GUERNSEY + "distribution:\n  - {person: nurse, copy: full}\n"
    assert readers("decision-record", text) == set()
    assert "DIST-06" in {f.rule for f in prepared(text).findings}


@pytest.mark.parametrize(("entry", "asked"), [
    ("{person: then-police, document: visit-task, copy: full}", True),
    ("{person: then-police, document: visit-task, copy: none}", False),
    ("{person: gran, document: minutes, copy: full}", False),
    ("{person: mother, document: plan, copy: full}", False),
])  # fmt: skip
def test_an_entry_of_the_chairs_list_that_sends_nothing_is_said(entry: str, asked: bool) -> None:
    found = prepared(f"{KENT}distribution:\n  - {entry}\n").findings
    assert ("DIST-06" in {f.rule for f in found}) is asked


def test_where_two_lists_differ_the_stricter_withholds_and_the_sheet_says_why() -> None:
    text = KENT + "distribution:\n  - {person: lead-worker, document: minutes, copy: none, reason: Two roles.}\n"
    assert "lead-worker" not in readers("minutes", text)
    assert "lead-worker" in readers("decision-record", text)
    assert "the chair's list says" in refused("minutes", "lead-worker", text)


def test_someone_on_two_lists_gets_one_copy_with_both_reasons() -> None:
    theirs = [copy for copy in copies("minutes", KENT + "") if copy.readers == ("lead-worker",)]
    both = [copy for copy in copies("plan") if copy.readers == ("mother",)]
    assert len(theirs) == len(both) == 1
    assert [reason.words for reason in both[0].why] == ["core group", "parents invited", "parents attended"]


# ------------------------------------------------------------------------------------------ judgements, exclusion


def test_a_childs_letter_waits_for_the_judgement_and_a_no_is_final() -> None:
    asked = copies("child-letter-plan-ended")
    assert [copy.readers for copy in asked] == [("child-b",)]
    assert any("judgement" in wait.what for wait in asked[0].waits)
    said = KENT.replace("decision: {plan: end}", "decision: {plan: end}, correspondence: {suitable: 'no'}")
    assert readers("child-letter-plan-ended", said) == set()
    assert refused("child-letter-plan-ended", "child-b", said) == "the chair judged that it isn't suitable"


def test_no_letter_after_a_death_but_the_agencies_are_told() -> None:
    text = KENT.replace("decision: {plan: end}", "died_on: 2041-02-01, decision: {plan: end, end: {ground: died}}")
    for letter in ("child-letter-plan-ended", "parent-letter-plan-ended", "child-in-need-plan"):
        assert readers(letter, text) == set()
    assert readers("plan-ended-notice", text) == {"then-police", "school"}


def test_whoever_is_fully_excluded_gets_nothing_until_the_chair_has_decided() -> None:
    out = KENT + "exclusions:\n  - {person: mother, extent: full, reason: Safety., decided_by: chair"
    undecided, decided = out + "}\n", out + ", chair_decision: A letter., information_to_send: It goes on.}\n"
    assert "mother" not in {id for c in prepared(undecided).distribution.copies for id in c.readers}
    assert {c.document for c in prepared(decided).distribution.copies if "mother" in c.readers} == {
        "excluded-information"
    }
    assert "fully excluded" in refused("minutes", "mother", decided)


def test_who_was_kept_out_of_a_part_gets_a_copy_of_the_rest() -> None:
    text = KENT + "exclusions:\n  - {person: mother, extent: part, items: [one], reason: Safety.}\n"
    text += "discussion:\n  - {item: one, title: First, text: Said.}\n"
    assert "mother" in readers("minutes", text)


def test_a_chair_put_down_by_a_slip_gets_no_chairs_file() -> None:
    chairs = [c for c in prepared(KENT.replace("chair: chair", "chair: mother")).distribution.copies]
    assert {c.readers for c in chairs if c.place == "chair"} == {("the-chair",)}


def test_a_chair_whom_the_record_does_not_name_is_called_the_chair() -> None:
    """Not by the id that stands for them: 'Copy for chair' would be printed on each page."""
    record = prepared(KENT.replace("chair: chair", "chair: mother")).record
    assert reader(record, "the-chair").name == "the chair"
    assert sheets.name(record, "the-chair") == "The chair"
    assert sheets.name(record, "chair").endswith("(chair)")


# --------------------------------------------------------------------------------------------- joint letters


def test_two_parents_at_one_address_get_separate_letters() -> None:
    assert {copy.readers for copy in copies("parent-letter")} == {("mother",), ("father",)}


def test_the_record_can_say_joint() -> None:
    text = with_person("mother", "joint_letter_with: father")
    assert {copy.readers for copy in copies("parent-letter", text)} == {("father", "mother")}
    assert {copy.readers for copy in copies("minutes", text)} == {(id,) for id in readers("minutes", text)}


@pytest.mark.parametrize(
    ("person", "more", "why"),
    [
        ("father", "contact: {address: {text: 8 Millrace Hill}}", "addresses differ"),
        ("father", "needs: {language: x-rtl}", "different languages"),
        ("father", "needs: {formats: [large-print]}", "different languages or formats"),
        ("father", "name_shown_to: [lead-worker]", "the other's name"),
    ],
)
def test_joint_is_separate_where_one_letter_would_tell_too_much(person: str, more: str, why: str) -> None:
    text = with_person("mother", "joint_letter_with: father, contact: {address: {text: 3 Sailmaker Row}}")
    text = with_person(person, more, text)
    assert {copy.readers for copy in copies("parent-letter", text)} == {("mother",), ("father",)}
    told = [f for f in prepared(text).findings if f.rule == "DIST-03"]
    assert told
    assert why in told[0].message


def test_joint_needs_one_household_and_the_same_children() -> None:
    text = with_person("mother", "joint_letter_with: father")
    apart = text.replace("role: parent, household: home}", "role: parent, household: other}")
    assert {copy.readers for copy in copies("parent-letter", apart)} == {("mother",), ("father",)}
    other = text.replace("  - {person: father, child: child-b, as: father}\n", "")
    other = other.replace("{plan: end}", "{plan: continue}")
    assert {copy.readers for copy in copies("parent-letter", other)} == {("mother",), ("father",)}


def test_two_homes_whose_addresses_have_the_same_letters_are_two() -> None:
    text = with_person("mother", "joint_letter_with: father, contact: {address: {text: 'Flat 1, 23 Fore Street'}}")
    text = with_person("father", "contact: {address: {text: 'Flat 12, 3 Fore Street'}}", text).replace(
        ", household: home", ""
    )
    assert {copy.readers for copy in copies("parent-letter", text)} == {("mother",), ("father",)}
    assert all(row["household"] != "One home" for row in sheet_of(text)["households"])


# -------------------------------------------------------------------------------------- bodies and odd readers


def test_two_receiving_authorities_are_two_readers_each_with_its_own_child() -> None:
    text = KENT.replace("{plan: continue}", "{plan: continue}, transfer: {receiving_authority: Northmere}")
    text = text.replace("{plan: end}", "{plan: end}, transfer: {receiving_authority: Southmere}")
    sent = {c.readers: c.children for c in copies("transfer-sheet", text) if c.readers != ("child-file",)}
    assert sent == {("receiving-authority",): ("child-a",), ("receiving-authority-2",): ("child-b",)}
    one = {c.readers for c in copies("transfer-sheet", text.replace("Southmere", "northmere"))}
    assert one == {("receiving-authority",), ("child-file",)}


def test_the_childs_file_gets_the_note_of_an_ending_without_a_conference() -> None:
    path = Path(__file__).parent.parent / "schemas/kent-medway/samples/ending-without-conference.yaml"
    sent = flow.prepare(path, LIBRARY, TODAY).distribution
    assert [c.readers for c in sent.copies if c.document == "ending-file-note"] == [("child-file",)]


def test_an_id_that_is_no_ones_gets_nothing() -> None:
    text = KENT.replace("members: [mother,", "members: [modher,")
    assert "modher" not in {id for c in prepared(text).distribution.copies for id in c.readers}


def test_the_annex_goes_to_those_who_stayed_and_professionals_are_those_who_came() -> None:
    text = KENT + "confidential:\n  - {item: c, title: T, text: Heard., present: [professionals]}\n"
    assert readers("confidential-annex", text) == {"chair", "lead-worker"}


def test_someone_with_no_child_to_read_about_is_told() -> None:
    """The solicitor's copy holds nothing of any child; a grandmother in the core group gets none of its plans."""
    assert {f.subject for f in prepared(KENT).findings if f.rule == "DIST-05"} == {"solicitor", "gran"}
    assert "nothing says which child" in refused("plan", "gran")


def test_a_relevant_relative_without_a_relation_is_told() -> None:
    text = with_person("gran", 'relevant: "yes"', KENT.replace(", gran]", "]"))
    assert "gran" in {f.subject for f in prepared(text).findings if f.rule == "DIST-05"}
    placed = text.replace("relations:\n", "relations:\n  - {person: gran, child: child-a, as: grandparent}\n")
    assert "gran" not in {f.subject for f in prepared(placed).findings if f.rule == "DIST-05"}


def test_a_child_on_a_list_of_adults_is_put_down_as_not_sent() -> None:
    text = WALES.replace("attended:\n", "attended:\n  - {person: child-b}\n")
    assert "children get letters" in refused("decision-record", "child-b", text)
    assert refused("decision-record", "child-a", text) == ""


def test_a_child_on_a_list_of_adults_is_put_down_once_and_barred_from_nothing() -> None:
    text = WALES.replace("attended:\n", "attended:\n  - {person: child-b}\n").replace(
        "invited:\n", "invited:\n  - {person: child-b}\n", 1
    )
    ready = prepared(text.replace("{plan: end}", "{plan: end}, correspondence: {suitable: 'yes'}"))
    told = [e.document for e in ready.distribution.not_sent if e.reader == "child-b"]
    assert "decision-record" in told
    assert len(told) == len(set(told))
    theirs = {copy.document for copy in ready.distribution.copies if "child-b" in copy.readers}
    assert {document for document in theirs if document.startswith("child-")}
    assert not theirs & set(told)
    member = text.replace("members: [mother,", "members: [child-b, mother,")
    assert "child-b" in readers("decision-record", member)
    assert refused("decision-record", "child-b", member) == ""


def test_a_word_copy_is_electronic_and_braille_is_ordered() -> None:
    def asked(format: str) -> set[str]:
        text = with_person("mother", f"needs: {{formats: [{format}]}}")
        return {f.rule for f in prepared(text).findings if f.subject == "mother"} & {"DIST-02"}

    assert asked("electronic") == set()
    assert asked("braille") == {"DIST-02"}


def test_who_stays_involved_is_who_the_record_names_for_that_child() -> None:
    text = with_person(
        "child-b",
        "key_personnel: [school], after_plan: {support_continues: 'yes', child_in_need_plan:"
        " {summary: Help goes on., lead: lead-worker, actions: [{what: weigh her, owner: then-police}]}}",
        KENT.replace("members: [mother, lead-worker,", "members: [mother, lead-worker, nurse,"),
    )
    sent = readers("child-in-need-plan", text)
    assert {"lead-worker", "school", "then-police"} <= sent
    assert "nurse" not in sent  # of the core group, and the sister's


def test_names_alike_are_told() -> None:
    text = KENT.replace("Priya Lowan", "Tasmin Quillby")
    told = [f for f in prepared(text).findings if f.rule == "DIST-04"]
    assert [(f.subject, f.severity, f.related[0].place.path) for f in told] == [("mother", "warning", "people[3].name")]
    assert [f for f in prepared(KENT).findings if f.rule == "DIST-04"] == []


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("Tamsin Quillby", "Tasmin Quillby", True),
        ("T. Quillby", "Tamsin Quillby", True),
        ("Quillby Tamsin", "Tamsin Quillby", True),
        ("Tamsin Quillby", "Tamsin Rose Quillby", True),
        ("Tamsin Quillby", "Wren Quillby", False),
        ("Tamsin Quillby", "Tamsin Marlow", False),
        ("Wren", "Pip", False),
    ],
)
def test_what_alike_means(one: str, other: str, are: bool) -> None:
    assert alike(one, other) is alike(other, one) is are


# ------------------------------------------------------------------------------------------------- due dates


def test_due_days_are_counted_and_explained_and_none_is_invented() -> None:
    (minutes, *_), (letter, *_) = copies("minutes"), copies("parent-letter")
    assert minutes.due == date(2041, 3, 20)
    assert minutes.counted == "6 March 2041 + 10 working days: 20 March 2041"
    assert letter.due is None
    assert letter.counted == "no deadline in the procedure"


# ---------------------------------------------------------------------------------------------- what waits


def test_a_disclosure_finding_holds_back_its_reader_and_no_one_else() -> None:
    text = with_person("mother", "contact: {telephone: {text: 01632 960117}}")
    text += "overview: {text: Ring her on 01632 960117., audience: [father, nurse]}\n"
    waits = {copy.readers: " ".join(w.what for w in copy.waits) for copy in prepared(text).distribution.copies}
    assert "DIS-05" in waits[("nurse",)]
    assert "DIS-05" not in waits[("lead-worker",)]


def test_a_finding_holds_back_the_documents_that_rest_on_its_place() -> None:
    """A breach in the confidential items holds back the annex; the plan doesn't rest on them."""
    text = KENT + "confidential:\n  - {item: c, text: Heard., present: [lead-worker]}\n"
    ready = prepared(text)
    assert any(f.blocks and f.place.path.startswith("confidential") for f in ready.findings)
    waits = {copy.document: " ".join(w.what for w in copy.waits) for copy in ready.distribution.copies}
    assert "findings to be mended" in waits["confidential-annex"]
    rules = {f.rule for f in ready.findings if f.blocks and f.place.path.startswith("confidential")}
    assert not any(rule in waits["plan"] for rule in rules)


# ------------------------------------------------------------------------------------------ for the chair's eyes


def test_why_explains_every_copy_every_withholding_and_every_refusal() -> None:
    text = KENT + "exclusions:\n  - {person: mother, extent: part, items: [one], reason: Safety.}\n"
    text += "discussion:\n  - {item: one, title: First, text: Said.}\n"
    told = listing.why(prepared(text), LIBRARY, "mother")
    assert "because: family for whom the chair finds it relevant (Kent & Medway §9)" in told
    assert "said while this reader was out of the room" in told
    assert "10 working days" in told
    assert "gets no decision record" in listing.why(prepared(KENT), LIBRARY, "supporter")


def test_the_sheet_names_households_and_how_each_copy_goes() -> None:
    text = with_person("mother", "deliver_by: hand, deliver_note: Not at home.")
    ready = prepared(text)
    made, found = making.make(ready, LIBRARY, SHELF, final=False, today=TODAY)
    sheet = sheets.contents(ready, LIBRARY, made, found, TODAY)["sheet"]
    assert {row["household"]: row["names"] for row in sheet["households"]} == {
        "One home": "Tamsin Quillby (mother), Joss Arkwell (father)",
        "Nothing is recorded of where they live": "Odile Wray (foster-carer), Wren (child-a), Pip (child-b)",
    }
    row = next(r for r in sheet["rows"] if r["document"] == "Minutes" and "mother" in r["recipient"])
    assert row["format"] == "by hand (Not at home.)"
    barred = next(r for r in sheet["not_sent"] if "supporter" in r["recipient"])
    assert "the chair is to say" in barred["why"]


def homes(text: str) -> dict[str, str]:
    ready = prepared(text)
    made, found = making.make(ready, LIBRARY, SHELF, final=False, today=TODAY)
    sheet = sheets.contents(ready, LIBRARY, made, found, TODAY)["sheet"]
    return {row["household"]: row["names"] for row in sheet["households"]}


def test_a_child_stands_with_whom_they_live_and_makes_no_home_of_two() -> None:
    apart = KENT.replace("role: parent, household: home}", "role: parent, household: other}")
    apart = apart.replace('relevant: "yes", household: home', 'relevant: "yes"')
    one = apart.replace("child: child-a, as: mother", 'child: child-a, as: mother, lives_with: "yes"')
    assert homes(one)["One home"] == "Tamsin Quillby (mother), Wren (child-a)"
    assert homes(one)["Each at an address of their own"] == "Joss Arkwell (father)"
    both = one.replace("child: child-a, as: father", 'child: child-a, as: father, lives_with: "yes"')
    assert "One home" not in homes(both)
    assert homes(both)["With more than one of these adults"] == "Wren (child-a)"
    nowhere = both.replace("role: parent, household: other}", "role: parent}")
    assert "Joss Arkwell (father)" in homes(nowhere)["Nothing is recorded of where they live"]


def test_the_report_lists_what_cannot_be_searched() -> None:
    ready = prepared(KENT + "overview: {text: Too short., audience: [nurse]}\n")
    made, found = making.make(ready, LIBRARY, SHELF, final=False, today=TODAY)
    told = [row["what"] for row in sheets.contents(ready, LIBRARY, made, found, TODAY)["report"]["unsearched"]]
    assert any("too short" in what and "Tamsin Quillby" in what for what in told)
    assert not any("`" in what for what in told)


def sheet_of(text: str) -> dict[str, Any]:
    ready = prepared(text)
    made, found = making.make(ready, LIBRARY, SHELF, final=False, today=TODAY)
    sheet: dict[str, Any] = sheets.contents(ready, LIBRARY, made, found, TODAY)["sheet"]
    return sheet


def test_two_who_live_apart_are_never_told_as_one_home() -> None:
    """An address, spelt as it may be, says who lives together when no household is written."""
    at = "contact: {{address: {{text: '{}'}}}}"
    text = with_person("gran", at.format("3 Fore Street,  Ilbury"))
    text = text.replace("name: Odile Wray,", "name: Odile Wray, " + at.format("3 Fore Street Ilbury") + ",")
    apart = text.replace("3 Fore Street Ilbury", "4 Fore Street Ilbury")
    homes = [row["names"] for row in sheet_of(text)["households"] if row["household"] == "One home"]
    assert "Edda Quillby (gran), Odile Wray (foster-carer)" in homes
    for row in sheet_of(apart)["households"]:
        assert row["household"] != "One home" or "Odile Wray" not in row["names"]


def test_the_sheet_says_each_thing_once() -> None:
    """One row for readers alike; what a copy leaves out names an entry, and no reader as left out of their own copy."""
    text = KENT + "exclusions:\n  - {person: mother, extent: part, items: [one], reason: Safety.}\n"
    text += "discussion:\n  - {item: one, title: First, text: Said., session: closed, present: [professionals]}\n"
    sheet = sheet_of(text)
    rows = {row["recipient"]: row for row in sheet["readers"]}
    assert len([name for names in rows for name in names.split("\n")]) == len({r["recipient"] for r in sheet["rows"]})
    (note,) = [row for row in sheet["notes"] if row["recipients"] == "Tamsin Quillby"]
    assert {"copies": "Minutes", "why": GROUNDS["session"], "what": "discussion: “First”"} in note["withheld"]
    assert "Tamsin Quillby" not in str(note["withheld"])
    said = str({key: sheet[key] for key in ("readers", "waits", "counts", "notes", "not_sent", "households")})
    assert "`" not in said
    assert {row["what"] for row in sheet["waits"]} >= {"the chair's approval of the decisions"}


def test_texts_to_translate_are_one_thing_to_do_with_how_many_for_whom() -> None:
    text = with_person("mother", "needs: {language: pl}")
    text = with_person("father", "relevant: 'yes', needs: {language: pl}", text)
    text += "discussion:\n  - {item: one, title: First, text: Said.}\n"
    waits = [row for row in sheet_of(text)["waits"] if "texts of the record" in row["what"]]
    assert [row["what"] for row in waits] == [f"the Polish of texts of the record ({sheets.TEXTS_MADE})"]
    assert waits[0]["copies"] == "Minutes (Tamsin Quillby: 2, Joss Arkwell: 2)"


def test_who_may_read_an_address_is_not_a_thing_left_out() -> None:
    text = with_person("mother", "contact: {address: {text: 3 Fore Street, shown_to: [professionals, father]}}")
    text = text.replace("role: foster-carer", "role: family").replace("as: foster-carer", "as: aunt")
    ready = prepared(text)
    made, _ = making.make(ready, LIBRARY, SHELF, final=False, today=TODAY)
    shown = [one.disclosed for one in made if one.copy.document == "parent-letter" and one.copy.readers == ("mother",)]
    assert [one.kind for one in shown if one] == ["full"]
    text = text.replace("role: parent, household: home}", "role: parent, contact: {address: {text: 4 Fore Street}}}")
    assert "Joss Arkwell (home address)" not in str(sheet_of(text)["notes"])


def test_letters_that_a_death_forbids_stand_on_the_sheet() -> None:
    text = KENT.replace("subject: \"yes\", lead_worker: lead-worker, decision: {plan: continue}", "subject: \"yes\","
        " lead_worker: lead-worker, decision: {plan: end, end: {ground: died}}")  # fmt: skip
    rows = [(row["document"], row["why"]) for row in sheet_of(text)["not_sent"]]
    assert any(document == "Letter to a parent, plan ended" and "by hand" in why for document, why in rows)


def test_a_childs_letter_goes_with_whoever_visits_the_child() -> None:
    text = KENT.replace("  - {person: observer}\n", "  - {person: observer}\n  - {person: child-a}\n")
    text = text.replace("lead_worker: lead-worker, decision: {plan: continue}", "visit: {planned_on: 2041-03-09},"
        " correspondence: {suitable: 'yes'}, lead_worker: lead-worker, decision: {plan: continue}")  # fmt: skip
    sent = {row["document"]: row["sent"] for row in sheet_of(text)["rows"] if row["names"] == "Wren"}
    assert sent == {"Thank-you letter to a child": "handed over on the visit, 9 March 2041"}


def test_the_sheet_calls_a_document_what_its_reader_sees_at_its_head() -> None:
    assert {row["document"] for row in sheet_of(WALES)["rows"]} >= {"Record of the conference"}
    assert {row["document"] for row in sheet_of(KENT)["rows"]} >= {"Minutes"}


def test_every_word_of_a_sending_can_be_said_of_one_reader() -> None:
    assert set(sheets.SAID) == set(lists.LISTS)


# ------------------------------------------------------------------------------------ what the chair is advised of


def advised(text: str, rule: str) -> set[str]:
    return {finding.subject for finding in prepared(text).findings if finding.rule == rule}


def test_documents_without_easy_read_are_said_of_whoever_needs_it() -> None:
    text = with_person("mother", "needs: {formats: [easy-read]}")
    (told,) = [finding for finding in prepared(text).findings if finding.rule == "DIST-07"]
    assert (told.subject, told.severity) == ("mother", "advice")
    assert "Minutes" in told.message
    assert "Letter" not in told.message
    assert not advised(with_person("mother", "needs: {formats: [large-print]}"), "DIST-07")


def test_letters_that_name_nobody_to_reach_for_a_complaint_are_said(tmp_path: Path) -> None:
    """Kent's file leaves addresses for the council to fill in; one way to reach them is enough."""
    ready, own = prepared(KENT.replace("kind: review", "kind: review\nauthority: kent")), Library(tmp_path)
    assert ready.record is not None

    def asked(record: Record, library: Library) -> set[str]:
        return {f.rule for f in doubts.doubts(record, library, ready.distribution)} & {"DIST-08"}

    assert asked(ready.record, own)
    assert not asked(ready.record, LIBRARY)
    unnamed = prepared(KENT).record
    assert unnamed is not None
    assert not asked(unnamed, own)
    procedure = ready.record.procedure
    kent = {**procedure.authorities["kent"], "complaints": {"name": "Kent", "telephone": "01632 960000"}}
    filled = ready.record._replace(procedure=procedure._replace(authorities={"kent": kent}))
    assert not asked(filled, own)


def test_a_relative_who_lives_with_a_child_they_read_nothing_of_is_said() -> None:
    text = with_person("foster-carer", "household: home").replace("role: foster-carer", "role: family")
    text = text.replace("name: Wren, subject", "name: Wren, household: home, subject")
    assert advised(text, "DIST-09") == {"foster-carer"}
    apart = text.replace("name: Wren, household: home,", "name: Wren,")
    assert not advised(apart, "DIST-09")
    with_mother = apart.replace("child: child-a, as: mother", 'child: child-a, as: mother, lives_with: "yes"')
    assert advised(with_mother, "DIST-09") == {"foster-carer"}


@pytest.mark.parametrize(("words", "said"), [("ring the number on her card", True), ("ring the aunt", False)])
def test_a_childs_action_that_fits_one_reader_only_is_said(words: str, said: bool) -> None:
    action = f"plan: {{actions: [{{what: {words}, owner: child-a, by_when: 2041-04-01, agreed: \"yes\"}}]}}, decision"
    text = KENT.replace("decision: {plan: continue}", f"{action}: {{plan: continue}}")
    assert advised(text, "DIST-10") == ({"child-a"} if said else set())


def test_the_report_names_the_place_of_whatever_is_found() -> None:
    """Places lie as deep as a record does, and an entry below an entry has no name."""
    changes = "membership: {changes: [{person: mother, change: left, colour: red}, {person: nobody}]}"
    text = KENT.replace("core_group: {", f"core_group: {{{changes}, ")
    ready = prepared(text)
    report = sheets.contents(ready, LIBRARY, [], list(ready.findings), TODAY)["report"]
    places = {row["place"] for rows in (report["errors"], report["warnings"], report["advice"]) for row in rows}
    assert any(place.startswith("core group: changes, line ") for place in places)
    assert all(re.search(r"line [0-9]+ of the record$", place) for place in places)
