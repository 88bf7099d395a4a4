"""What may be attached, and what is left where that does not end well."""

import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

from incident_tui.domain.decide.evidence import PREVIEW_LIMIT
from tests.cli.conftest import CommandLine


def evidence(cli: CommandLine) -> list[str]:
    """The names of all files of evidence, finished or not."""
    return sorted(file.name for file in (cli.home / "data" / "blobs").glob("*"))


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null", "socket"])
def test_what_may_have_no_end_is_refused_before_anything_is_kept(
    live: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "heap.txt").write_text("used 98 %")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")

        said = live("attach", "heap.txt", name)

    assert (said.code, said.out) == (1, "")
    assert said.err == (
        f"error: {name} is no file but a device or a socket; attach a file, or what a command prints of it\n"
    )
    assert evidence(live) == []


def test_a_pipe_is_read_to_its_end_by_the_first_who_opens_it(live: CommandLine, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "heap.txt").write_text("used 98 %")
    writing = threading.Thread(target=(tmp_path / "pipe").write_text, args=("x" * 200_000,))
    writing.start()

    live.ok("attach", str(tmp_path / "pipe"), str(tmp_path / "heap.txt"))
    writing.join()

    pipe, _ = live.bodies("file.attached")
    assert [pipe["size"], len(pipe["preview"])] == [200_000, PREVIEW_LIMIT]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_one_that_is_told_to_end_leaves_nothing_half_written(
    live: CommandLine, tmp_path: Path, number: signal.Signals
) -> None:
    os.mkfifo(tmp_path / "pipe")
    before = len(live.ok("export").splitlines())
    attaching = subprocess.Popen(live.command("attach", str(tmp_path / "pipe")), env=live.environ())
    with attaching, (tmp_path / "pipe").open("wb") as pipe:
        pipe.write(b"x" * 200_000)
        pipe.flush()
        (name,) = evidence(live)
        while (live.home / "data" / "blobs" / name).stat().st_size < 200_000:
            assert attaching.poll() is None
        assert name.startswith("unfinished-")
        time.sleep(0.1)  # until it waits for more
        attaching.send_signal(number)
        assert attaching.wait(60) == 128 + number

    assert evidence(live) == []
    assert len(live.ok("export").splitlines()) == before


def test_what_one_that_was_killed_has_left_is_named_by_doctor_until_it_is_gone(
    live: CommandLine, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "heap.txt").write_text("used 98 %")
    attaching = subprocess.Popen(live.command("attach", str(tmp_path / "pipe")), env=live.environ())
    with attaching, (tmp_path / "pipe").open("wb") as pipe:
        pipe.write(b"x" * 200_000)
        pipe.flush()
        assert "unfinished" not in live.ok("doctor")
        attaching.kill()

    assert f"1 unfinished file in {live.home}/data/blobs, " in live.ok("doctor")
    live.ok("attach", str(tmp_path / "heap.txt"))
    assert "unfinished" not in live.ok("doctor")
    assert [name.startswith("unfinished-") for name in evidence(live)] == [False]
