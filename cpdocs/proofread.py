"""A catalogue and the messages of today in, findings out: what is missing, stale or wrong in a translation.

This is the gate for placeholders and marks (decision 29); `msgfmt --check` is the floor. Everything is
said in a translator's words and with its line in the PO file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cpdocs.catalogue import Catalogue, Entry, plural_tags
from cpdocs.finding import Finding, Place, Severity
from cpdocs.message import TOKEN, UNSAFE, Message, literal_braces, marks, misnested, placeholders


def check(catalogue: Catalogue, messages: Sequence[Message], file: str) -> list[Finding]:
    """What is missing, stale or wrong in a catalogue, entry by entry, in the translator's words.

    `messages` is what the templates ask for today; a message that isn't in the file is missing at its
    first line.
    """
    found: list[Finding] = []
    for message in messages:
        entry = catalogue.get(message.english, message.context)
        if entry is None:
            found.append(
                _finding(
                    "LOC-NEW",
                    file,
                    1,
                    f"The file doesn't have this text yet: {_short(message.english)}",
                    "Run `cpdocs locale update`; it adds what is new and marks what has changed.",
                    kind_gap=True,
                )
            )
        else:
            found.extend(check_entry(entry, catalogue.base, file))
    return sorted(found, key=lambda finding: (finding.place.line, finding.rule, finding.message))


def check_entry(entry: Entry, base: str, file: str) -> list[Finding]:
    """The findings about one entry; a fuzzy or empty one is named as that and nothing more."""
    message = entry.message
    english = _short(message.english)

    def say(rule: str, text: str, help: str, *, severity: Severity = "error", gap: bool = False) -> Finding:
        return _finding(rule, file, entry.line, text, help, severity, kind_gap=gap)

    if entry.fuzzy:
        was = f" It was: {_short(entry.previous)}" if entry.previous else ""
        return [
            say(
                "LOC-STALE",
                f"The English has changed since this was translated. It is now: {english}{was}",
                "Change the translation to match, then take the fuzzy mark away (in Poedit: Needs work).",
                gap=True,
            )
        ]
    forms = plural_tags(base) if message.plural else ("",)
    if not any(entry.translations):
        return [say("LOC-MISSING", f"Not translated yet: {english}", "Translate it.", gap=True)]
    found: list[Finding] = []
    if len(entry.translations) != len(forms) or not all(entry.translations):
        given = ", ".join(form for form, text in zip(forms, entry.translations, strict=False) if text)
        found.append(
            say(
                "LOC-PLURAL",
                f"This language needs the forms {', '.join(forms)}, and only {given} is there: {english}",
                "Give each form; where two are the same in this language, write it twice.",
            )
        )
    for form, text in zip(forms, entry.translations, strict=False):
        if text:
            found.extend(_check_text(message, form, text, say))
    return found


def _check_text(message: Message, form: str, text: str, say: Any) -> list[Finding]:
    english = message.plural if message.plural and form == "other" else message.english
    shown = _short(text)
    found: list[Finding] = []
    wanted, given = placeholders(english), placeholders(text)
    rest = text
    for name in wanted | given:
        rest = rest.replace("{" + name + "}", "")
    rest = rest.replace("{{", "").replace("}}", "")
    for name in wanted:
        # "one", "two" may be said in a word of the language, without the figure
        if name in given or (name == "n" and form not in ("", "other")):
            continue
        if name in rest:
            found.append(
                say(
                    "LOC-BRACE",
                    f"{{{name}}} has lost its braces in: {shown}",
                    f"Write it exactly as {{{name}}}: curly braces, no quotation marks, no spaces.",
                )
            )
        else:
            renamed = sorted(set(given) - set(wanted))
            hint = f" Is {{{renamed[0]}}} meant to be it?" if renamed else ""
            found.append(
                say(
                    "LOC-LOST",
                    f"{{{name}}} is missing from: {shown}.{hint}",
                    f"Put {{{name}}} where the sentence needs it; its name is never translated.",
                )
            )
    for name in given:
        if name not in wanted:
            found.append(
                say(
                    "LOC-ADDED",
                    f"{{{name}}} isn't in the English, so nothing can be filled in for it: {shown}",
                    "Use only the placeholders of the English, spelt as there.",
                )
            )
    if literal_braces(text) and not literal_braces(english):
        rest += "{"
    if "{" in rest or "}" in rest:
        found.append(
            say(
                "LOC-BRACE",
                f"A brace that belongs to no placeholder stands in: {shown}",
                "A placeholder has one { before and one } after.",
            )
        )
    found.extend(_check_marks(english, text, shown, say))
    if text != text.strip():
        found.append(
            say(
                "LOC-SPACE",
                f"A space or line break stands before or after: {shown}",
                "Take it away; the document adds the spaces it needs.",
            )
        )
    hidden = UNSAFE.search(text)
    if hidden:
        found.append(
            say(
                "LOC-CHARACTER",
                f"A character that can't be seen (U+{ord(hidden.group()):04X}) stands in: {shown}",
                "Type the text again there. Direction marks aren't needed; the document sets the direction.",
            )
        )
    if text == message.english and len(TOKEN.sub("", text).split()) > 2:
        found.append(
            say(
                "LOC-SAME",
                f"The translation is the English itself: {shown}",
                "Translate it, or leave it if it is the same in this language.",
                severity="advice",
            )
        )
    return found


def _check_marks(english: str, text: str, shown: str, say: Any) -> list[Finding]:
    found: list[Finding] = []
    wanted, given = marks(english), marks(text)
    for mark in wanted:
        if not given[mark]:
            found.append(
                say(
                    "LOC-MARK",
                    f"{mark} is missing from: {shown}",
                    "Each mark of the English stands once in the translation, around the words that belong to it.",
                )
            )
    for mark, times in given.items():
        if mark not in wanted or times > 1:
            found.append(
                say(
                    "LOC-MARK",
                    f"{mark} {'is there twice' if mark in wanted else 'is not in the English'}: {shown}",
                    "Each mark of the English stands once in the translation, and no other.",
                )
            )
    wrong = misnested(text)
    if wrong:
        found.append(
            say(
                "LOC-MARK",
                f"{wrong} in: {shown}",
                "A mark ends before the next begins: <1>…</1> <2>…</2>.",
            )
        )
    return found


def _finding(
    rule: str,
    file: str,
    line: int,
    text: str,
    help: str,
    severity: Severity = "error",
    *,
    kind_gap: bool = False,
) -> Finding:
    place = Place(file, "", line, 1)
    return Finding(rule, severity, "gap" if kind_gap else "fault", text, place, title=TITLES[rule], help=help)


TITLES: Mapping[str, str] = {
    "LOC-NEW": "Every text of the documents is in the catalogue.",
    "LOC-MISSING": "Every text is translated.",
    "LOC-STALE": "A translation follows the English as it is now.",
    "LOC-PLURAL": "Every plural form of the language is given.",
    "LOC-LOST": "A translation has every placeholder of the English.",
    "LOC-ADDED": "A translation has no placeholder that the English lacks.",
    "LOC-BRACE": "A placeholder stands in curly braces.",
    "LOC-MARK": "A translation has the marks of the English, once each, one after the other.",
    "LOC-SPACE": "A translation has no space before or after it.",
    "LOC-CHARACTER": "A translation has only characters that can be seen.",
    "LOC-SAME": "A translation differs from the English.",
}


def _short(text: str) -> str:
    return f"“{text if len(text) <= 90 else text[:87].rstrip() + '…'}”"
