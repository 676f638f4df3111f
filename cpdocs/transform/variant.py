"""One Word template and a reader's language and print size in, the template they need out.

The order matters and is kept here: the procedure's words and the house file are in place; then the
language, then large print (its labels are in the language by then), then the turn to right-to-left.
"""

from __future__ import annotations

from cpdocs.locales import Locale
from cpdocs.transform.enlarge import enlarge, untab
from cpdocs.transform.localise import Localised, localise, tagged
from cpdocs.transform.mirror import mirror
from cpdocs.transform.wordml import Parts, parse, serialise, w


def vary(parts: Parts, locale: Locale, context: str = "", points: float | None = None) -> Localised:
    """A filled English template made into one in this language, in large print where `points` is given.

    `context` is `messages.context_of` the document's readers. What could not be translated is named in the
    result; the parts are whole in any case, with those paragraphs in English and tagged so.
    """
    done = Localised(dict(parts)) if locale.is_english else localise(parts, locale, context)
    return Localised(turned(done.parts, locale, points), done.untranslated, done.unfit)


def turned(parts: Parts, locale: Locale, points: float | None = None) -> dict[str, bytes]:
    """A template that is in its language already, sized and turned for its reader."""
    out = led(parts, locale.label_pattern)
    if points is not None:
        out = enlarge(out, points, locale.label_pattern, locale.large_print_line)
    if locale.rtl:
        out = mirror(out, locale.word_tag, locale.fonts.get("complex", ""), locale.fonts.get("instead", ""))
    return out


LEAD = "Lead"
"""The house file's style for a text that begins behind its own label."""


def led(parts: Parts, label: str) -> dict[str, bytes]:
    """Part each label that leads into its text from it as the language does it: `{label}:` in English.

    A template has a tab there, so that the label alone is a message for translators.
    """
    out = dict(parts)
    root = parse(parts["word/document.xml"])
    leading = [style.getparent().getparent() for style in root.iter(w("pStyle")) if style.get(w("val")) == LEAD]
    for paragraph in leading:
        untab(paragraph, label, body=True)
    if leading:
        out["word/document.xml"] = serialise(root)
    return out


class Variant:
    """The compiler's `transform` for one language and size, with a `key` that tells its results apart in a
    cache.

    `own` is True for a Word file that a translator supplied, which is in its language already. After a call,
    `left` names the sentences left in English; a template that came from the cache was never called for, so
    ask `vary` where finality depends on it.
    """

    def __init__(self, locale: Locale, context: str = "", points: float | None = None, *, own: bool = False) -> None:
        """Say for which language, message context and print size."""
        self.locale, self.context, self.points, self.own = locale, context, points, own
        self.left: tuple[str, ...] = ()
        self.key = f"{locale.tag}|{locale.stamp}|{context}|{points or ''}|{'own' if own else ''}"

    def __call__(self, parts: dict[str, bytes]) -> dict[str, bytes]:
        """Parts in, parts out."""
        if self.own:
            return turned(tagged(parts, self.locale), self.locale, self.points)
        done = vary(parts, self.locale, self.context, self.points)
        self.left = (*done.untranslated, *done.unfit)
        return done.parts
