"""A company of a given size in a database, and browsers in which its people are signed in."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface
from flask_migrate import upgrade
from flask_wtf.csrf import generate_csrf
from sqlalchemy import exists, select

from app import create_app
from app.accounts.service import start_session
from app.config import Settings
from app.database import db, writing
from app.demo.service import DemoPlan, build_demo, is_empty
from app.history.models import CheckIn
from app.i18n import time_zone
from app.rhythm.service import close_round_early
from app.seasons.models import Participation
from app.seasons.queries import get_current_season

# The cookies of the browsers are signed here and read by the server.
KEY = secrets.token_hex(32)


class TakenBack(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Browser:
    """What a signed-in browser sends: its cookie, and the token of its forms."""

    cookie: str
    token: str

    def headers(self) -> dict[str, str]:
        return {
            "Cookie": self.cookie,
            "Accept-Language": "sv-SE,sv;q=0.9",
            "Accept-Encoding": "gzip, deflate, br",
            "Sec-Fetch-Site": "same-origin",
        }


@dataclass(frozen=True, slots=True)
class Company:
    """`waiting` are signed in and have not checked in in the running round `number`."""

    number: int
    mission: str
    waiting: list[Browser]


def settings_of(url: str) -> dict[str, str]:
    return {
        "FIKALIGAN_DATABASE_URL": url,
        "FIKALIGAN_SECRET_KEY": KEY,
        "FIKALIGAN_DEMO": "true",
        "FIKALIGAN_LOG_LEVEL": "warning",
    }


@contextmanager
def open_site(url: str) -> Iterator[Flask]:
    values = {"database_url": url, "secret_key": KEY, "demo": True, "log_level": "warning"}
    app = create_app(Settings.model_validate(values))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def build(url: str, people: int) -> None:
    """The demo with that many people, unless the database holds it already."""
    with open_site(url) as app:
        upgrade()
        if is_empty():
            build_demo(
                DemoPlan(people),
                catalogue=app.extensions["catalogue"],
                zone=time_zone(),
                now=datetime.now(UTC),
            )
        if db.engine.dialect.name == "postgresql":
            db.session.connection().exec_driver_sql("ANALYZE")
            db.session.commit()


def company(url: str, browsers: int) -> Company:
    """Signs in up to that many people who have not checked in yet."""
    with open_site(url) as app:
        now = datetime.now(UTC)
        season = get_current_season()
        this = next(each for each in season.plan.rounds if not each.closed)
        mission = app.extensions["catalogue"].challenge(this.challenge).missions[0].slug
        has_checked_in = exists().where(
            CheckIn.participation_id == Participation.id, CheckIn.round_id == this.id
        )
        waiting = db.session.scalars(
            select(Participation.user_id)
            .where(
                ~has_checked_in,
                Participation.left_from.is_(None),
                Participation.first_round <= this.number,
                Participation.season_id == season.id,
            )
            .limit(browsers)
        ).all()
        if not waiting:
            raise RuntimeError("everybody has checked in: measure in a fresh folder")
        with writing():
            tokens = [start_session(user_id, now=now) for user_id in waiting]
        return Company(this.number, mission, [_browser(app, token) for token in tokens])


def close_round(url: str) -> float:
    """How many seconds closing the running round takes; taken back, so that it can be repeated."""
    with open_site(url) as app:
        number = next(each.number for each in get_current_season().plan.rounds if not each.closed)
        began = time.perf_counter()
        with suppress(TakenBack), writing():
            close_round_early(
                number, app.extensions["catalogue"], is_demo=True, now=datetime.now(UTC)
            )
            raise TakenBack
        return time.perf_counter() - began


def _browser(app: Flask, token: str) -> Browser:
    # Flask-WTF remembers the token in `g`, which belongs to the outer context: each gets its own.
    with app.app_context(), app.test_request_context():
        session.update({"_user_id": token, "_fresh": True})
        form_token = generate_csrf()
        interface = app.session_interface
        assert isinstance(interface, SecureCookieSessionInterface)  # noqa: S101 - for the types
        signer = interface.get_signing_serializer(app)
        value = signer.dumps(dict(session)) if signer else ""
    return Browser(f"{app.config['SESSION_COOKIE_NAME']}={value}", form_token)
