"""The wall and a badge's page: why it is won or what is left, and of the team only what is out."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from tests.conftest import NOW
from tests.factories import World, catalogue

SignIn = Callable[[User], FlaskClient]


def five(world: World) -> list[User]:
    return [world.person() for _ in range(5)]


@pytest.mark.parametrize(
    ("slug", "how_far", "what_is_left"),
    [
        ("tip-role", "0 av 1 incheckning", "En incheckning räcker."),
        ("kept-3", "2 av 3 omgångar i rad", "Din längsta svit hittills är 2 omgångar."),
        ("bridged-3", "2 av 3 avdelningar", "En avdelning är kvar."),
        ("bridged-5", "2 av 5 avdelningar", "3 avdelningar är kvar."),
        ("noticed-3", "1 av 3 gånger", "2 gånger är kvar."),
        ("quiet-3", "0 av 3 lugna uppdrag", "3 lugna uppdrag är kvar."),
        ("newcomer", "0 av 1 incheckning", "Ett sådant uppdrag räcker."),
        ("reconnect", "0 av 1 incheckning", "Ett sådant uppdrag räcker."),
        ("whole-season", "2 av 9 omgångar", "en vecka efter säsongens sista tabell"),
    ],
)
def test_a_badge_says_how_far_it_is_and_what_is_left(
    app: Flask, sign_in: SignIn, slug: str, how_far: str, what_is_left: str
):
    world = World(NOW, week=2)
    sara = world.person()
    world.pledge(sara, 1, 5)
    world.play(sara, 1, actual=5, met=(1, 2))
    world.play(sara, 2, met=(0, 1))
    page = sign_in(sara).get(f"/badges/{slug}").text
    assert f'<p class="chip">{how_far}</p>' in page
    assert what_is_left in page
    assert "Det här räknas" in page


@pytest.mark.parametrize(
    ("slug", "why"),
    [
        ("tip-curiosity", "Du checkade in utmaningen ”Följ din nyfikenhet”."),
        ("kept-3", "Du höll sviten i 3 omgångar."),
        ("bridged-1", "Du byggde en bro till en annan avdelning."),
        ("bridged-3", "Du byggde broar till 3 andra avdelningar."),
        ("noticed-3", "Du gissade före och noterade efter 3 gånger."),
    ],
)
def test_a_badge_says_why_it_was_won(app: Flask, sign_in: SignIn, slug: str, why: str):
    world = World(NOW, week=3)
    sara = world.person()
    for number in (1, 2, 3):
        world.pledge(sara, number, 5)
        world.play(sara, number, actual=6, met=(number,))
    page = sign_in(sara).get(f"/badges/{slug}").text
    assert why in page
    assert "Ditt sedan omgång" in page
    assert "Det här räknas" not in page


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_badge_has_its_words_in_both_languages(app: Flask, sign_in: SignIn, language: str):
    world = World(NOW)
    browser = sign_in(world.person(language=language))
    heading = {"sv": "Det här räknas", "en": "What counts"}[language]
    for badge in catalogue().badges:
        page = browser.get(f"/badges/{badge.slug}")
        assert page.status_code == 200, badge.slug
        assert heading in page.text, badge.slug


def test_a_teams_progress_is_that_of_its_closed_rounds(app: Flask, sign_in: SignIn):
    world = World(NOW, week=2)
    people = five(world)
    for user in people:
        world.play(user, 1, met=(1,))
    browser = sign_in(people[0])
    assert "av 10 incheckningar" not in browser.get("/badges/team-10").text
    world.close_through(1)
    for user in people[:4]:
        world.play(user, 2, met=(2,))
    page = browser.get("/badges/team-10").text
    assert "5 av 10 incheckningar" in page
    assert "5 incheckningar är kvar." in page
    assert "Så stod laget när omgång 1 stängde." in page
    assert "1 av 3 avdelningar" in browser.get("/badges/team-all-bridges").text
    assert "5 av 10 incheckningar" in browser.get("/badges").text


def test_a_team_badge_is_worn_by_the_whole_team_and_by_no_other(app: Flask, sign_in: SignIn):
    world = World(NOW, week=2)
    people, other = five(world), world.person(team=1)
    idle = world.person()
    for number in (1, 2):
        for user in people:
            world.play(user, number)
    world.close_through(2)
    for user in (people[0], idle):
        page = sign_in(user).get("/badges/team-10").text
        assert "Lagets sedan omgång 2" in page
        assert "Ditt lag checkade in 10 gånger tillsammans." in page
    assert "Ditt lag, omgång 2" in sign_in(idle).get("/badges").text
    assert "Ditt lag, omgång 2" not in sign_in(other).get("/badges").text
    assert "Det här räknas" in sign_in(other).get("/badges/team-10").text


def test_a_team_of_two_tells_neither_what_the_other_did(app: Flask, sign_in: SignIn):
    world = World(NOW, week=2)
    anna, bo = world.person(), world.person()
    for user in (anna, bo):
        world.play(user, 1, met=(1,))
    world.close_through(1)
    browser = sign_in(anna)
    for slug in ("team-10", "team-all-bridges"):
        page = browser.get(f"/badges/{slug}").text
        assert "visas när en omgång har stängt och laget är minst fem" in page
        assert "av 10 incheckningar" not in page
        assert "av 3 avdelningar" not in page
