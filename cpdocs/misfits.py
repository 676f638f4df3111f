"""A validator's error in, what to tell its author out: the place, what is wrong, and what was probably meant.

The validator speaks of objects, arrays and patterns; nobody who takes minutes should have to. Rule ids stand in
RULES with their title and next step, so that `explain` can print them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from cpdocs import leaves, paths
from cpdocs.fields import GATES, Field
from cpdocs.finding import Finding, Place, RuleText
from cpdocs.leaves import close
from cpdocs.source import Tree, lines_of
from cpdocs.unquoted import KEY_WITHOUT_SPACE
from cpdocs.unseen import odd

MAX_FINDINGS = 200
"""A file that is wrong in more places than this is told so once."""
BEYOND = frozenset(("SCH-MANY", "SCH-MORE"))
"""Of a file with one of these nothing else is said: what follows from it would be as long, and worth nothing."""
_MAX_GUESSES = 40

RULES: dict[str, RuleText] = {
    "SCH-KEY": RuleText("Every key is one that the format knows.", "Correct the key, or take it out."),
    "SCH-VALUE": RuleText("A value is one of those that are asked for.", "Write one of them."),
    "SCH-TYPE": RuleText("A text, a list and a set of keys each stand where they are asked for.", ""),
    "SCH-MISSING": RuleText("What a file can't be understood without is written.", "Write it."),
    "SCH-LONG": RuleText("No value is longer than its place allows.", "Shorten it; a report's summary is enough."),
    "SCH-MANY": RuleText(
        "No list is longer than any conference could make it.",
        "Is something pasted in twice? One file is one conference.",
    ),
    "SCH-LINE": RuleText(
        "A value of one line stands on one line.",
        "Write it as one line; longer text has a place of its own.",
        "warning",
    ),
    "SCH-DATE": RuleText(
        "A date is written year first and exists.", "Write it like 2041-03-01, or leave it empty until it is known."
    ),
    "SCH-TIME": RuleText(
        "A time is written on the 24-hour clock.", "Write it like 10:30 or 14:05, or leave it empty until it is known."
    ),
    "SCH-NUMBER": RuleText("A number is written in digits only.", "Write it like 16 or 1.5."),
    "SCH-TAG": RuleText("A language is written as its code.", "Write it like en-GB, cy, pl or ur."),
    "SCH-ID": RuleText(
        "An id is a role in small letters, digits and hyphens.",
        "Write it like `mother` or `father-of-b`; the name of the person stands under `name`.",
    ),
    "SCH-FORM": RuleText("A value has the form that is asked for.", "Compare it with the example of this key."),
    "SCH-MORE": RuleText("A file is wrong in few places.", "Correct those that are told, then check again."),
}


class Misfit(NamedTuple):
    """One error of the validator: where, which word of the schema isn't met, and what stands around that word."""

    path: tuple[str | int, ...]
    word: str
    value: Any
    """What the schema says at the word; for `required` the key that is missing."""
    schema: Mapping[str, Any]
    instance: Any
    context: tuple[Misfit, ...] = ()
    """Where there was a choice: why each of the choices isn't met."""


class Tellers:
    """Tells the errors of one file in its author's words; `fields` knows where each key belongs."""

    def __init__(self, tree: Tree, fields: Field) -> None:
        """Nothing is guessed yet; guesses are dear, so a file gets a limited number of them."""
        self.tree, self.fields, self.guesses = tree, fields, 0

    def tell(self, error: Misfit) -> Iterator[Finding]:
        """One error of the validator in, its findings out."""
        path = paths.of(error.path)
        tell = getattr(self, f"_{_TELLERS.get(error.word, 'form')}")
        unseen = isinstance(error.instance, str) and odd(error.instance)
        yield from (_unseen(told) if unseen else told for told in tell(error, path))

    def _close(self, word: str, options: Sequence[str], alike: float = 0.7) -> str:
        self.guesses += 1
        return close(word, options, alike) if self.guesses <= _MAX_GUESSES and len(word) <= 80 else ""

    def _key(self, error: Misfit, path: str) -> Iterator[Finding]:
        known = error.schema.get("properties", {})
        patterns = error.schema.get("patternProperties", {})
        for key in islice(error.instance, MAX_FINDINGS):
            if key in known or any(re.search(pattern, key) for pattern in patterns):
                continue
            if KEY_WITHOUT_SPACE.match(key):  # `person:father` is told as the slip that it is
                continue
            where = paths.below(path, key)
            place = self.tree.key_place(where)
            titles = {
                str(below["title"]): name
                for name, below in known.items()
                if isinstance(below, dict) and below.get("title")
            }
            meant = self._close(key, list(known), 0.85)
            elsewhere = self._elsewhere(key, path) if not meant and self.guesses < _MAX_GUESSES else []
            if not meant and not elsewhere:
                meant = self._close(key, list(known)) or titles.get(self._close(key, list(titles)), "")
                meant = meant or _in_part(key, known)
            if meant and meant in error.instance:
                hint, help = f" `{meant}` is written here already.", f"Put what belongs to `{meant}` there."
            elif meant:
                hint, help = f" Did you mean `{meant}`?", ""
            elif elsewhere:
                hint, help = f" It belongs under {_either(elsewhere)}.", "Move it there."
            else:
                listed = ", ".join(f"`{name}`" for name in islice((n for n in known if n not in GATES), 40))
                hint, help = "", f"Known here: {listed}." if listed else ""
            line = next(islice(lines_of(self.tree.text), place.line - 1, None), "")
            if " " in key.strip() and line[: place.column - 1].strip(" -"):
                help = f"Inside {{ }} a comma ends the value: put a sentence with commas in quotes. {help}".strip()
            here = f" under `{leaf}`" if (leaf := _leaf(path)) else ""
            told = finding("SCH-KEY", f"There is no key `{leaves.shown(key)}`{here}.{hint}", place, help)
            yield _unseen(told) if odd(key) else told

    def _elsewhere(self, key: str, path: str) -> list[str]:
        """Where a key belongs that stands in the wrong place: nearest below this place, or the only place there is."""
        pattern = paths.pattern_of(path)
        here = self.fields.at(pattern) if pattern else self.fields
        below = [field.pattern for field in (here.walk() if here is not None else ()) if key in field.keys]
        found = [one for one in below if one != pattern]
        near = min((_depth(one) for one in found), default=(0, 0))
        found = [one for one in found if _depth(one) == near]
        if not found:
            found = [field.pattern for field in self.fields.walk() if key in field.keys and field.pattern != pattern]
            found = found if len(found) == 1 else []
        return [one.replace("[]", "") for one in found if one] if len(found) <= 3 else []

    def _value(self, error: Misfit, path: str) -> Iterator[Finding]:
        value, place = error.instance, self.tree.place(path)
        options = [option for option in error.value if isinstance(option, str)]
        if not isinstance(value, str):
            yield from self._type(error, path)
            return
        labels = {str(code): str(word) for code, word in (error.schema.get("x-labels") or {}).items()}
        words = {label: code for code, label in labels.items()}
        meant = _YES_NO.get(value.lower().strip(" .!,;"), "") if set(options) == {"yes", "no"} else ""
        meant = meant or self._close(value, options) or words.get(self._close(value, list(words)), "")
        listed = ", ".join(
            f"`{option}`" + (f" ({labels[option]})" if labels.get(option, option).lower() != option else "")
            for option in options
        )
        hint = f" Did you mean `{meant}`?" if meant else ""
        message = f"`{leaves.shown(value)}` isn't one of the answers to `{_leaf(path)}`.{hint}"
        unknown = "" if meant else " Or leave it empty until it is known."
        yield finding("SCH-VALUE", message, place, f"Write one of these: {listed}.{unknown}")

    def _type(self, error: Misfit, path: str) -> Iterator[Finding]:
        value, place, name = error.instance, self.tree.place(path), _named(path)
        wanted = _wanted(error.schema)
        if isinstance(value, list):
            if "object" in wanted and "string" not in wanted:
                message, help = (
                    f"{name} asks for keys with values, and here is a list.",
                    "Take the dashes out.",
                )
            else:
                message, help = (
                    f"{name} asks for one value, and here is a list.",
                    "Keep one value, without a dash.",
                )
        elif isinstance(value, Mapping):
            if "array" in wanted:
                message = f"{name} asks for a list, and here are keys without a dash."
                help = "Put a dash and a space before the first key of each entry, and indent the others to match."
            else:
                message, help = (
                    f"{name} asks for one value, and here are keys below it.",
                    "Write the value itself.",
                )
        elif "array" in wanted:
            shown = leaves.shown(value, 24) if isinstance(value, str) else ""
            message = f"{name} asks for a list, even of one."
            help = f"Write it as `[{shown}]`, or each entry on a line of its own after a dash and a space."
        elif "object" in wanted and "string" not in wanted:
            message, help = f"{name} asks for keys with values below it, and here is a text.", ""
            node = error.schema.get("properties", {})
            first = next((key for key in node if key not in GATES), "")
            help = f"Write the keys on the lines below, further in, such as `{first}: …`." if first else help
        elif "boolean" in wanted:
            message, help = f"`{leaves.shown(str(value))}` isn't yes or no.", "Write yes or no."
        else:
            yield _of_leaf(leaves.tell("number", str(value)), place)
            return
        yield finding("SCH-TYPE", message, place, help)

    def _required(self, error: Misfit, path: str) -> Iterator[Finding]:
        for key in error.value:
            node = error.schema.get("properties", {}).get(key, {})
            title = node.get("title", "") if isinstance(node, Mapping) else ""
            described = node.get("description", "") if isinstance(node, Mapping) else ""
            examples = node.get("examples", ()) if isinstance(node, Mapping) else ()
            such = f" For example: {key}: {examples[0]}" if examples and isinstance(examples[0], str) else ""
            meaning = f", the {title[:1].lower() + title[1:]}," if title and title.lower() != key else ""
            where = f" in {_named(path).replace('An entry', 'this entry')}" if path else ""
            message = f"`{key}`{meaning} is missing{where}."
            yield finding("SCH-MISSING", message, self.tree.place(paths.below(path, key)), f"{described}{such}".strip())

    def _long(self, error: Misfit, path: str) -> Iterator[Finding]:
        most = error.value
        message = f"{_named(path)} has {len(error.instance):,} characters; at most {most:,} are read."
        yield finding("SCH-LONG", message, self.tree.place(path))

    def _many(self, error: Misfit, path: str) -> Iterator[Finding]:
        message = f"{_named(path)} has {len(error.instance):,} entries; at most {error.value:,} are read."
        yield finding("SCH-MANY", message, self.tree.place(path))

    def _form(self, error: Misfit, path: str) -> Iterator[Finding]:
        kind = error.schema.get("x-type", "")
        if not kind:
            field = self.fields.at(paths.pattern_of(path))
            kind = field.type if field is not None else ""
        value, place = error.instance, self.tree.place(path)
        if isinstance(value, str):
            if value == "":
                return
            if kind in _NAMING and not odd(value) and not path.endswith((".id", ".item")):
                return  # `spine` tells that it names no one, and who may be meant
            if kind in _LEAF_RULES:
                yield _of_leaf(leaves.tell(kind, value), place)
                return
        if error.context:
            yield from self.tell(_nearest(error))
            return
        shown = f"`{leaves.shown(value)}`" if isinstance(value, str) else "What stands here"
        such = error.schema.get("examples", ())
        help = f"Write it like `{such[0]}`." if such and isinstance(such[0], str) else ""
        yield finding("SCH-FORM", f"{shown} hasn't the form that `{_leaf(path) or 'this file'}` asks for.", place, help)


_TELLERS = {
    "additionalProperties": "key",
    "enum": "value",
    "type": "type",
    "required": "required",
    "maxLength": "long",
    "maxItems": "many",
}
_LEAF_RULES = frozenset(("date", "time", "number", "tag", "line", "id", "person", "child", "item", "code"))
_NAMING = frozenset(("person", "child", "item"))
_YES_NO = {
    "true": "yes",
    "y": "yes",
    "on": "yes",
    "yes": "yes",
    "false": "no",
    "n": "no",
    "off": "no",
    "no": "no",
}


def _of_leaf(told: leaves.Wrong, place: Place) -> Finding:
    return finding(told.rule, told.message, place, told.help)


def _wanted(schema: Mapping[str, Any]) -> frozenset[str]:
    kinds = schema.get("type", "string")
    return frozenset((kinds,) if isinstance(kinds, str) else kinds)


def _unseen(told: Finding) -> Finding:
    """The same of a word that holds a space or a joiner which nobody sees: without it the word may be right."""
    return told._replace(message=f"{told.message} It holds an unseen or pasted space.", help=_TYPE_AGAIN)


_TYPE_AGAIN = "Delete the word with the spaces around it, and type it again."


def _either(names: Sequence[str]) -> str:
    *first, last = (f"`{name}`" for name in names)
    return f"{', '.join(first)} or {last}" if first else last


def _depth(pattern: str) -> tuple[int, int]:
    return pattern.count("."), pattern.count("[]")


def _in_part(key: str, known: Iterable[str]) -> str:
    """The one key that has this for one of its words or for their first letters: `wishes`, `dob`."""
    parts = {name: name.split("_") for name in known}
    fits = [name for name, words in parts.items() if key in words or key == "".join(word[0] for word in words)]
    return fits[0] if len(fits) == 1 and len(key) > 2 else ""


def _leaf(path: str) -> str:
    """The last key of a path: `children[1].decision` in, `decision` out."""
    return re.sub(r"\[[0-9]*\]", "", path[path.rfind(".") + 1 :])


def _named(path: str) -> str:
    """A place as a sentence begins with it."""
    if not path:
        return "This file"
    if not path.endswith("]"):
        return f"`{_leaf(path)}`"
    return f"An entry of `{_leaf(path)}`" if _leaf(path) else "An entry of this file"


def _nearest(error: Misfit) -> Misfit:
    """Of the choices that a value could have met, the error of the one it came nearest to."""
    return min(error.context, key=lambda below: (below.word == "type" and below.path == error.path, -len(below.path)))


def finding(rule: str, message: str, place: Place, help: str = "") -> Finding:
    """A finding of one of these RULES, with the rule's own next step unless there is a better one."""
    about = RULES[rule]
    return Finding(rule, about.severity, "fault", message, place, title=about.title, help=help or about.help)
