"""Asking to be erased, and thinking better of it."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update

from app.accounts.models import User
from app.accounts.service import end_other_sessions
from app.database import db
from app.retention import CLOSED_ACCOUNT_KEPT, REGRET_LASTS


def ask_to_be_erased(user_id: int, *, token: str, now: datetime) -> None:
    """From the end of the time of regret on; a second asking does not put it off.

    Every other browser is signed out: the one with that token shows the way back.
    """
    db.session.execute(
        update(User)
        .where(User.id == user_id, User.erase_at.is_(None))
        .values(erase_at=now + REGRET_LASTS)
    )
    end_other_sessions(user_id, token)


def stay(user_id: int, *, now: datetime) -> bool:
    """Whether she stays. Possible until the time of regret is over: from then on her id may be on
    the list of the erased, and a backup put back would erase her all the same."""
    db.session.execute(
        update(User).where(User.id == user_id, User.erase_at > now).values(erase_at=None)
    )
    return db.session.scalar(select(User.erase_at).where(User.id == user_id)) is None


def due_to_be_erased(now: datetime) -> list[int]:
    """Who asked for it long enough ago, and whose account was closed long ago."""
    return list(db.session.scalars(select(User.id).where(is_due(now)).order_by(User.id)))


def is_due(now: datetime) -> ColumnElement[bool]:
    return or_(User.erase_at <= now, User.disabled_at <= now - CLOSED_ACCOUNT_KEPT)


def users_by_public_id(public_ids: frozenset[str]) -> list[int]:
    """Those of them who are there."""
    rows = db.session.execute(select(User.id, User.public_id).order_by(User.id))
    return [id_ for id_, public_id in rows if public_id in public_ids]
