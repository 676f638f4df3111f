"""Word templates: checked and compiled once, then rendered to copies that are the same bytes every time.

    template = compile_template(docx, house, words)     # or load(...), which keeps it for the next run
    data = template.render(context)

Nothing here knows a record: a context of plain strings, lists and dicts is all a template ever sees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cpdocs.template.compiled import Template
from cpdocs.template.problem import Problem, RenderError, TemplateError

__all__ = ["Problem", "RenderError", "Template", "TemplateError", "compile_template"]

Parts = dict[str, bytes]


def compile_template(
    docx: bytes,
    house: bytes | None,
    words: Mapping[str, str],
    *,
    transform: Callable[[Parts], Parts] | None = None,
) -> Template:
    """Compile a template. Raises TemplateError with everything that is wrong with it.

    `house` is the Word file whose letterhead, styles and numbering take the place of the template's own.
    `words` fill `{{ words.x }}`. `transform` is applied to the parts after that (another language, large
    print, right to left).
    """
    from cpdocs.template.compiler import compile_template as compile_

    return compile_(docx, house, words, transform=transform)
