"""Secrets that are typed, piped, printed or imported reach neither the journal nor a file beside it."""

from __future__ import annotations

import json
from pathlib import Path

from incident_tui.config import Config
from incident_tui.domain.decide.log import log_entry
from incident_tui.paths import Paths
from incident_tui.session import Done, Session
from tests.cli.conftest import CommandLine
from tests.domain.scrubbing.fakes import LETTERS, Maker, fakes, private_key

MAKE = Maker(3)
TOKEN = "gh" + "p_" + MAKE.of(LETTERS, 36)
PASSWORD = "hunt" + "er2"


def kept_anywhere(home: Path, secret: str) -> list[str]:
    """The files below the home that hold a secret."""
    return [file.name for file in sorted(home.rglob("*")) if file.is_file() and secret.encode() in file.read_bytes()]


def test_what_is_logged_has_no_secret_and_one_line_says_so(live: CommandLine) -> None:
    answer = live("log", f"the deploy used {TOKEN}")

    assert answer.code == 0
    assert answer.err == "note: masked 1 secret (GitHub token); --keep-secrets keeps it\n"
    assert live.bodies("entry.logged")[0]["text"] == f"the deploy used ‹GitHub token …{TOKEN[-4:]} masked›"
    assert kept_anywhere(live.home, TOKEN) == []


def test_who_means_it_keeps_it(live: CommandLine) -> None:
    answer = live("log", f"the deploy used {TOKEN}", "--keep-secrets")

    assert (answer.code, answer.err) == (0, "")
    assert live.bodies("entry.logged")[0]["text"] == f"the deploy used {TOKEN}"


def test_every_verb_that_takes_words_masks_them(live: CommandLine) -> None:
    texts = [
        ("say", "internal", f"we use password={PASSWORD}"),
        ("error", f"login with password={PASSWORD} fails"),
        ("impact", "users", f"password={PASSWORD}"),
        ("order", "lee", "10m", f"rotate password={PASSWORD}"),
        ("action", "add", f"rotate password={PASSWORD}"),
        ("title", f"leak of password={PASSWORD}"),
        ("step", "note", "1.1", f"password={PASSWORD}"),
        ("propose", f"rotate password={PASSWORD}"),
    ]
    for words in texts:
        answer = live(*words)
        assert (answer.code, answer.err) == (0, "note: masked 1 secret (password); --keep-secrets keeps it\n"), words

    assert kept_anywhere(live.home, PASSWORD) == []


def test_a_title_is_scrubbed_too(cli: CommandLine) -> None:
    answer = cli("declare", f"token {TOKEN} is on the status page")

    assert answer.err == "note: masked 1 secret (GitHub token) in the title\n"
    assert kept_anywhere(cli.home, TOKEN) == []


def test_a_secret_in_the_output_is_shown_to_who_ran_it_and_kept_nowhere(live: CommandLine) -> None:
    lines = "\n".join(fake.line for fake in fakes(2)) + "\n" + private_key(MAKE) + "\n"
    script = live.home / "says.txt"
    script.write_text(lines)
    before = kept_anywhere(live.home, fakes(2)[5].secret)

    answer = live("run", "--", "cat", str(script))

    assert answer.out == lines
    assert answer.err.startswith("note: masked ")
    assert answer.err.endswith(" in its output; --keep-secrets keeps them\n")
    for fake in fakes(2):
        assert kept_anywhere(live.home, fake.secret) == before, fake.name
    kept = live.bodies("command.run")[0]
    whole = next(live.home.rglob(kept["sha256"])).read_bytes()
    assert (len(whole), kept["output"].encode()) == (kept["size"], whole)
    assert "PRIVATE" not in kept["output"]


def test_the_command_itself_may_hold_one(live: CommandLine) -> None:
    answer = live("run", "--", "echo", f"password={PASSWORD}")

    assert answer.out == f"password={PASSWORD}\n"
    assert kept_anywhere(live.home, PASSWORD) == []


def test_a_run_that_keeps_secrets_keeps_the_output_byte_by_byte(live: CommandLine) -> None:
    live.ok("run", "--keep-secrets", "--", "echo", TOKEN)

    kept = live.bodies("command.run")[0]
    assert kept["output"] == f"{TOKEN}\n"
    assert next(live.home.rglob(kept["sha256"])).read_bytes() == f"{TOKEN}\n".encode()


def test_a_text_too_long_for_an_entry_is_scrubbed_before_it_is_a_file(live: CommandLine) -> None:
    answer = live("log", stdin=(f"{TOKEN}\n" + "x" * 99 + "\n").encode() * 700)

    assert "masked 700 secrets (GitHub token ×700)" in answer.err
    assert kept_anywhere(live.home, TOKEN) == []


def test_an_attached_file_is_kept_as_it_is_but_its_preview_is_not(live: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "env.txt"
    file.write_text(f"GITHUB={TOKEN}\n")

    answer = live("attach", str(file))

    assert "the file itself is kept as it is" in answer.err
    assert TOKEN not in live.bodies("file.attached")[0]["preview"]


def test_a_past_incident_is_read_without_its_secrets(cli: CommandLine) -> None:
    document = f"# Outage\n\n2026-10-01\n\n- 14:05 UTC - rotated {TOKEN}\n- 14:10 UTC - resolved\n"

    answer = cli("import", "-", stdin=document.encode())

    assert answer.code == 0
    assert answer.err == "note: masked 1 secret (GitHub token); --keep-secrets keeps it\n"
    assert kept_anywhere(cli.home, TOKEN) == []


def test_what_was_exported_elsewhere_stays_as_it_is_for_its_chain(live: CommandLine, tmp_path: Path) -> None:
    live.ok("log", f"used {TOKEN}", "--keep-secrets")
    exported = live.ok("export")

    other = CommandLine(tmp_path / "other")
    other.ok("import", "-", stdin=exported.encode())

    assert any(TOKEN in json.loads(line)["body"].get("text", "") for line in other.ok("export").splitlines())
    other.ok("verify")


def test_what_cannot_be_saved_is_spilled_without_secrets(live: CommandLine) -> None:
    with Session.open(Paths(live.home / "data", live.home / "config"), Config()) as session:
        file = session.spill(f"the deploy used {TOKEN}")

    assert TOKEN not in file.read_text()
    assert "masked" in file.read_text()


def test_a_message_with_a_secret_is_not_sent(live: CommandLine) -> None:
    refused = live("say", "external", f"use {TOKEN}", "--sent", "status page")

    assert refused.code == 1
    assert refused.err.startswith("error: the message has a secret in it (GitHub token)")
    assert live.bodies("message.drafted") == []

    drafted = live("say", "external", f"use {TOKEN}")
    assert drafted.code == 0
    assert TOKEN not in live.bodies("message.drafted")[0]["text"]


def test_a_kept_secret_is_sent_only_by_force(live: CommandLine) -> None:
    kept = live("say", "internal", f"use {TOKEN}", "--keep-secrets")
    assert kept.err == "note: a secret (GitHub token) is in it; leave it out\n"

    assert "M1 has a secret in it (GitHub token)" in live("sent", "M1").err
    live.ok("sent", "M1", "--force")


def test_after_say_stands_what_had_better_not_be_said(live: CommandLine) -> None:
    answer = live("say", "external", "db-3.prod.internal will be fixed by 15:00, it was Lee's mistake")

    assert answer.code == 0
    assert answer.err.splitlines() == [
        "note: “db-3.prod.internal” names a machine; name the service",
        "note: “will be fixed by 15:00” promises an end; promise the next update",
        "note: “Lee's mistake” blames a person; say what let it happen",
    ]
    assert live.ok("say", "external", "Payments fail, we are on it", "--promise", "20m")


def test_a_session_masks_its_own_secrets_whatever_they_look_like(live: CommandLine) -> None:
    with Session.open(Paths(live.home / "data", live.home / "config"), Config()) as session:
        session.own_secrets = ("open sesame",)
        room = session.enter(session.summaries()[0].incident)
        done = session.perform(room, lambda incident: log_entry(incident, "finding", "it says open sesame now"))

    assert isinstance(done, Done)
    assert done.masked == ("secret of yours",)
    assert live.bodies("entry.logged")[0]["text"] == "it says ‹secret of yours masked› now"
    assert kept_anywhere(live.home, "open sesame") == []
