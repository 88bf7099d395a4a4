"""The incident as it stands: what the events so far add up to.

Growing collections are persistent maps keyed by the id of the event that made the thing, so that prefixes of the
history share them; `ordered` puts one in order. Texts of plain log entries are not held here: they are read by page.
"""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter
from typing import Protocol as Shape
from typing import TypeVar

from msgspec import Struct, field
from rpds import HashTrieMap

from incident_tui.domain.delivery import Delivery
from incident_tui.domain.maps import values
from incident_tui.domain.practice import Drill
from incident_tui.domain.protocol import Protocol
from incident_tui.domain.teamwork import Answer, Escalation, Handoff, Loop, Order, Proposal

SEVERITIES = {1: "critical", 2: "high", 3: "medium", 4: "low"}
STATUSES = ("investigating", "identified", "monitoring", "resolved", "closed")
LIVE_STATUSES = STATUSES[:3]
MILESTONES = ("started", "detected", "acknowledged", "identified", "mitigated", "resolved")
ROLES = (
    "incident commander",
    "deputy",
    "scribe",
    "technical lead",
    "communications lead",
    "customer liaison",
)
COMMANDER = ROLES[0]
ENTRY_KINDS = (
    "finding",
    "theory",
    "action",
    "decision",
    "evidence",
    "cause",
    "fix",
    "note",
    "health",
    "alert",
)
THEORY_STATES = ("untested", "supported", "refuted", "confirmed")
AUDIENCES = ("internal", "management", "external")
PRIORITIES = ("high", "medium", "low")


class Milestone(Struct, frozen=True):
    """When it happened, when that was entered, and the values it had before."""

    at: datetime
    recorded: datetime
    by: str
    earlier: tuple[datetime, ...] = ()


class Term(Struct, frozen=True):
    """A person's time in a role; `until` is None while it lasts."""

    order: int
    role: str
    person: str
    since: datetime
    until: datetime | None = None


class Fact(Struct, frozen=True):
    text: str
    at: datetime
    by: str


class Turn(Struct, frozen=True):
    """When a thing was last changed, and what it was before."""

    at: datetime
    before: str


class Ran(Struct, frozen=True):
    """A command that was run for a step; the event `id` has its output."""

    id: str
    command: str
    exit_code: int
    at: datetime


class StepState(Struct, frozen=True):
    """`status` is open, done, skipped or not applicable."""

    status: str = "open"
    at: datetime | None = None
    by: str = ""
    reason: str = ""
    notes: tuple[Fact, ...] = ()
    ran: tuple[Ran, ...] = ()


class Entry(Struct, frozen=True, cache_hash=True):
    """A log entry that carries structure: a decision, a cause or a fix."""

    order: int
    id: str
    kind: str
    text: str
    at: datetime
    recorded: datetime
    by: str


class Theory(Struct, frozen=True, cache_hash=True):
    """A hypothesis and the ids of the entries that count for and against it."""

    order: int
    id: str
    number: int
    text: str
    state: str
    at: datetime
    by: str
    reason: str = ""
    supporting: tuple[str, ...] = ()
    refuting: tuple[str, ...] = ()
    judged_at: datetime | None = None

    @property
    def label(self) -> str:
        return f"H{self.number}"


class Message(Struct, frozen=True, cache_hash=True):
    """`state` is drafted, approved, queued, sent or discarded. Sent, its `promise_seconds` become `promised_at`.

    `ways` are the ids of its deliveries, one or two for each channel.
    """

    order: int
    id: str
    number: int
    audience: str
    channel: str
    mark: str
    text: str
    state: str
    at: datetime
    by: str
    promise_seconds: int | None = None
    approved_by: str = ""
    sent_at: datetime | None = None
    how: str = ""
    promised_at: datetime | None = None
    ways: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return f"M{self.number}"

    @property
    def waiting(self) -> bool:
        return self.state in ("drafted", "approved")


class ActionItem(Struct, frozen=True):
    order: int
    id: str
    number: int
    text: str
    owner: str
    due: str | None
    priority: str
    at: datetime
    done_at: datetime | None = None

    @property
    def label(self) -> str:
        return f"A{self.number}"


class Record(Struct, frozen=True):
    """A piece of the technical record; `section` is the event's kind up to the dot, `label` its sub-heading."""

    order: int
    id: str
    section: str
    label: str
    text: str
    at: datetime
    by: str
    extra: str = ""


class SignOff(Struct, frozen=True):
    order: int
    id: str
    role: str
    person: str
    at: datetime


class Mark(Struct, frozen=True):
    """What was done to a written thing afterwards: its texts since, why it was struck, whether it is starred."""

    amendments: tuple[Fact, ...] = ()
    struck: Fact | None = None
    starred: bool = False


class Sounded(Struct, frozen=True):
    """What was last told of an alert, and whether that was its end."""

    order: int
    id: str
    group: str
    at: datetime
    over: bool = False


class Head(Struct, frozen=True):
    """The end of one device's chain: how many events, and the hash of the last."""

    count: int
    hash: str


class Incident(Struct, frozen=True):
    """The fold of events up to and including `last`; `version` counts them.

    `numbers` holds the last number given to each numbered kind of thing (a theory, an order …): none is given twice.
    `lines` counts the lines of the log by their kind; `people` are those who took part, by what they are found, as they
    were first named. `answers` is keyed by callout, `turns` by "severity" and "status", `services` by the service,
    `alerts` by the key of the alert. `injected` says by the event of a drill's source which event here repeats it.
    """

    id: str
    version: int = 0
    last: str = ""
    ref: str = ""
    title: str = ""
    severity: int = 3
    status: str = "investigating"
    zone: str = "UTC"
    declared_at: datetime | None = None
    declared_by: str = ""
    protocol: Protocol = field(default_factory=lambda: Protocol("", "", ()))
    milestones: HashTrieMap[str, Milestone] = HashTrieMap()
    terms: HashTrieMap[str, Term] = HashTrieMap()
    roles: HashTrieMap[str, str] = HashTrieMap()
    impact: HashTrieMap[str, Fact] = HashTrieMap()
    services: HashTrieMap[str, Fact] = HashTrieMap()
    steps: HashTrieMap[str, StepState] = HashTrieMap()
    begun: HashTrieMap[str, datetime] = HashTrieMap()
    lines: HashTrieMap[str, int] = HashTrieMap()
    people: HashTrieMap[str, str] = HashTrieMap()
    pillars: HashTrieMap[str, Entry] = HashTrieMap()
    theories: HashTrieMap[str, Theory] = HashTrieMap()
    messages: HashTrieMap[str, Message] = HashTrieMap()
    deliveries: HashTrieMap[str, Delivery] = HashTrieMap()
    action_items: HashTrieMap[str, ActionItem] = HashTrieMap()
    records: HashTrieMap[str, Record] = HashTrieMap()
    sign_offs: HashTrieMap[str, SignOff] = HashTrieMap()
    orders: HashTrieMap[str, Order] = HashTrieMap()
    proposals: HashTrieMap[str, Proposal] = HashTrieMap()
    escalations: HashTrieMap[str, Escalation] = HashTrieMap()
    handoffs: HashTrieMap[str, Handoff] = HashTrieMap()
    answers: HashTrieMap[str, Answer] = HashTrieMap()
    loop: Loop = field(default_factory=Loop)
    turns: HashTrieMap[str, Turn] = HashTrieMap()
    marks: HashTrieMap[str, Mark] = HashTrieMap()
    numbers: HashTrieMap[str, int] = HashTrieMap()
    heads: HashTrieMap[str, Head] = HashTrieMap()
    drill: Drill | None = None
    injected: HashTrieMap[str, str] = HashTrieMap()
    alerts: HashTrieMap[str, Sounded] = HashTrieMap()

    @property
    def live(self) -> bool:
        return self.status in LIVE_STATUSES

    @property
    def entries(self) -> int:
        """How many lines of the log are of the kinds that people write; that of an attached playbook is one, too."""
        return sum([self.lines.get(kind, 0) for kind in ENTRY_KINDS])

    @property
    def commander(self) -> str | None:
        return self.holder(COMMANDER)

    def holder(self, role: str) -> str | None:
        """Who holds `role` now."""
        term = self.terms.get(self.roles.get(role, ""))
        return term.person if term else None

    def moment(self, milestone: str) -> datetime | None:
        found = self.milestones.get(milestone)
        return found.at if found else None

    @property
    def began_at(self) -> datetime | None:
        """From when the incident's clock counts: detection, else declaration."""
        return self.moment("detected") or self.declared_at

    def next_number(self, thing: str) -> int:
        return self.numbers.get(thing, 0) + 1

    def step(self, number: str) -> StepState:
        return self.steps.get(number, OPEN)

    def struck(self, identifier: str) -> bool:
        mark = self.marks.get(identifier)
        return mark is not None and mark.struck is not None

    def text_of(self, identifier: str, original: str) -> str:
        """The text of something written, as last amended."""
        mark = self.marks.get(identifier)
        return mark.amendments[-1].text if mark and mark.amendments else original


OPEN = StepState()
UNDO_IGNORES = frozenset(
    {"id", "version", "last", "heads", "lines", "people", "numbers", "drill", "injected", "alerts"}
)
FACTS = tuple(name for name in Incident.__struct_fields__ if name not in UNDO_IGNORES)


class Ordered(Shape):
    @property
    def order(self) -> int: ...


Thing = TypeVar("Thing", bound=Ordered)


def ordered(things: HashTrieMap[str, Thing]) -> list[Thing]:
    """The things of a map in the order in which they came to be."""
    return sorted(values(things), key=attrgetter("order"))
