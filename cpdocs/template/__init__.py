"""Word templates: checked and compiled once, then rendered to copies that are the same bytes every time.

    template = load(docx, house, words)       # compile_template, kept for the next run
    data = template.render(context)

Nothing here knows a record: a context of plain strings, lists and dicts is all a template ever sees.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from cpdocs.template.compiled import Template
from cpdocs.template.problem import Problem, RenderError, TemplateError

__all__ = ["Problem", "RenderError", "Template", "TemplateError", "check", "compile_template", "load"]

Parts = dict[str, bytes]
Transform = Callable[[Parts], Parts]


def compile_template(
    docx: bytes,
    house: bytes | None,
    words: Mapping[str, str],
    *,
    transform: Transform | None = None,
) -> Template:
    """Compile a template. Raises TemplateError with everything that is wrong with it.

    `house` is the Word file whose letterhead, styles and numbering take the place of the template's own.
    `words` fill `{{ words.x }}`. `transform` is applied to the parts after that (another language, large
    print, right to left).
    """
    from cpdocs.template.compiler import compile_template as compile_

    return compile_(docx, house, words, transform=transform)


def load(
    docx: bytes,
    house: bytes | None,
    words: Mapping[str, str],
    *,
    transform: Transform | None = None,
    transform_key: str = "",
    use_cache: bool = True,
) -> Template:
    """Compile a template, or take it from the cache of an earlier run.

    `transform_key` must differ whenever `transform` would do something else (its name, the locale, a hash of
    the catalogue). Raises TemplateError, as compile_template does, and ValueError for a transform without key.
    """
    if transform is not None and not transform_key:
        raise ValueError("a transform needs a key, or the cache would mix its results")
    if not use_cache:
        return compile_template(docx, house, words, transform=transform)
    from cpdocs.template.cache import Cache, key

    kept, name = Cache(), key(docx, house, words, transform_key)
    data = kept.get(name)
    if data is not None:
        try:
            return Template.from_constants(data)
        except ValueError:
            pass  # written by something else under our name: made again below
    template = compile_template(docx, house, words, transform=transform)
    kept.put(name, template.constants())
    return template


def check(
    docx: bytes,
    allowed: Collection[str] | Mapping[str, str] | None = None,
    *,
    house: bytes | None = None,
    words: Collection[str] | None = None,
) -> list[Problem]:
    """Say everything that is wrong with a template, in Word's terms and in reading order.

    `allowed` holds the dotted names a context has (`children[].risk.worries`; `authority.*` allows all below
    it). As a mapping it also says each name's type, so that free text (`text`) is asked for by {{p … }} and
    everything else isn't. `words` are the procedure's; None allows any. `house` adds the styles it must have.
    """
    from cpdocs.template.checks import check as check_

    return check_(docx, allowed, house=house, words=words)
