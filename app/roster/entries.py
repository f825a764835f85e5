"""A file of people: which column is which, and each row as an entry."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.accounts.emails import kept
from app.roster.personal_numbers import holds_personal_number
from app.roster.reading import LARGEST_FILE, Cells, Unreadable
from app.roster.spreadsheets import MAGIC, read_spreadsheet
from app.roster.text_files import read_text
from app.spreadsheet_text import armed

# Where a heading of the whole list stands above the names of the columns.
ROWS_BEFORE_HEADER = 10
ROWS_NAMED = 10
# Tells a team from a department of the same name, in either language.
TEAM_PREFIX, DEPARTMENT_PREFIX = "lag:", "avdelning:"
_OLD_SPREADSHEET = b"\xd0\xcf\x11\xe0"
UNIT_SEPARATORS = re.compile(r"[|;\n]")
_YES = frozenset({"ja", "j", "yes", "y", "x", "1", "true", "sant"})
_NO = frozenset({"nej", "n", "no", "0", "false", "falskt", "-"})


class Column(StrEnum):
    NAME = "name"
    FIRST_NAME = "first-name"
    LAST_NAME = "last-name"
    EMAIL = "email"
    NUMBER = "number"
    DEPARTMENT = "department"
    TEAM = "team"
    MANAGES = "manages"


# As personnel systems write them, in letters and digits alone. A column that is only called "chef"
# usually holds the name of somebody's manager, so it is none of these.
HEADERS = {
    Column.NAME: "namn fullständigtnamn name fullname employeename anställdsnamn medarbetare",
    Column.FIRST_NAME: "förnamn tilltalsnamn firstname givenname",
    Column.LAST_NAME: "efternamn lastname surname familyname",
    Column.EMAIL: "epost epostadress mejl mejladress mail mailadress email emailaddress workemail",
    Column.NUMBER: "anställningsnummer anställningsnr anstnr anstnummer personalnummer "
    "employeenumber employeeno employeeid staffnumber personnelnumber",
    Column.DEPARTMENT: "avdelning avd avdelningsnamn department departmentname",
    Column.TEAM: "lag team grupp enhet arbetsgrupp group unit teamname",
    Column.MANAGES: "cheffor chefför ärchef chefjanej leder manages managerof ismanager",
}
_COLUMN_OF = {header: column for column, names in HEADERS.items() for header in names.split()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. Empty texts mean that the file does not say; `manages` holds names of departments
    and teams, None where the file has no such column."""

    row: int
    name: str
    email: str
    number: str = ""
    department: str = ""
    team: str = ""
    manages: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """What a file says; `ignored` are the headers of columns that mean nothing to us."""

    entries: tuple[Entry, ...]
    ignored: tuple[str, ...]


def read_roster(file_name: str, body: bytes) -> Roster:
    """Raises Unreadable where the file cannot be read as a list of people, and where it holds a
    personal identity number, in whichever column."""
    return _roster(_rows_of(file_name, body))


def _rows_of(file_name: str, body: bytes) -> Iterator[Cells]:
    if not body.strip():
        raise Unreadable("empty-file")
    if len(body) > LARGEST_FILE:
        raise Unreadable("too-large", most=LARGEST_FILE // 1024 // 1024)
    if body.startswith(_OLD_SPREADSHEET):
        raise Unreadable("old-spreadsheet")
    if body.startswith(MAGIC):
        return read_spreadsheet(body)
    if file_name.lower().endswith((".xlsx", ".xlsm", ".ods")):
        raise Unreadable("broken-spreadsheet")
    return read_text(body)


def _roster(rows: Iterable[Cells]) -> Roster:
    numbered = enumerate(rows, 1)
    header_row, header = _header(numbered)
    places = _places(header, header_row)
    guard = _PersonalNumbers(header)
    entries = []
    for row, cells in numbered:
        guard.look_at(row, cells)
        if any(cells):
            entries.append(_entry(row, cells, places))
    guard.refuse()
    if not entries:
        raise Unreadable("no-people")
    ignored = [each for each in header if each and _column_of(each) is None]
    return Roster(tuple(entries), tuple(ignored))


def _header(rows: Iterator[tuple[int, Cells]]) -> tuple[int, Cells]:
    """The first row that names two columns or more."""
    first: Cells = []
    for row, cells in rows:
        if sum(_column_of(cell) is not None for cell in cells) > 1:
            return row, cells
        first = first or cells
        if row == ROWS_BEFORE_HEADER:
            break
    raise Unreadable("no-header", found=", ".join(each for each in first if each)[:200])


def _column_of(header: str) -> Column | None:
    return _COLUMN_OF.get(re.sub(r"[\W_]", "", header.casefold()))


def _places(header: Cells, row: int) -> dict[Column, int]:
    places: dict[Column, int] = {}
    for place, text in enumerate(header):
        column = _column_of(text)
        if column is None:
            continue
        if column in places:
            raise Unreadable("column-twice", row, one=header[places[column]], other=text)
        places[column] = place
    has_name = Column.NAME in places or {Column.FIRST_NAME, Column.LAST_NAME} <= places.keys()
    missing = [
        column
        for column, is_there in (
            (Column.NAME, has_name),
            (Column.EMAIL, Column.EMAIL in places),
            (Column.DEPARTMENT, Column.DEPARTMENT in places),
        )
        if not is_there
    ]
    if missing:
        raise Unreadable("missing-column", row, column=missing[0])
    return places


class _PersonalNumbers:
    """Remembers where personal identity numbers stand, never the numbers themselves."""

    def __init__(self, header: Sequence[str]) -> None:
        self._header = header
        self._rows: list[int] = []
        self._columns: Counter[int] = Counter()

    def look_at(self, row: int, cells: Cells) -> None:
        found = [place for place, cell in enumerate(cells) if holds_personal_number(cell)]
        if found:
            self._rows.append(row)
            self._columns.update(found)

    def refuse(self) -> None:
        if not self._rows:
            return
        place = self._columns.most_common(1)[0][0]
        named = self._header[place] if place < len(self._header) else ""
        rows = ", ".join(map(str, self._rows[:ROWS_NAMED]))
        raise Unreadable(
            "personal-number",
            self._rows[0],
            column=named or str(place + 1),
            rows=rows + (" …" if len(self._rows) > ROWS_NAMED else ""),
            count=len(self._rows),
        )


def _entry(row: int, cells: Cells, places: dict[Column, int]) -> Entry:
    def cell(column: Column) -> str:
        place = places.get(column)
        return armed(cells[place]) if place is not None and place < len(cells) else ""

    name = cell(Column.NAME) or f"{cell(Column.FIRST_NAME)} {cell(Column.LAST_NAME)}"
    department, team = cell(Column.DEPARTMENT), cell(Column.TEAM)
    return Entry(
        row=row,
        name=_one_line(name),
        email=kept(cell(Column.EMAIL)),
        number=cell(Column.NUMBER),
        department=_one_line(department),
        # A file without teams: a department plays as one.
        team=_one_line(team or department),
        manages=_manages(cell(Column.MANAGES), _one_line(team or department))
        if Column.MANAGES in places
        else None,
    )


def _manages(text: str, own_team: str) -> tuple[str, ...]:
    """The units named; a plain yes means the own team."""
    if text.casefold() in _NO:
        return ()
    if text.casefold() in _YES:
        return (f"{TEAM_PREFIX} {own_team}",)
    units = (_one_line(each) for each in UNIT_SEPARATORS.split(text))
    return tuple(dict.fromkeys(each for each in units if each))


def _one_line(text: str) -> str:
    return " ".join(text.split())
