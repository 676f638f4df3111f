"""The commands that keep templates, languages and finished sets: verify, compare, template, locale, translation.

Each function prints what a module found and gives an exit code; what is done stands in that module.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

Add = Callable[[str, Callable[[Any], int], str], argparse.ArgumentParser]


def add(command: Add) -> None:
    """Add these commands to the parser."""
