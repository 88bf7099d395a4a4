"""What status pages have in common: the words that the public reads, and none of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from incident_tui.channels.sizes import fitted
from incident_tui.config.table import Table
from incident_tui.domain.letters import Letter
from incident_tui.domain.text import clean, clean_line

STATUSES: Final = {"closed": "resolved"}
FORMS: Final = ("opening", "change", "update")
UNTITLED: Final = "Service disruption"
_OURS: Final = r"[\[(]?\b(?:SEV[-\s]?\d|INC-\d{8}-\w+)\b[\])]?[:·\s-]*"
_MACHINE: Final = (
    r"\b(?:\d{1,3}(?:\.\d{1,3}){3}|[\w-]+(?:\.[\w-]+){2,}|[\w-]+\.(?:corp|internal|lan|local|prod)|\w+-\d+)\b"
)
_TAG: Final = r"<(?=[A-Za-z/!?])"


def status_of(letter: Letter) -> str:
    """investigating, identified, monitoring or resolved, as all status pages know them."""
    return STATUSES.get(letter.facts.status, letter.facts.status)


def title_of(letter: Letter, fixed: str, limit: int) -> tuple[str, str]:
    """The name of the incident for the public within `limit`, and what was cut.

    `fixed` where the configuration has one, else the title without severities and references.
    """
    line = fixed or re.sub(_OURS, "", untagged(clean_line(letter.facts.title)), flags=re.IGNORECASE)
    return fitted(" ".join(line.split()) or UNTITLED, limit, len)


def words_of(letter: Letter, limit: int) -> tuple[str, str]:
    """The text within `limit`, and what was cut. The page shows the status, so the mark in front stays here."""
    return fitted(untagged(clean(letter.text)).strip() or status_of(letter).capitalize(), limit, len)


def untagged(text: str) -> str:
    """Without HTML, which some pages obey and some drop: what would begin a tag is another sign."""
    return re.sub(_TAG, "‹", text)


def refusal(letter: Letter) -> str:
    """Why a letter cannot go to a public page; "" where it can."""
    match letter.form:
        case "test":
            return "a test would be public: nothing is sent; `doctor` asks the page whether it answers"
        case "card":
            return "a public page changes only with words that a person sends"
        case "item" | "document":
            return f"a status page takes no {'action items' if letter.form == 'item' else 'documents'}"
        case _:
            return "" if letter.form in FORMS else f"a status page takes no {letter.form}"


def named(table: Table, key: str) -> Mapping[str, str]:
    """What a table under `key` calls each of our services, by the service in small letters. Raises ConfigError."""
    return {service.casefold(): there for service, there in table.below(key).texts()}


def affected(letter: Letter, names: Mapping[str, str]) -> tuple[str, ...]:
    """What the page calls the services of the incident; those that it does not know are not told."""
    found = (names.get(service.casefold(), "") for service in letter.services)
    return tuple(dict.fromkeys(name for name in found if name))


def cautions(letter: Letter, title: str, names: Mapping[str, str], key: str) -> tuple[str, ...]:
    """What a person should know before this is public."""
    unknown = [service for service in letter.services if service.casefold() not in names]
    machine = re.search(_MACHINE, title)
    return (
        *([f"the title may name a machine of yours: “{machine[0]}”"] if machine else []),
        *([f"not shown as affected: {', '.join(unknown)} (not in {key})"] if unknown else []),
        *([f"written for the audience {letter.audience}"] if letter.audience != "external" else []),
    )
