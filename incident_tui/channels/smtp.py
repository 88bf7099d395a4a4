"""One message to one mail server: who took it, who was refused, and from where on it may have arrived."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

from msgspec import Struct

from incident_tui.channels.channel import Begin
from incident_tui.channels.outcome import Failed, Unknown
from incident_tui.config.secrets import Secret
from incident_tui.config.table import ConfigError
from incident_tui.domain.text import clean_line
from incident_tui.web import redacted

if TYPE_CHECKING:
    import smtplib
    import ssl

HELLO = "[127.0.0.1]"
"""What we call ourselves: the name of this machine is nobody's business (RFC 5321 §4.1.4 allows an address)."""
SHOWN = 160


class Taken(Struct, frozen=True):
    """The server has taken the message for all but `refused`, each with what was said of it."""

    refused: Mapping[str, str]


class MailServer(Struct, frozen=True):
    """How a server is reached. `security` is "starttls", "tls" or "none"; `ca` a file of certificates, "" for ours.

    `connect` seconds are waited for the connection and each answer, `seconds` for all of it.
    """

    host: str
    port: int
    security: str
    username: str = ""
    password: Secret | None = None
    ca: str = ""
    connect: float = 5.0
    seconds: float = 14.0

    def deliver(self, sender: str, recipients: Sequence[str], content: bytes, begin: Begin) -> Taken | Failed | Unknown:
        """Hand the message over. Never raises but what `begin` raises.

        `begin` is called between the server's consent to DATA and the first byte of it: before its final dot no server
        may deliver it (RFC 5321 §4.1.1.4).
        """
        return _Delivery(self, sender, recipients, content).run(begin)

    def knock(self) -> str:
        """Connect, secure and log in, and leave. What was found, in a few words. Raises ConfigError, OSError."""
        password = self.revealed()
        smtp = self.connected()
        try:
            self.secure(smtp)
            self.log_in(smtp, password)
        finally:
            _leave(smtp)
        return f"{self.host} answers{', and takes the password' if self.username else ''}"

    def revealed(self) -> str:
        return self.password.reveal() if self.password else ""

    def connected(self) -> smtplib.SMTP:
        import smtplib

        if self.security == "tls":
            return smtplib.SMTP_SSL(
                self.host, self.port, local_hostname=HELLO, timeout=self.connect, context=self._trusted()
            )
        return smtplib.SMTP(self.host, self.port, local_hostname=HELLO, timeout=self.connect)

    def secure(self, smtp: smtplib.SMTP) -> None:
        """Nothing is said in the clear but for a server of this machine: no STARTTLS ends the talk."""
        import smtplib

        smtp.ehlo_or_helo_if_needed()
        if self.security != "starttls":
            return
        if not smtp.has_extn("starttls"):
            raise smtplib.SMTPNotSupportedError("it offers no STARTTLS")
        code, words = smtp.starttls(context=self._trusted())
        if code != 220:
            raise smtplib.SMTPResponseException(code, words)
        smtp.ehlo()

    def log_in(self, smtp: smtplib.SMTP, password: str) -> None:
        if not self.username:
            return
        if not (self.username + password).isascii():
            raise ConfigError(f"{self.host}: the username or the password has letters that SMTP cannot carry")
        smtp.login(self.username, password)

    def _trusted(self) -> ssl.SSLContext:
        import ssl

        try:
            return ssl.create_default_context(cafile=str(Path(self.ca).expanduser()) if self.ca else None)
        except OSError:
            raise ConfigError(f"{self.host}: ca: {self.ca} holds no certificates that can be read") from None


class _Delivery:
    def __init__(self, server: MailServer, sender: str, recipients: Sequence[str], content: bytes) -> None:
        self._server = server
        self._sender = sender
        self._recipients = recipients
        self._content = content
        self._password = ""
        self._late = False

    def run(self, begin: Begin) -> Taken | Failed | Unknown:
        try:
            self._password = self._server.revealed()
            smtp = self._server.connected()
        except (ConfigError, OSError) as error:
            return self._failed(error)
        watch = Timer(self._server.seconds, self._cut, (smtp,))
        watch.daemon = True
        watch.start()
        try:
            return self._talk(smtp, begin)
        finally:
            watch.cancel()
            smtp.close()

    def _talk(self, smtp: smtplib.SMTP, begin: Begin) -> Taken | Failed | Unknown:
        try:
            refused = self._announced(smtp)
        except (ConfigError, OSError) as error:
            return self._failed(error)
        if isinstance(refused, Failed):
            return refused
        begin()
        try:
            smtp.send(_dotted(self._content))
            code, words = smtp.getreply()
        except OSError as error:
            return Unknown(self._words(f"{self._end(error)}, after the message had left"))
        if code != 250:
            return self._refusal(code, words)
        _leave(smtp)
        return Taken(refused)

    def _announced(self, smtp: smtplib.SMTP) -> dict[str, str] | Failed:
        """Whom the server refuses, once it is ready for the message."""
        server = self._server
        server.secure(smtp)
        server.log_in(smtp, self._password)
        _expect(250, *smtp.mail(self._sender))
        refused: dict[str, tuple[int, bytes]] = {}
        for address in self._recipients:
            code, words = smtp.rcpt(address)
            if code == 421:
                return self._refusal(code, words)
            if code not in (250, 251):
                refused[address] = (code, words)
        if len(refused) == len(self._recipients):
            passing = any(400 <= code < 500 for code, _ in refused.values())
            told = "; ".join(f"{address} {self._said(*answer)}" for address, answer in refused.items())
            return Failed(self._words(f"every address is refused: {told}"), retryable=passing)
        _expect(354, *smtp.docmd("DATA"))
        return {address: self._said(*answer) for address, answer in refused.items()}

    def _failed(self, error: ConfigError | OSError) -> Failed:
        """Why nothing was sent. What `smtplib` raises are errors of the system as well."""
        import smtplib
        import ssl

        match error:
            case ConfigError():
                return Failed(str(error))
            case smtplib.SMTPResponseException():
                return self._refusal(error.smtp_code, error.smtp_error)
            case smtplib.SMTPNotSupportedError():
                return Failed(self._words(f"{error}; nothing was sent"))
            case ssl.SSLCertVerificationError():
                return Failed(self._words(f"its certificate is not trusted: {error.verify_message}"))
            case _:
                return Failed(self._words(self._end(error)), retryable=True)

    def _refusal(self, code: int, words: bytes | str) -> Failed:
        return Failed(self._words(self._said(code, words)), retryable=not 500 <= code < 600)

    def _said(self, code: int, words: bytes | str) -> str:
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        line = " ".join(clean_line(redacted(text, (self._password,))).split())
        return f"{code} {line[:SHOWN]}".rstrip()

    def _end(self, error: OSError) -> str:
        if self._late:
            return f"no end within {self._server.seconds:g} s"
        if isinstance(error, TimeoutError):
            return f"no answer within {self._server.connect:g} s"
        return f"the connection broke off: {error.strerror or error}"

    def _words(self, reason: str) -> str:
        return " ".join(clean_line(redacted(f"{self._server.host}: {reason}", (self._password,))).split())

    def _cut(self, smtp: smtplib.SMTP) -> None:
        """The end of all waiting: whoever reads or writes in the other thread sees the connection closed."""
        self._late = True
        if smtp.sock is not None:
            _shut(smtp.sock)


def _shut(sock: socket.socket) -> None:
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already


def _expect(wanted: int, code: int, words: bytes) -> None:
    import smtplib

    if code != wanted:
        raise smtplib.SMTPResponseException(code, words)


def _leave(smtp: smtplib.SMTP) -> None:
    """Say goodbye; what was taken stays taken, whatever the server answers."""
    try:
        smtp.quit()
    except OSError:
        smtp.close()


def _dotted(content: bytes) -> bytes:
    """As it goes over the wire: a dot at the front of a line is doubled (RFC 5321 §4.5.2), a lone one ends it."""
    body = content.replace(b"\r\n.", b"\r\n..")
    body = b"." + body if body.startswith(b".") else body
    return body + (b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n")
