"""Due dates for a calendar: the post-mortem and the action items that are open, each with a reminder."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from incident_tui.domain.closing import post_mortem
from incident_tui.domain.incident import ActionItem, Incident, ordered
from incident_tui.domain.text import clean_line
from incident_tui.reports.extras import MissingExtra

if TYPE_CHECKING:
    from icalendar import Calendar, Event

MEETING: Final = timedelta(minutes=30)
"""How long a post-mortem takes. Source: incident response guide."""
MORNING_BEFORE: Final = timedelta(hours=-15)
"""Nine in the morning of the day before."""


def reminders(incident: Incident, now: datetime) -> str:
    """The calendar as iCalendar (RFC 5545), lines ended by a newline alone; what has no day is not in it.

    The same thing has the same UID each time, so that importing twice changes nothing. Raises MissingExtra.
    """
    try:
        from icalendar import Calendar
    except ImportError:
        raise MissingExtra("a calendar", "calendar") from None
    calendar = Calendar()
    calendar.add("prodid", "-//incident-tui//reminders//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    _add_review(calendar, incident, now)
    for item in ordered(incident.action_items):
        day = _day(item.due)
        if item.done_at is None and day is not None and not incident.struck(item.id):
            calendar.add_component(_action(incident, item, day, now))
    written: bytes = calendar.to_ical()
    return written.decode("utf-8").replace("\r\n", "\n")


def _add_review(calendar: Calendar, incident: Incident, now: datetime) -> None:
    """The meeting ends when the post-mortem is due."""
    review = post_mortem(incident)
    if incident.status != "resolved" or review is None or review.due is None:
        return
    event = _event(f"{incident.id}-post-mortem", f"Post-mortem of {incident.title}", incident, now)
    event.add("description", f"{incident.ref}: {review.reason}. It asks what, not who.")
    event.add("dtstart", review.due - MEETING)
    event.add("dtend", review.due)
    _remind(event, timedelta(hours=-24))
    calendar.add_component(event)


def _action(incident: Incident, item: ActionItem, day: date, now: datetime) -> Event:
    event = _event(item.id, f"{item.label} of {incident.ref}: {item.text}", incident, now)
    owner = clean_line(item.owner) or "nobody yet"
    event.add("description", f"{clean_line(incident.title)}. Owner: {owner}. Priority: {clean_line(item.priority)}.")
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    _remind(event, MORNING_BEFORE)
    return event


def _event(identifier: str, summary: str, incident: Incident, now: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{identifier}@incident-tui")
    event.add("dtstamp", now)
    event.add("sequence", incident.version)
    event.add("summary", clean_line(f"Drill: {summary}" if incident.drill is not None else summary))
    return event


def _remind(event: Event, before: timedelta) -> None:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", str(event["summary"]))
    alarm.add("trigger", before)
    event.add_component(alarm)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
