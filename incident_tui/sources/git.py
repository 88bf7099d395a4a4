"""A repository on this machine: what changed lately, or between the last two releases."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, Final, Self

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.config.table import Table
from incident_tui.sources.asking import question
from incident_tui.sources.panel import Panel, Question, Row
from incident_tui.sources.reading import block, line, moment
from incident_tui.sources.source import Scene
from incident_tui.times import iso
from incident_tui.web import Trouble

SECONDS = 5
COMMITS = 50
FIELDS: Final = "%H %cI %an%n%B"
# Nothing that the repository says of itself is run: no hooks, monitors, signatures, pagers, and nothing is fetched.
SAFE: Final = (
    "--no-pager",
    "--no-optional-locks",
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "log.showSignature=false",
    "-c", "protocol.allow=never",
)  # fmt: skip
QUIET: Final = {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C.UTF-8"}


class Git(Struct, frozen=True):
    KIND: ClassVar[str] = "git"
    HINT: ClassVar[str] = "it takes no links; its name asks what changed"

    name: str
    path: Path
    branch: str = "HEAD"
    releases: str = ""
    since: timedelta = timedelta(hours=24)

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """`releases` is a pattern of tags, such as v*; without it, what is newer than `since` is shown.

        Raises ConfigError.
        """
        table.only(("path", "branch", "releases", "since"))
        path = table.text("path", "")
        if not path:
            raise table.expected("path", "the folder of a repository", 'path = "~/src/shop"')
        return cls(
            name,
            Path(path).expanduser(),
            table.text("branch", "HEAD"),
            table.text("releases", ""),
            table.duration("since") if "since" in table.values else timedelta(hours=24),
        )

    @property
    def places(self) -> tuple[str, ...]:
        return ()

    def standing(self, scene: Scene) -> tuple[Question, ...]:
        lately = self._asks("Recent changes", scene, self._lately, self.branch)
        if not self.releases:
            return (lately,)
        return (self._asks("Changes of the latest release", scene, self._released, self.releases), lately)

    def about(self, link: str, scene: Scene) -> tuple[Question, ...]:
        """Two versions such as `v1.2..v1.3` ask for what is between them."""
        base, dots, head = link.partition("..")
        head = head.removeprefix(".")
        if not dots or not base or not head or re.search(r"\s|://", link):
            return ()
        return (self._asks("Changes", scene, lambda blank: self._between(blank, base, head), link),)

    def check(self) -> str:
        return f"{self.path} is at {self._commit(self.branch)[:10]}"

    def _asks(self, title: str, scene: Scene, fill: Callable[[Panel], Panel], query: str) -> Question:
        return question(self.name, title, scene, fill, (), query)

    def _lately(self, blank: Panel) -> Panel:
        since = blank.asked_at - self.since
        rows = self._log(self._commit(self.branch), since=since)
        query = f"git log --since={iso(since)} {self.branch}"
        return _filled(replace(blank, query=query, since=since, until=blank.asked_at), rows)

    def _released(self, blank: Panel) -> Panel:
        """What is in the newest release and not in the one before it."""
        told = self._run(
            "for-each-ref", "--sort=-creatordate", "--count=2", "--format=%(refname:short)", "--end-of-options",
            f"refs/tags/{self.releases}",
        )  # fmt: skip
        names = told.split("\n")[:2] if told else []
        names = [name for name in names if name]
        if len(names) < 2:
            raise Trouble(f"fewer than two tags match {self.releases}")
        return self._between(blank, f"refs/tags/{names[1]}", f"refs/tags/{names[0]}")

    def _between(self, blank: Panel, base: str, head: str) -> Panel:
        query = f"git log {base.removeprefix('refs/tags/')}..{head.removeprefix('refs/tags/')}"
        return _filled(replace(blank, query=query), self._log(f"{self._commit(base)}..{self._commit(head)}"))

    def _commit(self, version: str) -> str:
        """The commit that a name means. Only this goes on into other commands, whatever the name looks like."""
        found = self._run("rev-parse", "--verify", "--end-of-options", f"{version}^{{commit}}").strip()
        if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", found):
            raise Trouble(f"{line(version)} is no version in {self.path}")
        return found

    def _log(self, commits: str, since: datetime | None = None) -> tuple[Row, ...]:
        options = [f"--since={iso(since)}"] if since else []
        told = self._run(
            "log", "-z", "--no-color", "--no-ext-diff", "--no-notes", f"--max-count={COMMITS}", f"--format={FIELDS}",
            *options, "--end-of-options", commits, "--",
        )  # fmt: skip
        return tuple(_row(record) for record in told.split("\0") if record.strip("\n"))

    def _run(self, *words: str) -> str:
        """What git says. Raises Trouble."""
        try:
            done = subprocess.run(
                ["git", "-C", os.fspath(self.path), *SAFE, *words],
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=SECONDS,
                env={key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | QUIET,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Trouble(f"git does not answer within {SECONDS} s in {self.path}") from None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "a name holds characters that no version has"
            raise Trouble(f"git cannot be run: {reason}") from None
        if done.returncode:
            raise Trouble(f"git: {line(done.stderr.decode('utf-8', 'replace'), limit=200) or done.returncode}")
        return done.stdout.decode("utf-8", "replace")


def _filled(blank: Panel, rows: tuple[Row, ...]) -> Panel:
    return replace(
        blank,
        rows=rows or (Row("nothing changed", tone="muted", note=True),),
        partial=f"only the latest {COMMITS}" if len(rows) >= COMMITS else "",
    )


def _row(record: str) -> Row:
    """A commit in the form of FIELDS. A name holds no end of line, so that nothing in it passes for another field."""
    told, _, message = record.partition("\n")
    commit, when, author = (*told.split(" ", 2), "", "")[:3]
    title, _, body = message.partition("\n")
    words = filter(None, (line(commit)[:10], line(title) or "no message", line(author)))
    return Row(" · ".join(words), block(body.strip("\n")), at=moment(when))
