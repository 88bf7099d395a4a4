"""Evidence from the system is cleaned and previewed before it is kept."""

from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.evidence import OUTPUT_LIMIT, keep_command, keep_file, preview
from incident_tui.domain.events import CommandRun, FileAttached
from incident_tui.domain.incident import Incident
from incident_tui.domain.text import has_controls

HERE = Incident("here")


def test_a_command_is_cleaned() -> None:
    ran = CommandRun("ls\x1b[2J", 0, 5, "\x1b[31mred\x1b[0m\r\nnext\x07", host="h\no", folder="/a\x1b]b")

    assert keep_command(HERE, ran) == (CommandRun("ls^[[2J", 0, 5, "red\nnext^G", host="h", folder="/a^[]b"),)


def test_an_output_that_is_too_long_is_cut_and_says_so() -> None:
    decision = keep_command(HERE, CommandRun("x", 0, 5, "\x07" * OUTPUT_LIMIT))

    assert decision == (CommandRun("x", 0, 5, "^G" * (OUTPUT_LIMIT // 2), cut=True),)


def test_a_file_needs_a_name() -> None:
    assert isinstance(keep_file(HERE, " \n", "0" * 64, 1, b"x"), Refused)
    assert keep_file(HERE, "a.txt", "0" * 64, 1, b"x") == (FileAttached("a.txt", "0" * 64, 1, "x"),)


@given(st.binary(max_size=200))
def test_a_preview_is_clean_whatever_the_file(data: bytes) -> None:
    assert not has_controls(preview(data))


@given(st.text("aé€😀\n", min_size=1), st.integers(0, 3))
def test_a_character_cut_in_two_does_not_hide_the_text(text: str, cut: int) -> None:
    data = text.encode()
    whole = data[: len(data) - cut].decode(errors="ignore")

    assert preview(data[: len(data) - cut]) == "\n".join(whole.split("\n")[:40]).strip("\n")
