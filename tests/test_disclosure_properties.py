"""What no copy may do, shown over records made up at random (decisions 1 to 6 and 10).

The makings of the records, and a second reading of who may see what, stand in `canaries`. A thousand records
and more: `python -m tests.canaries --records 1000`.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cpdocs import flow, making, paths
from cpdocs.distribution import Copy, Waiting
from cpdocs.outline import compare
from cpdocs.record import Record
from cpdocs.survey import Survey
from tests.canaries import BODIES, TODAY, Literal, Maker, Tally, judged, library, literal_of, look, shelf

RECORDS = 200
SEEDS = st.integers(0, 10**9)
CAREFULLY = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # a smaller seed makes no smaller record
)

CONTROLS = (
    "people[].relevant", "people[].copy", "people[].decision_record", "people[].role_in_plan",
    "people[].minutes_agreed_by_conference", "people[].deliver_by", "people[].household", "people[].needs",
    "children[].needs", "children[].subject", "children[].decision.plan", "children[].decision.end.ground",
    "children[].correspondence.suitable", "children[].correspondence.reading_level", "children[].died_on",
    "children[].convenor_referral.decision", "children[].after_plan.support_continues", "children[].transfer",
    "children[].date_of_birth", "children[].due_date", "relations", "discussion[].session", "exclusions[].extent",
    "exclusions[].visible_mark", "distribution", "ending", "conference.language", "conference.date",
    "conference.held",
)  # fmt: skip
"""Values that decide who gets what and in which form: lists and roles, which are held fixed."""


def prepared_of(seed: int) -> tuple[dict[str, Any], flow.Prepared, Record, Survey, Literal]:
    data = Maker(random.Random(seed)).record().data
    prepared = judged(data)
    assert prepared.record is not None
    assert prepared.survey is not None
    return data, prepared, prepared.record, prepared.survey, literal_of(prepared)


def readers_of(prepared: flow.Prepared) -> list[tuple[str, ...]]:
    """Everyone a copy travels to; those of a joint letter together."""
    return sorted({copy.readers for copy in prepared.distribution.copies if copy.place == "for"})


def made_for(prepared: flow.Prepared, readers: tuple[str, ...]) -> dict[str, bytes | None]:
    """One reader's folder: the files that would be written, None for one that is refused. All are drafts: what
    else the record still lacks is no matter here."""
    theirs = tuple(
        one._replace(waits=(Waiting("this", "no one"),))
        for one in prepared.distribution.copies
        if one.readers == readers and one.place == "for"
    )
    only = prepared._replace(distribution=prepared.distribution._replace(copies=theirs))
    made, _ = making.make(only, library(), shelf(), final=False, today=TODAY)
    return {one.copy.file.as_posix(): one.data for one in made if one.copy.place == "for"}  # not the chair's covers


def same_or_refused(before: Mapping[str, bytes | None], after: Mapping[str, bytes | None]) -> None:
    assert before.keys() == after.keys()
    for name, data in after.items():
        earlier = before[name]
        if data is not None and data != earlier:
            pytest.fail("\n".join([f"{name} changed", *compare(earlier or data, data, ("before", "after"))]))


def put(data: dict[str, Any], path: str, value: Any) -> None:
    """Write a value at a path; a text with gates keeps them."""
    *steps, last = paths.split(path)
    here: Any = data
    for step in steps:
        here = here[step]
    if isinstance(here[last], dict):
        here[last]["text"] = value
    else:
        here[last] = value


def hidden_from(literal: Literal, readers: tuple[str, ...]) -> set[str]:
    """Every written path that one of the readers at least may not see; a copy is always made out by name."""
    seen = set.intersection(*(literal.visible(id) for id in readers))
    seen |= {f"people[{n}].name" for n, row in enumerate(literal.data["people"]) if row["id"] in readers}
    return {path for path, *_ in literal.leaves} - seen


# ------------------------------------------------------------------------------------------------ canaries


def test_no_canary_is_printed_for_a_reader_whose_view_does_not_hold_it() -> None:
    tally = Tally()

    @settings(CAREFULLY, max_examples=RECORDS)
    @given(SEEDS)
    def holds(seed: int) -> None:
        look(seed, tally)
        assert not tally.faults

    holds()
    # without these the test could pass over records of which nothing is made, or nothing printed
    assert tally.records >= RECORDS * 0.9
    assert tally.made >= tally.copies * 0.95
    assert tally.copies >= tally.records * 5
    assert tally.printed >= tally.made * 5


# ------------------------------------------------------------------------------------------ non-interference


def changed(value: str, kind: str, random_: random.Random) -> str:
    if kind == "date":
        return f"2041-0{random_.randint(1, 9)}-1{random_.randint(0, 9)}"
    if kind == "yesno":
        return "no" if value == "yes" else "yes"
    return f"qzk{random_.randint(10**9, 10**10)}x"


@settings(CAREFULLY, max_examples=30)
@given(SEEDS)
def test_what_a_reader_may_not_see_does_not_change_a_byte_of_their_files(seed: int) -> None:
    data, prepared, _, _, literal = prepared_of(seed)
    chance = random.Random(seed)
    if not readers_of(prepared):
        return
    readers = chance.choice(readers_of(prepared))
    hidden = hidden_from(literal, readers)
    other = copy.deepcopy(data)
    for path, node, value, _ in literal.leaves:
        control = any(paths.under(node.pattern, part) for part in CONTROLS)
        if path in hidden and not control and node.type in ("text", "line", "name", "date", "yesno", "time"):
            put(other, path, changed(value, node.type, chance))
    after = judged(other)
    sent = [(copy.key, copy.file) for copy in prepared.distribution.copies if copy.readers == readers]
    assert sent == [(copy.key, copy.file) for copy in after.distribution.copies if copy.readers == readers]
    same_or_refused(made_for(prepared, readers), made_for(after, readers))


SAYINGS = (
    "family_comments", "views", "recommendations", "dissent", "parental_disagreement", "corrections", "not_invited",
    "children[].strengths", "children[].outcomes", "children[].original_concerns", "children[].assessments",
    "children[].parents_views", "children[].plan.outcomes", "children[].plan.actions",
    "children[].after_plan.services", "children[].after_plan.meetings", "discussion[].contributions",
    "reports[].shared_with", "children[].decision.plan_changes",
)  # fmt: skip
"""Lists whose entries nothing else is counted from."""


@settings(CAREFULLY, max_examples=30)
@given(SEEDS)
def test_entries_of_which_a_reader_sees_nothing_leave_no_trace_when_they_are_gone(seed: int) -> None:
    data, prepared, record, _, literal = prepared_of(seed)
    if not readers_of(prepared):
        return
    readers = random.Random(seed).choice(readers_of(prepared))
    hidden = hidden_from(literal, readers)
    other = copy.deepcopy(data)
    removed = 0
    for pattern in SAYINGS:
        for path, rows in list(record.select(pattern)):
            if not isinstance(rows, list):
                continue
            stays = [
                number
                for number in range(len(rows))
                if not all(
                    leaf in hidden
                    for leaf, *_ in literal.leaves
                    if paths.under(leaf, f"{path}[{number}]")
                )
            ]
            removed += len(rows) - len(stays)
            *steps, last = paths.split(path)
            here: Any = other
            for step in steps:
                here = here[step]
            here[last] = [here[last][number] for number in stays]
    after = judged(other)
    if removed:
        same_or_refused(made_for(prepared, readers), made_for(after, readers))


# ------------------------------------------------------------------------------------------------- monotony


def visible(survey: Survey, id: str) -> set[str]:
    return {path for path, ground in survey.grounds(survey.reader(id)).items() if not ground}


def gates(data: Any, path: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Every mapping that carries an audience."""
    if isinstance(data, dict):
        if "audience" in data:
            yield data, path
        for key, below in data.items():
            yield from gates(below, f"{path}.{key}")
    elif isinstance(data, list):
        for number, below in enumerate(data):
            yield from gates(below, f"{path}[{number}]")


def lists_of(data: Any, key: str) -> Iterator[list[str]]:
    if isinstance(data, dict):
        for name, below in data.items():
            if name == key and isinstance(below, list):
                yield below
            else:
                yield from lists_of(below, key)
    elif isinstance(data, list):
        for below in data:
            yield from lists_of(below, key)


def drop_an_audience(data: dict[str, Any], chance: random.Random) -> list[str]:
    found = list(gates(data))
    if found:
        del chance.choice(found)[0]["audience"]
    return [row["id"] for row in data["people"]]


def show_a_detail(data: dict[str, Any], chance: random.Random) -> list[str]:
    id = str(chance.choice(data["people"])["id"])
    found = [*lists_of(data, "shown_to"), *lists_of(data, "name_shown_to")]
    if found:
        chance.choice(found).append(id)
    return [id]


def drop_an_exclusion(data: dict[str, Any], chance: random.Random) -> list[str]:
    if not data.get("exclusions"):
        return []
    return [str(data["exclusions"].pop()["person"])]


def let_stay(data: dict[str, Any], chance: random.Random) -> list[str]:
    rows = [*data.get("discussion", ()), *data.get("confidential", ())]
    if not rows:
        return []
    id = str(chance.choice(data["people"])["id"])
    chance.choice(rows).setdefault("present", []).append(id)
    return [id]


def relate(data: dict[str, Any], chance: random.Random) -> list[str]:
    ids = [row["id"] for row in data["people"] if row["role"] in ("parent", "family", "carer", "foster-carer")]
    id = str(chance.choice(ids))
    child = chance.choice(data["children"])["id"]
    data.setdefault("relations", []).append({"person": id, "child": child, "as": "other"})
    return [id]


WIDENINGS = {"audience": drop_an_audience, "shown_to": show_a_detail, "exclusion": drop_an_exclusion,
             "present": let_stay, "relation": relate}  # fmt: skip


@pytest.mark.parametrize("widening", WIDENINGS)
def test_a_wider_entitlement_never_loses_a_path(widening: str) -> None:
    widened = 0

    @settings(CAREFULLY, max_examples=30)
    @given(SEEDS)
    def holds(seed: int) -> None:
        nonlocal widened
        data, _, record, survey, _ = prepared_of(seed)
        wider = copy.deepcopy(data)
        ids = WIDENINGS[widening](wider, random.Random(seed))
        after = judged(wider)
        assert after.survey is not None
        there = {leaf.path for leaf in after.survey.leaves}
        for id in ids:
            if id in record.people:
                before = visible(survey, id) & there
                now = visible(after.survey, id)
                if widening == "relation":  # facts count relations anew
                    before = {path for path in before if ".facts." not in path}
                assert not before - now, f"{id} lost {sorted(before - now)[:3]}"
                widened += bool(now - before)

    holds()
    assert widened >= 5


# ------------------------------------------------------------------------------------- the oracle is no echo


def test_the_letter_is_read_for_every_kind_of_reader() -> None:
    """Over the records of a run, each kind of reader sees something and is kept from something."""
    seen: dict[str, int] = {}
    kept: dict[str, int] = {}
    for seed in range(40):
        _, _, record, _, literal = prepared_of(seed)
        for id in [*record.people, *BODIES]:
            kind = literal.kind(id) + (" too" if literal.also_family(id) else "")
            mine = literal.visible(id)
            seen[kind] = seen.get(kind, 0) + len(mine)
            kept[kind] = kept.get(kind, 0) + len(literal.leaves) - len(mine)
    assert set(seen) == {"professional", "professional too", "family", "child", "guest", "outside"}
    assert all(seen.values())
    assert all(kept.values())


def test_every_kind_of_copy_is_met() -> None:
    """Languages, formats, joint letters, bodies, children: each is among what the canaries are looked for in."""
    copies: list[Copy] = []
    for seed in range(160):
        copies += prepared_of(seed)[1].distribution.copies
    assert {copy.locale for copy in copies} >= {"en-GB", "x-pseudo", "x-rtl", "cy"}
    assert {copy.format for copy in copies} >= {"standard", "large-print", "easy-read"}
    assert any(len(copy.readers) == 2 for copy in copies)
    assert {copy.scope for copy in copies} == {"record", "child", "children"}
    assert {id for copy in copies for id in copy.readers} >= {"board", "receiving-authority", "child-a"}
    assert {copy.document for copy in copies} >= {
        id for id, document in library().documents.items() if not document.everywhere and id != "translation-pack"
    }
