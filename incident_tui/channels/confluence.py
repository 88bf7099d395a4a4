"""Confluence in the cloud: a document becomes a page, and its next version as long as nobody else has edited it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import ClassVar, Final, Self

from msgspec import Struct

from incident_tui.channels.atlassian import Atlassian, late, object_of
from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.outcome import Delivered, Failed, Outcome, Unknown
from incident_tui.channels.posting import unlocked
from incident_tui.channels.reading import readable
from incident_tui.channels.sizes import fitted
from incident_tui.channels.storage import storage_of
from incident_tui.channels.telling import TEST
from incident_tui.config.addresses import base_of
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table
from incident_tui.domain.letters import Letter
from incident_tui.domain.text import clean_line
from incident_tui.web import Reply, Trouble

KEYS: Final = ("url", "email", "token", "space", "parent", "plain")
PAGES: Final = "/wiki/api/v2/pages"
TITLE: Final = 255
OURS: Final = "incident-tui"
ONLY: Final = "Confluence takes documents only; send a message somewhere else"
_HEADING: Final = re.compile(r"\s*#[ \t]+(?P<title>[^\n]*?)[ \t#]*(?:\n|\Z)")


class Page(Struct, frozen=True):
    """A page as it is to be; `mark` stands at its end, by which it is known again."""

    title: str
    markdown: str
    mark: str
    key: str

    @property
    def storage(self) -> str:
        return f"{storage_of(self.markdown)}<p><em>{escape(self.mark)} {self.key}</em></p>"


class Confluence(Struct, frozen=True):
    KIND: ClassVar[str] = "confluence"
    GROUP: ClassVar[str] = "wiki"
    FOLLOWS: ClassVar[bool] = False
    REPEATABLE: ClassVar[bool] = True

    name: str
    base: str
    email: str
    token: Secret
    space: str
    parent: str = ""
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(KEYS)
        base = base_of(table, example="https://example.atlassian.net").removesuffix("/wiki")
        email = table.text("email", "")
        if "@" not in email:
            raise table.expected("email", "the address that the token belongs to", 'email = "ops@example.com"')
        return cls(
            name,
            base,
            email,
            secret(table, "token"),
            _id(table, "space"),
            _id(table, "parent"),
            table.flag("plain", False),
        )

    def preview(self, letter: Letter) -> Preview:
        page = _page(letter)
        if page is None:
            return Preview(self._where, ONLY, ())
        note = "where the page is there from here already, this becomes its next version, unless people have edited it"
        parts = (("title", page.title), ("text", f"{page.markdown}\n\n{page.mark}"))
        return Preview(self._where, "new page", parts, notes=(note,))

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        page = _page(letter)
        if page is None:
            return Failed(ONLY)
        try:
            site = self._site()
        except Trouble as trouble:
            return Failed(trouble.reason)
        try:
            there = self._there(site, page)
        except Trouble as trouble:
            return Failed(trouble.reason, trouble.passing, trouble.after)
        if there is not None and page.key in _storage(there):
            return self._delivered(there)
        objection = None if there is None else _objection(there, page)
        if objection:
            return Failed(objection)
        # A title is in a space only once, and a version has its number: sent twice, it is refused.
        method, path = ("POST", PAGES) if there is None else ("PUT", f"{PAGES}/{there.get('id')}")
        reply = site.write(method, path, self._body(page, there), begin, repeatable=True)
        return self._ended(reply) if isinstance(reply, Reply) else reply

    def check(self) -> str:
        space = self._site().read(f"/wiki/api/v2/spaces/{self.space}")
        return f"the space “{clean_line(str(space.get('name')))}” is there"

    @property
    def _where(self) -> str:
        return f"Confluence, space {self.space}" + (f" below page {self.parent}" if self.parent else "")

    def _site(self) -> Atlassian:
        return Atlassian(self.base, self.email, unlocked(self.token), self.plain)

    def _there(self, site: Atlassian, page: Page) -> Mapping[str, object] | None:
        """The page with this title, also an archived one. Raises Trouble."""
        found = site.read(PAGES, {"space-id": self.space, "title": page.title, "body-format": "storage", "limit": "5"})
        listed = found.get("results")
        pages = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
        return next((item for item in pages if item.get("title") == page.title), None)

    def _body(self, page: Page, there: Mapping[str, object] | None) -> Mapping[str, object]:
        body: dict[str, object] = {
            "spaceId": self.space,
            "status": "current",
            "title": page.title,
            "body": {"representation": "storage", "value": page.storage},
        }
        if there is not None:
            version = {"number": _version(there)[0] + 1, "message": f"{OURS} {page.key}"}
            return {"id": str(there.get("id")), "version": version, **body}
        return {**body, "parentId": self.parent} if self.parent else body

    def _ended(self, reply: Reply) -> Outcome:
        if late(reply):
            return Failed("somebody else has edited the page in this moment", retryable=True)
        try:
            found = object_of(reply)
        except Trouble as trouble:
            return Unknown(trouble.reason)
        return self._delivered(found) if found.get("id") else Unknown(f"the answer names no page: {reply.glimpse}")

    def _delivered(self, page: Mapping[str, object]) -> Delivered:
        links = page.get("_links")
        path = str(links.get("webui") or "") if isinstance(links, dict) else ""
        return Delivered(str(page.get("id")), f"{self.base}/wiki{path}" if path.startswith("/") else "")


def _page(letter: Letter) -> Page | None:
    """The page of a document, titled by its first heading; none of other letters."""
    if letter.form not in ("document", "test"):
        return None
    facts, text = letter.facts, readable(letter.words)
    heading = _HEADING.match(text)
    if letter.form == "test":
        title = f"{TEST} · {letter.key}"
    elif heading is None or not heading["title"].strip():
        title = f"{facts.ref} {facts.title}"
    else:
        title, text = heading["title"], text[heading.end() :]
        title = title if facts.ref in title else f"{facts.ref} {title}"
    key = re.sub(r"[^0-9A-Za-z_-]", "", letter.key)
    return Page(fitted(title, TITLE, shaped=_one_line)[0], text.strip("\n"), f"{clean_line(facts.ref)}, {OURS}", key)


def _one_line(text: str) -> str:
    return " ".join(clean_line(readable(text)).split())


def _objection(there: Mapping[str, object], page: Page) -> str:
    """Why a page that is there is not to become another, if so."""
    number, message = _version(there)
    if there.get("status") not in (None, "current"):
        return f"a page “{page.title}” is {there.get('status')}; restore or rename it"
    if escape(page.mark) not in _storage(there):
        return f"a page “{page.title}” is there, and not from here; rename one of the two"
    if number != 1 and not message.startswith(OURS):
        return f"“{page.title}” has been edited by people; bring it up to date there, or give this another heading"
    return ""


def _version(page: Mapping[str, object]) -> tuple[int, str]:
    version = page.get("version")
    found = version if isinstance(version, dict) else {}
    number = found.get("number")
    return number if isinstance(number, int) else 0, str(found.get("message") or "")


def _storage(page: Mapping[str, object]) -> str:
    body = page.get("body")
    storage = body.get("storage") if isinstance(body, dict) else None
    return str(storage.get("value") or "") if isinstance(storage, dict) else ""


def _id(table: Table, key: str) -> str:
    """A number, as text or as it is. Raises ConfigError."""
    value = str(table.values.get(key, ""))
    if re.fullmatch(r"[0-9]{1,20}", value, re.ASCII) or (key == "parent" and not value):
        return value
    raise table.expected(key, "the number of it, which is not its key", f'{key} = "65537"')
