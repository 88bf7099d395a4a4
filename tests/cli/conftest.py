"""The command line in a home of its own: within the test, or as a process where that is the point."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from incident_tui.__main__ import main

HOUSE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class CommandLine:
    """`incident-tui` with INCIDENT_TUI_HOME set; stdin is empty unless given.

    Called, it runs within the test, which spares the start of a process; `process` starts one.
    """

    home: Path

    def __call__(self, *words: str | bytes, stdin: bytes = b"") -> Answer:
        out, err = _stream(), _stream()
        with (
            mock.patch.dict(os.environ, self.environ(), clear=True),
            mock.patch.multiple(sys, stdin=_stream(stdin), stdout=out, stderr=err),
        ):
            code = main([os.fsdecode(word) for word in words])
        return Answer(code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())

    def process(self, *words: str | bytes, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Answer:
        done = subprocess.run(
            self.command(*words), input=stdin, capture_output=True, env=self.environ(env), check=False, timeout=300
        )
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    def ok(self, *words: str | bytes, stdin: bytes = b"") -> str:
        return self.whole(self(*words, stdin=stdin))

    def process_ok(self, *words: str | bytes, stdin: bytes = b"") -> str:
        return self.whole(self.process(*words, stdin=stdin))

    def whole(self, answer: Answer) -> str:
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


class Stream(io.TextIOWrapper):
    """A standard stream of a pipeline: text over bytes, no terminal."""

    buffer: io.BytesIO


def _stream(data: bytes = b"") -> Stream:
    return Stream(io.BytesIO(data), encoding="utf-8", errors="surrogateescape", newline="\n", write_through=True)


@pytest.fixture
def cli(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "home")


@pytest.fixture
def live(cli: CommandLine) -> CommandLine:
    """With one live incident."""
    cli.ok("declare", "Checkout fails", "--commander", "dana")
    return cli
