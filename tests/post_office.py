"""A mail server that people's mail really goes through, and that can be told to misbehave."""

import re
from asyncio import Server, Transport, to_thread
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from click.testing import Result
from flask import Flask

BASE_URL = "https://fika.example.org"
LINK = re.compile(rf"{re.escape(BASE_URL)}(/\S+)")
ACCEPTED = "250 OK"
CUT_BEFORE_ANSWER = "cut"


class AnyPort(Controller):
    """On whatever port is free; aiosmtpd would knock at port 0 to see whether it is open."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class PostOffice:
    """`mails` are those that arrived. `to` answers RCPT by address, `answers` the next DATAs;
    `meanwhile` is done once while the first mail is on its way."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.mails: list[EmailMessage] = []
        self.to: dict[str, str] = {}
        self.answers: list[str] = []
        self.connections = 0
        self.port = ""
        self.meanwhile: Callable[[], object] | None = None

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, lines: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return lines

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            await to_thread(Context().run, meanwhile)
        answer = self.to.get(address, ACCEPTED)
        if answer == ACCEPTED:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else ACCEPTED
        if answer in (ACCEPTED, CUT_BEFORE_ANSWER):
            content = envelope.content
            assert isinstance(content, bytes)
            mail = message_from_bytes(content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            assert envelope.rcpt_tos == [mail["To"]]
            self.mails.append(mail)
        if answer == CUT_BEFORE_ANSWER:
            assert isinstance(server.transport, Transport)
            server.transport.abort()
        return answer

    @contextmanager
    def open(self, **options: object) -> Iterator[None]:
        """With these options of aiosmtpd's, on a port of its own."""
        controller = AnyPort(self, hostname="127.0.0.1", port=0, **options)  # pyright: ignore[reportArgumentType] - as Controller takes them
        controller.start()
        try:
            self.port = str(controller.port)
            yield
        finally:
            controller.stop()

    def sweep(self, **settings: object) -> Result:
        """`flask send-mail` with the site's settings and these; pages never see them."""
        known = self.app.extensions["settings"]
        values = {"base_url": BASE_URL, "mail_url": f"smtp://127.0.0.1:{self.port}"} | settings
        self.app.extensions["settings"] = known.model_copy(update=values)
        try:
            return self.app.test_cli_runner().invoke(args=["send-mail"])
        finally:
            self.app.extensions["settings"] = known

    def deliver(self) -> list[EmailMessage]:
        """What a sweep has brought; every mail that was due is among it."""
        before = len(self.mails)
        result = self.sweep()
        assert result.exit_code == 0, result.output
        return self.mails[before:]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return body.get_content().replace("\r\n", "\n")


def html_of(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body
    return body.get_content().replace("\r\n", "\n")


def link_in(mail: EmailMessage) -> str:
    """The path of the mail's first link."""
    found = LINK.search(text_of(mail))
    assert found, text_of(mail)
    return found[1]
