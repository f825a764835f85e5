from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime


class TeamRound(Model):
    """A team's published result of one closed round. History: written once, at the closing.

    `score` and `season_score` are hundredths; `departments` counts those bridged this season so
    far; `place` is null while the team is unranked; `position` is its row of the table, from 1 on,
    with the unranked last; `rise` is in places since the round before, null where it had none then;
    `shelf` maps a badge's slug to how many of it the team holds.
    """

    __tablename__ = "team_round"
    __table_args__ = (
        UniqueConstraint("round_id", "position"),
        Index(
            "ix_team_round_headlines",
            "round_id",
            sqlite_where=text("is_weeks_team = 1 OR is_top_riser = 1"),
            postgresql_where=text("is_weeks_team OR is_top_riser"),
        ),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True, index=True)
    points: Mapped[int]
    available: Mapped[int]
    check_ins: Mapped[int]
    departments: Mapped[int]
    score: Mapped[int]
    season_score: Mapped[int]
    is_ranked: Mapped[bool]
    place: Mapped[int | None]
    position: Mapped[int]
    rise: Mapped[int | None]
    is_weeks_team: Mapped[bool]
    is_top_riser: Mapped[bool]
    shelf: Mapped[dict[str, int]] = mapped_column(JSON)


class TeamSoFar(Model):
    """How many check-ins a team had last night in a round that is still open: for the team itself,
    and no row while they are few enough to point at somebody."""

    __tablename__ = "team_so_far"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    check_ins: Mapped[int]


class WallLink(Model):
    """A link to the coffee room's screen. Its address holds the token; we keep only its SHA-256."""

    __tablename__ = "wall_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
