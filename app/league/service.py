"""The link to the coffee room's screen: one at a time, made and revoked by the lead."""

import secrets
from datetime import datetime

from sqlalchemy import delete

from app.accounts.queries import hash_token
from app.database import db
from app.league.models import WallLink

TOKEN_BYTES = 32


def open_wall(*, now: datetime) -> str:
    """Make a new link, which revokes the one before; returns its token, kept nowhere."""
    close_wall()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.add(WallLink(token_hash=hash_token(token), created_at=now))
    db.session.flush()
    return token


def close_wall() -> bool:
    """Whether there was one."""
    return bool(db.session.scalars(delete(WallLink).returning(WallLink.id)).all())
