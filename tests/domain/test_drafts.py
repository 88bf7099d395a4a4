"""What the message templates say, and what they keep to themselves."""

from zoneinfo import ZoneInfo

import pytest

from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.messages import draft
from incident_tui.domain.drafts import TEMPLATES, About, template_named
from incident_tui.domain.events import EntryLogged, ImpactSet, MessageDrafted
from incident_tui.domain.incident import AUDIENCES
from tests.story import Story, checkout_outage, quiet_story

BERLIN = ZoneInfo("Europe/Berlin")


def filled(name: str, story: Story, text: str = "") -> str:
    return TEMPLATES[name].fill(About(story.incident(), story.now, BERLIN, text))


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_makes_a_message_for_its_audience(name: str) -> None:
    template = TEMPLATES[name]
    for story in (quiet_story(), checkout_outage()):
        decision = draft(story.incident(), template.audience, filled(name, story))
        assert isinstance(decision, tuple)
        (body,) = decision
        assert isinstance(body, MessageDrafted)
        assert body.audience == template.audience
        assert body.text.strip()


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_the_writer_adds_is_in_the_message(name: str) -> None:
    assert "cards of two banks are refused" in filled(name, checkout_outage(), "cards of two banks are refused")


@pytest.mark.parametrize("name", [name for name, template in TEMPLATES.items() if template.audience == "external"])
def test_nothing_internal_goes_outward(name: str) -> None:
    story = checkout_outage()
    story.say(EntryLogged("cause", "the intern deployed on Friday"), ImpactSet("revenue", "12k an hour"))
    text = filled(name, story)

    assert "intern" not in text
    assert "12k" not in text
    assert str(story.incident().commander) not in text


def test_an_update_says_what_was_found_last() -> None:
    story = checkout_outage()
    story.say(EntryLogged("fix", "connections are released again"))

    assert "connections are released again" in filled("update", story)


def test_a_template_is_found_by_its_beginning() -> None:
    found = template_named("invest")
    assert not isinstance(found, Refused)
    assert found.name == "investigating"
    assert isinstance(template_named("a"), Refused)
    assert isinstance(template_named(""), Refused)


def test_every_audience_has_a_template() -> None:
    assert {template.audience for template in TEMPLATES.values()} == set(AUDIENCES)
