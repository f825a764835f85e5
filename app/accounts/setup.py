"""The first run: an installation without users is set up once, by whoever holds the key that was
printed where the site was started."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from app.accounts.models import SetupLink, User
from app.accounts.queries import hash_token
from app.accounts.service import TOKEN_BYTES, create_account, start_session
from app.accounts.tokens import LinkDead
from app.database import db
from app.installation import ONLY_ONE, Installation


@dataclass(frozen=True, slots=True)
class Founding:
    """What the setup page asks for: the organisation, and who is to lead."""

    organisation: str
    timezone: str
    language: str
    name: str
    email: str
    password_hash: str


def has_users() -> bool:
    return db.session.scalar(select(User.id).limit(1)) is not None


def make_key(*, now: datetime) -> str:
    """A new key to the setup page, instead of the one before; only its hash is kept."""
    key = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.execute(delete(SetupLink))
    db.session.add(SetupLink(token_hash=hash_token(key), created_at=now))
    db.session.flush()
    return key


def fits(key: str) -> bool:
    wanted = select(SetupLink.id).where(SetupLink.token_hash == hash_token(key))
    return db.session.scalar(wanted) is not None


def set_up(key: str, founding: Founding, *, browser: str, now: datetime) -> str:
    """Returns the token of the lead's first session. Raises LinkDead unless the key fits and nobody
    has come before; of two at a time one is late."""
    used = db.session.execute(
        delete(SetupLink).where(SetupLink.token_hash == hash_token(key)).returning(SetupLink.id)
    )
    if used.first() is None or has_users():
        raise LinkDead
    # There is one already where everybody has been erased since.
    db.session.merge(
        Installation(
            id=ONLY_ONE,
            name=founding.organisation,
            timezone=founding.timezone,
            language=founding.language,
            created_at=now,
        )
    )
    user = create_account(
        founding.email,
        founding.name,
        password_hash=founding.password_hash,
        language=founding.language,
        is_lead=True,
        now=now,
    )
    return start_session(user.id, browser=browser, now=now)
