"""Who is looking: the signed-in account with what every page's frame shows of her."""

import hmac
from contextlib import suppress
from datetime import datetime, timedelta

from flask import Flask, current_app
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user
from sqlalchemy import exists, or_
from sqlalchemy.exc import OperationalError, TimeoutError

from app import clock
from app.accounts.models import User
from app.accounts.queries import SIGNED_IN, Account, hash_token
from app.accounts.service import SESSION_LASTS, touch_session
from app.content import note_version
from app.database import read, writing
from app.history.queries import Standing, with_standing
from app.i18n import know_time_zone
from app.installation import TIME_ZONE
from app.organisation.models import DepartmentManager, TeamManager
from app.wording.queries import VERSION

TOUCH_EVERY = timedelta(minutes=10)
DRAFT_KEY_LENGTH = 16

login_manager = LoginManager()
# The session row decides; a changed network on a phone must not sign anybody out.
login_manager.session_protection = None  # pyright: ignore[reportAttributeAccessIssue] - None is documented


class Viewer(UserMixin):
    """`standing` is her place in the current season, None while she has not joined it."""

    def __init__(
        self, account: Account, token: str, standing: Standing | None, *, is_manager: bool
    ) -> None:
        self.account = account
        self.token = token
        self.standing = standing
        self.is_manager = is_manager

    def get_id(self) -> str:
        """Flask-Login keeps the session's token, never the user's id, in the signed cookie."""
        return self.token

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def name(self) -> str:
        return self.account.name

    @property
    def first_name(self) -> str:
        return self.account.first_name

    @property
    def email(self) -> str:
        return self.account.email

    @property
    def language(self) -> str:
        return self.account.language

    @property
    def is_lead(self) -> bool:
        return self.account.is_lead

    @property
    def erase_at(self) -> datetime | None:
        return self.account.erase_at

    @property
    def draft_key(self) -> str:
        """Tells her unsent texts from other people's in a browser that they share."""
        key = current_app.config["SECRET_KEY"].encode()
        return hmac.new(key, f"drafts:{self.id}".encode(), "sha256").hexdigest()[:DRAFT_KEY_LENGTH]

    @property
    def has_joined(self) -> bool:
        return self.standing is not None

    @property
    def streak(self) -> int | None:
        return self.standing.streak if self.standing else None


_MANAGES = or_(
    exists().where(TeamManager.user_id == User.id),
    exists().where(DepartmentManager.user_id == User.id),
)
# Every page begins with this one statement.
_VIEWER = with_standing(SIGNED_IN).add_columns(
    _MANAGES.label("is_manager"),
    TIME_ZONE.label("time_zone"),
    VERSION.label("content_version"),
)


class Stranger(AnonymousUserMixin):
    is_lead = False
    is_manager = False
    has_joined = False


def init_app(app: Flask) -> None:
    app.config["PERMANENT_SESSION_LIFETIME"] = SESSION_LASTS
    login_manager.anonymous_user = Stranger
    login_manager.init_app(app)
    app.context_processor(
        lambda: {"viewer": current_user if current_user.is_authenticated else None}
    )


@login_manager.user_loader
def load_viewer(token: str) -> Viewer | None:
    now = clock.now()
    found = read(_VIEWER, {"token_hash": hash_token(token), "now": now})
    if not found:
        return None
    row = found[0]
    note_version(row.content_version)
    if now - row.last_seen_at >= TOUCH_EVERY:
        _touch(token, now)
    know_time_zone(row.time_zone)
    account = Account(row.id, row.email, row.name, row.language, row.is_lead, row.erase_at)
    joined = row.participation_id is not None
    standing = Standing(row.participation_id, row.streak) if joined else None
    return Viewer(account, token, standing, is_manager=row.is_manager)


def _touch(token: str, now: datetime) -> None:
    """A page is not refused because the database was too busy to note that somebody read it."""
    with suppress(OperationalError, TimeoutError), writing():
        touch_session(token, now=now)
