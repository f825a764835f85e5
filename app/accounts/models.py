import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime

PUBLIC_ID_BYTES = 16
EMAIL_LENGTH = 254
NAME_LENGTH = 120
BROWSER_LENGTH = 60
DOMAINS_LENGTH = 500
HASH_LENGTH = 64


def new_public_id() -> str:
    return secrets.token_hex(PUBLIC_ID_BYTES)


class User(Model):
    """`email` is lower case. Without a password hash nobody has come in yet; with that of
    `passwords.NO_PASSWORD` she has, but signs in in another way.

    `public_id` is random and never given twice: by it a restored backup knows whom it must erase
    again. From `erase_at` on the account waits to be erased.
    """

    __tablename__ = "user"
    # A freed id must not be given to the next person: others' rows may still carry it.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
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
    """A signed-in browser. It holds the token; we keep only its SHA-256.

    `browser` is what its owner knows it by, as in "Firefox, Android".
    """

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    browser: Mapped[str] = mapped_column(String(BROWSER_LENGTH), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInFailure(Model):
    """A failed sign-in, or a mail that somebody asked for without being signed in, counted for an
    account and for an address; or what was saved by a link of a mail, counted for the link's
    owner. `subject` is a keyed hash, so that the table names nobody."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_subject_failed_at", "subject", "failed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(HASH_LENGTH))
    failed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccountToken(Model):
    """A link that was sent by mail: single-use, expiring, known to us by its hash alone.

    `email` is the address that it was sent to, and whoever opens it has shown to read. `user_id` is
    null for somebody who is to get an account by it. There is one of each purpose an address: a new
    one replaces it.
    """

    __tablename__ = "account_token"
    __table_args__ = (UniqueConstraint("purpose", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(12))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailWish(Model):
    """Somebody who is not signed in asked for a mail to this address. Whether it is a known one is
    looked up only when the mails are made, so that the answer on the page cannot tell."""

    __tablename__ = "mail_wish"
    __table_args__ = (UniqueConstraint("purpose", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(12))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    language: Mapped[str] = mapped_column(String(5))
    wished_at: Mapped[datetime] = mapped_column(UtcDateTime)


class JoinLink(Model):
    """The organisation's way in for people whom nobody has invited; `domains` are those of its mail
    addresses, separated by spaces."""

    __tablename__ = "join_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    domains: Mapped[str] = mapped_column(String(DOMAINS_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SetupLink(Model):
    """The key to the setup page of an installation that has no users yet."""

    __tablename__ = "setup_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
