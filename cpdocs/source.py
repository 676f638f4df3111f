"""YAML text in, a Tree out: what was typed, where each thing stands, and what is wrong with the file itself.

Every scalar is the text that was typed (`no` is "no", `10:30` is "10:30", `0123` is "0123"); only an
empty value is None. The schema says later what a text means. Values are built from the parser's events, with
limits on size, depth and count before anything is composed, so a hostile file costs no more than a long one.
Anchors, aliases, merge keys, tags, a second document, doubled keys and characters that can't be seen are
refused: each is a finding with its line, and all of a file's are told at once. A slip in the YAML itself ends
the reading at its line; then the Tree is not `whole` and holds no data, so that nothing is ever decided on
half a record.
"""

from __future__ import annotations

import re
import stat
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from cpdocs import slips, unquoted
from cpdocs.finding import Finding, Place, Related
from cpdocs.slips import Mark, Notes
from cpdocs.unquoted import KEY_WITHOUT_SPACE
from cpdocs.unseen import any_hidden, hidden
from cpdocs.unseen import pattern as hidden_pattern

MAX_BYTES = 400_000
MAX_DEPTH = 20
MAX_NODES = 40_000

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_OTHER_FILES = {
    b"PK\x03\x04": "Word file or another packed one",
    b"\xd0\xcf\x11\xe0": "Word file of an older kind",
    b"{\\rtf": "Word file saved as Rich Text",
    b"%PDF": "PDF",
}
_LINE_END = re.compile(r"\r\n|\r|\n")
_HASH = re.compile(r"[ \t]#|^#", re.MULTILINE)


class Tree(NamedTuple):
    """One YAML file as it was typed.

    `data` is a dict, a list, a text or None; `marks` leads from a path to its value's place, `keys` to its
    key's. `whole` is False when reading had to stop; `data` is then None and only the findings are of use.
    """

    file: str
    text: str
    data: Any
    marks: Mapping[str, Mark]
    keys: Mapping[str, Mark]
    whole: bool = True

    def place(self, path: str) -> Place:
        """Where a path stands, or its nearest ancestor that is written; the Place keeps the path asked for.

        A mapping, a list or an empty value is shown by its key, a text by itself.
        """
        near = path
        while near and near not in self.marks:
            near = near[: max(near.rfind("."), near.rfind("["), 0)]
        mark = self.marks.get(near, _START)
        key = self.keys.get(near)
        if key is not None and (key.line != mark.line or mark.length == 0):
            mark = key
        return Place(self.file, path, mark.line, mark.column, max(mark.length, 1))

    def key_place(self, path: str) -> Place:
        """Where the key of a path stands; without a key, as `place`."""
        key = self.keys.get(path)
        if key is None:
            return self.place(path)
        return Place(self.file, path, key.line, key.column, max(key.length, 1))


_START = Mark(1, 1, 1)


def read(path: Path, file: str | None = None) -> tuple[Tree, list[Finding]]:
    """Read one YAML file; `file` is the name that findings show (the path itself when not given).

    What can't be read (no such file, too long, not UTF-8) is a finding, never an exception.
    """
    file = path.as_posix() if file is None else file
    notes = Notes(file)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            what = f"This isn't a file that can be read; it is a folder or a device.{_within(path)}"
            notes.add("SRC-FILE", what, _START)
            return _nothing(file, ""), notes.all()
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        notes.add("SRC-FILE", "There is no file of this name here.", _START)
        return _nothing(file, ""), notes.all()
    except OSError as problem:
        why = problem.strerror or type(problem).__name__
        notes.add("SRC-FILE", f"The file can't be opened ({why[:1].lower()}{why[1:]}).", _START)
        return _nothing(file, ""), notes.all()
    except ValueError:  # a NUL in the path
        notes.add("SRC-FILE", "This can't be the name of a file.", _START)
        return _nothing(file, ""), notes.all()
    if len(raw) > MAX_BYTES:
        return _too_long(file, raw.decode("utf-8", "replace"), notes)
    kind = next((kind for begin, kind in _OTHER_FILES.items() if raw.startswith(begin)), "")
    if kind:
        notes.add("SRC-ENCODING", f"This is a {kind}, not plain text.", _START)
        return _nothing(file, ""), notes.all()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in raw[:4]:
        notes.add("SRC-ENCODING", "The file was saved as UTF-16 (`Unicode`), not as UTF-8.", _START)
        return _nothing(file, ""), notes.all()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        before = raw[: problem.start].decode("utf-8").removeprefix("\ufeff")
        starts = _LINE_END.split(before)
        guess = raw[problem.start : problem.start + 1].decode("cp1252", "replace")
        alone = raw[problem.start + 1 : problem.start + 2] < b"\x80"
        known = alone and guess.isprintable() and guess != "\ufffd"
        likely = f"; it may be `{guess}` of an older Windows file" if known else ""
        notes.add(
            "SRC-ENCODING",
            f"The file isn't saved as UTF-8: the character here can't be read{likely}.",
            Mark(len(starts), len(starts[-1]) + 1, 1),
        )
        text = raw.decode("utf-8", "replace")
        tree, found = _parse(text, file, notes)
        return _nothing(file, tree.text), found
    return _parse(text, file, notes)


def _within(folder: Path) -> str:
    """The record that was meant, if a folder holds just one."""
    records = sorted(path.as_posix() for path in folder.glob("*.yaml") if path.is_file())
    return f" The record in it is {records[0]}: name that." if len(records) == 1 else ""


def parse(text: str, file: str) -> tuple[Tree, list[Finding]]:
    """Read YAML from a text; see the module. Never raises on any text."""
    return _parse(text, file, Notes(file))


def _parse(text: str, file: str, notes: Notes) -> tuple[Tree, list[Finding]]:
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_BYTES or (len(text) * 4 > MAX_BYTES and len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES):
        return _too_long(file, text, notes)
    clean = text
    if any_hidden(text):
        _tell_unseen(text, notes)
        clean = hidden_pattern().sub("\ufffd", text)
    builder = _Builder(clean, file, notes)
    try:
        whole = builder.build()
    except yaml.YAMLError as problem:
        _tell_slips(builder, problem, notes)
        whole = False
    if not whole:
        return Tree(file, text, None, {"": _START}, {}, whole=False), notes.all()
    if builder.data is None:
        notes.add("SRC-EMPTY", "There is nothing in this file.", _START)
    return Tree(file, text, builder.data, builder.marks, builder.keys), notes.all()


def _tell_slips(builder: _Builder, problem: yaml.YAMLError, notes: Notes) -> None:
    """Tell the slip that ended the reading, and those behind it, as far as each is a single value's."""
    for _ in range(slips.MAX_PER_RULE):
        told = notes.lines_of("SRC-ALIAS", "SRC-ANCHOR", "SRC-TAG")
        found = slips.diagnose(builder.lines, problem, builder.last)
        for slip in found:
            if slip.line not in told:  # `*so* he said`: the sign is told already
                notes.slip(slip)
        rest = slips.behind(builder.lines, found[0])
        if not rest:
            return
        builder = _Builder("\n".join(rest), builder.file, Notes(builder.file))
        try:
            builder.build()
            return
        except yaml.YAMLError as another:
            problem = another


def _tell_unseen(text: str, notes: Notes) -> None:
    """Tell of the first characters of each rule where they stand, and count the others: a file may be made of them."""
    left: Counter[str] = Counter()
    for character, times in Counter(hidden_pattern().findall(text)).items():
        left[hidden(character)[0]] += times
    shown = {rule: min(times, slips.MAX_PER_RULE) for rule, times in left.items()}
    for number, line in enumerate(_LINE_END.split(text), 1):
        for hit in hidden_pattern().finditer(line):
            rule, message = hidden(hit.group())
            if shown[rule]:
                notes.add(rule, message, Mark(number, hit.start() + 1, 1))
                shown[rule] -= 1
                left[rule] -= 1
            elif not any(shown.values()):
                notes.more(left)
                return
    notes.more(left)


def _nothing(file: str, text: str) -> Tree:
    return Tree(file, text, None, {"": _START}, {}, whole=False)


def _too_long(file: str, text: str, notes: Notes) -> tuple[Tree, list[Finding]]:
    notes.add("SRC-SIZE", f"This file is longer than {MAX_BYTES // 1000} kB, the most that is read.", _START)
    return _nothing(file, text[:2000]), notes.all()


_SKIP = "\x00skip"


class _Stop(Exception):
    """Reading ends here; why is told already."""


class _Builder:
    """Builds one Tree's data from the parser's events, without recursion."""

    def __init__(self, text: str, file: str, notes: Notes) -> None:
        self.text, self.file, self.notes = text, file, notes
        self.lines = _LINE_END.split(text)
        self.slashes = "\\" in text
        self.hashes = "#" in text and _HASH.search(text) is not None
        self.marks: dict[str, Mark] = {}
        self.keys: dict[str, Mark] = {}
        self.data: Any = None
        self.last: slips.Last | None = None

    def build(self) -> bool:
        """Read every event; True when the file was read to its end. Raises yaml.YAMLError on bad syntax."""
        loader = _Loader(self.text)
        try:
            return self._build(loader.get_event)
        except _Stop:
            return False
        finally:
            loader.dispose()

    def _build(self, get_event: Any) -> bool:  # one loop on purpose: it runs once for every word of the file
        marks, keys, notes = self.marks, self.keys, self.notes
        Scalar, Map, Seq = yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent
        stack: list[tuple[Any, str, str | None]] = []
        container: Any = None  # the dict or list that is being filled; None at the top
        here = ""  # its path
        key: str | None = None  # a dict's key that waits for its value
        documents = nodes = 0
        while True:
            event = get_event()
            kind = type(event)
            if kind is Scalar or kind is Map or kind is Seq or kind is yaml.AliasEvent:
                nodes += 1
                start = event.start_mark
                line, column = start.line + 1, start.column + 1
                if nodes > MAX_NODES:
                    notes.add("SRC-COUNT", f"This file has more than {MAX_NODES:,} entries.", Mark(line, column, 1))
                    return False
                in_map = type(container) is dict
                if in_map and key is None:
                    if kind is Scalar and not event.style and event.anchor is None and event.tag is None:
                        word, end = event.value, event.end_mark
                        plain = word and word not in container and ":" not in word and word != "<<"
                        if plain and end.line == start.line:  # almost every key; the rest goes the long way
                            keys.setdefault(
                                f"{here}.{word}" if here else word, Mark(line, column, end.column - start.column)
                            )
                            key = word
                            continue
                    key = self._key(event, kind, container, here, get_event)
                    continue
                if in_map:
                    path = f"{here}.{key}" if here else str(key)
                elif container is None:
                    path = ""
                else:
                    path = f"{here}[{len(container)}]"
                if event.anchor is not None or (kind is not yaml.AliasEvent and event.tag is not None):
                    self._refuse(event, kind, path)
                value: Any
                if kind is Scalar:
                    value = event.value
                    end = event.end_mark
                    if not event.style:
                        if value == "":
                            value = None
                            length = 0
                            if self.hashes and start.line < len(self.lines):
                                for slip in unquoted.dropped(self.lines, start):
                                    notes.slip(slip, path)
                        else:
                            length = end.column - start.column if end.line == start.line else self._rest(start)
                            if self.hashes or ":" in value or value[0] == "-" or end.line != start.line:
                                for slip in unquoted.check(value, self.lines, start, end, not in_map):
                                    notes.slip(slip, path)
                    else:
                        length = end.column - start.column if end.line == start.line else self._rest(start)
                        if event.style == '"' and self.slashes:
                            for slip in slips.escapes(self.lines, start, end):
                                notes.slip(slip, path)
                        if event.style == '"' and any_hidden(value):
                            for hit in dict.fromkeys(hidden_pattern().findall(value)):
                                rule, message = hidden(hit)
                                notes.add(rule, message, Mark(line, column, length), path)
                            value = hidden_pattern().sub("\ufffd", value)
                    self.last = slips.Last(event.style or "", start.line, start.column, end.line, end.column)
                    if length == 0 and path in keys:
                        marks.setdefault(path, keys[path]._replace(length=0))
                    else:
                        marks.setdefault(path, Mark(line, column, length))
                    if in_map:
                        if key is not _SKIP:
                            container[key] = value
                        key = None
                    elif container is None:
                        self.data = value
                    else:
                        container.append(value)
                elif kind is yaml.AliasEvent:
                    if in_map:
                        key = None
                    elif container is not None:
                        container.append(None)
                else:
                    if len(stack) >= MAX_DEPTH:
                        notes.add(
                            "SRC-DEPTH",
                            f"Things are nested more than {MAX_DEPTH} deep here.",
                            Mark(line, column, 1),
                            path,
                        )
                        return False
                    marks.setdefault(path, Mark(line, column, 1))
                    value = {} if kind is Map else []
                    if in_map:
                        if key is not _SKIP:
                            container[key] = value
                    elif container is None:
                        self.data = value
                    else:
                        container.append(value)
                    stack.append((container, here, key))
                    container, here, key = value, path, None
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                end = event.end_mark
                if end.column > event.start_mark.column:  # a flow list or mapping has a closing bracket
                    self.last = slips.Last("]", *self._at(here), end.line, end.column)
                container, here, key = stack.pop()
                key = None
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    start = event.start_mark
                    notes.add(
                        "SRC-DOCUMENTS",
                        "A second document starts here; one file is one record.",
                        Mark(start.line + 1, start.column + 1, 3),
                    )
                    return False
            elif kind is yaml.StreamEndEvent:
                return True

    def _at(self, path: str) -> tuple[int, int]:
        mark = self.marks.get(path, _START)
        return mark.line - 1, mark.column - 1

    def _rest(self, start: Any) -> int:
        """The length of what stands on the first line of a value that goes over several."""
        line = self.lines[start.line] if start.line < len(self.lines) else ""
        return max(len(line.rstrip()) - int(start.column), 1)

    def _key(self, event: Any, kind: Any, container: Any, here: str, get_event: Any) -> str:
        """The text of a key; what can't be a key is refused and its value read past."""
        start, end = event.start_mark, event.end_mark
        same = end.line == start.line
        mark = Mark(start.line + 1, start.column + 1, max(end.column - start.column, 1) if same else 1)
        path = f"{here}.?" if here else "?"
        if kind is yaml.AliasEvent or event.anchor is not None:
            self._refuse(event, kind, here)
        if kind is not yaml.ScalarEvent:
            if kind is not yaml.AliasEvent:
                self.notes.add("SRC-KEY", "A key must be a word, and this one is a list or a mapping.", mark, here)
                self._pass_over(get_event)
            return _SKIP
        if event.tag is not None and event.anchor is None:
            self._refuse(event, kind, here)
        key: str = event.value
        if not event.style and key == "<<":
            self.notes.add("SRC-MERGE", "The merge key `<<` is not read.", mark, here)
            return _SKIP
        if key == "":
            self.notes.add("SRC-KEY", "A key is missing before this colon.", mark, here)
            return _SKIP
        if not same or (event.style == '"' and any_hidden(key)):
            self.notes.add("SRC-KEY", "A key must be a word on one line.", mark, here)
            return _SKIP
        path = f"{here}.{key}" if here else key
        if key in container:
            first = self.keys[path]
            before = Place(self.file, path, first.line, first.column, max(first.length, 1))
            self.notes.add(
                "SRC-TWICE",
                f"`{key[:60]}` is written twice here; the first is in line {first.line}.",
                mark,
                path,
                (Related(before, "first written here"),),
            )
            return _SKIP
        self.keys.setdefault(path, mark)
        if ":" in key and not event.style and KEY_WITHOUT_SPACE.match(key):
            word = key[: key.index(":") + 1]
            self.notes.add("SRC-COLON-SPACE", f"A space is missing after `{word}`.", mark, path)
        return key

    def _pass_over(self, get_event: Any) -> None:
        """Read to the end of the list or mapping that has just begun; raises _Stop where it goes too deep."""
        depth = 1
        while depth:
            event = get_event()
            kind = type(event)
            if kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                depth += 1
                if depth > MAX_DEPTH:
                    start = event.start_mark
                    mark = Mark(start.line + 1, start.column + 1, 1)
                    self.notes.add("SRC-DEPTH", f"Things are nested more than {MAX_DEPTH} deep here.", mark)
                    raise _Stop
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                depth -= 1

    def _refuse(self, event: Any, kind: Any, path: str) -> None:
        start = event.start_mark
        line, column = start.line + 1, start.column + 1
        if kind is yaml.AliasEvent:
            self.notes.add(
                "SRC-ALIAS",
                "A value can't start with `*`; YAML takes it for a reference.",
                Mark(line, column, len(event.anchor) + 1),
                path,
            )
            return
        if event.anchor is not None:
            self.notes.add(
                "SRC-ANCHOR",
                "A value can't start with `&`; YAML takes it for a name tag.",
                Mark(line, column, 1),
                path,
            )
        if event.tag is not None:
            self.notes.add(
                "SRC-TAG",
                "A value can't start with `!`; YAML takes it for a type.",
                Mark(line, column, 1),
                path,
            )


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text as places count them: ended by LF, CR LF or CR and by nothing else."""
    yield from _LINE_END.split(text)
