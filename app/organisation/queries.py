from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, func, select

from app.database import db
from app.organisation.models import Department, Membership, Team
from challenges.model import DepartmentId, TeamId


@dataclass(frozen=True, slots=True)
class TeamRow:
    id: TeamId
    name: str
    department_id: DepartmentId
    department: str


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    id: DepartmentId
    name: str


_TEAM_COLUMNS = select(Team.id, Team.name, Team.department_id, Department.name).join(
    Department, Department.id == Team.department_id
)


def departments() -> list[DepartmentRow]:
    rows = db.session.execute(select(Department.id, Department.name).order_by(Department.name))
    return [DepartmentRow(DepartmentId(id_), name) for id_, name in rows]


def teams() -> list[TeamRow]:
    return [_team_row(row) for row in db.session.execute(_TEAM_COLUMNS.order_by(Team.name))]


def find_team(team_id: int) -> TeamRow | None:
    row = db.session.execute(_TEAM_COLUMNS.where(Team.id == team_id)).one_or_none()
    return _team_row(row) if row else None


def find_team_of(user_id: int, before: datetime) -> TeamRow | None:
    """The user's team in a week that ends at `before`: a move counts from its own Monday."""
    row = db.session.execute(_TEAM_COLUMNS.where(Team.id == _newest(user_id, before))).one_or_none()
    return _team_row(row) if row else None


def departments_and_team_of(
    user_id: int, before: datetime
) -> tuple[list[DepartmentRow], TeamRow | None]:
    """Every department, and the user's team as `find_team_of` has it, in one statement."""
    rows = db.session.execute(
        select(Team.id, Team.name, Department.id, Department.name)
        .select_from(Department)
        .outerjoin(
            Team, (Team.department_id == Department.id) & (Team.id == _newest(user_id, before))
        )
        .order_by(Department.name)
    ).all()
    own = next((_team_row(row) for row in rows if row[0] is not None), None)
    return [DepartmentRow(DepartmentId(row[2]), row[3]) for row in rows], own


def _newest(user_id: int, before: datetime) -> ScalarSelect[int]:
    return (
        select(Membership.team_id)
        .where(Membership.user_id == user_id, Membership.starts_at < before)
        .order_by(Membership.starts_at.desc())
        .limit(1)
        .scalar_subquery()
    )


def teams_of_members(before: datetime) -> dict[int, TeamId]:
    """Everybody's team by user id, as `find_team_of` has it, in one statement."""
    newest = (
        select(Membership.user_id, func.max(Membership.starts_at).label("starts_at"))
        .where(Membership.starts_at < before)
        .group_by(Membership.user_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Membership.user_id, Membership.team_id).join(
            newest,
            (newest.c.user_id == Membership.user_id) & (newest.c.starts_at == Membership.starts_at),
        )
    )
    return {user_id: TeamId(team_id) for user_id, team_id in rows}


def _team_row(row: Sequence) -> TeamRow:
    return TeamRow(TeamId(row[0]), row[1], DepartmentId(row[2]), row[3])
