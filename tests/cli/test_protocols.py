"""Protocols on the command line: listed, shown, checked, declared with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import CommandLine

RUNBOOK = """# Web is down

## Impact

Nobody can pay.

## Mitigate (15 min)

1. Roll back

   ```bash
   kubectl rollout undo deploy/web
   ```

2. Tell support
   - Update the public page

## Check the graphs

The graphs may show something.
"""


@pytest.fixture
def runbook(tmp_path: Path) -> str:
    path = tmp_path / "web.md"
    path.write_text(RUNBOOK)
    return str(path)


def test_show_keeps_its_contract(cli: CommandLine, runbook: str) -> None:
    shown = cli.json("protocols", "show", runbook)
    phase = shown["phases"][0]

    assert shown["title"] == "Web is down"
    assert (phase["title"], phase["budget_seconds"]) == ("Mitigate (15 min)", 900)
    assert [set(step) >= {"number", "text", "commands", "steps"} for step in phase["steps"]] == [True, True]
    assert phase["steps"][0]["commands"] == ["kubectl rollout undo deploy/web"]
    assert [step["number"] for step in phase["steps"][1]["steps"]] == ["1.2.1"]
    assert all(isinstance(warning, str) for warning in shown["warnings"])
    assert shown["readings"][0]["title"] == "Impact"


def test_show_prints_what_will_stand_on_the_screen(cli: CommandLine, runbook: str) -> None:
    page = cli.ok("protocols", "show", runbook)

    assert "1 Mitigate (15 min)  15m from its start" in page
    assert "  1.1 Roll back" in page
    assert "$ kubectl rollout undo deploy/web" in page
    assert "Nobody can pay." not in page
    assert "Nobody can pay." in cli.ok("protocols", "show", runbook, "--full")


def test_every_builtin_and_playbook_can_be_shown(cli: CommandLine) -> None:
    for item in cli.json("protocols", "list"):
        assert cli.json("protocols", "show", item["name"])["phases"], item["name"]


def test_lint_says_in_which_line_what_was_read_how(cli: CommandLine, runbook: str) -> None:
    found = cli.json("protocols", "lint", runbook)
    lines = [(note["line"], note["kind"], note["text"]) for note in found["notes"]]

    assert (3, "read", "“Impact” is to be read: its heading announces reading") in lines
    assert (7, "read", "“Mitigate (15 min)” is a phase: 2 steps from a numbered list") in lines
    assert [(line, kind) for line, kind, _ in lines][-1] == (18, "doubt")
    assert "2 phases, " in cli.ok("protocols", "lint", runbook)


def test_lint_can_be_strict(cli: CommandLine, runbook: str) -> None:
    answer = cli("protocols", "lint", runbook, "--strict")

    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert "doubt" in answer.err
    assert cli("protocols", "lint", runbook).code == 0


def test_an_incident_keeps_the_document_it_was_declared_with(cli: CommandLine, runbook: str) -> None:
    cli.ok("declare", "Web is down", "--protocol", runbook)
    before = cli.json("show")["protocol"]
    Path(runbook).write_text("# Something else\n\n- [ ] other\n")

    assert cli.json("show")["protocol"] == before
    assert [phase["title"] for phase in before["phases"]] == ["Mitigate (15 min)", "Check the graphs"]
    assert len(before["digest"]) == 64
    assert cli.ok("step", "done", "1.1")


def test_a_project_s_folder_is_found_from_below(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "repo" / ".incident").mkdir(parents=True)
    (tmp_path / "repo" / ".incident" / "web.md").write_text(RUNBOOK)
    (tmp_path / "repo" / "src").mkdir()
    monkeypatch.chdir(tmp_path / "repo" / "src")
    named: list[dict[str, Any]] = json.loads(cli.ok("protocols", "list", "--json"))

    assert {"name": "web", "owner": "project"}.items() <= named[1].items()
    assert cli.ok("declare", "Web is down", "--protocol", "web").startswith("INC-")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("protocols", "show"), 2, "no protocol to show"),
        (("protocols", "show", "nothing"), 1, "no protocol “nothing”"),
        (("protocols", "lint", "/no/such.md"), 1, "No such file"),
        (("declare", "x", "--protocol", "/no/such.md"), 1, "No such file"),
    ],
)
def test_mistakes_are_one_clear_line(cli: CommandLine, words: tuple[str, ...], code: int, said: str) -> None:
    answer = cli(*words)

    assert (answer.code, answer.out, answer.err.count("\n")) == (code, "", 1)
    assert said in answer.err


def test_a_hostile_document_reaches_the_terminal_only_as_text(cli: CommandLine, tmp_path: Path) -> None:
    evil = tmp_path / "evil.md"
    evil.write_text("# a\x1b]0;t\x07b\n\n## Do \x1b[31m\n\n- [ ] [/x] \u202e\x9b5n\n\n```sh\necho \x1b[2J\n```\n")
    for words in (("show", "--full"), ("lint",)):
        answer = cli("protocols", words[0], str(evil), *words[1:])
        assert answer.code == 0
        assert not set(answer.out) & set("\x1b\x07\x9b\u202e")
