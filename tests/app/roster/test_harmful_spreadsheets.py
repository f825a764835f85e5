"""Spreadsheets that mean harm, or are broken: refused before they expand."""

import io
import struct
import zipfile
from collections.abc import Callable

import pytest

from app.roster import spreadsheets
from tests.app.roster.files import ANNA, PARTS, packed, refusal, sheet, xlsx


def bomb() -> bytes:
    """Ten megabytes of spaces for every ten kilobytes of file, ten times over."""
    return packed(PARTS | {f"xl/{number}.xml": " " * 10_000_000 for number in range(10)})


def lying() -> bytes:
    """A sheet that declares a hundred bytes and holds two hundred million."""
    body = sheet(" " * 200_000_000)
    size = struct.pack("<L", 200_000_000 + len("<worksheet><sheetData></sheetData></worksheet>"))
    assert body.count(size) >= 1
    return body.replace(size, struct.pack("<L", 100))


def entities() -> bytes:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    strings = f'<!DOCTYPE sst [<!ENTITY l0 "lol">{lol}]><sst><si><t>&l9;</t></si></sst>'
    return sheet("<row><c><v>1</v></c></row>", strings)


def outside_entity() -> bytes:
    strings = '<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si><t>&x;</t></si></sst>'
    return sheet("<row><c><v>1</v></c></row>", strings)


def overlapping() -> bytes:
    """Two thousand names for one part."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(2_000):
            archive.writestr(f"{number}", "x")
    return buffer.getvalue()


def twice() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "a")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("xl/workbook.xml", "b")
    return buffer.getvalue()


def encrypted() -> bytes:
    body = bytearray(sheet("<row/>"))
    at = body.find(b"PK\x01\x02")
    while at >= 0:
        body[at + 8] |= 1
        at = body.find(b"PK\x01\x02", at + 1)
    return bytes(body)


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (bomb, "expands-too-much"),
        (overlapping, "expands-too-much"),
        (lying, "broken-spreadsheet"),
        (entities, "broken-spreadsheet"),
        (outside_entity, "broken-spreadsheet"),
        (twice, "broken-spreadsheet"),
        (encrypted, "protected-spreadsheet"),
        (lambda: b"PK\x03\x04 and then nothing of the kind", "broken-spreadsheet"),
        (lambda: xlsx(ANNA)[:-200], "broken-spreadsheet"),
        (lambda: xlsx(ANNA).replace(b"\x78", b"\x79"), "broken-spreadsheet"),
        (lambda: packed({"mimetype": "application/vnd.oasis.opendocument"}), "broken-spreadsheet"),
        (lambda: sheet('<row><c t="s"><v>7</v></c></row>'), "broken-spreadsheet"),
        (lambda: sheet('<row><c t="s"><v>-1</v></c></row>'), "broken-spreadsheet"),
        (lambda: sheet('<row r="x"><c><v>1</v></c></row>'), "broken-spreadsheet"),
        (lambda: sheet("<row><c>"), "broken-spreadsheet"),
        (lambda: sheet('<row><c r="XFD1"><v>1</v></c></row>'), "too-many-columns"),
        (lambda: b"Namn;E-post;Avdelning\n", "broken-spreadsheet"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_spreadsheet_that_would_do_harm_is_refused(make: Callable[[], bytes], key: str):
    assert refusal(make(), "people.xlsx").problem.key == key


def test_no_more_is_unpacked_than_a_part_declares(monkeypatch: pytest.MonkeyPatch):
    """The second guard, should the library ever stop trusting the declared size."""
    monkeypatch.setattr(spreadsheets.ZipFile, "open", lambda *_, **__: io.BytesIO(b"<a>" * 200_000))
    assert refusal(sheet("<row/>"), "a.xlsx").problem.key == "broken-spreadsheet"
