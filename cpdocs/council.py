"""A council's own folder in, its first fault out: what is mistyped there would be left out of letters in silence."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from cpdocs import leaves, schema, source
from cpdocs.procedure import DataError

PARTS = ("schemas", "templates")
FILES = {"procedure.yaml": "procedure", "rules.yaml": "rules", "authorities/*.yaml": "authority"}
"""The files of a procedure's folder, each with the schema of its shape."""


def check_folder(council: Path, procedures: Collection[str], documents: Collection[str]) -> None:
    """Raise DataError for a folder that isn't there or isn't laid out like the shipped one, so that nothing is read."""
    if not council.is_dir():
        raise DataError(f"The council's folder {council} isn't there.", "Check --council or CPDOCS_COUNCIL.")
    if any(council.iterdir()) and not any((council / part).is_dir() for part in PARTS):
        help = "Check --council or CPDOCS_COUNCIL: the council's folder holds a folder `schemas` or `templates`."
        raise DataError(f"{council} isn't a council's folder.", help)
    known = {"schemas": procedures, "templates": {*documents, "locales"}}
    for part, names in known.items():
        for path in sorted((council / part).glob("*/")):
            if path.is_dir() and path.name not in names and not path.name.startswith("."):
                near = leaves.close(path.name, names, 0.6)
                hint = f"Did you mean `{near}`? " if near else ""
                help = f"{hint}Use one of: {', '.join(sorted(names))}; or take it away."
                raise DataError(f"Nothing reads the folder {path}.", help)


def check_procedure(over: Path, folder: Path, root: Path) -> None:
    """Raise DataError for the first fault in a council's files of one procedure; `folder` is the shipped one."""
    for pattern, shape in FILES.items():
        for path in sorted(over.glob(pattern)):
            tree = _checked(path, shape, root)
            if shape in CHANGED and (folder / path.name).is_file():
                shipped = source.read(folder / path.name)[0]
                _check_changes(tree, shipped, *CHANGED[shape])
                if shape == "procedure":
                    _check_words(tree, shipped)


def check_document(path: Path, root: Path) -> None:
    """Raise DataError for the first fault in a council's document.yaml: what is mistyped there would be left blank."""
    _checked(path, "document", root)


def _checked(path: Path, shape: str, root: Path) -> source.Tree:
    """One file, read. Raises DataError for what its schema has no room for; a layer needn't be whole."""
    tree, found = source.read(path)
    found += schema.check_shape(tree, schema.load(root / "schemas" / f"{shape}.schema.json"))
    for finding in sorted(found, key=lambda one: one.rule == "SCH-MISSING"):  # a mistyped key is missing too
        as_shipped = finding.rule == "SCH-MISSING" and not finding.place.path.endswith("].id") and shape != "document"
        if finding.severity == "error" and not as_shipped:
            raise DataError(f"{path}, line {finding.place.line}: {finding.message}", finding.help)
    return tree


def _check_words(tree: source.Tree, shipped: source.Tree) -> None:
    """Raise DataError for a word that is nearly one of the shipped ones; templates of one's own may ask for others."""
    here, there = ((one.data or {}).get("words") or {} for one in (tree, shipped))
    for word in here:
        near = leaves.close(word, there, 0.85) if word not in there else ""
        if near:
            line = tree.key_place(f"words.{word}").line
            message = f"{tree.file}, line {line}: no document asks for the word `{word}`."
            raise DataError(message, f"Did you mean `{near}`?")


CHANGED = {"rules": ("", "shape"), "procedure": ("sendings", "document")}
"""Where entries stand that may change a shipped one by its id, and what an entry of one's own has to say."""


def _check_changes(tree: source.Tree, shipped: source.Tree, at: str, own: str) -> None:
    """Raise DataError for an entry that names none of the shipped ones and isn't whole: it would change nothing."""
    here, there = ((one.data or {}).get(at) if at else one.data for one in (tree, shipped))
    known = [entry["id"] for entry in there or ()]
    for number, entry in enumerate(here or ()):
        if entry and entry["id"] not in known and own not in entry:
            near = leaves.close(entry["id"], known, 0.8)
            hint = f"Did you mean `{near}`? " if near else ""
            line = tree.place(f"{at}[{number}]").line
            raise DataError(
                f"{tree.file}, line {line}: there is no `{entry['id']}` to change.",
                f"{hint}An entry of your own needs its `{own}`.",
            )
