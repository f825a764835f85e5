"""kill -9 between any two statements of a write: all of it or nothing, and a harmless retry."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import User
from app.badges.models import BadgeAward
from app.database import db, writing
from app.history.models import CheckIn, PointEntry
from app.league.models import TeamRound
from app.notifications.models import OutboxMail
from app.notifications.queries import State as MailState
from app.notifications.sending import SENDING_LASTS
from app.notifications.service import Letter, post
from app.rhythm.models import JobRun
from app.rhythm.periods import Job
from app.rhythm.runs import LEASE, State
from app.rhythm.runs import state_of as state_of_run
from app.rhythm.verify import differences
from app.seasons.models import Participation
from challenges.errors import AlreadyCheckedIn, NotCheckedIn
from tests.conftest import NOW, empty
from tests.factories import World, catalogue
from tests.faults.doomed import Doomed, Order, act, doomed
from tests.faults.test_post import (
    assert_nothing_lost_and_nothing_doubled,
    mail_rows,
    write_mails,
)
from tests.post_office import PostOffice

# `make test` takes every eighth point and those around the COMMIT; the soak takes them all.
STRIDES = [8, pytest.param(1, marks=pytest.mark.soak)]
# A whole minute of a worker has many more steps.
STRIDES_OF_A_MINUTE = [24, pytest.param(1, marks=pytest.mark.soak)]
AROUND_COMMIT = 3
# Each has six answers of the server, and its transaction.
STEPS_OF_TWO_MAILS = 40


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Doomed]]:
    folder = tmp_path_factory.mktemp("doomed")
    with ExitStack() as running:
        yield cache(lambda url: running.enter_context(doomed(url, NOW, folder)))


@pytest.fixture
def victim(database_url: str, processes: Callable[[str], Doomed]) -> Doomed:
    return processes(database_url)


def chosen(points: int, stride: int) -> list[int]:
    """In order, so that the point after the COMMIT is the last."""
    return sorted({*range(0, points, stride), *range(points - AROUND_COMMIT, points)})


def state_of(user: User) -> dict[str, int]:
    db.session.rollback()
    own = select(Participation.id).where(Participation.user_id == user.id).scalar_subquery()
    its = select(func.count()).select_from(CheckIn).where(CheckIn.participation_id == own)
    ledger = select(func.count()).where(PointEntry.user_id == user.id)
    points = select(Participation.points).where(Participation.user_id == user.id)
    badges = select(func.count()).where(BadgeAward.user_id == user.id)
    return {
        "check-ins": db.session.scalar(its) or 0,
        "standing": db.session.scalar(its.where(CheckIn.undone_at.is_(None))) or 0,
        "ledger": db.session.scalar(ledger) or 0,
        "points": db.session.scalar(points) or 0,
        "badges": db.session.scalar(badges) or 0,
    }


@pytest.mark.parametrize("stride", STRIDES)
@pytest.mark.parametrize(
    ("verb", "retried"), [("check in", AlreadyCheckedIn), ("undo", NotCheckedIn)]
)
def test_a_killed_worker_has_done_all_or_nothing(
    app: Flask, victim: Doomed, verb: str, retried: type[Exception], stride: int
):
    world = World(NOW)

    def somebody() -> tuple[User, Order]:
        user = world.person()
        if verb == "undo":
            world.check_in(user)
        return user, Order(verb, NOW, user.id)

    reference, order = somebody()
    nothing = state_of(reference)
    points = victim.points(order)
    assert state_of(reference) == nothing
    act(app, Order(verb, NOW, reference.id, dies_at=points))
    everything = state_of(reference)
    assert everything != nothing

    for point in chosen(points, stride):
        user, order = somebody()
        is_committed = point == points - 1
        assert victim.dies(order, at=point)
        assert state_of(user) == (everything if is_committed else nothing)
        assert list(differences(catalogue())) == []
        if is_committed:
            with pytest.raises(retried):
                act(app, Order(verb, NOW, user.id, dies_at=points))
        else:
            act(app, Order(verb, NOW, user.id, dies_at=points))
        assert state_of(user) == everything


@pytest.mark.parametrize("stride", STRIDES)
def test_a_killed_erasure_has_erased_her_wholly_or_not_at_all(
    app: Flask, victim: Doomed, tmp_path: Path, stride: int
):
    world = World(NOW)

    def somebody() -> tuple[int, Order, dict[str, int]]:
        user = world.person()
        world.check_in(user, met=(1,))
        order = Order("erase", NOW, user.id, folder=str(tmp_path))
        return user.id, order, state_of(user)

    def is_there(user_id: int) -> bool:
        db.session.rollback()
        return db.session.scalar(select(User.id).where(User.id == user_id)) is not None

    points = victim.points(somebody()[1])
    for point in chosen(points, stride):
        user_id, order, before = somebody()
        assert victim.dies(order, at=point)
        is_committed = point == points - 1
        assert is_there(user_id) != is_committed
        if not is_committed:
            assert state_of(db.session.get_one(User, user_id)) == before
        assert list(differences(catalogue())) == []
        act(app, replace(order, dies_at=points))
        assert not is_there(user_id)
        assert list(differences(catalogue())) == []


@pytest.mark.parametrize("stride", STRIDES)
def test_a_killed_closing_has_published_the_whole_table_or_none(
    app: Flask, victim: Doomed, stride: int
):
    world = World(NOW)
    for team in (0, 0, 1, 1, 2):
        world.check_in(world.person(team), met=(3,))
    world.person(3)
    order = Order("close", world.rounds[0].closes_at)
    points = victim.points(order)
    for point in chosen(points, stride):
        assert victim.dies(order, at=point)
        assert _published() == (len(world.teams) if point == points - 1 else 0)
        assert list(differences(catalogue())) == []
    act(app, Order("close", order.now, dies_at=points))
    assert _published() == len(world.teams)


@pytest.mark.parametrize("stride", STRIDES_OF_A_MINUTE)
def test_a_worker_killed_at_any_step_is_followed_by_one_that_finishes_its_work(
    app: Flask, victim: Doomed, stride: int
):
    """Each time on a company of its own, closed and with mails to send; the next worker comes when
    the lease of the dead one is over."""
    is_killed, point = True, 0
    while is_killed:
        world = World(NOW)
        world.check_in(world.person())
        with writing():
            post([Letter("sample:1", "sample", "sara@example.org", "sv", {})], now=NOW)
        order = Order("wake", world.rounds[0].closes_at)
        is_killed = victim.dies(order, at=point)
        later = replace(order, now=order.now + LEASE)
        assert victim.lives(later)
        assert _published() == len(world.teams)
        states = [state_of_run(run, later.now) for run in db.session.scalars(select(JobRun))]
        # A minute of mail that broke off is made good by the next one's.
        assert states.count(State.LOST) <= 1
        assert states.count(State.DONE) >= len(Job)
        assert set(db.session.scalars(select(OutboxMail.state))) <= {"sent", "pending"}
        # What was on its way when the worker died has an unknown outcome, and goes once more.
        assert victim.lives(replace(order, now=order.now + 3 * LEASE))
        mails = db.session.execute(select(OutboxMail.kind, OutboxMail.state))
        assert sorted(mails) == [(kind, "sent") for kind in ("badge", "monday", "sample", "table")]
        assert list(differences(catalogue())) == []
        empty()
        point += stride


@pytest.mark.parametrize("stride", STRIDES)
def test_a_sender_killed_at_any_step_loses_nothing_and_repeats_only_what_it_may_have_sent(
    app: Flask, victim: Doomed, post_office: PostOffice, stride: int
):
    """Between any two statements, and before and after each answer of the mail server."""
    is_killed, point = True, 0
    while is_killed:
        write_mails(2)
        post_office.mails.clear()
        order = Order("send", NOW, mail_url=f"smtp://127.0.0.1:{post_office.port}")
        is_killed = victim.dies(order, at=point)
        for later in (NOW, NOW + SENDING_LASTS):
            assert victim.lives(replace(order, now=later))
        assert [row.state for row in mail_rows()] == [MailState.SENT, MailState.SENT]
        assert_nothing_lost_and_nothing_doubled(post_office)
        # Only the one that was under way may be in doubt.
        assert sum(row.unknown_outcomes for row in mail_rows()) <= 1
        empty()
        point += stride
    assert point > STEPS_OF_TWO_MAILS


def _published() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(TeamRound)) or 0
