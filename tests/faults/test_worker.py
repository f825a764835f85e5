"""`flask worker` as a process of its own, before the real clock."""

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.database import db, writing
from app.league.models import TeamRound
from app.notifications.service import Letter, post
from app.rhythm.models import JobRun
from app.rhythm.periods import Job, due_at
from app.rhythm.runs import ask_for
from app.worker import queue_of
from tests.conftest import FrozenClock, emptied_afterwards, settings_for
from tests.factories import ZONE, World
from tests.post_office import PostOffice
from tests.redis_server import PATIENCE, redis, wait_until

ROOT = Path(__file__).parents[2]
# Where the database makes no difference.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def company(database_url: str) -> Iterator[Flask]:
    """A round that should have been closed, and a mail to send, by the real clock."""
    now = datetime.now(UTC)
    app = create_app(settings_for(database_url))
    with emptied_afterwards(app, FrozenClock(now)):
        world = World(now - timedelta(days=8))
        world.check_in(world.person())
        with writing():
            post([Letter("sample:1", "sample", "sara@example.org", "sv", {})], now=now)
        yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def office(company: Flask) -> Iterator[PostOffice]:
    office = PostOffice(company)
    with office.open():
        yield office


def environment(company: Flask, office: PostOffice, **more: str) -> dict[str, str]:
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith("FIKALIGAN_")},
        "FIKALIGAN_DATABASE_URL": company.extensions["settings"].database_url,
        "FIKALIGAN_SECRET_KEY": "only-for-tests",
        "FIKALIGAN_BASE_URL": "https://fika.example.org",
        "FIKALIGAN_MAIL_URL": f"smtp://127.0.0.1:{office.port}",
        **more,
    }


@contextmanager
def worker(settings: dict[str, str], *options: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "flask", "--app", f"{ROOT}/app", "worker", *options]
    with subprocess.Popen(  # noqa: S603 - ours
        command, env=settings, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def finished() -> set[str]:
    db.session.rollback()
    runs = select(JobRun.job).where(JobRun.finished_at.is_not(None), JobRun.error.is_(None))
    return set(db.session.scalars(runs))


def run_ids() -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(select(JobRun.id)))


def everything_is_done() -> bool:
    return finished() == set(Job)


def published_rounds() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(TeamRound.round_id.distinct()))) or 0


def to_sara(office: PostOffice) -> int:
    """The mail that was waiting; which of the week's come beside it depends on the day."""
    return sum(mail["To"] == "sara@example.org" for mail in office.mails)


def stopped_by(process: subprocess.Popen[bytes], signum: int) -> int:
    process.send_signal(signum)
    return process.wait(PATIENCE)


def test_it_does_what_is_due_and_ends_when_told(company: Flask, office: PostOffice):
    with worker(environment(company, office)) as process:
        wait_until(everything_is_done)
        assert stopped_by(process, signal.SIGTERM) == 0
    assert published_rounds() == 1
    assert to_sara(office) == 1


# Their next minute is a long wait: `make test` knows the same of threads and of killed processes.
@pytest.mark.soak
def test_two_at_once_find_done_what_another_did(company: Flask, office: PostOffice):
    settings = environment(company, office)
    with worker(settings) as process:
        wait_until(everything_is_done)
        assert stopped_by(process, signal.SIGTERM) == 0
    before = run_ids()
    with worker(settings) as first, worker(settings) as second:
        # Both wake at once when they start, and see that only the new minute's mail is due.
        wait_until(lambda: run_ids() > before)
        assert [stopped_by(each, signal.SIGTERM) for each in (first, second)] == [0, 0]
    db.session.rollback()
    tries = select(JobRun.tries).where(JobRun.job != Job.MAIL)
    assert set(db.session.scalars(tries)) == {1}
    assert published_rounds() == 1
    assert to_sara(office) == 1


class Stalled(PostOffice):
    """It takes mails in and never says another word."""

    async def handle_MAIL(self, *_: object) -> str:
        await asyncio.sleep(10 * PATIENCE)
        return ""


@pytest.mark.soak
@ON_SQLITE
def test_a_mail_server_that_stalls_does_not_hold_up_what_comes_due(company: Flask):
    """Every mail takes half a minute there, and each sweep goes on for nearly a whole one."""
    with writing():
        letters = [Letter(f"s:{n}", "sample", f"p{n}@example.org", "sv", {}) for n in range(20)]
        post(letters, now=datetime.now(UTC))
    stalled = Stalled(company)
    with stalled.open(), worker(environment(company, stalled)) as process:
        wait_until(lambda: {Job.CLOSING, Job.NIGHT} <= finished() and stalled.connections > 0)
        due = next(each for each in due_at(datetime.now(UTC), ZONE) if each.job == Job.CLOSING)
        for _ in range(2):
            with writing():
                ask_for(due, now=datetime.now(UTC))
            began = time.monotonic()
            wait_until(lambda: Job.CLOSING in finished())
            # The next minute's waking, and no more.
            assert time.monotonic() - began < 75
        process.kill()


@ON_SQLITE
def test_its_queue_reads_no_pickle_that_the_site_has_not_signed(company: Flask):
    queue = queue_of(company.extensions["settings"])
    queue.storage.flush_queue()
    queue.storage.enqueue(pickle.dumps("from whoever reaches Redis"))
    with pytest.raises(ValueError, match="Separator"):
        queue.dequeue()
    assert queue.dequeue() is None
    queue.storage.close()


@ON_SQLITE
def test_beside_the_site_it_ends_when_its_parent_does(company: Flask, office: PostOffice):
    with worker(environment(company, office), "--beside") as process:
        wait_until(everything_is_done)
        assert process.stdin
        # What the kernel does for a parent that was killed.
        process.stdin.close()
        assert process.wait(PATIENCE) == 0


@ON_SQLITE
def test_without_the_site_s_key_it_refuses_in_one_line(company: Flask, office: PostOffice):
    settings = environment(company, office)
    del settings["FIKALIGAN_SECRET_KEY"]
    answer = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-m", "flask", "--app", f"{ROOT}/app", "worker"],
        env=settings,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: Set FIKALIGAN_SECRET_KEY")


@ON_SQLITE
def test_with_redis_it_does_the_same(company: Flask, office: PostOffice, tmp_path: Path):
    with redis(tmp_path) as url:
        settings = environment(company, office, FIKALIGAN_REDIS_URL=url)
        with worker(settings) as process:
            wait_until(everything_is_done)
            assert stopped_by(process, signal.SIGTERM) == 0
    assert published_rounds() == 1
    assert to_sara(office) == 1


@pytest.mark.soak
@ON_SQLITE
def test_it_starts_without_redis_and_is_back_by_itself_when_redis_is(
    company: Flask, office: PostOffice, tmp_path: Path
):
    with redis(tmp_path) as url:
        settings = environment(company, office, FIKALIGAN_REDIS_URL=url)
        with worker(settings) as process:
            wait_until(everything_is_done)
            assert stopped_by(process, signal.SIGTERM) == 0
    with writing():
        post([Letter("sample:2", "sample", "nils@example.org", "sv", {})], now=datetime.now(UTC))
    with worker(settings) as process:
        # It starts without Redis and does not give up; the next minute finds it back.
        time.sleep(3)
        assert process.poll() is None
        with redis(tmp_path):
            wait_until(lambda: "nils@example.org" in {mail["To"] for mail in office.mails})
        assert stopped_by(process, signal.SIGTERM) == 0
