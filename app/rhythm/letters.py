"""The mails of the week: Monday's challenge, Thursday's reminder, and what a closing tells."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, exists, select

from app.accounts.models import User
from app.database import db, writing
from app.history.models import CheckIn, Pledge
from app.notifications.kinds import WeekMail
from app.notifications.service import Letter, post
from app.rhythm.periods import MONDAY, SATURDAY, THURSDAY
from app.seasons.models import Away, Participation
from app.seasons.queries import find_current_season
from challenges.calendar import instant_of, local_day, monday_of, week_round
from challenges.model import Round

# As many as SQLite's one writer may be kept for at a time.
BATCH = 1_000

Clock = Callable[[], datetime]
Pulse = Callable[[], None]


def post_mondays(zone: ZoneInfo, clock: Clock, pulse: Pulse) -> None:
    """The week's challenge to everybody who plays in it; from Thursday on it is too late."""
    found = _running_round(clock(), zone, range(MONDAY, THURSDAY))
    if found is None:
        return
    season_id, this = found
    payload = {
        "round_id": this.id,
        "challenge": this.challenge,
        "closes_at": this.closes_at.isoformat(),
    }
    _post_in_batches(
        WeekMail.MONDAY,
        this,
        active_in(season_id, this),
        lambda _row: payload,
        stale_at=_in_week(this, THURSDAY, zone),
        clock=clock,
        pulse=pulse,
    )


def post_reminders(zone: ZoneInfo, clock: Clock, pulse: Pulse) -> None:
    """To those who have pledged and neither checked in nor taken a check-in back."""
    found = _running_round(clock(), zone, range(THURSDAY, SATURDAY))
    if found is None:
        return
    season_id, this = found
    pledged = (
        active_in(season_id, this)
        .add_columns(Pledge.mission)
        .join(Pledge, Pledge.participation_id == Participation.id)
        .where(
            Pledge.round_id == this.id,
            ~exists().where(
                CheckIn.participation_id == Participation.id, CheckIn.round_id == this.id
            ),
        )
    )
    _post_in_batches(
        WeekMail.REMINDER,
        this,
        pledged,
        lambda row: {
            "round_id": this.id,
            "mission": row.mission,
            "closes_at": this.closes_at.isoformat(),
        },
        stale_at=_in_week(this, SATURDAY, zone),
        clock=clock,
        pulse=pulse,
    )


def active_in(season_id: int, this: Round) -> Select:
    """Who plays in that round, has not chosen to leave and is not away in it; with the address and
    language of an account that stays open."""
    return (
        select(Participation.id, Participation.user_id, User.email, User.language)
        .join(User, User.id == Participation.user_id)
        .where(
            Participation.season_id == season_id,
            Participation.first_round <= this.number,
            Participation.left_from.is_(None),
            User.disabled_at.is_(None),
            User.erase_at.is_(None),
            is_there(this),
        )
    )


def is_there(this: Round) -> ColumnElement[bool]:
    """For a statement about participations: who is not away in that round."""
    return ~exists().where(Away.participation_id == Participation.id, Away.round_id == this.id)


def letters_to(
    rows: Iterable[Row],
    kind: WeekMail,
    key: object,
    payload_of: Callable[[Row], dict[str, Any]],
    *,
    stale_at: datetime | None = None,
) -> list[Letter]:
    """One of that kind to each of the rows, which have `user_id`, `email` and `language`."""
    return [
        Letter(
            f"{kind}:{key}:{row.user_id}",
            kind,
            row.email,
            row.language,
            payload_of(row),
            row.user_id,
            stale_at=stale_at,
        )
        for row in rows
    ]


def _running_round(now: datetime, zone: ZoneInfo, days: range) -> tuple[int, Round] | None:
    """The season and the round of this week, on these weekdays alone; a rest week has none."""
    season = find_current_season()
    this = week_round(season.plan, now) if season else None
    if season is None or this is None or local_day(now, zone).weekday() not in days:
        return None
    return season.id, this


def _in_week(this: Round, weekday: int, zone: ZoneInfo) -> datetime:
    monday = monday_of(local_day(this.starts_at, zone))
    return instant_of(monday + timedelta(days=weekday), time(0), zone)


def _post_in_batches(
    kind: WeekMail,
    this: Round,
    whom: Select,
    payload_of: Callable[[Row], dict[str, Any]],
    *,
    stale_at: datetime,
    clock: Clock,
    pulse: Pulse,
) -> None:
    """A transaction each, so that a check-in never waits for all of them."""
    after = 0
    while True:
        with writing():
            rows = _batch(whom, after)
            post(letters_to(rows, kind, this.id, payload_of, stale_at=stale_at), now=clock())
        if len(rows) < BATCH:
            return
        pulse()
        after = rows[-1].id


def _batch(whom: Select, after: int) -> Sequence[Row]:
    return db.session.execute(
        whom.where(Participation.id > after).order_by(Participation.id).limit(BATCH)
    ).all()
