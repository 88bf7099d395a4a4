"""Several processes on one journal."""

import subprocess

from tests.cli.conftest import CommandLine


def test_two_processes_at_once_lose_nothing(live: CommandLine) -> None:
    children = [
        subprocess.Popen(live.command("log", f"writer {number}"), env=live.environ(), stdout=subprocess.PIPE)
        for number in range(8)
    ]
    answers = [child.communicate(timeout=300)[0] for child in children]

    assert [child.returncode for child in children] == [0] * 8
    assert all(b"recorded at" in answer for answer in answers)
    texts = {body["text"] for body in live.bodies("entry.logged")}
    assert texts == {f"writer {number}" for number in range(8)}
    assert live.json("verify")["sound"] is True


def test_the_first_two_processes_of_a_new_home(cli: CommandLine) -> None:
    children = [
        subprocess.Popen(cli.command("declare", f"outage {number}"), env=cli.environ(), stdout=subprocess.PIPE)
        for number in range(4)
    ]

    assert [child.wait(300) for child in children] == [0] * 4
    assert len(cli.json("list")) == 4
    for child in children:
        assert child.stdout is not None
        child.stdout.close()


def test_others_log_while_a_command_runs(live: CommandLine) -> None:
    child = subprocess.Popen(
        live.command("run", "--", "sh", "-c", "echo ready; read line; echo $line"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=live.environ(),
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    live.ok("log", "meanwhile")
    out, _ = child.communicate(b"go on\n", timeout=300)

    assert (child.returncode, out) == (0, b"go on\n")
    assert [hit["body"].get("text") for hit in live.json("search", "meanwhile")] == ["meanwhile"]
    assert live.bodies("command.run")[0]["output"] == "ready\ngo on\n"
