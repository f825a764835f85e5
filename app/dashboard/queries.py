"""Whose page one may open, and what stands on it: published rows only, in few statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, or_, select

from app.accounts.models import User
from app.dashboard.models import DashboardView, ReportingGroup, Snapshot, cell_key
from app.dashboard.tree import ORGANISATION, GroupRow, TeamName, Tree, as_tree, tree_rows
from app.database import db
from app.league.models import TeamRound
from app.organisation.models import DepartmentManager, Membership, Team, TeamManager
from app.seasons.models import Participation, Round
from app.seasons.queries import SeasonRow
from challenges.advice import Suggestion, suggestions
from challenges.model import Round as RoundOfSeason
from challenges.reporting import Cell, Few, Share


@dataclass(frozen=True, slots=True)
class Reader:
    """`own` is the team that somebody plays in, `managed` are those she manages."""

    own: frozenset[int]
    managed: frozenset[int]
    is_lead: bool

    def may_open(self, group: GroupRow) -> bool:
        """What she or somebody she manages belongs to; the lead everything."""
        return self.is_lead or any(team.id in self.own | self.managed for team in group.teams)

    def is_watched(self, group: GroupRow) -> bool:
        """Whether her visit is noted: a lead's, and a manager's of some of the group."""
        return self.is_lead or any(team.id in self.managed for team in group.teams)

    def first(self, tree: Tree) -> GroupRow | None:
        """The page to begin with: all of what she leads or manages, else her own group's."""
        if self.is_lead:
            return tree.organisation
        for teams, largest in ((self.managed, True), (self.own, False)):
            for unit in tree.departments if teams else ():
                inside = [leaf for leaf in tree.leaves_of(unit.id) if _has(leaf, teams)]
                if inside:
                    is_all = largest and len(inside) == len(tree.leaves_of(unit.id))
                    return unit if is_all else inside[0]
        return None


def _has(group: GroupRow, teams: frozenset[int]) -> bool:
    return any(team.id in teams for team in group.teams)


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """`share_of` is the group that the share was counted on: this one, or what contains it."""

    number: int
    share: Share | None
    share_of: GroupRow | None


@dataclass(frozen=True, slots=True)
class TeamPlaces:
    """A team's published places by round number; None while it is unranked."""

    team: TeamName
    places: Mapping[int, int | None]


@dataclass(frozen=True, slots=True)
class ViewRow:
    name: str
    seen_on: date


@dataclass(frozen=True, slots=True)
class Page:
    """A group's page. `counted_on` is the group whose sums are shown: this one, what contains it
    while it is too small, or None while nothing may be shown."""

    group: GroupRow
    counted_on: GroupRow | None
    last: RoundOfSeason
    rounds: tuple[RoundFigures, ...]
    meetings: int
    bridges: int
    badges: Mapping[str, int]
    units: tuple[GroupRow, ...]
    matrix: Mapping[str, Cell]
    places: tuple[TeamPlaces, ...]
    goal_count: int
    goal_target: int
    suggestions: tuple[Suggestion, ...]
    views: tuple[ViewRow, ...]

    def cell(self, one: GroupRow, other: GroupRow) -> Cell | None:
        """None on the diagonal and where nothing is published yet."""
        return self.matrix.get(cell_key(one.id, other.id))


def is_managed_by(user_id: int) -> ColumnElement[bool]:
    """For a statement about teams."""
    return or_(
        exists().where(TeamManager.user_id == user_id, TeamManager.team_id == Team.id),
        exists().where(
            DepartmentManager.user_id == user_id,
            DepartmentManager.department_id == Team.department_id,
        ),
    )


def find_tree_for(
    user_id: int, season_id: int, *, is_lead: bool, now: datetime
) -> tuple[Tree | None, Reader]:
    """The season's groups, and who looks at them, in one statement."""
    own = (
        select(Membership.team_id)
        .join(Participation, Participation.user_id == Membership.user_id)
        .where(
            Membership.user_id == user_id,
            Membership.starts_at < now,
            Participation.season_id == season_id,
        )
        .order_by(Membership.starts_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(
        tree_rows(season_id).add_columns(
            (Team.id == own).label("is_own"), is_managed_by(user_id).label("is_managed")
        )
    ).all()
    return as_tree(rows), Reader(
        own=frozenset(row.team_id for row in rows if row.is_own),
        managed=frozenset(row.team_id for row in rows if row.is_managed),
        is_lead=is_lead,
    )


def find_page(season: SeasonRow, tree: Tree, group: GroupRow) -> Page | None:
    """The group's page after the last closed round, in three statements; None while nothing of
    it is published."""
    last = season.last_closed
    chain = tuple(tree.chain(group.id))
    found = _snapshots([each.id for each in chain])
    if last is None or not found:
        return None
    newest = found[max(found)]
    counted_on = next((up for up in chain if up.id in newest and newest[up.id].is_shown), None)
    sums = newest[counted_on.id] if counted_on else None
    matrix = {
        key: value if isinstance(value, int) else Few(value)
        for key, value in newest[chain[-1].id].matrix.items()
    }
    rounds = tuple(_round_figures(number, rows, chain) for number, rows in sorted(found.items()))
    return Page(
        group=group,
        counted_on=counted_on,
        last=last,
        rounds=rounds,
        meetings=sums.meetings if sums else 0,
        bridges=sums.bridges if sums else 0,
        badges=sums.badges if sums else {},
        units=tree.departments,
        matrix=matrix,
        places=_places(season.id, group),
        goal_count=season.goal_count,
        goal_target=season.goal_target,
        suggestions=suggestions(
            _own_row(tree, group, matrix), [each.share for each in rounds], last.number
        ),
        views=_views(group.id),
    )


def find_organisation_share(season_id: int, round_id: int) -> Share | None:
    """How many took part in a closed round, as the organisation's page shows it."""
    row = db.session.execute(
        select(Snapshot.band, Snapshot.bands)
        .join(ReportingGroup, ReportingGroup.id == Snapshot.group_id)
        .where(
            Snapshot.round_id == round_id,
            ReportingGroup.season_id == season_id,
            ReportingGroup.kind == ORGANISATION,
        )
    ).one_or_none()
    if row is None or row.band is None or row.bands is None:
        return None
    return Share(row.band, row.bands)


def _snapshots(group_ids: Sequence[int]) -> dict[int, dict[int, Snapshot]]:
    """By round number and group id."""
    found: dict[int, dict[int, Snapshot]] = {}
    rows = db.session.execute(
        select(Round.number, Snapshot)
        .join(Round, Round.id == Snapshot.round_id)
        .where(Snapshot.group_id.in_(group_ids))
    )
    for number, snapshot in rows:
        found.setdefault(number, {})[snapshot.group_id] = snapshot
    return found


def _round_figures(
    number: int, rows: Mapping[int, Snapshot], chain: Sequence[GroupRow]
) -> RoundFigures:
    for group in chain:
        row = rows.get(group.id)
        if row is not None and row.band is not None and row.bands is not None:
            return RoundFigures(number, Share(row.band, row.bands), group)
    return RoundFigures(number, None, None)


def _own_row(tree: Tree, group: GroupRow, matrix: Mapping[str, Cell]) -> dict[int, Cell]:
    """The own department's row of the matrix; the organisation has none."""
    own = tree.unit_of(group.id)
    if own is None:
        return {}
    keys = {other.id: cell_key(own.id, other.id) for other in tree.departments}
    return {other: matrix[key] for other, key in keys.items() if key in matrix}


def _places(season_id: int, group: GroupRow) -> tuple[TeamPlaces, ...]:
    places: dict[int, dict[int, int | None]] = {}
    for team_id, number, place in db.session.execute(
        select(TeamRound.team_id, Round.number, TeamRound.place)
        .join(Round, Round.id == TeamRound.round_id)
        .where(
            Round.season_id == season_id,
            TeamRound.team_id.in_([team.id for team in group.teams]),
        )
    ):
        places.setdefault(team_id, {})[number] = place
    return tuple(
        TeamPlaces(team, places[team.id])
        for team in group.teams
        if any(place is not None for place in places.get(team.id, {}).values())
    )


def _views(group_id: int) -> tuple[ViewRow, ...]:
    rows = db.session.execute(
        select(User.name, DashboardView.seen_on)
        .join(User, User.id == DashboardView.user_id)
        .where(DashboardView.group_id == group_id)
        .order_by(DashboardView.seen_on.desc(), User.name)
    )
    return tuple(ViewRow(*row) for row in rows)


def groups_to_switch(tree: Tree, who: Reader) -> tuple[GroupRow, ...]:
    """What she may open, the organisation first, each department before its groups."""
    found = [tree.organisation]
    for unit in tree.departments:
        found += [unit, *sorted(tree.children(unit.id), key=lambda each: each.order)]
    return tuple(group for group in found if who.may_open(group))
