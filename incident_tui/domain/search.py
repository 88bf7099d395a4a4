"""The language of searches: words and filters in one line, and which incidents a filter lets through.

    pool timeout sev1 status:resolved service:web @lee since:2026-11-01 until:2026-11-30 "exact words"

Filters choose incidents, words choose what was written in them. Several values of one filter mean any of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from typing import Protocol as Shape

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain.decide import Refused, one_of, quoted
from incident_tui.domain.decide.command import severity_of
from incident_tui.domain.incident import LIVE_STATUSES, STATUSES
from incident_tui.domain.involved import person_key
from incident_tui.domain.text import clean_line

LONGEST: Final = 500
EXAMPLES: Final = "sev1, status:resolved, service:web, @lee, since:2026-11-01, until:2026-11-30, 2026-11-12"
_TOKEN: Final = re.compile(r'(?P<name>[A-Za-z]+):"(?P<value>[^"]*)"|"(?P<phrase>[^"]*)"|(?P<word>\S+)')
_SEVERITY: Final = re.compile(r"sev[0-9]+", re.IGNORECASE | re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_PERIOD: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)
_AGO: Final = re.compile(r"([0-9]{1,4})([dw])", re.ASCII)


class Term(Struct, frozen=True):
    """A word, or with `exact` several that stand side by side."""

    text: str
    exact: bool = False


class Query(Struct, frozen=True):
    """What is looked for. `since` is the first moment that counts, `until` the first that no longer does."""

    terms: tuple[Term, ...] = ()
    severities: tuple[int, ...] = ()
    statuses: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    shown: tuple[str, ...] = ()
    """The filters in words, as they were understood."""

    @property
    def filters(self) -> bool:
        """Whether it leaves any incident out, whatever was written there."""
        chosen = (self.severities, self.statuses, self.services, self.people, self.since, self.until)
        return any(chosen)

    @property
    def empty(self) -> bool:
        """Whether nothing is looked for."""
        return not self.terms and not self.filters


class Filed(Shape):
    """What filters look at."""

    @property
    def severity(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def services(self) -> tuple[str, ...]: ...
    @property
    def began_at(self) -> datetime | None: ...
    @property
    def declared_at(self) -> datetime | None: ...


def plain(text: str) -> Query:
    """A search for all words of a text, without any filter."""
    return Query(tuple(Term(word) for word in dict.fromkeys(text.split())))


def parse(text: str, now: datetime, zone: tzinfo) -> Query | Refused:
    """What a line looks for; days are those of `zone`. What is no filter is a word, whatever signs are in it."""
    if len(text) > LONGEST:
        return Refused(f"a search has at most {LONGEST} characters", "name the words that matter")
    query = Query()
    for token in _TOKEN.finditer(text):
        name, value = (token["name"] or "").casefold(), token["value"] or ""
        if token["word"]:
            name, value = _named(token["word"])
        reader = _READERS.get(name)
        if reader is None:
            found: Query | Refused = replace(query, terms=(*query.terms, *_terms(token)))
        elif not value.strip():
            found = Refused(f"{name}: needs a value", f"for example: {EXAMPLES}")
        else:
            found = reader(query, clean_line(value), now, zone)
        if isinstance(found, Refused):
            return found
        query = found
    if query.since and query.until and query.since >= query.until:
        return Refused("the search ends before it begins", "since: comes before until:")
    return query


def fits(query: Query, item: Filed) -> bool:
    """Whether the filters let an incident through; who took part in it is known to the journal only."""
    began = item.began_at or item.declared_at
    return (
        (not query.severities or item.severity in query.severities)
        and (not query.statuses or item.status in query.statuses)
        and (not query.services or any(service in item.services for service in query.services))
        and (query.since is None or (began is not None and began >= query.since))
        and (query.until is None or (began is not None and began < query.until))
    )


def holds(query: Query, text: str) -> bool:
    """Whether a text has every term in it, as it stands there."""
    inside = text.casefold()
    return all(term.text.casefold() in inside for term in query.terms)


def _named(word: str) -> tuple[str, str]:
    """The filter that a word is, and its value; ("", "") for a word that is only searched for."""
    if word.startswith("@") and len(word) > 1:
        return "person", word[1:]
    if _SEVERITY.fullmatch(word):
        return "sev", word[3:]
    if _DAY.fullmatch(word):
        return "on", word
    name, colon, value = word.partition(":")
    return (name.casefold(), value.strip('"')) if colon and name.casefold() in _READERS else ("", "")


def _terms(token: re.Match[str]) -> tuple[Term, ...]:
    if token["phrase"] is not None:
        words = " ".join(token["phrase"].split())
        return (Term(words, exact=True),) if words else ()
    word = (token["word"] or token[0]).replace('"', "")
    return (Term(word),) if word else ()


def _severities(query: Query, value: str, _now: datetime, _zone: tzinfo) -> Query | Refused:
    for word in value.split(","):
        severity = severity_of(word)
        if isinstance(severity, Refused):
            return severity
        severities = (*query.severities, severity)
        query = _showing(replace(query, severities=severities), f"SEV{severity}")
    return query


def _statuses(query: Query, value: str, _now: datetime, _zone: tzinfo) -> Query | Refused:
    for word in value.split(","):
        if word.casefold() in ("live", "open"):
            query = _showing(replace(query, statuses=(*query.statuses, *LIVE_STATUSES)), "live")
            continue
        status = one_of(word, STATUSES, "status")
        if isinstance(status, Refused):
            return Refused(status.reason, f"it is live, or one of {', '.join(STATUSES)}")
        query = _showing(replace(query, statuses=(*query.statuses, status)), status)
    return query


def _services(query: Query, value: str, _now: datetime, _zone: tzinfo) -> Query:
    names = tuple(name for part in value.casefold().split(",") if (name := part.strip().lstrip("#")))
    return _showing(replace(query, services=(*query.services, *names)), *(f"service {name}" for name in names))


def _people(query: Query, value: str, _now: datetime, _zone: tzinfo) -> Query:
    names = tuple(key for part in value.split(",") if (key := person_key(part)))
    return _showing(replace(query, people=(*query.people, *names)), *(f"@{name}" for name in names))


def _since(query: Query, value: str, now: datetime, zone: tzinfo) -> Query | Refused:
    days = _days(value, now, zone)
    if isinstance(days, Refused):
        return days
    return _showing(replace(query, since=_midnight(days[0], zone)), f"since {days[0]}")


def _until(query: Query, value: str, now: datetime, zone: tzinfo) -> Query | Refused:
    days = _days(value, now, zone)
    if isinstance(days, Refused):
        return days
    return _showing(replace(query, until=_midnight(days[1] + timedelta(days=1), zone)), f"until {days[1]}")


def _on(query: Query, value: str, now: datetime, zone: tzinfo) -> Query | Refused:
    days = _days(value, now, zone)
    if isinstance(days, Refused):
        return days
    first, last = days
    after = _midnight(last + timedelta(days=1), zone)
    words = f"on {first}" if first == last else f"{first} to {last}"
    return _showing(replace(query, since=_midnight(first, zone), until=after), words)


def _days(value: str, now: datetime, zone: tzinfo) -> tuple[date, date] | Refused:
    """The first and the last day that a word means: a day, a month, a year, today, yesterday, `7d` and `2w` ago."""
    today, word = now.astimezone(zone).date(), value.strip().casefold()
    if word in ("today", "yesterday"):
        day = today - timedelta(days=word == "yesterday")
        return day, day
    if ago := _AGO.fullmatch(word):
        day = today - timedelta(days=int(ago[1]) * (7 if ago[2] == "w" else 1))
        return day, day
    found = _PERIOD.fullmatch(word)
    try:
        if found is not None and 1 < int(found[1]) < date.max.year:
            return _period(int(found[1]), found[2], found[3])
    except ValueError:
        pass  # such as the 31st of February: the sentence below says it for all cases
    return Refused(f"{quoted(value)} is not a day", "write 2026-11-01, 2026-11, today, yesterday or 7d")


def _period(year: int, month: str | None, day: str | None) -> tuple[date, date]:
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is not None:
        only = date(year, int(month), int(day))
        return only, only
    first = date(year, int(month), 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _showing(query: Query, *words: str) -> Query:
    return replace(query, shown=(*query.shown, *words))


Reading = Callable[[Query, str, datetime, tzinfo], Query | Refused]
_READERS: Final[dict[str, Reading]] = {
    "sev": _severities,
    "severity": _severities,
    "status": _statuses,
    "is": _statuses,
    "service": _services,
    "person": _people,
    "since": _since,
    "until": _until,
    "on": _on,
}
