"""I9: every dashboard figure belongs to a group of the right size and has the form it must have.

Recomputed on purpose by other means than publishing uses. A snapshot is history, so that only its
form can be checked, not the check-ins behind it.
"""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import func, select

from app.dashboard.models import ComfortRound, ReportingGroup, ReportingGroupTeam, Snapshot
from app.database import db
from app.seasons.models import Round
from app.seasons.queries import SeasonRow
from challenges.catalogue import Audience, Catalogue
from challenges.means import DISCOMFORT
from challenges.reporting import FEWEST_BANDS, MOST_BANDS, SMALLEST_GROUP, STEP, Few

Differences = Iterator[str]
FEW = {each.value for each in Few}


def dashboard_differences(season: SeasonRow, catalogue: Catalogue) -> Differences:
    groups = {
        group.id: group
        for group in db.session.scalars(
            select(ReportingGroup).where(ReportingGroup.season_id == season.id)
        )
    }
    yield from _groups(season.id, groups)
    published: dict[int, dict[int, Snapshot]] = defaultdict(dict)
    for number, snapshot in db.session.execute(
        select(Round.number, Snapshot)
        .join(Round, Round.id == Snapshot.round_id)
        .where(Round.season_id == season.id)
        .order_by(Round.number)
    ):
        published[number][snapshot.group_id] = snapshot
    for number, snapshots in published.items():
        for id_ in groups.keys() ^ snapshots.keys():
            yield f"round {number}, group {id_}: a snapshot without its group, or without one"
        yield from _forms(number, snapshots, groups, catalogue)
        yield from _sums(number, snapshots, groups)
    yield from _comfort(season.id)


def _groups(season_id: int, groups: dict[int, ReportingGroup]) -> Differences:
    parents = {group.parent_id for group in groups.values()}
    everybody = sum(group.size for group in groups.values() if group.parent_id is None)
    for group in groups.values():
        children = [each for each in groups.values() if each.parent_id == group.id]
        if children and group.size != sum(each.size for each in children):
            yield f"group {group.id}: it was not formed of its parts"
        if group.size < SMALLEST_GROUP <= everybody:
            yield f"group {group.id}: formed with {group.size}, fewer than {SMALLEST_GROUP}"
    for group_id, count in db.session.execute(
        select(ReportingGroupTeam.group_id, func.count())
        .where(ReportingGroupTeam.season_id == season_id)
        .group_by(ReportingGroupTeam.group_id)
    ):
        if group_id in parents or group_id not in groups:
            yield f"group {group_id}: {count} teams stand in a group that is not counted"


def _forms(
    number: int,
    snapshots: dict[int, Snapshot],
    groups: dict[int, ReportingGroup],
    catalogue: Catalogue,
) -> Differences:
    shown = {badge.slug for badge in catalogue.badges if badge.audience is Audience.SHELF}
    for row in snapshots.values():
        name = f"round {number}, group {row.group_id}"
        if (row.band is None) != (row.bands is None):
            yield f"{name}: half a band"
        elif row.band is not None and row.bands is not None:
            if not FEWEST_BANDS <= row.bands <= MOST_BANDS or not 0 <= row.band < row.bands:
                yield f"{name}: there is no band {row.band} of {row.bands}"
            if not row.is_shown:
                yield f"{name}: a band of a group that is not shown"
        sums = [row.meetings, row.bridges, *row.badges.values()]
        if any(value < 0 or value % STEP for value in sums):
            yield f"{name}: a sum is not rounded"
        if not row.badges.keys() <= shown:
            yield f"{name}: a badge that is for its owner only"
        is_organisation = row.group_id in groups and groups[row.group_id].parent_id is None
        if row.matrix and not is_organisation:
            yield f"{name}: a matrix belongs to the organisation"
        if any(value not in FEW and not _is_rounded(value) for value in row.matrix.values()):
            yield f"{name}: a cell is neither few nor rounded"


def _is_rounded(value: int | str) -> bool:
    return isinstance(value, int) and value > 0 and value % STEP == 0


def _sums(
    number: int, snapshots: dict[int, Snapshot], groups: dict[int, ReportingGroup]
) -> Differences:
    """A parent says nothing that its groups do not say."""
    for id_, row in snapshots.items():
        parts = [
            part
            for part in snapshots.values()
            if part.group_id in groups and groups[part.group_id].parent_id == id_
        ]
        if parts and (row.meetings, row.bridges) != (
            sum(part.meetings for part in parts),
            sum(part.bridges for part in parts),
        ):
            yield f"round {number}, group {id_}: its sums are not those of its groups"


def _comfort(season_id: int) -> Differences:
    told = range(DISCOMFORT.bottom, DISCOMFORT.top + 1, DISCOMFORT.step)
    for round_, row in db.session.execute(
        select(Round, ComfortRound)
        .join(ComfortRound, ComfortRound.round_id == Round.id)
        .where(Round.season_id == season_id)
    ):
        if round_.closed_at is None:
            yield f"round {round_.number}: its comfort is told before it has closed"
        if row.expected not in told or row.actual not in told:
            yield f"round {round_.number}: {row.expected} and {row.actual} are no told means"
