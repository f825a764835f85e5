"""The sweep: every mail that is due is taken, sent and settled. Settling one and taking the next
are one transaction, because each waits for the disk. A sweep that dies leaves at most one row
"sending"; a later one gives it one more try."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, Protocol

from sqlalchemy import select, update

from app.database import db, writing
from app.notifications.models import ERROR_LENGTH, OutboxMail
from app.notifications.personal_data import forget
from app.notifications.queries import MayLeave, State, count_due, has_due, is_due

# The waits between the tries of a mail; after the last one it is given up.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)
# No server keeps a sweep waiting for so long, so whoever was sending it is gone.
SENDING_LASTS = timedelta(minutes=15)
# A mail may have arrived although we never heard so: it is sent once more, and then let be.
UNKNOWN_OUTCOMES_AT_MOST = 1
STALE = "it would have come too late"


class NoConnection(Exception):
    """The mail server cannot be reached or refuses us; no mail has been tried."""


class NotDelivered(Exception):
    """The message is the server's or the network's word."""


class TryLater(NotDelivered):
    pass


class Refused(NotDelivered):
    """For good: another try would get the same answer."""


class OutcomeUnknown(NotDelivered):
    """The connection was lost after the mail had been handed over, before it was confirmed."""


class Transport(Protocol):
    @property
    def is_connected(self) -> bool:
        """Whether the next mail can be delivered without connecting anew."""
        ...

    def connect(self) -> None:
        """Make sure that there is a connection. Raises NoConnection."""

    def deliver(self, message: EmailMessage, address: str) -> None:
        """Raises TryLater, Refused or OutcomeUnknown."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail that this sweep has taken."""

    id: int
    kind: str
    user_id: int | None
    address: str
    language: str
    payload: dict[str, Any]
    message_id: str
    tries: int
    unknown_outcomes: int
    created_at: datetime


Compose = Callable[[Outgoing], EmailMessage]
Progress = Callable[[int, int], None]


def sweep(
    transport: Transport,
    compose: Compose,
    clock: Callable[[], datetime],
    may_leave: MayLeave,
    progress: Progress,
    goes_on: Callable[[], bool],
) -> Counter[State]:
    """Send what is due and `may_leave`, for as long as `goes_on`; returns how many ended in which
    state. `progress` hears how many of how many are done, and must not fail: a mail is under way.

    Raises NoConnection when the server cannot be reached; what is due stays due.
    """
    ended: Counter[State] = Counter()
    with writing():
        _take_back_lost(clock())
        _give_up_stale(clock())
        forget(now=clock())
    total = count_due(clock(), may_leave)
    try:
        while goes_on() and has_due(clock(), may_leave):
            transport.connect()
            with writing():
                mail = _take(clock(), may_leave)
            while mail is not None:
                trouble = _send(transport, compose, mail)
                # What is taken is sent: nothing is, where that could not follow at once.
                takes_next = transport.is_connected and goes_on()
                with writing():
                    state = _settle(mail, trouble, clock())
                    mail = _take(clock(), may_leave) if takes_next else None
                ended[state] += 1
                progress(ended.total(), max(total, ended.total()))
    finally:
        transport.close()
    return ended


def _take(now: datetime, may_leave: MayLeave) -> Outgoing | None:
    """What has been due for the longest, now on its way; two sweeps never take the same one."""
    row = db.session.scalar(
        select(OutboxMail)
        .where(is_due(now, may_leave))
        .order_by(OutboxMail.next_try_at, OutboxMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    row.state, row.changed_at, row.tries = State.SENDING, now, row.tries + 1
    return Outgoing(
        id=row.id,
        kind=row.kind,
        user_id=row.user_id,
        address=row.address,
        language=row.language,
        payload=row.payload,
        message_id=row.message_id,
        tries=row.tries,
        unknown_outcomes=row.unknown_outcomes,
        created_at=row.created_at,
    )


def _send(transport: Transport, compose: Compose, mail: Outgoing) -> NotDelivered | None:
    """What kept it from arriving, if anything did."""
    try:
        message = compose(mail)
    except Exception as error:
        # One mail that cannot be made must not stop those after it.
        return Refused(f"not composed: {type(error).__name__}")
    try:
        transport.deliver(message, mail.address)
    except NotDelivered as trouble:
        return trouble
    return None


def _settle(mail: Outgoing, trouble: NotDelivered | None, now: datetime) -> State:
    unknown = mail.unknown_outcomes + isinstance(trouble, OutcomeUnknown)
    is_final = (
        isinstance(trouble, Refused)
        or mail.tries > len(WAITS)
        or unknown > UNKNOWN_OUTCOMES_AT_MOST
    )
    values: dict[str, object] = {"changed_at": now, "unknown_outcomes": unknown}
    if trouble is None or is_final:
        state = State.SENT if trouble is None else State.GIVEN_UP
        values |= {"payload": {}}
    else:
        state = State.PENDING
        values |= {"next_try_at": now + WAITS[mail.tries - 1]}
    error = str(trouble)[:ERROR_LENGTH] if trouble else None
    # Whoever took the row back meanwhile has the say.
    db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.id == mail.id, OutboxMail.state == State.SENDING)
        .values(state=state, last_error=error, **values)
    )
    return state


def _take_back_lost(now: datetime) -> None:
    """What a sweep was sending when it died: whether it arrived is unknown."""
    lost = OutboxMail.state == State.SENDING, OutboxMail.changed_at <= now - SENDING_LASTS
    again = OutboxMail.unknown_outcomes < UNKNOWN_OUTCOMES_AT_MOST
    common = {
        "changed_at": now,
        "unknown_outcomes": OutboxMail.unknown_outcomes + 1,
        "last_error": "the sweep ended while it was being sent",
    }
    db.session.execute(
        update(OutboxMail)
        .where(*lost, again)
        .values(state=State.PENDING, next_try_at=now, **common)
    )
    db.session.execute(
        update(OutboxMail).where(*lost).values(state=State.GIVEN_UP, payload={}, **common)
    )


def _give_up_stale(now: datetime) -> None:
    db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.state == State.PENDING, OutboxMail.stale_at <= now)
        .values(state=State.GIVEN_UP, payload={}, changed_at=now, last_error=STALE)
    )
