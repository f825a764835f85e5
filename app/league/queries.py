"""The published league: rows of closed rounds, never live counts."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlalchemy import ColumnElement, false, func, or_, select

from app.database import db
from app.history.models import PointEntry, thing_of
from app.league.models import TeamRound, TeamSoFar
from app.organisation.models import Department, JointPart, Team
from app.organisation.queries import joint_departments, league_team_id, league_team_id_of
from app.seasons.models import Round
from app.seasons.queries import SeasonRow
from challenges import model
from challenges.badges import TeamRecord
from challenges.model import TeamId

# A phone draws as many plates and pins at once; most organisations have fewer teams.
TEAMS_PER_SHEET = 50


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


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a check-in gave to its team: points by kind; `team_so_far` counts the team's check-ins
    of the round as of last night, once there are a few."""

    team_id: TeamId
    team_name: str
    team_so_far: int | None
    points: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.points.values())


@dataclass(frozen=True, slots=True)
class TeamStanding:
    """A team beside its reader: in which team it plays, whether that is hers, and in that case its
    check-ins in the oldest open round as of last night, once there are a few."""

    plays_as: TeamId
    is_own: bool
    open_round: int | None
    so_far: int | None


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


def contribution(
    team_id: int, season_id: int, round_id: int, *, check_in_id: int, revision: int
) -> Contribution:
    """What that revision of a check-in gave to the team of that id, or to its joint team."""
    rows = db.session.execute(
        select(Team.id, Team.name, TeamSoFar.check_ins, PointEntry.kind, PointEntry.points)
        .outerjoin(TeamSoFar, (TeamSoFar.team_id == Team.id) & (TeamSoFar.round_id == round_id))
        .outerjoin(
            PointEntry,
            (PointEntry.thing == thing_of(check_in_id))
            & (PointEntry.revision == revision)
            & PointEntry.is_reversal.is_(False),
        )
        .where(Team.id == league_team_id(team_id, season_id))
        .order_by(PointEntry.id)
    ).all()
    return Contribution(
        team_id=TeamId(rows[0].id),
        team_name=rows[0].name,
        team_so_far=rows[0].check_ins,
        points={row.kind: row.points for row in rows if row.kind is not None},
    )


def team_standing(team_id: int, season: SeasonRow, user_id: int, *, now: datetime) -> TeamStanding:
    open_round = next((each for each in season.plan.rounds if not each.closed), None)
    so_far = (
        select(TeamSoFar.check_ins)
        .where(
            TeamSoFar.team_id == team_id,
            TeamSoFar.round_id == (open_round.id if open_round else None),
        )
        .scalar_subquery()
    )
    plays_as, own, check_ins = db.session.execute(
        select(
            league_team_id(team_id, season.id),
            league_team_id_of(user_id, season.id, before=now),
            so_far,
        )
    ).one()
    is_own = own == team_id
    return TeamStanding(
        TeamId(plays_as),
        is_own,
        open_round.number if open_round else None,
        check_ins if is_own else None,
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


def find_team_record(team_id: int | ColumnElement[int], season_id: int) -> TeamRecord | None:
    """How far the team's published rounds have brought it towards its badges, never a live count.

    None before its first round and until it is ranked: in a team of two, the sum would tell each
    what the other did.
    """
    departments = select(func.count(Department.id)).scalar_subquery()
    of_parts = (
        select(func.count(Team.department_id.distinct()))
        .join(JointPart, JointPart.team_id == Team.id)
        .where(JointPart.season_id == season_id, JointPart.joint_team_id == TeamRound.team_id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            TeamRound.check_ins,
            TeamRound.departments,
            TeamRound.is_ranked,
            departments.label("all_departments"),
            of_parts.label("of_parts"),
        )
        .join(Round, Round.id == TeamRound.round_id)
        .where(TeamRound.team_id == team_id, Round.season_id == season_id)
        .order_by(Round.number)
    ).all()
    if not rows or not rows[-1].is_ranked:
        return None
    return TeamRecord(
        check_ins=sum(row.check_ins for row in rows),
        departments=rows[-1].departments,
        other_departments=rows[-1].all_departments - max(1, rows[-1].of_parts),
    )


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
