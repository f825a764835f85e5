"""Remembered markup shows each reader her own language, her own team, and nothing that is past."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.database import db, writing
from app.organisation.models import Team
from tests.conftest import NOW
from tests.factories import World

SignIn = Callable[[User], FlaskClient]
OWN_ROW = re.compile(r'<tr role="row" class="us">.*?<a href="[^"]+">([^<]+)</a>', re.DOTALL)


@pytest.fixture
def world(app: Flask) -> World:
    world = World(NOW, week=2)
    for team in (0, 1):
        for _ in range(5):
            world.check_in(world.person(team=team), 1, at=world.rounds[0].starts_at)
    world.close(at=world.rounds[0].closes_at)
    return world


def test_each_reader_sees_her_own_team_marked(world: World, sign_in: SignIn):
    one, other = sign_in(world.person(team=0)), sign_in(world.person(team=1))
    for _again in range(2):
        assert OWN_ROW.findall(one.get("/league").text) == ["Lag Ekonomi"]
        assert OWN_ROW.findall(other.get("/league").text) == ["Lag IT"]


def test_each_reader_sees_her_own_language(app: Flask, world: World, sign_in: SignIn):
    swedish, english = world.person(team=0), world.person(team=0)
    with writing():
        db.session.get_one(User, english.id).language = "en"
    for _again in range(2):
        assert "Märkeshylla" in sign_in(swedish).get("/league").text
        page = sign_in(english).get("/league").text
        assert "Märkeshylla" not in page
        assert "Huvudmeny" not in page


def test_a_new_name_is_shown_at_once(world: World, sign_in: SignIn):
    browser = sign_in(world.person(team=0))
    assert "Lag Ekonomi" in browser.get("/league").text
    with writing():
        db.session.get_one(Team, world.teams[0].id).name = "Kaffekassan"
    page = browser.get("/league").text
    assert "Kaffekassan" in page
    assert "Lag Ekonomi" not in page
