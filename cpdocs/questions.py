"""What the record must still say before it can be shared: a Survey and its readers in, findings for the chair out.

Who was out for what, which texts may retell it, and what in a text points to something withheld.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from cpdocs import paths
from cpdocs.finding import Finding, RuleText
from cpdocs.gates import FREE
from cpdocs.record import Record, fault, text_of
from cpdocs.sieves import SIEVES
from cpdocs.survey import Survey

RULES: Mapping[str, RuleText] = {
    "DIS-01": RuleText(
        "Text that retells the discussion says which items it retells.",
        "Once someone was kept out of an item, add `from_items:` with the items a text draws on, or"
        " `from_items: []` if nothing in it was said while someone was out.",
    ),
    "DIS-02": RuleText(
        "An exclusion from a part of the meeting names the items.",
        "Name them under `items`. Until then everything discussed is left out of that person's copy.",
    ),
    "DIS-03": RuleText(
        "Text doesn't point to items by number.",
        "Say what the item was about instead, if the readers of that text may know it.",
        "warning",
    ),
    "DIS-04": RuleText(
        "Coming late or leaving early withholds nothing.",
        "If the chair asked them to leave or wait outside, record it under `exclusions`.",
        "advice",
    ),
    "DIS-05": RuleText(
        "What is withheld from a reader stands nowhere in their copy.",
        "Take it out of the text that shows it, or narrow that text with `audience:`. If the reader may know it"
        " after all, add them to `shown_to:` or to the audience of the other place.",
    ),
    "DIS-06": RuleText(
        "A copy that the chair wants to be partial leaves something out.",
        "Say what they aren't to read: `audience:` on those texts, or `exclusions` with the items they were kept out"
        " of. If they may read it all, write `full`.",
    ),
    "DIS-07": RuleText(
        "A home is shown to the same people wherever it is written.",
        "Make both lists of `shown_to` say the same. If this reader mustn't know the home, take them out of this one.",
    ),
    "DIS-08": RuleText(
        "What names the place of a home is for those who may know the home.",
        "If this reader mustn't know even the place, take it out of what they may read, or narrow that with"
        " `audience:`. If they know it, there is nothing to do.",
        "advice",
    ),
    "DIS-09": RuleText(
        "What names the agency of someone who is kept from a reader is for those who may know them.",
        "If this reader mustn't know of that agency, take it out of what they may read, or narrow that with"
        " `audience:`. If they know it, there is nothing to do.",
        "advice",
    ),
    "DIS-10": RuleText(
        "Whoever said something may read it as theirs.",
        "Name the children it is about (`children`, `child` or `about`). Until then it is left out of their own copies,"
        " and with it what hangs on it, such as how to challenge a decision.",
    ),
}
"""What is said of text that would tell a reader what they may not see, for `explain`."""


def questions(survey: Survey, readers: Sequence[str]) -> list[Finding]:
    """What the record must still say before it can be shared: who was out for what, and what retells it."""
    record = survey.record
    found: list[Finding] = []
    whos = [survey.reader(id) for id in dict.fromkeys(readers)]
    for who in whos:
        if who.chair or not who.out:
            continue
        places: dict[str, tuple[str, str]] = {}
        for leaf in survey.leaves:
            if leaf.gate.retells and not any(
                sieve(leaf.gate, who, survey) for name, sieve in SIEVES.items() if name != "retelling"
            ):
                row = _asked_at(record, leaf.path)
                places.setdefault(row or leaf.path, (row, leaf.path))
        for row, path in places.values():
            key = next(step for step in reversed(paths.split(path)) if isinstance(step, str) and step != "text")
            how = (
                f"One `from_items` {'in this entry of' if row.endswith(']') else 'under'}"
                f" `{paths.pattern_of(row).replace('[]', '')}` covers all that stands there, and what is typed later."
                if row
                else f"It goes with the text itself: `{key}:` with `text:` and `from_items:` below it."
            )
            found.append(
                fault(
                    record.tree,
                    "DIS-01",
                    path,
                    f"`{who.id}` was out for part of the meeting, and this doesn't say which items it retells.",
                    "Add `from_items:` with the items it draws on, or `from_items: []` if nothing in it was said while"
                    f" someone was out. {how} Until then it is left out of the copy for `{who.id}`.",
                    kind="disclosure",
                    title=RULES["DIS-01"].title,
                    subject=who.id,
                )
            )
    for exclusion in record.exclusions:
        if not exclusion.full and not exclusion.items:
            found.append(
                fault(
                    record.tree,
                    "DIS-02",
                    exclusion.path,
                    f"`{exclusion.person}` was out for part of the meeting, and it isn't said for which items.",
                    "Name them under `items`. Until then everything discussed is left out of their copy.",
                    kind="disclosure",
                    title=RULES["DIS-02"].title,
                )
            )
    numbers = re.compile(r"\bitem\s+([0-9]+)\b", re.IGNORECASE)
    for leaf in survey.leaves:
        if leaf.type in FREE and (hit := numbers.search(leaf.value)) and hit[1] in record.items:
            found.append(
                fault(
                    record.tree,
                    "DIS-03",
                    leaf.path,
                    f"“{hit[0]}” points to a numbered item; numbers aren't printed, and it tells a reader that"
                    " the item exists.",
                    "Say what the item was about instead, if this text's readers may know it.",
                    severity="warning",
                    kind="disclosure",
                    title=RULES["DIS-03"].title,
                )
            )
    for number, entry in enumerate(record.rows("attended")):
        if entry.get("joined_late") == "yes" or entry.get("joined_at") or entry.get("left_after"):
            id = text_of(entry.get("person"))
            found.append(
                fault(
                    record.tree,
                    "DIS-04",
                    f"attended[{number}]",
                    f"`{id}` wasn't there for the whole meeting, but wasn't kept out: their copies leave nothing out"
                    " because of it.",
                    "If the chair asked them to leave or wait outside, record it under `exclusions`.",
                    severity="advice",
                    kind="disclosure",
                    title=RULES["DIS-04"].title,
                )
            )
    found += _partial_in_name_only(survey, readers)
    found += _own_words(survey, readers)
    return found


def _partial_in_name_only(survey: Survey, readers: Sequence[str]) -> Iterator[Finding]:
    """Readers whom the chair gives a partial copy while no text is withheld from them: it would be a whole one."""
    record = survey.record
    people = record.people.values()
    asked = {person.id: f"{person.path}.copy" for person in people if person.data.get("copy") == "partial"}
    for number, row in enumerate(record.rows("distribution")):
        if row.get("copy") == "partial":
            asked.setdefault(text_of(row.get("person")), f"distribution[{number}].copy")
    for id in dict.fromkeys(readers):
        if id not in asked:
            continue
        who = survey.reader(id)
        grounds = zip(survey.leaves, survey.in_order(who), strict=True)
        if who.chair or any(ground not in ("", "label", "contact") for leaf, ground in grounds if leaf.type in FREE):
            continue
        yield fault(
            record.tree,
            "DIS-06",
            asked[id],
            f"The chair wants a partial copy for `{id}`, but nothing in the record is kept from them.",
            RULES["DIS-06"].help,
            kind="disclosure",
            title=RULES["DIS-06"].title,
            subject=id,
        )


_SAID = ("family_comments[]", "views[]", "dissent[]", "parental_disagreement[]")
"""Lists of what single people said."""


def _own_words(survey: Survey, readers: Sequence[str]) -> Iterator[Finding]:
    """What someone said, kept from themself because it names no child and so is about those of others as well."""
    record = survey.record
    every = frozenset(record.subjects)
    for id in dict.fromkeys(readers):
        who = survey.reader(id)
        if every <= who.children or id in record.children:  # a child's own letters hold none of these lists
            continue
        rows = (
            leaf.entries[-1]
            for leaf, ground in zip(survey.leaves, survey.in_order(who), strict=True)
            if ground == "child" and leaf.pattern.startswith(_SAID) and leaf.type in FREE and every <= leaf.gate.about
        )
        for row in dict.fromkeys(rows):
            said = record.get(row)
            if isinstance(said, Mapping) and text_of(said.get("person")) == id:
                yield fault(
                    record.tree,
                    "DIS-10",
                    row,
                    f"`{id}` can't read this as theirs: it names no child, and they may not read of every one.",
                    RULES["DIS-10"].help,
                    kind="disclosure",
                    title=RULES["DIS-10"].title,
                    subject=id,
                )


def _asked_at(record: Record, path: str) -> str:
    """The place that a single `from_items` would best stand on: the child or the list entry, else what holds the
    text and may carry one; empty if only the text itself may.
    """
    steps = paths.split(path)
    least = 2 if len(steps) > 1 and isinstance(steps[1], int) else 1
    for length in range(least, len(steps)):
        place = paths.join(steps[:length])
        node = record.fields.at(paths.pattern_of(place))
        if node is not None and (node.gated or node.is_leaf):
            return "" if node.is_leaf else place
    return ""
