"""Rules of the investigation log: entries, evidence, theories, and taking things back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from incident_tui.domain.decide import Decision, Refused, one_of, quoted, remark, written
from incident_tui.domain.dispatch import Answer
from incident_tui.domain.encoding import to_json
from incident_tui.domain.events import (
    ActionItemAdded,
    Body,
    CommandRun,
    ConfigurationRecorded,
    CostRecorded,
    DeliveryQueued,
    EntryAmended,
    EntryLogged,
    EntryStarred,
    EntryStruck,
    ErrorRecorded,
    Event,
    EvidenceWeighed,
    FileAttached,
    FixStepRecorded,
    IncidentDeclared,
    JsonObject,
    LessonRecorded,
    MessageSent,
    ReadingRecorded,
    RecoveryRecorded,
    ResultKept,
    SignedOff,
    TheoryJudged,
    Undone,
)
from incident_tui.domain.evolve import Repeating, evolve
from incident_tui.domain.incident import ENTRY_KINDS, THEORY_STATES, Fact, Incident, Mark, Theory, ordered
from incident_tui.domain.lines import line_of
from incident_tui.domain.text import first_line
from incident_tui.domain.timeline import Timeline
from incident_tui.domain.undo import restoring

STANCES = ("for", "against", "none")
TAG = r"[\w][\w./:-]*"

Amendable = (
    EntryLogged
    | ErrorRecorded
    | ReadingRecorded
    | ConfigurationRecorded
    | FixStepRecorded
    | RecoveryRecorded
    | CostRecorded
    | LessonRecorded
)
Written = Amendable | CommandRun | FileAttached | ResultKept | SignedOff | ActionItemAdded


def log_entry(
    incident: Incident,
    kind_word: str,
    text_word: str,
    tags: Sequence[str] = (),
    supports: str = "",
    refutes: str = "",
) -> Decision:
    """A line of the log; `supports` and `refutes` name theories by label (H2) or by a part of their text."""
    kind = one_of(kind_word, ENTRY_KINDS, "kind of entry")
    if isinstance(kind, Refused):
        return kind
    text = written(text_word, f"the {kind}")
    if isinstance(text, Refused):
        return text
    theories: list[str | None] = []
    for word in (supports, refutes):
        theory = theory_meant(incident, word) if word else None
        if isinstance(theory, Refused):
            return theory
        theories.append(theory.id if theory else None)
    for tag in tags:
        if not re.fullmatch(TAG, tag):
            return Refused(f"{quoted(tag)} is not a tag", "letters and digits, then also . / : - _")
    return (EntryLogged(kind, text, tuple(dict.fromkeys(tags)), theories[0], theories[1]),)


def theory_meant(incident: Incident, word: str) -> Theory | Refused:
    """The theory with this label (H2), or the only one whose text holds `word`."""
    wanted = word.strip().casefold()
    theories = ordered(incident.theories)
    found = [theory for theory in theories if theory.label.casefold() == wanted or theory.id == wanted]
    found = found or [theory for theory in theories if wanted and wanted in theory.text.casefold()]
    if len(found) == 1:
        return found[0]
    known = ", ".join(theory.label for theory in theories) or "none yet"
    return Refused(f"no theory {quoted(word)}", f"known are: {known}")


def judge_theory(incident: Incident, word: str, state_word: str, reason: str = "") -> Decision:
    theory, state = theory_meant(incident, word), one_of(state_word, THEORY_STATES, "state of a theory")
    if isinstance(theory, Refused):
        return theory
    if isinstance(state, Refused):
        return state
    if theory.state == state:
        return Refused(f"{theory.label} is {state} already")
    return (TheoryJudged(theory.id, state, remark(reason)),)


def weigh_evidence(incident: Incident, entry: str, word: str, stance_word: str) -> Decision:
    """Let an entry (by id) count for or against a theory."""
    theory, stance = theory_meant(incident, word), one_of(stance_word, STANCES, "stance")
    if isinstance(theory, Refused):
        return theory
    if isinstance(stance, Refused):
        return stance
    if entry == theory.id:
        return Refused("a theory is no evidence for itself")
    return (EvidenceWeighed(entry, theory.id, stance),)


def amend(incident: Incident, target: Event | None, text_word: str) -> Decision:
    """A better text for something written; the old one stays."""
    if target is None or not isinstance(target.body, Amendable):
        return Refused("that has no text to amend", "amend log entries and records; log a note instead")
    text = written(text_word, "the new text")
    if isinstance(text, Refused):
        return text
    if incident.text_of(target.id, _text(target.body)) == text:
        return Refused("the text is that already")
    return (EntryAmended(target.id, text),)


def strike(incident: Incident, target: Event | None, reason: str = "") -> Decision:
    """Take something written out of account; it stays readable."""
    if target is None or not isinstance(target.body, Written):
        return Refused("that cannot be struck", "strike log entries, evidence and records")
    if incident.struck(target.id):
        return Refused("it is struck already")
    return (EntryStruck(target.id, remark(reason)),)


def toggle_star(incident: Incident, target: Event | None) -> Decision:
    if target is None:
        return Refused("there is nothing to star")
    mark = incident.marks.get(target.id)
    return (EntryStarred(target.id, not (mark and mark.starred)),)


def undo(timeline: Timeline, device: str) -> Decision:
    """Take back the latest act of this device that has not been taken back.

    What was sent, and the declaration, stay. What others have changed since stays theirs. In a drill, what it began
    with and what came from outside stay too.
    """
    target = _last_act(timeline, device)
    drill = timeline.incident.drill
    if target is None or (drill is not None and target.recorded <= drill.opened):
        return Refused("there is nothing to undo")
    if isinstance(target.body, MessageSent):
        return Refused("what was sent cannot be taken back", "send a correction")
    if isinstance(target.body, DeliveryQueued):
        delivery = timeline.incident.deliveries.get(target.id)
        if delivery is not None and delivery.state != "queued":
            return Refused("what was sent cannot be taken back", "send a correction")
        if delivery is not None and delivery.comes_back:
            return Refused(f"{delivery.label} has been tried already", "give it up, and it is not sent any more")
    if isinstance(target.body, IncidentDeclared):
        return Refused("the declaration cannot be undone", "resolve and close the incident")
    before = timeline.upto(timeline.position(target.id)).incident
    after = evolve(before, target)
    changes = restoring(before, after)
    if not _untouched(timeline.incident, after, changes):
        return Refused("it has been changed since by somebody else", "set it by hand")
    if line_of(target.body) is not None:
        mark = timeline.incident.marks.get(target.id, Mark())
        struck = mark.struck or Fact("undone", target.recorded, target.actor)
        changes["marks"] = {target.id: to_json(replace(mark, struck=struck))}
    return (Undone(target.id, changes),)


def describe_undone(timeline: Timeline) -> str:
    """What the newest `Undone` of a history took back: its line, else its kind in words."""
    events = {event.id: event.body for event in timeline.tail()}
    undone = next((body for body in reversed(events.values()) if isinstance(body, Undone)), None)
    body = events.get(undone.event) if undone else None
    if body is None:
        return "an act"
    line = line_of(body)
    return first_line(line.text, 60) if line else body.KIND.replace(".", " ").replace("_", " ")


def _last_act(timeline: Timeline, device: str) -> Event | None:
    taken_back: set[str] = set()
    for event in reversed(timeline.tail()):
        if event.device != device or (isinstance(event.body, Repeating) and event.body.repeats):
            continue
        if isinstance(event.body, Answer) or _is_card(event.body) or _is_told(event.body):
            continue  # what a service answered or told is nobody's act
        if isinstance(event.body, Undone):
            taken_back.add(event.body.event)
        elif event.id not in taken_back:
            return event
    return None


def _is_card(body: Body) -> bool:
    return isinstance(body, DeliveryQueued) and body.form == "card"


def _is_told(body: Body) -> bool:
    return isinstance(body, EntryLogged) and bool(body.alert)


def _untouched(now: Incident, after: Incident, changes: JsonObject) -> bool:
    """Whether everything that would be put back still has the value that the act gave it."""
    for name, changed in changes.items():
        current, left = getattr(now, name), getattr(after, name)
        if not hasattr(left, "get"):
            if current != left:
                return False
        elif isinstance(changed, dict) and any(current.get(key) != left.get(key) for key in changed):
            return False
    return True


def _text(body: Body) -> str:
    match body:
        case ReadingRecorded() | CostRecorded():
            return body.value
        case _:
            return str(getattr(body, "text", ""))
