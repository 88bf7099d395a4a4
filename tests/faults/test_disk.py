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

ERRORS = ("fdatasync:error=EIO", "pwrite64:error=EIO", "pwrite64:error=ENOSPC", "pwrite64:error=EROFS")
COUNT = 8
PER_ENTRY = {"fdatasync": 1, "pwrite64": 20}  # so many calls at least
WITHOUT = """
import sys
from incident_tui.journal import connection, errors, store
{}
from tests.faults.{} import main
sys.exit(main(*sys.argv[1:]))
"""
# What a program is without that reads where it may not write, and says why:
ONLY_IN_PLACE = "connection._open_as_it_is = lambda path: connection._checked(path.as_uri() + '?mode=ro')"
ONLY_TO_WRITE = "store._for_reading = lambda path, why, tries=True: store.open_to_write(path)"
ONLY_WHAT_IS_IN_ITS_PLACE = "connection._has_log = lambda path: False"
TRIED_ONCE = "store._for_reading.__kwdefaults__['tries'] = False"
WITHOUT_WORDS = "errors.SENTENCES.clear()"
HIDING = """
from incident_tui.session import Done, NotSaved, Session
perform = Session.perform
def hiding(self, room, intent):
    try:
        return perform(self, room, intent)
    except NotSaved:
        return Done(room, ())
Session.perform = hiding
"""


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


CLI_FAULTS = ("pread64:error=EIO", "pwrite64:error=EIO", "pwrite64:error=EROFS", "fdatasync:error=EIO")


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


def with_python(module: str, without: str = "") -> list[str]:
    """The script of this name, or the same in a program from which something was taken away."""
    return [sys.executable, *(["-c", WITHOUT.format(without, module)] if without else ["-m", f"tests.faults.{module}"])]


def on_a_small_disk(folder: Path, rounds: int, without: str = "") -> None:
    """Run the script that fills a disk and frees it again so often, and starts on a full one."""
    folder.mkdir()
    script = f'mount -t tmpfs -o size=2m tmpfs "{folder}" && exec "$@"'
    command = ["unshare", "-Urm", "sh", "-c", script, "sh", *with_python("full_disk", without)]
    done = subprocess.run([*command, str(folder), str(rounds)], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout.splitlines()[-1] == f"sound after {rounds} rounds"


@needs_namespace
@pytest.mark.parametrize("rounds", [0, 2], ids=["at the start", "in the middle"])
def test_a_full_disk(tmp_path: Path, rounds: int) -> None:
    on_a_small_disk(tmp_path / "disk", rounds)


@needs_namespace
@pytest.mark.faults
def test_a_disk_that_is_full_again_and_again(tmp_path: Path) -> None:
    on_a_small_disk(tmp_path / "disk", 20)


@needs_namespace
@pytest.mark.parametrize(
    ("rounds", "without", "said"),
    [
        pytest.param(2, WITHOUT_WORDS, "not saved: the database refuses: ", id="no words"),
        pytest.param(2, HIDING, "the disk is never full", id="errors are hidden"),
        pytest.param(0, ONLY_TO_WRITE, "in full_at_the_start", id="start, only to write"),
        pytest.param(0, ONLY_IN_PLACE, "in full_at_the_start", id="start, read in place"),
        pytest.param(0, TRIED_ONCE, "NotSaved: .* is open for reading only", id="start, tried once"),
    ],
)
def test_the_test_notices_what_is_not_ready_for_a_full_disk(
    tmp_path: Path, rounds: int, without: str, said: str
) -> None:
    with pytest.raises(AssertionError, match=said):
        on_a_small_disk(tmp_path / "disk", rounds, without)


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


def read_without_writing(home: Path, tmp_path: Path, what: str, without: str = "") -> None:
    """As somebody who is not root, because nothing is read-only to root."""
    data = paths_below(home).data
    if what == "log":
        leave_entry_in_the_log(home, tmp_path / "killed")
    (data / "incidents.db").chmod(0o444)
    if what != "file":
        data.chmod(0o555)
    command = [*with_python("read_only", without), str(home)]
    try:
        done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    finally:
        data.chmod(0o700)
        (data / "incidents.db").chmod(0o600)
    if done.returncode == 77:
        pytest.skip(done.stdout)

    assert done.stderr == "", done.stderr
    assert done.stdout.splitlines() == [f"{len(sound(home))} read", "nothing can be recorded"]
    assert sound(home) != set()


@pytest.mark.parametrize("what", ["file", "folder", "log"])
def test_what_may_not_be_written_is_read(open_home: Path, tmp_path: Path, what: str) -> None:
    read_without_writing(open_home, tmp_path, what)


@pytest.mark.parametrize(
    ("what", "without", "said"),
    [
        pytest.param("file", WITHOUT_WORDS, "the database refuses: ", id="file, no words"),
        pytest.param("folder", ONLY_TO_WRITE, "JournalError|sqlite3.OperationalError", id="folder, only to write"),
        pytest.param("folder", ONLY_IN_PLACE, "JournalError", id="folder, read in place"),
        pytest.param("log", ONLY_IN_PLACE, "JournalError", id="log, read in place"),
        pytest.param("log", ONLY_WHAT_IS_IN_ITS_PLACE, "JournalError", id="log, not read"),
    ],
)
def test_the_test_notices_what_is_not_ready_for_a_journal_that_may_not_be_written(
    open_home: Path, tmp_path: Path, what: str, without: str, said: str
) -> None:
    with pytest.raises(AssertionError, match=said):
        read_without_writing(open_home, tmp_path, what, without)
