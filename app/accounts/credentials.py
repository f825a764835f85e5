"""A lost password, a new one, a new address."""

from datetime import datetime

from app.accounts.models import User
from app.accounts.service import change_email, start_session, store_password
from app.accounts.tokens import Purpose, Recipient, issue, use_link
from app.database import db
from app.notifications.links import new_seed
from app.notifications.service import Letter, post

PASSWORD_CHANGED = "password-changed"  # noqa: S105 - a kind of mail
NEW_EMAIL_WISHED = "new-email-wished"


def reset_password(token: str, password_hash: str, *, now: datetime) -> None:
    """Raises LinkDead."""
    recipient = use_link(Purpose.RESET, token, now=now)
    user = db.session.get_one(User, recipient.user_id)
    store_password(user.id, password_hash)
    _tell(user, PASSWORD_CHANGED, now=now)


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


def _tell(user: User, kind: str, *, now: datetime, **payload: str) -> None:
    """To the address that she has now, so that she hears of what somebody else may have done."""
    letter = Letter(f"{kind}:{new_seed()}", kind, user.email, user.language, payload, user.id)
    post([letter], now=now)
