"""Files of people for the tests, as personnel systems write them."""

import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO

import pytest
from xlsxwriter import Workbook

from app.roster.entries import read_roster
from app.roster.reading import Unreadable

HEADER = ("Anställningsnummer", "Namn", "E-post", "Avdelning", "Lag", "Chef för")
ANNA = ("1001", "Anna Åberg", "anna.aberg@firma.se", "Ekonomi", "Bönräknarna", "Ekonomi")
BO = ("1002", "Bo Öst", "bo.ost@firma.se", "IT", "Bryggarna", "")
Row = Sequence[object]


def csv(
    *rows: Row,
    header: Row = HEADER,
    separator: str = ";",
    encoding: str = "utf-8",
    end: str = "\r\n",
) -> bytes:
    lines = (separator.join(str(cell) for cell in row) for row in (header, *rows))
    return (end.join(lines) + end).encode(encoding)


def xlsx(*rows: Row, header: Row = HEADER) -> bytes:
    return _book([header, *rows])


def _book(rows: Iterable[Row]) -> bytes:
    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def crowd(count: int, *, team_size: int = 25) -> list[Row]:
    """That many people in teams and departments, every team with its manager."""
    return [
        (
            f"A{number:06}",
            f"Förnamn{number} Efternamn{number % 997}",
            f"person{number}@firma.se",
            f"Avdelning {number // team_size // 12}",
            f"Lag {number // team_size}",
            f"lag: Lag {number // team_size}" if number % team_size == 0 else "",
        )
        for number in range(count)
    ]


def refusal(body: bytes, name: str = "people.csv") -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read_roster(name, body)
    return caught.value


# The least that a spreadsheet consists of.
PARTS = {
    "xl/workbook.xml": (
        '<workbook xmlns:r="r"><sheets><sheet name="A" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def sheet(rows: str, strings: str = "", **parts: str) -> bytes:
    found = PARTS | {
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
    }
    if strings:
        found["xl/sharedStrings.xml"] = strings
    return packed(found | parts)


def packed(parts: dict[str, str]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()
