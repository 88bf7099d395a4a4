"""What a replay leaves behind: recordings that a terminal can be sent without harm, and pictures that load nothing."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pyte
import pytest

from incident_tui.config import Config
from incident_tui.domain import events as e
from incident_tui.domain.course import Course
from incident_tui.ui.errands.replay import CAST, PICTURE, SHORTEST_FRAME, scenes
from incident_tui.ui.headless import SIZE, exported
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.screens.replay import Start
from tests.story import Story, checkout_outage, declared
from tests.ui.harness import ZONE, paths_in
from tests.ui.test_replay import HOSTILE, chained, replaying, write

OURS = re.compile(r"\x1b\[\?25l|\x1b\[2J|\x1b\[\d+;\d+H|\x1b\[[0-9;]*m")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def frames_of(text: str) -> tuple[dict[str, object], list[tuple[float, str, str]]]:
    head, *lines = text.splitlines()
    return json.loads(head), [tuple(json.loads(line)) for line in lines]


def film(folder: Path, story: Story, start: Start | None = None, kind: str = CAST) -> str:
    write(folder, chained(story.events))
    return exported(paths_in(folder), Config(person="mara", zone=ZONE), story.id, start or Start(), kind)


def test_a_recording_shows_what_the_screen_showed(tmp_path: Path) -> None:
    story = checkout_outage()
    header, frames = frames_of(film(tmp_path, story, Start(speed=600)))
    assert header["version"] == 2
    assert (header["width"], header["height"]) == SIZE
    assert header["timestamp"] == int(story.events[0].recorded.timestamp())
    assert "INC-20261121-K7Q" in str(header["title"])
    assert {kind for _, kind, _ in frames} == {"o"}
    times = [seconds for seconds, _, _ in frames]
    assert times[0] == 0
    assert times == sorted(times)
    assert max(later - earlier for earlier, later in pairwise(times)) <= 2.001
    terminal = pyte.Screen(*SIZE)
    stream = pyte.Stream(terminal)
    stream.feed(frames[0][2])
    first = "\n".join(terminal.display)
    assert "REPLAY" in first
    assert "Investigation  1 " in first
    assert "leaked connections" not in first
    for _, _, data in frames[1:]:
        stream.feed(data)
    last = "\n".join(terminal.display)
    assert "Checkout fails: leaked connections" in last
    assert f"event {len(story.events)} of {len(story.events)}" in last


def test_nothing_foreign_reaches_the_terminal(tmp_path: Path) -> None:
    story = Story()
    story.say(declared(title=HOSTILE), after=timedelta(0))
    story.say(e.EntryLogged("finding", HOSTILE), e.MessageDrafted("internal", HOSTILE), actor=HOSTILE)
    header, frames = frames_of(film(tmp_path, story))
    assert not CONTROL.search(str(header["title"]))
    for _, _, data in frames:
        assert not CONTROL.search(OURS.sub("", data))
        assert "\u202e" not in data
    assert any("[/x]" in data for _, _, data in frames)


def test_a_picture_of_the_moment_loads_nothing(tmp_path: Path) -> None:
    story = checkout_outage()
    moment = story.events[0].recorded + timedelta(minutes=2)
    picture = film(tmp_path, story, Start(moment), PICTURE)
    assert picture.startswith("<svg")
    assert "15:04:00" in picture
    assert not re.search(r"url\(\s*[\"']?http|href=|<script", picture)
    assert "leaked" not in picture


def test_what_comes_nearly_at_once_is_one_frame() -> None:
    story = Story()
    story.say(declared(), after=timedelta(0))
    for number in range(300):
        story.say(e.EntryLogged("finding", f"line {number}"), after=timedelta(milliseconds=100))
    course = Course.of(story.id, story.events)
    found = list(scenes(course, 60))
    assert len(found) <= 18
    assert found[0][1].length == 1
    assert found[-1][1].length == course.length
    assert all(later[0] - earlier[0] >= SHORTEST_FRAME * 0.9 for earlier, later in pairwise(found[:-1]))
    assert course.at(found[-1][1]).version == course.length


async def test_it_is_exported_from_the_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    story = Story()
    story.say(declared(), after=timedelta(0))
    story.say(e.EntryLogged("finding", "first"), e.EntryLogged("finding", "second"))
    async with replaying(tmp_path, story) as (desk, screen):
        await desk.press("right", "e")
        assert isinstance(desk.app.screen, AskScreen)
        await desk.press("enter")
        await desk.settle()
        file = tmp_path / "INC-20261121-K7Q-replay.cast"
        assert desk.said() == [f"written to {file}"]
        header, frames = frames_of(file.read_text())
        assert header["version"] == 2
        assert 1 < len(frames) <= 3
        assert screen.cursor.length == 2
        await desk.press("e")
        await desk.enter("moment.txt")
        assert desk.shows("the name ends with .cast")
        await desk.press("ctrl+a", "ctrl+k")
        await desk.enter("moment.svg")
        await desk.settle()
        assert (tmp_path / "moment.svg").read_text().startswith("<svg")
