"""Other programs to be measured against, each in a throw-away environment of its own below build/."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from benchmarks._measure import PYTHON

FOLDER = Path(__file__).parents[1] / "build" / "peers"
SHOWN = "checkout worker-"
"""What stands in each line of the file that they show."""


class Peer(NamedTuple):
    """A program, what has to be got for it, and what is seen once its first frame is there; `{}` is the file."""

    name: str
    program: str
    needle: str
    packages: tuple[str, ...]
    arguments: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        return FOLDER / self.name / self.program

    def command(self, file: Path) -> tuple[str, ...]:
        """The command line that shows `file`, if it shows files."""
        return (str(self.path), *(str(file) if word == "{}" else word for word in self.arguments))


POSTING = Peer("posting", "bin/posting", "Send", ("posting", "tree-sitter<0.26"))
HARLEQUIN = Peer("harlequin", "bin/harlequin", "Catalog", ("harlequin",), ("--locale", "C.UTF-8"))
TOOLONG = Peer("toolong", "bin/tl", SHOWN, ("toolong",), ("{}",))
LNAV = Peer("lnav", "usr/bin/lnav", SHOWN, (), ("{}",))
PEERS = (POSTING, HARLEQUIN, TOOLONG, LNAV)


def had(*peers: Peer) -> list[Peer]:
    """Those that are there; says which are not."""
    for peer in peers:
        if not peer.path.exists():
            print(f"skipped: {peer.name} is not there (make bench-peers gets it where that is possible)", flush=True)
    return [peer for peer in peers if peer.path.exists()]


def get(peer: Peer) -> None:
    """Make its environment, unless it is there; says so where that is impossible."""
    if peer.path.exists():
        return
    folder = FOLDER / peer.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        if peer.packages:
            _run(PYTHON, "-m", "venv", str(folder))
            pip = (str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check")
            _run(*pip, "install", *peer.packages)
        else:  # a package of Debian, unpacked instead of installed, so that nothing but the folder has to go again
            _run("apt-get", "download", peer.name, cwd=folder)
            _run("dpkg", "-x", *(str(package) for package in folder.glob("*.deb")), str(folder))
    except (OSError, subprocess.SubprocessError) as problem:
        shutil.rmtree(folder)
        print(f"{peer.name} cannot be had: {str(problem)[:150]}", file=sys.stderr)


def _run(*command: str, cwd: Path | None = None) -> None:
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, timeout=600)


def write_lines(file: Path, count: int) -> None:
    """A log of so many lines, one a second, the last of which was just written."""
    began = datetime.now(UTC) - timedelta(seconds=count)
    with file.open("w") as target:
        for number in range(count):
            at = began + timedelta(seconds=number)
            target.write(f"{at:%Y-%m-%dT%H:%M:%SZ} {SHOWN}{number % 9} request {number} took {number % 900} ms\n")


if __name__ == "__main__":
    for each in PEERS:
        get(each)
