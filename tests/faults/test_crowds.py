"""Many at once over HTTP, before several worker processes."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import User
from app.badges.models import BadgeAward
from app.database import db
from app.history.models import CheckIn, PointEntry, Streak
from app.seasons.models import Participation
from tests.conftest import NOW
from tests.factories import World
from tests.faults.crowd import UNANSWERED, Server, open_tab, serving

soak = pytest.mark.soak


@pytest.fixture(scope="module")
def servers() -> Iterator[Callable[[str], Server]]:
    """gunicorn before each database, started once."""
    with ExitStack() as running:
        yield cache(lambda url: running.enter_context(serving(url, NOW)))


@pytest.fixture
def server(database_url: str, servers: Callable[[str], Server]) -> Server:
    return servers(database_url)


def rows_of(user: User) -> dict[str, int]:
    db.session.rollback()
    own = select(Participation.id).where(Participation.user_id == user.id).scalar_subquery()
    return {
        model.__name__: db.session.scalar(
            select(func.count()).select_from(model).where(column == value)
        )
        or 0
        for model, column, value in (
            (CheckIn, CheckIn.participation_id, own),
            (PointEntry, PointEntry.user_id, user.id),
            (BadgeAward, BadgeAward.user_id, user.id),
            (Streak, Streak.participation_id, own),
        )
    }


@pytest.mark.parametrize(("count", "times"), [(60, 2), pytest.param(200, 50, marks=soak)])
def test_identical_check_ins_are_one(app: Flask, server: Server, count: int, times: int):
    world = World(NOW)
    alone = world.person()
    world.check_in(alone, met=(1,))
    met = f"department-{world.departments[1].id}"
    for _ in range(times):
        sara = world.person()
        request = open_tab(app, sara, world).check_in(met=met)
        answers = server.at_once([request] * count)
        assert {answer.status for answer in answers} == {303}
        assert rows_of(sara) == rows_of(alone)


@pytest.mark.parametrize("count", [40, pytest.param(500, marks=soak)])
def test_different_people_all_succeed_at_once(app: Flask, server: Server, count: int):
    world = World(NOW)
    people = [world.person() for _ in range(count)]
    requests = [open_tab(app, person, world).check_in() for person in people]
    answers = server.at_once(requests)
    assert [answer.status for answer in answers] == [303] * count
    assert _number_of_check_ins() == count


@pytest.mark.parametrize("count", [30, pytest.param(300, marks=soak)])
def test_workers_that_are_killed_under_load_lose_nothing_acknowledged(
    app: Flask, server: Server, count: int
):
    world = World(NOW)
    people = [world.person() for _ in range(count)]
    requests = [open_tab(app, person, world).check_in() for person in people]
    sent = server.send(requests)
    while not _number_of_check_ins():
        time.sleep(0.005)
    server.kill_workers()
    answers = server.answers(sent)
    assert {answer.status for answer in answers} <= {303, UNANSWERED}
    for person, answer in zip(people, answers, strict=True):
        assert answer.status == UNANSWERED or rows_of(person)["CheckIn"] == 1
    # Everybody sends again, also those who got their answer.
    assert {answer.status for answer in server.at_once(requests)} == {303}
    assert _number_of_check_ins() == count


def _number_of_check_ins() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(CheckIn)) or 0
