"""The organisation's join link: a way in for whoever reads mail at one of its domains."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from app.accounts.emails import is_of
from app.accounts.models import JoinLink
from app.accounts.queries import hash_token
from app.accounts.service import TOKEN_BYTES, create_account, start_session
from app.accounts.tokens import LinkDead, Purpose, use_link
from app.database import db, one_at_a_time
from app.notifications.service import know_owner

# Beside tokens.ISSUING.
OPENING = 2


@dataclass(frozen=True, slots=True)
class OpenLink:
    domains: list[str]
    created_at: datetime


def open_link(domains: list[str], *, now: datetime) -> str:
    """Make a new link, which revokes the one before; returns its token, kept nowhere."""
    one_at_a_time(OPENING)
    close_link()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.add(
        JoinLink(token_hash=hash_token(token), domains=" ".join(domains), created_at=now)
    )
    db.session.flush()
    return token


def close_link() -> bool:
    """Whether there was one."""
    return bool(db.session.scalars(delete(JoinLink).returning(JoinLink.id)).all())


def find_open_link(token: str | None = None) -> OpenLink | None:
    """The link with that token, or whichever there is."""
    wanted = select(JoinLink.domains, JoinLink.created_at)
    if token is not None:
        wanted = wanted.where(JoinLink.token_hash == hash_token(token))
    row = db.session.execute(wanted).one_or_none()
    return OpenLink(row.domains.split(), row.created_at) if row else None


def may_join(email: str) -> bool:
    link = find_open_link()
    return link is not None and is_of(email, link.domains)


def join_by_link(
    token: str, name: str, password_hash: str, *, language: str, browser: str, now: datetime
) -> str:
    """Returns the token of the new account's first session.

    Raises LinkDead, also where the lead has taken the way in back meanwhile, and EmailTaken.
    """
    email = use_link(Purpose.JOIN, token, now=now).email
    if not may_join(email):
        raise LinkDead
    user = create_account(email, name, password_hash=password_hash, language=language, now=now)
    know_owner(email, user.id)
    return start_session(user.id, browser=browser, now=now)
