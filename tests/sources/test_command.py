"""Commands: their output in order, their end, and the excerpt that is recorded."""

import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incident_tui.sources.command import CannotRun, Command, Ended, Excerpt


def outcome(command: Command) -> tuple[bytes, Ended | None]:
    with command:
        output = b"".join(command.output())
    return output, command.ended


def test_output_comes_in_order_and_with_the_exit_code(tmp_path: Path) -> None:
    output, ended = outcome(Command("echo one; echo two >&2; pwd; exit 4", folder=tmp_path))

    assert output == f"one\ntwo\n{tmp_path}\n".encode()
    assert ended is not None
    assert (ended.exit_code, ended.timed_out) == (4, False)


def test_a_signal_counts_from_128() -> None:
    _, ended = outcome(Command("kill -KILL $$"))

    assert ended is not None
    assert ended.exit_code == 137


def test_the_line_can_be_pasted_into_a_shell() -> None:
    assert Command(["echo", "a b", "$HOME"]).line == "echo 'a b' '$HOME'"
    assert Command("df -h | head").line == "df -h | head"


@pytest.mark.parametrize(("words", "code"), [(["no-such-command"], 127), (["/etc"], 126), (["a\0b"], 126)])
def test_what_cannot_run(words: list[str], code: int) -> None:
    with pytest.raises(CannotRun) as error, Command(words):
        pass

    assert error.value.exit_code == code


def test_who_ignores_the_end_of_its_time_is_killed() -> None:
    limit = timedelta(seconds=2)
    output, ended = outcome(Command("trap '' TERM; echo begun; while :; do sleep 1; done", limit=limit))

    assert output == b"begun\n"
    assert ended is not None
    assert (ended.exit_code, ended.timed_out) == (124, True)


def test_what_is_sent_before_it_runs_reaches_it_as_soon_as_it_does() -> None:
    command = Command("echo began; sleep 20", apart=True)
    command.send(signal.SIGTERM)
    command.send(signal.SIGCONT)
    with command:
        list(command.output())
    assert command.ended is not None
    assert command.ended.exit_code == 128 + signal.SIGTERM


def test_leaving_early_ends_the_command() -> None:
    command = Command([sys.executable, "-c", "print('x' * 10, flush=True); import time; time.sleep(60)"])
    with command:
        next(command.output())

    assert command.ended is None
    assert command._process.returncode == -9


def excerpt_of(data: bytes, cuts: list[int], **limits: int) -> Excerpt:
    excerpt, start = Excerpt(**limits), 0
    for cut in [*sorted(cut % (len(data) + 1) for cut in cuts), len(data)]:
        excerpt.add(data[start:cut])
        start = cut
    return excerpt


@given(st.lists(st.binary(max_size=12)), st.lists(st.integers(0, 500), max_size=6))
def test_a_short_output_is_its_own_excerpt(lines: list[bytes], cuts: list[int]) -> None:
    data = b"\n".join(lines)
    excerpt = excerpt_of(data, cuts)

    assert (excerpt.cut, excerpt.total) == (False, len(data))
    assert excerpt.text("x") == data.decode(errors="replace")


@given(st.integers(7, 60), st.lists(st.integers(0, 500), max_size=6))
@example(7, [99])  # nothing came at the end
def test_of_a_long_output_the_ends_stay_however_it_came(count: int, cuts: list[int]) -> None:
    data = b"".join(b"line %d\n" % number for number in range(count))
    lines = excerpt_of(data, cuts, lines=3).text("sha256 x").splitlines()

    assert lines[:3] == ["line 0", "line 1", "line 2"]
    assert lines[3] == f"… {count - 6} lines left out, whole output: sha256 x …"
    assert lines[4:] == [f"line {number}" for number in range(count - 3, count)]


@given(st.integers(0, 3000), st.lists(st.integers(0, 3000), max_size=6))
def test_one_endless_line_is_cut_too(size: int, cuts: list[int]) -> None:
    data = bytes(97 + number % 26 for number in range(size))
    excerpt = excerpt_of(data, cuts, size=100)

    assert len(excerpt.text("x")) <= 300
    assert excerpt.text("x").rstrip("\n").endswith(data[-50:].decode())
    assert excerpt.cut == ("left out" in excerpt.text("x"))
