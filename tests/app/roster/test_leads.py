"""Programme leads name each other, and there is always one who can."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts.leads import LastLead
from app.accounts.models import User
from app.accounts.passwords import NO_PASSWORD
from app.audit.models import AuditEntry
from app.audit.service import By
from app.database import db, writing
from app.roster.service import change_lead
from tests.conftest import NOW
from tests.factories import World
from tests.faults.test_at_once import at_once

REFUSED = "Då skulle ingen kunna sköta Fikaligan."


@pytest.fixture
def world(app: Flask) -> World:
    return World(NOW)


def leader(world: World, **values) -> User:
    """Who has come in, and leads."""
    return world.person(**{"is_lead": True, "password_hash": NO_PASSWORD} | values)


def leads() -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(select(User.id).where(User.is_lead)))


def test_a_lead_is_named_and_taken_away_and_each_acts_at_the_next_request(world: World, sign_in):
    lena, person = leader(world, name="Lena Led"), world.person(name="Nora Ny")
    browser, hers = sign_in(lena), sign_in(person)
    path = f"/admin/people/{person.id}"
    assert hers.get("/admin/season").status_code == 403
    for _ in range(2):
        assert browser.post(f"{path}/lead").status_code == 303
    assert "Nora Ny är programledare." in browser.get(path).text
    assert hers.get("/admin/season").status_code == 200
    for _ in range(2):
        browser.post(f"{path}/lead/remove")
    assert hers.get("/admin/season").status_code == 403
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert [(row.action, row.actor_id, row.person_id) for row in rows] == [
        ("lead-added", lena.id, person.id),
        ("lead-removed", lena.id, person.id),
    ]
    assert "gjorde någon till programledare" in browser.get("/admin/log").text


def test_a_lead_who_steps_down_is_shown_out(world: World, sign_in):
    leader(world)
    lena = leader(world)
    browser = sign_in(lena)
    answer = browser.post(f"/admin/people/{lena.id}/lead/remove")
    assert answer.location == "/"
    assert browser.get("/admin/season").status_code == 403


@pytest.mark.parametrize(
    "other",
    [
        {"is_lead": False},
        {"password_hash": None},
        {"disabled_at": NOW},
        {"erase_at": NOW + timedelta(days=3)},
    ],
    ids=["no lead", "has not come in", "closed", "to be erased"],
)
def test_the_last_who_can_lead_stays(world: World, sign_in, other: dict):
    lena = leader(world)
    leader(world, **other)
    browser = sign_in(lena)
    answer = browser.post(f"/admin/people/{lena.id}/lead/remove", follow_redirects=True)
    assert REFUSED in answer.text
    assert lena.id in leads()


def test_closing_the_account_of_the_last_is_refused_too(world: World, sign_in):
    """She leads by a session from before her password was taken from her."""
    last, without = leader(world), leader(world, password_hash=None)
    page = sign_in(without).post(f"/admin/people/{last.id}/close", follow_redirects=True).text
    assert REFUSED in page
    assert db.session.get_one(User, last.id).disabled_at is None


def test_nobody_with_a_closed_account_is_made_a_lead(world: World, sign_in):
    browser, closed = sign_in(leader(world)), world.person(disabled_at=NOW)
    assert browser.post(f"/admin/people/{closed.id}/lead").status_code == 404


def test_of_two_who_take_it_from_each_other_one_keeps_it(app: Flask, world: World):
    two = [leader(world).id, leader(world).id]

    def take(number: int) -> object:
        try:
            with writing():
                change_lead(two[number % 2], leads=False, by=By(two[1 - number % 2], NOW))
        except LastLead as refused:
            return refused
        return None

    for _ in range(3):
        with writing():
            db.session.execute(update(User).where(User.id.in_(two)).values(is_lead=True))
        at_once(app, 8, take)
        assert len(leads()) == 1
