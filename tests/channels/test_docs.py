"""What the pages on channels show can be copied: every example is a configuration that holds."""

import re
import tomllib
from pathlib import Path

import pytest

from incident_tui.channels.registry import KINDS, channel_of, route_of
from incident_tui.config import load
from incident_tui.config.table import Table

PAGES = Path(__file__).parents[2] / "docs" / "channels"


def examples(page: Path) -> list[str]:
    return re.findall(r"^```toml\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_the_examples_of_a_page_can_be_copied(page: Path, tmp_path: Path) -> None:
    found = examples(page)

    assert found
    for number, example in enumerate(found):
        file = tmp_path / f"{number}.toml"
        file.write_text(example)
        config = load(file, {})
        for name, table in config.channels.items():
            assert channel_of(name, table).name == route_of(name, table).channel == name


def test_the_overview_names_every_service_and_every_page() -> None:
    text = (PAGES / "README.md").read_text()

    assert {kind for kind in KINDS if f"`{kind}`" not in text} == set()
    assert {
        page.name for page in PAGES.glob("*.md") if page.name != "README.md" and f"({page.name})" not in text
    } == set()


def test_the_configuration_in_the_introduction_can_be_copied() -> None:
    (example,) = [text for text in examples(PAGES.parents[1] / "README.md") if "[channels." in text]
    tables = tomllib.loads(example)["channels"]

    for name, values in tables.items():
        assert channel_of(name, Table("config.toml", f"channels.{name}", values)).name == name


@pytest.mark.parametrize(("kind", "anchor"), [("mattermost", True), ("apprise", False)])
def test_the_anchor_is_left_out_by_default_where_texts_are_shortened_unseen(kind: str, *, anchor: bool) -> None:
    values = {"kind": kind, "url": "env:HOOK"}

    assert route_of("ops", Table("config.toml", "channels.ops", values)).anchor is anchor
    for wish in (True, False):
        assert route_of("ops", Table("config.toml", "channels.ops", {**values, "anchor": wish})).anchor is wish
