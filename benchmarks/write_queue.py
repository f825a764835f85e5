"""How long writers wait for SQLite: several processes with several threads each, all at once.

    .venv/bin/python -m benchmarks.write_queue

Each thread checks people in as the site does, one after another, and takes the time from wanting
to write until the commit. Compared are SQLite's own waiting and the ways of queueing before it.
"""

import fcntl
import multiprocessing
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy.exc import OperationalError, TimeoutError

from app import create_app, database, write_queue
from app.accounts.service import create_user
from app.checkins import service
from app.checkins.reports import Report
from app.config import Settings
from app.database import db, writing
from app.organisation.models import Department, Membership, Team
from app.seasons.planning import plan_season, start_season
from app.seasons.service import join

PROCESSES = 2
THREADS = (1, 4, 8)
WRITES_PER_THREAD = 40
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SECONDS_TO_START = 4.0


@contextmanager
def _threads_only(url: Any, patience: float) -> Iterator[None]:
    line = write_queue._lines.setdefault(Path(url.database), write_queue._Line())
    line.wait(time.monotonic() + patience)
    try:
        yield
    finally:
        line.let_next_in()


@contextmanager
def _file_without_door(url: Any, patience: float) -> Iterator[None]:
    """Every thread asks for one lock on its own, whoever came first."""
    file = os.open(f"{url.database}-queue", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience
    try:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise write_queue.QueueTooLong from None
                time.sleep(write_queue.ASK_AGAIN_SECONDS)
        yield
    finally:
        os.close(file)


WAYS: dict[str, Callable[..., Any]] = {
    "SQLite alone": lambda _url, _patience: nullcontext(),
    "a file lock, no door": _file_without_door,
    "a line of threads": _threads_only,
    "line and door (chosen)": write_queue.turn_to_write,
}


def main() -> None:
    print(f"{PROCESSES} processes, {os.cpu_count()} cores; milliseconds per check-in")
    print(f"{'way':<24}{'threads':>8}{'p50':>9}{'p99':>9}{'max':>9}{'writes/s':>10}{'refused':>9}")
    for threads in THREADS:
        for name in WAYS:
            _report(name, threads)


def _report(way: str, threads: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        people = _prepare(url, PROCESSES * threads * WRITES_PER_THREAD)
        begins = time.time() + SECONDS_TO_START
        shares = [people[number::PROCESSES] for number in range(PROCESSES)]
        with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
            found = pool.starmap(_write, [(way, url, threads, share, begins) for share in shares])
    waits = sorted(wait for times, _, _ in found for wait in times)
    refused = sum(number for _, number, _ in found)
    took = max(end for _, _, end in found) - begins
    p99 = statistics.quantiles(waits, n=100, method="inclusive")[98]
    figures = (statistics.median(waits), p99, waits[-1])
    columns = "".join(f"{seconds * 1000:>9.1f}" for seconds in figures)
    print(f"{way:<24}{threads:>8}{columns}{len(waits) / took:>10.0f}{refused:>9}", flush=True)


def _site(url: str) -> Any:
    settings = {"database_url": url, "secret_key": "bench", "log_level": "warning"}
    return create_app(Settings.model_validate(settings))


def _prepare(url: str, count: int) -> list[int]:
    site = _site(url)
    with site.app_context():
        upgrade()
        with writing():
            department = Department(name="IT")
            db.session.add(department)
            db.session.flush()
            team = Team(name="Bryggarna", department_id=department.id)
            db.session.add(team)
            slugs = [each.slug for each in site.extensions["catalogue"].challenges]
            monday = NOW.date() - timedelta(days=NOW.weekday())
            season = plan_season("S", monday, slugs, frozenset(), site.extensions["settings"].zone)
            start_season(season.id, now=season.starts_at)
            people = [_person(number, team.id) for number in range(count)]
        db.session.remove()
        db.engine.dispose()
    return people


def _person(number: int, team_id: int) -> int:
    user = create_user(f"{number}@demo.example", "A", now=NOW)
    before = NOW - timedelta(days=90)
    db.session.add(Membership(user_id=user.id, starts_at=before, team_id=team_id))
    db.session.flush()
    join(user.id, now=NOW)
    return user.id


def _write(
    way: str, url: str, threads: int, people: list[int], begins: float
) -> tuple[list[float], int, float]:
    """What each write took in one process, how many were refused, and when the last one ended."""
    database.turn_to_write = WAYS[way]
    site = _site(url)
    catalogue = site.extensions["catalogue"]
    mission = catalogue.challenges[0].missions[0].slug
    report = Report(mission=mission, happened_on=NOW.date(), note="x" * 200)
    waits: list[float] = []
    refused: list[int] = []

    def check_in(share: Iterator[int]) -> None:
        with site.app_context():
            db.session.connection()
            db.session.rollback()
            time.sleep(max(0.0, begins - time.time()))
            for user_id in share:
                began = time.perf_counter()
                try:
                    with writing():
                        service.check_in(user_id, 1, report, catalogue=catalogue, now=NOW)
                except (OperationalError, TimeoutError):
                    refused.append(user_id)
                waits.append(time.perf_counter() - began)
            db.session.remove()

    running = [
        threading.Thread(target=check_in, args=(islice(people, number, None, threads),))
        for number in range(threads)
    ]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    end = time.time()
    with site.app_context():
        db.engine.dispose()
    return waits, len(refused), end


if __name__ == "__main__":
    main()
