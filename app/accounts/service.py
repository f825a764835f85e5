"""Accounts and the sessions of signed-in browsers."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.emails import kept
from app.accounts.models import LoginSession, SignInFailure, User
from app.accounts.passwords import hash_password, is_password_right
from app.accounts.queries import failures_since, find_user_by_email, hash_token
from app.accounts.tokens import kill_tokens
from app.database import db, in_parts, one_at_a_time
from app.retention import CLOSED_ACCOUNT_KEPT, FAILURE_WINDOW, SESSION_LASTS

TOKEN_BYTES = 32
FAILURES_PER_ACCOUNT = 8
# Mails that strangers may have sent to one address.
MAILS_PER_ACCOUNT = 3
# As many hexadecimal digits as surely fit into PostgreSQL's signed 64 bits.
LOCK_DIGITS = 15
# An office often shares one address, so its limit is wider.
FAILURES_PER_ADDRESS = 60


class EmailTaken(Exception):
    pass


class TooManyFailures(Exception):
    """`retry_after` is the time until the next try is listened to."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("too many failed sign-ins")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in as it came; the two subjects are keyed hashes of e-mail and address."""

    email: str
    password: str
    account_subject: str
    address_subject: str


class AccountClosed(Exception):
    pass


def begin_attempt(
    attempt: Attempt, *, per_account: int = FAILURES_PER_ACCOUNT, now: datetime
) -> None:
    """Count the attempt as failed before its password is looked at, so that many at once cannot
    slip past the limits; `start_session_after` forgives it.

    Raises TooManyFailures while its account or its address has failed too often.
    """
    db.session.execute(delete(SignInFailure).where(SignInFailure.failed_at <= now - FAILURE_WINDOW))
    count_try(
        {attempt.account_subject: per_account, attempt.address_subject: FAILURES_PER_ADDRESS},
        now=now,
    )


def count_try(limits: Mapping[str, int], *, now: datetime) -> None:
    """One more try for each subject, of which it has so many in the window.

    Raises TooManyFailures where one has had them all.
    """
    for subject in limits:
        # Otherwise many at once could count before any of them has added its own.
        one_at_a_time(int(subject[:LOCK_DIGITS], 16))
    for subject, limit in limits.items():
        count, oldest = failures_since(subject, now - FAILURE_WINDOW)
        if count >= limit and oldest is not None:
            raise TooManyFailures(oldest + FAILURE_WINDOW - now)
    db.session.add_all(SignInFailure(subject=subject, failed_at=now) for subject in limits)
    db.session.flush()


def find_user_to_sign_in(attempt: Attempt) -> int | None:
    """The user whose e-mail and password these are; None takes as long for an unknown address."""
    user = find_user_by_email(attempt.email)
    is_right = is_password_right(user.password_hash if user else None, attempt.password)
    return user.id if user is not None and is_right and user.disabled_at is None else None


def start_session_after(attempt: Attempt, user_id: int, *, browser: str = "", now: datetime) -> str:
    """Start the session of a right password."""
    forgive(attempt, now=now)
    return start_session(user_id, browser=browser, now=now)


def forgive(attempt: Attempt, *, now: datetime) -> None:
    """After a right password the account's failures are forgotten, and of the address's only this
    attempt, as others may be guessing from there."""
    this_attempt = (
        select(SignInFailure.id)
        .where(SignInFailure.subject == attempt.address_subject, SignInFailure.failed_at == now)
        .limit(1)
        .scalar_subquery()
    )
    db.session.execute(
        delete(SignInFailure).where(
            or_(
                SignInFailure.subject == attempt.account_subject,
                SignInFailure.id == this_attempt,
            )
        )
    )


def start_session(user_id: int, *, browser: str = "", now: datetime) -> str:
    """Returns the token that the browser keeps; it cannot be read from the database. `browser` is
    what its owner will know it by.

    Raises AccountClosed for a disabled user, also for one who is being disabled right now.
    """
    open_account = select(User.id).where(User.id == user_id, User.disabled_at.is_(None))
    if db.session.scalar(open_account.with_for_update(read=True)) is None:
        raise AccountClosed
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.execute(delete(LoginSession).where(LoginSession.expires_at <= now))
    db.session.add(
        LoginSession(
            token_hash=hash_token(token),
            user_id=user_id,
            browser=browser,
            created_at=now,
            last_seen_at=now,
            expires_at=now + SESSION_LASTS,
        )
    )
    db.session.flush()
    return token


def touch_session(token: str, *, now: datetime) -> None:
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == hash_token(token))
        .values(last_seen_at=now)
    )


def end_session(token: str) -> None:
    db.session.execute(delete(LoginSession).where(LoginSession.token_hash == hash_token(token)))


def end_all_sessions(user_id: int) -> None:
    db.session.execute(delete(LoginSession).where(LoginSession.user_id == user_id))


def end_session_of(user_id: int, session_id: int) -> bool:
    """End one of the user's sessions; False when she has no such session."""
    ended = db.session.execute(
        delete(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.user_id == user_id)
        .returning(LoginSession.id)
    )
    return ended.first() is not None


def end_other_sessions(user_id: int, token: str) -> int:
    """End all of the user's sessions but that of the token; returns how many there were."""
    ended = db.session.execute(
        delete(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.token_hash != hash_token(token))
        .returning(LoginSession.id)
    )
    return len(ended.all())


def create_user(
    email: str,
    name: str,
    *,
    password: str | None = None,
    language: str = "sv",
    is_lead: bool = False,
    now: datetime,
) -> User:
    password_hash = hash_password(password) if password is not None else None
    return create_account(
        email, name, password_hash=password_hash, language=language, is_lead=is_lead, now=now
    )


def create_account(
    email: str,
    name: str,
    *,
    password_hash: str | None,
    language: str,
    is_lead: bool = False,
    now: datetime,
) -> User:
    """Raises EmailTaken."""
    user = User(
        email=kept(email),
        name=name.strip(),
        password_hash=password_hash,
        language=language,
        is_lead=is_lead,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:
        raise EmailTaken(user.email) from None
    return user


def set_password(user_id: int, password: str) -> None:
    store_password(user_id, hash_password(password))


def store_password(user_id: int, password_hash: str) -> None:
    """A new password ends every session of the user, and every link that she was sent."""
    db.session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))
    end_all_sessions(user_id)
    kill_tokens([user_id])


def change_email(user_id: int, email: str) -> None:
    """A new address ends every link that was sent to the old one. Raises EmailTaken."""
    try:
        with db.session.begin_nested():
            db.session.execute(update(User).where(User.id == user_id).values(email=email))
    except IntegrityError:
        raise EmailTaken(email) from None
    kill_tokens([user_id])


def set_language(user_id: int, language: str) -> None:
    db.session.execute(update(User).where(User.id == user_id).values(language=language))


def disable_user(user_id: int, *, now: datetime) -> None:
    disable_users([user_id], now=now)


def disable_users(user_ids: Collection[int], *, now: datetime) -> list[int]:
    """Their sessions end at once. Returns whose account was open until now; the others stay closed
    since when they were."""
    closed: list[int] = []
    for part in in_parts(user_ids):
        is_open = update(User).where(User.id.in_(part), User.disabled_at.is_(None))
        closed += db.session.scalars(is_open.values(disabled_at=now).returning(User.id))
        db.session.execute(delete(LoginSession).where(LoginSession.user_id.in_(part)))
        kill_tokens(part)
    return closed


def enable_users(user_ids: Collection[int], *, now: datetime) -> list[int]:
    """Returns whose account was closed until now. One that has been closed for its year stays so:
    the next night erases it, and her id may be on the list of the erased already."""
    opened: list[int] = []
    for part in in_parts(user_ids):
        is_closed = update(User).where(
            User.id.in_(part), User.disabled_at > now - CLOSED_ACCOUNT_KEPT
        )
        opened += db.session.scalars(is_closed.values(disabled_at=None).returning(User.id))
    return opened
