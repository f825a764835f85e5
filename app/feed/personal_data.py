from sqlalchemy import delete

from app.feed.models import CalendarFeed
from app.personal_data import Export, carry_out, rows_of


def export(user_id: int) -> Export:
    return rows_of(CalendarFeed, CalendarFeed.user_id == user_id)


def erase(user_id: int) -> None:
    carry_out(delete(CalendarFeed).where(CalendarFeed.user_id == user_id))
