"""How mail leaves the house: by SMTP, or onto the screen of whoever tries the demo."""

import smtplib
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from app.notifications.kinds import UNSUBSCRIBE
from app.notifications.sending import NoConnection, OutcomeUnknown, Refused, TryLater

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
ACCEPTED = (250, 251)
SERVICE_ENDS = 421
PERMANENT = 500
TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class MailServer:
    """`scheme`: smtps is TLS from the start, smtp+starttls insists on STARTTLS, and smtp takes it
    where it is offered. A password is never sent in the open, but to this computer itself."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    @property
    def is_local(self) -> bool:
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def parse_mail_url(url: str) -> MailServer:
    """Raises ValueError saying how the address is written."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("write it as smtp://user:password@host:port, smtp+starttls:// or smtps://")
    return MailServer(
        parts.scheme,
        parts.hostname,
        parts.port or PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


class SmtpTransport:
    """One connection for a whole sweep, made anew where the server has ended it."""

    def __init__(self, server: MailServer, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._server = server
        self._timeout = timeout
        self._smtp: smtplib.SMTP | None = None

    @property
    def is_connected(self) -> bool:
        return self._smtp is not None

    def connect(self) -> None:
        if self.is_connected:
            return
        try:
            self._smtp = self._open()
        except (OSError, smtplib.SMTPException) as error:
            raise NoConnection(_words(error)) from error

    def _open(self) -> smtplib.SMTP:
        server = self._server
        context = ssl.create_default_context()
        if server.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._timeout, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        try:
            self._secure(smtp, context)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _secure(self, smtp: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server = self._server
        smtp.ehlo_or_helo_if_needed()
        is_secure = server.scheme == "smtps"
        if not is_secure and (server.scheme == "smtp+starttls" or smtp.has_extn("starttls")):
            smtp.starttls(context=context)
            smtp.ehlo()
            is_secure = True
        if server.user:
            if not is_secure and not server.is_local:
                raise smtplib.SMTPException("the server offers no STARTTLS to send a password over")
            smtp.login(server.user, server.password)

    def deliver(self, message: EmailMessage, address: str) -> None:
        smtp = self._smtp
        if smtp is None:
            raise TryLater("not connected")
        try:
            self._expect(smtp.mail(parseaddr(message["From"])[1]))
            self._expect(smtp.rcpt(address))
        except UnicodeEncodeError as error:
            self._reset(smtp)
            raise Refused("the address has letters that the mail server does not take") from error
        except (OSError, smtplib.SMTPException) as error:
            self._lose()
            raise TryLater(_words(error)) from error
        try:
            reply = smtp.data(message.as_bytes())
        except smtplib.SMTPDataError as error:
            self._expect((error.smtp_code, _as_bytes(error.smtp_error)))
        except (OSError, smtplib.SMTPException) as error:
            self._lose()
            raise OutcomeUnknown(_words(error)) from error
        else:
            self._expect(reply)

    def _expect(self, reply: tuple[int, bytes]) -> None:
        """Raises what another answer than yes means for the mail."""
        code, words = reply
        if code in ACCEPTED:
            return
        text = f"{code} {words.decode(errors='replace')}"
        if code == SERVICE_ENDS:
            self._lose()
        elif self._smtp is not None:
            self._reset(self._smtp)
        raise Refused(text) if code >= PERMANENT else TryLater(text)

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._lose()

    def _lose(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def close(self) -> None:
        if self._smtp is None:
            return
        try:
            self._smtp.quit()
        except (OSError, smtplib.SMTPException):
            self._smtp.close()
        self._smtp = None


class ConsoleTransport:
    """Shows each mail's text instead of sending it; of a mail of the week, which goes to everybody,
    the first one of a sweep and how many are like it."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._alike: Counter[str] = Counter()

    @property
    def is_connected(self) -> bool:
        return True

    def connect(self) -> None:
        pass

    def deliver(self, message: EmailMessage, address: str) -> None:
        if UNSUBSCRIBE in message:
            self._alike[message["Subject"]] += 1
            if self._alike[message["Subject"]] > 1:
                return
        body = message.get_body(("plain",))
        text = body.get_content() if body else ""
        self._write(f"\nTo: {address}\nSubject: {message['Subject']}\n\n{text}")

    def close(self) -> None:
        for subject, count in self._alike.items():
            if count > 1:
                self._write(f"\nSubject: {subject}\n\nand {count - 1} more like it")
        self._alike.clear()


def _words(error: Exception) -> str:
    """What the server said, or what kind of trouble it was."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_as_bytes(error.smtp_error).decode(errors='replace')}"
    return f"{type(error).__name__}: {error}"


def _as_bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
