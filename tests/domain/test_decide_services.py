"""Rules of services: one word each, tagged once, taken away again, found by undo."""

from __future__ import annotations

import pytest

from incident_tui.domain.decide import Decision, Refused, services
from incident_tui.domain.events import ServiceTagged, ServiceUntagged
from incident_tui.domain.incident import Incident
from tests.story import quiet_story


def tagged(*names: str) -> Incident:
    story = quiet_story()
    story.say(*(ServiceTagged(name) for name in names))
    return story.incident()


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("Web", (ServiceTagged("web"),)),
        ("web, orders-db #cache", (ServiceTagged("web"), ServiceTagged("orders-db"), ServiceTagged("cache"))),
        ("db web web", (ServiceTagged("web"),)),
        ("db", Refused("tagged already: db", "/unservice takes a tag away")),
        (" ", Refused("the name of the service is empty", "type some text")),
        ("# ,", Refused("the name of the service is empty", "type some text")),
        ("x" * 61, Refused("the name of a service has 61 characters, 60 are the limit", "shorten it")),
        (
            " ".join(map(str, range(21))),
            Refused("21 services at once, 20 are the limit", "name those that matter"),
        ),
    ],
)
def test_tagging(text: str, decision: Decision) -> None:
    assert services.tag(tagged("db"), text) == decision


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("DB", (ServiceUntagged("db"),)),
        ("db api", (ServiceUntagged("db"), ServiceUntagged("api"))),
        ("web db", Refused("no service “web” is tagged", "tagged are: api, db")),
        ("", Refused("the name of the service is empty", "type some text")),
    ],
)
def test_untagging(text: str, decision: Decision) -> None:
    assert services.untag(tagged("db", "api"), text) == decision


def test_nothing_is_tagged_yet() -> None:
    assert services.untag(quiet_story().incident(), "db") == Refused(
        "no service “db” is tagged", "tagged are: none yet"
    )


def test_a_tag_says_when_and_by_whom_and_is_undone() -> None:
    story = quiet_story()
    event = story.say(ServiceTagged("db"), actor="lee")
    fact = story.incident().services["db"]
    assert (fact.text, fact.at, fact.by) == ("db", event.at, "lee")

    story.say(ServiceUntagged("db"))
    assert "db" not in story.incident().services
    story.take_back()
    assert story.incident().services["db"] == fact
    story.take_back()
    assert len(story.incident().services) == 0
