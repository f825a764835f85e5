from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.database import db, writing
from app.seasons.models import RestWeek
from app.seasons.planning import pause_season, plan_season, start_season
from app.seasons.queries import get_current_season
from challenges.errors import RoundNotOpen
from challenges.model import Round
from tests.conftest import NOW
from tests.factories import ZONE, World


def mondays(rounds: tuple[Round, ...]) -> list[date]:
    return [each.starts_at.astimezone(ZONE).date() for each in rounds]


def test_a_season_has_a_vote_about_its_last_round_but_one(app: Flask):
    World(NOW)
    rounds = get_current_season().plan.rounds
    assert [each.alternative for each in rounds] == [None] * 7 + [rounds[-1].challenge, None]


def test_a_pause_moves_what_has_not_started_by_a_week(app: Flask):
    world = World(NOW, week=2)
    before = mondays(world.rounds)
    with writing():
        assert pause_season(ZONE, now=NOW) == before[2]
    week = timedelta(weeks=1)
    assert mondays(world.rounds) == [*before[:2], *(monday + week for monday in before[2:])]
    assert [each.number for each in world.rounds] == list(range(1, 10))


def test_a_pause_keeps_the_rest_weeks_that_were_planned(app: Flask):
    world = World(NOW)
    start = date(2027, 1, 11)
    with writing():
        db.session.delete(db.session.merge(world.season))
    rest = frozenset({start + timedelta(weeks=2)})
    with writing():
        season = plan_season("Våren", start, ["curiosity", "advice", "chatty"], rest, ZONE)
        start_season(season.id, now=NOW)
    weeks = [(monday - start).days // 7 for monday in mondays(world.rounds)]
    assert weeks == [0, 1, 3]
    with writing():
        pause_season(ZONE, now=world.rounds[0].starts_at)
    weeks = [(monday - start).days // 7 for monday in mondays(world.rounds)]
    assert weeks == [0, 3, 4]
    assert len(db.session.scalars(select(RestWeek)).all()) == 2


def test_after_the_last_round_has_begun_nothing_is_left_to_pause(app: Flask):
    world = World(NOW)
    with pytest.raises(RoundNotOpen), writing():
        pause_season(ZONE, now=world.rounds[-1].starts_at)
