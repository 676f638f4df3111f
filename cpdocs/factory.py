"""Build many records: paths in, folders out, as many at once as there are cores.

Order and results don't depend on the number of workers, and memory doesn't grow with the number of records:
each is read, made and written by itself, and only a few lines about it come back.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cpdocs.cache import Cache
from cpdocs.library import Library, keep_in
from cpdocs.procedure import DataError
from cpdocs.shelf import Shelf

if TYPE_CHECKING:
    from cpdocs.results import Issued

CLEAN, FINDINGS, CANT_RUN, NOTHING_ISSUED = 0, 1, 2, 3

PAUSE = 5.0
"""Seconds between two lines about how far the work is."""

PRELOADED = ["cpdocs.flow", "cpdocs.shelf", "cpdocs.present", "cpdocs.sheets", "jsonschema_rs", "babel.dates"]
"""What every worker needs: imported once where the system lets workers share it."""


@dataclass(frozen=True)
class Job:
    """One record to build."""

    record: Path
    out: Path
    council: Path | None
    today: date
    final: bool
    mask: bool


@dataclass(frozen=True)
class Done:
    """What to say of one record, and its exit code."""

    lines: tuple[str, ...]
    code: int
    folder: Path | None = None


def run(
    records: Sequence[Path],
    out: Path,
    *,
    council_of: Callable[[Path], Path | None],
    today: date,
    final: bool,
    jobs: int,
    say: Callable[[str], None],
    progress: Callable[[str], None],
    mask: bool = False,
) -> int:
    """Build every record and give the exit code: the gravest of the records' own.

    `say` gets the lines of each record in the order given; `progress` a line now and then on long work, which
    counts and names nothing.
    """
    work = [Job(path, out, council_of(path), today, final, mask) for path in records]
    codes: list[int] = []
    made: dict[Path, Path] = {}
    begun = told = time.monotonic()
    for number, done in enumerate(_all(work, jobs), 1):
        for line in done.lines:
            say(line)
        codes.append(done.code)
        if done.folder:
            record = work[number - 1].record
            if done.folder in made:
                say(f"{record}: has the same reference and date as {made[done.folder]}, whose set was set aside.")
                say("        Give each record a reference of its own; nothing was deleted.")
                codes.append(FINDINGS)
            made[done.folder] = record
        now = time.monotonic()
        if now - told >= PAUSE and number < len(work):
            told = now
            progress(f"{number} of {len(work)} records; {_about((now - begun) / number * (len(work) - number))} left")
    issued = [code for code in codes if code in (CLEAN, FINDINGS)]
    if CANT_RUN in codes:
        return CANT_RUN
    if not issued:
        return NOTHING_ISSUED
    return max(CLEAN if code == CLEAN else FINDINGS for code in codes)


def _about(seconds: float) -> str:
    """How long it will take, as one would say it: `about 2 minutes`."""
    if seconds < 90:
        return f"about {max(round(seconds / 10), 1) * 10} seconds"
    return f"about {round(seconds / 60)} minutes"


def _all(work: Sequence[Job], jobs: int) -> Iterator[Done]:
    workers = min(jobs or os.cpu_count() or 1, len(work))
    if workers <= 1:
        yield from map(build, work)
        return
    from collections import deque
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    # A bounded queue: results come in order and nothing piles up.
    try:
        with ProcessPoolExecutor(workers, mp_context=_context(), initializer=_stay_with_parent) as pool:
            waiting: deque[Future[Done]] = deque()
            try:
                for job in work:
                    waiting.append(pool.submit(build, job))
                    if len(waiting) > workers * 4:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)  # what is under way is ended well, no more is begun
                raise
    except BrokenProcessPool as error:
        raise DataError(
            "The system stopped one of the workers, perhaps because the computer has too little memory. Every set"
            " that was finished is whole.",
            "Run the command again with --jobs 1.",
        ) from error


def _context() -> Any:
    """How workers begin: from a server that has imported everything once, or (Windows, macOS) each by itself.

    Never by copying this process: it may have threads, and a copy of one that holds a lock would wait for ever.
    """
    import multiprocessing

    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    with _deaf():
        forkserver.ensure_running()
    return context


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl-C is this process's to answer: what is started in here is born deaf to it, and prints nothing of it."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():  # signals are the main thread's
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _stay_with_parent() -> None:
    """In a worker: leave Ctrl-C to the run that started it, and end with it, however that ends.

    A worker whose run was killed would otherwise wait for more work for ever, with a family's record in memory.
    """
    import signal
    import threading
    from multiprocessing import connection, parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        sentinel = parent.sentinel

        def watch() -> None:
            connection.wait([sentinel])
            os._exit(CANT_RUN)

        threading.Thread(target=watch, daemon=True).start()


@lru_cache(maxsize=4)
def _house(council: Path | None) -> tuple[Library, Shelf]:
    keep_in(Cache())
    library = Library(council)
    return library, Shelf(library)


def build(job: Job) -> Done:
    """Build one record. Every failure becomes lines to read; none is a traceback."""
    from cpdocs import report
    from cpdocs.flow import issue, prepare
    from cpdocs.folder import BundleError
    from cpdocs.template import TemplateError

    try:
        library, shelf = _house(job.council)
        prepared = prepare(job.record, library, job.today)
        names = {p.name: p.id for p in prepared.record.people.values() if p.name} if prepared.record else {}
        mask = names if job.mask else None
        sources = {prepared.tree.file: prepared.tree.text}
        if prepared.record is None:
            told = report.text(prepared.findings, sources, mask)
            return Done((told, "No documents were made: the record can't be read yet."), CANT_RUN)
        issued = issue(prepared, library, shelf, job.out, final=job.final, today=job.today)
    except (DataError, BundleError) as error:
        return Done(tuple(filter(None, (f"{job.record}: {error.message}", error.help))), CANT_RUN)
    except TemplateError as error:
        return Done((f"{job.record}: a template can't be used.", *map(str, error.problems)), CANT_RUN)
    except OSError as error:
        return Done((f"{job.record}: {error.strerror or 'it cannot be read'}.",), CANT_RUN)
    except Exception as error:  # whatever it is, the other records are none the worse for it
        kind = type(error)
        fault = f"cpdocs met a fault of its own ({kind.__module__}.{kind.__name__}). Nothing was half-written."
        return Done((f"{job.record}: {fault}", "Please report it. Don't send the record."), CANT_RUN)
    lines = [report.text(issued.findings, sources, mask).rstrip()] if issued.findings else []
    waiting = [
        f"  waits: {one.copy.file}: " + "; ".join(f"{wait.said} ({wait.who})" for wait in one.waits)
        for one in issued.waiting
    ]
    same = [f"  already issued, unchanged: {one.copy.file}" for one in issued.unchanged]
    if issued.folder is None and same:
        told = "Nothing new is to be issued: what was issued hasn't changed."
        return Done((*lines, told, *same, *waiting), CLEAN if not waiting else FINDINGS)
    if issued.folder is None:
        told = "Nothing could be issued." if job.final else "No documents were made."
        return Done((*lines, told, *waiting), NOTHING_ISSUED)
    drafts = sum(one.draft for one in issued.made)
    lines.append(
        f"{issued.folder}: {len(issued.made)} files"
        + (f", {drafts} of them drafts" if drafts else "")
        + (f"; {len(waiting)} wait" if waiting else "")
    )
    if issued.earlier:
        lines.append(f"  the earlier set is kept as {issued.earlier.name}")
    lines += [f"  amended: {one.copy.file}" for one in issued.made if job.final and one.before.state == "amended"]
    lines += same
    if job.final:
        lines += _to_enter(issued, job.today)
    clean = not waiting and not any(
        f.severity in ("error", "warning") and f.acknowledged is None for f in issued.findings
    )
    return Done((*lines, *waiting), CLEAN if clean else FINDINGS, issued.folder)


def _to_enter(built: Issued, today: date) -> list[str]:
    """The lines that tell the record what goes out, so that a correction finds whom it concerns (decision 15)."""
    from cpdocs.issued import lines

    sent = [(one.copy, one.fingerprint) for one in built.made if one.fingerprint]
    return ["Once these are sent, add to the record, under `issued:`", *lines(sent, today)] if sent else []
