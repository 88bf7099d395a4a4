"""Disks of some megabytes, mounted by an ordinary user in a namespace of its own."""

from __future__ import annotations

import functools
import subprocess

import pytest


@functools.cache
def missing() -> str:
    """Why no small disk can be made here; empty when it can."""
    command = ["unshare", "-Urm", "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/mnt"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unshare is not installed"
    return "" if done.returncode == 0 else f"no file system may be mounted here: {done.stderr.strip()[:80]}"


needs_namespace = pytest.mark.skipif(bool(missing()), reason=missing() or "mounting works")
