"""What every channel is: something that shows what it would send, and sends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.channels.outcome import Outcome
from incident_tui.domain.anchoring import with_anchor
from incident_tui.domain.letters import Letter


class Preview(Struct, frozen=True):
    """What exactly would go out.

    `where` names the place for a person, without a secret (“Discord #ops”, “To: a@x, b@y”). `act` says what happens
    there (“new post”, “edits the card”, “mails 3 people”, “resolves the page”). `parts` are the texts that are sent,
    each with its name ("subject", "text", …). `cut` says what did not fit ("the last 340 characters"), `notes` what a
    person should know before (“mails all 1,204 subscribers”).
    """

    where: str
    act: str
    parts: tuple[tuple[str, str], ...]
    cut: str = ""
    notes: tuple[str, ...] = ()


Begin = Callable[[], None]
"""Called at most once, right before the first byte of the request leaves; records durably that it may now arrive.

May raise: then nothing is sent, and the exception goes through the channel to the outbox that gave the function.
"""


class Channel(Protocol):
    """A configured place that messages go to. Each class describes itself by its constants.

    KIND is its name in the configuration, GROUP one of `routing.GROUPS`, FOLLOWS whether it has a card that is edited
    as severity, status and commander change, REPEATABLE whether sending a letter twice has the effect of sending it
    once: by a key that the service knows it by, or because it is looked for before it is sent `again`.
    """

    KIND: ClassVar[str]
    GROUP: ClassVar[str]
    FOLLOWS: ClassVar[bool]
    REPEATABLE: ClassVar[bool]

    @property
    def name(self) -> str: ...

    def preview(self, letter: Letter) -> Preview:
        """What `send` would send; pure, and quick."""
        ...

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        """Send it, in a thread that may wait; at most about 15 seconds. Never raises but what `begin` raises."""
        ...

    def check(self) -> str:
        """Ask the service, without sending anything to anybody, whether it can be reached with these rights.

        One line that says what was found, such as “webhook “ops” answers”. Raises web.Trouble.
        """
        ...


def as_sent(channel: Channel, letter: Letter) -> Letter:
    """The letter with its anchor below the words, where the service takes all of it: no words are cut for an anchor.

    `preview_of` shows it and the outbox sends it, so that both have it or neither.
    """
    if not letter.record:
        return letter
    whole = replace(letter, text=with_anchor(letter.text, letter.record))
    return whole if channel.preview(whole).cut == channel.preview(letter).cut else letter


def preview_of(channel: Channel, letter: Letter) -> Preview:
    """What would go out of the letter as it is sent."""
    return channel.preview(as_sent(channel, letter))
