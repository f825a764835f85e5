"""A whole season played through the real pages by people of different habits.

It has the end of summer time, two rest weeks, a New Year and week 53 inside; the sums are written
out by hand from the rules.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import LoginSession, User
from app.badges.queries import badges_of_participation
from app.database import db, writing
from app.history.models import PointEntry, Streak
from app.league.models import TeamRound
from app.rhythm.verify import differences
from app.seasons.queries import find_current_season, find_led_season
from challenges.model import Round
from tests.conftest import FrozenClock
from tests.factories import ZONE, World, catalogue, participation_of

START = datetime(2026, 10, 19, 6, tzinfo=ZONE)
REST = frozenset({date(2026, 11, 2), date(2026, 12, 21)})
MISSION = re.compile(r'name="mission" value="([^"]+)"')
EVEN = frozenset({2, 4, 6, 8})


@dataclass(frozen=True)
class Habit:
    """What such a person does, and her points, streak and whole-season badge at the end."""

    plays: Callable[["Player", int], None]
    points: int
    streak: int
    is_whole: bool


class Player:
    """One person's browser. `bridges` is a department of somebody else's."""

    def __init__(self, browser: FlaskClient, clock: FrozenClock, rounds: tuple[Round, ...]) -> None:
        self.browser, self.clock, self.rounds = browser, clock, rounds
        self.bridges: list[int] = []

    def at(self, number: int, **after_monday: float) -> None:
        self.clock.set(self.rounds[number - 1].starts_at + timedelta(**after_monday))

    def post(self, path: str, **fields: object) -> None:
        answer = self.browser.post(path, data=fields)
        assert answer.status_code == 303, (path, answer.get_data(as_text=True))

    def mission(self, number: int) -> str:
        page = self.browser.get(f"/week/{number}")
        assert page.status_code == 200
        return MISSION.findall(page.get_data(as_text=True))[0]

    def check_in(self, number: int, **fields: object) -> None:
        self.post(f"/week/{number}/check-in", mission=self.mission(number), **fields)


def keen(player: Player, number: int) -> None:
    player.at(number, days=1, hours=10)
    if number == 1:
        player.post("/join")
    player.check_in(number, actual=3)


def on_monday_before_noon(player: Player, number: int) -> None:
    if number == 1:
        player.at(1, hours=9)
        player.post("/join")
    player.clock.set(player.rounds[number - 1].closes_at - timedelta(seconds=1))
    player.check_in(number)


def bridging(player: Player, number: int) -> None:
    player.at(number, days=2, hours=15)
    if number == 1:
        player.post("/join")
    met = player.bridges[min(number, len(player.bridges)) - 1]
    player.check_in(number, met=f"department-{met}", person="Någon på fikat")


def catching_up(player: Player, number: int) -> None:
    player.at(number, days=2, hours=12)
    if number == 1:
        player.post("/join")
    if number - 1 in EVEN:
        player.check_in(number - 1)
    if number not in EVEN:
        player.check_in(number)


def sometimes_away(player: Player, number: int) -> None:
    player.at(number, days=3)
    if number == 1:
        player.post("/join")
    if number in (3, 4):
        player.post(f"/week/{number}/away", away="yes")
    else:
        player.check_in(number)


def changing_her_mind(player: Player, number: int) -> None:
    keen(player, number)
    player.post(f"/week/{number}/undo")
    player.at(number, days=4)
    player.post(f"/week/{number}/redo")


def leaving_and_returning(player: Player, number: int) -> None:
    player.at(number, days=1, hours=9)
    if number in (1, 7):
        player.post("/join")
    if number not in (5, 6):
        player.check_in(number)
    if number == 4:
        player.post("/leave")


def joining_late(player: Player, number: int) -> None:
    player.at(number, days=1)
    if number == 3:
        player.post("/join")
    if number >= 3:
        player.check_in(number)


def fading(player: Player, number: int) -> None:
    player.at(number, days=4, hours=11)
    if number == 1:
        player.post("/join")
    if number <= 2:
        player.check_in(number)


def pledging(player: Player, number: int) -> None:
    player.at(number, hours=8)
    if number == 1:
        player.post("/join")
    player.post(f"/week/{number}/pledge", mission=player.mission(number), expected=7)
    player.at(number, days=4)
    player.check_in(number, actual=3, note="Det gick bra.")


HABITS = (
    Habit(keen, 90, 9, True),
    Habit(on_monday_before_noon, 90, 9, True),
    Habit(bridging, 90 + 3 * 5, 9, True),
    Habit(catching_up, 5 * 10 + 4 * 5, 9, True),
    Habit(sometimes_away, 70, 7, True),
    Habit(changing_her_mind, 90, 9, True),
    Habit(leaving_and_returning, 70, 7, True),
    Habit(joining_late, 70, 7, True),
    Habit(fading, 20, 0, False),
    Habit(pledging, 90, 9, True),
)


def week_of(instant: datetime) -> tuple[int, int]:
    year, week, _ = instant.astimezone(ZONE).isocalendar()
    return year, week


@pytest.mark.parametrize(
    "copies", [pytest.param(1, id="ten"), pytest.param(6, id="sixty", marks=pytest.mark.soak)]
)
def test_everybody_gets_what_the_rules_say(
    app: Flask, sign_in: Callable[[User], FlaskClient], clock: FrozenClock, copies: int
):
    world = World(clock.set(START), rest=REST)
    rounds = world.rounds
    assert week_of(rounds[0].starts_at) == (2026, 43)
    assert week_of(rounds[-1].starts_at) == (2026, 53)
    assert rounds[0].ends_at - rounds[0].starts_at == timedelta(hours=169)
    crowd = _crowd(world, sign_in, clock, copies)
    for each in rounds:
        for _, habit, player in crowd:
            habit.plays(player, each.number)
        _close(app, clock, each)
    _settle(app, clock, rounds)
    _check_sums(crowd)
    for path in ("/league", "/badges", "/me"):
        assert crowd[0][2].browser.get(path).status_code == 200


def _crowd(
    world: World, sign_in: Callable[[User], FlaskClient], clock: FrozenClock, copies: int
) -> list[tuple[User, Habit, Player]]:
    crowd = []
    for number in range(copies * len(HABITS)):
        user = world.person(team=number % 4, joins=False)
        # Signed in for the whole season: thirty days would end a session in the middle of it.
        player = Player(_long_lasting(sign_in(user)), clock, world.rounds)
        player.bridges = [
            department.id
            for index, department in enumerate(world.departments)
            if index != number % 4
        ]
        crowd.append((user, HABITS[number % len(HABITS)], player))
    return crowd


def _long_lasting(browser: FlaskClient) -> FlaskClient:
    with writing():
        db.session.execute(
            db.update(LoginSession).values(expires_at=datetime(2027, 6, 1, tzinfo=ZONE))
        )
    return browser


def _close(app: Flask, clock: FrozenClock, closing: Round) -> None:
    runner = app.test_cli_runner()
    clock.set(closing.closes_at - timedelta(seconds=1))
    assert "No round is due" in runner.invoke(args=["close-round"]).output
    assert runner.invoke(args=["nightly"]).exit_code == 0
    clock.set(closing.closes_at)
    closed = runner.invoke(args=["close-round"])
    assert f"Closed round {closing.number}:" in closed.output, closed.output
    db.session.expire_all()
    assert list(differences(catalogue())) == []
    published = db.session.scalar(
        select(func.sum(TeamRound.points)).where(TeamRound.round_id == closing.id)
    )
    booked = db.session.scalar(
        select(func.sum(PointEntry.points)).where(PointEntry.round_id == closing.id)
    )
    assert published == booked


def _settle(app: Flask, clock: FrozenClock, rounds: tuple[Round, ...]) -> None:
    clock.set(rounds[-1].closes_at + timedelta(days=7))
    assert "settled" in app.test_cli_runner().invoke(args=["close-round"]).output
    db.session.expire_all()
    assert find_current_season() is None


def _check_sums(crowd: list[tuple[User, Habit, Player]]) -> None:
    season = find_led_season()
    assert season is not None
    wrong = []
    for user, habit, _ in crowd:
        participation = participation_of(user.id, season.id)
        streak = db.session.get_one(Streak, participation.id)
        is_whole = "whole-season" in badges_of_participation(participation.id)
        found = (participation.points, streak.current, is_whole)
        if found != (habit.points, habit.streak, habit.is_whole):
            wrong.append((habit.plays.__name__, found))
    assert wrong == []
