"""Messages in, a PO file out, and back: what a translator works on, read and brought up to date.

The files are PO as gettext defines it, so that Poedit, Weblate and the translation agencies' tools open them.
`msgfmt --check` accepts all that is written here; `proofread` is the gate beyond it (decision 29), because
msgfmt knows nothing of marks and little of placeholders.
"""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

from cpdocs.message import Message, placeholders

PLURALS = ("zero", "one", "two", "few", "many", "other")
"""CLDR's plural categories in the order in which a PO file numbers them."""
GUIDE = "How to translate them: the translator's guide, templates/locales/README.md."
_LANGUAGE = re.compile(rb'^("Language: )(.*?)(\\n"\r?)$', re.MULTILINE)
_PREVIOUS = re.compile(rb"^# \|previous:([0-9]+)\n((?:#.*\n)*)", re.MULTILINE)
_LINE = re.compile(r'(#.*)?|((msgctxt|msgid|msgid_plural|msgstr(\[[0-9]+\])?)\s+)?"([^"\\]|\\.)*"')
CLOSE = 0.6
"""From this likeness on, a vanished message is offered as the old form of a new one."""


class BadCatalogue(Exception):
    """A PO file that can't be read; the message says where and what to do."""


@dataclass(frozen=True)
class Entry:
    """One entry of a PO file: the English, its translation (one text, or one for each plural form), its
    state.
    """

    message: Message
    translations: tuple[str, ...] = ()
    fuzzy: bool = False
    previous: str = ""
    notes: tuple[str, ...] = ()
    line: int = 1

    @property
    def done(self) -> bool:
        """Translated, all forms of it, and not marked fuzzy."""
        return not self.fuzzy and bool(self.translations) and all(self.translations)


@dataclass(frozen=True)
class Catalogue:
    """A PO file as a value. `language` is the tag, `base` the language whose plurals and names CLDR knows.

    `remarks` stand at its head. `braces` is False where a brace is only a brace: in the text of a record.
    """

    language: str
    base: str
    entries: tuple[Entry, ...] = ()
    obsolete: tuple[Entry, ...] = ()
    translator: str = ""
    team: str = ""
    revised: datetime | None = None
    remarks: tuple[str, ...] = ("Documents of child protection conferences.", GUIDE)
    braces: bool = True
    _by_key: dict[tuple[str, str], Entry] = field(default_factory=dict, repr=False, compare=False)

    def get(self, english: str, context: str = "") -> Entry | None:
        """The entry of an English text, or None."""
        if not self._by_key:
            self._by_key.update({entry.message.key: entry for entry in self.entries})
        return self._by_key.get((context, english))


def plural_tags(base: str) -> tuple[str, ...]:
    """The plural categories a language has, in PO order: English ("one", "other"), Welsh all six."""
    tags = _cldr(base).plural_form.tags
    return tuple(name for name in PLURALS if name in tags or name == "other")


def plural_header(base: str) -> str:
    """The Plural-Forms line of a language, from CLDR and so in step with `plural_tags`."""
    from babel.plural import to_gettext

    header: str = to_gettext(_cldr(base).plural_form)
    return header.rstrip(";") + ";"


def _cldr(base: str) -> Any:
    from babel import Locale

    return Locale.parse(base.replace("-", "_"))


def new(language: str, base: str, messages: Iterable[Message]) -> Catalogue:
    """An empty catalogue of these messages, ready for a translator."""
    return Catalogue(language, base, tuple(Entry(message) for message in messages))


def to_pot(messages: Iterable[Message], made: date) -> bytes:
    """The messages as a PO template: English only, for a tool that wants one."""
    return write_po(Catalogue("en-GB", "en_GB", tuple(Entry(message) for message in messages)), made)


def read_po(data: bytes, language: str, base: str) -> Catalogue:
    """A PO file's bytes in, a Catalogue out; BadCatalogue where the file itself is broken."""
    from babel.messages.pofile import PoFileError
    from babel.messages.pofile import read_po as babel_read

    try:
        for number, line in enumerate(data.decode("utf-8").splitlines(), 1):
            # Babel takes what isn't in quotation marks too, and loses its first and last letter.
            if not _LINE.fullmatch(line.strip()):
                raise BadCatalogue(f"line {number} isn't PO: it should be a keyword and a text in quotation marks")
        known = _LANGUAGE.sub(lambda line: line[1] + base.replace("-", "_").encode() + line[3], data, count=1)
        raw = babel_read(io.BytesIO(known), charset="utf-8", abort_invalid=True)
    except UnicodeDecodeError as error:
        at = data[: error.start].count(b"\n") + 1
        raise BadCatalogue(f"line {at} isn't UTF-8: save the file as UTF-8 and try again") from None
    except PoFileError as error:
        raise BadCatalogue(f"line {error.lineno + 1} isn't PO: {error}") from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # a date or a number of its first entry
        raise BadCatalogue("the first entry, which tells of the file itself, isn't PO: copy it from another") from error
    return Catalogue(
        language,
        base,
        tuple(_entry(message) for message in raw if message.id),
        tuple(_entry(message) for message in raw.obsolete.values()),
        "" if "EMAIL@ADDRESS" in (raw.last_translator or "") else raw.last_translator or "",
        "" if "LL@li.org" in (raw.language_team or "") else raw.language_team or "",
        raw.revision_date if isinstance(raw.revision_date, datetime) else None,
    )


def _entry(raw: Any) -> Entry:
    english, plural = (raw.id[0], raw.id[1]) if isinstance(raw.id, tuple | list) else (raw.id, "")
    said = raw.string if isinstance(raw.string, tuple | list) else (raw.string,)
    return Entry(
        Message(
            english,
            raw.context or "",
            plural,
            tuple(raw.auto_comments),
            tuple(location[0] for location in raw.locations),
        ),
        tuple(text or "" for text in said) if any(said) else (),
        raw.fuzzy,
        _previous(raw.user_comments),
        tuple(note for note in raw.user_comments if not note.startswith("|")),
        raw.lineno or 1,
    )


def _previous(comments: Iterable[str]) -> str:
    """The English a fuzzy entry was translated from; Babel reads these lines as a translator's notes."""
    from babel.messages.pofile import unescape

    out, inside = "", False
    for comment in comments:
        keyword, quote, rest = comment.removeprefix("|").partition('"')
        if not comment.startswith("|") or not quote:
            continue
        inside = keyword.strip() == "msgid" or (inside and not keyword.strip())
        out += unescape(quote + rest) if inside else ""
    return out


def write_po(catalogue: Catalogue, made: date) -> bytes:
    """A Catalogue in, a PO file's bytes out; the same catalogue and day always give the same bytes."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po as babel_write

    midnight = datetime.combine(made, time(), UTC)
    raw = Catalog(
        locale=catalogue.base.replace("-", "_"),
        project="cpdocs",
        version="1",
        creation_date=midnight,
        revision_date=catalogue.revised or midnight,
        last_translator=catalogue.translator or "nobody yet",
        language_team=catalogue.team or "none",
        msgid_bugs_address="the keeper of the English templates",
        header_comment="\n".join([*(f"# {remark}" for remark in catalogue.remarks), "#"]),
        fuzzy=False,
        charset="utf-8",
    )
    raw.mime_headers = [("Plural-Forms", plural_header(catalogue.base))]
    forms = len(plural_tags(catalogue.base))
    previous = [entry.previous for entry in catalogue.entries]
    for at, entry in enumerate(catalogue.entries):
        added = _add(raw, entry, forms, catalogue.braces)
        if entry.fuzzy and entry.previous:
            added.user_comments.append(f"|previous:{at}")
    for entry in catalogue.obsolete:
        message = _add(raw, entry, forms, catalogue.braces)
        raw.delete(message.id, message.context)
        raw.obsolete[entry.message.key] = message
    out = io.BytesIO()
    babel_write(out, raw, width=78, include_lineno=False)
    data = _PREVIOUS.sub(lambda mark: mark[2] + _as_previous(previous[int(mark[1])]), out.getvalue())
    # Babel knows only CLDR's languages, a catalogue may be of another: plurals are the base's, the name its own.
    name = catalogue.language.replace("-", "_").encode()
    return _LANGUAGE.sub(lambda line: line[1] + name + line[3], data, count=1)


def _as_previous(english: str) -> bytes:
    """The lines that show a fuzzy entry's earlier English. Babel wraps them inside their quotation marks."""
    from babel.messages.pofile import normalize

    lines = normalize(english, width=76).split("\n")
    return "".join(f"#| {'msgid ' * (at == 0)}{line}\n" for at, line in enumerate(lines)).encode()


def _add(raw: Any, entry: Entry, forms: int, braces: bool) -> Any:
    message = entry.message
    said: Any = entry.translations[0] if entry.translations else ""
    if message.plural:
        said = (entry.translations + ("",) * forms)[:forms]
    flags = {"fuzzy"} if entry.fuzzy else set()
    added = raw.add(
        (message.english, message.plural) if message.plural else message.english,
        said,
        locations=[(place, None) for place in message.places],
        flags=flags,
        auto_comments=message.comments,
        user_comments=entry.notes,
        context=message.context or None,
    )
    # Babel guesses formats from what a text looks like ("50% share" would be one); here they are known.
    added.flags -= {"python-format", "python-brace-format"}
    if braces and (placeholders(message.english) or "{{" in message.english or "}}" in message.english):
        added.flags.add("python-brace-format")
    return added


def update(catalogue: Catalogue, messages: Sequence[Message]) -> Catalogue:
    """The catalogue brought up to the messages of today.

    What still stands keeps its translation. A changed text takes over that of the message it was made from,
    marked fuzzy with the old English beside it; only a message that has vanished, in the same context, can be
    that, so a change makes fuzzy exactly what was made from it. What nobody needs any more becomes
    obsolete, and comes back when its English does.
    """
    now = {message.key for message in messages}
    gone = [entry for entry in catalogue.entries if entry.message.key not in now and entry.translations]
    known = {entry.message.key: entry for entry in (*catalogue.obsolete, *catalogue.entries)}
    used: set[tuple[str, str]] = set()
    entries = []
    for message in messages:
        old = known.get(message.key)
        if old is not None and bool(old.message.plural) == bool(message.plural):
            stale = bool(old.message.plural) and old.message.plural != message.plural
            entries.append(replace(old, message=message, fuzzy=old.fuzzy or (stale and bool(old.translations))))
            continue
        source = _made_from(message, gone)
        if source is None:
            entries.append(Entry(message))
            continue
        used.add(source.message.key)
        # A text changed twice between two translations still shows the English its translation was made from.
        before = source.previous if source.fuzzy and source.previous else source.message.english
        entries.append(replace(source, message=message, fuzzy=True, previous=before))
    left = [entry for entry in gone if entry.message.key not in used]
    kept = [entry for entry in catalogue.obsolete if entry.message.key not in now]
    obsolete = {entry.message.key: replace(entry, fuzzy=False, previous="") for entry in (*kept, *left)}
    return replace(catalogue, entries=tuple(entries), obsolete=tuple(obsolete.values()), _by_key={})


def _made_from(message: Message, gone: Sequence[Entry]) -> Entry | None:
    """The vanished entry most like a new message: at the same place if it can be, like enough in any case."""
    best: tuple[float, Entry] | None = None
    for entry in gone:
        old = entry.message
        if old.context != message.context or bool(old.plural) != bool(message.plural):
            continue
        matcher = difflib.SequenceMatcher(None, old.english, message.english, autojunk=False)
        if matcher.real_quick_ratio() < CLOSE or matcher.quick_ratio() < CLOSE:
            continue
        likeness = matcher.ratio()
        if likeness < CLOSE:
            continue
        likeness += 0.1 * bool(set(old.places) & set(message.places))
        if best is None or likeness > best[0]:
            best = (likeness, entry)
    return best[1] if best else None
