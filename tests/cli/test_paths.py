"""Tricks with paths, links and names: nothing outside the named place is read or written, and names stay names."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from incident_tui.journal.codec import COLUMNS, Row, canonical, digest
from tests.cli.conftest import Answer, CommandLine

PRECIOUS = "precious\n"
WRITING = [
    ["report", "-o"],
    ["handoff", "-o"],
    ["export", "-o"],
    ["replay", "--export"],
    ["backup"],
    ["repair", "-o"],
]
FORCING = [words for words in WRITING if words[0] in ("report", "handoff", "export")]
BAD_NAMES = ["", "x" * 256, "no/such/folder/x.svg", "."]


def ids(words: list[str]) -> str:
    return words[0]


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """A file that nobody may touch."""
    file = tmp_path / "precious"
    file.write_text(PRECIOUS)
    return file


def refused(answer: Answer) -> str:
    """The one line that says why."""
    assert (answer.code in (1, 2), answer.err.count("\n")) == (True, 1), answer
    assert answer.err.startswith("error: ")
    assert "unexpected" not in answer.err
    return answer.err


@pytest.mark.parametrize("name", ["data/blobs", "data/spill", "config"])
def test_a_folder_that_is_none_stops_only_what_needs_it(live: CommandLine, tmp_path: Path, name: str) -> None:
    place = live.home / name
    if place.is_dir():
        place.rmdir()
    place.symlink_to("nowhere")

    live.ok("log", "pool at 98 %")
    for words in (["list"], ["report"], ["export"], ["verify"], ["backup", str(tmp_path / "copy.db")]):
        live.ok(*words)
    said = live("doctor")
    kept = live("attach", __file__)

    assert (said.code, said.out.count("\nbad ")) == (1, 1), said.out
    assert f"{place} is a link that leads nowhere" in said.out
    assert (str(place) in kept.err) == (kept.code == 1) == (name == "data/blobs")
    assert place.is_symlink()


@pytest.mark.parametrize("link", ["data", "nowhere", ""], ids=["loop", "dangling", "file"])
def test_a_data_folder_that_is_none_is_named(cli: CommandLine, link: str) -> None:
    data = cli.home / "data"
    cli.home.mkdir()
    if link:
        data.symlink_to(link)
    else:
        data.touch()

    said = cli("doctor")

    assert f"error: the data folder cannot be made: {data} is " in refused(cli("list"))
    assert (said.code, said.err) == (1, "")
    assert f"{data} is {'a link that leads nowhere' if link else 'no folder'}; check its place and rights" in said.out
    assert "terminal" in said.out


@pytest.mark.parametrize("words", WRITING, ids=ids)
def test_no_file_is_written_over(live: CommandLine, tmp_path: Path, precious: Path, words: list[str]) -> None:
    target = tmp_path / "taken.svg"
    precious.rename(target)

    assert "exists already" in refused(live(*words, str(target)))
    assert target.read_text() == PRECIOUS


@pytest.mark.parametrize("words", WRITING, ids=ids)
def test_no_link_is_followed(live: CommandLine, tmp_path: Path, precious: Path, words: list[str]) -> None:
    """Neither one that leads to a file nor one that leads to where none is yet."""
    link, dangling = tmp_path / "link.svg", tmp_path / "dangling.svg"
    link.symlink_to(precious)
    dangling.symlink_to(tmp_path / "planted")

    assert "exists already" in refused(live(*words, str(link)))
    assert "exists already" in refused(live(*words, str(dangling)))
    assert (precious.read_text(), (tmp_path / "planted").exists()) == (PRECIOUS, False)


@pytest.mark.parametrize("words", FORCING, ids=ids)
def test_force_replaces_a_link_and_not_what_it_leads_to(
    live: CommandLine, tmp_path: Path, precious: Path, words: list[str]
) -> None:
    link = tmp_path / "link.md"
    link.symlink_to(precious)

    live.ok(*words, str(link), "--force")

    assert (link.is_symlink(), precious.read_text()) == (False, PRECIOUS)
    assert link.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("words", WRITING, ids=ids)
@pytest.mark.parametrize("name", BAD_NAMES, ids=["empty", "long", "nowhere", "folder"])
def test_names_that_cannot_be_files_are_one_clear_line(
    live: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())

    refused(live(*words, name))

    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("words", WRITING, ids=ids)
@pytest.mark.parametrize("name", ["-rf.svg", "a\nb\x1b[2J.svg", "größe und 20 %.svg", "..svg"])
def test_odd_names_are_names(
    live: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], name: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.chdir(folder)
    words = [*words[:-1], f"{words[-1]}={name}"] if words[-1].startswith("--") else [*words, f"./{name}"]

    out = live.ok(*words)

    assert [file.name for file in folder.iterdir()] == [name]
    assert "\x1b" not in out


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "-rf", "a\nb", "%s%n", "$(id)", "*", "inc-"])
def test_no_reference_is_a_path_or_a_pattern(live: CommandLine, name: str) -> None:
    answer = live("show", f"--incident={name}")

    assert (answer.code, answer.err.count("\n")) == ((0, 0) if name == "inc-" else (1, 1))


@pytest.mark.parametrize("name", ["../heap.txt", "a\nb\x1b]0;x\x07.txt", "-rf", "x" * 255, " .txt"])
def test_files_that_are_attached_are_kept_by_what_they_hold(
    live: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    Path(name).write_text("used 98 %")

    out = live.ok("attach", "--", name)

    (blob,) = (live.home / "data" / "blobs").iterdir()
    assert len(blob.name) == 64
    assert (out.count("\n"), "\x1b" in out, live.json("verify")["sound"]) == (1, False, True)
    assert "/" not in live.bodies("file.attached")[0]["name"]


def test_of_a_link_the_file_is_attached(live: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "heap.txt").write_text("used 98 %")
    (tmp_path / "link").symlink_to(tmp_path / "heap.txt")

    live.ok("attach", str(tmp_path / "link"))

    (blob,) = (live.home / "data" / "blobs").iterdir()
    assert (blob.is_symlink(), blob.read_text()) == (False, "used 98 %")


@pytest.mark.parametrize("inside", ["../secret.txt", "/etc/passwd", "./../secret.txt", "sub/../../secret.txt"])
def test_templates_include_nothing_from_elsewhere(live: CommandLine, tmp_path: Path, inside: str) -> None:
    (tmp_path / "secret.txt").write_text("sesame")
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "mine.md.j2").write_text(f"{{% include {inside!r} %}}")

    answer = live("report", "--template", str(folder / "mine.md.j2"))

    assert "mine.md.j2" in refused(answer)
    assert "sesame" not in answer.out + answer.err


@pytest.mark.parametrize("name", ["../../precious", "/etc/passwd", "..", "-rf", "a/b"])
def test_no_name_of_a_document_or_a_protocol_leads_out_of_its_folder(
    live: CommandLine, tmp_path: Path, precious: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What is no file where the person stands is looked for by its name only."""
    empty = tmp_path / "a" / "b" / "c"
    empty.mkdir(parents=True)
    monkeypatch.chdir(empty)
    if Path(name).is_file():
        return  # a path that the person gives is read, as a template or a protocol of their own

    refused(live("report", f"--template={name}"))
    refused(live("protocols", "show", "--", name))
    assert precious.read_text() == PRECIOUS


def forged(cli: CommandLine, **body: Any) -> bytes:
    """The export of a malicious colleague: whole by its chain, with a file's name or place as they like it."""
    *lines, last = cli.ok("export").splitlines()
    fields = json.loads(last)
    fields["body"] |= body
    texts = {name: canonical(fields["body"]) if name == "body" else fields[name] for name in COLUMNS}
    fields["hash"] = digest(Row(**texts))
    return "\n".join((*lines, json.dumps(fields))).encode()


@pytest.mark.parametrize(
    "body",
    [
        {"sha256": "../../../../etc/passwd"},
        {"sha256": "/etc/passwd"},
        {"sha256": "..\x00"},
        {"name": "../../../../tmp/planted"},
        {"name": "/etc/passwd\n\x1b[2J"},
        {"name": "x" * 100_000},
    ],
)
def test_no_name_in_an_export_leads_anywhere(live: CommandLine, tmp_path: Path, body: dict[str, str]) -> None:
    (tmp_path / "heap.txt").write_text("used 98 %")
    live.ok("attach", str(tmp_path / "heap.txt"))
    other = CommandLine(tmp_path / "other")

    other.ok("import", stdin=forged(live, **body))

    for words in (["show"], ["report"], ["export"], ["verify"], ["search", "heap"], ["anchor"]):
        answer = other(*words)
        assert "root:" not in answer.out + answer.err
        assert "\x1b" not in answer.out + answer.err
        assert "unexpected" not in answer.err
    assert not (other.home / "data" / "blobs").exists()
    assert not Path("/tmp/planted").exists()


def test_the_lock_is_no_link(live: CommandLine, precious: Path) -> None:
    lock = live.home / "data" / "incidents.db.lock"
    lock.unlink()
    lock.symlink_to(precious)

    assert "lock" in refused(live("log", "x"))
    assert precious.read_text() == PRECIOUS


def test_a_database_that_is_a_link_to_nowhere_is_not_made_there(cli: CommandLine, tmp_path: Path) -> None:
    (cli.home / "data").mkdir(parents=True)
    (cli.home / "data" / "incidents.db").symlink_to(tmp_path / "planted.db")

    refused(cli("declare", "Checkout fails"))

    assert not (tmp_path / "planted.db").exists()
    assert os.path.lexists(cli.home / "data" / "incidents.db")


def test_what_follows_two_dashes_is_text(live: CommandLine) -> None:
    live.ok("log", "--at", "2m ago", "--", "-rf", "was", "--run", "--", "twice")

    assert live.bodies("entry.logged")[-1]["text"] == "-rf was --run -- twice"


def test_the_test_notices_a_file_that_is_opened_as_it_comes(
    live: CommandLine, tmp_path: Path, precious: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for flag in ("O_EXCL", "O_NOFOLLOW"):
        monkeypatch.setattr(os, flag, 0)

    with pytest.raises(AssertionError):
        test_no_link_is_followed(live, tmp_path, precious, ["report", "-o"])
    assert precious.read_text() != PRECIOUS
