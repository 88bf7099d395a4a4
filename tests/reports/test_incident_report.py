"""The incident report: what it says, that it says the same each time, and that no text acts in it."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from jinja2 import ChoiceLoader, DictLoader, PackageLoader

from incident_tui.domain import events as e
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.domain.policy import Policy
from incident_tui.domain.protocol import Phase, Protocol
from incident_tui.domain.text import clean
from incident_tui.reports import incident_report
from incident_tui.reports.entries import Lines
from incident_tui.reports.incident_report import (
    TemplateFailed,
    UnknownTemplate,
    names,
    render,
    render_document,
    render_file,
)
from incident_tui.reports.typeset import Unfiltered, Wall, environment, span, struck
from incident_tui.reports.view import prepare
from tests.reports.history import MINUTE, empty, every_kind, outage
from tests.reports.test_markdown import HOSTILE, PARSER, read
from tests.story import START, Story, checkout_outage, declared, quiet_story
from tests.strategies import stories

WALL = Wall(ZoneInfo("UTC"))
HERE = Path(__file__).parent
GOLDEN = HERE / "golden" / "incident-report.md"
TEMPLATE = Path(incident_report.__file__).parent / "templates" / "incident-report.md.j2"
# What is not in the report, and why.
EXEMPT = {
    "step detail": "advice of the protocol, nothing that happened",
    "step command": "advice of the protocol, nothing that happened",
    "phase group": "places the phase in the document",
    "status": "an unknown status changes nothing; the time line has it",
    "entry kind": "an unknown kind reads as a note",
    "language": "becomes the language of a block, of letters only",
    "strange data": "not understood by this version; the export has it",
    "left role": "nobody held it; the time line has it",
    "known about": "repeats what stands beside it",
    "callout": "a name of our own; the answers are counted",
    "receipt": "what the service knows it by; the export has it",
    "form": "what it was to the channel; the export has it",
    "until": "not a moment; the answers are counted",
}


def report(story: Story, policy: Policy | None = None) -> str:
    return render(story.incident(), story.events, policy or Policy())


def section(document: str, title: str) -> str:
    """The text below a heading of level 2."""
    _, found, rest = document.partition(f"\n## {title}\n")
    assert found, f"no section {title}"
    return rest.partition("\n## ")[0].strip()


def test_reads_like_the_golden_document() -> None:
    document = report(outage())

    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(document, encoding="utf-8")
    assert document == GOLDEN.read_text(encoding="utf-8")


def test_golden_document_is_tidy() -> None:
    lines = GOLDEN.read_text(encoding="utf-8").split("\n")

    assert [line for line in lines if line != line.rstrip()] == []
    assert "\n\n\n" not in "\n".join(lines)
    assert lines[-2:] != ["", ""]


def test_is_the_same_each_time_whatever_the_hash_seed() -> None:
    code = (
        "import sys; from tests.reports.history import outage; from incident_tui.reports.incident_report import render;"
        "s = outage(); sys.stdout.buffer.write(render(s.incident(), s.events).encode())"
    )
    root = HERE.parents[1]
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert seen == {report(outage()).encode()}
    assert report(outage()) == report(outage())


def test_every_field_of_every_kind_of_event_is_in_the_report() -> None:
    markers: dict[str, str] = {}

    def marker(name: str) -> str:
        return markers.setdefault(name, f"MARK{len(markers)}END")

    story = every_kind(marker)
    told = {type(event.body) for event in story.events}
    document = report(story)

    assert told == set(get_args(e.Body))
    absent = {name for name, text in markers.items() if text not in document}
    assert absent <= EXEMPT.keys()
    assert EXEMPT.keys() <= markers.keys()


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip()])
def test_no_text_acts(text: str) -> None:
    harmless = "harmless\nwords" if "\n" in clean(text).strip("\n") else "harmless"

    assert nodes(text) == nodes(harmless)


@functools.cache
def nodes(text: str) -> list[str]:
    """The nodes of the report that has `text` everywhere."""
    return read(report(every_kind(lambda _: text)))[0]


@pytest.mark.parametrize(
    ("name", "forgotten"),
    [
        (TEMPLATE.name, "# Incident report: {{ incident.title|inline }}"),
        (TEMPLATE.name, "{{ old.text|inline }}"),
        (TEMPLATE.name, "{{ view.text|cell }}"),
        (TEMPLATE.name, "{{ side.fact.text|inline }}"),
        (TEMPLATE.name, "{{ turn.text|inline }}"),
        ("teamwork.md.j2", "{{ order.text|cell }}"),
        ("teamwork.md.j2", "{{ handoff.brief|inline }}"),
        ("followed.md.j2", "{{ phase.title|cell }}"),
        ("followed.md.j2", "{{ change.title|inline }}"),
    ],
)
def test_forgetting_a_filter_fails(name: str, forgotten: str) -> None:
    source = (TEMPLATE.parent / name).read_text(encoding="utf-8")
    assert forgotten in source
    without = source.replace(forgotten, re.sub(r"\|\w+", "", forgotten))

    with pytest.raises(Unfiltered):
        pressed(name, without, outage())


@pytest.mark.parametrize(
    "expression",
    [
        "text",
        "text ~ ''",
        "text|inline ~ ''",
        "[text]|join",
        "text|upper",
        "text|inline|upper",
        "'x'",
        "[text]",
        "none",
    ],
)
def test_only_a_filter_makes_text_that_is_put_out(expression: str) -> None:
    with pytest.raises(Unfiltered):
        environment(DictLoader({"x": f"{{{{ {expression} }}}}"}), WALL, trusted=True).get_template("x").render(text="a")


def test_what_a_macro_puts_together_was_filtered_piece_by_piece() -> None:
    source = "{% macro m(x) %}**{{ x|inline }}**{% endmacro %}{% set s %}{{ m('*a*') }}{% endset %}{{ s }}"

    rendered = environment(DictLoader({"x": source}), WALL, trusted=True).get_template("x").render()

    assert rendered == r"**\*a\***"


def pressed(name: str, source: str, story: Story) -> str:
    given = prepare(story.incident(), story.events, Policy(), WALL)
    loader = ChoiceLoader([DictLoader({name: source}), PackageLoader("incident_tui.reports", "templates")])
    return environment(loader, WALL, trusted=True).get_template(TEMPLATE.name).render(report=given, lines=Lines(WALL))


@pytest.mark.parametrize("text", ["~5 min", "a ~b~ c", "~~x~~", "ends ~", "`~`", "https://x.io/~me", "\\~", "a\\"])
def test_struck_text_is_struck_as_a_whole(text: str) -> None:
    nodes, words = read(f"- 14:05 {struck(text)} (why)\n")

    assert nodes == read("- 14:05 ~~x~~ (why)\n")[0]
    assert words == f"14:05 {text} (why)"


def test_says_what_is_not_recorded_and_leaves_out_what_is_empty() -> None:
    document = report(empty())
    headings = re.findall("^## (.*)$", document, re.MULTILINE)

    assert headings == [
        "Milestones and durations",
        "Roles",
        "Root cause",
        "Resolution steps",
        "Verification and monitoring",
        "Timeline summary",
        "Lessons learned",
        "Sign-offs",
        "Post-mortem",
        "The record",
    ]
    for title in ("Root cause", "Resolution steps", "Verification and monitoring", "Lessons learned", "Sign-offs"):
        assert section(document, title) == "Not recorded."


def test_what_still_runs_is_counted_to_the_last_event() -> None:
    story = quiet_story()
    story.say(e.EntryLogged("note", "still down"), after=timedelta(minutes=90))

    document = report(story)

    assert "counted to the last event, 16:32." in document
    assert "| response | detected – acknowledged | 1 h 30 min so far | 1 h | missed |" in document
    assert "| resolution | detected – resolved | 1 h 30 min so far | 8 h |  |" in document
    assert "Time without a commander: 1 h 30 min (15:02–16:32)." in section(document, "Roles")
    assert render(story.incident(), story.events, now=START + 4 * MINUTE).count("4 min so far") == 5


def test_an_incident_without_any_event_has_a_report() -> None:
    assert "0 events." in render(Incident("x"), [])


def test_an_unknown_zone_is_shown_in_utc_and_named() -> None:
    story = Story()
    story.say(declared(zone="Mars/Olympus"))

    assert "UTC (Mars/Olympus is not known here)" in report(story)


def test_a_date_stands_where_it_is_another_day() -> None:
    story = quiet_story()
    story.say(e.EntryLogged("note", "next day"), after=timedelta(hours=9))
    story.say(e.EntryLogged("note", "next year"), after=timedelta(days=60))

    log = section(report(story), "Investigation log")

    assert log == "- **22 Nov 00:02 note** mara: next day\n- **21 Jan 2027 00:02 note** mara: next year"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (timedelta(minutes=10), "kept, 15:13"),
        (timedelta(minutes=25), "**not kept**, 15:28, 5 min late"),
        (None, "**not kept**, none followed"),
    ],
)
def test_tells_whether_a_promise_was_kept(answer: timedelta | None, outcome: str) -> None:
    story = quiet_story()
    _send(story, "external", story.now + 21 * MINUTE)
    if answer is not None:
        _send(story, "external", None, after=answer)
    _send(story, "internal", None, after=timedelta(hours=1))

    assert f"  - Next update promised by 15:23: {outcome}\n" in report(story)


def test_a_promise_is_open_until_its_moment_and_ends_with_the_incident() -> None:
    story = quiet_story()
    _send(story, "external", story.now + 21 * MINUTE)
    assert "promised by 15:23: still open\n" in report(story)

    story.say(e.StatusSet("resolved"))
    assert "promised by 15:23: the incident was resolved before\n" in report(story)


def _send(story: Story, audience: str, promised: datetime | None, after: timedelta = MINUTE) -> None:
    draft = story.say(e.MessageDrafted(audience, "update"), after=timedelta(0))
    story.say(e.MessageSent(draft.id, "by hand", promised.isoformat() if promised else None), after=after)


def test_hours_of_a_person_with_two_roles_are_counted_once() -> None:
    story = quiet_story()
    story.say(e.RoleTaken("incident commander", "Mara"), e.RoleTaken("scribe", "Mara"), after=timedelta(0))
    story.say(e.StatusSet("resolved"), after=timedelta(hours=2))
    story.say(e.RoleLeft("scribe"), after=timedelta(hours=5))

    cost = section(report(story, Policy(currency="EUR", rate_per_hour=40)), "Cost")

    assert "| Mara | 2 h | EUR 80 |\n| Total | 2 h | EUR 80 |" in cost
    assert "at EUR 40 per hour" in cost


def test_a_long_numbered_list_keeps_its_blocks_within_its_items() -> None:
    story = quiet_story()
    for _ in range(101):
        story.say(e.FixStepRecorded("immediate", "first\n# second"))

    tokens = PARSER.parse(report(story))

    assert sum(token.type == "ordered_list_open" for token in tokens) == 1
    assert sum(token.type == "fence" and token.level == 2 for token in tokens) == 101


def test_a_phase_without_steps_can_be_begun_and_is_not_completed() -> None:
    story = Story()
    story.say(declared(protocol=Protocol("bare", "Bare", (Phase("Think"),))), e.PhaseBegun(0))

    assert "0 of 0 steps settled, from 15:02, not completed: 0 s" in report(story)


def test_a_detail_without_words_makes_no_heading_of_what_it_belongs_to() -> None:
    story = quiet_story()
    story.say(e.StepAdded(0, "Look", " \t", ("true",)))

    assert read(report(story))[0].count("heading_open") == report(story).count("\n#") + 1


def test_undone_and_struck_things_stay_readable() -> None:
    document = report(outage())

    assert "~~typed into the wrong window~~ (undone 15:22 by Mara)" in document
    assert (
        "~~close the cursor when a card is declined~~ (struck 15:43 by Mara: the connection, not the cursor)"
        in document
    )
    assert "  - before: done 15:14 by Mara (undone)" in document
    assert "  - Earlier text, 15:19 by Jonas: cache hit rate is 97 %" in document


def test_a_replayed_moment_has_its_own_report() -> None:
    events = checkout_outage().events[:20]

    document = render(fold(events, Incident(events[0].incident)), events)

    assert "20 events." in document
    assert "resolved" not in section(document, "Timeline summary")


@given(stories())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history_has_a_report_without_structure_of_its_own(story: Story) -> None:
    document = report(story)

    headings = {token.map[0] for token in PARSER.parse(document) if token.type == "heading_open" and token.map}
    assert f"\n{len(story.events)} events." in document
    assert headings <= {number for number, text in enumerate(document.split("\n")) if text.startswith("#")}
    assert not {"link", "image", "html_block"} & {token.type.partition("_open")[0] for token in PARSER.parse(document)}


def test_documents_have_names() -> None:
    story = quiet_story()

    assert names() == ("incident-report",)
    assert render_document("incident-report", story.incident(), story.events) == report(story)
    with pytest.raises(UnknownTemplate, match="no document 'x'; known: incident-report"):
        render_document("x", story.incident(), story.events)


def own(tmp_path: Path, source: str, story: Story | None = None) -> str:
    path = tmp_path / "own.md.j2"
    path.write_text(source, encoding="utf-8")
    told = story or quiet_story()
    return render_file(path, told.incident(), told.events)


def test_a_template_of_the_user_needs_no_filters(tmp_path: Path) -> None:
    story = Story()
    story.say(declared("# [x](http://x)"))

    rendered = own(
        tmp_path, "{{ report.incident.title }}\n{{ report.now }} {{ report.phases.protocol|length }}\n", story
    )

    assert rendered == "\\# \\[x\\](`http://x`)\n15:02 6\n"


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("a\n{% if %}", 2, "Expected an expression"),
        ("a\nb\n{{ report.nothing }}", 3, "has no attribute 'nothing'"),
        ("a\n{{ 1 // 0 }}", 2, "integer division or modulo by zero"),
        ("{{ report.__class__ }}", 1, "unsafe"),
        ("{{ report }}", 1, "Report has no form in a document"),
        ("\n{% include '../secret' %}", 2, "../secret"),
    ],
)
def test_a_template_that_fails_says_where(tmp_path: Path, source: str, line: int, reason: str) -> None:
    with pytest.raises(TemplateFailed) as failure:
        own(tmp_path, source)

    assert (failure.value.line, reason in failure.value.reason) == (line, True), str(failure.value)
    assert str(failure.value).startswith(f"{tmp_path / 'own.md.j2'}:{line}: ")


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_a_template_that_cannot_be_read_says_so(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "own.md.j2"
    if content is not None:
        path.write_bytes(content)
    story = quiet_story()

    with pytest.raises(TemplateFailed) as failure:
        render_file(path, story.incident(), story.events)

    assert (failure.value.line, failure.value.path) == (0, path)


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(0), "0 s"),
        (timedelta(milliseconds=350), "350 ms"),
        (timedelta(seconds=1.5), "1.5 s"),
        (timedelta(minutes=15, seconds=20), "15 min 20 s"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=2, hours=3, seconds=4), "2 d 3 h 4 s"),
        (-timedelta(minutes=5), "−5 min"),
    ],
)
def test_durations_read_as_people_say_them(duration: timedelta, words: str) -> None:
    assert span(duration) == words


def test_a_reason_that_came_often_is_told_once() -> None:
    story = quiet_story()
    message = story.say(e.MessageDrafted("internal", "we look into it")).id
    way = story.say(e.DeliveryQueued(message, "ops", "mattermost", "opening")).id
    for reason in ("busy", "busy", "busy", "no connection", "busy"):
        story.say(e.DeliveryBegun(way), e.DeliveryDelayed(way, reason))
    lines = render(story.incident(), story.events).splitlines()
    told = [line.partition(": ")[2] for line in lines if line.startswith("    - ")]

    assert told == ["busy (3 times)", "no connection", "busy"]
