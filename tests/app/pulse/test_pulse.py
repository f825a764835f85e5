"""Three questions before and after: counted, never kept, asked once."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from app.accounts.models import User
from app.database import db, writing
from app.pulse.invariants import pulse_differences
from app.pulse.models import PulseResult, PulseSeen, PulseTally
from app.pulse.service import answer
from app.rhythm.service import settle_season
from app.seasons.queries import get_current_season
from app.seasons.service import leave
from challenges.errors import PulseClosed
from challenges.pulse import Moment
from tests.conftest import NOW, FrozenClock, change_settings
from tests.factories import World, catalogue

ALL = {"ease": 4, "help": 2, "belonging": 5}
OFFER = "Tre frågor innan du börjar"
OFFER_AFTER = "Tre frågor nu när säsongen är slut"


@pytest.fixture
def world(app: Flask) -> World:
    return World(NOW)


def crowd(world: World, size: int) -> list[User]:
    return [world.person(team=number % 4) for number in range(size)]


def say(user: User, moment: Moment = Moment.BEFORE, /, **answers: int) -> bool:
    with writing():
        return answer(user.id, moment, answers)


def counts(moment: Moment = Moment.BEFORE) -> dict[str, list[int]]:
    row = db.session.scalar(select(PulseTally).where(PulseTally.moment == moment.value))
    return row.counts if row else {}


def results(moment: Moment = Moment.BEFORE) -> dict[str, int]:
    rows = db.session.scalars(select(PulseResult).where(PulseResult.moment == moment.value))
    return {row.question: row.mean for row in rows}


def test_answers_are_counted_and_no_row_is_anybodys(world: World):
    first, second = crowd(world, 2)
    assert say(first, **ALL)
    assert say(second, ease=4, help=1)
    assert counts() == {
        "ease": [0, 0, 0, 2, 0],
        "help": [1, 1, 0, 0, 0],
        "belonging": [0, 0, 0, 0, 1],
    }
    assert len(db.session.scalars(select(PulseTally)).all()) == 1
    assert not {"user_id", "id", "answered_at"} & set(PulseTally.__table__.columns.keys())


def test_a_second_answer_is_harmless_and_counts_for_nothing(world: World):
    (user,) = crowd(world, 1)
    assert say(user, **ALL)
    assert not say(user, ease=1)
    assert counts()["ease"] == [0, 0, 0, 1, 0]


def test_who_answers_and_who_declines_leave_the_same_row(world: World):
    answering, declining = crowd(world, 2)
    say(answering, **ALL)
    say(declining)
    rows = [
        {key: value for key, value in row._mapping.items() if key != "user_id"}
        for row in db.session.execute(select(*PulseSeen.__table__.columns))
    ]
    assert len(rows) == 2
    assert rows[0] == rows[1]


def test_sqlite_keeps_no_order_in_which_people_came(world: World):
    for user in crowd(world, 3):
        say(user, **ALL)
    if db.engine.dialect.name == "sqlite":
        with pytest.raises(OperationalError, match="rowid"):
            db.session.execute(text("SELECT rowid FROM pulse_seen"))
        db.session.rollback()
    assert len(db.session.scalars(select(PulseSeen)).all()) == 3


def test_the_closing_tells_from_twenty_answers_and_keeps_nothing_else(world: World):
    people = crowd(world, 23)
    for index, user in enumerate(people):
        # Nineteen answer the last question, all the first one.
        say(user, **({"ease": 4, "help": 2} | ({"belonging": 5} if index < 19 else {})))
    assert results() == {}
    world.close_through(1)
    assert results() == {"ease": 40, "help": 20}
    assert db.session.scalars(select(PulseTally)).all() == []
    assert db.session.scalars(select(PulseSeen)).all() == []


def test_it_is_not_told_where_nearly_everybody_must_have_answered(world: World):
    for user in crowd(world, 22):
        say(user, **ALL)
    world.close_through(1)
    assert results() == {}


def test_means_are_told_in_fifths_and_stop_before_the_ends(world: World):
    for index, user in enumerate(crowd(world, 23)):
        say(user, ease=1, belonging=5, help=3 if index else 4)
    world.close_through(1)
    assert results() == {"ease": 18, "belonging": 42, "help": 30}


def test_questions_are_closed_between_the_two_moments(world: World):
    (user,) = crowd(world, 1)
    with pytest.raises(PulseClosed):
        say(user, Moment.AFTER, **ALL)
    world.close_through(1)
    for moment in Moment:
        with pytest.raises(PulseClosed):
            say(user, moment, **ALL)


def test_who_has_left_is_not_asked(world: World):
    (user,) = crowd(world, 1)
    with writing():
        leave(user.id, now=NOW)
    with pytest.raises(PulseClosed):
        say(user, **ALL)


def test_after_the_season_it_is_told_when_the_season_is_settled(world: World):
    people = crowd(world, 24)
    for user in people:
        say(user, ease=3, help=3)
    world.close_through(9)
    for index, user in enumerate(people):
        # One answer more cannot move what was told; all of them can.
        say(user, Moment.AFTER, ease=5, help=3 if index else 5)
    assert results(Moment.AFTER) == {}
    with writing():
        assert settle_season(catalogue(), now=world.rounds[-1].closes_at + timedelta(days=8))
    assert results(Moment.AFTER) == {"ease": 42, "help": 30}
    assert results() == {"ease": 30, "help": 30}
    assert db.session.scalars(select(PulseSeen)).all() == []


def post(browser: FlaskClient, moment: str = "before", /, **form: object):
    return browser.post(f"/pulse/{moment}", data=form)


def test_it_is_offered_before_the_first_check_in_and_never_again(world: World, sign_in):
    user, other, third = crowd(world, 3)
    browser = sign_in(user)
    assert OFFER in browser.get("/week").text
    assert post(browser, ease="4").headers["Location"] == "/week"
    assert "Svaren är räknade" in browser.get("/week").text
    assert OFFER not in browser.get("/week").text

    declining = sign_in(other)
    post(declining, decline="1")
    assert OFFER not in declining.get("/week").text
    assert counts()["ease"] == [0, 0, 0, 1, 0]

    world.check_in(third)
    assert OFFER not in sign_in(third).get("/week").text


def test_it_is_offered_again_after_the_last_round_on_the_finale(
    world: World, sign_in, clock: FrozenClock
):
    (user,) = crowd(world, 1)
    browser = sign_in(user)
    assert OFFER_AFTER not in browser.get("/finale").text
    world.close_through(9)
    clock.set(world.rounds[-1].closes_at + timedelta(hours=1))
    browser = sign_in(user)
    assert OFFER_AFTER in browser.get("/finale").text
    assert OFFER not in browser.get("/week").text
    assert post(browser, "after", belonging="5").headers["Location"] == "/finale"
    assert OFFER_AFTER not in browser.get("/finale").text
    assert counts(Moment.AFTER) == {"belonging": [0, 0, 0, 0, 1]}


@pytest.mark.parametrize("value", ["0", "6", "-1", "x", "", "4.5", "1" * 40])
def test_anything_but_one_of_the_five_is_no_answer(world: World, sign_in, value: str):
    (user,) = crowd(world, 1)
    browser = sign_in(user)
    assert post(browser, ease=value, other="3").status_code == 303
    assert counts() == {}
    assert OFFER in browser.get("/week").text


def test_a_double_click_is_told_kindly(world: World, sign_in):
    (user,) = crowd(world, 1)
    browser = sign_in(user)
    for _ in range(2):
        assert post(browser, **ALL).status_code == 303
    assert "redan klart" in browser.get("/week").text
    assert counts()["ease"] == [0, 0, 0, 1, 0]
    assert post(browser, "between", **ALL).status_code == 404


def test_where_dashboards_are_switched_off_nobody_is_asked(app: Flask, world: World, sign_in):
    (user,) = crowd(world, 1)
    change_settings(app, dashboards=False)
    browser = sign_in(user)
    assert OFFER not in browser.get("/week").text
    assert post(browser, **ALL).status_code == 404


def test_it_speaks_english_too(world: World, sign_in):
    user = world.person(language="en")
    page = sign_in(user).get("/week").text
    assert "Three questions before you begin" in page
    assert "How much do you feel part of your workplace?" in page


def test_verify_names_what_outlived_its_pulse_and_what_is_told_too_finely(world: World):
    people = crowd(world, 23)
    for user in people:
        say(user, **ALL)
    world.close_through(1)
    with writing():
        db.session.execute(update(PulseResult).values(mean=41))
        db.session.add(PulseSeen(user_id=people[0].id, season_id=world.season.id, moment="before"))
    found = list(pulse_differences(get_current_season()))
    assert any("no told mean" in each for each in found)
    assert any("outlived" in each for each in found)
    with writing():
        db.session.execute(update(PulseResult).values(mean=40))
        for row in db.session.scalars(select(PulseSeen)):
            db.session.delete(row)
