"""Answers are counted and never kept, so that there is no row of anybody's
(docs/decisions/0016)."""

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model
from challenges.texts import SLUG_LIMIT


class PulseTally(Model):
    """How many chose each answer while a pulse is open: a question's slug to five counts."""

    __tablename__ = "pulse_tally"

    season_id: Mapped[int] = mapped_column(
        ForeignKey("season.id", ondelete="CASCADE"), primary_key=True
    )
    moment: Mapped[str] = mapped_column(String(10), primary_key=True)
    counts: Mapped[dict[str, list[int]]] = mapped_column(JSON)


class PulseSeen(Model):
    """Somebody has answered an open pulse or does not want to; which of the two is not kept.

    SQLite would number the rows in the order in which they came, so it is kept from it.
    """

    __tablename__ = "pulse_seen"
    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    season_id: Mapped[int] = mapped_column(
        ForeignKey("season.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    moment: Mapped[str] = mapped_column(String(10), primary_key=True)


class PulseResult(Model):
    """What is told of a question, in tenths of the five steps. History: written once."""

    __tablename__ = "pulse_result"

    season_id: Mapped[int] = mapped_column(
        ForeignKey("season.id", ondelete="CASCADE"), primary_key=True
    )
    moment: Mapped[str] = mapped_column(String(10), primary_key=True)
    question: Mapped[str] = mapped_column(String(SLUG_LIMIT), primary_key=True)
    mean: Mapped[int]
