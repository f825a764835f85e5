"""A lead moves her organisation in: a messy file, its preview, and people one by one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app.roster.files import crowd, csv, xlsx
from tests.browser.test_accessible import SMALLEST, WIDE, found_on
from tests.browser.test_main_path import sign_in

HEADER = ("Anst.nr", "Fullständigt namn", "E-postadress", "Avdelning", "Enhet", "Chef för", "Lön")
WRONG = ("", "", "ingen adress", "IT", "Bönräknarna", "Okända", "")


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return request.param


def upload(page: Page, file: Path) -> None:
    page.goto("/admin/people/import")
    page.get_by_label("Fil, CSV eller XLSX").set_input_files(file)
    page.get_by_role("button", name="Förhandsgranska").click()


def messy(*rows) -> bytes:
    """As an old personnel system writes: a title, other columns, Windows-1252, stray blanks."""
    people = [(number, f" {name}  ", *row, "31 000") for number, name, *row in crowd(400)]
    body = csv(*people, *rows, header=HEADER, encoding="cp1252")
    return "Personal 2026-11-25;;;;;;\r\n\r\n".encode("cp1252") + body


def test_a_messy_file_of_four_hundred_is_corrected_imported_and_imported_again(
    open_page: Callable[..., Page], tmp_path: Path
):
    """Without JavaScript, into a company that is there already."""
    page = open_page(java_script_enabled=False)
    file = tmp_path / "personal.csv"
    sign_in(page, "Aisha")
    file.write_bytes(messy(WRONG))
    upload(page, file)
    expect(page.get_by_role("heading", level=1)).to_have_text("1 rad är fel")
    expect(page.get_by_text("”ingen adress” är ingen e-postadress.")).to_be_visible()
    expect(page.get_by_text("rad 404")).to_be_visible()
    expect(page.get_by_text("Kolumner som inte används och inte sparas: Lön.")).to_be_visible()
    page.get_by_role("link", name="Ladda upp en rättad fil").click()

    file.write_bytes(messy())
    upload(page, file)
    expect(page.get_by_role("heading", level=1)).to_have_text("Så här skulle det bli")
    expect(page.get_by_text("Stäng också kontona för 239 personer")).to_be_visible()
    page.get_by_role("button", name="Läs in listan").click()
    expect(page.get_by_text("Listan är inläst: 400 nya, 0 ändrade.")).to_be_visible()

    upload(page, file)
    expect(page.get_by_role("heading", level=1)).to_have_text("Så här skulle det bli")
    expect(page.get_by_role("link", name="Oförändrade 400")).to_be_visible()
    expect(page.get_by_role("link", name="Nya")).to_have_count(0)
    page.get_by_role("button", name="Släng listan").click()
    expect(page.get_by_text("Listan är slängd. Inget är ändrat.")).to_be_visible()


def test_the_list_taken_out_is_the_list_taken_in(
    open_page: Callable[..., Page], tmp_path: Path, javascript: bool
):
    page = open_page(java_script_enabled=javascript)
    sign_in(page, "Aisha")
    page.goto("/admin/people")
    for kind, ending in (("Kalkylblad", "xlsx"), ("Textfil", "csv")):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind).click()
        file = tmp_path / f"list.{ending}"
        download.value.save_as(file)
        expect(page.get_by_role("button", name=kind)).to_be_enabled()
        upload(page, file)
        expect(page.get_by_role("heading", level=1)).to_have_text("Allt stämmer redan")
        page.goto("/admin/people")


def test_a_person_is_found_moved_closed_and_opened_again(
    open_page: Callable[..., Page], javascript: bool
):
    page = open_page(java_script_enabled=javascript)
    sign_in(page, "Aisha")
    page.goto("/admin/people")
    page.get_by_label("Sök på namn, e-post eller nummer").fill("nils b")
    page.get_by_role("button", name="Sök").click()
    page.get_by_role("link", name="Nils Berg").click()
    page.get_by_label("Flytta till").select_option(label="Påtåren")
    page.get_by_role("button", name="Flytta", exact=True).click()
    expect(page.get_by_text("Flyttar till Påtåren måndag 30 november.")).to_be_visible()
    page.get_by_role("button", name="Ångra flytten").click()
    expect(page.get_by_text("Flytten är ångrad.")).to_be_visible()
    page.get_by_label("Avdelning eller lag").select_option(label="Bryggarna")
    page.get_by_role("button", name="Gör till chef").click()
    page.get_by_role("button", name="Ta bort Bryggarna").click()
    page.get_by_text("Stäng kontot", exact=True).click()
    page.get_by_role("button", name="Ja, stäng kontot").click()
    expect(page.get_by_text("alla inloggningar är avslutade")).to_be_visible()
    page.get_by_role("button", name="Öppna kontot igen").click()
    page.get_by_role("link", name="Logg", exact=True).click()
    expect(page.get_by_text("stängde ett konto")).to_be_visible()


def test_the_states_of_an_import_are_free_of_violations(
    open_page: Callable[..., Page], tmp_path: Path
):
    wrong, right, broken = (tmp_path / name for name in ("wrong.csv", "right.xlsx", "broken.xlsx"))
    wrong.write_bytes(messy(WRONG))
    right.write_bytes(xlsx(*crowd(60)))
    broken.write_bytes(b"PK\x03\x04")
    found = []
    for scheme, screen in (("light", SMALLEST), ("dark", WIDE)):
        page = open_page(color_scheme=scheme, viewport=screen, reduced_motion="reduce")
        sign_in(page, "Aisha")
        for file in (wrong, right, broken):
            upload(page, file)
            found += found_on(page)
        page.goto("/admin/people/2")
        page.get_by_text("Stäng kontot", exact=True).click()
        page.get_by_role("button", name="Ja, stäng kontot").click()
        found += found_on(page)
        page.get_by_role("button", name="Öppna kontot igen").click()
        page.goto("/admin/people?q=ingen+alls")
        found += found_on(page)
    assert found == []
