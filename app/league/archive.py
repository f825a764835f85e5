"""Seasons that are over, told from published rows alone."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.database import db
from app.league.models import TeamRound
from app.league.queries import Table
from app.organisation.models import Team
from app.seasons.models import Round, Season

# The last round of every season whose rounds are all closed.
_LAST = (
    select(Round.season_id, func.max(Round.number).label("number"))
    .group_by(Round.season_id)
    .having(func.count(Round.id) == func.count(Round.closed_at))
    .subquery()
)


@dataclass(frozen=True, slots=True)
class PastSeason:
    """`teams` stood in its last table; `winners` share the first place."""

    id: int
    name: str
    starts_at: datetime
    ends_at: datetime
    teams: int
    winners: tuple[str, ...]


def past_seasons() -> list[PastSeason]:
    """The seasons whose last table is published, the newest first."""
    winners = _winners()
    rows = db.session.execute(
        select(
            Season.id,
            Season.name,
            Season.starts_at,
            Round.ends_at,
            func.count(TeamRound.team_id),
        )
        .join(_LAST, _LAST.c.season_id == Season.id)
        .join(Round, (Round.season_id == Season.id) & (Round.number == _LAST.c.number))
        .outerjoin(TeamRound, TeamRound.round_id == Round.id)
        .group_by(Season.id, Season.name, Season.starts_at, Round.ends_at)
        .order_by(Season.starts_at.desc())
    )
    return [PastSeason(*row, winners=tuple(winners[row[0]])) for row in rows]


def holders(table: Table) -> dict[str, list[str]]:
    """Which teams have which badge on their shelf, by its slug."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in table.rows:
        for badge in row.shelf:
            found[badge].append(row.name)
    return found


def _winners() -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for season_id, name in db.session.execute(
        select(Round.season_id, Team.name)
        .join(_LAST, (_LAST.c.season_id == Round.season_id) & (_LAST.c.number == Round.number))
        .join(TeamRound, TeamRound.round_id == Round.id)
        .join(Team, Team.id == TeamRound.team_id)
        .where(TeamRound.place == 1)
        .order_by(Team.name)
    ):
        found[season_id].append(name)
    return found
