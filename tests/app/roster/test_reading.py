"""Files as they come: encodings, separators, headers, and those that are refused unopened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.roster.entries import Entry, read_roster
from app.roster.reading import LARGEST_FILE, MOST_ROWS, Unreadable
from tests.app.roster.files import ANNA, BO, HEADER, csv, refusal, sheet, xlsx

READ = (
    Entry(2, "Anna Åberg", "anna.aberg@firma.se", "1001", "Ekonomi", "Bönräknarna", ("Ekonomi",)),
    Entry(3, "Bo Öst", "bo.ost@firma.se", "1002", "IT", "Bryggarna", ()),
)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_encoding_separator_and_line_ends_are_detected(encoding: str, separator: str, end: str):
    body = csv(ANNA, BO, encoding=encoding, separator=separator, end=end)
    assert read_roster("people.csv", body).entries == READ


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_that_excel_names_is_believed(separator: str):
    body = f"sep={separator}\r\n".encode() + csv(ANNA, BO, separator=separator)
    assert [each.name for each in read_roster("x.csv", body).entries] == ["Anna Åberg", "Bo Öst"]
    assert read_roster("x.csv", body).entries[0].row == 3


def test_a_spreadsheet_is_read_like_the_text_file():
    assert read_roster("people.xlsx", xlsx(ANNA, BO)).entries == READ


def test_what_is_in_a_file_counts_and_not_its_name():
    assert read_roster("people.csv", xlsx(ANNA, BO)).entries == READ
    assert read_roster("people.txt", csv(ANNA, BO)).entries == READ


def test_numbers_of_a_spreadsheet_are_written_as_people_write_them():
    row = (1001, "Anna", "a@firma.se", "IT", 7.0, "")
    entry = read_roster("people.xlsx", xlsx(row)).entries[0]
    assert (entry.number, entry.team) == ("1001", "7")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (("Name", "E-mail", "Department"), ("Anna Ek", "A@Firma.se", "IT")),
        (("NAMN", "e-postadress", "avdelning"), ("  Anna   Ek ", "a@firma.se", "IT")),
        (
            ("First name", "Last name", "Email", "Dept", "Department"),
            ("Anna", "Ek", "a@firma.se", "", "IT"),
        ),
        (("Efternamn", "Förnamn", "Mejl", "Avdelning"), ("Ek", "Anna", "a@firma.se", "IT")),
        (("Anst. nr", "Fullständigt namn", "E_post", "Avd."), ("", "Anna Ek", "a@firma.se", "IT")),
    ],
)
def test_headers_of_both_languages_are_known_however_they_are_spelled(header, row):
    entry = read_roster("people.csv", csv(row, header=header)).entries[0]
    assert (entry.name, entry.email, entry.department) == ("Anna Ek", "a@firma.se", "IT")
    assert entry.team == "IT", "without a column of teams a department plays as one"
    assert entry.manages is None


def test_a_title_above_the_header_and_empty_rows_are_skipped():
    body = b"Personal per 2026-11-25\n\n;;;\n" + csv(ANNA, ("",) * 6, BO)
    assert [each.row for each in read_roster("people.csv", body).entries] == [5, 7]


def test_other_columns_are_named_and_not_kept():
    header = (*HEADER, "Lön", "Chef")
    roster = read_roster("people.csv", csv((*ANNA, "31000", "Eva Ek"), header=header))
    assert roster.ignored == ("Lön", "Chef")
    assert "31000" not in repr(roster.entries)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Ekonomi", ("Ekonomi",)),
        ("Ekonomi | lag: IT;  HR", ("Ekonomi", "lag: IT", "HR")),
        ("ja", ("lag: Bönräknarna",)),
        ("Yes", ("lag: Bönräknarna",)),
        ("nej", ()),
        ("", ()),
        ("-", ()),
    ],
)
def test_what_somebody_manages_is_named_or_is_her_own_team(text: str, units: tuple[str, ...]):
    row = (*ANNA[:5], text)
    assert read_roster("people.xlsx", xlsx(row)).entries[0].manages == units


@pytest.mark.parametrize(
    ("body", "key", "row"),
    [
        (b"", "empty-file", None),
        (b"  \r\n ", "empty-file", None),
        (b"x" * (LARGEST_FILE + 1), "too-large", None),
        (b"Namn;E-post;Avdelning\n" + b"x" * (LARGEST_FILE - 100), "line-too-long", 2),
        (b"\xd0\xcf\x11\xe0 an old spreadsheet", "old-spreadsheet", None),
        (b"Namn;E-post;Avdelning\nA\x81nna;a@b.se;IT\n", "encoding", 2),
        ("Namn;E-post;Avdelning\nÅsa;a@b.se;IT\n".encode("cp850"), "encoding", 2),
        ("Namn;E-post;Avdelning\nMärta;a@b.se;IT\n".encode("cp850"), "spoilt-letters", 2),
        ("Namn;E-post;Avdelning\nÃ…sa;a@b.se;IT\n".encode(), "spoilt-letters", 2),
        (
            "Namn;E-post;Avdelning\nM\N{REPLACEMENT CHARACTER}rta;a@b.se;IT\n".encode(),
            "spoilt-letters",
            2,
        ),
        (b"Namn;E-post;Avdelning\nAnna\x00;a@b.se;IT\n", "not-text", 2),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "encoding", 4),
        (b'Namn;E-post;Avdelning\n"Anna;a@b.se;IT\n', "quotes", 2),
        (b'Namn;E-post;Avdelning\n"Anna" Ek;a@b.se;IT\n', "quotes", 2),
        (b"Namn;E-post;Avdelning\n" + b"x" * 1001 + b";a@b.se;IT\n", "cell-too-long", 2),
        (b"Namn;E-post;Avdelning\n" + b";" * 101 + b"\n", "too-many-columns", 2),
        (b"Anna;Ek\nBo;\xc3\x96st\n", "no-header", None),
        (b"Namn;Avdelning\nAnna;IT\n", "missing-column", 1),
        (b"\xc3\x85r\nNamn;E-post;Mejl;Avdelning\nAnna;a@b.se;a@b.se;IT\n", "column-twice", 2),
        (b"Namn;E-post;Avdelning\n;;\n", "no-people", None),
    ],
)
def test_a_file_that_cannot_be_a_list_of_people_says_why_and_where(
    body: bytes, key: str, row: int | None
):
    error = refusal(body)
    assert (error.problem.key, error.row) == (key, row)


def test_a_missing_column_is_named():
    assert dict(refusal(b"Namn;E-post\nAnna;a@b.se\n").problem.values) == {"column": "department"}


def test_a_million_rows_are_refused_in_both_kinds_of_file():
    few_bytes = b"Namn;E-post;Avdelning\n" + b"a;b;c\n" * 1_000_000
    assert refusal(few_bytes).problem.key == "too-many-rows"
    last = sheet('<row r="1000000"><c r="A1000000"><v>1</v></c></row>')
    assert refusal(last).problem.key == "too-many-rows"
    assert MOST_ROWS < 1_000_000


def test_a_personal_number_in_any_column_stops_the_file_without_being_repeated():
    header = (*HEADER, "Övrigt")
    rows = [(*ANNA, ""), (*BO, "född 811218-9876"), ("198112189876", *BO[1:], "")]
    error = refusal(csv(*rows, header=header))
    values = dict(error.problem.values)
    assert (error.problem.key, error.row, values["rows"], values["count"]) == (
        "personal-number",
        3,
        "3, 4",
        2,
    )
    assert "9876" not in str(error) + repr(values)


def test_a_personal_number_that_a_spreadsheet_keeps_as_a_number_is_found():
    assert refusal(xlsx((198112189876, *ANNA[1:])), "a.xlsx").problem.key == "personal-number"
    assert refusal(xlsx((1.98112189876e11, *ANNA[1:])), "a.xlsx").problem.key == "personal-number"


def outcome(body: bytes) -> object:
    """The people of the file, or why there are none."""
    try:
        return read_roster("people.csv", body).entries
    except Unreadable as error:
        return error.problem.key


@given(st.binary(max_size=400))
def test_junk_is_refused_and_never_breaks_the_reader(junk: bytes):
    for body in (junk, b"PK\x03\x04" + junk, b"Namn;E-post;Avdelning\n" + junk):
        assert outcome(body)


@given(st.binary(min_size=1, max_size=6), st.integers(min_value=0))
def test_a_spreadsheet_damaged_anywhere_is_read_or_refused(damage: bytes, where: int):
    body = xlsx(ANNA, BO)
    at = where % len(body)
    assert outcome(body[:at] + damage + body[at + len(damage) :])
