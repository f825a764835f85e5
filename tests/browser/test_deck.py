"""The deck on a phone: by thumb, by arrow keys, and without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from challenges.catalogue import load_catalogue
from challenges.deck import Depth

DECK = load_catalogue().deck
SEED = 7


def card(place: int) -> str:
    return DECK.draw(Depth.MEDIUM, place, SEED).question.text.sv


def open_deck(page: Page) -> None:
    page.goto("/login")
    page.get_by_role("button", name="Sara").click()
    page.goto(f"/deck/medium?seed={SEED}")
    expect(page.get_by_role("heading", level=1)).to_have_text(card(1))


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "no-javascript"])
def test_a_pile_is_chosen_flipped_through_and_kept_in_its_order(
    open_page: Callable[..., Page], javascript: bool
):
    page = open_page(java_script_enabled=javascript)
    open_deck(page)
    heading = page.get_by_role("heading", level=1)
    page.get_by_role("link", name="Nästa").click()
    expect(heading).to_have_text(card(2))
    page.get_by_role("link", name="Nästa").click()
    expect(heading).to_have_text(card(3))
    page.reload()
    expect(heading).to_have_text(card(3))
    page.get_by_role("link", name="Förra").click()
    expect(heading).to_have_text(card(2))
    page.go_back()
    expect(heading).to_have_text(card(3))
    page.get_by_role("link", name="Byt rost").click()
    page.get_by_role("link", name="Ljusrost").click()
    light = [each.text.sv for each in DECK.pile(Depth.LIGHT)]
    assert heading.inner_text() in light


def test_arrow_keys_flip_and_the_new_question_is_said(open_page: Callable[..., Page]):
    page = open_page()
    open_deck(page)
    heading = page.get_by_role("heading", level=1)
    page.keyboard.press("ArrowRight")
    expect(heading).to_have_text(card(2))
    expect(page.get_by_role("status")).to_have_text(card(2))
    expect(page.locator(":focus")).to_have_text("Nästa")
    page.keyboard.press("Enter")
    expect(heading).to_have_text(card(3))
    page.keyboard.press("ArrowLeft")
    expect(heading).to_have_text(card(2))
    expect(page.locator(":focus")).to_have_text("Förra")


BACK_AS_SOON_AS_IT_SHOWS = """() => {
  const first = document.getElementById("question").textContent;
  const watch = new MutationObserver(() => {
    const question = document.getElementById("question");
    if (!question || question.textContent === first) return;
    watch.disconnect();
    document.getElementById("previous").click();
  });
  watch.observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


def test_whoever_flips_on_before_the_swap_is_told_keeps_the_focus(
    open_page: Callable[..., Page],
):
    page = open_page()
    open_deck(page)
    page.evaluate(BACK_AS_SOON_AS_IT_SHOWS)
    page.get_by_role("link", name="Nästa").click()
    heading = page.get_by_role("heading", level=1)
    expect(page.locator(":focus")).to_have_text("Förra")
    expect(heading).to_have_text(card(1))
    expect(page.locator(":focus")).to_have_text("Förra")


def test_the_buttons_stay_where_the_thumb_is(open_page: Callable[..., Page]):
    page = open_page()
    open_deck(page)
    places = set()
    for place in range(1, len(DECK.pile(Depth.MEDIUM)) + 1):
        expect(page.get_by_role("heading", level=1)).to_have_text(card(place))
        box = page.get_by_role("link", name="Nästa").bounding_box()
        assert box
        assert box["height"] >= 44
        places.add(round(box["y"]))
        page.get_by_role("link", name="Nästa").click()
    assert len(places) == 1
