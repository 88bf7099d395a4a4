"""The verb that waits for alerts: a small server for webhooks, until it is told to end."""

from __future__ import annotations

import contextlib
import ipaddress
import signal
import socket
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING

from incident_tui.cli.console import USAGE, Console, Stop, give_up_output, is_closed
from incident_tui.cli.desk import Desk
from incident_tui.cli.verb import Verb
from incident_tui.config.table import Table
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.command import severity_of
from incident_tui.journal import JournalError
from incident_tui.session import Session

if TYPE_CHECKING:
    from uvicorn import Server

    from incident_tui.cli.receiver import Guard, Receiver

PORT = 9099
AT_ONCE = 64
GRACE_SECONDS = 5
LOCK = "listen.lock"


def listen(desk: Desk, arguments: Namespace) -> int:
    from incident_tui.cli.protocols import chosen
    from incident_tui.cli.receiver import Receiver
    from incident_tui.cli.stopping import stopped_between_transactions
    from incident_tui.intake import Intake

    severities = _severities(arguments.declare)
    guard = _guard(arguments)
    protocol = chosen(desk, arguments.protocol)
    _need_uvicorn()
    with desk.session() as session, _alone(session), _bound(arguments.host, arguments.port) as place:
        if session.journal.read_only_because:
            raise Stop(f"nothing could be recorded: {session.journal.read_only_because}")
        session.own_secrets = (*session.own_secrets, *filter(None, (guard.token, *guard.secrets)))
        intake = Intake(session, severities, protocol)
        levels = ", ".join(f"SEV{level}" for level in sorted(severities))
        what = f"declares incidents of {levels} by itself" if levels else "declares nothing by itself"
        host, port = place.getsockname()[:2]
        _say(desk.console, f"listening on http://{f'[{host}]' if ':' in host else host}:{port}; it {what}")
        with stopped_between_transactions(session.paths.database):
            _serve(Receiver(intake.take, guard, _Log(desk.console, session), session.now), place)
        _say(desk.console, "ended")
    return 0


class _Log:
    """One line for each message, with the moment, on standard output."""

    def __init__(self, console: Console, session: Session) -> None:
        self._console = console
        self._session = session

    def __call__(self, words: str) -> None:
        _say(self._console, f"{self._session.now():%Y-%m-%d %H:%M:%S} {words}")


def _say(console: Console, words: str) -> None:
    """Nobody who reads is no reason to end."""
    try:
        console.line(words)
        console.out.flush()
    except OSError as problem:
        if is_closed(problem):
            give_up_output()


def _severities(text: str) -> frozenset[int]:
    found: set[int] = set()
    for word in filter(None, (part.strip() for part in text.split(","))):
        level = severity_of(word)
        if isinstance(level, Refused):
            raise Stop(f"--declare: {level}", "", USAGE)
        found.add(level)
    return frozenset(found)


def _guard(arguments: Namespace) -> Guard:
    """Who may speak. Raises Stop where others than this machine could without a token, ConfigError."""
    from incident_tui.cli.receiver import Guard
    from incident_tui.config.secrets import secret

    tokens = [secret(Table("command line", "", {"--token": arguments.token}), "--token")] if arguments.token else []
    secrets = [secret(Table("command line", "", {"--secret": one}), "--secret") for one in arguments.secret]
    if not tokens and not secrets and not _is_loopback(arguments.host):
        hint = "add --token env:NAME, or --secret env:NAME for senders that sign"
        raise Stop(f"everybody who reaches {arguments.host} could declare incidents", hint, USAGE)
    revealed = [one.reveal() for one in (*tokens, *secrets)]
    return Guard(revealed[0] if tokens else "", tuple(revealed[len(tokens) :]))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _need_uvicorn() -> None:
    try:
        import uvicorn  # noqa: F401 - whether it is there
    except ImportError:
        raise Stop("listen needs uvicorn, which is not installed", "pip install 'incident-tui[listen]'") from None


@contextlib.contextmanager
def _alone(session: Session) -> Iterator[None]:
    """Two receivers could declare the same twice."""
    from incident_tui.journal.lock import held

    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(held(session.paths.database.with_name(LOCK), 0))
        except JournalError as error:
            raise Stop("another process listens already for this database", error.reason) from error
        yield


@contextlib.contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    """The address, taken. Raises Stop."""
    if not 0 <= port <= 65535:
        raise Stop("--port is a number from 0 to 65535", "0 takes any that is free", USAGE)
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        place = socket.create_server(address[:2], family=family, backlog=128)
    except OSError as error:
        raise Stop(
            f"{host} port {port} cannot be listened on: {error.strerror}", "choose another with --port"
        ) from error
    with place:
        yield place


def _serve(receiver: Receiver, place: socket.socket) -> None:
    """Answer until SIGTERM or Ctrl-C; what has begun is answered first.

    The server has a thread of its own, so that signals are ours: in the main thread it would end us by them.
    """
    server = _server(receiver)
    done = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    def run() -> None:
        try:
            server.run(sockets=[place])
        finally:
            done.set()

    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.signal(number, end) for number in numbers}
    try:
        threading.Thread(target=run, name="listen", daemon=True).start()
        while not done.wait(1):
            pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _server(receiver: Receiver) -> Server:
    import uvicorn

    settings = uvicorn.Config(
        receiver,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=AT_ONCE,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=GRACE_SECONDS,
        h11_max_incomplete_event_size=64 * 1024,
    )
    return uvicorn.Server(settings)


def listen_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--host", metavar="H", default="127.0.0.1", help="where to listen (default: 127.0.0.1)")
    parser.add_argument("--port", metavar="P", type=int, default=PORT, help=f"default: {PORT}")
    parser.add_argument(
        "--declare",
        metavar="SEV1,SEV2",
        default="",
        help="alerts of these severities declare an incident; by default they only join one that is live",
    )
    parser.add_argument("--protocol", metavar="NAME|FILE", default="emergency", help="by which it begins then")
    parser.add_argument("--token", metavar="env:NAME", default="", help="what senders have to show, Bearer or Basic")
    parser.add_argument(
        "--secret",
        metavar="env:NAME",
        action="append",
        default=[],
        help="what senders sign with: PagerDuty, Sentry, Standard Webhooks; may be given several times",
    )


VERBS = {
    "listen": Verb(
        "wait for alerts of monitoring: webhooks declare an incident or join a live one",
        "incident-tui listen --declare SEV1,SEV2 --token env:LISTEN_TOKEN",
        listen,
        listen_arguments,
        writes=False,
    )
}
