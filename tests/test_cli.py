"""The command as it is typed: exit codes, what is said, and what is never done."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cpdocs import cli, parts
from cpdocs.library import Library
from cpdocs.reference import commands

ROOT = Path(__file__).parent.parent
REVIEW = ROOT / "schemas/kent-medway/samples/review.yaml"
SHORT = ROOT / "schemas/kent-medway/samples/ending-without-conference.yaml"
DAY = "2041-03-07"
PARSER = cli.build_parser()
GUIDES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md"), *ROOT.glob("*/*/README.md")]
    if path.name != "requirements.md"
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is kept for these tests only; and no council's folder of this computer's user is met."""
    monkeypatch.setenv("CPDOCS_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.delenv("CPDOCS_COUNCIL", raising=False)


class Run:
    """Runs a command as if it were typed: its exit code, what it printed, and what it complained of."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *words: object) -> tuple[int, str, str]:
        try:
            code = cli.main([str(word) for word in words])
        except SystemExit as stopped:
            code = int(str(stopped.code))
        out, err = self.capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(capsys)


def changed(path: Path, folder: Path, *changes: tuple[str, str]) -> Path:
    """A copy of a sample with some of its lines changed."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    copy = folder / "record.yaml"
    copy.write_text(text, encoding="utf-8")
    return copy


def built(run: Run, record: Path, out: Path, *more: str) -> Path:
    code, said, _ = run("build", record, "--out", out, "--date", DAY, *more)
    assert code in (cli.CLEAN, cli.FINDINGS), said
    (folder,) = out.iterdir()
    return folder


# ------------------------------------------------------------------------------------------------- check


def test_a_clean_record_is_nothing_found_and_exit_0(run: Run) -> None:
    assert run("check", REVIEW, "--date", DAY) == (0, "Nothing found.\n", "")


def test_findings_are_exit_1_and_stand_at_their_line(run: Run, tmp_path: Path) -> None:
    record = changed(REVIEW, tmp_path, ("  chair: ", "  chiar: "))
    code, out, err = run("check", record, "--date", DAY)
    assert (code, err) == (1, "")
    assert "Did you mean" in out
    line = next(n for n, text in enumerate(record.read_text(encoding="utf-8").splitlines(), 1) if "chiar" in text)
    assert f"{record}:{line}:" in out


def test_all_records_are_checked_and_told_together(run: Run, tmp_path: Path) -> None:
    record = changed(REVIEW, tmp_path, ("kind: review", "kind: reveiw"))
    code, out, _ = run("check", REVIEW, record, "--date", DAY)
    assert code == 1
    assert str(record) in out
    assert str(REVIEW) not in out


def test_a_record_that_is_not_there_can_not_run(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("check", tmp_path / "record.yaml")
    assert code == 2
    assert "There is no file of this name here." in out


@pytest.mark.parametrize("text", ["", "a: [b", "- a\n- b\n", "\x00", "procedure: nowhere\n", "kind:\n"])
def test_a_file_that_is_no_record_is_told_and_never_a_traceback(run: Run, tmp_path: Path, text: str) -> None:
    record = tmp_path / "record.yaml"
    record.write_text(text, encoding="utf-8")
    code, out, err = run("check", record)
    assert (code, err) == (1, "")
    assert "record.yaml:1:" in out


def test_json_findings_have_exactly_these_keys(run: Run, tmp_path: Path) -> None:
    answer = "acknowledgements:\n  - {rule: KM-FRQ-02, who: chair, date: 2041-03-06, reason: Snow closed the roads.}\n"
    record = changed(REVIEW, tmp_path, ("  chair: ", "  chiar: "))
    late = r"(?m)^(previous_conferences:\n(?:.*\n)*?.*date: )[0-9-]+"
    text = re.sub(late, r"\g<1>2040-09-05", record.read_text(encoding="utf-8"))
    record.write_text(text + answer, encoding="utf-8")
    code, out, _ = run("check", record, "--format", "json", "--date", DAY)
    found = json.loads(out)
    assert code == 1
    for finding in found:
        assert list(finding) == [
            "rule", "severity", "kind", "message", "file", "line", "column", "path", "cite", "help", "acknowledged",
        ]  # fmt: skip
        assert finding["severity"] in ("error", "warning", "advice")
        assert finding["kind"] in ("gap", "breach", "fault", "disclosure")
        assert finding["line"] >= 1
        assert finding["column"] >= 1
    told = [finding["acknowledged"] for finding in found if finding["rule"] == "KM-FRQ-02"]
    assert told
    assert told[0] == {"by": told[0]["by"], "date": "2041-03-06", "reason": "Snow closed the roads."}
    assert any(finding["acknowledged"] is None for finding in found)


def test_clean_json_is_an_empty_list(run: Run) -> None:
    assert run("check", REVIEW, "--format", "json", "--date", DAY) == (0, "[]\n", "")


def names_in(record: Path) -> set[str]:
    text = record.read_text(encoding="utf-8")
    whole = re.findall(r"name: ([A-Z][\w'’]+ [A-Z][\w'’]+)", text)
    assert len(whole) > 5
    return {part for name in whole for part in name.split()} - {"The"}


@pytest.mark.parametrize("format", ["text", "json"])
def test_a_masked_report_has_no_name_and_no_quoted_text(run: Run, tmp_path: Path, format: str) -> None:
    names = names_in(REVIEW)
    record = changed(REVIEW, tmp_path, ("    reasons: ", "    raesons: "), ("suffering: ", "sufering: "))
    record.write_text(re.sub(r"(?m)^attended:\n(  .*\n)*", "", record.read_text("utf-8")), encoding="utf-8")
    code, out, _ = run("check", record, "--mask", "--format", format, "--date", DAY)
    assert code == 1
    assert not {name for name in names if re.search(rf"\b{re.escape(name)}\b", out)}
    assert " | " not in out


# ------------------------------------------------------------------------------- distribution and build


def test_the_distribution_says_who_gets_what_and_how_the_day_was_counted(run: Run) -> None:
    code, out, _ = run("distribution", REVIEW, "--date", DAY)
    assert code == 0
    assert "Minutes" in out
    assert "+ 10 working days" in out
    code, out, _ = run("distribution", REVIEW, "--date", DAY, "--format", "json")
    assert code == 0
    assert json.loads(out)
    code, out, _ = run("distribution", REVIEW, "--date", DAY, "--why", "mother")
    assert code == 0
    assert "mother" in out


def test_a_distribution_of_what_can_not_be_read_says_why(run: Run, tmp_path: Path) -> None:
    record = tmp_path / "record.yaml"
    record.write_text("a: [b", encoding="utf-8")
    code, out, _ = run("distribution", record)
    assert code == 2
    assert "isn't closed" in out


def test_build_makes_a_folder_of_copies_for_readers_and_for_the_chair(run: Run, tmp_path: Path) -> None:
    folder = built(run, SHORT, tmp_path / "out")
    assert {path.name for path in folder.iterdir()} == {"for", "chair"}
    manifest = json.loads((folder / "chair/manifest.json").read_text(encoding="utf-8"))
    for copy in manifest["copies"]:
        assert {
            "document", "recipient", "locale", "format", "due", "clause", "file", "sha256", "draft",
        } <= set(copy)  # fmt: skip
        assert (folder / copy["file"]).is_file()
    assert (folder / "chair/deadlines.ics").is_file()


def test_nothing_that_could_be_issued_is_exit_3_and_makes_no_folder(run: Run, tmp_path: Path) -> None:
    record = tmp_path / "record.yaml"
    record.write_text("procedure: kent-medway\nkind: review\nreference: KM-1\n", encoding="utf-8")
    code, out, _ = run("build", record, "--out", tmp_path / "out", "--date", DAY, "--final")
    assert code == 3
    assert "Nothing could be issued." in out
    assert not list(tmp_path.glob("out/*"))


def test_some_copies_that_wait_are_exit_1_and_say_for_what_and_whom(run: Run, tmp_path: Path) -> None:
    record = tmp_path / "record.yaml"
    text = REVIEW.read_text(encoding="utf-8")
    record.write_text(re.sub(r"(?m)^letters_approved:.*\n(  .*\n)*", "", text), encoding="utf-8")
    assert record.read_text(encoding="utf-8") != text
    code, out, _ = run("build", record, "--out", tmp_path / "out", "--date", DAY, "--final")
    assert code == 1
    assert "waits: " in out
    assert "the chair's approval of the letters (the chair)" in out


def test_a_record_that_can_not_be_read_makes_nothing_and_keeps_the_earlier_set(run: Run, tmp_path: Path) -> None:
    folder = built(run, SHORT, tmp_path / "out")
    before = sorted(folder.rglob("*"))
    record = tmp_path / "record.yaml"
    record.write_text("a: [b", encoding="utf-8")
    code, out, _ = run("build", record, "--out", tmp_path / "out", "--date", DAY)
    assert code == 2
    assert "No documents were made" in out
    assert sorted(folder.rglob("*")) == before


def test_build_into_a_file_is_told_in_plain_words(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x", encoding="utf-8")
    code, out, err = run("build", SHORT, "--out", tmp_path / "out", "--date", DAY)
    assert code == 2
    assert str(tmp_path / "out") in out + err


# ----------------------------------------------------------------------------------- the other commands


@pytest.mark.parametrize("procedure", Library(root=ROOT).procedures())
def test_a_new_record_is_written_and_checked(run: Run, tmp_path: Path, procedure: str) -> None:
    record = tmp_path / "record.yaml"
    code, out, _ = run("new", procedure, "review", "--out", record)
    assert code == 0
    assert f"cpdocs check {record}" in out
    assert (tmp_path / "record.schema.json").is_file()
    code, out, _ = run("check", record, "--date", DAY)
    assert code == 1
    assert "SCH-KEY" not in out
    before = record.read_text(encoding="utf-8")
    code, _, err = run("new", procedure, "review", "--out", record)
    assert code == 2
    assert "is there already" in err
    assert record.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("procedure", Library(root=ROOT).procedures())
def test_a_record_is_of_a_kind_that_its_procedure_has_a_sample_of(run: Run, tmp_path: Path, procedure: str) -> None:
    known = {path.stem for path in ROOT.glob(f"schemas/{procedure}/samples/*.yaml")}
    for kind in Library(root=ROOT).record_schema["properties"]["kind"]["enum"]:
        record = tmp_path / f"{kind}.yaml"
        assert run("new", procedure, kind, "--out", record)[0] == (0 if kind in known else 2)
        assert record.exists() == (kind in known)
        record.write_text(f"procedure: {procedure}\nkind: {kind}\nreference: CP-1\n", "utf-8")
        rules = {finding["rule"] for finding in json.loads(run("check", record, "--format", "json")[1])}
        assert ("REF-08" in rules) == (kind not in known)
        assert rules == {"REF-08"} or kind in known


@pytest.mark.parametrize(("procedure", "kind", "told"), [("kent", "review", "kent-medway"), ("wales", "rev", "review")])
def test_what_can_not_be_new_is_told_with_what_can(
    run: Run, tmp_path: Path, procedure: str, kind: str, told: str
) -> None:
    code, _, err = run("new", procedure, kind, "--out", tmp_path / "record.yaml")
    assert code == 2
    assert told in err
    assert not (tmp_path / "record.yaml").exists()


def test_explain_tells_and_guesses(run: Run) -> None:
    code, out, _ = run("explain", "km-frq-01")
    assert code == 0
    assert "KM-FRQ-01" in out
    code, out, err = run("explain", "KM-FRQ-0")
    assert (code, out) == (2, "")
    assert "Did you mean `KM-FRQ-" in err


def test_compare_shows_how_two_copies_differ(run: Run, tmp_path: Path) -> None:
    folder = built(run, SHORT, tmp_path / "out")
    one, other = folder / "chair/distribution-sheet.docx", folder / "chair/findings-report.docx"
    assert run("compare", one, one)[0] == 0
    code, out, _ = run("compare", one, other)
    assert code == 1
    assert "\n+" in out
    code, _, err = run("compare", one, folder / "chair/manifest.json")
    assert code == 2
    assert "isn't a Word file" in err
    files = parts.read(one.read_bytes())
    for xml in (b"<w:doc", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", b"<x>" * 9_000 + b"</x>" * 9_000):
        (tmp_path / "odd.docx").write_bytes(parts.write({**files, "word/document.xml": xml}))
        code, _, err = run("compare", one, tmp_path / "odd.docx")
        assert "fault" not in err
        assert code == (1 if xml.startswith(b"<x>") else 2)
    steering = files["word/document.xml"].replace(b"</w:t>", "\x9b2J\u202e</w:t>".encode())
    (tmp_path / "odd.docx").write_bytes(parts.write({**files, "word/document.xml": steering}))
    assert not set("\x9b\u202e") & set(run("compare", one, tmp_path / "odd.docx")[1])
    code, _, err = run("compare", one, tmp_path / "none.docx")
    assert code == 2
    assert "There is no file" in err


def test_verify_says_whether_a_set_is_as_it_was_made(run: Run, tmp_path: Path) -> None:
    folder = built(run, SHORT, tmp_path / "out")
    code, out, _ = run("verify", folder)
    assert code == 0, out
    assert run("verify", folder, "--record", SHORT)[0] == 0
    (folder / "chair/deadlines.ics").write_text("changed", encoding="utf-8")
    assert run("verify", folder)[0] == 1
    code, _, err = run("verify", tmp_path / "nowhere")
    assert code == 2
    assert err.startswith("cpdocs: ")


def test_what_is_wrong_with_the_house_file_is_told_once(run: Run, tmp_path: Path) -> None:
    council = tmp_path / "council"
    (council / "templates").mkdir(parents=True)
    files = parts.read((ROOT / "templates/house.docx").read_bytes())
    for name in [name for name in files if name.startswith("word/footer")]:
        files[name] = files[name].replace(b"copy.for_name", b"copy.reference")
    (council / "templates/house.docx").write_bytes(parts.write(files))
    code, out, _ = run("template", "check", "--council", council)
    assert code == 1
    assert [line for line in out.splitlines() if "whose copy it is" in line] == [
        f"the house file: The head and foot of {page} don't say whose copy it is."
        " Copy them from the house.docx that cpdocs brings along."
        for page in ("its pages", "the first page")
    ]


def test_template_check_reads_the_templates_it_is_given(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("template", "check", ROOT / "templates/minutes/standard.docx")
    assert (code, "nothing to mend" in out) == (0, True)
    (tmp_path / "bad.docx").write_bytes(b"no Word file")
    code, out, _ = run("template", "check", tmp_path / "bad.docx")
    assert code == 1
    assert f"{tmp_path / 'bad.docx'}: " in out


def test_reference_writes_its_pages_and_says_when_they_are_not_fresh(run: Run, tmp_path: Path) -> None:
    out_folder = tmp_path / "pages"
    assert run("reference", "--out", out_folder, "--check")[0] == 1
    assert not out_folder.exists()
    assert run("reference", "--out", out_folder)[0] == 0
    assert run("reference", "--out", out_folder, "--check")[0] == 0
    (out_folder / "limits.md").write_text("<!-- Made", encoding="utf-8")
    code, out, _ = run("reference", "--out", out_folder, "--check")
    assert code == 1
    assert "limits.md: not fresh" in out
    code, _, err = run("reference", "--out", out_folder)
    assert code == 2
    assert "wasn't made by cpdocs" in err


# ------------------------------------------------------------------------------------ what goes wrong


def test_a_misspelt_command_says_which_was_meant(run: Run) -> None:
    code, out, err = run("chekc", REVIEW)
    assert (code, out) == (2, "")
    assert "Did you mean `check`?" in err
    assert "--help" in err


@pytest.mark.parametrize("words", [[], ["check"], ["build", "x.yaml"], ["check", "x.yaml", "--date", "1/2/2041"]])
def test_a_command_without_what_it_needs_says_so(run: Run, words: list[str]) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err.startswith("cpdocs: ")


def test_a_record_that_is_not_judged_yet_says_so(run: Run, tmp_path: Path) -> None:
    """`1 error.` alone reads as if there were one."""
    record = tmp_path / "record.yaml"
    record.write_text(REVIEW.read_text(encoding="utf-8").replace("kind: review", "kind: re: view", 1), encoding="utf-8")
    assert "once it can be read" in run("check", record)[1]
    assert "once it can be read" not in run("check", REVIEW)[1]
    json.loads(run("check", record, "--format", "json")[1])


def test_several_records_may_be_named_by_a_star(run: Run, tmp_path: Path) -> None:
    """The shells of Windows leave it to the program."""
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text("kind: review\n", encoding="utf-8")
    code, out, _ = run("check", tmp_path / "*.yaml", "--format", "json")
    assert code == 1
    assert {Path(one["file"]).name for one in json.loads(out)} == {"one.yaml", "two.yaml"}
    assert run("check", tmp_path / "*.yml")[0] == 2


def test_a_councils_folder_that_is_not_there_is_told(run: Run, tmp_path: Path) -> None:
    code, _, err = run("check", REVIEW, "--council", tmp_path / "none")
    assert code == 2
    assert "isn't there" in err


def test_the_councils_folder_is_found_beside_the_record(run: Run, tmp_path: Path) -> None:
    record = tmp_path / "record.yaml"
    shutil.copy(REVIEW, record)
    (tmp_path / "cpdocs.toml").write_text('council = "nowhere"\n', encoding="utf-8")
    code, _, err = run("check", record)
    assert (code, "isn't there" in err) == (2, True)
    (tmp_path / "cpdocs.toml").write_text("counsil = 'own'\n", encoding="utf-8")
    assert "names no council's folder" in run("check", record)[2]
    (tmp_path / "cpdocs.toml").write_text("council = [", encoding="utf-8")
    code, _, err = run("check", record)
    assert (code, "cpdocs.toml" in err) == (2, True)
    council = tmp_path / "own/schemas/kent-medway"
    council.mkdir(parents=True)
    (council / "rules.yaml").write_text("- {id: KM-END-12x, title: \n", encoding="utf-8")
    (tmp_path / "cpdocs.toml").write_text('council = "own"\n', encoding="utf-8")
    code, _, err = run("check", record)
    assert (code, "rules.yaml, line" in err) == (2, True)


def test_a_fault_of_our_own_is_told_without_a_name_or_a_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("Rhea Hollis lives at 4 Harbour Street")

    monkeypatch.setattr("cpdocs.flow.prepare", fails)
    code, out, err = run("check", REVIEW)
    assert (code, out) == (2, "")
    assert "a fault of its own (builtins.RuntimeError)" in err
    assert "Rhea" not in err


def test_stopping_by_hand_is_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cpdocs.flow.prepare", stopped)
    code, _, err = run("check", REVIEW)
    assert code == 2
    assert "Nothing was half-written" in err


# --------------------------------------------------------------------------------- guides and commands


def typed(path: Path) -> Iterator[tuple[str, bool]]:
    """The commands that a guide shows, each with whether it is typed as it stands (in a code block)."""
    text = path.read_text(encoding="utf-8")
    for block in re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            for found in re.findall(r"(?:^|/|\\| )cpdocs(?:\.exe)? ((?:[^\s#|)&]+ ?)+)", line):
                yield found.strip(), True
    for span in re.findall(r"`cpdocs ([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        yield span.strip(), False


SHOWN = sorted({(path.relative_to(ROOT).as_posix(), *words) for path in GUIDES for words in typed(path)})


def test_the_guides_show_commands() -> None:
    assert len(SHOWN) > 10


@pytest.mark.parametrize(("guide", "words", "whole"), SHOWN)
def test_a_command_that_a_guide_shows_exists(
    guide: str, words: str, whole: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = shlex.split(words.replace("…", "").replace("[", "").replace("]", ""))
    known = commands(PARSER)
    name = next((name for name in (" ".join(parts[:2]), parts[0]) if name in known), "")
    assert name, f"{guide} shows `cpdocs {words}`"
    options = {option for action in known[name]._actions for option in action.option_strings}
    assert {part for part in parts if part.startswith("--")} <= options
    if whole:
        try:
            PARSER.parse_args(parts)
        except SystemExit as stopped:
            raise AssertionError(f"{guide}: cpdocs {words}: {capsys.readouterr().err}") from stopped


# ------------------------------------------------------------------------------------ what isn't loaded


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", code, *arguments]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def test_importing_the_library_prints_nothing_and_loads_next_to_nothing() -> None:
    done = python("import sys; import cpdocs; print(sorted(m for m in sys.modules if m.split('.')[0] == 'cpdocs'))")
    assert (done.stdout, done.stderr) == ("['cpdocs']\n", "")


def test_every_public_name_is_there() -> None:
    done = python("import cpdocs; [getattr(cpdocs, name) for name in cpdocs.__all__]")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


CHECK = """
import sys
from cpdocs.cli import main
code = main(["check", sys.argv[1], "--date", "2041-03-07"])
heavy = {"docx", "docxtpl", "lxml", "jinja2", "babel", "markdown_it"}
print(sorted(heavy & {name.split(".")[0] for name in sys.modules}), code)
"""


def test_check_never_loads_what_makes_word_files() -> None:
    done = python(CHECK, str(REVIEW))
    assert done.stdout.splitlines()[-1] == "[] 0", done.stdout + done.stderr


def test_the_second_check_does_not_load_the_library_of_holidays() -> None:
    python(CHECK, str(REVIEW))
    done = python(CHECK.replace('"markdown_it"', '"holidays"'), str(REVIEW))
    assert done.stdout.splitlines()[-1] == "[] 0", done.stdout + done.stderr


NO_NETWORK = """
import sys
reached = []
def listen(event, given):
    if event.startswith("socket.") or event in ("urllib.Request", "http.client.connect", "ftplib.connect"):
        reached.append(event)
        raise RuntimeError("a socket was opened")
sys.addaudithook(listen)
from cpdocs.cli import main
main(["check", sys.argv[1], "--date", "2041-03-07"])
main(["build", sys.argv[1], "--out", sys.argv[2], "--date", "2041-03-07"])
print("reached:", reached)
"""


def test_whoever_stops_a_command_that_is_still_starting_is_answered() -> None:
    done = python(STOPPED_EARLY)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "cpdocs: Stopped. Nothing was half-written.\n")


STOPPED_EARLY = """
import sys
class Impatient:
    def find_spec(self, name, path=None, target=None):
        if name == "cpdocs.cli":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Impatient())
from cpdocs.__main__ import main
raise SystemExit(main())
"""


def test_no_socket_is_ever_opened(tmp_path: Path) -> None:
    done = python(NO_NETWORK, str(REVIEW), str(tmp_path / "out"))
    assert done.stdout.splitlines()[-1] == "reached: []", done.stdout + done.stderr
    assert any((tmp_path / "out").rglob("*.docx"))


def test_a_language_is_packed_in_the_words_of_the_procedure_that_is_named(run: Run, tmp_path: Path) -> None:
    """A letter in one procedure's words would be printed under another; none is taken for granted."""
    code, _, err = run("locale", "pack", "pl", "parent-letter", "--council", tmp_path, "--out", tmp_path)
    assert code == 2
    assert "Add --procedure with one of: guernsey, kent-medway, wales." in err
    assert not list(tmp_path.iterdir())


def test_no_language_is_kept_in_the_programs_own_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an installed program there is no checkout: what is made there is gone with the next upgrade."""
    installed = tmp_path / "installed"
    shutil.copytree(ROOT / "schemas", installed / "schemas")
    shutil.copytree(ROOT / "templates", installed / "templates")
    monkeypatch.setattr("cpdocs.library.shipped", lambda: installed)
    code, _, err = run("locale", "new", "ro")
    assert code == 2
    assert "--council FOLDER" in err
    assert not (installed / "templates" / "locales" / "ro").exists()
    (tmp_path / "council").mkdir()
    assert run("locale", "new", "ro", "--council", tmp_path / "council")[0] == 0
