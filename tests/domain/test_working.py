"""Working time: days, hours, holidays, and the days on which the clocks are moved."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain.working import Calendar, Working, due

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar(BERLIN, holidays={date(2026, 12, 25), date(2027, 1, 1)})
NIGHT = Calendar(BERLIN, opens=time(1), closes=time(4), weekdays=frozenset(range(7)))
ALL_DAY = Calendar(BERLIN, opens=time(0), closes=time(0), weekdays=frozenset(range(7)))


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "working"),
    [
        ("2026-11-20 09:00", True),
        ("2026-11-20 08:59", False),
        ("2026-11-20 16:59", True),
        ("2026-11-20 17:00", False),
        ("2026-11-21 12:00", False),
        ("2026-12-25 12:00", False),
    ],
)
def test_work_is_done_on_working_days_between_opening_and_closing(moment: str, working: bool) -> None:
    assert OFFICE.is_working(berlin(moment)) is working


@pytest.mark.parametrize(
    ("start", "days", "hours", "end"),
    [
        ("2026-11-20 10:00", 1, 0, "2026-11-23 17:00"),  # a Friday
        ("2026-11-20 23:00", 1, 0, "2026-11-23 17:00"),
        ("2026-11-21 12:00", 1, 0, "2026-11-23 17:00"),
        ("2026-11-23 00:00", 1, 0, "2026-11-24 17:00"),
        ("2026-11-20 10:00", 5, 0, "2026-11-27 17:00"),
        ("2026-12-24 10:00", 1, 0, "2026-12-28 17:00"),  # Christmas and a weekend
        ("2026-11-20 10:00", 0, 4, "2026-11-20 14:00"),
        ("2026-11-20 15:00", 0, 4, "2026-11-23 11:00"),
        ("2026-11-20 07:00", 0, 8, "2026-11-20 17:00"),
        ("2026-11-21 12:00", 0, 9, "2026-11-24 10:00"),
        ("2026-11-20 10:00", 1, 2, "2026-11-24 11:00"),
        ("2026-11-20 10:00", 0, 0, "2026-11-20 10:00"),
    ],
)
def test_limits_in_working_time_end_within_it(start: str, days: int, hours: int, end: str) -> None:
    assert due(Working(days, hours), berlin(start), OFFICE) == berlin(end)


def test_a_plain_limit_is_real_time_and_seconds_of_working_time_are_a_minute() -> None:
    assert due(timedelta(days=2), berlin("2026-11-20 10:00"), OFFICE) == berlin("2026-11-22 10:00")
    assert Working.of(timedelta(days=2, hours=3, minutes=4, seconds=1)) == Working(2, 3, 5)
    assert due(Working(minutes=30), berlin("2026-11-20 16:45"), OFFICE) == berlin("2026-11-23 09:15")


@pytest.mark.parametrize(
    ("calendar", "day", "hours"),
    [
        (NIGHT, "2026-03-28", 3),
        (NIGHT, "2026-03-29", 2),
        (NIGHT, "2026-10-25", 4),
        (ALL_DAY, "2026-03-29", 23),
        (ALL_DAY, "2026-10-25", 25),
    ],
)
def test_the_days_on_which_clocks_are_moved_have_other_lengths(calendar: Calendar, day: str, hours: int) -> None:
    start, end = (datetime.combine(date.fromisoformat(day) + timedelta(days=n), time(), BERLIN) for n in (0, 1))

    assert calendar.worked(start, end) == timedelta(hours=hours)


def test_working_hours_go_on_over_a_moved_clock() -> None:
    assert NIGHT.after(berlin("2026-03-29 00:00"), hours=2) == berlin("2026-03-29 04:00")
    assert OFFICE.after(berlin("2026-03-27 16:00"), hours=2) == berlin("2026-03-30 10:00")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Calendar(weekdays=frozenset()),
        lambda: Calendar(weekdays=frozenset({7})),
        lambda: Calendar(opens=time(17), closes=time(9)),
        lambda: Calendar(opens=time(9), closes=time(9)),
    ],
)
def test_a_calendar_without_time_to_work_is_none(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match="working day"):
        wrong()


class Every:
    """Every day is a holiday."""

    def __contains__(self, day: object) -> bool:
        return True


def test_holidays_without_end_do_not_stop_the_clock() -> None:
    assert Calendar(holidays=Every()).after(datetime(2026, 1, 1, tzinfo=UTC), days=1).year == 2027


# Laws

zones = st.sampled_from(("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")).map(
    ZoneInfo
)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
calendars = st.builds(
    Calendar,
    zones,
    st.times(time(0), time(11)).map(lambda at: at.replace(microsecond=0)),
    st.just(time(0)) | st.times(time(13)).map(lambda at: at.replace(microsecond=0)),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.frozensets(days, max_size=4),
)
moments = st.datetimes(datetime(2021, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))
few = st.integers(0, 30)
spans = st.timedeltas(timedelta(0), timedelta(days=30))


@given(calendars, moments)
def test_no_working_time_later_is_now(calendar: Calendar, start: datetime) -> None:
    assert calendar.after(start) == start


@given(calendars, moments, spans, few, few)
def test_a_later_start_never_ends_earlier(
    calendar: Calendar, start: datetime, later: timedelta, days: int, hours: int
) -> None:
    assert calendar.after(start, days, hours) <= calendar.after(start + later, days, hours)


@given(calendars, moments, few, few)
def test_more_time_ends_later(calendar: Calendar, start: datetime, days: int, hours: int) -> None:
    end = calendar.after(start, days, hours)

    assert end >= start
    assert calendar.after(start, days, hours + 1) > end
    assert calendar.after(start, days + 1) > calendar.after(start, days)


@given(calendars, moments, few.filter(bool))
def test_so_many_hours_later_so_many_were_worked(calendar: Calendar, start: datetime, hours: int) -> None:
    end = calendar.after(start, hours=hours)

    assert calendar.worked(start, end) == timedelta(hours=hours)
    assert calendar.is_working(end - timedelta(microseconds=1))


@given(calendars, moments, spans, spans)
def test_working_time_adds_up_and_is_real_time(
    calendar: Calendar, start: datetime, one: timedelta, two: timedelta
) -> None:
    middle, end = start + one, start + one + two

    assert calendar.worked(start, middle) + calendar.worked(middle, end) == calendar.worked(start, end)
    assert timedelta(0) <= calendar.worked(start, end) <= end - start
    assert calendar.worked(end, start) == timedelta(0) or start == end


@given(calendars, moments)
def test_the_next_day_ends_on_another_day(calendar: Calendar, start: datetime) -> None:
    end = calendar.next_day_end(start) - timedelta(microseconds=1)

    assert end.astimezone(calendar.zone).date() > start.astimezone(calendar.zone).date()
    assert calendar.is_working(end)
