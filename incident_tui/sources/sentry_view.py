"""What an issue, an event, a commit of Sentry look like in a panel, and the alert that an issue is."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from incident_tui.domain.alerts import Alert
from incident_tui.sources.links import place_of
from incident_tui.sources.panel import Row
from incident_tui.sources.reading import at, block, items, line, moment, number, pairs

FRAMES = 12
CRUMBS = 15
TAGS = ("environment", "release", "server_name", "transaction", "url", "browser", "os", "runtime", "level", "handled")
TONES: Final = {"fatal": "bad", "error": "bad", "warning": "warn"}
SEVERITIES: Final = {"fatal": 1, "error": 2, "warning": 3, "info": 4, "debug": 4, "sample": 4}


def title_of(issue: object) -> str:
    return line(issue, "title") or line(issue, "metadata", "title") or line(issue, "culprit") or "untitled issue"


def version_of(issue: object, key: str) -> str:
    """The release under `key`; some servers answer with its name alone."""
    return line(issue, key, "version") or line(issue, key)


def permalink_of(issue: object) -> str:
    link = line(issue, "permalink", limit=2000)
    return link if place_of(link) else ""


def issue_rows(issue: object) -> tuple[Row, ...]:
    """The issue in a few lines: what it is, how bad, since when, whose."""
    level, status = line(issue, "level"), line(issue, "status")
    state = " · ".join(filter(None, (level, status, line(issue, "substatus"))))
    users, count = number(issue, "userCount"), number(issue, "count")
    rows = [Row(title_of(issue), line(issue, "culprit"), TONES.get(level, ""))]
    if state:
        rows.append(Row(state, tone="good" if status == "resolved" else ""))
    rows.append(Row(f"users hit: {_counted(users)} · events: {_counted(count)}", tone="warn" if users else ""))
    for key, words in (("firstSeen", "first seen"), ("lastSeen", "last seen")):
        seen = moment(issue, key)
        rows += [Row(words, at=seen)] if seen else []
    releases = (("since release", version_of(issue, "firstRelease")), ("latest", version_of(issue, "lastRelease")))
    told = " · ".join(f"{words} {name}" for words, name in releases if name)
    rows.append(Row(told or "release: not told", tone="" if told else "muted"))
    who = line(issue, "assignedTo", "name") or line(issue, "assignedTo", "email") or line(issue, "assignedTo")
    rows.append(Row(f"assigned to {who}" if who else "assigned to nobody", tone="" if who else "warn"))
    project = line(issue, "project", "slug") or line(issue, "project", "name")
    rows += [Row(f"project {project}", tone="muted")] if project else []
    return tuple(rows)


def event_rows(event: object) -> tuple[Row, ...]:
    """The event: the exception and where it came from (the latest frame first), message, tags, what went before."""
    rows = [Row(line(event, "title") or "event", at=moment(event, "dateCreated"), tone="bad")]
    for entry in items(event, "entries"):
        kind, data = line(entry, "type"), at(entry, "data")
        if kind in ("exception", "threads"):
            rows += _exceptions(data, crashed=kind == "threads")
        elif kind == "message":
            said = block(data, "formatted") or block(data, "message")
            rows += [Row("message", said)] if said else []
        elif kind == "request":
            asked = " ".join(filter(None, (line(data, "method"), line(data, "url"))))
            rows += [Row(f"request {asked}")] if asked else []
        elif kind == "breadcrumbs":
            rows += _crumbs(data)
    for shown in items(event, "occurrence", "evidenceDisplay"):
        rows.append(Row(f"{line(shown, 'name')}: {line(shown, 'value')}"))
    message = block(event, "message") or block(event, "contexts", "feedback", "message")
    rows += [Row("message", message)] if message and not any(row.text == "message" for row in rows) else []
    return (*rows, *_facts(event))


def issue_line(issue: object) -> Row:
    """An issue among others."""
    users, count = number(issue, "userCount"), number(issue, "count")
    name = " ".join(filter(None, (line(issue, "shortId"), title_of(issue))))
    tone = TONES.get(line(issue, "level"), "")
    more = " · ".join(filter(None, (line(issue, "culprit"), line(issue, "project", "slug"), permalink_of(issue))))
    return Row(f"{_counted(count)}× · {_counted(users)} users · {name}", more, tone, moment(issue, "firstSeen"))


def commit_row(commit: object) -> Row:
    author = line(commit, "author", "name") or line(commit, "author", "email")
    title, _, rest = block(commit, "message").partition("\n")
    text = " · ".join(filter(None, (line(commit, "id")[:10], title or "no message", author)))
    more = "\n".join(filter(None, (rest.strip("\n"), line(commit, "pullRequest", "externalUrl"))))
    return Row(text, more, at=moment(commit, "dateCreated"))


def deploy_row(deploy: object) -> Row:
    where = line(deploy, "environment") or "somewhere"
    named = line(deploy, "name")
    when = moment(deploy, "dateFinished") or moment(deploy, "dateStarted")
    return Row(f"deployed to {where}{f' ({named})' if named else ''}", line(deploy, "url"), "warn", when)


def alert_of(issue: object, event: object = None) -> Alert:
    """The alert that an issue is; `event` may be None. Its key is the issue, whichever event it is about.

    It is over once the issue is resolved, which happened after it was last seen.
    """
    level = line(issue, "level")
    project = line(issue, "project", "slug") or line(event, "projectSlug")
    labels = {
        "issue": line(issue, "shortId") or line(issue, "id"),
        "level": level,
        "project": project,
        "culprit": line(issue, "culprit"),
        "environment": tag(event, "environment"),
        "release": release_of(event) or version_of(issue, "firstRelease"),
    }
    ended: datetime | None = moment(issue, "lastSeen") if line(issue, "status") == "resolved" else None
    value = block(issue, "metadata", "value") or block(event, "metadata", "value") or block(event, "message")
    return Alert(
        "Sentry",
        f"sentry:{line(issue, 'id') or labels['issue']}",
        title_of(issue),
        "\n".join(filter(None, (labels["culprit"], value))),
        SEVERITIES.get(level),
        (project,) if project else (),
        moment(issue, "firstSeen"),
        ended,
        permalink_of(issue),
        {key: text for key, text in labels.items() if text},
    )


def release_of(event: object) -> str:
    return line(event, "release", "version") or line(event, "release") or tag(event, "release")


def tag(event: object, key: str) -> str:
    """The value of a tag: they come as `{key, value}`, and of old servers as pairs."""
    for one in items(event, "tags"):
        if (line(one, "key") or line(one, 0)) == key:
            return line(one, "value") or line(one, 1)
    return ""


def _exceptions(data: object, *, crashed: bool) -> list[Row]:
    values = [value for value in items(data, "values") if value is not None] or [at(data, "value")]
    if crashed:
        values = [value for value in values if at(value, "crashed") is True][:1]
    rows = []
    for value in reversed(values):
        name = ": ".join(filter(None, (line(value, "type"), line(value, "value"))))
        rows += [Row(name, tone="bad")] if name else []
        rows += _frames(items(value, "stacktrace", "frames"))
    return rows


def _frames(frames: list[object]) -> list[Row]:
    """The frames of the application, the one that failed first; all of them where none is marked as such."""
    known = [frame for frame in frames if isinstance(frame, dict)]
    own = [frame for frame in known if at(frame, "inApp") is True] or known
    rows = []
    for frame in reversed(own[-FRAMES:]):
        place = line(frame, "filename") or line(frame, "module") or line(frame, "absPath") or "?"
        spot = f"{place}:{number(frame, 'lineNo')}" if number(frame, "lineNo") is not None else place
        rows.append(Row(f"{spot} in {line(frame, 'function') or '?'}", _context(frame)))
    if len(own) > FRAMES:
        rows.append(Row(f"… {len(own) - FRAMES} more frames", tone="muted"))
    return rows


def _context(frame: object) -> str:
    """The line of the source that the frame stands at."""
    here = number(frame, "lineNo")
    for pair in items(frame, "context"):
        if here is not None and number(pair, 0) == here:
            return block(pair, 1).strip()
    return ""


def _crumbs(data: object) -> list[Row]:
    crumbs = [crumb for crumb in items(data, "values") if crumb is not None]
    rows = []
    for crumb in reversed(crumbs[-CRUMBS:]):
        said = line(crumb, "message") or " ".join(f"{key}={text}" for key, text in pairs(crumb, "data") if text)
        words = " · ".join(filter(None, (line(crumb, "category") or line(crumb, "type"), said)))
        tone = TONES.get(line(crumb, "level"), "muted")
        rows.append(Row(f"before: {words or '?'}", tone=tone, at=moment(crumb, "timestamp")))
    return rows


def _facts(event: object) -> list[Row]:
    trace = line(event, "contexts", "trace", "trace_id")
    known = [(key, tag(event, key)) for key in TAGS]
    told = [f"{key} {value}" for key, value in known if value]
    others = [
        f"{line(one, 'key')} {line(one, 'value')}" for one in items(event, "tags") if line(one, "key") not in TAGS
    ]
    rows = [Row(" · ".join(told), "\n".join(others), "muted")] if told or others else []
    return [*rows, Row(f"trace {trace}", tone="muted")] if trace else rows


def _counted(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"
