"""What is due, promised and open: in all incidents, and in the picture of one."""

from tests.cli.conftest import CommandLine


def test_nothing_is_due_without_incidents(cli: CommandLine) -> None:
    assert cli.ok("due") == "nothing is due\n"
    assert cli.json("due") == []


def test_what_is_due_comes_by_urgency_and_lateness_is_an_exit_code(live: CommandLine) -> None:
    live.ok("action", "add", "alert on pool use", "--due", "2099-01-02", "--owner", "lee")
    found = live.json("due")
    assert [item["kind"] for item in found] == ["update", "update", "action item"]
    assert not any(item["late"] for item in found)
    live.ok("action", "add", "write it down", "--due", "2020-01-02")
    answer = live("due")

    assert (answer.code, answer.err) == (1, "")
    assert "action item" in answer.out.splitlines()[0]
    assert "late" in answer.out.splitlines()[0]
    assert "write it down (no owner)" in answer.out.splitlines()[0]
    late = live("due", "--json", "-i", live.json("show")["ref"])
    assert (late.code, '"late": true' in late.out) == (1, True)


def test_a_post_mortem_is_due_after_the_resolution(live: CommandLine) -> None:
    live.ok("resolve")
    (review,) = live.json("due")

    assert (review["kind"], review["text"], review["late"]) == ("post-mortem", "Checkout fails", False)
    live.ok("close", "-i", review["ref"], "held already")
    assert live.json("due") == []


def test_show_tells_promises_open_ends_and_the_clock_of_each_audience(live: CommandLine) -> None:
    live.ok("say", "management", "We look into it", "--promise", "20m", "--sent")
    live.ok("say", "internal", "We look")
    shown = live.json("show")
    updates = shown["clocks"]["updates"]
    (promise,) = shown["promises"]
    ends = {f"{end['kind']} {end['label']}": end["how"] for end in shown["open_ends"]}

    assert (promise["audience"], promise["message"], promise["state"]) == ("management", "M1", "open")
    assert {name: (clock["level"], clock["late"]) for name, clock in updates.items()} == dict.fromkeys(
        ("internal", "management", "external"), ("ok", False)
    )
    assert updates["management"]["due"] == promise["due"]
    assert ends["message M2"] == "send M2, sent M2, or discard M2"
    assert "promise M1" in ends
    live.ok("resolve")
    assert "/sign incident commander dana" in live.ok("show")


def test_management_has_no_clock_before_a_promise(live: CommandLine) -> None:
    assert live.json("show")["clocks"]["updates"]["management"] is None
