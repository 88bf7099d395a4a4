"""The handoff brief: what the next holder of a role has to know, made from the incident as it stands.

Sources of its sections: ICS-201 (situation, objectives, actions, resources); operate-first/sre#17 (theories open and
eliminated, the last update to each audience).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from incident_tui.domain import clocks, theories
from incident_tui.domain import roles as holding
from incident_tui.domain.checklist_clocks import PhaseProgress
from incident_tui.domain.delivery import Delivery
from incident_tui.domain.dispatch import undelivered
from incident_tui.domain.incident import (
    AUDIENCES,
    MILESTONES,
    ROLES,
    SEVERITIES,
    Head,
    Incident,
    Message,
    Theory,
    ordered,
)
from incident_tui.domain.policy import Policy
from incident_tui.domain.promises import last_sent, owed
from incident_tui.domain.roles import Conflict
from incident_tui.domain.teamwork import Escalation, Order, Proposal
from incident_tui.reports.typeset import Wall, environment

TEMPLATE: Final = "handoff.md.j2"
NEXT_STEPS: Final = 5
LATEST: Final = 5


class Said(Struct, frozen=True):
    text: str
    at: datetime
    by: str


class PhaseNow(Struct, frozen=True):
    """The phase that is worked on: the next steps of it, and how many `more` are open."""

    number: int
    title: str
    settled: int
    total: int
    elapsed: timedelta
    budget: timedelta | None
    late: bool
    steps: tuple[tuple[str, str], ...]
    more: int


class OrderLine(Struct, frozen=True):
    """An open order; `left` of its time box is negative when it is late."""

    label: str
    person: str
    text: str
    state: str
    left: timedelta


class TheoryLine(Struct, frozen=True):
    """`pro` and `contra` count the entries for and against it."""

    label: str
    text: str
    state: str
    reason: str
    pro: int
    contra: int


class Heard(Struct, frozen=True):
    """What an audience heard last, and by when it is owed the next update: as `promised`, else by the policy."""

    audience: str
    last: Said | None
    label: str
    due: datetime | None
    left: timedelta | None
    promised: bool


class Holder(Struct, frozen=True):
    """`since` is None for a role that nobody holds."""

    role: str
    person: str
    since: datetime | None


class InUse(Struct, frozen=True):
    title: str
    settled: int
    total: int


class Brief(Struct, frozen=True):
    """Everything that the brief shows at `now`. Texts are untrusted. `resolve` is negative when it is over."""

    ref: str
    title: str
    severity: int
    severity_name: str
    status: str
    live: bool
    zone: str
    now: datetime
    began: datetime | None
    elapsed: timedelta
    resolve: timedelta | None
    impact: tuple[tuple[str, str], ...]
    milestones: tuple[tuple[str, datetime], ...]
    causes: tuple[Said, ...]
    fixes: tuple[Said, ...]
    decisions: tuple[Said, ...]
    phase: PhaseNow | None
    loop: str
    proposals: tuple[Proposal, ...]
    orders: tuple[OrderLine, ...]
    results: tuple[Order, ...]
    theories: tuple[TheoryLine, ...]
    eliminated: tuple[TheoryLine, ...]
    cancelled: tuple[Order, ...]
    rejected: tuple[Proposal, ...]
    heard: tuple[Heard, ...]
    drafts: tuple[Message, ...]
    undelivered: tuple[Delivery, ...]
    roles: tuple[Holder, ...]
    conflicts: tuple[Conflict, ...]
    directed: int
    leaderless: timedelta
    escalations: tuple[Escalation, ...]
    playbooks: tuple[InUse, ...]
    entries: int
    evidence: int
    version: int
    devices: tuple[tuple[str, Head], ...]


def render_handoff(incident: Incident, policy: Policy, now: datetime) -> str:
    """The brief in Markdown, times in the incident's zone. The same values give the same bytes."""
    from jinja2 import PackageLoader

    wall = Wall.of(incident.zone, now)
    loader = PackageLoader("incident_tui.reports", "templates")
    brief = prepare_brief(incident, policy, now)
    return str(environment(loader, wall, trusted=True).get_template(TEMPLATE).render(brief=brief, most=holding.SPAN))


def prepare_brief(incident: Incident, policy: Policy, now: datetime) -> Brief:
    """The facts of the brief, nothing formatted."""
    phases = clocks.phases(incident, now, policy.calendar)
    orders, proposals = ordered(incident.orders), ordered(incident.proposals)
    return Brief(
        ref=incident.ref,
        title=incident.title,
        severity=incident.severity,
        severity_name=SEVERITIES.get(incident.severity, ""),
        status=incident.status,
        live=incident.live,
        zone=Wall.of(incident.zone, now).zone.key,
        now=now,
        began=incident.began_at,
        elapsed=clocks.elapsed(incident, now).elapsed,
        resolve=clocks.resolution(incident, now, policy).left if incident.live else None,
        impact=tuple((key, incident.impact[key].text) for key in sorted(incident.impact)),
        milestones=tuple((name, at) for name in MILESTONES if (at := incident.moment(name)) is not None),
        causes=_said(incident, "cause"),
        fixes=_said(incident, "fix"),
        decisions=_said(incident, "decision")[-LATEST:],
        phase=_phase_now(incident, phases),
        loop=incident.loop.segment,
        proposals=tuple(item for item in proposals if item.open),
        orders=_orders(orders, now),
        results=tuple(sorted((o for o in orders if o.state == "done"), key=_closed)[-LATEST:]),
        theories=_theories(incident, [*theories.confirmed(incident), *theories.standing(incident)]),
        eliminated=_theories(incident, theories.eliminated(incident)),
        cancelled=tuple(item for item in orders if item.state == "cancelled"),
        rejected=tuple(item for item in proposals if item.ruling in ("rejected", "withdrawn")),
        heard=tuple(_heard(incident, audience, policy, now) for audience in AUDIENCES),
        drafts=tuple(item for item in ordered(incident.messages) if item.waiting),
        undelivered=tuple(undelivered(incident)),
        roles=_holders(incident),
        conflicts=holding.conflicts(incident),
        directed=holding.span_of_control(incident),
        leaderless=holding.gap(incident, now),
        escalations=tuple(ordered(incident.escalations)),
        playbooks=_playbooks(phases),
        entries=incident.entries,
        evidence=len({entry for item in incident.theories.values() for entry in (*item.supporting, *item.refuting)}),
        version=incident.version,
        devices=tuple((name, incident.heads[name]) for name in sorted(incident.heads)),
    )


def _said(incident: Incident, kind: str) -> tuple[Said, ...]:
    """What was logged as a decision, a cause or a fix and still stands, as last amended."""
    found = [item for item in ordered(incident.pillars) if item.kind == kind and not incident.struck(item.id)]
    return tuple(Said(incident.text_of(item.id, item.text), item.at, item.by) for item in found)


def _phase_now(incident: Incident, phases: Iterable[PhaseProgress]) -> PhaseNow | None:
    """The phase of the next step; None when everything is settled."""
    step = clocks.next_step(incident)
    found = next((item for item in phases if step is not None and step in item.phase.steps), None)
    if found is None:
        return None
    open_steps = [(s.number, s.title) for s in found.phase.steps if incident.step(s.number).status == "open"]
    clock = found.clock
    return PhaseNow(
        number=found.index + 1,
        title=found.phase.title,
        settled=found.settled,
        total=found.total,
        elapsed=clock.elapsed,
        budget=clock.budget,
        late=clock.late,
        steps=tuple(open_steps[:NEXT_STEPS]),
        more=max(0, len(open_steps) - NEXT_STEPS),
    )


def _orders(orders: Iterable[Order], now: datetime) -> tuple[OrderLine, ...]:
    """The open ones, the most urgent first."""
    found = sorted((order for order in orders if order.open), key=lambda order: (order.due, order.number))
    return tuple(OrderLine(o.label, o.person, o.text, o.state, o.due - now) for o in found)


def _closed(order: Order) -> tuple[datetime, int]:
    return order.closed_at or order.due, order.number


def _theories(incident: Incident, found: Iterable[Theory]) -> tuple[TheoryLine, ...]:
    return tuple(
        TheoryLine(
            item.label,
            incident.text_of(item.id, item.text),
            item.state,
            item.reason,
            _counted(incident, item.supporting),
            _counted(incident, item.refuting),
        )
        for item in found
    )


def _counted(incident: Incident, entries: Iterable[str]) -> int:
    """How many of the entries were not struck."""
    return sum(not incident.struck(entry) for entry in entries)


def _heard(incident: Incident, audience: str, policy: Policy, now: datetime) -> Heard:
    last = last_sent(incident, audience)
    clock = clocks.update(incident, audience, now, policy)
    promised = last is not None and last.promised_at is not None
    due = clock.due if incident.live and owed(incident, audience) else None
    return Heard(
        audience,
        Said(f"{last.mark} {last.text}".strip(), last.sent_at or last.at, last.by) if last else None,
        last.label if last else "",
        due,
        clock.left if due else None,
        promised,
    )


def _holders(incident: Incident) -> tuple[Holder, ...]:
    """The known roles, held or not, then others that somebody holds."""
    found: list[Holder] = []
    for role in (*ROLES, *sorted(set(incident.roles) - set(ROLES))):
        term = incident.terms.get(incident.roles.get(role, ""))
        found.append(Holder(role, term.person if term else "", term.since if term else None))
    return tuple(found)


def _playbooks(phases: Iterable[PhaseProgress]) -> tuple[InUse, ...]:
    found: dict[str, InUse] = {}
    for item in phases:
        if item.phase.playbook:
            before = found.get(item.phase.playbook, InUse("", 0, 0))
            title = item.phase.group or item.phase.playbook
            found[item.phase.playbook] = InUse(title, before.settled + item.settled, before.total + item.total)
    return tuple(found.values())
