"""What a season came to, for the whole organisation: published rows only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import exists, or_, select

from app.dashboard.models import (
    ComfortRound,
    ReportingGroup,
    ReportingGroupTeam,
    Snapshot,
    cell_key,
)
from app.dashboard.queries import RoundFigures, is_managed_by
from app.dashboard.tree import ORGANISATION, GroupRow, Tree
from app.database import db
from app.organisation.models import Team
from app.pulse.queries import pulse_results
from app.seasons.models import Participation, Round, Season
from app.seasons.queries import JoinedSeason, SeasonRow
from challenges.pulse import Moment
from challenges.reporting import Cell, Few, Share


@dataclass(frozen=True, slots=True)
class ComfortFigures:
    """Tenths; None where too few gave both figures in that round."""

    number: int
    expected: int | None
    actual: int | None


@dataclass(frozen=True, slots=True)
class Bridges:
    """How far the departments had met after a round; the two sums are rounded."""

    number: int
    meetings: int
    bridges: int
    matrix: Mapping[str, Cell]

    def cell(self, one: GroupRow, other: GroupRow) -> Cell | None:
        return self.matrix.get(cell_key(one.id, other.id))

    @property
    def pairs(self) -> int:
        """The pairs of departments that have met."""
        return sum(value is not Few.NONE for value in self.matrix.values())


@dataclass(frozen=True, slots=True)
class Report:
    """`start` and `end` are the first and the newest published round, the same one at first;
    `pulse` holds tenths by question. `all_pairs` is how many pairs of departments there are."""

    season: SeasonRow
    rounds: tuple[RoundFigures, ...]
    comfort: tuple[ComfortFigures, ...]
    start: Bridges
    end: Bridges
    units: tuple[GroupRow, ...]
    pulse: Mapping[Moment, Mapping[str, int]]

    @property
    def all_pairs(self) -> int:
        return len(self.units) * (len(self.units) - 1) // 2

    @property
    def told(self) -> tuple[ComfortFigures, ...]:
        return tuple(each for each in self.comfort if each.expected is not None)

    @property
    def calmer(self) -> int:
        """In how many rounds it was less uncomfortable than expected."""
        return sum((each.actual or 0) < (each.expected or 0) for each in self.told)


def find_report(season: SeasonRow, tree: Tree) -> Report | None:
    """In two statements; None while nothing is published."""
    rows = db.session.execute(
        select(Round.number, Snapshot, ComfortRound)
        .join(Round, Round.id == Snapshot.round_id)
        .outerjoin(ComfortRound, ComfortRound.round_id == Round.id)
        .where(Snapshot.group_id == tree.organisation.id)
        .order_by(Round.number)
    ).all()
    if not rows:
        return None
    return Report(
        season=season,
        rounds=tuple(_share(row.number, row.Snapshot, tree.organisation) for row in rows),
        comfort=tuple(_comfort(row.number, row.ComfortRound) for row in rows),
        start=_bridges(rows[0].number, rows[0].Snapshot),
        end=_bridges(rows[-1].number, rows[-1].Snapshot),
        units=tree.departments,
        pulse=pulse_results(season.id),
    )


def _share(number: int, row: Snapshot, organisation: GroupRow) -> RoundFigures:
    if row.band is None or row.bands is None:
        return RoundFigures(number, None, None)
    return RoundFigures(number, Share(row.band, row.bands), organisation)


def _comfort(number: int, row: ComfortRound | None) -> ComfortFigures:
    return ComfortFigures(number, row.expected if row else None, row.actual if row else None)


def _bridges(number: int, row: Snapshot) -> Bridges:
    matrix = {
        key: value if isinstance(value, int) else Few(value) for key, value in row.matrix.items()
    }
    return Bridges(number, row.meetings, row.bridges, matrix)


def seasons_reported_to(user_id: int, *, is_lead: bool) -> Iterable[JoinedSeason]:
    """The seasons with something published that she took part in, or whose teams she manages some
    of; for the lead all of them. The newest first."""
    reported = (
        select(Season.id, Season.name)
        .join(ReportingGroup, ReportingGroup.season_id == Season.id)
        .where(ReportingGroup.kind == ORGANISATION)
        .order_by(Season.starts_at.desc())
    )
    if not is_lead:
        took_part = exists().where(
            Participation.season_id == Season.id, Participation.user_id == user_id
        )
        manages = (
            select(Team.id)
            .join(ReportingGroupTeam, ReportingGroupTeam.team_id == Team.id)
            .where(ReportingGroupTeam.season_id == Season.id, is_managed_by(user_id))
        )
        reported = reported.where(or_(took_part, manages.exists()))
    return [JoinedSeason(*row) for row in db.session.execute(reported)]
