"""Every example in the help does what it shows, typed into a shell in the demo."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from incident_tui.cli.parser import ROOMS, verb_named
from incident_tui.cli.record import EXAMPLES, joined
from incident_tui.verbs.table import VERBS as COMMANDS
from tests.cli.conftest import CommandLine

REFUSED = {
    "step": "step 1.2 is done already",
    "close": "a live incident is not closed; resolve it first",
    "reopen": "the incident is open; incident-tui status changes how far it is",
    "leave": "nobody is scribe",
    **dict.fromkeys(("object", "proceed", "reject", "withdraw"), "D1 is decided: it proceeds; make another proposal"),
    "approve": "M1 is sent already",
    "sent": "M1 is sent already",
    "discard": "M1 is sent already",
    "send": "no channel “ops”; configured are: none",
    "listen": "command line: --token: the environment variable LISTEN_TOKEN is not set",
}
WORDS = """#!/bin/sh
printf '%s\\0' "$@" >"$WORDS"
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The demo, and beside it the files that the examples name."""
    folder = tmp_path_factory.mktemp("demo")
    demo = CommandLine(folder / "home")
    demo.ok("demo")
    (folder / "k7q.jsonl").write_text(demo.ok("export"))
    (folder / "report.md").write_text(demo.ok("report"))
    for name in ("heap.txt", "trace.png"):
        (folder / name).write_text(name)
    return demo


def typed(example: str, folder: Path) -> list[str]:
    """The words that a shell gives to the program."""
    tools = folder / "bin"
    for name, script in (("incident-tui", WORDS), ("psql", "#!/bin/sh\necho 187\n")):
        tools.mkdir(exist_ok=True)
        (tools / name).write_text(script)
        (tools / name).chmod(0o755)
    (folder / ".local/share/bash-completion/completions").mkdir(parents=True)
    places = {"HOME": str(folder), "PATH": f"{tools}:{os.environ['PATH']}", "WORDS": str(folder / "words")}
    subprocess.run(["sh", "-c", example], env=places, cwd=folder, check=True)
    return (folder / "words").read_text().split("\0")[:-1]


@pytest.mark.parametrize("name", ROOMS)
def test_the_example_in_the_help_works(
    told: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    shutil.copytree(told.home.parent, tmp_path, dirs_exist_ok=True)
    cli = CommandLine(tmp_path / "home")
    cli.ok("log", "something to undo")
    over = name == "drill"  # only what is over can be drilled
    reference = next(item["ref"] for item in cli.json("list") if item["live"] is not over)[-3:]
    if name == "export":
        (tmp_path / "k7q.jsonl").unlink()
    words = typed(verb_named(name).example, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")

    answer = cli(*(reference if word == "k7q" else word for word in words))

    refusal = f"error: {REFUSED[name]}\n" if name in REFUSED else ""
    assert (answer.code, answer.err) == (1 if refusal else 0, refusal)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_that_is_quoted_by_hand_is_that_of_the_table(name: str) -> None:
    assert joined(shlex.split(EXAMPLES[name])).replace('"', "") == COMMANDS[name].example.partition(" ")[2]
