from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime


class BadgeAward(Model):
    """A pin somebody holds. `round_id` is the round that earned it and `team_id` her team then,
    on whose shelf it stands once that round's table is published."""

    __tablename__ = "badge_award"
    __table_args__ = (
        UniqueConstraint("user_id", "badge"),
        Index("ix_badge_award_round_id_team_id", "round_id", "team_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    participation_id: Mapped[int] = mapped_column(
        ForeignKey("participation.id", ondelete="CASCADE"), index=True
    )
    badge: Mapped[str] = mapped_column(String(60))
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    awarded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TeamBadgeAward(Model):
    __tablename__ = "team_badge_award"
    __table_args__ = (UniqueConstraint("team_id", "season_id", "badge"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id"), index=True)
    badge: Mapped[str] = mapped_column(String(60))
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
