"""The commands beside the main ones: compare, verify, template check, reference.

Each function prints what a module found and gives an exit code; what is done stands in that module.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from cpdocs.procedure import DataError

Add = Callable[[str, Callable[[Any], int], str], argparse.ArgumentParser]
CLEAN, FINDINGS = 0, 1


def add(command: Add) -> None:
    """Add these commands to the parser."""
    watch = command("watch", run_watch, "Check a record at every save; what is new is shown. Ctrl+C ends it.")
    watch.add_argument("record", metavar="RECORD", type=Path)
    watch.add_argument("--all", action="store_true", help="show everything at every save, not only what is new")

    compare = command("compare", run_compare, "Show how the text of two copies of a document differs.")
    compare.add_argument("first", metavar="A", type=Path)
    compare.add_argument("second", metavar="B", type=Path)

    verify = command("verify", run_verify, "Say whether a folder is what its manifest says.")
    verify.add_argument(
        "folder", metavar="FOLDER", type=Path, help="a record's folder, the one that holds for/ and chair/"
    )
    verify.add_argument(
        "--record", metavar="RECORD", type=Path, help="also say whether this record would give the same today"
    )

    template = command(
        "template", run_template, "Check Word templates: everything that is wrong with them, in Word's terms."
    )
    template.add_argument("action", choices=("check",))
    template.add_argument("files", metavar="FILE", nargs="*", type=Path, help="default: every template there is")

    reference = command(
        "reference", run_reference, "Write the reference pages: rules, contents, documents, fields, coverage."
    )
    reference.add_argument("--out", metavar="DIR", type=Path, help="default: docs/reference of the checkout")
    reference.add_argument("--check", action="store_true", help="write nothing; say which pages aren't fresh")


def run_watch(given: Any) -> int:
    """`cpdocs watch RECORD`, until Ctrl+C."""
    from time import sleep

    from cpdocs import report, watch
    from cpdocs.finding import Finding
    from cpdocs.flow import prepare

    library = given.library_for(given, given.record)
    before: tuple[Finding, ...] | None = None
    clean = True
    try:
        for _ in watch.saves(given.record, lambda: sleep(watch.TICK)):
            prepared = prepare(given.record, library, given.today())
            found, sources = prepared.findings, {prepared.tree.file: prepared.tree.text}
            if before is None:
                print(report.text(found, sources))
                print("Every save is checked from now on. Press Ctrl+C to end.", flush=True)
            else:
                change = watch.since(before, found)
                shown = report.blocks(found if given.all else change.new, sources)
                print("\n\n".join(["", *shown, f"Saved. {change.said} In all: {report.count(found)}"]), flush=True)
            before, clean = found, prepared.clean
    except KeyboardInterrupt:
        print()
    return CLEAN if clean else FINDINGS


def run_compare(given: Any) -> int:
    """`cpdocs compare A B`."""
    from cpdocs.outline import compare
    from cpdocs.parts import PackageError, load
    from cpdocs.report import clean

    try:
        lines = compare(load(given.first), load(given.second), (str(given.first), str(given.second)))
    except (PackageError, KeyError) as error:
        raise DataError("One of the two isn't a Word file.", "Give two .docx files.") from error
    print("\n".join(map(clean, lines)) if lines else "The text of the two copies is the same.")
    return FINDINGS if lines else CLEAN


def run_verify(given: Any) -> int:
    """`cpdocs verify FOLDER`."""
    from cpdocs import verify

    rebuild = _rebuild(given) if given.record else None
    results = verify.verify(given.folder, rebuild)
    for result in results:
        print(f"{result.file}: {result.state}" + (f"; today: {result.today}" if result.today else ""))
    whole = sum(result.state == "as made" for result in results)
    others = sum(result.state == "as made" and not result.good for result in results)
    today = f" Today {others} of them would be different." if others else ""
    print(f"{whole} of {len(results)} files are as they were made.{today}")
    return CLEAN if all(result.good for result in results) else FINDINGS


def _rebuild(given: Any) -> Callable[..., Iterator[tuple[str, bytes]]]:
    """Make the set again from today's inputs, with the day and the finality that its manifest tells."""
    import json

    from cpdocs.flow import DIARY, deadlines, prepare, reference_of
    from cpdocs.making import make
    from cpdocs.shelf import Shelf

    try:
        manifest = json.loads((given.folder / "chair" / "manifest.json").read_text(encoding="utf-8"))
        day = date.fromisoformat(manifest["date"])
        final = manifest["versions"].get("final") == "yes"
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(
            "This folder has no manifest that can be read.", "It should hold chair/manifest.json."
        ) from error

    def again(*_: Any) -> Iterator[tuple[str, bytes]]:
        library = given.library_for(given, given.record)
        prepared = prepare(given.record, library, day)
        if prepared.record is None:
            raise DataError("The record can't be used as it is.", f"See: cpdocs check {given.record}")
        made, _found = make(prepared, library, Shelf(library), final=final, today=day)
        for one in made:
            # what went out already, just as it is, isn't made again: see `flow.issue`
            if one.data is not None and not (final and one.before.state == "unchanged"):
                yield one.copy.file.as_posix(), one.data
        yield DIARY, deadlines(prepared, reference_of(prepared.record), day)

    return again


def run_template(given: Any) -> int:
    """`cpdocs template check [FILE…]`."""
    from cpdocs import template
    from cpdocs.parts import load
    from cpdocs.vocabulary import names

    library = given.library_for(given)
    files = given.files or sorted(
        path for place in (library.root, library.council) if place for path in place.glob("templates/*/*.docx")
    )
    words = {word for id in library.procedures() for word in library.procedure(id).words}
    allowed = names(library.fields)
    wrong = 0
    of_the_house: dict[str, None] = {}  # every template meets them
    for path in files:
        for problem in template.check(load(path), allowed, house=library.house, words=words):
            if problem.place.startswith("the house file"):
                of_the_house[str(problem)] = None
            else:
                wrong += 1
                print(f"{path}: {problem}")
    wrong += len(of_the_house)
    for told in of_the_house:
        print(told)
    checked = "1 template" if len(files) == 1 else f"{len(files)} templates"
    left = "nothing to mend" if not wrong else "1 thing to mend" if wrong == 1 else f"{wrong} things to mend"
    print(f"{checked} checked; {left}.")
    return FINDINGS if wrong else CLEAN


def run_reference(given: Any) -> int:
    """`cpdocs reference [--check]`."""
    from cpdocs import coverage, reference

    library = given.library_for(given)
    out = given.out
    if out is None:
        if not (library.root / "pyproject.toml").is_file():
            raise DataError("There is no checkout to write the pages into.", "Say where with --out DIR.")
        if library.council:
            raise DataError("The pages of the checkout are made without a council's folder.", "Add --out DIR.")
        out = library.root / "docs" / "reference"
    made = reference.pages(library, given.build_parser())
    wrong = coverage.faults(library)
    for fault in wrong:
        print(fault)
    changed = reference.stale(made, out) if given.check else reference.write(made, out)
    for name in changed:
        print(f"{out / name}: {'not fresh' if given.check else 'written'}")
    print(f"{len(made)} pages; " + (f"{len(changed)} of them changed." if changed else "all are fresh."))
    return FINDINGS if wrong or (given.check and changed) else CLEAN
