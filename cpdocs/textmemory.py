"""The record's own text in other languages: packs for translators out, what they sent back in, kept by
source text.

A translation is known by the text it was made from and by nothing else (decision 31), so it is found again
wherever that text stands, and a text that has changed has none. A pack holds only the texts given to it:
no paths, no references, nothing of an earlier version.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, Protocol

from cpdocs import catalogue as po
from cpdocs import parts as packages
from cpdocs.message import UNSAFE, Message

State = Literal["translated", "stale", "missing"]
REMARKS = ("Texts of one record. Keep this file as confidential as the record itself.",)


class Language(Protocol):
    """What is asked of a Locale here."""

    @property
    def tag(self) -> str:
        """The language's folder: `ur`."""

    @property
    def base(self) -> str:
        """The language CLDR knows it by."""

    @property
    def name(self) -> str:
        """Its English name."""

    @property
    def word_tag(self) -> str:
        """The tag Word knows it by."""

    @property
    def rtl(self) -> bool:
        """Whether it runs from right to left."""

    @property
    def fonts(self) -> Mapping[str, str]:
        """Its own fonts, where it has any."""


class BadReturn(Exception):
    """A returned file that can't be read as a translation; the message says why and what to do."""


def key(text: str) -> str:
    """A text as it is known: line ends alike, nothing before or after, spaces at line ends gone."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


@dataclass(frozen=True)
class TextMemory:
    """The translations of a record's texts into one language."""

    tag: str
    said: Mapping[str, str] = field(default_factory=dict)

    def get(self, text: str) -> str | None:
        """The translation of this very text, or None. A text without letters is its own translation."""
        known = key(text)
        found = self.said.get(known)
        return found if found is not None else (text if not _speaks(known) else None)

    def older(self, text: str, current: Collection[str] = ()) -> tuple[str, str] | None:
        """The earlier text that this one was probably made from, and its translation; None if there is none.

        `current` are the record's texts of today: what still stands in the record is no earlier version.
        """
        known = key(text)
        now = {key(each) for each in current}
        gone = [each for each in self.said if each not in now and each != known]
        close = difflib.get_close_matches(known, gone, n=1, cutoff=po.CLOSE)
        return (close[0], self.said[close[0]]) if close else None

    def state(self, text: str, current: Collection[str] = ()) -> State:
        """`translated`, `stale` (an earlier version of it was) or `missing`."""
        if self.get(text) is not None:
            return "translated"
        return "stale" if self.older(text, current) else "missing"

    def open(self, texts: Iterable[str]) -> list[str]:
        """The texts of these that need translating, once each, in order."""
        return [text for text in dict.fromkeys(key(each) for each in texts) if text and self.get(text) is None]

    def with_returned(self, returned: Mapping[str, str], texts: Iterable[str]) -> tuple[TextMemory, list[str]]:
        """This memory with what came back; and the source texts among it that aren't texts of the record.

        A source column that Word has prettied (curly quotes, wider spaces) is known again by its letters.
        """
        now = [key(text) for text in texts]
        exact = set(now)
        plain = {_bare(text): text for text in now}
        said, unknown = dict(self.said), []
        for source, translation in returned.items():
            found = key(source)
            if found not in exact:
                found = plain.get(_bare(found), "")
            if found and translation.strip():
                said[found] = key(translation)
            elif not found:
                unknown.append(source)
        return replace(self, said=said), unknown


def _speaks(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _bare(text: str) -> str:
    return re.sub(r"[^\w]+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def read(data: bytes, language: Language) -> TextMemory:
    """The sidecar of a record (`record.ur.po`) read; fuzzy entries count as not there. Raises BadReturn."""
    try:
        catalogue = po.read_po(data, language.tag, language.base)
    except po.BadCatalogue as error:
        raise BadReturn(f"{error}.") from None
    return TextMemory(
        language.tag,
        {key(entry.message.english): key(entry.translations[0]) for entry in catalogue.entries if entry.done},
    )


def write(memory: TextMemory, language: Language, made: date) -> bytes:
    """The sidecar's bytes, its texts in alphabetical order so that equal memories are equal files."""
    entries = tuple(po.Entry(Message(source), (said,)) for source, said in sorted(memory.said.items()))
    return po.write_po(po.Catalogue(language.tag, language.base, entries, remarks=REMARKS, braces=False), made)


@dataclass(frozen=True)
class Pack:
    """What goes to a translator: the same texts as a PO file and as a Word table, and how many words they
    have.
    """

    po: bytes
    docx: bytes
    words: int
    texts: int


def pack(texts: Sequence[str], language: Language, due: str, made: date) -> Pack:
    """The texts to translate, once each, in the order given; `due` is the day as it is to be printed, or
    "".
    """
    from cpdocs.transform.table import Column, document

    wanted = [text for text in dict.fromkeys(key(each) for each in texts) if _speaks(text)]
    words = sum(count_words(text) for text in wanted)
    facts = [f"{len(wanted)} texts, {words} words, into {language.name}."]
    if due:
        facts.append(f"Needed by {due}.")
    how = "Lines that begin with - or a number are lists; words between ** or * are bold or italic: keep these signs."
    catalogue = po.Catalogue(
        language.tag,
        language.base,
        tuple(po.Entry(Message(text)) for text in wanted),
        remarks=(*REMARKS, *facts, how),
        braces=False,
    )
    columns = (
        Column("English", "en-GB"),
        Column(language.name, language.word_tag, language.rtl, language.fonts.get("complex", "")),
    )
    lines = [*REMARKS, *facts, f"Write each translation beside its text and leave the left column alone. {how}"]
    table = document(f"Translation into {language.name}", lines, columns, [(text, "") for text in wanted])
    return Pack(po.write_po(catalogue, made), packages.write(table), words, len(wanted))


def count_words(text: str) -> int:
    """Words as translators count them: what stands between spaces and has a letter or a figure."""
    return sum(any(char.isalnum() for char in word) for word in text.split())


def read_back(data: bytes, language: Language) -> dict[str, str]:
    """What a translator sent back, PO or Word: source text -> translation, the empty ones left out.

    Raises BadReturn for a file that is neither, or a Word file without its table.
    """
    if not data.startswith(b"PK"):
        return dict(read(data, language).said)
    from cpdocs.transform.table import rows_of

    try:
        rows = rows_of(packages.read(data))
    except packages.PackageError as error:
        raise BadReturn(f"{error.message} {error.help}") from None
    if not any(len(row) >= 2 for row in rows):
        raise BadReturn("The Word file has lost its table of two columns. Send back the file that was sent.")
    return {key(row[0]): key(row[1]) for row in rows if len(row) >= 2 and row[0].strip() and row[1].strip()}


def doubts(source: str, translation: str) -> list[str]:
    """What looks wrong in one translation, in plain words: characters that can't be seen, lost figures or
    lists.
    """
    found = []
    for line in translation.split("\n"):
        if hidden := UNSAFE.search(line.replace("\t", " ")):
            found.append(f"A character that can't be seen (U+{ord(hidden.group()):04X}) stands in it.")
            break
    missing = sorted(_figures(source) - _figures(translation))
    if missing:
        found.append(f"These figures of the English aren't in it: {', '.join(missing)}.")
    if _items(source) != _items(translation):
        found.append("Its lists have more or fewer lines than those of the English.")
    return found


def _figures(text: str) -> set[str]:
    """The numbers in a text, in plain digits whatever script they are written in."""
    plain = "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in text)
    return set(re.findall("[0-9]+", re.sub(r"^\s*[0-9]+[.)] ", "", plain, flags=re.MULTILINE)))


def _items(text: str) -> int:
    return len(re.findall(r"^\s*(?:-|[0-9]+[.)]) ", text, flags=re.MULTILINE))
