"""A joint team replaces its parts in the league, on shelves and on pages."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.badges.models import TeamBadgeAward
from app.database import db, writing
from app.league.models import TeamRound
from app.league.queries import published_table
from app.organisation.models import Team
from app.organisation.queries import find_team
from app.organisation.service import join_teams
from app.seasons.joint_teams import join_small_teams
from app.seasons.queries import get_current_season
from challenges.errors import NotAJointTeam
from tests.conftest import NOW
from tests.factories import World


def joint_world() -> tuple[World, int]:
    """Ekonomi and IT play as one."""
    world = World(NOW)
    with writing():
        team_id = join_teams(world.season.id, "Kaffeflickarna", [t.id for t in world.teams[:2]])
    return world, team_id


def published(world: World, team_id: int, number: int = 1) -> TeamRound:
    return db.session.get_one(TeamRound, (world.rounds[number - 1].id, team_id))


def test_it_has_the_points_and_people_of_its_parts_which_have_no_row(app: Flask):
    world, joint = joint_world()
    for team in (0, 0, 1, 1, 1):
        world.check_in(world.person(team=team))
    world.close(at=world.rounds[0].closes_at)
    row = published(world, joint)
    assert (row.points, row.available, row.check_ins, row.place) == (50, 5, 5, 1)
    assert row.shelf["tip-curiosity"] == 5
    listed = {each.team_id for each in db.session.scalars(select(TeamRound))}
    assert listed == {joint, world.teams[2].id, world.teams[3].id}


def test_its_own_departments_are_all_its_parts(app: Flask):
    world, joint = joint_world()
    world.check_in(world.person(team=0), met=(1, 2))
    world.check_in(world.person(team=1), met=(0, 3))
    world.close(at=world.rounds[0].closes_at)
    assert published(world, joint).departments == 2
    badges = set(db.session.scalars(select(TeamBadgeAward.badge)))
    assert badges == {"team-all-bridges"}


def test_pages_show_it_with_the_departments_and_names_of_its_parts(app: Flask, sign_in):
    world, joint = joint_world()
    sara = world.person(team=0)
    world.check_in(sara)
    world.close(at=world.rounds[0].closes_at)
    table = published_table(get_current_season())
    assert table is not None
    departments = {row.name: row.departments for row in table.unranked}
    assert departments["Kaffeflickarna"] == ("Ekonomi", "IT")
    face = find_team(joint)
    assert face is not None
    assert face.parts == ("Lag Ekonomi", "Lag IT")
    browser = sign_in(sara)
    assert "Ekonomi, IT, ditt lag" in browser.get("/league").get_data(as_text=True)
    part = browser.get(f"/league/teams/{world.teams[0].id}").get_data(as_text=True)
    assert "Spelar tillsammans med andra" in part
    assert "Kaffeflickarna" in browser.get("/week/1").get_data(as_text=True)
    newcomer = sign_in(world.person(team=1, joins=False))
    assert "Du spelar för Kaffeflickarna" in newcomer.get("/join").get_data(as_text=True)


def test_one_team_alone_a_taken_name_and_a_team_in_two_are_refused(app: Flask):
    world, _ = joint_world()
    ids = [team.id for team in world.teams]
    refused = [("En", [ids[2]]), ("Lag HR", ids[2:]), ("Två", ids[1:3]), ("Ingen", [ids[2], 999])]
    for name, parts in refused:
        with pytest.raises(NotAJointTeam), writing():
            join_teams(world.season.id, name, parts)
    assert len(db.session.scalars(select(Team)).all()) == 5


def test_small_teams_are_joined_by_head_count_when_a_season_is_planned(app: Flask):
    world = World(NOW)
    for team, count in enumerate((7, 3, 4, 8)):
        for _ in range(count):
            world.person(team=team, joins=False)
    with writing():
        assert join_small_teams(world.season.id) == ["Lag IT + Lag HR"]


def test_a_joint_team_of_an_earlier_season_lives_on(app: Flask):
    world, joint = joint_world()
    with writing():
        db.session.delete(db.session.merge(world.season))
    season = world.plan(NOW.date().replace(day=30))
    with writing():
        again = join_teams(season.id, "Kaffeflickarna", [t.id for t in world.teams[:2]])
    assert again == joint
