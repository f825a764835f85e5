from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.database import db, writing
from app.organisation.models import Membership
from app.organisation.queries import find_team_of
from app.seasons import service
from app.seasons.models import Away
from app.seasons.queries import get_current_season
from challenges.errors import AlreadyJoined, NoRunningSeason, NoTeam, RoundNotOpen
from tests.conftest import NOW
from tests.factories import World, participation_of


def participation(user):
    db.session.expire_all()
    return participation_of(user.id, get_current_season().id)


def test_ones_first_round_is_the_week_of_joining(app: Flask):
    world = World(NOW, week=3)
    sara = world.person(joins=False)
    world.join(sara, at=NOW)
    assert participation(sara).first_round == 3
    assert participation(sara).team_id == world.teams[0].id


def test_before_the_season_and_after_an_early_close_it_is_the_next_round(app: Flask):
    world = World(NOW)
    early = world.person(joins=False)
    world.join(early, at=world.rounds[0].starts_at - timedelta(days=2))
    assert participation(early).first_round == 1
    world.close(at=world.rounds[0].closes_at)
    late = world.person(joins=False)
    world.join(late, at=NOW)
    assert participation(late).first_round == 2


def test_joining_twice_changes_nothing(app: Flask):
    world = World(NOW)
    sara = world.person()
    with pytest.raises(AlreadyJoined):
        world.join(sara)
    assert participation(sara).first_round == 1


def test_without_a_season_a_team_or_a_round_left_nobody_joins(app: Flask):
    world = World(NOW)
    sara = world.person(joins=False)
    with pytest.raises(RoundNotOpen):
        world.join(sara, at=world.rounds[-1].ends_at)
    with writing():
        db.session.execute(db.delete(Membership))
    with pytest.raises(NoTeam):
        world.join(sara)
    with writing():
        db.session.delete(db.session.merge(world.season))
    with pytest.raises(NoRunningSeason), writing():
        service.join(sara.id, now=NOW)


def test_leaving_counts_from_the_next_round_and_rejoining_makes_the_gap_away(app: Flask):
    world = World(NOW)
    sara = world.person()
    with writing():
        service.leave(sara.id, now=NOW)
    assert participation(sara).left_from == 2
    with writing():
        service.join(sara.id, now=NOW + timedelta(weeks=3))
    assert participation(sara).left_from is None
    away = db.session.scalars(select(Away.round_id)).all()
    assert sorted(away) == [world.rounds[1].id, world.rounds[2].id]


def test_a_move_takes_effect_on_its_monday(app: Flask):
    world = World(NOW)
    sara = world.person(team=0)
    with writing():
        db.session.add(
            Membership(
                user_id=sara.id, starts_at=world.rounds[1].starts_at, team_id=world.teams[1].id
            )
        )
    teams = [find_team_of(sara.id, before=each.ends_at) for each in world.rounds[:2]]
    assert [team.id for team in teams if team] == [world.teams[0].id, world.teams[1].id]
    first = world.check_in(sara, 1)
    second = world.check_in(sara, 2, at=NOW + timedelta(weeks=1))
    assert (first.team_id, second.team_id) == (world.teams[0].id, world.teams[1].id)
