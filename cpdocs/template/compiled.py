"""A compiled template: a context in, the bytes of a finished Word document out, the same bytes every time.

Only the parts that hold tags are made for each copy; all others are kept deflated and copied as they are.
After rendering, every finished part is read again by an XML parser, and every text that was printed must be
found in it: a copy that lost something is never handed out.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from cpdocs import parts as packages
from cpdocs.parts import Deflated, Packer
from cpdocs.template.machine import Machine, Output, Program, missing, read_back
from cpdocs.template.problem import RenderError

NUMBERING = "word/numbering.xml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Part:
    """One part that holds tags: its fixed beginning and end, and the program between them."""

    def __init__(self, name: str, before: str, after: str, program: Program, static: bool) -> None:
        """`static` is False where a table's columns may come and go."""
        self.name = name
        self.before = before
        self.after = after
        self.program = program
        self.static = static
        self._drawings = any("<wp:docPr " in text for text in literals(program))
        self._cells = _cells_so_far([["lit", before], *program, ["lit", after]])

    @cached_property
    def machine(self) -> Machine:
        """The program, ready to run."""
        return Machine([["lit", self.before], *self.program, ["lit", self.after]])

    def render(self, context: Mapping[str, Any], output: Output) -> bytes:
        """Print the part. Raises RenderError."""
        xml = self.machine.render(context, output)
        for head in self._cells:
            # a cell must hold a paragraph, also when all that stood in it had nothing to say
            xml = xml.replace(head + "</w:tc>", head + "<w:p/></w:tc>")
        if self.name != "word/document.xml":
            for tag in ("</w:hdr>", "</w:ftr>"):
                if xml.endswith(tag) and "<w:p>" not in xml and "<w:p " not in xml and "<w:p/>" not in xml:
                    xml = xml.removesuffix(tag) + "<w:p/>" + tag
        elif self._drawings:
            xml = _number_drawings(xml)
        if not self.static:
            from cpdocs.template import grid

            xml = DECLARATION + grid.fix(xml)
        return xml.encode()


_CELL_SO_FAR = ("</w:tcPr>", "<w:tcPr/>", "<w:tc>", "</w:tbl>")


def literals(program: Program) -> Iterator[str]:
    """Every literal of a program."""
    for op in program:
        if op[0] == "lit":
            yield op[1]
        elif op[0] == "for":
            yield from literals(op[3])
        elif op[0] == "if":
            for _, body in op[1]:
                yield from literals(body)
            yield from literals(op[2])


def _cells_so_far(program: Program) -> tuple[str, ...]:
    """What a cell without a paragraph may end with when a tag in it prints nothing: looking for each takes time."""
    said = list(literals(program))
    ends = [head for head in _CELL_SO_FAR if any(text.endswith(head) for text in said)]
    if "</w:tbl>" in ends:
        inside, nested = 0, False
        for tag in _CELL_OR_TABLE.findall("".join(said)):
            nested |= tag == "<w:tbl" and inside > 0
            inside = max(inside + _CELL_OR_TABLE_DEPTH[tag], 0)
        if not nested:
            ends.remove("</w:tbl>")
    return tuple(ends)


_CELL_OR_TABLE = re.compile(r"(?:<w:tc|</w:tc|<w:tbl)(?=[ >])")
_CELL_OR_TABLE_DEPTH = {"<w:tc": 1, "</w:tc": -1, "<w:tbl": 0}


def _number_drawings(xml: str) -> str:
    """Every drawing needs a number of its own, also those that a loop repeats."""
    count = 1000

    def number(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"{match[1]}{count}{match[2]}"

    return re.sub(r'(<wp:docPr\b[^>]*?\bid=")[^"]*(")', number, xml)


class Template:
    """A template ready to make copies. Made by compile_template, or from_constants out of the cache."""

    def __init__(
        self,
        parts: Sequence[Part],
        constants: Mapping[str, Deflated],
        numbering: str,
        bullets: str,
        numbers: str,
        first_list: int,
    ) -> None:
        """The rendered parts, the deflated ones, and what a numbered list needs (compiler._lists)."""
        self._parts = {part.name: part for part in parts}
        self._constants = dict(constants)
        self._numbering, self._bullets, self._numbers = numbering, bullets, numbers
        self._first_list = first_list
        fixed = {name: part for name, part in self._constants.items() if name != NUMBERING}
        self._packer = Packer(fixed)

    @cached_property
    def names(self) -> frozenset[str]:
        """Every dotted name the template asks for, loop variables resolved: `children[].risk.worries`."""
        from cpdocs.template.syntax import names

        return frozenset(name for part in self._parts.values() for name in names(part.program))

    def programs(self) -> dict[str, Program]:
        """The program of each part that is rendered, by the part's name (syntax.program)."""
        return {part.name: part.program for part in self._parts.values()}

    def render(self, context: Mapping[str, Any], *, checked: bool = True) -> bytes:
        """Make one copy.

        `context` holds strings, Markup, lists and dicts. Raises RenderError if the template asks for what it
        doesn't hold, or if the finished document doesn't hold what was printed. `checked=False` leaves out
        that second reading (for the bench).
        """
        return self._packer.pack(self._rendered(context, checked))

    def parts(self, context: Mapping[str, Any]) -> dict[str, bytes]:
        """The same copy as parts, not packed: for searching it."""
        out = {name: packages.inflate(part) for name, part in self._constants.items()}
        for name, part in self._rendered(context, True).items():
            out[name] = packages.inflate(part) if isinstance(part, Deflated) else part
        return out

    def _rendered(self, context: Mapping[str, Any], checked: bool) -> dict[str, bytes | Deflated]:
        out: dict[str, bytes | Deflated] = {}
        lists = 0
        for name, part in self._parts.items():
            output = Output(self._bullets, self._first_list + lists)
            try:
                data = part.render(context, output)
            except UnicodeEncodeError as error:
                raise RenderError("A text holds half a character.", "Type the text again.") from error
            lists += output.lists
            if checked and missing(output.printed, read_back(data)) is not None:
                raise RenderError(
                    f"A text that was printed isn't in the finished document ({name}), so it wasn't kept.",
                    "Please report this.",
                )
            out[name] = data
        if NUMBERING in self._constants:
            out[NUMBERING] = self._with_lists(lists) if lists else self._constants[NUMBERING]
        if (lists and not self._numbers) or (not self._bullets and _asks_for_no_list(out)):
            raise RenderError(
                "A text holds a list, but the house file has no list style with numbering.",
                "Give the styles ListBullet and ListNumber a list in the house file.",
            )
        return out

    def _with_lists(self, lists: int) -> bytes:
        """The numbering part with a number for each list of this copy, each beginning at 1."""
        restart = "".join(
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="1"/></w:lvlOverride>' for level in range(9)
        )
        added = "".join(
            f'<w:num w:numId="{self._first_list + number}"><w:abstractNumId w:val="{self._numbers}"/>{restart}</w:num>'
            for number in range(lists)
        )
        head, end, tail = self._numbering.rpartition("</w:num>")
        return (head + end + added + tail).encode()

    def constants(self) -> bytes:
        """The template as data, for the cache: programs as JSON, constant parts as they are."""
        head = {
            "parts": [[p.name, p.before, p.after, p.program, p.static] for p in self._parts.values()],
            "constants": [[name, part.crc, part.size, len(part.data)] for name, part in self._constants.items()],
            "lists": [self._numbering, self._bullets, self._numbers, self._first_list],
        }
        raw = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
        return struct.pack("<I", len(raw)) + raw + b"".join(part.data for part in self._constants.values())

    @classmethod
    def from_constants(cls, data: bytes) -> Template:
        """The inverse of constants. Raises ValueError if the data can't be that."""
        try:
            (length,) = struct.unpack_from("<I", data)
            head = json.loads(data[4 : 4 + length])
            at = 4 + length
            constants = {}
            for name, crc, size, packed in head["constants"]:
                constants[str(name)] = Deflated(crc, size, data[at : at + packed])
                at += packed
            template = cls([Part(*part) for part in head["parts"]], constants, *head["lists"])
            for part in template._parts.values():
                _ = part.machine
        except (struct.error, KeyError, TypeError, AttributeError, SyntaxError, RecursionError) as error:
            raise ValueError("not a compiled template") from error
        return template


def _asks_for_no_list(parts: Mapping[str, bytes | Deflated]) -> bool:
    """Whether a part asks for a list number that the house file doesn't have."""
    return any(isinstance(part, bytes) and b'<w:numId w:val=""/>' in part for part in parts.values())
