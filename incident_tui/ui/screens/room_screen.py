"""One incident on the screen: its panes at a moment, and the ways between them."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import var
from textual.widget import Widget

from incident_tui.domain.health import Pulse
from incident_tui.domain.pace import Pace
from incident_tui.rooms import Room
from incident_tui.session import Session
from incident_tui.times import quoted, zone_or_local
from incident_tui.ui.keys import ActiveKeys
from incident_tui.ui.memory import collect_new
from incident_tui.ui.pages import Source
from incident_tui.ui.past import read_pace
from incident_tui.ui.screens.live import LiveScreen
from incident_tui.ui.screens.log_column import LogColumn
from incident_tui.ui.screens.panes import CasePane, ChecklistPane, MessagesPane
from incident_tui.ui.screens.selection import Selection
from incident_tui.ui.text import Line
from incident_tui.ui.titles import set_title
from incident_tui.ui.views.checklist import next_key, turned
from incident_tui.ui.views.log import FILTERS, JournalSource, LogItem, log_query
from incident_tui.ui.views.room import PANES, Cells, room_view, tabs, titles, top
from incident_tui.ui.views.scene import LEAST, WIDE, Scene
from incident_tui.ui.views.strip import called
from incident_tui.ui.widgets.area import Area
from incident_tui.ui.widgets.banner import Banner
from incident_tui.ui.widgets.tab_line import TabLine
from incident_tui.ui.widgets.words import Words

TALL = 30
"""From so many lines on the line of time of a replay has times and names."""
AROUND_A_PANE = 4  # its border and padding
FIRST = "log"
EMPTY_CASE = "Theories (?), decisions (>), cause and fix gather here."


class RoomScreen(LiveScreen):
    """Shows `room` as it stands at a moment; what can be done in it is for subclasses to say.

    `foot` stands below the panes; the focus rests on the first of it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,i", "write", "write", show=False, id="room.write"),
        Binding("tab", "next_pane(1)", "pane", id="room.next", tooltip="Move to the next pane"),
        Binding("shift+tab", "next_pane(-1)", "previous pane", show=False, id="room.previous"),
        *(
            Binding(f"alt+{number}", f"show_pane('{pane}')", f"show {pane}", show=False, id=f"room.{pane}")
            for number, pane in enumerate(PANES, start=1)
        ),
        Binding(
            "ctrl+f", "search", "search", show=False, priority=True, id="room.search", tooltip="Search as you type"
        ),
    ]

    BLANK = True  # nothing is painted behind its panes
    AUTO_FOCUS = ""  # the foot takes the focus, whatever comes first on the screen

    pane: var[str] = var(FIRST, init=False)

    def __init__(self, session: Session, room: Room, *foot: Widget) -> None:
        super().__init__(classes=f"-show-{FIRST}")
        self.session = session
        self.room = room
        self.expanded: frozenset[str] = frozenset()
        self.pace: Pace | None = None
        self.health: tuple[Pulse, ...] = ()
        self.learned_until: datetime | None = None
        self.painted: Scene | None = None
        """What is on the screen; what is worked out of it once need not be worked out again."""
        self._painted_cells: Cells | None = None
        self.banner = Banner(id="banner", classes=f"-sev{room.incident.severity}")
        self.tabs = TabLine()
        self.checklist = ChecklistPane(id="checklist")
        self.log_column = LogColumn(self.log_source, self.scene)
        self.log_pane = self.log_column.view
        self.messages = MessagesPane(id="messages")
        self.case = CasePane(id="case")
        self.strip = Words(id="strip")
        self.foot = foot

    def compose(self) -> ComposeResult:
        self._classify(self.app.size, update=False)  # there are no panes yet that would look otherwise
        yield self.banner
        yield self.tabs
        with Area(id="panes"):
            yield self.checklist
            yield self.log_column
            with Area(id="right"):
                yield self.messages
                yield self.case
        yield self.strip
        yield from self.foot
        yield ActiveKeys()

    def on_mount(self) -> None:
        """Begin at the foot, with the log at its end; say so where times are not told in the incident's own zone."""
        self.case.empty = ((EMPTY_CASE, ""),)
        self.foot[0].focus()
        self.call_after_refresh(self._learn_pace)
        named, zone = self.room.incident.zone, self.scene().zone.key
        if named != zone:
            words = f"{quoted(named)} is no time zone that this machine knows; times are in {zone}"
            self.notify(words, severity="warning", markup=False, timeout=10)

    @work(group="pace", exit_on_error=False)
    async def _learn_pace(self) -> None:
        """Read at which pace the protocol was worked before, once, beside what is done on the screen."""
        self.pace = await asyncio.to_thread(read_pace, self.session, self.room.incident, self.learned_until)
        if self.pace.phases:
            self.paint()

    def scene(self, now: datetime | None = None) -> Scene:
        """What the views are functions of."""
        zone = zone_or_local(self.room.incident.zone)
        now = now or self.session.now()
        policy, viewer = self.session.policy, self.session.actor
        return Scene(self.room.incident, now, zone, policy, viewer, self.expanded, self.pace, health=self.health)

    def selection(self) -> Selection:
        """What the next key is about; in a log without a cursor it is the newest entry."""
        written = self.case.cursor_key if self.pane == "case" else self.log_pane.cursor_key
        newest = self.log_pane.source.newest(1)
        known = self.session.journal.these([written]) if written else [item.event for item in newest]
        entry = known[0] if known else None
        waiting = called(self.scene())
        return Selection(
            self.room.incident,
            self.checklist.cursor_key,
            entry,
            self.messages.cursor_key,
            self.case.cursor_key,
            waiting[0].key if waiting else "",
            chosen=bool(written),
        )

    def show_room(self, room: Room) -> None:
        """Show what has been recorded, here or elsewhere; an older room changes nothing."""
        if room.seq <= self.room.seq:
            return
        self.room = room
        if self.is_mounted:
            self.log_column.changed()
            if self.foot[0].has_focus_within:  # what is written is looked for in the log: the rest follows
                self.show_at_once(self.log_pane)
                self.call_after_refresh(self.paint)
            else:
                self.paint()

    def _classify(self, size: Size, *, update: bool = True) -> bool:
        """Lay out for a size; whether it is too small for panes."""
        tiny = size.width < LEAST[0] or size.height < LEAST[1]
        if tiny != self.has_class("-tiny"):
            self.set_class(tiny, "-tiny", update=update)
            if self.is_mounted:
                _focus_at_once(self.foot[0])
        self.set_class(size.width >= WIDE, "-wide", update=update)
        self.set_class(size.height >= TALL, "-tall", update=update)
        return tiny

    def tick(self, now: datetime) -> None:
        """Move the clocks on; what else there is to see is painted when it changes."""
        scene = self.scene(now)
        if scene.follows(self.painted) and self.has_class("-wide"):
            self.show_scene(scene)
            self.show_now()
        else:
            self.paint(now)

    def catch_up(self) -> None:
        """Show what others have recorded."""
        self.show_room(self.session.catch_up(self.room))

    def paint(self, now: datetime | None = None) -> None:
        """Bring every pane up to (incident, now); each repaints only what differs."""
        if not self.is_mounted or not self.size:
            return
        scene = self.scene(now)
        self._classify(self.size)
        for severity in range(1, 5):
            self.banner.set_class(scene.incident.severity == severity, f"-sev{severity}")
        self.show_scene(scene)
        for name, title in titles(scene).items():
            set_title(self.query_one(f"#{name}"), title)
        self.tabs.tabs, self.tabs.active = tabs(scene, self.log_pane.source.count()), self.pane
        self.log_column.title()
        self.call_after_refresh(collect_new)

    def show_scene(self, scene: Scene) -> None:
        """Bring up to a scene what changes as time passes."""
        self.painted = scene
        cells = self._painted_cells = _cells(self)
        view = room_view(scene, cells, self.top(scene, cells.banner, tiny=self.has_class("-tiny")))
        self.banner.lines = view.banner
        self.checklist.show_rows(view.checklist, next_key(scene))
        self.messages.rows, self.case.rows = view.messages, view.case
        self.strip.lines = (view.strip,)

    def top(self, scene: Scene, cells: int, *, tiny: bool) -> tuple[Line, ...]:
        """The lines of the banner."""
        why = self.session.journal.read_only_because
        return top(scene, cells, f"READ ONLY: {why}" if why else "", tiny=tiny)

    def log_source(self, filter_number: int, words: str) -> Source[LogItem]:
        """The lines of the log that a filter and a search leave."""
        query = log_query(self.scene(), filter_number, words)
        return JournalSource(self.session.journal, query, self.scene, lambda: self.room.timeline)

    def watch_pane(self, old: str, new: str) -> None:
        """On a narrow screen one pane is shown at a time."""
        self.remove_class(f"-show-{old}")
        self.add_class(f"-show-{new}")
        self.call_after_refresh(self.paint)

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for a new size, once: Textual would do so again when the layout tells the screen its size."""
        if event.size == self.outer_size:
            event.prevent_default()
        else:
            self._classify(event.size)

    def _compositor_refresh(self) -> None:
        """What the panes say depends on how wide they are laid out: they are painted before they are seen."""
        if not self.is_mounted:
            return
        if self._painted_cells != _cells(self):
            self.paint()
            self._compositor.update_widgets({*self._compositor.visible_widgets})
        super()._compositor_refresh()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The focused pane is the shown pane."""
        if event.widget.id in PANES:
            self.pane = event.widget.id

    def unfold(self, key: str) -> None:
        """Show more of what has `key`, or less again."""
        self.expanded = turned(self.scene(), key)
        self.log_column.changed()
        self.paint()

    @on(TabLine.Picked)
    def _pick(self, event: TabLine.Picked) -> None:
        self.action_show_pane(event.tab_id)

    def action_write(self) -> None:
        """Back to the foot; a search ends."""
        self.log_column.end_search()
        self.foot[0].focus()

    def action_search(self) -> None:
        """Search the log, as it is typed."""
        self.pane = "log"
        self.log_column.search()

    def action_next_filter(self, step: int) -> None:
        """Show another kind of entry."""
        column = self.log_column
        column.filter_number = (column.filter_number + step) % len(FILTERS)

    def action_show_pane(self, name: str) -> None:
        """Move to a pane."""
        self.pane = name
        self.query_one(f"#{name}").focus()

    def action_next_pane(self, step: int) -> None:
        """Move round: foot, protocol, log, communications, case."""
        foot = self.foot[0].id
        stops = (foot, *PANES)
        here = self.focused.id if self.focused is not None else None
        at = stops.index(here) if here in stops else 0
        name = stops[(at + step) % len(stops)]
        if name is None or name == foot:
            self.action_write()
        else:
            self.action_show_pane(name)


def _focus_at_once(foot: Widget) -> None:
    """A pane that is hidden gives up the focus a moment later, to nobody: by then it must not have it any more."""
    foot.screen.set_focus(next(widget for widget in foot.walk_children(Widget, with_self=True) if widget.focusable))


def _cells(screen: RoomScreen) -> Cells:
    """How wide the parts are; on a narrow screen a pane that is not shown has no width yet."""
    width = screen.size.width
    banner = screen.banner.content_size.width or width - 2
    if width < WIDE:
        return Cells(banner, width - AROUND_A_PANE, width - AROUND_A_PANE)
    return Cells(banner, screen.checklist.content_size.width, screen.messages.content_size.width)
