"""Every real runbook at hand: each is read without an error, and no word of it is lost."""

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from incident_tui.domain.protocol_json import from_json, to_json
from incident_tui.protocols.markdown import read
from tests.protocols.scoring import SHARED, shown

CORPUS = SHARED / "corpus"
FILES = sorted(file for folder in ("runbooks", "labelled") for file in (CORPUS / folder).glob("*.md*"))
MACHINERY = re.compile(r"\A\s*---\n.*?\n---\n|<!--.*?-->|<%.*?%>", re.DOTALL)
ROLE = re.compile(
    r"\{[\w:-]+\}(?=`)|^\s*:[\w-]+:.*$|^\([\w:./-]+\)=$|^\s*(?:!!!|\?\?\?)\s|^\s*:::+|^\s*[`~]{3,}\{[\w:-]+\}",
    re.MULTILINE,
)
TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>")
WORD = re.compile(r"[^\W_]+")

pytestmark = pytest.mark.skipif(not FILES, reason="the shared corpus is not here")


def words_to_keep(text: str) -> set[str]:
    """The words that a reader of the rendered page sees, as a second opinion has it, and those of its code."""
    body = TAG.sub(" ", ROLE.sub("", MACHINERY.sub(" ", text)))
    found: set[str] = set()
    for token in MarkdownIt("commonmark").enable("table").parse(body):
        content = token.content if token.type in ("fence", "code_block") else ""
        if token.type == "inline":
            content = "".join("\n" if each.type.endswith("break") else each.content for each in token.children or ())
        found.update(word.casefold() for word in WORD.findall(content))
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_word_is_out_of_reach(file: Path) -> None:
    text = file.read_text()
    seen = {word.casefold() for word in WORD.findall(shown(read(text, file.name).protocol))}
    # Prompts are not copied; numbers and boxes of a checklist in a fence are shown as those of steps are.
    marks = re.findall(r"^\s*\S+[@:]\S*[$#>] |^\s*\d+[.)]|\[[xX]\]|^\s*`{3}\w+|\]\(#[^)]*\)", text, re.MULTILINE)
    dropped = {word.casefold() for mark in marks for word in WORD.findall(mark)}

    assert words_to_keep(text) - seen - dropped == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_nothing_for_machines_is_shown(file: Path) -> None:
    text = file.read_text()
    protocol = read(text, file.name).protocol
    titles = [phase.title for phase in protocol.phases] + [step.title for _, step in protocol.all_steps()]
    texts = "\n".join([*titles, *(phase.text for phase in protocol.phases), *(each.text for each in protocol.readings)])
    fields = re.findall(
        r"^(?:weight|cover|review_in|last_reviewed_on|labels|assignees|layout|owner_slack): .+$", text, re.MULTILINE
    )

    assert not [mark for mark in ("<%", "{{<", "{{%", "![", "[!NOTE]", "!!! ", "**") if mark in texts]
    assert not [field for field in fields if field in texts and text.lstrip().startswith("---")]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_steps_are_numbered_by_position_and_point_at_their_line(file: Path) -> None:
    text = file.read_text()
    imported = read(text, file.name)
    protocol = imported.protocol
    last = text.count("\n") + 1

    assert all(phase.steps for phase in protocol.phases)
    for position, phase in enumerate(protocol.phases, start=1):
        assert [step.number for step in phase.steps] == [f"{position}.{at}" for at in range(1, len(phase.steps) + 1)]
    assert all(1 <= step.line <= last and step.title for _, step in protocol.all_steps())
    assert all(0 <= reading.before <= len(protocol.phases) for reading in protocol.readings)
    assert all(1 <= note.line <= last and (note.hint or note.kind == "read") for note in imported.notes)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_protocol_survives_its_json_form(file: Path) -> None:
    protocol = read(file.read_text(), file.name).protocol

    assert from_json(to_json(protocol)) == protocol
