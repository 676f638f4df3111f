"""The English that the software itself puts in documents: a list of phrases, each under a name of its own.

Whole phrases only: a sentence is never glued from words (a translator could not bend them). What varies is a
placeholder; what counts has a plural. Words that stand in a template, a procedure or the record's schema
are not here: they are messages already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Phrase(NamedTuple):
    """One English phrase: its plural where `{n}` counts, and what a translator should know."""

    english: str
    note: str
    plural: str = ""


PRONOUNS = frozenset(("he", "him", "his", "she", "her", "hers", "you", "your", "yours"))
"""The English words by which a sentence about someone fits one reader only."""

PHRASES: Mapping[str, Phrase] = {
    "nothing.file": Phrase("None recorded", "Under an empty heading, in the chair's own copy."),
    "nothing.copy": Phrase(
        "Nothing recorded in this copy",
        "Under a heading with nothing below it, in every reader's copy. It must not say that there is"
        " nothing: something may have been left out for this reader.",
    ),
    "not-named.copy": Phrase(
        "Not named in this copy",
        "Where the author of a report would stand, in every reader's copy. It must not say that nobody wrote"
        " it: the name may have been left out for this reader.",
    ),
    "awaiting": Phrase(
        "Not translated yet. This is the text in {language}.",
        "Before a text that is still in its first language, in a draft. {language}: name of that language.",
    ),
    "salutation": Phrase("Dear {name}", "How a letter begins. {name}: the person's name, as it is."),
    "salutation.joint": Phrase(
        "Dear {name} and {other_name}", "How a letter to two people begins. Names stay as they are."
    ),
    "label": Phrase("{label}:", "In large print, before each value of what was a table. {label}: a column heading."),
    "name-and-role": Phrase("{name}, {role}", "A person in print: Rhea Hollis, health visitor."),
    "name-and-date": Phrase("{name}, {date}", "Who wrote a report, and when: Rhea Hollis, 4 March 2041."),
    "attended.part": Phrase(
        "{how}, part of it",
        "Beside someone who came late or left early. {how}: In person, online, by telephone.",
    ),
    "done.yes": Phrase("Yes", "Whether someone was invited, sent apologies, came, sent a report: they did."),
    "done.no": Phrase("No", "Whether someone was invited, sent apologies, came, sent a report: they didn't."),
    "name-role-agency": Phrase("{name}, {role}, {agency}", "A professional in print, with the agency."),
    "unborn-name": Phrase("the unborn baby", "In place of a name, before birth, at the head or inside of a line."),
    "body.board": Phrase("the safeguarding board", "Whose copy this is, where the reader is a body and not a person."),
    "body.receiving-authority": Phrase("the receiving authority", "The council that a child has moved to."),
    "body.child-file": Phrase("the child's file", "Whose copy this is: the papers that are kept about a child."),
    "language.unknown": Phrase("not known", "In place of a language, where nobody has said which."),
    "language.both": Phrase("both languages", "In place of a language, where a person wants two."),
}
