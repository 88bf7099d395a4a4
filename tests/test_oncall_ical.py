"""Rotations from calendar files: shifts, names, backups, and files that are none."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain.text import has_controls
from incident_tui.oncall import Shift
from incident_tui.oncall.ical import CalendarError, CalendarFile

BERLIN = ZoneInfo("Europe/Berlin")


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def event(*lines: str) -> str:
    return "\n".join(
        ("BEGIN:VEVENT", f"UID:{crc32(repr(lines).encode())}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT")
    )


def weekly(person: str, day: int, **more: str) -> str:
    times = (
        f"DTSTART;TZID=Europe/Berlin:202601{day:02}T090000",
        f"DTEND;TZID=Europe/Berlin:202601{day + 7:02}T090000",
    )
    return event(f"SUMMARY:{person}", *times, *(f"{key}:{value}" for key, value in more.items()))


def rotation(folder: Path, *events: str) -> CalendarFile:
    file = folder / "oncall.ics"
    whole = "\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *events, "END:VCALENDAR", ""))
    file.write_bytes(whole.replace("\n", "\r\n").encode())
    return CalendarFile("on-call", file, BERLIN)


def test_events_are_shifts_at_wall_time_and_repeat(tmp_path: Path) -> None:
    turns = {"RRULE": "FREQ=WEEKLY;INTERVAL=2"}
    team = rotation(tmp_path, weekly("Ada", 5, **turns), weekly("Ben", 12, **turns))

    assert team.who(berlin("2026-03-30 08:00")) == Shift(
        "Ben", "", berlin("2026-03-23 09:00"), berlin("2026-03-30 09:00")
    )
    assert team.upcoming(berlin("2026-03-30 08:00"), 2) == (
        Shift("Ada", "", berlin("2026-03-30 09:00"), berlin("2026-04-06 09:00")),
        Shift("Ben", "", berlin("2026-04-06 09:00"), berlin("2026-04-13 09:00")),
    )


def test_where_nobody_is_on_call_nobody_is_named(tmp_path: Path) -> None:
    team = rotation(tmp_path, weekly("Ada", 5))

    assert team.who(berlin("2026-01-12 09:00")) is None
    assert team.who(berlin("2026-01-05 08:59")) is None
    assert [shift.primary for shift in team.upcoming(berlin("2026-01-01 00:00"), 5)] == ["Ada"]
    assert rotation(tmp_path).who(berlin("2026-01-05 09:00")) is None


def test_an_event_of_the_backup_and_an_override_change_the_shift(tmp_path: Path) -> None:
    override = event("SUMMARY:Cem", "DTSTART:20260107T080000Z", "DTEND:20260108T080000Z")
    team = rotation(tmp_path, weekly("Ada", 5), weekly("[L2] Ben", 5), override)

    assert team.who(berlin("2026-01-06 12:00")) == Shift(
        "Ada", "Ben", berlin("2026-01-05 09:00"), berlin("2026-01-07 09:00")
    )
    assert team.who(berlin("2026-01-07 12:00")) == Shift(
        "Cem", "Ben", berlin("2026-01-07 09:00"), berlin("2026-01-08 09:00")
    )


def test_a_whole_day_is_that_of_the_zone(tmp_path: Path) -> None:
    team = rotation(tmp_path, event("SUMMARY:Ada", "DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260107"))

    assert team.who(berlin("2026-01-05 00:00")) == Shift(
        "Ada", "", berlin("2026-01-05 00:00"), berlin("2026-01-07 00:00")
    )


@pytest.mark.parametrize(
    ("lines", "primary"),
    [
        (["SUMMARY:On Call - Ada Lovelace - Payments"], "Ada Lovelace"),
        (["SUMMARY:Ada is on call"], "Ada"),
        (["SUMMARY:On-call: Ada"], "Ada"),
        (["SUMMARY:Primary: Ada"], "Ada"),
        (["SUMMARY:Ada Lovelace"], "Ada Lovelace"),
        (["SUMMARY:week 2", 'ATTENDEE;CN="Ada Lovelace":mailto:ada@example.org'], "Ada Lovelace"),
        (["SUMMARY:week 2", "ATTENDEE:mailto:ada@example.org"], "ada@example.org"),
        (["SUMMARY:Ada", "ATTENDEE:mailto:a@example.org", "ATTENDEE:mailto:b@example.org"], "Ada"),
        (["SUMMARY:Primavera"], "Primavera"),
    ],
)
def test_the_person_is_the_attendee_or_the_summary(tmp_path: Path, lines: list[str], primary: str) -> None:
    team = rotation(tmp_path, event(*lines, "DTSTART:20260105T080000Z", "DTEND:20260112T080000Z"))
    shift = team.who(berlin("2026-01-06 12:00"))

    assert shift is not None
    assert shift.primary == primary


def test_a_hostile_name_is_words_only(tmp_path: Path) -> None:
    hostile = event("SUMMARY:\u202eada\\n[/x]\x07\x1b[31m", "DTSTART:20260105T080000Z", "DTEND:20260112T080000Z")
    shift = rotation(tmp_path, hostile).who(berlin("2026-01-06 12:00"))

    assert shift is not None
    assert shift.primary.isprintable()
    assert "ada [/x]" in shift.primary


@pytest.mark.parametrize("summary", ["Backup: Ben", "Ben (backup)", "[L2] Ben", "Secondary - Ben", "Ben – Level 2"])
def test_the_backup_says_so(tmp_path: Path, summary: str) -> None:
    shift = rotation(tmp_path, weekly("Ada", 5), weekly(summary, 5)).who(berlin("2026-01-06 12:00"))

    assert shift is not None
    assert (shift.primary, shift.backup) == ("Ada", "Ben")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "oncall.ics: "),
        (b"hello", "oncall.ics: "),
        (b"\xff\x00BEGIN:VCALENDAR", "oncall.ics: "),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "oncall.ics: "),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "oncall.ics: "),
        (b"x" * (4 * 1024 * 1024 + 1), "oncall.ics: is larger than 4 MiB"),
    ],
)
def test_a_file_that_is_no_calendar_is_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "oncall.ics").write_bytes(content)

    with pytest.raises(CalendarError) as caught:
        CalendarFile("x", tmp_path / "oncall.ics", BERLIN).who(berlin("2026-01-06 12:00"))

    assert str(caught.value).startswith(message)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("frequency", ["SECONDLY", "MINUTELY", "HOURLY"])
def test_what_repeats_all_the_time_is_no_rotation(tmp_path: Path, frequency: str) -> None:
    team = rotation(tmp_path, weekly("Ada", 5, RRULE=f"FREQ={frequency}"))

    with pytest.raises(CalendarError, match="more often than daily"):
        team.who(berlin("2026-01-06 12:00"))


def test_an_event_that_cannot_be_read_is_told_rather_than_left_out(tmp_path: Path) -> None:
    team = rotation(tmp_path, event("SUMMARY:Ada"), weekly("Ben", 5))

    with pytest.raises(CalendarError, match=r"oncall\.ics: .*DTSTART"):
        team.upcoming(berlin("2026-01-01 00:00"), 5)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match=r"none\.ics: No such file"):
        CalendarFile("x", tmp_path / "none.ics", BERLIN).who(berlin("2026-01-06 12:00"))


PARTS = (
    "BEGIN:VCALENDAR",
    "END:VCALENDAR",
    "BEGIN:VEVENT",
    "END:VEVENT",
    "SUMMARY:Ada",
    "DTSTART:20260105T080000Z",
    "DTSTART;TZID=Nowhere:20260105T080000",
    "DTSTART;VALUE=DATE:20260105",
    "DTSTART:99991231T235959Z",
    "DTEND:20260112T080000Z",
    "DTEND:0",
    "DURATION:P1000000D",
    "DURATION:-P1D",
    "RRULE:FREQ=DAILY;COUNT=0",
    "RRULE:FREQ=DAILY;UNTIL=x",
    "RRULE:x",
    "EXDATE:20260105",
    "RECURRENCE-ID:20260105T080000Z",
    "RDATE:20260106T080000Z",
    "UID:1",
    "ATTENDEE;CN=:x",
)


@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=20), max_size=16))
def test_any_calendar_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", *parts, "END:VEVENT", "END:VCALENDAR", ""]
    (folder / "any.ics").write_bytes("\r\n".join(lines).encode("utf-8", "replace"))

    try:
        shift = CalendarFile("x", folder / "any.ics", BERLIN).who(berlin("2026-01-06 12:00"))
        words = shift.primary if shift else ""
    except CalendarError as error:
        words = str(error)

    assert not has_controls(words)
    assert "\n" not in words


@pytest.mark.parametrize("library", ["icalendar", "recurring_ical_events"])
def test_a_missing_library_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(CalendarError, match=r"pip install '\.\[calendar\]' in its clone"):
        rotation(tmp_path, weekly("Ada", 5)).who(berlin("2026-01-06 12:00"))
