"""The published league: rows of closed rounds, never live counts."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlalchemy import ColumnElement, false, func, or_, select

from app.accounts.queries import hash_token
from app.database import db
from app.league.models import TeamRound, WallLink
from app.organisation.models import Department, Team
from app.organisation.queries import joint_departments, league_team_id_of
from app.seasons.models import Round
from app.seasons.queries import SeasonRow
from challenges import model

# A phone draws as many plates and pins at once; most organisations have fewer teams.
TEAMS_PER_SHEET = 50
# As many as the coffee room's screen shows without scrolling.
TEAMS_ON_THE_WALL = 10


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

    def __hash__(self) -> int:
        """The shelf, a dict, has none; two rows alike in all of this have mostly the same."""
        return hash((self.team_id, self.name, self.place, self.rise, self.season_score))


@dataclass(frozen=True, slots=True)
class Sheet:
    """The part of the table that one page shows, of `count` such parts from 1 on."""

    number: int
    count: int
    rows: tuple[TableRow, ...]

    @property
    def next(self) -> int:
        """After the last sheet it is the first again."""
        return self.number % self.count + 1


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

    def find_sheet(self, number: int, teams: int = TEAMS_PER_SHEET) -> Sheet | None:
        """The table has at least one sheet, which may be empty."""
        count = max(1, ceil(len(self.rows) / teams))
        if not 1 <= number <= count:
            return None
        start = (number - 1) * teams
        return Sheet(number, count, self.rows[start : start + teams])

    def find_sheet_number(self, team_id: int | None) -> int | None:
        """The sheet on which the team stands."""
        for index, row in enumerate(self.rows):
            if row.team_id == team_id:
                return index // TEAMS_PER_SHEET + 1
        return None


@dataclass(frozen=True, slots=True)
class Headlines:
    """The news of a closing; `own` is the reader's team's row."""

    round_number: int
    weeks_teams: tuple[TableRow, ...]
    risers: tuple[TableRow, ...]
    own: TableRow | None


@dataclass(frozen=True, slots=True)
class TeamWeekRow:
    """A team's published round; scores in hundredths."""

    number: int
    challenge: str
    score: int
    season_score: int
    place: int | None
    shelf: dict[str, int]


def published_table(season: SeasonRow) -> Table | None:
    """The table of the last closed round, or None before the first closing."""
    last = season.last_closed
    if last is None:
        return None
    found = _rows_of(season.id, TeamRound.round_id == last.id)
    return Table(
        round_number=last.number,
        ranked=tuple(row for _, row, _ in found if row.place is not None),
        unranked=tuple(row for _, row, _ in found if row.place is None),
        weeks_teams=tuple(row for published, row, _ in found if published.is_weeks_team),
        risers=tuple(row for published, row, _ in found if published.is_top_riser),
    )


def headlines(season: SeasonRow, closed: model.Round, user_id: int) -> Headlines:
    """What the closing of that round named, with the reader's team's row beside it."""
    own_id = league_team_id_of(user_id, season.id, before=closed.ends_at)
    is_own = TeamRound.team_id == own_id
    found = _rows_of(
        season.id,
        TeamRound.round_id == closed.id,
        or_(TeamRound.is_weeks_team, TeamRound.is_top_riser, is_own),
        is_own=is_own,
    )
    return Headlines(
        round_number=closed.number,
        weeks_teams=tuple(row for published, row, _ in found if published.is_weeks_team),
        risers=tuple(row for published, row, _ in found if published.is_top_riser),
        own=next((row for _, row, own in found if own), None),
    )


def _rows_of(
    season_id: int, *whose: ColumnElement[bool], is_own: ColumnElement[bool] | None = None
) -> list[tuple[TeamRound, TableRow, bool]]:
    """Published rows by place and name, and whether each is the reader's team's."""
    found = db.session.execute(
        select(TeamRound, Team.name, Department.name, false() if is_own is None else is_own)
        .join(Team, Team.id == TeamRound.team_id)
        .outerjoin(Department, Department.id == Team.department_id)
        .where(*whose)
        .order_by(TeamRound.place, Team.name)
    ).all()
    has_joint = any(department is None for _, _, department, _ in found)
    joint = joint_departments(season_id) if has_joint else {}
    return [
        (
            row,
            _table_row(row, name, (department,) if department else joint.get(row.team_id, ())),
            bool(own),
        )
        for row, name, department, own in found
    ]


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


def is_wall_open(token: str) -> bool:
    """Whether the token is that of the coffee room's link, and the link has not been revoked."""
    found = select(WallLink.id).where(WallLink.token_hash == hash_token(token))
    return db.session.scalar(found) is not None


def wall_open_since() -> datetime | None:
    """When the coffee room's link was made, or None when there is none."""
    return db.session.scalar(select(func.max(WallLink.created_at)))


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
