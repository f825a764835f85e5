"""The page's tables as a text file and as a spreadsheet; nothing in them is ever computed."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

from app.dashboard.tables import Table
from app.spreadsheet_text import MARK, disarmed

WIDEST = 60
PLAIN_TEXT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def as_csv(title: str, tables: Sequence[Table]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    for row in _lines(title, tables):
        writer.writerow([disarmed(cell) for cell in row])
    return (MARK + text.getvalue()).encode()


def as_xlsx(title: str, tables: Sequence[Table]) -> bytes:
    # Only here: it is big, and hardly anybody asks for a spreadsheet.
    from xlsxwriter import Workbook

    buffer = BytesIO()
    with Workbook(buffer, PLAIN_TEXT) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        heads = {(title,), *((table.title,) for table in tables)}
        widths: dict[int, int] = {}
        for number, row in enumerate(_lines(title, tables)):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value, bold if row in heads else None)
                if len(row) > 1:
                    widths[column] = max(widths.get(column, 0), min(len(value), WIDEST))
        for column, width in widths.items():
            sheet.set_column(column, column, width + 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    return buffer.getvalue()


def _lines(title: str, tables: Sequence[Table]) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = [(title,)]
    for table in tables:
        lines += [(), (table.title,), (table.meaning,), table.header, *table.rows]
    return lines
