"""E-mail by SMTP: one message to a list of addresses; later ones answer the first, so that they are one thread."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final, Self

from msgspec import Struct

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.outcome import Delivered, Failed, Outcome
from incident_tui.channels.public import status_of
from incident_tui.channels.sizes import fitted
from incident_tui.channels.smtp import MailServer, Taken
from incident_tui.channels.telling import author_of, in_zone, rows_of
from incident_tui.config.secrets import secret
from incident_tui.config.table import ConfigError, Table
from incident_tui.domain.letters import Letter
from incident_tui.domain.text import clean, clean_line
from incident_tui.web import Trouble

if TYPE_CHECKING:
    from email.message import EmailMessage

SUBJECT_LIMIT: Final = 200
TEXT_LIMIT: Final = 200_000
MOST: Final = 50
PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
LOCAL: Final = ("localhost", "127.0.0.1", "::1")
ADDRESS: Final = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
MESSAGE_ID: Final = r"<[^<>\s]{1,200}>"
FORMS: Final = ("opening", "change", "update", "document", "test")


class Email(Struct, frozen=True):
    """`hidden`: nobody who gets it sees who else does."""

    KIND: ClassVar[str] = "email"
    GROUP: ClassVar[str] = "e-mail"
    FOLLOWS: ClassVar[bool] = False
    REPEATABLE: ClassVar[bool] = False

    name: str
    server: MailServer
    sender: str
    recipients: tuple[str, ...]
    hidden: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("host", "port", "security", "username", "password", "ca", "from", "to", "hidden", "plain"))
        senders = _addresses(table, "from", 1)
        recipients = _addresses(table, "to", MOST)
        return cls(name, _server(table), senders[0], recipients, table.flag("hidden", False))

    def preview(self, letter: Letter) -> Preview:
        where = f"E-mail “{self.name}” to {', '.join(self.recipients)}"
        if letter.form not in FORMS:
            return Preview(where, _cannot(letter), ())
        text, cut = self._text(letter)
        count = len(self.recipients)
        notes = ("none of them sees the others",) if self.hidden and count > 1 else ()
        act = f"mails {count} {'address' if count == 1 else 'addresses'}"
        return Preview(where, act, (("subject", subject(letter)), ("text", text)), cut, notes)

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        if letter.form not in FORMS:
            return Failed(_cannot(letter))
        message = self.message(letter)
        taken = self.server.deliver(self.sender, self.recipients, message.as_bytes(), begin)
        if not isinstance(taken, Taken):
            return taken
        return Delivered(str(message["Message-ID"]), note=_note(taken, len(self.recipients)))

    def check(self) -> str:
        import smtplib

        try:
            return self.server.knock()
        except ConfigError as error:
            raise Trouble(str(error), status=400) from None
        except smtplib.SMTPResponseException as error:
            status = 400 if error.smtp_code >= 500 else 0
            raise Trouble(f"{self.server.host}: it answers {error.smtp_code}", status=status) from None
        except OSError as error:
            # What libraries say of the network holds no secret: the password is not yet said.
            raise Trouble(clean_line(f"{self.server.host}: {error}")[:300]) from None

    def message(self, letter: Letter) -> EmailMessage:
        """The message as it is sent, with lines that end in CRLF."""
        from email.message import EmailMessage
        from email.policy import SMTP
        from email.utils import format_datetime

        domain = self.sender.rpartition("@")[2]
        message = EmailMessage(policy=SMTP)
        message["From"] = self.sender
        message["To"] = "undisclosed-recipients:;" if self.hidden else ", ".join(self.recipients)
        message["Subject"] = subject(letter)
        message["Date"] = format_datetime(letter.at)
        message["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9.-]', '-', letter.key)}@{domain}>"
        for name, value in {**_thread(letter), **_weight(letter)}.items():
            message[name] = value
        # Nobody's holiday reply answers a machine (RFC 3834); the second is what Exchange listens to.
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(self._text(letter)[0], charset="utf-8", cte="quoted-printable")
        return message

    def _text(self, letter: Letter) -> tuple[str, str]:
        if letter.form in ("document", "test"):
            return fitted(clean(letter.words), TEXT_LIMIT, len)
        words, cut = fitted(clean(letter.words), TEXT_LIMIT, len)
        return f"{words}\n\n--\n{facts(letter)}\n", cut


def subject(letter: Letter) -> str:
    """“[SEV1] INC-20261121-K7Q Checkout fails” on one line; those outside read no severity."""
    known = letter.facts
    about = f"{known.ref} {known.title}"
    match letter.form:
        case "test":
            line = f"[TEST] {known.title}"
        case "document":
            line = f"{about}: document"
        case _ if letter.audience == "external":
            line = f"{known.title} ({status_of(letter)}) [{known.ref}]"
        case _:
            line = f"[SEV{known.severity}] {about}"
    return fitted(" ".join(clean_line(line).split()), SUBJECT_LIMIT, len)[0]


def facts(letter: Letter) -> str:
    """What stands below the words: a line for each fact; those outside learn the status and the next update."""
    known, author = letter.facts, author_of(letter)
    lines = [f"{known.ref} {known.title}"] if letter.audience != "external" else []
    lines += [f"{name}: {value}" for name, value in rows_of(letter, in_zone(letter))]
    lines += [f"Written by {author}"] if author else []
    return "\n".join(map(clean_line, lines))


def _cannot(letter: Letter) -> str:
    return f"e-mail has no {'card that could be edited' if letter.form == 'card' else f'place for an {letter.form}'}"


def _thread(letter: Letter) -> dict[str, str]:
    """The opening is answered, and the last message named as well, so that every program finds the thread."""
    known = [found[0] for found in (re.match(MESSAGE_ID, word) for word in (letter.card, letter.latest)) if found]
    return {"In-Reply-To": known[0], "References": " ".join(dict.fromkeys(known))} if known else {}


def _weight(letter: Letter) -> dict[str, str]:
    urgent = letter.facts.severity == 1 and letter.facts.status in ("investigating", "identified")
    if not urgent or letter.form in ("document", "test") or letter.audience == "external":
        return {}
    return {"X-Priority": "1", "Importance": "high", "Priority": "urgent"}


def _note(taken: Taken, count: int) -> str:
    """What is told where not everybody got it."""
    if not taken.refused:
        return ""
    told = "; ".join(f"{address} ({said})" for address, said in taken.refused.items())
    return f"delivered to {count - len(taken.refused)} of {count}; refused: {told}"


def _addresses(table: Table, key: str, most: int) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(table.names(key)))
    if not found or len(found) > most or not all(re.fullmatch(ADDRESS, item) for item in found):
        wanted = "one e-mail address" if most == 1 else f"1 to {most} e-mail addresses"
        raise table.expected(key, wanted, f'{key} = "ops@example.com"')
    return found


def _server(table: Table) -> MailServer:
    host = table.text("host", "")
    security = table.text("security", "starttls")
    if not re.fullmatch(r"[A-Za-z0-9.:-]+", host):
        raise table.expected("host", "the name of a mail server", 'host = "smtp.example.com"')
    if security not in PORTS:
        raise table.expected("security", f"one of {', '.join(PORTS)}", 'security = "starttls"')
    username = table.text("username", "")
    if security == "none" and (host not in LOCAL or not table.flag("plain", False)):
        raise table.wrong("security", 'none is only for a server on this machine, with plain = true; write "starttls"')
    if security == "none" and (username or "password" in table.values):
        raise table.wrong("password", 'is never sent in the clear; write security = "starttls" or "tls"')
    if bool(username) != ("password" in table.values):
        raise table.wrong("username", "and password belong together; write both or none")
    password = secret(table, "password") if username else None
    port = table.number("port", PORTS[security], 1, 65_535)
    return MailServer(host, port, security, username, password, table.text("ca", ""))
