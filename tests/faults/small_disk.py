"""A small disk of memory that a program runs on, full or read-only from its start or from when the test wants it.

It is there for that program only and goes with it; what is to be seen afterwards lies elsewhere.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.ui.terminal import Terminal, environ

SCRIPT = """
mount -t tmpfs -o size=2m tmpfs "$DISK" && cp -R "$TEMPLATE/." "$DISK" || exit 99
mkdir "$DISK/tmp"
fill() { cat /dev/zero > "$DISK/ballast" 2>/dev/null; touch "$WORDS/full"; }
until_there() { while [ ! -e "$1" ]; do kill -0 $$ 2>/dev/null || exit; sleep 0.05; done; }
if [ -e "$WORDS/fill" ]; then fill; fi
if [ -e "$WORDS/read-only" ]; then mount -o remount,ro "$DISK" || exit 99; fi
follow() {
    until_there "$WORDS/fill"; [ -e "$WORDS/full" ] || fill
    until_there "$WORDS/free"; rm "$DISK/ballast"; touch "$WORDS/freed"
}
seal() {
    until_there "$WORDS/seal"  # what is open stays as it was opened
    mount --bind "$DISK" "$DISK" && mount -o remount,bind,ro "$DISK" && touch "$WORDS/sealed"
}
(seal) </dev/null >/dev/null 2>&1 &
(follow) </dev/null >/dev/null 2>&1 &
exec "$@"
"""


@dataclass(frozen=True)
class SmallDisk:
    """Below `folder`; a program finds there a copy of the home `template`.

    `passing` is where it may keep texts that the disk does not take: elsewhere, or on the same disk.
    """

    folder: Path
    template: Path
    passing: str = "elsewhere"

    @property
    def home(self) -> Path:
        return self.folder / "disk"

    @property
    def elsewhere(self) -> Path:
        return self.folder / "elsewhere"

    def make(self) -> SmallDisk:
        for folder in (self.home, self.elsewhere, self.words):
            folder.mkdir(parents=True)
        return self

    @property
    def words(self) -> Path:
        """Where the test and the disk tell each other what is to be, and what is."""
        return self.folder / "words"

    @property
    def before(self) -> list[str]:
        """What a program is run by."""
        return ["unshare", "-Urm", "sh", "-c", SCRIPT, "sh"]

    @property
    def env(self) -> Mapping[str, str]:
        passing = self.elsewhere if self.passing == "elsewhere" else self.home / "tmp"
        told = {"DISK": self.home, "TEMPLATE": self.template, "WORDS": self.words, "TMPDIR": passing}
        return {**environ(self.home), **{name: str(path) for name, path in told.items()}}

    def is_to_be(self, state: str, done: str, terminal: Terminal | None = None) -> None:
        """Tell the disk; a terminal is read until it is done."""
        (self.words / state).touch()
        if terminal is not None:
            terminal.until(lambda _: (self.words / done).exists(), f"a disk that is {done}", 60)

    def opened(self, program: str = "") -> Terminal:
        return Terminal(self.home, program=program, before=self.before, env=self.env)

    def run(self, *words: str, stdin: str = "", program: str = "") -> subprocess.CompletedProcess[str]:
        """A verb on a disk that is full, once `is_to_be` has said so."""
        code = ["-c", program] if program else ["-m", "incident_tui"]
        command = [*self.before, sys.executable, *code, *words]
        return subprocess.run(
            command, input=stdin, capture_output=True, text=True, env=self.env, check=False, timeout=300
        )

    def kept_elsewhere(self) -> list[str]:
        return sorted(file.read_text() for file in self.elsewhere.glob("*/*.txt"))
