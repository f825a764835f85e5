"""The coffee room's screen: opened by a link that the lead makes and revokes."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app.accounts.models import User
from app.database import db, writing
from app.league.models import TeamRound, WallLink
from app.league.queries import find_sheet, published_table
from app.league.service import open_wall
from app.seasons.queries import get_current_season
from tests.conftest import NOW
from tests.factories import World

SignIn = Callable[[User], FlaskClient]
LINK = re.compile(r'href="http://localhost(/league/wall/[\w-]+)"')


@pytest.fixture
def world(app: Flask) -> World:
    world = World(NOW, week=2)
    for number in range(5):
        person = world.person(name=f"Kerstin Kaffesugen {number}")
        world.check_in(person, 1, at=world.rounds[0].starts_at, met=(1,))
    world.close(at=world.rounds[0].closes_at)
    return world


def make_link(lead: FlaskClient) -> str:
    found = LINK.search(lead.post("/admin/wall", follow_redirects=True).text)
    assert found
    return found[1]


def test_whoever_has_the_link_sees_the_table_and_no_person(
    world: World, sign_in: SignIn, client: FlaskClient
):
    link = make_link(sign_in(world.person(is_lead=True)))
    page = client.get(link)
    assert page.status_code == 200
    assert "Lag Ekonomi" in page.text
    assert "Kerstin" not in page.text
    assert '<meta http-equiv="refresh" content="300; url=' in page.text


def test_the_link_is_shown_once_and_kept_as_a_hash(world: World, sign_in: SignIn):
    lead = sign_in(world.person(is_lead=True))
    token = make_link(lead).rpartition("/")[2]
    assert token not in lead.get("/admin/season").text
    assert token not in db.session.scalars(select(WallLink.token_hash)).one()


def test_a_revoked_link_shows_nothing(world: World, sign_in: SignIn, client: FlaskClient):
    lead = sign_in(world.person(is_lead=True))
    link = make_link(lead)
    lead.post("/admin/wall/close")
    assert client.get(link).status_code == 404
    assert client.get("/league/wall/guessed").status_code == 404


def test_a_new_link_takes_the_place_of_the_old(world: World, sign_in: SignIn, client: FlaskClient):
    lead = sign_in(world.person(is_lead=True))
    old, new = make_link(lead), make_link(lead)
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)


def test_before_the_first_closing_the_screen_says_when_it_comes(app: Flask, client: FlaskClient):
    World(NOW, week=1)
    with writing():
        token = open_wall(now=NOW)
    assert "Den första tabellen publiceras" in client.get(f"/league/wall/{token}").text


def test_a_long_table_turns_its_pages_and_begins_anew(world: World):
    season = get_current_season()
    table = published_table(season)
    assert table is not None
    assert len(table.rows) == 4
    shown = [find_sheet(season, number, teams=3) for number in (1, 2)]
    assert [row for sheet in shown if sheet for row in sheet.rows] == list(table.rows)
    assert [(sheet.next, sheet.count, sheet.top) for sheet in shown if sheet] == [
        (2, 2, table.rows[0].season_score),
        (1, 2, table.rows[0].season_score),
    ]
    for missing in (0, -1, 3, 10**30):
        assert find_sheet(season, missing, teams=3) is None


def test_a_table_without_teams_has_one_empty_sheet(world: World):
    db.session.execute(delete(TeamRound))
    empty = find_sheet(get_current_season(), 1)
    assert empty is not None
    assert (empty.rows, empty.next) == ((), 1)
