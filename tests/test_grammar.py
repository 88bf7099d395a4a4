"""What a typed line becomes, in the words that are shown while typing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain import events as e
from incident_tui.domain.decide import Refused
from incident_tui.domain.protocol import Protocol
from incident_tui.domain.text import has_controls
from incident_tui.grammar import Typed, intent, read
from tests.story import Story, declared

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 13, 25, tzinfo=UTC)  # 14:25 in Berlin
STORY = Story()
STORY.say(declared(protocol=Protocol("", "", ())))
H1, H2 = (STORY.say(e.EntryLogged("theory", text)).id for text in ("the pool leaks", "the cache is cold"))
STORY.say(e.RoleTaken("incident commander", "Mara"))
INCIDENT = STORY.incident()


def typed(line: str) -> Typed:
    return read(line, NOW, BERLIN, INCIDENT)


def recorded(line: str) -> tuple[e.Body, ...] | Refused:
    meant = intent(typed(line))
    return meant if isinstance(meant, Refused) else meant(INCIDENT)


def entry(kind: str, text: str, *tags: str, supports: str | None = None, refutes: str | None = None) -> e.Body:
    return e.EntryLogged(kind, text, tags, supports, refutes)


@pytest.mark.parametrize(
    ("line", "body", "hint"),
    [
        ("pool is full", entry("finding", "pool is full"), "finding"),
        ("  pool is full ", entry("finding", "pool is full"), "finding"),
        ("? pool leak", entry("theory", "pool leak"), "theory"),
        ("?pool leak", entry("theory", "pool leak"), "theory"),
        ("> roll back", entry("decision", "roll back"), "decision"),
        ("* restarted worker", entry("action", "restarted worker"), "action"),
        ("+ graph of the pool", entry("evidence", "graph of the pool"), "evidence"),
        ("+5 % errors", entry("finding", "+5 % errors"), "finding"),
        (">100 requests wait", entry("finding", ">100 requests wait"), "finding"),
        ("*.log is empty", entry("finding", "*.log is empty"), "finding"),
        ("o Lee 10m look at it", e.OrderGiven("Lee", "look at it", 600), "order to Lee, 10 min"),
        ("O @lee 1h30m look #db", e.OrderGiven("lee", "look #db", 5400), "order to lee, 1 h 30 min"),
        ('o "Lee Ann" 90s a\nb', e.OrderGiven("Lee Ann", "a b", 90), "order to Lee Ann, 1 min 30 s"),
        ("o no, it is down", entry("finding", "o no, it is down"), "finding"),
        ("o no 10 of 12 are down", entry("finding", "o no 10 of 12 are down"), "finding"),
        ("o lee look at it", entry("finding", "o lee look at it"), "finding"),
        ("of Lee 10m ago", entry("finding", "of Lee 10m ago"), "finding"),
        ("o 10m look at it", entry("finding", "o 10m look at it"), "finding"),
        ("\\o lee 10m look", entry("finding", "o lee 10m look"), "finding"),
        ("is it the cache?", entry("finding", "is it the cache?"), "finding"),
        ("\\? really", entry("finding", "? really"), "finding"),
        ("\\@lee says #so +H1", entry("finding", "@lee says #so +H1"), "finding"),
        ("pool is full #db", entry("finding", "pool is full", "db"), "finding · tag db"),
        ("#db pool is full #pool", entry("finding", "#db pool is full", "db", "pool"), "finding · tags db, pool"),
        ("in #db, the pool", entry("finding", "in #db, the pool", "db"), "finding · tag db"),
        ("#db", entry("finding", "#db", "db"), "finding · tag db"),
        ("twice #db full #db #db", entry("finding", "twice #db full", "db"), "finding · tag db"),
        ("fixed by #123", entry("finding", "fixed by #123"), "finding"),
        ("see http://x.test/a#b and C#", entry("finding", "see http://x.test/a#b and C#"), "finding"),
        ("187 idle +H1", entry("finding", "187 idle", supports=H1), "finding · for H1"),
        (
            "+ 187 idle +h1 #db -H2",
            entry("evidence", "187 idle", "db", supports=H1, refutes=H2),
            "evidence · tag db · for H1 · against H2",
        ),
        ("+H1 says so", entry("evidence", "H1 says so"), "evidence"),
        ("-H1", entry("finding", "-H1"), "finding"),
        ("+H1\nx\ny", entry("evidence", "x\ny", supports=H1), "evidence · 2 lines · for H1"),
        ("-h1 \nx", entry("evidence", "x", refutes=H1), "evidence · against H1"),
        ("graph\n#a +H1", entry("evidence", "graph\n#a +H1"), "evidence · 2 lines"),
        ("graph #db\nx\ny", entry("evidence", "graph\nx\ny", "db"), "evidence · 3 lines · tag db"),
        ("\n!rm -rf /", entry("evidence", "!rm -rf /"), "evidence"),
        ("? why\nbecause", entry("theory", "why\nbecause"), "theory · 2 lines"),
        ("\\plain\nx", entry("finding", "plain\nx"), "finding · 2 lines"),
        ("bell \x07\x1b[2J", entry("finding", "bell ^G^[[2J"), "finding"),
        (
            "@external We are on it next 20m",
            e.MessageDrafted("external", "We are on it", "", "", 1200),
            "message to external, next update in 20 min, as a draft",
        ),
        (
            "@i we roll back; next 20m",
            e.MessageDrafted("internal", "we roll back", "", "", 1200),
            "message to internal, next update in 20 min, as a draft",
        ),
        ("@i 👀 looking", e.MessageDrafted("internal", "looking", "", "👀"), "message to internal, as a draft"),
        ("@int looking", e.MessageDrafted("internal", "looking"), "message to internal, as a draft"),
        ("@m all next week", e.MessageDrafted("management", "all next week"), "message to management, as a draft"),
        ("@e a\nb", e.MessageDrafted("external", "a\nb"), "message to external, as a draft"),
        (
            "@ext a next 1h30m",
            e.MessageDrafted("external", "a", "", "", 5400),
            "message to external, next update in 1 h 30 min, as a draft",
        ),
    ],
)
def test_what_a_line_records(line: str, body: e.Body, hint: str) -> None:
    assert recorded(line) == (body,)
    assert typed(line).hint == hint
    assert typed(line).shown == hint
    assert typed(line).at is None


@pytest.mark.parametrize(
    ("line", "kind", "at", "hint"),
    [
        ("@14:05 pool leak", "finding", datetime(2026, 11, 21, 13, 5, tzinfo=UTC), "finding at 14:05 (20 min ago)"),
        (
            "@14:05:30 ? pool leak",
            "theory",
            datetime(2026, 11, 21, 13, 5, 30, tzinfo=UTC),
            "theory at 14:05:30 (19 min 30 s ago)",
        ),
        ("-10m > roll back", "decision", NOW - timedelta(minutes=10), "decision at 14:15 (10 min ago)"),
        ("-1h5m x", "finding", NOW - timedelta(minutes=65), "finding at 13:20 (1 h 5 min ago)"),
        (
            "@yesterday 14:05 * x",
            "action",
            datetime(2026, 11, 20, 13, 5, tzinfo=UTC),
            "action at 20 Nov 14:05 (1 d ago)",
        ),
        ("@2026-11-20T14:05 x", "finding", datetime(2026, 11, 20, 13, 5, tzinfo=UTC), None),
        ("@2026-11-20T14:05Z x", "finding", datetime(2026, 11, 20, 14, 5, tzinfo=UTC), None),
        ("@2026-11-20 14:05 x", "finding", datetime(2026, 11, 20, 13, 5, tzinfo=UTC), None),
        ("@14:26 x", "finding", datetime(2026, 11, 20, 13, 26, tzinfo=UTC), None),
        (
            "@14:05 @ext We know",
            "message",
            datetime(2026, 11, 21, 13, 5, tzinfo=UTC),
            "message to external at 14:05 (20 min ago), as a draft",
        ),
        (
            "-5m /severity 1",
            "verb",
            NOW - timedelta(minutes=5),
            "/severity S [REASON] — raise or lower the severity at 14:20 (5 min ago)",
        ),
        ("-5m o lee 10m x", "order", NOW - timedelta(minutes=5), "order to lee, 10 min at 14:20 (5 min ago)"),
        ("@14:25 x", "finding", NOW, "finding at 14:25 (just now)"),
        ("-10 degrees", "finding", None, "finding"),
        ("-5min", "finding", None, "finding"),
        ("\\@14:05 x", "finding", None, "finding"),
    ],
)
def test_back_dating(line: str, kind: str, at: datetime | None, hint: str | None) -> None:
    found = typed(line)
    assert (found.kind, found.at, found.problem) == (kind, at, None)
    assert hint is None or found.hint == hint


@pytest.mark.parametrize(
    ("line", "kind", "text", "hint"),
    [
        ("! kubectl get pods", "run", "kubectl get pods", "runs: kubectl get pods, output is kept"),
        ("!ls #x +H1", "run", "ls #x +H1", "runs: ls #x +H1, output is kept"),
        ("!", "run", "", "runs a command, output is kept"),
        ("/sev 2 x", "verb", "/sev 2 x", "/severity S [REASON] — raise or lower the severity"),
        ("/error a\nb", "verb", "/error a\nb", "/error TEXT — record an error message"),
    ],
)
def test_commands_are_not_recorded(line: str, kind: str, text: str, hint: str) -> None:
    found = typed(line)
    assert (found.kind, found.text, found.hint) == (kind, text, hint)
    assert isinstance(intent(found), Refused)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("@lee look at this", "no audience “lee”: internal, management, external; \\ in front logs it as it is"),
        ("@ext", "nothing is written yet"),
        ("@ text", "no audience “”"),
        ("@25:99 x", '"25:99" is not a time'),
        ("@14 x", '"14" is not a time'),
        ("@2027-01-01T00:00 x", "lies in the future"),
        ("@1900-01-01T00:00 x", "before 1970"),
        ("-999999d x", "is not a time"),
        ("187 idle +H9", "no theory “H9”; known are: H1, H2"),
        ("187 idle +H1 +H2", "an entry counts for one theory"),
        ("@ext soon next 0m", "within minutes to days"),
        ("@ext soon next 999999d", "within minutes to days"),
        ("! ls\nrm x", "a command to run is one line"),
        ("-5m ! ls", "a command runs now, not earlier"),
        ("/serverity 1", "no command “serverity”; did you mean severity"),
        ("o someone 10m look", "an order is for one named person; name who does it"),
        ("o mara 10m look", "mara is in command; give it to somebody else"),
        ("o lee 0m look", "a time box is longer than nothing"),
        ("o lee 99d look", "at most 30 days"),
        ("o lee 1h1h look", '"1h1h" is not a duration'),
        ("o lee 10m", "nothing is written yet"),
        ("o", "o PERSON TIME TEXT"),
        ("o lee", "o PERSON TIME TEXT"),
        ("o lee 5x look at it", "o PERSON TIME TEXT"),
        ("! kubectl -n {{namespace}} get pods", "{{namespace}} is still to be filled in"),
        ("x" * 70_000, "65,536 are the limit"),
    ],
)
def test_problems(line: str, words: str) -> None:
    problem = typed(line).problem
    assert problem is not None
    assert words in problem
    assert isinstance(intent(typed(line)), Refused)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("", "finding"),
        ("?", "theory"),
        ("-5m", "finding at 14:20 (5 min ago)"),
        ("@i ", "message to internal, as a draft"),
        ("o Lee 10m ", "order to Lee, 10 min"),
    ],
)
def test_nothing_written_yet_is_no_reproach(line: str, hint: str) -> None:
    found = typed(line)
    assert found.shown == hint
    assert found.problem == "nothing is written yet"


STARTS = st.sampled_from(
    [
        "",
        "?",
        "!",
        ">",
        "*",
        "+",
        "@",
        "/",
        "\\",
        "o x 10m ",
        "o ",
        "@14:05 ",
        "-10m ",
        "@yesterday 9:00 ",
        "@2026-11-20T14:05 ",
        "@ext ",
    ]
)
WORDS = st.sampled_from(["#tag", "#1", "+H1", "-H2", "next 20m", "next 99999d", "\n", '"', "/sev", "@m"])


@given(STARTS, STARTS, st.lists(WORDS | st.text(max_size=10), max_size=6).map(" ".join))
def test_no_line_breaks_the_reading(front: str, sign: str, rest: str) -> None:
    found = typed(front + sign + rest)

    meant = intent(found)
    assert not has_controls(found.text + found.hint)
    assert isinstance(meant, Refused) or found.problem is None
    assert isinstance(meant, Refused) or isinstance(meant(INCIDENT), tuple)


@given(st.text().map(lambda text: text.strip()).filter(bool))
def test_a_backslash_takes_the_line_as_it_is(text: str) -> None:
    found = typed("\\" + text)

    assert (found.kind, found.tags, found.at) == ("finding", (), None)
