from sqlalchemy import delete

from app.personal_data import Export, carry_out, rows_of
from app.pulse.models import PulseSeen


def export(user_id: int) -> Export:
    return rows_of(PulseSeen, PulseSeen.user_id == user_id)


def erase(user_id: int) -> None:
    """An answer is a count among others by now, which nobody could take out again."""
    carry_out(delete(PulseSeen).where(PulseSeen.user_id == user_id))
