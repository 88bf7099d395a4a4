"""The investigation log: one event as the lines that it takes at a width."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from incident_tui.domain.events import CommandRun, EntryLogged, Event
from incident_tui.domain.incident import Mark, Theory
from incident_tui.domain.lines import LINE_KINDS, MAIN_KINDS, LogLine, kind_of, line_of
from incident_tui.domain.timeline import BeforeBase, Timeline
from incident_tui.journal import Hits, Journal, Lines
from incident_tui.ui.text import Line, fit, wrap
from incident_tui.ui.views.scene import SEVERITY_TONES, Scene

GLYPHS = {
    "finding": ("●", "info"),
    "theory": ("?", "theory"),
    "action": ("▶", "action"),
    "decision": ("◆", "decision"),
    "evidence": ("▪", "info"),
    "cause": ("■", "bad"),
    "fix": ("✚", "good"),
    "note": ("·", "muted"),
    "health": ("♥", "good"),
    "alert": ("▲", "bad"),
    "milestone": ("▲", "accent"),
    "severity": ("!", "bad"),
    "status": ("»", "warn"),
    "role": ("@", "muted"),
    "impact": ("≈", "warn"),
    "order": ("→", "warn"),
    "proposal": ("◇", "decision"),
    "handoff": ("⇄", "info"),
    "escalation": ("⇑", "bad"),
    "step": ("✓", "good"),
    "message": ("✉", "info"),
}
OTHER = ("▫", "muted")
SHORT_KINDS = {"action item": "to do", "configuration": "config"}
FILTERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("all", MAIN_KINDS),
    ("findings", ("finding", "note", "health", "alert")),
    ("actions", ("action", "evidence", "fix")),
    ("theories", ("theory", "cause")),
    ("decisions", ("decision", "proposal", "severity", "status", "milestone")),
    ("command", ("order", "handoff", "escalation", "role")),
    ("starred", LINE_KINDS),
    ("everything", LINE_KINDS),
)
PREVIEW_LINES = 3
WITH_KINDS = 64
KIND_CELLS = 9
SHORT_REMARK = 16
NO_MARK = Mark()


class LogItem(Struct, frozen=True):
    """A line of the log for the pane: its event, whose id is its key and its place, and what became of it since.

    Two items that are equal look the same.
    """

    event: Event
    mark: Mark = NO_MARK
    theory: Theory | None = None
    unfolded: bool = False

    @property
    def key(self) -> str:
        return self.event.id


class JournalSource:
    """The lines that a query finds in the journal, by page, as `scene` knows them.

    What has come since is taken from `timeline`, where that holds it, and not read again.
    """

    def __init__(
        self, journal: Journal, query: Lines, scene: Callable[[], Scene], timeline: Callable[[], Timeline]
    ) -> None:
        self.journal = journal
        self.query = query
        self.scene = scene
        self._timeline = timeline
        self._end: list[Event] = []
        self._number = 0

    def newest(self, limit: int) -> list[LogItem]:
        number = self.count()
        self._end = self._grown(limit, number) or self.journal.page(self.query, limit=limit)
        self._number = number
        return log_items(self.scene(), self._end[-limit:])

    def before(self, key: str, limit: int) -> list[LogItem]:
        return log_items(self.scene(), self.journal.page(self.query, before=key, limit=limit))

    def after(self, key: str, limit: int) -> list[LogItem]:
        return log_items(self.scene(), self.journal.page(self.query, after=key or "0", limit=limit))

    def count(self) -> int:
        query = self.query
        if query.words or query.only is not None:
            return self.journal.count(query)
        lines = self.scene().incident.lines
        return sum([lines.get(kind, 0) for kind in query.kinds])

    def _grown(self, limit: int, number: int) -> list[Event]:
        """The newest of so many events where all that is new has come after those known; else none."""
        known = self._end
        if len(known) < limit or self.query.words or self.query.only is not None:
            return []
        try:
            since = self._timeline().since(known[-1].id)
        except BeforeBase:
            return []
        come = [event for event in since if kind_of(event.body) in self.query.kinds]
        return [*known[len(come) :], *come] if number == self._number + len(come) else []


class HitSource:
    """The lines that a search has found in the journal, by page, as `scene` knows them."""

    def __init__(self, source: JournalSource, hits: Hits) -> None:
        self.hits = hits
        self._journal, self._scene = source.journal, source.scene

    def newest(self, limit: int) -> list[LogItem]:
        return self._items(self.hits.page("", "", limit))

    def before(self, key: str, limit: int) -> list[LogItem]:
        return self._items(self.hits.page(key, "", limit))

    def after(self, key: str, limit: int) -> list[LogItem]:
        return self._items(self.hits.page("", key or "0", limit))

    def count(self) -> int:
        return len(self.hits.lines)

    def _items(self, ids: Sequence[str]) -> list[LogItem]:
        return log_items(self._scene(), self._journal.these(ids))


def log_query(scene: Scene, filter_number: int, words: str) -> Lines:
    """Which lines of the log are wanted."""
    name, kinds = FILTERS[filter_number]
    only: tuple[str, ...] | None = None
    if name == "starred":
        only = tuple(sorted(key for key, mark in scene.incident.marks.items() if mark.starred))
    return Lines(scene.incident.id, kinds, words, only)


def log_items(scene: Scene, events: Iterable[Event]) -> list[LogItem]:
    """The lines of events, as `scene` knows them."""
    marks, theories = scene.incident.marks, scene.incident.theories
    return [
        LogItem(event, marks.get(event.id, NO_MARK), theories.get(event.id), event.id in scene.expanded)
        for event in events
    ]


def log_lines(scene: Scene, item: LogItem, cells: int) -> list[Line]:
    """The lines of one log entry: time, glyph, kind where there is room, text; below it what folds out."""
    event, mark = item.event, item.mark
    line = line_of(event.body) or LogLine("note", event.body.KIND)
    glyph, tone = _glyph(line, event, mark)
    head: Line = ((f"{scene.time(event.at, seconds=True)} ", "muted"), (f"{glyph} ", tone))
    indent = 11
    if cells >= WITH_KINDS:
        head = (*head, (f"{SHORT_KINDS.get(line.kind, line.kind):<{KIND_CELLS}} ", tone))
        indent += KIND_CELLS + 1
    elif line.kind not in GLYPHS:
        head = (*head, (f"{SHORT_KINDS.get(line.kind, line.kind)}  ", tone))
    text, _, rest = (mark.amendments[-1].text if mark.amendments else line.text).partition("\n")
    more = rest if mark.amendments else line.more
    text_tone = "muted" if mark.struck or line.kind in ("note", "role") else ("strong" if mark.starred else "")
    shown: Line = (*_label(item), (text, text_tone), *_about(scene, item))
    lines = wrap((*head, *shown), cells, indent)
    return lines + _below(item, line, more, cells, indent)


def _glyph(line: LogLine, event: Event, mark: Mark) -> tuple[str, str]:
    if mark.struck:
        return "×", "muted"
    if mark.starred:
        return "★", "warn"
    if isinstance(event.body, CommandRun):
        return "▶", "action"
    if line.kind == "severity":
        return "!", SEVERITY_TONES.get(getattr(event.body, "severity", 3), "bad")
    return GLYPHS.get(line.kind, OTHER)


def _label(item: LogItem) -> Line:
    return ((f"{item.theory.label} ", "theory"),) if item.theory else ()


def _about(scene: Scene, item: LogItem) -> Line:
    """What is to be known of an entry besides its text."""
    parts: list[tuple[str, str]] = []
    event, mark, theory, body = item.event, item.mark, item.theory, item.event.body
    if isinstance(body, CommandRun):
        parts.append((f"exit {body.exit_code}", "good" if body.exit_code == 0 else "bad"))
        parts.append((f"{body.duration_ms / 1000:.1f} s", "muted"))
    if theory is not None:
        parts.append((theory.state, "theory"))
        parts += [(f"+{len(theory.supporting)} for", "muted")] if theory.supporting else []
        parts += [(f"−{len(theory.refuting)} against", "muted")] if theory.refuting else []
    if isinstance(body, EntryLogged):
        parts += [(f"#{tag}", "info") for tag in body.tags]
        parts += _evidence(scene, body)
    if mark.amendments:
        parts.append((f"amended {scene.time(mark.amendments[-1].at)}", "muted"))
    if mark.struck:
        why = mark.struck.text
        parts.append((why if why == "undone" else f"struck{': ' + why if why else ''}", "warn"))
    if event.late:
        entered = "entered" if event.recorded <= scene.now else "not known before"
        parts.append((f"{entered} {scene.time(event.recorded)}", "warn"))
    if event.actor and event.actor != scene.viewer:
        parts.append((f"@{event.actor}", "muted"))
    day = scene.date(event.at)
    if day:
        parts.append((day, "muted"))
    return tuple((f"  {_kept_together(text)}", tone) for text, tone in parts)


def _kept_together(text: str) -> str:
    """A short remark is not broken over two lines."""
    return text.replace(" ", "\N{NO-BREAK SPACE}") if len(text) <= SHORT_REMARK else text


def _evidence(scene: Scene, body: EntryLogged) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for identifier, word in ((body.supports, "for"), (body.refutes, "against")):
        theory = scene.incident.theories.get(identifier or "")
        if theory is not None:
            found.append((f"{word} {theory.label}", "theory"))
    return found


def _below(item: LogItem, line: LogLine, more: str, cells: int, indent: int) -> list[Line]:
    """Output and further lines: the first few, or all when unfolded; then also the texts it had before."""
    unfolded = item.unfolded
    texts = more.rstrip("\n").split("\n") if more else []
    shown = texts if unfolded else texts[:PREVIEW_LINES]
    room = max(cells - indent - 2, 8)
    lines: list[Line] = []
    for text in shown:
        rows = wrap(((text, "muted"),), room) if unfolded else [fit(((text, "muted"),), room)]
        lines += [((" " * indent + "│ ", "muted"), *row) for row in rows]
    hidden = len(texts) - len(shown)
    if hidden:
        lines.append(((" " * indent + f"│ + {hidden:,} line{'s' if hidden > 1 else ''}", "muted"),))
    if unfolded:
        before = [line.text, *(fact.text for fact in item.mark.amendments[:-1])] if item.mark.amendments else []
        lines += [
            row for text in before for row in wrap(((" " * indent, ""), (f"was: {text}", "muted")), cells, indent)
        ]
    return lines
