"""Links that are sent by mail: random, single-use, expiring, known to us by their hash."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, or_, select

from app.accounts.models import AccountToken, User
from app.accounts.queries import hash_token
from app.database import db, one_at_a_time
from app.notifications.links import new_seed, token_of


class Purpose(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"
    NEW_EMAIL = "new-email"
    JOIN = "join"


LASTS = {
    Purpose.INVITATION: timedelta(days=14),
    Purpose.RESET: timedelta(hours=1),
    Purpose.NEW_EMAIL: timedelta(days=1),
    Purpose.JOIN: timedelta(days=1),
}

# Locks of ours that have a name are this small; those made from a hash are not.
ISSUING = 1


class LinkDead(Exception):
    """The link was used, replaced or taken back, has expired, or never was."""


# Whoever changed an address need not remember what was sent to the old one.
STILL_HERS = or_(
    AccountToken.user_id.is_(None),
    AccountToken.purpose == Purpose.NEW_EMAIL.value,
    AccountToken.email == User.email,
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a link is for: an address, and its owner's account if there is one."""

    email: str
    user_id: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A link to be mailed. `key` is its own and tells nothing, for the outbox."""

    recipient: Recipient
    seed: str
    key: str


def issue(
    purpose: Purpose, recipients: Collection[Recipient], *, secret_key: str, now: datetime
) -> list[Issued]:
    """A new link for each; it replaces earlier ones of the same purpose, by address and user."""
    one_at_a_time(ISSUING)
    issued: list[Issued] = []
    rows: list[AccountToken] = []
    for recipient in recipients:
        seed = new_seed()
        hashed = hash_token(token_of(seed, secret_key))
        issued.append(Issued(recipient, seed, f"{purpose}:{hashed}"))
        rows.append(
            AccountToken(
                purpose=purpose,
                email=recipient.email,
                token_hash=hashed,
                user_id=recipient.user_id,
                created_at=now,
                expires_at=now + LASTS[purpose],
            )
        )
    db.session.execute(
        delete(AccountToken).where(
            AccountToken.purpose == purpose,
            or_(
                AccountToken.email.in_([each.email for each in recipients]),
                AccountToken.user_id.in_([each.user_id for each in recipients]),
            ),
        )
    )
    db.session.add_all(rows)
    db.session.flush()
    return issued


def find_link(purpose: Purpose, token: str, *, now: datetime) -> Recipient:
    """Raises LinkDead."""
    row = db.session.execute(
        select(AccountToken.email, AccountToken.user_id, User.name)
        .outerjoin(User, User.id == AccountToken.user_id)
        .where(*_alive(purpose, token, now), User.disabled_at.is_(None), STILL_HERS)
    ).one_or_none()
    if row is None:
        raise LinkDead
    return Recipient(row.email, row.user_id, row.name or "")


def use_link(purpose: Purpose, token: str, *, now: datetime) -> Recipient:
    """The same, once: of two at a time one finds it dead."""
    recipient = find_link(purpose, token, now=now)
    used = db.session.execute(
        delete(AccountToken).where(*_alive(purpose, token, now)).returning(AccountToken.id)
    )
    if used.first() is None:
        raise LinkDead
    return recipient


def _alive(purpose: Purpose, token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        AccountToken.purpose == purpose,
        AccountToken.token_hash == hash_token(token),
        AccountToken.expires_at > now,
    )


def kill_tokens(user_ids: Collection[int]) -> None:
    db.session.execute(delete(AccountToken).where(AccountToken.user_id.in_(user_ids)))
