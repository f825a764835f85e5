"""How the season ended: sums of published rows, and never a person."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.database import db, writing
from app.league.finale import Finale, find_finale
from app.rhythm.service import settle_season
from app.seasons.models import Season
from app.seasons.queries import get_season
from tests.conftest import NOW, FrozenClock, plain
from tests.factories import World, catalogue

SignIn = Callable[[User], FlaskClient]
LAST = 9


def ended(world: World) -> Finale:
    found = find_finale(get_season(world.season.id))
    assert found is not None
    return found


def test_it_waits_for_the_last_table_and_says_when_that_comes(app: Flask, sign_in: SignIn):
    world = World(NOW, week=LAST)
    browser = sign_in(world.person())
    world.close_through(LAST - 1)
    waiting = browser.get("/finale")
    assert waiting.status_code == 200
    assert "måndag 30 november kl. 12.00" in plain(waiting.text)
    assert "/finale" not in browser.get("/league").text
    world.close_through(LAST)
    assert "Tack för den här säsongen." in browser.get("/finale").text
    assert "/finale" in browser.get("/league").text


def test_it_adds_up_what_all_teams_published(app: Flask, sign_in: SignIn):
    world = World(NOW, week=LAST)
    people = [world.person(team=team) for team in (0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2)]
    for user in people[:7]:
        world.play(user, 1, met=(2, 3))
    world.play(people[0], 2)
    world.play(people[10], 2, met=(0,))
    world.close_through(LAST)
    finale = ended(world)
    assert (finale.teams, finale.check_ins) == (4, 9)
    # Ekonomi and IT each to HR and Butik, HR to Ekonomi.
    assert finale.bridges == 5
    assert finale.shelf["bridged-1"] == 8
    assert finale.shelf["tip-curiosity"] == 7
    assert finale.badges == sum(finale.shelf.values())
    # HR and Butik are too few for a place.
    assert [row.name for row in finale.podium] == ["Lag Ekonomi", "Lag IT"]
    page = sign_in(people[0]).get("/finale").text
    assert not any(user.name in page for user in people)
    assert '<p class="soft">Ekonomi, ' in page


def test_badges_for_their_owner_only_are_in_no_sum(app: Flask):
    world = World(NOW, week=LAST)
    sara = world.person()
    for number in (1, 2, 3):
        world.pledge(sara, number, 5)
        world.play(sara, number, actual=4)
    world.close_through(LAST)
    assert "noticed-3" not in ended(world).shelf


def test_who_share_a_place_share_the_podium(app: Flask):
    world = World(NOW, week=LAST)
    for team in (0, 1, 2, 3):
        for user in [world.person(team=team) for _ in range(5)]:
            world.play(user, 1)
    world.close_through(LAST)
    assert [row.place for row in ended(world).podium] == [1, 1, 1, 1]


def test_a_company_of_small_teams_has_no_podium_and_a_finale_all_the_same(
    app: Flask, sign_in: SignIn
):
    world = World(NOW, week=LAST)
    sara = world.person()
    world.play(sara, 1)
    world.close_through(LAST)
    page = sign_in(sara).get("/finale").text
    assert "Högst upp i tabellen" not in page
    assert "Det här gjorde ni tillsammans" in page


def test_the_shared_goal_is_told_both_when_reached_and_when_not(app: Flask, sign_in: SignIn):
    world = World(NOW, week=LAST)
    sara = world.person()
    world.play(sara, 1, met=(1,))
    world.close_through(LAST)
    browser = sign_in(sara)
    assert "Så mycket kom i kannan" in browser.get("/finale").text
    with writing():
        db.session.get_one(Season, world.season.id).goal_target = 1
    assert "Kannan är full" in browser.get("/finale").text


def test_table_and_finale_stay_until_the_next_season_begins(
    app: Flask, sign_in: SignIn, clock: FrozenClock
):
    world = World(NOW, week=LAST)
    sara = world.person()
    world.play(sara, 1)
    world.close_through(LAST)
    over = clock.set(world.rounds[-1].closes_at + timedelta(days=8))
    with writing():
        settle_season(catalogue(), now=over)
    following = world.plan((over + timedelta(days=28 - over.weekday())).date())
    browser = sign_in(sara)
    assert "Tack för den här säsongen." in browser.get("/finale").text
    assert "Tabellen efter omgång 9 av 9" in browser.get("/league").text
    clock.set(following.starts_at)
    assert "Inte riktigt än" in browser.get("/finale").text
    assert "Ingen tabell än" in browser.get("/league").text
