"""My data, in the browser: what is handed out, and how an account is erased or kept."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import LoginSession, User
from app.accounts.passwords import hash_password
from app.accounts.service import start_session
from app.database import db, writing
from app.history.models import CheckIn, Meeting
from app.retention import REGRET_LASTS
from tests.conftest import NOW, FrozenClock, plain
from tests.factories import World, catalogue

PASSWORD = "en lång och lugn mening"
NOTE = "pratade om <b>sill</b> & nubbe"
PERSON = "Åsa Öberg"


@pytest.fixture
def world(app: Flask) -> World:
    return World(NOW)


@pytest.fixture
def sara(world: World) -> User:
    user = world.person(password_hash=hash_password(PASSWORD), name="Sara Ek")
    world.pledge(user, 1, expected=7)
    world.check_in(user, 1, actual=3, note=NOTE, met=(1,))
    with writing():
        db.session.execute(db.update(Meeting).values(person=PERSON))
    return user


def erase_at(user: User):
    db.session.expire_all()
    return db.session.scalar(select(User.erase_at).where(User.id == user.id))


def sessions_of(user: User) -> int | None:
    return db.session.scalar(select(func.count()).where(LoginSession.user_id == user.id))


def test_the_page_holds_all_she_did_in_words_and_every_row(world: World, sara: User, sign_in):
    answer = sign_in(sara).get("/me/data/export.html")
    body = answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="fikaligan-2026-11-25.html"'
    )
    mission = catalogue().mission(world.report(1).mission).text.sv
    for words in ("Sara Ek", sara.email, "Lag Ekonomi", mission, f"{PERSON} från IT", "10 för upp"):
        assert words in body, words
    assert "<blockquote>pratade om &lt;b&gt;sill&lt;/b&gt; &amp; nubbe</blockquote>" in body
    assert "<b>sill" not in body
    assert "<h4>check_in <span>1 rad</span></h4>" in body
    assert "<link" not in body, "it must look right far from the site"


def test_the_page_is_in_her_language(sara: User, sign_in):
    browser = sign_in(sara)
    browser.post("/language", data={"language": "en"})
    assert "Everything about you in Fikaligan" in browser.get("/me/data/export.html").text


def test_json_holds_every_row_with_what_each_column_is(sara: User, sign_in):
    answer = sign_in(sara).get("/me/data/export.json")
    found = json.loads(answer.text)
    assert found["rows"]["check_in"][0]["note"] == NOTE
    assert found["rows"]["meeting"][0]["person"] == PERSON
    assert found["rows"]["user"][0]["created_at"] == "2026-11-25T09:00:00+00:00"
    assert found["names"]["team"] == {str(found["rows"]["membership"][0]["team_id"]): "Lag Ekonomi"}
    assert {*found["columns"]} == {*found["rows"]}


def test_nobody_finds_anything_of_anybody_else_in_hers(world: World, sara: User, sign_in):
    other = sign_in(world.person())
    for path in ("/me/data/export.html", "/me/data/export.json"):
        body = other.get(path).text
        assert "sill" not in body
        assert PERSON not in body
        assert sara.email not in body


def test_the_account_waits_seven_days_and_every_page_says_so(
    sara: User, sign_in, clock: FrozenClock
):
    with writing():
        start_session(sara.id, now=NOW)
    browser = sign_in(sara)
    answer = browser.post("/me/data/erase", data={"password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/data")
    assert erase_at(sara) == NOW + REGRET_LASTS
    assert sessions_of(sara) == 1, "only the browser in which she asked stays signed in"
    for path in ("/week", "/league", "/me", "/me/data", "/privacy", "/nowhere"):
        page = plain(browser.get(path).text)
        assert "Ditt konto raderas onsdag 2 december kl. 10.00." in page, path
    clock.move(days=1)
    browser.post("/me/data/erase", data={"password": PASSWORD})
    assert erase_at(sara) == NOW + REGRET_LASTS, "asking again puts nothing off"


def test_regret_takes_it_back(sara: User, sign_in):
    browser = sign_in(sara)
    browser.post("/me/data/erase", data={"password": PASSWORD})
    assert browser.post("/me/data/stay").status_code == 303
    assert erase_at(sara) is None
    page = browser.get("/me/data").text
    assert "Ditt konto är kvar" in page
    assert "erase-banner" not in page


def test_she_can_sign_in_to_regret_it(app: Flask, sara: User, sign_in):
    sign_in(sara).post("/me/data/erase", data={"password": PASSWORD})
    fresh = app.test_client()
    fresh.post("/login", data={"email": sara.email, "password": PASSWORD})
    fresh.post("/me/data/stay")
    assert erase_at(sara) is None


def test_a_wrong_password_erases_nothing_and_guessing_is_limited(sara: User, sign_in):
    browser = sign_in(sara)
    answer = browser.post("/me/data/erase", data={"password": "fel"})
    assert answer.status_code == 422
    assert "Det är inte ditt lösenord" in answer.text
    statuses = [
        browser.post("/me/data/erase", data={"password": f"fel {number}"}).status_code
        for number in range(10)
    ]
    assert statuses[-1] == 429
    assert browser.post("/me/data/erase", data={"password": PASSWORD}).status_code == 429
    assert erase_at(sara) is None


def test_who_has_no_password_types_her_address(world: World, sign_in):
    nils = world.person()
    browser = sign_in(nils)
    assert browser.post("/me/data/erase", data={"email": "x@demo.example"}).status_code == 422
    assert erase_at(nils) is None
    browser.post("/me/data/erase", data={"email": f" {nils.email.upper()} "})
    assert erase_at(nils) == NOW + timedelta(days=7)


def test_a_check_in_goes_on_as_usual_meanwhile(world: World, sara: User, sign_in):
    sign_in(sara).post("/me/data/erase", data={"password": PASSWORD})
    assert db.session.scalar(select(func.count()).select_from(CheckIn)) == 1
    world.check_in(world.person(), 1)
