"""When the jobs are due, decided by the organisation's own clock on the wall.

A job that was missed for days is due once, for its newest period: each does all that is left to do.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from challenges.calendar import CLOSING_TIME, instant_of, local_day, monday_of

MONDAY, THURSDAY, SATURDAY = 0, 3, 5


class Job(StrEnum):
    CLOSING = "closing"
    MONDAY = "monday"
    REMINDER = "reminder"
    NIGHT = "night"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Beat:
    """A local time of every day, or of one weekday."""

    at: time
    weekday: int | None = None

    @property
    def days(self) -> int:
        return 1 if self.weekday is None else 7


# The mails have none: they are due every minute.
BEATS = {
    Job.CLOSING: Beat(CLOSING_TIME, MONDAY),
    Job.MONDAY: Beat(time(7, 30), MONDAY),
    Job.REMINDER: Beat(time(9), THURSDAY),
    Job.NIGHT: Beat(time(2, 15)),
}


@dataclass(frozen=True, slots=True)
class Due:
    """`period` is a week (2026-W53), a day (2026-12-31) or a minute (2026-12-31T11:05Z)."""

    job: Job
    period: str
    since: datetime


def due_at(now: datetime, zone: ZoneInfo) -> list[Due]:
    """Each job's newest period that has begun, in the order in which they are to be done."""
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    return [
        *(_newest(job, beat, now, zone) for job, beat in BEATS.items()),
        Due(Job.MAIL, f"{minute:%Y-%m-%dT%H:%MZ}", minute),
    ]


def next_start(job: Job, now: datetime, zone: ZoneInfo) -> datetime:
    """When the period after the newest one begins."""
    beat = BEATS[job]
    return instant_of(_newest_day(beat, now, zone) + timedelta(days=beat.days), beat.at, zone)


def _newest(job: Job, beat: Beat, now: datetime, zone: ZoneInfo) -> Due:
    day = _newest_day(beat, now, zone)
    period = day.isoformat() if beat.weekday is None else f"{day:%G-W%V}"
    return Due(job, period, instant_of(day, beat.at, zone))


def _newest_day(beat: Beat, now: datetime, zone: ZoneInfo) -> date:
    today = local_day(now, zone)
    day = today if beat.weekday is None else monday_of(today) + timedelta(days=beat.weekday)
    return day if instant_of(day, beat.at, zone) <= now else day - timedelta(days=beat.days)
