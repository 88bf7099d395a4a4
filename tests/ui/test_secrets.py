"""A secret in the composer is seen and masked before it is kept, and one key keeps it."""

from __future__ import annotations

from pathlib import Path

import pytest

from incident_tui.domain import events as e
from tests.domain.scrubbing.fakes import LETTERS, Maker
from tests.ui.harness import SIZES, Desk, at_the_desk

MAKE = Maker(9)
TOKEN = "gh" + "p_" + MAKE.of(LETTERS, 36)
MASKED = f"‹GitHub token …{TOKEN[-4:]} masked›"


def kept_anywhere(folder: Path, secret: str) -> list[str]:
    return [file.name for file in sorted(folder.rglob("*")) if file.is_file() and secret.encode() in file.read_bytes()]


def logged(desk: Desk) -> str:
    body = desk.last()
    assert isinstance(body, e.EntryLogged)
    return body.text


@SIZES
async def test_a_token_is_seen_to_be_masked_while_it_is_typed(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_desk(tmp_path, size) as desk:
        await desk.type(f"used {TOKEN}")
        await desk.settle()
        assert desk.shows("finding · 1 secret masked (GitHub token) · ^r keeps it")
        await desk.press("enter")
        assert logged(desk) == f"used {MASKED}"
        assert desk.said() == ["1 secret masked (GitHub token)"]
        assert kept_anywhere(tmp_path, TOKEN) == []


async def test_one_key_keeps_it_and_only_it(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.type(f"? used {TOKEN}")
        await desk.press("ctrl+r")
        assert desk.shows("theory · 1 secret kept (GitHub token) · ^r masks it")
        await desk.press("enter")
        assert logged(desk) == f"used {TOKEN}"
        assert desk.said() == []
        await desk.enter(f"again {TOKEN}")
        assert logged(desk) == f"again {MASKED}"


async def test_the_key_masks_again(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.press("ctrl+r")
        await desk.type(f"used {TOKEN}")
        await desk.press("ctrl+r", "ctrl+r", "enter")
        assert logged(desk) == f"used {MASKED}"


async def test_a_pasted_block_is_masked(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.paste(f"export A=1\nexport GITHUB={TOKEN}\n")
        assert desk.shows("1 secret masked (GitHub token)")
        await desk.press("enter")
        assert logged(desk) == f"\nexport A=1\nexport GITHUB={MASKED}".strip("\n")


@pytest.mark.parametrize("keep", [False, True])
async def test_what_a_command_says_is_kept_without_secrets(tmp_path: Path, keep: bool) -> None:
    async with at_the_desk(tmp_path) as desk:
        half = len(TOKEN) // 2
        await desk.type(f"! printf %s%s'\\n' {TOKEN[:half]} {TOKEN[half:]}")
        if keep:
            await desk.press("ctrl+r")
            assert desk.shows("secrets are kept · ^r masks them")
        await desk.press("enter")
        await desk.settle()
        ran = desk.last()
        assert isinstance(ran, e.CommandRun)
        assert ran.output == (f"{TOKEN}\n" if keep else f"{MASKED}\n")
        assert bool(kept_anywhere(tmp_path, TOKEN)) == keep
        assert desk.said() == ([] if keep else ["1 secret masked (GitHub token) in the output"])


async def test_what_was_being_typed_when_the_program_ends_is_kept_masked(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.type(f"used {TOKEN}")
        await desk.press("ctrl+o")
    assert kept_anywhere(tmp_path, TOKEN) == []
    async with at_the_desk(tmp_path) as desk:
        assert desk.room.composer.line == f"used {MASKED}"


@SIZES
async def test_what_had_better_not_be_said_stands_below_the_text(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_desk(tmp_path, size) as desk:
        await desk.press("f5")
        before = desk.lines()
        await desk.type("it was human error")
        await desk.settle()
        assert desk.shows("! “human error” blames a person")
        assert [line[:20] for line in desk.lines()][-8:] == [line[:20] for line in before][-8:]
        await desk.type(f" {TOKEN}")
        await desk.settle()
        assert desk.shows("! a secret (GitHub token) is in it; leave it out · 1 more")


async def test_a_message_with_a_secret_is_sent_only_by_the_same_key_again(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.press("f5")
        await desk.type(f"use {TOKEN}")
        await desk.press("f9")
        assert desk.shows("has a secret in it (GitHub token); the same key again sends it anyway")
        await desk.press("f9")
        message = next(iter(desk.incident.messages.values()))
        assert (message.text, message.state) == (f"use {TOKEN}", "sent")


async def test_a_draft_is_kept_without_its_secret(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.press("f5")
        await desk.type(f"use {TOKEN}")
        await desk.press("ctrl+s")
        message = next(iter(desk.incident.messages.values()))
        assert message.text == f"use {MASKED}"
        assert desk.said() == ["1 secret masked (GitHub token)"]
        assert kept_anywhere(tmp_path, TOKEN) == []
