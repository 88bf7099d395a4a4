"""Home: live incidents first, history by day, what is due; a cursor that stays, and clocks that run."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from textual.app import App
from textual.message import Message
from textual.screen import Screen

from incident_tui.config import Config
from incident_tui.domain.decide import Intent, Refused, command
from incident_tui.domain.events import ActionItemAdded, EntryLogged
from incident_tui.domain.search import Query, parse
from incident_tui.journal import Summary
from incident_tui.oncall import Rotation
from incident_tui.oncall.ical import CalendarFile
from incident_tui.paths import Paths
from incident_tui.protocols.library import load_builtin
from incident_tui.session import Done, Session
from incident_tui.ui.screens.declare import Declaration, DeclareScreen
from incident_tui.ui.screens.help import HelpScreen
from incident_tui.ui.screens.home import HomeScreen
from incident_tui.ui.text import plain
from incident_tui.ui.views.due import Due, counted, due_rows, incident_of, when_words
from incident_tui.ui.views.home import DECLARE, DEMO, Hit, filter_line, first_rows, header, home_rows
from incident_tui.ui.views.oncall import on_call, on_call_rows, primary
from incident_tui.ui.widgets.board import Row
from incident_tui.ui.widgets.keyline import KeyLine
from tests.ui.harness import HUGE, at_the_desk
from tests.ui.rest import at_rest_with_workers

STYLES = Path(__file__).parents[2] / "styles"
NOW = datetime(2026, 11, 21, 13, 32, 5, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
HOSTILE = "\x1b]0;pwn\x07\x1b[31m[/x] [@click=app.quit]quit[/] \u202egnp"
PROTOCOL = load_builtin("emergency")


class Wall:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class HomeApp(App[None]):
    """Shows home, and keeps what it asks for."""

    CSS_PATH = [STYLES / name for name in ("tones.tcss", "widgets.tcss", "screens.tcss")]  # noqa: RUF012 - Textual's own

    home: HomeScreen

    def __init__(self, session: Session, at: str = "") -> None:
        super().__init__()
        self.session = session
        self.at = at
        self.asked: list[tuple[str, object]] = []

    def on_mount(self) -> None:
        self.home = HomeScreen(self.session, self.at)
        self.push_screen(self.home)

    def on_home_screen_opened(self, message: HomeScreen.Opened) -> None:
        self.asked.append(("opened", message.incident_id))

    def on_home_screen_declared(self, message: HomeScreen.Declared) -> None:
        self.asked.append(("declared", message.declaration))

    def on_home_screen_demo_wanted(self, _message: Message) -> None:
        self.asked.append(("demo", None))

    def on_home_screen_report_wanted(self, message: HomeScreen.ReportWanted) -> None:
        self.asked.append(("report", message.incident_id))


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def session(tmp_path: Path, wall: Wall) -> Iterator[Session]:
    paths = Paths(tmp_path / "data", tmp_path / "config")
    with Session.open(paths, Config(person="dana", zone="Europe/Berlin"), wall=wall) as opened:
        yield opened


@pytest.fixture
def history(session: Session, wall: Wall) -> dict[str, str]:
    """Four incidents by a short name: one live, one resolved late, two of history."""
    made: dict[str, str] = {}

    def add(name: str, ago: timedelta, severity: int, took: timedelta, *acts: Intent) -> None:
        wall.now = NOW - ago
        done = session.declare(f"{name} {HOSTILE}", severity, PROTOCOL, f"{name} [/b]")
        assert isinstance(done, Done)
        made[name] = done.room.incident.id
        wall.now += took
        for act in acts:
            done = session.perform(done.room, act)
            assert not isinstance(done, Refused)

    def resolved(word: str = "resolved") -> Intent:
        return lambda incident: command.set_status(incident, word, "all is done")

    add("search", timedelta(days=36), 3, timedelta(minutes=72), resolved(), resolved("closed"))
    pool = (ActionItemAdded("Alert on pool use", "lee", "2026-11-19", "high"),)
    add("login", timedelta(days=7), 1, timedelta(hours=3), lambda _: pool, resolved())
    idle = (EntryLogged("finding", f"187 idle sessions {HOSTILE}"),)
    add("orders", timedelta(days=1), 1, timedelta(minutes=55), lambda _: idle, resolved())
    add("checkout", timedelta(minutes=17, seconds=42), 1, timedelta(0))
    wall.now = NOW
    return made


def summary(
    name: str, status: str = "investigating", ago: timedelta = timedelta(minutes=5), severity: int = 2
) -> Summary:
    declared = NOW - ago
    ended = None if status == "investigating" else declared + timedelta(hours=1)
    ref = f"INC-{declared:%Y%m%d}-{name.upper():.3}"
    return Summary(name, ref, f"{name} fails", severity, status, declared, declared, ended, "dana", 3, NOW)


def words(rows: tuple[Row, ...]) -> list[tuple[str, str]]:
    return [(plain(row.line), plain(row.right).strip()) for row in rows]


def test_rows_are_live_ones_then_history_by_day() -> None:
    rows = home_rows(
        [
            summary("api"),
            summary("web", "resolved", timedelta(hours=3)),
            summary("db", "closed", timedelta(days=2), 4),
            summary("old", "closed", timedelta(days=400)),
        ],
        NOW,
        ZONE,
        120,
    )
    assert words(rows) == [
        ("● INC-20261121-API  SEV2  api fails", "05:00   dana   investigating"),
        ("", ""),
        ("today", ""),
        ("✓ INC-20261121-WEB  SEV2  web fails", "01:00:00   dana   resolved"),
        ("Thu 19 Nov", ""),
        ("✓ INC-20261119-DB  SEV4  db fails", "01:00:00   dana   closed"),
        ("Fri 17 Oct 2025", ""),
        ("✓ INC-20251017-OLD  SEV2  old fails", "01:00:00   dana   closed"),
    ]
    assert [row.key for row in rows if row.selectable] == ["api", "web", "db", "old"]


def test_narrow_rows_leave_out_what_the_heading_says() -> None:
    rows = home_rows([summary("api"), summary("web", "closed", timedelta(days=2))], NOW, ZONE, 76)
    assert words(rows)[0] == ("● API  SEV2  api fails", "05:00   investigating")
    assert words(rows)[-1] == ("✓ WEB  SEV2  web fails", "01:00:00   closed")


def test_a_post_mortem_that_is_due_stands_in_its_row() -> None:
    item = summary("web", "resolved", timedelta(days=2))
    owed = [Due("post-mortem", "web", item.ref, item.title, NOW + timedelta(hours=9, minutes=5))]
    assert words(home_rows([item], NOW, ZONE, 120, None, owed))[-1][1].endswith("post-mortem due in 9 h")
    assert words(home_rows([item], NOW, ZONE, 76, None, owed))[-1][1].endswith("resolved")


def test_hits_stand_below_their_incident() -> None:
    hits = {"api": Hit(NOW - timedelta(days=1), "finding  187 idle", 3)}
    rows = home_rows([summary("api")], NOW, ZONE, 76, hits)
    assert words(rows)[1] == ("  │ 20 Nov 14:32:05  finding  187 idle", "+2 more")
    assert not rows[1].selectable


def test_a_hit_shows_its_words_and_ranked_rows_have_no_days() -> None:
    hits = {"web": Hit(NOW, "finding  187 idle", 1, ((13, 17),))}
    rows = home_rows([summary("web", "closed", timedelta(days=2))], NOW, ZONE, 76, hits, ranked=True)
    assert words(rows)[0] == ("best match first", "")
    assert [text for text, tone in rows[-1].line if tone == "strong"] == ["idle"]


def test_the_filters_say_how_they_were_understood() -> None:
    query = parse("pool sev1 service:web", NOW, ZONE)
    assert plain(filter_line(query, 3, 60)).startswith("SEV1  ·  service web")
    assert plain(filter_line(query, 3, 60)).endswith("3 found")
    assert plain(filter_line(query, None, 60)).endswith("looking …")
    assert plain(filter_line(parse("pool", NOW, ZONE), 0, 60)).startswith("all incidents")
    assert plain(filter_line(parse("sev7", NOW, ZONE), 0, 60)).startswith("no severity “7”")
    assert plain(filter_line(Query(), 0, 60)).startswith("words, and filters: sev1, status:resolved")


def test_the_header_counts_what_matters() -> None:
    owed = (
        Due("update", "a", "INC-1-A", "next update", NOW - timedelta(minutes=1)),
        Due("update", "b", "INC-1-B", "next update", NOW + timedelta(minutes=1)),
        Due("post-mortem", "c", "INC-1-C", "c", NOW + timedelta(hours=1)),
        Due("action item", "c", "INC-1-C", "c", NOW + timedelta(hours=1)),
    )
    assert counted(owed, NOW) == (("1 update overdue", "bad"), ("1 post-mortem due", "warn"))
    line = plain(header([summary("api")], owed, NOW, ZONE, 100))
    assert line.startswith("Incidents  1 live  ·  1 update overdue  ·  1 post-mortem due")
    assert line.endswith("14:32:05  Europe/Berlin")


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(minutes=12), "in 12 min"),
        (timedelta(hours=9, minutes=59), "in 9 h"),
        (timedelta(days=5), "in 5 d"),
        (-timedelta(hours=3), "3 h late"),
    ],
)
def test_limits_are_said_roughly(left: timedelta, text: str) -> None:
    assert when_words(NOW + left, NOW) == text
    assert when_words(None, NOW) == ""


def test_due_rows_lead_to_their_incident() -> None:
    late = Due("action item", "b", "INC-1-BBB", "Fix [/x]", NOW - timedelta(days=3))
    rows = due_rows((Due("action item", "a", "INC-1-AAA", "Alert", None), late), NOW)
    assert words(rows) == [("Action items", "2"), ("BBB  Fix [/x]", "3 d late"), ("AAA  Alert", "")]
    assert [incident_of(row.key) for row in rows if row.selectable] == ["b", "a"]


@pytest.mark.parametrize("size", [(160, 40), (120, 36), (80, 24)])
async def test_home_shows_all_of_it(session: Session, history: dict[str, str], size: tuple[int, int]) -> None:
    app = HomeApp(session)
    async with app.run_test(size=size):
        await at_rest_with_workers(app)
        assert [row.key for row in app.home.board.rows if row.selectable] == list(reversed(history.values()))
        assert "1 live" in plain(app.home.header.lines[0])
        assert "2 post-mortems due" in plain(app.home.header.lines[0])
        assert app.home.due.display == (size[0] == 160)
        shown = app.home.query_one(KeyLine).render_line(0).text
        assert "enter open   d declare   R replay   r report   / search   f1 help" in shown
        assert "Alert on pool use" in "".join(plain(row.line) for row in app.home.due.rows)


async def test_keys_ask_for_what_they_say(session: Session, history: dict[str, str]) -> None:
    app = HomeApp(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_rest_with_workers(app)
        await pilot.press("enter", "down", "r", "D")
        assert app.asked == [("opened", history["checkout"]), ("report", history["orders"]), ("demo", None)]
        await pilot.press("f1")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("f1", "d")
        assert isinstance(app.screen, DeclareScreen)
        await pilot.press("x", "enter")
        await pilot.pause()
        assert app.asked[-1] == ("declared", Declaration("x", 1, "dana", None, load_builtin("emergency")))


async def test_what_is_due_opens_its_incident(session: Session, history: dict[str, str]) -> None:
    app = HomeApp(session)
    async with app.run_test(size=(160, 40)) as pilot:
        await at_rest_with_workers(app)
        app.home.due.focus()
        await pilot.press("end", "enter")
        assert app.asked == [("opened", history["login"])]


async def test_clocks_run_and_history_stands(session: Session, history: dict[str, str]) -> None:
    app = HomeApp(session)
    async with app.run_test(size=(120, 36)):
        await at_rest_with_workers(app)
        before = app.home.board.rows
        app.home.tick(NOW + timedelta(seconds=9))
        after = app.home.board.rows
        assert (plain(before[0].right)[:9].strip(), plain(after[0].right)[:9].strip()) == ("17:42", "17:51")
        assert after[1:] == before[1:]
        assert "14:32:14" in plain(app.home.header.lines[0])
        app.home.tick(NOW + timedelta(hours=1))
        assert "01:17:42" in plain(app.home.board.rows[0].right)
        assert app.home.board.cursor_key == history["checkout"]


async def test_the_cursor_stays_when_others_declare(session: Session, history: dict[str, str]) -> None:
    app = HomeApp(session, at=history["login"])
    async with app.run_test(size=(120, 36)):
        await at_rest_with_workers(app)
        assert app.home.board.cursor_key == history["login"]
        session.declare("another", 1, PROTOCOL)
        app.home.catch_up()
        await at_rest_with_workers(app)
        assert len([row for row in app.home.board.rows if row.selectable]) == 5
        assert app.home.board.cursor_key == history["login"]


async def test_what_changes_while_it_is_covered_is_read_when_it_is_back(session: Session) -> None:
    app = HomeApp(session)
    async with app.run_test(size=(80, 24)):
        await at_rest_with_workers(app)
        await app.push_screen(Screen[None]())
        session.declare("another", 1, PROTOCOL)
        app.home.catch_up()
        assert app.home.shelf.summaries == []
        app.pop_screen()
        await at_rest_with_workers(app)
        assert [item.title for item in app.home.shelf.summaries] == ["another"]
        assert app.home.shelf.unread() == ()


async def test_search_reads_every_log(session: Session, history: dict[str, str]) -> None:
    app = HomeApp(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_rest_with_workers(app)
        await pilot.press("slash", *"idle")
        await at_rest_with_workers(app)
        rows = app.home.board.rows
        assert [row.key for row in rows if row.selectable] == [history["orders"]]
        assert "187 idle sessions" in plain(rows[-1].line)
        await pilot.press("enter", *"dq")
        await at_rest_with_workers(app)
        await pilot.press("enter")
        assert app.asked == [("opened", history["orders"])]
        assert "Nothing holds “idledq”" in plain(app.home.board.empty)
        await pilot.press("escape")
        await pilot.pause()
        assert app.home.board.has_focus
        assert len([row for row in app.home.board.rows if row.selectable]) == 4


async def test_filters_choose_incidents_and_say_what_is_wrong_with_them(
    session: Session, history: dict[str, str]
) -> None:
    app = HomeApp(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_rest_with_workers(app)
        await pilot.press("slash", *"sev1 is:resolved")
        await at_rest_with_workers(app)
        shown = [row.key for row in app.home.board.rows if row.selectable]
        assert shown == [history["orders"], history["login"]]
        assert plain(app.home.filters.lines[0]).endswith("2 found")
        app.home.words.value += " since:soon"
        await at_rest_with_workers(app)
        assert "“soon” is not a day" in plain(app.home.filters.lines[0])
        assert [row.key for row in app.home.board.rows if row.selectable] == shown
        await pilot.press("escape")
        await at_rest_with_workers(app)
        assert len([row for row in app.home.board.rows if row.selectable]) == 4
        assert not app.home.filters.display


async def test_what_is_recorded_meanwhile_is_found_too(session: Session, history: dict[str, str]) -> None:
    app = HomeApp(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_rest_with_workers(app)
        await pilot.press("slash", *"idle")
        await at_rest_with_workers(app)
        room = session.enter(history["checkout"])
        session.perform(room, lambda _: (EntryLogged("finding", "idle workers"),))
        app.home.catch_up()
        await at_rest_with_workers(app)
        assert [row.key for row in app.home.board.rows if row.selectable] == [history["checkout"], history["orders"]]


@pytest.mark.usefixtures("history")
async def test_declaring_reminds_of_past_incidents(session: Session) -> None:
    app = HomeApp(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_rest_with_workers(app)
        await pilot.press("d", *"orders are")
        await at_rest_with_workers(app)
        dialog = app.screen
        assert isinstance(dialog, DeclareScreen)
        lines = [plain(line) for line in dialog.alike.lines]
        assert len(lines) == 1
        assert lines[0].startswith("looked like INC-20261120-")
        await pilot.press(*" unlike anything known so far")
        await at_rest_with_workers(app)
        assert dialog.alike.lines == ()


@pytest.mark.parametrize(("keys", "asked"), [(("down", "enter"), "demo"), (("D",), "demo"), (("r", "slash"), "")])
async def test_the_first_run_offers_two_things(session: Session, keys: tuple[str, ...], asked: str) -> None:
    app = HomeApp(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_rest_with_workers(app)
        assert [row.key for row in app.home.board.rows if row.selectable] == [DECLARE, DEMO]
        await pilot.press(*keys)
        assert [name for name, _ in app.asked] == ([asked] if asked else [])


async def test_the_first_choice_declares(session: Session) -> None:
    app = HomeApp(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_rest_with_workers(app)
        await pilot.press("enter")
        assert isinstance(app.screen, DeclareScreen)


def test_both_first_choices_say_what_they_do() -> None:
    assert [plain(row.line).strip() for row in first_rows() if row.selectable] == [
        "d  Declare an incident",
        "D  Open the demo incident",
    ]


def rota(*people: str) -> Rotation:
    return Rotation("web", people, ZONE, date(2026, 11, 16), handover=time(9))


def test_who_is_on_call_is_said_with_the_backup_and_until_when() -> None:
    turns = on_call((rota("Lee", "Kim"),), NOW)
    rows = on_call_rows(turns, NOW, ZONE)

    assert words(rows)[1] == ("@Lee  backup @Kim", "until 23 Nov 09:00")
    assert primary(turns) == "Lee"
    assert "on call @Lee" in plain(header([summary("api")], (), NOW, ZONE, 100, primary(turns)))
    assert on_call_rows(on_call((), NOW), NOW, ZONE) == ()


def test_a_calendar_that_cannot_be_read_says_so_and_spoils_nothing(tmp_path: Path) -> None:
    turns = on_call((CalendarFile("web", tmp_path / "gone.ics", ZONE), rota("Lee", "Kim")), NOW)
    rows = on_call_rows(turns, NOW, ZONE)

    assert "gone.ics" in words(rows)[1][0]
    assert primary(turns) == "Lee"


async def test_who_is_on_call_is_offered_as_technical_lead(tmp_path: Path) -> None:
    config = Config(person="dana", zone=ZONE.key, oncall=(rota("Lee", "Kim"),))
    async with at_the_desk(tmp_path, HUGE, title=None, config=config) as desk:
        assert desk.shows("On call", "@Lee")
        await desk.press("d")
        assert desk.shows("@Lee is technical lead")
        await desk.type("Checkout fails")
        await desk.press("enter")
        assert desk.incident.holder("technical lead") == "Lee"
        assert desk.incident.commander == "dana"
