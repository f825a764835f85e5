"""A person's calendar feed: opened, given another address, closed."""

import secrets
from datetime import datetime

from sqlalchemy import delete, update

from app.database import db, insert_new
from app.feed.models import CalendarFeed
from app.feed.queries import Reminder
from app.notifications.links import sign, signed

SEED_BYTES = 12
PURPOSE = "calendar"


def token_of(seed: str, *, secret_key: str) -> str:
    return sign(PURPOSE, seed, secret_key=secret_key)


def seed_in(token: str, *, secret_key: str) -> str | None:
    """The seed that the token was made from; None if it is none of ours."""
    values = signed(PURPOSE, token, secret_key=secret_key)
    return str(values[0]) if values else None


def open_feed(user_id: int, *, now: datetime) -> None:
    """Where there is one already, it stays."""
    row = {"user_id": user_id, "seed": _new_seed(), "created_at": now, "changed_at": now}
    insert_new(CalendarFeed, [row])


def set_reminder(user_id: int, reminder: Reminder | None, *, now: datetime) -> None:
    _change(
        user_id,
        reminder_weekday=reminder.weekday if reminder else None,
        reminder_time=reminder.at if reminder else None,
        changed_at=now,
    )


def change_address(user_id: int) -> None:
    """From now on the address before leads nowhere."""
    _change(user_id, seed=_new_seed())


def close_feed(user_id: int) -> None:
    db.session.execute(delete(CalendarFeed).where(CalendarFeed.user_id == user_id))


def _change(user_id: int, **values: object) -> None:
    db.session.execute(update(CalendarFeed).where(CalendarFeed.user_id == user_id).values(**values))


def _new_seed() -> str:
    return secrets.token_urlsafe(SEED_BYTES)
