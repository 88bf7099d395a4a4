"""Metrics: readings as a table, medians and percentiles, groups, and laws for any history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rpds import HashTrieMap

from incident_tui.domain.events import RoleTaken
from incident_tui.domain.gist import Gist
from incident_tui.domain.metrics import (
    DEFINITIONS,
    NO_SERVICE,
    Measured,
    Reading,
    group,
    grouped,
    measured,
    month,
    quantile,
    service,
    severity,
    week,
    within,
)
from tests.story import START, Story, checkout_outage, declared
from tests.strategies import moments, stories

BERLIN = ZoneInfo("Europe/Berlin")
NAMES = [item.name for item in DEFINITIONS]
MINUTE = timedelta(minutes=1)


def gist(
    status: str = "resolved",
    level: int = 2,
    number: int = 0,
    services: tuple[str, ...] = (),
    **minutes: float,
) -> Gist:
    """An incident with its milestones so many minutes after START."""
    milestones = {name: START + timedelta(minutes=after) for name, after in minutes.items()}
    ref = f"INC-{number}"
    return Gist(ref, ref, f"incident {number}", level, status, START, HashTrieMap(milestones), services)


def states(item: Measured) -> list[str]:
    return [reading.state for reading in item.readings]


@pytest.mark.parametrize(
    ("minutes", "name", "expected"),
    [
        ({"started": 0, "detected": 4}, "detect", timedelta(minutes=4)),
        ({"started": 4, "detected": 4}, "detect", timedelta(0)),
        ({"detected": 4}, "detect", "started not set"),
        ({}, "detect", "started and detected not set"),
        ({"started": 5, "detected": 4}, "detect", "detected before started"),
        ({"detected": 0, "acknowledged": 2}, "acknowledge", 2 * MINUTE),
        ({"detected": 3, "acknowledged": 2}, "acknowledge", "acknowledged before detected"),
        ({"detected": 0, "acknowledged": 9, "resolved": 8}, "acknowledge", "resolved before acknowledged"),
        ({"detected": 0, "identified": 9, "resolved": 8}, "identify", 9 * MINUTE),
        ({"detected": 0, "mitigated": 8, "resolved": 8}, "mitigate", 8 * MINUTE),
        ({"detected": 0, "mitigated": 9, "resolved": 8}, "mitigate", "resolved before mitigated"),
        ({"detected": 0, "resolved": 8}, "resolve", 8 * MINUTE),
        ({"detected": 9, "resolved": 8}, "resolve", "resolved before detected"),
        ({"started": -5, "detected": 0, "resolved": 8}, "downtime", 13 * MINUTE),
        ({"started": -5, "resolved": 8}, "downtime", 13 * MINUTE),
        ({"detected": 0, "resolved": 8}, "downtime", "started not set"),
        ({"started": 1, "detected": 0, "resolved": 8}, "downtime", "detected before started"),
        ({"started": 1, "detected": 9, "resolved": 8}, "downtime", "resolved before detected"),
    ],
)
def test_a_reading_is_a_duration_or_says_why_there_is_none(
    minutes: dict[str, float], name: str, expected: timedelta | str
) -> None:
    milestones = HashTrieMap({key: START + timedelta(minutes=after) for key, after in minutes.items()})
    reading = measured(replace(gist(), milestones=milestones)).reading(name)

    if isinstance(expected, timedelta):
        assert reading == Reading(name, "valid", expected)
    else:
        state = "missing" if "not set" in expected else "invalid"
        assert (reading.state, reading.took, reading.why) == (state, None, expected)


def test_a_live_incident_is_not_resolved_whatever_its_milestones_say() -> None:
    live = measured(gist("monitoring", started=0, detected=1, acknowledged=2, mitigated=9, resolved=8))

    assert states(live) == ["valid", "valid", "missing", "valid", "missing", "missing"]


def test_the_readings_of_a_whole_story_agree_with_its_milestones() -> None:
    incident = checkout_outage().incident()
    found = measured(incident)

    assert states(found) == ["valid"] * 6
    detected, resolved = incident.moment("detected"), incident.moment("resolved")
    assert detected is not None
    assert resolved is not None
    assert found.reading("resolve").took == resolved - detected


def test_what_happened_in_one_millisecond_is_in_order() -> None:
    story = Story(start=START)
    story.say(declared(detected=START + timedelta(microseconds=295)), RoleTaken("incident commander", "mara"))
    story.events = [replace(event, at=START) for event in story.events]

    assert measured(story.incident()).reading("acknowledge").took == timedelta(0)


def test_an_unknown_name_has_no_reading() -> None:
    with pytest.raises(KeyError):
        measured(gist()).reading("mttf")


@pytest.mark.parametrize(
    ("minutes", "median", "p90"),
    [
        ([], None, None),
        ([7], 7, 7),
        ([1, 2], 1.5, 2),
        ([1, 2, 9], 2, 9),
        (list(range(1, 11)), 5.5, 9),
        (list(range(1, 12)), 6, 10),
    ],
)
def test_median_and_p90(minutes: list[int], median: float | None, p90: float | None) -> None:
    times = [timedelta(minutes=each) for each in minutes]
    found = [quantile(times, percent) for percent in (50, 90)]

    assert found == [timedelta(minutes=each) if each is not None else None for each in (median, p90)]


def test_trends_count_what_is_missing_and_invalid_and_take_neither_for_a_time() -> None:
    trio = [gist(detected=0, resolved=6), gist(detected=0), gist(detected=9, resolved=8)]
    found = group("all", [measured(item) for item in trio]).trend("resolve")

    assert (found.valid, found.missing, found.invalid, found.count) == (1, 1, 1, 3)
    assert (found.median, found.p90) == (6 * MINUTE, 6 * MINUTE)


def test_no_incidents_have_empty_trends() -> None:
    found = group("all", [])

    assert [trend.name for trend in found.trends] == NAMES
    assert {(trend.count, trend.median, trend.p90) for trend in found.trends} == {(0, None, None)}


def test_groups_by_severity_service_month_and_week() -> None:
    # START is a Saturday; 13 days are two weeks later, in another month.
    items = [
        measured(gist(level=1, services=("checkout", "db"), detected=0)),
        measured(gist(level=2, services=("db",), detected=13 * 1440)),
        measured(gist(level=2, detected=0)),
    ]

    assert [(each.key, each.incidents) for each in grouped(items, severity)] == [("SEV1 critical", 1), ("SEV2 high", 2)]
    assert [(each.key, each.incidents) for each in grouped(items, service)] == [
        ("checkout", 1),
        ("db", 2),
        (NO_SERVICE, 1),
    ]
    assert [(each.key, each.incidents) for each in grouped(items, month(BERLIN))] == [("2026-11", 2), ("2026-12", 1)]
    assert [(each.key, each.incidents) for each in grouped(items, week(BERLIN))] == [("2026-W47", 2), ("2026-W49", 1)]


def test_a_month_begins_at_midnight_of_the_zone() -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    item = Gist("a", "a", "a", 1, "resolved", late, HashTrieMap())

    assert list(month(BERLIN)(item)) == ["2026-12"]
    assert list(month(UTC)(item)) == ["2026-11"]


def test_what_never_began_is_in_no_month_and_in_no_span() -> None:
    item = measured(Gist("a", "a", "a", 1, "resolved", None, HashTrieMap()))

    assert grouped([item], month(UTC)) == ()
    assert within([item], START, None) == ()
    assert within([item], None, None) == (item,)


def test_a_span_holds_its_beginning_and_not_its_end() -> None:
    item = measured(gist(detected=0))

    assert within([item], START, START + MINUTE) == (item,)
    assert within([item], None, START) == ()
    assert within([item], START + MINUTE, None) == ()


# Laws


@given(st.lists(stories(), max_size=4), moments)
def test_every_incident_counts_once_in_every_metric(told: list[Story], since: datetime) -> None:
    items = [measured(story.incident()) for story in told]
    found = group("all", within(items, since, None))

    assert len({trend.count for trend in found.trends} | {found.incidents}) == 1
    for trend in found.trends:
        assert trend.valid + trend.missing + trend.invalid == found.incidents
        assert (trend.median is None) == (trend.valid == 0)
    assert sum(each.incidents for each in grouped(items, severity)) == len(items)


@given(stories())
def test_a_valid_reading_is_never_negative_and_any_other_says_why(story: Story) -> None:
    for reading in measured(story.incident()).readings:
        assert (reading.took is not None) == (reading.state == "valid")
        assert bool(reading.why) == (reading.state != "valid")
        assert reading.took is None or reading.took >= timedelta(0)


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=900)), min_size=1))
def test_median_and_p90_lie_within_the_range(times: list[timedelta]) -> None:
    times.sort()
    median, p90 = quantile(times, 50), quantile(times, 90)
    assert median is not None
    assert p90 is not None

    assert times[0] <= median <= p90 <= times[-1]
    assert p90 in times
    assert sum(each <= p90 for each in times) * 10 >= 9 * len(times)
