"""What is wrong with a template, for the person who keeps it in Word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cpdocs.unseen import pattern


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: what, where in Word's terms, the words near it, and the next step.

    An error stops the template from being used. A warning doesn't, but something will look or read worse.
    """

    message: str
    place: str
    near: str = ""
    help: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """One line for a terminal, which nothing in a file can steer."""
        near = f" near “{self.near}”" if self.near else ""
        return pattern().sub("\ufffd", f"{self.place}: {self.message}{near}" + (f" {self.help}" if self.help else ""))


class TemplateError(Exception):
    """A template that can't be used; `problems` says everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems; the first one speaks for all where only one line fits."""
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)
        self.message = problems[0].message if problems else "The template can't be used."
        self.help = problems[0].help if problems else ""


class RenderError(TemplateError):
    """A copy that can't be made from this template with this data; nothing was written.

    The message names the tag and never the data: it may be read by someone else than the reader of the copy.
    """

    def __init__(self, message: str, help: str = "") -> None:
        """Keep both sentences."""
        super().__init__([Problem(message, "the template", help=help)])
