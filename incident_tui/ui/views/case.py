"""The case: theories with their evidence, what was decided, impact, the technical record and what is left to do."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import repeat
from zoneinfo import ZoneInfo

from incident_tui.domain.delivery import Delivery
from incident_tui.domain.dispatch import ways_of
from incident_tui.domain.incident import ActionItem, Entry, Theory, ordered
from incident_tui.domain.maps import values
from incident_tui.ui.text import Line
from incident_tui.ui.views.earlier import newest
from incident_tui.ui.views.orders import order_rows, proposal_rows
from incident_tui.ui.views.scene import MOST_KEPT, WAY_TONES, WAY_WORDS, Scene, theories, time_in
from incident_tui.ui.widgets.board import Row

THEORY_TONES = {"untested": "theory", "supported": "info", "refuted": "muted", "confirmed": "good"}
PILLAR_TONES = {"decision": "decision", "cause": "bad", "fix": "good"}


def case(scene: Scene) -> tuple[Row, ...]:
    """Rows of the pane, section by section; empty sections are left out. The key of a thing is its id."""
    pillars = _pillars(scene)
    sections = (
        ("Orders", order_rows(scene)),
        ("Proposals", proposal_rows(scene)),
        ("Theories", _theories(scene)),
        ("Decisions", pillars["decision"]),
        ("Cause", pillars["cause"]),
        ("Fix", pillars["fix"]),
        ("Impact", _impact(scene)),
        ("Technical record", _records(scene)),
        ("Action items", _action_items(scene)),
        ("Signed off", _sign_offs(scene)),
    )
    rows: list[Row] = []
    for title, items in sections:
        if not items:
            continue
        if rows:
            rows.append(Row(f"gap:{title}", (), selectable=False))
        rows.append(Row(f"head:{title}", ((title, "strong"),), selectable=False))
        rows += items
    return tuple(rows)


def case_words(scene: Scene) -> str:
    """How many orders and theories are open, for the pane's title."""
    orders = sum(order.open for order in values(scene.incident.orders))
    open_ = sum(theory.state in ("untested", "supported") for theory in theories(scene))
    parts = ((orders, "order"), (open_, "theory" if open_ == 1 else "theorie"))
    words = [f"{number} {name}{'' if number == 1 else 's'}" for number, name in parts if number]
    return f"{', '.join(words)} open" if words else ""


def _theories(scene: Scene) -> list[Row]:
    earlier, shown = newest(scene, "theories", theories(scene))
    return [*earlier, *(_theory(theory, scene.incident.text_of(theory.id, theory.text)) for theory in shown)]


@lru_cache(MOST_KEPT)
def _theory(theory: Theory, text: str) -> Row:
    tone = THEORY_TONES.get(theory.state, "theory")
    weight = ""
    if theory.supporting:
        weight += f"  +{len(theory.supporting)} for"
    if theory.refuting:
        weight += f"  −{len(theory.refuting)} against"
    why = f"  ({theory.reason})" if theory.reason else ""
    line: Line = (
        (f"{theory.label} ", tone),
        (text.partition("\n")[0], "muted" if theory.state == "refuted" else ""),
        (f"  {theory.state}", tone),
        (weight + why, "muted"),
    )
    return Row(theory.id, line, wrap=True, indent=3)


def _pillars(scene: Scene) -> dict[str, list[Row]]:
    """Decisions, causes and fixes."""
    incident, mark_of = scene.incident, scene.incident.marks.get
    entries: dict[str, list[Entry]] = {kind: [] for kind in PILLAR_TONES}
    for entry in ordered(incident.pillars):
        mark = mark_of(entry.id)
        if mark is None or mark.struck is None:
            entries.get(entry.kind, []).append(entry)
    found: dict[str, list[Row]] = {}
    for kind, of_kind in entries.items():
        earlier, shown = newest(scene, kind, of_kind)
        texts = (incident.text_of(entry.id, entry.text) for entry in shown)
        found[kind] = [*earlier, *map(_pillar, shown, texts, repeat(scene.zone))]
    return found


@lru_cache(MOST_KEPT)
def _pillar(entry: Entry, text: str, zone: ZoneInfo) -> Row:
    line: Line = ((f"{time_in(zone, entry.at)} ", "muted"), (text.partition("\n")[0], PILLAR_TONES[entry.kind]))
    return Row(entry.id, line, wrap=True, indent=6)


def _impact(scene: Scene) -> list[Row]:
    impact, services = scene.incident.impact, sorted(scene.incident.services)
    named = [Row("services", (("services  ", "muted"), (", ".join(services), "")), wrap=True, indent=2)]
    return [
        *(named if services else ()),
        *(
            Row(f"impact:{key}", ((f"{key}  ", "muted"), (impact[key].text, "")), wrap=True, indent=2)
            for key in sorted(impact)
        ),
    ]


def _records(scene: Scene) -> list[Row]:
    """How much there is of each; the log shows the things themselves."""
    kept = [record for record in values(scene.incident.records) if not scene.incident.struck(record.id)]
    counts = Counter(record.section.replace("_", " ") for record in kept)
    return [
        Row(f"record:{name}", ((f"{name}  ", "muted"), (str(number), "")), selectable=False)
        for name, number in sorted(counts.items())
    ]


def _action_items(scene: Scene) -> list[Row]:
    items = ordered(scene.incident.action_items)
    earlier, shown = newest(scene, "action items", items, lambda item: item.done_at is None)
    rows = list(earlier)
    for item in shown:
        ways = ways_of(scene.incident, item.id)
        rows.append(_action_item(scene, item, ways))
        rows += (_way(way) for way in ways if way.undelivered or item.id in scene.expanded)
    return rows


def _action_item(scene: Scene, item: ActionItem, ways: list[Delivery]) -> Row:
    today = scene.now.astimezone(scene.zone).date().isoformat()
    late = item.done_at is None and item.due is not None and item.due < today
    glyph, tone = ("✓", "good") if item.done_at else ("○", "bad" if late else "")
    about = " · ".join(part for part in (item.owner or "no owner", item.priority, item.due or "no date") if part)
    text_tone = "muted" if item.done_at or scene.incident.struck(item.id) else ""
    filed = ", ".join(way.channel for way in ways if way.state == "sent")
    line: Line = (
        (f"{glyph} {item.label} ", tone),
        (item.text, text_tone),
        (f"  {about}", "bad" if late else "muted"),
        *(((f"  ↗ {filed}", "info"),) if filed else ()),
    )
    return Row(item.id, line, wrap=True, indent=5)


@lru_cache(MOST_KEPT)
def _way(way: Delivery) -> Row:
    """Where an action item was filed, or why it is not there."""
    if way.state == "sent":
        line: Line = (("  ↳ ", "muted"), (f"{way.channel}  ", ""), (way.url or "filed; no link was told", "info"))
        return Row(f"filed:{way.id}", line, wrap=True, indent=4, selectable=False)
    word, tone = WAY_WORDS[way.state], WAY_TONES[way.state]
    reason = f"  {way.reason}" if way.reason else ""
    line = (("  ↳ ", "muted"), (f"{way.label} {way.channel} ", ""), (word, tone), (reason, "muted"))
    return Row(f"filed:{way.id}", line, wrap=True, indent=4, selectable=False)


def _sign_offs(scene: Scene) -> list[Row]:
    return [
        Row(done.id, (("✓ ", "good"), (f"{done.role}: {done.person}", "")), ((scene.time(done.at), "muted"),))
        for done in ordered(scene.incident.sign_offs)
        if not scene.incident.struck(done.id)
    ]
