"""A language's folder in, a Locale out: its sentences, dates, lists, numbers, direction and fonts.

What CLDR knows comes from Babel; what the folder's `locale.yaml` says wins over it, and the council's own
`locale.yaml` wins over that (decision 18). English has no folder: it is the source, and always `en_GB`,
because plain `en` would print American dates.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from cpdocs import catalogue as po
from cpdocs import pseudo, source
from cpdocs.finding import Finding, Place
from cpdocs.message import Message, escape, fill, fingerprint, label_context, unescape
from cpdocs.phrases import PHRASES

T = TypeVar("T")
Direction = Literal["ltr", "rtl"]
FILE = "locale.yaml"
MESSAGES = "messages.po"


@dataclass(frozen=True)
class Locale:
    """One language as documents need it. A value: it reads nothing and remembers nothing but its own
    results.
    """

    tag: str
    name: str
    own_name: str
    base: str
    word_tag: str
    direction: Direction = "ltr"
    fonts: Mapping[str, str] = field(default_factory=dict)
    reviewer: str = ""
    reviewed_on: str = ""
    overrides: Mapping[str, Any] = field(default_factory=dict)
    readers: frozenset[str] = frozenset()
    procedures: frozenset[str] = frozenset()
    folders: tuple[Path, ...] = ()
    maker: str = ""
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
        tags = po.plural_tags(self.base)
        at = tags.index(self._cldr.plural_form(n))
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
        return float(given) if given else (1.0 if self.rtl else 1.35)

    # --- dates, times, lists, numbers

    @cached_property
    def _cldr(self) -> Any:
        from babel import Locale as Babel

        return Babel.parse(self.base.replace("-", "_"))

    def _given(self, group: str, key: str) -> Any:
        held = self.overrides.get(group)
        return held.get(key) if isinstance(held, Mapping) else None

    def date(self, day: dt.date) -> str:
        """`1 March 2041`, in this language."""
        return self._date(day, "long", "long")

    def date_with_weekday(self, day: dt.date) -> str:
        """`Friday, 1 March 2041`, in this language."""
        return self._date(day, "with_weekday", "full")

    def _date(self, day: dt.date, mine: str, cldr: str) -> str:
        from babel.dates import format_date

        pattern = self._given("dates", mine) or cldr
        months, weekdays = self.overrides.get("months"), self.overrides.get("weekdays")
        if months or weekdays:
            if pattern == cldr:
                pattern = str(self._cldr.date_formats[cldr].pattern)
            # Names given in locale.yaml go in as quoted text, which CLDR patterns leave alone.
            if months:
                pattern = re.sub("MMMM|LLLL", _quoted(months[day.month - 1]), pattern)
            if weekdays:
                pattern = re.sub("EEEE|cccc", _quoted(weekdays[day.weekday()]), pattern)
        return self._own(str(format_date(day, pattern, locale=self._cldr)))

    def time(self, at: dt.time) -> str:
        """`14:30`, or as the language has it."""
        from babel.dates import format_time

        return self._own(str(format_time(at, self._given("times", "short") or "short", locale=self._cldr)))

    def list(self, items: Sequence[str]) -> str:
        """`A, B and C`, in this language; "" for none."""
        if len(items) < 2:
            return items[0] if items else ""
        patterns = self._list_patterns
        if len(items) == 2:
            return self._joined(patterns["2"], items[0], items[1])
        out = self._joined(patterns["end"], items[-2], items[-1])
        for at in range(len(items) - 3, -1, -1):
            out = self._joined(patterns["start" if at == 0 else "middle"], items[at], out)
        return out

    @cached_property
    def _list_patterns(self) -> Mapping[str, str]:
        given = {key: self._given("lists", own) for key, own in (("2", "pair"), ("start", "start"), ("end", "end"))}
        given["middle"] = self._given("lists", "middle")
        cldr = self._cldr.list_patterns["standard"]
        return {key: self._own(given[key] or cldr[key]) for key in ("2", "start", "middle", "end")}

    def _joined(self, pattern: str, first: str, second: str) -> str:
        rule = self._given("lists", "and")
        if "{and}" in pattern and isinstance(rule, Mapping):
            pattern = pattern.replace("{and}", _and_before(second, rule))
        before, middle, after = re.split(r"\{[01]\}", pattern)
        return f"{before}{first}{middle}{second}{after}"

    def ordinal(self, number: int) -> str:
        """`2nd`, in this language; the bare number where `locale.yaml` gives no pattern."""
        patterns = self.overrides.get("ordinals") or {}
        exact = patterns.get(str(number))
        pattern = exact or patterns.get(self._cldr.ordinal_form(number)) or patterns.get("other") or "{n}"
        return self._own(pattern.replace("{n}", str(number)))

    def plural(self, number: int) -> str:
        """The CLDR plural category of a number: zero, one, two, few, many or other."""
        return str(self._cldr.plural_form(number))

    def quote(self, text: str) -> str:
        """A text in this language's quotation marks."""
        marks = self.overrides.get("quotes") or ("\u201c", "\u201d")
        return f"{marks[0]}{text}{marks[1]}"

    def in_order(self, items: Iterable[T], key: Callable[[T], str]) -> Sequence[T]:
        """Items in this language's alphabetical order; where it says nothing, letters without their
        accents.
        """
        return sorted(items, key=lambda item: self._sort_key(key(item)))

    @cached_property
    def _alphabet(self) -> tuple[Mapping[str, int], re.Pattern[str]]:
        letters = str(self.overrides.get("alphabet") or "").split()
        longest = sorted(letters, key=len, reverse=True)
        return {letter: at for at, letter in enumerate(letters)}, re.compile("|".join([*longest, "."]), re.DOTALL)

    def _sort_key(self, text: str) -> tuple[Any, ...]:
        places, pattern = self._alphabet
        folded = unicodedata.normalize("NFC", text.casefold())
        primary = []
        for letter in pattern.findall(folded):
            plain = unicodedata.normalize("NFD", letter)[0] if letter not in places else letter
            # Punctuation and spaces come first, then the alphabet's letters, then all others.
            at = places.get(plain, len(places))
            primary.append((0 if not plain.isalnum() else 1, at, plain if at == len(places) else ""))
        return (primary, folded)

    def language_name(self, tag: str) -> str:
        """A language's name in this language; the tag itself where nobody knows it."""
        from babel import Locale as Babel
        from babel.core import UnknownLocaleError

        named = self._given("languages", tag)
        if named:
            return str(named)
        try:
            found = Babel.parse(tag.split("-")[0]).get_language_name(self._cldr)
        except (UnknownLocaleError, ValueError):
            found = None
        return self._own(str(found)) if found else tag

    def _own(self, text: str) -> str:
        """What Babel says, made foreign in a pseudo-locale, so that a test sees where nobody asked the
        locale.
        """
        return pseudo.made(text, self.maker) if self.maker == "accents" else text


def _quoted(text: str) -> Callable[[re.Match[str]], str]:
    """A replacement that is a CLDR pattern's literal text, whatever is in it."""
    literal = "'" + text.replace("'", "''") + "'"
    return lambda _: literal


def _and_before(word: str, rule: Mapping[str, Any]) -> str:
    """The word for "and" before a word: `usual`, or the one whose beginnings it starts with (Welsh `ac`)."""
    start = unicodedata.normalize("NFD", word.lstrip("\u2018\u201c'\"(").casefold())
    bare = "".join(char for char in start if not unicodedata.combining(char))
    for said, beginnings in (rule.get("before") or {}).items():
        if any(bare.startswith(beginning) for beginning in str(beginnings).split()):
            return str(said)
    return str(rule["usual"])


ENGLISH = Locale(
    "en-GB",
    "English",
    "English",
    "en_GB",
    "en-GB",
    overrides={
        "ordinals": {"one": "{n}st", "two": "{n}nd", "few": "{n}rd", "other": "{n}th"},
        "quotes": ("\u2018", "\u2019"),
        "dates": {"with_weekday": "EEEE d MMMM y"},
    },
)


def with_country(tag: str, base: str) -> str:
    """The tag with the country where most speakers live, as Word names its languages: `cy` in, `cy-GB`
    out.
    """
    from babel.core import get_global

    if re.search("-[A-Z]{2}$", tag):
        return tag
    likely = str(get_global("likely_subtags").get(base.split("_")[0], ""))
    country = likely.rpartition("_")[2]
    return f"{tag}-{country}" if re.fullmatch("[A-Z]{2}", country) else tag


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
    from babel import Locale as Babel
    from babel.core import UnknownLocaleError

    base = str(data.get("base") or tag)
    try:
        cldr = Babel.parse(base.replace("-", "_"))
    except UnknownLocaleError:
        raise ValueError(f"CLDR knows no language {base}") from None
    direction: Direction = "rtl" if cldr.character_order == "right-to-left" else "ltr"
    if data.get("direction") in ("ltr", "rtl"):
        direction = data["direction"]
    reviewer = data.get("reviewer") or {}
    return Locale(
        tag=tag,
        name=str(data.get("name") or cldr.get_language_name("en_GB") or tag),
        own_name=str(data.get("own_name") or cldr.get_language_name(cldr) or tag),
        base=base,
        word_tag=str(data.get("word_tag") or with_country(tag, base)),
        direction=direction,
        fonts=data.get("fonts") or {},
        reviewer=str(reviewer.get("name") or ""),
        reviewed_on=str(reviewer.get("date") or ""),
        overrides={key: data[key] for key in OVERRIDES if data.get(key)},
        readers=frozenset(data.get("readers") or ()),
        procedures=frozenset(data.get("procedures") or ()),
        folders=folders,
        maker=str(data.get("made_by") or ""),
        said=said or {},
        stale=stale or {},
    )


OVERRIDES = (
    "dates", "times", "months", "weekdays", "lists", "ordinals", "quotes", "alphabet", "languages",
    "large_print",
)  # fmt: skip
"""The keys of locale.yaml that win over CLDR."""
