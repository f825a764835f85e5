"""The first run: a key printed at the start, a page that takes it once, a checklist afterwards."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import SetupLink, User
from app.accounts.passwords import is_password_right
from app.accounts.queries import hash_token
from app.accounts.service import create_user
from app.database import db, writing
from app.i18n import time_zone
from app.installation import Installation
from app.notifications.service import Letter, post
from app.seasons.planning import plan_season, record_negotiation, start_season
from tests.conftest import NOW, plain
from tests.factories import ZONE, catalogue
from tests.post_office import PostOffice, text_of

pytestmark = pytest.mark.usefixtures("quick_passwords")
FOUNDING = {
    "organisation": "Fikabolaget AB",
    "timezone": "Europe/Helsinki",
    "language": "en",
    "name": "Aisha Warsame",
    "email": "Aisha@fika.example",
    "password": "kaffe utan socker",
}


def print_link(app: Flask) -> str:
    result = app.test_cli_runner().invoke(args=["setup-link"])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def key(app: Flask) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000/\?key=(\S+)", print_link(app))
    assert found
    return found[1]


def set_up(browser: FlaskClient, key: str, **changes: str):
    return browser.post("/setup", data=FOUNDING | {"token": key} | changes)


def users() -> list[User]:
    return list(db.session.scalars(sa.select(User)))


def test_an_empty_installation_shows_the_setup_page(client: FlaskClient, key: str):
    page = client.get(f"/?key={key}")
    assert page.status_code == 200
    assert "Här är det dukat för er" in page.text
    assert f'value="{key}"' in page.text
    assert '<option value="Europe/Stockholm" selected>' in page.text
    without = client.get("/")
    assert 'for="token"' in without.text
    assert key not in without.text


def test_the_first_lead_sets_it_up_and_is_in(client: FlaskClient, key: str):
    answer = set_up(client, key)
    assert (answer.status_code, answer.location) == (303, "/admin/season")
    (lead,) = users()
    assert (lead.email, lead.name, lead.is_lead) == ("aisha@fika.example", "Aisha Warsame", True)
    assert lead.language == "en"
    assert is_password_right(lead.password_hash, FOUNDING["password"])
    row = db.session.scalars(sa.select(Installation)).one()
    assert (row.name, row.timezone, row.language) == ("Fikabolaget AB", "Europe/Helsinki", "en")
    page = client.get("/admin/season")
    assert "Get going" in page.text


def test_from_then_on_weeks_begin_where_the_organisation_is(app: Flask, client, key: str):
    with app.app_context():
        assert time_zone() == ZoneInfo("Europe/Stockholm")
    set_up(client, key)
    with app.app_context():
        assert time_zone() == ZoneInfo("Europe/Helsinki")
    seen = client.get("/me/devices").text
    assert "25 November at 11:00" in plain(seen)


@pytest.mark.parametrize("wrong", ["", "x", "x" * 43])
def test_without_the_key_nobody_sets_anything_up(client: FlaskClient, key: str, wrong: str):
    answer = set_up(client, wrong)
    assert answer.status_code == 422
    assert 'id="token-error"' in answer.text
    assert 'value="Fikabolaget AB"' in answer.text
    assert users() == []


def test_before_any_key_was_printed_none_fits(client: FlaskClient):
    assert set_up(client, "x").status_code == 422
    assert users() == []


def test_the_key_works_once(app: Flask, client: FlaskClient, key: str):
    set_up(client, key)
    again = set_up(app.test_client(), key, email="eve@evil.example")
    assert again.status_code == 404
    assert [user.email for user in users()] == ["aisha@fika.example"]
    assert db.session.scalars(sa.select(SetupLink)).all() == []


def test_of_two_who_hold_the_key_the_second_is_late(
    app: Flask, client: FlaskClient, key: str, monkeypatch: pytest.MonkeyPatch
):
    """Both have looked whether somebody is there before either has written."""
    from app.pages import setup as page

    let_in = page.let_in

    def while_another_comes_first(*args):
        monkeypatch.undo()
        assert set_up(app.test_client(), key, email="first@fika.example").status_code == 303
        return let_in(*args)

    monkeypatch.setattr(page, "let_in", while_another_comes_first)
    assert set_up(client, key).status_code == 404
    assert [user.email for user in users()] == ["first@fika.example"]


def test_a_restart_prints_a_new_key_and_the_old_one_is_dead(app: Flask, client, key: str):
    print_link(app)
    assert set_up(client, key).status_code == 422


def test_only_the_keys_hash_is_kept(app: Flask, key: str):
    row = db.session.scalars(sa.select(SetupLink)).one()
    assert row.token_hash == hash_token(key)


def test_an_operators_lead_does_the_same(app: Flask, client: FlaskClient, key: str):
    command = ["user", "create", "a@fika.example", "Aisha", "--lead", "--password"]
    app.test_cli_runner().invoke(args=[*command, FOUNDING["password"]])
    assert "Logga in" in client.get("/").text
    assert "dukat" not in client.get("/").text
    assert print_link(app) == ""
    assert set_up(client, key).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("organisation", "  ", "Skriv vad ni heter"),
        ("organisation", "x" * 81, "Namnet är för långt"),
        ("timezone", "Mars/Olympus", "Välj en plats ur listan"),
        ("language", "fi", "Välj ett av språken"),
        ("name", "", "Skriv vad du heter"),
        ("email", "aisha", "Det ser inte ut som"),
        ("password", "kort", "Ta minst 12 tecken"),
    ],
)
def test_a_refused_form_keeps_what_was_typed_and_the_key(
    client: FlaskClient, key: str, field: str, value: str, words: str
):
    answer = set_up(client, key, **{field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{key}"' in answer.text
    assert FOUNDING["password"] not in answer.text
    assert users() == []
    assert set_up(client, key).status_code == 303


def test_the_demo_needs_no_setting_up(app: Flask, client: FlaskClient, key: str, monkeypatch):
    settings = app.extensions["settings"].model_copy(update={"demo": True})
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert "dukat" not in client.get("/").text
    assert set_up(client, key).status_code == 404


def steps(browser: FlaskClient) -> list[bool]:
    page = browser.get("/admin/season").text
    return ["(klart)" in step for step in page.split('<svg class="tick"')[1:]]


def test_the_checklist_ticks_off_what_is_done_and_goes_when_the_season_runs(
    app: Flask, client: FlaskClient, key: str, clock
):
    set_up(client, key, language="sv")
    assert steps(client) == [False] * 6
    with writing():
        season = plan_season(
            "Våren",
            date(2027, 1, 11),
            [each.slug for each in catalogue().challenges],
            frozenset(),
            ZONE,
        )
    assert steps(client) == [False, True, False, False, False, False]
    with writing():
        record_negotiation(season.id, date(2026, 11, 1), "HR 1")
    client.post("/admin/mail/invitation")
    assert steps(client) == [False, True, True, True, False, False]
    with writing():
        create_user("sara@fika.example", "Sara", now=NOW)
    client.post("/admin/invitations/all")
    assert steps(client) == [False, True, True, True, False, True]
    with writing():
        start_season(season.id, now=clock())
    assert steps(client) == [False, True, True, True, True, True]
    assert '<a class="btn" href="/admin/people/import">' in client.get("/admin/season").text
    clock.set(datetime(2027, 1, 11, 8, tzinfo=UTC))
    assert "Kom igång" not in client.get("/admin/season").text


def test_mails_name_the_organisation(app: Flask, client, key: str, monkeypatch):
    set_up(client, key)
    monkeypatch.setenv("FIKALIGAN_SECRET_KEY", "only-for-tests")
    with writing():
        post([Letter("one", "join", "sara@fika.example", "sv", {"seed": "s"})], now=NOW)
    office = PostOffice(app)
    with office.open():
        (mail,) = office.deliver()
    assert "Fikaligan på Fikabolaget AB" in text_of(mail)
