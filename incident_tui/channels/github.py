"""GitHub Issues, there and on one's own server: an issue for the incident, comments, issues for action items."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Final, Self

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.flavoured import inert, inert_line
from incident_tui.channels.github_api import GitHubApi
from incident_tui.channels.outcome import Delivered, Failed, Outcome, Unknown
from incident_tui.channels.posting import unlocked
from incident_tui.channels.sizes import fitted
from incident_tui.channels.telling import in_zone, rows_of, title_of
from incident_tui.config.addresses import base_of
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table
from incident_tui.domain.letters import Letter
from incident_tui.web import Reply, Trouble

BODY: Final = 65_536
"""Characters of an issue or a comment; longer ones are refused."""
TITLE: Final = 256
SPARE: Final = 200
END: Final = "<!-- /incident-tui -->"
BY_US: Final = "<!-- closed with its incident -->"
BY_HAND: Final = "<!-- closed by somebody else -->"
"""Who has closed the issue, in our part of its text, right below its mark."""
KEYS: Final = ("repository", "token", "url", "labels", "item_labels", "severity_labels", "plain")
_REPOSITORY: Final = re.compile(r"[\w.-]{1,39}/[\w.-]{1,100}", re.ASCII)
_OURS: Final = re.compile(
    r"<!-- incident-tui:[\w-]* -->\s*(?P<closed><!-- closed [a-z ]+ -->)?.*?<!-- /incident-tui -->", re.DOTALL
)
_SEVERITY: Final = re.compile(r"SEV[1-4]")
_PLACE: Final = re.compile(r"(?P<repository>[^#\s]+)#(?P<issue>[0-9]{1,18})(?:/[0-9]{1,18})?", re.ASCII)


class Writing(Struct, frozen=True):
    """The one request that matters: what it does, where, with which fields, and what did not fit."""

    method: str
    path: str
    act: str
    fields: Mapping[str, object]
    cut: str = ""


class GitHub(Struct, frozen=True):
    KIND: ClassVar[str] = "github"
    GROUP: ClassVar[str] = "issue tracker"
    FOLLOWS: ClassVar[bool] = True
    REPEATABLE: ClassVar[bool] = True

    name: str
    repository: str
    token: Secret
    base: str = "https://api.github.com"
    labels: tuple[str, ...] = ()
    item_labels: tuple[str, ...] = ()
    severity_labels: bool = True
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(KEYS)
        repository = table.text("repository", "")
        if not _REPOSITORY.fullmatch(repository):
            raise table.expected("repository", "a repository", 'repository = "owner/name"')
        return cls(
            name,
            repository,
            secret(table, "token"),
            base_of(table, "https://api.github.com", "https://github.example.com/api/v3"),
            table.names("labels"),
            table.names("item_labels"),
            table.flag("severity_labels", True),
            table.flag("plain", False),
        )

    def preview(self, letter: Letter) -> Preview:
        writing = self._writing(letter)
        parts = tuple((name, _shown(value)) for name, value in writing.fields.items())
        stays = "labels, what stands below our part of the text, and that somebody has closed it, stay"
        notes = (stays,) if writing.method == "PATCH" else ()
        return Preview(f"GitHub {self.repository}", writing.act, parts, writing.cut, notes)

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        writing = self._writing(letter)
        try:
            api = self._api()
        except Trouble as trouble:
            return Failed(trouble.reason)
        note = ""
        try:
            if writing.method == "PATCH":
                issue = _object(api.read(writing.path))
                writing, note = _state_upon(issue, writing, again=letter.again)
                fields: Mapping[str, object] = _upon(issue, writing)
            elif letter.again and (found := api.marked(writing.path, _mark(letter), letter.key)):
                return self._delivered(found, writing)
            else:
                fields = writing.fields
        except Trouble as trouble:
            return Failed(trouble.reason, trouble.passing, trouble.after)
        reply = api.write(writing.method, writing.path, fields, begin)
        return self._ended(reply, writing, note) if isinstance(reply, Reply) else reply

    def check(self) -> str:
        found = self._api().read("").json()
        about = found if isinstance(found, dict) else {}
        if about.get("archived") or not about.get("has_issues"):
            raise Trouble(f"{self.repository} takes no issues: it is archived, or they are switched off", status=410)
        rights = about.get("permissions")
        pushes = isinstance(rights, dict) and bool(rights.get("push") or rights.get("triage"))
        return f"{self.repository} takes issues{'' if pushes else '; labels are dropped: the token may not write'}"

    def _api(self) -> GitHubApi:
        return GitHubApi(self.base, self.repository, unlocked(self.token), self.plain)

    def _writing(self, letter: Letter) -> Writing:
        issue = self._issue(letter)
        match letter.form:
            case "item":
                return _opens(letter, letter.text, self.item_labels, *_ours(letter, below=_of_item(letter, issue)))
            case "document" if issue:
                return _comments(issue, *_ours(letter))
            case "document":
                return _opens(letter, _title_of(letter), self.labels, *_ours(letter))
            case "card" if issue:
                return self._edits(letter, issue)
            case "test":
                return _opens(letter, title_of(letter), (), *_ours(letter))
            case _ if issue:
                promise = dict(rows_of(letter, in_zone(letter))).get("Next update", "")
                below = f"Next update by {promise}" if promise else ""
                return _comments(issue, *_ours(letter, f"**{inert_line(title_of(letter))}**", below))
            case _:
                return _opens(letter, title_of(letter), self._labels(letter), *_ours(letter, _of_incident(letter)))

    def _edits(self, letter: Letter, issue: str) -> Writing:
        over = letter.facts.status == "closed"
        body, cut = _ours(letter, f"{BY_US}\n{_of_incident(letter)}" if over else _of_incident(letter))
        fields: dict[str, object] = {"title": _title(title_of(letter)), "body": body}
        if self._labels(letter):
            fields["labels"] = list(self._labels(letter))
        fields |= {"state": "closed", "state_reason": "completed"} if over else {"state": "open"}
        return Writing("PATCH", f"/issues/{issue}", f"{'closes' if over else 'edits'} #{issue}", fields, cut)

    def _labels(self, letter: Letter) -> tuple[str, ...]:
        told = self.severity_labels and letter.audience != "external"
        return (*self.labels, f"SEV{letter.facts.severity}") if told else self.labels

    def _issue(self, letter: Letter) -> str:
        """The number of the incident's issue; none where it is in a repository that is no longer this one."""
        place = _PLACE.fullmatch(letter.card)
        if place is None or place["repository"].casefold() != self.repository.casefold():
            return ""
        return place["issue"]

    def _ended(self, reply: Reply, writing: Writing, note: str = "") -> Outcome:
        try:
            found = reply.json()
        except Trouble as trouble:
            return Unknown(trouble.reason)
        if not isinstance(found, dict) or not isinstance(found.get("id"), int):
            return Unknown(f"the answer names no issue: {reply.glimpse}")
        return self._delivered(found, writing, note)

    def _delivered(self, found: Mapping[str, object], writing: Writing, note: str = "") -> Delivered:
        commented = re.fullmatch(r"/issues/([0-9]+)/comments", writing.path)
        place = f"{commented[1]}/{found.get('id')}" if commented else str(found.get("number"))
        return Delivered(f"{self.repository}#{place}", str(found.get("html_url") or ""), note)


def _mark(letter: Letter) -> str:
    return f"<!-- incident-tui:{re.sub(r'[^0-9A-Za-z_-]', '', letter.key)} -->"


def _ours(letter: Letter, above: str = "", below: str = "") -> tuple[str, str]:
    """The words between our marks with what stands above and below them, and what was cut off the words."""
    frame = [part for part in (above, "", below) if part]
    room = BODY - SPARE - sum(map(len, frame))
    words, cut = fitted(letter.words, room, shaped=inert)
    text = "\n\n".join(part for part in (above, words, below) if part)
    return f"{_mark(letter)}\n{text}\n\n{END}", cut


def _of_incident(letter: Letter) -> str:
    return "\n".join(f"- **{name}:** {inert_line(value)}" for name, value in rows_of(letter, in_zone(letter)))


def _of_item(letter: Letter, issue: str) -> str:
    facts = letter.facts
    lines = (
        f"- **Owner:** {inert_line(letter.owner) or 'nobody yet'}",
        f"- **Due:** {inert_line(letter.due) or 'not said'}",
        f"- **Incident:** {inert_line(f'{facts.ref} {facts.title}')}{f', see #{issue}' if issue else ''}",
    )
    return "\n".join(lines)


def _title_of(letter: Letter) -> str:
    """The first heading of a document, with the incident's name where it does not have it."""
    found = re.search(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", letter.text, re.MULTILINE)
    title = found[1] if found else letter.facts.title
    return title if letter.facts.ref in title else f"{letter.facts.ref} {title}"


def _title(text: str) -> str:
    return fitted(text, TITLE, shaped=inert_line)[0]


def _opens(letter: Letter, title: str, labels: tuple[str, ...], body: str, cut: str) -> Writing:
    named = {"labels": list(labels)} if labels else {}
    what = {"item": "an issue for the action item", "document": "an issue for the document", "test": "a test issue"}
    act = f"opens {what.get(letter.form, 'an issue for the incident')}"
    return Writing("POST", "/issues", act, {"title": _title(title), "body": body, **named}, cut)


def _comments(issue: str, body: str, cut: str) -> Writing:
    return Writing("POST", f"/issues/{issue}/comments", f"comments on #{issue}", {"body": body}, cut)


def _object(reply: Reply) -> Mapping[str, object]:
    """Raises Trouble."""
    found = reply.json()
    return found if isinstance(found, dict) else {}


def _state_upon(issue: Mapping[str, object], writing: Writing, *, again: bool) -> tuple[Writing, str]:
    """The writing that leaves closed what somebody else has closed, and a note of that, once."""
    place = _OURS.search(str(issue.get("body") or ""))
    left = place["closed"] if place else None
    if issue.get("state") != "closed" or left == BY_US:
        return writing, ""
    fields = {name: value for name, value in writing.fields.items() if name not in ("state", "state_reason")}
    mark, _, ours = str(writing.fields["body"]).partition("\n")
    fields["body"] = "\n".join((mark, BY_HAND, ours.removeprefix(f"{BY_US}\n")))
    told = writing.fields["state"] == "closed" or (left == BY_HAND and not again)
    number = writing.path.rpartition("/")[2]
    note = "" if told else f"#{number} has been closed there by somebody, and stays closed"
    return replace(writing, fields=fields), note


def _upon(issue: Mapping[str, object], writing: Writing) -> dict[str, object]:
    """The fields for an issue as it is: what people wrote below our part and other labels stay. Raises Trouble."""
    theirs, ours = str(issue.get("body") or ""), str(writing.fields["body"])
    place = _OURS.search(theirs)
    if place is not None:
        before, after = theirs[: place.start()], theirs[place.end() :]
    else:
        before, after = "", f"\n\n{theirs}" if theirs else ""
    if len(before) + len(ours) + len(after) > BODY:
        raise Trouble(f"with what others wrote in it the issue is over {BODY:,} characters", status=422)
    fields = dict(writing.fields) | {"body": f"{before}{ours}{after}"}
    if "labels" in fields:
        fields["labels"] = _labels_upon(issue.get("labels"), fields["labels"])
    return fields


def _labels_upon(present: object, wanted: object) -> list[str]:
    names = [str(label.get("name")) if isinstance(label, dict) else str(label) for label in _items(present)]
    ours = [str(label) for label in _items(wanted)]
    return [*(name for name in names if name not in ours and not _SEVERITY.fullmatch(name)), *ours]


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
