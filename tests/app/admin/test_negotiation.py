from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.seasons.queries import get_current_season
from tests.conftest import NOW
from tests.factories import World

PATH = "/admin/season/negotiation"
GIVEN = {"negotiated_on": "2026-01-05", "negotiation_reference": "HR 2026/118 <b>"}
REMINDER = "Det finns ingen förhandling antecknad"

SignIn = Callable[[User], FlaskClient]


def test_the_lead_notes_the_negotiation_and_is_reminded_until_then(app: Flask, sign_in: SignIn):
    browser = sign_in(World(NOW).person(is_lead=True))
    assert REMINDER in browser.get("/admin/season").get_data(as_text=True)
    answer = browser.post(PATH, data=GIVEN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/season#negotiation")
    season = get_current_season()
    assert str(season.negotiated_on) == GIVEN["negotiated_on"]
    assert season.negotiation_reference == GIVEN["negotiation_reference"]
    body = browser.get("/admin/season").get_data(as_text=True)
    assert REMINDER not in body
    assert "HR 2026/118 &lt;b&gt;" in body


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"negotiated_on": ""}, "Välj dagen"),
        ({"negotiated_on": "igår"}, "Välj dagen"),
        ({"negotiated_on": "2999-01-01"}, "framåt i tiden"),
        ({"negotiation_reference": "  "}, "Skriv protokollets beteckning"),
        ({"negotiation_reference": "x" * 121}, "för lång"),
    ],
)
def test_half_a_record_is_refused_and_what_was_typed_stays(
    app: Flask, sign_in: SignIn, changed: dict[str, str], message: str
):
    browser = sign_in(World(NOW).person(is_lead=True))
    answer = browser.post(PATH, data=GIVEN | changed)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in body
    kept = {"negotiated_on": "2026-01-05", "negotiation_reference": "HR 2026/118"}
    for name in kept.keys() - changed.keys():
        assert f'value="{kept[name]}' in body
    assert get_current_season().negotiated_on is None


def test_nobody_but_a_lead_notes_it(app: Flask, sign_in: SignIn):
    assert sign_in(World(NOW).person()).post(PATH, data=GIVEN).status_code == 403
    assert get_current_season().negotiated_on is None
