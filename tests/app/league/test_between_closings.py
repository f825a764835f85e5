"""Nobody can watch a single person's check-in arrive: the league moves when a round closes."""

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from app.checkins import service
from app.database import writing
from challenges.model import Level
from tests.conftest import NOW, FrozenClock
from tests.factories import World, catalogue


def league_pages(world: World, browser: FlaskClient) -> dict[str, str]:
    """Without the frame, whose tokens are others each time."""
    paths = ("/league", *(f"/league/teams/{team.id}" for team in world.teams))
    return {
        path: re.findall("<main.*</main>", browser.get(path).text, re.DOTALL)[0] for path in paths
    }


def test_the_table_and_the_team_pages_move_only_when_a_round_closes(
    app: Flask, sign_in, clock: FrozenClock
):
    world = World(NOW)
    first, second = ([world.person(team=team) for _ in range(6)] for team in range(2))
    for person in (*first, second[0]):
        world.check_in(person)
    world.close_through(1)
    reader = sign_in(first[0])
    now = clock.set(NOW + timedelta(weeks=1))
    before = league_pages(world, reader)
    for person in second:
        world.check_in(person, 2, at=now, met=(0, 2, 3), level=Level.BOLD)
    with writing():
        service.undo(second[0].id, 2, catalogue=catalogue(), now=now)
        service.mark_away(first[1].id, 2, is_away=True, catalogue=catalogue(), now=now)
    assert league_pages(world, reader) == before
    world.close_through(2)
    after = league_pages(world, reader)
    assert all(after[path] != before[path] for path in before)


def test_how_it_is_counted_stands_on_the_page_in_two_sentences(
    app: Flask, sign_in, clock: FrozenClock
):
    world = World(NOW)
    reader = sign_in(world.person())
    world.close_through(1)
    clock.set(NOW + timedelta(weeks=1))
    (told,) = re.findall(
        r'id="counting">.*?<p class="soft">(.*?)</p>', reader.get("/league").text, re.DOTALL
    )
    assert told.count(".") == 2
    assert "tio helt vanliga kollegor" in told
