import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime

PUBLIC_ID_BYTES = 16


def new_public_id() -> str:
    return secrets.token_hex(PUBLIC_ID_BYTES)


class User(Model):
    """`email` is lower case; without a password hash nobody can sign in with a password.

    `public_id` is random and never given twice: by it a restored backup knows whom it must erase
    again. From `erase_at` on the account waits to be erased.
    """

    __tablename__ = "user"
    # A freed id must not be given to the next person: others' rows may still carry it.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(5), default="sv")
    is_lead: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    public_id: Mapped[str] = mapped_column(
        String(2 * PUBLIC_ID_BYTES), default=new_public_id, index=True, unique=True
    )
    erase_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LoginSession(Model):
    """A signed-in browser. It holds the token; we keep only its SHA-256."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInFailure(Model):
    """A failed sign-in, counted for an account and for an address; `subject` is a keyed hash, so
    that the table names nobody."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_subject_failed_at", "subject", "failed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(64))
    failed_at: Mapped[datetime] = mapped_column(UtcDateTime)
