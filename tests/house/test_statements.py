"""How much each page asks of the database: few statements, and no more with more people."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select

from app.accounts.models import LoginSession, User
from app.accounts.queries import hash_token
from app.accounts.service import SESSION_LASTS
from app.database import db, writing
from app.demo.company import SARA
from app.demo.service import DemoPlan, build_demo
from app.league.models import TeamRound
from app.league.queries import TEAMS_PER_SHEET
from app.seasons.models import Away, Participation
from app.seasons.queries import get_current_season
from tests.conftest import NOW
from tests.factories import catalogue
from tests.house.conftest import House
from tests.house.routes import pages

MOST_STATEMENTS = 6
ZONE = ZoneInfo("Europe/Stockholm")
# Whatever has a row for each person and more; a page that walks through one gets slower by the day.
GROWING = (
    *("user", "login_session", "membership", "participation", "streak", "away", "pledge"),
    *("check_in", "meeting", "point_entry", "badge_award", "pulse_seen"),
)
WALKS = re.compile(rf"(?:SCAN|Seq Scan on) \"?({'|'.join(GROWING)})\b")
ADVICE = "join what belongs together, or select what the page needs in one statement"

Asked = list[tuple[str, object]]


@contextmanager
def listening() -> Iterator[Asked]:
    """The statements that read, each with its parameters."""
    asked: Asked = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def statements(browser: FlaskClient, path: str) -> Asked:
    with listening() as asked:
        browser.get(path)
    return asked


def test_a_page_is_read_in_few_statements(house: House):
    many = {
        f"{role} {path}": [statement for statement, _parameters in asked]
        for role, browser in house.browsers.items()
        for path in pages(house.app, house.world)
        if len(asked := statements(browser, path)) > MOST_STATEMENTS
    }
    assert many == {}, ADVICE


@pytest.mark.parametrize("path", ["/week", "/week/2/check-in"])
def test_a_refused_form_asks_no_more_than_its_page(house: House, path: str):
    with listening() as asked:
        house.browsers["participant"].post(path, data={"mission": ""})
    assert len(asked) <= MOST_STATEMENTS, ADVICE


def plan_of(statement: str, parameters: object) -> list[str]:
    dialect = db.engine.dialect.name
    explain = "EXPLAIN QUERY PLAN " if dialect == "sqlite" else "EXPLAIN "
    rows = db.session.connection().exec_driver_sql(explain + statement, parameters)  # pyright: ignore[reportArgumentType] - as the driver got them
    return [str(row[-1]) for row in rows]


def fill_what_the_demo_leaves_empty() -> None:
    """Everybody signs in and is away in the last round: the database walks through empty tables."""
    last = get_current_season().plan.rounds[-1]
    db.session.execute(
        insert(Away),
        [
            {"participation_id": id_, "round_id": last.id}
            for id_ in db.session.scalars(select(Participation.id))
        ],
    )
    db.session.execute(
        insert(LoginSession),
        [
            {
                "token_hash": hash_token(str(user_id)),
                "user_id": user_id,
                "created_at": NOW,
                "last_seen_at": NOW,
                "expires_at": NOW + SESSION_LASTS,
            }
            for user_id in db.session.scalars(select(User.id))
        ],
    )


def walked(sign_in, people: int) -> tuple[dict[str, int], dict[str, list[str]]]:
    """How many statements Sara's pages need in a company of that size, and the plans in which the
    database walks through a table that grows with it."""
    build_demo(DemoPlan(people, rounds=2), catalogue=catalogue(), zone=ZONE, now=NOW)
    with writing():
        fill_what_the_demo_leaves_empty()
    if db.engine.dialect.name == "postgresql":
        db.session.connection().exec_driver_sql("ANALYZE")
        db.session.commit()
    sara = db.session.scalars(select(User).where(User.email == SARA)).one()
    team_id = db.session.scalars(select(TeamRound.team_id).limit(1)).one()
    browser = sign_in(sara)
    counts: dict[str, int] = {}
    walks: dict[str, list[str]] = {}
    league = ("/league", "/league?sheet=2", f"/league/teams/{team_id}")
    for path in ("/week", "/week/1", *league, "/badges", "/me"):
        asked = statements(browser, path)
        counts[path] = len(asked)
        for number, (statement, parameters) in enumerate(asked):
            found = [line for line in plan_of(statement, parameters) if WALKS.search(line)]
            if found:
                walks[f"{path} {number}"] = [statement, *found]
    db.session.rollback()
    second = browser.get("/league?sheet=2").get_data(as_text=True)
    assert second.count("<tr role") == 1 + TEAMS_PER_SHEET
    assert browser.get("/league?sheet=999").status_code == 404
    return counts, walks


@pytest.mark.parametrize(
    "people", [pytest.param(1_500), pytest.param(20_000, marks=pytest.mark.soak)]
)
def test_neither_statements_nor_plans_grow_with_the_company(app: Flask, sign_in, people: int):
    counts, walks = walked(sign_in, people)
    assert walks == {}, "give the table an index for this, or ask for less"
    assert max(counts.values()) <= MOST_STATEMENTS, counts
