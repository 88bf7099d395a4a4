"""The next update to an audience: what has changed since the last one, and a draft that says it in their tone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from msgspec import Struct

from incident_tui.domain.clocks import next_step
from incident_tui.domain.decide.messages import GAP
from incident_tui.domain.incident import OPEN, SEVERITIES, Entry, Incident, Theory, Turn, ordered
from incident_tui.domain.promises import last_sent
from incident_tui.domain.protocol import Step
from incident_tui.domain.teamwork import Order, Proposal
from incident_tui.domain.text import first_line

AT_MOST = 6
"""So many things of one kind are named in a draft; the others are counted."""
WIDTH = 120
SHORT = 70
FILLING = frozenset(
    {
        *("service", "release", "previous", "since", "environment", "namespace"),
        *("endpoint", "module", "url", "user", "org", "project"),
    }
)
"""Facts that fill the places in a playbook's commands."""
JUDGED = ("confirmed", "refuted")
FOUND = ("cause", "fix")
STATUS_IN_PUBLIC = {
    "investigating": "Investigating: we are looking into it.",
    "identified": "Identified: we know what is wrong and are working on it.",
    "monitoring": "Monitoring: a fix is in place. We keep watching.",
    "resolved": "Resolved: it works again. We are sorry.",
    "closed": "Resolved: it works again. We are sorry.",
}
ASKED = f"{GAP} (one new fact: what was tried, what was ruled out, who is on it)"


class Changes(Struct, frozen=True):
    """What has become different `since` the last update went out; None where there was none, and all is new.

    `status` and `severity` say what they were before; `steps` are those settled, `opened` the orders given and still
    open, `closed` those done or cancelled, `ruled` the proposals decided, `judged` the theories confirmed or refuted.
    """

    since: datetime | None
    status: Turn | None = None
    severity: Turn | None = None
    milestones: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    found: tuple[Entry, ...] = ()
    decisions: tuple[Entry, ...] = ()
    ruled: tuple[Proposal, ...] = ()
    impact: tuple[tuple[str, str], ...] = ()
    opened: tuple[Order, ...] = ()
    closed: tuple[Order, ...] = ()
    judged: tuple[Theory, ...] = ()

    @property
    def nothing(self) -> bool:
        return not any(getattr(self, name) for name in self.__struct_fields__ if name != "since")


def since_last(incident: Incident, audience: str) -> Changes:
    """What has changed since the last message to `audience`; things count from when they were entered."""
    last = last_sent(incident, audience)
    since = last.sent_at if last else None

    def new(moment: datetime | None) -> bool:
        return moment is not None and (since is None or moment > since)

    def turned(thing: str) -> Turn | None:
        turn = incident.turns.get(thing)
        return turn if turn is not None and new(turn.at) else None

    milestones = sorted((m.at, name) for name, m in incident.milestones.items() if new(m.recorded))
    steps = (
        step for _, step in incident.protocol.all_steps() if incident.steps.get(step.number, OPEN).status == "done"
    )
    entries = [item for item in ordered(incident.pillars) if new(item.recorded) and not incident.struck(item.id)]
    orders = ordered(incident.orders)
    return Changes(
        since,
        turned("status"),
        turned("severity"),
        tuple(name for _, name in milestones),
        tuple(step for step in steps if new(incident.step(step.number).at)),
        tuple(item for item in entries if item.kind in FOUND),
        tuple(item for item in entries if item.kind not in FOUND),
        tuple(item for item in ordered(incident.proposals) if new(item.ruled_at) and not incident.struck(item.id)),
        tuple((key, text) for key, text in _impact(incident) if new(incident.impact[key].at)),
        tuple(order for order in orders if order.open and new(order.at)),
        tuple(order for order in orders if new(order.closed_at)),
        tuple(item for item in ordered(incident.theories) if item.state in JUDGED and new(item.judged_at)),
    )


def draft_update(incident: Incident, audience: str, now: datetime, zone: tzinfo, text: str = "") -> str:
    """The next update to `audience` as far as the incident tells it; `text` is what the writer adds.

    Internal readers get the detail, management impact, decisions and what comes next; outward goes no name of a host,
    a person, an order or a theory, no cause, and no time of resolution. Where there is nothing new for them, or nothing
    that may be said, a gap asks for it, and the draft cannot be sent as it is.
    """
    changes = since_last(incident, audience)
    match audience:
        case "external":
            return _outward(incident, changes, now, zone, text)
        case "management":
            return _upward(incident, changes, now, zone, text)
        case _:
            return _inward(incident, changes, now, zone, text)


def _inward(incident: Incident, changes: Changes, now: datetime, zone: tzinfo, text: str) -> str:
    news = [
        _line("Now", _turns(incident, changes)),
        _line("Reached", changes.milestones if changes.since and not changes.status else ()),
        _line("Impact", (f"{key} {value}" for key, value in changes.impact)),
        _line("Found", (f"{item.kind}: {_said(incident, item)}" for item in changes.found)),
        _line("Theories", (f"{item.label} {item.state}, {_said(incident, item)}" for item in changes.judged)),
        _line("Decided", _decided(incident, changes, labels=True)),
        _line("Done", (f"{step.number} {_called(step)}" for step in changes.steps)),
        _line("Orders done", (_closed(order) for order in changes.closed)),
    ]
    orders = [
        f"{item.label} {item.person}, {first_line(item.text, WIDTH)}" for item in ordered(incident.orders) if item.open
    ]
    step = next_step(incident)
    ahead = [_line("Open orders", orders), f"Next: {_called(step)}." if step and incident.live else ""]
    head = f"🔍 {_severity(incident)}, {incident.status}: {incident.title}"
    return _joined(head, text, news, changes, ahead, now, zone)


def _upward(incident: Incident, changes: Changes, now: datetime, zone: tzinfo, text: str) -> str:
    whole = _line("Impact", (f"{key} {text}" for key, text in _impact(incident)))
    impact = whole or "The impact is not known yet."
    news = [
        _line("Now", _turns(incident, changes)),
        impact if changes.impact else "",
        _line("Decided", _decided(incident, changes, labels=False)),
    ]
    asked = [first_line(item.text, WIDTH) for item in ordered(incident.proposals) if item.open]
    commander = f"{incident.commander} commands." if incident.commander else "Nobody commands yet."
    ahead = ["" if changes.impact else impact, _line("To be decided", asked), commander if incident.live else ""]
    head = f"{incident.title} ({incident.ref}): {_severity(incident)}, {incident.status}."
    return _joined(head, text, news, changes, ahead, now, zone)


def _outward(incident: Incident, changes: Changes, now: datetime, zone: tzinfo, text: str) -> str:
    began = incident.moment("started") or incident.began_at
    head = STATUS_IN_PUBLIC[incident.status]
    if text or (changes.since is not None and changes.status is not None):
        return "\n".join(part for part in (head, text) if part)
    if changes.since is not None:
        return f"{head}\n{_no_news(changes.since, now, zone)}"
    since = f"Since {time_words(began, now, zone)}: " if began else ""
    return f"{head}\n{since}{GAP} (what readers notice, and what still works)"


def _joined(
    head: str, text: str, news: Sequence[str], changes: Changes, ahead: Sequence[str], now: datetime, zone: tzinfo
) -> str:
    told = [line for line in news if line]
    said = [text] if text else []
    if not told and not said:
        said = [_no_news(changes.since, now, zone)]
    return "\n".join(line for line in (head, *said, *told, *ahead) if line)


def _impact(incident: Incident) -> list[tuple[str, str]]:
    """What is hurt, without what only fills the places in commands."""
    return [(key, incident.impact[key].text) for key in sorted(incident.impact) if key not in FILLING]


def _no_news(since: datetime | None, now: datetime, zone: tzinfo) -> str:
    return f"Nothing new since {time_words(since, now, zone)}.\n{ASKED}" if since else ASKED


def _turns(incident: Incident, changes: Changes) -> list[str]:
    """How the status and the severity have turned, in words; a status carries its milestone with it."""
    found = [f"{incident.status}, was {changes.status.before}"] if changes.status else []
    if changes.severity:
        found.append(f"{_severity(incident)}, was SEV{changes.severity.before}")
    return found


def _decided(incident: Incident, changes: Changes, *, labels: bool) -> list[str]:
    entries = [_said(incident, item) for item in changes.decisions]
    for item in changes.ruled:
        ruling = "" if item.ruling == "proceed" else f" ({item.ruling})"
        label = f"{item.label} " if labels else ""
        executor = f", {item.executor} carries it out" if item.executor and labels and not ruling else ""
        entries.append(f"{label}{first_line(item.text, WIDTH)}{ruling}{executor}")
    return entries


def _closed(order: Order) -> str:
    result = f": {first_line(order.result, WIDTH)}" if order.result else ""
    return f"{order.label} {order.person}, {order.state}{result}"


def _said(incident: Incident, item: Entry | Theory) -> str:
    return first_line(incident.text_of(item.id, item.text), WIDTH)


def _called(step: Step) -> str:
    """The step as a part of a sentence: a runbook's step may be sentences itself."""
    return first_line(step.title, SHORT).rstrip(" .:;")


def _severity(incident: Incident) -> str:
    return f"SEV{incident.severity} {SEVERITIES[incident.severity]}"


def _line(title: str, things: Iterable[str]) -> str:
    """`Title: one; two.`, or nothing; more than a reader takes in are counted."""
    known = list(things)
    if not known:
        return ""
    more = len(known) - AT_MOST
    named = known[:AT_MOST] + ([f"and {more} more"] if more > 0 else [])
    return f"{title}: {'; '.join(item.rstrip('.') for item in named)}."


def time_words(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """A time of day with its zone, and the date where it is not today."""
    local = moment.astimezone(zone)
    today = local.date() == now.astimezone(zone).date()
    return f"{local:%H:%M %Z}" if today else f"{local.day} {local:%b %H:%M %Z}"
