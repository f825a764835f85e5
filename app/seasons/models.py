from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime

SEASON_NAME_LENGTH = 120
# As registers write them: "HR 2026/118", with room for a title.
REFERENCE_LENGTH = 120


class Season(Model):
    """`opened_at` is null while the season is only planned: nobody but the lead sees it then.
    `replanned_at` is when its rounds were last planned anew, or a vote about them decided.

    `goal_target` is 0 until round 1 closes and fixes it, at `goal_wish` where the lead has named a
    figure; `goal_count` counts check-ins in which somebody was met, of which `goal_of_erased` are
    by people who have been erased since. The two about the negotiation with the trade union are
    given together.
    """

    __tablename__ = "season"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(SEASON_NAME_LENGTH))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, unique=True)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replanned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    goal_wish: Mapped[int | None]
    goal_target: Mapped[int] = mapped_column(default=0)
    goal_count: Mapped[int] = mapped_column(default=0)
    goal_of_erased: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    negotiated_on: Mapped[date | None]
    negotiation_reference: Mapped[str | None] = mapped_column(String(REFERENCE_LENGTH))


class RestWeek(Model):
    """A week inside a season without a round, by its first instant."""

    __tablename__ = "rest_week"

    season_id: Mapped[int] = mapped_column(
        ForeignKey("season.id", ondelete="CASCADE"), primary_key=True
    )
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)


class Round(Model):
    """`alternative` is the challenge that stands against `challenge` in a vote, and after the vote
    the one that lost."""

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("season_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"))
    number: Mapped[int]
    challenge: Mapped[str] = mapped_column(String(40))
    alternative: Mapped[str | None] = mapped_column(String(40))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, unique=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Participation(Model):
    """`team_id` is the team at joining; `left_from` the first round that no longer counts;
    `ceremony_seen` the last round whose ceremony she has waved off.

    `points` is the sum of the person's ledger rows of this season, kept in their transaction.
    """

    __tablename__ = "participation"
    __table_args__ = (
        UniqueConstraint("user_id", "season_id"),
        CheckConstraint("first_round >= 1", "first_round"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id"), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_round: Mapped[int]
    left_from: Mapped[int | None]
    points: Mapped[int] = mapped_column(default=0)
    ceremony_seen: Mapped[int] = mapped_column(default=0)


class Away(Model):
    """A round in which a participant is away; no reason is asked or kept."""

    __tablename__ = "away"

    participation_id: Mapped[int] = mapped_column(
        ForeignKey("participation.id", ondelete="CASCADE"), primary_key=True
    )
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)


class ChallengeVote(Model):
    """Which challenge a participant would like in a round. Read by herself alone."""

    __tablename__ = "challenge_vote"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    participation_id: Mapped[int] = mapped_column(
        ForeignKey("participation.id", ondelete="CASCADE"), primary_key=True
    )
    challenge: Mapped[str] = mapped_column(String(40))
    cast_at: Mapped[datetime] = mapped_column(UtcDateTime)
