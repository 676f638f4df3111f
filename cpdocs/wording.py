"""A View's values in a reader's words: codes, dates, people, free text, and whatever they are nested in.

Every key of the schema is there, with empties for what is absent or withheld: the two can't be told apart.
Nothing here knows the Record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any

from markupsafe import Markup

from cpdocs import wordtext
from cpdocs.disclosure import View
from cpdocs.fields import Field
from cpdocs.locales import Locale
from cpdocs.message import escape, label_context
from cpdocs.vocabulary import empty

Memory = Callable[[str], str | None]
"""The translation of one text of the record, or None."""


def large(words: str) -> str:
    """The same with a large first letter, for the head of a line or a cell."""
    return words[:1].upper() + words[1:]


class Wording:
    """One View on its way into one language: its values, its people, its nested data."""

    def __init__(
        self,
        view: View,
        fields: Field,
        locale: Locale,
        memory: Memory | None,
        labels: Mapping[str, str],
        parted: bool,
    ) -> None:
        """Nothing is put into words yet. `parted`: each free text also as its first paragraph and the rest."""
        self.view, self.fields, self.locale, self.labels, self.parted = view, fields, locale, labels, parted
        self.memory = memory
        self.foreign = view.language.split("-")[0] != locale.tag.split("-")[0]
        self.missing: list[str] = []
        self.lacking: list[str] = []
        self._people: dict[str, dict[str, Any]] = {}

    def on(self, view: View) -> Wording:
        """The same for another copy, which says of itself what that View says of it."""
        other = copy(self)
        other.view, other.missing, other.lacking = view, [*self.missing], [*self.lacking]
        return other

    # --- single values

    def value(self, text: str, node: Field) -> Any:
        """One leaf as a template prints it."""
        kind = node.type
        if kind == "text":
            return self.text(text)
        if kind == "line":
            line = self.line(text)
            return large(line) if node.begins_large else line
        if kind == "date":
            return self.date(text)
        if kind == "time":
            return self.time(text)
        if kind in ("person", "child"):
            return self.person(text)
        return text

    def text(self, text: str) -> Markup:
        """Free text as Word paragraphs, in the reader's language or marked as the original."""
        if self.foreign:
            translated = self.memory(text) if self.memory else None
            if translated is None:
                self.missing.append(text)
                original = wordtext.paragraphs(text, self.view.language, False, document_lang=self.locale.word_tag)
                note = self.locale.phrase("awaiting", language=self.locale.language_name(self.view.language))
                return self._paragraphs(note, keep=True) + original
            text = translated
        return self._paragraphs(text)

    def _paragraphs(self, text: str, *, keep: bool = False) -> Markup:
        tag = self.locale.word_tag
        return wordtext.paragraphs(text, tag, self.locale.rtl, document_lang=tag, keep=keep)

    def line(self, text: str) -> str:
        """One line in the reader's language, or the original with its language named."""
        if not self.foreign:
            return text
        translated = self.memory(text) if self.memory else None
        if translated is None:
            self.missing.append(text)
            return f"{text} ({self.locale.language_name(self.view.language)})"
        return translated

    def date(self, text: str) -> str:
        """`2041-03-02` as this language writes it."""
        try:
            return self.locale.date(dt.date.fromisoformat(text))
        except ValueError:
            return text

    def time(self, text: str) -> str:
        """`10:30` as this language writes it."""
        try:
            return self.locale.time(dt.time.fromisoformat(text))
        except ValueError:
            return text

    def label(self, pattern: str, code: str, node: Field) -> str:
        """The printed word for a code: the procedure's own, else the schema's."""
        english = self.labels.get(f"{pattern} = {code}") or node.labels.get(code)
        if not english:  # a computed code that no document prints
            return code.replace("-", " ")
        return self.said(english, label_context(pattern, code))

    def said(self, english: str, context: str) -> str:
        """A word that stands alone, in the reader's language; one that has no translation is remembered."""
        if self.locale.is_english:
            return english
        if self.locale.translation(escape(english), context) is None:
            self.lacking.append(english)
        return self.locale.word(english, context)

    # --- people

    def person(self, id: str) -> dict[str, Any]:
        """A person as far as the reader may know them; someone unknown to them is all empty."""
        if id not in self._people:
            card = self.view.people.get(id, {})
            role = card.get("role", "")
            name = card.get("name", "")
            if role == "child" and not name:
                name = self.locale.phrase("unborn-name")
            node = self.fields.at("people[].role")
            role_label = self.label("people[].role", role, node) if role and role != "child" and node else ""
            relation = self._relation(card.get("relations", ""))
            job = self.line(card["job"]) if card.get("job") else ""
            agency = card.get("agency", "")
            part = relation or job or role_label
            title = name
            if name and agency and not relation:
                title = self.locale.phrase("name-role-agency", name=name, role=self.inside(part), agency=agency)
            elif name and part:
                title = self.locale.phrase("name-and-role", name=name, role=self.inside(part))
            self._people[id] = {
                "id": id if card else "",
                "name": name,
                "name_cap": large(name),
                "role": role,
                "role_label": relation or role_label,
                "agency": agency,
                "job": job,
                "title": title or role_label,
                "work_contact": card.get("work_contact", ""),
            }
        return self._people[id]

    def _relation(self, relations: str) -> str:
        """What a person is to the children of this copy: one's father may be another's step-parent.

        Who is nothing to these is called what they are to their brothers and sisters.
        """
        node = self.fields.at("relations[].as")
        found = [(role, child) for role, _, child in (relation.partition(":") for relation in relations.split())]
        roles = dict.fromkeys(role for role, child in found if child in self.view.children)
        roles = roles or dict.fromkeys(role for role, child in found if child in self.view.people)
        labels = [self.label("relations[].as", role, node) for role in roles] if node else []
        return self.locale.list([self.inside(label) if at else label for at, label in enumerate(labels)])

    def inside(self, words: str) -> str:
        """A label inside a line begins small ("Rhea Hollis, mother"), where the language begins no noun large."""
        small = self.locale.labels_begin_small and (words[1:2].islower() or words[1:2] == " ")
        return words[:1].lower() + words[1:] if small else words

    # --- nested data

    def mapping(self, data: Mapping[str, Any], node: Field) -> dict[str, Any]:
        """A mapping with every key of its schema; labels beside codes, joined words beside lists."""
        out: dict[str, Any] = dict(empty(node))
        for key, value in data.items():
            below = node.keys.get(key)
            if below is None:
                continue
            if isinstance(value, dict):
                out[key] = self.mapping(value, below)
            elif isinstance(value, list):
                self._entries(out, key, value, below)
            elif below.type in ("code", "yesno"):
                out[key] = value
                out[f"{key}_label"] = label = self.label(below.pattern, value, below)
                out[f"{key}_inside"] = self.inside(label)
            elif below.type == "tag":
                out[key] = value
                out[f"{key}_label"] = self.tongue(value)
            else:
                out[key] = self.value(value, below)
                if self.parted and below.type == "text":
                    out[f"{key}_first"], out[f"{key}_rest"] = wordtext.parted(out[key])
        return out

    def tongue(self, tag: str) -> str:
        """The name of a language in the reader's language."""
        if tag in ("unknown", "both"):
            return self.locale.phrase(f"language.{tag}")
        return self.locale.language_name(tag)

    def _entries(self, out: dict[str, Any], key: str, entries: Sequence[Any], node: Field) -> None:
        item = node.item
        if item is None:
            return
        if item.is_leaf:
            # a word for a group (`professionals`), or someone unknown, would print an empty line
            whos = item.type in ("person", "child")
            out[key] = [self.value(entry, item) for entry in entries if not whos or self.person(entry)["id"]]
            if whos:
                them = [self.person(entry) for entry in entries]
                out[f"{key}_labels"] = [who["title"] for who in them if who["title"]]
                # names alone: in a row of "Rhea Hollis, mother" nobody could tell where one ends
                out[f"{key}_label"] = self.locale.list([who["name"] or who["title"] for who in them if who["title"]])
                return
            words = [self.label(node.pattern, entry, item) if item.type == "code" else str(entry) for entry in entries]
            out[f"{key}_labels"] = [word for word in words if word]
            inside = self.inside if item.type == "code" else str
            out[f"{key}_label"] = self.locale.list([inside(w) if n else w for n, w in enumerate(words) if w])
            return
        out[key] = []
        for entry in entries:
            row, named = dict(empty(item)), set()
            if isinstance(entry, dict):
                row = self.mapping(entry, item)
                named = {str(id) for who in ("owner", "person", "author") if (id := entry.get(who))}
            row["mine"] = "yes" if self.view.mine & named else ""
            out[key].append(row)
