"""The command `cpdocs`: the only module that prints, exits, reads arguments and asks for today's date.

Exit codes: 0 clean, 1 findings (or some copies wait), 2 it can't run, 3 nothing could be issued.
"""

from __future__ import annotations

import argparse
import atexit
import gc
import os
import re
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from cpdocs.procedure import DataError

if TYPE_CHECKING:
    from cpdocs.finding import Finding
    from cpdocs.library import Library
    from cpdocs.results import Prepared

CLEAN, FINDINGS, CANT_RUN, NOTHING_ISSUED = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code. A user never sees a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may not know every character of a name
            stream.reconfigure(encoding="utf-8", errors="replace")
    gc.set_threshold(50_000, 20, 20)  # little of a run goes round in circles: it is looked for less often,
    atexit.register(gc.freeze)  # and not at all when the run is over
    words = sys.argv[1:] if arguments is None else list(arguments)
    given = build_parser(words[0] if words else "").parse_args(words)
    try:
        code: int = given.run(given)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CANT_RUN
    except KeyboardInterrupt:
        return _stop("Stopped. Nothing was half-written.", "")
    except Exception as error:
        message, help = _told(error)
        return _stop(message, help)


def _told(error: Exception) -> tuple[str, str]:
    """What to say of an error: its own words if it is one of ours or the system's, else that it is our fault."""
    from cpdocs.folder import BundleError

    if isinstance(error, DataError | BundleError):
        return error.message, error.help
    if isinstance(error, FileNotFoundError):
        return f"There is no file {error.filename}.", "Check the name and the folder."
    if isinstance(error, PermissionError):
        return f"{error.filename} can't be opened.", "It may be open in another program, or not yours to read."
    if isinstance(error, OSError):
        return f"{error.filename or 'A file'}: {error.strerror}.", ""
    problems = getattr(error, "problems", None)
    if problems:
        return "A template can't be used:\n" + "\n".join(f"  {problem}" for problem in problems), ""
    kind = type(error)
    if hasattr(error, "help"):
        return str(error), str(error.help)
    return (
        f"cpdocs met a fault of its own ({kind.__module__}.{kind.__name__}). Nothing was half-written.",
        "Please report it with the command you typed. Don't send the record.",
    )


def _stop(message: str, help: str) -> int:
    print(f"cpdocs: {message}", file=sys.stderr)
    if help:
        print(f"        {help}", file=sys.stderr)
    return CANT_RUN


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the words typed, with the next step."""

    def error(self, message: str) -> NoReturn:
        if wrong := re.match("argument COMMAND: invalid choice: '(.*?)' ", message):
            import difflib

            near = next(iter(difflib.get_close_matches(wrong[1], re.findall("'([a-z-]+)'", message)[1:], 1)), "")
            message = f"There is no command `{wrong[1]}`." + (f" Did you mean `{near}`?" if near else "")
        print(f"cpdocs: {message}", file=sys.stderr)
        print(f"        Type `{self.prog} --help` to see how it is used.", file=sys.stderr)
        raise SystemExit(CANT_RUN)


Command = Callable[[str, Callable[[Any], int], str], argparse.ArgumentParser]


def build_parser(only: str = "") -> argparse.ArgumentParser:
    """Every command with its arguments; the reference pages are made from it.

    With `only`, the name of one of the main commands, the parser knows no other: it is ready in a tenth of the time.
    """
    parser = _Parser(prog="cpdocs", description="Child protection conference records and their documents.")
    commands = parser.add_subparsers(
        title="commands", required=True, metavar="COMMAND", parser_class=_Parser, prog=parser.prog
    )

    def command(name: str, run: Callable[[Any], int], help: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help)
        # what other command modules need of this one is handed to them: they never import it
        made.set_defaults(run=run, library_for=library_for, today=today, build_parser=build_parser)
        made.add_argument("--council", metavar="DIR", type=Path, help="the council's own folder")
        return made

    if only in _MAIN:
        _MAIN[only](command)
        return parser
    for add in _MAIN.values():
        add(command)
    from cpdocs import commands as others
    from cpdocs import languages

    others.add(command)
    languages.add(command)
    return parser


def _new(command: Command) -> None:
    new = command("new", run_new, "Write a commented skeleton of a record, in the procedure's order.")
    new.add_argument("procedure", help="kent-medway, wales, guernsey or a council's own")
    new.add_argument("kind", help="initial, pre-birth, review, transfer or ending-without-conference")
    new.add_argument("--out", metavar="FILE", type=Path, default=Path("record.yaml"), help="default: record.yaml")


def _check(command: Command) -> None:
    check = command("check", run_check, "Check records: everything that is wrong or missing, all at once.")
    check.add_argument("records", metavar="RECORD", nargs="+", type=Path)
    check.add_argument("--format", choices=("text", "json"), default="text")
    check.add_argument("--mask", action="store_true", help="no names and no quoted text, so that it can be sent on")
    check.add_argument("--date", metavar="YYYY-MM-DD", type=_date, help="the day to count as today")


def _distribution(command: Command) -> None:
    sent = command("distribution", run_distribution, "Who gets what, how, by when, and what it waits for.")
    sent.add_argument("record", metavar="RECORD", type=Path)
    sent.add_argument("--format", choices=("text", "json"), default="text")
    sent.add_argument("--why", metavar="PERSON", help="explain everything this person gets and doesn't get")
    sent.add_argument("--date", metavar="YYYY-MM-DD", type=_date, help="the day to count as today")


def _build(command: Command) -> None:
    build = command("build", run_build, "Make the documents: a folder per record, a copy per reader.")
    build.add_argument("records", metavar="RECORD", nargs="+", type=Path)
    build.add_argument("--out", metavar="DIR", type=Path, required=True, help="where the folders are made")
    build.add_argument("--date", metavar="YYYY-MM-DD", type=_date, help="the day to count as today")
    build.add_argument("--final", action="store_true", help="issue what is ready; without it all are drafts")
    build.add_argument("--jobs", metavar="N", type=int, default=0, help="records made at once (default: all cores)")
    build.add_argument("--mask", action="store_true", help="no names and no quoted text in what is printed")


def _explain(command: Command) -> None:
    explain = command("explain", run_explain, "Say what a rule or requirement asks, with its clause and an example.")
    explain.add_argument("id", metavar="ID", help="such as KM-FRQ-01")


_MAIN: dict[str, Callable[[Command], None]] = {
    "new": _new, "check": _check, "distribution": _distribution, "build": _build, "explain": _explain,
}  # fmt: skip


def _each(records: Sequence[Path]) -> list[Path]:
    """The records named; `*.yaml` is looked up here, since no shell of Windows does it."""
    found: list[Path] = []
    for path in records:
        wild = not path.exists() and any(sign in path.name for sign in "*?")
        found += (sorted(path.parent.glob(path.name)) if wild else []) or [path]
    return found


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"`{text}` isn't a date; write it as 2041-03-01") from error


def today() -> date:
    """The one place that asks for the day."""
    return date.today()  # noqa: DTZ011 - the day on the user's own calendar is what deadlines count from


def library_for(given: Any, record: Path | None = None) -> Library:
    """The library with the council's folder: --council, CPDOCS_COUNCIL, or cpdocs.toml beside the record."""
    from cpdocs.cache import Cache
    from cpdocs.library import Library, keep_in

    keep_in(Cache())
    folder = given.council or (Path(os.environ["CPDOCS_COUNCIL"]) if os.environ.get("CPDOCS_COUNCIL") else None)
    if folder is None and record is not None:
        folder = _from_toml(record.parent / "cpdocs.toml")
    return Library(folder)


def _from_toml(path: Path) -> Path | None:
    if not path.is_file():
        return None
    import tomllib

    help = "It should hold one line: council = 'FOLDER', with single quotes around the folder."
    try:
        named = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("council")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} can't be read: {error}.", help) from error
    if not named:
        raise DataError(f"{path} names no council's folder.", help)
    return path.parent / str(named)


def _names(prepared: Prepared) -> dict[str, str]:
    """Names and the ids that stand for them in a masked report."""
    people = prepared.record.people.values() if prepared.record else ()
    called = ((name, person.id) for person in people for name in (person.data.get("called"), person.name))
    others = ((name, person.id) for person in people for name in person.data.get("other_names") or ())
    return {name: id for name, id in (*others, *called) if name and isinstance(name, str)}


# ------------------------------------------------------------------------------------------ the commands


def run_new(given: Any) -> int:
    """`cpdocs new PROCEDURE KIND`."""
    import json

    from cpdocs.skeleton import offering, skeleton

    library = library_for(given)
    procedure = library.procedure(given.procedure)
    kinds = procedure.kinds or library.record_schema["properties"]["kind"]["enum"]
    if given.kind not in kinds:
        message = f"`{given.procedure}` knows no kind of record called `{given.kind}`."
        raise DataError(message, f"Use one of: {', '.join(kinds)}.")
    if given.out.exists():
        raise DataError(f"{given.out} is there already.", "Choose another name with --out; nothing was changed.")
    documents = {id: document.title for id, document in library.documents.items()}
    choices = {f"{of}[].document": documents for of in ("distribution", "disclosures", "issued")}
    choices["authority"] = {id: str(own.get("name") or id) for id, own in procedure.authorities.items()}
    choices["people[].agency_group"] = {id: str(own["title"]) for id, own in procedure.agency_groups.items()}
    schema = offering(library.record_schema, choices)
    text = skeleton(given.procedure, given.kind, schema, procedure.order)
    given.out.write_text(text, encoding="utf-8", newline="\n")
    beside = given.out.with_name("record.schema.json")
    if not beside.exists():
        beside.write_text(json.dumps(schema, ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"{given.out} is ready to be filled in.")
    print(f"Check it at any time with: cpdocs check {given.out}")
    return CLEAN


def run_check(given: Any) -> int:
    """`cpdocs check RECORD…`."""
    from cpdocs import report
    from cpdocs.flow import prepare

    findings: list[Finding] = []
    sources: dict[str, str] = {}
    names: dict[str, str] = {}
    clean, unread, unjudged = True, False, False
    for path in _each(given.records):
        prepared = prepare(path, library_for(given, path), given.date or today())
        findings += prepared.findings
        sources[prepared.tree.file] = prepared.tree.text
        names.update(_names(prepared))
        clean = clean and prepared.clean
        unread = unread or any(finding.rule == "SRC-FILE" for finding in prepared.findings)
        unjudged = unjudged or prepared.record is None
    mask = names if given.mask else None
    print(report.as_json(findings, mask) if given.format == "json" else report.text(findings, sources, mask), end="")
    if unjudged and not unread and given.format != "json":
        print("The rest of a record is looked at once it can be read: mend this, then check again.")
    return CANT_RUN if unread else CLEAN if clean else FINDINGS


def run_distribution(given: Any) -> int:
    """`cpdocs distribution RECORD`."""
    from cpdocs import listing
    from cpdocs.flow import prepare

    prepared = prepare(given.record, library_for(given, given.record), given.date or today())
    if prepared.record is None:
        return _unusable(prepared)
    library = library_for(given, given.record)
    if given.why:
        print(listing.why(prepared, library, given.why), end="")
    elif given.format == "json":
        print(listing.as_json(prepared), end="")
    else:
        print(listing.text(prepared), end="")
    return CLEAN if prepared.clean else FINDINGS


def _unusable(prepared: Prepared) -> int:
    from cpdocs import report

    print(report.text(prepared.findings, {prepared.tree.file: prepared.tree.text}), end="")
    return CANT_RUN


def run_build(given: Any) -> int:
    """`cpdocs build RECORD… --out DIR`."""
    from cpdocs import factory

    return factory.run(
        _each(given.records),
        given.out,
        council_of=lambda path: library_for(given, path).council,
        today=given.date or today(),
        final=given.final,
        jobs=given.jobs,
        say=print,
        progress=lambda words: print(words, file=sys.stderr),
        mask=given.mask,
    )


def run_explain(given: Any) -> int:
    """`cpdocs explain ID`."""
    from cpdocs.explain import explain

    print(explain(given.id, library_for(given)), end="")
    return CLEAN


if __name__ == "__main__":
    raise SystemExit(main())
