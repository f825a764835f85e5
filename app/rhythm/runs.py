"""Who does which job's work for which period: a row each, taken by one worker at a time.

Nothing is wrong if two do it all the same (each job finds what is done already done), so a lease
that ends too early costs only time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, or_, select, update

from app.database import db, one_at_a_time, writing
from app.rhythm.models import ERROR_LENGTH, JobRun
from app.rhythm.periods import Due, Job

# Longer than any step between two signs of life, and than two workers' clocks may differ.
LEASE = timedelta(minutes=15)
SIGN_OF_LIFE_EVERY = timedelta(minutes=1)
# The waits between the tries; after the last one only a lead has it done again.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
)
# A worker gives a sign every minute, and one that is just being restarted need not alarm anybody.
SILENCE = timedelta(minutes=5)
KEPT = timedelta(days=90)
KEPT_OF_EVERY_MINUTE = timedelta(days=1)
CLAIMS = 821_001


class State(StrEnum):
    ASKED_FOR = "asked-for"
    RUNNING = "running"
    LOST = "lost"
    FAILED = "failed"
    GIVEN_UP = "given-up"
    DONE = "done"


class StillRunning(Exception):
    """What a lead asks for again is being done right now."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do the work; void once somebody else has taken it (`tries` tells)."""

    run_id: int
    tries: int


def state_of(run: JobRun, now: datetime) -> State:
    if run.started_at is None:
        return State.ASKED_FOR
    if run.finished_at is None:
        if run.alive_at is not None and now < run.alive_at + LEASE:
            return State.RUNNING
        return State.GIVEN_UP if run.tries > len(WAITS) else State.LOST
    if run.error is None:
        return State.DONE
    return State.GIVEN_UP if run.tries > len(WAITS) else State.FAILED


def claim(due: Due, *, now: datetime) -> Claim | None:
    """Take the work of that period, unless it is done, being done, or waiting for its next try."""
    if not _may_start(due, now):
        return None
    with writing():
        one_at_a_time(CLAIMS)
        if not _may_start(due, now):
            return None
        run = _find(due)
        if run is None:
            run = JobRun(job=due.job, period=due.period, tries=0)
            db.session.add(run)
        run.started_at = run.alive_at = now
        run.finished_at = run.error = None
        run.tries += 1
        db.session.flush()
        return Claim(run.id, run.tries)


def _may_start(due: Due, now: datetime) -> bool:
    """One that still does an earlier period's work does this one's, too."""
    for run in db.session.scalars(
        select(JobRun)
        .where(
            JobRun.job == due.job, or_(JobRun.period == due.period, JobRun.finished_at.is_(None))
        )
        .execution_options(populate_existing=True)
    ):
        state = state_of(run, now)
        if state is State.RUNNING:
            return False
        if run.period == due.period and not _is_startable(run, state, now):
            return False
    return True


def _is_startable(run: JobRun, state: State, now: datetime) -> bool:
    if state is State.FAILED and run.finished_at is not None:
        return now >= run.finished_at + WAITS[run.tries - 1]
    return state in (State.ASKED_FOR, State.LOST)


def _find(due: Due) -> JobRun | None:
    return db.session.scalar(
        select(JobRun).where(JobRun.job == due.job, JobRun.period == due.period)
    )


def give_sign_of_life(claimed: Claim, *, now: datetime) -> None:
    with writing():
        db.session.execute(update(JobRun).where(*_still(claimed)).values(alive_at=now))


def put_back(claimed: Claim) -> None:
    """The worker was stopped in the middle of it: whoever wakes next may take it at once."""
    with writing():
        db.session.execute(
            update(JobRun).where(*_still(claimed)).values(started_at=None, tries=JobRun.tries - 1)
        )


def finish(claimed: Claim, error: str | None = None, *, now: datetime) -> None:
    with writing():
        db.session.execute(
            update(JobRun)
            .where(*_still(claimed))
            .values(finished_at=now, alive_at=now, error=error[:ERROR_LENGTH] if error else None)
        )


def _still(claimed: Claim):
    return JobRun.id == claimed.run_id, JobRun.tries == claimed.tries


def ask_for(due: Due, *, now: datetime) -> None:
    """Have the worker do that period's work (again) as soon as it wakes. Raises StillRunning."""
    one_at_a_time(CLAIMS)
    run = _find(due)
    if run is None:
        run = JobRun(job=due.job, period=due.period, tries=0)
        db.session.add(run)
    elif state_of(run, now) is State.RUNNING:
        raise StillRunning
    run.started_at = run.finished_at = run.error = None
    db.session.flush()


def forget_old_runs(*, now: datetime) -> None:
    db.session.execute(
        delete(JobRun).where(
            or_(
                JobRun.alive_at <= now - KEPT,
                (JobRun.job == Job.MAIL) & (JobRun.alive_at <= now - KEPT_OF_EVERY_MINUTE),
            )
        )
    )


@dataclass(frozen=True, slots=True)
class Vigil:
    """What is known of the worker: when it was last heard of, if ever."""

    last_seen: datetime | None
    is_up: bool


def vigil(now: datetime) -> Vigil:
    last_seen = db.session.scalar(select(func.max(JobRun.alive_at)))
    return Vigil(last_seen, last_seen is not None and now < last_seen + SILENCE)


def newest_runs(limit: int) -> Sequence[JobRun]:
    """The newest first, without those of every minute."""
    return db.session.scalars(
        select(JobRun).where(JobRun.job != Job.MAIL).order_by(JobRun.id.desc()).limit(limit)
    ).all()


def failed_jobs(since: datetime) -> list[str]:
    """Which jobs have since then begun a period's work that is not done."""
    return list(
        db.session.scalars(
            select(JobRun.job)
            .where(JobRun.error.is_not(None), JobRun.started_at >= since)
            .distinct()
            .order_by(JobRun.job)
        )
    )


def newest_run_of(job: Job) -> JobRun | None:
    return db.session.scalar(
        select(JobRun).where(JobRun.job == job).order_by(JobRun.id.desc()).limit(1)
    )
