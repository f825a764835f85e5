import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from challenges.deck import Depth
from tests.conftest import NOW, FrozenClock
from tests.factories import World, catalogue

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def browser(app: Flask, sign_in: Callable[[User], FlaskClient]) -> FlaskClient:
    """Somebody who is signed in and has not joined a season."""
    return sign_in(World(NOW).person(joins=False))


def question_on(page: str) -> str:
    found = re.search(r'<h1 id="question">(.+?)</h1>', page)
    assert found, "a card shows its question as the heading"
    return found[1]


def address_of(page: str, name: str) -> str:
    found = re.search(rf'id="{name}"[^>]* href="([^"]+)"', page)
    assert found, f"a card leads to the {name} one"
    return found[1].replace("&amp;", "&")


def test_the_deck_offers_every_depth(browser: FlaskClient):
    page = browser.get("/deck").text
    assert re.findall(r'href="/deck/(\w+)\?', page) == [depth.value for depth in Depth]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_flipping_to_the_end_shows_every_card_once_and_comes_round(browser: FlaskClient, headers):
    pile = catalogue().deck.pile(Depth.MEDIUM)
    page = browser.get("/deck/medium?seed=7&card=1", headers=headers).text
    seen = [question_on(page)]
    while len(seen) <= len(pile):
        page = browser.get(address_of(page, "next"), headers=headers).text
        seen.append(question_on(page))
    assert seen[0] == seen[-1]
    assert sorted(seen[1:]) == sorted(each.text.sv for each in pile)
    back = browser.get(address_of(page, "previous"), headers=headers).text
    assert question_on(back) == seen[-2]


def test_htmx_gets_the_card_alone(browser: FlaskClient):
    whole = browser.get("/deck/dark?seed=7").text
    part = browser.get("/deck/dark?seed=7", headers=HTMX).text
    assert "<html" in whole
    assert part.lstrip().startswith('<section id="deck"')
    assert question_on(whole) == question_on(part)


@pytest.mark.parametrize(
    "query", ["", "?seed=", "?seed=abc", "?seed=-1&card=-3", "?seed=1&card=9999", "?card=x"]
)
def test_an_address_that_was_tampered_with_still_shows_a_card(browser: FlaskClient, query: str):
    answer = browser.get(f"/deck/light{query}")
    assert answer.status_code == 200
    assert question_on(answer.text) in {each.text.sv for each in catalogue().deck.pile(Depth.LIGHT)}


def test_the_roles_say_everything_in_the_readers_language(browser: FlaskClient):
    swedish = browser.get("/roles").text
    browser.post("/language", data={"language": "en"})
    english = browser.get("/roles").text
    for role in catalogue().roles:
        for text in (role.name, role.about, *role.does, *role.lines, role.until):
            assert text.sv in swedish
            assert text.en in english


def test_the_week_leads_to_the_questions_and_the_role_week_to_the_roles(
    app: Flask, clock: FrozenClock, sign_in: Callable[[User], FlaskClient]
):
    world = World(NOW)
    sara = world.person()
    for each in world.rounds:
        clock.set(each.starts_at)
        page = sign_in(sara).get(f"/week/{each.number}").text
        assert 'href="/deck"' in page[page.index("<main") : page.index("</main>")]
        leads_to_roles = 'href="/roles"' in page
        assert leads_to_roles == (each.challenge == "role")


def test_the_landing_page_counts_what_is_on_the_tray(app: Flask):
    page = app.test_client().get("/").text
    assert f"{len(catalogue().deck.questions)} frågor" in page
    assert f"{len(catalogue().roles)} roller" in page
