"""One person at a time: found, added, changed, moved, closed and opened again."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.credentials import wish_for_new_email
from app.accounts.models import AccountToken, LoginSession, User
from app.accounts.queries import find_user_by_email
from app.accounts.service import create_user, set_password
from app.audit.models import AuditEntry
from app.database import db, writing
from app.organisation.models import Membership, Team
from app.organisation.queries import find_team_of
from app.retention import CLOSED_ACCOUNT_KEPT
from app.roster.service import managed_by
from tests.conftest import NOW, FrozenClock, plain
from tests.factories import World
from tests.post_office import PostOffice, text_of

SOMEBODY = {"name": "Åsa  Ny", "email": "Asa.Ny@firma.se", "number": "77", "team": "1"}


@pytest.fixture
def world(app: Flask) -> World:
    return World(NOW)


@pytest.fixture
def lead(world: World, sign_in) -> FlaskClient:
    return sign_in(world.person(is_lead=True, name="Lena Led"))


def text(browser: FlaskClient, path: str) -> str:
    return browser.get(path, follow_redirects=True).get_data(as_text=True)


def logged() -> list[tuple[str, int | None, str]]:
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.action, row.person_id, row.thing) for row in rows]


def test_somebody_is_added_without_a_password_and_found_again(world: World, lead: FlaskClient):
    team = world.teams[1]
    answer = lead.post("/admin/people/new", data=SOMEBODY | {"team": str(team.id)})
    asa = find_user_by_email("asa.ny@firma.se")
    assert asa is not None
    assert answer.headers["Location"] == f"/admin/people/{asa.id}"
    assert (asa.name, asa.password_hash) == ("Åsa Ny", None)
    for search in ("åsa", "ÅSA", "asa.ny", "77", "ny åsa"):
        page = text(lead, f"/admin/people?q={search}")
        assert "Åsa Ny" in page
        assert "Lena Led" not in page.partition('<ul class="people">')[2]
    assert logged() == [("person-added", asa.id, "")]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": " "}, "Skriv personens namn."),
        ({"name": "x" * 121}, "Namnet är för långt."),
        ({"email": ""}, "Skriv personens e-postadress."),
        ({"email": "asa at firma"}, "Det ser inte ut som en e-postadress."),
        ({"email": "bo@firma.se"}, "Någon annan har redan den adressen."),
        ({"number": "12"}, "Någon annan har redan det numret."),
        ({"number": "811218-9876"}, "Det är ett personnummer."),
        ({"team": ""}, "Välj ett lag."),
        ({"team": "999999"}, "Välj ett lag."),
        ({"team": "9" * 30}, "Välj ett lag."),
        ({"team": f"-{10**30}"}, "Välj ett lag."),
    ],
)
def test_a_refused_person_says_why_and_keeps_what_was_typed(
    world: World, lead: FlaskClient, changed: dict[str, str], message: str
):
    lead.post(
        "/admin/people/new",
        data={"name": "Bo", "email": "bo@firma.se", "number": "12", "team": world.teams[0].id},
    )
    given = SOMEBODY | {"team": str(world.teams[1].id)} | changed
    answer = lead.post("/admin/people/new", data=given)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page
    if "name" not in changed:
        assert 'value="Åsa Ny"' in page
    if "team" not in changed:
        assert f'value="{world.teams[1].id}" selected' in page
    assert find_user_by_email("asa.ny@firma.se") is None


def test_a_name_an_address_and_a_number_can_be_changed(world: World, lead: FlaskClient):
    person = world.person()
    path = f"/admin/people/{person.id}"
    given = {"name": "Nytt Namn", "email": "nytt@firma.se", "number": "9"}
    assert lead.post(f"{path}/change", data=given).status_code == 303
    page = text(lead, path)
    assert all(f'value="{each}"' in page for each in given.values())
    assert logged() == [("person-changed", person.id, "")]
    assert "ändrade namnet, e-postadressen, anställningsnumret" in text(lead, "/admin/log")
    lead.post(f"{path}/change", data=given)
    assert len(logged()) == 1


def test_whoever_gets_another_address_hears_of_it_where_she_was_and_old_links_are_dead(
    world: World, lead: FlaskClient, post_office: PostOffice
):
    """Whoever reads mail at the new address can have a new password, and then all that is hers."""
    sara, nils = world.person(), world.person()
    before = sara.email
    with writing():
        set_password(sara.id, "kaffe utan socker")
        for each in (sara, nils):
            wish_for_new_email(each.id, "x@firma.se", secret_key="only-for-tests", now=NOW)
    post_office.deliver()
    for each, email in ((sara, "ny.sara@firma.se"), (nils, "ny.nils@firma.se")):
        data = {"name": each.name, "email": email, "number": ""}
        assert lead.post(f"/admin/people/{each.id}/change", data=data).status_code == 303
    (told,) = post_office.deliver()
    assert told["To"] == before, "nils has nothing yet that somebody could take"
    assert "ny.sara@firma.se" in text_of(told)
    assert db.session.scalar(select(func.count()).select_from(AccountToken)) == 0


def test_nobody_manages_a_joint_team(world: World, lead: FlaskClient):
    with writing():
        db.session.add(joint := Team(name="Ihop", department_id=None))
    answer = lead.post(
        f"/admin/people/{world.person().id}/managers", data={"unit": f"team-{joint.id}"}
    )
    assert answer.status_code == 422


def test_closing_a_closed_account_does_not_put_off_its_erasure(
    world: World, lead: FlaskClient, clock: FrozenClock
):
    person = world.person()
    for _ in range(2):
        lead.post(f"/admin/people/{person.id}/close")
        clock.move(days=1)
    closed_at = db.session.scalar(select(User.disabled_at).where(User.id == person.id))
    assert closed_at == NOW
    assert [action for action, *_ in logged()] == ["account-closed"]


def test_a_change_to_a_taken_address_keeps_what_was_typed(world: World, lead: FlaskClient):
    person, other = world.person(), world.person()
    given = {"name": "Nytt Namn", "email": other.email, "number": ""}
    answer = lead.post(f"/admin/people/{person.id}/change", data=given)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Någon annan har redan den adressen." in page
    assert 'value="Nytt Namn"' in page
    assert db.session.get_one(User, person.id).name != "Nytt Namn"


def test_a_move_waits_for_monday_and_can_be_undone(
    world: World, lead: FlaskClient, clock: FrozenClock
):
    person = world.person()
    path = f"/admin/people/{person.id}"
    lead.post(f"{path}/move", data={"team": world.teams[1].id})
    assert "Flyttar till Lag IT måndag 30 november." in plain(text(lead, path))
    first, second = world.rounds[0], world.rounds[1]
    teams = [find_team_of(person.id, before=each.ends_at) for each in (first, second)]
    assert [team.name for team in teams if team] == ["Lag Ekonomi", "Lag IT"]
    lead.post(f"{path}/undo-move")
    assert "Flyttar till" not in text(lead, path)
    lead.post(f"{path}/move", data={"team": world.teams[1].id})
    lead.post(f"{path}/move", data={"team": world.teams[2].id})
    lead.post(f"{path}/move", data={"team": world.teams[0].id})
    assert len(db.session.scalars(select(Membership).filter_by(user_id=person.id)).all()) == 1
    assert [action for action, _, _ in logged()] == [
        *("person-moved", "move-undone", "person-moved", "person-moved", "move-undone"),
    ]
    lead.post(f"{path}/move", data={"team": world.teams[1].id})
    clock.move(days=5)
    assert "Lag IT, IT" in text(lead, path)


def test_somebody_without_a_team_gets_one_at_once(world: World, lead: FlaskClient):
    with writing():
        loose = create_user("loose@firma.se", "Lös", now=NOW)
    assert "Lös" in text(lead, "/admin/people?show=no-team")
    lead.post(f"/admin/people/{loose.id}/move", data={"team": world.teams[0].id})
    assert "Lös" not in text(lead, "/admin/people?show=no-team").partition("<ul")[2]
    world.join(loose, at=NOW)


def test_a_closed_account_is_signed_out_at_once_and_opens_again(
    world: World, lead: FlaskClient, sign_in
):
    person = world.person()
    browser = sign_in(person)
    path = f"/admin/people/{person.id}"
    lead.post(f"{path}/close")
    assert browser.get("/week").headers["Location"].startswith("/login")
    assert db.session.scalar(select(LoginSession).filter_by(user_id=person.id)) is None
    assert "Kontot är stängt" in text(lead, path)
    assert person.name not in text(lead, "/admin/people")
    assert person.name in text(lead, "/admin/people?show=closed")
    lead.post(f"{path}/open")
    assert sign_in(person).get("/me").status_code == 200
    assert [action for action, _, _ in logged()] == ["account-closed", "account-opened"]


def test_an_account_that_the_night_will_erase_stays_closed(
    world: World, lead: FlaskClient, clock: FrozenClock
):
    closed_at = NOW - CLOSED_ACCOUNT_KEPT + timedelta(seconds=1)
    person = world.person(joins=False, disabled_at=closed_at)
    path = f"/admin/people/{person.id}"
    assert "Öppna kontot igen" in text(lead, path)
    clock.move(seconds=1)
    assert "I natt raderas det" in text(lead, path)
    assert lead.post(f"{path}/open").status_code == 303
    assert "Det är för sent." in text(lead, path)
    assert db.session.scalar(select(User.disabled_at).where(User.id == person.id)) == closed_at
    assert logged() == []


def test_a_lead_cannot_lock_herself_out(world: World, sign_in):
    person = world.person(is_lead=True)
    browser = sign_in(person)
    browser.post(f"/admin/people/{person.id}/close")
    assert "får någon annan stänga" in text(browser, f"/admin/people/{person.id}")


def test_managers_are_made_and_unmade(world: World, lead: FlaskClient, sign_in):
    person = world.person()
    path = f"/admin/people/{person.id}"
    for unit in (f"team-{world.teams[0].id}", f"department-{world.departments[1].id}"):
        lead.post(f"{path}/managers", data={"unit": unit})
        lead.post(f"{path}/managers", data={"unit": unit})
    managed = managed_by(person.id)
    assert managed.teams == {world.teams[0].id}
    assert managed.departments == {world.departments[1].id}
    assert person.name in text(lead, "/admin/people?show=managers")
    lead.post(f"{path}/managers/remove", data={"unit": f"team-{world.teams[0].id}"})
    assert managed_by(person.id).teams == frozenset()
    assert logged() == [
        ("manager-added", person.id, "Lag Ekonomi"),
        ("manager-added", person.id, "IT"),
        ("manager-removed", person.id, "Lag Ekonomi"),
    ]


@pytest.mark.parametrize(
    "unit",
    ["", "team-", "team-999999", f"team-{10**30}", f"team-{'0' * 20}{10**30}", "team-x", "9" * 40],
)
def test_what_is_no_unit_has_no_manager(world: World, lead: FlaskClient, unit: str):
    answer = lead.post(f"/admin/people/{world.person().id}/managers", data={"unit": unit})
    assert answer.status_code == 422
    assert "Välj en avdelning eller ett lag." in answer.get_data(as_text=True)


def test_a_list_comes_in_sheets_of_fifty(world: World, lead: FlaskClient):
    for _ in range(60):
        world.person(joins=False)
    first, second = text(lead, "/admin/people"), text(lead, "/admin/people?sheet=2")
    assert first.count('class="who"') == 50
    assert second.count('class="who"') == 11
    assert "61 personer." in first
    found = text(lead, "/admin/people?q=Person&sheet=2")
    assert "q=Person" in found
    for path in ("?sheet=3", "?sheet=0", "?sheet=-1", f"?sheet={10**20}", "?show=everybody"):
        assert lead.get(f"/admin/people{path}").status_code == 404


@pytest.mark.parametrize("search", ["%", "_", "\\", "'", "<b>", "x" * 500])
def test_signs_of_a_search_are_only_signs(world: World, lead: FlaskClient, search: str):
    world.person()
    answer = lead.get("/admin/people", query_string={"q": search})
    assert answer.status_code == 200
    assert 'class="who"' not in answer.get_data(as_text=True)


def test_a_person_who_is_not_there_is_not_found(lead: FlaskClient):
    assert lead.get("/admin/people/999999").status_code == 404
    for verb in ("change", "move", "undo-move", "close", "open", "managers", "managers/remove"):
        assert lead.post(f"/admin/people/999999/{verb}").status_code == 404
