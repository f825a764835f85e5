from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import TypeVar

from sqlalchemy import BindParameter as Parameter
from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, select

from app.accounts.models import User
from app.alphabet import in_order
from app.database import db, read
from app.organisation.models import Department, JointPart, Membership, Team
from challenges.model import DepartmentId, TeamId


@dataclass(frozen=True, slots=True)
class TeamRow:
    id: TeamId
    name: str
    department_id: DepartmentId
    department: str


@dataclass(frozen=True, slots=True)
class TeamFace:
    """A team as pages show it; a joint team has the departments of its parts, and their names."""

    id: TeamId
    name: str
    departments: tuple[str, ...]
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeagueTeam:
    """A team of a season's league: `parts` are the teams whose people play for it, itself alone
    where it is not a joint one."""

    id: TeamId
    name: str
    parts: frozenset[TeamId]
    departments: frozenset[DepartmentId]


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """With where and when a visitor is welcome for a cup, as far as it is known."""

    id: DepartmentId
    name: str
    fika_place: str = ""
    fika_time: time | None = None
    fika_welcome: str = ""

    @property
    def has_fika(self) -> bool:
        return bool(self.fika_place or self.fika_time or self.fika_welcome)


DEPARTMENT_COLUMNS = (
    Department.id,
    Department.name,
    Department.fika_place,
    Department.fika_time,
    Department.fika_welcome,
)
_TEAM_COLUMNS = select(Team.id, Team.name, Team.department_id, Department.name).join(
    Department, Department.id == Team.department_id
)


def _team_id_of(
    user_id: int | Parameter[int], before: datetime | Parameter[datetime]
) -> ScalarSelect[int]:
    return (
        select(Membership.team_id)
        .where(Membership.user_id == user_id, Membership.starts_at < before)
        .order_by(Membership.starts_at.desc())
        .limit(1)
        .scalar_subquery()
    )


def _joint_of(
    team_id: int | ScalarSelect[int], season_id: int | Parameter[int]
) -> ScalarSelect[int]:
    return (
        select(JointPart.joint_team_id)
        .where(JointPart.season_id == season_id, JointPart.team_id == team_id)
        .scalar_subquery()
    )


Named = TypeVar("Named", DepartmentRow, TeamRow)

# Made once: putting a statement together takes longer than running it.
_DEPARTMENTS_AND_TEAM = (
    select(Team.id, Team.name, *DEPARTMENT_COLUMNS)
    .select_from(Department)
    .outerjoin(
        Team,
        (Team.department_id == Department.id)
        & (Team.id == _team_id_of(bindparam("user_id"), bindparam("before"))),
    )
)
_DEPARTMENTS = select(*DEPARTMENT_COLUMNS)
_TEAM_OF = _TEAM_COLUMNS.where(Team.id == _team_id_of(bindparam("user_id"), bindparam("before")))


def departments() -> list[DepartmentRow]:
    return _by_name(department_row(row) for row in read(_DEPARTMENTS))


def _by_name(rows: Iterable[Named]) -> list[Named]:
    return sorted(rows, key=lambda each: in_order(each.name))


def count_departments(before: datetime) -> int:
    """How many there were at that instant."""
    is_older = Department.created_at.is_(None) | (Department.created_at < before)
    return db.session.scalar(select(func.count()).select_from(Department).where(is_older)) or 0


def league_teams(season_id: int) -> list[LeagueTeam]:
    """Every team of the season's league: joint teams instead of their parts."""
    plays_as = dict(
        db.session.execute(
            select(JointPart.team_id, JointPart.joint_team_id).where(
                JointPart.season_id == season_id
            )
        ).all()
    )
    names: dict[int, str] = {}
    parts: dict[int, set[TeamId]] = defaultdict(set)
    departments: dict[int, set[DepartmentId]] = defaultdict(set)
    for id_, name, department_id in db.session.execute(
        select(Team.id, Team.name, Team.department_id).order_by(Team.id)
    ):
        names[id_] = name
        if department_id is not None:
            team_id = plays_as.get(id_, id_)
            parts[team_id].add(TeamId(id_))
            departments[team_id].add(DepartmentId(department_id))
    return [
        LeagueTeam(TeamId(id_), names[id_], frozenset(parts[id_]), frozenset(departments[id_]))
        for id_ in sorted(parts)
    ]


def teams() -> list[TeamRow]:
    """The teams that people are in; joint ones are made of them."""
    return _by_name(_team_row(row) for row in db.session.execute(_TEAM_COLUMNS))


def find_team(team_id: int) -> TeamFace | None:
    return _face(select(Team.id).where(Team.id == team_id).scalar_subquery())


def find_league_team_of(user_id: int, season_id: int, *, before: datetime) -> TeamFace | None:
    """The team, joint or not, for which the user plays in a week that ends at `before`."""
    return _face(league_team_id_of(user_id, season_id, before=before))


def league_team_id(team_id: int, season_id: int) -> ColumnElement[int]:
    """For a statement: the team itself, or the joint team in which it plays that season."""
    return func.coalesce(_joint_of(team_id, season_id), team_id)


def league_team_id_of(
    user_id: int | Parameter[int],
    season_id: int | Parameter[int],
    *,
    before: datetime | Parameter[datetime],
) -> ColumnElement[int]:
    """For a statement: the team of `find_league_team_of`."""
    own = _team_id_of(user_id, before)
    return func.coalesce(_joint_of(own, season_id), own)


def find_team_of(user_id: int, before: datetime) -> TeamRow | None:
    """The user's team in a week that ends at `before`: a move counts from its own Monday."""
    rows = read(_TEAM_OF, {"user_id": user_id, "before": before})
    return _team_row(rows[0]) if rows else None


def departments_and_team_of(
    user_id: int, before: datetime
) -> tuple[list[DepartmentRow], TeamRow | None]:
    """Every department, and the user's team as `find_team_of` has it, in one statement."""
    rows = read(_DEPARTMENTS_AND_TEAM, {"user_id": user_id, "before": before})
    own = next((_team_row(row) for row in rows if row[0] is not None), None)
    return _by_name(department_row(row[2:]) for row in rows), own


def joint_departments(team_ids: Collection[int], season_id: int) -> dict[int, tuple[str, ...]]:
    """The departments of those of the season's joint teams, by team id."""
    found: dict[int, list[str]] = defaultdict(list)
    for team_id, name in db.session.execute(
        select(JointPart.joint_team_id, Department.name)
        .join(Team, Team.id == JointPart.team_id)
        .join(Department, Department.id == Team.department_id)
        .where(JointPart.season_id == season_id, JointPart.joint_team_id.in_(team_ids))
        .distinct()
    ):
        found[team_id].append(name)
    return {team_id: tuple(sorted(names, key=in_order)) for team_id, names in found.items()}


def joint_parts(season_id: int) -> dict[TeamId, list[TeamId]]:
    """The season's joint teams, each with the teams that play in it."""
    found: dict[TeamId, list[TeamId]] = defaultdict(list)
    for joint_id, part_id in db.session.execute(
        select(JointPart.joint_team_id, JointPart.team_id)
        .where(JointPart.season_id == season_id)
        .order_by(JointPart.joint_team_id, JointPart.team_id)
    ):
        found[TeamId(joint_id)].append(TeamId(part_id))
    return found


def head_counts(before: datetime) -> dict[TeamId, int]:
    """How many people with an open account each team that has any will have in a week that ends
    at `before`."""
    counts: dict[TeamId, int] = defaultdict(int)
    closed = set(db.session.scalars(select(User.id).where(User.disabled_at.is_not(None))))
    for user_id, team_id in teams_of_members(before).items():
        if user_id not in closed:
            counts[team_id] += 1
    return counts


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


def _face(team_id: ColumnElement[int] | ScalarSelect[int]) -> TeamFace | None:
    row = db.session.execute(
        select(Team.id, Team.name, Department.name)
        .outerjoin(Department, Department.id == Team.department_id)
        .where(Team.id == team_id)
    ).one_or_none()
    if row is None:
        return None
    if row[2] is not None:
        return TeamFace(TeamId(row[0]), row[1], (row[2],))
    parts = db.session.execute(
        select(Team.name, Department.name)
        .join(JointPart, JointPart.team_id == Team.id)
        .join(Department, Department.id == Team.department_id)
        .where(JointPart.joint_team_id == row[0])
        .distinct()
    ).all()
    return TeamFace(
        TeamId(row[0]),
        row[1],
        tuple(sorted({department for _, department in parts}, key=in_order)),
        tuple(sorted((name for name, _ in parts), key=in_order)),
    )


def department_row(row: Sequence) -> DepartmentRow:
    """Of a row that begins with the DEPARTMENT_COLUMNS."""
    return DepartmentRow(DepartmentId(row[0]), *row[1:5])


def _team_row(row: Sequence) -> TeamRow:
    return TeamRow(TeamId(row[0]), row[1], DepartmentId(row[2]), row[3])
