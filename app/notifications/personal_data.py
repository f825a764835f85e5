from datetime import datetime

from sqlalchemy import delete

from app.notifications.models import OutboxMail
from app.notifications.queries import FINAL
from app.personal_data import Export, carry_out, rows_of
from app.retention import MAIL_KEPT


def export(user_id: int) -> Export:
    """What is to stand in a mail could open a link, and is emptied once the mail has gone."""
    return {
        table: [row | {"payload": {}} for row in rows]
        for table, rows in rows_of(OutboxMail, OutboxMail.user_id == user_id).items()
    }


def erase(user_id: int) -> None:
    carry_out(delete(OutboxMail).where(OutboxMail.user_id == user_id))


def forget(*, now: datetime) -> None:
    """What has been sent or given up long ago."""
    carry_out(
        delete(OutboxMail).where(
            OutboxMail.state.in_(FINAL), OutboxMail.changed_at <= now - MAIL_KEPT
        )
    )
