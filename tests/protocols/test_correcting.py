"""A wrong guess put right: the wish holds, every other byte stays, and no file is lost on the way."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from incident_tui.domain.protocol import Phase, Protocol, Reading, Step
from incident_tui.protocols.correcting import budget_wish, correct, items_of
from incident_tui.protocols.markdown import read
from incident_tui.protocols.places import ProtocolError, read_file
from incident_tui.protocols.rewriting import opened, write

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
RUNBOOK = """# Web is down

Some words before.

## Mitigate

- Roll back the release
- Tell support

## Background

- The service is old
- Nobody knows why
"""
COMMENT = re.compile(r"[ \t]*<!-- incident: [^>]*-->")
ALL_WISHES = ("steps", "reference", "budget 15m", "budget 1h 30m from declaration", "no budget")
ITEM_WISHES = ("step", "not a step", "budget 15m", "no budget")


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def words(protocol: Protocol) -> set[str]:
    """Every word of the document that can be read somewhere; not what is said where it has no title."""

    def of(step: Step) -> Iterator[str]:
        yield from (step.title, step.detail, *step.commands, *(block.text for block in step.blocks))
        for child in step.steps:
            yield from of(child)

    texts = [protocol.title]
    parts: list[Phase | Reading] = [*protocol.phases, *protocol.readings]
    for part in parts:
        texts += [part.title, part.text, *(block.text for block in part.blocks)]
    texts += [phase.group for phase in protocol.phases]
    texts += [text for phase in protocol.phases for step in phase.steps for text in of(step)]
    return set(re.findall(r"[a-z]+", " ".join(texts).lower())) - {"steps", "protocol"}


def test_a_section_becomes_reading_or_steps_by_one_line_below_its_heading() -> None:
    aside = correct(RUNBOOK, 5, "reference")
    taken = correct(aside.text, 10 + 1, "steps")

    assert aside.text == RUNBOOK.replace("## Mitigate\n", "## Mitigate\n<!-- incident: reference -->\n")
    assert (aside.line, aside.old, aside.new) == (6, None, "<!-- incident: reference -->")
    assert [phase.title for phase in read(taken.text).protocol.phases] == ["Background"]


def test_a_second_wish_takes_the_place_of_the_first() -> None:
    aside = correct(RUNBOOK, 5, "reference")
    back = correct(aside.text, 5, "steps")

    assert back.text == aside.text.replace("reference", "steps")
    assert (back.line, back.old, back.new) == (6, "<!-- incident: reference -->", "<!-- incident: steps -->")


def test_an_item_is_told_at_the_end_of_its_first_line() -> None:
    aside = correct(RUNBOOK, 8, "not a step", item=True)
    timed = correct(aside.text, 7, "budget 5m", item=True)
    other = correct(timed.text, 7, "no budget", item=True)

    assert aside.new == "- Tell support <!-- incident: not a step -->"
    assert [step.title for step in read(aside.text).protocol.phases[0].steps] == ["Roll back the release"]
    assert read(timed.text).protocol.phases[0].steps[0].budget == timedelta(minutes=5)
    assert other.text == timed.text.replace("budget 5m", "no budget")


def test_a_section_and_its_item_have_times_of_their_own() -> None:
    phase = correct(RUNBOOK, 5, "budget 15m from declaration").text
    both = correct(phase, 8, "budget 5m", item=True).text
    found = read(correct(both, 5, "budget 20m").text).protocol.phases[0]

    assert (found.budget, found.steps[0].budget) == (timedelta(minutes=20), timedelta(minutes=5))


@pytest.mark.parametrize("wish", ["budget 20m", "budget 20m from declaration", "no budget"])
def test_a_stated_time_ends_the_doubt_about_the_one_in_the_heading(wish: str) -> None:
    text = RUNBOOK.replace("Mitigate", "Mitigate (15-30 min)")
    told = correct(text, 5, wish).text

    assert [note.line for note in read(text).notes if note.kind == "doubt"] == [5]
    assert [note for note in read(told).notes if note.kind == "doubt"] == []


def test_several_comments_of_one_sort_become_one() -> None:
    text = RUNBOOK.replace(
        "## Mitigate\n", "## Mitigate <!-- incident: budget 9m -->\n\n<!-- incident: budget 8m -->\n"
    )
    found = correct(text, 5, "budget 7m").text

    assert re.findall("<!--.*?-->", found) == ["<!-- incident: budget 7m -->"]


@pytest.mark.parametrize(
    ("before", "line", "after"),
    [
        ("Mitigate\n========\n\n- Roll back\n", 1, "Mitigate\n========\n{}\n\n- Roll back\n"),
        ("# Mitigate", 1, "# Mitigate\n{}"),
        ("\ufeff# Mitigate\r\n\r\n- Roll back\r\n", 1, "\ufeff# Mitigate\r\n{}\r\n\r\n- Roll back\r\n"),
        ("# Mitigate\r\r- Roll back", 1, "# Mitigate\r{}\r\r- Roll back"),
        ("---\ntitle: Web\n---\n- Roll back\n- Tell all\n", 1, "---\ntitle: Web\n---\n{}\n- Roll back\n- Tell all\n"),
        ("- Roll back\n- Tell all\n", 1, "{}\n- Roll back\n- Tell all\n"),
        ("\n\n# Mitigate\n\tcode\n", 3, "\n\n# Mitigate\n{}\n\tcode\n"),
    ],
)
def test_every_way_to_start_a_section(before: str, line: int, after: str) -> None:
    assert correct(before, line, "reference").text == after.format("<!-- incident: reference -->")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- Roll back  \n  and wait\n", "- Roll back{}  \n  and wait\n"),
        ("- Roll back\\\n  and wait\n", "- Roll back{}\\\n  and wait\n"),
        ("- [ ] Roll back\t\r\n- [ ] Tell all", "- [ ] Roll back{}\t\r\n- [ ] Tell all"),
        ("1. Roll back", "1. Roll back{}"),
    ],
)
def test_every_way_to_end_the_line_of_an_item(before: str, after: str) -> None:
    found = correct(before, 1, "not a step", item=True).text

    assert found == after.format(" <!-- incident: not a step -->")


@pytest.mark.parametrize(
    ("text", "line", "item"),
    [
        ("# A\n\nRestart the pods now.\n\n```sh\nmake x\n```\n", 3, True),
        ("# A\n\n| # | Action |\n|---|---|\n| 1 | Restart |\n", 5, True),
        ("# A\n\nwords\n", 3, False),
        ("# A\n\n- [ ] x\n", 99, False),
        ("", 7, True),
    ],
)
def test_what_no_comment_can_tell_is_said(text: str, line: int, item: bool) -> None:
    with pytest.raises(ProtocolError, match="line"):
        correct(text, line, "not a step" if item else "reference", item=item)


def test_an_empty_section_has_nothing_to_make_steps_of() -> None:
    with pytest.raises(ProtocolError, match="cannot make it so; write those lines as a list"):
        correct("# A\n\n## B\n\n## C\n\n- [ ] x\n", 3, "steps")


def test_a_time_is_written_in_the_words_that_are_read() -> None:
    assert budget_wish(None) == "no budget"
    assert budget_wish(timedelta(minutes=90), "declared") == "budget 1h 30m from declaration"
    assert budget_wish(timedelta(days=2), "resolved") == "budget 2d from resolution"


def test_items_are_found_with_their_lines() -> None:
    assert items_of("# A\n\n- one\n  - two *bold*\n\n> 1. three\n") == ((3, "one"), (4, "two bold"), (6, "three"))


LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=7)
PHRASES = st.lists(LETTERS, min_size=1, max_size=5).map(" ".join)
ITEMS = st.tuples(st.sampled_from(["- ", "* ", "1. ", "- [ ] ", "-\t", "- [x] "]), PHRASES).map("".join)
NESTED = st.tuples(ITEMS, st.sampled_from(["", "\n  - more of it", "  \n  and so on", "\n\n      code here"])).map(
    "".join
)
LISTS = st.lists(NESTED, min_size=1, max_size=4).map("\n".join)
BLOCKS = st.one_of(
    LISTS,
    PHRASES,
    PHRASES.map(lambda words: f"```sh\n{words}\n```"),
    PHRASES.map(lambda words: f"> {words}"),
    st.sampled_from(["<!-- incident: steps -->", "<!-- incident: budget 9m -->", "<!-- incident: no budget -->"]),
    st.just("| # | Action |\n|---|---|\n| 1 | go on |"),
)
HEADS = st.tuples(st.sampled_from(["# ", "## ", "### ", "## Step "]), PHRASES).map("".join)
SECTIONS = st.tuples(HEADS, st.lists(BLOCKS, max_size=4)).map(lambda parts: "\n\n".join([parts[0], *parts[1]]))
DOCUMENTS = st.tuples(
    st.sampled_from(["", "\ufeff", "\n", "---\ntitle: it\n---\n", "intro text\n\n"]),
    st.lists(SECTIONS, min_size=1, max_size=4).map("\n\n".join),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\n", "\n\n"]),
).map(lambda parts: f"{parts[0]}{parts[1]}{parts[3]}".replace("\n", parts[2]))


@settings(max_examples=60)
@given(DOCUMENTS, st.data())
def test_the_wish_holds_and_every_other_word_stays(text: str, data: st.DataObject) -> None:
    before = read(text).protocol
    items = [(line, True) for line, _ in items_of(text)]
    places = [(phase.line, False) for phase in before.phases] + [(each.line, False) for each in before.readings]
    assume(items or places)
    line, item = data.draw(st.sampled_from([*items, *places]))
    wish = data.draw(st.sampled_from(ITEM_WISHES if item else ALL_WISHES))
    try:
        found = correct(text, line, wish, item=item)
    except ProtocolError:
        return
    after = read(found.text).protocol
    steps = [step for _, step in after.all_steps() if step.line == line]
    phases = [phase for phase in after.phases if phase.line == line]

    assert words(after) == words(before)
    assert COMMENT.sub("", found.text).replace("\r", "\n").split() == COMMENT.sub("", text).replace("\r", "\n").split()
    assert found.text.count("<!--") <= text.count("<!--") + 1
    match wish:
        case "steps" | "reference":
            assert bool(phases) == (wish == "steps")
        case "step" | "not a step":
            assert bool(steps) == (wish == "step")
        case _:
            wanted = {"budget 15m": 15, "budget 1h 30m from declaration": 90}.get(wish)
            limits = [each.budget for each in (steps if item else phases)]
            assert (timedelta(minutes=wanted) if wanted else None) in limits


@settings(max_examples=60)
@given(DOCUMENTS, st.data())
def test_a_list_can_always_be_told(text: str, data: st.DataObject) -> None:
    steps = [step for _, step in read(text).protocol.all_steps()]
    told = [line for line, _ in items_of(text) if any(step.line == line for step in steps)]
    if told:
        line = data.draw(st.sampled_from(told))
        there = correct(text, line, "not a step", item=True).text
        back = correct(there, line, "step", item=True).text

        assert back == there.replace("incident: not a step", "incident: step")


@pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="the runbooks of others are not here")
def test_real_runbooks_can_be_put_right() -> None:
    told = refused = 0
    for path in sorted((SHARED / "corpus" / "runbooks").glob("*.md"))[::6]:
        text, _ = opened(path)
        protocol = read(text).protocol
        for phase in protocol.phases[:3]:
            try:
                found = correct(text, phase.line, "reference").text
            except ProtocolError:
                refused += 1
                continue
            told += 1
            assert words(read(found).protocol) == words(protocol)

    assert told > 15
    assert refused <= told / 20


def test_a_file_is_replaced_with_its_permissions_and_nothing_is_left_beside(tmp_path: Path) -> None:
    path = tmp_path / "web.md"
    path.write_bytes(RUNBOOK.encode() + b"\xff\xfe\r\n\tno newline")
    path.chmod(0o640)
    text, before = opened(path)
    after = write(path, before, correct(text, 5, "reference").text)

    assert after == digest(path) == read_file(path).protocol.digest
    assert path.read_bytes().endswith(b"\xff\xfe\r\n\tno newline")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert write(path, after, text) == before
    assert os.listdir(tmp_path) == ["web.md"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    path, link = tmp_path / "real" / "web.md", tmp_path / "web.md"
    path.write_text(RUNBOOK)
    link.symlink_to("real/web.md")
    write(link, digest(link), "other")

    assert link.is_symlink()
    assert path.read_text() == "other"


def test_what_somebody_else_has_written_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "web.md"
    path.write_text(RUNBOOK)
    before = digest(path)
    path.write_text("theirs")
    with pytest.raises(ProtocolError, match=r"web\.md has changed since it was read; nothing was written"):
        write(path, before, "ours")

    assert path.read_text() == "theirs"
    assert os.listdir(tmp_path) == ["web.md"]


def test_a_read_only_file_and_a_missing_one_are_said(tmp_path: Path) -> None:
    path = tmp_path / "web.md"
    path.write_text(RUNBOOK)
    path.chmod(0o444)
    with pytest.raises(ProtocolError, match=r"web\.md is read-only; nothing was written"):
        write(path, digest(path), "ours")
    with pytest.raises(ProtocolError, match="cannot be written: No such file"):
        write(tmp_path / "gone.md", "", "ours")
    with pytest.raises(ProtocolError, match="No such file"):
        opened(tmp_path / "gone.md")

    assert path.read_text() == RUNBOOK
