"""The guide for whoever keeps a procedure's folder shows what really stands there, and names what there is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cpdocs import source
from cpdocs.library import Library
from cpdocs.lists import LISTS
from cpdocs.procedure import entries

ROOT = Path(__file__).parent.parent
LIBRARY = Library(root=ROOT)
GUIDE = (ROOT / "schemas/README.md").read_text(encoding="utf-8").partition("## How to keep a procedure's folder")[2]


def shipped(name: str) -> list[Mapping[str, Any]]:
    """Every entry of one file of every procedure, as it is written."""
    found: list[Mapping[str, Any]] = []
    for path in sorted(ROOT.glob(f"schemas/*/{name}")):
        tree, faults = source.read(path)
        assert not faults
        found += tree.data if isinstance(tree.data, list) else tree.data["sendings"]
    return found


def test_the_rules_and_sendings_that_the_guide_shows_stand_in_the_data_as_they_are() -> None:
    there = [*shipped("rules.yaml"), *shipped("procedure.yaml")]
    shown = [
        entry
        for block in re.findall(r"^```yml\n(.*?)^```$", GUIDE, flags=re.MULTILINE | re.DOTALL)
        for entry in source.parse(block, "README.md")[0].data
    ]
    assert [entry["id"] for entry in shown] == ["GG-INI-08", "WA-REC-09"]
    for entry in shown:
        assert any(entry.items() <= other.items() for other in there if other["id"] == entry["id"]), entry["id"]


def test_the_content_that_the_guide_shows_stands_in_the_data_as_it_is() -> None:
    blocks = re.findall(r"^```json\n(.*?)^```$", GUIDE, flags=re.MULTILINE | re.DOTALL)
    shown = [json.loads(block) for block in blocks]
    assert [entry["x-rule"] for entry in shown] == ["WA-DEC-04"]
    there = {id: entry for id, entry, _ in entries(LIBRARY.procedure("wales").contents)}
    assert shown[0] == there["WA-DEC-04"]


def test_the_guide_names_every_shape_of_a_rule() -> None:
    table = GUIDE.partition("| `shape` | What it asks |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| (`.*?) \|", table, flags=re.MULTILINE)
    told = {word for cell in cells for word in re.findall("`([a-z]+)`", cell)}
    used = {rule.shape for name in LIBRARY.procedures() for rule in LIBRARY.procedure(name).rules}
    plain = {shape for shape in used if "." not in shape}
    assert plain <= told, plain - told
    assert all((ROOT / "cpdocs/rules" / f"{shape}.py").exists() for shape in told)


@pytest.mark.parametrize("name", LIBRARY.procedures())
def test_every_list_of_a_sending_is_one_that_the_program_knows(name: str) -> None:
    for sending in LIBRARY.procedure(name).sendings:
        assert set(sending.to) <= set(LISTS), sending.id
        assert sending.document in LIBRARY.documents, sending.id
