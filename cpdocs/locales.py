"""A language's folder in, a Locale out: its sentences, dates, lists, numbers, direction and fonts.

What CLDR knows comes from Babel; what the folder's `locale.yaml` says wins over it, and the council's own
`locale.yaml` wins over that (decision 18). English has no folder: it is the source, and always `en_GB`,
because plain `en` would print American dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from cpdocs import catalogue as po
from cpdocs import pseudo, source
from cpdocs.conventions import Conventions, direction_of, fitting, names_of, with_country
from cpdocs.finding import Finding, Place
from cpdocs.message import Message, escape, fill, fingerprint, label_context, unescape
from cpdocs.phrases import PHRASES

Direction = Literal["ltr", "rtl"]
FILE = "locale.yaml"
MESSAGES = "messages.po"


@dataclass(frozen=True, kw_only=True)
class Locale(Conventions):
    """One language as documents need it. A value: it reads nothing and remembers nothing but its own
    results.
    """

    tag: str
    name: str
    own_name: str
    word_tag: str
    direction: Direction = "ltr"
    fonts: Mapping[str, str] = field(default_factory=dict)
    reviewer: str = ""
    reviewed_on: str = ""
    readers: frozenset[str] = frozenset()
    procedures: frozenset[str] = frozenset()
    folders: tuple[Path, ...] = ()
    said: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict, repr=False)
    stale: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)

    @property
    def is_english(self) -> bool:
        """Whether this is the language the templates are written in."""
        return self.tag == "en-GB"

    @property
    def rtl(self) -> bool:
        """Whether the script runs from right to left."""
        return self.direction == "rtl"

    @property
    def status(self) -> Literal["reviewed", "draft"]:
        """`reviewed` once a person named in `locale.yaml` answers for it; a draft is never issued as
        final.
        """
        return "reviewed" if self.is_english or (self.reviewer and self.reviewed_on) else "draft"

    @cached_property
    def stamp(self) -> str:
        """Changes whenever anything of this language changes: part of a cache's key and of the manifest."""
        told = repr((self.word_tag, self.direction, self.base, self.maker, sorted(self.fonts.items())))
        said = repr((sorted(self.said.items()), sorted(self.overrides.items(), key=lambda item: item[0])))
        return fingerprint(told + said)

    def own_template(self, document: str, format: str, procedure: str) -> Path | None:
        """A Word file that a translator supplied for this document: the council's first, the procedure's
        first.
        """
        for folder in reversed(self.folders):
            for name in (f"{format}.{procedure}.docx", f"{format}.docx"):
                if (folder / document / name).is_file():
                    return folder / document / name
        return None

    # --- sentences

    def translation(self, english: str, context: str = "") -> str | None:
        """The translation of one message; None where there is none, or the English has changed since."""
        forms = self._forms(english, context)
        return forms[-1] if forms else None

    def _forms(self, english: str, context: str, plural: str = "") -> tuple[str, ...]:
        if self.is_english:
            return (english, plural) if plural else (english,)
        if self.maker:
            return tuple(pseudo.made(text, self.maker) for text in (english, plural) if text)
        return self.said.get((context, english)) or ()

    def phrase(self, name: str, /, n: int | None = None, **values: str) -> str:
        """A phrase of the software in this language, filled; in English where it isn't translated yet.

        Raises KeyError for a name that isn't in `phrases.PHRASES`, and for a value that is missing.
        """
        english = PHRASES[name]
        forms = self._forms(english.english, f"phrase:{name}", english.plural)
        given = dict(values) if n is None else {**values, "n": str(n)}
        if not forms:
            return ENGLISH.phrase(name, n, **values)
        if n is None or not english.plural:
            return fill(forms[0], given)
        at = po.plural_tags(self.base).index(self.plural(n))
        return fill(forms[min(at, len(forms) - 1)], given)

    def label(self, pattern: str, code: str, english: str) -> str:
        """A coded value as printed: the field's pattern, its code and the English label in, the word out."""
        said = self.translation(escape(english), label_context(pattern, code))
        return unescape(said) if said else english

    def word(self, english: str, context: str) -> str:
        """A procedure's word or title that stands alone, or the English where it isn't translated yet."""
        said = self.translation(escape(english), context)
        return unescape(said) if said else english

    def lacks(self, messages: Iterable[Message]) -> tuple[Message, ...]:
        """The messages of these that have no translation that holds today; empty means complete."""
        return tuple(
            message for message in messages if not self._forms(message.english, message.context, message.plural)
        )

    @property
    def label_pattern(self) -> str:
        """How this language writes a label before its value: `{label}:`."""
        return self.translation(PHRASES["label"].english, "phrase:label") or PHRASES["label"].english

    @property
    def large_print_line(self) -> float:
        """Height of a line in large print, of the font's own: fonts of joined scripts are tall as they
        are.
        """
        given = self._given("large_print", "line")
        if re.fullmatch(r"[1-3](\.[0-9]+)?", str(given)):
            return float(str(given))
        return 1.0 if self.rtl else 1.35


ENGLISH = Locale(
    tag="en-GB",
    name="English",
    own_name="English",
    base="en_GB",
    word_tag="en-GB",
    overrides={
        "ordinals": {"one": "{n}st", "two": "{n}nd", "few": "{n}rd", "other": "{n}th"},
        "quotes": ("\u2018", "\u2019"),
        "dates": {"with_weekday": "EEEE d MMMM y"},
    },
)


def folders_of(tag: str, roots: Sequence[Path]) -> tuple[Path, ...]:
    """The folders a language has under `templates/locales` of what is shipped and of the council, in that
    order.
    """
    return tuple(root / tag for root in roots if (root / tag).is_dir())


def available(roots: Sequence[Path]) -> list[str]:
    """The tags of all languages that have a folder, in order; English needs none."""
    return sorted({entry.name for root in roots if root.is_dir() for entry in root.iterdir() if entry.is_dir()})


def find(wanted: str, roots: Sequence[Path]) -> str | None:
    """The folder's tag for a language asked for: `cy-GB` finds `cy`, any English is `en-GB`; None if there
    is none.
    """
    if wanted.split("-")[0].casefold() == "en":
        return ENGLISH.tag
    known = {tag.casefold(): tag for tag in available(roots)}
    parts = wanted.casefold().replace("_", "-").split("-")
    for end in range(len(parts), 0, -1):
        if found := known.get("-".join(parts[:end])):
            return found
    return None


@lru_cache(maxsize=32)
def _loaded(tag: str, roots: tuple[Path, ...], stamp: tuple[int, ...]) -> tuple[Locale, tuple[Finding, ...]]:
    data: dict[str, Any] = {}
    found: list[Finding] = []
    for folder in folders_of(tag, roots):
        if (folder / FILE).is_file():
            tree, slips = source.read(folder / FILE)
            found.extend(slips)
            if isinstance(tree.data, Mapping):
                # A council's reviewer answers for the language; nothing else is taken away by what is left
                # out.
                data = {**data, **{key: value for key, value in tree.data.items() if value is not None}}
    try:
        base = from_data(tag, data).base
    except ValueError:
        place = Place(str(folders_of(tag, roots)[0] / FILE), "base", 1, 1)
        found.append(
            Finding(
                "LOC-BASE",
                "error",
                "fault",
                f"CLDR, the languages' common data, knows no “{data.get('base') or tag}”.",
                place,
                title="A language's dates and plurals are known.",
                help="Set `base` to a language that dates and counts alike. Until then dates are English.",
            )
        )
        base = ENGLISH.base
        data = {**data, "base": base}
    said: dict[tuple[str, str], tuple[str, ...]] = {}
    stale: dict[tuple[str, str], str] = {}
    for folder in folders_of(tag, roots):
        file = folder / MESSAGES
        if not file.is_file():
            continue
        try:
            catalogue = po.read_po(file.read_bytes(), tag, base)
        except po.BadCatalogue as error:
            found.append(
                Finding(
                    "LOC-FILE",
                    "error",
                    "fault",
                    f"The catalogue can't be read: {error}.",
                    Place(str(file), "", 1, 1),
                    title="A catalogue is a PO file in UTF-8.",
                    help="Open it in Poedit, save it, and try again.",
                )
            )
            continue
        for entry in catalogue.entries:
            if entry.done:
                said[entry.message.key] = entry.translations
                stale.pop(entry.message.key, None)
            elif entry.fuzzy and entry.message.key not in said:
                stale[entry.message.key] = entry.previous
    return from_data(tag, data, folders_of(tag, roots), said, stale), tuple(found)


def load(tag: str, roots: Sequence[Path]) -> tuple[Locale, list[Finding]]:
    """A language by its folder's tag, the council's layer over the shipped one, and what is wrong with its
    files.

    Raises KeyError if no root has the folder.
    """
    if tag == ENGLISH.tag:
        return ENGLISH, []
    folders = folders_of(tag, roots)
    if not folders:
        raise KeyError(tag)
    files = [folder / name for folder in folders for name in (FILE, MESSAGES)]
    stamp = tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in files)
    locale, found = _loaded(tag, tuple(roots), stamp)
    return locale, list(found)


def _names(value: Any) -> frozenset[str]:
    return frozenset(each for each in value if isinstance(each, str)) if isinstance(value, list) else frozenset()


def from_data(
    tag: str,
    data: Mapping[str, Any],
    folders: tuple[Path, ...] = (),
    said: Mapping[tuple[str, str], tuple[str, ...]] | None = None,
    stale: Mapping[tuple[str, str], str] | None = None,
) -> Locale:
    """A Locale from what `locale.yaml` says; what it leaves out is CLDR's.

    Raises ValueError for a base that CLDR doesn't know.
    """
    base = str(data.get("base") or tag)
    direction: Direction = "rtl" if direction_of(base) == "rtl" else "ltr"
    name, own_name = names_of(base)
    if data.get("direction") in ("ltr", "rtl"):
        direction = data["direction"]
    reviewer, fonts = (held if isinstance(held := data.get(key), Mapping) else {} for key in ("reviewer", "fonts"))
    return Locale(
        tag=tag,
        name=str(data.get("name") or name or tag),
        own_name=str(data.get("own_name") or own_name or tag),
        base=base,
        word_tag=str(data.get("word_tag") or with_country(tag, base)),
        direction=direction,
        fonts={slot: str(font) for slot, font in fonts.items() if font},
        reviewer=str(reviewer.get("name") or ""),
        reviewed_on=str(reviewer.get("date") or ""),
        overrides=fitting(data),
        readers=_names(data.get("readers")),
        procedures=_names(data.get("procedures")),
        folders=folders,
        maker=str(data.get("made_by") or ""),
        said=said or {},
        stale=stale or {},
    )
