"""What the outbox holds of one person: for her own download and her erasure, and how long."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from app.database import db
from app.notifications.models import OutboxMail
from app.notifications.queries import FINAL

KEPT_AFTER_THE_END = timedelta(days=30)


def export(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """Her mails as they are stored, by table; what would open a link is emptied once it is sent."""
    columns = OutboxMail.__table__.columns
    rows = db.session.execute(
        select(*columns).where(OutboxMail.user_id == user_id).order_by(OutboxMail.id)
    )
    return {OutboxMail.__tablename__: [dict(row) | {"payload": {}} for row in rows.mappings()]}


def erase(user_id: int) -> None:
    db.session.execute(delete(OutboxMail).where(OutboxMail.user_id == user_id))


def forget(*, now: datetime) -> None:
    """What has been sent or given up long ago."""
    db.session.execute(
        delete(OutboxMail).where(
            OutboxMail.state.in_(FINAL), OutboxMail.changed_at <= now - KEPT_AFTER_THE_END
        )
    )
