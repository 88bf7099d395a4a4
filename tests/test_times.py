"""What people type for times, and what they are shown."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.times import (
    TimeError,
    clock,
    from_iso,
    is_wall_time,
    iso,
    local_zone,
    parse_duration,
    parse_moment,
    quoted,
    show,
    zone_named,
    zone_or_local,
)

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Cuba",
)
NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)  # 15:00 in Berlin
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20m", 1200),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("1 h 30 m", 5400),
        ("90s", 90),
        ("2d", 172_800),
        ("1d2h3m4s", 93_784),
        ("10", 600),
        (" 5M ", 300),
        ("0s", 0),
    ],
)
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", " ", "m", "2x", "-5m", "1.5h", "30m1h", "5m5m", "1e3", "٣m", "9999999d", "5m\n6"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(TimeError, match=r"is not a duration; write 90s, 20m, 1h30m or 2d$"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "00:00"),
        (137, "02:17"),
        (137.9, "02:17"),
        (3599, "59:59"),
        (6138, "01:42:18"),
        (86_400 * 3 + 4 * 3600 + 12 * 60, "3 d 04:12:00"),
        (-31, "-00:31"),
        (-0.4, "00:00"),
        (-90_000, "-1 d 01:00:00"),
    ],
)
def test_clock(seconds: float, words: str) -> None:
    assert clock(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", "2026-11-21T14:00"),
        ("14:05", "2026-11-21T13:05"),
        ("15:00", "2026-11-21T14:00"),
        ("15:01", "2026-11-20T14:01"),
        ("9:05", "2026-11-21T08:05"),
        ("14:05:30", "2026-11-21T13:05:30"),
        ("10m ago", "2026-11-21T13:50"),
        ("-10m", "2026-11-21T13:50"),
        ("-10", "2026-11-21T13:50"),
        ("1h30m ago", "2026-11-21T12:30"),
        ("yesterday 14:05", "2026-11-20T13:05"),
        ("Yesterday 23:59", "2026-11-20T22:59"),
        ("2026-11-21T14:05+01:00", "2026-11-21T13:05"),
        ("2026-11-21T14:05:07.250Z", "2026-11-21T14:05:07.25"),
        ("2026-11-21T14:05+00:00", "2026-11-21T14:05"),
        ("2026-11-21 14:05", "2026-11-21T13:05"),
        ("2026-07-01T14:05", "2026-07-01T12:05"),
        ("2026-10-25 02:30", "2026-10-25T00:30"),  # shown twice: the first
        ("2026-03-29 02:30", "2026-03-29T01:30"),  # skipped: as if not yet moved
    ],
)
def test_moments(text: str, moment: str) -> None:
    assert parse_moment(text, NOW, BERLIN) == utc(moment)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "ago",
        "soon",
        "24:00",
        "14:60",
        "1405",
        "2026-11-21",
        "2026-13-01 10:00",
        "2026-02-30 10:00",
        "0001-01-01 00:00",
        "9999-12-31T23:59-10:00",
        "999999d ago",
        "2026-11-21T14:05/P1D",
        "\x1b[2J",
    ],
)
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(TimeError) as caught:
        parse_moment(text, NOW, BERLIN)

    words = str(caught.value)
    assert words.endswith("is not a time; write 14:05, 10m ago, yesterday 14:05 or 2026-11-21 14:05")
    assert words.isprintable()


@pytest.mark.parametrize(
    ("now", "text", "moment"),
    [
        ("2026-10-25T00:45", "02:30", "2026-10-25T00:30"),
        ("2026-10-25T01:45", "02:30", "2026-10-25T00:30"),
        ("2026-10-25T00:15", "02:30", "2026-10-24T00:30"),
        ("2026-03-29T01:15", "02:30", "2026-03-28T01:30"),
        ("2026-03-29T01:45", "02:30", "2026-03-29T01:30"),
    ],
)
def test_a_time_of_day_in_the_night_when_clocks_change(now: str, text: str, moment: str) -> None:
    assert parse_moment(text, utc(now), BERLIN) == utc(moment)


@given(MOMENTS, st.times(), st.sampled_from(ZONES))
def test_a_time_of_day_is_past_and_at_most_two_days_ago(now: datetime, wall: object, zone: str) -> None:
    moment = parse_moment(f"{wall:%H:%M:%S}", now, ZoneInfo(zone))

    assert timedelta() <= now - moment <= timedelta(days=2, hours=1)
    assert moment.tzinfo is UTC


@given(MOMENTS, st.sampled_from(ZONES))
def test_what_is_shown_of_today_reads_back(now: datetime, zone: str) -> None:
    now = now.replace(microsecond=0)
    place = ZoneInfo(zone)

    read = parse_moment(show(now, place, now), now, place)

    assert now - read in (timedelta(), timedelta(hours=1))  # an hour when the clocks show it twice


@given(st.text() | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9:.+TZPW/-]{0,14}", fullmatch=True))
def test_any_text_is_a_moment_in_utc_or_refused_in_one_clean_line(text: str) -> None:
    try:
        moment = parse_moment(text, NOW, BERLIN)
        words = iso(moment)
        assert type(moment) is datetime
        assert moment.tzinfo is UTC
    except TimeError as error:
        words = str(error)

    assert words.isprintable()


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-21T13:05:07", "14:05:07"),
        ("2026-11-20T23:00:00", "00:00:00"),
        ("2026-11-20T22:59:59", "20 Nov 23:59:59"),
        ("2025-03-01T13:05:07", "1 Mar 2025 14:05:07"),
        ("2026-11-21T23:05:07", "22 Nov 00:05:07"),
    ],
)
def test_show(moment: str, words: str) -> None:
    assert show(utc(moment), BERLIN, NOW) == words


def test_iso_is_utc_with_milliseconds() -> None:
    moment = datetime(2026, 11, 21, 15, 5, 7, 123_999, tzinfo=timezone(timedelta(hours=1)))

    assert iso(moment) == "2026-11-21T14:05:07.123Z"


def test_iso_wants_a_zone() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        iso(datetime(2026, 11, 21))


@given(st.datetimes(timezones=st.just(UTC)))
def test_what_is_stored_reads_back(moment: datetime) -> None:
    stored = from_iso(iso(moment))

    assert stored == moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert stored.tzinfo is UTC


@pytest.mark.parametrize("text", ["", "x", "2026-11-21T14:05:07", "0001-01-01T00:00+10:00"])
def test_what_is_no_stored_moment(text: str) -> None:
    with pytest.raises(TimeError, match="is not a stored moment"):
        from_iso(text)


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        (":Asia/Tokyo", "Asia/Tokyo"),
        ("/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
        ("CET-1CEST", "UTC"),
        ("../../etc/passwd", "UTC"),
        ("Europe", "UTC"),
        ("", "UTC"),
    ],
)
def test_the_variable_names_the_zone(setting: str, name: str) -> None:
    assert local_zone({"TZ": setting}) == name


def test_the_link_names_the_zone(tmp_path: Path) -> None:
    link = tmp_path / "localtime"
    link.symlink_to(tmp_path / "zoneinfo" / "America" / "New_York")

    assert local_zone({}, link) == "America/New_York"


def test_without_variable_and_link_the_zone_is_utc(tmp_path: Path) -> None:
    assert local_zone({}, tmp_path / "localtime") == "UTC"


def test_the_time_on_the_wall_is_that_of_the_zone_linked(tmp_path: Path) -> None:
    link, zone = tmp_path / "localtime", tmp_path / "zoneinfo" / "America" / "New_York"
    link.symlink_to(zone)

    assert not is_wall_time("America/New_York", {}, link)  # which is not there
    zone.parent.mkdir(parents=True)
    zone.touch()
    assert is_wall_time("America/New_York", {}, link)
    assert not is_wall_time("America/New_York", {"TZ": "America/New_York"}, link)
    assert not is_wall_time("New_York", {}, link)
    assert not is_wall_time("UTC", {}, tmp_path / "none")


@pytest.mark.parametrize("hours", [0, 5, 30, 24 * 200])
def test_the_machines_own_time_is_shown_without_a_zone(hours: int) -> None:
    now = datetime.now(UTC)
    moment = now - timedelta(hours=hours)

    assert show(moment, None, now) == show(moment, zone_named("local"), now)


def test_zone_named() -> None:
    assert zone_named("Europe/Berlin") == BERLIN
    assert zone_named("local").key == local_zone()


@pytest.mark.parametrize("name", ["", "Mars/Base", "/etc/passwd", "Europe", "a\x00b", "../x", "x/" * 300])
def test_what_is_no_zone(name: str) -> None:
    with pytest.raises(TimeError, match=r"is not a time zone; write one such as Europe/Berlin, or local$"):
        zone_named(name)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "local", "x/" * 300, "\x1b[2J"])
def test_of_an_incident_with_an_unknown_zone_times_are_local(name: str) -> None:
    assert zone_or_local(name).key == local_zone()
    assert zone_or_local("Europe/Berlin") == BERLIN


@given(st.text())
def test_quoted_text_is_one_short_harmless_line(text: str) -> None:
    assert quoted(text).isprintable()
    assert len(quoted("x" * 1000)) <= 42
