"""The document that one turn on call hands to the next: what happened, what is open, what is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from incident_tui.domain import clocks
from incident_tui.domain.incident import SEVERITIES, ActionItem, Incident, ordered
from incident_tui.domain.policy import POST_MORTEM_WITHIN, Policy, post_mortem_reason
from incident_tui.oncall import Shift
from incident_tui.reports.record import Chains, chains_of
from incident_tui.reports.typeset import Wall, environment

NOBODY = "nobody"


class Case(Struct, frozen=True):
    """An incident as one row; `took` runs to now while it is live."""

    ref: str
    severity: str
    status: str
    title: str
    commander: str
    began: datetime
    took: timedelta


class Owed(Struct, frozen=True):
    ref: str
    text: str
    at: datetime | None = None
    late: bool = False


class OpenItem(Struct, frozen=True):
    ref: str
    label: str
    priority: str
    text: str
    owner: str
    day: str
    late: bool


class Brief(Struct, frozen=True):
    """What the template of the handoff document sees."""

    rotation: str
    outgoing: str
    incoming: str
    contact: str
    backup: str
    since: datetime
    until: datetime
    now: datetime
    zone: str
    active: tuple[Case, ...]
    past: tuple[Case, ...]
    due: tuple[Owed, ...]
    actions: tuple[OpenItem, ...]
    watch: tuple[Owed, ...]
    chains: Chains


def render(
    rotation: str,
    shift: Shift,
    following: Shift | None,
    incidents: Iterable[Incident],
    policy: Policy,
    now: datetime,
    zone: ZoneInfo,
) -> str:
    """The handoff from `shift` to `following` in Markdown, from all incidents there are."""
    from jinja2 import PackageLoader

    brief = prepare(rotation, shift, following, tuple(incidents), policy, now, zone)
    loader = PackageLoader("incident_tui.reports", "templates")
    template = environment(loader, Wall(zone), trusted=True).get_template("oncall-handoff.md.j2")
    return str(template.render(brief=brief))


def prepare(
    rotation: str,
    shift: Shift,
    following: Shift | None,
    incidents: Sequence[Incident],
    policy: Policy,
    now: datetime,
    zone: ZoneInfo,
) -> Brief:
    incidents = sorted(incidents, key=lambda incident: (incident.began_at or now, incident.id))
    today = now.astimezone(zone).date()
    due = sorted(
        (owed for incident in incidents for owed in _due(incident, now, policy)), key=lambda owed: owed.at or now
    )
    actions = tuple(item for incident in incidents for item in _actions(incident, today))
    watch = tuple(owed for incident in incidents for owed in _watch(incident))
    active = [incident for incident in incidents if incident.live]
    past = [incident for incident in incidents if not incident.live and _within(incident, shift)]
    named = {item.ref for item in (*active, *past)} | {item.ref for item in (*due, *watch)}
    named |= {item.ref for item in actions}
    incoming = following.primary if following else ""
    return Brief(
        rotation,
        shift.primary,
        incoming or NOBODY,
        policy.contact(incoming),
        following.backup if following else "",
        shift.since,
        shift.until,
        now,
        zone.key,
        tuple(_case(incident, now) for incident in active),
        tuple(_case(incident, now) for incident in past),
        tuple(due),
        actions,
        watch,
        chains_of(incident for incident in reversed(incidents) if incident.ref in named),
    )


def _case(incident: Incident, now: datetime) -> Case:
    severity = f"SEV{incident.severity} {SEVERITIES.get(incident.severity, '')}".strip()
    commander = incident.commander or NOBODY
    took = clocks.elapsed(incident, now).elapsed
    # Cut here, because the parts of a second of a running one say nothing.
    took -= timedelta(microseconds=took.microseconds)
    began = incident.began_at or now
    return Case(incident.ref, severity, incident.status, incident.title, commander, began, took)


def _within(incident: Incident, shift: Shift) -> bool:
    """Whether any of the incident lies in the turn."""
    began, ended = incident.began_at, incident.moment("resolved")
    return began is not None and began < shift.until and (ended or began) >= shift.since


def _due(incident: Incident, now: datetime, policy: Policy) -> Iterator[Owed]:
    update = clocks.next_update(incident, now, policy)
    if update is not None:
        yield Owed(incident.ref, f"update to {update.name} by", update.due, update.late)
    resolved, reason = incident.moment("resolved"), post_mortem_reason(incident)
    if incident.status == "resolved" and resolved is not None and reason is not None:
        at = resolved + POST_MORTEM_WITHIN
        yield Owed(incident.ref, f"post-mortem ({reason}) by", at, at <= now)
    for order in ordered(incident.orders):
        if order.open:
            yield Owed(incident.ref, f"{order.label}, {order.person}: {order.text} by", order.due, order.late(now))
    for message in ordered(incident.messages):
        if message.waiting and incident.live:
            yield Owed(incident.ref, f"{message.label} to {message.audience} is not sent")


def _actions(incident: Incident, today: date) -> Iterator[OpenItem]:
    for item in ordered(incident.action_items):
        if item.done_at is None and not incident.struck(item.id):
            owner = item.owner or "nobody yet"
            yield OpenItem(
                incident.ref, item.label, item.priority, item.text, owner, item.due or "", _overdue(item, today)
            )


def _overdue(item: ActionItem, today: date) -> bool:
    try:
        return date.fromisoformat(item.due or "") < today
    except ValueError:
        return False


def _watch(incident: Incident) -> Iterator[Owed]:
    """What may come back: fixes that are being watched, and explanations that nobody has settled."""
    if incident.status == "monitoring":
        yield Owed(incident.ref, f"the fix is being watched: {incident.title}")
    for theory in ordered(incident.theories):
        if incident.live and theory.state in ("untested", "supported") and not incident.struck(theory.id):
            yield Owed(incident.ref, f"{theory.label} is {theory.state}: {incident.text_of(theory.id, theory.text)}")
