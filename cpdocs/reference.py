"""The reference pages: the data in, Markdown pages out, so that a procedure can be read beside its source.

Nothing on them is typed by hand; `cpdocs reference --check` says which page isn't fresh. The same data give the
same pages, on any computer.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cpdocs import explain, rules
from cpdocs.coverage import Coverage, coverage, due, number
from cpdocs.fields import Field
from cpdocs.library import DocumentType, Library
from cpdocs.procedure import DataError, Procedure, entries, needs_of

AUDIENCES: Mapping[str, str] = {
    "list": "anyone a document is sent to",
    "family": "family, children and professionals of the conference",
    "professional": "professionals of the conference",
    "subject": "the person it belongs to, and who it is shown to",
    "chair": "the chair",
}
"""Who may read a field at most, in words."""

LISTS: Mapping[str, str] = {
    "annex present": "those the chair let stay for a confidential item",
    "attended": "everyone who attended",
    "board": "the safeguarding board",
    "chair": "the chair",
    "chair's list": "those the chair named under `distribution`",
    "child's file": "the child's file",
    "children": "the children the conference is about",
    "children attended": "the children who attended",
    "core group": "the members of the core group",
    "core group family": "family members in the core group",
    "family attended": "family members who attended",
    "family invited": "family members who were invited",
    "family relevant": "family members the minutes are for, as the chair decided",
    "foster carers": "foster carers",
    "fully excluded": "those kept out of the whole conference",
    "invited": "everyone who was invited",
    "invited then": "professionals invited to the conference that made the plan",
    "lead worker": "each child's lead worker",
    "made_by": "whoever makes the referral to the Convenor",
    "minute taker": "the minute-taker",
    "parents": "the parents of the children concerned",
    "parents invited": "the parents who were invited",
    "parents attended": "the parents who attended",
    "present": "everyone who attended",
    "present then": "professionals present at the conference that made the plan",
    "professionals attended": "professionals who attended",
    "professionals invited": "professionals who were invited",
    "receiving authority": "the authority the child moves to",
    "role in plan": "family and others with a part in the plan, where the conference agreed that they get minutes",
    "staying involved": "professionals who stay involved after the plan ends",
}
"""The lists that a sending goes to, in words."""

APPROVALS: Mapping[str, str] = {
    "decisions": "the chair's approval of the decisions",
    "minutes": "the minutes, authorised and signed",
    "letters": "the chair's approval of the letters",
    "none": "nothing",
}
_MADE = "<!-- Made by `cpdocs reference` from the data. Change the data, then run it again. -->\n"


def pages(library: Library, parser: argparse.ArgumentParser) -> dict[str, str]:
    """Every page by its file name."""
    procedures = [library.procedure(id) for id in library.procedures()]
    whole = coverage(library)
    made: dict[str, tuple[str, Iterator[str]]] = {
        "coverage.md": ("What carries each requirement", _coverage(whole)),
        "contents.md": ("Required contents, side by side", _contents(procedures, library)),
    }
    for procedure in procedures:
        made[f"rules-{procedure.id}.md"] = (f"Rules: {_short(procedure)}", _rules(procedure, library))
    made |= {
        "rules-software.md": ("Rules of the software itself", _software()),
        "limits.md": ("The numbers of the procedures", _limits(procedures)),
        "documents.md": ("Documents: what each is, for whom, when and by when", _documents(procedures, library)),
        "recipients.md": ("Recipients: what each gets, and by when", _recipients(procedures, library)),
        "fields.md": ("Fields of a record, and who may read them at most", _fields(library)),
        "commands.md": ("Commands", _commands(parser)),
    }  # fmt: skip
    index = [f"- [{title}]({name})" for name, (title, _) in made.items()]
    out = {"README.md": f"{_MADE}\n# Reference\n\n" + "\n".join(index) + "\n"}
    for name, (title, lines) in made.items():
        out[name] = f"{_MADE}\n# {title}\n\n" + "\n".join(lines).rstrip() + "\n"
    return out


def stale(made: Mapping[str, str], folder: Path) -> list[str]:
    """The names of pages that aren't as they would be made now, or that nothing makes any more."""
    found = [name for name, text in made.items() if not _is(folder / name, text)]
    return found + sorted(path.name for path in folder.glob("*.md") if path.name not in made)


def write(made: Mapping[str, str], folder: Path) -> list[str]:
    """Write what isn't fresh, take away what nothing makes any more, and give their names.

    Raises DataError if the folder holds pages that weren't made here.
    """
    changed = stale(made, folder)
    for name in changed:
        path = folder / name
        if path.is_file() and not path.read_text(encoding="utf-8").startswith(_MADE):
            raise DataError(f"{path} wasn't made by cpdocs.", "Choose an empty folder with --out.")
    folder.mkdir(parents=True, exist_ok=True)
    for name in changed:
        if name in made:
            (folder / name).write_text(made[name], encoding="utf-8", newline="\n")
        else:
            (folder / name).unlink()
    return changed


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(_cell(cell) for cell in row) + " |"
    yield ""


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _short(procedure: Procedure) -> str:
    return procedure.short.rstrip(" ,")


def _code(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


# ------------------------------------------------------------------------------------------------- coverage


def _coverage(whole: Coverage) -> Iterator[str]:
    main = [row for row in whole.rows if not row.beyond]
    beyond = [row for row in whole.rows if row.beyond]
    carried = sum(whole.carried(row) for row in main)
    yield f"Sections 1 to 4 of [the catalogue](../requirements.md): **{carried} of {len(main)} rows** are carried."
    yield (
        f"Section 5, beyond the sources: {sum(whole.carried(row) for row in beyond)} of {len(beyond)} rows, as"
        " defaults and warnings; of the others the reason is given."
    )
    yield ""
    section = ""
    for row in whole.rows:
        if row.section != section:
            if section:
                yield ""
            section = row.section
            yield f"## Section {section}"
            yield ""
            yield "| Row | What is asked | Carried by |"
            yield "|---|---|---|"
        claims = whole.claims.get(row.id, ())
        told = [_cell(explain.claim_words(claim)) for claim in claims]
        if not claims:
            told = [_cell(f"not carried: {whole.uncarried.get(row.id, 'nothing says why')}")]
        yield f"| {row.id} | {_cell(row.requirement)} | {'<br>'.join(told)} |"


# ---------------------------------------------------------------------------------- contents, rules, limits


def _contents(procedures: Sequence[Procedure], library: Library) -> Iterator[str]:
    yield "What each procedure asks a record to hold, in the order of the record. Under each: the id (`cpdocs explain"
    yield "ID` says more), its clause, and how grave it is when it is missing. A star: only in some records."
    yield ""
    asked: dict[str, dict[str, list[str]]] = {}
    for procedure in procedures:
        for id, entry, base in entries(procedure.contents):
            star = "*" if "if" in entry or entry.get("x-kinds") else ""
            words = f"{id}{star}, {entry.get('x-cite', '')}, {entry.get('x-severity', 'error')}"
            for need in dict.fromkeys(needs_of(entry, base) or [base]):
                asked.setdefault(need, {}).setdefault(procedure.id, []).append(words)
    order = {field.pattern: number for number, field in enumerate(library.fields.walk())}
    rows = []
    for need in sorted(asked, key=lambda need: (order.get(need, len(order)), need)):
        field = library.fields.at(need)
        cells = ["; ".join(asked[need].get(procedure.id, [])) for procedure in procedures]
        rows.append([field.title if field and field.title else "", f"`{need}`", *cells])
    yield from _table(["What", "Where", *(_short(procedure) for procedure in procedures)], rows)


def _rules(procedure: Procedure, library: Library) -> Iterator[str]:
    yield f"{procedure.title}: {procedure.source}" + (f", dated {procedure.dated}." if procedure.dated else ".")
    yield f"What must simply be written stands on [the page of required contents](contents.md). {len(procedure.rules)}"
    yield "rules follow, in the order of the page they come from."
    yield ""
    for rule in procedure.rules:
        kind = rule.kind or rules.shape(rule.shape)[1]
        yield f"## {rule.id}"
        yield ""
        yield f"{rule.title} ({procedure.cite(rule.cite)}; {rule.severity}, {kind})"
        yield ""
        yield f"- Asked of: {explain.asked_of(rule)}."
        for limit in explain.limits_of(rule, procedure):
            yield f"- The limit: {limit}."
        yield f"- What to do: {' '.join(rule.help.split())}"
        for example in explain.examples(rule.breaks, library.fields):
            yield f"- For example: {example}."
        places = explain.places_of(rule, procedure, library)
        yield f"- {explain.held_back(rule.severity, places, rule.kinds, library)}"
        yield f"- In the catalogue: {', '.join(rule.carries)}."
        yield ""


def _software() -> Iterator[str]:
    yield "These don't come from a procedure: a file must be readable, and no copy may tell its reader too much."
    yield ""
    for about, (_, table) in explain.SOFTWARE.items():
        yield f"## {about[:1].upper()}{about[1:]}"
        yield ""
        rows = [[id, told.title, told.severity, told.help] for id, told in table.items()]
        yield from _table(["Id", "What must be so", "Severity", "What to do"], rows)


def _limits(procedures: Sequence[Procedure]) -> Iterator[str]:
    for procedure in procedures:
        yield f"## {_short(procedure)}"
        yield ""
        rows = []
        for limit in procedure.limits.values():
            rows.append([f"`{limit.name}`", number(limit), procedure.cite(limit.cite), ", ".join(limit.carries)])
        yield from _table(["Limit", "Number", "Clause", "Rows"], rows)


# ----------------------------------------------------------------------------------- documents, recipients


def _documents(procedures: Sequence[Procedure], library: Library) -> Iterator[str]:
    for document in sorted(library.documents.values(), key=lambda one: one.id):
        yield f"## {document.title} (`{document.id}`)"
        yield ""
        yield from _document(document)
        rows = [
            [
                _short(procedure),
                sending.id,
                ", ".join(LISTS.get(word, word) for word in sending.to),
                _never(sending.never, sending.unless),
                due(sending, procedure),
                explain.conditions(sending.when) + (" (off until a council asks for it)" if sending.off else ""),
                procedure.cite(sending.cite),
            ]
            for procedure in procedures
            for sending in procedure.sendings
            if sending.document == document.id
        ]
        if rows:
            heads = ["Procedure", "Sending", "To", "Never to", "By", "When", "Clause"]
            yield from _table(heads, rows)
        elif not document.everywhere:
            yield "No procedure sends it by itself; the chair can, under `distribution`."
            yield ""


def _document(document: DocumentType) -> Iterator[str]:
    scope = {"record": "a reader", "child": "a reader and child", "children": "a reader, about all children concerned"}
    yield f"- Numbers in the catalogue: {', '.join(document.codes)}."
    yield f"- For: {', '.join(sorted(document.readers))}; one copy {scope[document.scope]}."
    if document.kinds:
        yield f"- Kinds of record: {', '.join(sorted(document.kinds))}."
    if document.when:
        yield f"- Arises when {explain.conditions(document.when)}."
    if document.everywhere:
        yield "- Made with every record, for the chair's folder."
    yield f"- Final copies wait for: {APPROVALS[document.approval]}."
    if document.judgements:
        yield f"- The chair is asked: {_code(document.judgements)}. Without an answer it waits; with no it isn't made."
    if document.rests_on:
        yield f"- An error holds it back under: {_code(document.rests_on)}."
    yield f"- Word files: {', '.join(document.formats)}; large print and other languages are made from them."
    yield ""


def _never(never: frozenset[str], unless: str) -> str:
    return ", ".join(sorted(never)) + (f", unless {unless}" if never and unless else "")


def _recipients(procedures: Sequence[Procedure], library: Library) -> Iterator[str]:
    for word, words in LISTS.items():
        rows = []
        for procedure in procedures:
            for sending in procedure.sendings:
                if word in sending.to and not sending.off:
                    document = library.documents.get(sending.document)
                    title = document.title if document else sending.document
                    rows.append([_short(procedure), title, due(sending, procedure), sending.id])
        if rows:
            yield f"## {words[:1].upper()}{words[1:]} (`{word}`)"
            yield ""
            yield from _table(["Procedure", "Document", "By", "Sending"], rows)


# ---------------------------------------------------------------------------------------- fields, commands


def _fields(library: Library) -> Iterator[str]:
    from cpdocs import fields

    root = fields.build(library.record_schema)
    yield "Who may read a field at most; what a document may hold, whom it is about and what was said in a reader's"
    yield "absence narrow it further, and so may the record itself (`audience`)."
    yield ""
    rows: list[list[str]] = []
    for field in root.walk():
        if not field.pattern:
            continue
        if "." not in field.pattern and "[]" not in field.pattern:
            if rows:
                yield from _table(_HEADS, rows)
            rows = []
            yield f"## `{field.pattern}`: {field.title}"
            yield ""
        rows.append(_field_row(field))
    yield from _table(_HEADS, rows)


_HEADS = ("Field", "What it is", "Kind", "Who may read it at most", "Example")


def _field_row(field: Field) -> list[str]:
    what = f"{field.title}: {field.description}" if field.title else field.description
    return [
        f"`{field.pattern}`",
        what,
        field.type + (": " + ", ".join(field.labels) if field.labels else ""),
        AUDIENCES.get(field.audience or "", "nobody"),
        f"`{field.example}`" if field.example and field.is_leaf else "",
    ]


def _commands(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield "Exit code 0: clean. 1: there are findings, or some copies wait. 2: it can't run. 3: nothing could be issued."
    yield ""
    for name, command in commands(parser).items():
        yield f"## {parser.prog} {name}"
        yield ""
        yield str(command.description or "")
        yield ""
        rows = [[f"`{_usage(action)}`", _help(action)] for action in command._actions if action.dest != "help"]
        yield from _table(["Argument", "What it is"], rows)


def commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Every command of a parser, and commands below commands (`locale new`), by what is typed."""
    found: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                below = {f"{name} {more}": one for more, one in commands(command).items()}
                found |= below or {name: command}
    return found


def _usage(action: argparse.Action) -> str:
    value = action.metavar or ("|".join(map(str, action.choices)) if action.choices else "")
    if not action.option_strings:
        name = str(value or action.dest)
        return name + ("…" if action.nargs in ("+", "*") else "")
    return " ".join(filter(None, (action.option_strings[-1], str(value) if action.nargs != 0 else "")))


def _help(action: Any) -> str:
    words = str(action.help or "")
    if action.choices and action.metavar:
        words += f" One of: {', '.join(map(str, action.choices))}."
    if isinstance(action.default, str) and action.default and action.choices:
        words += f" Without it: {action.default}."
    return words.strip()

