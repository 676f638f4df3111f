"""What docs/behaviour.yaml says that the code does, shown on clean samples."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from cpdocs import distribution, flow, listing, locales, making, parts, sheets, source, spine
from cpdocs.distribution import Copy
from cpdocs.library import Library
from cpdocs.procedure import DataError
from cpdocs.record import Record
from cpdocs.results import Made
from cpdocs.transform.localise import localise
from cpdocs.transform.wordml import paragraphs, parse, text_parts, w

ROOT = Path(__file__).parent.parent
LIBRARY = Library(root=ROOT)


def welsh(language: str | None) -> tuple[Record, list[Copy]]:
    """The Welsh review sample with the grandmother's language written so, and the copies that travel."""
    tree, found = source.read(ROOT / "schemas/wales/samples/review.yaml")
    assert not found
    for person in tree.data["people"]:
        if person["id"] == "grandmother":
            person["needs"] = {"language": language}
    resolved, _ = spine.resolve(tree, LIBRARY.procedure("wales"), LIBRARY.fields, date(2031, 2, 12))
    sent, _ = distribution.distribute(resolved, LIBRARY)
    return resolved, [copy for copy in sent.copies if copy.place == "for"]


def kent(take_out: str = "", needs: dict[str, object] | None = None) -> flow.Prepared:
    """The Kent review sample with one value taken out, or with other needs of the mother."""
    tree, found = source.read(ROOT / "schemas/kent-medway/samples/review.yaml")
    assert not found
    here = tree.data
    *steps, last = take_out.split(".")
    for step in steps:
        here = here[step]
    if last:
        assert here.pop(last)
    if needs:
        next(person for person in tree.data["people"] if person["id"] == "mother")["needs"] = needs
    return flow.judge(tree, [], LIBRARY, date(2041, 3, 19))


def test_minutes_wait_for_the_chairs_authorisation_and_signature() -> None:
    def waits(prepared: flow.Prepared, document: str) -> set[str]:
        copies = [copy for copy in prepared.distribution.copies if copy.document == document]
        assert copies
        return {wait.what for copy in copies for wait in copy.waits}

    assert waits(kent(), "minutes") == set()
    assert waits(kent("minutes.authorised"), "minutes") == {"the chair's authorisation of the minutes"}
    assert waits(kent("minutes.signed_on"), "minutes") == {"the chair's signature"}
    assert waits(kent("minutes.signed_on"), "decision-record") == set()


def test_a_letter_waits_for_its_own_readers_address_and_for_no_one_elses() -> None:
    tree, _ = source.read(ROOT / "schemas/kent-medway/samples/review.yaml")
    mother = next(person for person in tree.data["people"] if person["id"] == "mother")
    assert mother["contact"].pop("address")
    prepared = flow.judge(tree, [], LIBRARY, date(2041, 3, 19))
    letters = [copy for copy in prepared.distribution.copies if copy.document.startswith("parent-letter")]
    waiting = {id: bool(copy.waits) for copy in letters for id in copy.readers}
    assert waiting.pop("mother")
    assert waiting
    assert not any(waiting.values())


@pytest.mark.parametrize("whose", ["people", "children"])
def test_nothing_is_final_while_a_name_isnt_written(whose: str) -> None:
    """A child without a name would be printed as the unborn baby, and a father as "father"."""
    tree, _ = source.read(ROOT / "schemas/kent-medway/samples/review.yaml")
    assert tree.data[whose][0].pop("name")
    prepared = flow.judge(tree, [], LIBRARY, date(2041, 3, 19))
    assert [(f.rule, f.place.path) for f in prepared.findings if f.blocks] == [("DIST-11", f"{whose}[0].name")]
    id = tree.data[whose][0]["id"]
    told = [c for c in prepared.distribution.copies if c.place == "for" and (whose == "people" or id in c.children)]
    assert told
    assert all(copy.waits for copy in told)


def judged(*changes: tuple[str, str]) -> list[tuple[str, str]]:
    """Rule and place of what is found in the Kent review sample once these texts are replaced."""
    text = (ROOT / "schemas/kent-medway/samples/review.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    tree, found = source.parse(text, "record.yaml")
    assert not found
    return [(f.rule, f.place.path) for f in flow.judge(tree, [], LIBRARY, date(2041, 3, 19)).findings]


def test_what_only_follows_from_a_slip_isnt_told_beside_it() -> None:
    assert judged(("signed: yes", "signed: Yes")) == [("SCH-VALUE", "reports[0].signed")]
    named = judged(("  chair: chair\n", "  chair: The Chair\n"))
    assert [rule for rule, path in named if path == "conference.chair"] == ["REF-01"]


def test_a_language_that_is_no_code_is_told_once_and_not_of_every_reader() -> None:
    assert judged(("  language: en-GB\n", "  language: English\n")) == [("SCH-TAG", "conference.language")]


def test_where_a_text_stands_for_a_set_of_keys_nothing_is_made_of_it() -> None:
    """`decision: continue` met every condition that looks into a decision: the child had moved, left and turned 18."""
    tree, _ = source.read(ROOT / "schemas/kent-medway/samples/review.yaml")
    tree.data["children"][0]["decision"] = "continue"
    found = flow.judge(tree, [], LIBRARY, date(2041, 3, 19)).findings
    told = {f.rule for f in found if f.place.path.startswith("children[0]")}
    assert told == {"SCH-TYPE"}


def test_a_child_copied_with_its_id_is_told_of_its_id_and_of_nothing_else() -> None:
    tree, _ = source.read(ROOT / "schemas/kent-medway/samples/review.yaml")
    tree.data["children"].append({"id": tree.data["children"][0]["id"], "name": "Somebody Else", "subject": "yes"})
    at = f"children[{len(tree.data['children']) - 1}]"
    found = flow.judge(tree, [], LIBRARY, date(2041, 3, 19)).findings
    assert [(f.rule, f.place.path) for f in found if f.place.path.startswith(at)] == [("REF-02", f"{at}.id")]


@pytest.mark.parametrize("id", ["family", "board", "child-file", "receiving-authority", "receiving-authority-kit"])
def test_nobody_can_have_the_id_of_a_group_or_a_body(id: str) -> None:
    """The board's return or another authority's sheet would be theirs."""
    tree, _ = source.read(ROOT / "schemas/kent-medway/samples/review.yaml")
    tree.data["people"][-1]["id"] = id
    at = f"people[{len(tree.data['people']) - 1}].id"
    found = flow.judge(tree, [], LIBRARY, date(2041, 3, 19)).findings
    told = next(f for f in found if f.place.path == at)
    assert (told.rule, told.severity) == ("SCH-ID", "error")
    assert "stands for a group or a body" in told.message


def test_what_a_list_says_twice_of_somebody_is_pointed_out() -> None:
    def told(key: str, *more: dict[str, str]) -> list[str]:
        tree, _ = source.read(ROOT / "schemas/kent-medway/samples/review.yaml")
        tree.data[key].extend(more)
        return [f.rule for f in flow.judge(tree, [], LIBRARY, date(2041, 3, 19)).findings if f.rule == "REF-09"]

    tree, _ = source.read(ROOT / "schemas/kent-medway/samples/review.yaml")
    relation, there = dict(tree.data["relations"][0]), dict(tree.data["attended"][0])
    relation.pop("lives_with", None)
    assert told("attended", {"person": there["person"], "how": "in-person"}) == ["REF-09"]
    assert told("attended", {"person": there["person"], "how": "in-person", "joined_at": "1"}) == []
    assert told("relations", relation) == ["REF-09"]
    assert told("relations", {**relation, "as": "step-parent"}) == ["REF-09"]
    assert told("relations", {**relation, "as": "foster-carer"}) == []
    both = ({**relation, "as": "foster-carer", "lives_with": answer} for answer in ("yes", "no"))
    assert "REF-09" in told("relations", *both)


def test_a_reference_with_a_name_in_it_is_pointed_out() -> None:
    tree, _ = source.read(ROOT / "schemas/kent-medway/samples/review.yaml")
    surname = tree.data["people"][0]["name"].split()[-1]
    tree.data["reference"] = f"KM {surname} 3"
    found = flow.judge(tree, [], LIBRARY, date(2041, 3, 19)).findings
    assert [(f.rule, f.place.path, f.severity) for f in found if f.rule == "REF-04"] == [
        ("REF-04", "reference", "advice")
    ]


def test_a_breach_waits_for_the_chair_and_a_gap_for_whoever_types() -> None:
    tree, _ = source.read(ROOT / "schemas/kent-medway/samples/review.yaml")
    tree.data["children"][0]["decision"].pop("plan")
    tree.data["acknowledgements"] = []
    tree.data["previous_conferences"][0]["date"] = "2039-06-01"
    prepared = flow.judge(tree, [], LIBRARY, date(2041, 3, 19))
    waits = {wait.what.partition(":")[0]: wait.who for copy in prepared.distribution.copies for wait in copy.waits}
    assert waits["breaches to be acknowledged"] == "the chair"
    assert waits["findings to be mended"] == "the minute-taker"


def test_why_says_so_of_someone_whom_no_list_reaches_and_knows_a_name() -> None:
    tree, _ = source.read(ROOT / "schemas/kent-medway/samples/review.yaml")
    tree.data["people"].append({"id": "neighbour", "name": "Oda Penhale", "role": "family"})
    prepared = flow.judge(tree, [], LIBRARY, date(2041, 3, 19))
    assert "Gets nothing" in listing.why(prepared, LIBRARY, "neighbour")
    with pytest.raises(DataError, match="no one with the id `Oda Penhale`") as told:
        listing.why(prepared, LIBRARY, "Oda Penhale")
    assert "`neighbour`" in told.value.help


def test_a_child_who_is_due_needs_no_name() -> None:
    tree, _ = source.read(ROOT / "schemas/kent-medway/samples/pre-birth.yaml")
    unborn = next(child for child in tree.data["children"] if child.get("due_date"))
    unborn.pop("name", None)
    assert not any(f.rule == "DIST-11" for f in flow.judge(tree, [], LIBRARY, date(2041, 3, 19)).findings)


def test_minutes_wait_until_it_is_settled_which_relatives_get_them() -> None:
    tree, _ = source.read(ROOT / "schemas/kent-medway/samples/review.yaml")
    relative = next(person for person in tree.data["people"] if person.get("relevant"))
    del relative["relevant"]
    prepared = flow.judge(tree, [], LIBRARY, date(2041, 3, 19))
    waits = [wait.what for copy in prepared.distribution.copies for wait in copy.waits if copy.document == "minutes"]
    assert waits
    assert all("KM-MIN-06" in what for what in waits)


def test_a_need_that_can_not_be_met_here_is_told_of_that_person() -> None:
    told = {(f.rule, f.subject) for f in kent(needs={"language": "xx", "formats": ["braille"]}).findings}
    assert {("DIST-01", "mother"), ("DIST-02", "mother")} <= told
    prepared = kent(needs={"formats": ["large-print"]})
    made = [copy for copy in prepared.distribution.copies if copy.readers == ("mother",)]
    assert made
    assert {copy.format for copy in made} == {"large-print"}
    assert not {f.rule for f in prepared.findings} & {"DIST-01", "DIST-02"}


def test_the_chair_gets_a_findings_report_with_every_run() -> None:
    prepared = kent()
    reports = [copy for copy in prepared.distribution.copies if copy.document == "findings-report"]
    assert [(copy.place, copy.waits) for copy in reports] == [("chair", ())]
    told = sheets.contents(prepared, LIBRARY, [], list(prepared.findings), date(2041, 3, 19))
    assert told
    broken = kent("police_information")
    named = {f.rule for f in broken.findings}
    said = str(sheets.contents(broken, LIBRARY, [], list(broken.findings), date(2041, 3, 19)))
    assert named
    assert all(rule in said for rule in named)


def of_grandmother(copies: list[Copy]) -> dict[tuple[str, tuple[str, ...]], list[Copy]]:
    found: dict[tuple[str, tuple[str, ...]], list[Copy]] = defaultdict(list)
    for copy in copies:
        if copy.readers == ("grandmother",):
            found[copy.document, copy.children].append(copy)
    return found


@pytest.mark.parametrize("language", [None, "unknown", "both"])
def test_who_may_want_welsh_gets_both_languages_with_one_due_date(language: str | None) -> None:
    _, copies = welsh(language)
    pairs = of_grandmother(copies)
    assert pairs
    for pair in pairs.values():
        assert sorted(copy.locale for copy in pair) == ["cy", "en-GB"]
        assert len({copy.due for copy in pair}) == 1


def test_who_asked_for_one_language_gets_that_one() -> None:
    _, copies = welsh("cy")
    assert {copy.locale for pair in of_grandmother(copies).values() for copy in pair} == {"cy"}


def test_both_languages_of_a_document_go_out_together_or_neither_does() -> None:
    _, copies = welsh("both")
    made = [Made(copy, None if copy.locale == "cy" else b"a document", False, None) for copy in copies]
    after = making._both_or_none(made)
    english = [one for one in after if one.copy.partner == "cy"]
    assert english
    for one in english:
        assert one.data is None
        assert "both go out together" in one.waits[-1].what
    assert all(one.data for one in after if one.copy.locale == "en-GB" and not one.copy.partner)
    whole = [Made(copy, b"a document", False, None) for copy in copies]
    assert making._both_or_none(whole) == whole


@pytest.mark.parametrize("document", ["parent-letter", "decision-record", "child-thank-you"])
def test_the_welsh_template_has_every_paragraph_of_the_english_one(document: str) -> None:
    english = parts.read(LIBRARY.template(LIBRARY.documents[document]))
    roots = [ROOT / "templates/locales"]
    found = locales.find("x-pseudo", roots)
    assert found is not None
    other = localise(english, locales.load(found, roots)[0]).parts

    def outline(of: dict[str, bytes]) -> list[tuple[str, str]]:
        return [
            (name, "".join(style.get(w("val")) for style in one.iter(w("pStyle"))))
            for name in text_parts(of)
            for one in paragraphs(parse(of[name]))
        ]

    assert outline(dict(other)) == outline(english)
    assert set(english) == set(other)
