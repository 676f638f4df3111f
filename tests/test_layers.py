"""The parts keep to their layers, and no text of a record reaches a file but through `disclose`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = ROOT / "cpdocs"
MODULES = sorted(CODE.rglob("*.py"))
PRINTERS = ("present", "wording", "imprint", "wordtext", "template", "transform")
"""What makes the pages: it must have no way to the record."""


def name_of(path: Path) -> str:
    """`template.machine` for cpdocs/template/machine.py; a package goes by its name."""
    return ".".join(path.relative_to(CODE).with_suffix("").parts).removesuffix(".__init__") or "__init__"


def top(name: str) -> str:
    return name.split(".")[0]


def typing_only(tree: ast.AST) -> set[ast.AST]:
    """Imports that only a type checker meets."""
    return {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }


def imports(path: Path, *, typing: bool = False) -> set[str]:
    """The modules of cpdocs that a module imports, inside functions as well."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    left_out = set() if typing else typing_only(tree)
    found: set[str] = set()
    for node in ast.walk(tree):
        if node in left_out:
            continue
        if isinstance(node, ast.ImportFrom) and node.module == "cpdocs":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cpdocs."):
            found.add((node.module or "").removeprefix("cpdocs."))
        elif isinstance(node, ast.Import):
            found |= {alias.name.removeprefix("cpdocs.") for alias in node.names if alias.name.startswith("cpdocs.")}
    return found


def layers() -> list[list[str]]:
    """The table of docs/design.md."""
    section = (ROOT / "docs/design.md").read_text(encoding="utf-8").split("## Layers")[1]
    return [line.split() for line in section.split("```")[1].strip().splitlines()]


def level_of(name: str) -> int:
    return next(number for number, line in enumerate(layers()) if top(name) in line)


def test_every_module_has_its_place_in_the_table_and_every_place_a_module() -> None:
    listed = [name for line in layers() for name in line]
    assert sorted(listed) == sorted({top(name_of(path)) for path in MODULES} - {"__init__"})


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_its_own_line_and_those_above(path: Path) -> None:
    name = name_of(path)
    if name == "__init__":
        return
    wrong = {other for other in imports(path) if level_of(other) > level_of(name)}
    assert not wrong


@pytest.mark.parametrize("path", [p for p in MODULES if top(name_of(p)) in PRINTERS], ids=name_of)
def test_what_makes_pages_does_not_know_the_record(path: Path) -> None:
    """Not even by its type: what it can't name it can't be given by mistake."""
    reach = {top(other) for other in imports(path, typing=True)}
    ways = {"record", "facts", "source", "flow", "making", "rules", "gates", "sieves", "survey", "questions"}
    ways |= {"readers", "lists", "editions", "joint", "distribution", "waits", "doubts", "sheets", "leaks"}
    ways |= {"homes", "timetable"}
    assert not reach & ways


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in names:
                yield node


def users_of(*names: str) -> set[str]:
    return {name_of(path) for path in MODULES if any(True for _ in calls(path, *names))}


def test_a_view_is_made_in_one_place() -> None:
    assert users_of("View") == {"disclosure"}
    assert users_of("disclose") == {"making", "listing"}  # listing tells the chair and makes no file


def test_a_copy_is_rendered_and_written_in_one_place() -> None:
    """A template gets what `present` makes of a View, and a set gets what templates made."""
    flow, making = CODE / "flow.py", CODE / "making.py"
    assert users_of("present") - {"making"} == set()
    made = [node for node in calls(making, "render") if isinstance(node.func, ast.Attribute)]
    assert [ast.unparse(node.args[0]) for node in made] == ["presented.context"]
    given = {ast.unparse(node.args[0]) for node in calls(making, "present")}
    assert given == {"disclosed.view"}
    written = {ast.unparse(node.args[1]) for node in calls(flow, "add") if len(node.args) == 2}
    assert written == {"one.data", "diary", "listing"}
    tree = ast.parse(flow.read_text(encoding="utf-8"))
    assigned = (node for node in ast.walk(tree) if isinstance(node, ast.Assign))
    named = {ast.unparse(node.targets[0]): node.value for node in assigned}
    assert ast.unparse(named["diary"]) == "deadlines(prepared, reference, today)"
    assert ast.unparse(named["listing"]).startswith("manifest.manifest_bytes(")
    assert users_of("Bundle") == {"flow"}


def test_what_goes_with_a_set_holds_ids_and_dates_only() -> None:
    """The deadlines and the manifest are made from copies, which hold ids, never from the record's texts."""
    for module in ("ics", "manifest", "bundle", "folder", "verify"):
        reach = {top(other) for other in imports(CODE / f"{module}.py", typing=True)}
        assert not reach & {"record", "gates", "survey", "disclosure", "flow", "distribution"}
    text = (CODE / "distribution.py").read_text(encoding="utf-8")
    fields = text.split("class Copy(NamedTuple):")[1].split("@property")[0]
    told = set(re.findall(r"^    ([a-z_]+): ", fields, re.MULTILINE))
    assert told == {
        "document", "title", "readers", "children", "scope", "locale", "format", "size", "due", "counted", "clauses",
        "why", "waits", "place", "file", "original_first", "partner",
    }  # fmt: skip


def test_sheets_reach_the_chair_alone() -> None:
    """What `sheets` makes of the whole record goes into `extras`, which `disclose` gives to the chair's file only."""
    assert {name_of(path) for path in MODULES if "sheets" in imports(path)} <= {"making", "listing", "languages"}
    assert {name_of(path) for path in MODULES if "timetable" in imports(path)} == {"sheets"}
    code = (CODE / "disclosure.py").read_text(encoding="utf-8")
    assert 'if file_copy or key == "agencies"' in code
