"""Copies a second against plain docxtpl, same template, same context, same run."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from cpdocs import parts
from cpdocs.template import Template
from cpdocs.template.compiled import Part
from cpdocs.template.machine import Output, missing, read_back
from tests.bench import Row, side_by_side
from tests.bench.workloads import Work, shipped


def rows() -> Iterator[Row]:
    for name, document, fast, checked in (("minutes", "minutes", 25, 15), ("letter", "parent-letter", 50, 30)):
        work = shipped(document)
        theirs, ours, unchecked = side_by_side(work.docxtpl, work.ours, work.unchecked, seconds=3)
        yield Row(f"{name}: rendering, times docxtpl", theirs / unchecked, f">={fast}")
        yield Row(f"{name}: with the second reading, times docxtpl", theirs / ours, f">={checked}")
        yield Row(f"{name}: size of the file, times docxtpl's", len(work.ours()) / len(work.docxtpl()))
        yield from stages(name, work)


def stages(name: str, work: Work) -> Iterator[Row]:
    """The cost of each stage, in units of one rendering."""
    main: Part = work.template._parts["word/document.xml"]
    data = main.render(work.context, Output("", 1))
    text = data.decode()
    printed = Output("", 1)
    main.render(work.context, printed)
    kept = work.template.constants()

    def run() -> None:
        main.machine.render(work.context, Output("", 1))

    def encode() -> None:
        zlib.crc32(text.encode())

    def read() -> None:
        missing(printed.printed, read_back(data))

    whole, machine, encoded, deflated, read_again, loaded = side_by_side(
        work.unchecked, run, encode, lambda: parts.deflate(data), read, lambda: Template.from_constants(kept)
    )
    yield Row(f"{name}: above the floor for the same bytes", whole / (machine + encoded + deflated), "<=1.5")
    for what, cost in (
        ("the program of tags", machine),
        ("deflating", deflated),
        ("the second reading", read_again),
        ("getting ready out of the cache, once a run", loaded),
    ):
        yield Row(f"{name}: {what}, in renderings", cost / whole)
    for level in (1, 6, 9):
        (cost,) = side_by_side(lambda level=level: parts.deflate(data, level))  # type: ignore[misc]  # bound now
        size = len(parts.deflate(data, level).data) / len(parts.deflate(data).data)
        yield Row(f"{name}: zlib level {level}, time of level {parts.LEVEL}", cost / deflated)
        yield Row(f"{name}: zlib level {level}, size of level {parts.LEVEL}", size)
