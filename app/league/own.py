"""A team beside its reader: for whom she plays, what she gave it, how far it is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.database import db
from app.history.models import PointEntry
from app.league.models import TeamRound, TeamSoFar
from app.organisation.models import Department, JointPart, Team
from app.organisation.queries import league_team_id, league_team_id_of
from app.seasons.models import Round
from app.seasons.queries import SeasonRow
from challenges.badges import TeamRecord
from challenges.model import TeamId
from challenges.points import thing_of


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
