"""One's own password, address and signed-in browsers."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import service
from app.accounts.browsers import browser_words
from app.accounts.models import LoginSession, User
from app.accounts.passwords import is_password_right
from app.accounts.service import FAILURES_PER_ACCOUNT, MAILS_PER_ACCOUNT, create_user
from app.accounts.tokens import LASTS, Purpose
from app.database import db, writing
from tests.conftest import NOW, FrozenClock, plain
from tests.post_office import PostOffice, link_in, text_of

pytestmark = pytest.mark.usefixtures("quick_passwords")
SignIn = Callable[[User], FlaskClient]
PASSWORD = "kaffe utan socker"
NEW = "te med mjölk och honung"
EMAIL, NEW_EMAIL = "sara@example.org", "sara.ek@example.org"


@pytest.fixture
def sara(app: Flask) -> User:
    with writing():
        return create_user(EMAIL, "Sara Lind", password=PASSWORD, now=NOW)


@pytest.fixture
def browser(sara: User, sign_in: SignIn) -> FlaskClient:
    return sign_in(sara)


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/me").status_code == 200


def change(browser: FlaskClient, current: str = PASSWORD, new: str = NEW):
    return browser.post("/me/password", data={"current_password": current, "password": new})


def ask(browser: FlaskClient, email: str = NEW_EMAIL, password: str = PASSWORD):
    return browser.post("/me/email", data={"email": email, "current_password": password})


def password_of(user: User) -> str | None:
    return db.session.scalar(sa.select(User.password_hash).where(User.id == user.id))


def test_a_new_password_signs_out_everywhere_else_and_changes_this_session(
    browser: FlaskClient, sara: User, sign_in: SignIn, post_office: PostOffice
):
    elsewhere, cookie = sign_in(sara), browser.get_cookie("session")
    assert change(browser).location == "/me/devices"
    assert is_password_right(password_of(sara), NEW)
    assert (is_in(browser), is_in(elsewhere)) == (True, False)
    assert cookie
    browser.set_cookie("session", cookie.value)
    assert not is_in(browser)
    (mail,) = post_office.deliver()
    assert mail["Subject"] == "Ditt lösenord i Fikaligan är bytt"


@pytest.mark.parametrize(
    ("current", "new", "words"),
    [
        ("fel fel fel fel", NEW, "Det är inte ditt lösenord"),
        ("", NEW, "Skriv lösenordet du har nu"),
        (PASSWORD, "kort", "Ta minst 12 tecken"),
        (PASSWORD, "password1234", "ett av de vanligaste"),
        (PASSWORD, "x" * 300, "Ta högst 256 tecken"),
    ],
)
def test_a_refused_change_says_why_and_changes_nothing(
    browser: FlaskClient, sara: User, current: str, new: str, words: str
):
    before = password_of(sara)
    answer = change(browser, current, new)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'role="alert"' in answer.text or 'aria-invalid="true"' in answer.text
    assert password_of(sara) == before
    assert is_in(browser)


@pytest.mark.parametrize("verb", [change, ask])
def test_whoever_finds_an_unlocked_phone_cannot_guess_for_long(browser: FlaskClient, verb):
    def guess():
        return (
            change(browser, "fel fel fel fel")
            if verb is change
            else ask(browser, password="fel fel fel fel")
        )

    for _ in range(FAILURES_PER_ACCOUNT):
        assert guess().status_code == 422
    answer = guess()
    assert answer.status_code == 429
    assert "Vänta 15 minuter" in answer.text
    assert "Retry-After" in answer.headers


def test_a_right_password_takes_its_try_back(browser: FlaskClient):
    for number in range(FAILURES_PER_ACCOUNT + 2):
        assert ask(browser, f"sara.{number}@example.org").status_code == 303


def test_nobodys_mailbox_is_filled_by_somebody_who_is_signed_in(
    browser: FlaskClient, post_office: PostOffice
):
    answers = [ask(browser, "nils@example.org") for _ in range(MAILS_PER_ACCOUNT + 1)]
    assert [each.status_code for each in answers] == [303] * MAILS_PER_ACCOUNT + [429]
    assert "Retry-After" in answers[-1].headers
    sent = [mail["To"] for mail in post_office.deliver()]
    assert sent.count("nils@example.org") <= MAILS_PER_ACCOUNT


def test_a_new_address_holds_once_it_is_confirmed_and_the_old_one_is_told(
    app: Flask, browser: FlaskClient, sara: User, post_office: PostOffice
):
    assert ask(browser, f" {NEW_EMAIL.upper()} ").status_code == 303
    mails = {mail["To"]: mail for mail in post_office.deliver()}
    assert set(mails) == {EMAIL, NEW_EMAIL}
    assert NEW_EMAIL in text_of(mails[EMAIL])
    link = link_in(mails[NEW_EMAIL])
    stranger = app.test_client()
    assert NEW_EMAIL in stranger.get(link).text
    assert db.session.scalar(sa.select(User.email)) == EMAIL
    assert stranger.post(link).location == "/login"
    assert db.session.scalar(sa.select(User.email)) == NEW_EMAIL
    assert stranger.post(link).status_code == 404
    login = {"email": NEW_EMAIL, "password": PASSWORD}
    assert stranger.post("/login", data=login).status_code == 303


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("", "Skriv din e-postadress"),
        ("sara", "Det ser inte ut som"),
        (EMAIL, "adressen du redan har"),
        ("sara@example.org\r\nBcc: x@y.example", "Det ser inte ut som"),
    ],
)
def test_a_refused_address_comes_back(browser, email: str, words: str, post_office: PostOffice):
    answer = ask(browser, email)
    assert answer.status_code == 422
    assert words in answer.text
    assert post_office.deliver() == []


def test_without_the_password_no_mail_goes_out(browser, post_office: PostOffice):
    answer = ask(browser, password="fel fel fel fel")
    assert answer.status_code == 422
    assert f'value="{NEW_EMAIL}"' in answer.text
    assert "fel fel" not in answer.text
    assert post_office.deliver() == []


def test_an_address_of_somebody_elses_is_answered_alike_and_never_taken(
    browser: FlaskClient, app: Flask, post_office: PostOffice
):
    with writing():
        create_user(NEW_EMAIL, "Annan", now=NOW)
    taken = ask(browser)
    assert taken.status_code == 303
    link = next(link_in(mail) for mail in post_office.deliver() if mail["To"] == NEW_EMAIL)
    answer = app.test_client().post(link, follow_redirects=True)
    assert "hör redan till ett konto" in answer.text
    assert sorted(db.session.scalars(sa.select(User.email))) == sorted([EMAIL, NEW_EMAIL])


@pytest.mark.parametrize("end", ["time", "password", "newer"])
def test_a_confirmation_ends_with_time_a_new_password_or_a_newer_wish(
    app: Flask, browser: FlaskClient, sara: User, post_office, clock: FrozenClock, end: str
):
    ask(browser)
    link = next(link_in(mail) for mail in post_office.deliver() if mail["To"] == NEW_EMAIL)
    if end == "time":
        clock.set(NOW + LASTS[Purpose.NEW_EMAIL])
    elif end == "password":
        change(browser)
    else:
        ask(browser, "third@example.org")
    stranger = app.test_client()
    assert [stranger.get(link).status_code, stranger.post(link).status_code] == [404, 404]
    assert db.session.scalar(sa.select(User.email)) == EMAIL


def test_the_browsers_are_listed_and_each_can_be_signed_out(
    app: Flask, sara: User, sign_in: SignIn, clock: FrozenClock
):
    phone = app.test_client()
    agent = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
    phone.post("/login", data={"email": EMAIL, "password": PASSWORD}, headers={"User-Agent": agent})
    clock.move(hours=1)
    desk = sign_in(sara)
    page = desk.get("/me/devices").text
    assert page.count("<strong>") == 2
    assert "Chrome, Android" in page
    assert "onsdag 25 november kl. 10.00" in plain(page)
    assert page.index("den här") < page.index("Chrome, Android")
    session = db.session.scalars(
        sa.select(LoginSession.id).where(LoginSession.browser == "Chrome, Android")
    ).one()
    assert desk.post(f"/me/devices/{session}/end").status_code == 303
    assert (is_in(phone), is_in(desk)) == (False, True)


def test_all_others_can_be_signed_out_at_once(browser: FlaskClient, sara: User, sign_in: SignIn):
    others = [sign_in(sara) for _ in range(3)]
    answer = browser.post("/me/devices/end-others", follow_redirects=True)
    assert "3 andra är utloggade" in answer.text
    assert [is_in(other) for other in others] == [False] * 3
    assert is_in(browser)


def test_somebody_elses_browser_is_simply_not_there(
    app: Flask, browser: FlaskClient, sign_in: SignIn
):
    with writing():
        nils = create_user("nils@example.org", "Nils", now=NOW)
    his = sign_in(nils)
    session = db.session.scalars(
        sa.select(LoginSession.id).where(LoginSession.user_id == nils.id)
    ).one()
    assert browser.post(f"/me/devices/{session}/end").status_code == 404
    assert browser.post("/me/devices/99999/end").status_code == 404
    assert is_in(his)


def test_a_change_of_role_acts_at_the_next_request(browser: FlaskClient, sara: User):
    assert browser.get("/admin/invitations").status_code == 403
    with writing():
        db.session.execute(sa.update(User).values(is_lead=True))
    assert browser.get("/admin/invitations").status_code == 200
    with writing():
        db.session.execute(sa.update(User).values(is_lead=False))
    assert browser.get("/admin/invitations").status_code == 403
    with writing():
        service.disable_user(sara.id, now=NOW)
    assert browser.get("/me/devices").status_code == 303


@pytest.mark.parametrize("path", ["/me/password", "/me/email"])
def test_without_a_password_one_is_shown_the_way_to_one(app: Flask, sign_in: SignIn, path: str):
    with writing():
        nils = create_user("nils@example.org", "Nils", now=NOW)
    page = sign_in(nils).get(path).text
    assert 'href="/login/forgotten"' in page
    assert 'name="current_password"' not in page


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
            "Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 "
            "Safari/537.36 Edg/140.0.0.0",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140 Safari/537", "Chrome, Mac"),
        ("curl/8", ""),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_a_browser_is_known_by_two_words(agent: str, words: str):
    assert browser_words(agent) == words
