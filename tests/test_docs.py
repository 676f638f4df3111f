"""The pages of docs: what is generated is fresh, what is linked is there, and nothing tells of a computer."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from cpdocs import cli, reference
from cpdocs.library import Library

ROOT = Path(__file__).parent.parent
PAGES = reference.pages(Library(root=ROOT), cli.build_parser())
WRITTEN = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "schemas/**/*.md", "templates/**/*.md", "samples/**/*.md")
    for path in ROOT.glob(pattern)
)
GUIDES = [path for path in WRITTEN if path.name != "requirements.md" and path.parent.name != "reference"]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_reference_page_is_fresh(page: str) -> None:
    path = ROOT / "docs/reference" / page
    assert path.is_file(), "run: cpdocs reference"
    assert path.read_text(encoding="utf-8") == PAGES[page], "run: cpdocs reference, and read the difference"


def test_there_is_no_page_that_nothing_makes() -> None:
    assert {path.name for path in (ROOT / "docs/reference").iterdir()} == set(PAGES)


def test_pages_are_the_same_whenever_and_wherever_they_are_made() -> None:
    again = reference.pages(Library(root=ROOT.resolve()), cli.build_parser())
    assert again == PAGES


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_table_has_as_many_cells_in_every_row(page: str) -> None:
    wide = 0
    for line in PAGES[page].splitlines():
        if not line.startswith("|"):
            wide = 0
            continue
        cells = len(re.findall(r"(?<!\\)\|", line))
        assert not wide or cells == wide, line
        wide = cells


@pytest.mark.parametrize("path", WRITTEN, ids=name_of)
def test_a_page_tells_nothing_of_the_computer_it_was_written_on(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w./])/(?:root|home|work|tmp|Users)/", text)
    assert "\\Users\\" not in text


@pytest.mark.parametrize("path", WRITTEN, ids=name_of)
def test_a_link_leads_to_a_file_and_heading_that_are_there(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, heading = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), target
        if heading:
            heads = re.findall(r"(?m)^#+ (.+)$", there.read_text(encoding="utf-8"))
            slugs = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
            assert heading in slugs, target


@pytest.mark.parametrize("path", GUIDES, ids=name_of)
def test_a_guide_leaves_nothing_for_later(path: Path) -> None:
    assert not re.search(r"\b(TODO|FIXME|TBD|coming soon|lorem)\b", path.read_text(encoding="utf-8"), re.IGNORECASE)


def test_the_tour_names_every_module_and_only_those_there_are() -> None:
    tour = (ROOT / "docs/tour.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:(?:template|transform)/)?[a-z_]+)\.py`", tour))
    there = {
        path.relative_to(ROOT / "cpdocs").with_suffix("").as_posix()
        for path in (ROOT / "cpdocs").rglob("*.py")
        if not path.name.startswith("__") and path.parent.name != "rules"
    }
    assert named == there


@pytest.mark.parametrize("path", sorted((ROOT / "cpdocs").rglob("*.py")), ids=name_of)
def test_a_module_says_what_goes_in_and_what_comes_out(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = ast.get_docstring(tree)
    assert said
    assert said.split("\n\n")[0].rstrip().endswith((".", "!"))


def test_the_change_log_names_the_version_that_is_built() -> None:
    version = re.search(r'(?m)^version = "(.+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert version
    assert f"## {version[1]}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_doors_are_as_the_tour_says() -> None:
    tour = (ROOT / "docs/tour.md").read_text(encoding="utf-8")
    table = tour.split("## Doors")[1].split("\n## ")[0]
    allowed: dict[str, set[str]] = {}
    for things, modules in re.findall(r"(?m)^\| ([a-z_, 0-9]+) \| (`.+`) \|$", table):
        for thing in things.split(", "):
            allowed[thing] = set(re.findall(r"`(\w+)`", modules))
    assert {"yaml", "jsonschema_rs", "docxtpl", "lxml"} <= set(allowed)
    for path in (ROOT / "cpdocs").rglob("*.py"):
        home = path.relative_to(ROOT / "cpdocs").parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in {name.split(".")[0] for name in names} & set(allowed):
                assert home in allowed[name], f"{path.name} imports {name}"
            network = {"socket", "urllib", "http", "requests", "ssl", "ftplib"}
            assert not network & {name.split(".")[0] for name in names}, path.name
