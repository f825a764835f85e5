from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.accounts.models import LoginSession
from app.database import db
from tests.conftest import NOW, settings_for
from tests.factories import World


def test_on_a_network_one_click_takes_the_code(app: Flask, database_url: str, clock):
    sara = World(NOW).person(email="sara@demo.example")
    assert sara.id
    site = create_app(settings_for(database_url, demo=True, demo_code="fika1234"), clock=clock)
    site.config["WTF_CSRF_ENABLED"] = False
    browser = site.test_client()
    assert 'value="fika1234"' in browser.get("/login?code=fika1234").get_data(as_text=True)
    for wrong in ({}, {"code": ""}, {"code": "fika"}):
        answer = browser.post("/login/demo", data={"person": "sara", **wrong})
        assert answer.status_code == 422
    assert db.session.scalar(select(func.count()).select_from(LoginSession)) == 0
    right = browser.post("/login/demo", data={"person": "sara", "code": "fika1234"})
    assert right.status_code == 303
    with site.app_context():
        db.session.remove()
        db.engine.dispose()
