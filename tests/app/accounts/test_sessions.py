from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import service
from app.accounts.models import LoginSession, User
from app.accounts.service import SESSION_LASTS, create_user
from app.database import db, writing
from tests.conftest import NOW, FrozenClock
from tests.factories import World

SignIn = Callable[[User], FlaskClient]


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/me").status_code == 200


def seen() -> datetime | None:
    return db.session.scalar(sa.select(LoginSession.last_seen_at))


@pytest.fixture
def person(app: Flask) -> User:
    return World(NOW).person()


def test_signing_out_ends_the_session_on_the_server_too(person: User, sign_in: SignIn):
    browser = sign_in(person)
    cookie = browser.get_cookie("session")
    assert cookie
    assert browser.post("/logout").location == "/"
    assert not is_in(browser)
    browser.set_cookie("session", cookie.value)
    assert not is_in(browser)
    assert db.session.scalars(sa.select(LoginSession)).all() == []


def test_signing_out_of_one_browser_leaves_the_other(person: User, sign_in: SignIn):
    phone, desk = sign_in(person), sign_in(person)
    phone.post("/logout")
    assert (is_in(phone), is_in(desk)) == (False, True)


def test_a_stranger_may_sign_out_without_harm(client: FlaskClient):
    assert client.post("/logout").status_code == 303


def test_the_language_stays_when_one_signs_out(person: User, sign_in: SignIn):
    browser = sign_in(person)
    browser.post("/language", data={"language": "en"})
    browser.post("/logout")
    assert '<html lang="en"' in browser.get("/login").text


@pytest.mark.parametrize("verb", ["password", "disable"])
def test_a_new_password_and_a_closed_account_end_every_session(person, sign_in: SignIn, verb):
    browsers = [sign_in(person), sign_in(person)]
    with writing():
        if verb == "password":
            service.set_password(person.id, "kaffe utan socker")
        else:
            service.disable_user(person.id, now=NOW)
    assert [is_in(browser) for browser in browsers] == [False, False]
    assert db.session.scalars(sa.select(LoginSession)).all() == []


def test_a_session_ends_thirty_days_after_it_began(person, sign_in: SignIn, clock: FrozenClock):
    browser = sign_in(person)
    clock.move(seconds=SESSION_LASTS.total_seconds() - 1)
    assert is_in(browser)
    clock.move(seconds=1)
    assert not is_in(browser)


def test_signing_in_again_drops_the_earlier_session_and_what_the_browser_held(
    app: Flask, client: FlaskClient
):
    with writing():
        create_user("sara@demo.example", "Sara", now=NOW)
        create_user("nils@demo.example", "Nils", now=NOW)
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    client.post("/login/demo", data={"person": "sara"})
    earlier = client.get_cookie("session")
    client.post("/login/demo", data={"person": "nils"})
    with client.session_transaction() as session:
        assert "planted" not in session
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LoginSession)) == 1
    assert earlier
    client.set_cookie("session", earlier.value)
    assert not is_in(client)


def test_ended_sessions_are_swept_when_a_new_one_begins(person, sign_in, clock: FrozenClock):
    sign_in(person)
    clock.move(days=31)
    sign_in(person)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LoginSession)) == 1


def test_last_seen_is_noted_at_most_every_ten_minutes(person, sign_in: SignIn, clock: FrozenClock):
    browser = sign_in(person)
    clock.move(minutes=9, seconds=59)
    browser.get("/me")
    assert seen() == NOW
    clock.move(seconds=1)
    browser.get("/me")
    assert seen() == clock.instant


def test_the_cookie_names_nobody(person: User, sign_in: SignIn):
    with sign_in(person).session_transaction() as session:
        assert person.email not in str(dict(session))
        assert session["_user_id"] != str(person.id)


def test_a_freed_id_is_not_given_to_the_next_person(app: Flask):
    with writing():
        first = create_user("one@demo.example", "One", now=NOW).id
    with writing():
        db.session.execute(sa.delete(User).where(User.id == first))
    with writing():
        assert create_user("two@demo.example", "Two", now=NOW).id > first
