"""Weeks, rounds and where a check-in is booked. Instants are aware UTC, days are local dates."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from challenges.errors import NotAMonday
from challenges.model import Round, Season

CLOSING_TIME = time(12)
LAST_CATCH_UP = timedelta(days=7)
# When mails that nobody has asked for may leave.
MAIL_FROM, MAIL_UNTIL = time(7), time(18)
SATURDAY = 5


class DayState(StrEnum):
    GONE = "gone"
    TODAY = "today"
    LEFT = "full"


@dataclass(frozen=True, slots=True)
class RoundTimes:
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local wall-clock time; in a repeated hour, the first of the two."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def round_times(monday: date, zone: ZoneInfo) -> RoundTimes:
    refuse_other_days(monday)
    next_monday = monday + timedelta(weeks=1)
    return RoundTimes(
        starts_at=instant_of(monday, time(0), zone),
        ends_at=instant_of(next_monday, time(0), zone),
        closes_at=instant_of(next_monday, CLOSING_TIME, zone),
    )


def next_week(instant: datetime, zone: ZoneInfo) -> datetime:
    """When the week after that of the instant begins: the next Monday, 00:00 local time."""
    return round_times(monday_of(local_day(instant, zone)), zone).ends_at


def refuse_other_days(monday: date) -> None:
    if monday.weekday() != 0:
        raise NotAMonday(monday.isoformat())


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


def is_rest_week(season: Season, instant: datetime) -> bool:
    """Whether the season has begun and goes on, and has no round in that week."""
    has_begun = season.rounds[0].starts_at <= instant
    goes_on = next_round(season, instant) is not None
    return has_begun and goes_on and week_round(season, instant) is None


def is_leaving(season: Season, first_round: int, left_from: int | None, instant: datetime) -> bool:
    """Whether somebody has asked to leave and is still in: the first round without her has not
    begun, or there is none and the season is not over."""
    if left_from is None or left_from <= first_round:
        return False
    first_without = season.round(left_from)
    return instant < first_without.starts_at if first_without else not season.rounds[-1].closed


def is_in_time(challenge_round: Round, received_at: datetime) -> bool:
    return challenge_round.starts_at <= received_at < challenge_round.closes_at


def booking_round(season: Season, challenge_round: Round, received_at: datetime) -> Round | None:
    """Where a check-in received at that instant is booked; None before the challenge round has
    begun and once no round can take it."""
    if received_at < challenge_round.starts_at:
        return None
    if is_in_time(challenge_round, received_at):
        return challenge_round
    return receiving_round(season, received_at)


def receiving_round(season: Season, instant: datetime) -> Round | None:
    """Where everything is booked that is no check-in in time: the round whose week contains the
    instant, else the next one; None from the last week's end on."""
    current = week_round(season, instant)
    if current is not None and instant < current.closes_at:
        return current
    return next_round(season, instant)


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


def is_closing_late(season: Season, challenge_round: Round, instant: datetime) -> bool:
    """Whether the closing that publishes the round, or the one that settles it, should have been
    done by now and is not.

    A closing is computed as of its own time, so what carries no instant waits for it.
    """
    is_unpublished = not challenge_round.closed and instant >= challenge_round.closes_at
    is_unsettled = not is_rescue_over(season, challenge_round)
    return is_unpublished or (is_unsettled and instant >= rescue_deadline(season, challenge_round))


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


def is_mail_time(instant: datetime, zone: ZoneInfo) -> bool:
    """Whether people are at work, so that a mail that nobody has asked for may leave."""
    local = instant.astimezone(zone)
    return is_working_day(local.date()) and MAIL_FROM <= local.time() < MAIL_UNTIL


def is_working_day(day: date) -> bool:
    """Monday to Friday, in the Swedish calendar."""
    return day.weekday() < SATURDAY and day not in _free_days()


@cache
def _free_days() -> Container[date]:
    # Only here: it is big, and whoever serves pages neither plans nor sends.
    from holidays import country_holidays

    return country_holidays("SE", categories=("public", "de_facto"))
