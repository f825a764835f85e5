"""A real Chromium against the real site, served on loopback with the demo's company in it."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from werkzeug.serving import make_server

from app import create_app
from app.database import db
from app.demo.service import DemoPlan, build_demo
from app.i18n import time_zone
from app.rhythm.verify import differences
from tests.conftest import FrozenClock, settings_for

PHONE = {"width": 360, "height": 740}
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
MEANT = (
    "status of 422",
    "status of 404",
    "status of 410",
    "ERR_INTERNET_DISCONNECTED",
    "Failed to fetch",
    "Service Worker registration blocked",
)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

# A page that never comes fails all the same; a machine that is busy with other tests may be slow.
PATIENCE_MS = 90_000
expect.set_options(timeout=20_000)


@dataclass
class Site:
    url: str
    clock: FrozenClock
    app: Flask


def load_demo(app: Flask) -> None:
    with app.app_context():
        upgrade()
        build_demo(
            DemoPlan(),
            catalogue=app.extensions["catalogue"],
            zone=time_zone(),
            now=app.extensions["clock"](),
        )
        db.session.remove()


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's company once a worker, to be copied for every test."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    app = create_app(settings_for(f"sqlite:///{path}", demo=True), clock=FrozenClock())
    load_demo(app)
    with app.app_context():
        # Everything into the one file that is copied.
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()
    return path


@pytest.fixture
def site(demo_database: Path, tmp_path: Path) -> Iterator[Site]:
    """The demo's site on a port of its own; afterwards every invariant still holds."""
    database = tmp_path / "site.db"
    shutil.copy(demo_database, database)
    with served(f"sqlite:///{database}", demo=True) as site:
        yield site


@contextmanager
def served(database_url: str, *, demo: bool) -> Iterator[Site]:
    clock = FrozenClock()
    app = create_app(settings_for(database_url, demo=demo), clock=clock)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.port}", clock, app)
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        found = list(differences(app.extensions["catalogue"]))
        db.session.remove()
        db.engine.dispose()
    assert found == []


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


def find_chromium() -> str | None:
    """The machine's own, if it has one; otherwise Playwright knows where its own is."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(QUIET))
    yield browser
    browser.close()


def _complaints(line: ConsoleMessage) -> list[str]:
    # A refused form is meant to be refused, and a test takes the network away on purpose; the
    # browser notes it all the same.
    is_meant = any(each in line.text for each in MEANT)
    return [line.text] if line.type in ("error", "warning") and not is_meant else []


@pytest.fixture
def open_page(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens a page on a phone in Swedish; anything the console complains about fails the test.

    Without a service worker, unless the test is about it: it would fetch beside what is tested."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_in(**options: object) -> Page:
        settings = {
            "viewport": PHONE,
            "locale": "sv-SE",
            "base_url": site.url,
            "service_workers": "block",
        } | options
        context = chromium.new_context(**settings)  # pyright: ignore[reportArgumentType]
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.extend(_complaints(line)))
        return page

    yield open_in
    for context in contexts:
        context.close()
    assert complaints == []
