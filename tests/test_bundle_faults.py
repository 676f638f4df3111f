"""Killed, full, read-only, crowded: whatever happens while a set is written, nothing that was whole is lost.

CPDOCS_KILLS=200 kills more often than the 40 times of an ordinary run.
"""

import errno
import multiprocessing
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cpdocs import folder as folder_module
from cpdocs.bundle import Bundle, BundleError, Entry, explain, hashes, manifest_bytes, put_right
from cpdocs.verify import verify

KILLS = int(os.environ.get("CPDOCS_KILLS", "40"))
CALLS = ("mkdir", "open", "rename", "fsync", "unlink", "close", "chmod", "fchmod")
CASE = "KM-0173"
ROOT = Path(__file__).parents[1]


def make(out: Path, generation: int, case: str = CASE, size: int = 4000) -> Path:
    """A set of three copies that says in each file which generation it is."""
    with Bundle(out, case) as bundle:
        entries = []
        for who in ("mother", "father-of-b", "school-nurse"):
            data = b"%d:" % generation + who.encode() + bytes(size)
            file = f"for/{who}/minutes.docx"
            bundle.add(file, data)
            entries.append(Entry("minutes", who, "en-GB", "standard", None, "§9", file, hashes(data), False))
        manifest = manifest_bytes(
            entries, {"tool": "1"}, reference=case, date="2041-03-01", record_sha256="0" * 64
        )
        bundle.add("chair/manifest.json", manifest)
        return bundle.commit()


def generation(folder: Path) -> int:
    """Which generation a set is; fails if it isn't whole or is mixed from two."""
    results = verify(folder)
    assert len(results) == 3
    assert all(result.good for result in results), results
    found = {int((folder / result.file).read_bytes().split(b":")[0]) for result in results}
    assert len(found) == 1, f"a set mixed from {found}"
    return found.pop()


def whole(out: Path) -> dict[str, int]:
    """Every set that stands under a name where a whole set may stand."""
    names = [name for name in os.listdir(out) if not name.startswith(".") or name.endswith(".ready")]
    return {name: generation(out / name) for name in sorted(names)}


def hidden(out: Path) -> list[str]:
    return sorted(name for name in os.listdir(out) if name.startswith("."))


def in_a_child(work: Callable[[], object]) -> int:
    """Run in a forked process, so that it can be killed; gives its process id."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:
        os._exit(9)
    os._exit(0)


def kill_at(number: int) -> Callable[[], bool]:
    """Patch this process so that it is killed just before its number-th call to the disk."""
    left = [number]

    def patched(real: Any) -> Any:
        def call(*args: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **named)

        return call

    for name in CALLS:
        setattr(os, name, patched(getattr(os, name)))
    return lambda: left[0] > 0


# killed


def test_killed_before_any_call_to_the_disk_nothing_is_lost(tmp_path: Path) -> None:
    """Not at random: once before every single call that a run makes."""
    moments = 0
    for moment in range(1, 500):
        out = tmp_path / str(moment)
        make(out, 1)

        def killed(moment: int = moment, out: Path = out) -> None:
            kill_at(moment)
            make(out, 2)

        _, status = os.waitpid(in_a_child(killed), 0)
        left = whole(out)
        assert 1 in left.values(), "the earlier set is gone"
        if not os.WIFSIGNALED(status):
            assert os.WEXITSTATUS(status) == 0
            assert left == {CASE: 2, f"{CASE}.earlier-2041-03-01-1": 1}
            break
        moments += 1
        make(out, 3)
        after = whole(out)
        assert after[CASE] == 3
        assert set(left.values()) <= set(after.values()), "a whole set is gone"
        assert len(set(after.values())) == len(after), "a set stands twice"
        assert hidden(out) == []
    assert moments > 30


def test_killed_while_putting_right_nothing_is_lost(tmp_path: Path) -> None:
    """The next run may be killed too, before any of its own calls."""
    for moment in range(1, 200):
        out = tmp_path / str(moment)
        make(out, 1)
        make(tmp_path / "spare" / str(moment), 2).rename(out / f".{CASE}.ready")

        def killed(moment: int = moment, out: Path = out) -> None:
            kill_at(moment)
            put_right(out)

        _, status = os.waitpid(in_a_child(killed), 0)
        assert sorted(whole(out).values()) == [1, 2]
        put_right(out)
        assert whole(out) == {CASE: 2, f"{CASE}.earlier-2041-03-01-1": 1}
        if not os.WIFSIGNALED(status):
            assert hidden(out) == []
            break
    else:
        pytest.fail("putting right never came to its end")


def test_killed_at_random_moments_nothing_that_was_reported_is_lost(tmp_path: Path) -> None:
    chance = random.Random(2041)
    out, reported = tmp_path / "out", tmp_path / "reported"
    reported.write_bytes(b"")

    def on_and_on(first: int) -> None:
        with reported.open("ab", buffering=0) as told:
            for number in range(first, first + 1000):
                make(out, number)
                told.write(b"%d\n" % number)

    for kill in range(KILLS):
        child = in_a_child(lambda kill=kill: on_and_on(1 + kill * 1000))  # type: ignore[misc]
        time.sleep(chance.uniform(0.001, 0.05))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        promised = {int(number) for number in reported.read_bytes().split()}
        if out.exists():
            assert promised <= set(whole(out).values())
    make(out, 0)
    sets = whole(out)
    assert sets[CASE] == 0
    assert promised
    assert promised <= set(sets.values())
    assert len(set(sets.values())) == len(sets)
    assert hidden(out) == []


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopped_by_a_signal_the_earlier_set_stands(tmp_path: Path, asked: signal.Signals) -> None:
    make(tmp_path / "out", 1)
    script = (
        "import signal, sys, time; from pathlib import Path; from cpdocs.bundle import Bundle\n"
        # whoever started the tests may ignore a signal (nohup does), and a program inherits that
        "asked = signal.Signals(int(sys.argv[2]))\n"
        "signal.signal(asked, signal.default_int_handler if asked == signal.SIGINT else signal.SIG_DFL)\n"
        "with Bundle(Path(sys.argv[1]), 'KM-0173') as bundle:\n"
        "    bundle.add('for/mother/minutes.docx', b'half')\n"
        "    print('writing', flush=True); time.sleep(30)\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "out"), str(int(asked))],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with run:
        assert run.stdout
        assert run.stdout.readline() == b"writing\n"
        run.send_signal(asked)
    assert run.returncode != 0
    assert whole(tmp_path / "out") == {CASE: 1}
    make(tmp_path / "out", 2)
    assert whole(tmp_path / "out")[CASE] == 2
    assert hidden(tmp_path / "out") == []


# refused by the system


def failing(
    monkeypatch: pytest.MonkeyPatch, number: int, code: int, *, for_ever: bool, calls: tuple[str, ...] = CALLS
) -> Callable[[], bool]:
    """From its number-th call on (or only that once) the disk refuses; close always works."""
    left = [number]

    def patched(real: Any) -> Any:
        def call(*args: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0 or (for_ever and left[0] < 0):
                raise OSError(code, os.strerror(code))
            return real(*args, **named)

        return call

    for name in calls:
        monkeypatch.setattr(os, name, patched(getattr(os, name)))
    return lambda: left[0] <= 0


@pytest.mark.parametrize("for_ever", [False, True])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_refused_at_any_call_the_message_is_plain_and_the_earlier_set_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, for_ever: bool
) -> None:
    calls = ("mkdir", "open", "rename", "fsync", "chmod", "fchmod")
    for moment in range(1, 200):
        out = tmp_path / str(moment)
        make(out, 1)
        with monkeypatch.context() as patch:
            reached = failing(patch, moment, code, for_ever=for_ever, calls=calls)
            try:
                make(out, 2)
                told = None
            except BundleError as error:
                told = error
        if not reached():
            assert told is None
            break
        left = whole(out)
        assert 1 in left.values()
        if told is not None:
            assert told.help
            assert "Errno" not in str(told)
            if not for_ever:
                assert left[CASE] in (1, 2)
        make(out, 3)
        assert whole(out)[CASE] == 3
        assert hidden(out) == []
    else:
        pytest.fail("the run never came to its end")


def test_a_file_larger_than_the_limit_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    """A real limit of the system, not a pretended one: the kernel refuses in the middle of a file."""
    make(tmp_path / "out", 1)
    told = tmp_path / "told"

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            make(tmp_path / "out", 2, size=300_000)
        except BundleError as error:
            told.write_text(str(error))

    _, status = os.waitpid(in_a_child(limited), 0)
    assert status == 0
    assert "larger than this computer lets you write" in told.read_text()
    assert whole(tmp_path / "out") == {CASE: 1}
    assert hidden(tmp_path / "out") == []


def test_a_disk_that_takes_only_part_of_a_file_is_filled_up_in_turns(tmp_path: Path) -> None:
    """A short write is no error to the system: the rest must follow, or the file would be cut off."""

    class Slow:
        def __init__(self, stream: Any) -> None:
            self.stream = stream

        def __enter__(self) -> "Slow":
            return self

        def __exit__(self, *error: object) -> None:
            self.stream.close()

        def write(self, data: memoryview) -> int:
            written: int = self.stream.write(data[:1000])
            return written

    def slow(handle: int, mode: str, buffering: int) -> Slow:
        return Slow(os.fdopen(handle, mode, buffering))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folder_module, "open", slow, raising=False)
        make(tmp_path / "out", 1, size=10_500)
    assert whole(tmp_path / "out") == {CASE: 1}


def test_with_few_open_files_a_run_is_right_or_refused(tmp_path: Path) -> None:
    def poor(out: Path, limit: int) -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        try:
            make(out, 2)
        except BundleError:
            os._exit(1)

    ends = []
    for limit in range(1, 40):
        out = tmp_path / str(limit)
        make(out, 1)
        _, status = os.waitpid(in_a_child(lambda out=out, limit=limit: poor(out, limit)), 0)  # type: ignore[misc]
        ends.append(os.waitstatus_to_exitcode(status))
        assert whole(out)[CASE] == (2 if ends[-1] == 0 else 1)
    assert set(ends) == {0, 1}


def test_every_refusal_has_its_own_words_and_a_next_step() -> None:
    codes: tuple[str, ...] = (
        "ENOSPC",
        "EDQUOT",
        "EFBIG",
        "EACCES",
        "EPERM",
        "EROFS",
        "ENOTDIR",
        "EEXIST",
        "ENAMETOOLONG",
    )
    codes += ("EMFILE", "ENFILE", "ENOMEM", "ENOLCK", "ENOTSUP", "EIO", "ESTALE", "ETIMEDOUT", "ENOENT")
    for code in codes:
        number = getattr(errno, code)
        told = explain(OSError(number, os.strerror(number)), "write in the folder")
        assert told.message.startswith("Can't write in the folder: "), code
        assert told.help.endswith("."), code
        assert "Errno" not in str(told), code


def test_without_memory_the_earlier_set_stands(tmp_path: Path) -> None:
    make(tmp_path / "out", 1)
    with pytest.raises(MemoryError), Bundle(tmp_path / "out", CASE) as bundle:
        bundle.add("for/mother/minutes.docx", b"x" * (1 << 62))
    assert whole(tmp_path / "out") == {CASE: 1}
    assert hidden(tmp_path / "out") == []


def test_a_document_open_in_word_leaves_the_earlier_set_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows a folder with an open file can't be renamed: PermissionError, as here."""
    make(tmp_path, 1)
    real = os.rename

    def sharing_violation(old: Path, new: Path) -> None:
        if Path(old).name == CASE:
            raise PermissionError(errno.EACCES, "The process cannot access the file", str(old))
        real(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", sharing_violation)
        with pytest.raises(BundleError, match="open, perhaps in Word") as told:
            make(tmp_path, 2)
    assert told.value.help.startswith("Close the files of this set")
    assert whole(tmp_path) == {CASE: 1}
    assert hidden(tmp_path) == []


def test_a_new_set_that_cannot_take_its_name_gives_the_old_one_its_name_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, 1)
    real = os.rename

    def refused(old: Path, new: Path) -> None:
        if Path(old).name.endswith(".ready") and Path(new).name == CASE:
            raise PermissionError(errno.EACCES, "denied")
        real(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", refused)
        with pytest.raises(BundleError):
            make(tmp_path, 2)
    assert whole(tmp_path) == {CASE: 1}
    assert hidden(tmp_path) == []


# crowded


def _racer(out: str, number: int, told: Any) -> None:
    try:
        make(Path(out), number)
        told.put((number, "made"))
    except BundleError as error:
        told.put((number, "waits" if "Another run" in error.message else str(error)))


def test_eight_runs_at_once_are_right_or_refused_and_never_mixed(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    told = context.Queue()
    runs = [context.Process(target=_racer, args=(str(tmp_path / "out"), number, told)) for number in range(8)]
    for run in runs:
        run.start()
    answers = dict(told.get(timeout=20) for _ in runs)
    for run in runs:
        run.join()
    made = {number for number, answer in answers.items() if answer == "made"}
    assert set(answers.values()) <= {"made", "waits"}
    assert made
    assert set(whole(tmp_path / "out").values()) == made
    assert hidden(tmp_path / "out") == []


def test_two_runs_never_hold_one_set_at_the_same_time(tmp_path: Path) -> None:
    """Again and again: the lock file is removed by each run as it ends, which must not let two in."""
    context = multiprocessing.get_context("fork")
    clashes = context.Value("i", 0)
    held = context.Value("i", 0)

    def run() -> None:
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            try:
                lock = folder_module.Lock(tmp_path / ".KM.lock")
            except BundleError:
                continue
            with held.get_lock():
                held.value += 1
                clashes.value += held.value > 1
            with held.get_lock():
                held.value -= 1
            lock.release()

    runs = [context.Process(target=run) for _ in range(4)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert clashes.value == 0
    assert hidden(tmp_path) == []


@pytest.mark.parametrize(
    "surroundings",
    [
        {"LC_ALL": "C", "TZ": "Pacific/Kiritimati"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "TZ": "America/Los_Angeles"},
        {"LC_ALL": "tr_TR.UTF-8", "TZ": "UTC-14", "PYTHONHASHSEED": "1"},
        {"HOME": "/nonexistent", "TMPDIR": "/nonexistent", "TZ": ""},
    ],
)
def test_odd_surroundings_change_nothing(tmp_path: Path, surroundings: dict[str, str]) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.test_bundle_faults import make, CASE\n"
        "make(Path(sys.argv[1]), 7); make(Path(sys.argv[1]), 8)\n"
    )
    subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(tmp_path / "out")],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **surroundings},
        check=True,
        capture_output=True,
    )
    assert whole(tmp_path / "out") == {CASE: 8, f"{CASE}.earlier-2041-03-01-1": 7}
    make(tmp_path / "here", 7)
    make(tmp_path / "here", 8)
    files = [
        sorted(p.relative_to(tmp_path / top) for p in (tmp_path / top).rglob("*")) for top in ("out", "here")
    ]
    assert files[0] == files[1]
    manifest = f"{CASE}/chair/manifest.json"
    assert (tmp_path / "out" / manifest).read_bytes() == (tmp_path / "here" / manifest).read_bytes()
