"""Languages as values: dates, times, lists, ordinals, plurals, sorting, the council's layer, the pseudo-locales."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from cpdocs import catalogue, conventions, locales, phrases, pseudo, schema, source
from cpdocs.library import Library
from cpdocs.locales import ENGLISH, Locale
from cpdocs.message import Message
from cpdocs.messages import context_of
from cpdocs.template.compiler import prepare
from cpdocs.transform.localise import localise
from cpdocs.transform.sentence import TAG
from cpdocs.transform.variant import vary
from cpdocs.transform.wordml import paragraphs, parse, plain, text_parts, w

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "templates" / "locales"
LIBRARY = Library(root=ROOT)
WELSH = {
    "name": "Welsh",
    "lists": {
        "pair": "{0} {and} {1}",
        "end": "{0} {and} {1}",
        "and": {"usual": "a", "before": {"ac": "a e i o u w y"}},
    },
    "ordinals": {"1": "{n}af", "2": "{n}il", "other": "{n}fed"},
    "alphabet": "a b c ch d dd e f ff g ng h i j l ll m n o p ph r rh s t th u w y",
    "quotes": ["\u2018", "\u2019"],
}


def locale(tag: str, **data: object) -> Locale:
    return locales.from_data(tag, data)


@pytest.mark.parametrize(
    ("tag", "data", "day", "words"),
    [
        ("cy", {}, "Fri 2041-03-01", "1 Mawrth 2041"),
        ("pl", {}, "Fri 2041-03-01", "1 marca 2041"),
        ("pl", {}, "Fri 2041-05-31", "31 maja 2041"),
        ("ur", {}, "Fri 2041-03-01", "1 مارچ، 2041"),
        ("so", {}, "Fri 2041-03-01", "Maarso 1, 2041"),
        ("so", {"dates": {"long": "d MMMM y"}}, "Fri 2041-03-01", "1 Maarso 2041"),
        ("ti", {"dates": {"long": "d MMMM y"}}, "Fri 2041-03-01", "1 መጋቢት 2041"),
        ("cy", {"months": ["Ion"] * 2 + ["Mis Mawrth"] + ["x"] * 9}, "Fri 2041-03-01", "1 Mis Mawrth 2041"),
    ],
)
def test_a_date_is_in_words_and_an_override_wins_over_cldr(
    tag: str, data: dict[str, object], day: str, words: str
) -> None:
    weekday, iso = day.split()
    when = dt.date.fromisoformat(iso)
    assert when.strftime("%a") == weekday
    assert locale(tag, **data).date(when) == words


def test_english_is_always_british() -> None:
    assert ENGLISH.date(dt.date(2041, 3, 1)) == "1 March 2041"
    assert ENGLISH.date_with_weekday(dt.date(2041, 3, 1)) == "Friday 1 March 2041"
    assert ENGLISH.time(dt.time(14, 30)) == "14:30"
    assert ENGLISH.list(["A", "B", "C"]) == "A, B and C"
    assert [ENGLISH.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd",
    ]  # fmt: skip


def test_weekdays_given_in_the_folder_win_too() -> None:
    made = locale("ti", weekdays=["d1", "d2", "d3", "d4", "Arbi", "d6", "d7"], dates={"with_weekday": "EEEE d MMMM y"})
    assert made.date_with_weekday(dt.date(2041, 3, 1)) == "Arbi 1 መጋቢት 2041"


def test_a_month_name_with_an_apostrophe_prints_as_it_is() -> None:
    made = locale("cy", months=["x"] * 2 + ["mo'n"] + ["x"] * 9)
    assert made.date(dt.date(2041, 3, 1)) == "1 mo'n 2041"


@pytest.mark.parametrize(
    ("names", "joined"),
    [
        ([], ""),
        (["Rhea"], "Rhea"),
        (["Rhea", "Dov"], "Rhea a Dov"),
        (["Rhea", "Eira"], "Rhea ac Eira"),
        (["Rhea", "Ŵyn"], "Rhea ac Ŵyn"),
        (["Dov", "Emrys", "Gwen"], "Dov, Emrys a Gwen"),
        (["Dov", "Gwen", "Ifan", "Owain"], "Dov, Gwen, Ifan ac Owain"),
    ],
)
def test_welsh_and_goes_by_the_next_word_and_is_never_a_with_a_bracket(names: list[str], joined: str) -> None:
    said = locales.from_data("cy", WELSH).list(names)
    assert said == joined
    assert "a(c)" not in said


def test_a_name_with_braces_in_a_list_stays_as_it_is() -> None:
    assert locale("pl").list(["{1}", "B", "C"]) == "{1}, B i C"


def test_ordinals_go_by_the_folder_and_stay_bare_where_it_says_nothing() -> None:
    welsh = locales.from_data("cy", WELSH)
    assert [welsh.ordinal(n) for n in (1, 2, 5)] == ["1af", "2il", "5fed"]
    assert locale("ur").ordinal(3) == "3"


def test_plurals_are_cldrs() -> None:
    assert [locale("pl").plural(n) for n in (1, 2, 5, 22)] == ["one", "few", "many", "few"]
    assert [locale("cy").plural(n) for n in (0, 1, 2, 3, 6, 7)] == ["zero", "one", "two", "few", "many", "other"]
    assert catalogue.plural_tags("cy") == ("zero", "one", "two", "few", "many", "other")


def test_sorting_knows_the_letters_of_the_language() -> None:
    names = ["Llyr", "Lowri", "Lucas", "Dafydd", "Ddol", "Dylan"]
    assert locales.from_data("cy", WELSH).in_order(names, str) == [
        "Dafydd", "Dylan", "Ddol", "Lowri", "Lucas", "Llyr",
    ]  # fmt: skip
    assert locale("pl").in_order(["Zoe", "Émile", "Ada"], str) == ["Ada", "Émile", "Zoe"]


def test_quotation_marks_and_names_of_languages() -> None:
    assert locale("pl", quotes=["„", "”"]).quote("tak") == "„tak”"
    assert ENGLISH.quote("yes") == "‘yes’"
    assert ENGLISH.language_name("ur-PK") == "Urdu"
    assert locale("pl").language_name("ur") == "urdu"
    assert ENGLISH.language_name("zzz") == "zzz"
    assert locale("cy", languages={"ti": "Tigrinieg"}).language_name("ti") == "Tigrinieg"


def test_direction_comes_from_cldr_and_the_country_for_word_too() -> None:
    assert (locale("ur").direction, locale("ur").word_tag) == ("rtl", "ur-PK")
    assert (locale("cy").direction, locale("cy").word_tag) == ("ltr", "cy-GB")
    assert locale("pt-BR").word_tag == "pt-BR"


def write(folder: Path, yaml: str, entries: list[catalogue.Entry] | None = None, base: str = "pl") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "locale.yaml").write_text(yaml, encoding="utf-8")
    if entries is not None:
        made = catalogue.Catalogue(folder.name, base, tuple(entries))
        (folder / "messages.po").write_bytes(catalogue.write_po(made, dt.date(2041, 3, 1)))


def test_the_councils_folder_wins_and_its_reviewer_makes_a_draft_final(tmp_path: Path) -> None:
    shipped, council = tmp_path / "shipped", tmp_path / "council"
    entry = catalogue.Entry(Message("Decisions"), ("Decyzje",))
    other = catalogue.Entry(Message("Minutes"), ("Protokół",))
    write(shipped / "pl", "name: Polish\nquotes: [„, ”]\n", [entry, other])
    before, found = locales.load("pl", [shipped, council])
    assert found == []
    assert (before.status, before.translation("Decisions")) == ("draft", "Decyzje")
    write(
        council / "pl",
        "reviewer: {name: Ola Kowal, date: 2041-02-01}\n",
        [catalogue.Entry(Message("Decisions"), ("Ustalenia",))],
    )
    after, _ = locales.load("pl", [shipped, council])
    assert (after.status, after.translation("Decisions"), after.translation("Minutes")) == (
        "reviewed", "Ustalenia", "Protokół",
    )  # fmt: skip
    assert after.quote("x") == "„x”"
    assert before.stamp != after.stamp


def test_a_reviewer_without_a_day_leaves_it_a_draft() -> None:
    assert locale("pl", reviewer={"name": "Ola Kowal"}).status == "draft"


def test_a_fuzzy_message_is_not_used_and_is_known_as_stale(tmp_path: Path) -> None:
    entry = catalogue.Entry(Message("Decisions made"), ("Decyzje",), fuzzy=True, previous="Decisions")
    write(tmp_path / "pl", "name: Polish\n", [entry])
    made, _ = locales.load("pl", [tmp_path])
    assert made.translation("Decisions made") is None
    assert made.stale == {("", "Decisions made"): "Decisions"}
    assert made.lacks([Message("Decisions made")]) == (Message("Decisions made"),)


def test_a_broken_catalogue_is_a_finding_and_no_traceback(tmp_path: Path) -> None:
    write(tmp_path / "pl", "name: Polish\n")
    (tmp_path / "pl" / "messages.po").write_bytes(b'msgid "a"\nmsgstr "\xff"\n')
    made, found = locales.load("pl", [tmp_path])
    assert [f.rule for f in found] == ["LOC-FILE"]
    assert "line 2 isn't UTF-8" in found[0].message
    assert made.translation("a") is None


def test_a_tag_with_a_country_finds_its_language_and_english_needs_no_folder(tmp_path: Path) -> None:
    write(tmp_path / "cy", "name: Welsh\n")
    write(tmp_path / "pt-BR", "name: Brazilian Portuguese\n")
    assert locales.find("cy-GB", [tmp_path]) == "cy"
    assert locales.find("pt-br", [tmp_path]) == "pt-BR"
    assert locales.find("pt", [tmp_path]) is None
    assert locales.find("en-US", [tmp_path]) == "en-GB"
    with pytest.raises(KeyError):
        locales.load("so", [tmp_path])


def test_a_phrase_is_filled_and_falls_back_to_english() -> None:
    key = ("phrase:salutation", "Dear {name}")
    polish = locales.from_data("pl", {}, said={key: ("Dzień dobry, {name}",)})
    assert polish.phrase("salutation", name="Rhea {Hollis}") == "Dzień dobry, Rhea {Hollis}"
    assert polish.phrase("nothing.copy") == "Nothing recorded in this copy"
    with pytest.raises(KeyError):
        polish.phrase("salutation")


def test_a_counting_phrase_takes_the_form_of_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    counting = {"years": phrases.Phrase("{n} year", "An age.", "{n} years")}
    monkeypatch.setattr(locales, "PHRASES", counting)
    forms = ("{n} rok", "{n} lata", "{n} lat", "{n} roku")
    polish = locales.from_data("pl", {}, said={("phrase:years", "{n} year"): forms})
    assert [polish.phrase("years", n) for n in (1, 2, 5)] == ["1 rok", "2 lata", "5 lat"]
    assert [ENGLISH.phrase("years", n) for n in (1, 2)] == ["1 year", "2 years"]


def test_coded_values_are_translated_by_their_field_and_yes_and_no_once_for_all() -> None:
    said = {("plan = continue", "The plan continues"): ("Plan trwa",), ("answer = yes", "Yes"): ("Tak",)}
    polish = locales.from_data("pl", {}, said=said)
    assert polish.label("children[].decision.plan", "continue", "The plan continues") == "Plan trwa"
    assert polish.label("conference.register_explained", "yes", "Yes") == "Tak"
    assert polish.label("children[].decision.plan", "end", "The plan ends") == "The plan ends"


def test_every_phrase_is_asked_for_somewhere() -> None:
    code = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "cpdocs").rglob("*.py") if path.name != "phrases.py"
    )
    # a family of phrases is asked for by its first word: body.board by f"body.{id}"
    families = {f'f"{name.split(".")[0]}.{{' for name in phrases.PHRASES if "." in name}
    asked = {family for family in families if family in code}
    unused = [
        name
        for name in phrases.PHRASES
        if f'"{name}"' not in code and f"phrase:{name}" not in code and f'f"{name.split(".")[0]}.{{' not in asked
    ]
    assert unused == []


def test_the_pseudo_locales_translate_whatever_is_english_today() -> None:
    accents, found = locales.load("x-pseudo", [SHIPPED])
    arabic, more = locales.load("x-rtl", [SHIPPED])
    assert found == more == []
    said = accents.translation("Dear {child.name}, <1>come</1> soon.")
    assert said is not None
    assert said.startswith("⟦")
    assert "{child.name}" in said
    assert "<1>çóɱé</1>" in said
    heading = accents.translation("Who was there and who was not")
    assert heading is not None
    assert len(heading) >= 1.4 * len("Who was there and who was not")
    turned = arabic.translation("Dear {child.name}, come soon.")
    assert turned is not None
    assert not re.search("[A-Za-z]", turned.replace("{child.name}", ""))
    assert arabic.rtl
    assert "Ḿ" in accents.date(dt.date(2041, 3, 1)) or "Ṁ" in accents.date(dt.date(2041, 3, 1))


def test_a_pseudo_translation_keeps_braces_that_are_meant() -> None:
    assert pseudo.made("a {{b}} {x}", "arabic") == "ا {{ب}} {x}"


@pytest.mark.parametrize("folder", sorted(path.name for path in SHIPPED.iterdir() if path.is_dir()))
def test_every_languages_own_file_is_as_its_schema_says(folder: str) -> None:
    tree, found = source.read(SHIPPED / folder / "locale.yaml")
    shape = schema.load(ROOT / "schemas" / "locale.schema.json")
    assert found == []
    assert schema.check_shape(tree, shape) == []


def test_the_schema_and_the_code_know_the_same_keys() -> None:
    keys = set(json.loads((ROOT / "schemas" / "locale.schema.json").read_text(encoding="utf-8"))["properties"])
    read = {
        "name",
        "own_name",
        "word_tag",
        "base",
        "direction",
        "made_by",
        "fonts",
        "reviewer",
        "readers",
        "procedures",
    }
    assert keys == read | set(conventions.OVERRIDES)


def test_a_base_cldr_does_not_know_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path / "xq", "name: Invented\n", [catalogue.Entry(Message("Come"), ("Xq",))])
    made, found = locales.load("xq", [tmp_path])
    assert [f.rule for f in found] == ["LOC-BASE"]
    assert made.translation("Come") == "Xq"


@pytest.mark.parametrize("tag", ["x-pseudo", "x-rtl"])
@pytest.mark.parametrize("procedure", LIBRARY.procedures())
def test_no_document_keeps_a_word_of_english_in_a_pseudo_locale(procedure: str, tag: str) -> None:
    locale, _ = locales.load(tag, [SHIPPED])
    words = LIBRARY.procedure(procedure).words
    left: list[str] = []
    for document in LIBRARY.documents.values():
        if document.readers <= {"chair"}:
            continue
        for format in document.formats:
            source_ = prepare(LIBRARY.template(document, format), LIBRARY.house, words)
            for points in (None, 20.0):
                done = vary(source_, locale, context_of(document.readers), points)
                assert done.complete, (document.id, done.unfit)
                for name in text_parts(done.parts):
                    for paragraph in paragraphs(parse(done.parts[name])):
                        text = TAG.sub("", plain(paragraph))
                        if re.search("[A-Za-z]{2}", text):
                            left.append(f"{document.id} {format}: {text}")
    assert left == []


class Echo:
    """A language whose every translation is the English itself."""

    word_tag, rtl, fonts = "en-GB", False, {}

    def translation(self, english: str, context: str = "") -> str | None:
        return english


def look(part: bytes) -> list[tuple[str, str]]:
    """Each letter that can be seen, with the formatting of its run."""
    out = []
    for run in parse(part).iter(w("r")):
        found = run.find(w("rPr"))
        names = [] if found is None else [each for each in found if each.tag != w("lang")]
        shown = " ".join(f"{each.tag}{sorted(each.attrib.items())}" for each in names)
        out += [(char, shown) for text in run.iter(w("t")) for char in text.text or "" if not char.isspace()]
    return out


@pytest.mark.parametrize("document", sorted(LIBRARY.documents))
def test_a_document_built_again_from_its_own_sentences_is_the_same_to_the_eye(document: str) -> None:
    words = LIBRARY.procedure("kent-medway").words
    for format in LIBRARY.documents[document].formats:
        before = prepare(LIBRARY.template(LIBRARY.documents[document], format), LIBRARY.house, words)
        after = localise(before, Echo())
        assert after.complete
        for name in text_parts(before):
            assert [plain(p) for p in paragraphs(parse(after.parts[name]))] == [
                plain(p) for p in paragraphs(parse(before[name]))
            ]
            assert look(after.parts[name]) == look(before[name])


@pytest.mark.parametrize(
    "yaml",
    [
        "months: [a, b]",
        "quotes: x",
        "dates: d MMMM y",
        "lists: {pair: '{0}', end: '{0} {and} {1}'}",
        "lists: {and: {before: {ac: a}}, pair: '{0} {and} {1}'}",
        "lists: {and: a}",
        "large_print: {line: wide}",
        "reviewer: Ola Kowal",
        "fonts: Arial",
        "readers: family",
        "alphabet: [a, b]",
    ],
)
def test_a_mistake_in_locale_yaml_is_told_and_never_stops_a_document(yaml: str, tmp_path: Path) -> None:
    write(tmp_path / "pl", f"name: Polish\n{yaml}\n")
    made, _ = locales.load("pl", [tmp_path])
    tree, _ = source.read(tmp_path / "pl" / "locale.yaml")
    assert schema.check_shape(tree, schema.load(ROOT / "schemas" / "locale.schema.json"))
    assert made.date(dt.date(2041, 3, 1)) == "1 marca 2041"
    assert made.list(["A", "B", "C"]).replace("  ", " ") in ("A, B i C",)
    assert "{" not in made.list(["A", "B"])
    assert made.quote("x") == "“x”"
    assert made.in_order(["b", "a"], str) == ["a", "b"]
    assert (made.large_print_line, made.status, made.readers) == (1.35, "draft", frozenset())
