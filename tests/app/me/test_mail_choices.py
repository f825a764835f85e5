"""Choosing which mails of the week one gets, signed in or by the link in the mail itself."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.service import create_user
from app.database import db, writing
from app.notifications.kinds import WeekMail
from app.notifications.links import sign
from app.notifications.models import MailRefusal, OutboxMail
from app.notifications.service import Letter, post
from tests.conftest import NOW
from tests.post_office import BASE_URL, PostOffice, html_of, text_of

TABLE = {
    "round_number": 1,
    "team": "Q&A",
    "place": 1,
    "rise": None,
    "score": 100,
    "weeks_teams": [],
    "risers": [],
    "risen": None,
}


@pytest.fixture
def sara(app: Flask) -> User:
    with writing():
        return create_user("sara@example.org", "Sara Lind", now=NOW)


def write(user: User, key: str = "table:1:1", kind: WeekMail = WeekMail.TABLE) -> None:
    letter = Letter(key, kind, user.email, "sv", TABLE, user.id)
    with writing():
        post([letter], now=NOW)


def refused() -> set[tuple[int, str]]:
    db.session.rollback()
    return {(row.user_id, row.kind) for row in db.session.scalars(select(MailRefusal))}


def waiting() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(OutboxMail.id)).all())


def test_a_mail_program_stops_a_kind_with_one_click_from_anywhere(
    app: Flask, sara: User, post_office: PostOffice
):
    write(sara)
    (mail,) = post_office.deliver()
    app.config["WTF_CSRF_ENABLED"] = True
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail["List-Unsubscribe"].strip("<>")
    assert address in text_of(mail)
    assert address in html_of(mail)
    path = address.removeprefix(BASE_URL)
    program = app.test_client(use_cookies=False)
    page = program.get(path)
    assert "Vill du slippa de här mejlen?" in page.text
    assert "Måndagens tabell" in page.text
    assert refused() == set()
    write(sara, "table:2:1")
    for _ in range(2):
        answer = program.post(
            path,
            data={"List-Unsubscribe": "One-Click"},
            headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
        )
        assert answer.status_code == 200
        assert "Du får inte fler sådana mejl" in answer.text
        assert "Set-Cookie" not in answer.headers or "_user_id" not in answer.headers["Set-Cookie"]
        for private in (sara.name, "Sara", sara.email):
            assert private not in answer.text
    assert refused() == {(sara.id, "table")}
    # The one that was waiting is gone, and no new one is written.
    write(sara, "table:3:1")
    assert post_office.deliver() == []


def test_thinking_better_of_it_needs_no_login_but_a_page_of_ours(app: Flask, sara: User):
    token = sign("stop", sara.id, "table", secret_key="only-for-tests")
    browser = app.test_client()
    page = browser.post(f"/mail/stop/{token}").text
    assert f'action="/mail/stop/{token}/undo"' in page
    foreign = browser.post(f"/mail/stop/{token}/undo", headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 400
    assert refused() == {(sara.id, "table")}
    browser.post(f"/mail/stop/{token}/undo")
    assert refused() == set()
    assert browser.get("/me/mail").status_code == 303


def test_the_page_speaks_the_language_of_the_mail(app: Flask, sara: User):
    with writing():
        db.session.get_one(User, sara.id).language = "en"
    browser = app.test_client()
    browser.post("/language", data={"language": "sv"})
    token = sign("stop", sara.id, "table", secret_key="only-for-tests")
    assert "not get these emails?" in browser.get(f"/mail/stop/{token}").text
    assert "get any more of these emails" in browser.post(f"/mail/stop/{token}").text


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_none_of_ours_is_not_there(app: Flask, sara: User, method: str):
    ask = getattr(app.test_client(), method)
    week = sign("week", sara.id, 1, secret_key="only-for-tests")
    gone = sign("stop", sara.id + 1, "table", secret_key="only-for-tests")
    assert ask("/mail/stop/nonsense").status_code == 404
    assert ask(f"/mail/stop/{week}").status_code == 404
    assert ask(f"/mail/stop/{gone}").status_code == 404
    dropped = sign("stop", sara.id, "newsletter", secret_key="only-for-tests")
    assert ask(f"/mail/stop/{dropped}").status_code == 404
    assert refused() == set()


def test_one_chooses_on_one_s_own_page_and_leads_have_one_kind_more(
    app: Flask, sara: User, sign_in: Callable[[User], FlaskClient]
):
    browser = sign_in(sara)
    assert browser.get("/me/mail").text.count("checked") == len(WeekMail) - 1
    write(sara)
    write(sara, "monday:1:1", WeekMail.MONDAY)
    browser.post("/me/mail", data={"kind": ["monday", "badge"]})
    assert refused() == {(sara.id, "reminder"), (sara.id, "table")}
    assert db.session.scalars(select(OutboxMail.kind)).all() == ["monday"]
    page = browser.get("/me/mail").text
    assert "Sparat." in page
    assert page.count("checked") == 2
    browser.post("/me/mail", data={"kind": list(WeekMail)})
    assert refused() == set()
    with writing():
        db.session.get_one(User, sara.id).is_lead = True
    assert "Rapport om omgången" in browser.get("/me/mail").text


def test_what_somebody_asked_for_cannot_be_stopped_and_says_nothing_of_it(
    app: Flask, sara: User, post_office: PostOffice
):
    with writing():
        post([Letter("one", "already-in", sara.email, "sv", user_id=sara.id)], now=NOW)
    (mail,) = post_office.deliver()
    assert "List-Unsubscribe" not in mail
    assert "mail/stop" not in text_of(mail)


def test_a_name_is_escaped_where_it_must_be_and_only_there(sara: User, post_office: PostOffice):
    write(sara)
    (mail,) = post_office.deliver()
    assert "Q&A" in text_of(mail)
    assert "Q&amp;A" in html_of(mail)
