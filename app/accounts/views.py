import hmac
from http import HTTPStatus
from math import ceil
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_user, logout_user

from app import clock
from app.access import public
from app.accounts import service
from app.accounts.forms import SignInForm
from app.accounts.queries import find_signed_in, find_user_by_email
from app.accounts.service import Attempt, TooManyFailures
from app.database import writing
from app.htmx import render
from app.i18n import LANGUAGES
from app.security import safe_path
from app.viewer import Viewer

SECONDS_PER_MINUTE = 60
DEMO_PEOPLE = ("sara", "nils", "johan", "aisha")
DEMO_DOMAIN = "demo.example"

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/login")
@public
def login() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(_next_page(), code=HTTPStatus.SEE_OTHER)
    return _login_page(SignInForm())


@blueprint.post("/login")
@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate_on_submit():
        return _login_page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    attempt = Attempt(
        email=form.email.data or "",
        password=form.password.data or "",
        account_subject=_subject("account", (form.email.data or "").strip().lower()),
        address_subject=_subject("address", request.remote_addr or ""),
    )
    now = clock.now()
    try:
        service.check_attempt(attempt, now=now)
    except TooManyFailures as error:
        return _limited(form, error)
    user_id = service.find_user_to_sign_in(attempt)
    if user_id is None:
        with writing():
            service.record_failure(attempt, now=now)
        message = _("E-postadressen och lösenordet hör inte ihop. Försök en gång till.")
        return _login_page(form, message, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _let_in(user_id)


@blueprint.post("/login/demo")
@public
def demo_sign_in() -> ResponseReturnValue:
    """One-click sign-in as one of the four invented people; outside the demo there is no such
    page."""
    person = request.form.get("person", "")
    if not current_app.extensions["settings"].demo or person not in DEMO_PEOPLE:
        abort(HTTPStatus.NOT_FOUND)
    user = find_user_by_email(f"{person}@{DEMO_DOMAIN}")
    if user is None:
        abort(HTTPStatus.NOT_FOUND)
    return _let_in(user.id)


@blueprint.post("/logout")
@public
def logout() -> ResponseReturnValue:
    if current_user.is_authenticated:
        with writing():
            service.end_session(current_user.token)
        logout_user()
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    return redirect(url_for("pages.landing"), code=HTTPStatus.SEE_OTHER)


@blueprint.post("/language")
@public
def language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(HTTPStatus.BAD_REQUEST)
    session["language"] = chosen
    if current_user.is_authenticated:
        with writing():
            service.set_language(current_user.id, chosen)
    return redirect(_next_page(), code=HTTPStatus.SEE_OTHER)


def _let_in(user_id: int) -> ResponseReturnValue:
    """A fresh session under a fresh id: whatever the browser held before is dropped."""
    target = _next_page()
    if current_user.is_authenticated:
        with writing():
            service.end_session(current_user.token)
    now = clock.now()
    with writing():
        token = service.start_session(user_id, now=now)
    session.clear()
    found = find_signed_in(token, now=now)
    if found is None:
        return _login_page(SignInForm(), _("Kontot är stängt."), HTTPStatus.UNPROCESSABLE_ENTITY)
    session.permanent = True
    login_user(Viewer(found.account, token))
    flash(_("Hej %(name)s.", name=found.account.first_name), "done")
    return redirect(target, code=HTTPStatus.SEE_OTHER)


def _login_page(
    form: SignInForm, message: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    page = render(
        "accounts/login.html",
        form=form,
        message=message,
        next=safe_path(request.values.get("next")),
    )
    page.status_code = status
    return page


def _limited(form: SignInForm, error: TooManyFailures) -> ResponseReturnValue:
    seconds = max(1, ceil(error.retry_after.total_seconds()))
    minutes = ceil(seconds / SECONDS_PER_MINUTE)
    message = ngettext(
        "Det blev många försök. Vänta %(num)s minut och försök igen.",
        "Det blev många försök. Vänta %(num)s minuter och försök igen.",
        minutes,
    )
    page = _login_page(form, message, HTTPStatus.TOO_MANY_REQUESTS)
    page.headers["Retry-After"] = str(seconds)
    return page


def _next_page() -> str:
    """Where to go on: the asked-for page of this site, else the page one came from, else home."""
    target = safe_path(request.values.get("next"))
    if target:
        return target
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc == request.host and referrer.path != url_for("accounts.login"):
        return safe_path(referrer.path) or url_for("pages.landing")
    return url_for("pages.landing")


def _subject(kind: str, value: str) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, f"{kind}:{value}".encode(), "sha256").hexdigest()
