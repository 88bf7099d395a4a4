"""Where protocols are found, which one a name means, and what cannot be one."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from incident_tui.protocols.places import LARGEST, Places, ProtocolError, name_of, read_file, usable

RUNBOOK = "# Web is down\n\n## Mitigate (15 min)\n\n1. Roll back\n2. Tell support\n"


def places(folder: Path) -> Places:
    return Places.around(folder / "config", folder / "work" / "deep")


def put(folder: Path, name: str, text: str = RUNBOOK) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_what_comes_with_the_program_is_always_there(tmp_path: Path) -> None:
    listed = places(tmp_path).listed()

    assert [(item.name, item.owner, item.path) for item in listed] == [("emergency", "builtin", None)]
    assert "triage" in {item.name for item in places(tmp_path).listed("playbook")}


def test_a_project_s_document_hides_the_user_s_and_that_hides_ours(tmp_path: Path) -> None:
    mine = put(tmp_path, "config/protocols/emergency.md")
    put(tmp_path, "config/protocols/web.md")
    theirs = put(tmp_path, "work/.incident/web.md")
    below = put(tmp_path, "work/.incident/protocols/db.md")
    put(tmp_path, "work/.incident/README.md")
    found = {item.name: (item.owner, item.path) for item in places(tmp_path).listed()}

    assert found == {"emergency": ("yours", mine), "web": ("project", theirs), "db": ("project", below)}


def test_the_folder_of_a_project_is_looked_for_up_to_its_repository(tmp_path: Path) -> None:
    put(tmp_path, ".incident/far.md")
    assert "far" in {item.name for item in places(tmp_path).listed()}
    (tmp_path / "work" / ".git").mkdir(parents=True)

    assert "far" not in {item.name for item in places(tmp_path).listed()}


def test_a_name_or_a_path_becomes_a_protocol_with_the_hash_of_its_file(tmp_path: Path) -> None:
    path = put(tmp_path, "config/protocols/web.md")
    by_name = places(tmp_path).load("web").protocol

    assert by_name == places(tmp_path).load(str(path)).protocol
    assert (by_name.name, by_name.title, by_name.source) == ("web", "Web is down", str(path))
    assert by_name.digest == sha256(path.read_bytes()).hexdigest()
    assert [phase.title for phase in by_name.phases] == ["Mitigate (15 min)"]


def test_our_own_form_is_read_too_and_cleaned(tmp_path: Path) -> None:
    path = put(tmp_path, "own.toml", '[[phases]]\ntitle = "One\\u001b[31m"\n[[phases.steps]]\ntitle = "Look"\n')
    protocol = read_file(path).protocol

    assert [(step.number, step.title) for _, step in protocol.all_steps()] == [("1.1", "Look")]
    assert "\x1b" not in protocol.phases[0].title


def test_a_phase_without_steps_in_our_own_form_is_a_doubt(tmp_path: Path) -> None:
    path = put(tmp_path, "own.toml", '[[phases]]\ntitle = "One"\n')

    assert [(note.kind, note.text) for note in read_file(path).notes] == [("doubt", "phase “One” has no steps")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a\0b", "is not a text"),
        (b"x" * (LARGEST + 1), "is larger than 4 MiB"),
    ],
)
def test_what_is_no_document_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "x.md"
    path.write_bytes(content)
    with pytest.raises(ProtocolError) as refused:
        read_file(path)

    assert reason in refused.value.reason


def test_the_home_of_nobody_is_no_place(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="~nobody99/runbook"):
        places(tmp_path).load("~nobody99/runbook.md")


def test_a_mistake_in_our_own_form_is_named_with_its_place(tmp_path: Path) -> None:
    path = put(tmp_path, "own.toml", "title = \n")
    with pytest.raises(ProtocolError, match="line 1, column 9"):
        read_file(path)


def test_a_name_nobody_knows_is_answered_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="known are emergency, or give the path of a file"):
        places(tmp_path).load("nothing")
    with pytest.raises(ProtocolError, match="No such file"):
        places(tmp_path).load(str(tmp_path / "gone.md"))


def test_a_document_without_anything_to_do_is_not_followed(tmp_path: Path) -> None:
    path = put(tmp_path, "essay.md", "# Thoughts\n\nThe sea is wide.\n")
    with pytest.raises(ProtocolError, match="no step was found"):
        usable(read_file(path), "essay.md")


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("web.md", "web"),
        ("incident-process.html.md.erb", "incident-process"),
        ("rotating-rds.credentials.html.md", "rotating-rds.credentials"),
        (".md", ".md"),
        ("notes", "notes"),
    ],
)
def test_the_name_of_a_file_is_without_how_it_is_written(file: str, name: str) -> None:
    assert name_of(Path(file)) == name
