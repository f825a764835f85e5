from datetime import datetime

from sqlalchemy import ColumnElement, column, delete, or_, select, table

from app.notifications.models import MailRefusal, OutboxMail
from app.notifications.queries import FINAL
from app.personal_data import Export, carry_out, rows_of
from app.retention import MAIL_KEPT

USER = table("user", column("id"), column("email"))


def export(user_id: int) -> Export:
    """What is to stand in a mail could open a link, and is emptied once the mail has gone."""
    mails = {
        table: [row | {"payload": {}} for row in rows]
        for table, rows in rows_of(OutboxMail, _is_hers(user_id)).items()
    }
    return mails | rows_of(MailRefusal, MailRefusal.user_id == user_id)


def _is_hers(user_id: int) -> ColumnElement[bool]:
    """Also what was written to her address before she had an account."""
    email = select(USER.c.email).where(USER.c.id == user_id).scalar_subquery()
    return or_(OutboxMail.user_id == user_id, OutboxMail.address == email)


def erase(user_id: int) -> None:
    """What is known to be hers; what went to her address goes with the account."""
    carry_out(delete(OutboxMail).where(OutboxMail.user_id == user_id))
    carry_out(delete(MailRefusal).where(MailRefusal.user_id == user_id))


def forget(*, now: datetime) -> None:
    """What has been sent or given up long ago."""
    carry_out(
        delete(OutboxMail).where(
            OutboxMail.state.in_(FINAL), OutboxMail.changed_at <= now - MAIL_KEPT
        )
    )
