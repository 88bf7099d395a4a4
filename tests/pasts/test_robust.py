"""Whatever a document holds, it is read, and what comes of it is safe to show and to store."""

import random
import string
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain.decide import Refused
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.domain.text import has_controls
from incident_tui.journal.codec import from_row, to_row
from incident_tui.pasts import read
from incident_tui.pasts.building import Entering, events_of
from incident_tui.pasts.stamps import stamp_of
from tests.pasts.shared import FILES

NOW = datetime(2026, 11, 21, 14, 5, 7, tzinfo=UTC)
SAMPLE = """# Outage of 2024-03-13

All times in CET (UTC+1). Severity: SEV2. Time to detection: 4 minutes

## Timeline

| Time | Who | Event |
|---|---|---|
| 2024-03-13 23:58 - 00:10 | lee | alert fired |
| 14:?? | kim | ca. here |

- [03-14 02:50] **outage starts** (13:14 EDT / 17:14 UTC)
  - nested `code`

### ~13:30-13:45

```
00:25 AM log
```

### 2X:XX (not sure)

> lee [1:46 PM]
hello
"""
PIECES = st.sampled_from([
    *SAMPLE.split(), "\n", "\n## Timeline\n", "- ", "| ", "```\n", "### ", "99:99", "0000-00-00", "9999-12-31 24:00",
    "0001-01-01 00:00", "31/31", "Feb 30", "UTC+99", "UTC-14", "Foo/Bar", "\x1b[31m", "\u202e", "[/x]", "\udcff", "{{",
    "١٢:٣٠",
])  # fmt: skip


def check(text: str, name: str = "x.md") -> None:
    for told in read(text, name):
        for event in told.events:
            assert event.occurred is None or datetime.fromisoformat(event.occurred)
            assert not has_controls(event.text)
        assert not has_controls(told.title)
        events = events_of(told, Entering("0badcafe", "dana", NOW, "Europe/Berlin"), ())
        if not isinstance(events, Refused):
            assert [from_row(to_row(event)) for event in events] == list(events)
            assert fold(events, Incident(events[0].id)).status == "closed"


@given(st.lists(PIECES, max_size=60).map(" ".join))
def test_pieces_of_timelines(text: str) -> None:
    check(text)


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    check(text, text[:50])
    check(f"## Timeline\n\n- {text}\n- 10:00 {text}", "2024-03-13.md")


@given(st.text(st.sampled_from("0123456789:.-/ TZapm?X~UC+[](){}"), max_size=30))
def test_what_looks_like_a_time(text: str) -> None:
    found = stamp_of(text)
    check(f"## Timeline\n\n- {text} text\n- {text}", "2024-03-13.md")

    assert found is None or 0 < found.length <= len(text)


@given(st.integers(0, len(SAMPLE)), st.integers(0, 40), st.text(string.printable, max_size=5))
def test_a_damaged_document(at: int, gone: int, put: str) -> None:
    check(SAMPLE[:at] + put + SAMPLE[at + gone :], "2024-03-13.md")


@pytest.mark.skipif(not FILES, reason="the shared corpus is not here")
@given(st.randoms(use_true_random=False))
def test_real_documents_damaged(chance: random.Random) -> None:
    file = chance.choice(FILES)
    lines = file.read_text().split("\n")
    for _ in range(chance.randrange(1, 20)):
        place = chance.randrange(len(lines))
        line = lines[place]
        cut = chance.randrange(len(line) + 1)
        lines[place] = chance.choice([line[:cut], line[cut:], line + lines[chance.randrange(len(lines))], "", line * 2])

    check("\n".join(lines), file.name)


HOSTILE = "[/x] [bold] \x1b[31mred\x1b]0;title\x07 \u202eevil\u2066 \x00 <script>alert(1)</script>"


def test_hostile_text_is_only_text() -> None:
    (told,) = read(f"# {HOSTILE}\n\n## Timeline (UTC)\n\n- 2024-03-13 10:00 {HOSTILE}\n- @{HOSTILE} 10:05 x\n", HOSTILE)

    check(f"# {HOSTILE}\n\n## Timeline (UTC)\n\n- 2024-03-13 10:00 {HOSTILE}\n", HOSTILE)
    assert "[/x] [bold]" in told.events[0].text
    assert "\x1b" not in told.events[0].text
    assert "evil" in told.title


def test_a_day_that_has_no_morrow() -> None:
    check("## Timeline\n\n- 9999-12-31 23:00 a\n- 24:00 b\n- 01:00 c\n- 0001-01-01 00:00 d")


def test_a_long_document_is_read() -> None:
    (told,) = read("## Timeline\n\n" + "".join(f"- 2024-03-13 10:{at % 60:02} x\n" for at in range(5_000)), "x.md")

    assert len(told.events) == 5_000
