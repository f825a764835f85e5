"""How the site speaks to mail servers: encryption, passwords, settings."""

import ssl
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from flask import Flask

from app.config import SettingsError, read_settings
from app.database import writing
from app.notifications.service import Letter, post
from app.notifications.transport import MailServer, parse_mail_url
from tests.conftest import NOW
from tests.post_office import PostOffice

CERTIFICATE = Path(__file__).parent / "localhost.pem"


@pytest.fixture
def tls(monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate for localhost, which this computer trusts for the moment."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    return context


@pytest.fixture
def due(app: Flask) -> PostOffice:
    with writing():
        post([Letter("one", "already-in", "sara@example.org", "sv")], now=NOW)
    return PostOffice(app)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", MailServer("smtp", "mail.example.org", 25)),
        ("smtps://mail.example.org", MailServer("smtps", "mail.example.org", 465)),
        (
            "smtp+starttls://fika:sec%40ret%2F@mail.example.org:2525",
            MailServer("smtp+starttls", "mail.example.org", 2525, "fika", "sec@ret/"),
        ),
    ],
)
def test_an_address_is_read_with_its_password(url: str, server: MailServer):
    assert parse_mail_url(url) == server


@pytest.mark.parametrize("url", ["http://mail.example.org", "smtp:", "smtp://", "smtp://:25"])
def test_what_is_no_address_is_refused_with_how_it_is_written(url: str):
    with pytest.raises(ValueError, match="smtp://user:password@host"):
        parse_mail_url(url)


@pytest.mark.parametrize("scheme", ["smtp", "smtp+starttls"])
def test_mail_goes_encrypted_where_the_server_offers_it(
    due: PostOffice, tls: ssl.SSLContext, scheme: str
):
    with due.open(tls_context=tls, require_starttls=True):
        result = due.sweep(mail_url=f"{scheme}://localhost:{due.port}")
    assert result.exit_code == 0, result.output
    assert len(due.mails) == 1


def test_mail_goes_encrypted_from_the_start(due: PostOffice, tls: ssl.SSLContext):
    with due.open(ssl_context=tls):
        result = due.sweep(mail_url=f"smtps://localhost:{due.port}")
    assert result.exit_code == 0, result.output
    assert len(due.mails) == 1


def test_where_encryption_is_insisted_on_no_mail_goes_without(due: PostOffice):
    with due.open():
        result = due.sweep(mail_url=f"smtp+starttls://127.0.0.1:{due.port}")
    assert result.exit_code == 1
    assert due.mails == []


def test_a_stranger_with_another_certificate_gets_no_mail(
    due: PostOffice, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("SSL_CERT_FILE")
    with due.open(tls_context=tls):
        result = due.sweep(mail_url=f"smtp+starttls://localhost:{due.port}")
    assert result.exit_code == 1
    assert "CERTIFICATE_VERIFY_FAILED" in result.output
    assert due.mails == []


@pytest.mark.parametrize(("password", "exit_code"), [("kaffe", 0), ("te", 1)])
def test_the_password_is_given_and_judged(
    due: PostOffice, tls: ssl.SSLContext, password: str, exit_code: int
):
    def judge(_server, _session, _envelope, _mechanism, data) -> AuthResult:
        is_known = (data.login, data.password) == (b"fika", b"kaffe")
        return AuthResult(success=is_known, handled=False)

    with due.open(tls_context=tls, authenticator=judge, auth_required=True):
        result = due.sweep(mail_url=f"smtp+starttls://fika:{password}@localhost:{due.port}")
    assert result.exit_code == exit_code, result.output
    assert len(due.mails) == (1 if exit_code == 0 else 0)
    assert "kaffe" not in result.output


def test_in_the_demo_mail_goes_onto_the_screen(due: PostOffice):
    result = due.sweep(mail_url="")
    assert result.exit_code == 0
    assert "To: sara@example.org\nSubject: Du har redan ett konto" in result.output
    assert "https://fika.example.org/login" in result.output


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"mail_url": ""}, "set FIKALIGAN_MAIL_URL"),
        ({"base_url": ""}, "set FIKALIGAN_BASE_URL"),
    ],
)
def test_outside_the_demo_what_is_missing_is_said_in_one_line(
    due: PostOffice, settings: dict[str, str], line: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FIKALIGAN_SECRET_KEY", "only-for-tests")
    result = due.sweep(demo=False, **settings)
    assert result.exit_code == 1
    assert line in result.output
    assert result.output.startswith("Error: ")


def test_a_command_without_the_sites_key_would_make_dead_links_and_is_refused(
    due: PostOffice, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("FIKALIGAN_SECRET_KEY", raising=False)
    result = due.sweep(demo=False)
    assert (result.exit_code, due.mails) == (1, [])
    assert "set FIKALIGAN_SECRET_KEY" in result.output


def test_an_unknown_way_for_mail_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FIKALIGAN_MAIL_URL", "pigeon://roof")
    with pytest.raises(SettingsError, match=r"FIKALIGAN_MAIL_URL: use smtp://"):
        read_settings()
