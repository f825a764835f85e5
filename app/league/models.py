from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime


class TeamRound(Model):
    """A team's published result of one closed round. History: written once, at the closing.

    `score` and `season_score` are hundredths; `departments` counts those bridged this season so
    far; `place` is null while the team is unranked; `rise` is in places since the round before,
    null where it had none then; `shelf` maps a badge's slug to how many of it the team holds.
    """

    __tablename__ = "team_round"

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
