"""Runbooks that tell what to do in running text, told apart from those that only explain."""

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


def test_a_section_of_a_stage_may_ask_with_must_alone() -> None:
    evidence = "The team must collect any evidence.\n\nThis information should be stored in the drive."

    assert phases(f"## Investigation\n\n### Evidence\n\n{evidence}") == [("Evidence", 2)]
    assert not phases(f"## About us\n\n### Evidence\n\n{evidence}")


def test_several_paragraphs_of_work_are_more_than_an_introduction() -> None:
    asked = "Open the dashboard.\n\nPage the owner.\n\nIf it is one then raise an incident."
    below = "### Silencing\n\n- Read the alert\n- Silence it"

    assert phases(f"## Declaring\n\n{asked}\n\n{below}") == [("Declaring", 3), ("Silencing", 2)]
    assert phases(f"## Declaring\n\nOpen the dashboard.\n\n{below}") == [("Silencing", 2)]


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
