"""What is told of how everybody felt: of the whole organisation, coarsely, once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts.models import User
from app.checkins import service
from app.dashboard.invariants import dashboard_differences
from app.dashboard.models import ComfortRound
from app.database import db, writing
from app.history.models import CheckIn
from app.rhythm.service import close_due_round
from app.seasons.queries import get_current_season
from tests.conftest import NOW
from tests.factories import World, catalogue

ENOUGH = 23


@pytest.fixture
def world(app: Flask) -> World:
    return World(NOW)


def crowd(world: World, size: int) -> list[User]:
    return [world.person(team=number % 4) for number in range(size)]


def feel(world: World, user: User, number: int, expected: int | None, actual: int | None) -> None:
    world.pledge(user, number, expected)
    world.play(user, number, actual=actual)


def told() -> list[tuple[int, int, int]]:
    rounds = {int(each.id): each.number for each in get_current_season().plan.rounds}
    rows = db.session.scalars(select(ComfortRound).order_by(ComfortRound.round_id))
    return [(rounds[row.round_id], row.expected, row.actual) for row in rows]


def test_a_closing_tells_the_two_means_of_those_who_gave_both_figures(world: World):
    people = crowd(world, ENOUGH + 1)
    for user in people[:20]:
        feel(world, user, 1, expected=6, actual=3)
    # One figure alone is left out, whichever it is.
    feel(world, people[20], 1, expected=0, actual=None)
    feel(world, people[21], 1, expected=None, actual=10)
    for user in people[22:]:
        world.play(user, 1, actual=10, recalled=0)
    assert told() == []
    world.close_through(1)
    assert told() == [(1, 60, 30)]


@pytest.mark.parametrize(
    ("people", "with_figures"), [(ENOUGH, 19), (ENOUGH - 1, 20), (ENOUGH - 1, 22)]
)
def test_too_few_or_too_nearly_all_are_not_told_of(world: World, people: int, with_figures: int):
    for index, user in enumerate(crowd(world, people)):
        if index < with_figures:
            feel(world, user, 1, expected=6, actual=3)
        else:
            world.play(user, 1)
    world.close_through(1)
    assert told() == []


def test_an_undone_check_in_and_one_that_came_late_are_left_out(world: World):
    people = crowd(world, ENOUGH + 2)
    for user in people[:21]:
        feel(world, user, 1, expected=4, actual=4)
    for user in people[21:-1]:
        world.play(user, 1)
    with writing():
        service.undo(
            people[0].id,
            1,
            catalogue=catalogue(),
            now=world.rounds[0].starts_at + timedelta(days=3),
        )
    world.pledge(people[-1], 1, 10)
    world.close_through(1)
    world.check_in(people[-1], 1, at=world.rounds[1].starts_at + timedelta(days=1), actual=10)
    world.close_through(2)
    assert told() == [(1, 40, 40)]


def test_one_who_joins_moves_nothing_and_many_do(world: World):
    people = crowd(world, ENOUGH + 1)
    for number, figures in ((1, [6] * 23), (2, [6] * 23 + [0]), (3, [3] * 24)):
        for user, figure in zip(people, figures, strict=False):
            feel(world, user, number, expected=figure, actual=figure)
        world.close_through(number)
    assert told() == [(1, 60, 60), (2, 60, 60), (3, 30, 30)]


def test_what_is_told_never_changes(world: World):
    people = crowd(world, ENOUGH)
    for user in people:
        feel(world, user, 1, expected=6, actual=3)
    world.close_through(1)
    with writing():
        db.session.execute(update(CheckIn).values(actual=9))
    assert world.close(at=world.rounds[0].closes_at) is None
    assert told() == [(1, 60, 30)]


def test_nothing_is_told_where_dashboards_are_switched_off(world: World):
    for user in crowd(world, ENOUGH):
        feel(world, user, 1, expected=6, actual=3)
    with writing():
        close_due_round(catalogue(), dashboards=False, now=world.rounds[0].closes_at)
    assert told() == []


@pytest.mark.parametrize("mean", [10, 33, 85])
def test_verify_names_a_mean_that_is_told_too_finely(world: World, mean: int):
    for user in crowd(world, ENOUGH):
        feel(world, user, 1, expected=6, actual=3)
    world.close_through(1)
    with writing():
        db.session.execute(update(ComfortRound).values(actual=mean))
    found = list(dashboard_differences(get_current_season(), catalogue()))
    assert any("no told means" in each for each in found), found
    with writing():
        db.session.execute(update(ComfortRound).values(actual=30))
