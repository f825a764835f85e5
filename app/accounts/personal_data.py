from datetime import datetime

from sqlalchemy import delete

from app.accounts.models import LoginSession, SignInFailure, User
from app.personal_data import Export, carry_out, rows_of
from app.retention import FAILURE_WINDOW


def export(user_id: int) -> Export:
    return rows_of(User, User.id == user_id) | rows_of(
        LoginSession, LoginSession.user_id == user_id
    )


def erase(user_id: int) -> None:
    """Failed sign-ins name nobody, and are forgotten within minutes."""
    carry_out(
        delete(LoginSession).where(LoginSession.user_id == user_id),
        delete(User).where(User.id == user_id),
    )


def forget(*, now: datetime) -> None:
    carry_out(
        delete(LoginSession).where(LoginSession.expires_at <= now),
        delete(SignInFailure).where(SignInFailure.failed_at <= now - FAILURE_WINDOW),
    )
