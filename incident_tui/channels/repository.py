"""One file changed at the tip of a remote branch: made beside everybody's work tree, and pushed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Final

from msgspec import Struct

from incident_tui.channels.channel import Begin
from incident_tui.domain.text import clean_line

SHOWN: Final = 200
TRIES: Final = 2
SETTINGS: Final = ("gc.auto=0", "maintenance.auto=false", "core.quotePath=false")
ELSEWHERE: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")
SILENT: Final = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
    "LC_ALL": "C",
}
"""Nobody is asked for anything: what needs a password fails."""
STALE: Final = ("fetch first", "non-fast-forward", "stale info", "cannot lock ref", "failed to update ref")
LASTING: Final = (
    *("not a git repository (or any", "dubious ownership", "couldn't find remote ref", "no such remote"),
    *("authentication failed", "permission denied", "could not read username", "could not read password"),
    *("remote rejected", "unable to auto-detect email", "empty ident", "host key verification failed"),
)


class GitTrouble(Exception):
    """Why git has not done it, in one line; `passing` where trying again may help."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing


class Change(Struct, frozen=True):
    """A file as it is to be, under its path in the repository, and what the commit says; or that it is so already."""

    path: str
    content: str
    message: str
    there: bool = False


class Repository(Struct, frozen=True):
    """A clone on this machine, bare or not. Its work tree, index and branches stay as they are.

    `seconds` bound all of it.
    """

    path: str
    remote: str = "origin"
    branch: str = "main"
    seconds: float = 14.0

    def publish(self, edit: Callable[[Tip], Change], begin: Begin) -> Change:
        """Push what `edit` makes of the tip of the remote branch, at once or upon what somebody else pushed meanwhile.

        Nothing of it stays here where pushing fails, so that trying again begins anew. `begin` is called before the
        first push. Raises GitTrouble, what `edit` and what `begin` raise.
        """
        work = _Work(self, monotonic() + self.seconds)
        for attempt in range(TRIES):
            tip = Tip(work, work.fetched())
            change = edit(tip)
            if change.there:
                return change
            commit = tip.commit(change)
            if attempt == 0:
                begin()
            if work.pushed(commit):
                return change
        raise GitTrouble("others push to it all the time", passing=True)

    def knock(self) -> None:
        """Ask the remote for the branch. Raises GitTrouble."""
        work = _Work(self, monotonic() + self.seconds)
        if not work.run("ls-remote", "--heads", self.remote, f"refs/heads/{self.branch}").strip():
            raise GitTrouble(f"{self.remote} has no branch {self.branch}")


class Tip(Struct, frozen=True):
    """The remote branch as it is now."""

    _work: _Work
    _commit: str

    def names(self, folder: str) -> list[str]:
        """The files in a folder, by their paths in the repository. Raises GitTrouble."""
        found = self._work.run("ls-tree", "--name-only", "-z", self._commit, f"{folder.rstrip('/')}/")
        return [name for name in found.split("\0") if name]

    def read(self, path: str) -> str:
        """Raises GitTrouble where there is no such file."""
        return self._work.run("cat-file", "blob", f"{self._commit}:{path}")

    def commit(self, change: Change) -> str:
        """The name of a new commit with this change alone. Raises GitTrouble."""
        blob = self._work.run("hash-object", "-w", "--stdin", given=change.content).strip()
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self._work.run("read-tree", self._commit, environ=index)
            entry = f"100644,{blob},{change.path}"
            self._work.run("update-index", "--add", "--cacheinfo", entry, environ=index)
            tree = self._work.run("write-tree", environ=index).strip()
        return self._work.run("commit-tree", tree, "-p", self._commit, given=change.message).strip()


class _Work:
    """Git commands in one repository until a deadline."""

    def __init__(self, place: Repository, deadline: float) -> None:
        self._place = place
        self._deadline = deadline

    def fetched(self) -> str:
        """The name of the commit at the tip of the remote branch."""
        ours = f"refs/incident-tui/{self._place.branch}"
        spec = f"+refs/heads/{self._place.branch}:{ours}"
        self.run(
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-recurse-submodules",
            "--no-write-fetch-head",
            self._place.remote,
            spec,
        )
        return self.run("rev-parse", "--verify", f"{ours}^{{commit}}").strip()

    def pushed(self, commit: str) -> bool:
        """False where somebody else has pushed meanwhile."""
        spec = f"{commit}:refs/heads/{self._place.branch}"
        code, out, errors = self._run(
            ("push", "--porcelain", "--no-follow-tags", "--recurse-submodules=no", self._place.remote, spec)
        )
        if code and any(word in f"{out}{errors}" for word in STALE):
            return False
        if code:
            told = next((line for line in out.splitlines() if line.startswith("!")), "")
            raise _trouble(f"{errors}\n{told.rpartition(chr(9))[2]}")
        return True

    def run(self, *words: str, given: str = "", environ: Mapping[str, str] | None = None) -> str:
        """What a command prints. Raises GitTrouble."""
        code, out, errors = self._run(words, given, environ or {})
        if code:
            raise _trouble(errors)
        return out

    def _run(
        self, words: tuple[str, ...], given: str = "", environ: Mapping[str, str] | None = None
    ) -> tuple[int, str, str]:
        settings = [word for setting in SETTINGS for word in ("-c", setting)]
        try:
            process = subprocess.Popen(
                ["git", "-C", self._place.path, *settings, *words],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**_environ(), **(environ or {})},
                start_new_session=True,
            )
        except OSError as error:
            raise GitTrouble(f"git cannot be started: {error.strerror}") from None
        try:
            out, errors = process.communicate(given.encode(), timeout=max(0.05, self._deadline - monotonic()))
        except subprocess.TimeoutExpired:
            raise GitTrouble(f"git took longer than {self._place.seconds:g} s", passing=True) from None
        finally:
            _end(process)
        return process.returncode, out.decode("utf-8", "replace"), errors.decode("utf-8", "replace")


def _environ() -> dict[str, str]:
    return {**{name: value for name, value in os.environ.items() if name not in ELSEWHERE}, **SILENT}


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing of a command goes on, nor of what it has started, such as ssh."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None and not pipe.closed:
            pipe.close()


def _trouble(errors: str) -> GitTrouble:
    """What git said, on one line and without a password that stands in an address."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    telling = [line for line in lines if re.match(r"(fatal|error|remote):|\[", line)] or lines[-1:]
    words = re.sub(r"//[^/@\s]*@", "//…@", " ".join(clean_line("; ".join(telling)).split()))
    passing = not any(word in errors.lower() for word in LASTING)
    return GitTrouble(words[:SHOWN] or "git has failed", passing=passing)
