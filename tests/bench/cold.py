"""Cold start of each command against a bare interpreter and against importing everything."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import Row, side_by_side

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "schemas" / "kent-medway" / "samples" / "review.yaml"
EVERYTHING = "import yaml, jsonschema_rs, jinja2, docxtpl, lxml, babel.dates, holidays, markdown_it, platformdirs"
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
    bare, everything, *times = side_by_side(
        python("-c", "pass"), python("-c", EVERYTHING), *commands.values(), seconds=2, turns=3
    )
    yield Row("importing everything, in bare interpreters", everything / bare)
    for name, cost in zip(commands, times, strict=True):
        yield Row(f"{name}, in bare interpreters", cost / bare)
        if name == "check":
            yield Row("check, of importing everything", cost / everything, "<=0.34")


def _words() -> dict[str, str]:
    """The words that the letter and the house file ask for."""
    from cpdocs.library import Library

    return dict(Library(None).procedure("kent-medway").words)
