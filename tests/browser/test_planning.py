"""The lead plans a season and words a challenge, with JavaScript and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessible import SMALLEST, WIDE, found_on
from tests.browser.test_main_path import sign_in


def titles(page: Page) -> list[str]:
    return page.locator("#challenges > li > strong").all_text_contents()


def week(page: Page, number: int) -> Locator:
    return page.locator(".weeks > li").filter(has_text=re.compile(rf"Vecka {number}\b"))


def plan_the_next(page: Page) -> None:
    sign_in(page, "Aisha")
    page.goto("/admin/season")
    page.get_by_role("link", name="Planera nästa säsong").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Planera en säsong")


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "no-javascript"])
def test_a_season_with_a_rest_week_and_a_moved_challenge_is_planned_and_started(
    open_page: Callable[..., Page], javascript: bool
):
    page = open_page(java_script_enabled=javascript)
    plan_the_next(page)
    page.get_by_label("Namn").fill("Vårens liga")
    before = titles(page)
    page.get_by_role("button", name=f"Flytta upp: {before[4]}").click()
    expect(page.locator("#challenges > li").nth(3)).to_contain_text(before[4])
    page.get_by_role("button", name=f"Flytta upp: {before[4]}").click()
    expect(page.locator("#challenges > li").nth(2)).to_contain_text(before[4])
    moved = titles(page)
    expect(week(page, 4)).to_contain_text(before[4])
    week(page, 4).get_by_role("checkbox", name="Vila").check()
    if not javascript:
        page.get_by_role("button", name="Räkna om kalendern").click()
    expect(week(page, 4)).to_contain_text("Vilovecka")
    expect(week(page, 5)).to_contain_text(before[4])
    expect(page.get_by_label("Namn")).to_have_value("Vårens liga")
    page.get_by_role("button", name="Spara planen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vårens liga")
    expect(page.get_by_text("Planen är sparad.")).to_be_visible()
    expect(week(page, 4)).to_contain_text("Vilovecka")
    assert [
        each for each in page.locator(".weeks strong").all_text_contents() if each in moved
    ] == moved
    page.get_by_role("button", name="Starta säsongen").click()
    expect(page.get_by_text("Säsongen är startad.")).to_be_visible()


def drag(page: Page, title: str, onto: str) -> None:
    def grip(text: str) -> Locator:
        return page.locator("#challenges > li").filter(has_text=text).locator(".grip")

    grip(title).scroll_into_view_if_needed()
    start, end = grip(title).bounding_box(), grip(onto).bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 10, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 10, (start["y"] + end["y"]) / 2 + 20, steps=4)
    page.mouse.move(end["x"] + 10, end["y"] + 21, steps=4)
    page.mouse.up()


def test_a_challenge_is_dragged_and_the_calendar_follows(open_page: Callable[..., Page]):
    page = open_page(viewport=WIDE)
    plan_the_next(page)
    before = titles(page)
    drag(page, before[0], before[3])
    expect(page.locator(".weeks > li").nth(3)).to_contain_text(before[0])
    assert titles(page) == [*before[1:4], before[0], *before[4:]]
    expect(page.locator("#status")).to_have_text(f"{before[0]} ligger nu som nummer 4.")
    drag(page, before[0], before[1])
    expect(page.locator(".weeks > li").nth(0)).to_contain_text(before[0])
    assert titles(page) == before


def test_whoever_moves_by_keyboard_keeps_the_focus(open_page: Callable[..., Page]):
    page = open_page()
    plan_the_next(page)
    last = titles(page)[-1]
    page.get_by_role("button", name=f"Flytta upp: {last}").focus()
    for place in (8, 7):
        page.keyboard.press("Enter")
        expect(page.locator("#challenges > li").nth(place - 1)).to_contain_text(last)
        expect(page.locator(":focus")).to_have_text(f"Flytta upp: {last}")
        expect(page.locator("#status")).to_have_text(f"{last} ligger nu som nummer {place}.")
    page.get_by_role("button", name=f"Ta bort ur säsongen: {last}").focus()
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_text(f"Lägg till {last}")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_text(f"Flytta upp: {last}")


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "no-javascript"])
def test_a_text_is_previewed_saved_and_taken_back(open_page: Callable[..., Page], javascript: bool):
    page = open_page(java_script_enabled=javascript)
    sign_in(page, "Aisha")
    page.goto("/admin/challenges/chatty")
    original = page.locator("[name='title.sv']").input_value()
    page.locator("[name='title.sv']").fill("")
    page.get_by_role("button", name="Spara texten").click()
    page.get_by_role("link", name="Rubrik (Svenska)").click()
    expect(page.get_by_text("Här behövs en text.")).to_be_visible()
    page.locator("[name='title.sv']").fill("Sitt ner hos <b>nya</b>")
    page.get_by_role("button", name="Förhandsgranska").click()
    expect(page.get_by_role("heading", name="Sitt ner hos <b>nya</b>", level=3)).to_be_visible()
    page.get_by_role("button", name="Spara texten").click()
    page.goto("/week")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sitt ner hos <b>nya</b>")
    page.goto("/admin/challenges/chatty/history")
    page.get_by_role("button", name="Återställ originalet").click()
    page.goto("/week")
    expect(page.get_by_role("heading", level=1)).to_have_text(original)


@pytest.mark.parametrize(
    ("scheme", "screen"),
    [("light", SMALLEST), ("dark", WIDE)],
    ids=["light-320", "dark-1280"],
)
def test_the_leads_desk_is_free_of_violations(
    open_page: Callable[..., Page], scheme: str, screen: dict[str, int]
):
    page = open_page(color_scheme=scheme, viewport=screen, reduced_motion="reduce")
    sign_in(page, "Aisha")
    found = found_on(page, "/admin/season/1/plan")
    found += found_on(page, "/admin/challenges/chatty")
    page.locator("[name='title.sv']").fill("x" * 60)
    page.locator("[name='do'][value='save']").click()
    found += found_on(page)
    page.locator("[name='title.sv']").fill("Sitt ner")
    page.locator("[name='do'][value='preview']").click()
    found += found_on(page)
    page.locator("[name='do'][value='save']").click()
    found += found_on(page, "/admin/challenges/chatty/history")
    page.goto("/admin/season/plan")
    page.locator("[name='rest']").nth(2).check()
    page.locator(".rests").wait_for()
    page.locator("[id^='out-']").first.click()
    page.locator(".order-left").wait_for()
    found += found_on(page)
    page.locator("[name='name']").fill("")
    page.locator("[name='do'][value='save']").click()
    page.locator("[aria-invalid]").wait_for()
    found += found_on(page)
    page.locator("[name='name']").fill("Vår")
    page.locator("[name='do'][value='save']").click()
    found += found_on(page)
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    found += found_on(page)
    assert found == [], found
