from sqlalchemy import delete

from app.badges.models import BadgeAward
from app.personal_data import Export, carry_out, rows_of


def export(user_id: int) -> Export:
    return rows_of(BadgeAward, BadgeAward.user_id == user_id)


def erase(user_id: int) -> None:
    """Published shelves keep the count."""
    carry_out(delete(BadgeAward).where(BadgeAward.user_id == user_id))
