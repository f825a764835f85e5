"""A world in which every page has something to show, and a browser for each role."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.audit.service import Action, By, record
from app.database import db, writing
from app.organisation.models import DepartmentManager
from app.roster.entries import read_roster
from app.roster.importing import keep_upload
from tests.app.roster.files import ANNA, BO, csv
from tests.conftest import NOW
from tests.factories import World

NOTE = "kanariefågeln-i-anteckningen"


@dataclass
class House:
    """`browsers` by role; `author` is who wrote the note with the canary."""

    app: Flask
    world: World
    author: User
    browsers: dict[str, FlaskClient] = field(default_factory=dict)


@pytest.fixture
def house(app: Flask, sign_in: Callable[[User], FlaskClient]) -> House:
    world = World(NOW, week=2)
    colleagues = [world.person() for _ in range(5)]
    author, manager, lead = colleagues[0], world.person(), world.person(is_lead=True)
    newcomer = world.person(joins=False)
    with writing():
        db.session.add(DepartmentManager(user_id=manager.id, department_id=world.departments[0].id))
    world.check_in(author, 1, at=world.rounds[0].starts_at, note=NOTE, actual=7)
    for colleague in colleagues[1:]:
        world.check_in(colleague, 1, at=world.rounds[0].starts_at)
    world.close(at=world.rounds[0].closes_at)
    world.check_in(author, 2, note=NOTE, actual=7, met=(1,))
    with writing():
        keep_upload(lead.id, read_roster("people.csv", csv(ANNA, BO)), now=NOW)
        record(By(lead.id, NOW), Action.PERSON_ADDED, person_id=newcomer.id)
    return House(
        app,
        world,
        author,
        {
            "stranger": app.test_client(),
            "newcomer": sign_in(newcomer),
            "participant": sign_in(colleagues[1]),
            "author": sign_in(author),
            "manager": sign_in(manager),
            "lead": sign_in(lead),
        },
    )
