"""Whether two people get one letter: only where the record asks for it and both may read all of it at one home."""

from __future__ import annotations

from collections.abc import Mapping

from cpdocs.editions import format_for, languages_for
from cpdocs.finding import Finding, RuleText
from cpdocs.homes import comparable
from cpdocs.library import DocumentType
from cpdocs.readers import name_is_kept, reader
from cpdocs.record import Person, Record, fault, text_of

RULES: Mapping[str, RuleText] = {
    "DIST-03": RuleText(
        "One letter for two is made only where both may read all of it at one address.",
        "Check `household`, `contact.address` and `needs` of both. Two letters are always safe.",
        "advice",
    ),
}
"""What is said of a joint letter that can't be one, for `explain`."""


def asked(record: Record, document: DocumentType, one: str, other: str) -> bool:
    """Whether the record asks for one letter for these two: one of them says so, and neither names another."""
    named = [text_of(reader(record, id).data.get("joint_letter_with")) for id in (one, other)]
    return document.joint and any(named) and named[0] in ("", other) and named[1] in ("", one) and one != other


def apart(record: Record, document: DocumentType, one: str, other: str, *, same_children: bool) -> str:
    """Why two people can't have one letter, or nothing."""
    both = [reader(record, id) for id in (one, other)]
    homes = [_home(person) for person in both]
    (address, house), (other_address, other_house) = homes
    if address and other_address and address != other_address:
        return "their addresses differ"
    if house and other_house and house != other_house:
        return "they are put down for different households"
    if not (address and other_address) and not (house and other_house):
        return "nothing says that they live together (`household`)"
    if not same_children:
        return "they may read about different children"
    needs = [person.data.get("needs") or {} for person in both]
    wishes = [
        (languages_for(record, document, (person.id,)), format_for(document, own, record))
        for person, own in zip(both, needs, strict=True)
    ]
    if wishes[0] != wishes[1]:
        return "they read different languages or formats"
    rows = (row for row in record.rows("parental_disagreement") if "audience" not in row)  # else it isn't to be told
    disagreed = {text_of(row.get("person")) for row in rows}
    if len(disagreed & {one, other}) == 1:
        return "one of them does not agree, and their own letter says how to challenge the decision"
    for person, partner in (both, both[::-1]):
        if name_is_kept(record, person) and partner.id not in (person.data.get("name_shown_to") or ()):
            return "one of them may not read the other's name"
    return ""


def _home(person: Person) -> tuple[str, str]:
    """Where someone lives: the address in comparable form, and the household's word."""
    address = text_of((person.data.get("contact") or {}).get("address"))
    return comparable(address), text_of(person.data.get("household"))


def separate(record: Record, one: str, other: str, why: str) -> Finding:
    """The finding that says that two people get a letter each though the record asks for one, and why."""
    return fault(
        record.tree,
        "DIST-03",
        f"{reader(record, one).path}.joint_letter_with",
        f"`{one}` and `{other}` get separate letters: {why}.",
        RULES["DIST-03"].help,
        severity=RULES["DIST-03"].severity,
        kind="disclosure",
        title=RULES["DIST-03"].title,
        subject=one,
    )
