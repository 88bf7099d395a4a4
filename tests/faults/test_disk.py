"""A disk that refuses, is full or may not be written: never a false "recorded", nothing typed is lost."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from incident_tui.config import Config
from incident_tui.session import Session
from tests.faults.appender import paths_below
from tests.faults.strace import injected, needs_strace
from tests.faults.writers import HOUSE, acknowledged, appender, sound

ERRORS = ("fdatasync:error=EIO", "pwrite64:error=EIO", "pwrite64:error=ENOSPC")
COUNT = 8
PER_ENTRY = {"fdatasync": 1, "pwrite64": 20}  # so many calls at least


@pytest.fixture
def begun(home: Path) -> Path:
    """A home with one incident and one entry."""
    subprocess.run(appender(home, 1), cwd=HOUSE, check=True, capture_output=True)
    return home


def refuse_at(home: Path, fault: str, when: str, count: int = COUNT) -> int:
    """Let the disk refuse the writer's calls `when`; how many of `count` entries it could not record."""
    before = sound(home)
    done = subprocess.run(
        injected(f"{fault}:when={when}", appender(home, count)), cwd=HOUSE, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    found = sound(home) - before
    refused = [line for line in done.stdout.decode().split("\n") if line.startswith("NOT ")]
    assert acknowledged(done.stdout) <= found
    assert len(acknowledged(done.stdout)) + len(refused) == count
    assert [line for line in refused if "the disk" not in line] == []
    with Session.open(paths_below(home), Config()) as session:
        kept = session.spilled()
        assert len(kept) == len(refused)
        for file, text in kept:
            assert text.startswith("entry ")
            file.unlink()
    return len(refused)


@needs_strace
@pytest.mark.parametrize("fault", ERRORS)
def test_a_disk_that_refuses_some_calls(begun: Path, fault: str) -> None:
    assert sum(refuse_at(begun, fault, f"{number}..{number + 4}") for number in (3, 12)) > 0


@needs_strace
@pytest.mark.faults
@pytest.mark.parametrize("fault", ERRORS)
def test_a_disk_that_refuses_every_call_in_turn(begun: Path, tmp_path: Path, fault: str) -> None:
    """Each of the first 300, in a home of its own; what comes after it is recorded again."""
    refused = 0
    for number in range(1, 301):
        home = tmp_path / str(number)
        shutil.copytree(begun, home)
        refused += refuse_at(home, fault, str(number), number // PER_ENTRY[fault.partition(":")[0]] + COUNT)
        shutil.rmtree(home)
    assert refused > 200


CLI_FAULTS = ("pread64:error=EIO", "pwrite64:error=EIO", "fdatasync:error=EIO")


def log_with_a_fault(home: Path, fault: str, number: int) -> bool:
    """Log one entry on the command line while a call about the database fails; whether it was said to be recorded."""
    before = sound(home)
    database = paths_below(home).database
    environ = {"INCIDENT_TUI_HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": str(HOUSE)}
    command = injected(
        f"{fault}:when={number}",
        [sys.executable, "-m", "incident_tui", "log", f"entry {number}"],
        [database, database.with_name("incidents.db-wal"), database.with_name("incidents.db-shm")],
    )
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    said = "recorded at" in done.stdout
    assert len(sound(home) - before) == said
    assert said == (done.returncode == 0), done.stderr
    assert re.fullmatch("" if said else "error: [^\n]+[^;\n]\n", done.stderr), done.stderr
    return said


@needs_strace
@pytest.mark.parametrize(("fault", "number"), [("pread64:error=EIO", 9), ("fdatasync:error=EIO", 1)])
def test_the_command_line_says_in_one_line_what_the_disk_refuses(begun: Path, fault: str, number: int) -> None:
    assert not log_with_a_fault(begun, fault, number)


@needs_strace
@pytest.mark.faults
@pytest.mark.parametrize("fault", CLI_FAULTS)
def test_the_command_line_at_every_call_that_fails(begun: Path, fault: str) -> None:
    said = [log_with_a_fault(begun, fault, number) for number in range(1, 46)]
    assert {True, False} == set(said)


@functools.cache
def no_namespace() -> str:
    """Why no small disk can be made here; empty when it can."""
    command = ["unshare", "-Urm", "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/mnt"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unshare is not installed"
    return "" if done.returncode == 0 else f"no file system may be mounted here: {done.stderr.strip()[:80]}"


needs_namespace = pytest.mark.skipif(bool(no_namespace()), reason=no_namespace() or "mounting works")


def on_a_small_disk(folder: Path, rounds: int) -> list[str]:
    """What the script says that fills a disk and frees it again so often."""
    folder.mkdir()
    script = f'mount -t tmpfs -o size=2m tmpfs "{folder}" && exec "$@"'
    command = ["unshare", "-Urm", "sh", "-c", script, "sh", sys.executable, "-m", "tests.faults.full_disk"]
    done = subprocess.run([*command, str(folder), str(rounds)], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@needs_namespace
def test_a_full_disk(tmp_path: Path) -> None:
    assert on_a_small_disk(tmp_path / "disk", 2)[-1] == "sound after 2 rounds"


@needs_namespace
@pytest.mark.faults
def test_a_disk_that_is_full_again_and_again(tmp_path: Path) -> None:
    assert on_a_small_disk(tmp_path / "disk", 20)[-1] == "sound after 20 rounds"


@pytest.fixture
def open_home() -> Iterator[Path]:
    """A home with one entry that others than root can reach, too."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        subprocess.run(appender(home, 1), cwd=HOUSE, check=True, capture_output=True)
        yield home


def leave_entry_in_the_log(home: Path, folder: Path) -> None:
    """Leave the database as a writer does that was killed: its only entry is in the log, which has no index."""
    database = paths_below(home).database
    with subprocess.Popen(appender(folder), cwd=HOUSE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        for _ in range(3):
            child.stdout.readline()
        child.kill()
    left = paths_below(folder).database
    database.write_bytes(left.read_bytes())
    database.with_name("incidents.db-wal").write_bytes(left.with_name("incidents.db-wal").read_bytes())


@pytest.mark.parametrize("what", ["file", "folder", "log"])
def test_what_may_not_be_written_is_read(open_home: Path, tmp_path: Path, what: str) -> None:
    """As somebody who is not root, because nothing is read-only to root."""
    data = paths_below(open_home).data
    if what == "log":
        leave_entry_in_the_log(open_home, tmp_path / "killed")
    (data / "incidents.db").chmod(0o444)
    if what != "file":
        data.chmod(0o555)
    command = [sys.executable, "-m", "tests.faults.read_only", str(open_home)]
    try:
        done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    finally:
        data.chmod(0o700)
        (data / "incidents.db").chmod(0o600)
    if done.returncode == 77:
        pytest.skip(done.stdout)

    assert done.stderr == ""
    assert done.stdout.splitlines() == [f"{len(sound(open_home))} read", "nothing can be recorded"]
    assert sound(open_home) != set()
