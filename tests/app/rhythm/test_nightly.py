from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from app.badges.models import BadgeAward, TeamBadgeAward
from app.database import db, writing
from app.history.models import Streak
from app.league.models import TeamRound, TeamSoFar
from app.rhythm.nightly import recount
from app.rhythm.rebuild import rebuild
from app.rhythm.verify import differences
from app.seasons.models import Participation
from app.seasons.queries import get_current_season
from tests.conftest import NOW, FrozenClock
from tests.factories import World, catalogue


def night() -> None:
    with writing():
        recount(now=NOW)


def so_far() -> list[int]:
    return list(db.session.scalars(select(TeamSoFar.check_ins)))


def published() -> list[tuple]:
    rows = db.session.scalars(select(TeamRound).order_by(TeamRound.team_id))
    return [(row.team_id, row.points, row.place, row.shelf) for row in rows]


def test_a_team_sees_its_check_ins_from_three_up_and_only_as_of_last_night(app: Flask):
    world = World(NOW)
    for _ in range(2):
        world.check_in(world.person())
    night()
    assert so_far() == []
    world.check_in(world.person())
    assert so_far() == []
    night()
    night()
    assert so_far() == [3]
    world.close(at=world.rounds[0].closes_at)
    assert so_far() == []


def test_only_the_own_team_sees_it(app: Flask, sign_in):
    world = World(NOW)
    people = [world.person() for _ in range(3)]
    for person in people:
        world.check_in(person)
    night()
    path = f"/league/teams/{world.teams[0].id}"
    words = "Laget så här långt i omgång 1: 3 incheckningar."
    assert words in sign_in(people[0]).get(path).get_data(as_text=True)
    assert words not in sign_in(world.person(team=1)).get(path).get_data(as_text=True)
    assert "Laget så här långt: 3" in sign_in(people[0]).get("/week").get_data(as_text=True)


def test_the_shared_goal_moves_at_night_and_not_before(app: Flask):
    world = World(NOW)
    world.check_in(world.person(), met=(1,))
    assert get_current_season().goal_count == 0
    night()
    assert get_current_season().goal_count == 1


def test_what_was_spoiled_is_rebuilt_and_what_was_published_stays(app: Flask):
    world = World(NOW)
    people = [world.person() for _ in range(10)]
    for person in people:
        world.check_in(person, met=(1,))
    world.close(at=world.rounds[0].closes_at)
    world.check_in(people[0], 2, at=NOW + timedelta(weeks=1))
    before = published()
    with writing():
        db.session.execute(update(Participation).values(points=7))
        db.session.execute(update(Streak).values(current=9, longest=9))
        db.session.execute(db.delete(BadgeAward))
        db.session.execute(db.delete(TeamBadgeAward))
    db.session.expire_all()
    assert list(differences(catalogue()))
    with writing():
        rebuild(catalogue(), now=NOW)
    db.session.expire_all()
    assert list(differences(catalogue())) == []
    assert published() == before


def test_the_commands_run_on_an_empty_database_and_on_a_season(app: Flask, clock: FrozenClock):
    runner = app.test_cli_runner()
    empty = runner.invoke(args=["nightly"])
    assert empty.exit_code == 0, empty.output
    assert "No season" in empty.output
    World(NOW).person()
    assert runner.invoke(args=["nightly"]).exit_code == 0
    assert runner.invoke(args=["rebuild"]).exit_code == 0
