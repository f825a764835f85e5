"""Planning a season: which weeks rest, and which round falls into which week."""

from collections.abc import Container, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from challenges.calendar import (
    RoundTimes,
    is_working_day,
    local_day,
    monday_of,
    next_round,
    refuse_other_days,
    round_times,
    week_round,
)
from challenges.model import Round, Season
from challenges.voting import DECIDED_BEFORE, has_vote_opened, voting_round

WORKING_DAYS_OF_A_ROUND = 4
THURSDAY = 3
JULY = 7


@dataclass(frozen=True, slots=True)
class PlannedRound:
    number: int
    challenge: str
    monday: date
    times: RoundTimes


@dataclass(frozen=True, slots=True)
class PlannedWeek:
    """A week of a plan; without a round it rests."""

    monday: date
    round: PlannedRound | None
    working_days: int

    @property
    def is_rest_proposed(self) -> bool:
        return is_rest_proposed(self.monday)


def plan_rounds(
    start: date,
    challenges: Sequence[str],
    rest_weeks: Set[date],
    zone: ZoneInfo,
    first_number: int = 1,
) -> list[PlannedRound]:
    """One round per challenge from the Monday `start` on; weeks in `rest_weeks` (Mondays) rest."""
    for monday in (start, *rest_weeks):
        refuse_other_days(monday)
    planned: list[PlannedRound] = []
    monday = start
    while len(planned) < len(challenges):
        if monday not in rest_weeks:
            number, challenge = first_number + len(planned), challenges[len(planned)]
            planned.append(PlannedRound(number, challenge, monday, round_times(monday, zone)))
        monday += timedelta(weeks=1)
    return planned


def working_days(monday: date) -> int:
    """How many days of that week are worked in the Swedish calendar, Monday to Friday."""
    refuse_other_days(monday)
    days = [monday + timedelta(days=offset) for offset in range(5)]
    return sum(is_working_day(day) for day in days)


def is_rest_proposed(monday: date) -> bool:
    """Whether the week is too short for a round, or has its Thursday in July."""
    is_in_july = (monday + timedelta(days=THURSDAY)).month == JULY
    return is_in_july or working_days(monday) < WORKING_DAYS_OF_A_ROUND


def rest_weeks_of(
    start: date,
    rounds: int,
    shown: Container[date] = frozenset(),
    chosen: Container[date] = frozenset(),
) -> frozenset[date]:
    """The rest weeks inside a season of so many rounds: those chosen among the weeks that somebody
    has been shown, and the proposed ones among all others."""
    refuse_other_days(start)
    resting: set[date] = set()
    monday, played = start, 0
    while played < rounds:
        if (monday in chosen) if monday in shown else is_rest_proposed(monday):
            resting.add(monday)
        else:
            played += 1
        monday += timedelta(weeks=1)
    return frozenset(resting)


def weeks_of(rounds: Sequence[PlannedRound], start: date) -> list[PlannedWeek]:
    """Every week from the Monday `start` to that of the last round."""
    by_monday = {each.monday: each for each in rounds}
    monday, weeks = start, []
    while monday <= rounds[-1].monday:
        weeks.append(PlannedWeek(monday, by_monday.get(monday), working_days(monday)))
        monday += timedelta(weeks=1)
    return weeks


def as_planned(rounds: Sequence[Round], zone: ZoneInfo) -> list[PlannedRound]:
    """Rounds that are stored, as a plan has them."""
    return [
        PlannedRound(
            each.number,
            each.challenge,
            local_day(each.starts_at, zone),
            RoundTimes(each.starts_at, each.ends_at, each.closes_at),
        )
        for each in rounds
    ]


def first_monday(instant: datetime, zone: ZoneInfo) -> date:
    """The first Monday that begins at that instant or after it."""
    monday = monday_of(local_day(instant, zone))
    return monday if round_times(monday, zone).starts_at >= instant else monday + timedelta(weeks=1)


def begun_rounds(season: Season, now: datetime) -> tuple[Round, ...]:
    """The rounds that can no longer be taken away: those that have started, and between two rounds
    the next one, because whatever is caught up now is booked there."""
    begun = sum(each.starts_at <= now for each in season.rounds)
    current = week_round(season, now)
    is_between = begun > 0 and (current is None or now >= current.closes_at)
    return season.rounds[: begun + 1 if is_between and next_round(season, now) else begun]


def fixed_rounds(season: Season, now: datetime) -> tuple[Round, ...]:
    """The rounds whose challenge stays: those that have begun, and all of them once people vote
    about the last two."""
    if any(each.alternative and has_vote_opened(season, each) for each in season.rounds):
        return season.rounds
    return begun_rounds(season, now)


def round_to_vote_about(fixed: Sequence[Round], rounds: int) -> int | None:
    """The number of the round that a plan of so many rounds may hold a vote about; None where it is
    fixed already or its vote would never be decided."""
    voted = voting_round(rounds)
    if voted is None or voted <= len(fixed):
        return None
    deciding = voted - DECIDED_BEFORE
    return None if deciding <= len(fixed) and fixed[deciding - 1].closed else voted
