"""One Word template and a reader's language and print size in, the template they need out.

The order matters and is kept here: words of the procedure, then the language, then large print (whose
labels are already in the language), then the turn to right-to-left.
"""

from __future__ import annotations

from cpdocs.locales import Locale
from cpdocs.transform.enlarge import enlarge
from cpdocs.transform.localise import Localised, localise
from cpdocs.transform.mirror import mirror
from cpdocs.transform.wordml import Parts


def vary(parts: Parts, locale: Locale, context: str = "", points: float | None = None) -> Localised:
    """A filled English template made into one in this language, in large print where `points` is given.

    `context` is `messages.context_of` the document's readers. What could not be translated is named in the
    result; the parts are whole in any case, with those paragraphs in English and tagged so.
    """
    done = Localised(dict(parts)) if locale.is_english else localise(parts, locale, context)
    return Localised(turned(done.parts, locale, points), done.untranslated, done.unfit)


def turned(parts: Parts, locale: Locale, points: float | None = None) -> dict[str, bytes]:
    """A template that is in its language already (a translator's own Word file), sized and turned for it."""
    out = dict(parts)
    if points is not None:
        out = enlarge(out, points, locale.label_pattern, locale.large_print_line)
    if locale.rtl:
        out = mirror(out, locale.word_tag, locale.fonts.get("complex", ""))
    return out
