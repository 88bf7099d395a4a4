"""The output of a command is scrubbed as it comes, wherever it is cut into pieces."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain.decide.log import log_entry
from incident_tui.domain.events import CommandRun, EntryLogged, StepAdded, Undone
from incident_tui.domain.incident import Incident
from incident_tui.domain.scrubbing import scrub
from incident_tui.domain.scrubbing.bodies import without_secrets
from incident_tui.domain.scrubbing.streams import LONGEST_LINE, TOKEN, Stream
from tests.domain.scrubbing.fakes import LETTERS, Maker, fakes, private_key

MAKE = Maker(5)
TOKEN_OF = "gh" + "p_" + MAKE.of(LETTERS, 36)


def streamed(pieces: list[bytes], known: tuple[str, ...] = ()) -> tuple[bytes, list[str]]:
    stream = Stream(known)
    return b"".join([*map(stream.feed, pieces), stream.finish()]), stream.kinds


def cut(data: bytes, seed: int) -> list[bytes]:
    dice = random.Random(seed)
    places = sorted(dice.choices(range(len(data)), k=40))
    return [data[begin:end] for begin, end in zip([0, *places], [*places, len(data)], strict=True)]


@pytest.mark.parametrize("seed", range(8))
def test_the_pieces_do_not_matter(seed: int) -> None:
    text = "\n".join(["begin", *(fake.line for fake in fakes(seed)), private_key(MAKE), "übrig"])
    whole = scrub(text)

    out, kinds = streamed(cut(text.encode(), seed))

    assert out.decode() == whole.text
    assert sorted(kinds) == sorted(item.kind for item in whole.found)


@given(st.lists(st.binary(max_size=200), max_size=10))
def test_what_is_no_text_passes_as_it_is(pieces: list[bytes]) -> None:
    out, kinds = streamed(pieces)

    assert kinds or out == b"".join(pieces)


def test_a_line_without_an_end_is_given_on_and_its_secrets_are_not() -> None:
    line = "x " * LONGEST_LINE + TOKEN_OF + " y" * LONGEST_LINE
    stream = Stream()

    early = stream.feed(line.encode())

    assert len(early) > LONGEST_LINE
    assert (early + stream.finish()).decode() == scrub(line).text


def test_a_secret_on_the_border_of_what_is_given_on_is_kept_whole() -> None:
    for shift in range(0, 60, 7):
        line = "x" * (LONGEST_LINE + 50 - shift) + " " + TOKEN_OF + " " + "y" * (TOKEN - 20)
        out, kinds = streamed([line.encode()[:-5], line.encode()[-5:]])
        assert TOKEN_OF.encode() not in out
        assert kinds == ["GitHub token"]


def test_colours_hide_nothing() -> None:
    coloured = f"\x1b[01;31m\x1b[K{TOKEN_OF[:4]}\x1b[m\x1b[K{TOKEN_OF[4:]} \x1b[32mok\x1b[0m\n"

    out, kinds = streamed([coloured.encode()])

    assert TOKEN_OF[4:30].encode() not in out
    assert b"\x1b[32mok" in out
    assert kinds == ["GitHub token"]


def test_one_s_own_secrets_are_masked_in_any_script() -> None:
    out, kinds = streamed(["it is schlüssel-wört".encode(), b" here\n"], ("schlüssel-wört",))

    assert out.decode() == "it is ‹secret of yours masked› here\n"
    assert kinds == ["secret of yours"]


def test_the_texts_of_events_are_scrubbed_and_their_documents_are_not() -> None:
    ran = CommandRun(f"curl -H 'Authorization: Bearer {TOKEN_OF}'", 0, 5, f"got {TOKEN_OF}", "ab" * 32)
    step = StepAdded(0, "rotate", commands=(f"use {TOKEN_OF}", "df -h"))
    taken_back = Undone("e1", {"text": TOKEN_OF})

    bodies, kinds = without_secrets((ran, step, taken_back))

    assert isinstance(bodies[0], CommandRun)
    assert TOKEN_OF not in bodies[0].command + bodies[0].output
    assert (bodies[0].sha256, bodies[0].duration_ms) == (ran.sha256, 5)
    assert isinstance(bodies[1], StepAdded)
    assert bodies[1].commands[1] == "df -h"
    assert TOKEN_OF not in bodies[1].commands[0]
    assert bodies[2] is taken_back
    assert len(kinds) == 3


def test_bodies_without_secrets_are_the_same() -> None:
    decided = log_entry(Incident("i"), "finding", "p95 is 9.8 s")
    assert isinstance(decided, tuple)

    bodies, kinds = without_secrets(decided)

    assert isinstance(bodies[0], EntryLogged)
    assert bodies[0] is decided[0]
    assert kinds == ()
