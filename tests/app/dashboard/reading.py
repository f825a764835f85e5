"""What a page, a text file and a spreadsheet say, as rows of words that can be compared."""

import csv
import re
from html.parser import HTMLParser
from io import BytesIO, StringIO
from xml.etree import ElementTree
from zipfile import ZipFile

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Rows = list[list[str]]


class Tables(HTMLParser):
    """The rows of every table of a page, in words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: Rows = []
        self._cell: list[str] | None = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self._cell = []

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self._cell is not None:
            self.rows[-1].append("".join(self._cell).strip())
            self._cell = None

    def handle_data(self, data):
        if self._cell is not None:
            self._cell.append(data)


def of_csv(body: bytes) -> Rows:
    rows = list(csv.reader(StringIO(body.decode("utf-8-sig")), delimiter=";"))
    return sorted(row for row in rows if len(row) > 1)


def of_xlsx(body: bytes) -> Rows:
    with ZipFile(BytesIO(body)) as book:
        strings = [
            "".join(text.text or "" for text in each.iter(f"{SHEET}t"))
            for each in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314
        ]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    assert sheet.find(f".//{SHEET}f") is None, "nothing is a formula"
    rows = [
        [strings[int(cell.findtext(f"{SHEET}v") or 0)] for cell in row.iter(f"{SHEET}c")]
        for row in sheet.iter(f"{SHEET}row")
    ]
    return sorted(row for row in rows if len(row) > 1)


def without_chance(html: str) -> str:
    """Without what differs from one answer to the next, and the path that was asked for."""
    html = re.sub(r'(name="csrf_token" value)="[^"]*"', r"\1", html)
    return re.sub(r"[0-9a-f]{16}|/dashboard/(?:groups|seasons)/\d+", "", html)
