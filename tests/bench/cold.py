"""Cold start of each command against a bare interpreter and against importing everything."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import Row, side_by_side

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "schemas" / "kent-medway" / "samples" / "review.yaml"
EVERYTHING = "import yaml, jsonschema_rs, jinja2, docxtpl, lxml, babel.dates, holidays, markdown_it, platformdirs"
OF_A_CHECK = "import argparse, datetime, difflib, hashlib, json, pathlib, re, typing, yaml, jsonschema_rs, platformdirs"
"""What a check can't do without before a line of ours is read."""
RENDER = """
from pathlib import Path
from cpdocs.template import load
docx = Path("templates/parent-letter/standard.docx").read_bytes()
load(docx, Path("templates/house.docx").read_bytes(), {words!r})
"""


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        yield from _rows(Path(folder))


def _rows(folder: Path) -> Iterator[Row]:
    def python(*arguments: str) -> Callable[[], object]:
        environment = {
            **os.environ,
            "CPDOCS_CACHE": str(folder / "cache"),
            "PYTHONPYCACHEPREFIX": str(folder / "compiled"),  # as installed: nothing is compiled at a start
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        return lambda: subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, check=False
        )

    def cpdocs(*arguments: object) -> Callable[[], object]:
        return python("-m", "cpdocs", *map(str, arguments))

    build = cpdocs("build", SAMPLE, "--out", folder / "out", "--date", "2041-03-02")
    build()
    made = next(path for path in (folder / "out").iterdir() if path.is_dir())
    letter = made / next(path.relative_to(made) for path in sorted(made.rglob("parent-letter*.docx")))
    ready = cpdocs("new", "kent-medway", "review", "--out", folder / "new.yaml")

    def skeleton() -> None:
        (folder / "new.yaml").unlink(missing_ok=True)
        ready()

    commands = {
        "check": cpdocs("check", SAMPLE),
        "new": skeleton,
        "distribution": cpdocs("distribution", SAMPLE),
        "explain": cpdocs("explain", "KM-MIN-03"),
        "build, templates kept": build,
        "verify": cpdocs("verify", made),
        "compare": cpdocs("compare", letter, letter),
        "template check": cpdocs("template", "check", ROOT / "templates" / "parent-letter" / "standard.docx"),
        "locale check": cpdocs("locale", "check", "cy"),
        "a kept template": python("-c", RENDER.format(words=_words())),
    }
    all_loaded = python("-c", f"{EVERYTHING}\nfrom cpdocs.cli import main\nmain()", "check", str(SAMPLE))
    imports = ("pass", EVERYTHING, OF_A_CHECK)
    bare, everything, libraries, loaded, *times = side_by_side(
        *(python("-c", line) for line in imports), all_loaded, *commands.values(), seconds=2, turns=3
    )
    yield Row("importing everything, in bare interpreters", everything / bare)
    for name, cost in zip(commands, times, strict=True):
        yield Row(f"{name}, in bare interpreters", cost / bare)
        if name == "check":
            yield Row("check, of importing everything", cost / everything, "<=0.34")
            yield Row("the libraries of a check alone, of importing everything", libraries / everything)
            yield Row("check, of the same with everything imported", cost / loaded)
    yield Row("a save in watch to its findings, in tenths of a second", _saved(folder) / 0.1, "<=1")


def _saved(folder: Path) -> float:
    """Seconds from a save to the line that ends its findings, at best, in a watch that runs already."""
    record = folder / "watched.yaml"
    text = SAMPLE.read_text(encoding="utf-8")
    record.write_text(text, encoding="utf-8")
    best = float("inf")
    command = [sys.executable, "-u", "-m", "cpdocs", "watch", str(record)]
    environment = {**os.environ, "CPDOCS_CACHE": str(folder / "cache"), "PYTHONUTF8": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        lines = iter(run.stdout.readline, "")
        next(line for line in lines if line.startswith("Every save is checked"))
        for turn in range(12):
            changed = text.replace("kind: review", "kind: revue", 1) if turn % 2 == 0 else text
            begun = time.perf_counter()
            record.write_text(changed, encoding="utf-8")
            next(line for line in lines if line.startswith("Saved."))
            best = min(best, time.perf_counter() - begun) if turn % 2 else best  # back to the whole of the findings
        run.kill()
    return best


def _words() -> dict[str, str]:
    """The words that the letter and the house file ask for."""
    from cpdocs.library import Library

    return dict(Library(None).procedure("kent-medway").words)
