"""The places where secrets are kept, and how each is read."""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import subprocess

WAITING: Final = 10.0
"""Seconds for a command or a keyring; somebody may have to touch a key or type a password."""
LONGEST: Final = 64 * 1024
NO_KEYRING: Final = "keyring is not installed; it is the extra keyring"
# Whoever unlocks a password manager is asked once, however many messages wait for the secret.
_ONE_AT_A_TIME: Final = Lock()


class Missing(Exception):
    """The secret is not there; the message says why, without a word of the secret."""


def read(way: str, place: str) -> str:
    """The secret. What a command or a keyring answered holds for the life of the process. Raises Missing."""
    match way:
        case "env":
            value = os.environ.get(place, "")
            source = f"the environment variable {place}"
        case "file":
            value = _from_file(Path(place).expanduser())
            source = str(Path(place).expanduser())
        case _:
            with _ONE_AT_A_TIME:
                value = answer(way, place)
            source = f"what the {way} gives"
    value = value.strip()
    if not value:
        raise Missing(f"{source} is {'empty' if way != 'env' or place in os.environ else 'not set'}")
    if not value.isprintable():
        raise Missing(f"{source} has line breaks or other controls; it is to hold the secret alone")
    return value


def glance(way: str, place: str) -> str:
    """That the secret is there, as far as can be seen without running or asking anything. Raises Missing."""
    match way:
        case "env":
            read(way, place)
            return f"{place} is set"
        case "file":
            read(way, place)
            return f"{place} holds one"
        case "command":
            from shutil import which

            if which(_words(place)[0]) is None:
                raise Missing("the command is not there")
            return "a command gives its secret"
        case _:
            from importlib.util import find_spec

            if find_spec("keyring") is None:
                raise Missing(NO_KEYRING)
            return "a keyring gives its secret"


def misspelt(way: str, place: str) -> str:
    """What is wrong with a reference, and what it is to look like, without repeating it; empty where nothing is."""
    match way:
        case "env" if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", place, re.ASCII):
            return "env: is followed by the name of a variable; write env:SLACK_TOKEN"
        case "file" if not place.startswith(("/", "~/")):
            return "file: is followed by a path that begins with / or ~/; write file:~/.secrets/slack"
        case "command" if not _words(place):
            return "command: is followed by a command line without a shell; write command:pass show slack"
        case "keyring" if not all(part.strip() for part in (*place.split("/", 1), "")[:2]):
            return "keyring: is followed by service and name; write keyring:incident-tui/slack"
    return ""


@cache
def answer(way: str, place: str) -> str:
    """What a command prints on its first line, or what a keyring holds. Raises Missing."""
    return _from_command(place) if way == "command" else _from_keyring(place)


def _from_file(path: Path) -> str:
    """The content of a file that nobody else may read.

    Links are followed, as the secrets of containers are links: what counts is the file that was opened.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise Missing(f"{path} cannot be read: {getattr(error, 'strerror', 'no such path')}") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Missing(f"{path} is no file")
        if status.st_uid not in (os.geteuid(), 0):
            raise Missing(f"{path} belongs to somebody else, who could change it")
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise Missing(f"others may read {path} ({stat.S_IMODE(status.st_mode):04o}); chmod 600 it")
        return _text(os.read(descriptor, LONGEST + 1), str(path))
    finally:
        os.close(descriptor)


def _from_command(line: str) -> str:
    """The first line that a command prints within the time; what it says on stderr is not shown, and not kept."""
    import signal
    import subprocess

    try:
        process = subprocess.Popen(
            _words(line),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise Missing(f"the command cannot be run: {getattr(error, 'strerror', 'no such command')}") from None
    with process:
        try:
            printed = _printed(process, monotonic() + WAITING)
        finally:
            if process.poll() is None:
                # With all that it has started; what it leaves behind when it ends by itself, an agent, may stay.
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
    lines = _text(printed, "what the command gives").splitlines()
    if process.returncode:
        raise Missing(f"the command ended with {process.returncode}; run it yourself to see why")
    return lines[0] if lines else ""


def _printed(process: subprocess.Popen[bytes], until: float) -> bytes:
    """What a process prints until it ends. One that it leaves behind is not waited for."""
    import select

    assert process.stdout is not None
    printed = b""
    while monotonic() < until and len(printed) <= LONGEST:
        ended = process.poll() is not None
        if select.select([process.stdout], [], [], 0 if ended else 0.02)[0]:
            piece = os.read(process.stdout.fileno(), LONGEST)
            printed += piece
            if not piece:
                return _ended(process, printed, until)
        elif ended:
            return printed
    return _ended(process, printed, monotonic())


def _ended(process: subprocess.Popen[bytes], printed: bytes, until: float) -> bytes:
    import subprocess

    try:
        process.wait(max(0, until - monotonic()))
    except subprocess.TimeoutExpired:
        if len(printed) <= LONGEST:
            raise Missing(f"the command does not end within {WAITING:g} s") from None
    return printed


def _from_keyring(place: str) -> str:
    try:
        import keyring
    except ModuleNotFoundError:
        raise Missing(NO_KEYRING) from None
    service, _, name = place.partition("/")
    found: list[str] = []
    failed: list[str] = []

    def ask() -> None:
        try:
            found.append(keyring.get_password(service, name) or "")
        except Exception as error:  # every keyring of a system raises what it likes  # noqa: BLE001
            failed.append(type(error).__name__)

    # A daemon, as a keyring may wait for ever for somebody to unlock it.
    thread = Thread(target=ask, name="keyring", daemon=True)
    thread.start()
    thread.join(WAITING)
    if failed:
        raise Missing(f"the keyring cannot be read ({failed[0]}); is it unlocked?")
    if not found:
        raise Missing(f"the keyring does not answer within {WAITING:g} s; is it unlocked?")
    return found[0]


def _text(content: bytes, source: str) -> str:
    if len(content) > LONGEST:
        raise Missing(f"{source} is too long for a secret")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Missing(f"{source} is no UTF-8 text") from None


def _words(line: str) -> list[str]:
    import shlex

    try:
        return shlex.split(line)
    except ValueError:
        return []
