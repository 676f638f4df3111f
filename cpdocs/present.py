"""A View and a Locale in, the context that a Word template prints out: plain words, lists and mappings.

Every field of the record is there, so that a template never meets a missing name: what is absent or withheld
is an empty text, an empty list or a mapping of empties, and the two can't be told apart. Dates, codes and
people are in the reader's words and language. Nothing here knows the Record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cpdocs.disclosure import View
from cpdocs.fields import Field
from cpdocs.imprint import imprint
from cpdocs.locales import Locale
from cpdocs.messages import of_phrases
from cpdocs.once import Once
from cpdocs.vocabulary import AUTHORITY, NOTHING
from cpdocs.wording import Memory, Wording, large


class Presented(NamedTuple):
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

    def said() -> tuple[Wording, dict[str, Any]]:
        data = view.data if heads is None else {key: view.data[key] for key in heads if key in view.data}
        work = Wording(view, fields, locale, memory, labels or {}, parted)
        context = work.mapping(data, fields)
        _people(work, context)
        _attendance(work, context)
        _reports(work, context)
        return work, context

    own = (view.children, view.mine if mine else None, view.file_copy)
    alike = (id(view.data), id(view.people), *own, locale.tag, heads, parted)
    first, shared = once(("said", *alike), said)
    work, context = first.on(view), dict(shared)
    context["copy"] = imprint(work, context)
    context["nothing"] = locale.phrase("nothing.file" if view.file_copy else "nothing.copy")
    context["authority"] = _complete(view.authority, locale)
    context["passages"] = _Passages({name.replace("-", "_"): "yes" for name in view.passages})
    for name in ("sheet", "report", "pack"):
        context[name] = view.extras.get(name, NOTHING[name])
    context["agencies"] = [
        {key: locale.phrase(f"done.{text}") if text and key != "agency" else text for key, text in row.items()}
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


def _people(work: Wording, context: dict[str, Any]) -> None:
    """Give every person and child of the context the same words as where they are mentioned."""
    for key in ("people", "children"):
        for row in context[key]:
            card = work.person(row["id"]) if row["id"] else {}
            for name in ("name", "title", "role_label"):
                row[name] = card.get(name) or row.get(name) or ""
    subjects = [row["name"] for row in context["children"] if row["subject"] == "yes" and row["name"]]
    context["subjects_label"] = large(work.locale.list(subjects))
    for row in context["children"]:
        decision = row["decision"]
        row["name_cap"] = large(row["name"])
        row["facts"] = {**row["facts"], "why": decision["for_the_family"] or decision["reasons"]}


def _attendance(work: Wording, context: dict[str, Any]) -> None:
    """Say beside each person present whether they were invited, and keep the invited who aren't among them.

    Someone who was invited and of whom the reader sees no attendance may have been there all the same:
    neither list says that anyone wasn't.
    """
    invited = {row["person"]["id"] for row in context["invited"] if row["person"]["id"]}
    present = {row["person"]["id"] for row in context["attended"] if row["person"]["id"]}
    for row in context["attended"]:
        if row["how_label"] and (row["joined_at"] or row["left_after"] or row["joined_late"] == "yes"):
            row["how_label"] = work.locale.phrase("attended.part", how=row["how_label"])
        row["invited"] = "yes" if row["person"]["id"] in invited else ""
        row["invited_label"] = work.locale.phrase("done.yes") if row["invited"] else ""
    for row in context["invited"]:
        if row["apologies"]:
            row["apologies_label"] = work.locale.phrase(f"done.{row['apologies']}")
    context["also_invited"] = [
        row
        for row in context["invited"]
        if row["person"]["id"] not in present or row["apologies"] == "yes" or row["absent_reason"]
    ]
    context["told"] = [row for row in context["attended"] if row["contribution"]]


def _reports(work: Wording, context: dict[str, Any]) -> None:
    """Who wrote a report and when, and who was shown it, each in one line."""
    file_copy = work.view.file_copy
    for row in context["reports"]:
        author = row["author"]["name"] or work.locale.phrase("nothing.file" if file_copy else "not-named.copy")
        dated = row["dated"]
        row["by"] = work.locale.phrase("name-and-date", name=author, date=dated) if dated else author
        shares = [
            (share["person"]["name"], "; ".join(part for part in (share["date"], share["method"]) if part))
            for share in row["shared_with"]
            if share["person"]["name"] and share["date"]
        ]
        row["shared_label"] = work.locale.list([f"{name} ({how})" for name, how in shares])
