"""The lead's page: who is invited, who came, who not."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import service
from app.accounts.invited import PEOPLE_ON_A_PAGE, Stage
from app.accounts.models import JoinLink, User
from app.accounts.service import create_user
from app.accounts.tokens import LASTS, Purpose
from app.database import db, writing
from app.notifications.models import OutboxMail
from tests.conftest import NOW, FrozenClock
from tests.post_office import PostOffice, link_in

pytestmark = pytest.mark.usefixtures("quick_passwords")
PASSWORD = "kaffe utan socker"
LIST = "/admin/invitations"


@pytest.fixture
def lead(app: Flask, sign_in: Callable[[User], FlaskClient]) -> FlaskClient:
    with writing():
        aisha = create_user("aisha@example.org", "Aisha", password=PASSWORD, is_lead=True, now=NOW)
        for name in ("Åsa Öst", "Nils Holm", "Sara Lind"):
            create_user(f"{name.split()[0].lower()}@example.org".replace("å", "a"), name, now=NOW)
    return sign_in(aisha)


def counts(browser: FlaskClient) -> dict[str, int]:
    page = browser.get(LIST).text
    return {
        stage: int(page.partition(f"?stage={stage}#people")[2].partition(">")[2].partition("<")[0])
        for stage in Stage
    }


def names(browser: FlaskClient, query: str) -> list[str]:
    page = browser.get(f"{LIST}?{query}").text
    return [part.partition("<")[0] for part in page.split("<div><strong>")[1:]]


def id_of(email: str) -> int:
    return db.session.scalars(sa.select(User.id).where(User.email == email)).one()


def test_all_who_have_none_are_invited_with_one_click_and_seen_on_their_way(
    lead: FlaskClient, app: Flask, post_office: PostOffice, clock: FrozenClock
):
    assert counts(lead) == {"uninvited": 3, "invited": 0, "expired": 0, "came": 1}
    assert "Bjud in alla 3 som inte fått någon" in lead.get(LIST).text
    lead.post(f"{LIST}/all")
    page = lead.get(LIST).text
    assert "0 av 3 inbjudningar är skickade" in page
    assert 'hx-trigger="every 3s"' in page
    assert page.count("mejlet väntar") == 3
    mails = post_office.deliver()
    page = lead.get(LIST).text
    assert "Alla 3 inbjudningar är skickade" in page
    assert "hx-trigger" not in page
    sara = next(mail for mail in mails if mail["To"] == "sara@example.org")
    app.test_client().post(link_in(sara), data={"name": "Sara", "password": PASSWORD})
    assert counts(lead) == {"uninvited": 0, "invited": 2, "expired": 0, "came": 2}
    clock.set(NOW + LASTS[Purpose.INVITATION])
    assert counts(lead) == {"uninvited": 0, "invited": 0, "expired": 2, "came": 2}


def test_one_that_did_not_arrive_is_named_and_can_be_sent_again(
    lead: FlaskClient, post_office: PostOffice, clock: FrozenClock
):
    post_office.to = {"sara@example.org": "550 no such person"}
    lead.post(f"{LIST}/people/{id_of('sara@example.org')}")
    assert post_office.deliver() == []
    page = lead.get(LIST).text
    assert "mejlet kom inte fram" in page
    assert "1 kom inte fram" in page
    post_office.to = {}
    clock.move(minutes=2)
    lead.post(f"{LIST}/people/{id_of('sara@example.org')}")
    assert len(post_office.deliver()) == 1


def test_a_double_click_sends_one(lead: FlaskClient, post_office: PostOffice):
    for _ in range(2):
        answer = lead.post(f"{LIST}/people/{id_of('sara@example.org')}")
        assert answer.status_code == 303
    (mail,) = post_office.deliver()
    assert mail["To"] == "sara@example.org"


@pytest.mark.parametrize("who", ["came", "disabled", "missing"])
def test_whoever_needs_none_gets_none(lead: FlaskClient, who: str):
    user_id = {"came": id_of("aisha@example.org"), "missing": 99_999}.get(who)
    if user_id is None:
        user_id = id_of("sara@example.org")
        with writing():
            service.disable_user(user_id, now=NOW)
    assert lead.post(f"{LIST}/people/{user_id}").status_code == 404
    assert db.session.scalars(sa.select(OutboxMail)).all() == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Aisha", "Nils Holm", "Sara Lind", "Åsa Öst"]),
        ("stage=came", ["Aisha"]),
        ("search=nils", ["Nils Holm"]),
        ("search=åsa", ["Åsa Öst"]),
        ("search=lind+sara", ["Sara Lind"]),
        ("search=sara@example", ["Sara Lind"]),
        ("search=%25", []),
        ("search=sara&stage=came", []),
        ("sheet=abc", ["Aisha", "Nils Holm", "Sara Lind", "Åsa Öst"]),
    ],
)
def test_people_are_found_by_name_address_and_stage(lead: FlaskClient, query: str, found):
    assert names(lead, query) == found


@pytest.mark.parametrize("query", ["stage=nothing", "sheet=2", "sheet=99999999999999999999"])
def test_a_sheet_or_stage_that_is_none_is_not_found(lead: FlaskClient, query: str):
    assert lead.get(f"{LIST}?{query}").status_code == 404


def test_many_come_in_sheets_and_one_comes_back_to_where_one_was(lead: FlaskClient):
    with writing():
        for number in range(PEOPLE_ON_A_PAGE):
            create_user(f"{number}@example.org", f"Person {number:02}", now=NOW)
    assert len(names(lead, "")) == PEOPLE_ON_A_PAGE
    second = names(lead, "sheet=2")
    assert len(second) == 4
    answer = lead.post(
        f"{LIST}/people/{id_of('24@example.org')}",
        data={"stage": "", "search": "person & co", "sheet": "2"},
    )
    assert answer.location == f"{LIST}?search=person+%26+co&sheet=2#people"


def test_the_progress_alone_is_asked_for_and_swapped(lead: FlaskClient, post_office: PostOffice):
    lead.post(f"{LIST}/all")
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    part = lead.get(LIST, headers=headers).text
    assert part.strip().startswith("<div")
    assert 'id="progress"' in part
    assert "<h1" not in part
    assert "Visa listan som den är nu" not in part
    post_office.deliver()
    assert "Visa listan som den är nu" in lead.get(LIST, headers=headers).text


def test_the_join_link_is_opened_for_domains_shown_once_and_taken_back(
    lead: FlaskClient, app: Flask
):
    refused = lead.post(f"{LIST}/link", data={"domains": "fika.se, gmail"})
    assert refused.status_code == 422
    assert "gmail är ingen domän" in refused.text
    assert 'value="fika.se, gmail"' in refused.text
    page = lead.post(f"{LIST}/link", data={"domains": "@fika.se"}, follow_redirects=True).text
    link = page.partition('<a class="long" href="http://localhost')[2].partition('"')[0]
    stranger = app.test_client()
    assert stranger.get(link).status_code == 200
    again = lead.get(LIST).text
    assert link not in again
    assert "Länken är öppen för @fika.se" in again
    lead.post(f"{LIST}/link/close")
    assert stranger.get(link).status_code == 404
    assert db.session.scalars(sa.select(JoinLink)).all() == []
