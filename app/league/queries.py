"""The published league: rows of closed rounds, never live counts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.accounts.queries import hash_token
from app.database import db
from app.league.models import TeamRound, WallLink
from app.organisation.models import Department, Team
from app.seasons.models import Round
from app.seasons.queries import SeasonRow
from challenges.league import biggest_rises, weeks_teams
from challenges.model import TeamId


@dataclass(frozen=True, slots=True)
class TableRow:
    """A team in the published table; scores in hundredths, `rise` in places since last round."""

    team_id: int
    name: str
    department: str
    place: int | None
    rise: int | None
    season_score: int
    score: int
    shelf: dict[str, int]


@dataclass(frozen=True, slots=True)
class Table:
    """The table after a closed round: ranked teams by place, then the unranked by name."""

    round_number: int
    ranked: tuple[TableRow, ...]
    unranked: tuple[TableRow, ...]
    weeks_teams: tuple[TableRow, ...]
    risers: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class TeamWeekRow:
    number: int
    challenge: str
    score: int
    season_score: int
    place: int | None


def published_table(season: SeasonRow) -> Table | None:
    """The table of the last closed round, or None before the first closing."""
    last = season.last_closed
    if last is None:
        return None
    before = _places(season.plan.rounds[last.number - 2].id) if last.number > 1 else {}
    found = db.session.execute(
        select(TeamRound, Team.name, Department.name)
        .join(Team, Team.id == TeamRound.team_id)
        .join(Department, Department.id == Team.department_id)
        .where(TeamRound.round_id == last.id)
        .order_by(TeamRound.place, Team.name)
    )
    rows = [_table_row(row, name, department, before) for row, name, department in found]
    return _table(last.number, rows, before)


def find_table_row(table: Table | None, team_id: int) -> TableRow | None:
    for row in (*table.ranked, *table.unranked) if table else ():
        if row.team_id == team_id:
            return row
    return None


def team_weeks(team_id: int, season_id: int) -> list[TeamWeekRow]:
    """A team's published rounds of the season, in order."""
    rows = db.session.execute(
        select(
            Round.number,
            Round.challenge,
            TeamRound.score,
            TeamRound.season_score,
            TeamRound.place,
        )
        .join(Round, Round.id == TeamRound.round_id)
        .where(TeamRound.team_id == team_id, Round.season_id == season_id)
        .order_by(Round.number)
    )
    return [TeamWeekRow(*row) for row in rows]


def is_wall_open(token: str) -> bool:
    """Whether the token is that of the coffee room's link, and the link has not been revoked."""
    found = select(WallLink.id).where(WallLink.token_hash == hash_token(token))
    return db.session.scalar(found) is not None


def wall_open_since() -> datetime | None:
    """When the coffee room's link was made, or None when there is none."""
    return db.session.scalar(select(func.max(WallLink.created_at)))


def _places(round_id: int) -> dict[TeamId, int]:
    rows = db.session.execute(
        select(TeamRound.team_id, TeamRound.place).where(TeamRound.round_id == round_id)
    )
    return {TeamId(team_id): place for team_id, place in rows if place is not None}


def _table_row(row: TeamRound, name: str, department: str, before: dict[TeamId, int]) -> TableRow:
    earlier = before.get(TeamId(row.team_id))
    return TableRow(
        team_id=row.team_id,
        name=name,
        department=department,
        place=row.place,
        rise=earlier - row.place if earlier is not None and row.place is not None else None,
        season_score=row.season_score,
        score=row.score,
        shelf=row.shelf,
    )


def _table(number: int, rows: list[TableRow], before: dict[TeamId, int]) -> Table:
    ranked = tuple(row for row in rows if row.place is not None)
    by_id = {row.team_id: row for row in ranked}
    best = weeks_teams(
        {TeamId(row.team_id): row.score for row in ranked}, [TeamId(row.team_id) for row in ranked]
    )
    _, risers = biggest_rises(
        {TeamId(row.team_id): row.place for row in ranked if row.place is not None}, before
    )
    return Table(
        round_number=number,
        ranked=ranked,
        unranked=tuple(row for row in rows if row.place is None),
        weeks_teams=tuple(by_id[team] for team in best),
        risers=tuple(by_id[team] for team in risers),
    )
