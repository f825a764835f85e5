from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, select

from app.database import db
from app.notifications.models import MailRefusal, OutboxMail


class State(StrEnum):
    """A row is pending until a sweep takes it, and sending while the mail is on its way; from there
    it is sent, given up, or pending again."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    GIVEN_UP = "given-up"


# Which mails nothing holds back at an instant.
MayLeave = Callable[[datetime], ColumnElement[bool]]
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
    return _as_tally({state: count for state, count in rows})


def _as_tally(counts: Mapping[str, int]) -> Tally:
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


def count_due(now: datetime, may_leave: MayLeave) -> int:
    due = select(func.count()).select_from(OutboxMail).where(is_due(now, may_leave))
    return db.session.scalar(due) or 0


def has_due(now: datetime, may_leave: MayLeave) -> bool:
    due = select(OutboxMail.id).where(is_due(now, may_leave)).limit(1)
    return db.session.scalar(due) is not None


def is_due(now: datetime, may_leave: MayLeave) -> ColumnElement[bool]:
    return and_(OutboxMail.state == State.PENDING, OutboxMail.next_try_at <= now, may_leave(now))


def refused_by(user_id: int) -> frozenset[str]:
    """The kinds of the mails of the week that she does not want."""
    return frozenset(
        db.session.scalars(select(MailRefusal.kind).where(MailRefusal.user_id == user_id))
    )


@dataclass(frozen=True, slots=True)
class Loss:
    """Mails of one kind that were given up for one reason, the last of them `last_at`."""

    kind: str
    reason: str
    count: int
    last_at: datetime


def losses(since: datetime | None = None) -> list[Loss]:
    """The newest first, as far back as asked for, or as the outbox remembers."""
    given_up = OutboxMail.state == State.GIVEN_UP
    rows = db.session.execute(
        select(
            OutboxMail.kind,
            OutboxMail.last_error,
            func.count(),
            func.max(OutboxMail.changed_at).label("last_at"),
        )
        .where(given_up if since is None else and_(given_up, OutboxMail.changed_at >= since))
        .group_by(OutboxMail.kind, OutboxMail.last_error)
        .order_by(func.max(OutboxMail.changed_at).desc())
    )
    return [Loss(*row) for row in rows]


def tallies() -> dict[str, Tally]:
    """By kind, as far back as the outbox remembers."""
    counts: dict[str, dict[str, int]] = {}
    for kind, state, count in db.session.execute(
        select(OutboxMail.kind, OutboxMail.state, func.count()).group_by(
            OutboxMail.kind, OutboxMail.state
        )
    ):
        counts.setdefault(kind, {})[state] = count
    return {kind: _as_tally(found) for kind, found in counts.items()}
