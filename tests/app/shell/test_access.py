from collections.abc import Callable

import pytest
from flask import Flask, redirect
from flask.testing import FlaskClient
from sqlalchemy import delete

from app.access import lead, manager, participant, public, signed_in
from app.accounts.models import User
from app.database import db, writing
from app.history.models import Streak
from app.organisation.models import DepartmentManager, TeamManager
from app.security import safe_path
from tests.conftest import NOW
from tests.factories import World

SignIn = Callable[[User], FlaskClient]
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
DOORS = {
    "public": public,
    "signed": signed_in,
    "joined": participant,
    "chief": manager,
    "lead": lead,
}


@pytest.fixture
def doors(app: Flask) -> Flask:
    """The site with one more page for each kind of access, and one that declares nothing."""

    def page(name: str) -> Callable[[], str]:
        return lambda: f"behind {name}"

    for name, declare in DOORS.items():
        app.add_url_rule(
            f"/door/{name}", f"door_{name}", declare(page(name)), methods=["GET", "POST"]
        )
    app.add_url_rule("/door/undeclared", "undeclared", page("undeclared"))
    return app


def opened(browser: FlaskClient) -> set[str]:
    return {name for name in DOORS if browser.get(f"/door/{name}").status_code == 200}


def test_each_role_opens_its_own_doors(doors: Flask, sign_in: SignIn):
    world = World(NOW)
    chief, head = world.person(joins=False), world.person(joins=False)
    with writing():
        db.session.add(TeamManager(user_id=chief.id, team_id=world.teams[0].id))
        db.session.add(DepartmentManager(user_id=head.id, department_id=world.departments[0].id))
    assert opened(doors.test_client()) == {"public"}
    assert opened(sign_in(world.person(joins=False))) == {"public", "signed"}
    assert opened(sign_in(world.person())) == {"public", "signed", "joined"}
    assert opened(sign_in(chief)) == {"public", "signed", "chief"}
    assert opened(sign_in(head)) == {"public", "signed", "chief"}
    assert opened(sign_in(world.person(is_lead=True, joins=False))) == {"public", "signed", "lead"}


def test_what_declares_no_access_is_closed_to_everybody(doors: Flask, sign_in: SignIn):
    world = World(NOW)
    for browser in (doors.test_client(), sign_in(world.person(is_lead=True))):
        assert browser.get("/door/undeclared").status_code == 403


def test_a_stranger_is_sent_to_sign_in_and_brought_back(doors: Flask):
    answer = doors.test_client().get("/door/signed?page=2")
    assert answer.status_code == 303
    assert answer.location == "/login?next=/door/signed?page%3D2"


def test_a_strangers_refused_form_has_no_page_to_come_back_to(doors: Flask):
    answer = doors.test_client().post("/door/signed")
    assert (answer.status_code, answer.location) == (303, "/login")


def test_a_sign_in_page_is_never_swapped_into_a_fragment(doors: Flask):
    answer = doors.test_client().get("/door/signed", headers=PARTIAL)
    assert answer.headers["HX-Redirect"] == "/login?next=/door/signed"
    assert answer.get_data() == b""


def test_who_has_not_joined_is_shown_how_to(doors: Flask, sign_in: SignIn):
    browser = sign_in(World(NOW).person(joins=False))
    answer = browser.get("/door/joined")
    assert (answer.status_code, answer.location) == (303, "/join")
    assert browser.get("/door/joined", headers=PARTIAL).headers["HX-Redirect"] == "/join"


def test_a_role_that_is_lost_is_lost_at_the_next_request(doors: Flask, sign_in: SignIn):
    world = World(NOW)
    person = world.person(is_lead=True)
    with writing():
        db.session.add(TeamManager(user_id=person.id, team_id=world.teams[0].id))
    browser = sign_in(person)
    assert {"lead", "chief"} <= opened(browser)
    with writing():
        db.session.get_one(User, person.id).is_lead = False
        db.session.execute(delete(TeamManager))
    assert opened(browser) == {"public", "signed", "joined"}


def test_two_browsers_are_two_people(app: Flask, sign_in: SignIn):
    world = World(NOW)
    one, other = sign_in(world.person(name="Anna Ek")), sign_in(world.person(name="Bo Alm"))
    for _ in range(2):
        assert "Hej Anna" in one.get("/me").text
        assert "Hej Bo" in other.get("/me").text


def test_the_frame_shows_the_stored_streak(app: Flask, sign_in: SignIn):
    world = World(NOW)
    person = world.person()
    world.check_in(person)
    assert db.session.scalars(db.select(Streak.current)).all() == [1]
    assert 'class="tally"' in sign_in(person).get("/me").text


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "///evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/week\r\nSet-Cookie: a=b",
        "\t//evil.example",
        " //evil.example",
        "/\u2028/evil.example",
        "/" + "x" * 3000,
        "",
        None,
    ],
)
def test_a_target_elsewhere_is_no_target(target):
    assert safe_path(target) is None


@pytest.mark.parametrize(
    "target", ["/", "/week/3?a=b#top", "/%0d%0aweek", "/／evil.example", "/x:y"]
)
def test_a_path_of_this_site_is_a_target(target):
    assert safe_path(target) == target


def test_even_an_odd_path_is_resolved_on_this_host(app: Flask):
    with app.test_request_context():
        for target in ("/／evil.example", "/%0d%0aweek"):
            location = redirect(safe_path(target) or "").location
            assert location.startswith("/")
            assert not location.startswith(("//", "/\\"))
