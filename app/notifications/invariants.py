"""I8: every mail waits, is under way, was sent, or was given up for a reason; none twice."""

from collections.abc import Iterator

from sqlalchemy import or_, select

from app.database import db
from app.notifications.models import OutboxMail
from app.notifications.queries import FINAL, State


def outbox_differences() -> Iterator[str]:
    """That none is there twice, its unique key judges."""
    is_odd = or_(
        OutboxMail.state.not_in(list(State)),
        (OutboxMail.state == State.GIVEN_UP) & OutboxMail.last_error.is_(None),
    )
    for id_, state in db.session.execute(select(OutboxMail.id, OutboxMail.state).where(is_odd)):
        yield f"mail {id_}: {state} without a reason"
    for id_, payload in db.session.execute(
        select(OutboxMail.id, OutboxMail.payload).where(OutboxMail.state.in_(FINAL))
    ):
        if payload:
            yield f"mail {id_}: over, and still holds what stood in it"
