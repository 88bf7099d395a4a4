"""Rules of alerts from outside: each is told once when it begins and once when it ends, and decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from incident_tui.domain.alerts import Alert
from incident_tui.domain.decide import LINE_LIMIT, Decision, Refused
from incident_tui.domain.decide.services import LONGEST, MOST
from incident_tui.domain.events import Body, EntryLogged
from incident_tui.domain.incident import SEVERITIES, Incident
from incident_tui.domain.text import clean, first_line

TEXT = 4000
LABELS = 12
"""So many labels of an alert are told; the rest says nothing that these do not."""
NOT_TOLD = ("alertname", "severity")
SETTLED = ("monitoring", "resolved", "closed")


def hear(
    incident: Incident, alerts: Sequence[Alert], group: str = "", *, kind: str = "alert", past: bool = False
) -> Decision:
    """What is new of the alerts: an entry of `kind` for each that begins, a health entry for each that ends.

    What has been told already is not told again, nor that something ended of which nobody knew, unless the `past` is
    wanted too. That all have ended is said with the last; what follows from it is for people to say.
    """
    firing = {key: not known.over for key, known in incident.alerts.items()}
    bodies: list[Body] = []
    for alert in alerts:
        before = firing.get(alert.key)
        if alert.ended_at is None and not before:
            firing[alert.key] = True
            bodies.append(EntryLogged(kind, told(alert), alert=alert.key, group=group))
        elif alert.ended_at is not None and (before or (before is None and past)):
            firing[alert.key] = False
            last = before is True and not any(firing.values())
            text = _ended(alert) + (_all_over(incident, len(firing)) if last else "")
            ended_kind = "health" if before else kind
            bodies.append(EntryLogged(ended_kind, text, alert=alert.key, group=group, over=True))
    return tuple(bodies) or Refused("nothing new is told")


def told(alert: Alert) -> str:
    """An alert as the text of an entry: what, in which words, since when, where to look."""
    since = f"since {_moment(alert.started_at)}" if alert.started_at else ""
    level = f"SEV{alert.severity} {SEVERITIES[alert.severity]}" if alert.severity else ""
    labels = [f"{name}={value}" for name, value in alert.labels.items() if name not in NOT_TOLD and value]
    facts = " · ".join(filter(None, (level, since, *labels[:LABELS])))
    parts = (
        f"{alert.source}: {first_line(alert.title, LINE_LIMIT)}",
        clean(alert.text).strip()[:TEXT],
        facts,
        alert.url,
    )
    return "\n".join(filter(None, parts))


def services_of(alerts: Iterable[Alert]) -> tuple[str, ...]:
    """The services that alerts name, as they are tagged: one word each, written small, at most so many."""
    names = (name.casefold() for alert in alerts for name in alert.services)
    fit = (name for name in names if name and len(name) <= LONGEST and not any(sign in name for sign in " ,\t\n#"))
    return tuple(dict.fromkeys(fit))[:MOST]


def most_severe(alerts: Sequence[Alert]) -> Alert | None:
    """The one that an incident of them is called after: one that fires before one that is over, then the severest."""
    return min(alerts, key=lambda alert: (alert.ended_at is not None, alert.severity or 9), default=None)


def _ended(alert: Alert) -> str:
    began = f"from {_moment(alert.started_at)} " if alert.started_at else ""
    until = f"{began}until {_moment(alert.ended_at)}" if alert.ended_at else ""
    title = f"{alert.source}: over: {first_line(alert.title, LINE_LIMIT)}"
    return "\n".join(filter(None, (title, until, alert.url)))


def _all_over(incident: Incident, count: int) -> str:
    if incident.status in SETTLED:
        return ""
    what = f"all {count} alerts are over" if count > 1 else "no alert is left"
    return f"\n{what}; where people find the same, /status monitoring says so"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
