"""translated: whoever a report is shared with gets it in the language and the formats they need.

for      the reports; each has `shared_with` and `translated_into`
message  what to say, with {who} and {what} for the language or the format

Fails:  the report is shared with someone who needs Polish in large print, and translated_into has only pl
Passes: it has pl and large-print
Silent: the report was shared with nobody, or nobody has such a need
"""

from __future__ import annotations

from collections.abc import Iterator

from cpdocs.finding import Kind
from cpdocs.procedure import Rule
from cpdocs.record import Person, Record, text_of
from cpdocs.rules import Problem, rows

KIND: Kind = "breach"


def check(record: Record, rule: Rule) -> Iterator[Problem]:
    """One problem for every need that the report doesn't meet."""
    for row in rows(record, rule):
        made = {text_of(value).split("-")[0].lower() for _, value in record.select("translated_into[]", row)}
        for path, value in record.select("shared_with[].person", row):
            person = record.who(text_of(value))
            for need in _needs(record, person) if person else ():
                if need.split("-")[0].lower() not in made:
                    message = (rule.text("message") or rule.title).replace("{who}", record.name_of(text_of(value)))
                    yield Problem(path, message.replace("{what}", need.replace("-", " ")))


def _needs(record: Record, person: Person) -> Iterator[str]:
    main = text_of(record.get("conference.language")) or record.procedure.language
    tongue = text_of(record.get(f"{person.path}.needs.language"))
    if tongue not in ("", "unknown", "both") and tongue.split("-")[0] != main.split("-")[0]:
        yield tongue
    for _, value in record.select("needs.formats[]", person.path):
        yield text_of(value)
