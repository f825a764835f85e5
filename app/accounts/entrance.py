"""What every way in has in common: how tries are counted, and how somebody is let in."""

import hmac
from collections.abc import Callable
from http import HTTPStatus
from math import ceil

from flask import Response, current_app, flash, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_user
from wtforms import Field

from app import clock
from app.accounts import service
from app.accounts.browsers import browser_words
from app.accounts.emails import kept
from app.accounts.service import AccountClosed, Attempt, TooManyFailures
from app.database import db, writing
from app.viewer import load_viewer

SECONDS_PER_MINUTE = 60
StartSession = Callable[[], str]


def attempt_of(email: str, password: str = "", what: str = "") -> Attempt:
    """A try to sign in, or to do `what`, which is counted apart from it."""
    return Attempt(
        email=email,
        password=password,
        account_subject=subject(f"{what}account", kept(email)),
        address_subject=subject(f"{what}address", request.remote_addr or ""),
    )


def own_password(field: Field) -> Attempt | None:
    """The counted try, if the password is the viewer's; else the field says that it is not.

    Whoever finds an unlocked phone must not be able to guess. Raises TooManyFailures.
    """
    attempt = attempt_of(current_user.email, field.data or "")
    with writing():
        service.begin_attempt(attempt, now=clock.now())
    user_id = service.find_user_to_sign_in(attempt)
    db.session.rollback()
    if user_id == current_user.id:
        return attempt
    field.errors = [_("Det är inte ditt lösenord. Försök en gång till.")]
    return None


def subject(kind: str, value: str) -> str:
    """Whose tries are counted, as the database keeps it: it can be read by nobody."""
    return hmac.new(secret_key().encode(), f"{kind}:{value}".encode(), "sha256").hexdigest()


def secret_key() -> str:
    return current_app.extensions["settings"].secret_key


def browser_name() -> str:
    return browser_words(request.headers.get("User-Agent", ""))


def let_in(start_session: StartSession, target: str) -> ResponseReturnValue:
    """A fresh session under a fresh id: whatever the browser held before is dropped.

    Raises AccountClosed, and whatever `start_session` raises; then nothing is written.
    """
    earlier = current_user.token if current_user.is_authenticated else None
    with writing():
        if earlier is not None:
            service.end_session(earlier)
        token = start_session()
    session.clear()
    hold_session(token)
    flash(_("Hej %(name)s.", name=current_user.first_name), "done")
    return redirect(target, code=HTTPStatus.SEE_OTHER)


def hold_session(token: str) -> None:
    """The browser is given the token of the session that has begun. Raises AccountClosed."""
    viewer = load_viewer(token)
    if viewer is None:
        raise AccountClosed
    session.permanent = True
    login_user(viewer)


def wait_words(error: TooManyFailures) -> str:
    return ngettext(
        "Det blev många försök. Vänta %(num)s minut och försök igen.",
        "Det blev många försök. Vänta %(num)s minuter och försök igen.",
        ceil(_seconds(error) / SECONDS_PER_MINUTE),
    )


def told_to_wait(page: Response, error: TooManyFailures) -> Response:
    page.headers["Retry-After"] = str(_seconds(error))
    return page


def _seconds(error: TooManyFailures) -> int:
    return max(1, ceil(error.retry_after.total_seconds()))
