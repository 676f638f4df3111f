"""The names that a template may ask for: what each is, and which was meant by one that there isn't."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping


class Names:
    """The names that a template may ask for."""

    def __init__(self, allowed: Collection[str] | Mapping[str, str] | None, words: Collection[str] | None) -> None:
        """See cpdocs.template.check."""
        self.any = allowed is None
        self.types = dict(allowed) if isinstance(allowed, Mapping) else dict.fromkeys(allowed or (), "")
        self.words = words
        self.open = tuple(name[:-1] for name in self.types if name.endswith(".*"))
        self.dicts: set[str] = set()
        self.lists: set[str] = set()
        for name in self.types:
            steps = name.split(".")
            for length in range(1, len(steps) + 1):
                above = ".".join(steps[:length])
                if above.endswith("[]"):
                    self.lists.add(above[:-2])
                if length < len(steps):
                    self.dicts.add(above)

    def kind(self, name: str) -> str:
        """`text` (or another type given), "a list", "a group", "open", or "" for an unknown name."""
        if self.any or name.startswith(self.open):
            return "open"
        if name in self.lists:
            return "a list"
        if name in self.types:
            return self.types[name] or "open"
        return "a group" if name in self.dicts else ""

    def help(self, name: str) -> str:
        """What to say to someone who wrote a name that there isn't: the known one that is most like it."""
        known = [*self.types, *self.lists, *self.dicts]
        near = difflib.get_close_matches(name, known, 1, 0.6)
        if not near:
            last = name.rsplit(".", 1)[-1]
            near = [k for k in known if k.rsplit(".", 1)[-1] == last][:1]
        return f"Did you mean “{near[0]}”?" if near else "The reference lists all names."
