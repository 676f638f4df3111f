"""Copies a second against plain docxtpl, same template, same context, same run."""

from __future__ import annotations

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
    """The cost of each stage, in units of one rendering; every part that is rendered counts, headers and footers too.

    The floor is what no engine can do without: run the tags, encode, deflate with the checksum, join.
    """
    rendered: list[Part] = list(work.template._parts.values())
    outputs = [Output("", 1) for _ in rendered]
    data = [part.render(work.context, output) for part, output in zip(rendered, outputs, strict=True)]
    texts = [part.decode() for part in data]
    constant = b"".join(part.data for part in work.template._constants.values())
    deflated_parts = [parts.deflate(part).data for part in data]
    kept = work.template.constants()

    def run() -> None:
        for part in rendered:
            part.machine.render(work.context, Output("", 1))

    def encode() -> None:
        for text in texts:
            text.encode()

    def deflate(level: int = parts.LEVEL) -> None:
        for part in data:
            parts.deflate(part, level)

    def read() -> None:
        for part, output in zip(data, outputs, strict=True):
            missing(output.printed, read_back(part))

    whole, machine, encoded, deflated, joined, read_again, loaded = side_by_side(
        work.unchecked,
        run,
        encode,
        deflate,
        lambda: b"".join((constant, *deflated_parts)),
        read,
        lambda: Template.from_constants(kept),
    )
    yield Row(f"{name}: above the floor for the same bytes", whole / (machine + encoded + deflated + joined), "<=1.5")
    for what, cost in (
        ("the program of tags", machine),
        ("deflating", deflated),
        ("the second reading", read_again),
        ("getting ready out of the cache, once a run", loaded),
    ):
        yield Row(f"{name}: {what}, in renderings", cost / whole)
    for level in (1, 6, 9):
        (cost,) = side_by_side(lambda level=level: deflate(level))  # type: ignore[misc]  # bound now
        size = sum(len(parts.deflate(part, level).data) for part in data) / sum(map(len, deflated_parts))
        yield Row(f"{name}: zlib level {level}, time of level {parts.LEVEL}", cost / deflated)
        yield Row(f"{name}: zlib level {level}, size of level {parts.LEVEL}", size)
