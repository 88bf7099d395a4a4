"""`declare --from-alert`: what monitoring has sent becomes an incident, once it has been shown."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine

GROUP = {
    "version": "4",
    "groupKey": '{}:{alertname="Latency"}',
    "status": "firing",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "Latency", "severity": "warning", "service": "checkout"},
            "annotations": {"summary": "p99 is 4 s"},
            "startsAt": "2026-11-21T07:37:25.864039928Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "fingerprint": "b1c11497b32ce15e",
        },
        {
            "status": "firing",
            "labels": {"alertname": "Errors", "severity": "high", "service": "Cart"},
            "startsAt": "2026-11-21T07:38:25Z",
            "fingerprint": "5308e11450d376b3",
        },
        {
            "status": "resolved",
            "labels": {"alertname": "Disk", "severity": "critical"},
            "startsAt": "2026-11-21T07:30:00Z",
            "endsAt": "2026-11-21T07:36:00Z",
            "fingerprint": "84b8408c04466701",
        },
    ],
}


def test_the_severest_that_fires_gives_title_and_severity_and_all_are_logged(cli: CommandLine) -> None:
    answer = cli("declare", "--from-alert", "-", "--commander", "dana", stdin=json.dumps(GROUP).encode())

    assert answer.code == 0
    assert answer.out.startswith("INC-")
    assert "Alertmanager: Errors · firing · SEV2 high" in answer.err
    assert "Alertmanager: Disk · over · SEV1 critical" in answer.err
    assert "services: checkout, cart" in answer.err
    shown = cli.json("show")
    assert (shown["title"], shown["severity"]) == ("Errors", 2)
    bodies = cli.bodies("entry.logged")
    assert [(body["kind"], body.get("over", False)) for body in bodies] == [
        ("alert", False),
        ("alert", False),
        ("alert", True),
    ]
    assert {body["service"] for body in cli.bodies("service.tagged")} == {"checkout", "cart"}


def test_what_a_person_says_comes_first(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "alert.json"
    file.write_text('{"title": "Disk full", "severity": "info", "id": "d1"}')

    cli("declare", "Nothing can be stored", "--severity", "critical", "--from-alert", str(file))

    shown = cli.json("show")
    assert (shown["title"], shown["severity"]) == ("Nothing can be stored", 1)
    assert cli.bodies("entry.logged")[0]["text"] == "Alert: Disk full\nSEV4 low"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "error: - is no JSON; give the body of a webhook, or an object with a title\n"),
        (b"[" * 100_000, "error: - is no JSON; give the body of a webhook, or an object with a title\n"),
        (b'{"a": 1}', "error: - tells of no alert; docs/sources/listen.md names the forms that are read\n"),
        (b" " * (1024 * 1024 + 1), "error: - is larger than 1 MB; no alert is so long\n"),
    ],
)
def test_junk_declares_nothing(cli: CommandLine, data: bytes, words: str) -> None:
    answer = cli("declare", "--from-alert", "-", stdin=data)

    assert (answer.code, answer.out, answer.err) == (1, "", words)
    assert cli.json("list") == []


def test_only_one_of_the_two(cli: CommandLine) -> None:
    assert cli("declare", "--from-alert", "-", "--from-sentry", "https://sentry.io/issues/1/").code == 2
