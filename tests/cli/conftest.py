"""The real command, in a home of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HOUSE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class CommandLine:
    """`incident-tui` with INCIDENT_TUI_HOME set; stdin is empty unless given."""

    home: Path

    def __call__(self, *words: str | bytes, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Answer:
        done = subprocess.run(
            self.command(*words), input=stdin, capture_output=True, env=self.environ(env), check=False, timeout=60
        )
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    def ok(self, *words: str | bytes, stdin: bytes = b"") -> str:
        answer = self(*words, stdin=stdin)
        assert (answer.code, answer.err) == (0, "")
        return answer.out

    def json(self, *words: str) -> Any:
        return json.loads(self.ok(*words, "--json"))

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        """The bodies of all events of a kind, as exported."""
        events = [json.loads(line) for line in self.ok("export").splitlines()]
        return [event["body"] for event in events if event["kind"] == kind]

    def command(self, *words: str | bytes) -> list[str | bytes]:
        return [sys.executable, "-m", "incident_tui", *words]

    def environ(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        here = {"INCIDENT_TUI_HOME": str(self.home), "PYTHONPATH": str(HOUSE), "USER": "dana", "TZ": "Europe/Berlin"}
        return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **here, **(more or {})}


@pytest.fixture
def cli(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "home")


@pytest.fixture
def live(cli: CommandLine) -> CommandLine:
    """With one live incident."""
    cli.ok("declare", "Checkout fails", "--commander", "dana")
    return cli
