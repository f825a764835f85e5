"""The lead words challenges: both languages, a preview, a history and a way back."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import User
from app.content import catalogue, note_version, shipped
from app.database import db
from app.wording.models import ChallengeText
from app.wording.queries import text_version
from app.wording.service import NEW
from challenges.catalogue import Challenge
from challenges.wording import LANGUAGES, texts_of, words_of
from tests.conftest import NOW
from tests.factories import World

SignIn = Callable[[User], FlaskClient]
PAGE = "/admin/challenges/advice"


@pytest.fixture
def lead(app: Flask, sign_in: SignIn) -> FlaskClient:
    return sign_in(World(NOW, week=2).person(is_lead=True))


def typed(challenge: Challenge, do: str = "save", **changes: str) -> dict[str, str]:
    """As a browser sends the form; double underscores stand for dots."""
    words = {
        f"{key}.{language}": text
        for language in LANGUAGES
        for key, text in words_of(challenge, language).items()
    }
    return words | {name.replace("__", "."): text for name, text in changes.items()} | {"do": do}


def advice() -> Challenge:
    return shipped().challenge("advice")


def saved() -> int:
    return db.session.scalar(select(func.count()).select_from(ChallengeText)) or 0


def told(slug: str) -> Challenge:
    note_version(text_version())
    return catalogue().challenge(slug)


def test_words_are_shown_before_they_are_saved(lead: FlaskClient):
    data = typed(advice(), "preview", title__sv="Fråga <i>Majken</i>")
    body = lead.post(PAGE, data=data).get_data(as_text=True)
    assert "Så ser det ut" in body
    assert body.count("Fråga &lt;i&gt;Majken") >= 2, "in the preview and still in the form"
    assert "<h4>Bold</h4>" in body, "the English card names its levels in English"
    assert saved() == 0
    answer = lead.post(PAGE, data=data | {"do": "save"})
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert "Fråga &lt;i&gt;Majken" in lead.get("/week/2").get_data(as_text=True)
    assert "era ord" in lead.get("/admin/challenges").get_data(as_text=True)


@pytest.mark.parametrize("do", ["preview", "save"])
def test_every_text_that_does_not_fit_is_named_and_all_typed_things_stay(
    lead: FlaskClient, do: str
):
    data = typed(advice(), do, title__sv="x" * 41, what__en=" ", why__sv="Mitt eget skäl.")
    answer = lead.post(PAGE, data=data)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "41 tecken, högst 40 får plats." in body
    assert "Här behövs en text." in body
    assert 'href="#title.sv"' in body
    assert 'href="#what.en"' in body
    assert body.count('aria-invalid="true"') == 2
    assert "Mitt eget skäl." in body
    assert saved() == 0


def test_control_characters_and_line_breaks_become_spaces(lead: FlaskClient):
    lead.post(PAGE, data=typed(advice(), title__sv="Fråga\r\n \t någon\x1b\u200e"))
    assert told("advice").title.sv == "Fråga någon"


def test_the_history_tells_what_changed_and_leads_back(lead: FlaskClient):
    assert "Bara originalet än" in lead.get(f"{PAGE}/history").get_data(as_text=True)
    lead.post(PAGE, data=typed(advice(), title__sv="Ett"))
    lead.post(PAGE, data=typed(advice(), title__sv="Två", title__en="Two"))
    body = lead.get(f"{PAGE}/history").get_data(as_text=True)
    assert "<del>Ett</del> <ins>Två</ins>" in body
    assert body.count("gäller nu") == 2
    first = db.session.scalars(select(ChallengeText.id).order_by(ChallengeText.id)).first()
    assert lead.post(f"{PAGE}/versions/{first}/restore").status_code == 303
    assert (told("advice").title.sv, told("advice").title.en) == ("Ett", "Two")
    lead.post(f"{PAGE}/original")
    assert told("advice") == advice()
    assert "Originalet igen." in lead.get(f"{PAGE}/history").get_data(as_text=True)


def test_an_own_challenge_is_written_planned_and_played(lead: FlaskClient):
    keys = [key for key, _text in texts_of(NEW)]
    blank = {f"{key}.{language}": "" for key in keys for language in LANGUAGES}
    answer = lead.post("/admin/challenges/new", data=blank | {"do": "save"})
    assert answer.status_code == 422
    assert f"{len(blank)} texter behöver ändras" in answer.get_data(as_text=True)
    full = {name: f"Hissprat {number}" for number, name in enumerate(blank)}
    assert saved() == 0
    answer = lead.post("/admin/challenges/new", data=full | {"do": "save"})
    own = answer.headers["Location"]
    again = lead.post("/admin/challenges/new", data=full | {"do": "save"})
    assert again.headers["Location"] == own, "a form sent twice"
    assert "er egen" in lead.get("/admin/challenges").get_data(as_text=True)
    plan = lead.get("/admin/season/plan").get_data(as_text=True)
    assert f'value="in:{own.rpartition("/")[2]}"' in plan
    assert lead.post(f"{own}/original").status_code == 404
    assert "Hissprat" not in lead.application.test_client().get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    "path", ["nothing", "own-1", "nothing/history", "advice/versions/1/restore", "nothing/original"]
)
def test_a_challenge_that_is_none_is_not_there(lead: FlaskClient, path: str):
    is_write = path.endswith(("restore", "original"))
    answer = (lead.post if is_write else lead.get)(f"/admin/challenges/{path}")
    assert answer.status_code == 404


def test_a_text_that_is_no_longer_allowed_is_not_taken_up_again(lead: FlaskClient):
    lead.post(PAGE, data=typed(advice(), title__sv="Ett"))
    row = db.session.scalars(select(ChallengeText)).one()
    row.words = {"title": "x" * 99}
    db.session.commit()
    lead.post(PAGE, data=typed(advice(), title__sv="Två"))
    answer = lead.post(f"{PAGE}/versions/{row.id}/restore", follow_redirects=True)
    assert "Den texten får inte plats längre." in answer.get_data(as_text=True)
    assert told("advice").title.sv == "Två"
