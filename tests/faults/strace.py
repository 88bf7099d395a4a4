"""Faults at exact system calls, by strace."""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest


@functools.cache
def missing() -> str:
    """Why strace cannot be used here; empty when it can."""
    strace = shutil.which("strace")
    if strace is None:
        return "strace is not installed"
    command = [strace, "-qq", "-e", "inject=fsync:error=EIO:when=1", "true"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"strace may not trace here: {done.stderr.strip()[:80]}"


needs_strace = pytest.mark.skipif(bool(missing()), reason=missing() or "strace works")


def injected(fault: str, command: Sequence[str], files: Sequence[Path] = ()) -> list[str]:
    """`command` with a fault such as `fdatasync:error=EIO:when=3`; with `files` only of calls that are about them."""
    call = fault.partition(":")[0]
    only = [word for file in files for word in ("-P", str(file))]
    return ["strace", "-f", "-qq", "-o", "/dev/null", *only, "-e", f"trace={call}", "-e", f"inject={fault}", *command]


def recorded(trace: Path, calls: Sequence[str], command: Sequence[str]) -> list[str]:
    """`command` with its system calls written to the file `trace`, all bytes in hexadecimal digits."""
    what = f"trace={','.join(calls)}"
    return ["strace", "-f", "-qq", "-xx", "-s", "200000", "-o", str(trace), "-e", what, *command]
