"""What the cursors of the panes are on, as the words that commands take."""

from __future__ import annotations

from msgspec import Struct

from incident_tui.domain.dispatch import ways_of
from incident_tui.domain.events import Event
from incident_tui.domain.identity import name_of
from incident_tui.domain.incident import Incident
from incident_tui.domain.lines import line_of


class Selection(Struct, frozen=True):
    """The keys under the cursors, the written thing (`entry`) meant by `/amend` and its like, what is called out.

    The entry is the newest one unless it was `chosen`: then the cursor is on it.
    """

    incident: Incident
    checklist: str = ""
    entry: Event | None = None
    message: str = ""
    case: str = ""
    callout: str = ""
    chosen: bool = False

    def words(self) -> dict[str, str]:
        """What stands for {step}, {phase}, {message}, {delivery}, {theory}, {item}, {filing}, {entry}, {text},
        {part} (a step, else a phase) and {section}; only what there is.
        """
        incident = self.incident
        delivery = incident.deliveries.get(self.message)
        message = incident.messages.get(delivery.subject if delivery else self.message)
        theory = incident.theories.get(self.case)
        item = incident.action_items.get(self.case)
        order, proposal = incident.orders.get(self.case), incident.proposals.get(self.case)
        found = {
            "step": self.step,
            "phase": self._phase(),
            "message": message.label if message else "",
            "delivery": self._delivery(),
            "theory": theory.label if theory else "",
            "item": item.label if item else "",
            "filing": self._filing(),
            "order": order.label if order else "",
            "proposal": proposal.label if proposal else "",
            "entry": name_of(self.entry.id) if self.entry else "",
            "text": self.text,
            "callout": self.callout,
            "part": self.step or self._phase(),
            "section": self._section(),
        }
        return {name: text for name, text in found.items() if text}

    @property
    def step(self) -> str:
        """The number of the step under the cursor."""
        kind, _, number = self.checklist.partition(":")
        return number if kind == "step" else ""

    @property
    def commands(self) -> str:
        """The commands of the step, one on a line."""
        step = self.incident.protocol.step(self.step) if self.step else None
        return "\n".join(step.commands) if step else ""

    @property
    def text(self) -> str:
        """The text of the entry, as last amended."""
        line = line_of(self.entry.body) if self.entry else None
        if self.entry is None or line is None:
            return ""
        original = f"{line.text}\n{line.more}" if line.more else line.text
        return self.incident.text_of(self.entry.id, original)

    def _delivery(self) -> str:
        """The delivery under the cursor, or the only one of the message that has not arrived."""
        incident = self.incident
        delivery = incident.deliveries.get(self.message)
        if delivery is not None:
            return delivery.label
        message = incident.messages.get(self.message)
        ways = [incident.deliveries[way] for way in message.ways if way in incident.deliveries] if message else []
        undelivered = [item.label for item in ways if item.undelivered]
        return undelivered[0] if len(undelivered) == 1 else ""

    def _filing(self) -> str:
        """The delivery of an action item under the cursor of the case that has not arrived."""
        ways = ways_of(self.incident, self.case)
        return next((way.label for way in ways if way.undelivered), "")

    def _phase(self) -> str:
        """The phase under the cursor, counted from 1."""
        kind, _, number = self.checklist.partition(":")
        if kind == "phase":
            return str(int(number) + 1)
        return number.partition(".")[0] if kind == "step" else ""

    def _section(self) -> str:
        """The section to read under the cursor, by its line in the document."""
        kind, _, place = self.checklist.partition(":")
        return f"line {place.partition(':')[0]}" if kind == "reading" else ""
