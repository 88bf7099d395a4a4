"""OpenStatus: one public status report, and an update of it for every approved message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Final, Self

from msgspec import Struct

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.outcome import Delivered, Failed, Outcome, Unknown
from incident_tui.channels.posting import posted
from incident_tui.channels.public import affected, cautions, named, refusal, status_of, title_of, words_of
from incident_tui.channels.servers import may_be_of
from incident_tui.config.addresses import base_of
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import ConfigError, Table
from incident_tui.domain.letters import Letter
from incident_tui.times import iso
from incident_tui.web import Ask, Limits, Reply, Trouble

ADDRESS: Final = "https://api.openstatus.dev"
SERVICE: Final = "/rpc/openstatus.status_report.v1.StatusReportService"
PAGES: Final = "/rpc/openstatus.status_page.v1.StatusPageService"
STATUS: Final = "STATUS_REPORT_STATUS_"
TITLE_LIMIT: Final = 255
TEXT_LIMIT: Final = 10_000
"""OpenStatus names no limits; these keep a page readable."""
READING: Final = Limits(connect=3.0, seconds=4.0)
LATE: Final = Limits(connect=3.0, seconds=6.0)
"""After looking, so that all of it stays within about 15 seconds."""
LOOKED_AT: Final = 20

Json = Mapping[str, object]


class OpenStatus(Struct, frozen=True):
    """`components` are ids on the page by our service; only a new report says which of them are affected.

    `notify`: whether OpenStatus mails the subscribers of the page.
    """

    KIND: ClassVar[str] = "openstatus"
    GROUP: ClassVar[str] = "status page"
    FOLLOWS: ClassVar[bool] = False
    REPEATABLE: ClassVar[bool] = False

    name: str
    page: int
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
        if "page" not in table.values:
            raise table.expected("page", "the number of a page", "page = 12")
        return cls(
            name,
            table.number("page", 1, 1, 2**53),
            secret(table, "token"),
            table.flag("notify", False),
            named(table, "components"),
            table.text("title", ""),
            base_of(table, ADDRESS),
            table.flag("plain", False),
        )

    def preview(self, letter: Letter) -> Preview:
        where = f"OpenStatus “{self.name}” (page {self.page}), public"
        cannot = refusal(letter)
        if cannot:
            return Preview(where, cannot, ())
        body, cut = self._body(letter)
        parts = [(name, str(body[name])) for name in ("title",) if name in body]
        parts += [("status", status_of(letter)), ("text", str(body["message"]))]
        components = affected(letter, self.components) if _opens(letter) else ()
        parts += [("components", ", ".join(components))] if components else []
        mails = "mails the subscribers of the page" if self.notify else "mails nobody (notify = false)"
        notes = (mails, *cautions(letter, str(body.get("title", "")), self.components, "components"))
        return Preview(where, _act(letter), tuple(parts), cut, notes)

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
        verb = "CreateStatusReport" if _opens(letter) else "AddStatusReportUpdate"
        asked = self._ask(f"{SERVICE}/{verb}", token, self._body(letter)[0])
        reply = posted(replace(asked, begin=begin, limits=LATE if letter.again else asked.limits))
        if not isinstance(reply, Reply):
            return reply
        if not _opens(letter):
            return Delivered(letter.card)
        try:
            number = _report(reply.json()).get("id")
        except Trouble as trouble:
            return Unknown(trouble.reason)
        return Delivered(str(number)) if number else Unknown("OpenStatus has answered without the id of the report")

    def check(self) -> str:
        try:
            asked = self._ask(f"{PAGES}/GetStatusPage", self.token.reveal(), {"id": str(self.page)})
        except ConfigError as error:
            raise Trouble(str(error), status=400) from None
        reply = posted(asked, repeatable=True)
        if not isinstance(reply, Reply):
            raise Trouble(reply.reason, status=400)
        page = _below(reply.json(), "statusPage")
        return f"page “{page.get('title', self.page)}” answers"

    def _body(self, letter: Letter) -> tuple[Json, str]:
        """What is sent, and what was cut."""
        message, cut = words_of(letter, TEXT_LIMIT)
        status = f"{STATUS}{status_of(letter).upper()}"
        body = {"status": status, "message": message, "date": iso(letter.at), "notify": self.notify}
        if not _opens(letter):
            return {"statusReportId": letter.card, **body}, cut
        title, cut_title = title_of(letter, self.title, TITLE_LIMIT)
        cut = ", ".join(f"{part} of the {of}" for part, of in ((cut_title, "title"), (cut, "text")) if part)
        components = list(affected(letter, self.components))
        return {"title": title, **body, "pageId": str(self.page), "pageComponentIds": components}, cut

    def _there(self, letter: Letter, token: str) -> Outcome | None:
        """Delivered where an earlier attempt has arrived, None where it has not.

        OpenStatus keeps nothing of ours with a report, so its title and its words have to tell.
        """
        title, message = (str(self._body(letter)[0].get(name, "")) for name in ("title", "message"))
        try:
            if not _opens(letter):
                return Delivered(letter.card) if self._has(letter.card, message, letter, token) else None
            reports = self._read("ListStatusReports", {"limit": LOOKED_AT}, token).get("statusReports")
            known = [report for report in reports if isinstance(report, dict)] if isinstance(reports, list) else []
            number = next((str(report.get("id")) for report in known if report.get("title") == title), "")
            if number and self._has(number, message, letter, token):
                return Delivered(number)
        except Trouble as trouble:
            return Failed(trouble.reason, trouble.passing, trouble.after)
        return None

    def _has(self, number: str, message: str, letter: Letter, token: str) -> bool:
        """Whether a report says it, with this letter and not with an earlier one. Raises Trouble."""
        updates = _report(self._read("GetStatusReport", {"id": number}, token)).get("updates")
        told = [item for item in updates if isinstance(item, dict)] if isinstance(updates, list) else []
        return any(item.get("message") == message and may_be_of(letter.key, item.get("date")) for item in told)

    def _read(self, verb: str, body: Json, token: str) -> Json:
        """Raises Trouble, also for an answer that is an error."""
        reply = posted(replace(self._ask(f"{SERVICE}/{verb}", token, body), limits=READING), repeatable=True)
        if isinstance(reply, Reply):
            found = reply.json()
            return found if isinstance(found, dict) else {}
        retryable = isinstance(reply, Failed) and reply.retryable
        raise Trouble(reply.reason, status=0 if retryable else 400)

    def _ask(self, path: str, token: str, body: Json) -> Ask:
        """A call as the Connect protocol has it: everything is a POST of JSON."""
        headers = {"x-openstatus-key": token, "connect-protocol-version": "1"}
        return Ask("POST", f"{self.url}{path}", headers=headers, body=body, secrets=(token,), plain=self.plain)


def _opens(letter: Letter) -> bool:
    return letter.form == "opening" or not (letter.card.isascii() and letter.card.isdecimal())


def _act(letter: Letter) -> str:
    if _opens(letter):
        return "makes a report on the page"
    return "resolves the report on the page" if status_of(letter) == "resolved" else "updates the report on the page"


def _report(found: object) -> Json:
    return _below(found, "statusReport")


def _below(found: object, name: str) -> Json:
    below = found.get(name) if isinstance(found, dict) else None
    return below if isinstance(below, dict) else {}
