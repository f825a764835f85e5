"""How a season ended, told from published rows alone: teams and sums, never a person."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select

from app.database import db
from app.league.models import TeamRound
from app.league.queries import TableRow, published_table
from app.seasons.models import Round
from app.seasons.queries import SeasonRow

LAST_PLACE_ON_THE_PODIUM = 3


@dataclass(frozen=True, slots=True)
class Finale:
    """`podium` holds places one to three, so more than three teams where some share a place.

    `check_ins` and `bridges`, from teams to other departments, are sums over all teams; `shelf`
    maps a badge's slug to how many of it stand on all shelves together.
    """

    podium: tuple[TableRow, ...]
    teams: int
    check_ins: int
    bridges: int
    shelf: dict[str, int]

    @property
    def badges(self) -> int:
        return sum(self.shelf.values())


def find_finale(season: SeasonRow) -> Finale | None:
    """None until the last round has closed."""
    table = published_table(season) if season.is_over else None
    if table is None:
        return None
    rows = table.rows
    shelf: Counter[str] = Counter()
    for row in rows:
        shelf.update(row.shelf)
    return Finale(
        podium=tuple(each for each in table.ranked if _is_on_the_podium(each)),
        teams=len(rows),
        check_ins=_check_ins(season.id),
        bridges=_bridges(season.plan.rounds[-1].id),
        shelf=dict(shelf),
    )


def _is_on_the_podium(row: TableRow) -> bool:
    return row.place is not None and row.place <= LAST_PLACE_ON_THE_PODIUM


def _check_ins(season_id: int) -> int:
    total = select(func.sum(TeamRound.check_ins)).join(Round, Round.id == TeamRound.round_id)
    return db.session.scalar(total.where(Round.season_id == season_id)) or 0


def _bridges(last_round_id: int) -> int:
    """A team's departments are counted over the season so far, so the last row holds them all."""
    total = select(func.sum(TeamRound.departments)).where(TeamRound.round_id == last_round_id)
    return db.session.scalar(total) or 0
