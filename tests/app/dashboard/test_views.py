import csv
import re
from collections.abc import Callable
from io import StringIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app.accounts.models import User
from app.dashboard.exports import as_csv, as_xlsx
from app.dashboard.models import DashboardView
from app.dashboard.tables import Table
from app.database import db, writing
from app.organisation.models import DepartmentManager, Team
from tests.app.dashboard.conftest import Company
from tests.app.dashboard.reading import Rows, Tables, of_csv, of_xlsx, without_chance
from tests.conftest import change_settings

SignIn = Callable[[User], FlaskClient]


def of_page(answer) -> Rows:
    """Its tables; the sums stand above them in large figures."""
    shares, meetings, bridges = re.findall(r'<b class="num">(.*?)</b>', answer.text)[:3]
    rows = Tables(answer.text).rows
    assert shares in [row[1] for row in rows if len(row) == 3]
    sums = [["Vad", "Antal"], ["Möten", meetings], ["Möten med andra avdelningar", bridges]]
    return sorted([*rows, *sums])


@pytest.fixture
def played(company: Company) -> Company:
    """Two closed rounds, with bridges and badges."""
    for number in (1, 2):
        at = company.world.rounds[number - 1].starts_at
        for user in (*company.ekonomi[: 8 - number], *company.it):
            company.world.check_in(user, number, at=at, met=(2,))
        for user in company.small:
            company.world.check_in(user, number, at=at)
        company.close(number)
    return company


def path(company: Company, *departments: str, kind: str = "") -> str:
    return f"/dashboard/groups/{company.group(*departments).id}{kind}"


def readers(played: Company, sign_in: SignIn) -> dict[str, FlaskClient]:
    """Everybody who may open the page of Ekonomi: its manager, another one, a participant of it,
    and the lead."""
    deputy = played.world.person(joins=False)
    with writing():
        db.session.add(
            DepartmentManager(user_id=deputy.id, department_id=played.world.departments[0].id)
        )
    people = {
        "chief": played.chief,
        "deputy": deputy,
        "colleague": played.ekonomi[0],
        "lead": played.lead,
    }
    return {role: sign_in(user) for role, user in people.items()}


def test_page_text_and_spreadsheet_say_the_same_to_everybody(played: Company, sign_in: SignIn):
    said = []
    for browser in readers(played, sign_in).values():
        said += [
            of_page(browser.get(path(played, "Ekonomi"))),
            of_csv(browser.get(path(played, "Ekonomi", kind="/csv")).data),
            of_xlsx(browser.get(path(played, "Ekonomi", kind="/xlsx")).data),
        ]
    for rows in said:
        assert rows == said[0]
    assert ["Möten", "omkring 15"] in said[0]
    assert ["Ekonomi", "15", "–", "ingen än"] in said[0]
    assert ["Butik och HR", "–", "15", "10"] in said[0]


def test_the_whole_page_is_the_same_but_for_who_reads_it(played: Company, sign_in: SignIn):
    browsers = readers(played, sign_in)
    for browser in browsers.values():
        browser.get(path(played, "Ekonomi"))
    mains = {
        re.sub(
            r"<nav class=\"switch.*?</nav>",
            "",
            browser.get(path(played, "Ekonomi")).text.partition("<main")[2].partition("</main")[0],
            flags=re.DOTALL,
        )
        for browser in browsers.values()
    }
    assert len(mains) == 1


@pytest.mark.parametrize("kind", ["", "/csv", "/xlsx"])
def test_a_foreign_group_answers_exactly_like_a_missing_one(
    played: Company, sign_in: SignIn, kind: str
):
    for user in (played.chief, played.ekonomi[0], played.captain):
        browser = sign_in(user)
        foreign = browser.get(path(played, "Butik", "HR", kind=kind))
        missing = browser.get(f"/dashboard/groups/999999{kind}")
        assert foreign.status_code == missing.status_code == 404
        assert without_chance(foreign.text) == without_chance(missing.text)


def test_each_begins_with_her_own_page(played: Company, sign_in: SignIn):
    expected = {
        played.chief: "Ekonomi",
        played.captain: "IT",
        played.ekonomi[0]: "Ekonomi",
        played.small[0]: "Butik och HR",
        played.lead: "Hela organisationen",
    }
    for user, name in expected.items():
        assert f"<h1>{name}</h1>" in sign_in(user).get("/dashboard").text
    stranger = sign_in(played.world.person(joins=False))
    assert "Du hör inte till någon grupp än" in stranger.get("/dashboard").text


def test_a_participant_may_open_her_own_group_and_what_contains_it(
    played: Company, sign_in: SignIn
):
    browser = sign_in(played.small[0])
    allowed = {
        group.id
        for group in played.tree.groups.values()
        if browser.get(f"/dashboard/groups/{group.id}").status_code == 200
    }
    assert allowed == {each.id for each in played.tree.chain(played.group("Butik", "HR").id)}


def test_a_manager_or_lead_never_reads_unnoticed_and_a_participant_leaves_no_trace(
    played: Company, sign_in: SignIn
):
    for user in (played.ekonomi[0], played.chief, played.chief, played.lead):
        sign_in(user).get(path(played, "Ekonomi", kind="/csv" if user == played.lead else ""))
    rows = db.session.scalars(select(DashboardView)).all()
    assert {row.user_id for row in rows} == {played.chief.id, played.lead.id}
    assert len(rows) == 2
    page = sign_in(played.ekonomi[1]).get(path(played, "Ekonomi")).text
    assert played.chief.name in page
    assert played.lead.name in page


def test_a_manager_of_another_group_reads_her_own_groups_parent_as_a_manager(
    played: Company, sign_in: SignIn
):
    sign_in(played.captain).get(f"/dashboard/groups/{played.tree.organisation.id}")
    assert [row.user_id for row in db.session.scalars(select(DashboardView))] == [played.captain.id]


def test_a_check_in_moves_nothing_until_the_closing(played: Company, sign_in: SignIn):
    browser = sign_in(played.ekonomi[0])
    before = without_chance(browser.get(path(played, "Ekonomi")).text)
    now = played.world.rounds[2].starts_at
    for user in played.small:
        played.world.check_in(user, 3, at=now, met=(0,))
    assert without_chance(browser.get(path(played, "Ekonomi")).text) == before
    played.close(3)
    assert without_chance(browser.get(path(played, "Ekonomi")).text) != before


def test_no_name_of_a_participant_and_no_private_thing_is_on_any_page(
    played: Company, sign_in: SignIn
):
    browser = sign_in(played.lead)
    for group in played.tree.groups.values():
        text = browser.get(f"/dashboard/groups/{group.id}").text
        for user in (*played.ekonomi, *played.it, *played.small):
            assert f"{user.name}<" not in text


def test_switched_off_there_is_no_page_and_no_link(app: Flask, played: Company, sign_in: SignIn):
    browser = sign_in(played.lead)
    assert "/dashboard" in browser.get("/league").text
    change_settings(app, dashboards=False)
    for kind in ("", "/csv", "/xlsx"):
        assert browser.get(path(played, "Ekonomi", kind=kind)).status_code == 404
    assert browser.get("/dashboard").status_code == 404


def test_before_the_first_closing_the_page_says_when_it_comes(company: Company, sign_in: SignIn):
    assert "Ingen bild än" in sign_in(company.chief).get("/dashboard").text


def test_a_page_takes_few_statements_however_large_the_company(played: Company, sign_in: SignIn):
    """Account, standing and seven of its own."""
    browser = sign_in(played.ekonomi[0])
    counts = []
    for name in ("Ett lag till", "Ett till"):
        counts.append(_statements(browser, path(played, "Ekonomi")))
        for _ in range(6):
            played.world.person()
        with writing():
            db.session.add(Team(name=name, department_id=played.world.departments[0].id))
        played.close(len(counts) + 2)
    assert counts[0] == counts[1] <= 10


def _statements(browser: FlaskClient, path: str) -> int:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert browser.get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")


def test_cells_that_look_like_formulas_are_text():
    table = Table("t", "=title", "-meaning", ("+head", "@b"), tuple((cell, cell) for cell in EVIL))
    text = as_csv("=evil", [table]).decode("utf-8-sig")
    for row in csv.reader(StringIO(text), delimiter=";"):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    assert of_xlsx(as_xlsx("=evil", [table]))


def test_a_teams_name_is_text_in_every_file(played: Company, sign_in: SignIn):
    with writing():
        db.session.get_one(Team, played.world.teams[0].id).name = "=HYPERLINK(1)"
    browser = sign_in(played.ekonomi[0])
    assert "'=HYPERLINK(1)" in browser.get(path(played, "Ekonomi", kind="/csv")).text
    rows = of_xlsx(browser.get(path(played, "Ekonomi", kind="/xlsx")).data)
    assert any(row[0] == "=HYPERLINK(1)" for row in rows)


def test_the_page_speaks_english_too(played: Company, sign_in: SignIn):
    with writing():
        db.session.get_one(User, played.lead.id).language = "en"
    text = sign_in(played.lead).get("/dashboard").text
    assert "<h1>The whole organisation</h1>" in text
    assert ">none</td>" in text
