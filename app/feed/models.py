from datetime import datetime, time

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime

SEED_LENGTH = 32


class CalendarFeed(Model):
    """A calendar that its owner reads in a program of her choice, which cannot sign in.

    Its address is the seed, signed by the site's key: whoever reads the database cannot make it,
    and another seed ends it. The two of the reminder are given together; Monday is 0. `changed_at`
    is when the reminder was last set.
    """

    __tablename__ = "calendar_feed"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    seed: Mapped[str] = mapped_column(String(SEED_LENGTH), unique=True)
    reminder_weekday: Mapped[int | None]
    reminder_time: Mapped[time | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
