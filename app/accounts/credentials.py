"""A lost password, a new one, a new address."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.service import change_email, start_session, store_password
from app.accounts.tokens import Purpose, Recipient, issue, kill_tokens, use_link
from app.database import db, in_parts
from app.notifications.links import new_seed
from app.notifications.service import Letter, post

PASSWORD_CHANGED = "password-changed"  # noqa: S105 - a kind of mail
NEW_EMAIL_WISHED = "new-email-wished"
EMAIL_CORRECTED = "email-corrected"


def reset_password(token: str, password_hash: str, *, now: datetime) -> str:
    """Returns the address of the account. Raises LinkDead."""
    recipient = use_link(Purpose.RESET, token, now=now)
    user = db.session.get_one(User, recipient.user_id)
    store_password(user.id, password_hash)
    _tell(user, PASSWORD_CHANGED, now=now)
    return user.email


def change_password(user_id: int, password_hash: str, *, browser: str, now: datetime) -> str:
    """Ends every session; returns the token of a fresh one for the browser that asked."""
    user = db.session.get_one(User, user_id)
    store_password(user_id, password_hash)
    _tell(user, PASSWORD_CHANGED, now=now)
    return start_session(user_id, browser=browser, now=now)


def wish_for_new_email(user_id: int, email: str, *, secret_key: str, now: datetime) -> None:
    """A mail to the new address asks for its owner's yes, one to the old address says so.

    Whether somebody else has the new address is not told: only its owner can say yes.
    """
    user = db.session.get_one(User, user_id)
    (link,) = issue(
        Purpose.NEW_EMAIL, [Recipient(email, user_id, user.name)], secret_key=secret_key, now=now
    )
    letter = Letter(link.key, Purpose.NEW_EMAIL, email, user.language, {"seed": link.seed}, user_id)
    post([letter], now=now)
    _tell(user, NEW_EMAIL_WISHED, now=now, email=email)


def confirm_new_email(token: str, *, now: datetime) -> str:
    """Returns the address that holds from now on. Raises LinkDead, EmailTaken."""
    recipient = use_link(Purpose.NEW_EMAIL, token, now=now)
    user = db.session.get_one(User, recipient.user_id)
    change_email(user.id, recipient.email)
    return recipient.email


def announce_corrections(new_emails: Mapping[int, str], *, now: datetime) -> None:
    """Whoever keeps the list of people is about to give these users those addresses.

    Links under way to them are dead from now on; and who has a password hears of it where she was
    reached until now, because whoever reads mail at the new address can have another one.
    """
    for part in in_parts(new_emails):
        known = select(User).where(User.id.in_(part), User.password_hash.is_not(None))
        letters = [
            _letter(user, EMAIL_CORRECTED, email=new_emails[user.id])
            for user in db.session.scalars(known)
        ]
        post(letters, now=now)
        kill_tokens(part)


def _tell(user: User, kind: str, *, now: datetime, **payload: str) -> None:
    post([_letter(user, kind, **payload)], now=now)


def _letter(user: User, kind: str, **payload: str) -> Letter:
    """To the address that she has now, so that she hears of what somebody else may have done."""
    return Letter(f"{kind}:{new_seed()}", kind, user.email, user.language, payload, user.id)
