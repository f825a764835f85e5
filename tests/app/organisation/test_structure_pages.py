from datetime import time

from flask import Flask

from app.database import db
from app.organisation.models import Department
from tests.conftest import NOW
from tests.factories import World


def test_a_department_says_where_a_visitor_is_welcome(app: Flask, sign_in):
    world = World(NOW)
    browser = sign_in(world.person(is_lead=True))
    page = browser.get(f"/admin/departments/{world.departments[0].id}")
    assert page.status_code == 200
