"""Damaged files, small machines, odd surroundings: an answer in plain words, never a traceback, nothing left over."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from cpdocs import bundle, cli, factory, parts
from tests import bounds, features

ROOT = Path(__file__).parent.parent
REVIEW = ROOT / "schemas/kent-medway/samples/review.yaml"
LETTER = ROOT / "templates/parent-letter/standard.docx"
DAY = "2041-03-07"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path_factory.getbasetemp() / "kept"
    monkeypatch.setenv("CPDOCS_CACHE", str(place))
    monkeypatch.delenv("CPDOCS_COUNCIL", raising=False)
    return place


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """A command as if it were typed; a fault of our own fails the test."""

    def typed(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.main([str(word) for word in words])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert "a fault of its own" not in out + err, (words, out, err)
        return code, out, err

    return typed


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The same with one to four things that happen to files: cut, doubled, moved, overwritten, slipped."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) or 1)
        to = min(len(data), at + chance.choice((1, 1, 2, 8, 60, 700)))
        odd = chance.choice(
            (b"", b"\t", b"\x00", b"\xff\xfe", b":", b"- ", b"{", b"[", b"&a ", b"*a ", b"!!python/name:os ", b"<<: ",
             b"'", b'"', b"\r", b"%", b"\xe2\x80\xae", b"\n---\n", b"#", b"PK\x05\x06", b"{{", b"|\n", b"? ")
        )  # fmt: skip
        data = chance.choice(
            (
                data[:at] + data[to:],
                data[:at] + odd + data[at:],
                data[:at] + odd + data[to:],
                data[:to] + data[at:],
                data[:at] + bytes(reversed(data[at:to])) + data[to:],
            )
        )
    return data


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_record_is_told_in_plain_words_little_time_and_memory(seed: int, tmp_path: Path) -> None:
    chance, whole = random.Random(seed), REVIEW.read_bytes()
    records = [tmp_path / f"{number}.yaml" for number in range(25)]
    for record in records:
        record.write_bytes(damaged(whole, chance))
    found = bounds.within(bounds.costs(["check"], records, "--date", DAY))
    assert {cost.code for cost in found} <= {cli.CLEAN, cli.FINDINGS, cli.CANT_RUN}
    assert all(cost.said for cost in found)
    assert len(found) == 25


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_record_is_built_or_refused(seed: int, tmp_path: Path, run: Run) -> None:
    chance, whole, record = random.Random(seed + 100), REVIEW.read_bytes(), tmp_path / "record.yaml"
    for number in range(5):
        record.write_bytes(damaged(whole, chance))
        code, _, _ = run("build", record, "--out", tmp_path / f"out{number}", "--date", DAY)
        made = list((tmp_path / f"out{number}").glob("*")) if (tmp_path / f"out{number}").exists() else []
        assert code in (cli.CLEAN, cli.FINDINGS, cli.CANT_RUN, cli.NOTHING_ISSUED)
        assert bool(made) == (code in (cli.CLEAN, cli.FINDINGS))


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_word_file_is_told_in_plain_words_little_time_and_memory(seed: int, tmp_path: Path) -> None:
    chance, whole = random.Random(seed), LETTER.read_bytes()
    files = [tmp_path / f"{number}.docx" for number in range(25)]
    for file in files:
        file.write_bytes(damaged(whole, chance))
    found = bounds.within(bounds.costs(["template", "check"], files))
    assert len(found) == 25
    assert sum(cost.code != cli.CLEAN for cost in found) > 12


def test_the_costs_are_seen(tmp_path: Path) -> None:
    first, second = bounds.costs(["check"], [REVIEW, tmp_path / "none.yaml"], "--date", DAY)
    assert (first.code, second.code) == (cli.CLEAN, cli.CANT_RUN)
    assert 0 < second.seconds < first.seconds
    assert 15 < first.megabytes <= second.megabytes
    for dear in (first._replace(seconds=bounds.SECONDS), first._replace(megabytes=bounds.MEGABYTES)):
        with pytest.raises(AssertionError, match="review"):
            bounds.within([dear])


def review(**put: str) -> str:
    """The review's record with more at the beginning of a list, or a list of its own at the end."""
    text = REVIEW.read_text("utf-8")
    for key, more in put.items():
        head = f"\n{key}:\n"
        text = text.replace(head, head + more, 1) if head in text else text + head + more
    return text


AS_LONG = 390_000
RECORDS = {
    "many people": lambda: "procedure: kent-medway\npeople:\n"
    + "".join(f"- {{id: p{number}, name: N{number}}}\n" for number in range(7_900)),
    "people that are nothing": lambda: "procedure: kent-medway\npeople:\n" + "- {}\n" * 39_000,
    "people in a record": lambda: review(
        people="".join(f"  - {{id: p{number}, role: parent, name: N{number}}}\n" for number in range(2_000))
    ),
    "one person came again and again": lambda: review(attended="  - {person: mother}\n" * 4_000),
    "references to no one": lambda: review(
        discussion="".join(f"  - {{item: i{n}, text: {{text: x, about: [p{n}]}}}}\n" for n in range(4_000))
    ),
    "keys": lambda: "".join(f"k{number}: x\n" for number in range(39_000)),
    "one key again and again": lambda: "kind: review\n" * 29_000,
    "unseen characters": lambda: "a: " + "\x07" * AS_LONG,
    "brackets": lambda: "a: " + "[" * AS_LONG,
    "a word": lambda: REVIEW.read_text("utf-8").replace("purpose: ", "purpose: " + "x" * 300_000, 1),
    "lines of tabs": lambda: "\ta: b\n" * 60_000,
    "values that are cut off": lambda: "".join(f"y{number}: b #1\n" for number in range(25_000)),
    "numbers": lambda: REVIEW.read_text("utf-8").replace("2041", "9" * 5_000),
}
"""Records that cost by the square of their length, or by their depth, where a reader isn't made for them."""


def test_no_record_costs_more_than_a_long_one(tmp_path: Path) -> None:
    for name, make in RECORDS.items():
        (tmp_path / f"{name}.yaml").write_text(make(), "utf-8")
    found = bounds.within(bounds.costs(["check"], sorted(tmp_path.iterdir()), "--date", DAY))
    assert len(found) == len(RECORDS)
    for cost in found:
        assert cost.code == cli.FINDINGS, cost
        assert len(cost.said.splitlines()) < 2_000, cost.file


def line(text: str) -> str:
    return features.paragraph(text)


def table(inside: str) -> str:
    grid = '<w:tblPr/><w:tblGrid><w:gridCol w:w="100"/></w:tblGrid>'
    return f"<w:tbl>{grid}<w:tr><w:tc><w:tcPr/>{inside}<w:p/></w:tc></w:tr></w:tbl>"


def nested(times: int, inside: str) -> str:
    for _ in range(times):
        inside = table(inside)
    return inside


def part(name: str, inside: str) -> bytes:
    root = name.split("/")[1].split(".")[0]
    data = f"<w:{root} {features.SPACES}>{inside}</w:{root}>".encode()
    return parts.write({**parts.read(features.docx("x")), name: data})


TEMPLATES = {
    "as many tags as there may be": lambda: features.package(line("{{ copy.for_name }}") * 4_900),
    "more tags": lambda: features.package(line("{{ copy.for_name }}") * 25_000),
    "names that there aren't": lambda: features.package("".join(line(f"{{{{ copy.nam{n} }}}}") for n in range(4_900))),
    "tags cut up": lambda: features.package(
        ("<w:p>" + "<w:r><w:t>{{ no</w:t></w:r><w:r><w:t>thing }}</w:t></w:r>" * 900 + "</w:p>") * 5
    ),
    "loops in loops": lambda: features.package("".join(line(f"{{%p for x{n} in children %}}") for n in range(4_900))),
    "one condition": lambda: features.package(
        line("{%p if copy.draft %}") + (line("x") + line("{%p elif copy.draft %}")) * 4_500 + line("{%p endif %}")
    ),
    "a long name": lambda: features.package("".join(line("{{ a" + f".a{n}" * 2_500 + " }}") for n in range(90))),
    "a long condition": lambda: features.package(line("{%p if " + " and ".join(["copy.draft"] * 1_500) + " %}") * 90),
    "changes in one paragraph": lambda: features.package("<w:p>" + "<w:ins/>" * 36_000 + "</w:p>"),
    "changes at the end": lambda: features.package("<w:p/>" * 36_000 + "<w:p><w:ins/></w:p>" * 120),
    "wrappers": lambda: features.package(
        "<w:p>" + "<w:smartTag><w:r><w:t>x</w:t></w:r></w:smartTag>" * 9_000 + "</w:p>"
    ),
    "bookmarks": lambda: features.package("<w:p>" + '<w:bookmarkStart w:id="1"/>beside' * 30_000 + "</w:p>"),
    "tables in tables": lambda: features.package(nested(60, line("x") * 9_000)),
    "paragraphs in paragraphs": lambda: features.package("<w:p>" * 200 + "<w:r/>" * 30_000 + "</w:p>" * 200),
    "runs": lambda: features.package("<w:p>" + "<w:r/>" * 100_000 + "</w:p>"),
    "rows": lambda: features.package(table(line("x")) * 8_000),
    "attributes": lambda: features.package("<w:p " + " ".join(f'w:a{n}="x"' for n in range(60_000)) + "/>"),
    "tags in attributes": lambda: features.package('<w:p w:x="{{"/>' * 19_000),
    "the look of a run": lambda: features.package(
        f'<w:p><w:r><w:rPr><w:b w:x="{"".join(random.Random(1).choices("0123456789", k=600_000))}"/></w:rPr><w:t>'
        + "{{ nothing }}" * 900 + "</w:t></w:r></w:p>"
    ),
    "text": lambda: features.package("".join(line(f"{n} {{{{ nothing }}}} " * 700) for n in range(130))),
    "headers": lambda: features.package(line("x"), [("header", "default", "{{ nope }}")] * 150),
    "a title": lambda: features.package(line("x"), title="{{ nothing }}" * 50_000),
    "styles that there aren't": lambda: features.package(
        "".join(f'<w:p><w:pPr><w:pStyle w:val="s{n}"/></w:pPr></w:p>' for n in range(12_000))
    ),
    "words of another program": lambda: features.package(
        '<w:p><x:y xmlns:x="urn:other"><w:r><w:t>x</w:t></w:r></x:y></w:p>' * 9_000
    ),
    "styles": lambda: part("word/styles.xml", "".join(f'<w:style w:styleId="s{n}"/>' for n in range(60_000))),
}  # fmt: skip
"""Word files that cost by the square of their length where a reader isn't made for them."""


def test_no_word_file_costs_more_than_a_long_one(tmp_path: Path) -> None:
    for name, make in TEMPLATES.items():
        (tmp_path / f"{name}.docx").write_bytes(make())
    found = bounds.within(bounds.costs(["template", "check"], sorted(tmp_path.iterdir())))
    assert len(found) == len(TEMPLATES)
    good = {"as many tags as there may be", "tags cut up", "one condition", "wrappers", "bookmarks", "styles"}
    assert {Path(cost.file).stem for cost in found if cost.code == cli.CLEAN} == good
    assert all(len(cost.said.splitlines()) < 120 for cost in found)


def test_a_file_without_end_is_refused_in_little_memory(tmp_path: Path) -> None:
    zeros = tmp_path / "zeros.docx"
    with zeros.open("wb") as file:
        file.truncate(3_000_000_000)  # no disk holds it, and no memory should
    endless = [zeros] + [path for path in (Path("/dev/zero"),) if path.exists()]
    found = bounds.within(bounds.costs(["template", "check"], endless))
    assert all("larger than 30 MB" in cost.said for cost in found)
    (cost,) = bounds.within(bounds.costs(["compare"], [zeros], str(zeros)))
    assert cost.code == cli.CANT_RUN


@pytest.mark.parametrize(
    "manifest",
    [
        "", "[]", "{}", "[" * 100_000, '{"date": 1}', '{"date": "2041-03-07", "versions": 1}',
        '{"copies": [1], "files": []}', '{"copies": [{"file": 1}], "files": []}',
    ],
)  # fmt: skip
def test_a_damaged_manifest_is_told_in_plain_words(manifest: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "chair").mkdir()
    (tmp_path / "chair/manifest.json").write_text(manifest, "utf-8")
    assert run("verify", tmp_path)[0] == cli.CANT_RUN
    code, _, err = run("verify", tmp_path, "--record", REVIEW)
    assert code == cli.CANT_RUN
    assert "no manifest that can be read" in err


@pytest.mark.parametrize("seed", range(2))
def test_a_damaged_translation_is_told_in_plain_words(seed: int, tmp_path: Path, run: Run) -> None:
    chance, record, back = random.Random(seed), tmp_path / "record.yaml", tmp_path / "back"
    record.write_bytes((ROOT / "samples/three-languages/record.yaml").read_bytes())
    assert run("translation", "pack", record, "--for", "mother", "--out", tmp_path)[0] == cli.CLEAN
    (word,) = tmp_path.glob("record.mother.*.docx")
    whole = parts.read(word.read_bytes())
    body = "word/document.xml"
    catalogue = word.with_suffix(".po").read_bytes()
    files = [
        parts.write({name: data for name, data in whole.items() if name != body}),
        catalogue.replace(b'"POT-Creation-Date: 2', b'"POT-Creation-Date: x2'),
        *(parts.write({**whole, body: damaged(whole[body], chance)}) for _ in range(8)),
        *(damaged(catalogue, chance) for _ in range(8)),
    ]
    for data in files:
        back.write_bytes(data)
        code, said, err = run("translation", "take", record, "--file", back, "--language", word.stem.split(".")[-1])
        assert code in (cli.CLEAN, cli.FINDINGS, cli.CANT_RUN)
        assert said + err
    back.write_bytes(files[0])
    assert "isn't a Word document" in run("translation", "take", record, "--file", back, "--language", "cy")[2]


# surroundings


def process(
    words: Sequence[object], folder: Path, *, limits: Sequence[tuple[int, int]] = (), **surroundings: Any
) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, with these limits of the system."""

    def narrow() -> None:
        for kind, most in limits:
            resource.setrlimit(kind, (most, most))

    (folder / "tmp").mkdir(exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp")}
    environment |= surroundings.pop("environment", {})
    done = subprocess.run(
        [sys.executable, "-m", "cpdocs", *map(str, words)],
        cwd=folder, env=environment, preexec_fn=narrow, capture_output=True, check=False, timeout=120, **surroundings,
    )  # fmt: skip
    assert not list((folder / "tmp").iterdir())
    return done


def clean_or_refused(done: subprocess.CompletedProcess[bytes], out: Path) -> bool:
    """Whether it worked; if not, it was said in plain words, and no set is there, whole or half."""
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    if done.returncode in (0, 1):
        return True
    assert done.stderr or done.stdout
    # a process that may open no folder can't empty one either: the next run does (bundle)
    assert not out.exists() or all(entry.name.startswith(".") for entry in out.iterdir())
    return False


@pytest.mark.parametrize("megabytes", [400, 200, 120, 80])
def test_with_little_memory_it_is_right_or_refused(megabytes: int, tmp_path: Path) -> None:
    limits = [(resource.RLIMIT_AS, megabytes * 1_000_000)]
    out = tmp_path / "out"
    clean_or_refused(process(["check", REVIEW, "--date", DAY], tmp_path, limits=limits), out)
    worked = clean_or_refused(process(["build", REVIEW, "--out", out, "--date", DAY], tmp_path, limits=limits), out)
    assert worked or megabytes < 400


@pytest.mark.parametrize("files", [64, 12, 6])
def test_with_few_open_files_it_is_right_or_refused(files: int, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = process(["build", REVIEW, "--out", out, "--date", DAY], tmp_path, limits=[(resource.RLIMIT_NOFILE, files)])
    assert clean_or_refused(done, out) or files < 64
    assert clean_or_refused(process(["build", REVIEW, "--out", out, "--date", DAY], tmp_path), out)
    assert not [entry for entry in out.iterdir() if entry.name.startswith(".")]


@pytest.mark.parametrize("language", ["C", "POSIX", "tr_TR.UTF-8", "xx_YY"])
def test_an_odd_locale_changes_nothing(language: str, tmp_path: Path) -> None:
    here = {"LC_ALL": language, "LANG": language, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    plain = process(["check", REVIEW, "--date", DAY], tmp_path)
    done = process(["check", REVIEW, "--date", DAY], tmp_path, environment=here)
    assert (done.returncode, done.stdout, done.stderr) == (plain.returncode, plain.stdout, plain.stderr)


def test_closed_input_and_output_are_no_fault(tmp_path: Path) -> None:
    shell = '"$0" -m cpdocs check "$1" --date 2041-03-07'
    for end in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-", "| true"):
        done = subprocess.run(
            ["sh", "-c", f"{shell} {end}", sys.executable, str(REVIEW)],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        assert b"Traceback" not in done.stderr, (end, done.stderr.decode())
        assert b"Exception" not in done.stderr, (end, done.stderr.decode())


def test_nothing_is_asked_of_a_network(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a network was asked for")

    for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refused)
    assert run("check", REVIEW, "--date", DAY)[0] == cli.CLEAN
    assert run("build", REVIEW, "--out", tmp_path / "out", "--date", DAY)[0] in (cli.CLEAN, cli.FINDINGS)
    assert run("locale", "preview", "x-rtl", "--out", tmp_path / "preview")[0] == cli.CLEAN


# the disk


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("file", [0, 5, 36])
def test_a_disk_that_refuses_leaves_the_earlier_set(
    code: int, file: int, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    run("build", REVIEW, "--out", out, "--date", DAY)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    write, count = bundle.write, iter(range(1000))

    def refusing(path: Path, data: bytes) -> None:
        if next(count) >= file:
            raise OSError(code, os.strerror(code), str(path))
        write(path, data)

    monkeypatch.setattr(bundle, "write", refusing)
    ended, said, complained = run("build", REVIEW, "--out", out, "--date", "2041-03-08")
    assert ended == cli.CANT_RUN
    assert said + complained
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_what_is_written_is_its_owners_only_and_nothing_stands_beside(tmp_path: Path) -> None:
    out = tmp_path / "out"
    record = tmp_path / "record.yaml"
    record.write_bytes(REVIEW.read_bytes())
    done = process(["build", record, "--out", out, "--date", DAY], tmp_path, umask=0)
    assert done.returncode in (0, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "record.yaml", "tmp"]
    for path in (out, *out.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_what_goes_to_a_translator_is_its_owners_only_too(tmp_path: Path) -> None:
    out = tmp_path / "out"
    record = tmp_path / "record.yaml"
    record.write_bytes((ROOT / "samples/three-languages/record.yaml").read_bytes())
    pack = ["translation", "pack", record, "--for", "child-a", "--out", out]
    take = ["translation", "take", record, "--file", out / "record.child-a.cy.po", "--language", "cy"]
    for words in (pack, take):
        done = process(words, tmp_path, umask=0)
        assert done.returncode in (0, 1), done.stderr
    written = [*out.iterdir(), tmp_path / "record.cy.po"]
    assert len(written) == 3
    assert out.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in written} == {0o600}


# many records


def test_a_fault_in_one_record_spares_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    records = []
    for name in ("a", "b", "c"):
        records.append(tmp_path / f"{name}.yaml")
        records[-1].write_text(REVIEW.read_text("utf-8").replace("KM-SAMPLE", f"KM-{name.upper()}"), "utf-8")
    from cpdocs import flow

    prepare = flow.prepare

    def faulty(path: Path, *rest: Any) -> Any:
        if path.name == "b.yaml":
            raise ZeroDivisionError("Tamsin Quillby")
        return prepare(path, *rest)

    monkeypatch.setattr(flow, "prepare", faulty)
    assert cli.main(["build", *map(str, records), "--out", str(tmp_path / "out"), "--date", DAY, "--jobs", "1"]) == 2
    said = "".join(capsys.readouterr())
    assert "b.yaml: cpdocs met a fault of its own (builtins.ZeroDivisionError)" in said
    assert "Tamsin" not in said
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_a_worker_that_the_system_stops_is_told(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(factory, "build", stopped)
    code, _, err = run("build", REVIEW, REVIEW, "--out", tmp_path / "out", "--date", DAY, "--jobs", "2")
    assert code == cli.CANT_RUN
    assert "stopped one of the workers" in err
    assert "--jobs 1" in err


def stopped(job: factory.Job) -> factory.Done:
    """A worker's end when memory runs out."""
    os._exit(9)


def test_workers_end_with_the_run_that_started_them(tmp_path: Path) -> None:
    records = []
    for number in range(60):
        records.append(tmp_path / f"{number}.yaml")
        records[-1].write_text(REVIEW.read_text("utf-8").replace("KM-SAMPLE", f"KM-{number}"), "utf-8")
    words = ["build", *map(str, records), "--out", str(tmp_path / "out"), "--date", DAY, "--jobs", "2"]
    command = [sys.executable, "-u", "-m", "cpdocs", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for asked in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        pipe = subprocess.PIPE
        run = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=pipe, stderr=pipe, start_new_session=True
        )  # fmt: skip
        try:
            assert run.stdout is not None
            assert run.stdout.readline()
            (os.killpg if asked == signal.SIGINT else os.kill)(run.pid, asked)
            # whoever still lives holds the other end: this would wait for them
            _, err = run.communicate(timeout=30)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGKILL)
        assert b"Traceback" not in err
        # whoever started the tests may ignore a hang-up (nohup does), and a program inherits that
        heeded = asked != signal.SIGKILL and signal.getsignal(asked) != signal.SIG_IGN
        assert err == b"cpdocs: Stopped. Nothing was half-written.\n" or not heeded
