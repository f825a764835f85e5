"""Weeks, rounds and where a check-in is booked. Instants are aware UTC, days are local dates."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from challenges.errors import NotAMonday
from challenges.model import Round, Season

CLOSING_TIME = time(12)
LAST_CATCH_UP = timedelta(days=7)
WORKING_DAYS_OF_A_ROUND = 4
THURSDAY = 3
JULY = 7


class DayState(StrEnum):
    GONE = "gone"
    TODAY = "today"
    LEFT = "full"


@dataclass(frozen=True, slots=True)
class RoundTimes:
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class PlannedRound:
    number: int
    challenge: str
    monday: date
    times: RoundTimes


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local wall-clock time; in a repeated hour, the first of the two."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def round_times(monday: date, zone: ZoneInfo) -> RoundTimes:
    _refuse_other_days(monday)
    next_monday = monday + timedelta(weeks=1)
    return RoundTimes(
        starts_at=instant_of(monday, time(0), zone),
        ends_at=instant_of(next_monday, time(0), zone),
        closes_at=instant_of(next_monday, CLOSING_TIME, zone),
    )


def _refuse_other_days(monday: date) -> None:
    if monday.weekday() != 0:
        raise NotAMonday(monday.isoformat())


def plan_rounds(
    start: date,
    challenges: Sequence[str],
    rest_weeks: Set[date],
    zone: ZoneInfo,
    first_number: int = 1,
) -> list[PlannedRound]:
    """One round per challenge from the Monday `start` on; weeks in `rest_weeks` (Mondays) rest."""
    for monday in (start, *rest_weeks):
        _refuse_other_days(monday)
    planned: list[PlannedRound] = []
    monday = start
    while len(planned) < len(challenges):
        if monday not in rest_weeks:
            number, challenge = first_number + len(planned), challenges[len(planned)]
            planned.append(PlannedRound(number, challenge, monday, round_times(monday, zone)))
        monday += timedelta(weeks=1)
    return planned


def proposed_rest_weeks(start: date, weeks: int) -> list[date]:
    """Mondays of weeks too short for a round in the Swedish calendar, or with their Thursday in
    July."""
    _refuse_other_days(start)
    mondays = [start + timedelta(weeks=offset) for offset in range(weeks)]
    # Only here: it is big, and whoever serves pages does not plan.
    import holidays

    free_days = holidays.country_holidays("SE", categories=("public", "de_facto"))

    def is_rest(monday: date) -> bool:
        working = [monday + timedelta(days=offset) for offset in range(5)]
        return (
            sum(day not in free_days for day in working) < WORKING_DAYS_OF_A_ROUND
            or (monday + timedelta(days=THURSDAY)).month == JULY
        )

    return [monday for monday in mondays if is_rest(monday)]


def week_round(season: Season, instant: datetime) -> Round | None:
    """The round whose week contains the instant, or None in a rest week or outside the season."""
    for candidate in season.rounds:
        if candidate.starts_at <= instant < candidate.ends_at:
            return candidate
    return None


def next_round(season: Season, instant: datetime) -> Round | None:
    """The first round that starts after the instant."""
    for candidate in season.rounds:
        if candidate.starts_at > instant:
            return candidate
    return None


def is_in_time(challenge_round: Round, received_at: datetime) -> bool:
    return challenge_round.starts_at <= received_at < challenge_round.closes_at


def booking_round(season: Season, challenge_round: Round, received_at: datetime) -> Round | None:
    """Where a check-in received at that instant is booked; None before the challenge round has
    begun and once no round can take it."""
    if received_at < challenge_round.starts_at:
        return None
    if is_in_time(challenge_round, received_at):
        return challenge_round
    current = week_round(season, received_at)
    if current is not None and received_at < current.closes_at:
        return current
    return next_round(season, received_at)


def last_catch_up(season: Season) -> datetime:
    """From this instant on nothing can be caught up and the season can be settled."""
    return season.rounds[-1].closes_at + LAST_CATCH_UP


def rescue_deadline(season: Season, challenge_round: Round) -> datetime:
    """Until when a catch-up keeps the streak: the next closing, or a week after the last one."""
    following = season.round(challenge_round.number + 1)
    return following.closes_at if following else last_catch_up(season)


def is_rescue_over(season: Season, challenge_round: Round) -> bool:
    """Whether a missed round is settled: decided by closings alone, so that a late job is right."""
    following = season.round(challenge_round.number + 1)
    return following.closed if following else season.settled


def open_rounds(season: Season, instant: datetime) -> list[Round]:
    """Rounds that take a check-in in time; on a Monday morning there are two, the older first."""
    return [candidate for candidate in season.rounds if is_in_time(candidate, instant)]


def day_states(challenge_round: Round, instant: datetime, zone: ZoneInfo) -> list[DayState]:
    """The seven days of the round's week, Monday first."""
    monday = local_day(challenge_round.starts_at, zone)
    today = local_day(instant, zone)
    days = [monday + timedelta(days=offset) for offset in range(7)]
    return [
        DayState.TODAY if day == today else DayState.GONE if day < today else DayState.LEFT
        for day in days
    ]
