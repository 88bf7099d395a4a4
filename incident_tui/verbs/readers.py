"""How the words after a command's name become an intent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from incident_tui.domain.decide import Decision, Intent, Refused, checklist, command, log, messages, orders, record
from incident_tui.domain.events import CommandRun, EntryLogged, Event, FileAttached, ResultKept
from incident_tui.domain.incident import ROLES, Incident
from incident_tui.domain.policy import Policy
from incident_tui.domain.text import clean_line
from incident_tui.verbs.phrases import entry_named, phrased, promised, word

DEFAULT_POLICY: Final = Policy()


class Context(Struct, frozen=True):
    """What a command is read in; `now` is when it happens, `selected` the log entry under the cursor.

    Where lines may name an entry, `find` gives the one that ends so, or for None the selected one.
    """

    incident: Incident
    now: datetime
    zone: ZoneInfo
    actor: str
    selected: Event | None = None
    policy: Policy = DEFAULT_POLICY
    find: Callable[[str | None], Event | Refused | None] | None = None


Reader = Callable[[str, Context], Intent | Refused]


def whole(rule: Callable[[Incident, str], Decision]) -> Reader:
    """All of the text is one argument."""
    return lambda text, _context: lambda incident: rule(incident, text)


def first(rule: Callable[[Incident, str, str], Decision]) -> Reader:
    """The first word (or words in quotes) is one argument, the rest another."""

    def reader(text: str, _context: Context) -> Intent:
        first, rest = word(text)
        return lambda incident: rule(incident, first, rest)

    return reader


def status(status: str) -> Reader:
    return lambda text, _context: lambda incident: command.set_status(incident, status, text)


def reopen(text: str, _context: Context) -> Intent:
    """The incident, or with a label such as A2 that action item."""

    def intent(incident: Incident) -> Decision:
        if re.fullmatch(r"[Aa][0-9]+", text.strip()):
            return record.reopen_action_item(incident, text)
        if incident.live:
            return Refused("the incident is open", "/status changes how far it is")
        return command.set_status(incident, "investigating", text)

    return intent


def done(text: str, _context: Context) -> Intent:
    """An action item, or with a label such as O1 and a result that order."""
    label, result = word(text)
    if re.fullmatch(r"[Oo][0-9]+", label):
        return lambda incident: orders.finish(incident, label, result)
    return lambda incident: record.finish_action_item(incident, text)


def severity(text: str, _context: Context) -> Intent | Refused:
    name, reason = word(text)
    severity = command.severity_of(name)
    if isinstance(severity, Refused):
        return severity
    return lambda incident: command.set_severity(incident, severity, reason)


def milestone(text: str, context: Context) -> Intent:
    return lambda incident: command.set_milestone(incident, text, context.now)


ROLE_NAMES: Final = (
    {role: role for role in ROLES}
    | command.ROLE_WORDS
    | {"tech lead": "technical lead", "comms lead": "communications lead", "liaison": "customer liaison"}
)


def held(rule: Callable[[Incident, str, str], Decision]) -> Reader:
    """A role, which may be of several words, and a person."""

    def reader(text: str, context: Context) -> Intent | Refused:
        role, person = role_and_person(text, context.incident)
        if not person:
            return Refused(f"nobody is named as {clean_line(role)}", "for example: technical lead @lee")
        return lambda incident: rule(incident, role, person)

    return reader


def role_and_person(text: str, incident: Incident) -> tuple[str, str]:
    """A known role at the front, else all before the first `@name`, else the first word; and the rest."""
    words = text.split()
    for count in range(len(words), 0, -1):
        role = " ".join(words[:count]).casefold()
        if role in ROLE_NAMES or role in incident.roles:
            return ROLE_NAMES.get(role, role), " ".join(words[count:])
    if '"' in text:
        role, person = word(text)
        return role, " ".join(person.split())
    at = next((index for index, name in enumerate(words) if index and name.startswith("@")), 1)
    return " ".join(words[:at]), " ".join(words[at:])


def leave(text: str, _context: Context) -> Intent:
    role = " ".join(text.split()).casefold()
    return lambda incident: command.leave_role(incident, ROLE_NAMES.get(role, role))


def log_as(kind: str) -> Reader:
    def reader(text: str, _context: Context) -> Intent | Refused:
        entry = phrased(text)
        if isinstance(entry, Refused):
            return entry
        return lambda incident: log.log_entry(incident, kind, entry.text, entry.tags, entry.supports, entry.refutes)

    return reader


def judge(text: str, _context: Context) -> Intent:
    theory, rest = word(text)
    state, reason = word(rest)
    return lambda incident: log.judge_theory(incident, theory, state, reason)


def weigh(stance: str) -> Reader:
    def reader(text: str, context: Context) -> Intent | Refused:
        entry, theory = entry_meant(text, context)
        if isinstance(entry, Refused):
            return entry
        if entry is None or not isinstance(entry.body, EntryLogged | CommandRun | FileAttached | ResultKept):
            return Refused("no entry of the log is selected", "select the evidence first")
        return lambda incident: log.weigh_evidence(incident, entry.id, theory, stance)

    return reader


def selected(rule: Callable[[Incident, Event | None, str], Decision]) -> Reader:
    """A rule about the entry that is named, else about the selected one."""

    def reader(text: str, context: Context) -> Intent | Refused:
        entry, rest = entry_meant(text, context)
        if isinstance(entry, Refused):
            return entry
        if entry is None:
            return Refused("nothing is selected", "select an entry of the log first")
        return lambda incident: rule(incident, entry, rest)

    return reader


def entry_meant(text: str, context: Context) -> tuple[Event | Refused | None, str]:
    """The entry that a command is about, and its text without the name of it."""
    if context.find is None:
        return context.selected, text
    name, rest = entry_named(text)
    return context.find(name), rest


def toggle_star(incident: Incident, entry: Event | None, _text: str) -> Decision:
    """The rule of the star in the form that `selected` takes."""
    return log.toggle_star(incident, entry)


def begin(text: str, _context: Context) -> Intent:
    """A phase by its number, which people count from 1, or by a part of its title."""
    wanted = text.strip().casefold()

    def intent(incident: Incident) -> Decision:
        if re.fullmatch(r"[0-9]{1,4}", wanted):
            return checklist.begin_phase(incident, int(wanted) - 1)
        titles = [phase.title.casefold() for phase in incident.protocol.phases]
        found = [index for index, title in enumerate(titles) if wanted in title]
        if len(found) == 1:
            return checklist.begin_phase(incident, found[0])
        return Refused(f"no phase “{clean_line(text)[:40]}”", "give its number, or a unique part of its title")

    return intent


def draft(text: str, _context: Context) -> Intent | Refused:
    audience, rest = word(text)
    promise, said = promised(rest)
    if isinstance(promise, Refused):
        return promise
    return lambda incident: messages.draft(incident, audience, said, promise=promise)


def edit(text: str, _context: Context) -> Intent | Refused:
    """Another text; channel and promise stay, unless the line promises something else."""
    label, rest = word(text)
    promise, said = promised(rest)
    if isinstance(promise, Refused):
        return promise

    def intent(incident: Incident) -> Decision:
        before = messages.message_meant(incident, label)
        if isinstance(before, Refused):
            return before
        kept = timedelta(seconds=before.promise_seconds) if before.promise_seconds else None
        return messages.edit(incident, label, said, before.channel, promise or kept)

    return intent


def sent(text: str, context: Context) -> Intent:
    """A message and how it went out; `anyway` at the end sends one that has a gap or nothing new."""
    label, rest = word(text)
    how = rest.rstrip()
    force = re.search(r"(?:^|\s)anyway$", how, re.IGNORECASE)
    if force:
        how = how[: force.start()].strip('"')
    return lambda incident: messages.mark_sent(incident, label, how, context.now, force=force is not None)


def state(text: str, _context: Context) -> Intent | Refused:
    words = text.split()
    at = next((i for i, name in enumerate(words) if i and name.casefold() in record.MOMENTS), 0)
    if not at:
        return Refused("a reading is from before, during or after", "for example: /state cpu during 97 %")
    measure, value = " ".join(words[:at]).strip('"'), " ".join(words[at + 1 :])
    return lambda incident: record.record_reading(incident, measure, words[at], value)


def fix_step(text: str, _context: Context) -> Intent:
    fix, rest = word(re.sub(r"^\s*root[ -]cause(?=\s)", '"root cause"', text, flags=re.IGNORECASE))
    return lambda incident: record.record_fix_step(incident, fix, rest)


_OPTION = re.compile(
    r'(?<!\S)(?:owner:(?:"(?P<quoted>[^"\n]*)"|(?P<owner>\S+))|due:(?P<due>\S+)|!(?P<priority>high|medium|low))(?!\S)'
)


def _options(text: str) -> tuple[dict[str, str], date | Refused | None]:
    """What is given by name with an action item, and its date."""
    options = {name: value for found in _OPTION.finditer(text) for name, value in found.groupdict().items() if value}
    try:
        return options, date.fromisoformat(options["due"]) if "due" in options else None
    except ValueError:
        return options, Refused(f"“{clean_line(options['due'])[:40]}” is not a date", "write due:2026-12-01")


def assign(text: str, _context: Context) -> Intent | Refused:
    """An action item and what is to be different: its owner, date, priority or text."""
    label, rest = word(text)
    options, due = _options(rest)
    if isinstance(due, Refused):
        return due
    owner = options.get("quoted") or options.get("owner")
    said = " ".join(_OPTION.sub("", rest).split()) or None
    return lambda incident: record.change_action_item(incident, label, said, owner, due, options.get("priority"))


def todo(text: str, context: Context) -> Intent | Refused:
    options, due = _options(text)
    if isinstance(due, Refused):
        return due
    return lambda incident: record.add_action_item(
        incident,
        " ".join(_OPTION.sub("", text).split()),
        context.now.astimezone(context.zone).date(),
        options.get("quoted") or options.get("owner", ""),
        due,
        options.get("priority", "medium"),
    )
