"""cState: a status page that is a Git repository; each incident is one file, which every message adds to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import ClassVar, Final, Self

from msgspec import Struct

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.cstate_page import (
    ByHand,
    is_over,
    opening,
    page_of,
    plain,
    severity_of,
    text_with,
    words_with_status,
)
from incident_tui.channels.outcome import Delivered, Failed, Outcome
from incident_tui.channels.public import UNTITLED, affected, cautions, named, refusal, status_of, title_of
from incident_tui.channels.repository import Change, GitTrouble, Repository, Tip
from incident_tui.config.table import Table
from incident_tui.domain.letters import Letter
from incident_tui.web import Trouble

TITLE_LIMIT: Final = 200
NAME: Final = r"(?!-)[\w.-]+(?:/[\w.-]+)*"


class CState(Struct, frozen=True):
    """`systems` are the names that the page has for our services; `site` is its address, "" where it is not told."""

    KIND: ClassVar[str] = "cstate"
    GROUP: ClassVar[str] = "status page"
    FOLLOWS: ClassVar[bool] = False
    REPEATABLE: ClassVar[bool] = True

    name: str
    repository: Repository
    systems: Mapping[str, str]
    folder: str = "content/issues"
    title: str = ""
    site: str = ""

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("path", "remote", "branch", "folder", "systems", "title", "site"))
        path = table.text("path", "")
        if not path:
            raise table.expected("path", "the folder of a clone", 'path = "~/status-page"')
        site = table.text("site", "").rstrip("/")
        if site and not site.startswith(("https://", "http://")):
            raise table.expected("site", "the address of the page", 'site = "https://status.example.com"')
        repository = Repository(
            str(Path(path).expanduser()), _named(table, "remote", "origin"), _named(table, "branch", "main")
        )
        folder = _named(table, "folder", "content/issues")
        return cls(name, repository, named(table, "systems"), folder, table.text("title", ""), site)

    def preview(self, letter: Letter) -> Preview:
        where = f"cState “{self.name}” ({self.repository.remote}/{self.repository.branch}), public"
        cannot = refusal(letter)
        if cannot:
            return Preview(where, cannot, ())
        title, cut_title = title_of(letter, self.title, TITLE_LIMIT)
        words, cut = words_with_status(letter)
        systems = affected(letter, self.systems)
        parts = [("title", plain(title))] if not letter.card else []
        parts += [("severity", severity_of(letter)), ("resolved", "yes" if is_over(letter) else "no")]
        parts += [("affected", ", ".join(systems))] if systems else []
        cut = ", ".join(
            f"{part} of the {of}"
            for part, of in ((cut_title if not letter.card else "", "title"), (cut, "text"))
            if part
        )
        act = "adds to the file of the incident" if letter.card else "adds a file for the incident"
        notes = (
            "with the time of sending, and public once the page is built",
            *cautions(letter, title, self.systems, "systems"),
        )
        return Preview(where, f"{act}, and pushes it", (*parts, ("text", words)), cut, notes)

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        cannot = refusal(letter)
        if cannot:
            return Failed(cannot)
        try:
            change = self.repository.publish(lambda tip: self._change(letter, tip), begin)
        except GitTrouble as trouble:
            return Failed(f"{self.name}: {trouble.reason}", retryable=trouble.passing)
        stem = change.path.rpartition("/")[2].removesuffix(".md")
        return Delivered(change.path, f"{self.site}/issues/{stem}/" if self.site else "")

    def check(self) -> str:
        try:
            self.repository.knock()
        except GitTrouble as trouble:
            raise Trouble(f"{self.name}: {trouble.reason}", status=0 if trouble.passing else 400) from None
        return f"{self.repository.remote} answers, and has the branch {self.repository.branch}"

    def _known(self, tip: Tip, letter: Letter) -> str:
        """The file of this incident, "" where there is none yet."""
        ending = f"{_slug(letter)}.md"
        return next((path for path in tip.names(self.folder) if path.endswith(ending)), "")

    def _path(self, letter: Letter) -> str:
        began = letter.facts.began_at
        day = f"{began.astimezone(UTC):%Y-%m-%d}-" if began else ""
        return f"{self.folder}/{day}{_slug(letter)}.md"

    def _change(self, letter: Letter, tip: Tip) -> Change:
        """The file with this letter, or as it is where it has it already. Raises GitTrouble."""
        # Where the file is gone, nobody has been shown what the incident is called by now.
        title = title_of(letter, self.title or UNTITLED if letter.card else self.title, TITLE_LIMIT)[0]
        known = self._known(tip, letter)
        path, old = known or self._path(letter), tip.read(known) if known else ""
        try:
            page = page_of(old) if old else opening(letter, title)
        except ByHand as error:
            raise GitTrouble(f"{path} {error}") from None
        message = f"{page.title or UNTITLED}: {status_of(letter)}\n"
        there = letter.key in page.letters
        return Change(path, old if there else text_with(page, letter, affected(letter, self.systems)), message, there)


def _slug(letter: Letter) -> str:
    return re.sub(r"[^a-z0-9-]", "-", letter.facts.ref.lower())


def _named(table: Table, key: str, default: str) -> str:
    value = table.text(key, default)
    if not re.fullmatch(NAME, value, re.ASCII) or ".." in value:
        raise table.expected(key, "a name", f'{key} = "{default}"')
    return value
