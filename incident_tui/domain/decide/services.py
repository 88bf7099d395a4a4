"""Rules of services and components: what is affected is tagged with one word, which finds the incident again."""

from __future__ import annotations

from incident_tui.domain.decide import Decision, Refused, quoted, said
from incident_tui.domain.events import ServiceTagged, ServiceUntagged
from incident_tui.domain.incident import Incident

LONGEST = 60
MOST = 20
"""So many services may be named at once."""


def tag(incident: Incident, text: str) -> Decision:
    """Say that the services named in `text` are affected; those that are tagged already stay as they are."""
    names = names_in(text)
    if isinstance(names, Refused):
        return names
    new = tuple(ServiceTagged(name) for name in names if name not in incident.services)
    return new or Refused(f"tagged already: {', '.join(names)}", "/unservice takes a tag away")


def untag(incident: Incident, text: str) -> Decision:
    """Say that the services named in `text` are not affected."""
    names = names_in(text)
    if isinstance(names, Refused):
        return names
    strange = [name for name in names if name not in incident.services]
    if not strange:
        return tuple(ServiceUntagged(name) for name in names)
    known = ", ".join(sorted(incident.services)) or "none yet"
    return Refused(f"no service {quoted(strange[0])} is tagged", f"tagged are: {known}")


def names_in(text: str) -> tuple[str, ...] | Refused:
    """The names in a text, each once: words between blanks and commas, written small."""
    line = said(text, "the name of the service")
    if isinstance(line, Refused):
        return line
    words = line.replace(",", " ").casefold().split()
    names = tuple(dict.fromkeys(name for word in words if (name := word.lstrip("#").strip("\"'"))))
    if not names:
        return Refused("the name of the service is empty", "type some text")
    if len(names) > MOST:
        return Refused(f"{len(names)} services at once, {MOST} are the limit", "name those that matter")
    longest = max(names, key=len)
    if len(longest) > LONGEST:
        return Refused(f"the name of a service has {len(longest)} characters, {LONGEST} are the limit", "shorten it")
    return names
