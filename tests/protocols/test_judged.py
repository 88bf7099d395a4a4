"""Sections of real documents, each judged by a person: to be done, to be read, or either."""

import json
from collections import Counter
from itertools import groupby
from operator import itemgetter

import pytest

from incident_tui.protocols.markdown import read
from tests.protocols.scoring import LABELS, SHARED

RUNBOOKS = SHARED / "corpus" / "runbooks"
SECTIONS = json.loads((LABELS / "judged.json").read_text())

pytestmark = pytest.mark.skipif(not RUNBOOKS.exists(), reason="the shared corpus is not here")


def test_sections_are_told_as_a_person_tells_them() -> None:
    counts: Counter[tuple[str, bool]] = Counter()
    for file, sections in groupby(SECTIONS, key=itemgetter("file")):
        protocol = read((RUNBOOKS / file).read_text(), file).protocol
        phases = {phase.line for phase in protocol.phases}
        counts += Counter((section["kind"], section["line"] in phases) for section in sections)
    right = counts["action", True] + counts["either", True]

    assert right / (right + counts["action", False]) >= 0.95, counts
    assert right / (right + counts["reference", True]) >= 0.92, counts
