"""The published league: rows of closed rounds, never live counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlalchemy import Row, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.queries import hash_token
from app.database import db, read
from app.league.models import TeamRound, WallLink
from app.organisation.models import Department, Team
from app.organisation.queries import joint_departments, league_team_id_of
from app.seasons.models import Round
from app.seasons.queries import SeasonRow
from challenges import model

# A phone draws as many plates and pins at once; most organisations have fewer teams.
TEAMS_PER_SHEET = 30
# As many as the coffee room's screen shows without scrolling.
TEAMS_ON_THE_WALL = 10
# More than any organisation has, and a number that any database can count to.
LAST_SHEET = 10_000


@dataclass(frozen=True, slots=True)
class TableRow:
    """A team in the published table; scores in hundredths, `rise` in places since last round."""

    team_id: int
    name: str
    departments: tuple[str, ...]
    place: int | None
    position: int
    rise: int | None
    season_score: int
    score: int
    shelf: dict[str, int]

    def __hash__(self) -> int:
        """The shelf, a dict, has none; two rows alike in all of this have mostly the same."""
        return hash((self.team_id, self.name, self.place, self.rise, self.season_score))

    @property
    def sheet(self) -> int:
        return ceil(self.position / TEAMS_PER_SHEET)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The part of the table that one page shows, of `count` such parts from 1 on; `top` is the
    season score of the team that leads the whole table."""

    number: int
    count: int
    top: int
    rows: tuple[TableRow, ...]

    @property
    def next(self) -> int:
        """After the last sheet it is the first again."""
        return self.number % self.count + 1


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table after a closed round: ranked teams by place, then the unranked by name."""

    round_number: int
    rows: tuple[TableRow, ...]

    @property
    def ranked(self) -> tuple[TableRow, ...]:
        return tuple(row for row in self.rows if row.place is not None)

    @property
    def unranked(self) -> tuple[TableRow, ...]:
        return tuple(row for row in self.rows if row.place is None)


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


# Made once: putting a statement together takes longer than running it. The columns come as a
# TableRow wants them, after the department.
_WHOLE_TABLE = (
    select(
        TeamRound.team_id,
        Team.name,
        Department.name.label("department"),
        TeamRound.place,
        TeamRound.position,
        TeamRound.rise,
        TeamRound.season_score,
        TeamRound.score,
        TeamRound.shelf,
    )
    .join(Team, Team.id == TeamRound.team_id)
    .outerjoin(Department, Department.id == Team.department_id)
    .where(TeamRound.round_id == bindparam("round_id"))
    .order_by(TeamRound.position)
)
COLUMNS = len(_WHOLE_TABLE.selected_columns)
_ITS_ROWS = aliased(TeamRound)
_SHEET = _WHOLE_TABLE.add_columns(
    select(func.max(_ITS_ROWS.position))
    .where(_ITS_ROWS.round_id == bindparam("round_id"))
    .scalar_subquery()
    .label("teams"),
    select(_ITS_ROWS.season_score)
    .where(
        _ITS_ROWS.round_id == bindparam("round_id"),
        _ITS_ROWS.position == 1,
        _ITS_ROWS.place.is_not(None),
    )
    .scalar_subquery()
    .label("top"),
).where(TeamRound.position.between(bindparam("first"), bindparam("last")))
_OWN_TEAM = league_team_id_of(
    bindparam("user_id"), bindparam("season_id"), before=bindparam("before")
)
# In no order: asked for the table's own, SQLite would walk through all of it to find three rows.
_HEADLINES = (
    _WHOLE_TABLE.order_by(None)
    .add_columns(
        TeamRound.is_weeks_team,
        TeamRound.is_top_riser,
        (TeamRound.team_id == _OWN_TEAM).label("is_own"),
    )
    .where(
        TeamRound.team_id.in_(
            select(_ITS_ROWS.team_id)
            .where(
                _ITS_ROWS.round_id == bindparam("round_id"),
                or_(_ITS_ROWS.is_weeks_team, _ITS_ROWS.is_top_riser),
            )
            .union_all(select(_OWN_TEAM))
        )
    )
)


def published_table(season: SeasonRow) -> Table | None:
    """The table of the last closed round, or None before the first closing."""
    last = season.last_closed
    if last is None:
        return None
    found = read(_WHOLE_TABLE, {"round_id": last.id})
    return Table(last.number, _as_table_rows(found, season.id))


def find_sheet(season: SeasonRow, number: int, teams: int = TEAMS_PER_SHEET) -> Sheet | None:
    """That sheet of the last closed round's table; it has at least one, which may be empty."""
    last = season.last_closed
    if last is None or not 1 <= number <= LAST_SHEET:
        return None
    before = (number - 1) * teams
    found = read(_SHEET, {"round_id": last.id, "first": before + 1, "last": before + teams})
    if not found:
        return Sheet(1, 1, 0, ()) if number == 1 else None
    return Sheet(
        number, ceil(found[0].teams / teams), found[0].top or 0, _as_table_rows(found, season.id)
    )


def headlines(
    season: SeasonRow, closed: model.Round, user_id: int, *, before: datetime
) -> Headlines:
    """What the closing of that round named, with the row of the team for which the reader plays in
    a week that ends at `before`."""
    whose = {"user_id": user_id, "season_id": season.id, "before": before}
    found = sorted(read(_HEADLINES, {"round_id": closed.id, **whose}), key=lambda row: row.position)
    rows = list(zip(found, _as_table_rows(found, season.id), strict=True))
    return Headlines(
        round_number=closed.number,
        weeks_teams=tuple(row for published, row in rows if published.is_weeks_team),
        risers=tuple(row for published, row in rows if published.is_top_riser),
        own=next((row for published, row in rows if published.is_own), None),
    )


def _as_table_rows(found: Sequence[Row], season_id: int) -> tuple[TableRow, ...]:
    joint_ids = [row.team_id for row in found if row.department is None]
    joint = joint_departments(joint_ids, season_id) if joint_ids else {}
    return tuple(
        TableRow(team_id, name, (department,) if department else joint.get(team_id, ()), *published)
        for team_id, name, department, *published in (row[:COLUMNS] for row in found)
    )


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
