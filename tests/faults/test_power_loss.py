"""What was acknowledged survives the loss of power at any moment, because each commit waits for the disk."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from incident_tui.journal import JournalError
from tests.faults.appender import paths_below
from tests.faults.power import CALLS, Step, disk_at, steps_of
from tests.faults.strace import needs_strace, recorded
from tests.faults.writers import HOUSE, acknowledged, appender, sound

pytestmark = needs_strace


def steps_of_a_writer(folder: Path, count: int, *more: str) -> list[Step]:
    """All that a writer did to a new home of its own."""
    trace = folder / "trace"
    command = recorded(trace, CALLS, appender(folder / "home", count, *more))
    subprocess.run(command, cwd=HOUSE, check=True, capture_output=True)
    steps = steps_of(trace, paths_below(folder / "home").database)
    assert {"write", "sync", "say"} <= {step.what for step in steps}
    return steps


def cut(steps: list[Step], moment: int, home: Path, chance: Random) -> set[str]:
    """Let the power fail at `moment`; what was acknowledged before and is not in `home` afterwards.

    Where the journal cannot be opened then, it is the reason.
    """
    disk = disk_at(steps, moment)
    database = paths_below(home).database
    database.parent.mkdir(parents=True)
    for name, content in disk.after_the_cut(chance).items():
        (database.parent / Path(name).name).write_bytes(content)
    try:
        return acknowledged(disk.said) - sound(home)
    except JournalError as error:
        return {str(error)}
    finally:
        shutil.rmtree(home)


def losses(folder: Path, steps: list[Step], cuts: int) -> list[int]:
    """The moments at which entries were lost that had been acknowledged."""
    chance = Random(cuts)
    moments = [chance.randrange(1, len(steps) + 1) for _ in range(cuts)]
    return [moment for moment in moments if cut(steps, moment, folder / "after", chance)]


def test_thirty_cuts(tmp_path: Path) -> None:
    assert losses(tmp_path, steps_of_a_writer(tmp_path, 60), 30) == []


def test_the_test_notices_when_commits_do_not_wait_for_the_disk(tmp_path: Path) -> None:
    assert losses(tmp_path, steps_of_a_writer(tmp_path, 60, "entry", "normal"), 10) != []


@pytest.mark.parametrize("above", [0, 1, 2], ids=["the folder", "its parent", "the parent of that"])
def test_the_test_notices_a_folder_whose_names_are_not_on_the_disk(tmp_path: Path, above: int) -> None:
    steps = steps_of_a_writer(tmp_path, 60)
    folder = str(paths_below(tmp_path / "home").database.parents[above])
    careless = [step for step in steps if (step.what, step.file) != ("sync", folder)]
    assert len(careless) < len(steps)

    assert losses(tmp_path, careless, 10) != []


@pytest.mark.faults
def test_a_thousand_cuts(tmp_path: Path) -> None:
    """With enough entries for the log to be moved into the database in between."""
    steps = steps_of_a_writer(tmp_path, 1000)
    database = str(paths_below(tmp_path / "home").database)
    assert sum(step.what == "write" and step.file == database for step in steps) > 100

    assert losses(tmp_path, steps, 1000) == []


@pytest.mark.faults
def test_cuts_at_every_moment_of_the_first_start(tmp_path: Path) -> None:
    """The making of the tables may be interrupted anywhere; the next start goes on from there."""
    steps = steps_of_a_writer(tmp_path, 3)
    chance = Random(3)

    lost = [moment for moment in range(len(steps) + 1) for _ in range(3) if cut(steps, moment, tmp_path / "x", chance)]

    assert lost == []
