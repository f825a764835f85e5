"""Monday at noon: the closing's news on the week page until its reader waves it off."""

from datetime import timedelta

from flask import Flask

from app.database import writing
from app.seasons.planning import pause_season
from app.seasons.service import leave
from tests.conftest import NOW, FrozenClock
from tests.factories import ZONE, World

TITLE = "Så slutade omgång"


def closed_world(clock: FrozenClock) -> tuple[World, list]:
    world = World(NOW)
    people = [world.person() for _ in range(5)]
    for person in people:
        world.check_in(person)
    world.close(at=world.rounds[0].closes_at)
    clock.set(NOW + timedelta(weeks=1))
    return world, people


def test_it_tells_the_weeks_team_and_ones_own_place_until_waved_off(
    app: Flask, sign_in, clock: FrozenClock
):
    _, people = closed_world(clock)
    browser = sign_in(people[0])
    page = browser.get("/week").get_data(as_text=True)
    assert f"{TITLE} 1" in page
    assert "Veckans lag" in page
    assert "plats 1" in page
    assert f"{TITLE} 1" in browser.get("/week").get_data(as_text=True)
    answer = browser.post("/league/ceremony/1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/week")
    assert TITLE not in browser.get("/week").get_data(as_text=True)
    assert TITLE in sign_in(people[1]).get("/week").get_data(as_text=True)


def test_a_team_that_is_the_news_itself_is_named_once(app: Flask, sign_in, clock: FrozenClock):
    _, people = closed_world(clock)
    page = sign_in(people[0]).get("/week").get_data(as_text=True)
    ceremony = page[page.index(TITLE) : page.index("Se hela tabellen")]
    assert ceremony.count("Lag Ekonomi") == 1
    assert ceremony.count("Veckans lag") == 1


def test_each_closing_has_its_own(app: Flask, sign_in, clock: FrozenClock):
    world, people = closed_world(clock)
    browser = sign_in(people[0])
    browser.post("/league/ceremony/1")
    world.close(at=world.rounds[1].closes_at)
    assert f"{TITLE} 2" in browser.get("/week").get_data(as_text=True)


def test_a_round_that_has_not_closed_cannot_be_waved_off(app: Flask, sign_in, clock: FrozenClock):
    _, people = closed_world(clock)
    assert sign_in(people[0]).post("/league/ceremony/2").status_code == 422
    assert sign_in(people[0]).post("/league/ceremony/99").status_code == 422


def test_who_joined_after_it_or_had_left_is_not_bothered(app: Flask, sign_in, clock: FrozenClock):
    world, people = closed_world(clock)
    newcomer = world.person(joins=False)
    world.join(newcomer, at=clock())
    assert TITLE not in sign_in(newcomer).get("/week").get_data(as_text=True)
    browser = sign_in(people[0])
    browser.post("/league/ceremony/1")
    with writing():
        leave(people[0].id, now=NOW)
    world.close(at=world.rounds[1].closes_at)
    assert TITLE not in browser.get("/week").get_data(as_text=True)


def test_a_week_without_a_round_is_called_a_rest_week(app: Flask, sign_in, clock: FrozenClock):
    world, people = closed_world(clock)
    with writing():
        pause_season(ZONE, now=clock())
    clock.set(world.rounds[1].ends_at + timedelta(days=1))
    assert "Vilovecka." in sign_in(people[0]).get("/week").get_data(as_text=True)
