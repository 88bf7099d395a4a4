"""The handoff on the command line: the brief, and a role that moves only when it is accepted."""

from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine


@pytest.fixture
def busy(live: CommandLine) -> CommandLine:
    """With an open order and a scribe."""
    live.ok("role", "scribe", "jon")
    live.ok("order", "lee", "10m", "count idle connections")
    return live


def test_the_brief_is_printed_written_and_given_as_json(busy: CommandLine, tmp_path: Path) -> None:
    printed = busy.ok("handoff")

    assert printed.startswith("# Handoff brief: Checkout fails\n")
    assert "| O1 | lee | count idle connections | given | " in printed
    busy.ok("handoff", "-o", str(tmp_path / "brief.md"))
    assert (tmp_path / "brief.md").read_text().startswith("# Handoff brief: Checkout fails\n")
    assert "exists already" in busy("handoff", "-o", str(tmp_path / "brief.md")).err
    facts = busy.json("handoff")
    assert (facts["severity"], facts["orders"][0]["label"], facts["offered"]) == (1, "O1", [])
    assert facts["text"].startswith("# Handoff brief")
    assert busy.bodies("handoff.offered") == []


def test_a_role_moves_when_it_is_accepted(busy: CommandLine) -> None:
    said = busy.ok("handoff", "offer", "@Noor", "Ng")
    assert said.endswith("incident commander offered to Noor Ng; dana holds it until that is accepted\n")
    assert busy.json("show")["commander"] == "dana"
    assert busy.bodies("handoff.offered")[0]["brief"].startswith("# Handoff brief")
    assert busy.json("handoff")["offered"][0]["person"] == "Noor Ng"

    wrong = busy("handoff", "accept", "sev2", "--by", "@noor ng")
    assert (wrong.code, wrong.out) == (1, "")
    assert wrong.err == (
        "error: the severity is not SEV2; 0 of 1 open orders restated; read the brief again, then restate it\n"
    )
    assert busy.json("show")["commander"] == "dana"

    other = busy("handoff", "accept", "sev1", "O1")
    assert other.err == (
        "error: the incident commander was offered to Noor Ng, not to “dana”; name yourself with --by\n"
    )
    assert busy.ok("handoff", "accept", "sev1", "O1", "--by", "Noor Ng").endswith(
        "incident commander is Noor Ng (dana → Noor Ng)\n"
    )
    assert busy.json("show")["commander"] == "Noor Ng"


def test_an_offer_is_taken_back(busy: CommandLine) -> None:
    busy.ok("handoff", "offer", "kim", "--role", "scribe")

    said = busy.ok("handoff", "withdraw", "not", "now")

    assert said.endswith("handoff jon → kim withdrawn; scribe stays with jon\n")
    assert busy.bodies("handoff.withdrawn")[0]["reason"] == "not now"


def test_an_offer_is_taken_back_after_the_role_has_moved(live: CommandLine) -> None:
    live.ok("handoff", "offer", "lee")
    live.ok("role", "ic", "kim", "anyway")

    assert live.ok("handoff", "withdraw").endswith("withdrawn; incident commander stays with kim\n")

    live.ok("handoff", "offer", "lee")
    live.ok("role", "ic", "--leave")

    assert live.ok("handoff", "withdraw").endswith("withdrawn; nobody is incident commander\n")


def test_of_several_the_role_is_to_be_named(busy: CommandLine) -> None:
    busy.ok("handoff", "offer", "noor")
    busy.ok("handoff", "offer", "kim", "--role", "scribe")

    unclear = busy("handoff", "accept", "1", "1")

    assert unclear.err == "error: 2 handoffs are offered; name one with --role: incident commander, scribe\n"
    busy.ok("handoff", "accept", "1", "1", "--role", "scribe", "--by", "kim")
    assert busy.ok("handoff", "accept", "1", "1", "--by", "noor").endswith("incident commander is noor (dana → noor)\n")


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (["handoff", "give", "x"], 2, "no handoff “give”; it is one of offer, accept, withdraw"),
        (["handoff", "offer"], 2, "usage: incident-tui handoff offer PERSON [--role R]"),
        (["handoff", "accept"], 2, "usage: incident-tui handoff accept SEVERITY [ORDER…]"),
        (["handoff", "accept", "1"], 1, "no handoff is offered; the holder of a role offers it"),
        (["handoff", "withdraw"], 1, "no handoff is offered"),
        (["handoff", "offer", "dana"], 1, "dana is incident commander already"),
        (["handoff", "offer", "x", "--role", "deputy"], 1, "take it with incident-tui role deputy @x"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(live: CommandLine, words: list[str], code: int, part: str) -> None:
    answer = live(*words)

    assert (answer.code, answer.out, answer.err.count("\n")) == (code, "", 1)
    assert part in answer.err
