"""A View and a Locale in, the context that a Word template prints out: plain words, lists and mappings.

Every field of the record is there, so that a template never meets a missing name: what is absent or withheld
is an empty text, an empty list or a mapping of empties, and the two can't be told apart. Dates, codes and
people are in the reader's words and language. Nothing here knows the Record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from cpdocs import wordtext
from cpdocs.disclosure import View
from cpdocs.fields import Field
from cpdocs.locales import Locale
from cpdocs.message import escape, label_context
from cpdocs.messages import TITLE, of_phrases
from cpdocs.once import Once
from cpdocs.phrases import PHRASES
from cpdocs.vocabulary import AUTHORITY, NOTHING, empty

_HEADS = (
    ".actions[].what", ".outcomes[].outcome", ".outcomes[].risk", ".plan_changes[]", ".services[].service",
    "recommendations[].text",
)  # fmt: skip
"""Lines that are typed in the midst of a list (`ring the doctor`), and stand at the head of a cell or a bullet."""

Memory = Callable[[str], str | None]
"""The translation of one text of the record, or None."""


@dataclass(frozen=True)
class Presented:
    """What a template prints, the texts of the record that have no translation yet, and the words that lack one."""

    context: dict[str, Any]
    untranslated: tuple[str, ...]
    lacking: tuple[str, ...] = ()


def present(
    view: View,
    fields: Field,
    locale: Locale,
    *,
    memory: Memory | None = None,
    labels: Mapping[str, str] | None = None,
    asked: frozenset[str] | None = None,
    once: Once | None = None,
) -> Presented:
    """Put a View into the words of a language.

    `labels` are a procedure's own words for codes (`pattern = code`). `asked` are the names that the template
    prints: nothing else is put into words, so that a translator is asked for no text that isn't printed. A text
    without a translation is printed as it is, marked as such. `once` keeps what copies have in common: the same
    data and people (the very same, as `disclose` gives them) in the same words.
    """
    once = once or Once()
    heads, parted, mine = once(("asked", asked), lambda: _asked(asked))

    def said() -> tuple[_Presenter, dict[str, Any]]:
        data = view.data if heads is None else {key: view.data[key] for key in heads if key in view.data}
        work = _Presenter(view, fields, locale, memory, labels or {}, parted)
        context = work.mapping(data, fields)
        work.people(context)
        work.attendance(context)
        work.reports(context)
        return work, context

    alike = (id(view.data), id(view.people), view.mine if mine else None, view.file_copy, locale.tag, heads, parted)
    first, shared = once(("said", *alike), said)
    work, context = first.on(view), dict(shared)
    context["copy"] = work.copy(context)
    context["nothing"] = locale.phrase("nothing.file" if view.file_copy else "nothing.copy")
    context["authority"] = _complete(view.authority, locale)
    context["passages"] = _Passages({name.replace("-", "_"): "yes" for name in view.passages})
    for name in ("sheet", "report", "pack"):
        context[name] = view.extras.get(name, NOTHING[name])
    context["agencies"] = [
        {key: text if key == "agency" else locale.phrase(f"done.{text}") for key, text in row.items()}
        for row in view.extras.get("agencies", NOTHING["agencies"])
    ]
    lacking = [
        *work.lacking,
        *_unsaid(view.authority, locale),
        *once(("phrases", locale.tag), lambda: [message.english for message in locale.lacks(of_phrases())]),
    ]
    return Presented(context, tuple(dict.fromkeys(work.missing)), tuple(dict.fromkeys(lacking)))


def _asked(asked: frozenset[str] | None) -> tuple[tuple[str, ...] | None, bool, bool]:
    """The parts of the record behind the names that a template prints, and what it needs of them.

    That is: texts in two parts, and which entries are the reader's own.
    """
    if asked is None:
        return None, True, True
    made_of = {
        "copy.to_tell[]": ("people", "children", "exclusions"),
        "copy.visit": ("discussion",),
        "copy.": ("children",),
        "attended[].invited": ("invited",),
        "also_invited": ("invited", "attended"),
        "told": ("attended",),
        "subjects_label": ("children",),
    }
    heads = {name.split(".")[0].removesuffix("[]") for name in asked}
    for beginning, parts in made_of.items():
        if any(name.startswith(beginning) for name in asked):
            heads.update(parts)
    parted = any(name.endswith(("_first", "_rest")) for name in asked)
    mine = any(name.endswith(".mine") or name.startswith("copy.agreed_actions") for name in asked)
    return tuple(sorted(heads)), parted, mine


class _Passages(dict[str, str]):
    """A passage that no procedure switched on is an empty text."""

    def __missing__(self, key: str) -> str:
        return ""


def _complete(authority: Mapping[str, Any], locale: Locale) -> dict[str, Any]:
    """The authority's file with every key there is, in the reader's language where it says so under `in`."""
    out = dict(AUTHORITY)
    own = (authority.get("in") or {}).get(locale.tag) or {}
    for words in (authority, own):
        for key, value in words.items():
            base = out.get(key)
            out[key] = {**base, **value} if isinstance(base, Mapping) and isinstance(value, Mapping) else value
    return out


def _unsaid(authority: Mapping[str, Any], locale: Locale) -> list[str]:
    """The authority's own sentences that it hasn't said in this language."""
    if locale.is_english or locale.maker:
        return []
    own = (authority.get("in") or {}).get(locale.tag) or {}
    return [
        value[key]
        for name, value in authority.items()
        if name in AUTHORITY and isinstance(value, Mapping)
        for key in ("about", "hours")
        if value.get(key) and not (own.get(name) or {}).get(key)
    ]


def _any(answers: Iterable[bool]) -> str:
    return "yes" if any(answers) else ""


def _large(words: str) -> str:
    """The same with a large first letter, for the head of a line or a cell."""
    return words[:1].upper() + words[1:]


def _date(locale: Locale, text: str) -> str:
    try:
        return locale.date(dt.date.fromisoformat(text))
    except ValueError:
        return text


class _Presenter:
    """One View on its way into one language."""

    def __init__(
        self,
        view: View,
        fields: Field,
        locale: Locale,
        memory: Memory | None,
        labels: Mapping[str, str],
        parted: bool,
    ) -> None:
        self.view, self.fields, self.locale, self.labels, self.parted = view, fields, locale, labels, parted
        self.memory = memory
        self.foreign = view.language.split("-")[0] != locale.tag.split("-")[0]
        self.missing: list[str] = []
        self.lacking: list[str] = []
        self._people: dict[str, dict[str, Any]] = {}

    def on(self, view: View) -> _Presenter:
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
            return _large(line) if node.pattern.endswith(_HEADS) else line
        if kind == "date":
            return _date(self.locale, text)
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
                title = self.locale.phrase("name-role-agency", name=name, role=self._inside(part), agency=agency)
            elif name and part:
                title = self.locale.phrase("name-and-role", name=name, role=self._inside(part))
            self._people[id] = {
                "id": id if card else "",
                "name": name,
                "name_cap": _large(name),
                "role": role,
                "role_label": relation or role_label,
                "agency": agency,
                "job": job,
                "title": title or role_label,
                "work_contact": card.get("work_contact", ""),
            }
        return self._people[id]

    def _relation(self, relations: str) -> str:
        """What a person is to the children of this copy: one's father may be another's step-parent."""
        node = self.fields.at("relations[].as")
        found = (relation.partition(":") for relation in relations.split())
        roles = dict.fromkeys(role for role, _, child in found if child in self.view.people)
        labels = [self.label("relations[].as", role, node) for role in roles] if node else []
        return self.locale.list([self._inside(label) if at else label for at, label in enumerate(labels)])

    def _inside(self, words: str) -> str:
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
                out[f"{key}_inside"] = self._inside(label)
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
            inside = self._inside if item.type == "code" else str
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

    def people(self, context: dict[str, Any]) -> None:
        """Give every person and child of the context the same words as where they are mentioned."""
        for key in ("people", "children"):
            for row in context[key]:
                card = self.person(row["id"]) if row["id"] else {}
                for name in ("name", "title", "role_label"):
                    row[name] = card.get(name) or row.get(name) or ""
        subjects = [row["name"] for row in context["children"] if row["subject"] == "yes" and row["name"]]
        context["subjects_label"] = _large(self.locale.list(subjects))
        for row in context["children"]:
            decision = row["decision"]
            row["name_cap"] = _large(row["name"])
            row["facts"] = {**row["facts"], "why": decision["for_the_family"] or decision["reasons"]}

    def attendance(self, context: dict[str, Any]) -> None:
        """Say beside each person present whether they were invited, and keep the invited who aren't among them.

        Someone who was invited and of whom the reader sees no attendance may have been there all the same:
        neither list says that anyone wasn't.
        """
        invited = {row["person"]["id"] for row in context["invited"] if row["person"]["id"]}
        present = {row["person"]["id"] for row in context["attended"] if row["person"]["id"]}
        for row in context["attended"]:
            if row["how_label"] and (row["joined_at"] or row["left_after"] or row["joined_late"] == "yes"):
                row["how_label"] = self.locale.phrase("attended.part", how=row["how_label"])
            row["invited"] = "yes" if row["person"]["id"] in invited else ""
            row["invited_label"] = self.locale.phrase("done.yes") if row["invited"] else ""
        for row in context["invited"]:
            if row["apologies"]:
                row["apologies_label"] = self.locale.phrase(f"done.{row['apologies']}")
        context["also_invited"] = [
            row
            for row in context["invited"]
            if row["person"]["id"] not in present or row["apologies"] == "yes" or row["absent_reason"]
        ]
        context["told"] = [row for row in context["attended"] if row["contribution"]]

    def reports(self, context: dict[str, Any]) -> None:
        """Who wrote a report and when, and who was shown it, each in one line."""
        file_copy = self.view.file_copy
        for row in context["reports"]:
            author = row["author"]["name"] or self.locale.phrase("nothing.file" if file_copy else "not-named.copy")
            dated = row["dated"]
            row["by"] = self.locale.phrase("name-and-date", name=author, date=dated) if dated else author
            shares = [
                (share["person"]["name"], "; ".join(part for part in (share["date"], share["method"]) if part))
                for share in row["shared_with"]
                if share["person"]["name"] and share["date"]
            ]
            row["shared_label"] = self.locale.list([f"{name} ({how})" for name, how in shares])

    # --- the copy's own words

    def copy(self, context: dict[str, Any]) -> dict[str, Any]:
        """What a document says of itself: whose it is, of what, signed by whom."""
        own = self.view.copy
        names = [
            self.locale.phrase(f"body.{id}") if f"body.{id}" in PHRASES else name
            for id, name in zip(own["for"], own["for_names"], strict=True)
        ]
        chair = self.person(own["signed_by"])
        phrase = self.locale.phrase
        children = [row for row in context["children"] if row["id"] in self.view.children]
        actions = [
            action
            for row in children
            for action in (*row["plan"]["actions"], *row["after_plan"]["child_in_need_plan"]["actions"])
            if action["mine"] == "yes" and action["agreed"] == "yes" and action["what"]
        ]
        return {
            "title": self.said(own["title"], TITLE),
            "for_name": self.locale.list(names),
            "for_agency": self.person(own["for"][0])["agency"] if len(own["for"]) == 1 else "",
            "draft": own["draft"],
            "kind": "file" if own["file"] else "",
            "reader": own["reader"],
            "part_left_out": own["part_left_out"],
            "date": _date(self.locale, own["date"]) if own["date"] else "",
            "reference": own["reference"],
            "children": children,
            "address_lines": [line.strip() for line in own["address"].replace("\n", ",").split(",") if line.strip()],
            "salutation": (
                phrase("salutation.joint", name=names[0], other_name=names[1])
                if len(names) > 1
                else phrase("salutation", name=names[0])
            ),
            "first_name": next((c["called"] for c in children if c["id"] in own["for"] and c["called"]), names[0]),
            "salutation_name": names[0] if len(names) == 1 else self.locale.list(names),
            "signed_by": chair["name"],
            "signed_role": chair["role_label"],
            "signed_on": _date(self.locale, own["signed_on"]) if own["signed_on"] else "",
            "disagreed": own["disagreed"],
            "attended": own["attended"],
            "joint": _any([len(own["for"]) > 1]),
            "letter": own["letter"],
            "childs_own": own["childs_own"],
            "reading_level": own["reading_level"],
            "due": _date(self.locale, own["due"]) if own["due"] else "",
            "clause": own["clause"],
            "agreed_actions": actions,
            "receivers": (receivers := [self.person(id) for id in own["receivers"] if id in self.view.people]),
            "receivers_label": self.locale.list([who["name"] or who["title"] for who in receivers]),
            "to_tell": self._to_tell(context) if own["document"] == "who-to-tell" else [],
            "visit": self._visit(context, children),
            "legal_planning": _any(row["legal_planning"]["recommended"] == "yes" for row in children),
            "plan_open": _any(row["decision"]["plan"] in ("start", "continue", "continue-changed") for row in children),
        }

    def _to_tell(self, context: dict[str, Any]) -> list[dict[str, Any]]:
        """Each parent, carer, child and foster carer that the lead worker must tell (KM-ADM-03), and of whom.

        Nobody is told of a child that they may not read about, and nobody hears more of a part that they were
        kept out of than what they are sent.
        """
        told_of: Mapping[str, Collection[str]] = self.view.copy["told_of"]
        subjects = [row for row in context["children"] if row["subject"] == "yes"]
        children = [row for row in subjects if row["facts"]["living"] == "yes" and row["facts"]["unborn"] != "yes"]
        people = [row for row in context["people"] if row["role"] in ("parent", "carer", "foster-carer")]
        extents: dict[str, str] = {}
        for row in context["exclusions"]:  # kept out of the whole counts for more than of a part
            who = row["person"]["id"]
            extents[who] = "full" if extents.get(who) == "full" else row["extent"]
        rows = []
        for row in [*people, *children]:
            about = [child["name"] for child in subjects if child["id"] in told_of.get(row["id"], ())]
            if not about:
                continue
            rows.append(
                {
                    "title": row["title"],
                    "about_label": self.locale.list(about) if len(about) < len(subjects) else "",
                    "kept_out": extents.get(row["id"], ""),
                    "language_label": row["needs"]["language_label"],
                    "formats_label": row["needs"]["formats_label"],
                    "interpreter": row["needs"]["interpreter"]["person"]["name"],
                }
            )
        return rows

    def _visit(self, context: dict[str, Any], children: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """What the chair marked for the lead worker to go through with the child (KM-MIN-11)."""
        node = self.fields.at("children[].visit.sections[]")
        sections: list[dict[str, str]] = []
        items: list[dict[str, str]] = []
        for row in children:
            for code in row["visit"]["sections"]:
                label = self.label("children[].visit.sections", code, node) if node else code
                sections.append({"label": label})
            wanted = set(row["visit"]["items"])
            items += [{"title": item["title"]} for item in context["discussion"] if item["item"] in wanted]
        return {"sections": sections, "topics": items}
