"""Orders by the time they have left, and proposals by the window for objections."""

from __future__ import annotations

from datetime import datetime, timedelta

from incident_tui.domain.incident import ordered
from incident_tui.domain.policy import WARN_AT
from incident_tui.domain.teamwork import Order, Proposal
from incident_tui.times import clock as clock_words
from incident_tui.ui.text import Line
from incident_tui.ui.views.scene import Scene
from incident_tui.ui.widgets.board import Row

ORDER_GLYPHS = {"given": ("→", "warn"), "understood": ("▶", "info"), "done": ("✓", "good"), "cancelled": ("–", "muted")}
RULING_TONES = {"proceed": "good", "rejected": "bad", "withdrawn": "muted"}
SETTLED_KEY = "orders:settled"
ZERO = timedelta(0)


def order_rows(scene: Scene) -> list[Row]:
    """The open orders, the most pressing first; the settled ones fold into one row."""
    orders = ordered(scene.incident.orders)
    waiting = sorted((order for order in orders if order.open), key=lambda order: (order.due, order.order))
    settled = [order for order in orders if not order.open]
    rows = [_open(scene, order) for order in waiting]
    if not settled:
        return rows
    late = sum(order.late(scene.now) for order in settled)
    count = f"{len(settled)} settled" + (f", {late} of them late" if late else "")
    rows.append(Row(SETTLED_KEY, ((f"  {count}", "muted"),)))
    if SETTLED_KEY in scene.expanded:
        rows += [_settled(scene, order) for order in settled]
    return rows


def proposal_rows(scene: Scene) -> list[Row]:
    """The proposals that wait for a ruling first, then what was ruled."""
    proposals = ordered(scene.incident.proposals)
    waiting = [row for proposal in proposals if proposal.open for row in _waiting(scene, proposal)]
    return waiting + [_ruled(scene, proposal) for proposal in proposals if not proposal.open]


def left_until(due: datetime, now: datetime) -> str:
    """Time to go, or time over with a plus sign."""
    return clock_words(due - now) if due > now else f"+{clock_words(now - due)}"


def window(proposal: Proposal, now: datetime) -> Line:
    """What the window for objections says now."""
    if proposal.objections:
        count = len(proposal.objections)
        return ((f"{count} objection{'s' if count > 1 else ''}: your ruling", "bad"),)
    if now < proposal.until:
        return (("any strong objections? ", "strong"), (clock_words(proposal.until - now), "accent"))
    return (("no objection: proceed?", "good"),)


def _open(scene: Scene, order: Order) -> Row:
    glyph, tone = ORDER_GLYPHS[order.state]
    left, box = order.due - scene.now, order.box
    right_tone = "bad" if left <= ZERO else ("warn" if box and (box - left) / box >= WARN_AT else "")
    line: Line = (
        (f"{glyph} {order.label} ", tone),
        (f"{order.person} ", "strong"),
        (order.text, ""),
        ("" if order.state == "understood" else "  not said back yet", "warn"),
    )
    return Row(order.id, line, ((left_until(order.due, scene.now), right_tone),), wrap=True, indent=5)


def _settled(scene: Scene, order: Order) -> Row:
    glyph, tone = ORDER_GLYPHS[order.state]
    late = order.late(scene.now)
    line: Line = (
        (f"{glyph} {order.label} ", tone),
        (f"{order.person} {order.text}", "muted"),
        (f"  {order.result}" if order.result else "", ""),
        ("  late" if late else "", "bad"),
    )
    right: Line = ((scene.time(order.closed_at), "muted"),) if order.closed_at else ()
    return Row(order.id, line, right, wrap=True, indent=5)


def _waiting(scene: Scene, proposal: Proposal) -> list[Row]:
    executor = f"  {proposal.executor} carries it out" if proposal.executor else ""
    line: Line = ((f"? {proposal.label} ", "decision"), (proposal.text, "strong"), (executor, "muted"))
    rows = [Row(proposal.id, line, wrap=True, indent=5)]
    for name, text in (("risk", proposal.risk), ("rollback", proposal.rollback)):
        if text:
            below: Line = (("     ", ""), (f"{name} ", "muted"), (text, ""))
            rows.append(Row(f"{name}:{proposal.id}", below, selectable=False, wrap=True, indent=5))
    for number, objection in enumerate(proposal.objections):
        said: Line = (("     ", ""), (f"{objection.person} objects ", "bad"), (objection.text, ""))
        rows.append(Row(f"objection:{proposal.id}:{number}", said, selectable=False, wrap=True, indent=5))
    rows.append(Row(f"window:{proposal.id}", (("     ", ""), *window(proposal, scene.now)), selectable=False))
    return rows


def _ruled(scene: Scene, proposal: Proposal) -> Row:
    tone = RULING_TONES.get(proposal.ruling, "muted")
    glyph = "✓" if proposal.ruling == "proceed" else "–"
    why = f"  ({proposal.reason})" if proposal.reason else ""
    executor = f", {proposal.executor}" if proposal.executor and proposal.ruling == "proceed" else ""
    line: Line = (
        (f"{glyph} {proposal.label} ", tone),
        (proposal.text, "decision" if proposal.ruling == "proceed" else "muted"),
        (f"  {proposal.ruling}{executor}", tone),
        (why, "muted"),
    )
    right: Line = ((scene.time(proposal.ruled_at), "muted"),) if proposal.ruled_at else ()
    return Row(proposal.id, line, right, wrap=True, indent=5)
