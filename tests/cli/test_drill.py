"""The verb for practice: made of a past incident, marked wherever it is shown, compared at the end."""

from __future__ import annotations

import pytest

from tests.cli.conftest import CommandLine


@pytest.fixture
def past(cli: CommandLine) -> str:
    """The reference of an incident that is over."""
    cli.ok("declare", "Checkout fails", "--severity", "high", "--commander", "dana")
    cli.ok("log", "p99 over 5 s", "--kind", "alert")
    cli.ok("resolve")
    return str(cli.json("list")[0]["ref"])


def test_a_drill_is_made_and_marked(cli: CommandLine, past: str) -> None:
    said = cli.ok("drill", past)

    drill = next(item for item in cli.json("list") if item["drill"])
    source = next(item for item in cli.json("list") if not item["drill"])
    assert f"{drill['ref']}: DRILL of {past}" in said
    assert (drill["live"], drill["drill"]) == (True, source["incident"])
    assert "DRILL Checkout fails" in cli.ok("list")
    assert "DRILL" in cli.ok("show")
    shown = cli.json("show", "-i", drill["ref"])
    assert shown["drill"]["source"] == source["incident"]
    assert cli.json("show", "-i", past)["drill"] is None
    assert "Drill" in cli.ok("report", "-i", drill["ref"])
    assert "Drill" not in cli.ok("report", "-i", past)


def test_a_drill_is_not_measured_and_owes_nothing(cli: CommandLine, past: str) -> None:
    before = cli.json("metrics")["incidents"]
    made = cli.json("drill", past)

    assert cli.json("metrics")["incidents"] == before
    assert made["ref"] not in cli("due").out


def test_the_reference_can_be_had_by_programs(cli: CommandLine, past: str) -> None:
    made = cli.json("drill", past, "--at", "+0s")

    assert made["ref"] in {item["ref"] for item in cli.json("list")}
    assert made["drill"]["forked"] == cli.json("show", "-i", past)["declared_at"]


def test_both_runs_stand_side_by_side(cli: CommandLine, past: str) -> None:
    made = cli.json("drill", past)
    cli.ok("resolve", "-i", made["ref"])

    found = cli.json("drill", "compare")

    assert (found["drill"], found["source"], found["live"]) == (made["ref"], past, False)
    assert [row["name"] for row in found["milestones"]] == [
        "started",
        "detected",
        "acknowledged",
        "identified",
        "mitigated",
        "resolved",
    ]
    resolved = found["milestones"][-1]
    assert resolved["difference_seconds"] == resolved["ours_seconds"] - resolved["theirs_seconds"]
    assert found["counts"][-1]["name"] == "log entries"
    said = cli.ok("drill", "compare", made["ref"])
    assert f"DRILL {made['ref']} beside {past}" in said
    assert "resolved" in said


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (["drill"], 2, "no incident to drill"),
        (["drill", "nope"], 1, "no incident “nope”"),
        (["drill", "compare"], 1, "no drill yet"),
        (["drill", "inc", "inc"], 2, "not understood"),
        (["drill", "inc", "--at", "soon"], 1, "is not a time"),
        (["drill", "inc", "--at", "2001-01-01 10:00"], 1, "before it was declared"),
        (["drill", "inc", "--at", "+9h"], 1, "it was over"),
        (["drill", "compare", "inc"], 1, "is no drill"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    cli: CommandLine, past: str, words: list[str], code: int, part: str
) -> None:
    answer = cli(*words)

    assert past
    assert (answer.code, answer.out) == (code, "")
    assert answer.err.count("\n") == 1
    assert part in answer.err


def test_a_live_incident_is_not_drilled(live: CommandLine) -> None:
    reference = live.json("list")[0]["ref"]

    assert "only a past incident" in live("drill", reference).err
