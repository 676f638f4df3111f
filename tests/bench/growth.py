"""Growth with the rows of a table: time and memory, against docxtpl."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import Row, side_by_side
from tests.bench.workloads import table


def rows() -> Iterator[Row]:
    first = 0.0
    for count in (100, 500, 1000, 5000):
        work = table(count)
        theirs, ours = side_by_side(work.docxtpl, work.ours, seconds=1, turns=2)
        yield Row(f"{count} rows: times docxtpl", theirs / ours, ">=8" if count == 5000 else "")
        first = first or ours / count
        yield Row(f"{count} rows: a row's cost, in those of 100 rows", ours / count / first, "<=1.5")
    with tempfile.TemporaryDirectory() as folder:
        work, files = table(1), (Path(folder) / "kept", Path(folder) / "table.docx")
        files[0].write_bytes(work.template.constants())
        files[1].write_bytes(work.docx)
        ours, theirs, bare = memory("ours", files[0]), memory("docxtpl", files[1]), memory("bare", files[0])
    yield Row("5000 rows: memory, in docxtpl's", ours / theirs, "<=0.25")
    yield Row("5000 rows: memory, in a bare interpreter's", ours / bare)


def memory(engine: str, kept: Path) -> float:
    """The most memory one process took for 5,000 rows."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.memory", engine, str(kept)],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout)
