from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.service import create_user
from app.database import db, writing
from app.organisation.models import JointPart, Team
from app.seasons import service
from app.seasons.joint_teams import join_as, join_small_teams, joint_teams
from app.seasons.models import Away, ChallengeVote, Participation, RestWeek, Round, Season
from app.seasons.planning import (
    Plan,
    change_plan,
    discard_season,
    earliest_start,
    end_season,
    pause_season,
    plan_season,
    start_season,
)
from app.seasons.queries import (
    SeasonRow,
    find_begun_season,
    find_current_season,
    find_draft,
    get_season,
)
from app.seasons.votes import vote
from challenges.errors import (
    AlreadyPlanned,
    NoRunningSeason,
    NothingToEnd,
    NothingToPlay,
    PlanOutdated,
    RoundNotOpen,
    SeasonHasBegun,
    SeasonsOverlap,
    StartIsPast,
)
from challenges.model import Round as RoundOfSeason
from challenges.model import TeamId
from tests.conftest import NOW
from tests.factories import ZONE, World, catalogue

WEEK = timedelta(weeks=1)
SPRING = date(2027, 4, 5)
THREE = ("curiosity", "advice", "chatty")


def mondays(rounds: tuple[RoundOfSeason, ...]) -> list[date]:
    return [each.starts_at.astimezone(ZONE).date() for each in rounds]


def challenges(season_id: int) -> list[str]:
    return [each.challenge for each in get_season(season_id).plan.rounds]


def draft(
    start: date = SPRING, slugs: tuple[str, ...] = THREE, rest: frozenset[date] = frozenset()
) -> Season:
    with writing():
        return plan_season("Våren", start, slugs, rest, ZONE)


def change(season_id: int, slugs: tuple[str, ...], *, at=NOW, **values) -> SeasonRow:
    plan = Plan(
        values.pop("name", "Våren"),
        values.pop("start", SPRING),
        slugs,
        values.pop("rest_weeks", frozenset()),
        **values,
    )
    with writing():
        change_plan(season_id, plan, ZONE, now=at)
    return get_season(season_id)


def test_a_season_has_a_vote_about_its_last_round_but_one_unless_the_lead_says_no(app: Flask):
    world = World(NOW)
    assert [each.alternative for each in world.rounds] == [None] * 7 + ["role", None]
    slugs = tuple(each.slug for each in catalogue().challenges)
    with writing():
        silent = plan_season("Våren", SPRING, slugs, frozenset(), ZONE, has_vote=False)
    assert {each.alternative for each in get_season(silent.id).plan.rounds} == {None}


def test_a_plan_is_nobodys_business_until_it_is_started(app: Flask):
    planned = draft()
    assert find_current_season() is None
    assert find_begun_season(NOW + timedelta(days=365)) is None
    with writing():
        user = create_user("p@demo.example", "P", now=NOW)
    with pytest.raises(NoRunningSeason), writing():
        service.join(user.id, now=NOW)
    for _twice in range(2):
        with writing():
            start_season(planned.id, now=NOW)
    current = find_current_season()
    assert current
    assert (current.id, current.opened_at) == (planned.id, NOW)
    assert find_draft() is None


def test_a_season_is_not_started_when_its_first_week_is_over(app: Flask):
    planned = draft()
    first = get_season(planned.id).plan.rounds[0]
    with pytest.raises(StartIsPast), writing():
        start_season(planned.id, now=first.ends_at)
    with writing():
        start_season(planned.id, now=first.starts_at + timedelta(days=3))


def test_only_one_season_waits_to_be_started(app: Flask):
    draft()
    with pytest.raises(AlreadyPlanned):
        draft(SPRING + 30 * WEEK)


@pytest.mark.parametrize("slugs", [(), ("advice", "advice")])
def test_a_season_plays_something_and_nothing_twice(app: Flask, slugs: tuple[str, ...]):
    with pytest.raises(NothingToPlay):
        draft(slugs=slugs)


def test_seasons_keep_apart_until_the_earlier_one_is_settled(app: Flask):
    world = World(NOW)
    last = world.rounds[-1]
    earliest = earliest_start(ZONE, now=NOW)
    assert earliest == mondays(world.rounds)[-1] + 3 * WEEK
    for start in (earliest - WEEK, mondays(world.rounds)[0] - WEEK, mondays(world.rounds)[3]):
        with pytest.raises(SeasonsOverlap) as refused:
            draft(start)
        assert refused.value.until == last.closes_at + WEEK
    draft(earliest)


def test_a_draft_is_changed_in_everything(app: Flask):
    planned = draft()
    rest = frozenset({SPRING + 2 * WEEK})
    season = change(
        planned.id,
        ("role", "chatty", "advice", "curiosity", "reconnect"),
        name="Sent i vår",
        start=SPRING + WEEK,
        rest_weeks=rest,
        goal=500,
    )
    assert (season.name, season.goal_wish) == ("Sent i vår", 500)
    assert challenges(planned.id) == ["role", "chatty", "advice", "curiosity", "reconnect"]
    assert mondays(season.plan.rounds) == [SPRING + week * WEEK for week in (1, 3, 4, 5, 6)]
    assert season.plan.rounds[3].alternative == "reconnect"
    assert db.session.get_one(Season, planned.id).starts_at == season.plan.rounds[0].starts_at
    season = change(planned.id, THREE[:2], has_vote=False)
    assert mondays(season.plan.rounds) == [SPRING, SPRING + WEEK]
    assert (season.goal_wish, db.session.scalars(select(RestWeek)).all()) == (None, [])


@pytest.mark.parametrize("weeks", [-3, -1, 1, 2, 5])
def test_rounds_that_take_each_others_weeks_are_moved(app: Flask, weeks: int):
    planned = draft()
    ids = [each.id for each in get_season(planned.id).plan.rounds]
    season = change(planned.id, THREE, start=SPRING + weeks * WEEK)
    assert mondays(season.plan.rounds) == [SPRING + (weeks + n) * WEEK for n in range(3)]
    assert [each.id for each in season.plan.rounds] == ids


def test_of_a_running_season_only_what_has_not_begun_is_changed(app: Flask):
    world = World(NOW, week=2)
    before, season_id = world.rounds, world.season.id
    season = change(
        season_id,
        ("role", "chatty"),
        name="Nej",
        start=SPRING,
        rest_weeks=frozenset({mondays(before)[2]}),
    )
    assert season.name == "Hösten"
    assert season.plan.rounds[:2] == before[:2]
    assert challenges(season_id) == ["curiosity", "advice", "role", "chatty"]
    assert mondays(season.plan.rounds)[2:] == mondays(before)[3:5]
    with pytest.raises(NothingToPlay):
        change(season_id, ("advice",))
    with pytest.raises(NothingToPlay):
        change(season_id, ())


def test_what_people_said_about_a_round_goes_with_it(app: Flask):
    world = World(NOW, week=2)
    world.person()
    away = world.rounds[8].id
    with writing():
        participation = db.session.scalars(select(Participation)).one()
        service.set_away(participation, away, is_away=True)
        service.set_away(participation, world.rounds[2].id, is_away=True)
    change(world.season.id, ("role", "chatty"))
    assert [each.round_id for each in db.session.scalars(select(Away))] == [world.rounds[2].id]


def test_once_people_vote_the_order_stays(app: Flask):
    world = World(NOW)
    sara = world.person()
    world.close_through(5)
    now = world.rounds[5].starts_at + timedelta(days=2)
    with writing():
        vote(sara.id, 8, "role", now=now)
    with pytest.raises(RoundNotOpen):
        change(world.season.id, ("chatty",), at=now)
    with writing():
        assert end_season(world.season.id, now=now) == 6
    assert db.session.scalars(select(ChallengeVote)).all() == []
    assert {each.alternative for each in world.rounds} == {None}


def test_an_end_lets_the_running_round_be_the_last(app: Flask):
    world = World(NOW, week=2)
    for _ in range(5):
        world.check_in(world.person(), 2)
    with writing():
        assert end_season(world.season.id, now=NOW) == 2
    with pytest.raises(NothingToEnd), writing():
        end_season(world.season.id, now=NOW)
    world.close_through(2)
    season = get_season(world.season.id)
    assert season.is_over


def test_what_is_caught_up_between_two_rounds_keeps_the_next_one(app: Flask):
    """A catch-up in a rest week is booked in the round after it, which therefore stays."""
    world = World(NOW, week=1)
    sara = world.person()
    with writing():
        pause_season(ZONE, now=NOW)
    between = world.rounds[0].closes_at + timedelta(days=1)
    world.close(at=world.rounds[0].closes_at)
    row = world.check_in(sara, 1, at=between)
    assert row.booking_round_id == world.rounds[1].id
    season = change(world.season.id, ("role",), at=between)
    assert challenges(season.id) == ["curiosity", "advice", "role"]
    with writing():
        assert end_season(world.season.id, now=between) == 2
    world.close(at=world.rounds[1].closes_at)


def test_a_season_that_has_not_begun_is_taken_away_with_all_that_hangs_on_it(app: Flask):
    world = World(NOW)
    with writing():
        join_as(world.season.id, [[TeamId(team.id) for team in world.teams[:2]]])
    world.person()
    with pytest.raises(SeasonHasBegun), writing():
        discard_season(world.season.id, now=NOW)
    with writing():
        discard_season(world.season.id, now=world.rounds[0].starts_at - timedelta(days=1))
    for table in (Season, Round, Participation, JointPart):
        assert db.session.scalars(select(table)).all() == []
    assert {team.name for team in db.session.scalars(select(Team))} == {
        team.name for team in world.teams
    }


def test_the_leads_own_goal_is_the_one_that_round_one_fixes(app: Flask):
    world = World(NOW)
    with writing():
        db.session.get_one(Season, world.season.id).goal_wish = 77
    world.check_in(world.person())
    world.close(at=world.rounds[0].closes_at)
    assert get_season(world.season.id).goal_target == 77


def test_small_teams_are_proposed_and_what_is_chosen_stays_chosen(app: Flask):
    world = World(NOW)
    for team in range(3):
        world.person(team, joins=False)
    before = world.rounds[0].ends_at
    (proposed,) = joint_teams(world.season.id, before=before)
    assert (proposed.heads, proposed.is_chosen) == (3, False)
    with writing():
        join_small_teams(world.season.id)
    (chosen,) = joint_teams(world.season.id, before=before)
    assert (chosen.parts, chosen.is_chosen) == (proposed.parts, True)
    with writing():
        join_as(world.season.id, [])
    assert db.session.scalars(select(JointPart)).all() == []
    assert db.session.scalars(select(Team).where(Team.department_id.is_(None))).all() == []


def test_a_pause_moves_what_has_not_started_by_a_week(app: Flask):
    world = World(NOW, week=2)
    before = mondays(world.rounds)
    with writing():
        assert pause_season(ZONE, now=NOW) == (before[2], True)
    assert mondays(world.rounds) == [*before[:2], *(monday + WEEK for monday in before[2:])]
    assert [each.number for each in world.rounds] == list(range(1, 10))
    assert world.rounds[7].alternative == "role"


def test_a_pause_asked_for_twice_rests_one_week(app: Flask):
    world = World(NOW, week=2)
    before = mondays(world.rounds)
    for is_new in (True, False):
        with writing():
            assert pause_season(ZONE, now=NOW, seen=before[2]) == (before[2], is_new)
    assert mondays(world.rounds)[2] == before[2] + WEEK
    with pytest.raises(PlanOutdated), writing():
        pause_season(ZONE, now=NOW, seen=before[1])


def test_a_pause_keeps_the_rest_weeks_that_were_planned(app: Flask):
    season = draft(rest=frozenset({SPRING + 2 * WEEK}))
    with writing():
        start_season(season.id, now=NOW)

    def weeks() -> list[int]:
        return [(each - SPRING).days // 7 for each in mondays(get_season(season.id).plan.rounds)]

    assert weeks() == [0, 1, 3]
    with writing():
        pause_season(ZONE, now=get_season(season.id).plan.rounds[0].starts_at)
    assert weeks() == [0, 3, 4]
    assert len(db.session.scalars(select(RestWeek)).all()) == 2


def test_a_pause_never_runs_into_the_next_season(app: Flask):
    world = World(NOW)
    draft(earliest_start(ZONE, now=NOW))
    before = mondays(world.rounds)
    with pytest.raises(SeasonsOverlap), writing():
        pause_season(ZONE, now=NOW)
    assert mondays(world.rounds) == before


def test_after_the_last_round_has_begun_nothing_is_left_to_pause(app: Flask):
    world = World(NOW)
    with pytest.raises(RoundNotOpen), writing():
        pause_season(ZONE, now=world.rounds[-1].starts_at)
