"""The log: who did what to what and when, for leads alone, and never anything of a person."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.audit.service import Action, By, record
from app.database import db, writing
from app.rhythm.periods import BEATS
from tests.conftest import NOW, plain
from tests.factories import World
from tests.house.test_sources import ROOT, modules


@pytest.fixture
def world(app: Flask) -> World:
    return World(NOW)


@pytest.fixture
def lead(world: World, sign_in) -> FlaskClient:
    return sign_in(world.person(is_lead=True, name="Lena Led"))


def log(browser: FlaskClient, path: str = "/admin/log") -> str:
    return browser.get(path).get_data(as_text=True)


def test_the_newest_stands_first_with_who_what_and_about_whom(world: World, lead: FlaskClient):
    person = world.person(name="Anna Ek")
    lead.post(f"/admin/people/{person.id}/move", data={"team": world.teams[1].id})
    lead.post(f"/admin/people/{person.id}/close")
    page = log(lead)
    assert page.index("stängde ett konto") < page.index("flyttade någon till Lag IT")
    assert page.count("<strong>Lena Led</strong>") == 2
    assert f'<a href="/admin/people/{person.id}">Anna Ek</a>' in page
    assert "onsdag 25 november" in plain(page)


def test_what_a_command_does_is_said_to_be_a_command(world: World, lead: FlaskClient):
    with writing():
        record(By(None, NOW), Action.PEOPLE_IMPORTED, details={"new": 2, "changed": 1})
    page = log(lead)
    assert "Ett kommando på servern" in page
    assert "läste in en lista: 2 nya, 1 ändrad, 0 konton stängda" in page


def test_nothing_of_a_person_is_in_it_once_she_is_erased(world: World, lead: FlaskClient):
    person = world.person(joins=False, name="Kanarie Kanariesson")
    given = {"name": "Kanarie Fågel", "email": "kanarie@firma.se", "number": "kanarie-7"}
    lead.post(f"/admin/people/{person.id}/change", data=given)
    assert "Kanarie Fågel" in log(lead)
    with writing():
        db.session.execute(delete(User).where(User.id == person.id))
    entry = db.session.scalars(select(AuditEntry)).one()
    columns = AuditEntry.__table__.columns
    assert "anarie" not in repr([getattr(entry, column.name) for column in columns])
    assert "Ett raderat konto" in log(lead)
    assert "anarie" not in log(lead) + log(lead, "/admin/log/csv")


def test_the_log_is_taken_out_as_text_without_formulas(world: World, lead: FlaskClient):
    with writing():
        by = By(None, NOW)
        record(by, Action.TEAM_ADDED, thing="=HYPERLINK(1)")
        record(by, Action.TEAM_ADDED, thing="Lag; med semikolon")
    answer = lead.get("/admin/log/csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines == [
        "När;Vem;Vad;Gäller",
        '2026-11-25T09:00:00+00:00;Ett kommando på servern;lade till ett lag;"Lag; med semikolon"',
        "2026-11-25T09:00:00+00:00;Ett kommando på servern;lade till ett lag;'=HYPERLINK(1)",
    ]


def test_a_long_log_comes_in_sheets(world: World, lead: FlaskClient):
    with writing():
        for number in range(60):
            by = By(None, NOW + timedelta(minutes=number))
            record(by, Action.TEAM_ADDED, thing=f"Lag {number}")
    assert log(lead).count("<li><span") == 50
    assert log(lead, "/admin/log?sheet=2").count("<li><span") == 10
    assert lead.get("/admin/log?sheet=3").status_code == 404


@pytest.mark.parametrize("path", ["/admin/log", "/admin/log/csv"])
def test_only_leads_read_it(world: World, sign_in, path: str):
    assert sign_in(world.person()).get(path).status_code == 403


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_action_has_words(app: Flask, lead: FlaskClient, language: str):
    with writing():
        for action in Action:
            record(By(None, NOW), action, thing="X", details={"changed": ["name"]})
    lead.post("/language", data={"language": language})
    page = log(lead)
    assert [action for action in Action if f"> {action}<" in page or f" {action}<" in page] == []


def test_each_job_that_was_asked_for_is_named(app: Flask, lead: FlaskClient):
    with writing():
        for job in BEATS:
            record(By(None, NOW), Action.JOB_ASKED_FOR, details={"job": job})
    page = lead.get("/admin/log").text
    for words in ("stänga omgångar", "måndagens mejl", "torsdagens mejl", "nattens arbete"):
        assert page.count(words) == 1, words
    assert len(BEATS) == 4


def test_no_code_changes_or_removes_a_row():
    """Only an erasure takes the ids away."""
    found = [
        f"{path.relative_to(ROOT)}"
        for path in modules("app")
        if path.name != "personal_data.py"
        and any(
            f"{verb}(AuditEntry" in path.read_text(encoding="utf-8")
            for verb in ("delete", "update")
        )
    ]
    assert found == []
