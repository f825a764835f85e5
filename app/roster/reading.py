"""What every reader of a file keeps to: how much it takes, and how it says no."""

from dataclasses import dataclass

LARGEST_FILE = 10 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 100
LONGEST_CELL = 1_000

Cells = list[str]


@dataclass(frozen=True, slots=True)
class Problem:
    """`key` names the sentence that tells the reader, `values` fill it."""

    key: str
    values: tuple[tuple[str, str | int], ...] = ()


def problem(key: str, **values: str | int) -> Problem:
    return Problem(key, tuple(values.items()))


class Unreadable(Exception):
    """Nothing of the file is taken. `row` is numbered as spreadsheets do."""

    def __init__(self, key: str, row: int | None = None, **values: str | int) -> None:
        super().__init__(key)
        self.problem = problem(key, **values)
        self.row = row


def check_row(cells: Cells, row: int) -> Cells:
    """The row if it keeps to the limits."""
    if row > MOST_ROWS:
        raise Unreadable("too-many-rows", most=MOST_ROWS)
    if len(cells) > MOST_COLUMNS:
        raise Unreadable("too-many-columns", row, most=MOST_COLUMNS)
    if any(len(cell) > LONGEST_CELL for cell in cells):
        raise Unreadable("cell-too-long", row, most=LONGEST_CELL)
    return cells
