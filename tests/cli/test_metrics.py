"""`metrics`: the table, the document, its options, and one incident."""

from __future__ import annotations

import pytest

from tests.cli.conftest import CommandLine


def told(cli: CommandLine, title: str = "Checkout fails", severity: str = "high", cause: str = "pool exhausted") -> str:
    """An incident that is over; its reference."""
    cli.ok("declare", title, "--severity", severity, "--commander", "dana", "--detected-at", "yesterday 14:10")
    ref = next(item["ref"] for item in cli.json("list") if item["live"])
    cli.ok("milestone", "started", "--at", "yesterday 14:00")
    cli.ok("log", cause, "--kind", "cause", "--at", "yesterday 14:30")
    cli.ok("log", "restarted", "--kind", "fix", "--at", "yesterday 14:40")
    cli.ok("impact", "service", "checkout, orders-db")
    cli.ok("action", "add", "alert on pool use", "--due", "2020-01-02", "--owner", "lee")
    cli.ok("step", "skip", "2.1", "not needed")
    cli.ok("resolve")
    return str(ref)


def measure(document: dict[str, list[dict[str, object]]], name: str) -> dict[str, object]:
    return next(item for item in document["measures"] if item["name"] == name)


def test_nothing_is_measured_without_incidents(cli: CommandLine) -> None:
    assert cli.ok("metrics") == "0 incidents\n"
    found = cli.json("metrics")
    assert (found["incidents"], found["by_month"], found["recurring_causes"]) == (0, [], [])
    assert {item["median_seconds"] for item in found["measures"]} == {None}


def test_two_incidents_with_the_same_cause(cli: CommandLine) -> None:
    refs = {told(cli), told(cli, severity="critical", cause="Exhausted pool")}
    found = cli.json("metrics")

    assert (found["incidents"], found["live"]) == (2, 0)
    assert [item["severity"] for item in found["by_severity"]] == [1, 2]
    assert [item["service"] for item in found["by_service"]] == ["checkout", "orders-db"]
    detect = measure(found, "detect")
    assert (detect["median_seconds"], detect["valid"], detect["missing"], detect["invalid"]) == (600, 2, 0, 0)
    assert {*found["recurring_causes"][0]["refs"]} == refs
    assert (found["action_items"]["open"], found["action_items"]["late"]) == (2, 2)
    assert found["steps_skipped"][0]["skipped"] == 2
    assert found["review"]["month"]["incidents"] == 2
    assert {item["name"] for item in found["definitions"]} >= {"detect", "downtime", "no commander"}
    assert all(item["source"] for item in found["definitions"])


def test_the_table_says_the_same(cli: CommandLine) -> None:
    told(cli)
    told(cli)
    out = cli.ok("metrics")

    for words in ("2 incidents", "time to detect", "10:00", "steps skipped", "recurring causes", "2 open, 2 late"):
        assert words in out
    assert "not in the journal: error rates" in out


def test_a_live_incident_is_counted_and_its_ends_are_missing(live: CommandLine) -> None:
    found = live.json("metrics")

    assert (found["incidents"], found["live"]) == (1, 1)
    assert measure(found, "resolve")["missing"] == 1
    assert measure(found, "acknowledge")["valid"] == 1


def test_milestones_out_of_order_are_invalid_and_named(cli: CommandLine) -> None:
    ref = told(cli)
    cli.ok("milestone", "started", "--at", "yesterday 14:20", "-i", ref)
    found = cli.json("metrics")

    assert measure(found, "detect")["invalid"] == 1
    assert found["invalid"][0] == {"ref": ref, "name": "detect", "why": "detected before started"}
    assert "detected before started" in cli.ok("metrics", "-i", ref)
    one = cli.json("metrics", "-i", ref)
    assert (one["ref"], one["services"]) == (ref, ["checkout", "orders-db"])
    assert measure(one, "detect") == {
        "name": "detect",
        "state": "invalid",
        "seconds": None,
        "why": "detected before started",
    }


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--severity", "critical"], 0),
        (["--severity", "2"], 1),
        (["--since", "3d ago"], 1),
        (["--since", "-30m"], 0),
        (["--until", "3d ago"], 0),
        (["--since", "2020-01-01", "--until", "now"], 1),
    ],
)
def test_options_choose_incidents(cli: CommandLine, options: list[str], count: int) -> None:
    told(cli)

    assert cli.json("metrics", *options)["incidents"] == count


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["--since", "yore"], '"yore" is not a time'),
        (["--until", "2026-13-40"], "is not a time"),
        (["--severity", "huge"], "no severity"),
        (["-i", "zzz"], "no incident"),
    ],
)
def test_an_option_that_means_nothing_is_an_error(cli: CommandLine, options: list[str], part: str) -> None:
    answer = cli("metrics", *options)

    assert (answer.code, answer.out) == (1, "")
    assert part in answer.err
    assert answer.err.count("\n") == 1
