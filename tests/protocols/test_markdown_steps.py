"""Each way of writing a step that a plain parser gets wrong, once; its times, and remarks on all of it."""

from datetime import timedelta

import pytest

from tests.protocols.readings import document, imported, only_step, phases, readings, titles
from tests.protocols.scoring import shown


class TestSteps:
    @pytest.mark.parametrize(
        "item",
        [
            "- [ ] Run it",
            "* [ ] Run it",
            "-  [ ] Run it",
            "- [x] Run it",
            "- [] Run it",
            "- [ ] Run it[ ] ",
            "- ☐ Run it",
        ],
    )
    def test_boxes(self, item: str) -> None:
        assert only_step(item).title == "Run it"

    def test_a_box_before_a_link(self) -> None:
        step = only_step("- [ ] [Page](https://a.example/x) them")

        assert step.title == "Page them"
        assert step.detail == "Page (https://a.example/x)"

    def test_what_has_no_box_among_boxes_belongs_to_the_box_above(self) -> None:
        protocol = document("# A\n\n## Do\n\n- [ ] Run it\n- It is slow\n- [ ] Stop it")

        assert titles(protocol) == ["Run it", "Stop it"]
        assert "It is slow" in protocol.phases[0].steps[0].detail

    def test_tabs_nest(self) -> None:
        protocol = document("# A\n\n## Do\n\n- [ ] Run\n\t- [ ] Inner\n\t\t- [ ] Innermost\n- [ ] Stop")

        assert [step.number for _, step in protocol.all_steps()] == ["1.1", "1.1.1", "1.1.1.1", "1.2"]

    def test_numbers_all_one(self) -> None:
        assert titles(document("# A\n\n## Do\n\n1. Run\n1. Walk\n1. Rest\n")) == ["Run", "Walk", "Rest"]

    def test_bullets_beside_numbers_are_examples(self) -> None:
        protocol = document("# A\n\n## Do\n\nIt may be:\n\n- the disk\n- the net\n\n1. Find it\n2. Fix it\n")

        assert titles(protocol) == ["Find it", "Fix it"]
        assert "the disk" in protocol.phases[0].text

    def test_fences_without_indentation_do_not_cut_a_list(self) -> None:
        text = "1. Stop it:\n\n```sh\nmake stop\n```\n\n2. Start it:\n\n```sh\nmake start\n```\n\n3. Check it\n"
        protocol = document(f"# A\n\n## Do\n\n{text}")

        assert [(step.number, step.commands) for _, step in protocol.all_steps()] == [
            ("1.1", ("make stop",)),
            ("1.2", ("make start",)),
            ("1.3", ()),
        ]

    @pytest.mark.parametrize("blanks", ["", " ", "  ", "   "])
    def test_bullets_hardly_indented_below_a_number_are_its_own(self, blanks: str) -> None:
        protocol = document(
            f"# A\n\n## Do\n\n1. Find it\n{blanks}- Check the disk\n{blanks}- Check the net\n2. Fix it\n"
        )

        assert [step.number for _, step in protocol.all_steps()] == ["1.1", "1.1.1", "1.1.2", "1.2"]

    def test_lettered_paragraphs(self) -> None:
        protocol = document("# A\n\n## Mitigation\n\nA. Stop it.\n\nB. Call them.\n\nThey may sleep.\n\nC. Start it.\n")

        assert titles(protocol) == ["A. Stop it.", "B. Call them.", "C. Start it."]
        assert protocol.phases[0].steps[1].detail == "They may sleep."

    def test_numbers_with_letters(self) -> None:
        assert len(document("# A\n\n## Do\n\n4a) Stop it.\n\n4b) Call them.\n").phases[0].steps) == 2

    def test_bold_labels(self) -> None:
        protocol = document("# A\n\n## Response\n\n**Contain it**: cut the net.\n\n**Restore it**: use the copy.\n")

        assert titles(protocol) == ["Contain it: cut the net.", "Restore it: use the copy."]

    def test_bold_labels_with_the_work_below_them(self) -> None:
        protocol = document(
            "# A\n\n## Do\n\n1. **Assessment**:\n   - Find the cause\n   - Tell us\n2. **Response**:\n   - Fix it\n"
        )

        assert [len(step.steps) for step in protocol.phases[0].steps] == [2, 1]

    def test_text_with_code(self) -> None:
        protocol = document(
            "# A\n\n## Update packages\n\nRun:\n\n```sh\nsudo apt update\n```\n\nThen:\n\n```sh\nreboot\n```\n"
        )

        assert [step.commands for step in protocol.phases[0].steps] == [("sudo apt update",), ("reboot",)]

    def test_code_alone_is_called_by_its_heading(self) -> None:
        protocol = document(
            "# A\n\n## Restart the pods\n\n```bash\nkubectl delete pod $POD\n```\n\n## Do\n\n- Run it\n"
        )
        (step,) = protocol.phases[0].steps

        assert (step.title, step.commands) == ("Restart the pods", ("kubectl delete pod $POD",))

    def test_a_heading_that_is_the_step_has_what_stands_below_it(self) -> None:
        protocol = document(
            "# A\n\n## Step 1: Create a branch\n\nIt is `git switch -c x` here.\n\n## Step 2: Rest\n\nx\n"
        )
        step = protocol.phases[0].steps[0]

        assert (step.title, step.detail) == ("Create a branch", "It is git switch -c x here.")
        assert step.commands == ("git switch -c x",)

    def test_a_table_of_steps(self) -> None:
        protocol = document(
            "# A\n\n## Contain\n\n| # | Action | Owner | Target | Done |\n|---|---|---|---|---|\n"
            "| 1 | **Disable** account | SOC | 15 min | ☐ |\n| 2 | Reset it | IT | | ☐ |\n"
        )
        first, second = protocol.phases[0].steps

        assert (first.title, first.assignee, first.budget) == ("Disable account", "SOC", timedelta(minutes=15))
        assert (second.title, second.assignee, second.budget) == ("Reset it", "IT", None)

    def test_a_table_to_look_things_up_is_none(self) -> None:
        protocol = document(
            "# A\n\n## Cases\n\n| Symptom | Action |\n|---|---|\n| Slow | Restart it |\n\n## Do\n\n- Run it\n"
        )

        assert phases(protocol) == [("Do", 1)]
        assert "Slow | Restart it" in shown(protocol)

    def test_a_table_of_forty_rows(self) -> None:
        rows = "".join(f"| {count} | Check {count} | ☐ |\n" for count in range(1, 41))

        assert phases(document(f"# A\n\n## Do\n\n| No | Task | Status |\n|--|--|--|\n{rows}")) == [("Do", 40)]

    def test_boxes_in_a_fence_are_steps(self) -> None:
        protocol = document("# A\n\n## Pause\n\n```\n- [ ] Tell the team\n- [ ] Pause it\n```\n")

        assert titles(protocol) == ["Tell the team", "Pause it"]

    def test_a_quote_in_a_list_belongs_to_the_step_above(self) -> None:
        protocol = document("# A\n\n## Do\n\n1. Stop it\n\n> Careful!\n\n2. Start it\n")

        assert titles(protocol) == ["Stop it", "Start it"]
        assert protocol.phases[0].steps[0].detail == "Careful!"

    def test_one_of_several_is_one_step(self) -> None:
        protocol = document(
            "# A\n\n## Mitigation\n\nChoose one of the following:\n\n- Restart it\n- Scale it\n- Roll it back\n"
        )
        (step,) = protocol.phases[0].steps

        assert step.title == "Choose one of the following:"
        assert [inner.title for inner in step.steps] == ["Restart it", "Scale it", "Roll it back"]

    def test_the_last_line_needs_no_end(self) -> None:
        assert titles(document("# A\n\n## Do\n\n- Run it\n- Stop it")) == ["Run it", "Stop it"]

    def test_a_long_item_is_called_by_its_first_sentence(self) -> None:
        step = only_step(f"1. **Restart** the pods. {'It takes a while. ' * 20}")

        assert step.title == "Restart the pods."
        assert step.detail.startswith("It takes a while.")

    @pytest.mark.parametrize(
        "text",
        ["- Prüfen Sie die Protokolle\n- Starten Sie den Dienst\n", "- Protokolle prüfen\n- Dienst starten\n"],
    )
    def test_german(self, text: str) -> None:
        assert phases(document(f"# Störung\n\n## Maßnahmen\n\n{text}")) == [("Maßnahmen", 2)]

    def test_japanese(self) -> None:
        protocol = document("# 障害\n\n## 手順\n\n- ログを確認してください\n- サーバーを再起動する\n")

        assert phases(protocol) == [("手順", 2)]

    def test_an_emoji_of_several_in_a_heading_stays_whole(self) -> None:
        assert document("# A\n\n## Intel 🕵️‍♀️\n\n- [ ] Look\n").phases[0].title == "Intel 🕵️‍♀️"

    def test_a_long_file(self) -> None:
        items = "".join(f"- Check {count}\n" for count in range(1649))

        assert phases(document(f"# A\n\n## Do\n\n{items}")) == [("Do", 1649)]


class TestTimes:
    def test_windows_since_the_declaration(self) -> None:
        protocol = document("# A\n\n## Contain (0-15 minutes)\n\n- Stop it\n\n## Fix (15-60 minutes)\n\n- Fix it\n")

        assert [(phase.budget, phase.anchor) for phase in protocol.phases] == [
            (timedelta(minutes=15), "declared"),
            (timedelta(minutes=60), "declared"),
        ]

    def test_the_limit_of_a_group_is_that_of_its_phases(self) -> None:
        protocol = document(
            "# A\n\n## Immediate (First Hour)\n\n### Isolate\n\n- Unplug it\n\n### Assess\n\n- List it\n"
        )

        assert [phase.budget for phase in protocol.phases] == [timedelta(hours=1)] * 2

    def test_a_limit_in_the_line_above_the_steps(self) -> None:
        phase = document("# A\n\n## After\n\nWithin 48 hours of resolution:\n\n- [ ] Write it\n").phases[0]

        assert (phase.budget, phase.anchor) == (timedelta(hours=48), "resolved")

    @pytest.mark.parametrize(
        "text",
        [
            "Check the logs of the last 24 hours",
            "Confirm that it fired for 10 minutes",
            "Wait 10 minutes, then check it",
            "Keep the logs for 90 days",
            "Run it; it takes up to 40 minutes",
        ],
    )
    def test_no_countdown_starts_from_other_times(self, text: str) -> None:
        assert only_step(f"- {text}").budget is None

    def test_waits_and_repeats(self) -> None:
        assert only_step("- Wait 10 minutes, then check it").wait == timedelta(minutes=10)
        assert only_step("- Post an update every 30 minutes").every == timedelta(minutes=30)

    def test_a_limit_of_a_group_that_each_phase_would_start_anew_is_doubted(self) -> None:
        notes = imported("# A\n\n## Contain (30 min)\n\n### Stop\n\n- Stop it\n\n### Cut\n\n- Cut it\n").notes

        assert [(note.line, note.text) for note in notes if note.kind == "doubt"] == [
            (3, "“Contain (30 min)” has 30 min from the start of the phase, each of its sections anew")
        ]


class TestRemarks:
    def test_reading_becomes_steps(self) -> None:
        protocol = document("# A\n\n## Notes\n<!-- incident: steps -->\n\n- the disk\n- the net\n")

        assert titles(protocol) == ["the disk", "the net"]

    def test_steps_become_reading(self) -> None:
        protocol = document("# A\n\n## Do\n\n<!-- incident: reference -->\n\n- [ ] Run it\n")

        assert protocol.phases == ()
        assert readings(protocol) == ["Do"]

    def test_a_budget_and_none(self) -> None:
        protocol = document(
            "# A\n\n## Do (15 min)\n<!-- incident: no budget -->\n\n- Run it\n\n## Fix\n"
            "<!-- incident: budget 1h30m -->\n<!-- incident: every 30m -->\n\n- Fix it\n"
        )

        assert [(phase.budget, phase.every) for phase in protocol.phases] == [
            (None, None),
            (timedelta(minutes=90), timedelta(minutes=30)),
        ]

    def test_one_item_is_a_step_another_is_none(self) -> None:
        protocol = document(
            "# A\n\n## Do\n\n- Run it\n- Stop it <!-- incident: not a step -->\n- Rest <!-- incident: budget 10m -->\n"
            "\n## Notes\n\n- the disk <!-- incident: step -->\n- the net\n"
        )

        assert titles(protocol)[:2] == ["Run it", "Rest"]
        assert protocol.phases[0].steps[1].budget == timedelta(minutes=10)
        assert "Stop it" in shown(protocol)

    def test_what_nobody_understands_is_said(self) -> None:
        (note,) = (
            note
            for note in imported("# A\n\n## Do\n\n- [ ] Run\n\n<!-- incident: stepps -->\n").notes
            if note.kind == "doubt"
        )

        assert (note.line, note.text) == (7, "nobody understands <!-- incident: stepps -->")


def test_notes_say_what_was_read_how_and_on_which_line() -> None:
    notes = imported("# A\n\n## Meaning\n\nDown.\n\n## Do\n\n- [ ] Run\n").notes

    assert [(note.line, note.kind) for note in notes] == [(3, "read"), (7, "read")]
    assert "1 step from a task list" in notes[1].text


def test_a_doubt_says_how_to_be_certain() -> None:
    doubts = [note for note in imported("# A\n\n## Restart it\n\nPlease restart it.\n").notes if note.kind == "doubt"]

    assert all("<!-- incident:" in note.hint for note in doubts)


def test_an_empty_document_is_an_empty_protocol() -> None:
    protocol = document("", "empty.md")

    assert (protocol.title, protocol.phases) == ("Empty", ())


def test_boxes_in_a_letter_are_its_text() -> None:
    text = "# A\n\n## Tell them\n\nAdd a comment:\n\n```markdown\nHello {owner},\n\n- [ ] the form is filled in\n```\n"
    (phase,) = imported(text).protocol.phases

    assert [step.title for step in phase.steps] == ["Add a comment:"]
    assert "- [ ] the form is filled in" in phase.steps[0].blocks[0].text


def test_work_ends_with_the_resolution_unless_it_is_for_afterwards() -> None:
    text = "# A\n\n## Stabilise\n\n- [ ] Roll back\n\n## Post-incident review\n\n- [ ] Meet\n"

    assert [phase.until for phase in imported(text).protocol.phases] == ["resolved", ""]
