"""A manager's picture of the week, as Johan of the demo sees it, and Sara after him."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_main_path import sign_in


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return request.param


def test_a_manager_finds_what_to_do_and_his_group_sees_that_he_looked(
    open_page: Callable[..., Page], javascript: bool
):
    johan = open_page(java_script_enabled=javascript)
    sign_in(johan, "Johan")
    johan.get_by_role("link", name="Veckobilden").click()
    expect(johan.get_by_role("heading", level=1)).to_have_text("Ekonomi")
    expect(johan.get_by_role("heading", name="Ni har ingen bro till Inköp ännu")).to_be_visible()
    johan.get_by_text("En text att kopiera").first.click()
    letter = johan.get_by_label("Kopiera, och ändra sedan som du vill").first
    assert "vi på Ekonomi och ni på Inköp" in letter.input_value()
    johan.get_by_role("link", name="Kassakistan och Öresutjämnarna").click()
    expect(johan.get_by_role("heading", level=1)).to_have_text("Kassakistan och Öresutjämnarna")
    address = johan.url
    with johan.expect_download() as download:
        johan.get_by_role("link", name="Kalkylblad").click()
    assert download.value.suggested_filename.endswith(".xlsx")

    sara = open_page()
    sign_in(sara, "Sara")
    sara.get_by_role("link", name="Veckobilden").click()
    expect(sara.get_by_role("heading", level=1)).to_have_text("Bönräknarna")
    expect(sara.get_by_text("Ingen har öppnat den än.")).to_be_visible()
    sara.get_by_role("link", name="Ekonomi", exact=True).click()
    expect(sara.get_by_text("Johan Lind")).to_be_visible()
    answer = sara.goto(address)
    assert answer is not None
    assert answer.status == 404


def test_the_lead_finds_the_season_report_and_takes_it_along(
    open_page: Callable[..., Page], javascript: bool
):
    aisha = open_page(java_script_enabled=javascript)
    sign_in(aisha, "Aisha")
    aisha.goto("/admin/season")
    aisha.get_by_role("link", name="Öppna rapporten").click()
    expect(aisha.get_by_text("4 av 9 omgångar är spelade.")).to_be_visible()
    chart = aisha.get_by_role("img", name="Väntat och verkligt obehag")
    expect(chart.filter(visible=True)).to_have_count(1)
    expect(aisha.get_by_role("img", name="På skalan 1 till 5")).to_have_count(3)
    with aisha.expect_download() as download:
        aisha.get_by_role("link", name="Kalkylblad").click()
    assert download.value.suggested_filename == "fikaligan-season-1-4.xlsx"


def test_a_group_below_five_shows_its_parent(open_page: Callable[..., Page]):
    page = open_page()
    sign_in(page, "Aisha")
    page.goto("/dashboard")
    page.get_by_text("Byt grupp").click()
    page.get_by_role("link", name="Smakproverna").click()
    expect(page.get_by_text("för liten för egna siffror just nu")).to_be_visible()
    expect(page.get_by_role("cell", name="ingen än").first).to_be_visible()
