from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from app.accounts.models import User
from app.accounts.passwords import is_password_right
from app.database import db, writing
from app.history.models import PointEntry, Streak
from app.league.models import TeamRound
from app.seasons.models import Participation, Season
from app.seasons.queries import find_current_season
from tests.conftest import NOW, FrozenClock
from tests.factories import World

PASSWORD = "en lång och lugn mening"


def run(app: Flask, *words: str, typed: str | None = None):
    return app.test_cli_runner().invoke(args=list(words), input=typed)


def test_a_user_is_created_once(app: Flask):
    words = ("user", "create", "Lead@Demo.example", "Lo Lead", "--lead", "--password", PASSWORD)
    assert run(app, *words).exit_code == 0
    user = db.session.scalars(select(User)).one()
    assert (user.email, user.is_lead) == ("lead@demo.example", True)
    assert is_password_right(user.password_hash, PASSWORD)
    again = run(app, *words)
    assert again.exit_code == 1
    assert "has an account already" in again.output


def test_a_weak_password_is_refused_in_one_line(app: Flask):
    for password, reason in (("kort", "at least 12"), ("lösenord1234", "common")):
        answer = run(app, "user", "create", "a@demo.example", "A", "--password", password)
        assert answer.exit_code == 1
        assert reason in answer.output
    assert db.session.scalars(select(User)).all() == []


def test_a_season_is_planned_on_a_monday_and_never_over_another(app: Flask):
    wrong = run(app, "season", "plan", "Våren", "2027-01-12")
    assert wrong.exit_code == 1
    assert run(app, "season", "plan", "Våren", "2027-01-11", "--rest", "2027-02-01").exit_code == 0
    assert db.session.scalars(select(Season)).one().name == "Våren"
    assert "already-planned" in run(app, "season", "plan", "Till", "2027-08-30").output
    assert find_current_season() is None
    assert run(app, "season", "start").exit_code == 0
    assert run(app, "season", "start").exit_code == 1
    assert find_current_season() is not None
    close = run(app, "season", "plan", "Till", "2027-03-22")
    assert (close.exit_code, "Våren from 2027-01-10" in close.output) == (1, True)
    assert run(app, "season", "plan", "Till", "2027-04-05").exit_code == 0


def test_close_round_closes_what_is_due_and_nothing_twice(app: Flask, clock: FrozenClock):
    world = World(NOW)
    world.check_in(world.person())
    assert "No round is due" in run(app, "close-round").output
    clock.set(world.rounds[1].closes_at)
    assert "Closed round 1" in run(app, "close-round").output
    assert "No round is due" in run(app, "close-round").output
    clock.set(world.rounds[-1].closes_at + timedelta(days=7))
    assert "The season is settled" in run(app, "close-round").output
    assert run(app, "close-round").exit_code == 0


def test_content_is_checked(app: Flask):
    answer = run(app, "content", "check")
    assert answer.exit_code == 0, answer.output
    found = app.extensions["catalogue"]
    counts = f"{len(found.deck.questions)} questions, {len(found.roles)} roles"
    assert counts in answer.output


def test_verify_names_the_first_difference(app: Flask):
    world = World(NOW)
    sara = world.person()
    world.check_in(sara)
    world.close(at=world.rounds[0].closes_at)
    assert run(app, "verify").output.strip() == "Everything agrees."
    tampered = [
        (update(Participation).values(points=99), update(Participation).values(points=10), "99"),
        (update(Streak).values(current=5), update(Streak).values(current=1), "streak"),
        (update(PointEntry).values(points=11), update(PointEntry).values(points=10), "ledger"),
        (
            update(TeamRound).values(score=TeamRound.score + 1),
            update(TeamRound).values(score=TeamRound.score - 1),
            "score",
        ),
    ]
    for harm, repair, word in tampered:
        with writing():
            db.session.execute(harm)
        answer = run(app, "verify")
        assert answer.exit_code == 1
        assert word in answer.output
        with writing():
            db.session.execute(repair)
        db.session.expire_all()


def test_the_demo_refuses_a_database_in_use(app: Flask):
    World(NOW).person()
    answer = run(app, "demo", "--people", "40", "--rounds", "1")
    assert answer.exit_code == 1
    assert "not empty" in answer.output
