from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import i18n
from app.accounts.models import User
from app.database import db
from tests.conftest import NOW
from tests.factories import World

SignIn = Callable[[User], FlaskClient]


def language_of(browser: FlaskClient, path: str = "/login", accept: str = "") -> str:
    text = browser.get(path, headers={"Accept-Language": accept}).text
    return text.split('<html lang="')[1][:2]


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "sv"),
        ("sv-SE,en;q=0.5", "sv"),
        ("en-GB,sv;q=0.5", "en"),
        ("fi,de", "sv"),
        ("fi,en", "en"),
    ],
)
def test_a_stranger_reads_what_her_browser_asks_for(app: Flask, accept, language):
    assert language_of(app.test_client(), accept=accept) == language


def test_whoever_tries_the_demo_goes_on_in_the_language_she_came_with(app: Flask):
    World(NOW).person(email="sara@demo.example")
    browser = app.test_client()
    browser.post("/login/demo", data={"person": "sara"}, headers={"Accept-Language": "en"})
    assert language_of(browser, "/privacy", accept="en") == "en"
    browser.post("/logout")
    browser.post("/language", data={"language": "sv"})
    browser.post("/login/demo", data={"person": "sara"}, headers={"Accept-Language": "en"})
    assert language_of(browser, "/privacy", accept="en") == "sv"


def test_a_strangers_choice_comes_before_the_browsers(client: FlaskClient):
    answer = client.post("/language", data={"language": "en", "next": "/login"})
    assert (answer.status_code, answer.location) == (303, "/login")
    assert language_of(client, accept="sv") == "en"


def test_a_users_choice_is_hers_in_every_browser(app: Flask, sign_in: SignIn):
    person = World(NOW).person()
    sign_in(person).post("/language", data={"language": "en"})
    assert db.session.get_one(User, person.id).language == "en"
    assert language_of(sign_in(person), "/me", accept="sv") == "en"


def test_a_language_that_is_not_there_changes_nothing(app: Flask, sign_in: SignIn):
    person = World(NOW).person()
    assert sign_in(person).post("/language", data={"language": "tlh"}).status_code == 400
    assert db.session.get_one(User, person.id).language == "sv"


@pytest.mark.parametrize(
    ("referrer", "location"),
    [
        ("http://localhost/league?round=2", "/league?round=2"),
        ("http://localhost/week/1/check-in", "/"),
        ("http://localhost/login", "/"),
        ("http://localhost//evil.example", "/"),
        ("http://evil.example/league", "/"),
        ("http://[", "/"),
        ("", "/"),
    ],
)
def test_after_a_change_of_language_one_is_where_one_was(client: FlaskClient, referrer, location):
    headers = {"Referer": referrer}
    answer = client.post("/language", data={"language": "en"}, headers=headers)
    assert answer.location == location


@pytest.mark.parametrize(
    ("instant", "week"),
    [
        (datetime(2026, 12, 27, 22, 59, tzinfo=UTC), 52),
        (datetime(2026, 12, 27, 23, 0, tzinfo=UTC), 53),
        (datetime(2027, 1, 3, 22, 59, tzinfo=UTC), 53),
        (datetime(2027, 1, 3, 23, 0, tzinfo=UTC), 1),
        (datetime(2026, 6, 28, 22, 0, tzinfo=UTC), 27),
    ],
)
def test_a_week_begins_on_monday_in_the_organisations_zone(app: Flask, instant, week):
    with app.test_request_context():
        assert i18n.week_number(instant) == week


@pytest.mark.parametrize(
    ("accept", "day", "score"),
    [("sv", "onsdag 25\xa0november", "1\xa0234,5"), ("en", "Wednesday 25\xa0November", "1,234.5")],
)
def test_days_and_numbers_are_written_as_the_language_does(app: Flask, accept, day, score):
    with app.test_request_context(headers={"Accept-Language": accept}):
        assert i18n.day(NOW) == day
        assert i18n.hundredths(123_450) == score
