"""Who is on call: turns, backups, overrides, moved clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.oncall import Override, Rotation, Shift

BERLIN = ZoneInfo("Europe/Berlin")
TEAM = Rotation("on-call", ("Ada", "Ben", "Cem"), BERLIN, date(2026, 1, 5))


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "primary", "backup", "since", "until"),
    [
        ("2026-01-05 09:00", "Ada", "Ben", "2026-01-05 09:00", "2026-01-12 09:00"),
        ("2026-01-12 08:59", "Ada", "Ben", "2026-01-05 09:00", "2026-01-12 09:00"),
        ("2026-01-12 09:00", "Ben", "Cem", "2026-01-12 09:00", "2026-01-19 09:00"),
        ("2026-01-20 00:00", "Cem", "Ada", "2026-01-19 09:00", "2026-01-26 09:00"),
        ("2026-01-01 00:00", "Cem", "Ada", "2025-12-29 09:00", "2026-01-05 09:00"),
        ("2026-03-29 12:00", "Cem", "Ada", "2026-03-23 09:00", "2026-03-30 09:00"),
        ("2026-10-25 02:30", "Cem", "Ada", "2026-10-19 09:00", "2026-10-26 09:00"),
    ],
)
def test_people_take_turns_at_the_same_wall_time(
    moment: str, primary: str, backup: str, since: str, until: str
) -> None:
    assert TEAM.who(berlin(moment)) == Shift(primary, backup, berlin(since), berlin(until))


def test_a_turn_over_a_moved_clock_is_an_hour_shorter_or_longer() -> None:
    spring, autumn = TEAM.who(berlin("2026-03-29 12:00")), TEAM.who(berlin("2026-10-25 12:00"))

    assert spring is not None
    assert autumn is not None
    assert spring.until - spring.since == timedelta(days=7, hours=-1)
    assert autumn.until - autumn.since == timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    ("backup", "expected"),
    [(0, ""), (1, "Ben"), (2, "Cem"), (3, ""), ("Lea", "Lea"), ("Ada", ""), ("", "")],
)
def test_the_backup_is_somebody_else_or_nobody(backup: str | int, expected: str) -> None:
    team = Rotation("x", TEAM.people, BERLIN, TEAM.first, backup=backup)
    shift = team.who(berlin("2026-01-06 12:00"))

    assert shift is not None
    assert (shift.primary, shift.backup) == ("Ada", expected)


def test_an_override_takes_a_piece_of_a_turn() -> None:
    swap = Override(berlin("2026-01-07 18:00"), berlin("2026-01-08 09:00"), "Dee")
    team = Rotation("x", TEAM.people, BERLIN, TEAM.first, overrides=(swap,))
    before, after = berlin("2026-01-05 09:00"), berlin("2026-01-12 09:00")

    assert team.who(before) == Shift("Ada", "Ben", before, swap.since)
    assert team.upcoming(before, 3) == (
        Shift("Dee", "Ben", swap.since, swap.until),
        Shift("Ada", "Ben", swap.until, after),
        Shift("Ben", "Cem", after, berlin("2026-01-19 09:00")),
    )


def test_the_last_override_holds_and_whom_the_backup_relieves_becomes_the_backup() -> None:
    since, until = berlin("2026-01-06 00:00"), berlin("2026-01-07 00:00")
    longer = Override(berlin("2026-01-05 12:00"), berlin("2026-01-20 00:00"), "Dee", "Eve")
    team = Rotation("x", TEAM.people, BERLIN, TEAM.first, overrides=(longer, Override(since, until, "Ben")))
    swapped = Rotation("x", TEAM.people, BERLIN, TEAM.first, overrides=(Override(since, until, "Ben"),))

    assert team.who(since) == Shift("Ben", "Eve", since, until)
    assert team.who(until) == Shift("Dee", "Eve", until, berlin("2026-01-12 09:00"))
    assert swapped.who(since) == Shift("Ben", "Ada", since, until)


@pytest.mark.parametrize(
    ("hours", "wall", "inside"),
    [
        (None, "03:00", True),
        ((time(9), time(18)), "09:00", True),
        ((time(9), time(18)), "18:00", False),
        ((time(9), time(18)), "03:00", False),
        ((time(22), time(6)), "03:00", True),
        ((time(22), time(6)), "12:00", False),
        ((time(9), time(0)), "23:00", True),
    ],
)
def test_outside_of_working_hours_only_what_is_critical_is_answered(
    hours: tuple[time, time] | None, wall: str, inside: bool
) -> None:
    team = Rotation("x", ("Ada",), BERLIN, TEAM.first, hours=hours)

    assert team.in_hours(berlin(f"2026-01-07 {wall}")) is inside


# Laws

zones = st.sampled_from(("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"))
moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
names = st.sampled_from(("Ada", "Ben", "Cem", "Dee"))


@st.composite
def overrides(draw: st.DrawFn) -> Override:
    since = draw(moments)
    return Override(since, since + draw(st.timedeltas(timedelta(minutes=1), timedelta(days=40))), draw(names))


rotations = st.builds(
    Rotation,
    st.just("x"),
    st.lists(names, min_size=1, max_size=5).map(tuple),
    zones.map(ZoneInfo),
    st.dates(date(2014, 1, 1), date(2030, 1, 1)),
    st.integers(1, 15),
    st.times().map(lambda at: at.replace(microsecond=0)),
    st.integers(0, 3) | names,
    st.none(),
    st.lists(overrides(), max_size=3).map(tuple),
)


@given(rotations, moments)
def test_there_is_always_a_shift_and_it_holds_the_moment(rotation: Rotation, moment: datetime) -> None:
    shift = rotation.who(moment)

    assert shift is not None
    assert shift.since <= moment < shift.until
    assert shift.primary
    assert shift.primary != shift.backup


@given(rotations, moments, st.integers(0, 6))
def test_shifts_follow_each_other_without_gap(rotation: Rotation, moment: datetime, count: int) -> None:
    first = rotation.who(moment)
    later = rotation.upcoming(moment, count)

    assert first is not None
    assert len(later) == count
    for before, after in zip((first, *later), later, strict=False):
        assert before.until == after.since


@given(rotations, moments, st.floats(0, 1, exclude_max=True))
def test_everybody_within_a_shift_gets_the_same_answer(rotation: Rotation, moment: datetime, part: float) -> None:
    shift = rotation.who(moment)

    assert shift is not None
    within = min(shift.since + (shift.until - shift.since) * part, shift.until - timedelta.resolution)
    assert rotation.who(within) == shift
