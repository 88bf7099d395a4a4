"""Where things lie."""

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from platformdirs import PlatformDirs

from incident_tui.paths import Paths, in_the_way, styles, why_not_made


def test_home_moves_data_and_configuration(tmp_path: Path) -> None:
    paths = Paths.find({"INCIDENT_TUI_HOME": str(tmp_path)})

    assert (paths.data, paths.config) == (tmp_path / "data", tmp_path / "config")
    assert paths.database == tmp_path / "data" / "incidents.db"
    assert paths.blobs == tmp_path / "data" / "blobs"
    assert paths.spill == tmp_path / "data" / "spill"
    assert paths.config_file == tmp_path / "config" / "config.toml"


def test_home_may_be_relative_or_start_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    assert Paths.find({"INCIDENT_TUI_HOME": "here"}).data == tmp_path / "here" / "data"
    assert Paths.find({"INCIDENT_TUI_HOME": "~/there"}).data == tmp_path / "there" / "data"


@pytest.mark.parametrize("environ", [{}, {"INCIDENT_TUI_HOME": ""}])
def test_without_home_the_user_folders_of_the_platform(environ: dict[str, str]) -> None:
    paths = Paths.find(environ)

    assert paths.data.is_absolute()
    assert paths.config.is_absolute()
    assert "incident-tui" in paths.data.parts
    assert "incident-tui" in paths.config.parts


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs is asked")
@pytest.mark.parametrize("data", [None, "", " ", "/srv/data", "/srv/data/", " /srv/data", "relative"])
@pytest.mark.parametrize("config", [None, "/srv/config"])
@pytest.mark.parametrize("home", ["/home/mara", "", "relative", None])
def test_on_linux_they_are_where_other_programs_have_them(
    monkeypatch: pytest.MonkeyPatch, data: str | None, config: str | None, home: str | None
) -> None:
    for name, value in (("XDG_DATA_HOME", data), ("XDG_CONFIG_HOME", config), ("HOME", home)):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    folders = PlatformDirs("incident-tui", appauthor=False)
    without_home = {name: value for name, value in os.environ.items() if name != "INCIDENT_TUI_HOME"}

    paths = Paths.find(without_home)
    assert (paths.data, paths.config) == (folders.user_data_path, folders.user_config_path)


def test_finding_makes_nothing(tmp_path: Path) -> None:
    Paths.find({"INCIDENT_TUI_HOME": str(tmp_path / "home")})

    assert list(tmp_path.iterdir()) == []


def test_make_keeps_everybody_else_out_and_can_be_repeated(tmp_path: Path) -> None:
    paths = Paths.find({"INCIDENT_TUI_HOME": str(tmp_path / "home")})

    paths.make()
    paths.make()

    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (paths.data, paths.config)] == [0o700] * 2
    assert list(paths.data.iterdir()) == []


@pytest.mark.parametrize("name", ["blobs", "spill", "../config"])
def test_only_the_data_folder_must_be_one(tmp_path: Path, name: str) -> None:
    paths = Paths.find({"INCIDENT_TUI_HOME": str(tmp_path)})
    paths.data.mkdir()
    (paths.data / name).symlink_to("nowhere")

    paths.make()

    assert (paths.data / name).is_symlink()


@pytest.mark.parametrize(("link", "words"), [("data", "a link that leads nowhere"), ("", "no folder")])
def test_what_stands_in_the_way_of_the_data_folder_is_named(tmp_path: Path, link: str, words: str) -> None:
    paths = Paths.find({"INCIDENT_TUI_HOME": str(tmp_path)})
    if link:
        paths.data.symlink_to(link)
    else:
        paths.data.touch()

    with pytest.raises(FileExistsError) as error:
        paths.make()

    assert why_not_made(error.value) == f"{paths.data} is {words}"
    assert in_the_way(paths.config) == in_the_way(tmp_path / "nothing") == ""


def test_styles_is_the_folder_of_the_style_sheets() -> None:
    assert styles().name == "styles"


def synced_by(act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What is on the disk for certain after an act, by its numbers."""
    found: list[int] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        found.append(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", noted)
        act()
    return found


def test_folders_that_are_made_outlive_a_loss_of_power(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "a" / "b"
    paths = Paths.find({"INCIDENT_TUI_HOME": str(home)})

    synced = synced_by(paths.make, monkeypatch)

    assert synced == [folder.stat().st_ino for folder in (tmp_path, tmp_path / "a", home)]
    assert synced_by(paths.make, monkeypatch) == []


@pytest.mark.parametrize(("number", "starts"), [(errno.EINVAL, True), (errno.EACCES, True), (errno.EIO, False)])
def test_a_folder_that_cannot_be_synced_stops_the_start_only_where_the_disk_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, starts: bool
) -> None:
    def fails(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fails)
    paths = Paths.find({"INCIDENT_TUI_HOME": str(tmp_path / "home")})

    with contextlib.nullcontext() if starts else pytest.raises(OSError, match="Input/output"):
        paths.make()


def test_where_texts_go_for_a_while_is_told_by_the_surroundings(tmp_path: Path) -> None:
    environ = {"INCIDENT_TUI_HOME": str(tmp_path), "TMPDIR": "/var/tmp", "XDG_RUNTIME_DIR": "/run/user/7"}

    assert Paths.find(environ).passing == (Path("/var/tmp"), Path("/run/user/7"))
    assert Paths.find({**environ, "TMPDIR": "relative", "XDG_RUNTIME_DIR": ""}).passing == (Path("/tmp"),)
    one, other = (Paths(tmp_path / name, tmp_path, (tmp_path,)).shelters for name in ("one", "other"))
    assert one != other
