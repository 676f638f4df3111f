"""What every test may ask for: where the data stands, and `--accept`, which rewrites what is expected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite expected files; then read the difference")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def same_as(request: pytest.FixtureRequest) -> Callable[[str, Path], None]:
    """Compare a text with a file beside the input; with `--accept` the file is written instead."""

    def compare(text: str, file: Path) -> None:
        if request.config.getoption("--accept"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        assert file.exists(), f"{file.name} isn't there; write it with --accept and read it"
        assert text == file.read_text(encoding="utf-8")

    return compare
