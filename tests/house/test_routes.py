import re

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from app.access import Access, access_of
from app.database import db
from tests.house.conftest import House
from tests.house.routes import downloads, pages, rules

KEBAB = re.compile(r"(/([a-z0-9]+(-[a-z0-9]+)*|<(int|string|path):[a-z_]+>))*(/|\.[a-z]+)?")
OPEN = {
    "stranger": {Access.PUBLIC},
    "newcomer": {Access.PUBLIC, Access.SIGNED_IN},
    "participant": {Access.PUBLIC, Access.SIGNED_IN, Access.PARTICIPANT},
    "author": {Access.PUBLIC, Access.SIGNED_IN, Access.PARTICIPANT},
    "manager": {Access.PUBLIC, Access.SIGNED_IN, Access.PARTICIPANT},
    "lead": set(Access),
}


def test_every_route_declares_who_may_open_it(app: Flask):
    silent = [rule.endpoint for rule in rules(app) if access_of(app, rule.endpoint) is None]
    assert silent == [], "put a decorator of app.access on these views"


def test_every_route_is_kebab_case_with_typed_parameters(app: Flask):
    odd = [rule.rule for rule in rules(app) if not KEBAB.fullmatch(rule.rule)]
    assert odd == [], "write paths in kebab-case and give every parameter a converter"


READING = ("SELECT", "BEGIN", "PRAGMA", "WITH", "SAVEPOINT", "RELEASE", "ROLLBACK TO")
# That a manager or a lead opened a dashboard is noted for the group to read.
NOTED = "INSERT INTO dashboard_view "


def test_no_get_writes(house: House):
    written: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.lstrip().upper().startswith(READING) and NOTED not in statement:
            written.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        for browser in house.browsers.values():
            for path in (*pages(house.app, house.world), *downloads(house.app, house.world)):
                browser.get(path)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert written == [], "a GET may change nothing: make it a POST"


def test_a_foreign_or_missing_thing_is_simply_not_there(house: House):
    browser = house.browsers["participant"]
    missing = [
        "/week/99",
        "/week/3",
        "/badges/nothing",
        "/deck/burnt",
        "/league/teams/999999",
        "/me/book/999999",
        "/dashboard/groups/999999",
        "/nowhere",
    ]
    assert {path: browser.get(path).status_code for path in missing} == dict.fromkeys(missing, 404)


def test_the_database_has_exactly_what_the_models_say(app: Flask):
    inspector = sa.inspect(db.engine)
    # The worker's queue makes tables of its own on PostgreSQL.
    of_others = {"alembic_version", "sqlite_sequence"}
    tables = {name for name in inspector.get_table_names() if not name.startswith("huey_")}
    tables -= of_others
    assert tables == set(db.metadata.tables), "run flask db migrate"
    for name, table in db.metadata.tables.items():
        columns = {column["name"]: column["nullable"] for column in inspector.get_columns(name)}
        assert columns == {column.name: column.nullable for column in table.columns}, name
