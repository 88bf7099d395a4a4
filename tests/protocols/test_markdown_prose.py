"""Runbooks that tell what to do in running text, told apart from those that only explain."""

import pytest

from incident_tui.domain.protocol import Protocol
from incident_tui.protocols.markdown import read


def document(text: str) -> Protocol:
    return read(f"# T\n\n{text}\n", "a.md").protocol


def phases(text: str) -> list[tuple[str, int]]:
    return [(phase.title, len(phase.steps)) for phase in document(text).phases]


def test_a_condition_may_be_followed_by_then_without_a_comma() -> None:
    assert phases("## Data export\n\nIf the data is needed later then send it to somewhere else.") == [
        ("Data export", 1)
    ]


def test_what_not_to_think_is_no_step() -> None:
    assert not phases("## Prerequisites\n\nDon’t think you can’t be one just because you’re new.")


def test_what_one_can_see_is_no_step() -> None:
    assert not phases("## Marketing\n\nYou can see the details in the plan.")


def test_what_to_remember_to_do_is_a_step() -> None:
    assert phases("## Data\n\nRemember to restart the worker.") == [("Data", 1)]


def test_notes_and_lines_above_a_list_to_read_do_not_speak_against_the_rest() -> None:
    text = (
        "## Rebalance\n\nSome services do so alone. If not then add a replica.\n\n"
        "Services that support this:\n\n- cassandra\n- ceph\n\n**Notice**: some may require more nodes."
    )

    assert phases(text) == [("Rebalance", 1)]


def test_a_section_may_ask_with_must_alone() -> None:
    evidence = "The team must collect any evidence.\n\nThis information should be stored in the drive."

    assert phases(f"## Investigation\n\n### Evidence\n\n{evidence}") == [("Evidence", 2)]
    assert not phases(f"## Background\n\n{evidence}")


def test_several_paragraphs_of_work_are_more_than_an_introduction() -> None:
    asked = "Open the dashboard.\n\nPage the owner.\n\nIf it is one then raise an incident."
    below = "### Silencing\n\n- Read the alert\n- Silence it"

    assert phases(f"## Declaring\n\n{asked}\n\n{below}") == [("Declaring", 3), ("Silencing", 2)]
    assert phases(f"## Declaring\n\nIf it is one then raise an incident.\n\n{below}") == [("Silencing", 2)]


@pytest.mark.parametrize(
    ("heading", "text", "count"),
    [
        ("Meeting", "Share your screen.", 1),
        ("Meeting", "Next, share your screen.", 1),
        ("Meeting", "Follow these steps.", 0),
        ("Meeting", "Use the sections below.", 0),
        ("Meeting", "See the plan.", 0),
    ],
)
def test_one_order_above_sections_is_work_unless_it_introduces_them(heading: str, text: str, count: int) -> None:
    found = phases(f"## {heading}\n\n{text}\n\n### Voting\n\n- Ask everybody\n- Count the votes")

    assert found == [(heading, count), ("Voting", 2)][not count :]


@pytest.mark.parametrize(
    "text",
    [
        "`severity: page` will cause the tool to be told.",
        "We train a model to classify.\nrelease notes as good or bad.",
        "Access is restricted.",
        "The status is used to:\n\n- be seen\n- send an alert\n- close the incident",
        "The test shows that the system can:\n\n1. Handle the load\n2. Recover from errors",
    ],
)
def test_what_something_does_is_no_step(text: str) -> None:
    assert not phases(f"## Alerts of ours\n\n{text}")


@pytest.mark.parametrize(
    ("heading", "text", "count"),
    [
        ("Dashboards", "- Check the overview\n- Look for outliers", 2),
        ("Types of work\n\n### Web", "1. Open it\n2. Click run\n3. Nudge it\n4. Confirm", 4),
        ("Do not", "- Pay anybody\n- Run unknown tools", 0),
        ("Overview of the process", "1. Merge it\n2. Deploy it", 0),
        ("Dashboards", "- The overview\n- Look for outliers", 0),
        ("References", "- See the plan\n- Read the book", 0),
    ],
)
def test_instructions_are_done_below_a_topic_but_not_below_a_warning(heading: str, text: str, count: int) -> None:
    assert [steps for _, steps in phases(f"## {heading}\n\n{text}")] == [count] * bool(count)


@pytest.mark.parametrize(
    ("heading", "text", "count"),
    [
        ("Apps", "They run in a cluster.\n\nTo reach them you'll need to add a flag.", 1),
        ("Apps", "To reach them you'll need to add a flag.", 1),
        ("Apps", "They run in a cluster. It has a name. To reach them they need a flag.", 0),
        ("Out of memory", "You can do so by adding the lines.\n\n```yaml\na: 1\n```\n\nTry more, then merge.", 2),
        ("Listing users", "```\nckan user list\n```", 1),
        ("Listing users gives:", "```\nbob\n```", 0),
        ("Mitigation", "Running the tool will help.\n\nYou could also roll it back.", 1),
        ("Homepage", "You might be asked to update it.", 0),
        ("Freeze", "❌ If it fails, add a comment.\n\n✅ If it works, close it.", 2),
    ],
)
def test_the_reader_is_told(heading: str, text: str, count: int) -> None:
    assert phases(f"## {heading}\n\n{text}") == [(heading, count)] * bool(count)


@pytest.mark.parametrize(
    ("intro", "items", "count"),
    [
        ("What holds.", "- Recovery: restore the key\n- Keys are kept. Restart the pods.\n- Tell all", 3),
        ("Mitigation:", "- Keep the key\n- Keys may be lost\n- Recovery: restore the key\n- Tell all", 4),
        ("What holds:", "- The key is kept\n- Keys may be lost\n- Recovery: restore the key\n- All hold", 0),
        ("What holds.", "- Recovery: see the plan\n- Keys are kept. They rotate.", 0),
    ],
)
def test_a_request_may_stand_behind_a_label_or_an_explanation(intro: str, items: str, count: int) -> None:
    assert phases(f"## Keys\n\n{intro}\n\n{items}") == [("Keys", count)] * bool(count)


def test_questions_are_answered_where_the_heading_asks_for_something() -> None:
    questions = "1. What is failing?\n2. Is it the network?\n3. Who knows?"

    assert phases(f"## Actions\n\n{questions}") == [("Actions", 3)]
    assert not phases(f"## Background\n\n{questions}")


def test_links_with_work_below_them_are_steps_below_what_to_do() -> None:
    logs = "- [Slow](a)\n  - Grab the first, search the logs\n  - Find the owner\n- [Locks](b)\n- [Check it](c)"

    assert phases(f"## What to do\n\n### Logs\n\n{logs}") == [("Logs", 3)]
    assert not phases("## What to do\n\n### Logs\n\n- [Slow](a)\n- [Locks](b)")


@pytest.mark.parametrize(
    ("line", "inner"),
    [
        ("The report must cover:", ["the cause", "the systems"]),
        ("The report must cover one of:", []),
        ("Tell all if you see:", []),
        ("The report must cover this.", []),
    ],
)
def test_a_request_that_ends_with_a_colon_holds_the_items_below_it(line: str, inner: list[str]) -> None:
    (phase,) = document(f"## Follow-up\n\n{line}\n\n- the cause\n- the systems").phases

    assert [step.title for step in phase.steps] == [line]
    assert [step.title for step in phase.steps[0].steps] == inner
    assert "the cause" in (phase.steps[0].detail or phase.steps[0].steps[0].title)


def test_where_imperatives_are_the_exception_must_makes_a_step_too() -> None:
    text = "## Analysis\n\nThe report must name the cause.\n\nActions must have an owner.\n\nIf it is safe, publish it."

    assert phases(text) == [("Analysis", 3)]


def test_commands_to_look_up_are_to_be_read() -> None:
    assert not phases("## Quick Reference Commands\n\n```bash\nkubectl get pods\n```")


def test_comments_in_a_fenced_checklist_are_shown_below_their_step() -> None:
    (phase,) = document(
        "## Rotate\n\n```\n1. [ ] Run it\n    <!--\n    Mind the dash.\n    -->\n1. [ ] Copy it\n```"
    ).phases

    assert [step.title for step in phase.steps] == ["Run it", "Copy it"]
    assert phase.steps[0].detail == "Mind the dash."


def test_an_ellipsis_ends_no_title() -> None:
    (phase,) = document("## Grant\n\n1. In the `ALTER ROLE ... WITH ...` line, replace the password\n2. Run it").phases

    assert phase.steps[0].title == "In the ALTER ROLE ... WITH ... line, replace the password"


@pytest.mark.parametrize("heading", ["Contacts", "References", "Parts"])
def test_an_item_that_its_author_calls_a_step_is_one(heading: str) -> None:
    items = "- Payments: @pay\n- Restart the pods <!-- incident: step -->\n- Invoices: @inv"

    assert phases(f"## {heading}\n\n{items}") == [(heading, 1)]
    assert not phases(f"## {heading}\n<!-- incident: reference -->\n\n{items}")


def test_a_tick_alone_tells_of_what_is_done() -> None:
    assert not phases("## Success\n\n- ✅ Pods use the right image\n- ✅ No stale tags")
    assert phases("## Checks\n\n- ☐ Open the valve\n- ✅ The lid") == [("Checks", 2)]


def test_a_list_below_a_heading_that_announces_reading_is_told_by_its_words() -> None:
    assert not phases("## Appendix A\n\n### Rotation\n\n```sh\nkubectl get pods\n```")
    assert not phases("## Must not do\n\n- Restart anything\n- Change the configuration")


def test_a_text_that_asks_nothing_is_no_step_for_the_code_in_it() -> None:
    logged = "```shell\nlevel=warn ts=2020-04-18 caller=x msg=late\n```"

    assert not phases(f"## Receiver log\n\n{logged}")
    assert not phases("## Endpoints\n\n- `GET /health` tells the state\n- `POST /report` writes one")


def test_a_question_asks_for_nothing_because_of_its_should() -> None:
    assert not phases("## Answers\n\n- Should both have the same role? Yes.\n- Should it be deleted? No.")


def test_why_something_is_to_be_read_is_told() -> None:
    text = (
        "## Appendix A\n\n### Rotation\n\nKeys rotate.\n\n## Notice\n\nDear all, it is back.\n\n## Keys\n\nThey rotate."
    )
    notes = [
        note.text.rpartition(": ")[2] for note in read(f"# T\n\n{text}", "a.md").notes if note.kind in ("read", "doubt")
    ]

    assert notes[-3:] == [
        "a heading above announces reading",
        "it reads like a message to somebody",
        "nothing in it is to be done",
    ]
