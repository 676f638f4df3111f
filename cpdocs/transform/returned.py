"""A Word file that came back from a translator and the English it was made from in, what is wrong with it
out.

The tags are the document's machinery: the same tags in the same loops and conditions, none lost, none
added, no code. Each refusal names the paragraph by its number and its first words, so that it is found
with Word's search.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cpdocs.message import fingerprint
from cpdocs.transform.localise import Language, english_paragraphs
from cpdocs.transform.sentence import TAG
from cpdocs.transform.wordml import Parts, local, paragraphs, parse, plain, w

_BLOCK = re.compile(r"\{%.*?%\}", re.DOTALL)
_LOOK_LIKE = re.compile(r"[{｛]\s*[{%｛]|[%}｝]\s*[}｝]|\{|\}")
_CURLY = str.maketrans("“”„‟‘’‚«»｛｝％＝", '""""\'\'\'""{}%=')
_QUOTED = re.compile("[“”„‟‘’‚«»]")
_BODY = "word/document.xml"
_FOREIGN = re.compile(r"\.bin$|vbaProject|embeddings/|activeX|customUI|\.(docm|xlsx|exe|js|html?)$", re.IGNORECASE)


@dataclass(frozen=True)
class Refusal:
    """One reason why a returned file can't be used: where in Word's terms, what, and the next step."""

    where: str
    message: str
    help: str


@dataclass(frozen=True)
class _Line:
    number: int
    words: str
    tags: tuple[str, ...]

    @property
    def name(self) -> str:
        words = self.words.strip()
        return f"paragraph {self.number} (“{words[:60] + '…' if len(words) > 60 else words}”)"


def fingerprints(parts: Parts) -> tuple[str, ...]:
    """A fingerprint of each English sentence of a document's body, in order."""
    return tuple(fingerprint(text) for text in english_paragraphs({_BODY: parts[_BODY]}))


def check_returned(returned: Parts, english: Parts, language: Language, made_from: Sequence[str] = ()) -> list[Refusal]:
    """Everything that is wrong with a file a translator sent back; an empty list means it can be used.

    `english` is the document as it is today, with the procedure's words in it; `made_from` the
    fingerprints of what the translator was given. A sentence that has changed since is a refusal too: the
    translation is stale.
    """
    theirs, ours = parse(returned[_BODY]), parse(english[_BODY])
    found = [*_code(returned, english, theirs, ours), *_broken_tags(theirs)]
    if not found:
        found += _blocks(_lines(theirs), _lines(ours))
    found += _untranslated(returned, english, language)
    found += _direction(theirs, language)
    found += _stale(english, made_from)
    return found


def _lines(root: Any) -> list[_Line]:
    out = []
    for number, paragraph in enumerate(paragraphs(root), 1):
        text = plain(paragraph)
        out.append(_Line(number, TAG.sub(" … ", text), tuple(_spaced(tag) for tag in TAG.findall(text))))
    return out


def _spaced(tag: str) -> str:
    """A tag with its spaces evened out, so that only what it says is compared."""
    return " ".join(tag.replace("{{", "{{ ").replace("}}", " }}").split())


def _code(returned: Parts, english: Parts, theirs: Any, ours: Any) -> list[Refusal]:
    """Macros, embedded files, fields, links outside and anything else that the English doesn't hold."""
    whole = "the file"
    clean = "Copy the translated text into the file that was sent, and return that."
    found = [
        Refusal(whole, f"It holds something that isn't text: {name}.", clean)
        for name in sorted(returned)
        if name not in english and _FOREIGN.search(name)
    ]
    for name, data in sorted(returned.items()):
        if name.endswith(".rels"):
            for relation in parse(data):
                if relation.get("TargetMode") == "External":
                    found.append(Refusal(whole, "It points to something outside the file, as a link does.", clean))
    known = Counter(_fields(ours))
    found += [
        Refusal(f"near “{near}”", f"A Word field was added ({code}).", "Take the field away; type plain text.")
        for code, near in _fields_near(theirs)
        if not known[code]
    ]
    for kind, what in (("ins", "tracked changes"), ("del", "tracked changes"), ("altChunk", "another file"),
                       ("object", "an embedded object"), ("commentReference", "comments")):  # fmt: skip
        if next(theirs.iter(w(kind)), None) is not None and next(ours.iter(w(kind)), None) is None:
            found.append(Refusal(whole, f"It holds {what}.", "Accept all changes, delete all comments, and save."))
    return list(dict.fromkeys(found))


def _fields(root: Any) -> list[str]:
    return [code for code, _ in _fields_near(root)]


def _fields_near(root: Any) -> list[tuple[str, str]]:
    found = []
    for element in root.iter(w("instrText"), w("fldSimple")):
        code = " ".join((element.text or element.get(w("instr")) or "").split())
        near = next((plain(above)[:40] for above in element.iterancestors() if local(above) == "p"), "")
        if code:
            found.append((code.split()[0], near))
    return found


def _broken_tags(root: Any) -> list[Refusal]:
    """Tags that Word or a translator's tool has damaged: quotes turned curly, a brace lost, a tag cut in
    two.
    """
    found = []
    for number, paragraph in enumerate(paragraphs(root), 1):
        text = plain(paragraph)
        line = _Line(number, text, ())
        for tag in TAG.findall(text):
            if _QUOTED.search(tag):
                found.append(
                    Refusal(
                        line.name,
                        f"The quotation marks inside {tag} have turned curly.",
                        f"Write it with straight ones: {tag.translate(_CURLY)}",
                    )
                )
        rest = TAG.sub("", text)
        if _LOOK_LIKE.search(rest):
            found.append(
                Refusal(
                    line.name,
                    "A tag is broken here: a brace or a percent sign is missing, or is of another script.",
                    "Copy the tag from the file that was sent; the key lists them all.",
                )
            )
    return found


def _blocks(theirs: Sequence[_Line], ours: Sequence[_Line]) -> list[Refusal]:
    """The same loops and conditions in the same order, and between them the same look-ups."""
    wanted, given = _stretches(ours), _stretches(theirs)
    found: list[Refusal] = []
    for at, (tag, line, _) in enumerate(given):
        if at >= len(wanted) or tag != wanted[at][0]:
            expected = wanted[at][0] if at < len(wanted) else "no further one"
            found.append(
                Refusal(
                    line.name if line else "the beginning",
                    f"The loops and conditions differ from the English here: {tag or 'nothing'} stands where"
                    f" {expected or 'nothing'} does.",
                    "Each {% … %} line stays as it is, in its own paragraph and in its order.",
                )
            )
            return found
    if len(given) < len(wanted):
        tag, line, _ = wanted[len(given)]
        return [
            Refusal(
                f"{line.name} of the English" if line else "the end",
                f"The line {tag} is missing.",
                "Each {% … %} line stays as it is, in its own paragraph and in its order.",
            )
        ]
    for (_, _, ours_here), (_, _, theirs_here) in zip(wanted, given, strict=True):
        lost = Counter(t for line in ours_here for t in line.tags)
        lost.subtract(Counter(t for line in theirs_here for t in line.tags))
        for tag, times in lost.items():
            if times > 0:
                line = next(line for line in ours_here if tag in line.tags)
                found.append(
                    Refusal(
                        f"{line.name} of the English",
                        f"{tag} is missing from the translation.",
                        "Put it where the sentence needs it, exactly as in the file that was sent.",
                    )
                )
            elif times < 0:
                line = next(line for line in theirs_here if tag in line.tags)
                found.append(
                    Refusal(
                        line.name,
                        f"{tag} was added; the English doesn't have it here"
                        f"{' so often' if any(tag in line.tags for line in ours_here) else ''}.",
                        "Take it away.",
                    )
                )
    return found


def _stretches(lines: Sequence[_Line]) -> list[tuple[str, _Line | None, list[_Line]]]:
    """The lines cut at each block tag: the tag that opens a stretch, its line, the lines up to the next."""
    out: list[tuple[str, _Line | None, list[_Line]]] = [("", None, [])]
    for line in lines:
        blocks = [tag for tag in line.tags if _BLOCK.fullmatch(tag)]
        puts = tuple(tag for tag in line.tags if not _BLOCK.fullmatch(tag))
        for tag in blocks:
            out.append((tag, line, []))
        if puts:
            out[-1][2].append(_Line(line.number, line.words, puts))
    return out


def _untranslated(returned: Parts, english: Parts, language: Language) -> list[Refusal]:
    """Sentences of several words that are still the English ones."""
    # Marks depend on how the text is formatted, which a translator's tool may change; words don't.
    ours = {_unmarked(text) for text in english_paragraphs({_BODY: english[_BODY]}) if len(text.split()) > 2}
    theirs = [_unmarked(text) for text in english_paragraphs({_BODY: returned[_BODY]})]
    return [
        Refusal(f"“{text[:60]}”", "This paragraph is still in English.", "Translate it.")
        for text in dict.fromkeys(theirs)
        if text in ours
    ]


def _unmarked(text: str) -> str:
    return re.sub(r"</?[0-9]+/?>", "", text)


def _direction(root: Any, language: Language) -> list[Refusal]:
    """Most of the text is tagged with the language, or with none; nothing is tagged with a third one."""
    wanted = language.word_tag.split("-")[0].casefold()
    others: Counter[str] = Counter()
    total = 0
    for run in root.iter(w("r")):
        size = sum(len(TAG.sub("", node.text or "").strip()) for node in run.iter(w("t")))
        total += size
        tag = run.find(f"{w('rPr')}/{w('lang')}")
        if tag is None or not size:
            continue
        name = tag.get(w("bidi") if language.rtl else w("val")) or tag.get(w("val")) or ""
        if name and name.split("-")[0].casefold() not in (wanted, "en"):
            others[name] += size
    if others and total and sum(others.values()) > total / 2:
        name = others.most_common(1)[0][0]
        return [
            Refusal(
                "the file",
                f"Its text is marked as {name}, not as {language.word_tag}.",
                "In Word: select all, Review, Language, Set Proofing Language.",
            )
        ]
    if language.rtl:
        turned = [p for p in paragraphs(root) if _reads_right(p) and not _is_bidi(p)]
        if turned:
            return [
                Refusal(
                    f"“{plain(turned[0])[:60]}”",
                    "This paragraph is written from right to left, but set from left to right.",
                    "In Word: select all, Home, Right-to-Left Text Direction.",
                )
            ]
    return []


def _reads_right(paragraph: Any) -> bool:
    kinds = Counter(unicodedata.bidirectional(char) for char in TAG.sub("", plain(paragraph)))
    return kinds["AL"] + kinds["R"] > kinds["L"]


def _is_bidi(paragraph: Any) -> bool:
    element = paragraph.find(f"{w('pPr')}/{w('bidi')}")
    return element is not None and element.get(w("val"), "1") not in ("0", "false", "off")


def changed_since(english: Parts, made_from: Sequence[str]) -> tuple[str, ...]:
    """The English sentences of today that weren't in what a translator's file was made from."""
    known = set(made_from)
    today = dict.fromkeys(english_paragraphs({_BODY: english[_BODY]}))
    return tuple(text for text in today if fingerprint(text) not in known)


def _stale(english: Parts, made_from: Sequence[str]) -> list[Refusal]:
    return [
        Refusal(
            f"“{text[:90]}”",
            "The English has changed here since the file was sent to the translator.",
            "Send a new file with `cpdocs locale pack`, or translate this sentence in the Word file again.",
        )
        for text in (changed_since(english, made_from) if made_from else ())
    ]
