"""Who has earned which badge, decided from the history alone.

One engine for a check-in, a closing and a recomputation, so that they always agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from challenges.badge_rules import (
    Badge,
    BothFigures,
    ChallengeDone,
    DepartmentsBridged,
    KeptInARow,
    QuietMissions,
    TagDone,
    TeamCheckIns,
    TeamDepartmentsBridged,
    WholeSeason,
)
from challenges.model import History, Level, Season
from challenges.streaks import Streak


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a badge is: `have` of `need`; undecided while only the season's settling can award
    it."""

    have: int
    need: int
    is_decided: bool = True

    @property
    def is_earned(self) -> bool:
        return self.is_decided and self.have >= self.need

    @property
    def share(self) -> float:
        return min(1.0, self.have / self.need)


@dataclass(frozen=True, slots=True)
class TeamRecord:
    """A team's season so far; `other_departments` is how many there are to bridge to."""

    check_ins: int
    departments: int
    other_departments: int


def progress(badge: Badge, season: Season, history: History, streak: Streak) -> Progress | None:
    """How far a person is from the badge; None for a team's badge."""
    done = history.done.values()
    match badge.rule:
        case ChallengeDone(challenge=challenge):
            return Progress(int(any(each.challenge == challenge for each in done)), 1)
        case KeptInARow(count=count):
            return Progress(min(streak.settled_longest, count), count)
        case DepartmentsBridged(count=count):
            departments = {department for each in done for department in each.departments}
            return Progress(min(len(departments), count), count)
        case BothFigures(count=count):
            return Progress(min(sum(each.both_figures for each in done), count), count)
        case QuietMissions(count=count):
            return Progress(min(sum(each.level is Level.QUIET for each in done), count), count)
        case TagDone(tag=tag):
            return Progress(int(any(tag in each.tags for each in done)), 1)
        case WholeSeason(minimum=minimum):
            return _whole_season(season, history, minimum)
        case _:
            return None


def team_progress(badge: Badge, record: TeamRecord) -> Progress | None:
    """How far a team is from the badge; None for a personal one."""
    match badge.rule:
        case TeamCheckIns(count=count):
            return Progress(min(record.check_ins, count), count)
        case TeamDepartmentsBridged():
            need = max(1, record.other_departments)
            return Progress(min(record.departments, need), need)
        case _:
            return None


def earned(
    badges: Iterable[Badge], season: Season, history: History, streak: Streak
) -> frozenset[str]:
    """The slugs of the personal badges that this participation has earned."""
    found = ((badge, progress(badge, season, history, streak)) for badge in badges)
    return frozenset(badge.slug for badge, how_far in found if how_far and how_far.is_earned)


def team_earned(badges: Iterable[Badge], record: TeamRecord) -> frozenset[str]:
    found = ((badge, team_progress(badge, record)) for badge in badges)
    return frozenset(badge.slug for badge, how_far in found if how_far and how_far.is_earned)


def is_decided_by_closing(badge: Badge) -> bool:
    """Whether a closing alone, without a check-in, can make somebody earn the badge."""
    return isinstance(badge.rule, KeptInARow | WholeSeason)


def _whole_season(season: Season, history: History, minimum: int) -> Progress:
    """Every round since joining, away excepted and those after leaving not; decided when the season
    is settled."""
    required = [
        each.number
        for each in season.rounds
        if each.number >= history.first_round
        and (each.number in history.done or each.number not in history.away)
    ]
    need = max(minimum, len(required))
    have = sum(number in history.done for number in required)
    return Progress(have, need, is_decided=season.settled)
