"""What is expected by severity, and when a post-mortem is due."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incident_tui.domain import events as e
from incident_tui.domain.incident import AUDIENCES, SEVERITIES
from incident_tui.domain.policy import DEFAULTS, Policy, Targets, post_mortem_reason
from incident_tui.domain.working import Limit, Working
from tests.story import Story, declared
from tests.strategies import SMALL

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
USERS = "over 100 users were affected"


def story_of(severity: int) -> Story:
    story = Story()
    story.say(declared(severity=severity, protocol=SMALL), after=timedelta(0))
    return story


@pytest.mark.parametrize(
    ("severity", "acknowledge", "resolve", "internal", "external"),
    [
        (1, 15 * MINUTE, 2 * HOUR, 10 * MINUTE, 20 * MINUTE),
        (2, HOUR, 8 * HOUR, 30 * MINUTE, HOUR),
        (3, 4 * HOUR, None, 2 * HOUR, None),
        (4, Working(days=1), None, None, None),
    ],
)
def test_the_targets_of_the_response_guide(
    severity: int,
    acknowledge: Limit | None,
    resolve: Limit | None,
    internal: timedelta | None,
    external: timedelta | None,
) -> None:
    targets = Policy().of(severity)

    assert (targets.acknowledge, targets.resolve) == (acknowledge, resolve)
    assert [targets.cadence(audience) for audience in AUDIENCES] == [internal, external, external]


def test_every_severity_has_targets_and_others_have_none() -> None:
    assert set(DEFAULTS) == set(SEVERITIES)
    assert all(DEFAULTS[severity].notify for severity in SEVERITIES)
    assert Policy().of(9) == Targets()


def test_every_sev1_needs_a_post_mortem() -> None:
    assert post_mortem_reason(story_of(1).incident()) == "every SEV1 needs one"
    assert [post_mortem_reason(story_of(severity).incident()) for severity in (2, 3, 4)] == [None, None, None]


@pytest.mark.parametrize(
    ("severity", "duration", "reason"),
    [(2, 2 * HOUR, None), (2, 2 * HOUR + MINUTE, "SEV2 that took over 2 h"), (3, 9 * HOUR, None)],
)
def test_a_long_sev2_needs_one(severity: int, duration: timedelta, reason: str | None) -> None:
    story = story_of(severity)
    story.say(e.StatusSet("resolved"), after=duration)

    assert post_mortem_reason(story.incident()) == reason


@pytest.mark.parametrize(
    "users",
    [
        "101",
        "1,200",
        "1.200 users",
        "about 1 200",
        "1’200",
        "~2,400 of 9,000",
        "1.2k",
        "0.5k",
        "3 k users",
        "2 thousand",
        "2m users",
        "1.5 million",
        "9" * 5000,
    ],
)
def test_many_users_need_one(users: str) -> None:
    story = story_of(3)
    story.say(e.ImpactSet("users", users))

    assert post_mortem_reason(story.incident()) == USERS


@pytest.mark.parametrize("users", ["100", "12 of 5,000", "", "none", "many", "²", "٣٠٠٠", "5 %", "50 kiosks", "0.05k"])
def test_few_users_or_no_number_need_none(users: str) -> None:
    story = story_of(3)
    story.say(e.ImpactSet("users", users))

    assert post_mortem_reason(story.incident()) is None


@pytest.mark.parametrize("key", ["data", "security"])
@pytest.mark.parametrize(("text", "affected"), [("14 orders lost", True), ("No loss", False), (" none ", False)])
def test_lost_data_and_security_need_one(key: str, text: str, affected: bool) -> None:
    story = story_of(4)
    story.say(e.ImpactSet(key, text))

    assert post_mortem_reason(story.incident()) == (f"{key} was affected" if affected else None)
