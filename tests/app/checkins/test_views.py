from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from app.database import db
from app.history.models import CheckIn, Meeting, Pledge, PointEntry
from app.organisation.models import Team
from tests.conftest import NOW, FrozenClock, change_settings, plain
from tests.factories import World, catalogue

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def mission(number: int = 0) -> str:
    return catalogue().challenge("curiosity").missions[number].slug


def test_posting_twice_shows_the_saved_check_in(app: Flask, sign_in):
    world = World(NOW)
    browser = sign_in(world.person())
    first = browser.post("/week/1/check-in", data={"mission": mission()})
    second = browser.post("/week/1/check-in", data={"mission": mission()})
    assert first.status_code == second.status_code == 303
    page = browser.get(second.headers["Location"]).get_data(as_text=True)
    assert "Den här omgången är redan incheckad." in page
    assert len(db.session.scalars(select(CheckIn)).all()) == 1


def test_the_body_decides_neither_time_nor_points_nor_person_nor_team(app: Flask, sign_in):
    world = World(NOW)
    sara, other = world.person(team=0), world.person(team=1)
    forged = {
        "mission": mission(),
        "points": "1000",
        "user_id": str(other.id),
        "team_id": str(world.teams[1].id),
        "received_at": "2020-01-01T00:00:00Z",
        "now": "2020-01-01",
        "timezone": "Pacific/Kiritimati",
        "revision": "7",
    }
    sign_in(sara).post("/week/1/check-in", data=forged)
    entry = db.session.scalars(select(PointEntry)).one()
    assert (entry.points, entry.user_id, entry.team_id) == (10, sara.id, world.teams[0].id)
    assert db.session.scalars(select(CheckIn)).one().received_at == NOW


def test_a_captured_post_is_worth_less_after_the_weeks_end(app: Flask, sign_in, clock: FrozenClock):
    world = World(NOW)
    browser = sign_in(world.person())
    clock.set(world.rounds[0].closes_at + timedelta(hours=1))
    browser.post("/week/1/check-in", data={"mission": mission()})
    assert db.session.scalars(select(PointEntry.kind)).all() == ["catch-up"]


def test_on_a_monday_morning_both_rounds_are_open(app: Flask, sign_in, clock: FrozenClock):
    world = World(NOW)
    browser = sign_in(world.person())
    clock.set(world.rounds[1].starts_at + timedelta(hours=9))
    page = browser.get("/week").get_data(as_text=True)
    assert "Omgång 2 av 9" in page
    assert "Omgång 1 är öppen till klockan tolv i dag." in page
    browser.post("/week/1/check-in", data={"mission": mission()})
    assert db.session.scalars(select(PointEntry.kind)).all() == ["check-in"]


def test_htmx_gets_the_round_alone_and_others_the_whole_page(app: Flask, sign_in):
    browser = sign_in(World(NOW).person())
    page = browser.get("/week")
    part = browser.get("/week", headers=FRAGMENT)
    assert "<html" in page.get_data(as_text=True)
    assert "<html" not in part.get_data(as_text=True)
    assert 'id="round"' in part.get_data(as_text=True)
    for answer in (page, part):
        assert "HX-Request-Type" in answer.headers["Vary"]


def test_missions_are_shuffled_by_a_link_that_changes_nothing(app: Flask, sign_in):
    browser = sign_in(World(NOW).person())
    plain = browser.get("/week").get_data(as_text=True)
    pages = [browser.get(f"/week/1?blanda={seed}").get_data(as_text=True) for seed in range(5)]
    assert 'class="levels shuffled"' not in plain
    assert all('class="levels shuffled"' in page for page in pages)
    firsts = {page.split('name="mission" value="')[1].split('"')[0] for page in pages}
    assert len(firsts) > 1
    assert "blanda=5#pledge-missions" in pages[4]
    assert 'class="levels shuffled"' not in browser.get("/week?blanda=x").get_data(as_text=True)


def test_an_ended_session_sends_the_whole_window_to_sign_in(app: Flask):
    World(NOW)
    answer = app.test_client().get("/week", headers=FRAGMENT)
    assert answer.headers["HX-Redirect"].startswith("/login")


def test_a_pledge_is_kept_with_its_figure_and_a_recalled_one_apart(app: Flask, sign_in):
    world = World(NOW)
    browser = sign_in(world.person())
    browser.post("/week/1/pledge", data={"mission": mission(), "expected": "7"})
    browser.post("/week/1/check-in", data={"mission": mission(), "actual": "3", "recalled": "9"})
    assert db.session.scalars(select(Pledge.expected)).one() == 7
    row = db.session.scalars(select(CheckIn)).one()
    assert (row.actual, row.recalled) == (3, None)


def test_figures_out_of_range_and_missing_missions_are_refused_kindly(app: Flask, sign_in):
    world = World(NOW)
    browser = sign_in(world.person())
    for data in ({"mission": mission(), "actual": "11"}, {"mission": mission(), "actual": "x"}):
        assert browser.post("/week/1/check-in", data=data).status_code == 422
    answer = browser.post("/week/1/check-in", data={"note": "står kvar"})
    assert answer.status_code == 422
    assert "Välj vilket uppdrag du gjorde." in answer.get_data(as_text=True)
    assert "står kvar" in answer.get_data(as_text=True)
    assert db.session.scalars(select(CheckIn)).all() == []


def test_a_refused_report_keeps_the_pledge_unless_another_mission_was_done(app: Flask, sign_in):
    browser = sign_in(World(NOW).person())
    browser.post("/week/1/pledge", data={"mission": mission()})
    for number, shows_pledge in ((0, True), (1, False)):
        data = {"mission": mission(number), "actual": "11"}
        refused = browser.post("/week/1/check-in", data=data)
        assert refused.status_code == 422
        assert ("Ditt uppdrag" in refused.text) == shows_pledge


def test_a_round_that_has_not_begun_says_when_it_does_and_nothing_else(app: Flask, sign_in):
    browser = sign_in(World(NOW).person())
    page = browser.get("/week/2")
    assert page.status_code == 404
    assert "Omgång 2 är inte här än" in page.text
    assert "måndag 30 november" in plain(page.text)
    assert catalogue().challenge("advice").title.sv not in page.text
    assert "Omgång 10" not in browser.get("/week/10").text


def test_when_the_season_is_over_its_last_week_leads_to_the_finale(app: Flask, sign_in):
    world = World(NOW, week=9)
    browser = sign_in(world.person())
    world.close_through(8)
    assert "/finale" not in browser.get("/week").text
    world.close_through(9)
    page = browser.get("/week").text
    assert 'href="/finale"' in page
    assert f'href="/me/book/{world.season.id}"' in page


def test_whom_one_met_becomes_meetings_and_next_time_a_chip(
    app: Flask, sign_in, clock: FrozenClock
):
    world = World(NOW)
    browser = sign_in(world.person())
    chips = [f"department-{world.departments[1].id}", "outside", "nonsense", "recent-999999"]
    browser.post(
        "/week/1/check-in", data={"mission": mission(), "met": chips, "person": "Ada på IT"}
    )
    met = db.session.execute(
        select(Meeting.department_id, Meeting.is_outside, Meeting.person).order_by(Meeting.id)
    ).all()
    assert [tuple(row) for row in met] == [
        (world.departments[1].id, False, "Ada på IT"),
        (None, True, ""),
    ]
    clock.set(world.rounds[1].starts_at + timedelta(days=2))
    assert "Ada på IT" in browser.get("/week/2").get_data(as_text=True)
    other = sign_in(world.person())
    assert "Ada på IT" not in other.get("/week/2").get_data(as_text=True)


def test_nobody_can_meet_somebody_elses_acquaintance_again(app: Flask, sign_in):
    world = World(NOW)
    sara, spy = world.person(), world.person()
    sign_in(sara).post(
        "/week/1/check-in", data={"mission": mission(), "met": ["outside"], "person": "Ada"}
    )
    meeting_id = db.session.scalars(select(Meeting.id)).one()
    sign_in(spy).post(
        "/week/1/check-in", data={"mission": mission(), "met": [f"recent-{meeting_id}"]}
    )
    assert db.session.scalars(select(Meeting.person)).all() == ["Ada"]


def test_undo_redo_and_away_through_the_pages(app: Flask, sign_in):
    browser = sign_in(World(NOW).person())
    browser.post("/week/1/away", data={"away": "yes"})
    assert "Du är borta den här omgången." in browser.get("/week").get_data(as_text=True)
    browser.post("/week/1/away", data={"away": "no"})
    browser.post("/week/1/check-in", data={"mission": mission(), "note": "mitt eget"})
    assert browser.post("/week/1/undo").status_code == 303
    undone = browser.get("/week/1").get_data(as_text=True)
    assert "Incheckningen är ångrad" in undone
    assert "mitt eget" in undone
    assert browser.post("/week/1/undo").status_code == 422
    assert browser.post("/week/1/redo").status_code == 303
    assert "Gjort är gjort." in browser.get("/week/1").get_data(as_text=True)


def test_a_redo_of_the_form_changes_what_was_said(app: Flask, sign_in):
    browser = sign_in(World(NOW).person())
    browser.post("/week/1/check-in", data={"mission": mission(), "note": "först"})
    browser.post("/week/1/undo")
    browser.post("/week/1/check-in", data={"mission": mission(1), "note": "sedan"})
    row = db.session.scalars(select(CheckIn)).one()
    assert (row.mission, row.note, row.revision) == (mission(1), "sedan", 2)


def test_a_team_without_people_left_has_a_page(app: Flask, sign_in):
    world = World(NOW)
    browser = sign_in(world.person())
    world.close(at=world.rounds[0].closes_at)
    empty = db.session.scalars(select(Team).where(Team.name == "Lag Butik")).one()
    page = browser.get(f"/league/teams/{empty.id}")
    assert page.status_code == 200
    assert "Lag Butik" in page.get_data(as_text=True)


def test_who_has_left_still_finishes_the_week_and_finds_the_way_back(
    app: Flask, sign_in, clock: FrozenClock
):
    world = World(NOW)
    browser = sign_in(world.person())
    assert browser.post("/leave").status_code == 303
    page = browser.get("/week").get_data(as_text=True)
    assert "efter omgång 1." in page
    assert 'action="/week/1/check-in"' in page
    assert "Jag är borta" not in page, "who leaves need not be away, too"
    assert "Vill du stanna kvar?" in browser.get("/join").text
    clock.set(world.rounds[1].starts_at + timedelta(days=1))
    page = browser.get("/week").get_data(as_text=True)
    assert "Du har lämnat säsongen." in page
    assert 'action="/week/2/check-in"' not in page
    assert "Du har lämnat säsongen." in browser.get("/week/1").text, "also on a page of her time"
    assert "Du har lämnat" in browser.get("/me/settings").text
    assert "Vill du vara med igen?" in browser.get("/join").text
    assert browser.post("/join").status_code == 303
    page = browser.get("/week").get_data(as_text=True)
    assert "Välkommen tillbaka." in page
    assert 'action="/week/2/check-in"' in page


def test_the_notes_field_is_gone_where_notes_are_turned_off(app: Flask, sign_in):
    browser = sign_in(World(NOW).person())
    change_settings(app, notes_enabled=False)
    assert 'name="note"' not in browser.get("/week").get_data(as_text=True)
    browser.post("/week/1/check-in", data={"mission": mission(), "note": "ändå"})
    assert db.session.scalars(select(CheckIn.note)).one() == ""
