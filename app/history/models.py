from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime


class Pledge(Model):
    """Which mission somebody means to do, and how uncomfortable she expects it to be (0 to 10)."""

    __tablename__ = "pledge"
    __table_args__ = (
        UniqueConstraint("participation_id", "round_id"),
        CheckConstraint("expected BETWEEN 0 AND 10", "expected"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(
        ForeignKey("participation.id", ondelete="CASCADE")
    )
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    mission: Mapped[str] = mapped_column(String(60))
    expected: Mapped[int | None]
    pledged_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CheckIn(Model):
    """What somebody did in a challenge round. Read by its author alone.

    `booking_round_id` is the round whose ledger holds it, null after the season's last week;
    `recalled` an expectation given afterwards; `undone_at` set while the check-in is undone, which
    keeps the row and its text; `revision` rises with every redo.
    """

    __tablename__ = "check_in"
    __table_args__ = (
        UniqueConstraint("participation_id", "round_id"),
        CheckConstraint("actual BETWEEN 0 AND 10", "actual"),
        CheckConstraint("recalled BETWEEN 0 AND 10", "recalled"),
        Index("ix_check_in_booking_round_id_team_id", "booking_round_id", "team_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(
        ForeignKey("participation.id", ondelete="CASCADE")
    )
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    booking_round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    mission: Mapped[str] = mapped_column(String(60))
    recalled: Mapped[int | None]
    actual: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")
    happened_on: Mapped[date]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Meeting(Model):
    """Somebody met in a check-in: from a department, from outside, or she did not say.

    `person` is a name for the author's own memory and is shown to nobody else.
    """

    __tablename__ = "meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    check_in_id: Mapped[int] = mapped_column(
        ForeignKey("check_in.id", ondelete="CASCADE"), index=True
    )
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    is_outside: Mapped[bool] = mapped_column(default=False)
    person: Mapped[str] = mapped_column(String(120), default="")


class PointEntry(Model):
    """One row of the append-only ledger. `thing` is named as `challenges.points` names it;
    `user_id` is null only in the sums that an erasure leaves behind."""

    __tablename__ = "point_entry"
    __table_args__ = (
        UniqueConstraint("thing", "revision", "kind", "is_reversal"),
        Index("ix_point_entry_round_id_team_id", "round_id", "team_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thing: Mapped[str] = mapped_column(String(60))
    revision: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    is_reversal: Mapped[bool] = mapped_column(default=False)
    points: Mapped[int]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)


# The kind of a sum that an erasure leaves behind.
ERASED = "erased"


def erased_thing(random_id: str) -> str:
    return f"{ERASED}:{random_id}"


class Streak(Model):
    """The stored result of `challenges.streaks.streak` for one participation."""

    __tablename__ = "streak"

    participation_id: Mapped[int] = mapped_column(
        ForeignKey("participation.id", ondelete="CASCADE"), primary_key=True
    )
    current: Mapped[int]
    longest: Mapped[int]
    settled_longest: Mapped[int]
    grace_held: Mapped[int]
    grace_spent: Mapped[int]
