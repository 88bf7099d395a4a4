"""Documents that are not for reading alone: tables, diagrams, calendars, pages and PDF."""

from __future__ import annotations

import csv
import functools
import io
import re
import sys
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

from incident_tui.domain import events as e
from incident_tui.domain.policy import Policy
from incident_tui.domain.text import clean
from incident_tui.reports import spreadsheet
from incident_tui.reports.diagram import AT_MOST, mermaid
from incident_tui.reports.documents import OfOne, documents
from incident_tui.reports.extras import MissingExtra
from incident_tui.reports.pages import html_of, pdf_of
from incident_tui.reports.timelines import Highlight
from incident_tui.reports.typeset import Wall
from tests.reports.history import every_kind
from tests.reports.test_markdown import HOSTILE, PARSER, texts
from tests.story import START, Story, checkout_outage, declared, quiet_story

KNOWN = documents()
NOW = START + timedelta(hours=3)
FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1",
    '=HYPERLINK("http://x")',
    "=cmd|' /C calc'!A0",
)
MERMAID = (
    *HOSTILE,
    "a : b",
    "a: b # c ; d",
    "x\n    section y",
    "section evil",
    "title evil",
    "%%{init: {'theme':'dark'}}%%",
    "%% comment",
    "style a : fill #f00;",
    "classDef a : fill #f00;",
    "#35; &#58; &amp; #quot;",
    "ﬂ°°58¶ß",
    "```\n```mermaid\ngraph TD",
    "accTitle: x",
    "click a href 'javascript:x'",
    "---\ntitle: x\n---",
    "{{x}} [y] (z) <br> $$x$$",
)


def made(name: str, story: Story) -> str:
    document = KNOWN[name]
    assert isinstance(document, OfOne)
    return document.render(story.incident(), story.events, Policy(), NOW)


@functools.cache
def everywhere(text: str) -> Story:
    return every_kind(lambda _: text)


@pytest.mark.parametrize("text", [*FORMULAS, *HOSTILE])
def test_no_cell_is_a_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(made("timeline-csv", everywhere(text)), newline="")))

    assert {len(row) for row in rows} == {9}
    assert len(rows) == len(list(csv.reader(io.StringIO(made("timeline-csv", everywhere("harmless"))))))
    assert [
        cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    ] == []


def test_a_table_has_every_line_with_what_became_of_it() -> None:
    rows = list(csv.DictReader(io.StringIO(made("timeline-csv", checkout_outage()), newline="")))
    by_text = {row["text"]: row for row in rows}

    assert by_text["traffic is twice the usual"]["state"] == "struck"
    assert by_text["data: lost"]["state"] == "undone"
    assert by_text["management: All is well."]["state"] == "unsent"
    assert by_text["internal: 👀 We look into failing checkouts."]["occurred"] == "2026-11-21T15:08:30+01:00"
    assert by_text["100 of 100 connections are taken, 61 idle in transaction"]["starred"] == "yes"
    assert by_text["4.11 runs on all nodes"]["occurred"] < by_text["4.11 runs on all nodes"]["recorded"]
    assert [row["occurred"] for row in rows] == sorted(row["occurred"] for row in rows)


@dataclass
class Drawn:
    title: str = ""
    sections: list[str] = field(default_factory=list)
    events: list[tuple[str, str]] = field(default_factory=list)


LEXER = re.compile(
    r"(?P<comment>%%(?!\{)[^\n]*|[^}]%%[^\n]*|\#[^\n]*)|(?P<blank>\s+)|(?P<head>timeline)\b|title\s(?P<title>[^\n]+)"
    r"|section\s(?P<section>[^:\n]+)|:\s(?P<event>[^:\n]+)|(?P<period>[^#:\n]+)"
)
"""The tokens of a Mermaid time line in the order of its own lexer (timeline.jison), in its older, stricter form."""


def drawn(document: str) -> Drawn:
    """What Mermaid reads: as there, `#58;` is taken out before the structure is read, and put back afterwards."""
    [fence] = [token for token in PARSER.parse(document) if token.type == "fence"]
    assert fence.info == "mermaid"
    assert "%%" not in fence.content
    assert not re.search(r"(style|classDef).*:\S*#.*;", fence.content, re.IGNORECASE)
    source = re.sub(r"#(\w+);", r"ﬂ°°\1¶ß", fence.content)
    found, place, period = Drawn(), 0, ""
    assert source.startswith("timeline\n")
    while place < len(source):
        token = LEXER.match(source, place)
        assert token is not None, source[place:]
        assert token["comment"] is None, source[place:]
        place = token.end()
        if token["title"]:
            found.title = _read(token["title"])
        elif token["section"]:
            found.sections.append(_read(token["section"]))
        elif token["period"] and token["period"].strip():
            period = _read(token["period"]).strip()
        elif token["event"]:
            found.events.append((period, _read(token["event"]).strip()))
    return found


def _read(words: str) -> str:
    return re.sub("ﬂ°°([0-9]+)¶ß", lambda number: chr(int(number[1])), words)


def one(text: str) -> str:
    return mermaid("INC-1", text, [Highlight(START, (text, "ours")), Highlight(NOW, (text,))], Wall.of("UTC", START))


@pytest.mark.parametrize("text", MERMAID)
def test_a_diagram_has_the_words_and_no_other_structure(text: str) -> None:
    words = " ".join(clean(text).strip().partition("\n")[0].split("\t"))[:60].strip() or "–"
    found = drawn(one(text))

    assert found.sections == ["2026-11-21"]
    assert [period for period, _ in found.events] == ["14:02", "14:02", "17:02"]
    assert [told[:60].strip() for _, told in found.events] == [words, "ours", words]
    assert found.title.startswith("INC-1")


@given(texts)
@settings(derandomize=True, max_examples=300, deadline=None)
def test_any_text_is_words_in_a_diagram(text: str) -> None:
    found = drawn(one(text))

    assert len(found.events) == 3
    assert found.events[1] == ("14:02", "ours")


def test_the_diagram_of_an_outage() -> None:
    found = drawn(made("timeline-mermaid", checkout_outage()))

    assert found.title == "INC-20261121-K7Q Checkout fails: leaked connections"
    assert ("15:17", "cause: release 4.12 leaks a connection on every declined card") in found.events
    assert [told for _, told in found.events if "traffic is twice" in told] == []


def test_a_long_story_is_drawn_in_part_and_says_so() -> None:
    rows = [Highlight(START + timedelta(minutes=number), (f"n{number}",)) for number in range(100)]

    document = mermaid("INC-1", "long", rows, Wall.of("UTC", START))

    assert len(drawn(document).events) == AT_MOST
    assert "60 moments in between are left out." in document


def reminded(story: Story) -> list[dict[str, object]]:
    from icalendar import Calendar

    text = made("ics", story)
    calendar = Calendar.from_ical(text.replace("\n", "\r\n"))
    assert calendar.name == "VCALENDAR"
    assert all(len(line.encode()) <= 75 for line in text.split("\n"))
    found: list[dict[str, object]] = []
    for item in calendar.walk("VEVENT"):
        [alarm] = item.walk("VALARM")
        trigger = alarm.decoded("trigger")
        found.append(
            {
                "summary": str(item["summary"]),
                "start": item.decoded("dtstart"),
                "trigger": trigger,
                "uid": str(item["uid"]),
            }
        )
    return found


def test_reminders_of_what_is_due() -> None:
    review, action = reminded(checkout_outage())

    assert review["summary"] == "Post-mortem of Checkout fails: leaked connections"
    assert review["start"] == datetime.fromisoformat("2026-11-23T14:28:48+00:00")
    assert action["summary"] == "A1 of INC-20261121-K7Q: alert on idle in transaction"
    assert (action["start"], action["trigger"]) == (date(2026, 12, 5), timedelta(hours=-15))
    assert reminded(checkout_outage()) == [review, action]


def test_what_is_done_struck_or_without_a_day_is_not_reminded_of() -> None:
    story = quiet_story()
    story.say(e.ActionItemAdded("no day"), e.ActionItemAdded("strange day", "a", "soon"))
    done = story.say(e.ActionItemAdded("done", "a", "2026-12-01"))
    story.say(e.ActionItemDone(done.id))
    struck = story.say(e.ActionItemAdded("struck", "a", "2026-12-01"))
    story.say(e.EntryStruck(struck.id, "x"))

    assert reminded(story) == []


@pytest.mark.parametrize(
    "text", [*HOSTILE, "x\r\nBEGIN:VEVENT\r\nEND:VEVENT", "a;b,c\\n", "ATTENDEE:mailto:a@x.com", "é" * 200]
)
def test_no_text_makes_a_reminder(text: str) -> None:
    story = Story()
    story.say(declared(text or "x", severity=1), e.StatusSet("resolved"))
    story.say(e.ActionItemAdded(text or "x", text, "2026-12-01", "high"))

    review, action = reminded(story)

    assert str(action["uid"]).endswith("@incident-tui")
    assert made("ics", story).count("BEGIN:VEVENT\n") == 2
    assert re.search("^(ATTENDEE|ORGANIZER|URL|ATTACH)", made("ics", story), re.MULTILINE) is None
    assert review["trigger"] == timedelta(days=-1)


def test_without_the_library_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    with pytest.raises(
        MissingExtra, match=r"^a calendar needs the extra “calendar”; pip install '\.\[calendar\]' in its clone$"
    ):
        made("ics", quiet_story())
    with pytest.raises(MissingExtra, match=r"^PDF needs the extra “pdf”; pip install '\.\[pdf\]' in its clone$"):
        pdf_of("<p>x</p>")


class Tags(HTMLParser):
    """The tags of a page with the names of their attributes, and its words."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def page(markdown: str, title: str = "x") -> Tags:
    tags = Tags()
    tags.feed(html_of(markdown, title))
    return tags


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip()])
def test_no_text_makes_a_tag(text: str) -> None:
    harmless = "harmless\nwords" if "\n" in clean(text).strip("\n") else "harmless"

    found, expected = (page(made("postmortem", everywhere(each)), each) for each in (text, harmless))

    assert [tag for tag in found.tags if tag != "code"] == [tag for tag in expected.tags if tag != "code"]
    assert found.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class", "start"}


def test_a_page_can_do_nothing_but_be_read() -> None:
    markdown = "# x\n\n<script>alert(1)</script> ![logo](http://x/a.png) [y](javascript:x) [z](https://x.io)\n"
    markdown += "\n|a|\n|:-:|\n|b|\n\n- [ ] open\n- [x] done\n"

    written = html_of(markdown, "</title><script>")
    tags = page(markdown)

    assert "<script" not in written
    assert {"img", "script", "iframe", "link", "object", "form"} & set(tags.tags) == set()
    assert "style" not in tags.attributes
    assert "src" not in tags.attributes
    assert '<a href="https://x.io" rel="noopener noreferrer">z</a>' in written
    assert "☐ open" in written
    assert "☑ done" in written


def test_a_page_lets_only_its_own_style_act() -> None:
    import base64
    from hashlib import sha256

    written = html_of("x", "x")
    [style] = re.findall("<style>(.*?)</style>", written, re.DOTALL)
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()

    assert (
        f"content=\"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'\"" in written
    )
    assert written.index("Content-Security-Policy") < written.index("<style>")
    assert "url(" not in style


def test_a_pdf_of_a_page() -> None:
    pytest.importorskip("weasyprint", reason="the extra pdf is not installed")

    written = pdf_of(html_of("# Checkout\n\n![x](http://x.invalid/a.png) ⏎ ★ 👀\n", "x"))

    assert written.startswith(b"%PDF-")


def test_the_test_notices_cells_that_are_written_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "csv_cell", str)

    with pytest.raises(AssertionError):
        test_no_cell_is_a_formula(FORMULAS[0])
