"""One process that gives many files to one command, and says of each how it ended and what it cost.

What it cost is the processor's time, which a busy machine doesn't lengthen, and the most memory that the process
had taken by then: with the interpreter and all that is loaded, as its user has it. A process of its own, because
what the tests beside it took would count too.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.bench.memory import most

SECONDS = 2.0
MEGABYTES = 300
"""What a refusal may take at most (issue 5: damaged files never cost more)."""


class Cost(NamedTuple):
    """How a command ended with one file."""

    file: str
    code: int
    said: str
    seconds: float
    megabytes: float


def costs(command: Sequence[str], files: Iterable[Path], *after: str) -> list[Cost]:
    """Give each file to the command, in one process of its own; the first one pays for what is loaded."""
    import subprocess

    done = subprocess.run(
        [sys.executable, "-m", "tests.bounds", *command, "--", *after],
        input="\n".join(map(str, files)), cwd=Path(__file__).parent.parent, capture_output=True, text=True,
        check=False, timeout=600, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [Cost(*json.loads(line)) for line in done.stdout.splitlines()]


def within(found: Iterable[Cost]) -> list[Cost]:
    """The same, if each was answered in plain words, in the time and the memory there are."""
    out = list(found)
    for cost in out:
        assert "Traceback" not in cost.said, cost
        assert "a fault of its own" not in cost.said, cost
        assert cost.seconds < SECONDS, cost._replace(said=cost.said[:300])
        assert cost.megabytes < MEGABYTES, cost._replace(said=cost.said[:300])
    return out


def main(words: list[str]) -> None:
    """Read file names, a line each; print a Cost for each, as JSON."""
    begun = 0.0  # of the process: what is loaded for the first file is that file's
    at = words.index("--")
    command, after = words[:at], words[at + 1 :]
    for file in sys.stdin.read().splitlines():
        from cpdocs import cli

        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = cli.main([*command, file, *after])
        said = out.getvalue()
        cost = Cost(Path(file).name, code, said[:20_000], time.process_time() - begun, most() / 1000)
        sys.stdout.write(json.dumps(cost) + "\n")
        begun = time.process_time()


if __name__ == "__main__":
    main(sys.argv[1:])
