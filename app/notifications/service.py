"""The outbox: what is announced is written beside its cause, and sent by a sweep afterwards."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from app.database import db, in_parts, insert_new, many_at_a_time, one_at_a_time, read
from app.notifications.kinds import WeekMail
from app.notifications.models import MailRefusal, OutboxMail
from app.notifications.queries import State

MESSAGE_ID_BYTES = 16
REFUSALS = 821_002
_REFUSED = select(MailRefusal.user_id, MailRefusal.kind).where(
    MailRefusal.user_id.in_(bindparam("user_ids", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is announced to one recipient; `kind` names its templates, `payload` is what they need.

    A `seed` in the payload becomes the token of the mail's link, and what is called `…_at` there,
    an instant in ISO format. It leaves from `due_at` on, at once where there is none, and never
    from `stale_at` on.
    """

    key: str
    kind: str
    address: str
    language: str
    payload: dict[str, Any] = field(default_factory=dict)
    user_id: int | None = None
    due_at: datetime | None = None
    stale_at: datetime | None = None


def post(letters: Iterable[Letter], *, now: datetime) -> None:
    """Write the letters into the outbox; one whose key is there already is not written again, and
    one of a kind that its recipient has refused not at all."""
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
                "next_try_at": letter.due_at or now,
                "stale_at": letter.stale_at,
                "created_at": now,
                "changed_at": now,
            }
            for letter in _wanted(list(letters))
        ],
    )


def _wanted(letters: Sequence[Letter]) -> Iterable[Letter]:
    readers = {letter.user_id for letter in letters if letter.kind in set(WeekMail)}
    if not readers:
        return letters
    # Until this transaction ends nobody refuses what it is about to write.
    many_at_a_time(REFUSALS)
    refused = {
        (user_id, kind)
        for part in in_parts(readers)
        for user_id, kind in read(_REFUSED, {"user_ids": part})
    }
    return (letter for letter in letters if (letter.user_id, letter.kind) not in refused)


def take_back(keys: Collection[str]) -> None:
    """Those that have not left are never sent; they may be written anew."""
    db.session.execute(
        delete(OutboxMail).where(OutboxMail.key.in_(keys), OutboxMail.state == State.PENDING)
    )


def refuse(user_id: int, kind: WeekMail) -> None:
    """No more of that kind to her, not even what is waiting, nor another try of what is just under
    way; doing it twice is harmless."""
    one_at_a_time(REFUSALS)
    insert_new(MailRefusal, [{"user_id": user_id, "kind": kind}])
    db.session.execute(
        delete(OutboxMail).where(
            OutboxMail.user_id == user_id,
            OutboxMail.kind == kind,
            OutboxMail.state.in_((State.PENDING, State.SENDING)),
        )
    )


def allow(user_id: int, kind: WeekMail) -> None:
    db.session.execute(
        delete(MailRefusal).where(MailRefusal.user_id == user_id, MailRefusal.kind == kind)
    )


def know_owner(address: str, user_id: int) -> None:
    """Whoever was written to before there was an account now has one: its mails go with it."""
    db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.address == address, OutboxMail.user_id.is_(None))
        .values(user_id=user_id)
    )
