"""What the guide to writing runbooks says is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from incident_tui.cli.protocols import _phase_words, _step_words
from incident_tui.domain.lines import duration_words
from incident_tui.domain.protocol import Phase, Protocol, Step
from incident_tui.protocols.filling import KNOWN, fill
from incident_tui.protocols.library import from_toml
from incident_tui.protocols.markdown import Imported, read
from incident_tui.protocols.shelf import suggest

GUIDE = (Path(__file__).parents[2] / "docs" / "protocols.md").read_text(encoding="utf-8")
MINUTE = timedelta(minutes=1)


def shown(name: str) -> str:
    """The code block below a mark of the guide."""
    found = re.search(rf"<!-- {name} -->\n(`{{3,}})\w*\n(.*?)\n\1\n", GUIDE, re.DOTALL)
    assert found is not None
    return found[2] + "\n"


def drawn(protocol: Protocol) -> Iterator[str]:
    """The checklist as the command line draws it, without what is only read."""

    def step_lines(step: Step, lead: str) -> Iterator[str]:
        yield f"{lead}{step.number} {step.title}{_step_words(step)}"
        yield from (f"{lead}    $ {command}" for command in step.commands)
        for child in step.steps:
            yield from step_lines(child, f"{lead}  ")

    for index, phase in enumerate(protocol.phases):
        yield f"{index + 1} {phase.title}{_phase_words(phase)}"
        for step in phase.steps:
            yield from step_lines(step, "  ")


def only(text: str, name: str = "") -> Phase:
    """The one phase of a document."""
    (phase,) = read(text, name).protocol.phases
    return phase


@pytest.fixture(scope="module")
def example() -> Imported:
    return read(shown("example"), "checkout")


def test_the_example_becomes_what_the_guide_shows(example: Imported) -> None:
    assert "\n".join(drawn(example.protocol)) + "\n" == shown("checklist")


def test_the_example_leaves_no_doubt_and_loses_nothing(example: Imported) -> None:
    readings = {reading.title: reading.text for reading in example.protocol.readings}
    fraud = example.protocol.phases[4]

    assert [note for note in example.notes if note.kind == "doubt"] == []
    assert readings["Checkout is down"] == "Customers cannot pay, or are charged twice."
    assert "Call the payment provider on 030 5678" in readings["Contacts"]
    assert "Chargebacks arrive for weeks" in fraud.steps[0].detail
    assert example.protocol.phases[1].text == "Look whether a release went out in the last hour."


def test_output_is_told_from_the_command(example: Imported) -> None:
    step = example.protocol.phases[1].steps[0]

    assert [(block.kind, block.text) for block in step.blocks] == [("output", "deployment.apps/checkout rolled back")]


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("## Act\n\n- [ ] the pager\n", ["the pager"]),
        ("## Act\n\n| Task | Done |\n|---|---|\n| Page them | |\n", ["Page them"]),
        ("## Act\n\n1. Roll back the release\n", ["Roll back the release"]),
        ("## Act\n\n- Roll back the release\n- Tell support\n", ["Roll back the release", "Tell support"]),
        ("## Act\n\nA. Roll back\n\nB. Tell support\n", ["A. Roll back", "B. Tell support"]),
        ("## Act\n\n**Roll back** at once.\n\n**Tell support** then.\n", ["Roll back at once.", "Tell support then."]),
        ("## Fix\n\nRestart the pods:\n\n```sh\nkubectl rollout restart x\n```\n", ["Restart the pods:"]),
        ("# Web\n\n## 3. Restart the pods\n\nThe old ones are gone.\n", ["Restart the pods"]),
        ("## FAQ\n\n- [ ] Page them\n", ["Page them"]),
    ],
)
def test_every_way_to_write_steps(text: str, steps: list[str]) -> None:
    assert [step.title for step in only(text).steps] == steps


@pytest.mark.parametrize(
    ("heading", "minutes", "anchor"),
    [
        ("Stabilise (10 min)", 10, "phase"),
        ("Stabilise – 10 minutes", 10, "phase"),
        ("Stabilise (1 h 30 min)", 90, "phase"),
        ("Immediate actions (first 5 minutes)", 5, "declared"),
        ("Errors in the last 15 minutes", None, "phase"),
    ],
)
def test_times_of_headings(heading: str, minutes: int | None, anchor: str) -> None:
    phase = only(f"# Web\n\n## {heading}\n\n- [ ] Do it\n")

    assert (phase.budget, phase.anchor) == (minutes and minutes * MINUTE, anchor)


def test_ranges_that_follow_each_other_count_from_the_declaration() -> None:
    text = "# Web\n\n## Assess (0-15 min)\n\n- [ ] a\n\n## Contain (15-60 min)\n\n- [ ] b\n"
    phases = read(text).protocol.phases

    assert [(phase.budget, phase.anchor) for phase in phases] == [(15 * MINUTE, "declared"), (60 * MINUTE, "declared")]


def test_business_days_are_working_days() -> None:
    assert only("# Web\n\n## Close (within 2 business days)\n\n- [ ] a\n").working


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("budget 15m", "  15m from its start"),
        ("budget 2d from resolution", "  2d from the resolution"),
        ("no budget", ""),
        ("every 30m", "  5m from its start, every 30m"),
        ("budget 1h 30m", f"  {duration_words(5400)} from its start"),
    ],
)
def test_comments_below_a_heading(comment: str, words: str) -> None:
    phase = only(f"# Web\n\n## Stabilise (5 min)\n<!-- incident: {comment} -->\n\n- [ ] Roll back\n")

    assert _phase_words(phase) == words


def test_comments_make_steps_and_reading() -> None:
    named = "# Web\n\n## {}\n<!-- incident: {} -->\n\n- the release\n- the queue\n"

    assert len(only(named.format("Background", "steps")).steps) == 2
    assert read(named.format("Act", "reference").replace("\n- ", "\n- [ ] ")).protocol.phases == ()


def test_comments_at_an_item() -> None:
    items = (
        "Roll back <!-- incident: budget 15m -->",
        "Tell support within 3 minutes <!-- incident: no budget -->",
        "Graphs <!-- incident: step -->",
        "Look <!-- incident: not a step -->",
        "Post <!-- incident: every 30m -->",
    )
    text = "## Act\n\n" + "".join(f"- {item}\n" for item in items)

    assert [f"{step.title}{_step_words(step)}" for step in only(text).steps] == [
        "Roll back  (within 15m)",
        "Tell support within 3 minutes",
        "Graphs",
        "Post  (every 30m)",
    ]


def test_the_playbook_is_one_and_is_suggested_by_its_symptoms() -> None:
    playbook = from_toml(shown("playbook").encode(), "provider", "")
    found = suggest([playbook], lambda phrase: 3 if phrase == "payment timeout" else 0)
    command = fill(playbook, {"service": "checkout"}).phases[0].steps[0].commands[0]

    assert [(item.playbook.title, item.symptoms) for item in found] == [
        ("Payment provider is slow", ("payment timeout",))
    ]
    assert playbook.phases[0].budget == 10 * MINUTE
    assert "deploy/checkout" in command
    assert "{{namespace}}" in command


def test_every_placeholder_is_named_and_works_in_markdown() -> None:
    text = "## Act\n\n1. Look at the log\n\n   ```sh\n   kubectl logs {{service}}\n   ```\n"

    assert all(f"`{{{{{name}}}}}`" in GUIDE for name in KNOWN)
    assert fill(read(text).protocol, {"service": "web"}).phases[0].steps[0].commands == ("kubectl logs web",)
