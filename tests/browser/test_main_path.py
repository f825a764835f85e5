"""The main path as people walk it on a phone, with JavaScript and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "no-javascript"])


def sign_in(page: Page, who: str) -> None:
    page.goto("/login")
    page.get_by_role("button", name=who).click()


def form(page: Page, verb: str):
    return page.locator(f"form[action$='/{verb}']")


def test_nils_joins_pledges_checks_in_undoes_and_redoes(
    open_page: Callable[..., Page], javascript: bool
):
    page = open_page(java_script_enabled=javascript)
    sign_in(page, "Nils")
    page.goto("/week")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vill du vara med?")
    page.get_by_role("button", name="Jag vill vara med").click()
    expect(page.get_by_text("Omgång 5 av 9")).to_be_visible()

    pledge = form(page, "pledge")
    pledge.get_by_role("radio").nth(0).check()
    pledge.get_by_role("radio", name="7", exact=True).check()
    page.get_by_role("button", name="Jag är med").click()
    expect(page.get_by_text("Ditt uppdrag")).to_be_visible()

    report = form(page, "check-in")
    report.get_by_role("radio", name="3", exact=True).first.check()
    report.get_by_role("checkbox", name="Logistik").check()
    page.get_by_role("button", name="Checka in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile(r"Du gissade 7\.\s*Det blev 3\.")
    )
    expect(page.get_by_text("Ett nytt märke.").first).to_be_visible()
    expect(page.get_by_text("15 poäng")).to_be_visible()

    page.get_by_role("button", name="Ångra incheckningen").click()
    expect(page.get_by_role("heading", name="Incheckningen är ångrad")).to_be_visible()
    page.goto("/badges")
    expect(
        page.get_by_text("Ditt första egna märke kommer med din första incheckning.")
    ).to_be_visible()

    page.goto("/week")
    page.get_by_role("button", name="Låt den gälla igen").click()
    expect(page.get_by_text("15 poäng")).to_be_visible()
    page.goto("/me")
    expect(page.get_by_role("heading", name="Sviten: 1 omgång")).to_be_visible()


def test_aisha_closes_the_round_and_the_table_moves(
    open_page: Callable[..., Page], javascript: bool
):
    sara = open_page(java_script_enabled=javascript)
    sign_in(sara, "Sara")
    sara.goto("/league")
    expect(sara.get_by_text("Tabellen efter omgång 4 av 9.")).to_be_visible()
    own = sara.get_by_role("row").filter(has_text="ditt lag")
    before = own.inner_text()
    sara.goto("/week")
    sara.get_by_text("Jag har redan gjort det").click()
    report = form(sara, "check-in")
    report.get_by_role("radio").nth(0).check()
    sara.get_by_role("button", name="Checka in").click()
    expect(sara.get_by_role("heading", level=1)).to_have_text("Gjort är gjort.")
    sara.goto("/league")
    assert own.inner_text() == before

    aisha = open_page(java_script_enabled=javascript)
    sign_in(aisha, "Aisha")
    aisha.goto("/admin/season")
    aisha.get_by_role("button", name="Stäng omgång 5").click()
    expect(aisha.get_by_text("Omgång 5 är stängd")).to_be_visible()

    sara.goto("/league")
    expect(sara.get_by_text("Tabellen efter omgång 5 av 9.")).to_be_visible()
    assert own.inner_text() != before
    expect(own.get_by_role("cell").filter(has_text=re.compile("upp|ner|kvar"))).to_be_visible()
    expect(own.get_by_role("listitem").first).to_be_visible()
    own.get_by_role("link").click()
    expect(sara.get_by_role("heading", name="Märkeshyllan")).to_be_visible()


def test_a_refused_check_in_keeps_everything_that_was_typed(
    open_page: Callable[..., Page], javascript: bool
):
    page = open_page(java_script_enabled=javascript)
    sign_in(page, "Sara")
    page.goto("/week")
    page.get_by_text("Jag har redan gjort det").click()
    report = form(page, "check-in")
    report.get_by_role("radio").nth(1).check()
    page.get_by_text("Anteckning, dag och mer").click()
    report.get_by_label("Anteckning, bara för dig").fill("Det här får inte försvinna")
    report.get_by_label("Vilken dag?").fill("2031-01-01")
    report.get_by_role("checkbox", name="Butik").check()
    page.get_by_role("button", name="Checka in").click()
    expect(page.get_by_text("Välj en dag från omgångens måndag")).to_be_visible()
    expect(report.get_by_label("Anteckning, bara för dig")).to_have_value(
        "Det här får inte försvinna"
    )
    expect(report.get_by_role("checkbox", name="Butik")).to_be_checked()
    expect(report.get_by_role("radio").nth(1)).to_be_checked()


def test_shuffled_missions_are_pointed_out_and_a_choice_stays_made(
    open_page: Callable[..., Page], javascript: bool
):
    page = open_page(java_script_enabled=javascript)
    sign_in(page, "Sara")
    page.goto("/week")
    pledge = form(page, "pledge")
    expect(pledge.get_by_text("Förslag").first).to_be_hidden()
    chosen = pledge.get_by_role("radio").nth(0)
    chosen.check()
    value = chosen.get_attribute("value")
    page.get_by_role("link", name="Blanda uppdragen").click()
    expect(pledge.get_by_text("Förslag").filter(visible=True)).to_have_count(3)
    if javascript:
        expect(pledge.locator(f"input[value='{value}']")).to_be_checked()
