"""The two-key handoff with keys only: offered, restated wrongly, restated rightly, and only then moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from incident_tui.domain import events as e
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide import handoff as rules
from incident_tui.domain.roles import offered
from incident_tui.ui.screens.handoff import HandoffScreen
from incident_tui.ui.screens.war_room import WarRoom
from tests.ui.harness import HUGE, NARROW, SIZES, Desk, at_the_desk, finding

ORDERS = ("/order Lee 10m count idle connections", "/order Kim 5m prepare to drain eu-west-1")


async def give_orders(desk: Desk) -> None:
    for line in ORDERS:
        await desk.enter(line)


def at_handoff(desk: Desk) -> HandoffScreen:
    screen = desk.app.screen
    assert isinstance(screen, HandoffScreen)
    return screen


@SIZES
async def test_command_moves_when_it_is_restated(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_desk(tmp_path, size) as desk:
        await give_orders(desk)
        await desk.enter("/handoff @Noor")
        assert desk.room.composer.text == ""
        assert desk.shows("Handoff: incident commander", "mara holds it, not signed yet", "mara signs the brief")
        assert isinstance(desk.last(), e.OrderGiven)

        signed = at_handoff(desk).text
        await desk.press("enter")
        offer = desk.last()
        assert isinstance(offer, e.HandoffOffered)
        assert (offer.role, offer.person) == ("incident commander", "Noor")
        assert offer.brief == signed.strip("\n")
        assert desk.shows("offered to Noor, mara still holds it", "Your name", "Open orders")

        await desk.enter("Noor")
        await desk.enter("sev2")
        await desk.enter("o2")
        assert desk.last() == offer
        assert desk.shows("1 of 2 open orders restated", "Noor", "sev2", "o2")
        assert desk.incident.commander == "mara"

        await desk.enter(" and 1")
        accepted = desk.last()
        assert isinstance(accepted, e.HandoffAccepted)
        assert (accepted.severity, accepted.orders, accepted.about) == (2, ("O1", "O2"), "mara → Noor")
        assert isinstance(desk.app.screen, WarRoom)
        assert desk.said()[-1] == "Noor is incident commander now"
        assert desk.shows("@Noor")
        assert "offered" not in desk.painted().splitlines()[1]


@SIZES
async def test_until_then_the_banner_keeps_the_commander(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_desk(tmp_path, size) as desk:
        await desk.enter("/hand Noor")
        await desk.press("enter")
        await desk.press("escape")
        assert desk.shows("@mara   handoff to @Noor offered")
        assert desk.incident.commander == "mara"

        await desk.press("f8")
        assert desk.shows("Noor restates severity and open orders")
        await desk.press("f9")
        await desk.enter("not now")
        assert desk.last() == e.HandoffWithdrawn(desk.events()[-2].id, "not now", "mara → Noor")
        assert desk.shows("mara holds it, not signed yet")
        await desk.press("escape")
        assert "offered" not in desk.painted().splitlines()[1]


async def test_each_wrong_answer_is_named_and_none_is_given_away(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await give_orders(desk)
        await desk.enter("/handoff Noor")
        await desk.press("enter")

        await desk.press("enter", "enter", "enter")
        assert desk.shows("type your name")
        await desk.enter("Kim")
        await desk.enter("1")
        await desk.enter("O7")
        assert desk.shows("the incident commander was offered to Noor, not to “Kim”")
        screen = at_handoff(desk)
        screen.name_.value = "noor"
        await desk.press("enter")
        assert desk.shows("the severity is not SEV1; 0 of 2 open orders restated; “O7”: no open order")
        assert (screen.severity.value, screen.orders.value) == ("1", "O7")
        assert not any(isinstance(body, e.HandoffAccepted) for body in desk.bodies())


async def test_nothing_is_signed_by_accident(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        before = len(desk.bodies())
        await desk.press("f8")
        await desk.enter("Noor")
        assert len(desk.bodies()) == before
        await desk.press("tab", "right", "enter")
        assert isinstance(desk.app.screen, WarRoom)
        assert len(desk.bodies()) == before

        await desk.enter("/handoff mara")
        await desk.press("enter")
        assert desk.shows("mara is incident commander already")
        assert len(desk.bodies()) == before


async def test_enter_pressed_twice_signs_once(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("/handoff Noor")
        await desk.press("enter", "enter")

        assert sum(isinstance(body, e.HandoffOffered) for body in desk.bodies()) == 1


async def test_another_role_and_another_person(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("/role scribe Jonas")
        await desk.enter("/handoff Kim scribe")
        await desk.press("enter")
        await desk.press("escape")
        assert desk.shows("Scribe handoff to @Kim offered")
        await desk.enter("/handoff Lee scribe")
        assert desk.shows("Jonas signs the brief and offers the role of scribe to Lee")
        await desk.press("enter")
        assert [type(body) for body in desk.bodies()[-2:]] == [e.HandoffWithdrawn, e.HandoffOffered]
        await desk.enter("Lee")
        await desk.enter("high")
        await desk.enter("none")
        assert desk.incident.holder("scribe") == "Lee"
        assert desk.incident.commander == "mara"


async def test_nobody_hands_over_what_nobody_holds(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("/handoff Kim deputy")

        assert isinstance(desk.app.screen, WarRoom)
        assert desk.said() == ["nobody is deputy; /role gives it to somebody"]


@pytest.mark.parametrize("size", [NARROW, HUGE])
async def test_the_brief_is_read_while_a_field_has_the_focus(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_desk(tmp_path, size) as desk:
        await give_orders(desk)
        await desk.enter("/handoff Noor")
        await desk.press("enter")
        assert desk.shows("Situation", "SEV2 high")

        await desk.press("pagedown", "pagedown", "pagedown")
        assert at_handoff(desk).scroll.scroll_y > 0
        await desk.type("Noor")
        assert at_handoff(desk).name_.value == "Noor"
        await desk.press("pageup", "pageup", "pageup")
        assert at_handoff(desk).scroll.scroll_y == 0


async def test_the_brief_follows_what_others_record(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("/handoff Noor")
        await desk.press("enter")
        room = desk.session.enter(desk.room.room.incident.id)
        assert not isinstance(desk.session.perform(room, finding("seen elsewhere")), Refused)
        await desk.type("Noor")
        at_handoff(desk).catch_up()
        await desk.settle()
        assert "4 events" in at_handoff(desk).text
        assert at_handoff(desk).name_.value == "Noor"

        offer = offered(desk.incident)[0]
        room = desk.session.enter(desk.room.room.incident.id)
        done = desk.session.perform(room, lambda incident: rules.accept(incident, offer.id, "2", []))
        assert not isinstance(done, Refused)
        at_handoff(desk).catch_up()
        await desk.settle()
        assert isinstance(desk.app.screen, WarRoom)
        assert desk.said()[-1] == "Noor is incident commander now"


async def test_no_name_acts_on_the_screen(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("/role deputy @[/x][@click=app.quit]Kim[/]")
        await desk.enter('/handoff "[red]Noor [/x] # *all*" deputy')
        await desk.press("enter")
        assert desk.shows("offered to [red]Noor [/x] # *all*", "[/x][@click=app.quit]Kim[/] still holds it")
        await desk.press("escape")
        assert desk.shows("handoff to @[red]Noor [/x] # *all* offered")


async def test_the_brief_is_copied(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.press("f8", "ctrl+y")

        assert "copied" in desk.said()[-1]
        assert desk.app.clipboard == at_handoff(desk).text


async def test_the_names_that_are_typed_outlive_the_program(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.press("f8")
        await desk.type("Noor Haddad")
        await desk.press("ctrl+q")
    async with at_the_desk(tmp_path) as desk:
        assert desk.room.composer.text == '/handoff "Noor Haddad" incident commander'
        await desk.press("enter")
        assert at_handoff(desk).to.value == "Noor Haddad"
        await desk.press("enter")
        assert isinstance(desk.last(), e.HandoffOffered)
        await desk.enter("Noor")
        await desk.press("ctrl+q")
    async with at_the_desk(tmp_path) as desk:
        assert desk.room.composer.text == "/accept SEV? incident commander by:Noor"
        await desk.press("enter")
        assert "offered to Noor Haddad, not to “Noor”" in desk.said()[-1]
        assert isinstance(desk.last(), e.HandoffOffered)


async def test_what_is_restated_outlives_the_program(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await give_orders(desk)
        await desk.enter("/handoff Noor")
        await desk.press("enter")
        for word in ("Noor", "sev2"):
            await desk.enter(word)
        await desk.type("o1 o2")
        await desk.press("ctrl+q")
    async with at_the_desk(tmp_path) as desk:
        assert desk.room.composer.text == "/accept sev2 o1 o2 incident commander by:Noor"
        await desk.press("enter")
        assert isinstance(desk.last(), e.HandoffAccepted)
        assert desk.incident.commander == "Noor"
