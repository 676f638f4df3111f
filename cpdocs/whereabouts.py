"""What would tell one of the family where someone is, or with whom, that is kept from them: a Survey in, findings out.

The search for leaks looks for an address and for a name as they are written. It can't know that a home is one home
when the record keeps it from a reader in one place and shows it to them in another, nor does it look for a town alone
or for the agency of someone whom the record keeps from a reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cpdocs import search
from cpdocs.details import POSTCODE, STREET_WORDS
from cpdocs.finding import Finding, Related
from cpdocs.gates import Leaf
from cpdocs.haystack import of_text, words
from cpdocs.questions import RULES
from cpdocs.record import fault
from cpdocs.sieves import SIEVES, Reader
from cpdocs.survey import Survey

HOMES = ("people[].contact.address.text", "children[].home.text", "children[].placement.text")


def whereabouts(survey: Survey, readers: Sequence[str]) -> list[Finding]:
    """Homes that someone of the family is shown in one place and not in another; towns and agencies that would tell.

    Of anyone else it isn't asked: a nurse may read a child's address, and not the uncle's who lives there too.
    """
    homes = [(at, leaf) for at, leaf in enumerate(survey.leaves) if leaf.pattern in HOMES]
    agencies = [(at, leaf) for at, leaf in enumerate(survey.leaves) if leaf.pattern == "people[].agency"]
    people = survey.record.people
    found: list[Finding] = []
    for id in dict.fromkeys(readers):
        if id not in people or people[id].sort != "family":
            continue
        who = survey.reader(id)
        grounds = survey.in_order(who)
        kept = [leaf for at, leaf in homes if grounds[at] and _by_contact_alone(survey, leaf, who)]
        own = [leaf for at, leaf in homes if not grounds[at] and leaf.gate.owner == id]
        others = [leaf for at, leaf in homes if not grounds[at] and leaf.gate.owner != id]
        if kept:
            found += _twice(survey, who, kept, own, others)
            towns = _towns(survey, kept, [*own, *others])
            found += _named(survey, who, grounds, towns, "DIS-08", "the place where a home lies that is kept")
        known = {_spaced(leaf.value) for at, leaf in agencies if not grounds[at]}
        unknown = [leaf.value for at, leaf in agencies if grounds[at] in ("audience", "session")]
        with_whom = [agency for agency in unknown if _spaced(agency) not in known and len(words(agency)) > 1]
        found += _named(survey, who, grounds, with_whom, "DIS-09", "the agency of someone who is kept")
    return found


def _by_contact_alone(survey: Survey, leaf: Leaf, who: Reader) -> bool:
    """Whether only its list of readers keeps someone from a home: they may read about whose it is."""
    return not any(sieve(leaf.gate, who, survey) for name, sieve in SIEVES.items() if name != "contact")


def _twice(
    survey: Survey, who: Reader, kept: Sequence[Leaf], own: Sequence[Leaf], others: Sequence[Leaf]
) -> Iterator[Finding]:
    """The same home, kept from a reader in one place and shown to them as another's."""
    if not others:
        return
    needles = search.needles([(leaf.path, leaf.value) for leaf in kept], (), shown=[leaf.value for leaf in own])
    tree = survey.record.tree
    hits = search.find_in_texts(needles, [(leaf.path, leaf.value) for leaf in others])
    for hit in {hit.part: hit for hit in reversed(hits)}.values():
        told = fault(
            tree,
            "DIS-07",
            hit.part,
            f"`{who.id}` is shown this home, and elsewhere the same one is kept from them.",
            RULES["DIS-07"].help,
            kind="disclosure",
            title=RULES["DIS-07"].title,
            subject=who.id,
        )
        yield told._replace(related=(Related(tree.place(hit.path), f"kept from `{who.id}` here"),))


def _towns(survey: Survey, kept: Sequence[Leaf], known: Sequence[Leaf]) -> list[str]:
    """The towns of homes that are kept from a reader, but for those that they know all the same."""
    record = survey.record
    open_to_all = (str(record.get("conference.place") or ""), str(record.authority))
    common = _spaced(" ".join((*open_to_all, *(leaf.value for leaf in known))))
    return [town for leaf in kept if (town := town_of(leaf.value)) and _spaced(town) not in common]


def _named(
    survey: Survey, who: Reader, grounds: Sequence[str], secrets: Sequence[str], rule: str, what: str
) -> Iterator[Finding]:
    """Where a reader may read one of these words, said once of each."""
    for secret in dict.fromkeys(secrets):
        tight = "".join(words(secret))
        places = [
            leaf.path
            for leaf, ground in zip(survey.leaves, grounds, strict=True)
            if not ground and not leaf.gate.sources and leaf.type in ("text", "line", "name")
            and tight in of_text(leaf.path, leaf.value).tight and _spaced(secret) in _spaced(leaf.value)
        ]  # fmt: skip
        if places:
            more = f", and so do {len(places) - 1} more that they may read" if len(places) > 1 else ""
            about = RULES[rule]
            yield fault(
                survey.record.tree,
                rule,
                places[0],
                f"This names {what} from `{who.id}`{more}.",
                about.help,
                severity=about.severity,
                kind="disclosure",
                title=about.title,
                subject=who.id,
            )


def town_of(address: str) -> str:
    """The town of an address, folded; empty if none can be told from its streets and houses."""
    for part in reversed(re.split(r"[,;\n]", address)[1:]):
        of = POSTCODE.sub("", " ".join(words(part))).split()
        if of and not any(char.isdigit() for word in of for char in word) and of[-1] not in STREET_WORDS:
            return " ".join(of)
    return ""


def _spaced(text: str) -> str:
    return f" {' '.join(words(text))} "
