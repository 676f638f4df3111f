"""Messages out of templates, PO files and back, what a change makes stale, and what the proofreader says."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpdocs import catalogue, message, messages, parts, proofread, pseudo
from cpdocs.catalogue import Catalogue, Entry
from cpdocs.fields import build
from cpdocs.message import Message
from cpdocs.messages import Terms, WordFile

DAY = dt.date(2041, 3, 1)
FIELDS = build(
    {
        "type": "object",
        "x-audience": "list",
        "properties": {
            "children": {
                "title": "Children",
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "name": {"x-type": "name", "title": "Name"},
                        "plan": {
                            "x-type": "code",
                            "title": "Plan",
                            "x-labels": {"end": "It ends", "start": "It starts"},
                        },
                        "told": {"x-type": "yesno", "title": "Told", "x-labels": {"yes": "Yes", "no": "No"}},
                    },
                },
            },
            "copy": {
                "x-audience": "chair",
                "x-type": "code",
                "title": "Copy",
                "x-labels": {"full": "The whole"},
            },
        },
    }
)


def word(*paragraphs: object) -> dict[str, bytes]:
    """A small Word file: a text is a paragraph, a list its runs, (text, True) a bold one."""
    document = docx.Document()
    for given_ in paragraphs:
        runs = given_ if isinstance(given_, list) else [given_]
        paragraph = document.add_paragraph()
        for run in runs:
            text, bold = run if isinstance(run, tuple) else (run, None)
            paragraph.add_run(text).bold = bold
    out = io.BytesIO()
    document.save(out)
    return parts.read(out.getvalue())


def file(made: Mapping[str, bytes], readers: frozenset[str] = frozenset({"family"}), id: str = "letter") -> WordFile:
    def filled(words: Mapping[str, str]) -> Mapping[str, bytes]:
        body = made["word/document.xml"].decode()
        for name, text in words.items():
            body = body.replace(f"{{{{ words.{name} }}}}", text)
        return {"word/document.xml": body.encode()}

    return WordFile(id, id.capitalize(), "standard", readers, filled)


KENT = Terms("kent", "Kent", {"plan": "Child Protection Plan"})
WALES = Terms("wales", "Wales", {"plan": "care and support protection plan"})


def english(found: list[Message]) -> list[str]:
    return [each.english for each in found]


def test_each_paragraph_is_a_message_and_lines_that_are_tags_are_none() -> None:
    made = word(
        "{%p for child in children %}",
        [
            ("Dear ", None),
            ("{{ child.na", None),
            ("me }}", True),
            (", please ", None),
            ("come", True),
            (" soon.", None),
        ],
        "{{ child.name }}",
        "{{p child.told }}",
        "{%p endfor %}",
    )
    found = messages.extract([file(made)], [KENT], FIELDS)
    first = found[0]
    assert first.english == "Dear {child.name}, please <1>come</1> soon."
    assert "{child.name}: “Name” under “Children”, a name or number, printed as it is." in first.comments
    assert first.comments[0] == "In: Letter, read by family members."
    assert first.places == ("letter/standard.docx",)
    assert found[1] == Message("Letter", messages.TITLE, comments=found[1].comments)


def test_a_procedures_words_are_in_the_sentence_and_each_procedure_has_its_own() -> None:
    made = word("{{ child.name }} has a {{ words.plan }}.", "Nothing else.")
    found = messages.extract([file(made)], [KENT, WALES], FIELDS)
    assert english(found)[:3] == [
        "{child.name} has a Child Protection Plan.",
        "Nothing else.",
        "{child.name} has a care and support protection plan.",
    ]
    assert "Only under: Kent." in found[0].comments[0]
    assert "Only under" not in found[1].comments[0]


def test_a_letter_to_a_child_has_a_context_of_its_own() -> None:
    made = word("Thank you for coming.")
    found = messages.extract([file(made), file(made, frozenset({"child"}), "thanks")], [KENT], FIELDS)
    assert [(each.context, each.english) for each in found[:2]] == [
        ("", "Thank you for coming."),
        ("to a child", "Thank you for coming."),
    ]


def test_coded_values_are_messages_by_field_the_chairs_own_are_not() -> None:
    found = {each.key for each in messages.of_labels(FIELDS)}
    assert found == {
        ("plan = end", "It ends"),
        ("plan = start", "It starts"),
        ("answer = yes", "Yes"),
        ("answer = no", "No"),
    }


def test_the_order_is_the_same_each_time_and_one_text_is_one_message() -> None:
    made = word("Same.", "Other.", "Same.")
    first = messages.extract([file(made), file(made, id="second")], [KENT, WALES], FIELDS)
    assert first == messages.extract([file(made), file(made, id="second")], [KENT, WALES], FIELDS)
    assert english(first)[:2] == ["Same.", "Other."]
    assert first[0].places == ("letter/standard.docx", "second/standard.docx")


MESSAGES = [
    Message("Dear {child.name},", comments=("In: Letter.",), places=("letter/standard.docx",)),
    Message("Please <1>come</1> on {date}.", places=("letter/standard.docx",)),
    Message("A 50% share of the {{plan}}."),
    Message("{n} year old", "phrase:age", "{n} years old"),
    Message("Other", "ground = other"),
    Message("Other", "kind = other"),
]


def accepted(data: bytes, folder: Path) -> str:
    """What msgfmt --check has against a catalogue."""
    assert shutil.which("msgfmt"), "gettext is needed: apt-get install gettext"
    path = folder / "messages.po"
    path.write_bytes(data)
    run = subprocess.run(
        ["msgfmt", "--check", "-o", str(folder / "out.mo"), str(path)], capture_output=True, text=True, check=False
    )
    return run.stderr


@pytest.mark.parametrize(("tag", "base"), [("cy", "cy"), ("pl", "pl"), ("ur", "ur"), ("ar", "ar"), ("x-rtl", "ar")])
def test_msgfmt_accepts_all_that_is_written(tag: str, base: str, tmp_path: Path) -> None:
    empty = catalogue.new(tag, base, MESSAGES)
    done = pseudo.catalogue(tag, base, "accents", MESSAGES)
    stale = catalogue.update(done, [Message("Dear {child.name}!"), *MESSAGES[1:]])
    for each in (empty, done, stale):
        assert accepted(catalogue.write_po(each, DAY), tmp_path) == ""
    assert accepted(catalogue.to_pot(MESSAGES, DAY), tmp_path) == ""


def test_what_is_written_reads_back_as_it_was() -> None:
    made = pseudo.catalogue("cy", "cy", "accents", MESSAGES)
    data = catalogue.write_po(made, DAY)
    assert data == catalogue.write_po(made, DAY)
    back = catalogue.read_po(data, "cy", "cy")
    assert [(e.message.key, e.translations) for e in back.entries] == [
        (e.message.key, e.translations) for e in made.entries
    ]
    assert b"python-format" not in data
    assert catalogue.write_po(back, DAY) == data


def test_changing_one_sentence_makes_fuzzy_exactly_what_was_made_from_it() -> None:
    old = [Message("{child.name} has a Child Protection Plan."), Message("{child.name} has a care plan."),
           Message("The chair signs here."), Message("The chair signed here, too.")]  # fmt: skip
    made = pseudo.catalogue("pl", "pl", "accents", old)
    new = [
        Message("{child.name} has a Child Protection Plan now."),
        Message("{child.name} has a care plan now."),
        *old[2:],
    ]
    after = catalogue.update(made, new)
    assert [(e.fuzzy, e.previous) for e in after.entries] == [
        (True, old[0].english), (True, old[1].english), (False, ""), (False, ""),
    ]  # fmt: skip
    assert after.obsolete == ()
    assert [e.translations for e in after.entries[2:]] == [e.translations for e in made.entries[2:]]


def test_a_new_sentence_like_one_that_still_stands_is_new_and_not_fuzzy() -> None:
    made = pseudo.catalogue("pl", "pl", "accents", [Message("The chair signs here.")])
    after = catalogue.update(made, [Message("The chair signs here."), Message("The chair signs there.")])
    assert [(e.fuzzy, bool(e.translations)) for e in after.entries] == [(False, True), (False, False)]


def test_long_earlier_english_is_kept_whole_and_msgfmt_reads_it(tmp_path: Path) -> None:
    long = 'The conference met to speak about the "Child Protection Plan" of {child.name}, and of no other child.'
    made = pseudo.catalogue("pl", "pl", "accents", [Message(long), *MESSAGES])
    after = catalogue.update(made, [Message(long.replace("met", "came together")), *MESSAGES])
    data = catalogue.write_po(after, DAY)
    assert accepted(data, tmp_path) == ""
    back = catalogue.read_po(data, "pl", "pl")
    assert (back.entries[0].previous, back.entries[0].notes) == (long, ())
    assert catalogue.write_po(back, DAY) == data


def test_a_sentence_changed_twice_shows_the_english_that_was_translated() -> None:
    made = pseudo.catalogue("pl", "pl", "accents", [Message("We meet on Monday at the office.")])
    twice = catalogue.update(
        catalogue.update(made, [Message("We meet on Tuesday at the office.")]),
        [Message("We meet on Tuesday at the school.")],
    )
    assert twice.entries[0].previous == "We meet on Monday at the office."


def test_what_goes_becomes_obsolete_and_what_comes_back_is_translated_again() -> None:
    made = pseudo.catalogue("pl", "pl", "accents", MESSAGES)
    without = catalogue.update(made, MESSAGES[:4])
    assert {e.message.key for e in without.obsolete} == {MESSAGES[4].key, MESSAGES[5].key}
    read = catalogue.read_po(catalogue.write_po(without, DAY), "pl", "pl")
    again = catalogue.update(read, MESSAGES)
    assert all(entry.done for entry in again.entries)
    assert again.obsolete == ()


def said(text: str, translation: str, base: str = "pl", **more: str) -> list[tuple[str, str]]:
    translations = tuple(translation.split("|")) if more.get("plural") else (translation,)
    entry = Entry(Message(text, plural=more.get("plural", "")), translations if translation else ())
    return [(f.rule, f.message) for f in proofread.check_entry(entry, base, "messages.po")]


@pytest.mark.parametrize(
    ("text", "translation", "rule", "words"),
    [
        ("Dear {name}", "", "LOC-MISSING", "Not translated yet"),
        ("Dear {name}", "Witaj", "LOC-LOST", "{name} is missing"),
        ("Dear {name}", "Witaj {imię}", "LOC-LOST", "Is {imię} meant to be it?"),
        ("Dear {name}", "Witaj {imię}", "LOC-ADDED", "{imię} isn't in the English"),
        ("Dear you", "Witaj {name}", "LOC-ADDED", "{name} isn't in the English"),
        ("Dear {name}", "Witaj “name”", "LOC-BRACE", "{name} has lost its braces"),
        ("Dear {name}", "Witaj {name", "LOC-BRACE", "{name} has lost its braces"),
        ("Dear {name}", "Witaj {name} {", "LOC-BRACE", "A brace that belongs to no placeholder"),
        ("Dear {name}", "Witaj {name} {{{{ x }}}}", "LOC-BRACE", "A brace that belongs to no placeholder"),
        ("Dear {a.b}", "Witaj {a .b}", "LOC-ADDED", "{a .b} isn't in the English"),
        ("<1>Now</1> go", "Idź", "LOC-MARK", "<1> is missing"),
        ("<1>Now</1> go", "<1>Idź</1> <2>raz</2>", "LOC-MARK", "<2> is not in the English"),
        ("<1>Now</1> go", "<1>Idź</1> <1>raz</1>", "LOC-MARK", "<1> is there twice"),
        ("<1>Now</1> go", "<1>Idź", "LOC-MARK", "never ended"),
        ("<1>a</1> <2>b</2>", "<1>a <2>b</2></1>", "LOC-MARK", "begins before <1> has ended"),
        ("Page <1/> of", "Strona <1>", "LOC-MARK", "<1/> is missing"),
        ("Dear you", " Witaj", "LOC-SPACE", "before or after"),
        ("Dear you", "Wit\u200faj", "LOC-CHARACTER", "U+200F"),
        ("Dear you", "Wit\u0007aj", "LOC-CHARACTER", "U+0007"),
        ("Please come soon", "Please come soon", "LOC-SAME", "the English itself"),
    ],
)
def test_the_proofreader_says_what_is_wrong_in_a_translators_words(
    text: str, translation: str, rule: str, words: str
) -> None:
    found = said(text, translation)
    assert any(name == rule and words in told for name, told in found), found


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("Dear {name}, <1>come</1>", "<1>Przyjdź</1>, {name}"),
        ("{a} {a} b", "{a} b"),
        ("GP", "GP"),
        ("Use {{braces}}", "Użyj {{klamer}}"),
        ("Dear you", "عزیز\u200cتر"),
    ],
)
def test_what_is_right_is_not_told(text: str, translation: str) -> None:
    assert said(text, translation) == []


def test_each_plural_form_is_asked_for_and_one_may_be_said_without_its_figure() -> None:
    assert said("{n} year", "{n} rok|{n} lata|{n} lat|{n} roku", plural="{n} years") == []
    assert said("{n} year", "rok|{n} lata|{n} lat|{n} roku", plural="{n} years") == []
    assert said("{n} year", "{n} rok|{n} lata||", plural="{n} years")[0][0] == "LOC-PLURAL"
    assert said("{n} year", "{n} rok|{n} lata|{n} lat|roku", plural="{n} years")[0][0] == "LOC-LOST"


def test_a_stale_message_shows_the_english_now_and_then() -> None:
    entry = Entry(Message("We meet on Tuesday."), ("Spotkanie",), fuzzy=True, previous="We meet on Monday.", line=7)
    (found,) = proofread.check_entry(entry, "pl", "messages.po")
    assert (found.rule, found.kind, found.place.line) == ("LOC-STALE", "gap", 7)
    assert "now: “We meet on Tuesday.” It was: “We meet on Monday.”" in found.message


def test_a_message_the_file_lacks_is_named_once() -> None:
    found = proofread.check(Catalogue("pl", "pl"), [Message("Dear you")], "messages.po")
    assert [(f.rule, f.message) for f in found] == [("LOC-NEW", "The file doesn't have this text yet: “Dear you”")]


def test_a_file_that_is_no_po_says_its_line() -> None:
    with pytest.raises(catalogue.BadCatalogue, match="line 2"):
        catalogue.read_po(b'msgid "a"\nmsgstr b\n', "pl", "pl")


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60))
def test_any_words_survive_being_message_text(text: str) -> None:
    assert message.fill(message.escape(text), {}) == "".join(
        value for kind, value in message.tokens(message.escape(text)) if kind == "text"
    )
    if not message.TOKEN.search(text):
        assert message.fill(message.escape(text), {}) == text
    assert message.unescape(message.escape(text)) == text
