"""Secrets stand elsewhere, and whatever is wrong with them is said without them."""

import os
import pickle
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from incident_tui.config import ConfigError, keeping, load
from incident_tui.config.secrets import Secret, known_secrets, secret
from incident_tui.config.table import Table

TOKEN = "xoxb-the-secret-itself"
PLACE = "config.toml: channels.ops.url"


@pytest.fixture(autouse=True)
def _nothing_is_known_yet() -> Iterator[None]:
    keeping.answer.cache_clear()
    yield
    keeping.answer.cache_clear()


def referred(value: object) -> Secret:
    return secret(Table("config.toml", "channels.ops", {"url": value}), "url")


def wrong(reference: str) -> str:
    """Why the secret cannot be had; neither message nor traceback has it."""
    with pytest.raises(ConfigError) as caught:
        referred(reference).reveal()
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert caught.value.__context__ is None
    assert TOKEN not in "".join(shown.format())
    return str(caught.value)


def kept(path: Path, content: bytes, mode: int = 0o600) -> str:
    """A file whatever the umask; `file:` and its path."""
    path.write_bytes(content)
    path.chmod(mode)
    return f"file:{path}"


def printing(tmp_path: Path, code: str) -> str:
    script = tmp_path / "tell.py"
    script.write_text(code)
    return f"command:{sys.executable} -S '{script}'"


@pytest.mark.parametrize(
    "value",
    [
        TOKEN,
        f"https://hooks.example/{TOKEN}",
        f" {TOKEN}\n",
        f"file://{TOKEN}",
        f"token:{TOKEN}",
        f"env: {TOKEN}",
        f"file:{TOKEN}",
        f"command:'{TOKEN}",
        f"keyring:{TOKEN}",
        f"keyring:{TOKEN}/",
        "env:",
        "command:",
        "",
        [TOKEN],
        {"x": TOKEN},
        12345678,
    ],
)
def test_a_secret_in_the_file_itself_is_refused_and_not_repeated(value: object) -> None:
    with pytest.raises(ConfigError) as caught:
        referred(value)

    assert str(caught.value).startswith(PLACE)
    assert "write " in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert "1234" not in str(caught.value)


def test_a_missing_key_is_said_to_be_missing() -> None:
    with pytest.raises(ConfigError, match=r"^config\.toml: channels\.ops\.key: is missing; write one of env:NAME, "):
        secret(Table("config.toml", "channels.ops", {}), "key")


def test_a_secret_shows_nothing_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", f"  {TOKEN}\n")
    found = referred("env:HOOK")

    assert found.reveal() == TOKEN
    assert TOKEN not in repr(found) + str(found)
    assert TOKEN.encode() not in pickle.dumps(found)
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "the environment variable HOOK is not set"),
        (" \n", "the environment variable HOOK is empty"),
        (f"{TOKEN}\nx: y", "the environment variable HOOK has line breaks or other controls"),
    ],
)
def test_a_variable_that_is_of_no_use_is_named(value: str | None, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOOK", raising=False)
    if value is not None:
        monkeypatch.setenv("HOOK", value)

    assert wrong("env:HOOK").startswith(f"{PLACE}: {words}")


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_that_is_for_nobody_else_is_read(tmp_path: Path, mode: int) -> None:
    assert referred(kept(tmp_path / "token", f"\ufeff{TOKEN}\r\n".encode(), mode)).reveal() == TOKEN


def test_a_file_in_the_home_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    kept(tmp_path / "token", TOKEN.encode())

    assert referred("file:~/token").reveal() == TOKEN


def test_a_link_is_followed_as_the_secrets_of_containers_are_links(tmp_path: Path) -> None:
    kept(tmp_path / "token", TOKEN.encode())
    (tmp_path / "link").symlink_to("token")

    assert referred(f"file:{tmp_path / 'link'}").reveal() == TOKEN


def test_a_file_made_under_an_open_umask_is_refused_with_its_cure(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        (tmp_path / "token").write_text(TOKEN)
    finally:
        os.umask(before)

    words = wrong(f"file:{tmp_path / 'token'}")

    assert words == f"{PLACE}: others may read {tmp_path / 'token'} (0666); chmod 600 it"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_file_that_is_open_to_anybody_else_is_refused(tmp_path: Path, mode: int) -> None:
    assert "chmod 600 it" in wrong(kept(tmp_path / "token", TOKEN.encode(), mode))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\n", "is empty"),
        (f"{TOKEN}\nsecond".encode(), "has line breaks or other controls; it is to hold the secret alone"),
        (b"\xff\xfe" + TOKEN.encode(), "is no UTF-8 text"),
        (TOKEN.encode() * 4_000, "is too long for a secret"),
    ],
)
def test_a_file_that_is_no_secret_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    assert wrong(kept(tmp_path / "token", content)) == f"{PLACE}: {tmp_path / 'token'} {words}"


def test_what_is_no_file_is_neither_read_nor_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)

    assert wrong(f"file:{tmp_path / 'pipe'}") == f"{PLACE}: {tmp_path / 'pipe'} is no file"
    assert wrong(f"file:{tmp_path}") == f"{PLACE}: {tmp_path} is no file"
    assert wrong(f"file:{tmp_path}/none") == f"{PLACE}: {tmp_path}/none cannot be read: No such file or directory"


def test_a_file_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = kept(tmp_path / "token", TOKEN.encode())
    uid = os.geteuid()
    if uid == 0:
        os.chown(tmp_path / "token", 12345, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: uid + 1)

    assert wrong(reference).endswith("belongs to somebody else, who could change it")


def test_the_first_line_of_a_command_is_the_secret_and_it_is_asked_once(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    found = referred(printing(tmp_path, f"open({str(asked)!r}, 'a').write('x'); print('{TOKEN}'); print('login: me')"))

    answers = [found.reveal(), found.reveal()]
    thread = threading.Thread(target=lambda: answers.append(found.reveal()))
    thread.start()
    thread.join()

    assert answers == [TOKEN] * 3
    assert asked.read_text() == "x"


def test_a_command_is_no_shell(tmp_path: Path) -> None:
    script = printing(tmp_path, "import sys; print(sys.argv[1:])")

    assert referred(f"{script} $HOME ';' `id`").reveal() == "['$HOME', ';', '`id`']"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (f"import sys; print('{TOKEN}'); print('{TOKEN}', file=sys.stderr); sys.exit(3)", "the command ended with 3"),
        ("", "what the command gives is empty"),
        ("print('  ')", "what the command gives is empty"),
        (f"print('{TOKEN}' * 4000)", "what the command gives is too long for a secret"),
        (f"while True: print('{TOKEN}' * 100)", "what the command gives is too long for a secret"),
        ("import sys; sys.stdout.buffer.write(b'\\xff')", "what the command gives is no UTF-8 text"),
        (f"print('\\x1b[1m{TOKEN}')", "what the command gives has line breaks or other controls"),
    ],
)
def test_a_command_that_gives_no_secret_is_named_without_its_words(tmp_path: Path, code: str, words: str) -> None:
    assert wrong(printing(tmp_path, code)).startswith(f"{PLACE}: {words}")


def test_a_command_that_is_not_there_is_named() -> None:
    assert wrong("command:/no/such/program secret-word") == (
        f"{PLACE}: the command cannot be run: No such file or directory"
    )


def test_a_command_that_does_not_end_is_ended_with_all_it_has_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "WAITING", 0.3)
    code = f"import os, time; os.fork(); print('{TOKEN}', flush=True); time.sleep(60)"

    assert wrong(printing(tmp_path, code)) == f"{PLACE}: the command does not end within 0.3 s"


def test_what_a_command_leaves_behind_is_not_waited_for(tmp_path: Path) -> None:
    code = f"import os, time; print('{TOKEN}', flush=True); os.fork() or time.sleep(2)"

    assert referred(printing(tmp_path, code)).reveal() == TOKEN


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self, answer: object) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library has no types for it
        self.answer = answer
        self.asked: list[tuple[str, str]] = []

    def get_password(self, service: str, username: str) -> str | None:
        self.asked.append((service, username))
        if isinstance(self.answer, Exception):
            raise self.answer
        if isinstance(self.answer, threading.Event):
            self.answer.wait(60)
        return TOKEN if self.answer else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError(service, username, password)


@pytest.fixture
def _own_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("_own_keyring")
def test_a_keyring_is_asked_once() -> None:
    ring = Ring("yes")
    keyring.set_keyring(ring)
    found = referred("keyring:incident-tui/slack/ops")

    assert (found.reveal(), found.reveal()) == (TOKEN, TOKEN)
    assert ring.asked == [("incident-tui", "slack/ops")]


@pytest.mark.usefixtures("_own_keyring")
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("", "what the keyring gives is empty"),
        (keyring.errors.KeyringLocked(TOKEN), "the keyring cannot be read (KeyringLocked); is it unlocked?"),
        (RuntimeError(TOKEN), "the keyring cannot be read (RuntimeError); is it unlocked?"),
        (threading.Event(), "the keyring does not answer within 0.1 s; is it unlocked?"),
    ],
)
def test_a_keyring_that_gives_nothing_is_named(answer: object, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "WAITING", 0.1)
    keyring.set_keyring(Ring(answer))

    assert wrong("keyring:incident-tui/slack") == f"{PLACE}: {words}"
    if isinstance(answer, threading.Event):
        answer.set()


def test_a_failure_is_not_kept(tmp_path: Path) -> None:
    flag = tmp_path / "unlocked"
    reference = printing(tmp_path, f"import os; assert os.path.exists({str(flag)!r}); print('{TOKEN}')")
    assert "the command ended with 1" in wrong(reference)

    flag.touch()

    assert referred(reference).reveal() == TOKEN


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    assert wrong("keyring:a/b") == f"{PLACE}: keyring is not installed; it is the extra keyring"


def test_what_is_known_at_once_is_from_environment_and_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", TOKEN)
    monkeypatch.setenv("SHORT", "abc")
    monkeypatch.delenv("NONE", raising=False)
    mark = tmp_path / "ran"
    command = printing(tmp_path, f"open({str(mark)!r}, 'w'); print('from-a-command')")
    file = tmp_path / "config.toml"
    file.write_text(
        f'''
[channels.ops]
kind = "mattermost"
url = "env:HOOK"
[channels.ops.deeper]
list = ["env:NONE", "env:SHORT", {{ key = "{kept(tmp_path / "token", b"https://x.example/from-a-long-file")}" }}]
[sources.errors]
token = "env:HOOK"
other = "{kept(tmp_path / "open", b"open-to-others", 0o644)}"
command = {command.removeprefix("command:")!r}
[health.shop]
command = "{command.replace(chr(34), "")}"
words = "env:is no reference"
'''
    )

    found = known_secrets(load(file, {}))

    assert set(found) == {TOKEN, "https://x.example/from-a-long-file", "from-a-long-file"}
    assert not mark.exists()
