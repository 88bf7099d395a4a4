"""The panes of the war room: what each key does there, and the help that explains it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from incident_tui.ui.views.log import LogItem
from incident_tui.ui.widgets.board import Board, Row
from incident_tui.ui.widgets.log_view import LogView


class ChecklistPane(Board):
    """The protocol."""

    HELP = (
        "The protocol, phase by phase. The arrow points at the next open step. A phase's clock turns amber at 80 % "
        "of its time and red when it is over. Enter unfolds a phase, a section to read, or a step's explanation and "
        "commands. What a document was wrongly read as is put right here: r makes a step text, m makes text a phase, "
        "t sets a time; ctrl+z takes it back."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "screen.toggle_step", "check", id="step.toggle", tooltip="Check the step, or open it again"),
        Binding("n", "screen.fill('/stepnote {step} ')", "note", id="step.note", tooltip="Write a note on the step"),
        Binding("x", "screen.fill('/skip {step} ')", "skip", id="step.skip", tooltip="Skip the step with a reason"),
        Binding("a", "screen.carry_out('/na {step}')", "n/a", id="step.na", tooltip="The step does not apply"),
        Binding(
            "b", "screen.carry_out('/begin {phase}')", "begin", id="phase.begin", tooltip="Start the phase's clock"
        ),
        Binding("y", "screen.copy_selected", "copy", id="step.copy", tooltip="Copy the step's commands"),
        Binding("!", "screen.run_command", "run", id="step.run", tooltip="Edit the step's command, then run it"),
        Binding("p", "screen.ask('playbook')", "playbook", id="playbook.attach", tooltip="Attach a playbook"),
        Binding(
            "t", "screen.fill('/budget {part} ')", "time", show=False, id="step.time", tooltip="Set its time limit"
        ),
        Binding(
            "r",
            "screen.carry_out('/aside {part}')",
            "only read",
            show=False,
            id="step.aside",
            tooltip="It is to be read, not to be done",
        ),
        Binding(
            "m",
            "screen.carry_out('/take {section}')",
            "make a phase",
            show=False,
            id="section.take",
            tooltip="Make a section that is only read a phase",
        ),
    ]

    next_step = ""
    """The key of the step to do next."""

    def show_rows(self, rows: tuple[Row, ...], next_step: str) -> None:
        """Shows `rows`; a cursor on the step to do next goes on to the next one, so that space does them in turn."""
        goes_on = self.cursor_key in (self.next_step, "")
        self.rows = rows
        if next_step and goes_on:
            self.cursor_key = next_step
        self.next_step = next_step


class LogPane(LogView[LogItem]):
    """The investigation log."""

    HELP = (
        "Everything that was found, tried and decided, in the order it was entered. Nothing is ever erased: amended "
        "and struck entries keep their old text, which Enter unfolds. End follows what comes in. A line about an entry "
        "names it by the end of its id, as in ^3f9a12b4, and stays about that one; without a name it is about the "
        "entry that is selected."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "s", "screen.carry_out('/star {entry}')", "star", id="entry.star", tooltip="Star the entry, or take it back"
        ),
        Binding("e", "screen.fill('/amend {entry} {text}')", "amend", id="entry.amend", tooltip="Write a better text"),
        Binding("x", "screen.fill('/strike {entry} ')", "strike", id="entry.strike", tooltip="Strike the entry"),
        Binding("plus", "screen.fill('/for {entry} H')", "for", id="entry.for", tooltip="It counts for a theory"),
        Binding(
            "minus", "screen.fill('/against {entry} H')", "against", id="entry.against", tooltip="It counts against one"
        ),
        Binding("f", "screen.next_filter(1)", "filter", id="log.filter", tooltip="Show the next kind of entry"),
        Binding("F", "screen.next_filter(-1)", "filter back", show=False, id="log.filter_back"),
        Binding("slash", "screen.search", "search", id="log.search", tooltip="Search as you type"),
        Binding("y", "screen.copy_selected", "copy", id="entry.copy", tooltip="Copy the entry's text"),
    ]

    def on_focus(self) -> None:
        """Show which entry the keys are about."""
        if not self.cursor_key:
            self.action_move_up()


OF_WAYS = (
    Binding("r", "screen.carry_out('/retry {delivery}')", "retry", show=False, id="delivery.retry"),
    Binding("x", "screen.fill('/giveup {delivery} ')", "give up", show=False, id="delivery.drop"),
    Binding("v", "screen.carry_out('/arrived {delivery}')", "there", show=False, id="delivery.arrived"),
)
"""What a person does about a message that has not arrived."""


class MessagesPane(Board):
    """The communications."""

    HELP = (
        "What was said to the team, to management and to customers, and when each is owed the next update. Nothing "
        "leaves by itself: s shows what would go to which channel and asks; or send a message by your own means, and h "
        "marks it as sent. What did not arrive stands below its message: r tries it once more, x gives it up, v says "
        "that you have seen it there."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "screen.ask('message')", "new", id="message.new", tooltip="Write a message"),
        Binding("t", "screen.ask('template')", "template", id="message.template", tooltip="Begin with a template"),
        Binding("a", "screen.carry_out('/approve {message}')", "approve", id="message.approve"),
        Binding(
            "s",
            "screen.ask('send', '{message}')",
            "send",
            id="message.send",
            tooltip="See what goes where, and send it",
        ),
        Binding("h", "screen.carry_out('/sent {message} by hand')", "by hand", id="message.sent", tooltip="It is out"),
        Binding("y", "screen.copy_selected", "copy", id="message.copy", tooltip="Copy the text to send it"),
        Binding("d", "screen.fill('/discard {message} ')", "discard", id="message.discard"),
        *OF_WAYS,
    ]


class CasePane(Board):
    """Theories, decisions, impact, record and action items."""

    HELP = (
        "The case in short: orders by the time they have left, proposals that wait for objections, theories with the "
        "evidence for and against them, decisions, cause and fix, impact, the technical record, action items and "
        "sign-offs. An order is given, said back (a), and closed with its result (d). s tags an affected service, "
        "l lists past incidents like this one. g shows what would be filed of an action item in which issue tracker, "
        "and asks; Enter unfolds where it was filed, r tries once more what did not arrive."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "screen.carry_out('/understood {order}')", "said back", id="order.understood"),
        Binding("d", "screen.settle", "done", id="case.settle", tooltip="Done: an order, a proposal, an action item"),
        Binding("x", "screen.drop", "call off", id="case.drop", tooltip="Cancel, reject or strike it"),
        Binding("e", "screen.fill('/extend {order} ')", "more time", show=False, id="order.extend"),
        Binding("p", "screen.fill('/propose ')", "propose", id="decision.propose", tooltip="Ask for strong objections"),
        Binding("b", "screen.fill('/object {proposal} ')", "objection", show=False, id="decision.object"),
        Binding("j", "screen.fill('/judge {theory} ')", "judge", id="theory.judge", tooltip="Judge the theory"),
        Binding("n", "screen.fill('/todo ')", "new action item", id="item.new"),
        Binding(
            "g", "screen.ask('track', '{item}')", "file it", id="item.track", tooltip="File it in an issue tracker"
        ),
        Binding("r", "screen.carry_out('/retry {filing}')", "file again", show=False, id="item.retry"),
        Binding("t", "screen.fill('?')", "new theory", id="theory.new"),
        Binding(
            "s", "screen.fill('/service ')", "service", show=False, id="service.tag", tooltip="Tag what is affected"
        ),
    ]
