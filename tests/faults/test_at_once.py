"""A tangle of threads with connections of their own, in whatever order they come."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import write_queue
from app.accounts.models import User
from app.checkins import service
from app.database import db, writing
from app.history.models import CheckIn, PointEntry
from app.league.models import TeamRound
from app.pulse.models import PulseSeen, PulseTally
from app.pulse.service import answer
from app.rhythm.service import close_due_round
from app.write_queue import turn_to_write
from challenges.errors import AlreadyCheckedIn, NotCheckedIn, RoundClosed
from challenges.pulse import Moment
from tests.conftest import NOW, FrozenClock
from tests.factories import World, catalogue

WORKERS = 8


def at_once(app: Flask, count: int, act: Callable[[int], object]) -> list[object]:
    """Run `act` that many times, as far as possible in the same moment; refusals are results."""
    gate = threading.Barrier(WORKERS)

    def one(number: int) -> object:
        with app.app_context():
            if number < WORKERS:
                gate.wait(timeout=30)
            try:
                return act(number)
            except (AlreadyCheckedIn, NotCheckedIn, RoundClosed) as error:
                return type(error)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, range(count)))


def count(model) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_undo_and_redo_in_a_tangle_end_where_a_queue_could_have_ended(app: Flask):
    world = World(NOW)
    sara = world.person()
    world.check_in(sara)
    user_id = sara.id

    def tangle(number: int) -> None:
        with writing():
            if number % 2:
                service.undo(user_id, 1, catalogue=catalogue(), now=NOW)
            else:
                service.redo(user_id, 1, None, catalogue=catalogue(), now=NOW)

    at_once(app, 32, tangle)
    db.session.expire_all()
    row = db.session.scalars(select(CheckIn)).one()
    net = db.session.scalar(select(func.sum(PointEntry.points)))
    assert net == (0 if row.undone_at else 10)


def test_a_round_that_many_close_at_once_is_closed_once_and_whole(app: Flask):
    world = World(NOW)
    people = [world.person().id for _ in range(16)]
    report = world.report(1)
    noon = world.rounds[0].closes_at

    def race(number: int) -> bool | None:
        with writing():
            if number % 4 == 0:
                return close_due_round(catalogue(), now=noon) is not None
            service.check_in(people[number % 16], 1, report, catalogue=catalogue(), now=NOW)
            return None

    results = at_once(app, 16, race)
    assert results.count(True) == 1
    assert count(TeamRound) == len(world.teams)


def test_answers_that_come_at_once_are_all_counted_and_each_persons_once(app: Flask):
    world = World(NOW)
    people = [world.person().id for _ in range(12)]

    def click_twice(number: int) -> bool:
        with writing():
            return answer(people[number // 2], Moment.BEFORE, {"ease": number // 2 % 5 + 1})

    results = at_once(app, 24, click_twice)
    assert results.count(True) == count(PulseSeen) == 12
    assert db.session.scalars(select(PulseTally)).one().counts == {"ease": [3, 3, 2, 2, 2]}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_check_in_counts_from_when_it_came_however_long_the_queue_is(
    app: Flask, sign_in: Callable[[User], FlaskClient], clock: FrozenClock
):
    world = World(NOW)
    browser = sign_in(world.person())
    mission = world.report(1).mission
    noon = world.rounds[0].closes_at
    came = clock.set(noon - timedelta(seconds=1))
    sent = threading.Thread(
        target=lambda: browser.post("/week/1/check-in", data={"mission": mission})
    )
    with turn_to_write(db.engine.url, patience=30):
        sent.start()
        while not any(line._waiting for line in write_queue._lines.values()):
            time.sleep(0.001)
        clock.set(noon + timedelta(seconds=1))
    sent.join()
    db.session.rollback()
    row = db.session.scalars(select(CheckIn)).one()
    assert (row.received_at, row.booking_round_id) == (came, world.rounds[0].id)
