import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incident_tui.sources.git import Git
from incident_tui.sources.source import Scene
from tests.sources.asked import NOW, asked, configured, is_fit, texts

AUTHOR = {
    "GIT_AUTHOR_NAME": "lee",
    "GIT_AUTHOR_EMAIL": "lee@example.com",
    "GIT_COMMITTER_NAME": "lee",
    "GIT_COMMITTER_EMAIL": "lee@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path, *words: str, at: str = "2026-11-21T13:00:00Z") -> str:
    dates = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    done = subprocess.run(
        ["git", "-C", str(folder), *words], env={**os.environ, **AUTHOR, **dates}, capture_output=True, check=True
    )
    return done.stdout.decode().strip()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Three commits, two of them released."""
    folder = tmp_path / "shop"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    for number, at in enumerate(("2026-11-19T10:00:00Z", "2026-11-21T12:00:00Z", "2026-11-21T13:00:00Z"), 1):
        git(folder, "commit", "-q", "--allow-empty", "-m", f"Change {number}\n\nBody {number}", at=at)
        if number < 3:
            git(folder, "tag", "-a", "-m", "x", f"v{number}", at=at)
    return folder


def config(folder: Path, **more: object) -> Any:
    return configured(code={"kind": "git", "path": str(folder), **more})


def test_what_changed_lately(shop: Path) -> None:
    (panel,) = asked(config(shop)).values()

    assert [text.partition(" · ")[2] for text in texts(panel)] == ["Change 3 · lee", "Change 2 · lee"]
    assert panel.rows[0].more == "Body 3"
    assert panel.rows[0].at is not None
    assert panel.since is not None
    is_fit(panel)


def test_what_the_latest_release_brought(shop: Path) -> None:
    panel = asked(config(shop, releases="v*"))["Changes of the latest release"]

    assert [text.partition(" · ")[2] for text in texts(panel)] == ["Change 2 · lee"]
    assert panel.query == "git log v1..v2"


def test_two_versions_by_name(shop: Path) -> None:
    (panel,) = asked(config(shop), "v1..main").values()

    assert len(panel.rows) == 2


def test_names_that_look_like_options_are_names(shop: Path, tmp_path: Path) -> None:
    written = tmp_path / "written"
    name = f"--output={written}"
    git(shop, "update-ref", f"refs/heads/{name}", "HEAD~2")

    (panel,) = asked(config(shop, branch=f"refs/heads/{name}", since="90d")).values()
    (other,) = asked(config(shop, branch=name)).values()

    assert [text.partition(" · ")[2] for text in texts(panel)] == ["Change 1 · lee"]
    assert other.problem or len(other.rows) >= 1
    assert not written.exists()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=30) | st.sampled_from(["--all", "-O/x", "--exec=touch x", "@{-1}", ":/x", "HEAD^{tree}", "a\0b"])
)
def test_no_name_of_a_branch_does_harm(shop: Path, name: str) -> None:
    before = sorted(os.listdir(shop))

    scene = Scene.of(NOW)
    asks = (*Git("code", shop, branch=name).standing(scene), *Git("code", shop).about(f"{name}..main", scene))

    for question in asks:
        panel = question.ask()
        is_fit(panel)
        assert panel.problem or panel.rows
    assert sorted(os.listdir(shop)) == before


def test_what_the_repository_would_run_is_not_run(shop: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    for key in ("core.fsmonitor", "core.pager", "gpg.program", "core.sshCommand", "log.showSignature", "alias.log"):
        git(shop, "config", key, "true" if key == "log.showSignature" else f"touch {ran}")

    (panel,) = asked(config(shop)).values()

    assert len(panel.rows) == 2
    assert not ran.exists()


def test_hostile_authors_and_messages(shop: Path) -> None:
    git(
        shop,
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "\x1b[31mred\x1b]0;x\x07",
        "--author",
        "a\x1fb 2020 <x@example.com>",
    )

    (panel,) = asked(config(shop)).values()

    is_fit(panel)
    assert len(panel.rows) == 3
    assert panel.rows[0].at is not None


def test_no_repository_is_said_so(tmp_path: Path) -> None:
    (panel,) = asked(config(tmp_path / "none")).values()
    (other,) = asked(config(tmp_path)).values()

    assert panel.problem.startswith("git: ")
    assert other.problem.startswith("git: ")
