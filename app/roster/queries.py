"""The organisation's people as the programme lead sees them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from app.accounts.models import User
from app.accounts.queries import is_called
from app.database import db
from app.organisation.models import (
    Department,
    DepartmentManager,
    Employment,
    Membership,
    Team,
    TeamManager,
)
from app.retention import CLOSED_ACCOUNT_KEPT
from app.roster.model import Organisation, Person, Unit

_WILDCARDS = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


class Show(StrEnum):
    """Which people a list is of."""

    OPEN = "open"
    MANAGERS = "managers"
    NO_TEAM = "no-team"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: int
    name: str
    email: str
    number: str
    is_closed: bool
    is_lead: bool
    is_manager: bool
    team: str | None
    department: str | None


@dataclass(frozen=True, slots=True)
class Placement:
    team_id: int
    team: str
    department: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class ManagedUnit:
    """`key` is how a form names it."""

    key: str
    name: str
    is_team: bool


@dataclass(frozen=True, slots=True)
class PersonPage:
    """`placements` are her teams in the order in which she is in them, the coming one last."""

    id: int
    name: str
    email: str
    number: str
    closed_at: datetime | None
    is_lead: bool
    placements: tuple[Placement, ...]
    manages: tuple[ManagedUnit, ...]

    def placement_at(self, now: datetime) -> Placement | None:
        begun = [each for each in self.placements if each.starts_at <= now]
        return begun[-1] if begun else None

    def coming_after(self, now: datetime) -> Placement | None:
        return next((each for each in self.placements if each.starts_at > now), None)


# Where somebody is or is on her way to.
_NEWEST_TEAM = (
    select(Membership.team_id)
    .where(Membership.user_id == User.id)
    .order_by(Membership.starts_at.desc())
    .limit(1)
    .correlate(User)
    .scalar_subquery()
)


_IS_MANAGER = or_(
    exists().where(TeamManager.user_id == User.id),
    exists().where(DepartmentManager.user_id == User.id),
)
_PEOPLE = (
    select(
        User.id,
        User.name,
        User.email,
        func.coalesce(Employment.number, "").label("number"),
        User.disabled_at.is_not(None).label("is_closed"),
        User.is_lead,
        _IS_MANAGER.label("is_manager"),
        Team.name.label("team"),
        Department.name.label("department"),
    )
    .outerjoin(Employment, Employment.user_id == User.id)
    .outerjoin(Team, Team.id == _NEWEST_TEAM)
    .outerjoin(Department, Department.id == Team.department_id)
)


def people(search: str, show: Show, rows: slice) -> list[PersonRow]:
    """Those rows of the list by name; `search` is looked for in name, e-mail and number."""
    found = db.session.execute(
        _PEOPLE.where(_shown(show), *_matching(search))
        .order_by(func.lower(User.name), User.id)
        .slice(rows.start, rows.stop)
    )
    return [PersonRow(*row) for row in found]


def count_people(search: str, show: Show) -> int:
    found = db.session.scalar(
        select(func.count())
        .select_from(User)
        .outerjoin(Employment, Employment.user_id == User.id)
        .where(_shown(show), *_matching(search))
    )
    return found or 0


def _shown(show: Show) -> ColumnElement[bool]:
    is_open = User.disabled_at.is_(None)
    match show:
        case Show.CLOSED:
            return ~is_open
        case Show.MANAGERS:
            return is_open & _IS_MANAGER
        case Show.NO_TEAM:
            return is_open & ~exists().where(Membership.user_id == User.id)
        case Show.OPEN:
            return is_open


def _matching(search: str) -> list[ColumnElement[bool]]:
    """Each word must be found."""
    return [
        is_called(word) | func.lower(Employment.number).contains(word.lower(), autoescape=True)
        for word in search.split()
    ]


def find_person(user_id: int) -> PersonPage | None:
    rows = db.session.execute(
        select(
            User.id,
            User.name,
            User.email,
            func.coalesce(Employment.number, "").label("number"),
            User.disabled_at,
            User.is_lead,
            Membership.team_id,
            Team.name.label("team"),
            Department.name.label("department"),
            Membership.starts_at,
        )
        .outerjoin(Employment, Employment.user_id == User.id)
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(Team, Team.id == Membership.team_id)
        .outerjoin(Department, Department.id == Team.department_id)
        .where(User.id == user_id)
        .order_by(Membership.starts_at)
    ).all()
    if not rows:
        return None
    first = rows[0]
    return PersonPage(
        id=first.id,
        name=first.name,
        email=first.email,
        number=first.number,
        closed_at=first.disabled_at,
        is_lead=first.is_lead,
        placements=_placements(rows),
        manages=tuple(
            ManagedUnit(f"{'team' if is_team else 'department'}-{unit_id}", name, is_team)
            for _user_id, unit_id, name, is_team in db.session.execute(_managed(user_id))
        ),
    )


def is_going(closed_at: datetime | None, now: datetime) -> bool:
    """Whether a closed account has had its time: the next night erases it."""
    return closed_at is not None and closed_at <= now - CLOSED_ACCOUNT_KEPT


def _placements(rows: Sequence[Row]) -> tuple[Placement, ...]:
    return tuple(
        Placement(row.team_id, row.team, row.department or "", row.starts_at)
        for row in rows
        if row.team_id is not None
    )


def _managed(user_id: int | None = None) -> Select:
    """Who manages what: user id, the unit's id and name, and whether it is a team."""
    departments = select(
        DepartmentManager.user_id, Department.id, Department.name, literal(False).label("is_team")
    ).join(Department, Department.id == DepartmentManager.department_id)
    teams = select(TeamManager.user_id, Team.id, Team.name, literal(True)).join(
        Team, Team.id == TeamManager.team_id
    )
    if user_id is not None:
        departments = departments.where(DepartmentManager.user_id == user_id)
        teams = teams.where(TeamManager.user_id == user_id)
    both = union_all(departments, teams).subquery()
    return select(both).order_by(both.c.is_team, both.c.name)


def organisation(now: datetime) -> Organisation:
    """Everybody and everything that a file is compared with, in four statements."""
    manages: dict[int, set[Unit]] = defaultdict(set)
    for user_id, _unit_id, name, is_team in db.session.execute(_managed()):
        manages[user_id].add(Unit(name, bool(is_team)))
    newest = (
        select(
            Membership.user_id,
            Membership.team_id,
            func.row_number()
            .over(partition_by=Membership.user_id, order_by=Membership.starts_at.desc())
            .label("age"),
        )
    ).subquery()
    people = db.session.execute(
        select(
            User.id,
            User.name,
            User.email,
            func.coalesce(Employment.number, ""),
            func.coalesce(Team.name, ""),
            User.disabled_at,
            User.is_lead,
        )
        .outerjoin(Employment, Employment.user_id == User.id)
        .outerjoin(newest, (newest.c.user_id == User.id) & (newest.c.age == 1))
        .outerjoin(Team, Team.id == newest.c.team_id)
        .order_by(User.name, User.id)
    )
    nothing: frozenset[Unit] = frozenset()
    return Organisation(
        people=tuple(
            Person(
                id=id_,
                name=name,
                email=email,
                number=number,
                team=team,
                manages=frozenset(manages[id_]) if id_ in manages else nothing,
                is_closed=closed_at is not None,
                is_lead=is_lead,
                is_going=is_going(closed_at, now),
            )
            for id_, name, email, number, team, closed_at, is_lead in people
        ),
        departments=frozenset(db.session.scalars(select(Department.name))),
        teams=dict(
            db.session.execute(
                select(Team.name, Department.name).outerjoin(
                    Department, Department.id == Team.department_id
                )
            ).all()
        ),
    )
