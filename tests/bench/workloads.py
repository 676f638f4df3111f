"""What the bench renders: shipped templates with made-up contexts, and a table of any length."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

from cpdocs import parts
from cpdocs.template import Template
from cpdocs.template.compiler import from_parts, prepare
from tests.bench.memory import actions
from tests.features import docx
from tests.synthetic import context_for

TEMPLATES = Path(__file__).parents[2] / "templates"
HOUSE = TEMPLATES / "house.docx"


class AnyWords(dict[str, str]):
    """Stands for a procedure's words."""

    def get(self, key: str, default: Any = None) -> Any:
        return f"the {key.replace('_', ' ')}"


class Work:
    """One template and context, for both engines: docxtpl gets the parts we compile."""

    def __init__(self, package: dict[str, bytes], rows: int = 2) -> None:
        self.package = package
        self.docx = parts.write(package)
        self.template: Template = from_parts(package)
        self.context: Mapping[str, Any] = context_for(self.template, "full", rows)

    def ours(self) -> bytes:
        return self.template.render(self.context)

    def unchecked(self) -> bytes:
        return self.template.render(self.context, checked=False)

    def docxtpl(self) -> bytes:
        template = DocxTemplate(io.BytesIO(self.docx))
        template.render(dict(self.context), autoescape=True)
        out = io.BytesIO()
        template.save(out)
        return out.getvalue()


def shipped(document: str, rows: int = 2) -> Work:
    source = (TEMPLATES / document / "standard.docx").read_bytes()
    return Work(prepare(source, HOUSE.read_bytes(), AnyWords()), rows)


COLUMNS = 10
TABLE = "\n".join(
    "|" + "|".join(cells) + "|"
    for cells in (
        [f"Column {n}" for n in range(COLUMNS)],
        ["{%tr for a in actions %}", *[""] * (COLUMNS - 1)],
        [f"{name} {{{{ a.{name} }}}}" for name in ("what", "who", "when") * 4][:COLUMNS],
        ["{%tr endfor %}", *[""] * (COLUMNS - 1)],
    )
)


def table(rows: int) -> Work:
    work = Work(prepare(docx(TABLE), None, {}))
    work.context = {"actions": actions(rows)}
    return work
