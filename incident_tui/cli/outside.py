"""Channels and sources as the doctor sees them: how they are configured and, only on demand, whether they answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from threading import Thread
from uuid import uuid4

from msgspec import Struct

from incident_tui.channels.channel import Channel, Preview
from incident_tui.channels.outcome import Delivered, Outcome, Unknown
from incident_tui.channels.registry import channel_of, route_of
from incident_tui.cli.check import Check
from incident_tui.cli.console import USAGE, Stop, counted
from incident_tui.cli.desk import Desk
from incident_tui.config import Config, ConfigError
from incident_tui.config.secrets import Secret
from incident_tui.domain.delivery import Facts
from incident_tui.domain.letters import Letter
from incident_tui.domain.routing import Route
from incident_tui.sources.health import Health, checks_of
from incident_tui.sources.registry import source_of
from incident_tui.sources.source import Source
from incident_tui.times import local_zone
from incident_tui.web import Trouble

SECONDS = 30.0
"""For all of them together, as all are asked at once."""
PUBLIC = "status page"
MEND = "mend it in the configuration"
HARMLESS = "\u200b"
"""Takes the effect of a mention, and is seen by nobody."""


class Sending(Struct, frozen=True):
    """A channel that can be used, and how messages get there."""

    channel: Channel
    route: Route
    letter: Letter

    @property
    def what(self) -> str:
        return f"channel {self.channel.name}"

    @property
    def words(self) -> str:
        route = self.route
        levels = f" at {', '.join(f'SEV{level}' for level in route.severities)}" if route.severities else ""
        ways = f"to {', '.join(route.audiences)}{levels}" if route.audiences else "only when it is named"
        return f"{route.via}, {ways}"

    @property
    def tests(self) -> bool:
        """Whether a test may be sent: on a status page everybody would read it."""
        return self.channel.GROUP != PUBLIC

    def shown(self) -> Preview:
        return self.channel.preview(self.letter)

    def tried(self) -> Check:
        """Ask the service, then send the test."""
        found = self.channel.check()
        if not self.tests:
            return Check("ok", self.what, f"{found}; no test is sent, as everybody would read it")
        return self._judged(found, self.channel.send(self.letter, _begin))

    def _judged(self, found: str, outcome: Outcome) -> Check:
        if isinstance(outcome, Delivered):
            place = f": {outcome.url}" if outcome.url else ""
            return Check("ok", self.what, f"{found}; the test message has arrived{place}")
        if isinstance(outcome, Unknown):
            return Check("bad", self.what, f"the test message may have arrived: {outcome.reason}", "look there")
        cure = "look at the address, the network and the service" if outcome.retryable else MEND
        return Check("bad", self.what, f"the test message did not arrive: {outcome.reason}", cure)


class Asking(Struct, frozen=True):
    """A source that can be asked."""

    source: Source

    @property
    def what(self) -> str:
        return f"source {self.source.name}"

    @property
    def words(self) -> str:
        return self.source.KIND

    def tried(self) -> Check:
        return Check("ok", self.what, self.source.check())


Place = Sending | Asking


def looked_at(config: Config) -> Iterator[Check]:
    """Whether each can be used, as far as can be seen here: nothing is sent, asked or run."""
    for place in _places(config, ()):
        yield place if isinstance(place, Check) else _look(place)


def tried(desk: Desk, names: Sequence[str], *, unasked: bool) -> Iterator[Check]:
    """Show what goes where, ask who is at the keyboard, then send one test to each channel and ask each source.

    Raises Stop where a name is not known, or a person says no.
    """
    found = list(_places(desk.config, names))
    places = [place for place in found if not isinstance(place, Check)]
    sendings = [place for place in places if isinstance(place, Sending) and place.tests]
    for sending in sendings:
        desk.console.aside("\n".join(_lines(sending.channel.name, sending.shown())))
    if sendings and not unasked and desk.at_keyboard:
        _ask(desk, len(sendings))
    ends = _all_at_once({place.what: place.tried for place in places}, SECONDS)
    for place in found:
        yield place if isinstance(place, Check) else ends[place.what]


def _places(config: Config, names: Sequence[str]) -> Iterator[Place | Check]:
    """What is configured by these names, all without one; what is wrong stands as a check in its place."""
    known = [*config.channels, *config.sources]
    for name in names:
        if name not in known:
            raise Stop(f"no channel or source {name!r}", f"configured are: {', '.join(known) or 'none'}", USAGE)
    letter = _letter(config)
    for name, table in config.channels.items():
        if names and name not in names:
            continue
        try:
            yield Sending(channel_of(name, table), route_of(name, table), letter)
        except ConfigError as error:
            yield Check("bad", f"channel {name}", str(error), MEND)
    for name, table in config.sources.items():
        if names and name not in names:
            continue
        try:
            yield Asking(source_of(name, table))
        except ConfigError as error:
            yield Check("bad", f"source {name}", str(error), MEND)
    if config.health and not names:
        try:
            yield Asking(Health(checks_of(config)))
        except ConfigError as error:
            yield Check("bad", "health checks", str(error), MEND)


def _look(place: Place) -> Check:
    thing = place.channel if isinstance(place, Sending) else place.source
    try:
        kept = [secret.look() for secret in _secrets(thing)]
    except ConfigError as error:
        return Check("bad", place.what, str(error), "put the secret there")
    return Check("ok", place.what, "; ".join([place.words, *dict.fromkeys(kept), "not asked without --send-test"]))


def _secrets(thing: object, depth: int = 3) -> Iterator[Secret]:
    """All references to secrets that a channel or a source holds."""
    if isinstance(thing, Secret):
        yield thing
        return
    inner: Iterable[object] = ()
    if isinstance(thing, Struct):
        inner = [getattr(thing, name) for name in thing.__struct_fields__]
    elif isinstance(thing, tuple | list):
        inner = thing
    elif isinstance(thing, Mapping):
        inner = thing.values()
    if depth:
        for part in inner:
            yield from _secrets(part, depth - 1)


def _all_at_once(tries: Mapping[str, Callable[[], Check]], seconds: float) -> dict[str, Check]:
    """How each ended; what takes longer is left behind, and may still arrive."""
    late = f"no answer within {seconds:g} s"
    ends = {what: Check("bad", what, late, "look there: what was begun may still arrive") for what in tries}
    threads = [
        Thread(target=_try, args=(what, one, ends), name=f"test of {what}", daemon=True) for what, one in tries.items()
    ]
    until = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return dict(ends)


def _try(what: str, one: Callable[[], Check], ends: dict[str, Check]) -> None:
    try:
        ends[what] = one()
    except (Trouble, ConfigError) as error:
        ends[what] = Check("bad", what, str(error), MEND if isinstance(error, ConfigError) else _cure(error))
    except Exception as error:  # whatever one of them stumbles over, the others are told of  # noqa: BLE001
        ends[what] = Check("bad", what, f"stumbled over an answer ({type(error).__name__})", "report it, please")


def _cure(trouble: Trouble) -> str:
    if trouble.status in (401, 403):
        return "renew the secret, or give it the rights that its page in docs/channels names"
    if trouble.status in (404, 410):
        return "look whether its address and its ids are right, and still there"
    if trouble.status == 0:
        return "look at the address, the network, and the proxy of the environment"
    return "try again later" if trouble.passing else MEND


def _letter(config: Config) -> Letter:
    now = datetime.now(UTC)
    return Letter(
        key=str(uuid4()),
        form="test",
        audience="internal",
        mark="",
        text="This is a test of incident-tui. Nothing has happened, and nothing is to be done.",
        facts=Facts("TEST", "Test message", 4, "investigating", "", None),
        author=config.person,
        at=now,
        zone=local_zone() if config.zone == "local" else config.zone,
    )


def _lines(name: str, shown: Preview) -> Iterator[str]:
    yield f"to {name}, {shown.where}: {shown.act}"
    for part, text in shown.parts:
        for at, line in enumerate(text.replace(HARMLESS, "").split("\n")):
            yield f"  {'' if at else part:<8} │ {line}"
    if shown.cut:
        yield f"  cut: {shown.cut}"
    for note in shown.notes:
        yield f"  {note}"


def _ask(desk: Desk, count: int) -> None:
    """Raises Stop unless a person says yes."""
    desk.console.err.write(f"send {counted(count, 'test message')}? [y/N] ")
    desk.console.err.flush()
    if desk.stdin.readline().strip().lower() not in (b"y", b"yes"):
        raise Stop("nothing is sent", "without --send-test nothing would be")


def _begin() -> None:
    """A test belongs to no incident: nothing is recorded of it."""
