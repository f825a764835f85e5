"""The published league: rows of closed rounds, never live counts."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from app.database import db
from app.league.models import TeamRound, TeamSoFar
from app.organisation.models import Department, Team
from app.organisation.queries import joint_departments
from app.seasons.models import Round
from app.seasons.queries import SeasonRow
from challenges import model


@dataclass(frozen=True, slots=True)
class TableRow:
    """A team in the published table; scores in hundredths, `rise` in places since last round."""

    team_id: int
    name: str
    departments: tuple[str, ...]
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
class Headlines:
    """The news of a closing; `own` is the reader's team's row."""

    round_number: int
    weeks_teams: tuple[TableRow, ...]
    risers: tuple[TableRow, ...]
    own: TableRow | None


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
    found = _rows_of(season.id, TeamRound.round_id == last.id)
    return Table(
        round_number=last.number,
        ranked=tuple(row for _, row in found if row.place is not None),
        unranked=tuple(row for _, row in found if row.place is None),
        weeks_teams=tuple(row for published, row in found if published.is_weeks_team),
        risers=tuple(row for published, row in found if published.is_top_riser),
    )


def headlines(season: SeasonRow, closed: model.Round, own_team_id: int | None) -> Headlines:
    """What the closing of that round named, with the own team's row beside it."""
    found = _rows_of(
        season.id,
        TeamRound.round_id == closed.id,
        or_(TeamRound.is_weeks_team, TeamRound.is_top_riser, TeamRound.team_id == own_team_id),
    )
    return Headlines(
        round_number=closed.number,
        weeks_teams=tuple(row for published, row in found if published.is_weeks_team),
        risers=tuple(row for published, row in found if published.is_top_riser),
        own=next((row for _, row in found if row.team_id == own_team_id), None),
    )


def _rows_of(season_id: int, *whose: ColumnElement[bool]) -> list[tuple[TeamRound, TableRow]]:
    """Published rows by place, the unranked after them by name."""
    found = db.session.execute(
        select(TeamRound, Team.name, Department.name)
        .join(Team, Team.id == TeamRound.team_id)
        .outerjoin(Department, Department.id == Team.department_id)
        .where(*whose)
        .order_by(TeamRound.place, Team.name)
    ).all()
    has_joint = any(department is None for _, _, department in found)
    joint = joint_departments(season_id) if has_joint else {}
    return [
        (row, _table_row(row, name, (department,) if department else joint.get(row.team_id, ())))
        for row, name, department in found
    ]


def find_so_far(team_id: int, round_id: int) -> int | None:
    """The team's check-ins in the open round as of last night; None while they are few."""
    return db.session.scalar(
        select(TeamSoFar.check_ins).where(
            TeamSoFar.team_id == team_id, TeamSoFar.round_id == round_id
        )
    )


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


def _table_row(row: TeamRound, name: str, departments: tuple[str, ...]) -> TableRow:
    return TableRow(
        team_id=row.team_id,
        name=name,
        departments=departments,
        place=row.place,
        rise=row.rise,
        season_score=row.season_score,
        score=row.score,
        shelf=row.shelf,
    )
