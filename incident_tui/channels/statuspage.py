"""Atlassian Statuspage: one public incident, which every approved message brings up to date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Final, Self

from msgspec import Struct

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.outcome import Delivered, Failed, Outcome, Unknown
from incident_tui.channels.posting import posted
from incident_tui.channels.public import affected, cautions, named, refusal, status_of, title_of, words_of
from incident_tui.config.addresses import base_of
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import ConfigError, Table
from incident_tui.domain.letters import Letter
from incident_tui.web import Ask, Limits, Reply, Trouble

ADDRESS: Final = "https://api.statuspage.io/v1"
NAME_LIMIT: Final = 255
BODY_LIMIT: Final = 25_000
IMPACT: Final = {1: "critical", 2: "major", 3: "minor", 4: "none"}
COMPONENT: Final = {1: "major_outage", 2: "partial_outage", 3: "degraded_performance", 4: "operational"}
MARK: Final = "incident_tui"
LOOKED_AT: Final = 50
READING: Final = Limits(connect=3.0, seconds=5.0, size=8 * 1024 * 1024)

Json = Mapping[str, object]


class Statuspage(Struct, frozen=True):
    """`notify`: whether Statuspage mails the subscribers of the page; `components` by our service."""

    KIND: ClassVar[str] = "statuspage"
    GROUP: ClassVar[str] = "status page"
    FOLLOWS: ClassVar[bool] = False
    REPEATABLE: ClassVar[bool] = True

    name: str
    page: str
    token: Secret
    notify: bool
    components: Mapping[str, str]
    title: str = ""
    url: str = ADDRESS
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("page", "token", "notify", "components", "title", "url", "plain"))
        page = table.text("page", "")
        if not re.fullmatch(r"\w+", page, re.ASCII):
            raise table.expected("page", "the id of a page", 'page = "gytm4qzbx9t6"')
        return cls(
            name,
            page,
            secret(table, "token"),
            table.flag("notify", False),
            named(table, "components"),
            table.text("title", ""),
            base_of(table, ADDRESS),
            table.flag("plain", False),
        )

    def preview(self, letter: Letter) -> Preview:
        where = f"Statuspage “{self.name}” ({self.page}), public"
        cannot = refusal(letter)
        if cannot:
            return Preview(where, cannot, ())
        incident, cut = self._incident(letter)
        mails = "mails the subscribers of the page" if self.notify else "mails nobody (notify = false)"
        title = str(incident.get("name", ""))
        notes = (mails, *cautions(letter, title, self.components, "components"))
        return Preview(where, _act(letter), tuple(_parts(incident)), cut, notes)

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        cannot = refusal(letter)
        if cannot:
            return Failed(cannot)
        try:
            token = self.token.reveal()
        except ConfigError as error:
            return Failed(str(error))
        if letter.again:
            there = self._there(letter, token)
            if there is not None:
                return there
        incident, _ = self._incident(letter)
        method, path = ("POST", "") if _opens(letter) else ("PATCH", f"/{letter.card}")
        reply = posted(self._ask(method, f"/incidents{path}", token, body={"incident": incident}, begin=begin))
        if not isinstance(reply, Reply):
            return reply
        try:
            return _delivered(reply.json(), letter)
        except Trouble as trouble:
            return Unknown(trouble.reason)

    def check(self) -> str:
        try:
            reply = posted(self._ask("GET", "", self.token.reveal()), repeatable=True)
        except ConfigError as error:
            raise Trouble(str(error), status=400) from None
        if not isinstance(reply, Reply):
            raise Trouble(reply.reason, status=400)
        found = reply.json()
        return f"page “{found.get('name', self.page) if isinstance(found, dict) else self.page}” answers"

    def _incident(self, letter: Letter) -> tuple[Json, str]:
        """What is sent of the incident, and what was cut. Components and impact only where they have changed."""
        body, cut = words_of(letter, BODY_LIMIT)
        incident: dict[str, object] = {"status": status_of(letter), "body": body}
        if _opens(letter):
            incident["name"], cut_name = title_of(letter, self.title, NAME_LIMIT)
            cut = ", ".join(f"{part} of the {of}" for part, of in ((cut_name, "title"), (cut, "text")) if part)
        if letter.form != "update" or _opens(letter):
            over = status_of(letter) == "resolved"
            state = "operational" if over else COMPONENT.get(letter.facts.severity, "operational")
            components = affected(letter, self.components)
            incident["impact_override"] = IMPACT.get(letter.facts.severity, "none")
            if components:
                incident["component_ids"] = list(components)
                incident["components"] = dict.fromkeys(components, state)
        incident["deliver_notifications"] = self.notify
        incident["metadata"] = {MARK: {"ref": letter.facts.ref, "letter": letter.key}}
        return incident, cut

    def _there(self, letter: Letter, token: str) -> Outcome | None:
        """Delivered where an earlier attempt has arrived, None where it has not."""
        path = "/incidents" if _opens(letter) else f"/incidents/{letter.card}"
        params = {"limit": str(LOOKED_AT)} if _opens(letter) else {}
        reply = posted(self._ask("GET", path, token, params=params), repeatable=True)
        if not isinstance(reply, Reply):
            return reply
        try:
            found = reply.json()
        except Trouble as trouble:
            return Failed(trouble.reason, retryable=True)
        for item in found if isinstance(found, list) else [found]:
            if _mark(item) == (letter.facts.ref, letter.key):
                return _delivered(item, letter)
        return None

    def _ask(
        self,
        method: str,
        path: str,
        token: str,
        *,
        params: Mapping[str, str] | None = None,
        body: object = None,
        begin: Begin | None = None,
    ) -> Ask:
        return Ask(
            method,
            f"{self.url}/pages/{self.page}{path}",
            headers={"authorization": f"OAuth {token}"},
            params=params or {},
            body=body,
            secrets=(token,),
            begin=begin,
            plain=self.plain,
            limits=READING if method == "GET" else Limits(),
        )


def _opens(letter: Letter) -> bool:
    return letter.form == "opening" or not re.fullmatch(r"\w+", letter.card, re.ASCII)


def _act(letter: Letter) -> str:
    if _opens(letter):
        return "makes an incident on the page"
    return (
        "resolves the incident on the page" if status_of(letter) == "resolved" else "updates the incident on the page"
    )


def _parts(incident: Json) -> list[tuple[str, str]]:
    named_ = (("name", "title"), ("status", "status"), ("body", "text"), ("impact_override", "impact"))
    parts = [(label, str(incident[name])) for name, label in named_ if name in incident]
    components = incident.get("components")
    if isinstance(components, dict):
        parts.append(("components", ", ".join(f"{name}: {state}" for name, state in components.items())))
    return parts


def _mark(item: object) -> tuple[object, object]:
    """The reference and the letter that we have left with an incident."""
    metadata = item.get("metadata") if isinstance(item, dict) else None
    mark = metadata.get(MARK) if isinstance(metadata, dict) else None
    return (mark.get("ref"), mark.get("letter")) if isinstance(mark, dict) else (None, None)


def _delivered(found: object, letter: Letter) -> Outcome:
    item = found if isinstance(found, dict) else {}
    identifier, link = item.get("id", letter.card), item.get("shortlink", "")
    if not isinstance(identifier, str) or not re.fullmatch(r"\w+", identifier, re.ASCII):
        return Unknown("Statuspage has answered without the id of the incident")
    return Delivered(identifier, link if isinstance(link, str) and link.startswith("https://") else "")
