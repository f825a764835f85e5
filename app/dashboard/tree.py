"""A season's reporting groups: which teams are in which, and what contains what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Row, Select, select

from app.alphabet import in_order
from app.dashboard.models import ReportingGroup, ReportingGroupTeam
from app.database import db
from app.organisation.models import Department, Team
from challenges.model import DepartmentId, TeamId

ORGANISATION, DEPARTMENT, GROUP = "organisation", "department", "group"


@dataclass(frozen=True, slots=True)
class TeamName:
    id: TeamId
    name: str
    department_id: DepartmentId
    department: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """`teams` are those of the group and of all within it, by name."""

    id: int
    parent_id: int | None
    kind: str
    size: int
    teams: tuple[TeamName, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What the group is called after: its departments, or its teams; nothing for the
        organisation."""
        if self.kind == ORGANISATION:
            return ()
        if self.kind == DEPARTMENT:
            return tuple(sorted({team.department for team in self.teams}, key=in_order))
        return tuple(team.name for team in self.teams)

    @property
    def order(self) -> tuple[str, ...]:
        """Where it stands among others."""
        return tuple(in_order(name) for name in self.names)


@dataclass(frozen=True)
class Tree:
    """Groups by id; the organisation comes first, then each department before its groups."""

    groups: dict[int, GroupRow]

    @cached_property
    def organisation(self) -> GroupRow:
        return next(each for each in self.groups.values() if each.kind == ORGANISATION)

    @cached_property
    def departments(self) -> tuple[GroupRow, ...]:
        found = (each for each in self.groups.values() if each.kind == DEPARTMENT)
        return tuple(sorted(found, key=lambda each: each.order))

    @cached_property
    def leaves(self) -> tuple[GroupRow, ...]:
        """The groups that are counted; all others are made of their figures."""
        parents = {each.parent_id for each in self.groups.values()}
        return tuple(each for each in self.groups.values() if each.id not in parents)

    @cached_property
    def leaf_of_team(self) -> dict[int, GroupRow]:
        return {team.id: leaf for leaf in self.leaves for team in leaf.teams}

    @cached_property
    def unit_of_department(self) -> dict[int, GroupRow]:
        return {team.department_id: unit for unit in self.departments for team in unit.teams}

    def chain(self, group_id: int) -> Iterator[GroupRow]:
        """The group and what contains it, up to the organisation."""
        found = self.groups.get(group_id)
        while found is not None:
            yield found
            found = self.groups.get(found.parent_id) if found.parent_id else None

    def children(self, group_id: int) -> tuple[GroupRow, ...]:
        return tuple(each for each in self.groups.values() if each.parent_id == group_id)

    def leaves_of(self, group_id: int) -> tuple[GroupRow, ...]:
        return tuple(
            leaf for leaf in self.leaves if any(up.id == group_id for up in self.chain(leaf.id))
        )

    def unit_of(self, group_id: int) -> GroupRow | None:
        """The department that the group is or belongs to; None for the organisation."""
        return next((each for each in self.chain(group_id) if each.kind == DEPARTMENT), None)


def find_tree(season_id: int) -> Tree | None:
    """In one statement; None until the season's first round is published."""
    return as_tree(db.session.execute(tree_rows(season_id)).all())


def tree_rows(season_id: int) -> Select:
    """A row for every group and for every team in one, for `as_tree`."""
    return (
        select(
            ReportingGroup.id,
            ReportingGroup.parent_id,
            ReportingGroup.kind,
            ReportingGroup.size,
            Team.id.label("team_id"),
            Team.name,
            Team.department_id,
            Department.name.label("department"),
        )
        .outerjoin(ReportingGroupTeam, ReportingGroupTeam.group_id == ReportingGroup.id)
        .outerjoin(Team, Team.id == ReportingGroupTeam.team_id)
        .outerjoin(Department, Department.id == Team.department_id)
        .where(ReportingGroup.season_id == season_id)
        .order_by(ReportingGroup.id)
    )


def as_tree(rows: Sequence[Row]) -> Tree | None:
    if not rows:
        return None
    parents = {row.id: row.parent_id for row in rows}
    teams: dict[int, list[TeamName]] = {id_: [] for id_ in parents}
    for row in rows:
        if row.team_id is None or row.department_id is None:
            continue
        team = TeamName(
            TeamId(row.team_id), row.name, DepartmentId(row.department_id), row.department
        )
        group_id: int | None = row.id
        while group_id is not None:
            teams[group_id].append(team)
            group_id = parents[group_id]
    firsts = {row.id: row for row in reversed(rows)}
    return Tree(
        {
            id_: GroupRow(
                id_,
                parents[id_],
                firsts[id_].kind,
                firsts[id_].size,
                tuple(sorted(teams[id_], key=lambda team: in_order(team.name))),
            )
            for id_ in sorted(firsts)
        }
    )
