from datetime import datetime

from sqlalchemy import delete

from app.personal_data import Export, carry_out, rows_of
from app.roster.importing import forget_expired_uploads
from app.roster.models import Upload


def export(user_id: int) -> Export:
    """That she has read in a list; what is in it is about others."""
    return {
        table: [{name: value for name, value in row.items() if name != "content"} for row in rows]
        for table, rows in rows_of(Upload, Upload.user_id == user_id).items()
    }


def erase(user_id: int) -> None:
    carry_out(delete(Upload).where(Upload.user_id == user_id))


def forget(*, now: datetime) -> None:
    forget_expired_uploads(now=now)
