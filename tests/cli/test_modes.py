"""Files and folders are for their owner alone, whatever the umask is, and no token of the configuration is in any."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from incident_tui.config import Config
from incident_tui.journal import connection
from incident_tui.journal.blobs import BlobStore
from incident_tui.session import Session
from tests.channels.server import Answer, Server, serving
from tests.cli.conftest import CommandLine
from tests.faults.appender import paths_below

TOKEN = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"
HOOK = "hook-4f9d2c71a6b8e035"
TOML = """
[channels.issues]
kind = "github"
repository = "acme/shop"
token = "file:{secrets}/token"
url = "{url}"
plain = true

[channels.ops]
kind = "mattermost"
url = "file:{secrets}/hook"
plain = true
audiences = ["internal"]
"""


@pytest.fixture(
    params=[0o000, pytest.param(0o022, marks=pytest.mark.faults), pytest.param(0o077, marks=pytest.mark.faults)],
    ids=["000", "022", "077"],
)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """The modes of all below a folder, and its own, as the others see them."""
    found = [folder, *folder.rglob("*")]
    return {str(path): stat.S_IMODE(path.lstat().st_mode) for path in found if not path.is_symlink()}


def everything(cli: CommandLine, out: Path) -> None:
    """All verbs that leave files, with all that they leave."""
    out.mkdir(mode=0o700)
    (out / "heap.txt").write_text("used 98 %")
    cli.ok("declare", "Checkout fails", "--commander", "dana")
    cli.ok("log", "pool at 98 %")
    cli.process_ok("run", "--", "echo", "output")
    cli.ok("attach", str(out / "heap.txt"))
    (out / "heap.txt").unlink()
    cli.ok("handoff", "-o", str(out / "brief.md"))
    for name in ("report.md", "report.html"):
        cli.ok("report", "-o", str(out / name))
    cli.ok("report", "-o", str(out / "report.md"), "--force")
    cli.ok("report", "--template", "timeline-csv", "-o", str(out / "timeline.csv"))
    cli.ok("export", "-o", str(out / "all.jsonl"))
    cli.ok("export", "-o", str(out / "all.jsonl"), "--force")
    cli.ok("replay", "--export", str(out / "now.svg"))
    cli.ok("replay", "--export", str(out / "film.cast"))
    cli.ok("backup", str(out / "copy.db"))
    cli.ok("repair", "-o", str(out / "repaired.db"))
    cli.ok("resolve")
    cli.ok("drill", cli.json("list")[0]["ref"])


@pytest.mark.usefixtures("umask")
def test_whatever_any_verb_makes_is_for_its_owner_alone(cli: CommandLine, tmp_path: Path) -> None:
    everything(cli, tmp_path / "out")

    found = {**modes(cli.home), **modes(tmp_path / "out")}

    assert len(list((tmp_path / "out").iterdir())) == 9
    assert {path: oct(mode) for path, mode in found.items() if mode & 0o077} == {}
    assert {path: oct(mode) for path, mode in found.items() if mode & 0o100 and Path(path).is_file()} == {}


@pytest.mark.usefixtures("umask")
def test_what_is_there_only_while_it_is_open_is_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "a" / "home"
    with Session.open(paths_below(home), Config(person="dana")) as session:
        session.spill("what could not be saved")
        BlobStore(session.paths.blobs).keep(b"evidence")
        with session.journal.writing():
            found = modes(tmp_path / "a")

    names = {Path(path).name for path in found}
    assert {"incidents.db", "incidents.db-wal", "incidents.db-shm", "incidents.db.lock", "blobs", "spill"} <= names
    assert {path: oct(mode) for path, mode in found.items() if mode & 0o077} == {}


def test_a_folder_that_is_shared_on_purpose_stays_so(cli: CommandLine) -> None:
    (cli.home / "data").mkdir(parents=True)
    (cli.home / "data").chmod(0o770)

    cli.ok("declare", "Checkout fails")

    assert stat.S_IMODE((cli.home / "data").stat().st_mode) == 0o770
    assert stat.S_IMODE((cli.home / "data" / "incidents.db").stat().st_mode) == 0o600


@pytest.fixture
def server() -> Iterator[Server]:
    issue = {"id": 9, "number": 12, "html_url": "https://github.com/acme/shop/issues/12"}
    with serving() as server:
        server.respond = lambda request: Answer(200) if HOOK in request.path else Answer(201, issue)
        yield server


@pytest.fixture
def sending(cli: CommandLine, server: Server, tmp_path: Path) -> CommandLine:
    """With a tracker and a chat, whose secrets are files."""
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for name, value in (("token", TOKEN), ("hook", f"{server.url}/hooks/{HOOK}")):
        (secrets / name).write_text(value)
        (secrets / name).chmod(0o600)
    (cli.home / "config").mkdir(parents=True)
    (cli.home / "config" / "config.toml").write_text(TOML.format(secrets=secrets, url=server.url))
    return cli


def test_no_token_is_in_any_file_or_any_word_of_the_program(sending: CommandLine, server: Server) -> None:
    """Not after it was used, pasted, printed by a command, and refused by the service either."""
    said = []
    for words in (
        ["declare", f"Checkout fails with {HOOK}"],
        ["log", f"curl -H 'Authorization: Bearer {TOKEN}' says no, {server.url}/hooks/{HOOK} too"],
        ["action", "add", f"rotate {TOKEN}"],
        ["action", "track", "A1", "--send"],
        ["say", "internal", "We look into it", "--send"],
        ["outbox"],
        ["doctor"],
        ["doctor", "--send-test", "--yes"],
    ):
        answer = sending(*words)
        assert answer.code != 2, words
        said.append(answer.out + answer.err)
    server.respond = lambda _: Answer(403, {"message": f"no {TOKEN} {HOOK}"})
    for words in (
        ["action", "add", "one more"],
        ["action", "track", "A2", "--send"],
        ["say", "internal", "And on", "--send"],
        ["outbox"],
        ["show"],
        ["report"],
        ["handoff", "--json"],
        ["export"],
        ["search", "curl"],
        ["verify"],
    ):
        answer = sending(*words)
        assert answer.code != 2, words
        said.append(answer.out + answer.err)
    printed = sending.process("run", "--", "echo", TOKEN)  # the person who runs it sees what it prints
    assert TOKEN in printed.out

    assert {request.path for request in server.requests} >= {f"/hooks/{HOOK}", "/repos/acme/shop/issues"}
    assert [text for text in said if TOKEN in text or HOOK in text] == []
    kept = {str(path): path.read_bytes() for path in sending.home.rglob("*") if path.is_file()}
    with sqlite3.connect(sending.home / "data" / "incidents.db") as database:
        kept["dump"] = "\n".join(database.iterdump()).encode()
    database.close()
    assert [name for name, data in kept.items() if TOKEN.encode() in data or HOOK.encode() in data] == []
    assert "echo" in kept["dump"].decode()


def test_the_test_notices_a_database_that_is_made_as_the_umask_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(connection, "_create", Path.touch)
    before = os.umask(0)
    try:
        with pytest.raises(AssertionError):
            test_what_is_there_only_while_it_is_open_is_for_its_owner_alone(tmp_path)
    finally:
        os.umask(before)
