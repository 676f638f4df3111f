"""Everything that is printed in English in, the list of messages a translator gets out, always in the same
order.

Sources: the Word templates filled with each procedure's words, titles of documents, the printed words of
coded values in the record's schema, and the phrases of the software. Comments tell the translator what a
placeholder stands for, in which document the text stands and who reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cpdocs.fields import Field
from cpdocs.message import Message, escape, label_context, merged, placeholders
from cpdocs.phrases import PHRASES

TITLE = "title of a document"
CHILD = "to a child"
_LABEL = 3
"""A text of so few words needs its heading to be understood."""
_FOR = re.compile(r"\{%-?\s*(?:p|tr|tc)?\s*for\s+(\w+)\s+in\s+([\w.]+)\s*-?%\}")
_END = re.compile(r"\{%-?\s*(?:p|tr|tc)?\s*endfor\s*-?%\}")
_READERS = {
    "chair": "the chair",
    "professional": "professionals",
    "family": "family members",
    "child": "children",
    "outside": "other agencies",
}
_KINDS = {
    "name": "a name or number, printed as it is",
    "line": "a short text from the record, in the reader's language",
    "date": "a date in words, such as 1 March 2041",
    "time": "a time, such as 14:30",
    "number": "a number",
    "tag": "a language",
}
_PERSON = {
    "name": "the name, printed as it is",
    "title": "the name with what the person is, such as: Rhea Hollis, mother of Kit",
    "role_label": "what the person is, such as: health visitor",
    "agency": "the agency, printed as it is",
    "job": "the job, as the record has it",
}
_COPY = {
    "title": "this document's title",
    "for_name": "the reader's name, printed as it is",
    "salutation_name": "the name a letter greets, printed as it is",
    "signed_by": "the name of who signs",
    "signed_role": "what the person who signs is",
    "signed_on": "the day of signing, in words",
    "date": "the day the copy was made, in words",
    "reference": "the case's reference, letters and figures",
    "address_lines[]": "a line of the reader's address, printed as it is",
    "salutation": "the greeting with the name",
    "first_name": "what the child likes to be called, else the full name, printed as it is",
    "due": "the day it is due, in words",
}


@dataclass(frozen=True)
class WordFile:
    """One Word template as the catalogue needs it: whose document, which format, who reads it.

    `filled` gives its parts with a procedure's words in their places, as the compiler makes them; parts that
    come from the house file are left out, for the house is a file of its own here (`document` is "").
    """

    document: str
    title: str
    format: str
    readers: frozenset[str]
    filled: Callable[[Mapping[str, str]], Mapping[str, bytes]] = field(repr=False)

    @property
    def place(self) -> str:
        """Where it stands below `templates/`."""
        return f"{self.document}/{self.format}.docx" if self.document else f"{self.format}.docx"


@dataclass(frozen=True)
class Terms:
    """One procedure as the catalogue needs it: its words, the documents it sends (None: all), its other
    words.

    `alone` are words printed outside any template's sentence: (context, English, comment).
    """

    id: str
    title: str
    words: Mapping[str, str]
    documents: frozenset[str] | None = None
    alone: Sequence[tuple[str, str, str]] = ()

    def sends(self, document: str) -> bool:
        """Whether this procedure makes a document."""
        return self.documents is None or document in self.documents


def context_of(readers: Iterable[str]) -> str:
    """The context of a document's messages: many languages speak to a child in other words than to an
    adult.
    """
    return CHILD if set(readers) == {"child"} else ""


def extract(
    files: Sequence[WordFile],
    procedures: Sequence[Terms],
    fields: Field | None,
    ceilings: Collection[str] = ("list", "family", "professional", "subject"),
) -> list[Message]:
    """All messages: templates in the order given, then titles, procedures' words, coded values, phrases.

    `ceilings` are the audiences of the fields whose coded values are wanted; the chair's own stay English.

    What a file's `filled` raises (a word that the procedure lacks) goes through.
    """
    out: list[Message] = []
    for file in files:
        out.extend(_of_file(file, procedures, fields))
    for title in dict.fromkeys(file.title for file in files if file.title):
        out.append(Message(escape(title), TITLE, comments=("Title of a document, at its head and in its list.",)))
    for procedure in procedures:
        out.extend(Message(escape(text), context, comments=(note,)) for context, text, note in procedure.alone)
    if fields is not None:
        out.extend(of_labels(fields, ceilings))
    out.extend(of_phrases())
    return merged(out)


def of_phrases() -> list[Message]:
    """The phrases of the software."""
    return [
        Message(phrase.english, f"phrase:{name}", phrase.plural, (phrase.note,)) for name, phrase in PHRASES.items()
    ]


def of_labels(
    fields: Field, ceilings: Collection[str] = ("list", "family", "professional", "subject")
) -> list[Message]:
    """The printed words of coded values of fields with these audiences."""
    out = []
    for each in fields.walk():
        if each.audience not in ceilings:
            continue
        for code, label in each.labels.items():
            if each.type == "yesno":
                note = "An answer, beside many questions."
            else:
                others = "; ".join(text for key, text in each.labels.items() if key != code)
                note = f"An answer to “{_question(each, fields)}”." + (f" The others: {others}." if others else "")
            out.append(Message(escape(label), label_context(each.pattern, code), comments=(note,)))
    return out


def _question(leaf: Field, fields: Field) -> str:
    """A coded field's title; a list's entries go by the list's."""
    owner = fields.at(leaf.pattern.removesuffix("[]")) if leaf.pattern.endswith("[]") else None
    return leaf.title or (owner.title if owner is not None else "") or leaf.pattern


def _of_file(file: WordFile, procedures: Sequence[Terms], fields: Field | None) -> Iterator[Message]:
    mine = [terms for terms in procedures if terms.sends(file.document)]
    if not file.document:
        mine = list(procedures)
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for terms in mine:
        for text, notes in _sentences(file.filled(terms.words), fields):
            found.setdefault(text, []).append((terms.title, notes))
    readers = ", ".join(_READERS[name] for name in _READERS if name in file.readers)
    where = f"In: {file.title or 'the head and foot of every page'}" + (f", read by {readers}" if readers else "")
    for text, met in found.items():
        titles = dict.fromkeys(title for title, _ in met)
        only = f" Only under: {', '.join(title.strip(' ,') for title in titles)}." if len(titles) < len(mine) else ""
        every = dict.fromkeys(note for _, some in met for note in some)
        yield Message(
            text,
            context_of(file.readers),
            comments=(f"{where}.{only}", *every),
            places=(file.place,),
        )


def _in_scope(root: Any) -> Iterator[tuple[Any, str, list[tuple[str, str]]]]:
    """Each paragraph of a part with its text and the loops it stands in, so that `child` is known to be a
    child.
    """
    from cpdocs.transform.wordml import paragraphs, plain

    scope: list[tuple[str, str]] = []
    for paragraph in paragraphs(root):
        text = plain(paragraph)
        for variable, source in _FOR.findall(text):
            scope.append((variable, f"{_resolved(source, scope)}[]"))
        yield paragraph, text, scope
        for _ in _END.findall(text):
            if scope:
                scope.pop()


def _sentences(parts: Mapping[str, bytes], fields: Field | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every sentence of a filled template with its notes for the translator."""
    from cpdocs.transform import localise, sentence
    from cpdocs.transform.wordml import parse, text_parts

    for name in text_parts(parts):
        root = parse(parts[name])
        heading = ""
        for paragraph, text, scope in _in_scope(root):
            for each in sentence.read(paragraph).sentences:
                notes = [f"{{{name}}}: {_stands_for(name, scope, fields)}." for name in placeholders(each.text)]
                notes += [f"<{number}/>: {what}." for number, what in each.items.items()]
                # a label's own value says best what the label means
                beside = [_stands_for(sentence.lookup(tag), scope, fields) for tag in sentence.TAG.findall(text)]
                if not placeholders(each.text) and beside:
                    notes.append(f"Stands before: {'; '.join(beside)}.")
                if heading and heading != each.text and len(each.text.split()) <= _LABEL:
                    notes.append(f"Under the heading “{heading}”.")
                yield each.text, tuple(notes)
                if _is_heading(paragraph):
                    heading = each.text
        for _, said in localise.pictures(root):
            yield said, ("Describes a picture; a screen reader speaks it.",)


def notes_of(parts: Mapping[str, bytes], fields: Field | None) -> Iterator[tuple[str, str]]:
    """Every tag of a document's body that prints something, and what it stands for."""
    from cpdocs.transform import sentence
    from cpdocs.transform.wordml import parse

    for _, text, scope in _in_scope(parse(parts["word/document.xml"])):
        for tag in sentence.TAG.findall(text):
            if name := sentence.lookup(tag):
                yield tag, _stands_for(name, scope, fields)


def _is_heading(paragraph: Any) -> bool:
    from cpdocs.transform.wordml import w

    style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    return style is not None and str(style.get(w("val"))).startswith(("Heading", "Title"))


def _resolved(path: str, scope: Sequence[tuple[str, str]]) -> str:
    """A template's look-up as a pattern into the record: `child.name` is `children[].name` inside its
    loop.
    """
    first, dot, rest = path.partition(".")
    for variable, pattern in reversed(scope):
        if variable == first:
            return f"{pattern}{dot}{rest}"
    if path == "copy.children" or path.startswith("copy.children."):
        return path.removeprefix("copy.")
    return path


def _stands_for(name: str, scope: Sequence[tuple[str, str]], fields: Field | None) -> str:
    """What a placeholder stands for, in a translator's words."""
    path = _resolved(name.split(":")[0], scope)
    first, _, rest = path.partition(".")
    if first == "copy" and rest in _COPY:
        return _COPY[rest]
    if first == "authority":
        return f"the council's {rest.replace('_', ' ').replace('.', ', ')}"
    if path == "nothing":
        return "the sentence that nothing is recorded in this copy"
    if fields is None:
        return path.replace("_", " ")
    return _of_field(path, fields) or path.replace("[]", "").replace("_", " ").replace(".", ", ")


def _of_field(path: str, fields: Field) -> str:
    found = fields.at(path)
    if found is None and path.endswith("_label") and (coded := fields.at(path.removesuffix("_label"))):
        answers = "; ".join(coded.labels.values())
        return f"{_titled(coded, fields)}, one of: {answers}" if answers else _titled(coded, fields)
    if path == "children[].name_cap":
        return "the child's name, printed as it is; before birth it begins with a capital letter"
    if found is None and "." in path:
        above, _, last = path.rpartition(".")
        person = fields.at(above)
        if person is not None and person.type in ("person", "child") and last in _PERSON:
            return f"{_titled(person, fields)}: {_PERSON[last]}"
    if found is None:
        return ""
    kind = _KINDS.get(found.type, "")
    return _titled(found, fields) + (f", {kind}" if kind else "")


def _titled(leaf: Field, fields: Field) -> str:
    """A field's title with that of what it belongs to: “Name” of “Children”."""
    above = leaf.pattern.rpartition(".")[0]
    parent = fields.at(above.removesuffix("[]")) if above else None
    own = f"“{leaf.title or leaf.pattern}”"
    return f"{own} under “{parent.title}”" if parent is not None and parent.title else own
