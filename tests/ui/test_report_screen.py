"""The report screen: made beside the screen, inert, exported into new files only."""

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import App
from textual.widgets import Markdown

from incident_tui.ui.documents import Offered
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.screens.choose import ChooseScreen
from incident_tui.ui.screens.report import ReportScreen, unused, write_new
from incident_tui.ui.text import plain
from incident_tui.ui.widgets.keyline import KeyLine
from tests.ui.rest import at_rest_with_workers

STYLES = Path(__file__).parents[2] / "styles"
HOSTILE = "\x1b]0;pwn\x07\x1b[31m[/x] [@click=app.quit]quit[/] \u202egnp"
REPORT = f"""# Checkout fails

See [the graph](https://example.org/graph) and https://example.org/plain or <b>bold</b>.

| time | what |
|---|---|
| 14:05 | {HOSTILE} |
"""
NAME = "INC-20261121-K7Q-report.md"


class ReportApp(App[None]):
    """Shows a report, and keeps what it asks for."""

    CSS_PATH = [STYLES / name for name in ("tones.tcss", "widgets.tcss", "screens.tcss")]  # noqa: RUF012 - Textual's own

    report: ReportScreen

    def __init__(self, folder: Path, make: Callable[[], str] = lambda: REPORT, *others: Offered) -> None:
        super().__init__()
        self.others = others
        self.folder = folder
        self.make = make
        self.copied: list[str] = []
        self.opened: list[str] = []

    def on_mount(self) -> None:
        only = Offered("incident-report", "all of it", NAME, self.make)
        self.report = ReportScreen(f"Incident report {HOSTILE}", (only, *self.others), self.folder)
        self.push_screen(self.report)

    def on_report_screen_copy_wanted(self, message: ReportScreen.CopyWanted) -> None:
        self.copied.append(message.text)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:  # noqa: ARG002 - Textual's signature
        self.opened.append(url)


def status(app: ReportApp) -> str:
    return plain(app.report.status.lines[0])


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_it_says_that_it_prepares_and_then_shows(tmp_path: Path, size: tuple[int, int]) -> None:
    allowed = threading.Event()

    def make() -> str:
        allowed.wait(60)
        return REPORT

    app = ReportApp(tmp_path, make)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert status(app).endswith("preparing…")
        await pilot.press("e", "enter", "y")
        assert app.screen is app.report
        assert [notice.message for notice in app._notifications] == ["the text is not there yet"] * 2
        allowed.set()
        await at_rest_with_workers(app)
        assert status(app).endswith("preparing…") is False
        assert list(tmp_path.iterdir()) == []
        app.clear_notifications()
        await pilot.pause()
        picture = app.export_screenshot().replace("&#160;", " ")
        assert "Checkout fails" in picture
        assert "&lt;b&gt;bold" in picture
        shown = app.report.query_one(KeyLine).render_line(0).text
        assert shown.strip() == "e export   y copy   v text/rendered   esc back"


async def test_links_open_nothing(tmp_path: Path) -> None:
    app = ReportApp(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_rest_with_workers(app)
        document = app.report.query_one(Markdown)
        document.post_message(Markdown.LinkClicked(document, "https://example.org/graph"))
        await pilot.pause()
        assert app.opened == []


async def test_text_and_rendered_take_turns(tmp_path: Path) -> None:
    app = ReportApp(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_rest_with_workers(app)
        await pilot.press("v")
        assert app.report.source.display
        assert not app.report.scroll.display
        assert app.report.source.text.startswith("# Checkout fails")
        assert "\x1b" not in app.report.source.text
        await pilot.press("v")
        assert app.report.scroll.display


async def test_the_text_is_copied_as_it_is_exported(tmp_path: Path) -> None:
    app = ReportApp(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_rest_with_workers(app)
        await pilot.press("y", "e", "enter")
        await pilot.pause()
        written = tmp_path / NAME
        assert app.copied == [written.read_text()]
        assert stat.S_IMODE(written.stat().st_mode) == 0o600
        assert status(app).endswith(f"written to {written}")


async def test_what_exists_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("mine")
    app = ReportApp(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_rest_with_workers(app)
        await pilot.press("e")
        dialog = app.screen
        assert isinstance(dialog, AskScreen)
        dialog.answer.value = "mine.md"
        await pilot.pause()
        await pilot.press("enter")
        assert plain(dialog.reason.lines[0]) == "mine.md exists already; choose another name"
        dialog.answer.value = "nowhere/mine.md"
        await pilot.pause()
        await pilot.press("enter")
        assert plain(dialog.reason.lines[0]).startswith("there is no folder")
        await pilot.press("escape")
        assert [file.name for file in tmp_path.iterdir()] == ["mine.md"]
        assert (tmp_path / "mine.md").read_text() == "mine"


async def test_a_document_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    def make() -> str:
        raise ValueError(HOSTILE)

    app = ReportApp(tmp_path, make)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_rest_with_workers(app)
        assert "the document cannot be made: ^[]0;pwn" in status(app)
        await pilot.press("e", "y", "escape")
        assert app.copied == []
        assert app.screen is not app.report


def test_a_name_that_is_free_is_suggested(tmp_path: Path) -> None:
    assert unused(tmp_path, NAME) == NAME
    (tmp_path / NAME).touch()
    (tmp_path / "INC-20261121-K7Q-report-2.md").symlink_to("nowhere")
    assert unused(tmp_path, NAME) == "INC-20261121-K7Q-report-3.md"


@pytest.mark.parametrize(
    "ref", ["../../x", "/etc/x", "~root/x", "~nobody99", "a\0b", "\x1b[2J\u202e", ".", "", "x/" * 900]
)
def test_a_name_that_is_suggested_stays_in_its_folder_whatever_the_reference(tmp_path: Path, ref: str) -> None:
    name = unused(tmp_path, f"{ref}-report.md")
    assert name == Path(name).name
    assert name.isprintable()
    assert not name.startswith(("~", ".", "-"))
    assert write_new(tmp_path / name, "x") == ""
    assert unused(tmp_path, f"{ref}-report.md").endswith("-2.md")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    link = tmp_path / "link.md"
    link.symlink_to(tmp_path / "target.md")
    assert write_new(link, "x") == "link.md exists already; choose another name"
    assert not (tmp_path / "target.md").exists()


def test_a_file_that_could_not_be_written_whole_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert write_new(tmp_path / "a.md", "x") == "cannot be written: No space left on device"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", ".", "a\0b"])
def test_what_is_no_file_name_is_said(tmp_path: Path, name: str) -> None:
    assert write_new(tmp_path / name, "x") != ""


async def test_another_document_takes_its_place(tmp_path: Path) -> None:
    table = Offered("timeline-csv", "for a spreadsheet", "INC-1-timeline.csv", lambda: "a,b\nc,d\n", False, "\r\n")
    broken = Offered("mine", f"your template {HOSTILE}", "INC-1-mine.md", lambda: str(1 // 0))
    app = ReportApp(tmp_path, lambda: REPORT, table, broken)
    async with app.run_test(size=(120, 36)) as pilot:
        await at_rest_with_workers(app)
        assert app.report.query_one(KeyLine).render_line(0).text.split()[:6] == [
            "e",
            "export",
            "y",
            "copy",
            "t",
            "document",
        ]
        await pilot.press("t", *"csv")
        assert isinstance(app.screen, ChooseScreen)
        await pilot.press("enter")
        await at_rest_with_workers(app)
        assert status(app).endswith("·  timeline-csv")
        assert (app.report.source.display, app.report.scroll.display) == (True, False)
        assert app.report.source.text == "a,b\nc,d\n"
        assert len(app.report.query(Markdown)) == 0
        await pilot.press("v", "e", "enter")
        await pilot.pause()
        assert (tmp_path / "INC-1-timeline.csv").read_bytes() == b"a,b\r\nc,d\r\n"
        await pilot.press("t", *"mine", "enter")
        await at_rest_with_workers(app)
        assert status(app).endswith("the document cannot be made: integer division or modulo by zero")
        await pilot.press("y", "t", *"incident", "enter")
        await at_rest_with_workers(app)
        assert app.report.scroll.display
        await pilot.press("y")
        assert [text.startswith("# Checkout fails") for text in app.copied] == [True]


async def test_a_document_that_comes_too_late_is_let_go(tmp_path: Path) -> None:
    allowed = threading.Event()

    def slow() -> str:
        allowed.wait(60)
        return "# slow\n"

    app = ReportApp(tmp_path, slow, Offered("quick", "", "quick.md", lambda: "# quick\n"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("t", *"quick", "enter")
        await pilot.pause()
        allowed.set()
        await at_rest_with_workers(app)
        assert app.report.text == "# quick\n"
        assert len(app.report.query(Markdown)) == 1
