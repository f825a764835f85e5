"""Invitations by mail, from the lead's click to the page where one is asked to join."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import service, welcome
from app.accounts.invitations import invite, invite_the_uninvited
from app.accounts.models import AccountToken, LoginSession, User
from app.accounts.passwords import is_password_right
from app.accounts.queries import hash_token
from app.accounts.service import create_user
from app.accounts.tokens import LASTS, Purpose
from app.database import db, writing
from app.notifications.models import OutboxMail
from tests.conftest import NOW, FrozenClock
from tests.post_office import PostOffice, html_of, link_in, text_of

pytestmark = pytest.mark.usefixtures("quick_passwords")
PASSWORD = "kaffe utan socker"
WELCOME = {"name": "Sara Lind", "password": PASSWORD}
KEY = "only-for-tests"


def invited(email: str = "sara@example.org", name: str = "Sara Lind") -> User:
    with writing():
        user = create_user(email, name, now=NOW)
        invite([user], secret_key=KEY, now=NOW)
    return user


@pytest.fixture
def link(app: Flask, post_office: PostOffice) -> str:
    """Sara's, as she finds it in her mail."""
    invited()
    (mail,) = post_office.deliver()
    return link_in(mail)


def is_dead(browser: FlaskClient, link: str) -> bool:
    answers = [browser.get(link), browser.post(link, data=WELCOME)]
    assert len({answer.status_code for answer in answers}) == 1
    if answers[0].status_code == 404:
        assert "Den länken gäller inte längre" in answers[0].text
    return answers[0].status_code == 404


def test_whoever_is_invited_chooses_name_and_password_and_is_asked_to_join(
    client: FlaskClient, link: str
):
    page = client.get(link)
    assert page.status_code == 200
    assert 'value="Sara Lind"' in page.text
    assert "sara@example.org" in page.text
    answer = client.post(link, data=WELCOME | {"name": " Sara  Ek "})
    assert (answer.status_code, answer.location) == (303, "/join")
    assert "Hej Sara" in client.get("/me").text
    user = db.session.scalars(sa.select(User)).one()
    assert user.name == "Sara Ek"
    assert is_password_right(user.password_hash, PASSWORD)


def test_an_invitation_works_once(app: Flask, client: FlaskClient, link: str):
    client.post(link, data=WELCOME)
    assert is_dead(app.test_client(), link)


def test_looking_at_it_does_not_use_it_up(client: FlaskClient, link: str):
    """Mail programs and scanners open links before people do."""
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert client.post(link, data=WELCOME).status_code == 303


def test_of_two_at_once_one_comes_in(app: Flask, link: str, monkeypatch: pytest.MonkeyPatch):
    """The first one comes in while the second one has looked and not yet written."""
    first, second = app.test_client(), app.test_client()
    statuses: list[int] = []
    find_link = welcome.find_link

    def look_then_wait(*args, **kwargs):
        found = find_link(*args, **kwargs)
        monkeypatch.undo()
        statuses.append(first.post(link, data=WELCOME).status_code)
        return found

    monkeypatch.setattr(welcome, "find_link", look_then_wait)
    statuses.append(second.post(link, data=WELCOME).status_code)
    assert statuses == [303, 404]


def test_an_invitation_expires(client: FlaskClient, link: str, clock: FrozenClock):
    clock.set(NOW + LASTS[Purpose.INVITATION])
    assert is_dead(client, link)


def test_a_newer_invitation_takes_the_place_of_the_older(
    client: FlaskClient, link: str, post_office: PostOffice, clock: FrozenClock
):
    with writing():
        invite([db.session.scalars(sa.select(User)).one()], secret_key=KEY, now=clock.move(days=1))
    (mail,) = post_office.deliver()
    assert is_dead(client, link)
    assert client.post(link_in(mail), data=WELCOME).status_code == 303


@pytest.mark.parametrize("change", ["password", "email", "email by others", "disable"])
def test_it_dies_with_a_new_password_a_new_address_or_the_account(
    client: FlaskClient, link: str, change: str
):
    user_id = db.session.scalars(sa.select(User.id)).one()
    with writing():
        if change == "password":
            service.set_password(user_id, PASSWORD)
        elif change == "email":
            service.change_email(user_id, "sara@elsewhere.example")
        elif change == "email by others":
            db.session.execute(sa.update(User).values(email="sara@elsewhere.example"))
        else:
            service.disable_user(user_id, now=NOW)
    assert is_dead(client, link)


@pytest.mark.parametrize("token", ["none", "x" * 43, "%25", "a b"])
def test_a_made_up_link_is_answered_like_a_dead_one(client: FlaskClient, token: str):
    assert is_dead(client, f"/invitation/{token}")


def test_a_link_for_one_thing_opens_no_other(client: FlaskClient, link: str):
    token = link.rpartition("/")[2]
    for path in ("/login/new-password", "/new-email", "/welcome/confirm"):
        assert client.get(f"{path}/{token}").status_code == 404
        assert client.post(f"{path}/{token}", data=WELCOME).status_code == 404


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"password": "kort"}, "Ta minst 12 tecken"),
        ({"password": "password1234"}, "ett av de vanligaste"),
        ({"password": ""}, "Välj ett lösenord"),
        ({"name": "  "}, "Skriv vad du heter"),
        ({"name": "x" * 121}, "Namnet är för långt"),
    ],
)
def test_a_refused_form_keeps_the_name_and_the_link(
    client: FlaskClient, link: str, form: dict[str, str], words: str
):
    answer = client.post(link, data=WELCOME | {"name": "Sara <b>"} | form)
    assert answer.status_code == 422
    assert words in answer.text
    assert "name" in form or 'value="Sara &lt;b&gt;"' in answer.text
    assert "password1234" not in answer.text
    assert client.post(link, data=WELCOME).status_code == 303


def test_neither_the_database_nor_the_outbox_holds_what_opens_a_link(app: Flask, link: str):
    token = link.rpartition("/")[2]
    found = db.session.scalars(sa.select(AccountToken)).one()
    assert found.token_hash == hash_token(token)
    invited("nils@example.org", "Nils")
    columns = (*OutboxMail.__table__.columns, *AccountToken.__table__.columns)
    for column in columns:
        assert token not in str(db.session.scalars(sa.select(column)).all()), column
    assert db.session.scalars(
        sa.select(OutboxMail.payload).where(OutboxMail.address == "sara@example.org")
    ).all() == [{}]


def test_links_are_random(app: Flask, post_office: PostOffice):
    links = []
    for number in range(20):
        invited(f"{number}@example.org", f"Person {number}")
    links = [link_in(mail) for mail in post_office.deliver()]
    assert len(set(links)) == 20
    assert {len(link) for link in links} == {len("/invitation/") + 43}


def test_a_name_with_markup_is_text_in_the_mail(post_office: PostOffice):
    invited(name="<script>alert(1)</script>\r\nBcc:x@y.example")
    (mail,) = post_office.deliver()
    assert "<script>" not in html_of(mail)
    assert "Hej <script>alert(1)</script>" in text_of(mail)
    assert mail["Bcc"] is None


def test_everybody_is_invited_once_however_often_it_is_asked_for(
    app: Flask, post_office: PostOffice
):
    with writing():
        for number in range(1_200):
            create_user(f"{number}@example.org", f"Person {number}", now=NOW)
        create_user("has@example.org", "Has", password=PASSWORD, now=NOW)
        gone = create_user("gone@example.org", "Gone", now=NOW)
        service.disable_user(gone.id, now=NOW)
    with writing():
        assert invite_the_uninvited(secret_key=KEY, now=NOW) == 1_200
    with writing():
        assert invite_the_uninvited(secret_key=KEY, now=NOW) == 0
    addresses = set(db.session.scalars(sa.select(OutboxMail.address)))
    assert addresses == {f"{number}@example.org" for number in range(1_200)}


def test_coming_in_starts_a_session_of_its_own(client: FlaskClient, link: str):
    client.post(link, data=WELCOME, headers={"User-Agent": "Mozilla/5.0 (Android) Firefox/140"})
    assert db.session.scalars(sa.select(LoginSession.browser)).all() == ["Firefox, Android"]


@pytest.mark.parametrize("more", [(), ("--name", "Maria Ek")])
def test_an_operator_invites_somebody_new(app: Flask, post_office: PostOffice, client, more):
    command = ["user", "invite", "Maria@example.org", *more]
    result = app.test_cli_runner().invoke(args=command)
    assert result.exit_code == 0, result.output
    (mail,) = post_office.deliver()
    assert mail["To"] == "maria@example.org"
    expected = "Maria Ek" if more else "Maria"
    assert f'value="{expected}"' in client.get(link_in(mail)).text


@pytest.mark.parametrize(
    ("email", "words"), [("maria", "is no e-mail address"), ("has@example.org", "has come in")]
)
def test_an_operator_is_told_who_cannot_be_invited(app: Flask, email: str, words: str):
    with writing():
        create_user("has@example.org", "Has", password=PASSWORD, now=NOW)
    result = app.test_cli_runner().invoke(args=["user", "invite", email])
    assert result.exit_code == 1
    assert words in result.output
