"""Who is on call when: rotations by turns, with a backup, overrides, and handovers at local wall time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Protocol

from msgspec import Struct

DAY = timedelta(days=1)
MIDNIGHT = time(0)


class Shift(Struct, frozen=True):
    """Who answers from `since` to `until`, both in UTC; `backup` is empty where there is none."""

    primary: str
    backup: str
    since: datetime
    until: datetime


class Rota(Protocol):
    """A rotation, wherever it comes from."""

    @property
    def name(self) -> str: ...

    @property
    def zone(self) -> tzinfo: ...

    def who(self, moment: datetime) -> Shift | None:
        """The shift at `moment`; None where nobody is on call."""

    def upcoming(self, moment: datetime, count: int) -> tuple[Shift, ...]:
        """The shifts that begin after `moment`, the next one first."""


class Override(Struct, frozen=True):
    """`person` answers from `since` to `until` in place of whose turn it is; an empty `backup` leaves that as it is."""

    since: datetime
    until: datetime
    person: str
    backup: str = ""


class Rotation(Struct, frozen=True):
    """`people` take turns of so many `days`, the first of them from the day `first`.

    Turns begin at `handover`, wall time in `zone`. `backup` is a person, or how many turns ahead of the primary the
    backup is (1: who is next; 0: there is none). Outside of `hours`, where given, only critical alerts are answered.
    Of overrides that overlap the last one holds.
    """

    name: str
    people: tuple[str, ...]
    zone: tzinfo
    first: date
    days: int = 7
    handover: time = time(9)
    backup: str | int = 1
    hours: tuple[time, time] | None = None
    overrides: tuple[Override, ...] = ()

    def who(self, moment: datetime) -> Shift | None:
        """The shift at `moment`: a turn, or the piece of one that overrides leave or make."""
        turn = self._turn_at(moment)
        since, until = self._begin(turn), self._begin(turn + 1)
        for override in self.overrides:
            for edge in (override.since, override.until):
                if since < edge <= moment:
                    since = edge
                if moment < edge < until:
                    until = edge
        primary, backup = self._people_of(turn)
        for override in self.overrides:
            if override.since <= moment < override.until:
                primary, backup = _replaced(primary, backup, override)
        return Shift(primary, backup, since.astimezone(UTC), until.astimezone(UTC))

    def upcoming(self, moment: datetime, count: int) -> tuple[Shift, ...]:
        """The next `count` shifts after the one at `moment`."""
        return tuple(islice(self._following(moment), count))

    def in_hours(self, moment: datetime) -> bool:
        """Whether everything is answered now, not only what is critical."""
        if self.hours is None:
            return True
        opens, closes = self.hours
        wall = moment.astimezone(self.zone).time()
        return opens <= wall < closes if opens < closes else wall >= opens or wall < closes

    def _following(self, moment: datetime) -> Iterator[Shift]:
        while (shift := self.who(moment)) is not None:
            moment = shift.until
            following = self.who(moment)
            if following is not None:
                yield following

    def _begin(self, turn: int) -> datetime:
        """In UTC: between moments of one zone Python compares wall times, which are moved twice a year."""
        day = self.first + turn * self.days * DAY
        return datetime.combine(day, self.handover, self.zone).astimezone(UTC)

    def _turn_at(self, moment: datetime) -> int:
        """The turn that `moment` is in, 0 for the one that began on the day `first`."""
        turn = (moment.astimezone(self.zone).date() - self.first).days // self.days
        # A date alone may be one turn off, before the handover of the day and where clocks are moved over midnight.
        return max(number for number in (turn - 1, turn, turn + 1) if self._begin(number) <= moment)

    def _people_of(self, turn: int) -> tuple[str, str]:
        primary = self.people[turn % len(self.people)]
        if isinstance(self.backup, str):
            return primary, _other(self.backup, primary)
        return primary, _other(self.people[(turn + self.backup) % len(self.people)], primary)


def _other(backup: str, primary: str) -> str:
    """Nobody is their own backup."""
    return "" if backup == primary else backup


def _replaced(primary: str, backup: str, override: Override) -> tuple[str, str]:
    """Where the backup steps in, whose turn it was is the backup."""
    if override.backup:
        return override.person, _other(override.backup, override.person)
    return override.person, primary if backup == override.person else backup
