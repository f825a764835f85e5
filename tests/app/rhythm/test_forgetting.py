"""What the privacy page says is kept for a time is gone after it, and there until then."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.accounts.models import LoginSession, SignInFailure, User
from app.accounts.service import disable_user, start_session
from app.dashboard.models import DashboardView, ReportingGroup
from app.database import db, writing
from app.history.models import CheckIn, Meeting
from app.notifications.models import OutboxMail
from app.notifications.queries import State
from app.notifications.service import Letter, post
from app.pages.inventory import load_inventory
from app.retention import (
    CLOSED_ACCOUNT_KEPT,
    FAILURE_WINDOW,
    MAIL_KEPT,
    NOTES_KEPT,
    SESSION_LASTS,
    VIEWS_KEPT,
)
from tests.conftest import NOW, FrozenClock
from tests.factories import World

Count = Callable[[], int]
# On either side of the end: a log of days ends with the day.
MOMENT = timedelta(seconds=1)
DAY = timedelta(days=1)


def rows(statement) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def a_session(world: World, user: User) -> Count:
    with writing():
        start_session(user.id, now=NOW)
    return lambda: rows(select(LoginSession.id))


def a_failed_sign_in(world: World, user: User) -> Count:
    with writing():
        db.session.add(SignInFailure(subject="x", failed_at=NOW))
    return lambda: rows(select(SignInFailure.id))


def a_dashboard_view(world: World, user: User) -> Count:
    with writing():
        group = ReportingGroup(season_id=world.season.id, kind="organisation", size=6)
        db.session.add(group)
        db.session.flush()
        db.session.add(DashboardView(group_id=group.id, user_id=user.id, seen_on=NOW.date()))
    return lambda: rows(select(DashboardView.user_id))


def a_mail_that_has_gone(world: World, user: User) -> Count:
    with writing():
        post([Letter("k", "sample", user.email, "sv", user_id=user.id)], now=NOW)
        db.session.execute(update(OutboxMail).values(state=State.SENT))
    return lambda: rows(select(OutboxMail.id).where(OutboxMail.key == "k"))


def a_note_and_a_name(world: World, user: User) -> Count:
    world.check_in(user, note="sill", met=(1,))
    with writing():
        db.session.execute(update(Meeting).values(person="Anna"))
    return lambda: min(
        rows(select(CheckIn.id).where(CheckIn.note != "")),
        rows(select(Meeting.id).where(Meeting.person != "")),
    )


def a_closed_account(world: World, user: User) -> Count:
    with writing():
        disable_user(user.id, now=NOW)
    return lambda: rows(select(User.id))


CASES = {
    "session": (a_session, SESSION_LASTS, MOMENT),
    "failure": (a_failed_sign_in, FAILURE_WINDOW, MOMENT),
    "month": (a_mail_that_has_gone, MAIL_KEPT, MOMENT),
    "view": (a_dashboard_view, VIEWS_KEPT, DAY),
    "note": (a_note_and_a_name, NOTES_KEPT, MOMENT),
    "account": (a_closed_account, CLOSED_ACCOUNT_KEPT, MOMENT),
}


@pytest.mark.parametrize("kept", CASES)
def test_it_is_kept_for_its_time_and_no_longer(app: Flask, clock: FrozenClock, kept: str):
    make, lasts, before = CASES[kept]
    world = World(NOW)
    count = make(world, world.person())
    assert count() == 1
    end = NOW + lasts
    assert count_after(app, clock, end - before, count) == 1
    assert count_after(app, clock, end, count) == 0


def count_after(app: Flask, clock: FrozenClock, night: datetime, count: Count) -> int:
    clock.set(night)
    run = app.test_cli_runner()
    run.invoke(args=["close-round"])
    answer = run.invoke(args=["nightly"])
    assert answer.exit_code == 0, answer.output
    return count()


def test_the_check_in_itself_stays_for_its_author(app: Flask, clock: FrozenClock):
    world = World(NOW)
    user = world.person()
    a_note_and_a_name(world, user)
    count_after(app, clock, NOW + NOTES_KEPT, lambda: 0)
    assert rows(select(CheckIn.id)) == rows(select(Meeting.id)) == 1


def test_every_span_that_the_inventory_names_is_carried_out():
    named = {name for name, text in load_inventory().kept.items() if "{" in text.sv}
    assert named == set(CASES), "add the kind of keeping to the cases above"
