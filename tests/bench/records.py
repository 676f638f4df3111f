"""Whole records: read, checked, every copy filtered, rendered, searched and written, against one docxtpl set."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

from cpdocs import disclosure, making, parts, present
from cpdocs.bundle import Bundle
from cpdocs.flow import issue, prepare
from cpdocs.library import Library
from cpdocs.shelf import Shelf
from cpdocs.template import Template
from cpdocs.template.compiler import prepare as prepare_template
from tests.bench import Row, side_by_side

ROOT = Path(__file__).parents[2]
TODAY = date(2041, 3, 2)


def rows() -> Iterator[Row]:
    library = Library(None)
    shelf = Shelf(library)
    for procedure in library.procedures():
        sample = ROOT / "schemas" / procedure / "samples" / "review.yaml"
        if sample.exists():
            with tempfile.TemporaryDirectory() as folder:
                yield from record(sample, library, shelf, Path(folder), procedure)
    with tempfile.TemporaryDirectory() as folder:
        large = ROOT / "samples/two-fathers/record.yaml"
        yield from record(large, library, shelf, Path(folder), "kent-medway", "two-fathers")
    with tempfile.TemporaryDirectory() as folder:
        yield from many(ROOT / "schemas" / "kent-medway" / "samples" / "review.yaml", Path(folder))


def record(
    sample: Path, library: Library, shelf: Shelf, folder: Path, procedure: str, name: str = ""
) -> Iterator[Row]:
    """One record, warm, in one process, against docxtpl's rendering of its fullest set of minutes."""
    name = name or procedure
    contexts: list[tuple[int, Mapping[str, Any]]] = []
    render = Template.render

    def watched(self: Template, context: Mapping[str, Any], *, checked: bool = True) -> bytes:
        data = render(self, context, checked=checked)
        if "discussion" in self.names:
            contexts.append((len(data), context))
        return data

    builds = count()

    def whole() -> int:
        # a folder of its own each time: taking away or keeping an earlier set isn't what is measured
        prepared = prepare(sample, library, TODAY)
        out = folder / f"build{next(builds)}"
        return len(issue(prepared, library, shelf, out, final=False, today=TODAY).made)

    Template.render = watched  # type: ignore[method-assign]  # to learn the real contexts, put back below
    try:
        copies = whole()
    finally:
        Template.render = render  # type: ignore[method-assign]  # as it was
    if not contexts:
        return
    context = dict(max(contexts, key=lambda one: one[0])[1])
    words = library.procedure(procedure).words
    docx = parts.write(prepare_template((ROOT / "templates/minutes/standard.docx").read_bytes(), library.house, words))

    def minutes() -> None:
        template = DocxTemplate(io.BytesIO(docx))
        template.render(context, autoescape=True)
        template.save(io.BytesIO())

    theirs, ours, judged = side_by_side(minutes, whole, lambda: prepare(sample, library, TODAY), seconds=3)
    yield Row(f"{name}: files made of the record", copies)
    yield Row(f"{name}: the whole record, in docxtpl's one set of minutes", ours / theirs, "<=1")
    yield Row(f"{name}: each file, in docxtpl's one set of minutes", ours / theirs / copies)
    twelve = judged + (ours - judged) / copies * 12
    yield Row(f"{name}: reckoned for twelve files, in docxtpl's one set of minutes", twelve / theirs)
    yield Row(f"{name}: reading and judging, of the whole", judged / ours)
    for stage, share in shares(whole).items():
        yield Row(f"{name}: {stage}, of the whole", share)


STAGES = {
    "filtering": (disclosure, "disclose"),
    "putting into words": (present, "present"),
    "rendering": (Template, "render"),
    "searching": (making, "search_copy"),
    "writing and hashing": (Bundle, "add"),
    "flushing to the disk, and the swap": (Bundle, "commit"),
}


def shares(whole: Callable[[], object]) -> dict[str, float]:
    """The share of each stage in one run, watched from outside."""
    spent = dict.fromkeys(STAGES, 0.0)

    def watched(stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            begun = time.perf_counter()
            try:
                return work(*given, **named)
            finally:
                spent[stage] += time.perf_counter() - begun

        return timed

    own = {stage: getattr(home, name) for stage, (home, name) in STAGES.items()}
    try:
        for stage, (home, name) in STAGES.items():
            setattr(home, name, watched(stage, own[stage]))
        begun = time.perf_counter()
        whole()
        total = time.perf_counter() - begun
    finally:
        for stage, (home, name) in STAGES.items():
            setattr(home, name, own[stage])
    return {stage: cost / total for stage, cost in spent.items()}


COUNT = 96


def many(sample: Path, folder: Path) -> Iterator[Row]:
    """Many records through the command: linear, memory flat, all cores used."""
    text = sample.read_text("utf-8")
    reference = next(line for line in text.splitlines() if line.startswith("reference:"))
    for number in range(COUNT):
        (folder / f"r{number:03}.yaml").write_text(text.replace(reference, f"reference: BENCH-{number:03}"), "utf-8")

    def build(records: int, jobs: int) -> list[str]:
        code = (
            "import sys, time; from tests.bench.memory import most; from cpdocs.cli import main\n"
            "t = time.perf_counter()\n"
            "try: main(sys.argv[1:])\nexcept SystemExit: pass\n"
            "print('took', time.perf_counter() - t, most())"
        )
        shutil.rmtree(folder / "out", ignore_errors=True)
        names = [str(folder / f"r{n:03}.yaml") for n in range(records)]
        options = ["--out", str(folder / "out"), "--date", TODAY.isoformat(), "--jobs", str(jobs)]
        done = subprocess.run(
            [sys.executable, "-c", code, "build", *names, *options],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.splitlines()[-1].split()

    build(1, 1)
    few, all_, parallel = build(COUNT // 4, 1), build(COUNT, 1), build(COUNT, 2)
    per_few, per_all = float(few[1]) / (COUNT // 4), float(all_[1]) / COUNT
    yield Row(f"{COUNT} records: a record's cost, in those of {COUNT // 4}", per_all / per_few, "<=1.2")
    yield Row(f"{COUNT} records: memory, in that of {COUNT // 4}", float(all_[2]) / float(few[2]), "<=1.1")
    yield Row(f"{COUNT} records: two workers, times one", float(all_[1]) / float(parallel[1]), ">=1.7")
