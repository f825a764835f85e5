"""The game on the site and on paper at once: founding, planning, and doing a thing on both."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import ClassVar
from zoneinfo import ZoneInfo

from flask import current_app
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from app.accounts.models import User
from app.checkins import service
from app.checkins.reports import Met, Report
from app.database import db, writing
from app.organisation.models import Department, Membership, Team
from app.rhythm.service import close_due_round, settle_season
from app.rhythm.verify import differences
from app.seasons import service as seasons
from app.seasons.planning import plan_season, start_season
from app.seasons.queries import get_current_season
from challenges.calendar import monday_of
from challenges.catalogue import Catalogue, Mission
from challenges.errors import RuleBroken
from tests.app.game.comparing import (
    compare_everything,
    compare_player,
    compare_table,
    no_rule_reads_a_figure,
)
from tests.app.game.paper import Paper, Player
from tests.app.game.paper_table import League

ZONE = ZoneInfo("Europe/Stockholm")
TEAM_SIZES = (6, 6, 1, 1)
# Team 3 shares its department with team 0, and the last department has no team.
DEPARTMENT_OF_TEAM = (0, 1, 2, 0)
DEPARTMENTS = 4
LONG_AGO = datetime.fromisoformat("2020-01-06T00:00+00:00")
# An ordinary autumn, the clocks back, week 53 with its holidays, the clocks forward.
STARTS = ("2026-08-31", "2026-10-12", "2026-12-07", "2027-03-15")
MOMENT = timedelta(microseconds=1)
ROUNDS = (3, 6)

PEOPLE = range(sum(TEAM_SIZES))
players = st.integers(0, len(PEOPLE) - 1)
SIZES = (1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14)
_chance = Random(5)
CROWDS = [frozenset(_chance.sample(PEOPLE, size)) for size in SIZES for _ in range(4)]

# What a report says: its mission, the departments met, somebody from outside, the discomfort.
Said = tuple[Mission, set[int], bool, int | None]


class Board(RuleBasedStateMachine):
    """`steps` counts the acts over all examples, `seen` how they ended: with which refusal, or
    None."""

    steps = 0
    seen: ClassVar[Counter[tuple[str, str | None]]] = Counter()
    catalogue: Catalogue
    paper: Paper
    league: League

    @initialize(
        start=st.sampled_from(STARTS),
        rounds=st.integers(*ROUNDS),
        rests=st.frozensets(st.integers(1, 6), max_size=2),
        joining=st.sampled_from([crowd for crowd in CROWDS if len(crowd) >= 8]),
    )
    def begin(
        self,
        start: str,
        rounds: int,
        rests: frozenset[int],
        joining: frozenset[int],
    ) -> None:
        self._step("begin")
        self.catalogue = current_app.extensions["catalogue"]
        self._found_company()
        self.loyal = joining
        self._plan(date.fromisoformat(start), rounds, rests)
        self._join_all()

    def _found_company(self) -> None:
        with writing():
            self.departments = [Department(name=f"D{n}") for n in range(DEPARTMENTS)]
            db.session.add_all(self.departments)
            db.session.flush()
            teams = [
                Team(name=f"T{n}", department_id=self.departments[department].id)
                for n, department in enumerate(DEPARTMENT_OF_TEAM)
            ]
            users = [
                User(email=f"p{n}@demo.example", name=f"P{n}", created_at=LONG_AGO) for n in PEOPLE
            ]
            db.session.add_all([*teams, *users])
            db.session.flush()
            self.team_ids = [team.id for team in teams]
            sizes = zip(self.team_ids, TEAM_SIZES, strict=True)
            of_user = [team_id for team_id, size in sizes for _ in range(size)]
            db.session.add_all(
                Membership(user_id=user.id, starts_at=LONG_AGO, team_id=team_id)
                for user, team_id in zip(users, of_user, strict=True)
            )
            self.crew = [
                Player(user.id, {LONG_AGO: team_id})
                for user, team_id in zip(users, of_user, strict=True)
            ]
        self.department_of = {team.id: team.department_id or 0 for team in teams}

    def _plan(self, monday: date, rounds: int, rests: frozenset[int]) -> None:
        slugs = [each.slug for each in self.catalogue.challenges[:rounds]]
        weeks = frozenset(monday + timedelta(weeks=week) for week in rests)
        with writing():
            season = plan_season(f"S{monday}", monday, slugs, weeks, ZONE)
            start_season(season.id, now=season.starts_at)
        plan = get_current_season().plan
        self.season_id = get_current_season().id
        self.paper = Paper(
            self.catalogue,
            self.department_of,
            [each.id for each in self.departments],
            self.crew,
            plan.rounds[0].starts_at,
            list(plan.rounds),
        )
        self.league = League(self.paper)

    def _join_all(self) -> None:
        for index in sorted(self.loyal):
            self._step("join")
            self._join(self.paper.players[index])

    def _plan_the_next(self) -> None:
        """Everybody starts afresh, but keeps her badges."""
        self.crew = [
            Player(each.user, each.teams, from_before=each.from_before | {*each.awards})
            for each in self.paper.players
        ]
        monday = monday_of(self.paper.now.astimezone(ZONE).date()) + timedelta(weeks=1)
        self._plan(monday, len(self.paper.rounds), frozenset())
        self._join_all()

    # Both at once

    def _both(
        self, player: Player, on_paper: Callable[[], set[str]], on_site: Callable[[], object]
    ) -> None:
        """Do it on paper and on the site: both refuse it for a reason that holds, or neither."""
        reasons = on_paper()

        def act() -> None:
            on_site()
            if not reasons:
                # In the same transaction, because another one costs as much as the act.
                compare_player(self.paper, player, self.season_id)

        refusal = refusal_of(act)
        self._did(refusal)
        assert refusal in (reasons or {None})

    def _step(self, act: str) -> None:
        type(self).steps += 1
        self.act = act

    def _did(self, refusal: str | None) -> None:
        self.seen[self.act, refusal] += 1

    def _number(self, back: int) -> int:
        begun = sum(each.starts_at <= self.paper.now for each in self.paper.rounds)
        return min(max(1, begun - back), len(self.paper.rounds))

    def _oldest_open(self) -> int | None:
        return next((each.number for each in self.paper.rounds if not each.closed), None)

    def _closes_at(self) -> datetime:
        return self.paper.round(self._oldest_open() or 1).closes_at

    def _mission(self, number: int, level: int) -> Mission:
        missions = self.catalogue.challenges[number - 1].missions
        return missions[level % len(missions)]

    def _report(self, mission: Mission, ids: set[int], outside: bool, actual: int | None) -> Report:
        met = tuple(Met(each) for each in sorted(ids)) + ((Met(is_outside=True),) * outside)
        return Report(mission.slug, self.paper.now.date(), actual=actual, met=met)

    def _join(self, player: Player) -> None:
        self._both(
            player,
            lambda: self.paper.join(player),
            lambda: seasons.join(player.user, now=self.paper.now),
        )

    def _check_in(
        self,
        who: int,
        number: int,
        mission: Mission,
        ids: set[int],
        outside: bool,
        actual: int | None,
    ) -> None:
        player = self.paper.players[who]
        self._both(
            player,
            lambda: self.paper.check_in(
                player, number, mission, ids, met=bool(ids) or outside, noted=actual is not None
            ),
            lambda: service.check_in(
                player.user,
                number,
                self._report(mission, ids, outside, actual),
                catalogue=self.catalogue,
                now=self.paper.now,
            ),
        )

    def _undo(self, player: Player, number: int) -> None:
        self._step("undo")
        self._both(
            player,
            lambda: self.paper.undo(player, number),
            lambda: service.undo(player.user, number, catalogue=self.catalogue, now=self.paper.now),
        )

    def _redo(self, player: Player, number: int, report: Said | None) -> None:
        self._step("redo")
        self._both(
            player,
            lambda: self.paper.redo(player, number, report and _on_paper(*report)),
            lambda: service.redo(
                player.user,
                number,
                report and self._report(*report),
                catalogue=self.catalogue,
                now=self.paper.now,
            ),
        )

    def _run_the_job(self) -> None:
        """Close what is due, the oldest first, until nothing is; the season last."""
        is_due = True
        while is_due:
            is_due = self._is_overdue()
            with writing():
                closed = close_due_round(self.catalogue, now=self.paper.now)
            assert (closed is not None) == is_due
            if is_due:
                self._step("close")
                self._did(None)
                self.league.close()
                compare_table(self.league, self.season_id)
        if self._oldest_open() is None:
            self._settle()

    def _settle(self) -> None:
        """Once settled nobody can do anything more, until the next season is planned."""
        is_due = self._oldest_open() is None and self.paper.now >= self.paper.last_catch_up()
        with writing():
            is_settled = settle_season(self.catalogue, now=self.paper.now)
        assert is_settled == is_due
        if is_settled:
            self._step("settle")
            self._did(None)
            self.league.settle()
            compare_everything(self.league, self.season_id)
            self._check_in(0, 1, self._mission(1, 0), set(), False, None)
            self._join(self.paper.players[0])
            self._plan_the_next()

    def _is_overdue(self) -> bool:
        return self._oldest_open() is not None and self.paper.now >= self._closes_at()

    def _brought_forward(self, number: int) -> None:
        """It closes now, or just after the newest check-in that it holds and the last closing."""
        held = [
            deed.received + MOMENT
            for player in self.paper.players
            for deed in player.deeds.values()
            if deed.booked == number
        ]
        held += [each.closes_at + MOMENT for each in self.paper.rounds if each.closed]
        if self.paper.now < self.paper.round(number).closes_at:
            self.paper.close_at(number, max([self.paper.now, *held]))

    def teardown(self) -> None:
        db.session.rollback()
        try:
            if hasattr(self, "league"):
                compare_everything(self.league, self.season_id)
                no_rule_reads_a_figure(self.paper, self.season_id)
                assert list(differences(self.catalogue)) == []
        finally:
            empty()


def _on_paper(
    mission: Mission, departments: set[int], outside: bool, actual: int | None
) -> tuple[Mission, set[int], bool, bool]:
    return mission, departments, bool(departments) or outside, actual is not None


def refusal_of(act: Callable[[], object]) -> str | None:
    """What the site refuses the act with; None when it was done."""
    try:
        with writing():
            act()
    except RuleBroken as error:
        return type(error).__name__
    return None


def empty() -> None:
    db.session.rollback()
    with writing():
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(table.delete())
