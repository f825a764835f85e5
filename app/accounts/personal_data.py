from datetime import datetime

from sqlalchemy import ScalarSelect, delete, or_, select

from app.accounts.models import AccountToken, LoginSession, MailWish, SignInFailure, User
from app.accounts.tokens import Purpose
from app.notifications.models import OutboxMail
from app.personal_data import Export, carry_out, rows_of
from app.retention import FAILURE_WINDOW


def export(user_id: int) -> Export:
    return (
        rows_of(User, User.id == user_id)
        | rows_of(LoginSession, LoginSession.user_id == user_id)
        | rows_of(AccountToken, AccountToken.user_id == user_id)
        | rows_of(MailWish, MailWish.email == _email_of(user_id))
    )


def erase(user_id: int) -> None:
    """Failed sign-ins name nobody, and are forgotten within minutes."""
    email = _email_of(user_id)
    carry_out(
        delete(LoginSession).where(LoginSession.user_id == user_id),
        delete(AccountToken).where(
            or_(AccountToken.user_id == user_id, AccountToken.email == email)
        ),
        delete(MailWish).where(MailWish.email == email),
        # Also what was written to her before she had an account.
        delete(OutboxMail).where(OutboxMail.address == email),
        delete(User).where(User.id == user_id),
    )


def forget(*, now: datetime) -> None:
    """An invitation that has expired stays, so that the lead sees whom it never reached."""
    carry_out(
        delete(LoginSession).where(LoginSession.expires_at <= now),
        delete(SignInFailure).where(SignInFailure.failed_at <= now - FAILURE_WINDOW),
        delete(AccountToken).where(
            AccountToken.expires_at <= now, AccountToken.purpose != Purpose.INVITATION
        ),
    )


def _email_of(user_id: int) -> ScalarSelect[str]:
    return select(User.email).where(User.id == user_id).scalar_subquery()
