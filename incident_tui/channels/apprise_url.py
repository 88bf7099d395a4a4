"""Everything that Apprise can reach and no class here can: one address, one outcome, no edits and no threads."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, ClassVar, Final, Self

from msgspec import Struct

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.outcome import Delivered, Failed, Outcome, Unknown
from incident_tui.channels.posting import unlocked
from incident_tui.channels.sizes import fitted
from incident_tui.channels.telling import harmless, impossible, in_zone, rows_of, title_of, words_of
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table
from incident_tui.domain.letters import Letter
from incident_tui.web import Trouble

if TYPE_CHECKING:
    from apprise import NotifyBase

OURS: Final = {
    "discord": "discord",
    "slack": "slack",
    "workflows": "teams",
    "msteams": "teams",
    "mattermost": "mattermost",
    "ntfy": "ntfy",
    "email": "email",
    "pagerduty": "pagerduty",
    "github": "github",
    "jira": "jira",
}
"""Services that have a kind of their own, by the name of Apprise's module: there mentions and limits are kept."""
TEXT, TITLE = 2_000, 200
NOTES: Final = (
    "Apprise writes it in the way of the service, and may shorten it",
    "mentions are broken by an invisible space; what else the service reads as markup is not known here",
)


class AppriseUrl(Struct, frozen=True):
    """`url` is one of Apprise's addresses, a secret as a whole."""

    KIND: ClassVar[str] = "apprise"
    GROUP: ClassVar[str] = "other"
    FOLLOWS: ClassVar[bool] = False
    REPEATABLE: ClassVar[bool] = False

    name: str
    url: Secret

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("url",))
        return cls(name, secret(table, "url"))

    def preview(self, letter: Letter) -> Preview:
        where = f"Apprise “{self.name}”"
        objection = impossible(letter, "Apprise")
        if objection is not None:
            return Preview(where, "is not sent", (), notes=(objection.reason,))
        title, text, cut = _told(letter)
        return Preview(where, "new message", (("title", title), ("text", text)), cut, NOTES)

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        objection = impossible(letter, "Apprise")
        if objection is not None:
            return objection
        try:
            service = self._service()
        except Trouble as trouble:
            return Failed(trouble.reason)
        title, text, _ = _told(letter)
        begin()
        if _notified(service, title, text):
            return Delivered()
        return Unknown(f"{service.service_name}: Apprise says only that it failed, not why, nor how far it got")

    def check(self) -> str:
        service = self._service()
        return f"an address of {service.service_name}; only a test message shows whether it is taken"

    def _service(self) -> NotifyBase:
        """Raises Trouble."""
        url = unlocked(self.url)
        try:
            from apprise import Apprise, AppriseAsset
        except ModuleNotFoundError:
            raise Trouble("Apprise is not installed; it is the extra apprise") from None
        # Its log may hold addresses, and none of it may reach the screen.
        logging.getLogger("apprise").propagate = False
        # A limit of seconds would move the sending into another thread, which goes on after it.
        asset = AppriseAsset(
            app_id="incident-tui",
            async_mode=False,
            service_timeout=0,
            http_redirects=False,
            storage_mode="memory",
            allow_templates=False,
        )
        service = Apprise.instantiate(url, asset=asset)
        if service is None:
            raise Trouble(f"{self.url.place} is no address that Apprise knows")
        parts = type(service).__module__.split(".")
        kind = OURS.get(parts[2], "") if len(parts) > 2 else ""
        if kind:
            raise Trouble(f"{self.url.place} is an address of {service.service_name}; use kind = “{kind}” for it")
        return service


def _told(letter: Letter) -> tuple[str, str, str]:
    """Title, text, and what was cut."""
    title, _ = fitted(title_of(letter), TITLE, shaped=harmless)
    promised = [f"{name}: {value}" for name, value in rows_of(letter, in_zone(letter)) if name == "Next update"]

    def whole(words: str) -> str:
        return "\n".join([harmless(words), *promised]).strip() or "–"

    text, cut = fitted(words_of(letter), TEXT, shaped=whole)
    return title, text, cut


def _notified(service: NotifyBase, title: str, text: str) -> bool:
    """In this thread, once, as one message."""
    from apprise import Apprise, NotifyFormat, NotifyType
    from apprise.common import OverflowMode

    service.overflow_mode = OverflowMode.TRUNCATE
    sender = Apprise(asset=service.asset)
    sender.add(service)
    try:
        return bool(sender.notify(text, title=title, notify_type=NotifyType.WARNING, body_format=NotifyFormat.TEXT))
    except Exception:  # they are by many hands, and what they raise may hold the address  # noqa: BLE001
        return False
