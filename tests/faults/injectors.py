"""Whether all is here by which `make faults` does harm: what it cannot inject it must not pass.

usage: injectors.py; exit code 1 and a line for each that is missing. A run of pytest skips what it cannot inject.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.faults import small_disk, strace


def missing() -> list[str]:
    """What cannot be injected here, and why."""
    proc = "" if Path("/proc/self/stat").exists() else "the system has no /proc"
    needed = {
        "faults at system calls": strace.missing(),
        "full disks": small_disk.missing(),
        "processes of others": proc,
    }
    return [f"{what}: {why}" for what, why in needed.items() if why]


def main() -> int:
    for line in missing():
        print(f"error: make faults cannot do all it should; {line}", file=sys.stderr)
    return int(bool(missing()))


if __name__ == "__main__":
    sys.exit(main())
