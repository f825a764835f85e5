"""Who gets which mail of the week, that each comes once, and what stands in none of them."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from app.accounts.models import User
from app.checkins import service as checkins
from app.database import db, writing
from app.demo.service import DemoPlan, build_demo
from app.notifications.kinds import WeekMail
from app.notifications.models import OutboxMail
from app.notifications.queries import State
from app.notifications.service import refuse
from app.rhythm import letters
from app.rhythm.jobs import Stopped
from app.rhythm.letters import post_mondays, post_reminders
from app.rhythm.service import close_due_round
from app.seasons import service as seasons
from app.seasons.models import Participation
from app.seasons.planning import pause_season
from tests.conftest import NOW, FrozenClock
from tests.factories import ZONE, World, catalogue
from tests.post_office import PostOffice, html_of, text_of

NOTE = "kanariefågeln-i-anteckningen"
Job = Callable[..., None]


def do(job: Job, clock: Callable[[], datetime], pulse: Callable[[], None] = lambda: None) -> None:
    job(ZONE, clock, pulse)


def written(kind: WeekMail) -> list[int]:
    """To whom, in the order of their ids; twice where there are two."""
    db.session.rollback()
    rows = db.session.scalars(select(OutboxMail.user_id).where(OutboxMail.kind == kind))
    return sorted(row for row in rows if row is not None)


def payloads() -> dict[str, dict[str, Any]]:
    db.session.rollback()
    return dict(db.session.execute(select(OutboxMail.kind, OutboxMail.payload)).all())


def others(world: World) -> None:
    """One of each kind of people who are not to be written to about round 2."""
    world.person(joins=False)
    world.person(disabled_at=NOW)
    world.person(erase_at=NOW + timedelta(days=5))
    away, leaving, refusing, later = (world.person() for _ in range(4))
    with writing():
        checkins.mark_away(away.id, 2, is_away=True, catalogue=catalogue(), now=NOW)
        seasons.leave(leaving.id, now=NOW)
        for kind in WeekMail:
            refuse(refusing.id, kind)
        db.session.execute(
            update(Participation).where(Participation.user_id == later.id).values(first_round=3)
        )
    for each in (away, leaving, refusing):
        world.pledge(each, 2, 3)


def test_monday_s_mail_goes_to_whoever_plays_the_round(app: Flask, clock: FrozenClock):
    world = World(NOW, week=2)
    sara = world.person()
    others(world)
    do(post_mondays, clock)
    assert written(WeekMail.MONDAY) == [sara.id]
    this = world.rounds[1]
    assert payloads()[WeekMail.MONDAY] == {
        "round_id": this.id,
        "challenge": this.challenge,
        "closes_at": this.closes_at.isoformat(),
    }


def test_thursday_s_goes_to_whoever_has_chosen_a_mission_and_not_come_back(
    app: Flask, clock: FrozenClock
):
    world = World(NOW, week=2)
    sara, has_done, has_undone, _has_not_chosen = (world.person() for _ in range(4))
    others(world)
    for each in (sara, has_done, has_undone):
        world.pledge(each, 2, 7)
    world.pledge(_has_not_chosen, 1, 7)
    for each in (has_done, has_undone):
        world.check_in(each, 2, note=NOTE)
    with writing():
        checkins.undo(has_undone.id, 2, catalogue=catalogue(), now=NOW)
    clock.move(days=1)
    do(post_reminders, clock)
    assert written(WeekMail.REMINDER) == [sara.id]
    assert payloads()[WeekMail.REMINDER] == {
        "round_id": world.rounds[1].id,
        "mission": world.report(2).mission,
        "closes_at": world.rounds[1].closes_at.isoformat(),
    }


def test_a_job_fired_twice_by_two_workers_and_stopped_in_between_writes_to_each_once(
    app: Flask, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(letters, "BATCH", 2)
    world = World(NOW)
    people = [world.person().id for _ in range(5)]

    def stop() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        do(post_mondays, clock, stop)
    assert written(WeekMail.MONDAY) == people[:2]

    def work() -> None:
        with app.app_context():
            do(post_mondays, clock)
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(Context().run, work) for _ in range(4)]:
            each.result()
    assert written(WeekMail.MONDAY) == people


@pytest.mark.parametrize(
    ("job", "kind", "days"),
    [(post_mondays, WeekMail.MONDAY, "MTW"), (post_reminders, WeekMail.REMINDER, "RF")],
)
def test_a_late_worker_writes_only_on_days_on_which_it_still_helps(
    app: Flask, clock: FrozenClock, job: Job, kind: WeekMail, days: str
):
    world = World(NOW)
    sara = world.person()
    world.pledge(sara, 1, None)
    noon = world.rounds[0].starts_at + timedelta(hours=12)
    told = ""
    for day, name in enumerate("MTWRFSU"):
        clock.set(noon + timedelta(days=day))
        do(job, clock)
        told += name * len(written(kind))
        with writing():
            db.session.execute(delete(OutboxMail))
    assert told == days


def test_a_week_that_rests_and_a_season_that_has_not_begun_have_no_mail(
    app: Flask, clock: FrozenClock
):
    world = World(NOW)
    world.person()
    clock.set(world.rounds[0].starts_at - timedelta(days=7) + timedelta(hours=8))
    do(post_mondays, clock)
    with writing():
        pause_season(ZONE, now=NOW)
    clock.set(world.rounds[0].ends_at + timedelta(hours=8))
    do(post_mondays, clock)
    assert written(WeekMail.MONDAY) == []
    clock.move(days=7)
    do(post_mondays, clock)
    assert len(written(WeekMail.MONDAY)) == 1


def test_news_of_a_closing_waits_until_a_rest_week_is_over(
    app: Flask, clock: FrozenClock, post_office: PostOffice
):
    world = World(NOW)
    sara = world.person(is_lead=True)
    world.check_in(sara)
    with writing():
        pause_season(ZONE, now=NOW)
    world.close_through(1)
    begins = world.rounds[1].starts_at
    clock.set(world.rounds[0].closes_at)
    while clock() < begins + timedelta(hours=7):
        assert post_office.deliver() == []
        clock.move(hours=1)
    told = {mail["Subject"] for mail in post_office.deliver()}
    assert told == {"Ligan efter omgång 1", "Omgång 1 är stängd", "Du har fått ett märke"}


def test_who_is_away_hears_of_it_when_she_is_back(
    app: Flask, clock: FrozenClock, post_office: PostOffice
):
    """A table that is over by then is not even written."""
    world = World(NOW)
    sara = world.person()
    world.check_in(sara)
    clock.set(world.rounds[0].closes_at)
    with writing():
        checkins.mark_away(sara.id, 2, is_away=True, catalogue=catalogue(), now=clock())
    world.close_through(1)
    assert written(WeekMail.TABLE) == []
    assert post_office.deliver() == []
    with writing():
        checkins.mark_away(sara.id, 2, is_away=False, catalogue=catalogue(), now=clock())
    assert [mail["Subject"] for mail in post_office.deliver()] == ["Du har fått ett märke"]


def test_what_would_come_too_late_is_given_up_instead(
    app: Flask, clock: FrozenClock, post_office: PostOffice
):
    World(NOW).person()
    do(post_mondays, clock)
    clock.move(days=1)
    assert post_office.deliver() == []
    (mail,) = db.session.scalars(select(OutboxMail).execution_options(populate_existing=True))
    assert (mail.state, mail.last_error) == (State.GIVEN_UP, "it would have come too late")


def test_a_closing_tells_each_team_its_place_and_the_lead_how_it_went(app: Flask):
    world = World(NOW)
    sara, *team = [world.person() for _ in range(5)]
    nils = world.person(1)
    aisha = world.person(2, joins=False, is_lead=True)
    for each in (sara, *team):
        world.check_in(each, met=(1,))
    world.close_through(1)
    assert written(WeekMail.TABLE) == sorted([sara.id, nils.id, *(each.id for each in team)])
    assert written(WeekMail.REPORT) == [aisha.id]
    by_user = {
        row.user_id: row.payload
        for row in db.session.scalars(select(OutboxMail).where(OutboxMail.kind == WeekMail.TABLE))
    }
    assert by_user[sara.id] == {
        "round_number": 1,
        "team": "Lag Ekonomi",
        "place": 1,
        "rise": None,
        "score": by_user[sara.id]["score"],
        "weeks_teams": ["Lag Ekonomi"],
        "risers": [],
        "risen": None,
    }
    assert (by_user[nils.id]["team"], by_user[nils.id]["place"]) == ("Lag IT", None)
    assert payloads()[WeekMail.REPORT] == {
        "round_number": 1,
        "share": payloads()[WeekMail.REPORT]["share"],
        "goal_count": 5,
        "goal_target": 27,
        "given_up": 0,
        "failed_jobs": [],
        "next_challenge": world.rounds[1].challenge,
        "next_starts_at": world.rounds[1].starts_at.isoformat(),
    }


def test_a_closing_that_comes_a_week_late_is_no_news(app: Flask):
    world = World(NOW)
    world.person(is_lead=True)
    world.close(at=world.rounds[1].closes_at)
    assert written(WeekMail.TABLE) == written(WeekMail.REPORT) == []
    world.close(at=world.rounds[1].closes_at)
    assert len(written(WeekMail.TABLE)) == len(written(WeekMail.REPORT)) == 1


def test_the_demo_s_past_is_told_to_nobody(app: Flask):
    build_demo(DemoPlan(people=40, rounds=2), catalogue=catalogue(), zone=ZONE, now=NOW)
    assert db.session.scalar(select(OutboxMail.id)) is None
    with writing():
        assert close_due_round(catalogue(), now=NOW) is None


def test_no_mail_holds_a_figure_a_note_or_somebody_else(
    app: Flask, clock: FrozenClock, post_office: PostOffice
):
    world = World(NOW)
    sara, nils = world.person(), world.person(is_lead=True)
    for each in (sara, nils):
        world.pledge(each, 1, 7)
    clock.move(days=1)
    do(post_reminders, clock)
    clock.set(NOW)
    do(post_mondays, clock)
    for each in (sara, nils):
        world.check_in(each, note=NOTE, actual=3, met=(1,))
    world.close_through(1)
    stored = json.dumps(list(db.session.scalars(select(OutboxMail.payload))))
    clock.move(hours=1)
    first = post_office.deliver()
    clock.set(world.rounds[0].closes_at)
    mails = [*first, *post_office.deliver()]
    kinds = {kind for kind in db.session.scalars(select(OutboxMail.kind))}
    assert kinds == set(WeekMail)
    told = [stored, *(text_of(mail) + html_of(mail) for mail in mails)]
    names = [user.name for user in db.session.scalars(select(User))]
    for text in told:
        assert NOTE not in text
        assert "expected" not in text
        assert "actual" not in text
        assert not any(name in text for name in names)
