"""PagerDuty: pages people for an incident, tells when it is acknowledged and resolved; words become notes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar, Final, Self

from msgspec import Struct

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.outcome import Delivered, Failed, Outcome, Unknown
from incident_tui.channels.posting import LONGEST_WAIT, posted, retry_after
from incident_tui.channels.servers import may_be_of
from incident_tui.channels.sizes import fitted
from incident_tui.channels.telling import headline, severity_words
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import ConfigError, Table
from incident_tui.domain.letters import Letter
from incident_tui.times import iso
from incident_tui.web import Ask, Limits, Reply, Trouble

EVENTS: Final = {"us": "https://events.pagerduty.com", "eu": "https://events.eu.pagerduty.com"}
REST: Final = {"us": "https://api.pagerduty.com", "eu": "https://api.eu.pagerduty.com"}
SEVERITY: Final = {1: "critical", 2: "error", 3: "warning", 4: "info"}
SUMMARY_LIMIT: Final = 1024
TEXT_LIMIT: Final = 50_000
"""An event may have 512 KB; this is less with every letter of it in four bytes and escaped. Notes take this as well."""
READING: Final = Limits(connect=3.0, seconds=4.0)
WRITING: Final = Limits(connect=3.0, seconds=6.0)
"""A note comes after two questions at most, and all of it stays within about 15 seconds."""
SOURCE: Final = "incident-tui"
ENDED: Final = ("resolved", "closed")
REOPENS: Final = "pages people anew if it was resolved in PagerDuty meanwhile: a resolved incident is never re-opened"

Json = Mapping[str, object]


class Plan(Struct, frozen=True):
    """What one letter comes to: an event, a note, nothing, or why it cannot be done."""

    act: str
    event: Json | None = None
    note: str = ""
    cut: str = ""
    notes: tuple[str, ...] = ()
    impossible: bool = False


class PagerDuty(Struct, frozen=True):
    """`token` with `sender`, the e-mail address of a user, opens the REST interface, which notes need."""

    KIND: ClassVar[str] = "pagerduty"
    GROUP: ClassVar[str] = "pager"
    FOLLOWS: ClassVar[bool] = True
    REPEATABLE: ClassVar[bool] = True

    name: str
    key: Secret
    events: str
    rest: str
    token: Secret | None = None
    sender: str = ""
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("routing_key", "region", "api_token", "from", "events_url", "api_url", "plain"))
        region = table.text("region", "us")
        if region not in EVENTS:
            raise table.expected("region", "one of us, eu", 'region = "us"')
        token = secret(table, "api_token") if "api_token" in table.values else None
        sender = table.text("from", "")
        if (token is None) != (not sender):
            raise table.wrong("from", "and api_token belong together: notes are written in the name of a user")
        return cls(
            name,
            secret(table, "routing_key"),
            table.text("events_url", EVENTS[region]).rstrip("/"),
            table.text("api_url", REST[region]).rstrip("/"),
            token,
            sender,
            table.flag("plain", False),
        )

    def preview(self, letter: Letter) -> Preview:
        plan = self._plan(letter)
        parts = [("note", plan.note)] if plan.note else _parts(plan.event)
        return Preview(f"PagerDuty “{self.name}”", plan.act, tuple(parts), plan.cut, plan.notes)

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        plan = self._plan(letter)
        if plan.impossible:
            return Failed(plan.act)
        try:
            if plan.note:
                return self._noted(letter, plan.note, begin)
            if plan.event is None:
                return Delivered(letter.card)
            return self._sent(letter, plan.event, begin)
        except ConfigError as error:
            return Failed(str(error))

    def check(self) -> str:
        try:
            key = self.key.reveal()
            if not re.fullmatch(r"[A-Za-z0-9]{32}", key):
                raise Trouble(f"{self.name}: the routing key has not the 32 letters and digits of one", status=400)
            if self.token is None:
                return "the routing key looks like one; only a test event shows whether it is taken"
            reply = posted(self._ask("GET", "/incidents", params={"limit": "1"}), repeatable=True)
        except ConfigError as error:
            raise Trouble(str(error), status=400) from None
        if not isinstance(reply, Reply):
            raise Trouble(reply.reason, status=400)
        return "the routing key looks like one, and the API token may read incidents"

    def _plan(self, letter: Letter) -> Plan:
        ended = letter.facts.status in ENDED
        match letter.form:
            case "test":
                event = {
                    "payload": {"summary": fitted(f"[TEST] {letter.words}", SUMMARY_LIMIT, len)[0], "source": SOURCE}
                }
                return Plan("a change event, which notifies nobody", event)
            case "opening" | "change" | "update" if not letter.card or letter.form == "opening":
                if ended:
                    return Plan(f"the incident is {letter.facts.status}: nobody is paged for it", impossible=True)
                return _triggers(letter, "pages whoever is on call")
            case "change" if not ended:
                return _triggers(letter, "adds to the alert", REOPENS)
            case "change":
                return Plan("resolves it", _short(letter, "resolve"), notes=("the words do not go there",))
            case "update":
                return self._words(letter, ended=ended)
            case "card":
                return _card(letter, ended=ended)
            case _:
                return Plan(f"PagerDuty takes no {letter.form}", impossible=True)

    def _words(self, letter: Letter, *, ended: bool) -> Plan:
        if self.token is not None:
            note, cut = fitted(letter.words, TEXT_LIMIT, len)
            return Plan("adds a note", note=note, cut=cut)
        if ended:
            return Plan("an ended incident takes words as notes only, which need api_token", impossible=True)
        return _triggers(letter, "adds to the alert", REOPENS)

    def _sent(self, letter: Letter, event: Json, begin: Begin) -> Outcome:
        key = self.key.reveal()
        place = "/v2/change/enqueue" if letter.form == "test" else "/v2/enqueue"
        body = {"routing_key": key, **event}
        asked = Ask("POST", f"{self.events}{place}", body=body, secrets=(key,), begin=begin, plain=self.plain)
        reply = posted(asked, repeatable=letter.form != "test")
        return Delivered(letter.card or letter.facts.ref) if isinstance(reply, Reply) else reply

    def _noted(self, letter: Letter, note: str, begin: Begin) -> Outcome:
        found = self._incident(letter)
        if isinstance(found, Failed | Unknown):
            return found
        identifier, url = found
        done = Delivered(letter.card, url)
        place = f"/incidents/{identifier}/notes"
        if letter.again:
            there = self._read(place, {})
            if not isinstance(there, Mapping):
                return there
            notes = _items(there, "notes")
            if any(item.get("content") == note and may_be_of(letter.key, item.get("created_at")) for item in notes):
                return done
        asked = self._ask("POST", place, body={"note": {"content": note}}, begin=begin, limits=WRITING)
        reply = posted(asked, waiting=_reset)
        return done if isinstance(reply, Reply) else reply

    def _incident(self, letter: Letter) -> tuple[str, str] | Failed | Unknown:
        """The latest incident with our key, which is the key of its alert as well."""
        wanted = {"incident_key": letter.card, "date_range": "all", "sort_by": "created_at:desc", "limit": "1"}
        found = self._read("/incidents", wanted)
        if not isinstance(found, Mapping):
            return found
        for item in _items(found, "incidents"):
            identifier, url = item.get("id"), item.get("html_url")
            if isinstance(identifier, str) and re.fullmatch(r"\w+", identifier, re.ASCII):
                return identifier, url if isinstance(url, str) else ""
        return Failed(f"PagerDuty knows no incident {letter.card}")

    def _read(self, place: str, params: Mapping[str, str]) -> Json | Failed | Unknown:
        reply = posted(self._ask("GET", place, params=params, limits=READING), repeatable=True, waiting=_reset)
        if not isinstance(reply, Reply):
            return reply
        try:
            found = reply.json()
        except Trouble as trouble:
            return Failed(trouble.reason, retryable=True)
        return found if isinstance(found, dict) else {}

    def _ask(
        self,
        method: str,
        place: str,
        *,
        params: Mapping[str, str] | None = None,
        body: object = None,
        begin: Begin | None = None,
        limits: Limits | None = None,
    ) -> Ask:
        """A request to the REST interface. Raises ConfigError."""
        token = self.token.reveal() if self.token else ""
        return Ask(
            method,
            f"{self.rest}{place}",
            headers={
                "authorization": f"Token token={token}",
                "accept": "application/vnd.pagerduty+json;version=2",
                "from": self.sender,
            },
            params=params or {},
            body=body,
            secrets=(token,),
            begin=begin,
            plain=self.plain,
            limits=limits or Limits(),
        )


def _triggers(letter: Letter, act: str, *notes: str) -> Plan:
    """A trigger: the first opens an alert; those with the same key are added to it as long as it is not resolved."""
    known = letter.facts
    words, cut = fitted(letter.words, TEXT_LIMIT, len)
    details = {
        "incident": known.ref,
        "title": known.title,
        "level": severity_words(letter),
        "status": known.status,
        "commander": known.commander,
        "services": ", ".join(letter.services),
        "message": words,
        "next update": iso(letter.promised) if letter.promised else "",
    }
    payload: dict[str, object] = {
        "summary": fitted(headline(letter), SUMMARY_LIMIT, len)[0],
        "source": letter.services[0] if letter.services else SOURCE,
        "severity": SEVERITY.get(known.severity, "error"),
        "timestamp": iso(known.began_at or letter.at),
        "custom_details": {name: value for name, value in details.items() if value},
    }
    return Plan(act, {**_short(letter, "trigger"), "payload": payload, "client": SOURCE}, cut=cut, notes=notes)


def _card(letter: Letter, *, ended: bool) -> Plan:
    if ended:
        return Plan("resolves it", _short(letter, "resolve"))
    if letter.facts.status == "investigating":
        return Plan("nothing: nobody has acknowledged or resolved it")
    return Plan("acknowledges it", _short(letter, "acknowledge"))


def _short(letter: Letter, action: str) -> Json:
    return {"event_action": action, "dedup_key": letter.card or letter.facts.ref}


def _parts(event: Json | None) -> list[tuple[str, str]]:
    """What an event says, as a person reads it."""
    parts: list[tuple[str, str]] = []
    for name, value in (event or {}).items():
        if isinstance(value, Mapping):
            parts += _parts(value)
        else:
            parts.append((name, str(value)))
    return parts


def _items(found: Json, name: str) -> list[Json]:
    items = found.get(name)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _reset(reply: Reply) -> timedelta | None:
    """PagerDuty says how many seconds there are until it takes more; often it says nothing."""
    seconds = reply.headers.get("ratelimit-reset", "")
    if seconds.isdecimal():
        return min(timedelta(seconds=min(int(seconds), 86_400)), LONGEST_WAIT)
    return retry_after(reply)
