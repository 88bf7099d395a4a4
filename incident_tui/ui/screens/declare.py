"""Declaring an incident: one line, started."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from msgspec import Struct
from textual import on
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input

from incident_tui.domain.decide import Refused, moment_allowed, said
from incident_tui.domain.incident import COMMANDER
from incident_tui.domain.protocol import Protocol
from incident_tui.recall import Told
from incident_tui.times import TimeError, parse_moment
from incident_tui.ui.apart import apart
from incident_tui.ui.claims import Claims
from incident_tui.ui.latest import Latest
from incident_tui.ui.screens.dialog import Dialog, field
from incident_tui.ui.text import Line, fit
from incident_tui.ui.views.scene import SEVERITY_TONES
from incident_tui.ui.widgets.choice_line import Choice, ChoiceLine
from incident_tui.ui.widgets.words import Words

if TYPE_CHECKING:
    from incident_tui.issues import Issue

USUAL_SEVERITY = 1
"""Critical, as on the command line: what is unclear is treated as serious, and lowered later with a reason."""
USUAL_PROTOCOL = "emergency"
LEAD = "technical lead"
LOOKED_LIKE = "looked like "
ASKING = "asking Sentry …  esc stops; what you type meanwhile stays"
OUTSIDE_CELLS = 60  # before it is on the screen


class Declaration(Struct, frozen=True):
    """What a new incident is declared with; `detected` is None for now, `lead` takes the technical lead."""

    title: str
    severity: int
    commander: str
    detected: datetime | None
    protocol: Protocol
    lead: str = ""
    issue: Issue | None = None
    """What is recorded with it: the issue that it was declared from."""
    kept: tuple[Path, ...] = ()
    """Where its title had been kept, which is not needed once it is recorded."""


class DeclareScreen(Dialog[Declaration]):
    """Only the title is needed; Enter declares from every field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "declare", "declare", priority=True, id="declare.start"),
        Binding("tab", "app.focus_next", "next field", id="declare.next"),
        Binding("ctrl+o", "look", "look at protocols", priority=True, id="declare.look"),
    ]

    begun = ""
    """A title that was being typed when a screen was left."""
    kept: tuple[Path, ...] = ()
    """Where that is kept."""

    def __init__(
        self,
        severities: Mapping[int, str],
        person: str,
        protocols: tuple[str, ...],
        load: Callable[[str], Protocol | Refused],
        *,
        now: Callable[[], datetime],
        zone: ZoneInfo,
        severity: int = USUAL_SEVERITY,
        on_call: str = "",
    ) -> None:
        super().__init__("Declare an incident")
        self.now = now
        self.zone = zone
        self.named = Input(placeholder="what is wrong, in one line", compact=True)
        self.severity = ChoiceLine(
            tuple(
                Choice(str(level), ((f"SEV{level} {name}", SEVERITY_TONES.get(level, "")),), str(level))
                for level, name in severities.items()
            ),
            str(severity),
        )
        self.commander = Input(person, placeholder="nobody yet", compact=True)
        self.detected = Input(placeholder="now; or 14:05, 10m ago, yesterday 23:50", compact=True)
        self.load = load
        self.look: Callable[[str], Screen[str]] | None = None
        """Makes the screen that shows protocols, at the one that is typed."""
        self.recall: Callable[[str], Sequence[Told]] | None = None
        """Says which past incidents a title reminds of; called in a thread, may raise JournalError."""
        self.names_issue: Callable[[str], bool] = lambda _text: False
        """Whether a text is a link to an issue that `ask_issue` can be asked about; quick."""
        self.ask_issue: Callable[[str], Issue] | None = None
        """Asks outside about a link; called in a thread, never raises."""
        self.link = ""
        self.claims = Claims()
        self.asking = ""
        self.issue: Issue | None = None
        self.usual_severity = str(severity)
        self.outside = Words(classes="dialog--outside")
        self.outside_field = field("", self.outside)
        self.outside_field.display = False
        self.alike = Words(classes="dialog--alike")
        self.lookups: Latest[str, Sequence[Told]] = Latest(self, self._recalled, self._show_alike, lambda _why: None)
        self.protocol = Input(
            USUAL_PROTOCOL if USUAL_PROTOCOL in protocols else protocols[0],
            placeholder="a name, or the path of a runbook",
            suggester=SuggestFromList(protocols, case_sensitive=False),
            compact=True,
        )
        self.known = ", ".join(protocols)
        self.on_call = on_call
        self.called = ChoiceLine(
            (
                Choice(LEAD, ((f"@{on_call} is technical lead", ""),), "t"),
                Choice(COMMANDER, ((f"@{on_call} commands", ""),), "c"),
                Choice("", (("nobody is called yet", ""),), "n"),
            ),
            LEAD if on_call.casefold() != person.casefold() else "",
        )

    def body(self) -> Iterable[Widget]:
        """The fields, the only required one first."""
        yield field("Title", self.named)
        yield self.outside_field
        yield self.alike
        yield field("Severity", self.severity)
        yield field("Commander", self.commander)
        if self.on_call:
            yield field("On call", self.called)
        yield field("Detected", self.detected)
        yield field("Protocol", self.protocol)
        zone = f"Protocols: {self.known}, or the path of a Markdown file. Times are {self.zone.key}."
        yield Words(((zone, "muted"),), classes="dialog--hint")

    def on_mount(self) -> None:
        """A link that it is to be declared from is asked about at once; what was begun is gone on with."""
        if self.link:
            self.named.value = self.link
        elif self.begun:
            self.named.select_on_focus = False
            self.named.value = self.begun
            self.notify("you were typing this title when you left; enter declares", markup=False, timeout=10)

    def on_unmount(self) -> None:
        """What is not declared may be gone on with elsewhere."""
        self.claims.close()

    def unkept(self) -> str:
        """The title, unless it is kept already."""
        title = self.named.value.strip()
        return "" if title in (self.begun, self.link) else title

    @on(Input.Changed)
    @on(ChoiceLine.Changed)
    def start_over(self) -> None:
        """What was wrong may be right now."""
        self.object_to("")

    @on(Input.Changed)
    def remember(self, message: Input.Changed) -> None:
        """Past incidents like this one, as its title is typed."""
        if message.input is not self.named:
            return
        link = message.value.strip()
        if self.ask_issue is not None and link != self.asking and self.names_issue(link):
            self.asking = link
            self._tell(ASKING, "info")
            self.run_worker(self._ask(link, partial(self.ask_issue, link)), group="issue", exclusive=True)
        elif self.recall is not None and link != self.asking:
            self.lookups.want(message.value)

    async def _ask(self, link: str, ask: Callable[[], Issue]) -> None:
        issue = await apart(ask)
        if self.asking == link:
            self.asking = ""
            self.issue = issue
            self._fill(issue)

    def _fill(self, issue: Issue) -> None:
        """What is typed already stays."""
        alert = issue.alert
        if alert is None:
            self._tell(f"Sentry did not tell: {issue.problem}", "warn")
            return
        title, severity, detected = issue.filled("", None, None, self.now())
        if self.named.value.strip() == issue.link:
            self.named.value = title
        if alert.severity is not None and self.severity.value == self.usual_severity:
            self.severity.value = str(severity)
        if detected is not None and not self.detected.value.strip():
            self.detected.value = f"{detected.astimezone(self.zone):%Y-%m-%d %H:%M:%S}"
        services = f"services {', '.join(alert.services)}" if alert.services else "no service"
        known = [f"{key} {text}" for key, text in alert.labels.items() if key != "culprit"]
        told = " · ".join((services, *known, *(["the event is missing"] if issue.problem else [])))
        self._tell(f"↑ from Sentry: {told}", "good")

    def _tell(self, words: str, tone: str) -> None:
        line: Line = ((words, tone),)
        self.outside.lines = (fit(line, self.outside.size.width or OUTSIDE_CELLS),)
        self.outside_field.display = True

    def action_close_dialog(self) -> None:
        """Stops asking; or answers nothing."""
        if not self.asking:
            for file in self.kept:
                file.unlink(missing_ok=True)
            super().action_close_dialog()
            return
        self.asking = ""
        self._tell("stopped; type a title, or declare with the link", "muted")

    def _recalled(self, title: str) -> Sequence[Told]:
        return self.recall(title) if self.recall is not None else ()

    def _show_alike(self, found: Sequence[Told]) -> None:
        cells = self.alike.size.width
        lines = (told.line(cells - len(LOOKED_LIKE)) for told in found)
        self.alike.lines = tuple(fit(((LOOKED_LIKE, "muted"), (line, "warn")), cells) for line in lines)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Nothing to look at where nothing shows it."""
        return action != "look" or self.look is not None

    def action_look(self) -> None:
        """Shows what the protocol is; another one may be chosen there."""
        if self.look is None or not self.is_current:
            return

        def chosen(protocol: str | None) -> None:
            if protocol is not None:
                self.protocol.value = protocol

        self.app.push_screen(self.look(self.protocol.value.strip()), chosen)

    def action_declare(self) -> None:
        """Declares, or goes to the field that does not allow it yet."""
        self.after_typing(self._declare)

    def _declare(self) -> None:
        if self.asking and self.named.value.strip() == self.asking:
            self.object_to("Sentry is being asked for a title; type one, or esc stops asking")
            return
        title = said(self.named.value, "the title", 200)
        if isinstance(title, Refused):
            self._refuse(self.named, str(title))
            return
        detected = self._moment()
        if isinstance(detected, Refused):
            self._refuse(self.detected, str(detected))
            return
        protocol = self.load(self.protocol.value.strip() or USUAL_PROTOCOL)
        if isinstance(protocol, Refused):
            self._refuse(self.protocol, str(protocol))
            return
        called = self.called.value if self.on_call else ""
        commander = self.on_call if called == COMMANDER else " ".join(self.commander.value.split())
        lead = self.on_call if called == LEAD else ""
        severity = int(self.severity.value)
        self.dismiss(Declaration(title, severity, commander, detected, protocol, lead, self._told(), self.kept))

    def _told(self) -> Issue | None:
        """What was said outside; of what is still asked for, that nobody has waited for it."""
        from incident_tui.issues import Issue

        return Issue(self.asking, problem="nobody waited for it") if self.asking else self.issue

    def _moment(self) -> datetime | Refused | None:
        text, now = self.detected.value.strip(), self.now()
        if not text:
            return None
        try:
            moment = parse_moment(text, now, self.zone)
        except TimeError as error:
            return Refused(str(error))
        return moment_allowed(moment, now) or moment

    def _refuse(self, at: Input, reason: str) -> None:
        at.focus()
        self.object_to(reason)
