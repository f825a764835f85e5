"""The season report: one page for all, the same on screen and in the two files."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.dashboard.models import DashboardView
from app.database import db, writing
from app.pulse.service import answer
from app.rhythm.service import settle_season
from challenges.pulse import Moment
from tests.app.dashboard.conftest import Company
from tests.app.dashboard.reading import Tables, of_csv, of_xlsx, without_chance
from tests.conftest import FrozenClock, change_settings
from tests.factories import ZONE, catalogue

SignIn = Callable[[User], FlaskClient]
KINDS = ("", "/csv", "/xlsx")


@pytest.fixture
def told(company: Company) -> Company:
    """Two closed rounds in which 24 people noted both figures; 21 answered beforehand."""
    world = company.world
    company.ekonomi += [world.person(team=0) for _ in range(4)]
    everybody = [*company.ekonomi, *company.it, *company.small]
    for user in everybody[:21]:
        with writing():
            answer(user.id, Moment.BEFORE, {"ease": 2, "help": 3})
    for number, actual in ((1, 5), (2, 3)):
        for index, user in enumerate(everybody):
            world.pledge(user, number, 6)
            met = (2,) if number == 2 and index < 17 else ()
            world.play(user, number, actual=actual, met=met)
        company.close(number)
    return company


def path(company: Company, kind: str = "") -> str:
    return f"/dashboard/seasons/{company.world.season.id}{kind}"


def readers(told: Company) -> dict[str, User]:
    """Every role that may read it, a manager of each kind among them."""
    return {
        "lead": told.lead,
        "manager": told.chief,
        "another manager": told.captain,
        "participant": told.small[0],
        "another participant": told.ekonomi[0],
    }


def test_page_text_and_spreadsheet_say_the_same_to_everybody(told: Company, sign_in: SignIn):
    said = {}
    for role, user in readers(told).items():
        browser = sign_in(user)
        said[role, "page"] = sorted(Tables(browser.get(path(told)).text).rows)
        said[role, "csv"] = of_csv(browser.get(path(told, "/csv")).data)
        said[role, "xlsx"] = of_xlsx(browser.get(path(told, "/xlsx")).data)
    first = said["lead", "page"]
    assert {key: rows for key, rows in said.items() if rows != first} == {}
    for row in (
        ["1", "6,0", "5,0"],
        ["2", "6,0", "3,0"],
        ["Hur känns det att höra av sig till någon på en annan avdelning?", "2,0", "–"],
        ["Hur mycket känner du dig som en del av arbetsplatsen?", "–", "–"],
        ["1", "75 till 88 procent", "Hela organisationen"],
        ["Möten", "högst 2", "omkring 15"],
        ["Par av avdelningar som har träffats", "0 av 3", "2 av 3"],
        ["Nått", "17"],
    ):
        assert row in first


def test_the_whole_page_is_the_same_but_for_the_frame(told: Company, sign_in: SignIn):
    mains = {
        without_chance(sign_in(user).get(path(told)).text.partition("<main")[2]).partition(
            "</main"
        )[0]
        for user in readers(told).values()
    }
    assert len(mains) == 1
    assert "Alla 2 omgångar med tillräckligt många svar blev lugnare än väntat." in mains.pop()


@pytest.mark.parametrize("kind", KINDS)
def test_who_takes_no_part_finds_nothing_as_if_there_were_no_such_season(
    told: Company, sign_in: SignIn, kind: str
):
    browser = sign_in(told.world.person(joins=False))
    closed = browser.get(path(told, kind))
    missing = browser.get(f"/dashboard/seasons/999999{kind}")
    assert closed.status_code == missing.status_code == 404
    assert without_chance(closed.text) == without_chance(missing.text)


@pytest.mark.parametrize("kind", KINDS)
def test_managers_and_leads_are_noted_and_participants_are_not(
    told: Company, sign_in: SignIn, kind: str
):
    for user in readers(told).values():
        assert sign_in(user).get(path(told, kind)).status_code == 200
    rows = db.session.scalars(select(DashboardView)).all()
    assert {row.user_id for row in rows} == {told.lead.id, told.chief.id, told.captain.id}
    assert {row.group_id for row in rows} == {told.tree.organisation.id}


def test_nothing_moves_between_two_closings(told: Company, sign_in: SignIn):
    browser = sign_in(told.ekonomi[0])
    before = [without_chance(browser.get(path(told, kind)).text) for kind in ("", "/csv")]
    for user in told.it:
        told.world.pledge(user, 3, 9)
        told.world.play(user, 3, actual=9, met=(0,))
    assert [without_chance(browser.get(path(told, kind)).text) for kind in ("", "/csv")] == before


def test_it_says_so_where_too_few_have_noted_anything(company: Company, sign_in: SignIn):
    company.close()
    text = sign_in(company.lead).get(path(company)).text
    assert "för få noterat båda siffrorna" in text
    assert "inte tillräckligt många svar" in text
    assert "lugnare än väntat" not in text


def test_before_the_first_closing_there_is_none(company: Company, sign_in: SignIn):
    assert sign_in(company.lead).get(path(company)).status_code == 404


def test_an_earlier_season_can_still_be_read(told: Company, sign_in: SignIn, clock: FrozenClock):
    rounds = told.world.rounds
    for each in rounds[2:]:
        told.close(each.number)
    for user in [*told.ekonomi, *told.it, *told.small]:
        with writing():
            answer(user.id, Moment.AFTER, {"ease": 4})
    after = clock.set(rounds[-1].closes_at + timedelta(days=8))
    with writing():
        assert settle_season(catalogue(), now=after)
    earlier = path(told)
    page = sign_in(told.small[0]).get(earlier).text
    assert "Säsongen är spelad." in page
    assert [
        "Hur känns det att höra av sig till någon på en annan avdelning?",
        "2,0",
        "4,0",
    ] in Tables(page).rows
    monday = after.astimezone(ZONE).date() + timedelta(weeks=3)
    planned = told.world.plan(monday - timedelta(days=monday.weekday()))
    told.world.join(told.small[0], at=after)
    clock.set(told.world.rounds[0].closes_at)
    told.close(1)
    # The chief takes part in neither.
    for user in (told.lead, told.small[0], told.chief):
        browser = sign_in(user)
        assert browser.get(earlier).status_code == 200
        assert f'href="{earlier}"' in browser.get(f"/dashboard/seasons/{planned.id}").text


def test_switched_off_there_is_no_report(app: Flask, told: Company, sign_in: SignIn):
    change_settings(app, dashboards=False)
    browser = sign_in(told.lead)
    assert [browser.get(path(told, kind)).status_code for kind in KINDS] == [404] * 3
    assert path(told) not in browser.get("/admin/season").text


def test_the_lead_finds_it_from_her_page(told: Company, sign_in: SignIn):
    assert path(told) in sign_in(told.lead).get("/admin/season").text


def test_it_speaks_english_too(told: Company, sign_in: SignIn):
    with writing():
        db.session.get_one(User, told.lead.id).language = "en"
    text = sign_in(told.lead).get(path(told)).text
    assert "Season report for the whole organisation" in text
    assert "All 2 rounds with enough answers were calmer than expected." in text
    assert ["1", "6.0", "5.0"] in Tables(text).rows
