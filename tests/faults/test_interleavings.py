"""Undo, redo, check-in and closing in every interleaving end where a queue could have ended.

Two transactions: the first takes k statements, the other goes as far as locks let it, the first
goes on; for every k and both ways round. Three at once: scripts drawn at random from a seed.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from app import database
from app.accounts.models import User
from app.badges.models import BadgeAward
from app.checkins import service
from app.database import db, writing
from app.history.models import CheckIn, PointEntry, Streak
from app.league.models import TeamRound
from app.rhythm.service import close_due_round
from app.seasons.models import Participation
from tests.conftest import NOW, FrozenClock, emptied_afterwards
from tests.factories import World, catalogue
from tests.faults.turns import Act, Actor, Script, perform

Verb = Callable[[World, User], Act]


def check_in(world: World, user: User) -> Act:
    report, user_id = world.report(1, met=(1,)), user.id
    rules = catalogue()

    def act() -> None:
        with writing():
            service.check_in(user_id, 1, report, catalogue=rules, now=world.now)

    return act


def undo(world: World, user: User) -> Act:
    user_id, rules = user.id, catalogue()

    def act() -> None:
        with writing():
            service.undo(user_id, 1, catalogue=rules, now=world.now)

    return act


def redo(world: World, user: User) -> Act:
    user_id, rules = user.id, catalogue()

    def act() -> None:
        with writing():
            service.redo(user_id, 1, None, catalogue=rules, now=world.now)

    return act


def close(world: World, _user: User) -> Act:
    noon, rules = world.rounds[0].closes_at, catalogue()

    def act() -> object:
        with writing():
            return close_due_round(rules, now=noon)

    return act


@dataclass(frozen=True, slots=True)
class Case:
    """What has happened before, and what happens at once."""

    before: tuple[Verb, ...]
    verbs: tuple[Verb, ...]

    def __str__(self) -> str:
        names = " and ".join(verb.__name__ for verb in self.verbs)
        return f"{names} after {self.before[-1].__name__ if self.before else 'nothing'}"


PAIRS = (
    Case((), (check_in, undo)),
    Case((check_in,), (undo, redo)),
    Case((), (check_in, close)),
    Case((check_in,), (undo, close)),
    Case((check_in, undo), (redo, close)),
)
ALIKE = (
    Case((), (check_in, check_in)),
    Case((check_in,), (undo, undo)),
    Case((check_in, undo), (redo, redo)),
    Case((), (close, close)),
)
ALL_THREE = (
    Case((check_in,), (undo, redo, close)),
    Case((), (check_in, undo, close)),
)


def _quick_and_soak(
    cases: tuple[Case, ...], quick: int, thorough: int, *, soak_only: tuple[Case, ...] = ()
) -> list[object]:
    """Each case with few scripts for `make test`, and with all for the soak."""
    brief = [pytest.param(case, quick, id=str(case)) for case in cases]
    long = [
        pytest.param(case, thorough, id=f"{case}, all", marks=pytest.mark.soak)
        for case in (*cases, *soak_only)
    ]
    return [*brief, *long]


@pytest.fixture(autouse=True)
def _long_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stands still in a script must not be taken for a busy database."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_SECONDS", 120)


@dataclass
class Stage:
    """Plays one case again and again, each time in a company of its own."""

    app: Flask
    clock: FrozenClock
    case: Case

    def play(self, script: Script) -> tuple[object, list[Actor]]:
        with emptied_afterwards(self.app, self.clock):
            world = World(NOW)
            sara = world.person()
            for verb in self.case.before:
                verb(world, sara)()
            acts = [verb(world, sara) for verb in self.case.verbs]
            actors = perform(self.app, acts, script)
            results = tuple(actor.result for actor in actors)
            for result in results:
                assert not isinstance(result, Exception), result
            return (results, _state_of(sara, world)), actors


def _state_of(user: User, world: World) -> object:
    """Everything that the order could change, without ids."""
    db.session.rollback()
    db.session.expire_all()
    numbers = {int(each.id): each.number for each in world.rounds}
    check_in = db.session.scalars(select(CheckIn)).one_or_none()
    streak = db.session.scalars(select(Streak)).one_or_none()
    return (
        check_in
        and (check_in.revision, check_in.undone_at, numbers[check_in.booking_round_id or 0]),
        sorted(
            (entry.revision, entry.kind, entry.is_reversal, entry.points, numbers[entry.round_id])
            for entry in db.session.scalars(select(PointEntry))
        ),
        db.session.scalar(select(Participation.points).where(Participation.user_id == user.id)),
        sorted(db.session.scalars(select(BadgeAward.badge))),
        streak and (streak.current, streak.longest, streak.grace_held),
        sorted((row.points, row.score) for row in db.session.scalars(select(TeamRound))),
    )


@pytest.mark.parametrize(("case", "stride"), _quick_and_soak(PAIRS, 20, 1, soak_only=ALIKE))
def test_two_at_once_end_as_one_after_the_other(
    app: Flask, clock: FrozenClock, case: Case, stride: int
):
    stage = Stage(app, clock, case)
    allowed, lengths = [], []
    for first in (0, 1):
        state, actors = stage.play([(first, None), (1 - first, None)])
        allowed.append(state)
        lengths.append(actors[first].steps)
    for first in (0, 1):
        for steps in range(1, lengths[first], stride):
            state, _ = stage.play([(first, steps), (1 - first, None), (first, None)])
            assert state in allowed, f"after {steps} steps of {case.verbs[first].__name__}"


def _orders(count: int) -> Iterator[Script]:
    numbers = list(range(count))
    for first in numbers:
        for second in (each for each in numbers if each != first):
            last = sum(numbers) - first - second
            yield [(first, None), (second, None), (last, None)]


@pytest.mark.parametrize(
    ("case", "scripts"), _quick_and_soak(ALL_THREE[:1], 2, 100, soak_only=ALL_THREE[1:])
)
def test_three_at_once_end_as_one_after_the_other(
    app: Flask, clock: FrozenClock, case: Case, scripts: int
):
    stage = Stage(app, clock, case)
    allowed = [stage.play(order)[0] for order in _orders(3)]
    draw = random.Random(20261125)
    for _ in range(scripts):
        script = [(draw.randrange(3), draw.randint(1, 8)) for _ in range(20)]
        state, _ = stage.play(script)
        assert state in allowed, script
