"""Jira, in the cloud and on one's own server: an issue for the incident, comments, issues for action items."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import ClassVar, Final, Self
from urllib.parse import urlsplit

from msgspec import Struct

from incident_tui.channels.atlassian import Atlassian, late, object_of
from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.jira_text import LABEL_OF_KEY, SUMMARY, Writer, marker, writer_for
from incident_tui.channels.outcome import Delivered, Failed, Outcome, Unknown
from incident_tui.channels.posting import unlocked
from incident_tui.channels.sizes import fitted
from incident_tui.channels.telling import in_zone, rows_of, title_of
from incident_tui.config.addresses import base_of
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table
from incident_tui.domain.letters import Letter
from incident_tui.domain.text import clean_line
from incident_tui.web import Reply, Trouble

KEYS: Final = ("url", "email", "token", "project", "issue_type", "item_type", "labels", "severity_labels", "plain")
NEWEST: Final = "100"
_PROJECT: Final = re.compile(r"[A-Z][A-Z0-9_]{1,30}", re.ASCII)
_PLACE: Final = re.compile(r"(?P<issue>[A-Z][A-Z0-9_]{1,30}-[0-9]{1,12})(?:/[0-9]{1,18})?", re.ASCII)
_SEVERITY: Final = re.compile(r"SEV[1-4]")


class Writing(Struct, frozen=True):
    """The one request that matters, and its texts as a person reads them before."""

    method: str
    path: str
    act: str
    body: Mapping[str, object]
    shown: tuple[tuple[str, str], ...]
    cut: str = ""


class Jira(Struct, frozen=True):
    KIND: ClassVar[str] = "jira"
    GROUP: ClassVar[str] = "issue tracker"
    FOLLOWS: ClassVar[bool] = True
    REPEATABLE: ClassVar[bool] = False

    name: str
    base: str
    email: str
    token: Secret
    project: str
    issue_type: str = "Task"
    item_type: str = "Task"
    labels: tuple[str, ...] = ()
    severity_labels: bool = True
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(KEYS)
        project, labels = table.text("project", ""), table.names("labels")
        if not _PROJECT.fullmatch(project):
            raise table.expected("project", "the key of a project", 'project = "OPS"')
        if any(" " in label for label in labels):
            raise table.wrong("labels", "a label of Jira has no spaces")
        return cls(
            name,
            base_of(table, example="https://example.atlassian.net"),
            table.text("email", ""),
            secret(table, "token"),
            project,
            table.text("issue_type", "Task"),
            table.text("item_type", "Task"),
            labels,
            table.flag("severity_labels", True),
            table.flag("plain", False),
        )

    def preview(self, letter: Letter) -> Preview:
        writing = self._writing(letter)
        notes = ("what stands below the facts stays, and so do other labels",) if writing.method == "PUT" else ()
        if writing.method == "PUT" and letter.facts.status == "closed":
            notes = (*notes, "its status is moved in Jira, by a person")
        return Preview(f"Jira {self.project}", writing.act, writing.shown, writing.cut, notes)

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        writing = self._writing(letter)
        body: Mapping[str, object] = writing.body
        try:
            site = self._site()
        except Trouble as trouble:
            return Failed(trouble.reason)
        try:
            if writing.method == "PUT":
                body = self._upon(site, writing, letter)
            elif letter.again and (found := self._found(site, writing, letter)):
                return self._delivered(found)
        except Trouble as trouble:
            return Failed(trouble.reason, trouble.passing, trouble.after)
        reply = site.write(writing.method, writing.path, body, begin, repeatable=writing.method == "PUT")
        return self._ended(reply, writing) if isinstance(reply, Reply) else reply

    def check(self) -> str:
        project = self._site().read(f"{self._api}/project/{self.project}")
        types = [str(entry.get("name")) for entry in _objects(project.get("issueTypes"))]
        for wanted in (self.issue_type, self.item_type):
            if types and wanted not in types:
                raise Trouble(f"{self.project} has no type {wanted}; it has {', '.join(types[:12])}", status=404)
        return f"{self.project} “{clean_line(str(project.get('name')))}” is there"

    @property
    def _api(self) -> str:
        return "/rest/api/3" if self.email else "/rest/api/2"

    @property
    def _writer(self) -> Writer:
        return writer_for(cloud=bool(self.email))

    def _site(self) -> Atlassian:
        return Atlassian(self.base, self.email, unlocked(self.token), self.plain)

    def _writing(self, letter: Letter) -> Writing:
        issue = found["issue"] if (found := _PLACE.fullmatch(letter.card)) else ""
        match letter.form:
            case "item":
                rows = (*_of_item(letter), ("Incident", self._incident(letter, issue)))
                return self._opens(letter, letter.text, self.item_type, rows, "an issue for the action item")
            case "test":
                return self._opens(letter, title_of(letter), self.issue_type, (), "a test issue")
            case "document" if not issue:
                title = f"{letter.facts.ref} {letter.facts.title}: document"
                return self._opens(letter, title, self.item_type, (), "an issue for the document")
            case "card" if issue:
                return self._edits(letter, issue)
            case _ if issue:
                return self._comments(letter, issue)
            case _:
                rows = rows_of(letter, in_zone(letter))
                return self._opens(letter, title_of(letter), self.issue_type, rows, "an issue for the incident")

    def _opens(self, letter: Letter, title: str, type_: str, rows: tuple[tuple[str, str], ...], what: str) -> Writing:
        description, shown, cut = self._writer.description(letter, rows)
        labels = self._labels(letter)
        summary = _summary(title)
        fields = {
            "project": {"key": self.project},
            "issuetype": {"name": type_},
            "summary": summary,
            "description": description,
            "labels": labels,
        }
        texts = (("type", type_), ("summary", summary), ("description", shown), ("labels", ", ".join(labels)))
        return Writing("POST", f"{self._api}/issue", f"opens {what}", {"fields": fields}, texts, cut)

    def _comments(self, letter: Letter, issue: str) -> Writing:
        body, shown, cut = self._writer.comment(letter)
        path = f"{self._api}/issue/{issue}/comment"
        return Writing("POST", path, f"comments on {issue}", {"body": body}, (("comment", shown),), cut)

    def _edits(self, letter: Letter, issue: str) -> Writing:
        rows, summary = rows_of(letter, in_zone(letter)), _summary(title_of(letter))
        _, shown, _ = self._writer.description(letter, rows, words=False)
        texts = (("summary", summary), ("facts", shown))
        return Writing("PUT", f"{self._api}/issue/{issue}", f"edits {issue}", {"fields": {"summary": summary}}, texts)

    def _labels(self, letter: Letter) -> list[str]:
        told = self.severity_labels and letter.audience != "external" and letter.form in ("opening", "change", "update")
        severity = (f"SEV{letter.facts.severity}",) if told else ()
        of_it = () if letter.form == "test" else (re.sub(r"\s", "", clean_line(letter.facts.ref)),)
        return [*self.labels, *severity, *of_it, LABEL_OF_KEY + marker(letter)]

    def _incident(self, letter: Letter, issue: str) -> str:
        return " ".join(part for part in (letter.facts.ref, letter.facts.title, self._address(issue) or issue) if part)

    def _address(self, issue: str) -> str:
        """Where an issue is seen; the gateway that tokens with scopes go through has no pages."""
        gateway = urlsplit(self.base).hostname == "api.atlassian.com"
        return "" if gateway or not issue else f"{self.base}/browse/{issue}"

    def _upon(self, site: Atlassian, writing: Writing, letter: Letter) -> Mapping[str, object]:
        """The card for the issue as it is. Raises Trouble."""
        issue = site.read(writing.path, {"fields": "description,labels"})
        fields = issue.get("fields")
        there = fields if isinstance(fields, dict) else {}
        description = self._writer.upon(there.get("description"), rows_of(letter, in_zone(letter)))
        summary = dict(writing.shown)["summary"]
        body: dict[str, object] = {"fields": {"summary": summary, "description": description}}
        if self.severity_labels and letter.audience != "external":
            now, listed = f"SEV{letter.facts.severity}", there.get("labels")
            old = [name for name in listed if _SEVERITY.fullmatch(str(name))] if isinstance(listed, list) else []
            steps = [*({"remove": name} for name in old if name != now), {"add": now}]
            body["update"] = {"labels": steps}
        return body

    def _found(self, site: Atlassian, writing: Writing, letter: Letter) -> str:
        """The receipt of what an earlier attempt has left there, else "". Raises Trouble."""
        commented = _issue_of(writing.path)
        if commented:
            read = site.read(writing.path, {"orderBy": "-created", "maxResults": NEWEST})
            for comment in _objects(read.get("comments")):
                if marker(letter) in json.dumps(comment.get("body")):
                    return f"{commented}/{comment.get('id')}"
            return ""
        jql = f'project = "{self.project}" AND labels = "{LABEL_OF_KEY}{marker(letter)}"'
        path = f"{self._api}/search/jql" if self.email else f"{self._api}/search"
        read = site.read(path, body={"jql": jql, "fields": ["summary"], "maxResults": 1})
        return next((str(issue.get("key")) for issue in _objects(read.get("issues"))), "")

    def _ended(self, reply: Reply, writing: Writing) -> Outcome:
        if late(reply):
            return Failed("somebody else has changed the issue in this moment", retryable=True)
        if writing.method == "PUT":
            return self._delivered(writing.path.rpartition("/")[2])
        try:
            found = object_of(reply)
        except Trouble as trouble:
            return Unknown(trouble.reason)
        commented = _issue_of(writing.path)
        receipt = f"{commented}/{found.get('id')}" if commented else str(found.get("key"))
        if not _PLACE.fullmatch(receipt):
            return Unknown(f"the answer names no issue: {reply.glimpse}")
        return self._delivered(receipt)

    def _delivered(self, receipt: str) -> Delivered:
        return Delivered(receipt, self._address(receipt.partition("/")[0]))


def _summary(text: str) -> str:
    return fitted(text, SUMMARY, shaped=clean_line)[0]


def _of_item(letter: Letter) -> tuple[tuple[str, str], ...]:
    return ("Owner", letter.owner or "nobody yet"), ("Due", letter.due or "not said")


def _issue_of(path: str) -> str:
    found = re.search(r"/issue/([^/]+)/comment$", path)
    return found[1] if found else ""


def _objects(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
