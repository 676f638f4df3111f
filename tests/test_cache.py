"""Compiled templates kept between runs: right, private, and never in the way."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cpdocs import cache, shelf
from cpdocs.cache import Cache
from cpdocs.template import Template, load
from cpdocs.template.cache import key
from tests.features import docx, features

ROOT = Path(__file__).parent.parent
TEXT = docx("title: {{ a }}\nDear {{ a }}, {{ words.plan }}\n{%p for x in list %}\n{{ x }}\n{%p endfor %}")
CONTEXT = {"a": "Kit", "list": ["1", "2"]}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "kept"
    monkeypatch.setenv("CPDOCS_CACHE", str(folder))
    return folder


def test_a_template_comes_back_as_it_was(place: Path) -> None:
    first = load(TEXT, None, {"plan": "Plan"}).render(CONTEXT)
    assert len(list(place.iterdir())) == 1
    assert load(TEXT, None, {"plan": "Plan"}).render(CONTEXT) == first
    assert load(TEXT, None, {"plan": "Plan"}, use_cache=False).render(CONTEXT) == first


def test_the_second_time_nothing_is_compiled(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(TEXT, None, {"plan": "Plan"})

    def never(*_: object, **__: object) -> Template:
        raise AssertionError("compiled again")

    monkeypatch.setattr("cpdocs.template.compile_template", never)
    assert load(TEXT, None, {"plan": "Plan"}).names


@pytest.mark.parametrize("feature", features(), ids=lambda feature: feature.name)
def test_every_feature_survives_being_kept(feature: object, place: Path) -> None:
    from cpdocs.template import compile_template

    template = compile_template(feature.docx, None, {})  # type: ignore[attr-defined]
    again = Template.from_constants(template.constants())
    assert again.render(feature.context) == template.render(feature.context)  # type: ignore[attr-defined]
    assert again.names == template.names
    assert again.constants() == template.constants()


def test_another_file_word_house_or_transform_is_another_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [
        key(b"a", None, {}),
        key(b"b", None, {}),
        key(b"a", b"", {}),
        key(b"a", b"h", {}),
        key(b"a", None, {"x": "y"}),
        key(b"a", None, {"xy": ""}),
        key(b"a", None, {}, "large"),
    ]
    monkeypatch.setattr("cpdocs.template.cache.engine", lambda: "another version")
    keys.append(key(b"a", None, {}))
    assert len(set(keys)) == len(keys)
    assert key(b"a", None, {"x": "1", "y": "2"}) == key(b"a", None, {"y": "2", "x": "1"})


def test_another_version_of_what_makes_a_variant_is_another_entry() -> None:
    code = Path(shelf.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in code.glob("transform/*.py"))
    used = set(re.findall(r"^from cpdocs(?:\.| import )(\w+)", text, re.MULTILINE)) - {"transform"}
    known = {*shelf.USED, "parts"}  # parts.py is in the key of every template
    assert used <= known
    assert all((code / f"{name}.py").is_file() for name in known)


def test_a_transform_without_a_key_is_refused(place: Path) -> None:
    with pytest.raises(ValueError, match="needs a key"):
        load(TEXT, None, {"plan": "Plan"}, transform=lambda files: files)


def test_a_damaged_entry_is_ignored_and_written_again(place: Path) -> None:
    first = load(TEXT, None, {"plan": "Plan"}).render(CONTEXT)
    (entry,) = place.iterdir()
    good = entry.read_bytes()
    for bad in (b"", good[:40], good[:-1], good[:200] + b"x" + good[201:], b"x" * 1000, good + b"x"):
        entry.write_bytes(bad)
        assert load(TEXT, None, {"plan": "Plan"}).render(CONTEXT) == first
        assert entry.read_bytes() == good


def test_whole_data_that_is_no_template_is_ignored_too(place: Path) -> None:
    name = key(TEXT, None, {"plan": "Plan"})
    first = load(TEXT, None, {"plan": "Plan"}).render(CONTEXT)
    for bad in (b"", b"\0\0\0\0", b"\2\0\0\0{}", b"\2\0\0\0[]", b'\x0c\0\0\0{"parts":[1]}'):
        Cache().put(name, bad)
        assert load(TEXT, None, {"plan": "Plan"}).render(CONTEXT) == first


@pytest.mark.parametrize(
    "program",
    [
        [["put", [], "text", ""]],
        [["put", [1], "text", ""]],
        [["put", ["a"], "elsewhere", ""]],
        [["for", "x", ["a"], [["lit"]]]],
        [["if", [[["not", ["get", ["a"]]], []]], []]],
        [["run", "import os"]],
        [["lit", 3]],
        "text",
        [[]],
    ],
)
def test_a_program_is_only_ever_the_five_things_it_can_be(program: object) -> None:
    from cpdocs.template.machine import Machine

    with pytest.raises(ValueError, match="not a program"):
        Machine(program)  # type: ignore[arg-type]


def test_an_entry_under_another_name_is_not_taken(place: Path) -> None:
    Cache().put("one", b"data")
    (place / "two").write_bytes((place / "one").read_bytes())
    assert Cache().get("one") == b"data"
    assert Cache().get("two") is None


def test_entries_hold_nothing_of_a_record_and_no_code(place: Path) -> None:
    load(TEXT, None, {"plan": "Plan"}).render({"a": "Rhea Hollis", "list": ["secret"]})
    (entry,) = place.iterdir()
    data = entry.read_bytes()
    assert b"Rhea" not in data
    assert b"secret" not in data


def test_only_its_owner_can_read_it(place: Path) -> None:
    old = os.umask(0)
    try:
        load(TEXT, None, {"plan": "Plan"})
    finally:
        os.umask(old)
    if os.name == "nt":  # no modes there; the profile folder's own access list sees to it (decision 17)
        assert Cache().get(next(place.iterdir()).name) is not None
        return
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    (entry,) = place.iterdir()
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600
    os.chmod(place, 0o777)
    Cache().get("x")
    assert stat.S_IMODE(place.stat().st_mode) == 0o700


def test_a_folder_that_is_a_link_or_a_file_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = tmp_path / "real"
    real.mkdir()
    link = tmp_path / "link"
    link.symlink_to(real)
    (tmp_path / "file").write_text("x")
    for name in ("link", "file"):
        monkeypatch.setenv("CPDOCS_CACHE", str(tmp_path / name))
        assert load(TEXT, None, {"plan": "Plan"}).render(CONTEXT)
    assert list(real.iterdir()) == []


def test_a_folder_that_can_not_be_made_costs_only_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("CPDOCS_CACHE", str(tmp_path / "file" / "below"))
    assert load(TEXT, None, {"plan": "Plan"}).render(CONTEXT)


def test_a_full_disk_leaves_no_part_of_an_entry(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert load(TEXT, None, {"plan": "Plan"}).render(CONTEXT)
    assert list(place.iterdir()) == []


def test_old_entries_go_first(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_ENTRIES", 3)
    for number in range(6):
        Cache().put(f"entry{number}", b"data")
        os.utime(place / f"entry{number}", ns=(number, number))
    assert Cache().get("entry5") == b"data"
    assert sorted(path.name for path in place.iterdir())[0] >= "entry2"


RACE = """
import sys
sys.path.insert(0, {root!r})
from tests.test_cache import CONTEXT, TEXT
from cpdocs.template import load
for _ in range(20):
    load(TEXT, None, {{"plan": "Plan"}}).render(CONTEXT)
"""


def test_several_runs_at_once_do_not_mix(place: Path) -> None:
    code = RACE.format(root=str(ROOT))
    runs = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(3)]
    assert [(run.wait(), run.communicate()[1]) for run in runs] == [(0, b"")] * 3
    (entry,) = place.iterdir()
    assert entry.name == key(TEXT, None, {"plan": "Plan"})
