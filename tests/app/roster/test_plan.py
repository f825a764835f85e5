"""What a file would do, compared with an organisation that is there already."""

from dataclasses import replace

import pytest

from app.roster.entries import Entry, read_roster
from app.roster.export import as_csv, as_xlsx, rows_of
from app.roster.model import Change, Field, Organisation, Person, Plan, Unit, Verdict
from app.roster.plan import plan_import
from tests.app.roster.files import HEADER

EKONOMI, BEANS = Unit("Ekonomi", is_team=False), Unit("Bönräknarna", is_team=True)
NOBODY: frozenset[Unit] = frozenset()
ANNA = Person(1, "Anna Ek", "anna@firma.se", "1001", "Bönräknarna", NOBODY, False, False)
BO = Person(2, "Bo Öst", "bo@firma.se", "", "Bryggarna", frozenset({EKONOMI}), False, False)
EVA = Person(3, "Eva Alm", "eva@firma.se", "1003", "", NOBODY, True, False)
LENA = Person(4, "Lena Led", "lena@firma.se", "", "", NOBODY, False, True)
HOUSE = Organisation(
    (ANNA, BO, EVA, LENA),
    frozenset({"Ekonomi", "IT"}),
    {"Bönräknarna": "Ekonomi", "Bryggarna": "IT", "Tillsammans": None},
)
ROW = Entry(2, "Ny Nilsson", "ny@firma.se", "2000", "IT", "Bryggarna", ())
ANNAS = Entry(2, "Anna Ek", "anna@firma.se", "1001", "Ekonomi", "Bönräknarna", ())
BOS = Entry(3, "Bo Öst", "bo@firma.se", "", "IT", "Bryggarna", ("Ekonomi",))


def planned(*entries: Entry) -> Plan:
    return plan_import(entries, HOUSE)


def problems(*entries: Entry) -> list[str]:
    """The keys of what is wrong with the last one."""
    return [each.key for each in planned(*entries).lines[-1].problems]


def test_whoever_stands_in_the_house_as_in_the_file_is_unchanged():
    plan = planned(ANNAS, BOS)
    assert [line.verdict for line in plan.lines] == [Verdict.UNCHANGED] * 2
    assert not plan.changes_something


def test_somebody_new_brings_her_department_and_team_along():
    plan = planned(replace(ROW, department="Butik", team="Dopparna", manages=("Butik",)))
    assert plan.lines[0].verdict is Verdict.NEW
    assert plan.new_departments == ("Butik",)
    assert plan.new_teams == {"Dopparna": "Butik"}
    assert plan.lines[0].manages == {Unit("Butik", is_team=False)}


def test_names_of_units_are_the_same_however_their_letters_are_written():
    plan = planned(replace(ROW, department="it", team="BRYGGARNA"))
    assert (plan.new_departments, plan.new_teams, plan.lines[0].team) == ((), {}, "Bryggarna")


@pytest.mark.parametrize(
    ("entry", "changes"),
    [
        (replace(ANNAS, name="Anna Alm"), [Change(Field.NAME, "Anna Ek", "Anna Alm")]),
        (
            replace(ANNAS, email="anna.alm@firma.se"),
            [Change(Field.EMAIL, "anna@firma.se", "anna.alm@firma.se")],
        ),
        (
            replace(ANNAS, department="IT", team="Bryggarna"),
            [Change(Field.TEAM, "Bönräknarna", "Bryggarna")],
        ),
        (replace(BOS, number="77"), [Change(Field.NUMBER, "", "77")]),
        (replace(ANNAS, manages=("Ekonomi",)), [Change(Field.MANAGES, "", "Ekonomi")]),
        (
            replace(ANNAS, manages=("team: bönräknarna",)),
            [Change(Field.MANAGES, "", "lag: Bönräknarna")],
        ),
        (replace(BOS, manages=()), [Change(Field.MANAGES, "Ekonomi", "")]),
    ],
)
def test_each_change_is_told_with_what_was_before(entry: Entry, changes: list[Change]):
    line = planned(entry).lines[0]
    assert (line.verdict, list(line.changes)) == (Verdict.CHANGED, changes)


def test_what_the_file_does_not_say_stays_as_it_is():
    silent = replace(ANNAS, number="", department="", team="", manages=None)
    assert planned(silent).lines[0].verdict is Verdict.UNCHANGED
    assert planned(replace(BOS, manages=None)).lines[0].verdict is Verdict.UNCHANGED


def test_the_employee_number_tells_who_it_is_and_then_the_address():
    assert planned(replace(ANNAS, email="x@firma.se", name="X")).lines[0].person == ANNA
    assert planned(replace(BOS, number="77")).lines[0].person == BO


def test_an_account_that_the_night_will_erase_is_no_longer_opened_by_a_file():
    house = replace(HOUSE, people=(replace(EVA, is_going=True),))
    (line,) = plan_import(
        [replace(ANNAS, name="Eva Alm", email=EVA.email, number="1003")], house
    ).lines
    assert [each.key for each in line.problems] == ["going"]


def test_a_closed_account_in_the_file_opens_again_and_says_so():
    entry = Entry(2, "Eva Alm", "eva@firma.se", "1003")
    assert planned(entry).lines[0].changes == (Change(Field.ACCOUNT, "closed", ""),)


def test_leavers_are_those_with_an_open_account_who_are_missing_but_never_leads():
    assert planned(ROW).leavers == (ANNA, BO)
    assert planned(ANNAS).leavers == (BO,)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (replace(ROW, name=""), ["no-name"]),
        (replace(ROW, email=""), ["no-email"]),
        (replace(ROW, email="ny at firma"), ["not-an-email"]),
        (replace(ROW, email="ny@firma"), ["not-an-email"]),
        (replace(ROW, email="a@b.se, c@d.se"), ["not-an-email"]),
        (replace(ROW, email="x" * 250 + "@b.se"), ["not-an-email"]),
        (replace(ROW, department="", team=""), ["no-department"]),
        (replace(ANNAS, department=""), ["no-department"]),
        (replace(ROW, name="x" * 121), ["too-long"]),
        (replace(ROW, number="1" * 41), ["too-long"]),
        (replace(ROW, team="Kaffe; te"), ["separator-in-name"]),
        (replace(ROW, team="Bönräknarna"), ["other-department"]),
        (replace(ROW, team="Tillsammans"), ["joint-team"]),
        (replace(ROW, manages=("Anna Ek",)), ["unknown-unit"]),
        (replace(ROW, manages=("lag: Ekonomi",)), ["unknown-unit"]),
        (replace(ROW, manages=("Tillsammans",)), ["unknown-unit"]),
        (replace(ANNAS, email="bo@firma.se"), ["email-taken"]),
        (replace(ROW, email="anna@firma.se"), ["other-number"]),
    ],
)
def test_a_wrong_row_says_what_is_wrong_and_stops_the_whole_list(entry: Entry, expected: list[str]):
    assert problems(entry) == expected
    assert not planned(BOS, replace(entry, row=9)).is_possible


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (replace(ROW, row=3), ["email-twice", "number-twice"]),
        (replace(ROW, row=3, number="2001"), ["email-twice"]),
        (replace(ROW, row=3, email="annan@firma.se"), ["number-twice"]),
        (replace(ROW, row=3, email="annan@firma.se", number="2001", team="Nya"), []),
    ],
)
def test_a_second_row_of_the_same_person_names_the_first(second: Entry, expected: list[str]):
    assert problems(ROW, second) == expected
    values = [dict(each.values) for each in planned(ROW, second).lines[-1].problems]
    assert values == [{"row": 2}] * len(expected)


def test_one_person_by_number_and_again_by_address_is_found_out():
    by_address = Entry(3, "Anna", "anna@firma.se", "", "Ekonomi", "Bönräknarna")
    assert problems(replace(ANNAS, email="ny@firma.se"), by_address) == ["person-twice"]


def test_a_team_in_two_departments_is_wrong_in_the_second_row():
    first = replace(ROW, team="Nya")
    second = replace(ROW, row=3, email="b@firma.se", number="3", department="HR", team="Nya")
    assert problems(first, second) == ["other-department"]


def test_two_people_may_change_addresses_with_each_other():
    eva = replace(EVA, is_closed=False)
    house = replace(HOUSE, people=(ANNA, eva))
    swapped = (
        replace(ANNAS, email="eva@firma.se"),
        Entry(3, "Eva Alm", "anna@firma.se", "1003"),
    )
    assert plan_import(swapped, house).is_possible


def test_the_digest_changes_with_anything_that_the_preview_shows():
    moved = replace(ANNAS, department="IT", team="Bryggarna")
    before = planned(moved).digest
    assert before == planned(moved).digest
    elsewhere = replace(HOUSE, people=(replace(ANNA, team="Bryggarna"), BO, EVA, LENA))
    renamed = replace(HOUSE, people=(replace(ANNA, name="A"), BO, EVA, LENA))
    fewer = replace(HOUSE, people=(ANNA, EVA, LENA))
    for house in (elsewhere, renamed, fewer):
        assert plan_import([moved], house).digest != before


NASTY = (
    Person(5, "=HYPERLINK(1)", "+plus@firma.se", "-5", "@laget", NOBODY, False, False),
    Person(
        6, "'t Hooft", "t@firma.se", "'=6", "Ekonomi", frozenset({BEANS, EKONOMI}), False, False
    ),
    Person(7, 'Å;Ä|Ö "citat"', "o@firma.se", "", "", NOBODY, False, False),
)


@pytest.mark.parametrize(("write", "name"), [(as_csv, "a.csv"), (as_xlsx, "a.xlsx")])
def test_an_export_has_no_formulas_and_imports_again_as_unchanged(write, name: str):
    teams = {**HOUSE.teams, "@laget": "IT", "Ekonomi": "Ekonomi"}
    house = replace(HOUSE, people=(ANNA, BO, LENA, *NASTY), teams=teams)
    body = write(HEADER, list(rows_of(house)))
    if name == "a.csv":
        cells = [cell for line in body.decode("utf-8-sig").splitlines() for cell in line.split(";")]
        assert not any(cell.lstrip('"').startswith(("=", "+", "-", "@")) for cell in cells)
    plan = plan_import(read_roster(name, body).entries, house)
    assert {line.verdict for line in plan.lines} == {Verdict.UNCHANGED}
    assert len(plan.lines) == len(house.people)
    assert plan.leavers == ()
