"""Publishing what dashboards show when a round closes, and noting who opened one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.dashboard.comfort import publish_comfort
from app.dashboard.facts import (
    Attendance,
    TeamFacts,
    department_meetings,
    sizes_without_managers,
    team_facts,
)
from app.dashboard.models import (
    DashboardView,
    ReportingGroup,
    ReportingGroupTeam,
    ReportingTally,
    Snapshot,
    cell_key,
)
from app.dashboard.tree import DEPARTMENT, GROUP, ORGANISATION, GroupRow, Tree, find_tree
from app.database import db
from app.organisation.queries import TeamRow, teams
from app.seasons.models import Round
from app.seasons.queries import SeasonRow
from challenges import reporting
from challenges.catalogue import Catalogue
from challenges.disclosure import bands_for, may_move_sums
from challenges.model import Round as RoundOfSeason
from challenges.reporting import Share, TeamSize


@dataclass(frozen=True, slots=True)
class _Figures:
    """`moves` says whether the sums took this round in; `people` is how many the share was
    counted among."""

    is_shown: bool
    moves: bool
    share: Share | None
    people: int
    meetings: int
    bridges: int
    badges: Mapping[str, int]


def publish(
    season: SeasonRow, closing: RoundOfSeason, people: Sequence[Attendance], catalogue: Catalogue
) -> None:
    """Write every group's snapshot of the round that is closing, and the organisation's comfort, in
    the closing's transaction.

    Groups are formed at the season's first publishing. Only the smallest ones are counted;
    their parents' figures are made from what those publish.
    """
    tree = _tree(season.id, people)
    facts = team_facts(closing, people, catalogue)
    tallies = {
        tally.group_id: tally
        for tally in db.session.scalars(
            select(ReportingTally).where(ReportingTally.group_id.in_(tree.groups))
        )
    }
    before = _newest_snapshots(tree)
    figures: dict[int, _Figures] = {}
    for leaf in tree.leaves:
        own = [facts[team.id] for team in leaf.teams if team.id in facts]
        _add(tallies[leaf.id], own)
        figures[leaf.id] = _leaf_figures(own, tallies[leaf.id], before.get(leaf.id))
    for parent in reversed(tree.groups.values()):
        if parent.id not in figures:
            parts = [figures[leaf.id] for leaf in tree.leaves_of(parent.id)]
            figures[parent.id] = _parent_figures(parts)
    matrix = _matrix(
        tree,
        tallies[tree.organisation.id],
        figures,
        before.get(tree.organisation.id),
        closing.id,
    )
    db.session.add_all(
        _snapshot(closing.id, group, figures[group.id], matrix) for group in tree.groups.values()
    )
    publish_comfort(season.id, closing, [each.part for each in facts.values()])
    db.session.flush()


def note_view(group_id: int, user_id: int, *, today: date) -> None:
    """Once a day is enough to say who reads a page; a second tab is harmless."""
    try:
        with db.session.begin_nested():
            db.session.add(DashboardView(group_id=group_id, user_id=user_id, seen_on=today))
    except IntegrityError:
        return


def _tree(season_id: int, people: Sequence[Attendance]) -> Tree:
    tree = find_tree(season_id)
    if tree is None:
        _form(season_id, sizes_without_managers(people), teams())
    else:
        _place_new_teams(season_id, tree, teams())
    db.session.flush()
    found = find_tree(season_id)
    assert found is not None  # noqa: S101 - it was just written
    return found


def _form(season_id: int, sizes: Counter[int], all_teams: Iterable[TeamRow]) -> None:
    units = reporting.form_units(
        TeamSize(team.id, team.department_id, sizes[team.id]) for team in all_teams
    )
    top = _new_group(season_id, None, ORGANISATION, sum(unit.size for unit in units))
    for unit in units:
        whole = _new_group(season_id, top, DEPARTMENT, unit.size)
        for group in unit.groups:
            is_whole = len(unit.groups) == 1
            id_ = whole if is_whole else _new_group(season_id, whole, GROUP, group.size)
            db.session.add_all(
                ReportingGroupTeam(season_id=season_id, team_id=team, group_id=id_)
                for team in sorted(group.teams)
            )


def _new_group(season_id: int, parent_id: int | None, kind: str, size: int) -> int:
    group = ReportingGroup(season_id=season_id, parent_id=parent_id, kind=kind, size=size)
    db.session.add(group)
    db.session.flush()
    db.session.add(ReportingTally(group_id=group.id, badges={}, matrix={}))
    return group.id


def _place_new_teams(season_id: int, tree: Tree, all_teams: Iterable[TeamRow]) -> None:
    """A team made during the season joins the smallest group of its department, or of all."""
    for team in all_teams:
        if team.id in tree.leaf_of_team:
            continue
        unit = tree.unit_of_department.get(team.department_id, tree.organisation)
        home = min(tree.leaves_of(unit.id), key=lambda leaf: (leaf.size, leaf.id))
        db.session.add(ReportingGroupTeam(season_id=season_id, team_id=team.id, group_id=home.id))


def _newest_snapshots(tree: Tree) -> dict[int, Snapshot]:
    rows = db.session.scalars(
        select(Snapshot)
        .join(Round, Round.id == Snapshot.round_id)
        .where(Snapshot.group_id.in_(tree.groups))
        .order_by(Round.number)
    )
    return {row.group_id: row for row in rows}


def _add(tally: ReportingTally, own: Sequence[TeamFacts]) -> None:
    tally.meetings += sum(each.meetings for each in own)
    tally.bridges += sum(each.bridges for each in own)
    tally.badges = _summed(tally.badges, *(each.badges for each in own))


def _summed(*counts: Mapping[str, int]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(sorted(total.items()))


def _leaf_figures(
    own: Sequence[TeamFacts], tally: ReportingTally, before: Snapshot | None
) -> _Figures:
    people = sum(each.part.available for each in own)
    managers = sum(each.managers for each in own)
    is_shown = reporting.is_shown(sum(each.participants for each in own))
    parts = [each.part for each in own]
    moves = is_shown and may_move_sums(parts, managers)
    bands = bands_for(parts, managers) if is_shown else 0
    count = sum(each.check_ins for each in own)
    share = reporting.share(count, people, bands) if bands else None
    if moves:
        badges = {slug: reporting.rounded(count) for slug, count in tally.badges.items()}
        meetings, bridges = reporting.rounded(tally.meetings), reporting.rounded(tally.bridges)
        return _Figures(is_shown, moves, share, people, meetings, bridges, badges)
    if before is None:
        return _Figures(is_shown, moves, share, people, 0, 0, {})
    return _Figures(is_shown, moves, share, people, before.meetings, before.bridges, before.badges)


def _parent_figures(parts: Sequence[_Figures]) -> _Figures:
    return _Figures(
        is_shown=any(each.is_shown for each in parts),
        moves=any(each.moves for each in parts),
        share=reporting.combined([(each.share, each.people) for each in parts if each.share]),
        people=sum(each.people for each in parts),
        meetings=sum(each.meetings for each in parts),
        bridges=sum(each.bridges for each in parts),
        badges=_summed(*(each.badges for each in parts)),
    )


def _matrix(
    tree: Tree,
    tally: ReportingTally,
    figures: Mapping[int, _Figures],
    before: Snapshot | None,
    round_id: int,
) -> dict[str, int | str]:
    """Meetings between each two departments, whoever of the two reported them."""
    added: Counter[str] = Counter()
    for (own, other), count in department_meetings(round_id).items():
        here, there = tree.unit_of_department.get(own), tree.unit_of_department.get(other)
        if here is not None and there is not None and here.id != there.id:
            added[cell_key(here.id, there.id)] += count
    tally.matrix = _summed(tally.matrix, added)
    published: dict[str, int | str] = dict(before.matrix) if before else {}
    for one, other in combinations(tree.departments, 2):
        if figures[one.id].moves and figures[other.id].moves:
            key = cell_key(one.id, other.id)
            published[key] = reporting.cell(tally.matrix.get(key, 0))
    return published


def _snapshot(
    round_id: int, group: GroupRow, figures: _Figures, matrix: dict[str, int | str]
) -> Snapshot:
    return Snapshot(
        round_id=round_id,
        group_id=group.id,
        is_shown=figures.is_shown,
        band=figures.share.band if figures.share else None,
        bands=figures.share.bands if figures.share else None,
        meetings=figures.meetings,
        bridges=figures.bridges,
        badges=dict(figures.badges),
        matrix=matrix if group.kind == ORGANISATION else {},
    )
