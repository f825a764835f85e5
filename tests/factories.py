"""Small worlds for the tests: a company, a season around the clock's week, people who play."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from flask import current_app

from app.accounts.models import User
from app.accounts.service import create_user
from app.checkins import service
from app.checkins.reports import Met, Report
from app.database import db, writing
from app.history.models import CheckIn
from app.organisation.models import Department, Membership, Team
from app.rhythm.service import Closed, close_due_round
from app.seasons import service as seasons
from app.seasons.models import Participation, Season
from app.seasons.planning import plan_season, start_season
from app.seasons.queries import find_participation, get_current_season
from challenges.calendar import monday_of
from challenges.catalogue import Catalogue
from challenges.model import Level
from challenges.model import Round as RoundOfSeason

ZONE = ZoneInfo("Europe/Stockholm")
_numbers = count(1)


def catalogue() -> Catalogue:
    return current_app.extensions["catalogue"]


def participation_of(user_id: int, season_id: int) -> Participation:
    found = find_participation(user_id, season_id)
    assert found is not None
    return found


@dataclass
class World:
    """A season whose `week`-th round contains `now`, in a company of four departments.

    `rest` are the Mondays of weeks without a round; `length` is how many rounds there are, one a
    challenge where nothing is said.
    """

    now: datetime
    week: int = 1
    rest: frozenset[date] = frozenset()
    length: int | None = None
    departments: list[Department] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)

    def __post_init__(self) -> None:
        monday = monday_of(self.now.astimezone(ZONE).date()) - timedelta(weeks=self.week - 1)
        with writing():
            self.departments = [Department(name=name) for name in ("Ekonomi", "IT", "HR", "Butik")]
            db.session.add_all(self.departments)
            db.session.flush()
            self.teams = [
                Team(name=f"Lag {each.name}", department_id=each.id) for each in self.departments
            ]
            db.session.add_all(self.teams)
        self.season = self.plan(monday)

    def plan(self, monday: date) -> Season:
        slugs = [each.slug for each in catalogue().challenges][: self.length]
        with writing():
            season = plan_season("Hösten", monday, slugs, self.rest, ZONE)
            start_season(season.id, now=season.starts_at)
        return season

    @property
    def rounds(self) -> tuple[RoundOfSeason, ...]:
        return get_current_season().plan.rounds

    def person(self, team: int = 0, *, joins: bool = True, **values: object) -> User:
        number = next(_numbers)
        with writing():
            user = create_user(f"p{number}@demo.example", f"Person {number}", now=self.now)
            for name, value in values.items():
                setattr(user, name, value)
            db.session.add(
                Membership(
                    user_id=user.id,
                    starts_at=self.now - timedelta(days=90),
                    team_id=self.teams[team].id,
                )
            )
        if joins:
            self.join(user)
        return user

    def join(self, user: User, *, at: datetime | None = None) -> None:
        with writing():
            seasons.join(user.id, now=at or self.rounds[0].starts_at)

    def report(
        self,
        number: int = 1,
        *,
        level: Level = Level.EVERYDAY,
        met: tuple[int, ...] = (),
        **values: object,
    ) -> Report:
        """A report on the first mission of that level; `met` are indices of departments."""
        challenge = catalogue().challenge(self.rounds[number - 1].challenge)
        return Report(
            mission=challenge.missions_at(level)[0].slug,
            happened_on=self.now.date(),
            met=tuple(Met(self.departments[index].id) for index in met),
            **values,  # pyright: ignore[reportArgumentType]
        )

    def check_in(
        self, user: User, number: int = 1, *, at: datetime | None = None, **report: object
    ) -> CheckIn:
        with writing():
            return service.check_in(
                user.id,
                number,
                self.report(number, **report),  # pyright: ignore[reportArgumentType]
                catalogue=catalogue(),
                now=at or self.now,
            )

    def pledge(self, user: User, number: int, expected: int | None) -> None:
        """A pledge on the Monday of that round, to its first everyday mission."""
        with writing():
            service.pledge(
                user.id,
                number,
                mission=self.report(number).mission,
                expected=expected,
                catalogue=catalogue(),
                now=self.rounds[number - 1].starts_at,
            )

    def play(self, user: User, number: int, **report: object) -> CheckIn:
        """A check-in in time, on the Wednesday of that round."""
        return self.check_in(
            user, number, at=self.rounds[number - 1].starts_at + timedelta(days=2), **report
        )

    def close_through(self, number: int) -> None:
        """Close every round up to that number at its own noon."""
        for each in self.rounds[:number]:
            if not each.closed:
                self.close(at=each.closes_at)

    def close(self, *, at: datetime) -> Closed | None:
        with writing():
            return close_due_round(catalogue(), now=at)
