"""All documents: what each says, that it says the same each time, and that no text acts in any of them."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace
from rpds import HashTrieMap

from incident_tui.domain import events as e
from incident_tui.domain.gist import Gist
from incident_tui.domain.incident import Head
from incident_tui.domain.policy import Policy
from incident_tui.domain.text import clean
from incident_tui.journal.anchors import Anchor, anchors_in
from incident_tui.reports.documents import MARKDOWN, OfMany, OfOne, UnknownDocument, as_of, document_named, documents
from incident_tui.reports.incident_report import TemplateFailed
from incident_tui.reports.record import MOST
from tests.reports.history import every_kind
from tests.reports.test_markdown import HOSTILE, PARSER, read
from tests.story import START, Story, checkout_outage, declared, quiet_story
from tests.strategies import stories

GOLDEN = Path(__file__).parent / "golden"
BERLIN = ZoneInfo("Europe/Berlin")
NOW = START + timedelta(hours=3)
KNOWN = documents()
ELSEWHERE = ("incident-report", "handoff")
"""They have tests of their own."""
NEW = [name for name in KNOWN if name not in ELSEWHERE]
WRITTEN = [name for name in NEW if KNOWN[name].media is MARKDOWN]


def made(name: str, story: Story, now: datetime | None = NOW) -> str:
    document = KNOWN[name]
    if isinstance(document, OfMany):
        return document.render([Gist.of(story.incident())], Policy(), now or NOW, BERLIN)
    return document.render(story.incident(), story.events, Policy(), now)


def journal() -> list[Gist]:
    """Three incidents of two weeks, one of them live."""
    before = Gist.of(checkout_outage(START - timedelta(days=8)).incident())
    live = Gist.of(quiet_story(START - timedelta(hours=3)).incident())
    critical = replace(Gist.of(checkout_outage().incident()), severity=1, heads=chained(HASH, device="0000000b"))
    return [
        replace(before, ref="INC-20261113-A1B"),
        critical,
        replace(live, ref="INC-20261121-C2D", heads=chained("c" * 64)),
    ]


HASH = "0123456789abcdef" * 4


def chained(digest: str, device: str = "0000000a") -> HashTrieMap[str, Head]:
    """The heads of a journal in which two devices recorded."""
    return HashTrieMap({"0000000a": Head(7, "a" * 64), device: Head(12, digest)})


def golden(name: str) -> str:
    document = KNOWN[name]
    if isinstance(document, OfMany):
        return document.render(journal(), Policy(), NOW, BERLIN)
    story = checkout_outage()
    return document.render(story.incident(), story.events, Policy(), NOW)


@pytest.mark.parametrize("name", NEW)
def test_reads_like_the_golden_document(name: str) -> None:
    file = GOLDEN / f"{name}{KNOWN[name].media.suffix}"
    text = golden(name)

    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", WRITTEN)
def test_golden_document_is_tidy(name: str) -> None:
    text = (GOLDEN / f"{name}.md").read_text(encoding="utf-8")

    assert [line for line in text.split("\n") if line != line.rstrip()] == []
    assert "\n\n\n" not in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip()])
def test_no_text_acts(text: str) -> None:
    several = "\n" in clean(text).strip("\n")
    harmless = "harmless\nwords" if several else "harmless"
    wordless = "12\n34" if several else "12"  # reviews count only errors and causes that have words

    for name in WRITTEN:
        assert nodes(name, text) in (nodes(name, harmless), nodes(name, wordless)), name


@functools.cache
def nodes(name: str, text: str) -> list[str]:
    """The nodes of the document that has `text` everywhere."""
    return read(made(name, everywhere(text)))[0]


@functools.cache
def everywhere(text: str) -> Story:
    return every_kind(lambda _: text)


@pytest.mark.parametrize("name", WRITTEN)
def test_an_incident_of_which_nothing_is_known_has_every_document(name: str) -> None:
    document = made(name, quiet_story())

    assert document.startswith(("# ", "👀 "))
    assert "None" not in document.replace("None.", "").replace("None is", "").replace("None was", "")


@given(stories())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_history_has_every_document_without_structure_of_its_own(story: Story) -> None:
    for name in WRITTEN:
        document = made(name, story)
        tokens = PARSER.parse(document)
        headings = {token.map[0] for token in tokens if token.type == "heading_open" and token.map}
        ours = {number for number, text in enumerate(document.split("\n")) if text.startswith("#")}
        assert headings <= ours, (name, document)
        assert not {"link", "image", "html_block"} & {token.type.partition("_open")[0] for token in tokens}


def test_customers_read_only_what_they_were_told() -> None:
    words = {"public": "orders fail", "users": "INSIDE"}
    story = Story()
    story.say(declared("INSIDE title"), e.RoleTaken("incident commander", "INSIDE person"))
    story.say(*(e.ImpactSet(key, value) for key, value in words.items()))
    story.say(e.EntryLogged("cause", "INSIDE cause"), e.OrderGiven("INSIDE", "INSIDE order", 60))
    story.say(e.MessageSent(story.say(e.MessageDrafted("internal", "INSIDE message")).id, "copied"))
    story.say(e.MessageDrafted("external", "INSIDE draft"))
    told = story.say(e.MessageDrafted("external", "Some orders fail."))
    story.say(e.MessageSent(told.id, "by hand"))

    document = made("status-external", story)

    assert "INSIDE" not in document
    assert "**What you may notice:** orders fail" in document
    assert "Some orders fail." in document


def test_what_customers_notice_is_asked_for() -> None:
    assert "**What you may notice:** …" in made("status-external", quiet_story())


def test_tagged_entries_answer_what_the_record_has_no_place_for() -> None:
    story = quiet_story()
    for tag in ("expected", "reproduce", "factor", "gap", "related", "prevention", "Environment"):
        story.say(e.EntryLogged("note", f"answer to {tag}", (tag, "db")))

    document = made("mistake-record", story)

    assert "### Expected behaviour\n\n- answer to expected\n" in document
    assert "## Steps to reproduce\n\n1. answer to reproduce\n" in document
    assert "## Prevention\n\n- answer to prevention\n" in document
    assert "- **Tags:** db\n" in document
    assert document.count("answer to") == 7


def test_struck_and_undone_things_are_in_no_short_document() -> None:
    story = quiet_story()
    wrong = story.say(e.EntryLogged("cause", "WRONG cause"))
    story.say(e.EntryStruck(wrong.id, "no"))
    for body in (e.FixStepRecorded("immediate", "WRONG fix"), e.LessonRecorded("well", "WRONG lesson")):
        story.say(body)
        story.take_back()

    for name in ("incident-summary", "postmortem", "mistake-record", "executive-brief", "status-internal"):
        assert "WRONG" not in made(name, story), name


def test_the_day_counts_what_was_down_once() -> None:
    first, second = (
        replace(Gist.of(checkout_outage(START + timedelta(minutes=shift)).incident()), severity=1) for shift in (0, 20)
    )
    day = KNOWN["daily-summary"]
    assert isinstance(day, OfMany)

    together = day.render([first, second], Policy(), NOW, BERLIN)

    assert "1 h 22 min 48 s down (SEV1)" in together
    assert "**Uptime:** 92.34 % of the day so far" in together


def test_a_current_document_says_so() -> None:
    current = {name for name, item in KNOWN.items() if isinstance(item, OfOne) and item.current}

    assert current == {"handoff", "status-internal", "status-external", "executive-brief", "ics"}


def test_as_of_a_moment_is_what_had_been_recorded_by_then() -> None:
    story = quiet_story()
    story.say(e.EntryLogged("cause", "first"), after=timedelta(minutes=10))
    late = story.say(
        e.EntryLogged("cause", "entered late"), at=START + timedelta(minutes=1), after=timedelta(minutes=10)
    )

    before, known = as_of(story.id, story.events, late.recorded - timedelta(milliseconds=1))
    then, everything = as_of(story.id, story.events, late.recorded)

    assert (len(known), before.version) == (2, 2)
    assert (everything, then) == (story.events, story.incident())
    assert as_of(story.id, story.events, START - timedelta(seconds=1))[1] == []
    document = KNOWN["postmortem"]
    assert isinstance(document, OfOne)
    assert "entered late" not in document.render(before, known, Policy(), late.recorded)
    assert "entered late" in document.render(then, everything, Policy(), late.recorded)


@pytest.mark.parametrize("name", [name for name, item in KNOWN.items() if isinstance(item, OfOne)])
def test_every_document_about_a_drill_says_so(name: str) -> None:
    story = Story()
    story.say(replace(declared(severity=1), drill="x", forked=START.isoformat(), opened=START.isoformat()))
    story.say(e.StatusSet("resolved"), e.ActionItemAdded("look again", "jonas", "2026-12-01"))
    document = KNOWN[name]
    assert isinstance(document, OfOne)

    text = document.write(story.incident(), story.events, Policy(), NOW)

    assert re.search("(^> \\*\\*Drill|this is a drill|SUMMARY:Drill: )", text), text


@pytest.mark.parametrize("name", ["daily-summary", "weekly-review", "monthly-review"])
def test_a_document_about_many_is_an_anchor_of_each_of_its_incidents(name: str) -> None:
    found = {(anchor.ref, anchor.device, anchor.events, anchor.hash) for anchor in anchors_in(golden(name))}

    assert found == {
        ("INC-20261121-K7Q", "0000000a", 7, "a" * 64),
        ("INC-20261121-K7Q", "0000000b", 12, HASH),
        ("INC-20261121-C2D", "0000000a", 12, "c" * 64),
    }


def test_a_document_about_very_many_says_how_many_anchors_it_leaves_out() -> None:
    one = journal()[1]
    many = [replace(one, incident=f"i{number}", ref=f"INC-20261121-{number:03}") for number in range(MOST + 7)]

    document = KNOWN["monthly-review"]
    assert isinstance(document, OfMany)
    text = document.render(many, Policy(), NOW, BERLIN)

    assert len({anchor.ref for anchor in anchors_in(text)}) == MOST
    assert "\n\n7 more incidents are left out; " in text


def test_the_diagram_has_the_anchor_below_it() -> None:
    story = checkout_outage()
    incident = replace(story.incident(), heads=chained("c" * 64))
    document = KNOWN["timeline-mermaid"]
    assert isinstance(document, OfOne)

    text = document.render(incident, story.events, Policy(), NOW)

    assert anchors_in(text) == [Anchor("INC-20261121-K7Q", "0000000a", 12, "c" * 64)]


def own(folder: Path, **sources: str) -> Path:
    for name, source in sources.items():
        (folder / f"{name}.md.j2").write_text(source, encoding="utf-8")
    return folder


def rendered(word: str, folder: Path, events: Sequence[e.Event] | None = None) -> str:
    document = document_named(word, folder)
    assert isinstance(document, OfOne)
    story = quiet_story()
    return document.render(story.incident(), events or story.events, Policy(), None)


def test_the_templates_of_the_user_are_documents(tmp_path: Path) -> None:
    own(tmp_path, mine="{{ report.incident.ref }}\n", postmortem="ours is {{ 'this' }}\n")
    (tmp_path / "notes.txt").write_text("no template")

    known = documents(tmp_path)

    assert set(known) - set(KNOWN) == {"mine"}
    assert rendered("mine", tmp_path) == "INC-20261121-K7Q\n"
    assert rendered("postmortem", tmp_path) == "ours is this\n"
    assert rendered(str(tmp_path / "mine.md.j2"), tmp_path / "nowhere") == "INC-20261121-K7Q\n"


def test_an_unknown_name_says_what_is_near() -> None:
    with pytest.raises(UnknownDocument, match="no report template “postmorten”") as problem:
        document_named("postmorten")

    assert problem.value.hint.startswith("did you mean postmortem? name a file, or one of: incident-report, ")


def test_a_template_of_the_user_sees_what_ours_see_and_may_use_their_parts(tmp_path: Path) -> None:
    source = (
        '{% import "parts.md.j2" as parts %}\n{{ standing.mark }} {{ parts.impact(report) }}\n{{ tagged.gap|length }}\n'
    )
    own(tmp_path, mine=source)

    assert rendered("mine", tmp_path) == "👀 not recorded\n0\n"


def test_a_template_of_the_user_may_include_our_report(tmp_path: Path) -> None:
    own(tmp_path, mine='{% include "incident-report.md.j2" %}')
    story = checkout_outage()
    document = document_named("mine", tmp_path)
    assert isinstance(document, OfOne)

    included = document.render(story.incident(), story.events, Policy(), None)

    assert included == made("incident-report", story, None)


def test_an_error_in_an_included_template_names_that_one(tmp_path: Path) -> None:
    own(tmp_path, mine="{% include 'part.md.j2' %}\n", part="fine\n{{ report.nothing }}\n")

    with pytest.raises(TemplateFailed) as failure:
        rendered("mine", tmp_path)

    assert str(failure.value).startswith(f"{tmp_path / 'part.md.j2'}:2: ")


FORGED = (
    "{% set made = namespace(host='', folder='', command='', text='', cut=false, exit_code='<b>') %}"
    "{% set made.took = report.now - report.now %}"
    "{% set item = namespace(at=report.now, kind='', by='', starred=false, late=false, weights=[]) %}"
    "{% set item.struck, item.amended, item.output = none, none, made %}{{ item|entry }}"
)
"""A command that ended with a text."""


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{{ report.incident.__class__ }}", "unsafe"),
        ("{{ report|attr('__class__') }}", "unsafe"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "unsafe"),
        ("{{ '{0.__class__.__init__.__globals__}'.format(report) }}", "unsafe"),
        ("{{ '%s'|format(report.incident.__init__) }}", "unsafe"),
        ("{{ report.incident.holder.__func__.__globals__ }}", "unsafe"),
        ("{{ self.__init__.__globals__ }}", "unsafe"),
        ("{{ cycler.__init__.__globals__.os }}", "unsafe"),
        ("{{ report.titles.__getattribute__('x') }}", "unsafe"),
        ("{% set x = [] %}{{ x.append(1) }}", "unsafe"),
        ("{{ report.incident.zone.__setattr__('a', 1) }}", "unsafe"),
        ("{% include '../../etc/passwd' %}", "no template"),
        ("{% include '/etc/passwd' %}", "no template"),
        ("{% import 'os' as os %}", "no template"),
        ("{{ 'a' * 10000000 }}", "too long"),
        ("{{ [1] * 10000000 }}", "too long"),
        ("{{ 9 ** 9 ** 9 }}", "too large"),
        ("{% for x in range(1000000) %}{% endfor %}", "Range too big"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "recursion"),
        ("{% filter wordwrap(3) %}{{ report.incident.title|inline }}{% endfilter %}", "filter the values"),
        ("{% call '{}'.format(report.incident.title) %}{% endcall %}", "filter the values"),
        ("{% do 1 %}", "unknown tag"),
        ("{{ lines.add(report.log[0]) }}", "no attribute 'add'"),
        ("{{ lines.log.add(report.now, 'x', '<b>') }}", "no attribute 'add'"),
        (FORGED, "Unknown format code 'd'"),
    ],
)
def test_a_template_gets_nowhere(tmp_path: Path, source: str, reason: str) -> None:
    own(tmp_path, evil=f"fine\n{source}\n")

    with pytest.raises(TemplateFailed) as failure:
        rendered("evil", tmp_path)

    assert reason in str(failure.value)
    assert str(failure.value).startswith(f"{tmp_path / 'evil.md.j2'}:2: ")
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize(
    "expression",
    [
        "title",
        "title|upper|lower",
        "('{}'|inline).format(title)",
        "('{x}'|inline).format_map({'x': title})",
        "('%s'|inline)|format(title)",
        "('x'|inline)|replace('x', title)",
        "(''|inline).join([title])",
        "''|inline|default(title, true)",
        "title|safe",
        "title|string",
        "title|indent",
        "title|wordwrap(4)",
        "title|center(40)",
        "[title|inline, title]|join(' ')",
        "(title|inline) ~ title",
        "(title|inline) + title",
        "title|truncate(9)",
        "{'a': title}.a",
        "[title]|map('trim')|first",
        "title[:60]",
    ],
)
@pytest.mark.parametrize("title", ["# x\n<b>y</b>", "![a](http://x)", "| a |\n|--|\n| b |", "@all #1 **x**"])
def test_text_that_no_filter_made_stays_words_in_a_template_of_the_user(
    tmp_path: Path, expression: str, title: str
) -> None:
    own(tmp_path, mine=f"{{% set title = report.incident.title %}}\nOurs\n\n{{{{ {expression} }}}}\n\nOurs\n")
    story = Story()
    story.say(declared(title))
    document = document_named("mine", tmp_path)
    assert isinstance(document, OfOne)

    found = document.render(story.incident(), story.events, Policy(), None)

    assert read(found)[0] == read("Ours\n\nx\n\nOurs\n")[0]
