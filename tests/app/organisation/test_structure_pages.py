"""Departments and teams as the lead keeps them, and what players see of it."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.badges.models import TeamBadgeAward
from app.database import db, writing
from app.organisation.models import Department, Team
from app.organisation.queries import head_counts
from app.rhythm.rebuild import rebuild
from tests.conftest import NOW, FrozenClock
from tests.factories import World, catalogue

FIKA = {
    "name": "IT",
    "fika_place": "i köket på plan 3",
    "fika_time": "15:00",
    "fika_welcome": "Ta en kopp <b>vid fönstret</b>.",
}
# The challenges whose missions send people to another department's fika.
VISITS = ("understand", "chatty")


@pytest.fixture
def world(app: Flask) -> World:
    return World(NOW)


@pytest.fixture
def lead(world: World, sign_in) -> FlaskClient:
    return sign_in(world.person(is_lead=True))


def text(browser: FlaskClient, path: str) -> str:
    return browser.get(path, follow_redirects=True).get_data(as_text=True)


def test_a_department_and_its_team_are_added_and_listed(lead: FlaskClient):
    answer = lead.post("/admin/departments/new", data={"name": "  Inre   tjänst "})
    made = db.session.scalars(select(Department).filter_by(name="Inre tjänst")).one()
    assert answer.headers["Location"] == f"/admin/departments/{made.id}"
    lead.post(f"/admin/departments/{made.id}/teams/add", data={"name": "Vaktmästarna"})
    page = text(lead, f"/admin/departments/{made.id}")
    assert "Vaktmästarna" in page
    assert "0 personer" in page
    assert "Inre tjänst" in text(lead, "/admin/departments")
    actions = db.session.execute(select(AuditEntry.action, AuditEntry.thing)).all()
    assert [tuple(row) for row in actions] == [
        ("department-added", "Inre tjänst"),
        ("team-added", "Vaktmästarna"),
    ]


def test_departments_and_teams_are_found_by_a_part_of_their_name(lead: FlaskClient):
    page = text(lead, "/admin/departments?q=EKO").partition("<main")[2]
    assert ">Ekonomi</a>" in page
    assert ">Lag Ekonomi</a>" in page
    assert ">HR</a>" not in page
    assert "Ingen träff" in text(lead, "/admin/departments?q=finns+inte")


def test_the_people_of_a_team_are_counted_where_they_are_going(world: World, lead: FlaskClient):
    stays, goes, closed = (world.person() for _ in range(3))
    lead.post(f"/admin/people/{goes.id}/move", data={"team": world.teams[1].id})
    lead.post(f"/admin/people/{closed.id}/close")
    counts = head_counts(before=world.rounds[1].ends_at)
    assert counts == {world.teams[0].id: 2, world.teams[1].id: 1}
    assert "2 personer" in text(lead, f"/admin/departments/{world.departments[0].id}")
    assert "1 person<" in text(lead, f"/admin/departments/{world.departments[1].id}")
    assert stays.disabled_at is None


@pytest.mark.parametrize(
    ("path", "changed", "message"),
    [
        ("/admin/departments/new", {"name": ""}, "Skriv avdelningens namn."),
        ("/admin/departments/new", {"name": "HR"}, "Namnet är upptaget."),
        ("/admin/departments/new", {"name": "A | B"}, "Namnet får inte innehålla | eller ;"),
        ("/admin/departments/new", {"name": "x" * 121}, "Namnet är för långt."),
        ("/admin/departments/new", {"fika_time": "halv tre"}, 'value="halv tre"'),
        ("/admin/departments/new", {"fika_place": "x" * 81}, "Platsen är för lång."),
        ("/admin/departments/new", {"fika_welcome": "x" * 161}, "Raden är för lång."),
        ("/admin/departments/1/change", {"name": "HR"}, "Namnet är upptaget."),
        ("/admin/departments/1/teams/add", {"name": "Lag HR"}, "Namnet är upptaget."),
        ("/admin/teams/1/rename", {"name": "Lag HR"}, "Namnet är upptaget."),
        ("/admin/teams/1/rename", {"name": " "}, "Skriv lagets namn."),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    world: World, lead: FlaskClient, path: str, changed: dict[str, str], message: str
):
    path = path.replace("departments/1", f"departments/{world.departments[0].id}")
    path = path.replace("teams/1", f"teams/{world.teams[0].id}")
    answer = lead.post(path, data=FIKA | {"name": "Nytt"} | changed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page
    if "team" not in path and "fika_place" not in changed:
        assert 'value="i köket på plan 3"' in page
    names = {*db.session.scalars(select(Department.name)), *db.session.scalars(select(Team.name))}
    assert "Nytt" not in names
    assert len(names) == 8


def test_renaming_changes_the_name_everywhere_and_says_so_in_the_log(
    world: World, lead: FlaskClient
):
    lead.post(f"/admin/teams/{world.teams[0].id}/rename", data={"name": "Bönorna"})
    assert "Bönorna" in text(lead, f"/league/teams/{world.teams[0].id}")
    assert "ändrade namnet" in text(lead, "/admin/log")


def test_what_is_not_there_is_not_found(world: World, lead: FlaskClient):
    with writing():
        joint = Team(name="Tillsammans", department_id=None)
        db.session.add(joint)
    for path in ("departments/999999", "teams/999999", f"teams/{joint.id}"):
        assert lead.get(f"/admin/{path}").status_code == 404
    assert lead.post("/admin/departments/999999/change").status_code == 404
    assert lead.post(f"/admin/teams/{joint.id}/rename", data={"name": "x"}).status_code == 404


@pytest.mark.parametrize("challenge", VISITS)
def test_players_of_other_departments_see_where_they_are_welcome(
    app: Flask, sign_in, challenge: str
):
    number = [each.slug for each in catalogue().challenges].index(challenge) + 1
    world = World(NOW, week=number)
    lead = sign_in(world.person(is_lead=True))
    guest, host = world.person(0), world.person(1)
    with writing():
        world.departments[1].name = "IT"
    lead.post(f"/admin/departments/{world.departments[1].id}/change", data=FIKA)
    page = text(sign_in(guest), "/week")
    assert "IT fikar 15.00 i köket på plan 3." in page
    assert "Ta en kopp &lt;b&gt;vid fönstret&lt;/b&gt;." in page
    assert "IT fikar" not in text(sign_in(host), "/week")


def test_only_challenges_about_visits_tell_of_fikas(world: World, lead: FlaskClient, sign_in):
    assert {each.slug for each in catalogue().challenges if each.goes_visiting} == set(VISITS)
    lead.post(f"/admin/departments/{world.departments[1].id}/change", data=FIKA)
    assert "IT fikar" not in text(sign_in(world.person()), "/week")


def test_a_department_that_comes_later_takes_no_badge_back(
    world: World, lead: FlaskClient, clock: FrozenClock
):
    """The checks at the end of each test recompute the badges, too."""
    people = [world.person() for _ in range(3)]
    for person, other in zip(people, (1, 2, 3), strict=True):
        world.play(person, 1, met=(other,))
    world.close_through(1)
    won = db.session.scalars(select(TeamBadgeAward.badge)).all()
    assert "team-all-bridges" in won
    clock.set(world.rounds[0].closes_at)
    lead.post("/admin/departments/new", data={"name": "Nytt"})
    with writing():
        rebuild(catalogue(), now=NOW)
    assert db.session.scalars(select(TeamBadgeAward.badge)).all() == won


def test_a_team_made_during_the_season_plays_from_its_first_monday(
    world: World, lead: FlaskClient, clock: FrozenClock
):
    person = world.person()
    world.play(person, 1)
    home = world.departments[1].id
    lead.post(f"/admin/departments/{home}/teams/add", data={"name": "Nykomlingarna"})
    made = db.session.scalars(select(Team).filter_by(name="Nykomlingarna")).one()
    lead.post(f"/admin/people/{person.id}/move", data={"team": made.id})
    world.close_through(1)
    clock.set(world.rounds[1].starts_at + timedelta(days=1))
    world.play(person, 2)
    world.close_through(2)
    assert "Nykomlingarna" in text(lead, "/league")
