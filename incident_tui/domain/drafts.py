"""Messages that begin themselves: templates over the incident as it stands, to be read and changed before they go.

Their shapes are those of the response guide: alert, status update inward, brief, status update outward. What goes
outward names no cause and no person, and promises no time of resolution.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from msgspec import Struct

from incident_tui.domain.decide import Refused, one_of
from incident_tui.domain.decide.messages import GAP
from incident_tui.domain.incident import AUDIENCES, SEVERITIES, Incident, ordered
from incident_tui.domain.updates import draft_update, time_words


class About(Struct, frozen=True):
    """What a template is filled from; `text` is what the writer adds, `zone` is for times of day.

    `audience` matters to templates that speak to each in its own way.
    """

    incident: Incident
    now: datetime
    zone: tzinfo
    text: str = ""
    audience: str = AUDIENCES[0]

    def time(self, moment: datetime | None) -> str:
        """A time of day with its zone, and the date where it is not today."""
        return GAP if moment is None else time_words(moment, self.now, self.zone)


class Template(Struct, frozen=True):
    """`audience` is whom it is usually for; `summary` says when it is used."""

    name: str
    audience: str
    summary: str
    fill: Callable[[About], str]


def template_named(word: str) -> Template | Refused:
    """The template that `word` means: its name, or the only one that begins so."""
    name = one_of(word, tuple(TEMPLATES), "template")
    return name if isinstance(name, Refused) else TEMPLATES[name]


def _alert(about: About) -> str:
    incident = about.incident
    lines = [
        f"{_severity(incident)}: {incident.title} ({incident.ref})",
        f"Since {about.time(incident.began_at)}. {_impact(incident)}",
        about.text or GAP,
        f"{_commander(incident)} Who can help, come now.",
    ]
    return "\n".join(lines)


def _acknowledged(about: About) -> str:
    incident = about.incident
    said = about.text or f"{incident.title}: seen, we are looking into it."
    return f"👀 {said} {_commander(incident)}"


def _update(about: About) -> str:
    return draft_update(about.incident, about.audience, about.now, about.zone, about.text)


def _fixing(about: About) -> str:
    return f"🔧 {about.text or _newest(about.incident, 'decision') or GAP}"


def _brief(about: About) -> str:
    incident = about.incident
    lines = [
        f"{incident.title} ({incident.ref}): {_severity(incident)}, {incident.status}, "
        f"since {about.time(incident.began_at)}.",
        _impact(incident),
        about.text or _latest(incident) or GAP,
        _commander(incident),
    ]
    return "\n".join(line for line in lines if line)


def _investigating(about: About) -> str:
    said = about.text or f"Since {about.time(about.incident.began_at)} {GAP}"
    return f"Investigating: {said}\nWe are looking into it."


def _identified(about: About) -> str:
    return f"Identified: {about.text or GAP}\nWe know what is wrong and are working on it."


def _monitoring(about: About) -> str:
    said = about.text or "A fix is in place and it works again."
    return f"Monitoring: {said}\nWe keep watching."


def _resolved(about: About) -> str:
    incident = about.incident
    said = about.text or "It works again."
    span = f"From {about.time(incident.moment('started') or incident.began_at)}"
    return f"Resolved: {said}\n{span} until {about.time(incident.moment('resolved') or about.now)}. We are sorry."


def _done(about: About) -> str:
    said = about.text or f"{about.incident.title}: resolved and verified."
    return f"✅ {said}"


def _severity(incident: Incident) -> str:
    return f"SEV{incident.severity} {SEVERITIES[incident.severity]}"


def _commander(incident: Incident) -> str:
    return f"{incident.commander} commands." if incident.commander else "Nobody commands yet."


def _impact(incident: Incident) -> str:
    known = ", ".join(f"{key} {incident.impact[key].text}" for key in sorted(incident.impact))
    return f"Impact: {known}." if known else "The impact is not known yet."


def _latest(incident: Incident) -> str:
    """What is known by now: the cause, else the latest decision."""
    return _newest(incident, "fix") or _newest(incident, "cause") or _newest(incident, "decision")


def _newest(incident: Incident, kind: str) -> str:
    kept = [item for item in ordered(incident.pillars) if item.kind == kind and not incident.struck(item.id)]
    return incident.text_of(kept[-1].id, kept[-1].text).partition("\n")[0] if kept else ""


TEMPLATES: dict[str, Template] = {
    template.name: template
    for template in (
        Template("alert", "internal", "call people: what is wrong, since when, who commands", _alert),
        Template("acknowledged", "internal", "seen, somebody is on it", _acknowledged),
        Template("update", "internal", "what has changed since the last update, and what comes next", _update),
        Template("fixing", "internal", "what is being done about it", _fixing),
        Template("done", "internal", "resolved and verified", _done),
        Template("brief", "management", "the situation in four lines", _brief),
        Template("investigating", "external", "status page: something is wrong", _investigating),
        Template("identified", "external", "status page: we know what it is", _identified),
        Template("monitoring", "external", "status page: it is fixed, we watch", _monitoring),
        Template("resolved", "external", "status page: it is over", _resolved),
    )
}
