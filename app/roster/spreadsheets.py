"""The first sheet of an XLSX file as rows of cells, read piece by piece.

Whatever a file says of its own size, no more than LARGEST_CONTENT is ever unpacked, and XML that
declares entities is refused (docs/decisions/0018).
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO
from xml.parsers.expat import ParserCreate, XMLParserType
from zipfile import BadZipFile, ZipFile, ZipInfo

from app.roster.reading import LONGEST_CELL, MOST_COLUMNS, Cells, Unreadable, check_row

MAGIC = b"PK\x03\x04"
LARGEST_CONTENT = 64 * 1024 * 1024
MOST_TEXTS = 1_000_000
MOST_PARTS = 1_000
_PIECE = 64 * 1024
_ENCRYPTED = 0x1
# ZIP's own methods, stored and deflated; no spreadsheet program writes others.
_METHODS = (0, 8)
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"


def read_spreadsheet(body: bytes) -> Iterator[Cells]:
    """The rows in order, those left out by the file as empty ones. Raises Unreadable."""
    try:
        with ZipFile(BytesIO(body)) as archive:
            parts = _checked_parts(archive)
            strings = _shared_strings(archive, parts)
            sheet = parts[_first_sheet(archive, parts)]
            yield from _rows(archive, sheet, strings)
    except Unreadable:
        raise
    # A damaged file makes zipfile, zlib and expat raise a dozen kinds of errors.
    except Exception:
        raise Unreadable("broken-spreadsheet") from None


def _checked_parts(archive: ZipFile) -> dict[str, ZipInfo]:
    """The parts by name, once their declared sizes are found to be reasonable."""
    infos = archive.infolist()
    if len(infos) > MOST_PARTS or sum(each.file_size for each in infos) > LARGEST_CONTENT:
        raise Unreadable("expands-too-much", most=LARGEST_CONTENT // 1024 // 1024)
    parts = {each.filename: each for each in infos}
    if len(parts) != len(infos):
        raise BadZipFile
    if any(each.flag_bits & _ENCRYPTED for each in infos):
        raise Unreadable("protected-spreadsheet")
    if any(each.compress_type not in _METHODS for each in infos):
        raise BadZipFile
    return parts


def _pieces(file: IO[bytes], info: ZipInfo) -> Iterator[bytes]:
    """What is really in it: a part that is longer than it declares ends in an error."""
    left = info.file_size
    while piece := file.read(_PIECE):
        left -= len(piece)
        if left < 0:
            raise BadZipFile
        yield piece


def _parse(archive: ZipFile, info: ZipInfo, handler: "_Handler") -> Iterator[None]:
    """Feeds the part to the handler, and stops after each piece for what it has found so far."""
    parser = _parser(handler)
    with archive.open(info) as file:
        for piece in _pieces(file, info):
            parser.Parse(piece, False)
            yield
        parser.Parse(b"", True)
        yield


def _parser(handler: "_Handler") -> XMLParserType:
    def refuse(*_declaration: object) -> None:
        raise BadZipFile

    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: handler.start(_local(name), attributes)
    parser.EndElementHandler = lambda name: handler.end(_local(name))
    parser.CharacterDataHandler = handler.text
    return parser


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Handler:
    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


@dataclass
class _Names(_Handler):
    """The attributes of every element of one name."""

    wanted: str
    found: list[dict[str, str]] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self.wanted:
            self.found.append({_local(key): value for key, value in attributes.items()})


def _first_sheet(archive: ZipFile, parts: dict[str, ZipInfo]) -> str:
    sheets, relations = _Names("sheet"), _Names("Relationship")
    for path, handler in ((_WORKBOOK, sheets), (_RELATIONS, relations)):
        for _ in _parse(archive, parts[path], handler):
            pass
    targets = {each["Id"]: each["Target"] for each in relations.found}
    visible = [each for each in sheets.found if each.get("state", "visible") == "visible"]
    target = targets[(visible or [{}])[0]["id"]]
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


@dataclass
class _Strings(_Handler):
    """The shared texts. What stands beside them to tell how they are read aloud is left out."""

    found: list[str] = field(default_factory=list)
    _texts: list[str] = field(default_factory=list)
    _is_text: bool = False
    _is_reading_aid: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._texts = []
        self._is_reading_aid |= name == "rPh"
        self._is_text = name == "t" and not self._is_reading_aid

    def end(self, name: str) -> None:
        self._is_text = False
        if name == "rPh":
            self._is_reading_aid = False
        if name == "si":
            self.found.append("".join(self._texts))
            if len(self.found) > MOST_TEXTS:
                raise Unreadable("expands-too-much", most=LARGEST_CONTENT // 1024 // 1024)

    def text(self, data: str) -> None:
        if self._is_text:
            self._texts.append(data)


def _shared_strings(archive: ZipFile, parts: dict[str, ZipInfo]) -> list[str]:
    info = parts.get("xl/sharedStrings.xml")
    if info is None:
        return []
    handler = _Strings()
    for _ in _parse(archive, info, handler):
        pass
    return handler.found


@dataclass
class _Sheet(_Handler):
    """Collects rows as they end; `taken` counts those that were handed on."""

    strings: list[str]
    rows: list[tuple[int, Cells]] = field(default_factory=list)
    _row: int = 0
    _cells: Cells = field(default_factory=list)
    _column: int = 0
    _kind: str = ""
    _texts: list[str] = field(default_factory=list)
    _is_value: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._row = max(self._row + 1, _number(attributes.get("r", "0")))
            self._cells, self._column = [], 0
        elif name == "c":
            self._column = _column_of(attributes.get("r", "")) or self._column + 1
            if self._column > MOST_COLUMNS:
                raise Unreadable("too-many-columns", self._row, most=MOST_COLUMNS)
            self._kind, self._texts = attributes.get("t", "n"), []
        self._is_value = name in ("v", "t")

    def end(self, name: str) -> None:
        self._is_value = False
        if name == "c":
            self._cells += [""] * (self._column - len(self._cells))
            self._cells[self._column - 1] = self._value().strip()
        elif name == "row":
            self.rows.append((self._row, check_row(self._cells, self._row)))

    def text(self, data: str) -> None:
        if self._is_value:
            self._texts.append(data)

    def _value(self) -> str:
        text = "".join(self._texts)
        if self._kind == "s":
            index = _number(text)
            if index >= len(self.strings):
                raise BadZipFile
            return self.strings[index]
        return _as_written(text) if self._kind == "n" else text


def _rows(archive: ZipFile, info: ZipInfo, strings: list[str]) -> Iterator[Cells]:
    handler = _Sheet(strings)
    number = 0
    for _ in _parse(archive, info, handler):
        for row, cells in handler.rows:
            yield from ([] for _ in range(row - number - 1))
            yield cells
            number = row
        handler.rows.clear()


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_CELL:
        raise BadZipFile
    return int(text)


def _column_of(reference: str) -> int:
    """3 for "C7"; 0 where the file does not say."""
    column = 0
    for letter in reference[:4]:
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


def _as_written(number: str) -> str:
    """A whole number as a person writes it: spreadsheets keep long ones as 1.98507099805E11."""
    try:
        value = float(number)
    except ValueError:
        return number
    return str(int(value)) if value.is_integer() else number
