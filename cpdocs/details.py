"""Turn a withheld detail into what gives it away: an address in, its postcode and its house and street out.

Which kind of detail it is follows from its path in the record, and from the text where the path doesn't say.
A piece is compared in folded form without spaces (see haystack), so spacing and line ends make no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from cpdocs.haystack import Haystack, words

Edges = Literal["both", "either", "none"]
"""Whether a piece must begin and end where words do, at one end at least, or may stand anywhere."""


class Piece(NamedTuple):
    """One telling part, without spaces, and as it is said in a message."""

    tight: str
    edges: Edges
    said: str
    same_as: str = ""
    """Ways of writing one thing share this: 14 Larkspur Close, 14 Larkspur Cl."""


class NamePart(NamedTuple):
    """One word of a person's name, folded, and a pattern of how it may be written."""

    word: str
    written: str


class Detail(NamedTuple):
    """A withheld detail: its path, its telling pieces (the most telling first), parts of a name."""

    path: str
    pieces: tuple[Piece, ...]
    names: tuple[NamePart, ...] = ()

    @staticmethod
    def of_phrase(path: str, of: list[str]) -> Detail:
        """A detail that is looked for word by word in its order."""
        return Detail(path, (Piece("".join(of), "both", " ".join(of)),))


_BY_PATH = (
    ("telephone", re.compile(r"(?:telephone|phone|mobile|fax)[^.]*(?:\.text)?$")),
    ("email", re.compile(r"e-?mail(?:\.text)?$")),
    ("address", re.compile(r"(?:address|home|placement|workplace|school|place)(?:\.text)?$")),
    ("name", re.compile(r"(?:^|\.)(?:name|other_names(?:\[\d+\])?|gp)$")),
)
POSTCODE = re.compile(r"(?<![a-z0-9])([a-z]{1,2}[0-9][a-z0-9]?)[\W_]*([0-9][\W_]*[a-z][\W_]*[a-z])(?![a-z0-9])")
_FLAT = re.compile(r"(?:flat|unit|room|apartment|apt|floor|block|bedsit|suite)")
_STREETS = tuple(
    tuple(group.split())
    for group in (
        "street st str", "road rd", "avenue ave av", "lane ln la", "drive dr drv", "close cl clo", "court ct crt",
        "crescent cres cresc", "terrace terr ter tce", "place pl", "square sq", "grove gr gro", "gardens gdns gdn",
        "park pk", "way wy", "walk wlk", "hill hl", "green grn", "row", "mews", "view vw", "rise", "parade pde",
        "mount mt", "cottages cotts", "house hse", "vale", "wharf", "quay", "yard", "heights", "bank", "croft",
    )
)  # fmt: skip
STREET_WORDS = {word: group for group in _STREETS for word in group}


def _each(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Words that tell no place by themselves: "the foster home", "High Street", "at her mother's".
_COMMON = frozenset(
    _each(
        """a an and at by c for from her his in near next no number o of off on or s the their to with upper lower
        north south east west old new high church station main mill park school green london victoria queen
        queens king kings albert manor chapel bridge market castle orchard first second third
        foster fostered fostering placement placed care carer carers home house family families friend friends
        parent parents grandparent grandparents mother father mum dad aunt uncle sister brother relative
        relatives residential hostel refuge hospital unit nursery primary secondary infant infants junior
        juniors academy college centre surgery practice health medical community children childrens council
        office work unknown address temporary same not living lives staying flat room catholic st saint ce e rc"""
    )
)
_TITLES = frozenset(_each("mr mrs ms miss mx dr prof professor rev sir dame lady lord"))
_ORGANISATION = frozenset(
    _each(
        """school primary secondary infant infants junior juniors nursery academy college centre surgery practice
        hospital clinic ltd limited plc and the of for church england catholic rc ce c e medical health community"""
    )
)
_MAILBOX = frozenset(_each("info office admin contact reception enquiries secretary duty"))
_MONTHS = _each("january february march april may june july august september october november december")


def detail_of(path: str, text: str, shown: Haystack) -> Detail | str | None:
    """The telling pieces of a withheld detail; a reason if it can't be searched for.

    None says that it is a line of six words or more, to be searched for as free text. Pieces that stand in
    `shown`, the names and contact details this reader may see, are no secret and are left out.
    """
    kind, pieces, names = _read(path, text)
    if kind == "line" and len(words(text)) >= 6:
        return None
    seen = {piece.same_as or piece.tight for piece in pieces if _in(piece, shown)}
    told = tuple(dict.fromkeys(piece for piece in pieces if (piece.same_as or piece.tight) not in seen))
    called = tuple(name for name in dict.fromkeys(names) if name.word not in shown.vocabulary)
    if kind == "date":
        return "a date: it can't be told from the same date of something else"
    if told or called:
        return Detail(path, told, called)
    if pieces or names:
        return "the same words stand in what they may see"
    if not words(text):
        return "it holds no letter and no digit"
    return "too short, or too ordinary, to be told from other words"


@lru_cache(maxsize=1024)
def _read(path: str, text: str) -> tuple[str, list[Piece], list[NamePart]]:
    """Kept, since one detail is withheld from many readers."""
    kind = _kind(path, text)
    return (kind, *_KINDS[kind](text))


def _in(piece: Piece, shown: Haystack) -> bool:
    at = shown.tight.find(piece.tight)
    while at >= 0:
        if piece.edges == "none" or (at in shown.edges and at + len(piece.tight) in shown.edges):
            return True
        at = shown.tight.find(piece.tight, at + 1)
    return False


def _kind(path: str, text: str) -> str:
    kind = next((kind for kind, pattern in _BY_PATH if pattern.search(path)), "")
    folded = words(text)
    digits = sum(char.isdigit() for word in folded for char in word)
    letters = sum(char.isalpha() for word in folded for char in word)
    if "@" in text and " " not in text.strip():
        return "email"
    if digits >= 6 and digits > 2 * letters and not _ISO.fullmatch(text.strip()):
        return "telephone"
    if _ISO.fullmatch(text.strip()):
        return "birth" if re.search(r"date_of_birth|due_date", path) else "date"
    if kind == "telephone" and digits < 5:
        return "line"
    if kind and kind != "email":
        return kind
    return "address" if POSTCODE.search(_flat(text)) else "line"


def _flat(text: str) -> str:
    return " ".join(words(text))


_Found = tuple[list[Piece], list[NamePart]]


def _line(text: str) -> _Found:
    of = words(text)
    if len(of) < 2 or len("".join(of)) < 7 or set(of) <= _COMMON:
        return [], []
    return [Piece("".join(of), "both", " ".join(of))], []


def _telephone(text: str) -> _Found:
    pieces: list[Piece] = []
    for written in re.split(r"[,;\n]|(?<=\d)\s*/\s*(?=[+0(])|(?<=\d)\s+(?:or|and)\s+", text):
        number = "".join(char for word in words(written) for char in word if char.isdigit())
        core = number
        if number.startswith("00") or written.lstrip(" (").startswith("+"):
            core = number.removeprefix("00")
            core = core.removeprefix("44").removeprefix("0") if core.startswith("44") else core[-9:]
        elif number.startswith("44") and len(number) >= 12:
            core = number.removeprefix("44").removeprefix("0")
        elif number.startswith("0"):
            core = number[1:]
        if len(core) < 5:
            continue
        pieces.append(Piece(core, "none" if len(core) >= 8 else "both", number))
        if len(core) >= 9 and core[0] in "12":  # a landline is also known by its last six digits
            pieces.append(Piece(core[-6:], "both", core[-6:]))
    return pieces, []


def _email(text: str) -> _Found:
    of = words(text)
    pieces = [Piece("".join(of), "both", " ".join(of))] if len("".join(of)) >= 6 else []
    mailbox = words(text.partition("@")[0])
    if len("".join(mailbox)) >= 6 and not set(mailbox) <= _MAILBOX:
        pieces.append(Piece("".join(mailbox), "both", " ".join(mailbox)))
    return pieces, []


def _address(text: str) -> _Found:
    """The postcode; each house number with its street; the street; the first line; the whole. No town alone."""
    pieces: list[Piece] = []
    for found in POSTCODE.finditer(_flat(text)):
        code = (found[1] + found[2]).replace(" ", "")
        pieces.append(Piece(code, "either", f"{code[:-3]} {code[-3:]}"))
    segments = [of for of in map(words, re.split(r"[,;\n]", text)) if of]
    for segment, after in zip(segments, [*segments, []][1:], strict=False):
        # "14, Larkspur Close" and "Flat 3, 14 Larkspur Close": the number may stand alone
        pieces += _street([*segment, *after] if _is_number(segment[-1]) else [*segment])
    first = next((segment for segment in segments if not _is_flat(segment)), [])
    pieces += _line(" ".join(first))[0]
    whole = [word for segment in segments for word in segment]
    pieces += _line(" ".join(whole))[0]
    names = []
    if segments and set(whole) & _ORGANISATION:
        names = _head(text, first)
    return pieces, names


def _street(of: list[str]) -> Iterator[Piece]:
    """Each way to write a house number with its street, and the street alone where its name is telling."""
    for at, word in enumerate(of):
        if not _is_number(word):
            continue
        name = of[at + 1 :]
        kind = next((j for j, step in enumerate(name) if j and step in STREET_WORDS), None)
        if kind is None:
            if name and any(len(step) >= 4 and step.isalpha() for step in name):
                yield _piece([word, *name])
                if len(name[0]) >= 5 and name[0] not in _COMMON:  # "14 Broadway Dunmere" without a comma
                    yield _piece([word, name[0]])
            elif at and any(len(step) >= 4 and step.isalpha() for step in of[:at]) and not _is_flat(of):
                yield _piece(of)  # "ul. Kwiatowa 5": the number follows
            continue
        street, rest = name[:kind], STREET_WORDS[name[kind]]
        for ending in rest:
            yield _piece([word, *street, ending], [word, *street, rest[0]])
            if not set(street) <= _COMMON:
                yield _piece([*street, ending], [*street, rest[0]])
        if len("".join(street)) >= 5 and not set(street) <= _COMMON:
            yield _piece([word, *street], [word, *street, rest[0]])
        return
    if len(of) >= 2 and of[-1] in STREET_WORDS and not set(of[:-1]) <= _COMMON:  # a street without a number
        for ending in STREET_WORDS[of[-1]]:
            yield _piece([*of[:-1], ending], [*of[:-1], STREET_WORDS[of[-1]][0]])


def _piece(of: list[str], same_as: list[str] | None = None) -> Piece:
    return Piece("".join(of), "both", " ".join(of), "".join(same_as or of))


def _is_number(word: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,4}[a-z]?", word))


def _is_flat(of: list[str]) -> bool:
    return len(of) <= 2 and bool(_FLAT.fullmatch(of[0]))


def _head(text: str, of: list[str]) -> list[NamePart]:
    """What is the school's own in "Larkspur Primary School": its first words, where they tell something."""
    own = [word for word in of if word not in _ORGANISATION and word not in _COMMON]
    return [_part(word, text) for word in own if len(word) >= 6 and word.isalpha()][:1]


def _name(text: str) -> _Found:
    """The whole name in its order, and each of its words that can stand for the person."""
    of = [word for word in words(text) if word not in _TITLES]
    pieces = [_piece(of)] if len(of) >= 2 and len("".join(of)) >= 5 else []
    if set(of) & _ORGANISATION:
        return pieces, _head(text, of)
    return pieces, [_part(word, text) for word in of if len(word) >= 3 and word.isalpha()]


def _part(word: str, text: str) -> NamePart:
    """How this word was written, with its accents, or without."""
    forms = {written for written in re.findall(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*", text) if words(written) == [word]}
    return NamePart(word, "|".join(map(re.escape, sorted({word, *forms}))))


_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def _date(text: str) -> _Found:
    """A date in figures and in English words; the figures are found in every language that uses them."""
    year, month, day = _ISO.fullmatch(text.strip()).groups()  # type: ignore[union-attr]
    if not 1 <= int(month) <= 12:
        return _line(text)
    name = _MONTHS[int(month) - 1]
    forms = [
        [year, month, day],
        *([d, m, y] for d in {day, str(int(day))} for m in {month, str(int(month))} for y in {year, year[2:]}),
        *([d + th, m, year] for d in {day, str(int(day))} for th in ("", "st", "nd", "rd", "th")
          for m in (name, name[:3])),
        *([m, d + th, year] for d in {day, str(int(day))} for th in ("", "st", "nd", "rd", "th")
          for m in (name, name[:3])),
    ]  # fmt: skip
    return [_piece(form) for form in sorted(forms)], []


_KINDS = {
    "line": _line,
    "telephone": _telephone,
    "email": _email,
    "address": _address,
    "name": _name,
    "birth": _date,
    "date": _date,
}
