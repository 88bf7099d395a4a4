"""cState: a status page that is a Git repository; each incident is one file, which every message adds to."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Final, Self

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.outcome import Delivered, Failed, Outcome
from incident_tui.channels.public import affected, cautions, named, refusal, status_of, title_of, words_of
from incident_tui.channels.repository import Change, GitTrouble, Repository, Tip
from incident_tui.config.table import Table
from incident_tui.domain.letters import Letter
from incident_tui.web import Trouble

SEVERITY: Final = {1: "down", 2: "disrupted", 3: "disrupted", 4: "notice"}
TITLE_LIMIT: Final = 200
TEXT_LIMIT: Final = 20_000
OURS: Final = ("lastmod", "severity", "resolved", "resolvedWhen", "affected", "letters")
NAME: Final = r"(?!-)[\w.-]+(?:/[\w.-]+)*"


@dataclass(frozen=True, slots=True)
class CState:
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
        from pathlib import Path

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
        entry, cut = entry_of(letter)
        systems = affected(letter, self.systems)
        parts = [("title", plain(title))] if not letter.card else []
        parts += [("severity", _severity(letter)), ("resolved", "yes" if _over(letter) else "no")]
        parts += [("affected", ", ".join(systems))] if systems else []
        cut = ", ".join(
            f"{part} of the {of}"
            for part, of in ((cut_title if not letter.card else "", "title"), (cut, "text"))
            if part
        )
        act = "adds to the file of the incident" if letter.card else "adds a file for the incident"
        notes = ("public once the page is built", *cautions(letter, title, self.systems, "systems"))
        return Preview(where, f"{act}, and pushes it", (*parts, ("text", entry)), cut, notes)

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        cannot = refusal(letter)
        if cannot:
            return Failed(cannot)
        paths: list[str] = []

        def edit(tip: Tip) -> Change | None:
            known = self._known(tip, letter)
            paths[:] = [known or self._path(letter)]
            return self._change(letter, paths[0], tip.read(known) if known else "")

        try:
            self.repository.publish(edit, begin)
        except GitTrouble as trouble:
            return Failed(f"{self.name}: {trouble.reason}", retryable=trouble.passing)
        stem = paths[0].rpartition("/")[2].removesuffix(".md")
        return Delivered(paths[0], f"{self.site}/issues/{stem}/" if self.site else "")

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

    def _change(self, letter: Letter, path: str, old: str) -> Change | None:
        """None where the file has this letter already. Raises GitTrouble."""
        title = plain(title_of(letter, self.title, TITLE_LIMIT)[0])
        known = _parsed(old, path) if old else Page(_opening(letter, title), "", {})
        letters = _texts(known.ours.get("letters"))
        if letter.key in letters:
            return None
        ours: dict[str, object] = {
            "lastmod": _moment(letter.at),
            "severity": _severity(letter),
            "resolved": _over(letter),
            "resolvedWhen": (known.ours.get("resolvedWhen") or _moment(letter.at)) if _over(letter) else "",
            "affected": list(dict.fromkeys((*_texts(known.ours.get("affected")), *affected(letter, self.systems)))),
            "letters": [*letters, letter.key],
        }
        lines = [*known.theirs, *(f"{name}: {_quoted(value)}" for name, value in ours.items())]
        body = "\n\n".join(part for part in (entry_of(letter)[0], known.body.strip()) if part)
        content = "---\n" + "\n".join(lines) + "\n---\n\n" + body + "\n"
        return Change(path, content, f"{title}: {status_of(letter)}\n")


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the page: the lines of its front matter that are not ours, its text, and what is ours."""

    theirs: tuple[str, ...]
    body: str
    ours: Mapping[str, object]


def entry_of(letter: Letter) -> tuple[str, str]:
    """What a letter adds to the text of the page, newest first, and what was cut of it."""
    words, cut = words_of(letter, TEXT_LIMIT)
    told = inert(words)
    track = f'{{{{< track "{_moment(letter.at)}" >}}}}'
    return f"*{status_of(letter).capitalize()}* - {told}{chr(10) * 2 if chr(10) in told else ' '}{track}", cut


def inert(text: str) -> str:
    """Without shortcodes of Hugo, one of which that is unknown keeps the whole page from being built."""
    return re.sub(r"\{(?=[{])", "{ ", text)


def plain(title: str) -> str:
    """Without what the page's own templates do not escape: quotation marks, backslashes, what is not printed."""
    marked = title.replace('"', "”").replace("\\", "/")
    return inert("".join(sign for sign in marked if sign.isprintable()))


def _opening(letter: Letter, title: str) -> tuple[str, ...]:
    began = _moment(letter.facts.began_at or letter.at)
    return (f"title: {_quoted(title)}", f"date: {_quoted(began)}", f"section: {_quoted('issue')}")


def _parsed(text: str, path: str) -> Page:
    """Raises GitTrouble where the file has no front matter that we can add to."""
    found = re.match(r"---\n(?P<head>.*?\n)---[ \t]*(?:\n|$)(?P<body>.*)", text.replace("\r\n", "\n"), re.DOTALL)
    if found is None:
        raise GitTrouble(f"{path} has no front matter between lines of ---; it was changed by hand")
    theirs: list[str] = []
    ours: dict[str, object] = {}
    mine = False
    for line in found["head"].splitlines():
        key, colon, value = line.partition(":")
        if colon and re.fullmatch(r"\w+", key):
            mine = key in OURS
            if mine:
                ours[key] = _value(value)
        if not mine:
            theirs.append(line)
    return Page(tuple(theirs), found["body"], ours)


def _value(text: str) -> object:
    """A value as we have written it; None for what others have made of it."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _quoted(value: object) -> str:
    """JSON, which is YAML that needs no guessing: `off` stays a text."""
    return json.dumps(value, ensure_ascii=False)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _slug(letter: Letter) -> str:
    return re.sub(r"[^a-z0-9-]", "-", letter.facts.ref.lower())


def _over(letter: Letter) -> bool:
    return status_of(letter) == "resolved"


def _severity(letter: Letter) -> str:
    return SEVERITY.get(letter.facts.severity, "notice")


def _named(table: Table, key: str, default: str) -> str:
    value = table.text(key, default)
    if not re.fullmatch(NAME, value, re.ASCII) or ".." in value:
        raise table.expected(key, "a name", f'{key} = "{default}"')
    return value
