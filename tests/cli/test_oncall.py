"""The verb oncall, the handoff document, and acts that are kept for roles."""

from __future__ import annotations

import json

import pytest
from markdown_it import MarkdownIt

from incident_tui.journal.anchors import anchors_in
from tests.cli.conftest import CommandLine

TEAM = """
zone = "Europe/Berlin"
[contacts]
Ada = "+49 30 1"
[oncall]
people = ["Ada", "Ben [/x] | **b**", "Cem"]
starts = 2026-01-05
hours = "09:00-18:00"
[[oncall.override]]
from = 2026-01-14
until = 2026-01-15
person = "Dee"
"""
AT = "2026-01-06 12:00"


def configure(cli: CommandLine, text: str) -> CommandLine:
    folder = cli.home / "config"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(text)
    return cli


@pytest.fixture
def team(cli: CommandLine) -> CommandLine:
    return configure(cli, TEAM)


def test_who_is_on_call_now_and_next_as_json(team: CommandLine) -> None:
    document = team.json("oncall", "--at", AT, "--count", "2")

    ada = {"primary": "Ada", "primary_contact": "+49 30 1"}
    ben = {"primary": "Ben [/x] | **b**", "primary_contact": ""}
    first = {"since": "2026-01-05T08:00:00.000Z", "until": "2026-01-12T08:00:00.000Z"}
    second = {"since": first["until"], "until": "2026-01-14T08:00:00.000Z"}
    third = {"since": second["until"], "until": "2026-01-15T08:00:00.000Z"}
    cem = {"backup": "Cem", "backup_contact": ""}
    assert document == {
        "at": "2026-01-06T11:00:00.000Z",
        "zone": "Europe/Berlin",
        "rotations": [
            {
                "name": "on-call",
                "in_hours": True,
                "now": {**ada, "backup": ben["primary"], "backup_contact": "", **first},
                "next": [{**ben, **cem, **second}, {"primary": "Dee", "primary_contact": "", **cem, **third}],
            }
        ],
    }


def test_who_is_on_call_in_words(team: CommandLine) -> None:
    day, night = team.ok("oncall", "--at", AT), team.ok("oncall", "--at", "2026-01-06 22:00")

    assert day.splitlines()[0] == "on-call  times in Europe/Berlin"
    assert "Ada (+49 30 1)" in day
    assert "until 12 Jan 09:00:00" in day
    assert day.count("  next  ") == 3
    assert "critical alerts only" not in day
    assert night.splitlines()[-1] == "  outside of 09:00 to 18:00: critical alerts only"


def test_now_is_the_default(team: CommandLine) -> None:
    (rotation,) = team.json("oncall")["rotations"]

    assert rotation["now"]["primary"]
    assert len(rotation["next"]) == 3


def test_without_a_rotation_it_says_how_to_write_one(cli: CommandLine) -> None:
    assert "write [oncall] with people = " in cli.ok("oncall")
    assert cli.json("oncall")["rotations"] == []
    answer = cli("oncall", "--brief")
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (["nobody"], 1, "known are: web, calendar"),
        (["--count", "-1"], 2, "not between 0 and 100"),
        (["--count", "x"], 2, "--count"),
        (["--brief", "--json"], 2, "leave one of them out"),
        (["--at", "huge"], 1, "is not a time"),
        (["calendar"], 1, "none.ics"),
    ],
)
def test_an_error_is_one_line(cli: CommandLine, words: list[str], code: int, part: str) -> None:
    configure(cli, '[oncall.web]\npeople = ["Ada"]\n[oncall.calendar]\ncalendar = "none.ics"\n')
    answer = cli("oncall", *words)

    assert (answer.code, answer.out, answer.err.count("\n")) == (code, "", 1)
    assert part in answer.err


def test_the_doctor_looks_at_the_rotations(cli: CommandLine) -> None:
    configure(cli, '[oncall.web]\npeople = ["Ada"]\n[oncall.calendar]\ncalendar = "none.ics"\n')
    checks = {check["what"]: check for check in json.loads(cli("doctor", "--json").out)["checks"]}

    assert (checks["rotation web"]["level"], checks["rotation web"]["found"]) == ("ok", "Ada is on call")
    assert checks["rotation calendar"]["level"] == "bad"
    assert "No such file" in checks["rotation calendar"]["found"]


def test_one_of_several_rotations(cli: CommandLine) -> None:
    configure(cli, '[oncall.web]\npeople = ["Ada"]\n[oncall.db]\npeople = ["Ben"]\n')

    assert [item["name"] for item in cli.json("oncall")["rotations"]] == ["web", "db"]
    assert [item["name"] for item in cli.json("oncall", "DB")["rotations"]] == ["db"]
    assert cli.ok("oncall", "web", "--brief").count("# On-call handoff") == 1
    assert cli.ok("oncall", "--brief").count("# On-call handoff") == 2


def test_a_calendar_file_beside_the_configuration(cli: CommandLine) -> None:
    configure(cli, '[oncall]\ncalendar = "oncall.ics"\nzone = "Europe/Berlin"\n')
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:x",
        "BEGIN:VEVENT",
        "UID:1",
        "DTSTAMP:20260101T000000Z",
        "SUMMARY:Ada",
        "DTSTART:20260105T090000",
        "DTEND:20260112T090000",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    (cli.home / "config" / "oncall.ics").write_text("\r\n".join(lines), newline="")

    (rotation,) = cli.json("oncall", "--at", AT)["rotations"]
    assert rotation["now"]["primary"] == "Ada"
    assert rotation["now"]["since"] == "2026-01-05T08:00:00.000Z"
    assert rotation["next"] == []
    assert "nobody is on call" in cli.ok("oncall", "--at", "2026-02-06 12:00")
    assert cli("oncall", "--brief", "--at", "2026-02-06 12:00").code == 1


def test_the_handoff_document(team: CommandLine) -> None:
    team.ok("declare", "Checkout | fails **now** [/x]", "--severity", "critical", "--commander", "dana")
    team.ok("action", "add", "Alert on | the pool", "--owner", "lee", "--due", "2026-01-01")
    team.ok("say", "internal", "we look")
    team.ok("log", "?the pool is full")
    team.ok("declare", "Slow search", "--severity", "low")
    ref = next(item["ref"] for item in team.json("list") if item["title"] == "Slow search")
    team.ok("resolve", "-i", ref)

    document = team.ok("oncall", "--brief")

    assert document.startswith("# On-call handoff: on-call\n\n| | |\n|---|---|\n| **Outgoing** | ")
    active, past, due, actions, watch, record = (part.partition("\n")[2] for part in document.split("\n## ")[1:])
    assert r"Checkout \| fails \*\*now\*\* \[/x\]" in active
    assert "SEV1 critical | investigating" in active
    assert "Slow search" in past
    assert "SEV4 low | resolved" in past
    assert "M1 to internal is not sent" in due
    assert "update to internal by " in due
    assert "**overdue** INC-" in actions
    assert r"Alert on | the pool. lee, due 2026-01-01" in actions.replace("\\|", "|")
    assert watch.strip()
    assert set(anchors_in(record)) == set(anchors_in(team.ok("anchor")))
    tokens = MarkdownIt("commonmark").enable("table").parse(document)
    assert [token.type for token in tokens].count("table_open") == 3
    assert "html_block" not in [token.type for token in tokens]


def test_an_empty_handoff_document_says_so(team: CommandLine) -> None:
    document = team.ok("oncall", "--brief", "--at", AT)

    assert "| **Outgoing** | Ada |\n" in document
    assert "| **Turn** | 5 Jan 2026 09:00 to 12 Jan 2026 09:00 |\n" in document
    assert document.count("None.\n") == 3
    assert "Nothing.\n" in document
    assert document.endswith("## The record\n\nThere is no incident to vouch for.\n")


def test_what_is_kept_for_a_role_is_refused_to_others(cli: CommandLine) -> None:
    configure(cli, '[may]\nseverity.lower = ["ic"]\nstatus.resolve = ["ic"]\n')
    cli.ok("declare", "Checkout fails", "--severity", "high", "--commander", "maria")

    answer = cli("severity", "low", "--reason", "few users")
    expected = "error: dana may not lower the severity; ask the incident commander (maria), or take the role\n"
    assert (answer.code, answer.err) == (1, expected)
    assert cli("status", "resolved").code == 1
    assert cli("severity", "critical").code == 0
    cli.ok("role", "ic", "dana", "anyway")
    assert cli("severity", "low", "--reason", "few users").code == 0


def test_working_time_shows_in_the_clocks(cli: CommandLine) -> None:
    configure(cli, '[calendar]\nholidays = "DE"\nzone = "Europe/Berlin"\n')
    cli.ok("declare", "Typo", "--severity", "low")
    clock = json.loads(cli.ok("show", "--json"))["clocks"]["acknowledge"]

    assert clock["due"].endswith(("T16:00:00.000Z", "T15:00:00.000Z", "T16:00:00Z", "T15:00:00Z", "00:00+00:00"))
    assert clock["level"] in ("ok", "warn")


def test_who_is_called_next_is_shown_when_it_is_due(cli: CommandLine) -> None:
    configure(cli, '[[escalation]]\ntitle = "lead"\nafter = "15m"\nperson = "Ada"\n[contacts]\nAda = "+49 30 1"\n')
    cli.ok("declare", "Checkout fails", "--severity", "critical", "--detected-at", "-20m")
    found = json.loads(cli.ok("show", "--json"))["clocks"]

    assert {key: found["escalation"][key] for key in ("escalation_level", "title", "person", "contact", "level")} == {
        "escalation_level": 1,
        "title": "lead",
        "person": "Ada",
        "contact": "+49 30 1",
        "level": "late",
    }
    assert found["steps"] == []
    assert "escalate to lead" in cli.ok("show")
    assert "Ada +49 30 1" in cli.ok("show")
    cli.ok("role", "ic", "dana")
    assert json.loads(cli.ok("show", "--json"))["clocks"]["escalation"] is None


def test_an_unknown_country_is_one_line_where_it_matters(cli: CommandLine) -> None:
    configure(cli, '[calendar]\nholidays = "XX"\n')
    cli.ok("declare", "Typo", "--severity", "low")

    answer = cli("show")
    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert 'no holidays are known for "XX"' in answer.err
    assert 'no holidays are known for "XX"' in cli("doctor").out
