from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import select

from app.badges.models import TeamBadgeAward
from app.badges.queries import badges_of_participation
from app.checkins import service
from app.database import db, writing
from app.history.models import Streak
from app.league.models import TeamRound
from app.league.queries import published_table
from app.organisation.models import Membership
from app.rhythm.service import close_due_round, close_round_early, settle_season
from app.rhythm.verify import differences
from app.seasons.queries import find_current_season, get_current_season
from app.seasons.service import leave
from challenges.errors import EarlyCloseRefused, NothingToClose, RoundIsClosing
from tests.conftest import NOW
from tests.factories import World, catalogue, participation_of


def table():
    found = published_table(get_current_season())
    assert found is not None
    return found


def team_round(world: World, team: int, number: int = 1) -> TeamRound:
    return db.session.get_one(TeamRound, (world.rounds[number - 1].id, world.teams[team].id))


def full_teams(world: World) -> list[list]:
    return [[world.person(team=team) for _ in range(5)] for team in range(2)]


def test_a_round_closes_on_monday_at_noon_and_not_before(app: Flask):
    world = World(NOW)
    world.check_in(world.person())
    closes_at = world.rounds[0].closes_at
    assert world.close(at=closes_at - timedelta(seconds=1)) is None
    closed = world.close(at=closes_at)
    assert closed is not None
    assert closed.round_number == 1
    assert team_round(world, 0).points == 10


def test_closing_twice_publishes_once(app: Flask):
    world = World(NOW)
    world.check_in(world.person())
    world.close(at=world.rounds[0].closes_at)
    assert world.close(at=world.rounds[0].closes_at) is None
    assert len(db.session.scalars(select(TeamRound)).all()) == len(world.teams)


def test_a_late_job_closes_every_due_round_in_order_as_of_its_own_noon(app: Flask):
    world = World(NOW)
    sara = world.person()
    world.check_in(sara)
    later = world.rounds[2].closes_at + timedelta(days=3)
    numbers = []
    for _ in range(4):
        closed = world.close(at=later)
        numbers.append(closed.round_number if closed else None)
    assert numbers == [1, 2, 3, None]
    assert [team_round(world, 0, number).points for number in (1, 2, 3)] == [10, 0, 0]


def test_the_table_has_places_changes_and_ties(app: Flask):
    world = World(NOW)
    first, second = full_teams(world)
    for user in (*first, *second):
        world.check_in(user)
    world.close(at=world.rounds[0].closes_at)
    assert [row.place for row in table().ranked] == [1, 1]
    assert [row.rise for row in table().ranked] == [None, None]
    assert [team_round(world, team).is_weeks_team for team in (0, 1, 2)] == [True, True, False]

    second_week = NOW + timedelta(weeks=1)
    world.check_in(second[0], 2, at=second_week)
    world.close(at=world.rounds[1].closes_at)
    ranked = [(row.name, row.place, row.rise) for row in table().ranked]
    assert ranked == [("Lag IT", 1, 0), ("Lag Ekonomi", 2, -1)]


def test_fewer_than_five_participants_have_no_place(app: Flask):
    world = World(NOW)
    for _ in range(4):
        world.check_in(world.person(team=0))
    world.close(at=world.rounds[0].closes_at)
    assert table().ranked == ()
    assert team_round(world, 0).place is None
    assert "Lag Ekonomi" in [row.name for row in table().unranked]


def test_a_team_stays_ranked_when_it_shrinks(app: Flask):
    world = World(NOW)
    first, _ = full_teams(world)
    world.check_in(first[0])
    world.close(at=world.rounds[0].closes_at)
    assert team_round(world, 0).is_ranked
    for user in first[1:]:
        with writing():
            leave(user.id, now=NOW + timedelta(weeks=1))
    world.close(at=world.rounds[1].closes_at)
    world.close(at=world.rounds[2].closes_at)
    assert team_round(world, 0, 3).is_ranked
    assert team_round(world, 0, 3).available == 1


def test_who_is_away_is_not_available_unless_she_booked_points(app: Flask):
    world = World(NOW)
    first, _ = full_teams(world)
    for user in first[:2]:
        with writing():
            service.mark_away(user.id, 1, is_away=True, catalogue=catalogue(), now=NOW)
    world.check_in(first[0])
    world.close(at=world.rounds[0].closes_at)
    assert team_round(world, 0).available == 4


def test_being_away_is_not_marked_past_a_closing_that_is_late(app: Flask):
    world = World(NOW)
    first, _ = full_teams(world)
    noon = world.rounds[0].closes_at

    def mark_away(number: int) -> None:
        with writing():
            service.mark_away(first[0].id, number, is_away=True, catalogue=catalogue(), now=noon)

    with pytest.raises(RoundIsClosing):
        mark_away(1)
    mark_away(2)
    world.close(at=noon + timedelta(hours=1))
    mark_away(1)
    assert team_round(world, 0).available == 5


def test_a_missed_round_is_pending_then_forgiven_then_ends_the_streak(app: Flask):
    world = World(NOW)
    sara = world.person()
    world.check_in(sara)
    id_ = participation_of(sara.id, get_current_season().id).id

    def stored() -> tuple[int, int]:
        db.session.expire_all()
        row = db.session.get_one(Streak, id_)
        return row.current, row.grace_held

    seen = []
    for number in range(4):
        world.close(at=world.rounds[number].closes_at)
        seen.append(stored())
    assert seen == [(1, 1), (1, 1), (1, 0), (0, 0)]


def test_a_kept_row_is_awarded_by_the_closing_that_settles_a_pending_round(app: Flask):
    world = World(NOW)
    sara = world.person()
    for number in (1, 2, 4):
        at = NOW + timedelta(weeks=number - 1)
        world.check_in(sara, number, at=at)
        if number != 4:
            world.close(at=world.rounds[number - 1].closes_at)
        if number == 2:
            world.close(at=world.rounds[2].closes_at)
    id_ = participation_of(sara.id, get_current_season().id).id
    assert "kept-3" not in badges_of_participation(id_)
    world.close(at=world.rounds[3].closes_at)
    assert "kept-3" in badges_of_participation(id_)


def test_the_shelf_shows_the_teams_badges_of_closed_rounds_and_never_owner_only_ones(app: Flask):
    world = World(NOW)
    first, _ = full_teams(world)
    for user in first[:3]:
        world.check_in(user)
    monday_morning = world.rounds[0].ends_at + timedelta(hours=9)
    world.check_in(first[3], 2, at=monday_morning)
    world.close(at=world.rounds[0].closes_at)
    shelf = team_round(world, 0).shelf
    assert shelf["tip-curiosity"] == 3
    assert "tip-advice" not in shelf
    hidden = {badge.slug for badge in catalogue().badges if badge.audience == "owner"}
    assert not hidden & set(shelf)


def test_a_pin_that_was_shown_stays_on_the_shelf_when_what_earned_it_is_undone(app: Flask):
    """A shelf that shrank would tell the team that one of them has taken something back."""
    world = World(NOW)
    sara = world.person()
    world.play(sara, 1)
    world.play(sara, 3)
    monday_morning = world.rounds[3].starts_at + timedelta(hours=9)
    world.check_in(sara, 4, at=monday_morning)
    world.close_through(3)
    assert team_round(world, 0, 3).shelf["kept-3"] == 1
    with writing():
        service.undo(sara.id, 4, catalogue=catalogue(), now=monday_morning + timedelta(hours=9))
    world.close_through(4)
    id_ = participation_of(sara.id, world.season.id).id
    assert "kept-3" not in badges_of_participation(id_)
    assert team_round(world, 0, 4).shelf["kept-3"] == 1
    assert list(differences(catalogue())) == []


def test_team_badges_are_decided_at_the_closing(app: Flask):
    world = World(NOW)
    for _ in range(10):
        world.check_in(world.person(team=0))
    assert db.session.scalars(select(TeamBadgeAward)).all() == []
    world.close(at=world.rounds[0].closes_at)
    award = db.session.scalars(select(TeamBadgeAward)).one()
    assert (award.team_id, award.badge) == (world.teams[0].id, "team-10")
    assert team_round(world, 0).shelf["team-10"] == 1


def test_the_shared_goal_is_fixed_by_the_first_closing(app: Flask):
    world = World(NOW)
    people = [world.person() for _ in range(4)]
    world.check_in(people[0], met=(1,))
    world.check_in(people[1])
    world.close(at=world.rounds[0].closes_at)
    season = get_current_season()
    assert (season.goal_target, season.goal_count) == (4 * 9 // 2, 1)
    world.person()
    world.close(at=world.rounds[1].closes_at)
    assert get_current_season().goal_target == 18


def test_a_lead_may_close_early_only_in_the_demo(app: Flask):
    world = World(NOW)
    sara = world.person()
    world.check_in(sara)
    with pytest.raises(EarlyCloseRefused), writing():
        close_round_early(1, catalogue(), is_demo=False, now=NOW)
    with writing():
        close_round_early(1, catalogue(), is_demo=True, now=NOW + timedelta(hours=1))
    with pytest.raises(NothingToClose), writing():
        close_round_early(1, catalogue(), is_demo=True, now=NOW + timedelta(hours=2))
    with pytest.raises(NothingToClose), writing():
        close_round_early(2, catalogue(), is_demo=True, now=NOW + timedelta(hours=2))
    late = world.person()
    row = world.check_in(late, 2, at=NOW + timedelta(weeks=1))
    assert row.booking_round_id == world.rounds[1].id


def test_closing_early_moves_what_comes_after_into_the_next_round(app: Flask):
    world = World(NOW)
    sara = world.person()
    with writing():
        close_round_early(1, catalogue(), is_demo=True, now=NOW)
    row = world.check_in(sara, 1, at=NOW + timedelta(hours=1))
    assert row.booking_round_id == world.rounds[1].id


def test_two_early_closings_at_one_instant_keep_their_order(app: Flask):
    world = World(NOW)
    on_monday_morning = world.rounds[0].ends_at + timedelta(hours=3)
    world.check_in(world.person(), 1, at=on_monday_morning)
    for number in (1, 2):
        with writing():
            close_round_early(number, catalogue(), is_demo=True, now=on_monday_morning)
    first, second = world.rounds[:2]
    assert on_monday_morning < first.closes_at < second.closes_at


def test_a_season_is_settled_once_a_week_after_its_last_closing(app: Flask):
    world = World(NOW)
    sara = world.person()
    for number in range(1, 10):
        world.check_in(sara, number, at=NOW + timedelta(weeks=number - 1))
        world.close(at=world.rounds[number - 1].closes_at)
    id_ = participation_of(sara.id, get_current_season().id).id
    assert "whole-season" not in badges_of_participation(id_)
    last_day = world.rounds[-1].closes_at + timedelta(days=7)
    with writing():
        assert not settle_season(catalogue(), now=last_day - timedelta(seconds=1))
    with writing():
        assert settle_season(catalogue(), now=last_day)
    assert "whole-season" in badges_of_participation(id_)
    assert find_current_season() is None


def test_nobody_anywhere_is_a_round_of_zeros(app: Flask):
    world = World(NOW)
    world.close(at=world.rounds[0].closes_at)
    assert {row.score for row in db.session.scalars(select(TeamRound))} == {0}
    with writing():
        assert close_due_round(catalogue(), now=world.rounds[0].closes_at) is None


def test_a_colleague_who_starts_later_does_not_disturb_a_closing(app: Flask):
    world = World(NOW)
    world.check_in(world.person())
    newcomer = world.person(joins=False)
    with writing():
        db.session.execute(
            sa.update(Membership)
            .where(Membership.user_id == newcomer.id)
            .values(starts_at=world.rounds[1].starts_at)
        )
    world.join(newcomer, at=world.rounds[0].ends_at + timedelta(hours=9))
    assert world.close(at=world.rounds[0].closes_at) is not None
    assert team_round(world, 0).available == 1
