"""Each way of writing a runbook that a plain parser gets wrong, once."""

from datetime import timedelta

import pytest

from incident_tui.domain.protocol import Protocol, Step
from incident_tui.protocols.markdown import Imported, read
from tests.protocols.scoring import shown


def document(text: str, name: str = "a.md") -> Protocol:
    return read(text, name).protocol


def titles(protocol: Protocol) -> list[str]:
    return [step.title for _, step in protocol.all_steps()]


def phases(protocol: Protocol) -> list[tuple[str, int]]:
    return [(phase.title, len(phase.steps)) for phase in protocol.phases]


def readings(protocol: Protocol) -> list[str]:
    return [reading.title for reading in protocol.readings]


def only_step(text: str) -> Step:
    protocol = document(f"# T\n\n## Do\n\n{text}\n")
    (phase,) = protocol.phases
    (step,) = phase.steps
    return step


class TestTitles:
    def test_the_only_first_heading_is_the_title(self) -> None:
        assert document("# Restore\n\n## Contain\n\n- Stop it\n").title == "Restore"

    def test_a_title_of_a_lower_level_is_one_too(self) -> None:
        protocol = document("## Playbook: Phishing\n\n### Contain\n\n- Block it\n\n### Recover\n\n- Restore it\n")

        assert protocol.title == "Playbook: Phishing"
        assert phases(protocol) == [("Contain", 1), ("Recover", 1)]

    def test_without_a_heading_above_all_the_file_gives_its_name(self) -> None:
        assert (
            document("## Contain\n\n- Stop it\n\n## Fix\n\n- Fix it\n", "fail-over_db.html.md").title == "Fail over db"
        )

    def test_the_heading_counts_more_than_the_front_matter(self) -> None:
        protocol = document("---\ntitle: Pod Crash\nweight: 20\n---\n\n# PodCrash\n\n## Fix\n\n- Fix it\n")

        assert protocol.title == "PodCrash"
        assert "weight" not in shown(protocol)

    def test_several_first_headings_are_sections(self) -> None:
        protocol = document("---\ntitle: Rotate\n---\n# MySQL\n\n- Rotate it\n\n# Postgres\n\n- Rotate it\n")

        assert protocol.title == "Rotate"
        assert phases(protocol) == [("MySQL", 1), ("Postgres", 1)]

    def test_an_expression_in_the_title_is_filled_from_the_front_matter(self) -> None:
        protocol = document("---\ntitle: Drain a node\n---\n# <%= current_page.data.title %>\n\n## Do\n\n- Drain it\n")

        assert protocol.title == "Drain a node"
        assert "<%" not in shown(protocol)

    def test_an_issue_template_is_called_by_its_name(self) -> None:
        head = '---\nname: "\\U0001F4E6 Remove a hub"\nabout: x\ntitle: "[Remove][{{ deadline }}]"\n---\n'

        assert document(f"{head}\n## Do\n\n- [ ] Remove it\n\n## Then\n\n- [ ] Rest\n").title == "📦 Remove a hub"


class TestSections:
    def test_reading_and_doing_are_told_apart(self) -> None:
        protocol = document(
            "# A\n\n## Meaning\n\nIt is down.\n\n## Impact\n\n- Users see errors\n\n## Diagnosis\n\n- Check the logs\n"
            "- Look at the graph\n\n## References\n\n- [Docs](https://example.org)\n"
        )

        assert phases(protocol) == [("Diagnosis", 2)]
        assert [(each.title, each.before) for each in protocol.readings] == [
            ("Meaning", 0),
            ("Impact", 0),
            ("References", 1),
        ]

    def test_a_heading_that_only_holds_others_is_their_group(self) -> None:
        protocol = document("# A\n\n## First hour\n\n### Isolate\n\n- Unplug it\n\n### Assess\n\n- List the systems\n")

        assert [(phase.title, phase.group) for phase in protocol.phases] == [
            ("Isolate", "First hour"),
            ("Assess", "First hour"),
        ]
        assert protocol.readings == ()

    def test_text_before_the_first_heading_is_kept(self) -> None:
        protocol = document("> from elsewhere\n\nRead me first.\n\n# A\n\n## Do\n\n- Run it\n")

        assert "from elsewhere" in shown(protocol)
        assert "Read me first." in shown(protocol)

    def test_the_same_heading_thrice_is_three_sections(self) -> None:
        protocol = document("# A\n\n## Do\n\n- Run a\n\n## Do\n\n- Run b\n\n## Do\n\n- Run c\n")

        assert phases(protocol) == [("Do", 1)] * 3
        assert titles(protocol) == ["Run a", "Run b", "Run c"]

    @pytest.mark.parametrize("above", ["- Run it\n", "```sh\nls\n```\n"])
    def test_a_heading_needs_no_blank_line_above(self, above: str) -> None:
        protocol = document(f"# A\n\n## Check it\n\n{above}## Stop\n- Stop it\n")

        assert [phase.title for phase in protocol.phases] == ["Check it", "Stop"]

    def test_underlined_headings_are_headings(self) -> None:
        protocol = document("Alert\n=====\n\nMeaning\n-------\n\nDown.\n\nDiagnosis\n---------\n\n1. Look at it\n")

        assert protocol.title == "Alert"
        assert phases(protocol) == [("Diagnosis", 1)]

    def test_a_rule_below_a_paragraph_makes_it_no_heading(self) -> None:
        protocol = document(
            "# A\n\n## Do\n\n1. Run it\n\nThis is a line\nof two lines.\n---\n\n## Then\n\n1. Tell us\n"
        )

        assert [phase.title for phase in protocol.phases] == ["Do", "Then"]

    def test_bold_lines_are_the_headings_of_a_document_without_any(self) -> None:
        protocol = document(
            "##### Card\n\n**(P) Prepare**\n\n1. Patch it\n\n**(C) Contain**\n\n1. Block it\n2. Cut it\n"
        )

        assert protocol.title == "Card"
        assert phases(protocol) == [("(P) Prepare", 1), ("(C) Contain", 2)]

    def test_bold_lines_between_headings_are_no_headings(self) -> None:
        protocol = document("# A\n\n## Do\n\n**Quickly:**\n\n1. Run it\n\n## Then\n\n1. Tell us\n")

        assert phases(protocol) == [("Do", 1), ("Then", 1)]

    def test_headings_are_the_steps(self) -> None:
        protocol = document(
            "# A\n\n## Step 1: Stop the app\n\nIt takes long.\n\n## Step 2: Start the app\n\nIt is quick.\n"
        )

        assert phases(protocol) == [("Step 1: Stop the app", 1), ("Step 2: Start the app", 1)]
        assert titles(protocol) == ["Stop the app", "Start the app"]

    def test_contents_and_lists_of_links_are_no_steps(self) -> None:
        protocol = document(
            "# A\n\n## Table of Contents\n\n1. [Do](#do)\n  - [Then](#then)\n2. [Rest](#rest)\n\n## Places\n\n"
            "- [One](https://a.example)\n- [Two](https://b.example)\n\n## Do\n\n1. Run it\n"
        )

        assert phases(protocol) == [("Do", 1)]

    def test_conditions_are_no_steps(self) -> None:
        protocol = document(
            "# A\n\n## Confirm it\n\nIt is one that\n\n* is unplanned, and\n* hurts users, or\n* gets worse\n"
        )

        assert "is unplanned, and" not in titles(protocol)
        assert "is unplanned, and" in shown(protocol)

    @pytest.mark.parametrize(
        ("heading", "role"),
        [
            ("Incident Commander remediation responsibilities", "Incident Commander"),
            ("Steps for Scribe", "Scribe"),
            ("For the Communications Lead", "Communications Lead"),
            ("Inform the customers", ""),
        ],
    )
    def test_a_role_in_a_heading_is_who_does_it(self, heading: str, role: str) -> None:
        protocol = document(f"# A\n\n## {heading}\n\n1. Announce it\n2. Update it\n\n## Do\n\n1. Run it\n")

        assert protocol.phases[0].assignee == role
        assert protocol.phases[1].assignee == ""

    def test_prohibitions_are_no_steps(self) -> None:
        assert (
            document("# A\n\n## DO NOT\n\n- Pay the ransom\n- Hide it\n\n## Do\n\n- Call us\n").phases[0].title == "Do"
        )


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


class TestMarkup:
    @pytest.mark.parametrize(
        "text", ["<POD_NAME>", "v<major>", "<NODE POOL NAME>", "<db_name>", "{{ $labels.pod }}", "<time>"]
    )
    def test_placeholders_survive(self, text: str) -> None:
        assert only_step(f"- Delete {text} now").title == f"Delete {text} now"

    def test_prompts_and_continuations_copy_as_one_command(self) -> None:
        step = only_step("1. Look:\n\n   ```console\n   $ kubectl logs a \\\n       | grep -iE 'x|y'\n   ```\n")

        assert step.commands == ("kubectl logs a \\\n    | grep -iE 'x|y'",)

    def test_sample_output_is_no_command(self) -> None:
        step = only_step("1. Look:\n\n   ```text\n   I1130 12:15:18 leader.go:243] acquired lease\n   ```\n")

        assert step.commands == ()
        assert [block.kind for block in step.blocks] == ["output"]

    def test_a_message_to_send_is_no_command(self) -> None:
        step = only_step("1. Post this message in the channel:\n\n   ```\n   I am the incident lead\n   ```\n")

        assert step.commands == ()
        assert [block.kind for block in step.blocks] == ["message"]

    def test_a_command_within_a_line_can_be_copied(self) -> None:
        assert only_step("- Check it via `kubectl get pod $POD` and the `README`").commands == ("kubectl get pod $POD",)

    def test_a_box_in_indented_code_stays_as_it_is(self) -> None:
        step = only_step("- Post this message:\n\n        - [ ] it\n        - [x] that\n")

        assert [block.text for block in step.blocks] == ["- [ ] it\n- [x] that"]

    def test_a_box_within_a_line_stays(self) -> None:
        assert titles(document("# A\n\n## Do\n\n- [ ] Look at \x01 and [ ] there\n")) == ["Look at ^A and [ ] there"]

    def test_comments_are_not_shown_and_cut_no_list(self) -> None:
        protocol = document(
            "# A\n\n## Do <!-- when? -->\n\n- [ ] Run it <!-- how? -->\n<!--\n- [ ] Never\n-->\n- [ ] Stop it\n"
        )

        assert titles(protocol) == ["Run it", "Stop it"]
        assert protocol.phases[0].title == "Do"
        assert "Never" not in shown(protocol)

    def test_a_comment_in_code_is_code(self) -> None:
        step = only_step("- Put it: `<!-- x -->`\n\n  ```html\n  <!-- y -->\n  ```")

        assert "<!-- x -->" in step.title
        assert step.blocks[0].text == "<!-- y -->"

    @pytest.mark.parametrize(
        ("text", "shows"),
        [
            ("{% include note.html %}\n\nCareful", "Careful"),
            ('Tell {% slack_channel "ops" %}', "Tell ops"),
            ("{{< hint info >}}\nCareful\n{{< /hint >}}", "Careful"),
            ("```{note}\n:class: x\nCareful\n```", "Note:\n\nCareful"),
            ("> [!WARNING]\n> Careful", "Warning:\nCareful"),
            ('!!! note "Read"\n    Careful\n\n    And slow', "Note: Read\nCareful"),
            (":::tip\nCareful\n:::", "Tip:\nCareful"),
            ("import Tabs from '@theme/Tabs'\n\n<Tabs>\n\nCareful\n\n</Tabs>", "Careful"),
            ("<details>\n<summary>More</summary>\n\nCareful\n\n</details>", "Careful"),
            ("<table>\n  <tr>\n    <td>Careful</td>\n  </tr>\n</table>", "Careful"),
            ("(here)=\nCareful", "Careful"),
            ('<a name="x"></a>Careful<br>then', "Careful then"),
            ("See {ref}`the guide <guide>`", "See the guide (guide)"),
            ("![a graph](https://a.example/x.png)", "a graph"),
            ("![](data:image/png;base64,AAAA)Careful", "Careful"),
        ],
    )
    def test_markup_of_others_is_text_or_nothing(self, text: str, shows: str) -> None:
        protocol = document(f"# A\n\n## Overview\n\n{text}\n\n## Do\n\n- Run it\n")
        seen = shown(protocol)

        assert shows in seen
        assert not any(
            mark in seen for mark in ("{%", "{{<", "import ", "<Tabs", "<td", "!!!", ":::", "[!", ")=", "base64", "```")
        )

    def test_definitions_of_links_are_not_shown(self) -> None:
        protocol = document(
            "# A\n\n## Do\n\n- Raise a [ticket]\n\n[ticket]: https://a.example/new\n[other]: https://b.example\n"
        )

        assert titles(protocol) == ["Raise a ticket"]
        assert protocol.phases[0].steps[0].detail == "ticket (https://a.example/new)"
        assert "b.example" not in shown(protocol)

    def test_windows_and_byte_order_marks(self) -> None:
        assert phases(document("\ufeff---\r\ntitle: X\r\n---\r\n\r\n# A\r\n\r\n## Do\r\n\r\n- Run it\r\n")) == [
            ("Do", 1)
        ]

    def test_controls_are_made_visible(self) -> None:
        assert only_step("- Run \x1b[31mit\u202e&#x202e;").title == "Run it\ufffd\ufffd"


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


def imported(text: str) -> Imported:
    return read(text, "a.md")


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
