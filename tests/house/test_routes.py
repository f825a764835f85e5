import re

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from app.access import Access, access_of
from app.database import db
from tests.house.conftest import House
from tests.house.routes import pages, path_of, rules

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


def test_every_role_gets_what_its_routes_declare(house: House):
    """The matrix of role, route and method: allowed cells are not refused, all others are."""
    wrong = []
    for role, browser in house.browsers.items():
        for rule in rules(house.app):
            access = access_of(house.app, rule.endpoint)
            path = path_of(house.app, rule, house.world)
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD", "POST"}):
                status = browser.open(path, method=method).status_code
                is_refused = status == 403 or (status == 303 and access is not Access.PUBLIC)
                expected = access not in OPEN[role]
                redirects_itself = rule.endpoint in ("seasons.join", "pages.landing")
                if is_refused != expected and not (redirects_itself and status == 303):
                    wrong.append(f"{role} {method} {path}: {status}")
    assert wrong == []


def test_no_write_is_open_to_a_role_that_its_route_does_not_name(house: House):
    wrong = []
    for role, browser in house.browsers.items():
        for rule in rules(house.app):
            access = access_of(house.app, rule.endpoint)
            if "POST" not in (rule.methods or set()) or access in OPEN[role]:
                continue
            answer = browser.post(path_of(house.app, rule, house.world))
            target = answer.headers.get("Location", "")
            is_sent_away = answer.status_code == 303 and target.startswith(("/login", "/join"))
            if not (answer.status_code == 403 or is_sent_away):
                wrong.append(f"{role} POST {rule.rule}: {answer.status_code}")
    assert wrong == []


def test_no_get_writes(house: House):
    written: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.lstrip().upper().startswith(("SELECT", "BEGIN", "PRAGMA", "WITH")):
            written.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        for browser in house.browsers.values():
            for path in pages(house.app, house.world):
                browser.get(path)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert written == [], "a GET may change nothing: make it a POST"


def test_a_foreign_or_missing_thing_is_simply_not_there(house: House):
    browser = house.browsers["participant"]
    missing = ["/week/99", "/week/3", "/badges/nothing", "/league/teams/999999", "/nowhere"]
    assert {path: browser.get(path).status_code for path in missing} == dict.fromkeys(missing, 404)


def test_a_read_page_needs_few_statements_and_no_more_with_more_people(house: House):
    """The frame asks for account and standing; what the page itself asks is bounded here."""
    limits = {"/week": 20, "/league": 9, "/badges": 13, "/me": 16, "/join": 6}
    before = {path: _statements(house, path) for path in limits}
    assert {path: count for path, count in before.items() if count > limits[path]} == {}
    for _ in range(12):
        house.world.check_in(house.world.person(), 2)
    assert {path: _statements(house, path) for path in limits} == before


def _statements(house: House, path: str) -> int:
    count = 0

    def add(_connection, _cursor, statement, *_rest):
        nonlocal count
        count += statement.lstrip().upper().startswith(("SELECT", "WITH"))

    event.listen(db.engine, "before_cursor_execute", add)
    try:
        house.browsers["author"].get(path)
    finally:
        event.remove(db.engine, "before_cursor_execute", add)
    return count


def test_the_database_has_exactly_what_the_models_say(app: Flask):
    inspector = sa.inspect(db.engine)
    tables = set(inspector.get_table_names()) - {"alembic_version", "sqlite_sequence"}
    assert tables == set(db.metadata.tables), "run flask db migrate"
    for name, table in db.metadata.tables.items():
        columns = {column["name"]: column["nullable"] for column in inspector.get_columns(name)}
        assert columns == {column.name: column.nullable for column in table.columns}, name
