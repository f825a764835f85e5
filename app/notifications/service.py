"""The outbox: what is announced is written beside its cause, and sent by a sweep afterwards."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.database import db, insert_new
from app.notifications.models import OutboxMail
from app.notifications.queries import State

MESSAGE_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Letter:
    """What is announced to one recipient; `kind` names its templates, `payload` is what they need.

    A `seed` in the payload becomes the token of the mail's link.
    """

    key: str
    kind: str
    address: str
    language: str
    payload: dict[str, Any] = field(default_factory=dict)
    user_id: int | None = None


def post(letters: Iterable[Letter], *, now: datetime) -> None:
    """Write the letters into the outbox; one whose key is there already is not written again."""
    insert_new(
        OutboxMail,
        [
            {
                "key": letter.key,
                "kind": letter.kind,
                "user_id": letter.user_id,
                "address": letter.address,
                "language": letter.language,
                "payload": letter.payload,
                "message_id": secrets.token_hex(MESSAGE_ID_BYTES),
                "state": State.PENDING,
                "tries": 0,
                "unknown_outcomes": 0,
                "next_try_at": now,
                "created_at": now,
                "changed_at": now,
            }
            for letter in letters
        ],
    )


def know_owner(address: str, user_id: int) -> None:
    """Whoever was written to before there was an account now has one: its mails go with it."""
    db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.address == address, OutboxMail.user_id.is_(None))
        .values(user_id=user_id)
    )
