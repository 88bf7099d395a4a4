"""Nothing that others have written acts where messages leave and answers come in."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from incident_tui.config import Config, load
from incident_tui.domain import events as e
from incident_tui.sources.panel import Panel, Question, Row
from incident_tui.ui.documents import Offered
from incident_tui.ui.errands import basics, looking
from incident_tui.ui.posting import Posting
from incident_tui.ui.screens.choose import ChooseScreen
from incident_tui.ui.screens.closing import ClosingScreen
from incident_tui.ui.screens.looking import LookScreen
from incident_tui.ui.screens.sending import SendScreen
from incident_tui.ui.screens.war_room import WarRoom
from tests.story import Story
from tests.ui.harness import NOW
from tests.ui.test_hostile import EVERYTHING, MARK, SIZES, Watcher, hostile_story, stored, watching

PAYLOAD = MARK + EVERYTHING
LITERAL = "Q[/][b[@click=app.quit()]x[/]"
CONFIG = """
person = "mara"
[channels.chat]
kind = "mattermost"
url = "env:OF_TEST"
audiences = ["internal"]
[channels.leads]
kind = "email"
host = "mail.example.org"
from = "incidents@example.org"
to = ["leads@example.org"]
[channels.hook]
kind = "webhook"
url = "env:OF_TEST"
key = "env:OF_TEST"
[channels.issues]
kind = "github"
repository = "acme/shop"
token = "env:OF_TEST"
[channels.wiki]
kind = "confluence"
url = "https://acme.atlassian.net/wiki"
email = "mara@example.org"
space = "65537"
token = "env:OF_TEST"
[sources.shop]
kind = "sentry"
organization = "acme"
token = "env:OF_TEST"
"""


def outside_story(payload: str = EVERYTHING) -> Story:
    """An outage told by somebody hostile, with what left and what did not at its end."""
    story = hostile_story(payload, twice=False)
    first = story.events[0]
    assert isinstance(first.body, e.IncidentDeclared)
    story.events[0] = replace(first, body=replace(first.body, drill=""))  # of a drill nothing leaves
    payload = MARK + payload
    message = story.say(e.MessageDrafted("internal", payload, payload))
    for body in (e.DeliveryFailed, e.DeliveryUnclear, e.DeliveryDelayed):
        queued = story.say(e.DeliveryQueued(message.id, payload + body.KIND, payload, "opening"))
        story.say(e.DeliveryBegun(queued.id), body(queued.id, payload))
    item = story.say(e.ActionItemAdded(payload, payload, "2026-12-01", "high"))
    filed = story.say(e.DeliveryQueued(item.id, payload, payload, "item"))
    story.say(e.DeliveryBegun(filed.id), e.DeliveryDone(filed.id, payload, payload, payload))
    lost = story.say(e.DeliveryQueued(item.id, payload + "2", payload, "item"))
    story.say(e.DeliveryBegun(lost.id), e.DeliveryFailed(lost.id, payload))
    story.say(e.EntryLogged("alert", f"{payload} https://sentry.io/organizations/acme/issues/4711/ {payload}"))
    return story


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv("OF_TEST", "https://0123456789.example.org")
    monkeypatch.setattr(Posting, "start", lambda _posting: None)
    answer = Panel(PAYLOAD, PAYLOAD, NOW, (Row(PAYLOAD, PAYLOAD, "bad", NOW),), PAYLOAD, partial=PAYLOAD, url=PAYLOAD)
    missing = Panel(PAYLOAD, PAYLOAD, NOW, problem=PAYLOAD)
    asked = (Question(PAYLOAD, PAYLOAD, lambda: answer), Question(PAYLOAD, PAYLOAD, lambda: missing))
    monkeypatch.setattr(looking, "questions", lambda *_: asked)
    document = Offered(PAYLOAD, PAYLOAD, "x.md", lambda: f"# {PAYLOAD}\n\n{PAYLOAD}\n")
    monkeypatch.setattr(basics, "offered", lambda *_: (document,))
    file = tmp_path / "config.toml"
    file.write_text(CONFIG)
    return load(file, {})


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_acts_where_it_leaves_and_comes_in(tmp_path: Path, config: Config, size: tuple[int, int]) -> None:
    story = outside_story()
    async with watching(stored(tmp_path, story), story.id, size, config) as at:
        room = at.app.screen
        assert isinstance(room, WarRoom)
        incident = room.room.incident
        message = max(incident.messages.values(), key=lambda item: item.order)
        item = max(incident.action_items.values(), key=lambda item: item.order)
        room.expanded = frozenset({message.id, item.id})
        room.paint()
        await at.press("messages", "alt+3", "end")
        await at.press("case", "alt+4", "end")
        await walk(at, room, message.label, item.label)
    assert at.leaks == []
    assert [name for name in ("messages", "case") if "Q[/][b[@cli" not in at.painted[name]] == []
    assert [name for name in ("send chat", "file", "look", "publish") if LITERAL not in at.painted[name]] == []


async def walk(at: Watcher, room: WarRoom, message: str, item: str) -> None:
    room.post_message(room.Asked(room, "send", message))
    await at.look("send chat")
    assert isinstance(at.app.screen, SendScreen)
    for name in ("leads", "hook", "issues", "wiki"):
        await at.press(f"send {name}", "down")
        await at.press(f"send {name}, read on", "pagedown")
    await at.press("the room", "escape")
    room.post_message(room.Asked(room, "track", item))
    await at.look("file")
    assert isinstance(at.app.screen, SendScreen)
    await at.press("the room", "escape")
    room.post_message(room.Asked(room, "look", PAYLOAD))
    await at.look("look")
    assert isinstance(at.app.screen, LookScreen)
    await at.press("look, unfolded", "enter")
    await at.press("look, the other", "tab")
    await at.press("the room", "escape")
    room.post_message(room.Asked(room, "report"))
    await at.look("report")
    await at.press("for whom", "p")
    assert isinstance(at.app.screen, ChooseScreen)
    await at.press("publish", "enter")
    assert isinstance(at.app.screen, SendScreen)
    await at.press("the report", "escape")
    await at.press("the room", "escape")
    room.composer.set_text("/status resolved")
    room.composer.focus()
    await at.press("resolved", "enter")
    room.post_message(room.Asked(room, "close"))
    await at.look("close")
    assert isinstance(at.app.screen, ClosingScreen)
    await at.press("the issue", "end", "enter")
    await at.press("the room", "escape", "escape")
