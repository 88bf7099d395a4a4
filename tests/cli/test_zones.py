"""An incident of a time zone that this machine does not know: other machines have other tables, or none."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from incident_tui.channels.telling import in_zone
from tests.channels.letters import letter
from tests.cli.conftest import CommandLine
from tests.elsewhere import rewritten

MARS = "Mars/Olympus"


@pytest.fixture
def foreign(live: CommandLine, tmp_path: Path) -> CommandLine:
    """Another machine that has imported such an incident; its own zone is Europe/Berlin."""
    live.ok("log", "the pool is empty")
    live.ok("say", "internal", "we look into it", "--promise", "20m")
    other = CommandLine(tmp_path / "other")
    other.ok("import", "-", stdin=rewritten(live.ok("export"), zone=MARS).encode())
    assert other.json("verify")["sound"] is True
    return other


@pytest.mark.parametrize(
    "words",
    [
        *(["show"], ["list"], ["due"], ["metrics"], ["metrics", "-i", "INC"], ["handoff"], ["report"]),
        *(["log", "--at", "10m ago", "x"], ["milestone", "started", "--at", "-5m"], ["order", "lee", "10m", "look"]),
        *(["say", "internal", "--template", "update"], ["say", "internal", "x", "--promise", "10m"]),
        *(["action", "add", "x", "--due", "2026-12-01"], ["report", "--at", "now"], ["export"], ["search", "pool"]),
    ],
    ids=" ".join,
)
def test_every_verb_tells_its_times_in_the_zone_of_the_machine(foreign: CommandLine, words: list[str]) -> None:
    foreign.ok(*words)


def test_a_drill_of_it_begins_at_a_moment(foreign: CommandLine) -> None:
    foreign.ok("resolve")

    begun = foreign.ok("drill", foreign.json("list")[0]["ref"], "--at", "+0m")
    assert "DRILL of INC-" in begun


def test_its_replay_is_written_as_seen_from_a_moment(foreign: CommandLine, tmp_path: Path) -> None:
    foreign.ok("replay", "--at", "+0m", "--export", str(tmp_path / "then.svg"))

    assert "<svg" in (tmp_path / "then.svg").read_text()


def test_its_own_zone_stays_recorded(foreign: CommandLine) -> None:
    assert foreign.bodies("incident.declared")[0]["zone"] == MARS


def test_a_letter_to_a_channel_names_the_zone_of_its_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")

    assert in_zone(letter(zone=MARS))(datetime(2026, 11, 21, 14, 2, tzinfo=UTC)).endswith("15:02:00 (Europe/Berlin)")
