"""What the parts of the war room show, as tables; and no line of them is wider than it may be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain import events as e
from incident_tui.domain.lines import LINE_KINDS, line_of
from incident_tui.domain.policy import DEFAULTS, Policy
from incident_tui.ui.text import Line, plain, width
from incident_tui.ui.views.banner import banner, one_line
from incident_tui.ui.views.case import case, case_words
from incident_tui.ui.views.checklist import checklist, next_key, progress_words
from incident_tui.ui.views.communications import communications, is_due
from incident_tui.ui.views.log import NO_MARK, LogItem, log_lines
from incident_tui.ui.views.scene import Scene
from incident_tui.ui.widgets.board import Row
from tests.story import START, Story, checkout_outage, declared, quiet_story
from tests.strategies import words

POLICY = Policy(DEFAULTS, "USD", 25)
ZONE = ZoneInfo("Europe/Berlin")


def scene_of(story: Story, after: timedelta = timedelta(0), expanded: frozenset[str] = frozenset()) -> Scene:
    return Scene(story.incident(), START + after, ZONE, POLICY, "mara", expanded)


def tones(lines: Sequence[Line]) -> dict[str, str]:
    """The tone of each text that is shown."""
    return {text.strip(): tone for line in lines for text, tone in line}


def shown(rows: Sequence[Row]) -> list[str]:
    texts = [f"{plain(row.line)}{'  ' + plain(row.right) if row.right else ''}" for row in rows]
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts]


# SEV2 is to be acknowledged within 1 h, and resolved within 8 h; internal updates come every 30 min.
@pytest.mark.parametrize(
    ("part", "tone", "side"), [(0.79, "strong", " left"), (0.80, "warn", " left"), (1.0, "bad", " over")]
)
def test_the_banner_warns_at_80_percent_and_is_late_at_100(part: float, tone: str, side: str) -> None:
    found = tones(banner(scene_of(quiet_story(), timedelta(hours=8) * part), 160))
    left = {0.79: "01:40:48", 0.80: "01:36:00", 1.0: "+00:00"}[part]
    assert found[left] == tone
    assert side.strip() in found


@pytest.mark.parametrize(("part", "tone"), [(0.79, "strong"), (0.80, "warn"), (1.0, "bad")])
def test_the_next_update(part: float, tone: str) -> None:
    scene = scene_of(quiet_story(), timedelta(minutes=30) * part)
    left = {0.79: "06:18", 0.80: "06:00", 1.0: "+00:00"}[part]
    for cells in (80, 120, 160):
        assert tones(banner(scene, cells))[left] == tone
    assert is_due(scene) == (part == 1.0)


@pytest.mark.parametrize(("part", "tone"), [(0.79, ""), (0.80, "warn"), (1.0, "bad")])
def test_a_phase_warns_and_is_late(part: float, tone: str) -> None:
    scene = scene_of(quiet_story(), timedelta(minutes=5) * part)
    rows = {row.key: row for row in checklist(scene, 50)}
    assert rows["phase:0"].right[-1][1] == tone
    assert rows["bar:0"].line[1][1] == (tone or "good")
    assert plain(rows["phase:0"].right).endswith("of 5 min")
    narrow = {row.key: row for row in checklist(scene, 32)}
    assert plain(narrow["phase:0"].right) in ("0/4  01:03", "0/4  01:00", "0/4 +00:00")


def test_the_banner_has_two_lines_or_three() -> None:
    story = quiet_story()
    story.say(e.RoleTaken("incident commander", "Mara"), e.RoleTaken("scribe", "Jonas"), after=timedelta(0))
    story.say(e.ImpactSet("users", "≈1,500"), after=timedelta(0))
    story.say(e.MessageDrafted("internal", "We look into it."), after=timedelta(0))
    scene = scene_of(story)

    assert [plain(line).split("  ")[0] for line in banner(scene, 80)] == ["● SEV2", "IC @Mara"]
    first, second, third = (plain(line) for line in banner(scene, 120))
    assert first.startswith("● SEV2 HIGH  Checkout fails with 502  INC-20261121-K7Q")
    assert second.startswith("Commander @Mara   Scribe @Jonas   users ≈1,500")
    assert third.endswith("1 unsent draft")


def test_nobody_commands() -> None:
    assert tones(banner(scene_of(quiet_story()), 80))["NO COMMANDER"] == "bad"
    assert tones(banner(scene_of(quiet_story()), 120))["NO COMMANDER"] == "bad"


def test_what_is_over_counts_no_longer() -> None:
    scene = scene_of(checkout_outage(), timedelta(days=1))
    words = " ".join(plain(line) for line in banner(scene, 160))
    assert "RESOLVED" in words
    assert "in all" in words
    assert "update" not in words
    assert not is_due(scene)


def test_one_line_says_what_matters_most() -> None:
    assert plain(one_line(scene_of(quiet_story(), timedelta(minutes=1)), 39)) == (
        "SEV2 Immediate response 04:00     01:00"
    )


def test_the_checklist_unfolds_what_is_to_be_done() -> None:
    story = quiet_story()
    story.say(e.StepChecked("1.1"), after=timedelta(0))
    story.say(e.StepSkipped("1.2", "nobody there"), e.StepRuledOut("1.3"), after=timedelta(0))
    story.say(e.StepNoted("1.4", "asked"), after=timedelta(0))
    scene = scene_of(story)
    rows = shown(checklist(scene, 60))

    assert "  ✓ Check the health dashboards  15:02" in rows
    assert "  – Read the error rate and its trend  15:02" in rows
    assert "    skipped: nobody there" in rows
    assert "  ∅ Count the user reports  15:02" in rows
    assert "▸ ○ List what changed recently  $" in rows
    assert "    asked" in rows
    assert (next_key(scene), progress_words(scene)) == ("step:1.4", "3 of 63")


def test_what_is_unfolded_shows_its_commands() -> None:
    story = quiet_story()
    folded = shown(checklist(scene_of(story), 60))
    unfolded = shown(checklist(scene_of(story, expanded=frozenset({"phase:4", "step:1.1"})), 60))
    assert not any(row.strip().startswith("$ curl") for row in folded)
    assert any(row.strip().startswith("$ curl") for row in unfolded)
    assert len(unfolded) > len(folded)


def test_communications_by_audience() -> None:
    story = quiet_story()
    draft = story.say(e.MessageDrafted("external", "Some payments fail.\nMore soon.", "status page", "👀", 1200))
    rows = shown(communications(scene_of(story, timedelta(minutes=1)), 60))
    assert rows[0] == "Internal  due 15:32 29:00"
    assert rows[1] == "nothing yet"
    assert "Management" in rows
    assert "15:02 draft   👀 Some payments fail. …  M1 · status page · promises 20 min" in rows

    story.say(e.MessageSent(draft.id, "by hand", (START + timedelta(minutes=21)).isoformat()))
    rows = shown(communications(scene_of(story, timedelta(minutes=22)), 60))
    assert "External  promised 15:23 +01:00" in rows
    assert "15:03 sent    👀 Some payments fail. …" in rows

    story.say(e.MessageDrafted("internal", "It goes on.", "", "", 7200))
    assert "15:03 draft   It goes on.  M2 · promises 2 h" in shown(communications(scene_of(story), 60))


def test_the_case() -> None:
    scene = scene_of(checkout_outage(), timedelta(hours=1))
    rows = shown(case(scene))
    assert [row for row in rows if row in ("Theories", "Decisions", "Cause", "Fix", "Action items", "Signed off")] == [
        "Theories",
        "Decisions",
        "Cause",
        "Fix",
        "Action items",
        "Signed off",
    ]
    assert "H1 the connection pool of orders-db is exhausted  confirmed  +2 for" in rows
    assert "H2 the cache lost its warm keys  refuted  −1 against  (hit rate is 97 %)" in rows
    assert case_words(scene) == ""


def items_of(story: Story, unfolded: bool = False) -> list[LogItem]:
    incident = story.incident()
    return [
        LogItem(event, incident.marks.get(event.id, NO_MARK), incident.theories.get(event.id), unfolded)
        for event in story.events
        if (line := line_of(event.body)) is not None and line.kind in LINE_KINDS
    ]


def test_log_lines_tell_what_became_of_an_entry() -> None:
    story = checkout_outage()
    scene = scene_of(story, timedelta(hours=1))
    lines = [" ".join(plain(line) for line in log_lines(scene, item, 200)) for item in items_of(story)]
    found = "\n".join(lines).replace("\N{NO-BREAK SPACE}", " ")
    assert "★ evidence  100 of 100 connections are taken, 61 idle in transaction" in found
    assert "× note      traffic is twice the usual" in found
    assert "struck: read from the wrong graph" in found
    assert "entered" in found
    assert "exit 0  0.4 s" in found


@given(st.integers(30, 220), st.integers(0, 6000), st.booleans())
def test_no_line_of_the_story_is_too_wide(cells: int, minutes: int, unfolded: bool) -> None:
    story = checkout_outage()
    keys = frozenset(f"phase:{number}" for number in range(13)) if unfolded else frozenset[str]()
    scene = scene_of(story, timedelta(minutes=minutes), keys)
    lines = [*banner(scene, cells), one_line(scene, cells)]
    lines += [line for item in items_of(story, unfolded) for line in log_lines(scene, item, cells)]
    assert max(width(line) for line in lines) <= cells


@given(words, words, words, st.integers(30, 160), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_no_line_is_too_wide_whatever_is_written(title: str, text: str, person: str, cells: int, now: datetime) -> None:
    story = Story()
    story.say(declared(title))
    story.say(e.RoleTaken("incident commander", person), e.ImpactSet(person, text))
    story.say(e.EntryLogged("finding", text, (person,)), e.EntryLogged("theory", title))
    scene = Scene(story.incident(), now.replace(tzinfo=ZONE), ZONE, POLICY, "someone else")
    lines = [*banner(scene, cells), one_line(scene, cells)]
    lines += [line for item in items_of(story, True) for line in log_lines(scene, item, cells)]
    assert max(width(line) for line in lines) <= cells
    assert all("\n" not in plain(line) for line in lines)


def test_of_very_many_the_newest_are_shown_and_drafts_are_never_out_of_sight() -> None:
    story = quiet_story()
    story.say(e.MessageDrafted("internal", "a draft that waits"))
    for number in range(60):
        draft = story.say(e.MessageDrafted("internal", f"update {number}"))
        story.say(e.MessageSent(draft.id, "by hand"))
    told = scene_of(story)
    rows = [plain(row.line) for row in communications(told, 60)]

    assert "  20 earlier" in rows
    assert any("a draft that waits" in row for row in rows)
    assert not any(row.endswith("update 19") for row in rows)
    assert any("update 20" in row for row in rows)
    unfolded = scene_of(story, expanded=frozenset({"earlier:internal"}))
    assert any("update 0" in plain(row.line) for row in communications(unfolded, 60))
