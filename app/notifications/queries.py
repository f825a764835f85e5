from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, select

from app.database import db
from app.notifications.models import OutboxMail


class State(StrEnum):
    """A row is pending until a sweep takes it, and sending while the mail is on its way; from there
    it is sent, given up, or pending again."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    GIVEN_UP = "given-up"


# Nothing more will happen to a row in one of these.
FINAL = (State.SENT, State.GIVEN_UP)


@dataclass(frozen=True, slots=True)
class Tally:
    """How far the mails of one kind have come."""

    waiting: int
    sent: int
    given_up: int

    @property
    def total(self) -> int:
        return self.waiting + self.sent + self.given_up


def tally_of(kind: str) -> Tally:
    return _tally(OutboxMail.kind == kind)


def tally_of_all() -> Tally:
    """Of every kind, as far back as the outbox remembers."""
    return _tally()


def _tally(*chosen: ColumnElement[bool]) -> Tally:
    rows = db.session.execute(
        select(OutboxMail.state, func.count()).where(*chosen).group_by(OutboxMail.state)
    )
    counts = {state: count for state, count in rows}
    return Tally(
        waiting=counts.get(State.PENDING, 0) + counts.get(State.SENDING, 0),
        sent=counts.get(State.SENT, 0),
        given_up=counts.get(State.GIVEN_UP, 0),
    )


def states_of(keys: Collection[str]) -> dict[str, str]:
    """The state of each of these mails that the outbox still knows."""
    if not keys:
        return {}
    rows = db.session.execute(
        select(OutboxMail.key, OutboxMail.state).where(OutboxMail.key.in_(keys))
    )
    return {key: state for key, state in rows}


def count_due(now: datetime) -> int:
    return db.session.scalar(select(func.count()).select_from(OutboxMail).where(is_due(now))) or 0


def has_due(now: datetime) -> bool:
    return db.session.scalar(select(OutboxMail.id).where(is_due(now)).limit(1)) is not None


def is_due(now: datetime) -> ColumnElement[bool]:
    return and_(OutboxMail.state == State.PENDING, OutboxMail.next_try_at <= now)
