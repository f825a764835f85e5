"""The lead plans a season in the browser, as without JavaScript: every button sends the form."""

from collections.abc import Callable
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.database import db
from app.organisation.models import JointPart
from app.seasons.models import RestWeek, Season
from app.seasons.queries import find_current_season, find_draft, get_season
from tests.conftest import NOW, FrozenClock
from tests.factories import ZONE, World

SignIn = Callable[[User], FlaskClient]
PLAN = "/admin/season/plan"
# Nine rounds from here run over Christmas and New Year.
NOVEMBER = "2026-11-30"
CHRISTMAS, NEW_YEAR = "2026-12-21", "2026-12-28"


class Form(HTMLParser):
    """What a browser would send of the form called plan."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = found.get("id") == "plan"
        is_off = found.get("type") == "checkbox" and "checked" not in found
        if tag == "input" and self._inside and found.get("name") and not is_off:
            self.fields.append((found["name"], found.get("value", "")))

    def handle_endtag(self, tag):
        if tag == "form":
            self._inside = False

    def sent(self, do: str, **changes: str | list[str]) -> dict[str, list[str]]:
        data: dict[str, list[str]] = {}
        for name, value in self.fields:
            data.setdefault(name, []).append(value)
        for name, value in changes.items():
            data[name] = [value] if isinstance(value, str) else value
        return data | {"do": [do]}


def form_of(browser: FlaskClient, path: str = PLAN) -> Form:
    return Form(browser.get(path).get_data(as_text=True))


def press(browser: FlaskClient, form: Form, do: str, path: str = PLAN, **changes) -> Form:
    answer = browser.post(path, data=form.sent(do, **changes))
    assert answer.status_code == 200
    return Form(answer.get_data(as_text=True))


def values(form: Form, name: str) -> list[str]:
    return [value for each, value in form.fields if each == name]


@pytest.fixture
def empty(app: Flask) -> World:
    """A company whose first season is still to be planned."""
    world = World(NOW)
    with app.app_context():
        db.session.execute(db.delete(Season))
        db.session.commit()
    return world


@pytest.fixture
def browser(empty: World, sign_in: SignIn) -> FlaskClient:
    return sign_in(empty.person(joins=False, is_lead=True))


def mondays(season_id: int) -> list[str]:
    rounds = get_season(season_id).plan.rounds
    return [each.starts_at.astimezone(ZONE).date().isoformat() for each in rounds]


def test_a_season_is_planned_with_the_proposed_rest_weeks_and_a_moved_challenge(
    browser: FlaskClient,
):
    assert 'href="/admin/season/plan"' in browser.get("/admin/season").get_data(as_text=True)
    form = form_of(browser)
    assert values(form, "start") == [NOVEMBER], "the next Monday is proposed"
    assert values(form, "rest") == [CHRISTMAS, NEW_YEAR]
    form = press(browser, form, "up:chatty")
    form = press(browser, form, "up:chatty")
    form = press(browser, form, "out:role")
    form = press(browser, form, "recount", rest=[NEW_YEAR, "2026-12-07"], name="Vintern")
    assert values(form, "name") == ["Vintern"]
    assert values(form, "rest") == ["2026-12-07", NEW_YEAR]
    assert db.session.scalars(select(Season)).all() == [], "nothing is saved on the way"
    answer = browser.post(PLAN, data=form.sent("save", goal="300"))
    assert answer.status_code == 303
    season = find_draft()
    assert season
    assert answer.headers["Location"] == f"/admin/season/{season.id}"
    assert (season.name, season.goal_wish) == ("Vintern", 300)
    order = [each.challenge for each in season.plan.rounds]
    assert order[:4] == ["curiosity", "advice", "chatty", "understand"]
    assert "role" not in order
    assert [each.alternative for each in season.plan.rounds if each.alternative] == ["deep-talk"]
    assert mondays(season.id)[:3] == [NOVEMBER, "2026-12-14", CHRISTMAS]
    assert len(db.session.scalars(select(RestWeek)).all()) == 2


def test_a_plan_is_started_by_the_lead_and_only_then_can_be_joined(
    browser: FlaskClient, empty: World, sign_in: SignIn
):
    browser.post(PLAN, data=form_of(browser).sent("save"))
    nils = sign_in(empty.person(joins=False))
    assert "Vill du vara med?" not in nils.get("/join").get_data(as_text=True)
    draft = find_draft()
    assert draft
    page = browser.get(f"/admin/season/{draft.id}").get_data(as_text=True)
    assert "Bara du ser säsongen än" in page
    assert page.count("Vilovecka") == 2
    answer = browser.post(f"/admin/season/{draft.id}/start")
    assert answer.headers["Location"] == f"/admin/season/{draft.id}"
    assert "Vill du vara med?" in nils.get("/join").get_data(as_text=True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"start": "2026-12-01"}, "En säsong börjar på en måndag."),
        ({"start": "2026-11-16"}, "Den veckan har redan varit."),
        ({"start": "2126-11-18"}, "Så långt fram"),
        ({"start": ""}, "Välj måndagen"),
        ({"start": "igår"}, "Välj måndagen"),
        ({"name": "  "}, "Ge säsongen ett namn."),
        ({"name": "x" * 121}, "Namnet är för långt."),
        ({"goal": "0"}, "Målet är minst en incheckning"),
        ({"challenge": []}, "Välj minst en utmaning"),
        ({"challenge": ["nonsense"]}, "Välj minst en utmaning"),
        ({"joint": ["1"]}, "Lagen har ändrats"),
        ({"joint": ["1-2", "2-3"]}, "Lagen har ändrats"),
        ({"joint": ["1-" + "9" * 40]}, "Lagen har ändrats"),
    ],
    ids=str,
)
def test_what_cannot_be_planned_is_said_and_everything_typed_stays(
    browser: FlaskClient, changes: dict, message: str
):
    typed = {"name": "Vår säsong", "goal": "77", "rest": ["2026-12-14"]} | changes
    answer = browser.post(PLAN, data=form_of(browser).sent("save", **typed))
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in body
    form = Form(body)
    for name in {"name", "goal"} - changes.keys():
        assert values(form, name) == [typed[name]]
    if "challenge" not in changes:
        assert len(values(form, "challenge")) == 9
    assert db.session.scalars(select(Season)).all() == []


def test_seasons_never_overlap(app: Flask, sign_in: SignIn):
    world = World(NOW)
    browser = sign_in(world.person(is_lead=True))
    form = form_of(browser)
    proposed = date.fromisoformat(values(form, "start")[0])
    early = (proposed - timedelta(weeks=1)).isoformat()
    answer = browser.post(PLAN, data=form.sent("save", start=early, shown=[], rest=[]))
    assert answer.status_code == 422
    assert "Det krockar med Hösten" in answer.get_data(as_text=True)
    assert browser.post(PLAN, data=form.sent("save")).status_code == 303
    assert find_current_season(), "the running one is still the current one"
    page = browser.get("/admin/season").get_data(as_text=True)
    assert "väntar på att startas" in page
    assert browser.get(PLAN).status_code == 303, "there is one plan, which is changed"


def test_joint_teams_are_proposed_for_a_new_season_and_can_be_left_out(
    browser: FlaskClient, empty: World
):
    for team in (1, 2, 3):
        empty.person(team, joins=False)
    form = form_of(browser)
    (group,) = values(form, "joint")
    assert len(group.split("-")) == 4
    browser.post(PLAN, data=form.sent("save"))
    draft = find_draft()
    assert draft
    assert len(db.session.scalars(select(JointPart)).all()) == 4
    path = f"/admin/season/{draft.id}/plan"
    form = form_of(browser, path)
    assert values(form, "joint") == [group]
    browser.post(path, data=form.sent("save", joint=[]))
    db.session.expire_all()
    assert db.session.scalars(select(JointPart)).all() == []
    assert values(form_of(browser, path), "joint") == []


def test_a_plan_comes_back_as_it_was_saved(browser: FlaskClient):
    form = press(browser, form_of(browser), "down:curiosity")
    browser.post(PLAN, data=form.sent("save", goal="12", has_vote=[]))
    draft = find_draft()
    assert draft
    again = form_of(browser, f"/admin/season/{draft.id}/plan")
    for name in ("challenge", "rest", "shown", "name", "start"):
        assert values(again, name) == values(form, name)
    assert (values(again, "goal"), values(again, "has_vote")) == (["12"], [])


def test_of_a_running_season_only_the_rest_is_on_the_table(app: Flask, sign_in: SignIn):
    world = World(NOW, week=2)
    browser = sign_in(world.person(is_lead=True))
    path = f"/admin/season/{world.season.id}/plan"
    form = form_of(browser, path)
    assert values(form, "start") == []
    assert len(values(form, "challenge")) == 7
    form = press(browser, form, "up:deep-talk", path)
    assert browser.post(path, data=form.sent("save")).status_code == 303
    assert [each.challenge for each in world.rounds][5:8] == [
        "professional-friends", "deep-talk", "reconnect",
    ]  # fmt: skip
    forged = form.sent("save", challenge=["curiosity", "role"], start="2027-03-01", name="Nej")
    browser.post(path, data=forged)
    assert [each.challenge for each in world.rounds] == ["curiosity", "advice", "role"]


def test_a_season_is_paused_and_ended_by_buttons(app: Flask, sign_in: SignIn, clock: FrozenClock):
    world = World(NOW, week=2)
    browser = sign_in(world.person(is_lead=True))
    page = f"/admin/season/{world.season.id}"
    assert "Gör vecka 49 till vilovecka" in browser.get(page).get_data(as_text=True)
    browser.post(f"{page}/pause")
    body = browser.get(page).get_data(as_text=True)
    assert "Vecka 49 är vilovecka." in body
    assert "Gör vecka 50 till vilovecka" in body
    assert "börjat" in browser.post(f"{page}/discard", follow_redirects=True).text
    browser.post(f"{page}/end")
    assert "Omgång 2 blir säsongens sista." in browser.get(page).get_data(as_text=True)
    assert "redan börjat" in browser.post(f"{page}/end", follow_redirects=True).text
    assert "inget kvar att flytta" in browser.post(f"{page}/pause", follow_redirects=True).text
    world.close_through(2)


def test_a_plan_is_taken_away(browser: FlaskClient):
    browser.post(PLAN, data=form_of(browser).sent("save"))
    draft = find_draft()
    assert draft
    answer = browser.post(f"/admin/season/{draft.id}/discard")
    assert answer.headers["Location"] == "/admin/season"
    assert find_draft() is None
    assert browser.post(f"/admin/season/{draft.id}/start").status_code == 404


def test_a_draft_whose_monday_has_passed_is_moved_and_then_started(
    browser: FlaskClient, clock: FrozenClock
):
    browser.post(PLAN, data=form_of(browser).sent("save"))
    draft = find_draft()
    assert draft
    clock.move(weeks=3)
    page = f"/admin/season/{draft.id}"
    assert "startades aldrig" in browser.get(page).get_data(as_text=True)
    assert "redan varit" in browser.post(f"{page}/start", follow_redirects=True).text
    form = form_of(browser, f"{page}/plan")
    browser.post(f"{page}/plan", data=form.sent("save", start="2027-01-11", shown=[], rest=[]))
    browser.post(f"{page}/start")
    assert mondays(draft.id)[0] == "2027-01-11"
    assert find_current_season()


def test_the_union_record_of_a_planned_season_is_its_own(app: Flask, sign_in: SignIn):
    world = World(NOW)
    browser = sign_in(world.person(is_lead=True))
    browser.post(PLAN, data=form_of(browser).sent("save"))
    draft = find_draft()
    assert draft
    given = {"negotiated_on": "2026-01-05", "negotiation_reference": "HR 1"}
    answer = browser.post("/admin/season/negotiation", data=given | {"season_id": str(draft.id)})
    assert answer.headers["Location"] == f"/admin/season/{draft.id}#negotiation"
    assert get_season(draft.id).negotiation_reference == "HR 1"
    assert get_season(world.season.id).negotiation_reference is None
    for season_id in ("9" * 40, "999"):
        data = given | {"season_id": season_id}
        assert browser.post("/admin/season/negotiation", data=data).status_code == 404
