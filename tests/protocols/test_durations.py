"""Which times in headings, items and cells are limits, and which are not."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.protocols.markdown.durations import Limit, of_cell, of_headings, of_item, parse_span

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def of_heading(text: str) -> Limit:
    (limit,) = of_headings([text], [2])
    return limit


@pytest.mark.parametrize(
    ("heading", "budget"),
    [
        ("Triage (First 30 Minutes)", 30 * MINUTE),
        ("First 15 Minutes", 15 * MINUTE),
        ("Incident response — The First 5 Minutes", 5 * MINUTE),
        ("What to do in the first 5 minutes", 5 * MINUTE),
        ("Immediate Steps (First Hour)", HOUR),
        ("Phase 1: Golden hour (within the first hour)", HOUR),
        ("Acknowledge (within 5 minutes)", 5 * MINUTE),
        ("Contain (Within 1 hour)", HOUR),
        ("Notify (Within 24 hours)", DAY),
        ("Authorities (Report Within 24 Hours)", DAY),
        ("Notify the regulator within 72 hours of awareness", 3 * DAY),
        ("72-Hour Breach Notification Workflow", 3 * DAY),
        ("Triage (0-15 minutes)", 15 * MINUTE),
        ("Triage (0–15 min)", 15 * MINUTE),
        ("Minutes 0-5: Acknowledge", 5 * MINUTE),
        ("T+0 to T+15 min", 15 * MINUTE),
        ("Regulator (T-plus 30 days)", 30 * DAY),
        ("Erste 15 Minuten", 15 * MINUTE),
        ("Eindämmung (innerhalb von 30 Minuten)", 30 * MINUTE),
        ("初動対応（15分以内）", 15 * MINUTE),
        ("最初の30分", 30 * MINUTE),
    ],
)
def test_a_heading_counts_from_the_declaration(heading: str, budget: timedelta) -> None:
    limit = of_heading(heading)

    assert (limit.budget, limit.anchor) == (budget, "declared")


@pytest.mark.parametrize(
    ("heading", "budget"),
    [
        ("Immediate Actions (24 Hours)", DAY),
        ("Review (15 min)", 15 * MINUTE),
        ("Discuss (~60 min)", HOUR),
        ("Fix (1.5 hours)", 90 * MINUTE),
        ("Restore (1,5 Stunden)", 90 * MINUTE),
        ("Triage (IC, < 15 min)", 15 * MINUTE),
        ("Triage (time-box: 15 min)", 15 * MINUTE),
        ("Phase 1: Triage — 15 min", 15 * MINUTE),
        ("Triage (half an hour)", 30 * MINUTE),
        ("Containment (one hour)", HOUR),
        ("Restore (1 h 30 min)", 90 * MINUTE),
        ("Short term (next 2 hours)", 2 * HOUR),
        ("Deadline: 4 hours", 4 * HOUR),
        ("Notification (three days)", 3 * DAY),
        ("Bereitstellen (90 Minuten)", 90 * MINUTE),
        ("復旧 (2時間)", 2 * HOUR),
    ],
)
def test_a_heading_counts_from_its_phase(heading: str, budget: timedelta) -> None:
    assert of_heading(heading) == Limit(budget, "phase")


@pytest.mark.parametrize(
    "heading",
    [
        "Via kubectl (only the last 1 hour)",
        "Get a list of slow queries (more than 1 second)",
        "For Warning Level Alerts (1-15 seconds lag)",
        "For Critical Level Alerts (>15 seconds lag)",
        "At 24 Hours",
        "24-Hour Stability Test",
        "24-Hour Stability Test Plan",
        "Example A — Suspicious domain in a 2-hour window",
        "My customer is renewing in the next 180 days",
        "Step 5: Post-Breach (After 72 hours)",
        "2-4 Weeks Before",
        "24/7 Availability",
        "Incident time: 9 hours",
        "~1-5 hours/week",
        "Onboarding Session (week 1) ~1 hour",
        "Early and mid release cycle (weeks 1-8) ~1-5 hours/week",
        "First weeks of the release cycle (1-3 Weeks)",
        "An SSL certificate is due to expire in one week.",
        "Disk is expected to be full in 48 hours.",
        "Cut-off for merging (T-minus 20 working days)",
        "Log retention (30 days)",
        "Token lifetime: 15 minutes",
        "30 minutes: escalate",
        "RTO (4 hours)",
        "Realistic baseline (Tier-2 proxy, ~260 lessons, 15s budget)",
        "Phase B verification (180s budget, seed 42)",
        "SEV-1 (15 minutes)",
        "Extended monitoring (24 hours)",
        "5.2 Post-Incident Review",
        "Upgrade 1.30 min version",
        "",
    ],
)
def test_a_heading_starts_no_clock(heading: str) -> None:
    assert of_heading(heading).budget is None


def test_what_follows_the_resolution_counts_from_it() -> None:
    review = of_heading("Post-Incident Review (within 5 business days)")

    assert (review.budget, review.anchor, review.working) == (5 * DAY, "resolved", True)
    assert of_heading("Report (within 48 hours of resolution)").anchor == "resolved"


@pytest.mark.parametrize(
    ("heading", "every"),
    [("Every 4 Hours", 4 * HOUR), ("Status updates (every 30 min)", 30 * MINUTE), ("Every Hour (Manual)", HOUR)],
)
def test_a_cadence_is_no_limit(heading: str, every: timedelta) -> None:
    limit = of_heading(heading)

    assert (limit.every, limit.budget) == (every, None)


def test_an_automatic_cadence_is_doubtful() -> None:
    assert of_heading("Every 5 Minutes (Automated)").doubt


def test_a_wait_is_no_limit() -> None:
    assert of_heading("Wait (10 minutes)") == Limit(wait=10 * MINUTE)


def test_chained_ranges_are_windows() -> None:
    limits = of_headings(["A (0-15 minutes)", "B (15-60 minutes)", "C (1–4 hours)"], [2, 2, 2])

    assert limits == tuple(Limit(end, "declared") for end in (15 * MINUTE, HOUR, 4 * HOUR))


def test_neighbouring_ranges_chain() -> None:
    limits = of_headings(["Hours 0-1", "Hours 2-4"], [2, 2])

    assert [(limit.budget, limit.anchor) for limit in limits] == [(HOUR, "declared"), (4 * HOUR, "declared")]


def test_a_gap_in_a_chain_is_doubtful() -> None:
    *_, last = of_headings(["A (0-15 minutes)", "B (24-72 hours)"], [2, 2])

    assert (last.budget, last.anchor) == (3 * DAY, "declared")
    assert "gap" in last.doubt


def test_ranges_chain_to_a_first_n() -> None:
    headings = ["First 24 Hours After Ransomware", "Steps (First Hour)", "Next (2-12 Hours)", "Recovery (12-24 Hours)"]

    limits = of_headings(headings, [1, 2, 2, 2])

    assert [limit.budget for limit in limits] == [DAY, HOUR, 12 * HOUR, DAY]
    assert {limit.anchor for limit in limits} == {"declared"}


def test_other_ranges_are_efforts_with_both_numbers() -> None:
    headings = ["Step 1 (15-30 min)", "Step 3 (1-4 h)", "Step 4 (4-48 h)", "Step 5 (2-4 h)"]

    limits = of_headings(headings, [2] * 4)

    assert [(limit.budget, limit.anchor) for limit in limits] == [
        (end, "phase") for end in (30 * MINUTE, 4 * HOUR, 2 * DAY, 4 * HOUR)
    ]
    assert "15 min" in limits[0].doubt
    assert "30 min" in limits[0].doubt


def test_the_limit_of_a_group_stands_on_the_group() -> None:
    group, *parts = of_headings(["Emergency pause (First 30 Minutes)", "Pause", "Confirm", "Tell"], [2, 3, 3, 3])

    assert group.budget == 30 * MINUTE
    assert parts == [Limit(), Limit(), Limit()]


def test_what_stands_below_a_post_incident_heading_counts_from_the_resolution() -> None:
    headings = ["Triage (0-15 min)", "Post-Incident", "Immediate (0-24 hours)", "Follow-up (24-72 hours)", "Annex"]

    limits = of_headings(headings, [2, 2, 3, 3, 2])

    assert [limit.anchor for limit in limits] == ["declared", "phase", "resolved", "resolved", "phase"]


def test_bounds_with_a_unit_each_are_one_range() -> None:
    *_, last = of_headings(["Now (0-30 minutes)", "Short-term (30 minutes - 4 hours)"], [2, 2])

    assert last == Limit(4 * HOUR, "declared")


def test_t_plus_belongs_to_the_release_that_t_minus_counts_to() -> None:
    limits = of_headings(["A. (T-minus 20 working days) Freeze", "B. (T-plus 2 days) Survey"], [2, 2])

    assert [limit.budget for limit in limits] == [None, None]
    assert all(limit.doubt for limit in limits)


@pytest.mark.parametrize(
    ("item", "budget", "anchor"),
    [
        ("**Triage (IR Lead, < 15 min):** IR Lead assesses severity.", 15 * MINUTE, "phase"),
        ("**Containment (15 min)** Isolate the hosts", 15 * MINUTE, "phase"),
        ("Check the dashboards (5 min)", 5 * MINUTE, "phase"),
        ("[ ] Acknowledge the page (2 min)", 2 * MINUTE, "phase"),
        ("**Within 1 hour:** Privacy Officer notified", HOUR, "declared"),
        ("**First 15 minutes:** open the bridge", 15 * MINUTE, "declared"),
        ("**0-15 min:** open the bridge", 15 * MINUTE, "declared"),
        ("Notify legal within 1 hour", HOUR, "declared"),
        ("Acknowledge alerts within 5 minutes", 5 * MINUTE, "declared"),
        ("Schedule post-incident review within 48 hours", 2 * DAY, "resolved"),
        ("Complete the report within 3 working days of resolution", 3 * DAY, "resolved"),
        ("If not an outage, then time-box yourself to 30 min and debug", 30 * MINUTE, "phase"),
        ("Time-boxed: 45 minutes", 45 * MINUTE, "phase"),
        ("Report to the authority no later than 72 hours after becoming aware", 3 * DAY, "declared"),
        ("The form must be sent no later than 4 hours after detection", 4 * HOUR, "declared"),
    ],
)
def test_an_item_states_a_limit(item: str, budget: timedelta, anchor: str) -> None:
    limit = of_item(item)

    assert (limit.budget, limit.anchor) == (budget, anchor)


@pytest.mark.parametrize(
    "item",
    [
        "Look for logins within 1 hour of the alert",
        "Identify a page published in the last 24 hours",
        "Search CloudTrail for all API actions in the last 90 days:",
        "Changes on data.gov.uk may take up to 24 hours to appear.",
        "Argo CD will start the deployment, which should complete in under ten minutes.",
        "After 30min, use your judgement",
        "Rotation: `90 days`",
        "Retention: 30 days",
        "send an alert after 5 mins",
        "Escalate after 30 minutes if unresolved",
        "Team alert escalation happens within 5 minutes",
        "Requires human action within 24 hours.",
        "Do not make changes in the first 5 minutes unless you are containing damage.",
        "Notify within 15 minutes for Sev1, 60 minutes for Sev2",
        "Schedule a postmortem meeting for within **3 calendar days** for a SEV-1 and **5 business days** for a SEV-2.",
        "Submit cost protection request within 15 days of the billing cycle",
        "Access tokens have short TTL (≤ 60 minutes)",
        "CPU load (5 min)",
        "Check the error rate (5 min)",
        "**P1 — Critical** (≤15 min)",
        "Preview rows expire no later than 24 hours.",
        "Send time: no earlier than 48 hours before kickoff, no later than 24 hours before kickoff",
        "A de-anonymize action exists, dual-authorized, time-boxed (15 min), fully audited",
        "Tasks should be assigned to an individual and be time-boxed.",
        "Check that backups were created within 24 hours",
        "Was the Privacy Officer notified within the 1-hour internal target?",
        "CloudTrail shows no activity for at least 30 minutes",
        "`sum(rate(errors[5m])) > 0.05` for 10m",
        "Monitor for 30 minutes",
        "**Within 1 hour**: Partial system failure affecting one or more schools",
        "If the lock is held, another session works — wait 60s and retry",
        "Wait for DNS propagation (up to 48 hours)",
        "Wait for the build to complete (~2-5 minutes)",
        "Restart the pod (30 s)",
        "2-3 posts per week, a day after the release blog",
        "**.** within 5 minutes",
        "**: ** (5 min)",
        "See [the dashboard](https://example.org/d?within=5%20minutes&every=30m)",
    ],
)
def test_an_item_starts_no_clock(item: str) -> None:
    limit = of_item(item)

    assert (limit.budget, limit.every, limit.wait) == (None, None, None)


@pytest.mark.parametrize(
    ("item", "wait"),
    [
        ("Wait 1 minute to allow caches to expire.", MINUTE),
        ("Wait 10 minutes, then check that the banner is visible", 10 * MINUTE),
        ("Restart it, then wait for at least half an hour", 30 * MINUTE),
        ("Wait 5-10 minutes for the cache", 10 * MINUTE),
        ("10 Minuten warten", 10 * MINUTE),
        ("10分待つ", 10 * MINUTE),
    ],
)
def test_an_item_states_a_wait(item: str, wait: timedelta) -> None:
    limit = of_item(item)

    assert (limit.wait, limit.budget) == (wait, None)


@pytest.mark.parametrize(
    "item",
    [
        "Don't wait 10 minutes",
        "Wait overnight",
        "If it fails, wait 10 minutes",
        "From there, if it is up, wait for at most 5 minutes",
    ],
)
def test_no_wait_is_offered(item: str) -> None:
    assert of_item(item).wait is None


@pytest.mark.parametrize(
    ("item", "every"),
    [
        ("**Communicate.** Post to the incident channel every 15 minutes with: status", 15 * MINUTE),
        ("**Status updates:** IR Lead provides updates every 30 minutes (P1), every 2 hours (P2)", 30 * MINUTE),
        ("Provide regular status updates in Slack (roughly every 30mins)", 30 * MINUTE),
        ("Every 2 hours: brief the executives", 2 * HOUR),
        ("Maintain incident updates every hour", HOUR),
        ("30分ごとに報告", 30 * MINUTE),
    ],
)
def test_an_item_states_a_cadence(item: str, every: timedelta) -> None:
    limit = of_item(item)

    assert (limit.every, limit.budget) == (every, None)


@pytest.mark.parametrize(
    "item",
    [
        "Force a refresh (default refresh is every 1h):",
        "`!status stalk` - will report the status to the room every 30s.",
        "Check that the job runs every 5 minutes",
        "Verify each metric every 10s",
        "Rotate keys every 90 days",
        "Every issue in the milestone is considered blocking",
        "Even if nothing is known, updates at least every 24 hours will help",
    ],
)
def test_an_item_states_no_cadence(item: str) -> None:
    assert of_item(item).every is None


@pytest.mark.parametrize(
    ("cell", "budget", "anchor"),
    [
        ("15 min", 15 * MINUTE, "phase"),
        ("< 1 h", HOUR, "phase"),
        ("**≤15 min**", 15 * MINUTE, "phase"),
        ("Immediate (< 15 min)", 15 * MINUTE, "phase"),
        ("72 hours (GDPR)", 3 * DAY, "phase"),
        ("24h", DAY, "phase"),
        ("T+30m", 30 * MINUTE, "declared"),
        ("Within 1 hour", HOUR, "declared"),
        ("0-15 min", 15 * MINUTE, "declared"),
        ("15-30 min", 30 * MINUTE, "phase"),
        ("within 48 hours of closure", 2 * DAY, "resolved"),
    ],
)
def test_a_cell_states_a_limit(cell: str, budget: timedelta, anchor: str) -> None:
    limit = of_cell(cell)

    assert (limit.budget, limit.anchor) == (budget, anchor)


@pytest.mark.parametrize(
    "cell", ["immediately", "Immediate", "-", "N/A", "", "P1: 15 min / P2: 1 h", "1 h before", "EOD"]
)
def test_a_cell_states_no_limit(cell: str) -> None:
    assert of_cell(cell).budget is None


def test_a_cell_of_working_days() -> None:
    assert of_cell("3 business days") == Limit(3 * DAY, working=True)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("15m", 15 * MINUTE),
        ("1h30m", 90 * MINUTE),
        ("2d", 2 * DAY),
        ("90s", 90 * timedelta(seconds=1)),
        ("20", 20 * MINUTE),
        ("1.5 hours", 90 * MINUTE),
        ("1½ h", 90 * MINUTE),
        ("half an hour", 30 * MINUTE),
        ("an hour and a half", 90 * MINUTE),
        ("2 hours and 30 minutes", 150 * MINUTE),
        ("2 weeks", 14 * DAY),
        ("2 working days", 2 * DAY),
        ("１５分", 15 * MINUTE),
        ("3 Werktage", 3 * DAY),
        ("0", None),
        ("9999 weeks", None),
        ("30 min 1 h", None),
        ("soon", None),
        ("", None),
        ("-5m", None),
    ],
)
def test_the_value_of_a_directive(text: str, span: timedelta | None) -> None:
    assert parse_span(text) == span


@given(st.lists(st.tuples(st.text(max_size=60), st.integers(1, 6)), max_size=8))
def test_every_heading_has_one_limit(headings: list[tuple[str, int]]) -> None:
    assert len(of_headings([text for text, _ in headings], [level for _, level in headings])) == len(headings)


PIECES = (
    "within every wait first 0 15 - – min hours ( ) : , days working time-box no later than notify if the of half an "
    "after T+ < ~ ** ` [ ] alert check P1 1.5 分 以内 next ago last 60 to h"
)
WORDS = st.sampled_from(PIECES.split())


@given(st.one_of(st.lists(WORDS, max_size=25).map(" ".join), st.lists(WORDS, max_size=25).map("".join), st.text()))
def test_a_time_is_never_zero_negative_or_longer_than_a_year(text: str) -> None:
    for limit in (of_item(text), of_cell(text), of_heading(text)):
        for span in (limit.budget, limit.every, limit.wait):
            assert span is None or timedelta() < span <= timedelta(days=366)


HOSTILE = [
    "(" * 50_000,
    "1 " * 50_000,
    "within " * 50_000,
    "a-" * 50_000,
    "`" * 99_999,
    "**" * 50_000,
    "1-1 min" * 9999,
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_states_nothing(hostile: str) -> None:
    assert [each.every for each in (of_item(hostile), of_cell(hostile), of_heading(hostile))] == [None, None, None]
