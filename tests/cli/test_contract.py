"""The contract of errors, exit codes and help."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from incident_tui.cli.parser import ROOMS
from tests.cli.conftest import Answer, CommandLine


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (["lgo", "x"], 2, "did you mean log"),
        (["log", "x", "--bar"], 2, "incident-tui log --help"),
        (["say", "external", "x", "--send", "--sent"], 2, "--sent says that it is out"),
        (
            ["declare", "--from-sentry", "https://acme.sentry.io/issues/1/"],
            1,
            "no source is configured for acme.sentry.io",
        ),
        (["declare"], 2, "TITLE"),
        (["run"], 2, "no command"),
        (["action", "add"], 2, "needs a text"),
        (["order"], 2, "order PERSON BOX TEXT"),
        (["order", "lee", "10m"], 2, "order PERSON BOX TEXT"),
        (["order", "done"], 2, "order done ID RESULT"),
        (["order", "lee", "soon", "x"], 1, "is not a duration"),
        (["log", "x"], 1, "no incident is live"),
        (["show", "-i", "zzz"], 1, "no incident"),
        (["declare", "x", "--severity", "huge"], 1, "no severity"),
        (["declare", "x", "--protocol", "huge"], 1, "no protocol “huge”; known are emergency"),
        (["declare", "x", "--detected-at", "huge"], 1, "is not a time"),
        (["import", "/no/such/file"], 1, "No such file"),
        (["report", "--template", "x"], 1, "or one of"),
        ([], 1, "needs a terminal"),
    ],
)
def test_an_error_is_one_line(cli: CommandLine, words: list[str], code: int, part: str) -> None:
    answer = cli.process(*words)

    assert (answer.code, answer.out) == (code, "")
    assert answer.err.startswith("error: ")
    assert answer.err.count("\n") == 1
    assert part in answer.err


@pytest.mark.parametrize("verb", ["inbox", "rewind", "protocols"])
def test_verbs_that_do_not_exist_are_not_accepted(cli: CommandLine, verb: str) -> None:
    assert cli(verb).code == 2


def test_every_verb_has_help_with_an_example() -> None:
    from incident_tui.cli.parser import build, verb_named

    parser = build()
    for name in ROOMS:
        verb = verb_named(name)
        assert verb.example.startswith(f"incident-tui {name}")
        assert verb.help
    assert all(name in parser.format_help() for name in ROOMS)


def test_the_help_of_a_verb_shows_its_example(cli: CommandLine) -> None:
    out = cli.ok("log", "--help")

    assert "None" not in cli.ok("--help")
    assert "example:\n  incident-tui log " in out
    assert "-i REF" in out


def test_a_mistake_in_the_configuration_is_told_in_one_line(cli: CommandLine) -> None:
    (cli.home / "config").mkdir(parents=True)
    (cli.home / "config" / "config.toml").write_text('zon = "local"\n')

    answer = cli("list")

    assert (answer.code, answer.err) == (1, "error: config.toml: zon: unknown key; did you mean zone?\n")


def test_a_file_that_is_no_database(cli: CommandLine) -> None:
    (cli.home / "data").mkdir(parents=True)
    (cli.home / "data" / "incidents.db").write_bytes(b"not a database at all" * 100)

    answer = cli("log", "x")

    assert answer.code == 1
    assert answer.err.startswith("error: ")
    assert "Traceback" not in answer.err
    assert cli("doctor").code == 1


def test_the_unforeseen_is_one_line_and_its_details_are_for_who_asks(cli: CommandLine) -> None:
    code = (
        "import incident_tui.cli.parser as p; p.parse = lambda a: 1 / 0; "
        "import incident_tui.__main__ as m; m.main(['list'])"
    )
    command = [cli.command()[0], "-c", code]

    plain = subprocess.run(command, capture_output=True, text=True, env=cli.environ(), check=False)
    asked = subprocess.run(
        command, capture_output=True, text=True, env=cli.environ({"INCIDENT_TUI_DEBUG": "1"}), check=False
    )

    assert plain.stderr.startswith("error: unexpected: ZeroDivisionError: ")
    assert plain.stderr.count("\n") == 1
    assert "Traceback" in asked.stderr


def test_who_stops_reading_causes_no_noise(live: CommandLine) -> None:
    for number in range(3):
        live.ok("log", f"{number} " + "x" * 60_000)

    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        live.command("export"), stdout=writer, stderr=subprocess.PIPE, env=live.environ(), check=False
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (141, b"")


def test_a_plain_ascii_terminal_gets_escapes(live: CommandLine) -> None:
    live.ok("log", "Größe ≈ 1")
    ascii_only = {"LANG": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}

    shown = live.process("show", env=ascii_only)
    document = live.process("show", "--json", env=ascii_only)

    assert shown.code == document.code == 0
    assert "Gr\\xf6\\xdfe \\u2248 1" in shown.out
    assert json.loads(document.out)["title"] == "Checkout fails"


@pytest.mark.parametrize(("more", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colours_are_for_terminals_that_want_them(live: CommandLine, more: dict[str, str], coloured: bool) -> None:
    master, slave = pty.openpty()
    subprocess.run(
        live.command("list"), stdout=slave, stdin=slave, env=live.environ({"TERM": "xterm", **more}), check=True
    )
    os.close(slave)
    out = os.read(master, 65536)
    os.close(master)

    assert (b"\x1b[31minvestigating" in out) is coloured
    assert b"\x1b" not in live.ok("list").encode()


HEAVY = (
    *("textual", "rich", "sqlite_utils", "pendulum", "jinja2", "httpx", "shtab", "platformdirs"),
    *("secrets", "shutil", "tempfile", "socket", "tomllib", "asyncio", "inspect"),
    *(() if sys.version_info >= (3, 12) else ("threading",)),  # since then zones bring it along
    *("hashlib", "locale", "copy"),
    *(f"incident_tui.{room}" for room in ("web", "channels", "sources", "reports", "protocols", "grammar", "verbs")),
    *(f"incident_tui.cli.{verbs}" for verbs in ("write", "record")),
    *("incident_tui.config.discipline", "incident_tui.journal.search"),
    *(f"incident_tui.domain.{rules}" for rules in ("closing", "decide.command", "drill", "search", "snippets")),
)


def test_nothing_heavy_is_imported_to_log(live: CommandLine) -> None:
    code = (
        "import sys; from incident_tui.__main__ import main; code = main(['log', 'x', '-q']);"
        f"print(code, [m for m in {HEAVY!r} if m in sys.modules])"
    )

    done = subprocess.run(
        [live.command()[0], "-c", code], capture_output=True, text=True, env=live.environ(), check=True
    )

    assert done.stdout == "0 []\n"


def test_no_zones_are_loaded_to_log_in_the_machines_own() -> None:
    code = "import sys, incident_tui.cli.log, incident_tui.cli.parser; print('zoneinfo' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(cli: CommandLine, shell: str) -> None:
    out = cli.ok("completion", shell)

    assert "milestone" in out
    assert "incident-tui" in out


def test_the_demo(cli: CommandLine) -> None:
    out = cli.ok("demo")

    live, past = cli.json("list")
    assert live["ref"] in out
    assert (live["live"], past["live"]) == (True, False)
    assert cli.ok("report", "-i", past["ref"]).startswith("# ")
    assert cli.json("verify")["sound"] is True


def through_shell(cli: CommandLine, words: str, where: str) -> Answer:
    """A verb whose streams the shell has closed, or sent where nothing is taken."""
    line = f"'{sys.executable}' -m incident_tui {words} {where}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, env=cli.environ(), check=False, timeout=300)
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize("words", ["list", "show", "nonsense"])
def test_a_full_disk_behind_stdout_and_closed_streams_cause_no_noise(live: CommandLine, words: str) -> None:
    full = through_shell(live, words, ">/dev/full")
    closed = through_shell(live, words, ">&- 2>&-")

    assert full.code == closed.code == (2 if words == "nonsense" else 1)
    assert full.err.startswith("error: ")
    assert full.err.count("\n") == 1
    assert closed.err == ""


@pytest.mark.parametrize(
    "words", ["list", "list --json", "show", "export", "report", "verify", "doctor", "completion bash", "--help"]
)
def test_an_answer_that_nobody_can_get_is_a_failure(live: CommandLine, words: str) -> None:
    closed = through_shell(live, words, ">&-")

    assert (closed.code, closed.err.count("\n")) == (1, 1), closed.err
    assert closed.err.startswith("error: standard output is closed, and the answer goes there; ")
    assert through_shell(live, words, ">/dev/null").code == 0


def test_the_screen_needs_an_output(live: CommandLine) -> None:
    said = through_shell(live, "", ">&-")

    assert (said.code, said.err.split(";")[0]) == (1, "error: the screen needs a terminal")


@pytest.mark.parametrize("where", [">/dev/full", ">&-", "<&- >&-"])
@pytest.mark.parametrize("words", ["log again", "declare again", "say internal hello", "step done 1.1"])
def test_what_is_done_is_no_failure_where_nobody_can_be_told(live: CommandLine, words: str, where: str) -> None:
    before = len(live.ok("export").splitlines())
    said = through_shell(live, words, where)

    assert (said.code, said.err.count("\n")) == (0, 1), said.err
    assert said.err.startswith("note: it is done, but standard output takes no word of it: ")
    assert said.err.endswith("it is closed\n") == ("&" in where)
    assert len(live.ok("export").splitlines()) > before
    assert live.json("verify")["sound"] is True


@pytest.mark.parametrize("where", [">/dev/full", ">&-"])
def test_what_is_entered_is_no_failure_where_its_document_is_lost(
    live: CommandLine, tmp_path: Path, where: str
) -> None:
    past = tmp_path / "2024-03-13-checkout.md"
    past.write_text("# Checkout fails\n\n## Timeline\n\n- 10:01 Outage begins\n- 11:10 Incident resolved\n")

    said = [through_shell(live, f"import '{past}' --json", where)]
    (entered,) = (item["ref"] for item in live.json("list") if not item["live"])
    said.append(through_shell(live, f"drill {entered} --json", where))

    assert [answer.code for answer in said] == [0, 0], said
    assert all(answer.err.startswith("note: it is done, but ") for answer in said)
    assert len(live.json("list")) == 3


def test_a_command_runs_to_its_end_without_an_output(live: CommandLine) -> None:
    said = through_shell(live, "run -- sh -c 'echo one; sleep 0.3; echo two; exit 7'", ">&-")

    assert (said.code, said.err) == (7, "")
    assert live.bodies("command.run")[0]["output"] == "one\ntwo\n"


def test_a_message_begins_with_a_template(cli: CommandLine) -> None:
    cli("declare", "Checkout down", "--commander", "dana")
    assert cli("say", "internal", "--template", "alert", "the pool is full", "--sent").code == 0
    assert cli("say", "external", "--template", "identified", "--sent").code == 1

    (message,) = json.loads(cli("show", "--json").out)["messages"].values()
    assert message["state"] == "sent"
    assert "the pool is full" in message["text"]
    assert "dana commands" in message["text"]


def test_a_template_of_ones_own_makes_the_report(cli: CommandLine, tmp_path: Path) -> None:
    cli("declare", "Checkout *down*")
    template = tmp_path / "short.md.j2"
    template.write_text("# {{ report.incident.title }}\n", encoding="utf-8")
    broken = tmp_path / "broken.md.j2"
    broken.write_text("one\n{% if %}\n", encoding="utf-8")

    assert cli("report", "--template", str(template)).out == "# Checkout \\*down\\*\n"
    answer = cli("report", "--template", str(broken))
    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert "broken.md.j2:2" in answer.err
