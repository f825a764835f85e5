"""What the coffee room's screen shows at a time: as many teams as fit without scrolling."""

from dataclasses import dataclass
from math import ceil

from app.league.queries import Table, TableRow

TEAMS_ON_A_SCREEN = 10


@dataclass(frozen=True, slots=True)
class WallPage:
    """`number` counts from 1; after the last page `next` is the first again."""

    number: int
    count: int
    rows: tuple[TableRow, ...]

    @property
    def next(self) -> int:
        return self.number % self.count + 1


def page_of(table: Table, wished: int) -> WallPage:
    """That page of the table, or the first where there is no such page."""
    rows = (*table.ranked, *table.unranked)
    count = max(1, ceil(len(rows) / TEAMS_ON_A_SCREEN))
    number = wished if 1 <= wished <= count else 1
    first = (number - 1) * TEAMS_ON_A_SCREEN
    return WallPage(number, count, rows[first : first + TEAMS_ON_A_SCREEN])
