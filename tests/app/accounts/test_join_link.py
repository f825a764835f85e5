"""The organisation's join link: for whoever reads mail at its domains, and for nobody else."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import joining
from app.accounts.emails import domains_in
from app.accounts.invitations import invite
from app.accounts.models import JoinLink, MailWish, User
from app.accounts.service import MAILS_PER_ACCOUNT, create_user
from app.accounts.tokens import LASTS, Purpose
from app.database import db, writing
from app.notifications.models import OutboxMail
from tests.conftest import NOW, FrozenClock
from tests.post_office import PostOffice, link_in

pytestmark = pytest.mark.usefixtures("quick_passwords")
PASSWORD = "kaffe utan socker"
WELCOME = {"name": "Sara Lind", "password": PASSWORD}
EMAIL = "sara@fika.example"


@pytest.fixture
def door(app: Flask) -> str:
    with writing():
        return "/welcome/" + joining.open_link(["fika.example", "fika.se"], now=NOW)


def knock(browser: FlaskClient, door: str, email: str = EMAIL):
    return browser.post(door, data={"email": email})


@pytest.fixture
def link(client: FlaskClient, door: str, post_office: PostOffice) -> str:
    """What came by mail."""
    assert knock(client, door).location == "/login/mail-sent"
    (mail,) = post_office.deliver()
    assert mail["To"] == EMAIL
    return link_in(mail)


def people() -> list[str]:
    return list(db.session.scalars(sa.select(User.email)))


def test_off_unless_a_lead_opens_it(client: FlaskClient):
    assert client.get("/welcome/anything").status_code == 404
    assert knock(client, "/welcome/anything").status_code == 404


def test_whoever_reads_mail_at_a_named_domain_comes_in(client: FlaskClient, link: str):
    assert people() == []
    assert client.get(link).status_code == 200
    answer = client.post(link, data=WELCOME, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.location) == (303, "/join")
    user = db.session.scalars(sa.select(User)).one()
    assert (user.email, user.name, user.language) == (EMAIL, "Sara Lind", "en")
    assert not user.is_lead
    mails = db.session.scalars(sa.select(OutboxMail.user_id)).all()
    assert mails == [user.id]


@pytest.mark.parametrize(
    "email",
    [
        "sara@elsewhere.example",
        "sara@sub.fika.example",
        "sara@fika.example.evil.example",
        "sara@notfika.example",
        "fika.example@evil.example",
        "sara@evil.example?@fika.example.",
    ],
)
def test_others_are_told_so_and_get_no_mail(
    client: FlaskClient, door: str, post_office: PostOffice, email: str
):
    answer = knock(client, door, email)
    assert answer.status_code == 422
    assert f'value="{email}"' in answer.text
    assert post_office.deliver() == []


def test_a_known_address_gets_the_same_answer_and_another_mail(
    app: Flask, door: str, post_office: PostOffice
):
    with writing():
        create_user(EMAIL, "Sara", password=PASSWORD, now=NOW)
    known, unknown = (
        knock(app.test_client(), door, email) for email in (EMAIL, "new@fika.example")
    )
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
    subjects = {mail["To"]: mail["Subject"] for mail in post_office.deliver()}
    assert subjects == {
        EMAIL: "Du har redan ett konto i Fikaligan",
        "new@fika.example": "Din väg in i Fikaligan",
    }


def test_whoever_was_invited_already_gets_her_invitation_again(
    client: FlaskClient, door: str, post_office: PostOffice
):
    with writing():
        invite([create_user(EMAIL, "Sara", now=NOW)], secret_key="only-for-tests", now=NOW)
    post_office.deliver()
    knock(client, door)
    (mail,) = post_office.deliver()
    assert client.post(link_in(mail), data=WELCOME).location == "/join"
    assert people() == [EMAIL]


def test_a_link_works_once_and_for_a_day(client, link: str, clock: FrozenClock, door, post_office):
    client.post(link, data=WELCOME)
    assert client.post(link, data=WELCOME).status_code == 404
    knock(client, door, "nils@fika.example")
    (mail,) = post_office.deliver()
    clock.set(NOW + LASTS[Purpose.JOIN])
    assert client.post(link_in(mail), data=WELCOME).status_code == 404


@pytest.mark.parametrize("when", ["before the mail", "after the mail", "other domains"])
def test_revoked_it_lets_nobody_in_any_more(
    client: FlaskClient, door: str, post_office: PostOffice, when: str
):
    knock(client, door)
    mails = [] if when == "before the mail" else post_office.deliver()
    with writing():
        if when == "other domains":
            joining.open_link(["elsewhere.example"], now=NOW)
        else:
            joining.close_link()
    assert client.get(door).status_code == 404
    if when == "before the mail":
        assert post_office.deliver() == []
    else:
        assert client.get(link_in(mails[0])).status_code == 404
        assert client.post(link_in(mails[0]), data=WELCOME).status_code == 404
    assert people() == []


def test_a_new_link_takes_the_place_of_the_old(client: FlaskClient, door: str):
    with writing():
        newer = joining.open_link(["fika.example"], now=NOW)
    assert client.get(door).status_code == 404
    assert client.get(f"/welcome/{newer}").status_code == 200
    row = db.session.scalars(sa.select(JoinLink)).one()
    assert newer not in row.token_hash


def test_whoever_got_an_account_meanwhile_is_sent_to_sign_in(client: FlaskClient, link: str):
    with writing():
        create_user(EMAIL, "Sara", password=PASSWORD, now=NOW)
    answer = client.post(link, data=WELCOME, follow_redirects=True)
    assert answer.request.path == "/login"
    assert "Du har redan ett konto" in answer.text


def test_the_mails_to_one_address_are_limited(client: FlaskClient, door: str):
    for _ in range(MAILS_PER_ACCOUNT):
        assert knock(client, door).status_code == 303
    answer = knock(client, door)
    assert answer.status_code == 429
    assert "Retry-After" in answer.headers
    assert len(db.session.scalars(sa.select(MailWish)).all()) == 1


@pytest.mark.parametrize(
    ("typed", "domains"),
    [
        ("fika.se", ["fika.se"]),
        (
            " @Fika.SE, kaffe.example;@fika.se\nte.example ",
            ["fika.se", "kaffe.example", "te.example"],
        ),
        ("", []),
    ],
)
def test_domains_are_read_however_they_are_listed(typed: str, domains: list[str]):
    assert domains_in(typed) == domains


@pytest.mark.parametrize("typed", ["se", "fika", "*.fika.se", "sara@fika.se", "fika.se/x", "."])
def test_what_is_no_domain_is_named(typed: str):
    with pytest.raises(ValueError, match=r".+") as refused:
        domains_in(f"kaffe.example {typed}")
    assert str(refused.value) == typed
