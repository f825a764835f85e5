from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import bindparam, select

from app.accounts.models import User
from app.database import db, read
from app.feed.models import CalendarFeed
from app.installation import TIME_ZONE
from app.seasons.models import Away
from app.seasons.queries import find_current_season_of
from app.wording.queries import VERSION, WORDED_AT
from challenges import model
from challenges.voting import undecided


@dataclass(frozen=True, slots=True)
class Reminder:
    """`weekday` counts from Monday, 0; `at` is a local time of day."""

    weekday: int
    at: time


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Whose calendar an address is, with what else it takes to write it: the organisation's time
    zone, which version of its own words is in use, and since when."""

    user_id: int
    language: str
    is_active: bool
    reminder: Reminder | None
    created_at: datetime
    changed_at: datetime
    time_zone: str | None
    content_version: int
    worded_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnRounds:
    """The rounds of the current season that are hers. `undecided` are challenges that a vote is
    still to put in order; `planned_at` is when the plan was last changed."""

    rounds: tuple[model.Round, ...] = ()
    undecided: frozenset[str] = frozenset()
    planned_at: datetime | None = None


_SUBSCRIBER = (
    select(
        CalendarFeed.user_id,
        CalendarFeed.reminder_weekday,
        CalendarFeed.reminder_time,
        CalendarFeed.created_at,
        CalendarFeed.changed_at,
        User.language,
        User.disabled_at.is_(None).label("is_active"),
        TIME_ZONE.label("time_zone"),
        VERSION.label("content_version"),
        WORDED_AT.label("worded_at"),
    )
    .join(User, User.id == CalendarFeed.user_id)
    .where(CalendarFeed.seed == bindparam("seed"))
)


def find_feed(user_id: int) -> CalendarFeed | None:
    return db.session.get(CalendarFeed, user_id)


def find_subscriber(seed: str) -> Subscriber | None:
    found = read(_SUBSCRIBER, {"seed": seed})
    if not found:
        return None
    row = found[0]
    return Subscriber(
        user_id=row.user_id,
        language=row.language,
        is_active=row.is_active,
        reminder=reminder_of(row.reminder_weekday, row.reminder_time),
        created_at=row.created_at,
        changed_at=row.changed_at,
        time_zone=row.time_zone,
        content_version=row.content_version,
        worded_at=row.worded_at,
    )


def reminder_of(weekday: int | None, at: time | None) -> Reminder | None:
    return None if weekday is None or at is None else Reminder(weekday, at)


def own_rounds(user_id: int) -> OwnRounds:
    """Without those in which she is away, and none once she has left."""
    season, participation = find_current_season_of(user_id)
    if season is None or participation is None or participation.left_from is not None:
        return OwnRounds()
    away = set(
        db.session.scalars(select(Away.round_id).where(Away.participation_id == participation.id))
    )
    return OwnRounds(
        rounds=tuple(
            each
            for each in season.plan.rounds
            if each.number >= participation.first_round and each.id not in away
        ),
        undecided=undecided(season.plan),
        planned_at=season.planned_at,
    )
