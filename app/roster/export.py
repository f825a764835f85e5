"""Everybody with an open account as a file that can be read in again and then changes nothing."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO, StringIO

from xlsxwriter import Workbook

from app.roster.model import Organisation, names_of
from app.spreadsheet_text import MARK, disarmed

_WIDTHS = (20, 28, 36, 24, 24, 30)
_PLAIN_TEXT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

Row = Sequence[str]


def rows_of(organisation: Organisation) -> Iterator[Row]:
    """In the order of the columns: number, name, e-mail, department, team, what they manage."""
    for person in organisation.people:
        if not person.is_closed:
            department = organisation.teams.get(person.team) or ""
            yield (
                person.number,
                person.name,
                person.email,
                department,
                person.team,
                names_of(person.manages),
            )


def as_csv(header: Row, rows: Iterable[Row]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(header)
    writer.writerows([disarmed(cell) for cell in row] for row in rows)
    return (MARK + text.getvalue()).encode()


def as_xlsx(header: Row, rows: Iterable[Row]) -> bytes:
    buffer = BytesIO()
    with Workbook(buffer, _PLAIN_TEXT) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for column, (text, width) in enumerate(zip(header, _WIDTHS, strict=True)):
            sheet.write_string(0, column, text, bold)
            sheet.set_column(column, column, width)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, disarmed(cell))
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()
