from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime

KEY_LENGTH = 120
KIND_LENGTH = 40
ERROR_LENGTH = 200


class OutboxMail(Model):
    """One mail to one recipient, written in the transaction of what it announces.

    `key` names what it announces and to whom, so that it is announced once. `message_id` is the
    part of the Message-ID before the @, the same on every try. `payload` holds what the mail's
    templates need, and is emptied once the mail is sent or given up. `changed_at` is when `state`
    was last set: a row that has long been "sending" lost its sender, and its outcome is unknown;
    `unknown_outcomes` counts these. From `stale_at` on it would tell nobody anything any more.
    """

    __tablename__ = "outbox_mail"
    __table_args__ = (Index("ix_outbox_mail_state_next_try_at", "state", "next_try_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    kind: Mapped[str] = mapped_column(String(KIND_LENGTH))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(5))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    message_id: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(12))
    tries: Mapped[int] = mapped_column(default=0)
    unknown_outcomes: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stale_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(ERROR_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailRefusal(Model):
    """A kind of the mails of the week that somebody does not want."""

    __tablename__ = "mail_refusal"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(KIND_LENGTH), primary_key=True)
