"""Who is signed in, as a plain value: nothing of it is attached to a database session."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, bindparam, desc, func, or_, select

from app.accounts.emails import kept
from app.accounts.models import LoginSession, SignInFailure, User
from app.accounts.passwords import NO_PASSWORD
from app.database import db


@dataclass(frozen=True, slots=True)
class Account:
    """`erase_at` is when she will be gone, if she has asked for it."""

    id: int
    email: str
    name: str
    language: str
    is_lead: bool
    erase_at: datetime | None

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name else ""


# Whose session a token is: no row once it has ended, expired or its user is disabled.
SIGNED_IN = (
    select(
        User.id,
        User.email,
        User.name,
        User.language,
        User.is_lead,
        User.erase_at,
        LoginSession.last_seen_at,
    )
    .join(LoginSession, LoginSession.user_id == User.id)
    .where(
        LoginSession.token_hash == bindparam("token_hash"),
        LoginSession.expires_at > bindparam("now"),
        User.disabled_at.is_(None),
    )
)


def hash_token(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def find_user_by_email(email: str) -> User | None:
    return db.session.scalar(select(User).where(User.email == kept(email)))


def is_called(word: str) -> ColumnElement[bool]:
    """Whether the word, in whatever capitals, stands in the user's name or address."""
    small = word.lower()
    return or_(
        func.lower(User.name).contains(small, autoescape=True),
        User.email.contains(small, autoescape=True),
    )


def find_language(user_id: int) -> str | None:
    """The language that she reads; None for somebody who has been erased."""
    return db.session.scalar(select(User.language).where(User.id == user_id))


def has_password(user_id: int) -> bool:
    """Who has none shows in another way that it is she."""
    found = db.session.scalar(select(User.password_hash).where(User.id == user_id))
    return found not in (None, NO_PASSWORD)


def failures_since(subject: str, since: datetime) -> tuple[int, datetime | None]:
    """How often sign-in failed for the subject, and when the oldest of these failures was."""
    row = db.session.execute(
        select(func.count(), func.min(SignInFailure.failed_at)).where(
            SignInFailure.subject == subject, SignInFailure.failed_at > since
        )
    ).one()
    return row[0], row[1]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A browser in which its owner is signed in."""

    id: int
    browser: str
    created_at: datetime
    last_seen_at: datetime
    is_this_one: bool


def sessions_of(user_id: int, token: str, *, now: datetime) -> list[SessionRow]:
    """The one that asks comes first, then those used last."""
    rows = db.session.execute(
        select(
            LoginSession.id,
            LoginSession.browser,
            LoginSession.created_at,
            LoginSession.last_seen_at,
            (LoginSession.token_hash == hash_token(token)).label("is_this_one"),
        )
        .where(LoginSession.user_id == user_id, LoginSession.expires_at > now)
        .order_by(desc("is_this_one"), LoginSession.last_seen_at.desc(), LoginSession.id)
    )
    return [SessionRow(*row) for row in rows]
