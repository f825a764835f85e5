"""What links by mail hold of one person: for her own download and her erasure, and how long."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select

from app.accounts.models import AccountToken, MailWish, User
from app.accounts.tokens import Purpose
from app.database import db

WITHHELD = "***"


def export(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """Her links and wishes as they are stored, by table; a link's hash is withheld."""
    tokens = db.session.execute(
        select(*AccountToken.__table__.columns).where(AccountToken.user_id == user_id)
    )
    wishes = db.session.execute(
        select(*MailWish.__table__.columns).where(MailWish.email == _email_of(user_id))
    )
    return {
        AccountToken.__tablename__: [
            dict(row) | {"token_hash": WITHHELD} for row in tokens.mappings()
        ],
        MailWish.__tablename__: [dict(row) for row in wishes.mappings()],
    }


def erase(user_id: int) -> None:
    """To be called while the account is still there."""
    email = _email_of(user_id)
    for statement in (
        delete(AccountToken).where(
            or_(AccountToken.user_id == user_id, AccountToken.email == email)
        ),
        delete(MailWish).where(MailWish.email == email),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})


def forget(*, now: datetime) -> None:
    """Links that have expired. An invitation stays, so that the lead sees whom it never reached."""
    db.session.execute(
        delete(AccountToken).where(
            AccountToken.expires_at <= now, AccountToken.purpose != Purpose.INVITATION
        )
    )


def _email_of(user_id: int):
    return select(User.email).where(User.id == user_id).scalar_subquery()
