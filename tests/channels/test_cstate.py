"""cState: files in a real repository, pushed to a real remote."""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from incident_tui.channels.cstate import CState
from incident_tui.channels.cstate_page import entry_of, opening, page_of, plain, text_with
from incident_tui.channels.outcome import Delivered, Failed
from incident_tui.config.table import ConfigError, Table
from incident_tui.domain.letters import Letter
from incident_tui.domain.text import clean
from incident_tui.web import Trouble
from tests.channels.letters import AT, letter
from tests.channels.server import Answer, serving

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
FILE = "content/issues/2026-11-21-inc-20261121-k7q.md"


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(autouse=True)
def identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who commits, and nothing of the settings of whoever runs the tests."""
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\nname = Status\nemail = status@example.com\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare repository with one commit on main."""
    folder = tmp_path_factory.mktemp("begun")
    bare, seed = folder / "remote.git", folder / "seed"
    seed.mkdir()
    git(folder, "init", "-q", "-b", "main", str(seed))
    (seed / "config.yml").write_text("title: Status\n")
    git(seed, "add", ".")
    git(seed, "-c", "user.name=Status", "-c", "user.email=status@example.com", "commit", "-q", "-m", "Begin")
    git(folder, "clone", "-q", "--bare", str(seed), str(bare))
    return bare


@pytest.fixture
def remote(tmp_path: Path, begun: Path) -> Path:
    return Path(shutil.copytree(begun, tmp_path / "remote.git"))


@pytest.fixture
def clone(tmp_path: Path, remote: Path) -> Path:
    git(tmp_path, "clone", "-q", str(remote), "clone")
    return tmp_path / "clone"


@pytest.fixture
def colleague(tmp_path: Path, remote: Path) -> Path:
    """Somebody else's clone."""
    git(tmp_path, "clone", "-q", str(remote), "colleague")
    return tmp_path / "colleague"


def page(path: Path, **values: object) -> CState:
    table = {"path": str(path), "systems": {"payments": "Payments", "checkout-api": "Checkout"}, **values}
    return CState.configured("status", Table("config.toml", "channels.status", table))


def public(form: str = "opening", **changes: object) -> Letter:
    return letter(form, audience="external", **changes)


def published(remote: Path) -> str:
    return git(remote, "show", f"main:{FILE}")


def commits(remote: Path) -> list[str]:
    return git(remote, "log", "--format=%s", "main").splitlines()


def head(text: str) -> dict[str, object]:
    """The front matter, each line of which is a name and JSON."""
    lines = text.split("---\n")[1].splitlines()
    return {name: json.loads(value) for name, _, value in (line.partition(": ") for line in lines)}


def nothing() -> None:
    """A beginning that nobody records."""


def refuse() -> None:
    raise AssertionError("it began")


def test_the_opening_is_a_file_on_the_remote(remote: Path, clone: Path) -> None:
    before = git(clone, "rev-parse", "HEAD"), git(clone, "status", "--porcelain")

    outcome = page(clone, site="https://status.example.com/").send(public(severity=1, mark="🔥"), nothing)

    text = published(remote)
    assert outcome == Delivered(FILE, "https://status.example.com/issues/2026-11-21-inc-20261121-k7q/")
    assert head(text) == {
        "title": "Checkout fails",
        "date": "2026-11-21T13:05:00Z",
        "section": "issue",
        "lastmod": "2026-11-21T13:30:00Z",
        "severity": "down",
        "resolved": False,
        "resolvedWhen": "",
        "affected": ["Checkout", "Payments"],
        "letters": [public().key],
    }
    told = '*Investigating* - Payments by card fail for one customer in five. {{< track "2026-11-21T13:30:00Z" >}}\n'
    assert text.endswith(f"---\n\n{told}")
    assert commits(remote) == ["Checkout fails: investigating", "Begin"]
    assert (git(clone, "rev-parse", "HEAD"), git(clone, "status", "--porcelain")) == before


def test_what_follows_stands_above_in_the_same_file(remote: Path, clone: Path) -> None:
    channel = page(clone)
    channel.send(public(severity=1), nothing)
    later = AT + timedelta(hours=1)

    over = public("change", key="k2", card=FILE, severity=3, status="closed", at=later, text="It works again.")
    channel.send(over, nothing)
    channel.send(public("update", key="k3", card=FILE, status="closed", at=later), nothing)

    text = published(remote)
    assert head(text)["resolved"] is True
    assert head(text)["resolvedWhen"] == "2026-11-21T14:30:00Z"
    assert head(text)["severity"] == "disrupted"
    assert head(text)["letters"] == [public().key, "k2", "k3"]
    assert re.findall(r"^\*(\w+)\*", text, re.MULTILINE) == ["Resolved", "Resolved", "Investigating"]
    assert len(commits(remote)) == 4


def test_sending_twice_has_the_effect_of_once(remote: Path, clone: Path) -> None:
    page(clone).send(public(), nothing)

    again = page(clone).send(public(again=True), refuse)

    assert again == Delivered(FILE)
    assert len(commits(remote)) == 2


def test_what_somebody_else_pushes_meanwhile_stays(remote: Path, clone: Path, colleague: Path) -> None:
    begun: list[int] = []

    def meanwhile() -> None:
        begun.append(1)
        (colleague / "other.md").write_text("other")
        git(colleague, "add", ".")
        git(colleague, "commit", "-q", "-m", "Other")
        git(colleague, "push", "-q")

    outcome = page(clone).send(public(), meanwhile)

    assert outcome == Delivered(FILE)
    assert begun == [1]
    assert commits(remote) == ["Checkout fails: investigating", "Other", "Begin"]


def test_what_a_person_changed_in_the_file_stays(remote: Path, clone: Path, colleague: Path) -> None:
    page(clone).send(public(), nothing)
    git(colleague, "pull", "-q")
    file = colleague / FILE
    changed = file.read_text().replace('title: "Checkout fails"', "title: Paying fails\npin: true")
    changed = re.sub(r"affected: .*", "affected:\n  - Shop\n  - Till", changed).replace("customer", "shopper")
    file.write_text(changed.replace("\n", "\r\n"))
    git(colleague, "commit", "-q", "-a", "-m", "Better words")
    git(colleague, "push", "-q")

    page(clone).send(public("update", key="k2", card=FILE), nothing)

    text = published(remote)
    assert "title: Paying fails\npin: true\n" in text
    assert 'affected: ["Checkout", "Payments"]\n' in text
    assert "Shop" not in text.replace("shopper", "")
    assert "one shopper in five" in text
    assert text.count("*Investigating*") == 2


def test_a_file_without_front_matter_is_left_alone(remote: Path, clone: Path, colleague: Path) -> None:
    page(clone).send(public(), nothing)
    git(colleague, "pull", "-q")
    (colleague / FILE).write_text("+++\ntitle = 1\n+++\n")
    git(colleague, "commit", "-q", "-a", "-m", "TOML")
    git(colleague, "push", "-q")

    outcome = page(clone).send(public("update", key="k2", card=FILE), refuse)

    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert "changed by hand" in outcome.reason
    assert published(remote).startswith("+++")


def test_a_remote_that_is_gone_is_tried_again_and_gets_it_once(remote: Path, clone: Path) -> None:
    away = remote.rename(remote.with_name("away.git"))
    lost = page(clone).send(public(), refuse)
    away.rename(remote)

    outcome = page(clone).send(public(), nothing)

    assert isinstance(lost, Failed)
    assert lost.retryable
    assert outcome == Delivered(FILE)
    assert len(commits(remote)) == 2


def test_a_remote_that_goes_while_pushing_is_tried_again(remote: Path, clone: Path) -> None:
    away = remote.with_name("away.git")

    def leave() -> None:
        remote.rename(away)

    lost = page(clone).send(public(), leave)
    away.rename(remote)

    assert isinstance(lost, Failed)
    assert lost.retryable
    assert page(clone).send(public(again=True), nothing) == Delivered(FILE)
    assert len(commits(remote)) == 2


def test_a_remote_that_refuses_is_not_tried_again(remote: Path, clone: Path) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho main is protected >&2\nexit 1\n")
    hook.chmod(0o755)

    outcome = page(clone).send(public(), nothing)

    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert "main is protected" in outcome.reason


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_remote_that_says_nothing_is_left(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alive, never, silent = tmp_path / "alive", tmp_path / "never", tmp_path / "silent"
    os.mkfifo(alive)
    os.mkfifo(never)
    silent.write_text(f"#!/bin/sh\nexec 3>{alive}\nexec cat {never}\n")
    silent.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(silent))
    git(clone, "remote", "set-url", "origin", "ssh://nowhere.example/x.git")
    channel = page(clone)
    reader = os.open(alive, os.O_RDONLY | os.O_NONBLOCK)
    try:
        outcome = replace(channel, repository=replace(channel.repository, seconds=3)).send(public(), refuse)
        ended, _, _ = select.select([reader], [], [], 60)
    finally:
        os.close(reader)

    assert isinstance(outcome, Failed)
    assert outcome.retryable
    assert "longer than 3 s" in outcome.reason
    assert ended, "what git had started goes on"


def test_nobody_is_asked_for_a_password_and_none_is_shown(clone: Path) -> None:
    with serving() as server:
        server.answer = Answer(401, "", {"www-authenticate": 'Basic realm="git"'})
        address = server.url.replace("://", "://me:hunter2-and-more@")
        git(clone, "remote", "set-url", "origin", f"{address}/x.git")
        outcome = page(clone).send(public(), refuse)

    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert "hunter2" not in outcome.reason
    assert server.requests


def test_what_is_no_repository_is_told(tmp_path: Path) -> None:
    outcome = page(tmp_path / "nothing").send(public(), refuse)

    assert isinstance(outcome, Failed)
    with pytest.raises(Trouble):
        page(tmp_path / "nothing").check()


def test_check_asks_for_the_branch(clone: Path) -> None:
    assert page(clone).check() == "origin answers, and has the branch main"
    with pytest.raises(Trouble, match="origin has no branch live"):
        page(clone, branch="live").check()


def test_a_preview_shows_what_is_pushed(remote: Path, clone: Path) -> None:
    given_ = public(severity=2, title='The "shop" is down', services=("payments", "ledger"))

    shown = page(clone).preview(given_)
    page(clone).send(given_, nothing)

    parts, text = dict(shown.parts), published(remote)
    assert parts["title"] == head(text)["title"] == "The ”shop” is down"
    assert parts["severity"] == head(text)["severity"] == "disrupted"
    assert f"\n\n{parts['text']} {{{{< track " in text
    assert shown.notes == (
        "with the time of sending, and public once the page is built",
        "not shown as affected: ledger (not in systems)",
    )


def test_a_name_that_nobody_was_shown_stays_here(remote: Path, clone: Path) -> None:
    page(clone).send(public(), nothing)
    renamed = public("change", key="k2", card=FILE, status="identified", title="Data of ACME has leaked")

    assert "title" not in dict(page(clone).preview(renamed).parts)
    page(clone).send(renamed, nothing)

    assert head(published(remote))["title"] == "Checkout fails"
    assert commits(remote)[0] == "Checkout fails: identified"
    assert "ACME" not in git(remote, "log", "-p", "main")


@pytest.mark.parametrize(
    ("fixed", "shown"), [("", "Service disruption"), ("Trouble with the shop", "Trouble with the shop")]
)
def test_where_the_file_is_gone_it_has_no_name_of_ours(
    remote: Path, clone: Path, colleague: Path, fixed: str, shown: str
) -> None:
    page(clone).send(public(), nothing)
    git(colleague, "pull", "-q")
    git(colleague, "rm", "-q", FILE)
    git(colleague, "commit", "-q", "-m", "Away")
    git(colleague, "push", "-q")
    page(clone, title=fixed).send(public("update", key="k2", card=FILE, title="Data of ACME has leaked"), nothing)

    assert head(published(remote))["title"] == shown
    assert "ACME" not in git(remote, "log", "-p", "main")


@pytest.mark.parametrize("form", ["card", "item", "document", "test"])
def test_nothing_else_becomes_public(remote: Path, clone: Path, form: str) -> None:
    assert isinstance(page(clone).send(public(form, card=FILE), refuse), Failed)
    assert commits(remote) == ["Begin"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"path": ""}, "the folder of a clone"),
        ({"branch": "--force"}, "branch"),
        ({"remote": "ext::sh"}, "remote"),
        ({"folder": "../outside"}, "folder"),
        ({"site": "javascript:alert(1)"}, "site"),
    ],
)
def test_the_configuration_is_exact(values: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        CState.configured("status", Table("config.toml", "channels.status", {"path": "x", **values}))


@given(st.text(alphabet=st.characters() | st.sampled_from('{}<>%"\\-\n')).map(clean))
def test_no_text_is_a_shortcode_or_ends_a_quotation(text: str) -> None:
    words = entry_of(public(text=text))
    title = plain(text)

    assert len(re.findall(r"\{\{", words)) == 1
    assert not {'"', "\\", "\n"} & set(title)
    assert "{{" not in title


@given(st.lists(st.text(alphabet=st.characters() | st.sampled_from("-:\n {}")).map(clean), min_size=1, max_size=4))
def test_a_file_is_read_as_it_was_written(texts: list[str]) -> None:
    first = public(title=texts[0])
    page = opening(first, texts[0])

    for number, text in enumerate(texts):
        page = page_of(text_with(page, public(key=f"k{number}", text=text), (f"S{number}",)))

    assert page.letters == tuple(f"k{number}" for number in range(len(texts)))
    assert page.ours["affected"] == [f"S{number}" for number in range(len(texts))]
    assert page.theirs == opening(first, texts[0]).theirs
    assert page.body.count("{{< track") == len(texts)


@pytest.mark.skipif(shutil.which("hugo") is None, reason="hugo is not installed")
def test_hugo_builds_what_is_pushed(remote: Path, clone: Path, tmp_path: Path) -> None:
    hostile = 'Off: "{{< nope >}}" <script>alert(1)</script> {{% x %}} \\ `{{`'
    page(clone).send(public(title=hostile, text=f"{hostile}\n\n---\n+++\n"), nothing)
    git(tmp_path, "clone", "-q", str(remote), "site")
    site = tmp_path / "site"
    (site / "config.yml").write_text("baseURL: https://example.com\ndisableKinds: [taxonomy, term, RSS, sitemap]\n")
    for name, template in {
        "shortcodes/track.html": '({{ dateFormat "15:04" (.Get 0) }})',
        "_default/single.html": '{{ .Title }}|{{ .Date.Format "2006" }}|{{ .Params.severity }}|{{ .Content }}',
        "_default/list.html": "{{ range .Params.affected }}{{ . }}{{ end }}",
    }.items():
        file = site / "layouts" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(template)

    subprocess.run(["hugo", "--quiet", "-s", str(site)], check=True, capture_output=True)

    built = (site / "public" / "issues" / Path(FILE).stem / "index.html").read_text()
    assert "|2026|disrupted|" in built
    assert "(13:30)" in built
    assert "<script>" not in built
    assert "{ {&lt; nope &gt;}}" in built
