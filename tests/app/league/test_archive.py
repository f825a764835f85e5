"""Earlier seasons: final tables and the teams' badges, for everybody."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.database import db, writing
from app.league.archive import past_seasons
from app.rhythm.service import settle_season
from app.seasons.models import Season
from app.seasons.planning import end_season
from app.seasons.queries import find_current_season
from tests.conftest import NOW, FrozenClock
from tests.factories import World, catalogue

SignIn = Callable[[User], FlaskClient]


def played(world: World, name: str) -> int:
    """A season of one round, to its end."""
    season_id = world.season.id
    with writing():
        db.session.get_one(Season, season_id).name = name
        end_season(season_id, now=world.rounds[0].starts_at)
    for _ in range(5):
        world.check_in(world.person(), 1, at=world.rounds[0].starts_at)
    for _ in range(5):
        world.check_in(world.person(1), 1, at=world.rounds[0].starts_at, met=(0, 2, 3))
    world.close_through(1)
    return season_id


def test_a_season_is_in_the_archive_once_its_last_table_is_published(app: Flask, sign_in: SignIn):
    world = World(NOW)
    browser = sign_in(world.person())
    assert past_seasons() == []
    path = f"/league/archive/{world.season.id}"
    assert browser.get(path).status_code == 404
    assert "Ingen säsong är färdigspelad" in browser.get("/league/archive").text
    played(world, "Våren <b>")
    (past,) = past_seasons()
    assert (past.teams, past.winners) == (4, ("Lag IT",))
    body = browser.get("/league/archive").text
    assert "Våren &lt;b&gt;" in body
    assert "Överst i sluttabellen: Lag IT." in body
    table = browser.get(path).text
    assert table.index("Lag IT") < table.index("Lag Ekonomi")
    assert "Lagens egna märken" in table
    assert browser.get(f"{path}?sheet=9").status_code == 404


def test_one_season_follows_another_and_both_tables_stay(
    app: Flask, sign_in: SignIn, clock: FrozenClock
):
    world = World(NOW)
    first = played(world, "Ett")
    clock.set(world.rounds[0].closes_at + timedelta(days=7))
    with writing():
        assert settle_season(catalogue(), now=clock())
    assert find_current_season() is None
    browser = sign_in(world.person(joins=False))
    world.season = world.plan((clock() + timedelta(days=7)).date())
    clock.set(world.rounds[0].starts_at)
    played(world, "Två")
    assert [each.name for each in past_seasons()] == ["Två", "Ett"]
    body = browser.get(f"/league/archive/{first}").text
    assert "Ett" in body
    assert "Sluttabellen efter 1 omgång." in body
