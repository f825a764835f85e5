import threading
from contextvars import Context
from datetime import timedelta
from typing import Literal

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.accounts import passwords, service
from app.accounts.models import LoginSession, SignInFailure, User
from app.accounts.queries import hash_token
from app.accounts.service import (
    FAILURE_WINDOW,
    FAILURES_PER_ACCOUNT,
    FAILURES_PER_ADDRESS,
    create_user,
)
from app.database import db, writing
from tests.conftest import NOW, FrozenClock, settings_for

PASSWORD = "kaffe utan socker"
EMAIL = "sara@demo.example"
TRY_AGAIN = "E-postadressen och lösenordet hör inte ihop"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that cost nothing."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", hasher)
    monkeypatch.setattr(passwords, "NOBODYS_HASH", hasher.hash("nobody has this password"))


@pytest.fixture
def sara(app: Flask) -> User:
    with writing():
        return create_user(EMAIL, "Sara Lind", password=PASSWORD, now=NOW)


def sign_in(browser: FlaskClient, email: str = EMAIL, password: str = PASSWORD, **form: str):
    return browser.post("/login", data={"email": email, "password": password, **form})


def sessions() -> list[LoginSession]:
    return list(db.session.scalars(sa.select(LoginSession)))


@pytest.mark.parametrize("email", [EMAIL, "SARA@demo.example", "  sara@demo.example "])
def test_a_right_password_opens_the_house(client: FlaskClient, sara: User, email):
    answer = sign_in(client, email)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Hej Sara" in client.get("/me").text


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "kaffe med socker"),
        (EMAIL, PASSWORD.upper()),
        ("nobody@demo.example", PASSWORD),
        ("sara", PASSWORD),
        ("%", PASSWORD),
    ],
)
def test_a_wrong_one_gets_one_and_the_same_answer(client: FlaskClient, sara: User, email, password):
    answer = sign_in(client, email, password)
    assert answer.status_code == 422
    assert TRY_AGAIN in answer.text
    assert client.get("/me").status_code == 303
    assert sessions() == []


@pytest.mark.parametrize("form", [{}, {"email": EMAIL}, {"password": PASSWORD}, {"email": " "}])
def test_an_unfinished_form_says_what_is_missing(client: FlaskClient, form):
    answer = client.post("/login", data=form)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_what_was_typed_comes_back_without_the_password(client: FlaskClient, sara: User):
    answer = sign_in(client, "<b>@demo.example", "kaffe med socker", next="/league")
    assert "&lt;b&gt;@demo.example" in answer.text
    assert "kaffe med socker" not in answer.text
    assert 'value="/league"' in answer.text


def test_an_unknown_address_costs_the_same_work_as_a_known_one(
    client: FlaskClient, sara: User, monkeypatch: pytest.MonkeyPatch
):
    """One verification of the same costly kind either way; a clock would only measure the load."""
    verified: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            verified.append(str(hash).rpartition("$")[0].rpartition("$")[0])
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    for email in (EMAIL, "no@demo.example"):
        assert sign_in(client, email, "kaffe med socker").status_code == 422
    assert len(verified) == 2
    assert verified[0] == verified[1]


@pytest.mark.parametrize("passwordless", ["", "nobody has this password", PASSWORD])
def test_without_a_password_nobody_signs_in_with_one(app: Flask, client, passwordless):
    with writing():
        create_user(EMAIL, "Sara Lind", now=NOW)
    assert sign_in(client, EMAIL, passwordless).status_code == 422


def test_a_disabled_account_is_answered_like_a_wrong_password(client: FlaskClient, sara: User):
    with writing():
        service.disable_user(sara.id, now=NOW)
    answer = sign_in(client)
    assert answer.status_code == 422
    assert TRY_AGAIN in answer.text


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/league?round=2", "/league?round=2"),
        ("//evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("https:evil.example", "/"),
        ("/\tevil", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_goes_on_where_one_wanted(client, sara: User, target, location):
    assert sign_in(client, next=target).location == location


def test_who_is_signed_in_needs_no_sign_in_page(client: FlaskClient, sara: User):
    sign_in(client)
    assert client.get("/login?next=/league").location == "/league"


def wrong(browser: FlaskClient, times: int, email: str = EMAIL) -> None:
    for _ in range(times):
        assert sign_in(browser, email, "kaffe med socker").status_code == 422


def test_too_many_failures_close_an_account_for_a_while(client, sara: User, clock: FrozenClock):
    wrong(client, FAILURES_PER_ACCOUNT)
    clock.move(minutes=5)
    answer = sign_in(client)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == 600
    assert "Vänta 10 minuter" in answer.text
    clock.move(minutes=10)
    assert sign_in(client).status_code == 303


def test_a_refused_try_does_not_lengthen_the_wait(client, sara: User, clock: FrozenClock):
    wrong(client, FAILURES_PER_ACCOUNT)
    for _ in range(5):
        clock.move(minutes=2)
        assert sign_in(client).status_code == 429
    clock.move(minutes=5)
    assert sign_in(client).status_code == 303


def test_an_unknown_address_is_limited_like_a_known_one(client: FlaskClient):
    wrong(client, FAILURES_PER_ACCOUNT, "nobody@demo.example")
    assert sign_in(client, "nobody@demo.example").status_code == 429


def test_the_limit_of_one_account_does_not_touch_another(client: FlaskClient, sara: User):
    wrong(client, FAILURES_PER_ACCOUNT, "nils@demo.example")
    assert sign_in(client).status_code == 303


def test_many_accounts_tried_from_one_address_close_the_address(
    app: Flask, client: FlaskClient, sara: User, monkeypatch
):
    monkeypatch.setattr(service, "is_password_right", lambda *_: False)
    for number in range(FAILURES_PER_ADDRESS):
        assert sign_in(client, f"{number}@demo.example").status_code == 422
    monkeypatch.undo()
    assert sign_in(client).status_code == 429
    elsewhere = app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert sign_in(elsewhere).status_code == 303


def test_a_right_password_forgives_the_account_but_not_the_address(client, sara: User):
    wrong(client, FAILURES_PER_ACCOUNT - 1)
    assert sign_in(client).status_code == 303
    remaining = db.session.scalars(sa.select(SignInFailure.subject)).all()
    assert len(remaining) == FAILURES_PER_ACCOUNT - 1
    assert len(set(remaining)) == 1


def test_the_limit_holds_in_another_worker_and_after_a_restart(
    app: Flask, client: FlaskClient, sara: User, database_url: str, clock: FrozenClock
):
    wrong(client, FAILURES_PER_ACCOUNT)
    other = create_app(settings_for(database_url), clock=clock)
    other.config["WTF_CSRF_ENABLED"] = False
    answer = Context().run(sign_in, other.test_client())
    with other.app_context():
        db.engine.dispose()
    assert answer.status_code == 429


def test_guesses_made_at_once_do_not_slip_past_the_limit(app: Flask, sara: User):
    statuses: list[int] = []

    def guess() -> None:
        statuses.append(sign_in(app.test_client(), password="kaffe med socker").status_code)

    threads = [threading.Thread(target=guess) for _ in range(3 * FAILURES_PER_ACCOUNT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [422] * FAILURES_PER_ACCOUNT + [429] * 2 * FAILURES_PER_ACCOUNT


def test_old_failures_are_swept_away_and_none_names_anybody(client, sara: User, clock: FrozenClock):
    wrong(client, 1)
    row = db.session.scalars(sa.select(SignInFailure)).first()
    assert row is not None
    assert len(row.subject) == 64
    clock.move(seconds=FAILURE_WINDOW.total_seconds())
    wrong(client, 1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInFailure)) == 2


def test_the_browser_holds_a_random_token_and_we_only_its_hash(client: FlaskClient, sara: User):
    sign_in(client)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    (row,) = sessions()
    assert row.token_hash == hash_token(token)
    assert token not in row.token_hash
    assert row.expires_at == NOW + timedelta(days=30)


@pytest.mark.parametrize("person", ["sara", "nils", "johan", "aisha"])
def test_one_click_signs_in_an_invented_person(app: Flask, client: FlaskClient, person):
    with writing():
        create_user(f"{person}@demo.example", person.title(), now=NOW)
    assert f'value="{person}"' in client.get("/login").text
    answer = client.post("/login/demo", data={"person": person})
    assert answer.status_code == 303
    assert f"Hej {person.title()}" in client.get("/me").text


@pytest.mark.parametrize("person", ["", "eva", "sara@demo.example", "../sara"])
def test_one_click_is_for_the_four_only(app: Flask, client: FlaskClient, person):
    with writing():
        create_user("eva@demo.example", "Eva", now=NOW)
    assert client.post("/login/demo", data={"person": person}).status_code == 404


def test_a_disabled_demo_person_gets_no_session(app: Flask, client: FlaskClient, sara: User):
    with writing():
        service.disable_user(sara.id, now=NOW)
    assert client.post("/login/demo", data={"person": "sara"}).status_code == 422
    assert sessions() == []


def test_outside_the_demo_there_is_no_one_click(sqlite_url: str):
    site = create_app(settings_for(sqlite_url))
    assert "/login/demo" not in {rule.rule for rule in site.url_map.iter_rules()}
    page = site.test_client().get("/login").text
    with site.app_context():
        db.engine.dispose()
    assert "Prova med ett klick" not in page
