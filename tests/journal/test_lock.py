"""One writer at a time; who has to wait is told for whom."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from incident_tui.domain.search import plain
from incident_tui.journal import Journal, JournalError, lock
from incident_tui.journal.connection import lock_path, nobody_records
from incident_tui.journal.lock import held
from tests.journal.journals import tell
from tests.story import checkout_outage

WAIT = 20.0
HOUSE = Path(__file__).parents[2]
HOLDER = """
import sys
from pathlib import Path
from incident_tui.journal.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "incidents.db.lock"


@pytest.fixture
def holder(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the lock, and gives it back after a line of input."""
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        yield child
        child.kill()


def stop(child: subprocess.Popen[bytes]) -> None:
    """Freeze a child, and be sure that it is."""
    child.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, child.pid, os.WSTOPPED)


def test_a_frozen_holder_is_named(path: Path, holder: subprocess.Popen[bytes]) -> None:
    stop(holder)

    with pytest.raises(JournalError, match=f"process {holder.pid} on ") as caught, held(path, 0.05):
        pytest.fail("two hold the lock")

    assert caught.value.reason == f"process {holder.pid} on {socket.gethostname()} holds the journal"
    assert "continue or end it" in caught.value.hint


@pytest.mark.skipif(not lock.LOCKS.exists(), reason="the system does not tell who holds locks")
@pytest.mark.parametrize("words", [b"", b"1 elsewhere\n"], ids=["nothing", "the one before"])
def test_a_holder_frozen_before_it_has_signed_is_named(
    path: Path, holder: subprocess.Popen[bytes], words: bytes
) -> None:
    stop(holder)
    path.write_bytes(words)

    with pytest.raises(JournalError, match=f"process {holder.pid} on {socket.gethostname()} "), held(path, 0.05):
        pytest.fail("two hold the lock")


def test_it_is_free_once_the_holder_goes_on(path: Path, holder: subprocess.Popen[bytes]) -> None:
    stop(holder)
    assert holder.stdin is not None
    holder.stdin.write(b"\n")
    holder.stdin.flush()
    with pytest.raises(JournalError), held(path, 0.0):
        pytest.fail("two hold the lock")

    holder.send_signal(signal.SIGCONT)

    with held(path, 30):
        assert path.read_text().split() == [str(os.getpid()), socket.gethostname()]


def test_who_waits_comes_before_who_gives_it_back_and_wants_it_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, order, sleep = threading.Event(), [], time.sleep

    def pause(seconds: float) -> None:
        waits.set()
        sleep(seconds)

    def want(who: str) -> None:
        with held(path, WAIT):
            order.append(who)

    monkeypatch.setattr(time, "sleep", pause)
    waiting = threading.Thread(target=want, args=("waited",))
    with held(path):
        waiting.start()
        assert waits.wait(WAIT)
    want("again")
    waiting.join(WAIT)

    assert order == ["waited", "again"]


def test_who_is_next_takes_it_without_having_slept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[None] = []
    holding = lock.take(path)

    def look() -> None:
        looks.append(None)
        if len(looks) == 3:
            lock.give_back(holding)

    monkeypatch.setattr(lock, "EAGER_SECONDS", WAIT)
    monkeypatch.setattr(lock.Crowd, "gone_at", 0.0)
    monkeypatch.setattr(os, "sched_yield", look)
    monkeypatch.setattr(time, "sleep", lambda _seconds: pytest.fail("it slept"))
    with held(path):
        assert len(looks) == 3


def test_who_is_next_sleeps_for_a_while_where_others_want_the_processor(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who gives way comes back after two seconds, as the clock here says: that is found out once."""
    seconds: list[float] = [0.0]
    slept: list[float] = []
    ways: list[float] = []
    holding = lock.take(path)

    def give_way() -> None:
        ways.append(seconds[0])
        seconds[0] += 2.0

    def pause(_seconds: float) -> None:
        slept.append(seconds[0])
        if len(slept) == 3:
            lock.give_back(holding)

    monkeypatch.setattr(lock, "EAGER_SECONDS", 1.0)
    monkeypatch.setattr(lock.Crowd, "gone_at", -1.0)
    monkeypatch.setattr(time, "monotonic", lambda: seconds[0])
    monkeypatch.setattr(os, "sched_yield", give_way)
    monkeypatch.setattr(time, "sleep", pause)
    with held(path):
        assert (ways, slept) == ([0.0], [2.0, 2.0, 2.0])
    seconds[0] += lock.ASLEEP_SECONDS
    holding = lock.take(path)
    monkeypatch.setattr(os, "sched_yield", lambda: lock.give_back(holding))
    with held(path):
        assert len(slept) == 3, "and awake again"


def test_who_is_not_next_leaves_the_processor_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    turn = os.open(lock.turn_path(path), lock.FLAGS, 0o600)
    fcntl.flock(turn, fcntl.LOCK_EX)
    slept: list[float] = []

    def pause(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            os.close(turn)

    monkeypatch.setattr(lock, "TURN_SECONDS", WAIT)
    monkeypatch.setattr(time, "sleep", pause)
    monkeypatch.setattr(os, "sched_yield", lambda: pytest.fail("it looked again at once"))
    with held(path):
        assert len(slept) == 3


def test_of_the_threads_of_a_process_one_holds_it(path: Path) -> None:
    errors: list[str] = []

    def want() -> None:
        try:
            with held(path, 0.01):
                errors.append("two hold the lock")
        except JournalError as error:
            errors.append(error.reason)

    with held(path):
        other = threading.Thread(target=want)
        other.start()
        other.join(WAIT)
        with pytest.raises(JournalError), held(path, 0.0):
            pytest.fail("who waited in vain gave it back")

    assert errors == [f"process {os.getpid()} on {socket.gethostname()} holds the journal"]
    with held(path, 0.0):
        pass


def test_while_a_program_is_stopped_none_of_its_threads_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "incidents.db"
    begun, recorded, go_on = threading.Event(), threading.Event(), threading.Event()

    def record() -> None:
        begun.set()
        with journal.writing():
            recorded.set()
            go_on.wait()

    with Journal.open(path) as journal:
        thread = threading.Thread(target=record)
        with nobody_records(path):
            thread.start()
            begun.wait()
            command = [sys.executable, "-c", HOLDER, str(lock_path(path))]
            done = subprocess.run(command, cwd=HOUSE, input=b"\n", capture_output=True, check=False)
            assert done.stdout == b"held\n", done.stderr.decode()
            assert not recorded.is_set()
        assert recorded.wait(WAIT)
        go_on.set()
        thread.join()


def test_one_that_waits_for_somebody_else_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "incidents.db"

    def record() -> None:
        with pytest.raises(JournalError, match="holds the journal"), journal.writing():
            pass

    with Journal.open(path) as journal, held(lock_path(path)):
        monkeypatch.setattr(lock, "PATIENCE_SECONDS", 0.2)
        waiting = threading.Thread(target=record)
        waiting.start()
        with nobody_records(path):
            assert lock.BEGINNING.locked()
        waiting.join()
    assert not lock.BEGINNING.locked()


@pytest.mark.parametrize("away", [Path.unlink, lambda path: path.rename(path.with_name("away"))])
def test_a_lock_file_that_is_gone_is_made_again_by_all(tmp_path: Path, away: Callable[[Path], object]) -> None:
    database = tmp_path / "incidents.db"
    with Journal.open(database) as journal:
        with journal.writing():
            pass
        away(lock_path(database))

        with journal.writing(), pytest.raises(JournalError), held(lock_path(database), 0.0):
            pytest.fail("two hold the lock")


def test_a_journal_that_was_short_of_files_for_a_moment_writes_again(tmp_path: Path) -> None:
    database = tmp_path / "incidents.db"
    with Journal.open(database) as journal:
        turn = lock.turn_path(lock_path(database))
        turn.unlink()
        turn.mkdir()
        with pytest.raises(JournalError, match="turn cannot be opened"), journal.writing():
            pytest.fail("nobody knows whose turn it is")
        turn.rmdir()

        with journal.writing(), pytest.raises(JournalError), held(lock_path(database), 0.0):
            pytest.fail("two hold the lock")


def test_one_that_was_frozen_while_it_waited_stops_nobody(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "TURN_SECONDS", 0.01)

    with path.with_suffix(".turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        with held(path, WAIT):
            assert path.read_text().split() == [str(os.getpid()), socket.gethostname()]


def test_a_killed_holder_leaves_it_free(path: Path, holder: subprocess.Popen[bytes]) -> None:
    holder.kill()
    holder.wait()

    with held(path, 0.0):
        assert path.read_text().startswith(f"{os.getpid()} ")


def test_reading_goes_on_while_the_lock_is_held(tmp_path: Path) -> None:
    story = checkout_outage()
    with Journal.open(tmp_path / "incidents.db") as journal:
        tell(journal, story)
        with held(lock_path(journal.path)):
            assert len(list(journal.rows())) == len(story.events)
            assert journal.search(plain("pool")) != []


def test_who_opens_while_another_holds_the_lock_reads_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "incidents.db"
    story = checkout_outage()
    with Journal.open(database) as journal:
        tell(journal, story)
    monkeypatch.setattr(lock, "PATIENCE_SECONDS", 0.0)
    with held(lock_path(database)), Journal.open(database) as journal:
        assert f"process {os.getpid()} on" in journal.read_only_because
        assert len(list(journal.rows())) == len(story.events)


def test_the_lock_is_the_owners_and_follows_no_link(path: Path) -> None:
    with held(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.unlink()
    path.symlink_to(path.with_name("elsewhere"))

    with pytest.raises(JournalError, match=r"lock file incidents\.db\.lock cannot be opened"), held(path):
        pytest.fail("the lock is a link")
    assert not path.with_name("elsewhere").exists()


def test_without_words_of_a_holder_it_is_somebody(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "LOCKS", path.with_name("nowhere"))
    with held(path):
        path.write_text("\0 odd content of three words")

        with pytest.raises(JournalError, match="another process holds"), held(path, 0.0):
            pytest.fail("two hold the lock")


def test_it_is_given_back_after_an_error(path: Path) -> None:
    def fail() -> None:
        with held(path):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with held(path, 0.0):
        assert path.exists()
