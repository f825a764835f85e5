"""What the pages of a plan show: the calendar, and what can be done with it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.admin.plan_form import Board
from app.seasons.joint_teams import JointTeam, joint_teams
from app.seasons.planning import begun_of, fixed_of, free_from
from app.seasons.queries import SeasonRow
from challenges.calendar import local_day, next_round
from challenges.catalogue import Catalogue, Challenge
from challenges.model import Round
from challenges.planning import (
    PlannedRound,
    PlannedWeek,
    as_planned,
    plan_rounds,
    rest_weeks_of,
    round_to_vote_about,
    weeks_of,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What is being planned: a season, or a new one, with the rounds of it that stand fast."""

    season: SeasonRow | None
    fixed: tuple[Round, ...]
    zone: ZoneInfo
    now: datetime

    def start(self, chosen: date | None) -> date | None:
        """From which Monday on rounds are laid out; None where the chosen one is none."""
        if self.fixed:
            return free_from(self.fixed, self.zone, now=self.now)
        return chosen if chosen is not None and chosen.weekday() == 0 else None

    def rest_weeks(self, start: date, board: Board) -> frozenset[date]:
        return rest_weeks_of(start, len(board.challenges), board.shown, board.resting)

    def rounds(self, start: date, board: Board) -> list[PlannedRound]:
        return plan_rounds(
            start,
            board.challenges,
            self.rest_weeks(start, board),
            self.zone,
            len(self.fixed) + 1,
        )

    def can_vote(self, board: Board) -> bool:
        rounds = len(self.fixed) + len(board.challenges)
        return round_to_vote_about(self.fixed, rounds) is not None


@dataclass(frozen=True, slots=True)
class PlanPage:
    """`left` are the challenges that are not in the season."""

    desk: Desk
    board: Board
    chosen: tuple[Challenge, ...]
    left: tuple[Challenge, ...]
    weeks: tuple[PlannedWeek, ...]
    joint: tuple[JointTeam, ...]


def desk_of(season: SeasonRow | None, zone: ZoneInfo, now: datetime) -> Desk:
    return Desk(season, fixed_of(season, now=now) if season else (), zone, now)


def board_of(desk: Desk, season: SeasonRow) -> Board:
    """What can be moved of a season, as it is stored."""
    free = as_planned(season.plan.rounds[len(desk.fixed) :], desk.zone)
    weeks = weeks_of(free, desk.start(free[0].monday) or free[0].monday) if free else []
    return Board(
        challenges=tuple(each.challenge for each in free),
        shown=frozenset(week.monday for week in weeks),
        resting=frozenset(week.monday for week in weeks if week.round is None),
    )


def plan_page(desk: Desk, board: Board, chosen: date | None, catalogue: Catalogue) -> PlanPage:
    start = desk.start(chosen)
    rounds = desk.rounds(start, board) if start and board.challenges else []
    taken = {*board.challenges, *(each.challenge for each in desk.fixed)}
    return PlanPage(
        desk=desk,
        board=board,
        chosen=tuple(catalogue.challenge(each) for each in board.challenges),
        left=tuple(each for each in catalogue.challenges if each.slug not in taken),
        weeks=tuple(weeks_of(rounds, start)) if start and rounds else (),
        joint=_joint(desk, board, rounds),
    )


def _joint(desk: Desk, board: Board, rounds: Sequence[PlannedRound]) -> tuple[JointTeam, ...]:
    """Who plays as one is settled before the season begins."""
    if desk.fixed:
        return ()
    season_id = desk.season.id if desk.season else None
    found = joint_teams(season_id, before=rounds[0].times.ends_at if rounds else desk.now)
    if board.groups is None:
        return tuple(found)
    return tuple(each.chosen(each.parts in board.groups) for each in found)


@dataclass(frozen=True, slots=True)
class Deeds:
    """What the lead can do with a season now; `pause` is the week that would rest."""

    start: bool
    change: bool
    pause: date | None
    end: bool
    discard: bool


def deeds(season: SeasonRow, zone: ZoneInfo, now: datetime) -> Deeds:
    plan = season.plan
    following = next_round(plan, now)
    begun, rounds = len(begun_of(season, now=now)), len(plan.rounds)
    return Deeds(
        start=season.opened_at is None and now < plan.rounds[0].ends_at,
        change=len(fixed_of(season, now=now)) < rounds,
        pause=local_day(following.starts_at, zone) if begun and following else None,
        end=0 < begun < rounds,
        discard=begun == 0,
    )


def calendar(season: SeasonRow, zone: ZoneInfo) -> list[PlannedWeek]:
    rounds = as_planned(season.plan.rounds, zone)
    return weeks_of(rounds, rounds[0].monday)
