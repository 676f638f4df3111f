"""The same record, templates and day give the same bytes, wherever, whenever and by whomever they are made."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cpdocs.bundle import MANIFEST
from cpdocs.cli import main
from cpdocs.library import Library

ROOT = Path(__file__).parent.parent
RECORDS = (
    ROOT / "samples/three-languages/record.yaml",  # Urdu from the right, large print, an easy read
    ROOT / "schemas/kent-medway/samples/review.yaml",
)
DAY = "2041-05-06"


@dataclass(frozen=True)
class Setting:
    """One computer, user and moment."""

    environment: dict[str, str] = field(default_factory=dict)
    umask: int = 0o022
    jobs: int = 1
    cache: str = "none"
    """none: an empty one; warm: an earlier run's; damaged: an earlier run's, with every entry spoilt."""
    name: str = "record.yaml"


SETTINGS = {
    "far east, no umask, cold cache": Setting(
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "0"}, umask=0
    ),
    "far west, Turkish, two workers, warm cache": Setting(
        {"TZ": "America/Adak", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "4242", "PYTHONUTF8": "0"},
        umask=0o077,
        jobs=2,
        cache="warm",
        name="kayıt İki.yaml",
    ),
    "a quarter hour off, German, damaged cache, no optimising": Setting(
        {"TZ": "Asia/Kathmandu", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "7", "PYTHONOPTIMIZE": "1"},
        umask=0o027,
        jobs=4,
        cache="damaged",
        name="a.yaml",
    ),
}


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder; its names are counted from the folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def build(setting: Setting, place: Path, warm: Path | None = None) -> dict[str, bytes]:
    """What a process of its own makes of the records in this setting."""
    place.mkdir(parents=True)
    cache = place / "kept"
    if setting.cache != "none":
        assert warm is not None
        shutil.copytree(warm, cache)
    if setting.cache == "damaged":
        entries = [path for path in cache.iterdir() if path.is_file()]
        assert entries
        for number, path in enumerate(entries):
            data = path.read_bytes()
            path.write_bytes((data[:-1] + bytes([data[-1] ^ 1]), data[: len(data) // 2], b"")[number % 3])
    records = []
    for number, record in enumerate(RECORDS):
        home = place / f"case {number}"
        shutil.copytree(record.parent, home)
        for file in home.glob(f"{record.stem}.*"):  # its translations go by the record's own name
            file.rename(home / file.name.replace(record.stem, setting.name.removesuffix(".yaml"), 1))
        records.append(f"case {number}/{setting.name}")
    ours = ("LC_", "LANG", "CPDOCS_", "PYTHON", "TZ")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    environment |= {"PYTHONPATH": str(ROOT), "HOME": str(place / "home"), "CPDOCS_CACHE": str(cache)}
    environment |= setting.environment
    done = subprocess.run(
        [sys.executable, "-m", "cpdocs", "build", *records, "--out", "out", "--date", DAY, "--jobs", str(setting.jobs)],
        cwd=place, env=environment, umask=setting.umask, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr.decode()
    assert b"Traceback" not in done.stderr
    for path in (place / "out").rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
    return files_of(place / "out")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], Path]:
    """What is made in an ordinary setting, and the cache that the run left."""
    place = tmp_path_factory.mktemp("plain") / "here"
    return build(Setting({"TZ": "Europe/London", "LANG": "en_GB.UTF-8"}), place), place / "kept"


@pytest.mark.parametrize("name", SETTINGS)
def test_the_same_bytes_everywhere(name: str, plain: tuple[dict[str, bytes], Path], tmp_path: Path) -> None:
    expected, warm = plain
    made = build(SETTINGS[name], tmp_path / "else where", warm)
    assert made.keys() == expected.keys()
    assert [file for file in made if made[file] != expected[file]] == []


def test_the_manifest_tells_the_truth_and_names_every_file(plain: tuple[dict[str, bytes], Path]) -> None:
    files, _ = plain
    sets = {name.split("/")[0] for name in files}
    assert len(sets) == len(RECORDS)
    for set_ in sets:
        manifest = json.loads(files[f"{set_}/{MANIFEST}"])
        told = {row["file"]: row["sha256"] for row in (*manifest["copies"], *manifest["files"])}
        held = {
            name.removeprefix(f"{set_}/"): hashlib.sha256(data).hexdigest()
            for name, data in files.items()
            if name.startswith(f"{set_}/")
        }
        del held[str(MANIFEST)]
        assert told == held


def test_nothing_of_the_computer_or_the_moment_is_in_a_file(plain: tuple[dict[str, bytes], Path]) -> None:
    files, cache = plain
    for name, data in files.items():
        for told in (str(cache.parent), str(ROOT), os.path.expanduser("~")):
            assert told.encode() not in data, name


# verify


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain: tuple[dict[str, bytes], Path]) -> tuple[Path, Path]:
    """A record beside its folder, as built; `verify` is asked in this process."""
    monkeypatch.setenv("CPDOCS_CACHE", str(plain[1]))
    record = tmp_path / "case/record.yaml"
    shutil.copytree(RECORDS[1].parent, record.parent)
    (record.parent / RECORDS[1].name).rename(record)
    assert main(["build", str(record), "--out", str(tmp_path / "out"), "--date", DAY]) in (0, 1)
    (folder,) = [path for path in (tmp_path / "out").iterdir() if path.is_dir()]
    return record, folder


Said = Callable[..., tuple[int, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    def run(*arguments: object) -> tuple[int, str]:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        return code, capsys.readouterr().out

    return run


def test_what_was_made_is_made_again_today(made: tuple[Path, Path], said: Said) -> None:
    record, folder = made
    code, text = said("verify", folder, "--record", record)
    lines = text.splitlines()
    assert code == 0, text
    assert len(lines) == len(files_of(folder))  # the manifest isn't told, the sum is
    assert all(line.endswith(": as made; today: same") for line in lines[:-1])


def test_a_changed_a_missing_and_an_extra_file_are_named(made: tuple[Path, Path], said: Said) -> None:
    _, folder = made
    changed, missing = sorted(name for name in files_of(folder) if name.endswith(".docx"))[:2]
    data = bytearray((folder / changed).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / changed).write_bytes(data)
    (folder / missing).unlink()
    (folder / "for/stray.docx").write_bytes(b"of another case")
    code, text = said("verify", folder)
    assert code == 1
    odd = [line for line in text.splitlines()[:-1] if not line.endswith(": as made")]
    assert odd == sorted([f"{changed}: changed", f"{missing}: missing", "for/stray.docx: extra"])


def test_every_single_byte_counts(made: tuple[Path, Path], said: Said) -> None:
    """First, last and some between, of a document and of the calendar."""
    _, folder = made
    for name in ("chair/deadlines.ics", next(name for name in sorted(files_of(folder)) if name.endswith(".docx"))):
        whole = (folder / name).read_bytes()
        for at in (0, 1, len(whole) // 3, len(whole) - 1):
            (folder / name).write_bytes(whole[:at] + bytes([whole[at] ^ 0x80]) + whole[at + 1 :])
            code, text = said("verify", folder)
            assert code == 1
            assert f"{name}: changed" in text.splitlines()
        (folder / name).write_bytes(whole)
    assert said("verify", folder)[0] == 0


def test_what_today_would_give_otherwise_is_named(made: tuple[Path, Path], said: Said) -> None:
    record, folder = made
    text = record.read_text(encoding="utf-8")
    place = next(line for line in text.splitlines() if line.strip().startswith("place:"))
    record.write_text(text.replace(place, f"{place.split(':')[0]}: The new hall"), encoding="utf-8")
    code, told = said("verify", folder, "--record", record)
    assert code == 1
    different = [line.split(":")[0] for line in told.splitlines() if line.endswith("today: different")]
    assert different
    assert all("as made" in line for line in told.splitlines()[:-1])  # nobody touched the folder
    for name in different:  # and the others don't hold what was changed
        assert (folder / name).is_file()
    assert f"Today {len(different)} of them would be different." in told


def test_the_data_have_one_hash_wherever_paths_are_sorted_without_regard_to_capitals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = Library().version

    def windows(first: Path, second: Path) -> bool:
        return str(first).casefold() < str(second).casefold()

    monkeypatch.setattr(Path, "__lt__", windows)
    assert sorted([Path("B"), Path("a")]) == [Path("a"), Path("B")]
    assert Library().version == here
