"""The published league: rows of closed rounds, never live counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from app.database import db
from app.league.models import TeamRound
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
class Sheet:
    """The part of the table that one page shows, of `count` such parts from 1 on."""

    number: int
    count: int
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The table after a closed round: ranked teams by place, then the unranked by name."""

    round_number: int
    ranked: tuple[TableRow, ...]
    unranked: tuple[TableRow, ...]
    weeks_teams: tuple[TableRow, ...]
    risers: tuple[TableRow, ...]

    @property
    def rows(self) -> tuple[TableRow, ...]:
        return (*self.ranked, *self.unranked)

    def find_sheet(self, number: int) -> Sheet | None:
        count = max(1, ceil(len(self.rows) / TEAMS_PER_SHEET))
        if not 1 <= number <= count:
            return None
        start = (number - 1) * TEAMS_PER_SHEET
        return Sheet(number, count, self.rows[start : start + TEAMS_PER_SHEET])

    def find_sheet_number(self, team_id: int | None) -> int | None:
        """The sheet on which the team stands."""
        for index, row in enumerate(self.rows):
            if row.team_id == team_id:
                return index // TEAMS_PER_SHEET + 1
        return None


@dataclass(frozen=True, slots=True)
class TeamWeekRow:
    """A team's published round; scores in hundredths."""

    number: int
    challenge: str
    score: int
    season_score: int
    place: int | None
    shelf: dict[str, int]


# A phone draws as many plates and pins at once; most organisations have fewer teams.
TEAMS_PER_SHEET = 50
_Before = aliased(TeamRound)


def published_table(season: SeasonRow) -> Table | None:
    """The table of the last closed round, or None before the first closing."""
    last = season.last_closed
    if last is None:
        return None
    round_before = season.plan.round(last.number - 1)
    found = db.session.execute(
        select(
            TeamRound.team_id,
            Team.name,
            Department.name.label("department"),
            TeamRound.place,
            _Before.place.label("place_before"),
            TeamRound.season_score,
            TeamRound.score,
            TeamRound.shelf,
        )
        .join(Team, Team.id == TeamRound.team_id)
        .join(Department, Department.id == Team.department_id)
        .outerjoin(
            _Before,
            (_Before.team_id == TeamRound.team_id)
            & (_Before.round_id == (round_before.id if round_before else None)),
        )
        .where(TeamRound.round_id == last.id)
        .order_by(TeamRound.place, Team.name)
    ).all()
    return _table(last.number, found)


def team_weeks(team_id: int, season_id: int) -> list[TeamWeekRow]:
    """A team's published rounds of the season, in order."""
    rows = db.session.execute(
        select(
            Round.number,
            Round.challenge,
            TeamRound.score,
            TeamRound.season_score,
            TeamRound.place,
            TeamRound.shelf,
        )
        .join(Round, Round.id == TeamRound.round_id)
        .where(TeamRound.team_id == team_id, Round.season_id == season_id)
        .order_by(Round.number)
    )
    return [TeamWeekRow(*row) for row in rows]


def _table_row(row: Row) -> TableRow:
    place, before = row.place, row.place_before
    return TableRow(
        team_id=row.team_id,
        name=row.name,
        department=row.department,
        place=row.place,
        rise=before - place if before is not None and place is not None else None,
        season_score=row.season_score,
        score=row.score,
        shelf=row.shelf,
    )


def _table(number: int, found: Sequence[Row]) -> Table:
    rows = [_table_row(row) for row in found]
    before = {TeamId(row.team_id): row.place_before for row in found if row.place_before}
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
