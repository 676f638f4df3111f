"""Every rule of disclosure by itself: what it withholds, and that a check would notice if it were switched off."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cpdocs import disclosure, distribution, flow, gates, making, survey
from cpdocs.disclosure import View
from cpdocs.distribution import Copy
from cpdocs.library import DocumentType, Library
from cpdocs.locales import ENGLISH
from cpdocs.present import present
from cpdocs.shelf import Shelf
from cpdocs.sieves import GROUNDS, SIEVES, Reader
from cpdocs.source import parse
from cpdocs.survey import Survey
from tests.canaries import TODAY

ROOT = Path(__file__).parents[1]
LIBRARY = Library()
SHELF = Shelf(LIBRARY)

RECORD = """
procedure: kent-medway
kind: review
reference: KM-TEST-DISCLOSURE
conference:
  date: 2041-03-06
  chair: chair
  place: Harrow Lane Centre, Kelsmere
  strategy_discussion_on: 2041-01-09
people:
  - {id: chair, name: Imara Holdsworth, role: chair}
  - {id: lead-worker, name: Bettina Marlow, role: lead-worker, agency: Social Work Service, agency_group: social-care}
  - id: mother
    name: Tamsin Quillby
    role: parent
    relevant: "yes"
    household: home
    joint_letter_with: step-father
    contact:
      address: {text: "3 Sailmaker Row, Kelsmere KL1 4QB", shown_to: [professionals, step-father]}
      telephone: {text: 01632 960117, shown_to: [lead-worker]}
  - {id: step-father, name: Anselm Roe, role: parent, household: home}
  - {id: father-of-b, name: Joss Arkwell, role: parent, relevant: "yes"}
  - {id: supporter, name: Bryony Tarn, role: supporter, children: [child-a], decision_record: send}
  - {id: foster-carer, name: Odile Wray, role: foster-carer, name_shown_to: [lead-worker]}
  - {id: officer, name: Corwin Ash, role: professional, agency: Police, audience: [lead-worker]}
children:
  - id: child-a
    name: Wren Quillby
    subject: "yes"
    from_items: []
    lead_worker: lead-worker
    key_personnel: [lead-worker, officer]
    home: {text: "3 Sailmaker Row, Kelsmere KL1 4QB", shown_to: [professionals]}
    decision: {plan: continue, reasons: Evenings are not safe yet for the girl.}
    plan:
      actions:
        - {what: be at home by five, owner: mother}
        - {what: ring each weekday at six, owner: lead-worker}
  - id: child-b
    name: Pip Arkwell
    subject: "yes"
    decision: {plan: continue, reasons: {text: His days are steady., from_items: []}}
    risk: {worries: What the boy is afraid of at night.}
relations:
  - {person: mother, child: child-a, as: mother}
  - {person: mother, child: child-b, as: mother}
  - {person: step-father, child: child-a, as: step-parent}
  - {person: step-father, child: child-b, as: step-parent}
  - {person: father-of-b, child: child-b, as: father}
  - {person: foster-carer, child: child-b, as: foster-carer}
attended:
  - {person: chair}
  - {person: lead-worker}
  - {person: mother}
  - {person: father-of-b}
  - {person: supporter}
  - {person: child-a}
  - {person: officer, how: online}
discussion:
  - {item: evenings, title: Evenings at home, text: What was said of the evenings., about: [child-b]}
  - {item: money, title: Money, session: open, text: What was said of money., about: [child-b]}
exclusions:
  - {person: father-of-b, extent: part, items: [evenings], ground: conflict, reason: They quarrel.}
overview: {text: What only the agencies are to read., audience: [professionals]}
dissent:
  - {person: lead-worker, about_what: decision, reasons: {text: What she thinks of the girl's plan., about: [child-a]}}
next_reviews:
  - {children: [child-a], date: 2041-09-04, audience: [professionals]}
  - {children: [child-b], date: 2041-09-05}
parental_disagreement:
  - {person: mother, views: {text: What she told the chair alone., audience: [chair]}, audience: [chair]}
"""


def prepared(text: str = RECORD) -> flow.Prepared:
    tree, found = parse(text, "record.yaml")
    assert not found
    made = flow.judge(tree, found, LIBRARY, TODAY)
    assert made.record is not None
    assert not making.blinding(made.findings), [f for f in made.findings if f.rule in making.blinding(made.findings)]
    return made


def survey_of(text: str = RECORD) -> Survey:
    found = prepared(text).survey
    assert found is not None
    return found


def copy_for(ready: flow.Prepared, document: str, *readers: str, children: tuple[str, ...] | None = None) -> Copy:
    """The copy of a document that goes to these readers."""
    found = [c for c in ready.distribution.copies if c.document == document and c.readers == readers]
    if children is not None:
        found = [c for c in found if c.children == children]
    assert found, f"no {document} for {readers}"
    return found[0]


def view(document: str, *readers: str, text: str = RECORD, children: tuple[str, ...] | None = None) -> View:
    ready = prepared(text)
    assert ready.survey is not None
    one = copy_for(ready, document, *readers, children=children)
    return disclosure.disclose(ready.survey, one, LIBRARY.documents[document], draft=True).view


def ground(reader: str, path: str, text: str = RECORD) -> str:
    """Why a reader doesn't see a path; empty if they do. A path that isn't written is a slip of this test."""
    survey = survey_of(text)
    return survey.grounds(survey.reader(reader))[path]


def words(value: Any) -> str:
    """Everything a View holds, as text."""
    return repr(value)


# --------------------------------------------------------------------------------- the sieves, one by one

WITHHELD: Mapping[str, tuple[str, str]] = {
    "label": ("mother", "conference.strategy_discussion_on"),
    "contact": ("father-of-b", "people[2].contact.address.text"),
    "child": ("father-of-b", "children[0].name"),
    "session": ("father-of-b", "discussion[0].text"),
    "retelling": ("father-of-b", "children[1].risk.worries"),
    "role": ("supporter", "conference.place"),
    "audience": ("mother", "overview"),
    "person": ("mother", "children[0].key_personnel[1]"),
    "source": ("mother", "children[0].facts.next_review_on"),
}
"""For each sieve a value that it alone keeps from a reader."""


def holds_back(sieve: str) -> None:
    reader, path = WITHHELD[sieve]
    assert ground(reader, path) == sieve


def test_each_sieve_has_its_value() -> None:
    assert list(WITHHELD) == list(SIEVES) == list(GROUNDS)


@pytest.mark.parametrize("sieve", SIEVES)
def test_what_only_this_sieve_withholds_is_withheld(sieve: str) -> None:
    holds_back(sieve)


# ------------------------------------------------------------------- everything else that decides on a View


def hidden_people_take_their_rows_along() -> None:
    """An officer whom the mother isn't told of leaves no line among those who were there."""
    assert [row["person"] for row in view("minutes", "mother").data["attended"]] == [
        "chair", "lead-worker", "mother", "father-of-b", "supporter", "child-a"
    ]  # fmt: skip


def what_says_nothing_goes() -> None:
    """The lead worker's dissent is about another child; nothing says that she dissented."""
    assert "dissent" not in view("minutes", "father-of-b").data


def a_document_holds_what_it_may() -> None:
    """The lead worker may read the address, but not in the minutes; nor does a name's card carry what isn't held."""
    shown = view("minutes", "lead-worker")
    assert ground("lead-worker", "children[0].home.text") == ""
    assert "Sailmaker" not in words(shown)
    assert "work_contact" not in shown.people["lead-worker"]


def one_childs_document_is_about_one_child() -> None:
    shown = view("visit-task", "lead-worker", children=("child-a",))
    assert [row["id"] for row in shown.data["children"]] == ["child-a"]
    assert "Pip" not in words(shown.data)


def a_letter_lists_the_readers_own_actions() -> None:
    shown = view("parent-letter", "mother", "step-father")
    assert [a["what"] for child in shown.data["children"] for a in child.get("plan", {}).get("actions", ())] == [
        "be at home by five"
    ]


def a_guarded_name_is_shown_to_those_named() -> None:
    assert ground("lead-worker", "people[6].name") == ""
    assert ground("mother", "people[6].name") == "contact"
    assert ground("foster-carer", "people[6].name") == ""


def a_joint_letter_holds_what_both_may_read() -> None:
    """The mother's telephone number is hers; her partner reads the same letter."""
    both = view("parent-letter", "mother", "step-father", text=RECORD.replace("[professionals, step-father]", "[]"))
    assert "Sailmaker" not in words(both)
    assert "Sailmaker" in words(view("parent-letter", "mother", "step-father"))


def typed_twice() -> flow.Prepared:
    """The mother's address, typed into a text that the father of her son reads."""
    return prepared(RECORD.replace("What was said of money.", "They live at 3 Sailmaker Row now."))


def the_search_names_both_places() -> None:
    found = [f for f in typed_twice().findings if f.rule == "DIS-05" and f.subject == "father-of-b"]
    assert {(f.place.path, f.related[0].place.path) for f in found} >= {
        ("discussion[1].text", "people[2].contact.address.text")
    }
    one = found[0]
    lines = RECORD.splitlines()
    assert "item: money" in lines[one.place.line - 1]
    assert "3 Sailmaker Row" in lines[one.related[0].place.line - 1]


def the_copy_is_not_made() -> None:
    made, found = making.make(typed_twice(), LIBRARY, SHELF, final=False, today=TODAY)
    theirs = [one for one in made if one.copy.readers == ("father-of-b",) and one.copy.document == "minutes"]
    assert theirs
    assert all(one.data is None for one in theirs)
    assert "DIS-05" in {f.rule for f in found if f.subject == "father-of-b"}


def no_item_no_view_of_it() -> None:
    """What someone was kept out of is worked out from the exclusions."""
    assert "What was said of the evenings." not in words(view("minutes", "father-of-b").data)
    assert "What was said of money." in words(view("minutes", "father-of-b").data)


def nothing_for_the_fully_excluded() -> None:
    text = RECORD.replace("extent: part, items: [evenings]", "extent: full")
    assert not [c for c in prepared(text).distribution.copies if "father-of-b" in c.readers]


def nothing_is_made_while_a_fault_may_hide_a_restriction() -> None:
    ready = parse(RECORD.replace("exclusions:", "exclusion:"), "record.yaml")[0]
    judged = flow.judge(ready, [], LIBRARY, TODAY)
    made, _ = making.make(judged, LIBRARY, SHELF, final=False, today=TODAY)
    assert all(one.data is None for one in made if one.copy.place == "for")


def a_mention_of_the_disagreement_is_a_visible_one() -> None:
    """What the mother told the chair alone doesn't put the paragraph about challenging into her letter."""
    assert view("parent-letter", "mother", "step-father").copy["disagreed"] == ""


def the_chairs_file_is_the_chairs() -> None:
    """A parent put down as chair by a slip doesn't get the chair's file."""
    survey = survey_of(RECORD.replace("chair: chair", "chair: mother"))
    assert not survey.reader("mother").chair


OTHER_RULES: Mapping[str, tuple[Callable[[], None], Callable[[pytest.MonkeyPatch], None]]] = {
    "heads": (hidden_people_take_their_rows_along, lambda m: m.setattr(gates, "HEADS", frozenset())),
    "emptied entries": (what_says_nothing_goes, lambda m: m.setattr(Survey, "_emptied", lambda *_: {})),
    "holds": (a_document_holds_what_it_may, lambda m: m.setattr(DocumentType, "may_hold", lambda *_: True)),
    "unit": (one_childs_document_is_about_one_child, lambda m: m.setattr(disclosure, "_in_unit", lambda *_: True)),
    "mine": (a_letter_lists_the_readers_own_actions, lambda m: m.setattr(disclosure, "_cut", lambda *_: False)),
    "guarded names": (
        a_guarded_name_is_shown_to_those_named, lambda m: m.setattr(gates, "name_is_kept", lambda *_: False)
    ),
    "joint": (a_joint_letter_holds_what_both_may_read, lambda m: m.setattr(disclosure, "_readers", _first_only)),
    "search before": (the_search_names_both_places, lambda m: m.setattr(flow, "leaks", lambda *_: [])),
    "search after": (the_copy_is_not_made, lambda m: m.setattr(making, "search_copy", lambda *_, **__: [])),
    "kept out": (no_item_no_view_of_it, lambda m: m.setattr(Survey, "_out", lambda *_: frozenset())),
    "full exclusion": (
        nothing_for_the_fully_excluded, lambda m: m.setattr(distribution, "_kept_from", lambda *_: "")
    ),
    "faults": (
        nothing_is_made_while_a_fault_may_hide_a_restriction, lambda m: m.setattr(making, "blinding", lambda _: [])
    ),
    "disagreed": (
        a_mention_of_the_disagreement_is_a_visible_one,
        lambda m: m.setattr(disclosure, "_disagreed", lambda *_: True),
    ),
    "chair": (
        the_chairs_file_is_the_chairs,
        lambda m: m.setattr(survey, "chair_of", lambda record: record.get("conference.chair")),
    ),
}  # fmt: skip


def _first_only(survey: Survey, one: Copy) -> list[Reader]:
    return [survey.reader(one.readers[0])]


@pytest.mark.parametrize("rule", OTHER_RULES)
def test_the_rule_holds(rule: str) -> None:
    OTHER_RULES[rule][0]()


# --------------------------------------------------------------------------------- switched off, it is noticed


@pytest.mark.parametrize("sieve", SIEVES)
def test_a_sieve_that_is_switched_off_is_noticed(sieve: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(SIEVES, sieve)
    with pytest.raises(AssertionError):
        holds_back(sieve)


@pytest.mark.parametrize("rule", OTHER_RULES)
def test_a_rule_that_is_switched_off_is_noticed(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    check, switch_off = OTHER_RULES[rule]
    switch_off(monkeypatch)
    with pytest.raises((AssertionError, KeyError, IndexError)):
        check()


@pytest.mark.parametrize("sample", sorted((ROOT / "samples").glob("*/record.yaml")), ids=lambda file: file.parent.name)
def test_readers_who_are_alike_are_told_what_each_would_be_told_alone(sample: Path) -> None:
    """What is worked out once for several readers is what it would be for each, in whatever order they come."""
    ready = flow.prepare(sample, LIBRARY, TODAY)
    assert ready.record
    everyone = [*ready.record.people]
    for order in (everyone, everyone[::-1]):
        together = Survey(ready.record)
        for id in order:
            alone = Survey(ready.record)
            assert together.grounds(together.reader(id)) == alone.grounds(alone.reader(id)), id


# ------------------------------------------------------------------------------------------------ hard cases


def test_text_about_an_adult_alone_is_about_all_the_children() -> None:
    text = RECORD.replace("text: What was said of money., about: [child-b]", "text: Of the mother., about: [mother]")
    assert ground("father-of-b", "discussion[1].text", text) == "child"
    assert ground("mother", "discussion[1].text", text) == ""


GROUP = """core_group:
  children: [child-a]
  members: [lead-worker, mother]
  next_meeting: 2041-03-20
  membership:
    changes:
      - {person: father-of-b, change: left, reason: The boy's plan ended., about: [child-b], from_items: []}
"""


def test_whoever_is_there_for_one_child_reads_nothing_of_the_core_group_of_another() -> None:
    its = "core_group.next_meeting"
    change = "core_group.membership.changes[0]"
    grounds = {who: ground(who, its, RECORD + GROUP) for who in ("father-of-b", "child-b", "mother", "lead-worker")}
    assert grounds == {"father-of-b": "child", "child-b": "child", "mother": "", "lead-worker": ""}
    assert ground("father-of-b", f"{change}.reason", RECORD + GROUP) == ""
    assert ground("father-of-b", its, RECORD + GROUP.replace("[child-a]", "[child-a, child-b]")) == ""
    assert ground("father-of-b", its, RECORD + GROUP.replace("  children: [child-a]\n", "")) == ""
    bare = GROUP.replace(", about: [child-b]", "")
    assert ground("father-of-b", f"{change}.change", RECORD + bare) == "child"


def test_a_copy_about_one_child_holds_the_core_group_of_that_child_only() -> None:
    for child, group in (("child-a", "2041-03-20"), ("child-b", "")):
        text = RECORD + GROUP.replace("children: [child-a]", f"children: [{child}]")
        made = view("visit-task", "lead-worker", text=text, children=("child-a",)).data
        assert made.get("core_group", {}).get("next_meeting", "") == group


def test_the_word_of_an_item_is_as_secret_as_the_item() -> None:
    police = "  - {id: police, name: Howell Teague, role: professional}\n"
    text = RECORD.replace("attended:\n", "attended:\n  - {person: police, joined_at: evenings}\n")
    text = text.replace("children:\n  - id: child-a", police + "children:\n  - id: child-a", 1)
    text = text.replace("person: father-of-b, extent", "person: officer, extent")
    assert ground("lead-worker", "attended[0].joined_at", text) == ""
    assert ground("officer", "attended[0].joined_at", text) == "session"


def test_nothing_is_known_of_someone_the_record_does_not_list() -> None:
    text = RECORD.replace("key_personnel: [lead-worker, officer]", "key_personnel: [lead-worker, nobody]")
    tree, _ = parse(text, "record.yaml")
    survey = flow.judge(tree, [], LIBRARY, TODAY).survey
    assert survey is not None
    assert survey.grounds(survey.reader("mother"))["children[0].key_personnel[1]"] == "person"


def test_the_chairs_mark_stands_only_where_something_was_left_out() -> None:
    marked = RECORD.replace("ground: conflict", "ground: conflict, visible_mark: 'yes'")
    assert view("minutes", "father-of-b", text=marked).copy["part_left_out"] == "yes"
    assert view("minutes", "mother", text=marked).copy["part_left_out"] == ""
    assert view("minutes", "father-of-b").copy["part_left_out"] == ""
    # his record of decisions holds all of what there is to hold, so the mark would be untrue
    assert view("decision-record", "father-of-b", text=marked).copy["part_left_out"] == ""


def test_a_placed_childs_letter_is_not_addressed_to_the_home() -> None:
    text = RECORD.replace("    home: {text", "    correspondence: {suitable: 'yes'}\n    home: {text", 1)
    at_home = view("child-thank-you", "child-a", text=text)
    assert at_home.copy["address"].startswith("3 Sailmaker Row")
    placed = text.replace("    home: {text", "    placement: {text: 8 Millrace Hill}\n    home: {text", 1)
    assert view("child-thank-you", "child-a", text=placed).copy["address"] == "8 Millrace Hill"
    assert at_home.copy["childs_own"] == "yes"


def test_the_chairs_words_reach_whom_they_are_for_and_no_one_else() -> None:
    text = RECORD.replace(
        "extent: part, items: [evenings], ground: conflict, reason: They quarrel.",
        "extent: full, items: [evenings], ground: conflict, reason: They quarrel., chair_decision: A letter.,"
        " information_to_send: We can tell you that the plan goes on.",
    )
    shown = view("excluded-information", "father-of-b", text=text)
    assert shown.data["exclusions"] == [{"information_to_send": "We can tell you that the plan goes on."}]
    assert "We can tell you" not in words(view("minutes", "mother", text=text))
    assert "We can tell you" not in words(view("minutes", "lead-worker", text=text))


def test_the_annex_holds_the_items_that_its_reader_stayed_for() -> None:
    text = RECORD + """
confidential:
  - {item: one, title: First, text: What both heard., present: [lead-worker, officer]}
  - {item: two, title: Second, text: What the officer alone heard., present: [officer]}
"""
    shown = view("confidential-annex", "lead-worker", text=text)
    assert [row["title"] for row in shown.data["confidential"]] == ["First"]
    mine = view("confidential-annex", "chair", text=text)
    assert [row["title"] for row in mine.data["confidential"]] == ["First", "Second"]
    assert "heard" not in words(view("minutes", "lead-worker", text=text))


def test_the_chairs_sheets_are_the_chairs_alone() -> None:
    ready = prepared()
    assert ready.survey is not None
    for one in ready.distribution.copies:
        extras = {"sheet": {"rows": ["all"]}, "report": {"errors": ["all"]}}
        document = LIBRARY.documents[one.document]
        shown = disclosure.disclose(ready.survey, one, document, draft=True, extras=extras).view
        assert bool(shown.extras) == (one.readers == ("chair",))


def test_a_view_keeps_no_way_back() -> None:
    """Everything in a View is a plain value: no record, no survey, no function."""

    def plain(value: Any) -> bool:
        if isinstance(value, Mapping):
            return all(isinstance(key, str) and plain(below) for key, below in value.items())
        if isinstance(value, list | tuple | set | frozenset):
            return all(plain(below) for below in value)
        return value is None or isinstance(value, str | bool | int)

    shown = view("minutes", "mother")
    assert all(plain(getattr(shown, name)) for name in shown.__dataclass_fields__)


def test_the_boards_return_counts_no_one_the_record_keeps_close() -> None:
    """The officer is known to the lead worker only, so the board isn't told that the police came."""
    assert disclosure.agencies(survey_of()) == [
        {"agency": "Social Work Service", "invited": "no", "attended": "yes", "reported": "no"}
    ]


def test_the_boards_return_denies_nothing_that_is_only_kept_close() -> None:
    """A second officer, known to all, didn't come; that the police came is still true, and isn't told."""
    other = "\n  - {id: constable, name: Perran Yeo, role: professional, agency: Police}\nchildren:"
    text = RECORD.replace("\nchildren:", other) + "invited:\n  - {person: constable}\n"
    assert disclosure.agencies(survey_of(text))[0] == {
        "agency": "Police", "invited": "yes", "attended": "", "reported": "no"
    }  # fmt: skip


def test_the_quorum_goes_with_the_practitioners_it_was_counted_from_and_with_nothing_else() -> None:
    """One telephone number that the mother may not read hides no quorum; an officer she isn't told of does."""
    assert ground("mother", "facts.quorate") == "source"
    known = RECORD.replace("agency: Police, audience: [lead-worker]", "agency: Police")
    assert ground("mother", "people[2].contact.telephone.text", known) == ""
    assert ground("father-of-b", "people[2].contact.telephone.text", known) == "contact"
    assert ground("father-of-b", "children[0].name", known) == "child"
    for reader in ("mother", "father-of-b", "lead-worker"):
        assert ground(reader, "facts.quorate", known) == ""


def test_questions_name_the_reader_and_the_place() -> None:
    found = [f for f in prepared().findings if f.rule == "DIS-01"]
    assert {f.subject for f in found} == {"father-of-b"}
    assert any(f.place.path.startswith("children[1]") for f in found)
    asked = copy.deepcopy(RECORD).replace("risk: {worries", "from_items: []\n    risk: {worries")
    left = [f for f in prepared(asked).findings if f.rule == "DIS-01" and f.place.path.startswith("children[1]")]
    assert left == []


def test_a_question_says_where_from_items_may_stand() -> None:
    out = "ground: conflict, reason: They quarrel.}"
    both = RECORD.replace(out, f"{out}\n  - {{person: lead-worker, extent: part, items: [evenings], {out}")
    found = [f for f in prepared(both).findings if f.rule == "DIS-01" and f.subject == "lead-worker"]
    helps = {f.place.path: f.help for f in found}
    assert "One `from_items` in this entry of `children` covers all" in helps["children[1].risk.worries"]
    assert "It goes with the text itself: `overview:` with `text:` and `from_items:` below it." in helps["overview"]
    fields = LIBRARY.fields
    named = {row for help in helps.values() for row in re.findall("One `from_items` .+? `(.+?)` covers", help)}
    assert named
    for row in named:
        node = fields
        for key in row.split("."):
            node = node.keys[key].item or node.keys[key]
        assert node.gated
    assert not any(field.gated for field in map(fields.at, ("conference", "exclusions[]")) if field)


def test_the_lead_worker_is_told_who_may_be_told_of_whom() -> None:
    """Who is no relation of a child hears nothing of it from the sheet's list either; nor does a baby not yet born."""
    text = RECORD.replace("    name: Pip Arkwell\n", "    name: Pip Arkwell\n    date_of_birth: 2039-01-02\n")
    baby = '  - {id: baby, subject: "yes", due_date: 2041-07-01}\n'
    text = text.replace("children:\n  - id: child-a", f"children:\n{baby}  - id: child-a")
    shown = present(view("who-to-tell", "lead-worker", text=text), LIBRARY.fields, ENGLISH).context["copy"]["to_tell"]
    told = {row["title"].partition(",")[0]: (row["about_label"], row["kept_out"]) for row in shown}
    assert told["Joss Arkwell"] == ("Pip Arkwell", "part")
    assert told["Tamsin Quillby"] == ("Wren Quillby and Pip Arkwell", "")
    assert told["Pip Arkwell"] == ("Pip Arkwell", "")
    assert not any("baby" in name for name in told)
    assert view("minutes", "lead-worker").copy["told_of"] == {}
    assert {view(*one).copy["childs_own"] for one in (("minutes", "mother"), ("minutes", "lead-worker"))} == {""}
    full = RECORD.replace("extent: part, items: [evenings]", "extent: full")
    shown = present(view("who-to-tell", "lead-worker", text=full), LIBRARY.fields, ENGLISH).context["copy"]["to_tell"]
    assert [row["kept_out"] for row in shown if row["title"].startswith("Joss")] == ["full"]
