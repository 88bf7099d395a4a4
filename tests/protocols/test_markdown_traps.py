"""Each way of writing a runbook that a plain parser gets wrong, once: its title, its sections, its markup."""

import pytest

from tests.protocols.readings import document, only_step, phases, titles
from tests.protocols.scoring import shown


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
