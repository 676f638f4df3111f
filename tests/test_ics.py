"""The deadlines as a calendar that any program reads, with no name in it."""

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cpdocs.ics import Deadline, calendar

STAMP = date(2041, 3, 4)
MINUTES = Deadline(date(2041, 3, 15), "Minutes", ("mother", "school-nurse"), "KM-0173", "Kent & Medway §9")

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
DEADLINES = st.lists(
    st.builds(Deadline, st.dates(), TEXT, st.tuples(TEXT, TEXT), TEXT, TEXT),
    max_size=6,
)


def read(data: bytes) -> list[dict[str, str]]:
    """A reader of its own: unfolds, unescapes, and gives each event's properties."""
    assert data.endswith(b"\r\n")
    lines = re.sub(rb"\r\n[ \t]", b"", data).decode().split("\r\n")[:-1]
    events: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events:
            value = re.sub(r"\\(.)", lambda escaped: {"n": "\n"}.get(escaped[1], escaped[1]), value)
            events[-1].setdefault(name, value)
    return events


def test_a_calendar_reads_as_this() -> None:
    extra = Deadline(date(2041, 3, 15), "Decision record", ("father-of-b",), "KM-0173")
    assert calendar([MINUTES, extra], STAMP).decode() == (
        "BEGIN:VCALENDAR\r\n"
        "VERSION:2.0\r\n"
        "PRODID:-//cpdocs//deadlines//EN\r\n"
        "CALSCALE:GREGORIAN\r\n"
        "METHOD:PUBLISH\r\n"
        "BEGIN:VEVENT\r\n"
        "UID:98f69e0092b9d5bebc1df701bbdafd50@cpdocs.invalid\r\n"
        "DTSTAMP:20410304T000000Z\r\n"
        "DTSTART;VALUE=DATE:20410315\r\n"
        "DTEND;VALUE=DATE:20410316\r\n"
        "SUMMARY:KM-0173 due: Decision record\\, Minutes\r\n"
        "DESCRIPTION:Decision record for father-of-b\\nMinutes for mother\\, school-nu\r\n"
        " rse (Kent & Medway §9)\r\n"
        "CLASS:CONFIDENTIAL\r\n"
        "TRANSP:TRANSPARENT\r\n"
        "END:VEVENT\r\n"
        "END:VCALENDAR\r\n"
    )


def test_one_event_for_each_case_and_day() -> None:
    other_day = Deadline(date(2041, 3, 18), "Minutes", ("aunt",), "KM-0173")
    other_case = Deadline(date(2041, 3, 15), "Minutes", ("mother",), "KM-0999")
    found = read(calendar([other_day, MINUTES, other_case, MINUTES], STAMP))
    assert [(event["DTSTART;VALUE=DATE"], event["SUMMARY"]) for event in found] == [
        ("20410315", "KM-0173 due: Minutes"),
        ("20410315", "KM-0999 due: Minutes"),
        ("20410318", "KM-0173 due: Minutes"),
    ]
    assert len({event["UID"] for event in found}) == 3


def test_a_later_build_keeps_the_uid_and_has_its_own_stamp() -> None:
    first, second = read(calendar([MINUTES], STAMP))[0], read(calendar([MINUTES], date(2041, 3, 5)))[0]
    assert first["UID"] == second["UID"]
    assert (first["DTSTAMP"], second["DTSTAMP"]) == ("20410304T000000Z", "20410305T000000Z")


def test_one_line_for_each_document_names_everyone_it_goes_to() -> None:
    each = [Deadline(MINUTES.due, "Minutes", (who,), "KM-0173", "§9") for who in ("school-nurse", "aunt", "mother")]
    joint = Deadline(MINUTES.due, "Minutes", ("aunt", "uncle"), "KM-0173", "§9")
    other = Deadline(MINUTES.due, "Minutes", ("board",), "KM-0173", "§10")
    assert read(calendar([*each, joint, other], STAMP))[0]["DESCRIPTION"] == (
        "Minutes for board (§10)\nMinutes for aunt, uncle, mother, school-nurse (§9)"
    )


def test_no_deadline_is_a_calendar_without_events() -> None:
    assert read(calendar([], STAMP)) == []


@given(DEADLINES, st.randoms(use_true_random=False))
def test_the_order_they_come_in_changes_nothing(deadlines: list[Deadline], chance: "object") -> None:
    shuffled = sorted(deadlines, key=lambda _: chance.random())  # type: ignore[attr-defined]
    assert calendar(deadlines, STAMP) == calendar(shuffled, STAMP)


@given(DEADLINES)
def test_every_line_is_short_whole_utf8_and_ends_as_the_standard_says(deadlines: list[Deadline]) -> None:
    data = calendar(deadlines, STAMP)
    lines = data.split(b"\r\n")
    assert lines.pop() == b""
    for line in lines:
        assert len(line) <= 75
        assert b"\n" not in line
        assert b"\r" not in line
        line.decode()  # a fold never cuts a character
        assert re.match(rb"[A-Z][A-Z;=-]*:| ", line)


@given(DEADLINES)
def test_what_is_written_is_what_is_read(deadlines: list[Deadline]) -> None:
    events = read(calendar(deadlines, STAMP))
    assert len(events) == len({(deadline.due, deadline.reference) for deadline in deadlines})

    def visible(text: str) -> str:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return "".join(char for char in text if char == "\n" or ord(char) >= 160 or 32 <= ord(char) < 127)

    for deadline in deadlines:
        day = deadline.due.isoformat().replace("-", "")
        told = [event for event in events if event["DTSTART;VALUE=DATE"] == day]
        assert any(visible(deadline.document) in event["SUMMARY"] for event in told)
        for recipient in deadline.recipients:
            assert any(visible(recipient) in event["DESCRIPTION"] for event in told)
