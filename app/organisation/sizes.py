"""How large departments and teams are, for whoever keeps them."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.alphabet import in_order
from app.database import db
from app.organisation.models import Department, Membership, Team
from app.organisation.queries import DEPARTMENT_COLUMNS, DepartmentRow, department_row
from challenges.model import TeamId


@dataclass(frozen=True, slots=True)
class DepartmentSize:
    department: DepartmentRow
    teams: int


@dataclass(frozen=True, slots=True)
class TeamSize:
    id: TeamId
    name: str
    people: int


def department_sizes() -> list[DepartmentSize]:
    """Every department with how many teams it has."""
    rows = db.session.execute(
        select(*DEPARTMENT_COLUMNS, func.count(Team.id))
        .outerjoin(Team, Team.department_id == Department.id)
        .group_by(Department.id)
    )
    found = [DepartmentSize(department_row(row), row[-1]) for row in rows]
    return sorted(found, key=lambda each: in_order(each.department.name))


def team_sizes(department_id: int) -> list[TeamSize]:
    """The department's teams with how many people with an open account are in each or on their
    way to it."""
    later = aliased(Membership)
    is_newest = ~exists().where(
        later.user_id == Membership.user_id, later.starts_at > Membership.starts_at
    )
    rows = db.session.execute(
        select(Team.id, Team.name, func.count(User.id))
        .select_from(Team)
        .outerjoin(Membership, (Membership.team_id == Team.id) & is_newest)
        .outerjoin(User, (User.id == Membership.user_id) & User.disabled_at.is_(None))
        .where(Team.department_id == department_id)
        .group_by(Team.id)
    )
    found = [TeamSize(TeamId(id_), name, people) for id_, name, people in rows]
    return sorted(found, key=lambda each: in_order(each.name))
