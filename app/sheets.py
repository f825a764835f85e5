"""Long lists in sheets: fifty rows a page, chosen by `?sheet=`."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import abort, request

ROWS_A_SHEET = 50


@dataclass(frozen=True, slots=True)
class Sheet:
    """`number` counts from one."""

    number: int
    count: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * ROWS_A_SHEET

    @property
    def rows(self) -> slice:
        return slice(self.offset, self.offset + ROWS_A_SHEET)


def asked_sheet(rows: int) -> Sheet:
    """The sheet that the address asks for, of so many rows; one that is not there is not found."""
    number = request.args.get("sheet", 1, type=int)
    count = max(1, -(-rows // ROWS_A_SHEET))
    if not 1 <= number <= count:
        abort(HTTPStatus.NOT_FOUND)
    return Sheet(number, count)
