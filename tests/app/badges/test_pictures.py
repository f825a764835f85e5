"""A badge as a picture: sharp, with its text, and only for whoever has earned it."""

import re
import struct
from collections.abc import Callable
from typing import get_args

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.badges.pictures import draw
from app.palette import pin_sheet
from challenges.badge_rules import Enamel
from tests.conftest import NOW
from tests.factories import World, catalogue

SignIn = Callable[[User], FlaskClient]


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.fixture
def world(app: Flask) -> World:
    return World(NOW, week=2)


def test_every_badge_has_a_picture(world: World, sign_in: SignIn):
    browser = sign_in(world.person())
    for badge in [each.slug for each in catalogue().badges]:
        answer = browser.get(f"/badges/{badge}/pin.png")
        assert answer.mimetype == "image/png"
        assert size(answer.data) == (480, 480)
    assert browser.get("/badges/nothing/pin.png").status_code == 404


def test_an_earned_badge_has_a_picture_to_share(world: World, sign_in: SignIn):
    person = world.person()
    world.check_in(person, 2)
    answer = sign_in(person).get("/badges/tip-advice/share.png")
    assert size(answer.data) == (1200, 630)
    assert (
        answer.headers["Content-Disposition"] == 'attachment; filename="fikaligan-tip-advice.png"'
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_nobody_shares_what_she_has_not_earned(world: World, sign_in: SignIn):
    person, other = world.person(), world.person()
    world.check_in(person, 2)
    shares = {
        "another's badge": sign_in(other).get("/badges/tip-advice/share.png"),
        "not earned yet": sign_in(person).get("/badges/kept-9/share.png"),
        "the whole team's": sign_in(person).get("/badges/team-10/share.png"),
        "no such badge": sign_in(person).get("/badges/nothing/share.png"),
    }
    assert {what: answer.status_code for what, answer in shares.items()} == dict.fromkeys(
        shares, 404
    )


def test_a_badge_for_its_owner_alone_is_offered_on_her_own_page_only(world: World, sign_in: SignIn):
    person, other = world.person(), world.person()
    world.check_in(person, 2)
    offer = "/badges/tip-advice/share.png"
    assert offer in sign_in(person).get("/badges/tip-advice").text
    assert offer not in sign_in(other).get("/badges/tip-advice").text


@pytest.mark.parametrize("text", ["3", "Mandelmusslan", "åäö"])
def test_text_is_drawn_and_never_silently_dropped(text: str):
    frame = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">{}</svg>'
    words = f'<text class="pin-icon-dark pin-no" x="48" y="62">{text}</text>'
    empty = draw(frame.format(""), enamel="lingon", width=96)
    assert len(draw(frame.format(words), enamel="lingon", width=96)) > len(empty) + 100


@pytest.mark.parametrize("enamel", get_args(Enamel))
def test_what_a_pin_is_drawn_by_is_plain_enough_for_any_svg_reader(enamel: str):
    sheet = pin_sheet(enamel)
    assert not re.search(r"var\(|oklch\(", sheet)
    assert {f".e-{each}" for each in get_args(Enamel)} <= set(re.findall(r"\.[a-z-]+", sheet))
