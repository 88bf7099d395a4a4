"""Orders, proposals, escalation and the loop on the command line."""

from datetime import datetime, timedelta

import pytest

from tests.cli.conftest import CommandLine


def test_an_order_from_given_to_done(live: CommandLine) -> None:
    assert "O1 lee until " in live.ok("order", "@lee", "10m", "count", "idle", "connections")
    live.ok("order", "Kim Lee", "1h", "prepare to drain")
    live.ok("order", "understood", "O1")
    live.ok("order", "extend", "idle", "2h", "two", "replicas", "are slow")

    second, first = live.json("order", "list")
    assert (first["label"], first["person"], first["state"], first["extended"]) == ("O1", "lee", "understood", 1)
    assert (second["label"], second["person"], second["open"], second["late"]) == ("O2", "Kim Lee", True, False)

    assert "order O1 lee done: 61 idle" in live.ok("order", "done", "O1", "61 idle")
    live.ok("order", "cancel", "O2", "would", "not", "help")
    page = live.ok("order", "list")
    assert "O1  done" in page
    assert "count idle connections: 61 idle" in page
    assert "prepare to drain: would not help" in page


def test_more_time_is_added_to_what_is_left(live: CommandLine) -> None:
    live.ok("order", "lee", "30m", "count idle connections")
    (before,) = live.json("order", "list")
    assert "order O1 lee is due in 3" in live.ok("order", "extend", "O1", "5m")
    (after,) = live.json("order", "list")

    more = datetime.fromisoformat(after["due"]) - datetime.fromisoformat(before["due"])
    assert timedelta(minutes=4) < more < timedelta(minutes=6)


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (["order", "dana", "10m", "x"], 1, "dana is in command; give it to somebody else, or hand over command first"),
        (["order", "anyone", "10m", "x"], 1, "an order is for one named person"),
        (["order", "", "10m", "x"], 1, "an order is for one named person"),
        (["order", "lee", "10m", " "], 1, "the order is empty"),
        (["order", "extend", "O1", "soon"], 1, "is not a duration"),
        (["order", "extend", "O1"], 2, "order extend ID BOX [REASON]"),
        (["order", "understood", "O9"], 1, "no order “O9”; known are: O1"),
        (["order", "done", "O1"], 1, "closing O1 asks for its result; say what came of it"),
        (["propose"], 2, "propose TEXT"),
        (["proceed", "D1"], 1, "D1 is open to objections for another "),
        (["reject", "D1"], 2, "reject D1 REASON"),
        (["object", "D1", "kim"], 2, "object D1 PERSON TEXT"),
        (["escalate", "7", "noor"], 1, "no escalation level 7; it is 1, 2, 3"),
        (["escalate", "kim", "now"], 1, "for example: incident-tui escalate 2 Noor"),
        (["loop", "later"], 1, "it is one of size-up, stabilize, update, verify"),
    ],
)
def test_what_is_refused(live: CommandLine, words: list[str], code: int, part: str) -> None:
    live.ok("order", "lee", "10m", "x")
    live.ok("propose", "roll back", "window:1h")

    answer = live(*words)

    assert (answer.code, answer.out, answer.err.count("\n")) == (code, "", 1)
    assert part in answer.err


def test_an_order_that_is_late_comes_first(live: CommandLine) -> None:
    live.ok("order", "kim", "1h", "wait")
    live.ok("order", "lee", "5m", "look", "--at", "-10m")

    first, second = live.json("order", "list")
    assert (first["label"], first["late"], second["late"]) == ("O2", True, False)
    assert "O2  late" in live.ok("order", "list")
    assert "O2  late" in live.ok("show")


def test_no_orders(live: CommandLine) -> None:
    assert live.ok("order", "list").endswith(": no orders\n")
    assert live.json("order", "list") == []


def test_a_decision_from_proposal_to_ruling(live: CommandLine) -> None:
    said = live.ok("propose", "roll back", "risk: 3 min of errors", "rollback: deploy again", "by:Kim Lee", "window:1h")
    assert "D1 roll back: any strong objections until " in said
    live.ok("object", "D1", "Ida", "the export runs")
    live.ok("proceed", "D1", "--reason", "it can be repeated")
    live.ok("propose", "restart all", "window:0")
    live.ok("withdraw", "restart")
    live.ok("propose", "drain", "window:1h")

    shown = live.json("show")
    first, second, third = sorted(shown["proposals"].values(), key=lambda item: item["label"])
    assert (first["text"], first["risk"], first["rollback"]) == ("roll back", "3 min of errors", "deploy again")
    assert (first["ruling"], first["executor"], first["reason"]) == ("proceed", "Kim Lee", "it can be repeated")
    assert [(item["person"], item["text"]) for item in first["objections"]] == [("Ida", "the export runs")]
    assert (second["ruling"], second["open"], second["awaits_objections"]) == ("withdrawn", False, False)
    assert (third["open"], third["awaits_objections"]) == (True, True)
    assert "Ida: the export runs" in live.ok("show")


def test_escalation_and_the_loop(live: CommandLine) -> None:
    live.ok("escalate", "2", "Noor Aziz", "no order goes through")
    assert live.ok("loop").endswith("loop at stabilize: What can be done, and how risky is it?\n")
    live.ok("loop", "verify")

    shown = live.json("show")
    (called,) = shown["escalations"].values()
    assert (called["level"], called["person"], called["reason"]) == (2, "Noor Aziz", "no order goes through")
    assert shown["loop"]["segment"] == "verify"


def test_show_says_what_command_lacks(cli: CommandLine) -> None:
    cli.ok("declare", "Checkout fails", "--detected-at", "20m ago")
    assert cli.json("show")["command"]["vacant_since"] is not None

    cli.ok("role", "ic", "dana")
    cli.ok("role", "scribe", "Dana")
    cli.ok("order", "lee", "10m", "look")
    command = cli.json("show")["command"]

    assert command["vacant_since"] is None
    assert command["seconds_without_commander"] < 600
    assert (command["span_of_control"], command["span_limit"]) == (1, 7)
    assert command["conflicts"] == [{"person": "dana", "roles": ["incident commander", "scribe"]}]
