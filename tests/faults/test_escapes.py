"""Every payload in every field, on every screen and through every verb of a real terminal: no byte of it acts."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from incident_tui.cli.parser import ROOMS
from incident_tui.domain.events import IncidentDeclared
from tests.cli.test_hostile import EVERY_LINE, NAME, PAYLOAD
from tests.ui.terminal import HOUSE, Terminal
from tests.ui.test_hostile import ESCAPES, EVERYTHING, NOT_CLEANED, UNFILTERED, hostile_story, leaks, stored
from tests.ui.test_hostile_screens import ways

CONFIG = """
[channels.ops]
kind = "mattermost"
url = "env:OPS"
plain = true
audiences = ["internal"]
[sources.changes]
kind = "git"
path = "{path}"
"""
VERBS = """
import json, os
from incident_tui.__main__ import main
for words in json.loads(os.environ["VERBS"]):
    main(words)
print("THE END")
"""
LINES = [*EVERY_LINE, ["run", "--", "echo", PAYLOAD]]
"""What a command says is cleaned for a terminal alone."""
# Keys, and what is on the screen then; after “not” what is no longer.
WITHOUT_ESCAPE = ("R replay", "Search for")
BACK = ("\x1b", "not esc ")
SHORT_WALK = (("/send M{last}\r", "Send M{last}"), BACK, ("\x0c", "Recent changes"), BACK)
LONG_WALK = (
    *SHORT_WALK,
    *(("\x1bOP", "On this screen"), BACK, ("\x1bOR", "Status, now"), BACK, ("\x1b[15~", "Next update in"), BACK),
    *(("\x1b[19~", "Handoff:"), BACK, ("\x10", "Search for"), ("\x1b", "not Search for")),
    *(("\x0f", "R replay"), ("g", "Insights"), ("2", "─ Protocol"), ("3", "─ Command"), ("4", "─ Causes"), BACK),
    *(("p", "open file"), BACK, ("d", "Declare an"), BACK, ("/Q", "esc end search"), BACK),
    *(("R", "space play"), BACK, ("r", "t document"), BACK),
)


def house(home: Path, payload: str) -> int:
    """A journal, a repository and a configuration with the payload wherever text may be; how many messages it has."""
    work = home / "work"
    work.mkdir(parents=True)
    git = ["git", "-C", str(work), "-c", "user.name=lee", "-c", "user.email=lee@example.org"]
    subprocess.run(["git", "init", "-q", str(work)], check=True)
    message = f"Q {payload}\n\n{payload}".replace("\0", "").encode("utf-8", "replace")
    subprocess.run([*git, "commit", "-q", "--allow-empty", "--cleanup=verbatim", "-F", "-"], input=message, check=True)
    story = hostile_story(payload)
    declared = story.events[0].body
    assert isinstance(declared, IncidentDeclared)
    story.events[0] = replace(story.events[0], body=replace(declared, drill=""))  # nothing is sent in a drill
    stored(home, story)
    config = home / "config"
    config.mkdir(exist_ok=True)
    config.joinpath("config.toml").write_text(CONFIG.format(path=work))
    return len(story.incident().messages)


def walked(home: Path, payload: str, walk: tuple[tuple[str, str], ...], program: str = "") -> bytes:
    """All that is written to the terminal on the way through the screens."""
    last = house(home, payload)
    with Terminal(home, env={"OPS": "http://127.0.0.1:9/"}, program=program) as terminal:
        terminal.shows("Type to log")
        for keys, shown in walk:
            terminal.type(keys.format(last=last))
            terminal.until(Arrived(shown.format(last=last)), shown, 40)
        terminal.type("\x11")
        assert terminal.ended() == 0
    return terminal.output


class Arrived:
    """Whether a screen is there, or gone, and nothing more is written: a dialog may be laid out twice."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.written = -1
        self.quiet = 0

    def __call__(self, terminal: Terminal) -> bool:
        same = len(terminal.output) == self.written
        self.quiet = self.quiet + 1 if same and self._there(terminal.text) else 0
        self.written = len(terminal.output)
        return self.quiet > 3

    def _there(self, text: str) -> bool:
        if self.shown.startswith("not "):
            return self.shown.removeprefix("not ") not in text
        return self.shown in text and ("esc " in text or self.shown in WITHOUT_ESCAPE)


def said(home: Path, payload: str, program: str = "", lines: Sequence[list[str]] = LINES) -> bytes:
    """All that the verbs write to a terminal: each that reads, and each with the payload as its words."""
    house(home, payload)
    name = payload if len(payload) < len(NAME) else NAME
    verbs = [[word.replace(PAYLOAD, payload).replace(NAME, name) for word in words] for words in lines]
    env = {"OPS": "http://127.0.0.1:9/", "VERBS": json.dumps(verbs), "COLUMNS": "120"}
    with Terminal(home, program=f"{program}{VERBS}", env=env) as terminal:
        assert terminal.ended() == 0, terminal.text
    assert b"THE END" in terminal.output, terminal.text
    assert b"Traceback" not in terminal.output
    return terminal.output


def test_what_is_published_of_these_tests_is_so() -> None:
    published = (HOUSE / "docs" / "reliability.md").read_text()
    assert f"{len(ESCAPES)} payloads in every field of every kind of event: on {len(ways(''))} screens" in published
    assert f"through {len(LINES)} command lines of all {len(ROOMS)} verbs" in published


def test_sending_and_looking_on_a_terminal(tmp_path: Path) -> None:
    assert leaks(walked(tmp_path, EVERYTHING, SHORT_WALK)) == []


def test_what_is_said_on_a_terminal_alone(tmp_path: Path) -> None:
    assert leaks(said(tmp_path, EVERYTHING, lines=(["run", "--", "true"], ["log", PAYLOAD], ["undo"]))) == []


@pytest.mark.faults
def test_the_verbs_on_a_terminal(tmp_path: Path) -> None:
    assert leaks(said(tmp_path, EVERYTHING)) == []


@pytest.mark.faults
@pytest.mark.parametrize("payload", ESCAPES.values(), ids=ESCAPES)
def test_every_payload_on_every_screen(tmp_path: Path, payload: str) -> None:
    assert leaks(walked(tmp_path, payload, LONG_WALK)) == []


@pytest.mark.faults
@pytest.mark.parametrize("payload", ESCAPES.values(), ids=ESCAPES)
def test_every_payload_through_every_verb(tmp_path: Path, payload: str) -> None:
    assert leaks(said(tmp_path, payload)) == []


@pytest.mark.faults
def test_the_test_notices_when_nothing_is_filtered(tmp_path: Path) -> None:
    found = leaks(walked(tmp_path, "\x1b]0;owned\x07\x9b\x7f\u202e", SHORT_WALK[:1], UNFILTERED))
    assert {"\x1b", "\x07", "\x7f", "\u202e"} <= set(found)


@pytest.mark.faults
@pytest.mark.parametrize("payload", ["\x1b]0;owned\x07\x9b\x7f\u202e", ESCAPES["colour"], ESCAPES["clear"]])
def test_the_test_of_the_verbs_notices_when_nothing_is_cleaned(tmp_path: Path, payload: str) -> None:
    assert "\x1b" in leaks(said(tmp_path, payload, NOT_CLEANED))


@pytest.mark.faults
@pytest.mark.parametrize("name", ["theme", "person", "zone"])
def test_a_hostile_configuration(tmp_path: Path, name: str) -> None:
    house(tmp_path, "plain")
    file = tmp_path / "config" / "config.toml"
    value = "".join(f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else "" for sign in EVERYTHING)
    file.write_text(f'{name} = "{value}"\n[channels."{value}"]\nkind = "{value}"\n{file.read_text()}')
    env = {"OPS": "http://127.0.0.1:9/", "VERBS": json.dumps([["doctor"], ["list"], ["outbox"], ["look"]])}
    with Terminal(tmp_path, program=VERBS, env=env) as terminal:
        terminal.ended()
    with Terminal(tmp_path, env=env) as screen:
        screen.until(lambda at: "Type to log" in at.text or "error: config.toml" in at.text, "the screen or why not")
        if "Type to log" in screen.text:
            screen.type("\x11")
        screen.ended()
    assert leaks(terminal.output + screen.output) == []
    assert os.path.exists(file)
