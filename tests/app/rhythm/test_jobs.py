"""The work that nobody asks for is done once a period: late, at once, by clocks that differ."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import Context
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from flask import Flask
from sqlalchemy import func, select

from app.database import db, writing
from app.league.models import TeamRound
from app.notifications.models import OutboxMail
from app.notifications.queries import State as MailState
from app.notifications.service import Letter, post
from app.rhythm import jobs, runs
from app.rhythm.jobs import Site, Stopped, run_due_jobs
from app.rhythm.models import JobRun
from app.rhythm.periods import Due, Job, due_at
from app.rhythm.runs import LEASE, WAITS, State, state_of
from app.seasons.models import Round, Season
from app.seasons.queries import find_current_season
from tests.conftest import NOW, FrozenClock
from tests.factories import ZONE, World, catalogue

AT_ONCE = 50
SKEW = timedelta(minutes=5)
STEP = timedelta(hours=3)


def site_of(app: Flask, clock: Callable[[], datetime]) -> Site:
    return Site(
        settings=app.extensions["settings"],
        catalogue=catalogue(),
        zone=ZONE,
        clock=clock,
        write=lambda _text: None,
    )


@pytest.fixture
def site(app: Flask, clock: FrozenClock) -> Site:
    return site_of(app, clock)


def tries_of(*jobs_counted: Job) -> dict[str, int]:
    """How often each period of these jobs was begun."""
    db.session.rollback()
    rows = db.session.scalars(select(JobRun).where(JobRun.job.in_(jobs_counted)))
    return {f"{row.job} {row.period}": row.tries for row in rows}


def newest(job: Job) -> JobRun:
    db.session.rollback()
    run = db.session.scalar(select(JobRun).where(JobRun.job == job).order_by(JobRun.id.desc()))
    assert run
    return run


def published() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(TeamRound)) or 0


def closed_rounds() -> list[int]:
    db.session.rollback()
    closed = select(Round.number).where(Round.closed_at.is_not(None)).order_by(Round.number)
    return list(db.session.scalars(closed))


def write_a_mail(key: str = "sample:1") -> None:
    with writing():
        post([Letter(key, "sample", "sara@example.org", "sv", {"name": "Sara"})], now=NOW)


def failing(job: Job, monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    def fail(*_: object) -> None:
        raise trouble

    monkeypatch.setitem(jobs.JOBS, job, fail)


def test_what_is_due_is_done_once_however_often_one_asks(site: Site, clock: FrozenClock):
    world = World(NOW)
    world.check_in(world.person())
    clock.set(world.rounds[0].closes_at)
    for _ in range(3):
        run_due_jobs(site)
        clock.move(seconds=5)
    assert closed_rounds() == [1]
    assert published() == len(world.teams)
    assert tries_of(*Job) == {
        "closing 2026-W49": 1,
        "monday 2026-W49": 1,
        "reminder 2026-W48": 1,
        "night 2026-11-30": 1,
        "mail 2026-11-30T11:00Z": 1,
    }
    assert {state_of(newest(job), clock()) for job in Job} == {State.DONE}


def test_fifty_at_once_do_it_once(app: Flask, site: Site, clock: FrozenClock):
    world = World(NOW)
    for team in (0, 0, 1):
        world.check_in(world.person(team))
    write_a_mail()
    clock.set(world.rounds[0].closes_at)
    shown: list[str] = []
    site = replace(site, write=shown.append)
    gate = threading.Barrier(AT_ONCE)

    def wake(_: int) -> None:
        with app.app_context():
            gate.wait(timeout=60)
            run_due_jobs(site)
            db.session.remove()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        # Each in a context of its own, as threads of a worker are.
        list(pool.map(lambda number: Context().run(wake, number), range(AT_ONCE)))
    assert closed_rounds() == [1]
    assert published() == len(world.teams)
    assert set(tries_of(*Job).values()) == {1}
    assert len(tries_of(*Job)) == len(Job)
    assert sum("sara@example.org" in text for text in shown) == 1
    written = Counter(db.session.scalars(select(OutboxMail.kind)))
    assert written == {"sample": 1, "badge": 3, "table": 3, "monday": 3}
    assert set(db.session.scalars(select(OutboxMail.tries))) <= {0, 1}


def test_three_days_late_one_run_does_all_that_was_missed(site: Site, clock: FrozenClock):
    world = World(NOW)
    world.check_in(world.person())
    run_due_jobs(site)
    clock.set(world.rounds[1].closes_at + timedelta(days=3))
    run_due_jobs(site)
    assert closed_rounds() == [1, 2]
    assert tries_of(Job.CLOSING, Job.NIGHT) == {
        "closing 2026-W48": 1,
        "night 2026-11-25": 1,
        "closing 2026-W50": 1,
        "night 2026-12-10": 1,
    }


def test_two_workers_whose_clocks_differ_by_five_minutes_do_each_period_once(app: Flask):
    world = World(NOW)
    world.check_in(world.person())
    noon = world.rounds[0].closes_at
    clock = FrozenClock(noon - timedelta(minutes=20))
    fast = site_of(app, lambda: clock() + SKEW)
    slow = site_of(app, clock)
    for _ in range(40):
        run_due_jobs(fast)
        run_due_jobs(slow)
        clock.move(minutes=1)
    assert set(tries_of(*Job).values()) == {1}
    assert closed_rounds() == [1]
    assert published() == len(world.teams)


@pytest.mark.parametrize("skew", [-SKEW, SKEW])
def test_what_a_worker_is_doing_is_left_to_it_whatever_the_other_s_clock_says(
    app: Flask, clock: FrozenClock, skew: timedelta
):
    (due, *_) = due_at(clock(), ZONE)
    claimed = runs.claim(due, now=clock())
    assert claimed
    for _ in range(4):
        clock.move(minutes=2)
        assert runs.claim(due, now=clock() + skew) is None
    runs.finish(claimed, now=clock())
    assert runs.claim(due, now=clock() + skew + LEASE) is None


def test_a_run_that_died_is_taken_again_once_its_lease_is_over(site: Site, clock: FrozenClock):
    (due, *_) = due_at(clock(), ZONE)
    dead = runs.claim(due, now=clock())
    assert dead
    clock.move(minutes=14, seconds=59)
    run_due_jobs(site)
    assert state_of(newest(Job.CLOSING), clock()) is State.RUNNING
    clock.move(seconds=1)
    run_due_jobs(site)
    assert tries_of(Job.CLOSING) == {"closing 2026-W48": 2}
    assert state_of(newest(Job.CLOSING), clock()) is State.DONE
    # Should the first one only have been asleep, its word counts no more.
    runs.finish(dead, "unforeseen: Late", now=clock())
    assert newest(Job.CLOSING).error is None


def test_a_long_job_shows_that_it_lives_and_is_left_alone(site: Site, clock: FrozenClock):
    (due, *_) = due_at(clock(), ZONE)
    claimed = runs.claim(due, now=clock())
    assert claimed
    pulse = jobs.Pulse(site, claimed)
    for _ in range(60):
        clock.move(seconds=59)
        pulse()
        assert runs.claim(due, now=clock() + SKEW) is None
    assert runs.vigil(clock()).is_up


def test_last_week_s_work_still_being_done_is_this_week_s_too(app: Flask, clock: FrozenClock):
    closing = due_at(clock(), ZONE)[0]
    assert runs.claim(closing, now=clock())
    following = Due(Job.CLOSING, "2026-W49", clock())
    clock.move(minutes=1)
    assert runs.claim(following, now=clock()) is None
    clock.move(minutes=15)
    assert runs.claim(following, now=clock())


def test_a_worker_that_is_stopped_in_the_middle_puts_its_work_back(site: Site, clock: FrozenClock):
    write_a_mail("sample:1")
    write_a_mail("sample:2")
    clock.move(minutes=1)
    with pytest.raises(Stopped):
        run_due_jobs(replace(site, must_stop=lambda: True))
    assert state_of(newest(Job.MAIL), clock()) is State.ASKED_FOR
    run_due_jobs(site)
    states = Counter(db.session.scalars(select(OutboxMail.state)))
    assert states == {MailState.SENT: 2}
    assert tries_of(Job.MAIL) == {f"mail {due_at(clock(), ZONE)[-1].period}": 1}


@pytest.mark.parametrize("reason", ["its time is over", "the worker is to end"])
def test_a_sweep_that_ends_early_leaves_nothing_half_done(
    site: Site, clock: FrozenClock, reason: str
):
    """What is taken is sent, and the rest is the next minute's."""
    shown: list[str] = []

    def show(text: str) -> None:
        shown.append(text)
        clock.move(seconds=20)

    for number in range(5):
        write_a_mail(f"sample:{number}")
    is_timed = reason == "its time is over"
    site = replace(site, write=show, must_stop=lambda: not is_timed and len(shown) == 3)
    with nullcontext() if is_timed else pytest.raises(Stopped):
        run_due_jobs(site)
    assert Counter(db.session.scalars(select(OutboxMail.state))) == {
        MailState.SENT: 3,
        MailState.PENDING: 2,
    }
    run_due_jobs(replace(site, must_stop=lambda: False))
    assert len(shown) == 5


def test_a_job_that_fails_is_tried_after_growing_waits_then_given_up_and_asked_for_again(
    site: Site, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
):
    world = World(NOW)
    clock.set(world.rounds[0].closes_at)
    with monkeypatch.context() as broken:
        failing(Job.CLOSING, broken, RuntimeError("kanarie"))
        failing(Job.NIGHT, broken, RuntimeError("kanarie"))
        for tries, wait in enumerate(WAITS, start=1):
            run_due_jobs(site)
            assert state_of(newest(Job.CLOSING), clock()) is State.FAILED
            clock.instant += wait - timedelta(seconds=1)
            run_due_jobs(site)
            assert newest(Job.CLOSING).tries == tries
            clock.move(seconds=1)
        run_due_jobs(site)
        assert state_of(newest(Job.CLOSING), clock()) is State.GIVEN_UP
        clock.move(hours=9)
        run_due_jobs(site)
        assert newest(Job.CLOSING).tries == len(WAITS) + 1
    assert newest(Job.CLOSING).error == "unforeseen: RuntimeError"
    assert closed_rounds() == []
    due = due_at(clock(), ZONE)[0]
    with writing():
        runs.ask_for(due, now=clock())
    assert state_of(newest(Job.CLOSING), clock()) is State.ASKED_FOR
    run_due_jobs(site)
    assert state_of(newest(Job.CLOSING), clock()) is State.DONE
    assert closed_rounds() == [1]


def test_one_job_s_trouble_keeps_no_other_waiting_and_is_logged_without_what_it_says(
    site: Site, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
):
    failing(Job.CLOSING, monkeypatch, ValueError("sara@example.org"))
    write_a_mail()
    with structlog.testing.capture_logs() as lines:
        run_due_jobs(site)
    assert state_of(newest(Job.MAIL), clock()) is State.DONE
    assert db.session.scalar(select(OutboxMail.state)) == MailState.SENT
    assert [line["error"] for line in lines] == ["unforeseen: ValueError"]


def test_the_night_closes_what_monday_gave_up(
    site: Site, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
):
    world = World(NOW)
    clock.set(world.rounds[0].closes_at - timedelta(hours=9))
    run_due_jobs(site)
    clock.set(world.rounds[0].closes_at)
    with monkeypatch.context() as broken:
        failing(Job.CLOSING, broken, RuntimeError())
        run_due_jobs(site)
    assert closed_rounds() == []
    clock.move(hours=15)
    run_due_jobs(site)
    assert closed_rounds() == [1]


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"mail_url": "smtp://127.0.0.1:1", "base_url": "https://a.example"}, "mail-server: "),
        ({"mail_url": "", "demo": False}, "mail-settings: set FIKALIGAN_MAIL_URL"),
    ],
)
def test_mail_that_cannot_leave_waits_and_the_reason_is_kept(
    site: Site, settings: dict[str, object], error: str
):
    write_a_mail()
    run_due_jobs(replace(site, settings=site.settings.model_copy(update=settings)))
    assert (newest(Job.MAIL).error or "").startswith(error)
    assert db.session.scalar(select(OutboxMail.state)) == MailState.PENDING


def test_nothing_is_wrong_with_having_no_mail_as_long_as_there_is_none_to_send(site: Site):
    run_due_jobs(
        replace(site, settings=site.settings.model_copy(update={"mail_url": "", "demo": False}))
    )
    assert newest(Job.MAIL).error is None


def test_rows_of_every_minute_go_after_a_day_and_the_others_after_three_months(
    site: Site, clock: FrozenClock
):
    run_due_jobs(site)
    clock.move(days=1)
    run_due_jobs(site)
    assert len(tries_of(Job.MAIL)) == 1
    assert len(tries_of(Job.NIGHT)) == 2
    clock.move(days=90)
    run_due_jobs(site)
    assert list(tries_of(Job.NIGHT)) == ["night 2027-02-24"]


def test_what_is_being_done_cannot_be_asked_for(app: Flask, clock: FrozenClock):
    (due, *_) = due_at(clock(), ZONE)
    runs.claim(due, now=clock())
    with pytest.raises(runs.StillRunning), writing():
        runs.ask_for(due, now=clock())


@pytest.mark.parametrize(
    ("begins", "settled"),
    [
        # Over week 53 and New Year; over both nights on which the clocks are moved.
        (datetime(2026, 11, 9, 1, 30, tzinfo=UTC), "2027-01-18T11:00"),
        # Seven days after the last noon the clocks say eleven: Monday's closing settles it at noon.
        (datetime(2026, 8, 17, 1, 30, tzinfo=UTC), "2026-10-26T11:00"),
        # And here they say one, an hour after that Monday's closing: so the night does.
        (datetime(2027, 1, 18, 1, 30, tzinfo=UTC), "2027-03-30T00:15"),
    ],
    ids=["new-year", "winter-time", "summer-time"],
)
def test_a_season_of_nine_rounds_runs_by_itself(
    app: Flask, site: Site, clock: FrozenClock, begins: datetime, settled: str
):
    """Every three hours, and within the hour after each Monday's noon in summer time."""
    world = World(clock.set(begins))
    sara = world.person()
    closings = [each.closes_at for each in world.rounds]
    for number in range(1, 10):
        world.play(sara, number)
    ends = closings[-1] + timedelta(days=9)
    while clock() < ends:
        run_due_jobs(site)
        due = sum(closes_at <= clock() for closes_at in closings)
        assert closed_rounds() == list(range(1, due + 1))
        clock.instant += STEP
    assert published() == 9 * len(world.teams)
    assert set(tries_of(Job.CLOSING, Job.NIGHT).values()) == {1}
    (settled_at,) = db.session.scalars(select(Season.settled_at))
    assert settled_at is not None
    late = settled_at - datetime.fromisoformat(settled).replace(tzinfo=UTC)
    assert timedelta(0) <= late < STEP
    assert find_current_season() is None
