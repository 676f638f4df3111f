"""A template that prints all it can reach, in its header too, prints nothing that its reader may not see.

A careless author is the likeliest leak of all; so every document is made with the worst template there can be.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cpdocs import parts
from cpdocs.library import Library, shipped
from cpdocs.shelf import Shelf
from cpdocs.vocabulary import names
from tests import canaries
from tests.canaries import Tally, look

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CHAIRS = ("sheet", "report", "pack")
"""What only the chair's own sheets have."""


def paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def tree_of(paths: dict[str, str]) -> dict[str, Any]:
    """Every name a template may ask for, as it is nested: `[]` for each entry of a list."""
    root: dict[str, Any] = {}
    for path, kind in paths.items():
        here = root
        for step in path.replace("[]", ".[]").split("."):
            here = here.setdefault(step, {})
        here["="] = kind
    return root


def everything(node: dict[str, Any], name: str, depth: int = 0) -> list[str]:
    """Tags that print all below a name, with a loop around each list."""
    out: list[str] = []
    kind = node.get("=")
    if kind and len(node) == 1:
        out.append(paragraph("{{" + {"text": "p ", "runs": "r "}.get(kind, " ") + name + " }}"))
    if "[]" in node:
        entry = f"entry{depth}"
        inner = everything(node["[]"], entry, depth + 1)
        out += [paragraph("{%p for " + f"{entry} in {name}" + " %}"), *inner, paragraph("{%p endfor %}")]
    for key, below in node.items():
        if key not in ("=", "[]", "*"):
            out += everything(below, f"{name}.{key}".lstrip("."), depth)
    return out


def careless(of: bytes, part: str, tags: list[str], keep: str) -> bytes:
    """A Word file whose part holds nothing but these tags and what it must end with."""
    files = parts.read(of)
    text = files[part].decode()
    begin = text.index(">", text.index(f"<w:{keep}")) + 1
    end = text.rindex("<w:sectPr") if keep == "body" else text.rindex(f"</w:{keep}>")
    files[part] = (text[:begin] + "".join(tags) + text[end:]).encode()
    return parts.write(files)


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A council's folder in which every document, and the house's header, prints all there is."""
    folder = tmp_path_factory.mktemp("council")
    library = Library()
    asked = {path: kind for path, kind in names(library.fields).items() if path.split(".")[0] not in CHAIRS}
    tags = everything(tree_of(asked), "")
    assert len(tags) > 500
    for id in library.documents:
        home = folder / "templates" / id
        home.mkdir(parents=True)
        (home / "document.yaml").write_bytes((shipped() / "templates" / id / "document.yaml").read_bytes())
        template = careless(library.template(library.documents[id]), "word/document.xml", tags, "body")
        (home / "standard.docx").write_bytes(template)
    inline = [tag for tag in tags if "{{p" not in tag]
    house = careless(library.house, "word/header1.xml", inline, "hdr")
    (folder / "templates" / "house.docx").write_bytes(house)
    return folder


@pytest.fixture
def careless_library(council: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    library = Library(council)
    shelf = Shelf(library)
    monkeypatch.setattr(canaries, "library", lambda: library)
    monkeypatch.setattr(canaries, "shelf", lambda: shelf)
    return library


def test_a_careless_template_leaks_nothing(careless_library: Library) -> None:
    tally, careful = Tally(), Tally()
    for seed in range(7000, 7008):
        look(seed, tally)
        assert not tally.faults
    assert tally.made >= tally.copies * 0.95
    with pytest.MonkeyPatch.context() as shipped_ones:
        library = Library()
        shelf = Shelf(library)
        shipped_ones.setattr(canaries, "library", lambda: library)
        shipped_ones.setattr(canaries, "shelf", lambda: shelf)
        for seed in range(7000, 7008):
            look(seed, careful)
    # it is as careless as it means to be
    assert tally.printed > 1.3 * careful.printed


def test_what_it_would_print_of_the_record_is_the_record(careless_library: Library) -> None:
    """With a View of everything the same template does print what others may not see: the View is what holds."""
    tally = Tally()
    with pytest.MonkeyPatch.context() as off:
        off.setattr("cpdocs.survey.Survey._asked", lambda *_, **__: "")
        off.setattr("cpdocs.survey.Survey._by_source", lambda *_: "")
        off.setattr("cpdocs.making.search_copy", lambda *_, **__: [])
        look(7000, tally)
    assert any(" holds " in fault for fault in tally.faults)
