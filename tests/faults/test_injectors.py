"""What cannot be injected is said, by `make faults` in a line, by single tests as the reason why they are skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.writers import HOUSE


def without_tools(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python where neither strace nor unshare can be found."""
    command = [sys.executable, "-m", *words]
    environ = {**os.environ, "PATH": str(tmp_path)}
    return subprocess.run(command, cwd=HOUSE, env=environ, capture_output=True, text=True, check=False)


def test_all_faults_together_need_every_injector(tmp_path: Path) -> None:
    done = without_tools(tmp_path, "tests.faults.injectors")

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "error: make faults cannot do all it should; faults at system calls: strace is not installed",
        "error: make faults cannot do all it should; full disks: unshare is not installed",
    ]


@pytest.mark.parametrize(
    ("file", "reason"),
    [("test_power_loss.py", "strace is not installed"), ("test_disk.py", "unshare is not installed")],
)
def test_a_single_run_says_why_it_skips(tmp_path: Path, file: str, reason: str) -> None:
    done = without_tools(tmp_path, "pytest", f"tests/faults/{file}", "-k", "cuts or full_disk")

    assert done.returncode == 0, done.stdout
    assert "SKIPPED" in done.stdout
    assert reason in done.stdout
