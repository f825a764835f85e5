"""A forgotten password: the same answer to everybody, and a link to whom it belongs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app import create_app
from app.accounts import service
from app.accounts.models import LoginSession, MailWish, User
from app.accounts.service import FAILURE_WINDOW, MAILS_PER_ACCOUNT, create_user
from app.accounts.tokens import LASTS, Purpose
from app.database import db, writing
from tests.conftest import NOW, FrozenClock, settings_for
from tests.post_office import PostOffice, link_in, text_of

pytestmark = pytest.mark.usefixtures("quick_passwords")
PASSWORD = "kaffe utan socker"
NEW = "te med mjölk och honung"
EMAIL = "sara@example.org"


@pytest.fixture
def sara(app: Flask) -> User:
    with writing():
        return create_user(EMAIL, "Sara Lind", password=PASSWORD, now=NOW)


def ask(browser: FlaskClient, email: str = EMAIL):
    return browser.post("/login/forgotten", data={"email": email})


def sign_in(browser: FlaskClient, password: str) -> int:
    return browser.post("/login", data={"email": EMAIL, "password": password}).status_code


@pytest.fixture
def link(sara: User, client: FlaskClient, post_office: PostOffice) -> str:
    assert ask(client).location == "/login/mail-sent"
    (mail,) = post_office.deliver()
    assert mail["To"] == EMAIL
    return link_in(mail)


def is_dead(browser: FlaskClient, link: str) -> bool:
    answers = [browser.get(link), browser.post(link, data={"password": NEW})]
    return [answer.status_code for answer in answers] == [404, 404]


def test_the_way_to_a_new_password(
    app: Flask, client: FlaskClient, link: str, post_office: PostOffice
):
    assert "Glömt lösenordet?" in client.get("/login").text
    assert client.get(link).status_code == 200
    answer = client.post(link, data={"password": NEW})
    assert (answer.status_code, answer.location) == (303, "/login")
    assert "Ditt nya lösenord gäller" in client.get("/login").text
    assert sign_in(client, PASSWORD) == 422
    assert sign_in(client, NEW) == 303
    (mail,) = post_office.deliver()
    assert mail["Subject"] == "Ditt lösenord i Fikaligan är bytt"


def test_a_reset_ends_every_session(app: Flask, sara: User, client, link: str, sign_in):
    browsers = [sign_in(sara), sign_in(sara)]
    client.post(link, data={"password": NEW})
    assert [browser.get("/me").status_code for browser in browsers] == [303, 303]
    assert db.session.scalars(sa.select(LoginSession)).all() == []


def test_known_and_unknown_addresses_get_one_answer_by_one_and_the_same_work(
    app: Flask, sara: User
):
    """Read and written is the same, statement by statement; a clock would only measure the load.
    Nothing asks whether there is such a user."""
    answers, work = [], []
    for email in (EMAIL, "nobody@example.org"):
        with executed() as statements:
            answer = ask(app.test_client(), email)
        answers.append((answer.status_code, answer.location, answer.data))
        work.append(statements)
    assert answers[0] == answers[1]
    assert work[0] == work[1]
    assert not any('FROM "user"' in statement for statement in work[0])


@contextmanager
def executed() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_the_link_leads_to_the_sites_own_address_whatever_host_was_asked(
    sara: User, client: FlaskClient, post_office: PostOffice
):
    answer = client.post(
        "/login/forgotten",
        data={"email": EMAIL},
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )
    assert answer.status_code == 303
    (mail,) = post_office.deliver()
    assert "https://fika.example.org/login/new-password/" in text_of(mail)
    assert "evil" not in mail.as_string()


@pytest.mark.parametrize("who", ["nobody", "disabled"])
def test_nobody_and_the_disabled_get_no_mail(sara: User, client, post_office: PostOffice, who: str):
    if who == "disabled":
        with writing():
            service.disable_user(sara.id, now=NOW)
    ask(client, EMAIL if who == "disabled" else "nobody@example.org")
    assert post_office.deliver() == []
    assert db.session.scalars(sa.select(MailWish)).all() == []


def test_asking_twice_sends_one_mail_and_a_later_one_replaces_it(
    sara: User, client, post_office: PostOffice
):
    ask(client)
    ask(client, " SARA@example.org ")
    (first,) = post_office.deliver()
    ask(client)
    (second,) = post_office.deliver()
    assert is_dead(client, link_in(first))
    assert client.get(link_in(second)).status_code == 200


def test_a_link_works_once(client: FlaskClient, link: str):
    client.post(link, data={"password": NEW})
    assert is_dead(client, link)


def test_a_link_works_for_an_hour(client: FlaskClient, link: str, clock: FrozenClock):
    clock.set(NOW + LASTS[Purpose.RESET])
    assert is_dead(client, link)


@pytest.mark.parametrize("change", ["password", "email"])
def test_a_link_dies_with_a_new_password_or_address(client, sara: User, link: str, change: str):
    with writing():
        if change == "password":
            service.set_password(sara.id, "kaffe med kardemumma")
        else:
            service.change_email(sara.id, "sara@elsewhere.example")
    assert is_dead(client, link)


def test_a_refused_password_leaves_the_link_alive(client: FlaskClient, link: str):
    for password in ("kort", "password1234", ""):
        answer = client.post(link, data={"password": password})
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
    assert client.post(link, data={"password": NEW}).status_code == 303


@pytest.mark.parametrize("email", ["", "sara", "sara@", "a b@example.org", "x" * 250 + "@a.se"])
def test_what_is_no_address_comes_back_as_it_was_typed(client: FlaskClient, email: str):
    answer = ask(client, email)
    assert answer.status_code == 422
    assert f'value="{email}"' in answer.text
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
def test_the_limit_holds_for_every_address_in_every_worker_and_after_a_restart(
    sara: User, client, clock: FrozenClock, database_url: str, email: str
):
    for _ in range(MAILS_PER_ACCOUNT):
        assert ask(client, email).status_code == 303
    answer = ask(client, email)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == FAILURE_WINDOW.total_seconds()
    other = create_app(settings_for(database_url), clock=clock)
    other.config["WTF_CSRF_ENABLED"] = False
    assert Context().run(ask, other.test_client(), email).status_code == 429
    with other.app_context():
        db.engine.dispose()
    clock.move(seconds=FAILURE_WINDOW.total_seconds())
    assert ask(client, email).status_code == 303


def test_asking_for_mail_does_not_lock_anybody_out(sara: User, client: FlaskClient):
    for _ in range(MAILS_PER_ACCOUNT + 2):
        ask(client)
    assert sign_in(client, PASSWORD) == 303


def test_whoever_never_chose_a_password_may_do_so_this_way(
    app: Flask, client: FlaskClient, post_office: PostOffice
):
    with writing():
        create_user(EMAIL, "Sara", now=NOW)
    ask(client)
    (mail,) = post_office.deliver()
    client.post(link_in(mail), data={"password": NEW})
    assert sign_in(client, NEW) == 303
