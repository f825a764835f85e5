import hmac
from collections.abc import Callable
from http import HTTPStatus
from math import ceil

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
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_user, logout_user
from werkzeug.exceptions import HTTPException

from app import clock, i18n
from app.access import public
from app.accounts import service
from app.accounts.forms import SignInForm, attempt_of
from app.accounts.queries import find_user_by_email
from app.accounts.service import AccountClosed, TooManyFailures
from app.database import db, writing
from app.htmx import render
from app.i18n import LANGUAGES
from app.security import safe_path, split_url
from app.viewer import load_viewer

SECONDS_PER_MINUTE = 60
DEMO_PEOPLE = ("sara", "nils", "johan", "aisha")
DEMO_DOMAIN = "demo.example"
CLEARED_AT_LOGOUT = '"cache", "storage"'

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
    attempt = attempt_of(form.email.data or "", form.password.data or "")
    now = clock.now()
    try:
        with writing():
            service.begin_attempt(attempt, now=now)
    except TooManyFailures as error:
        return _limited(form, error)
    # Outside of any transaction: what makes guessing slow must not hold up other people's writes.
    user_id = service.find_user_to_sign_in(attempt)
    db.session.rollback()
    if user_id is None:
        message = _("E-postadressen och lösenordet hör inte ihop. Försök en gång till.")
        return _login_page(form, message, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _let_in(lambda: service.start_session_after(attempt, user_id, now=now))


@public
def demo_sign_in() -> ResponseReturnValue:
    """One-click sign-in as one of the four invented people; on a network it takes a code too."""
    person = request.form.get("person", "")
    code = current_app.extensions["settings"].demo_code
    if not hmac.compare_digest(request.form.get("code", "").encode(), code.encode()):
        message = _("Skriv koden som står där demon startades.")
        return _login_page(SignInForm(formdata=None), message, HTTPStatus.UNPROCESSABLE_ENTITY)
    user = find_user_by_email(f"{person}@{DEMO_DOMAIN}") if person in DEMO_PEOPLE else None
    if user is None:
        abort(HTTPStatus.NOT_FOUND)
    user_id, spoken = user.id, i18n.language()

    def start_session() -> str:
        # Whoever tries the demo goes on in the language of the page that she chose from.
        service.set_language(user_id, spoken)
        return service.start_session(user_id, now=clock.now())

    return _let_in(start_session)


@blueprint.record
def _open_demo(state: BlueprintSetupState) -> None:
    """Outside the demo there is no such route at all."""
    if state.app.extensions["settings"].demo:
        state.add_url_rule("/login/demo", "demo_sign_in", demo_sign_in, methods=["POST"])


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
    answer = redirect(url_for("pages.landing"), code=HTTPStatus.SEE_OTHER)
    # Nothing of hers stays in a browser that somebody else may use next: no page, no unsent text.
    answer.headers["Clear-Site-Data"] = CLEARED_AT_LOGOUT
    return answer


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


def _let_in(start_session: Callable[[], str]) -> ResponseReturnValue:
    """A fresh session under a fresh id: whatever the browser held before is dropped."""
    target = _next_page()
    earlier = current_user.token if current_user.is_authenticated else None
    try:
        with writing():
            if earlier is not None:
                service.end_session(earlier)
            token = start_session()
    except AccountClosed:
        return _login_page(SignInForm(), _("Kontot är stängt."), HTTPStatus.UNPROCESSABLE_ENTITY)
    session.clear()
    viewer = load_viewer(token)
    if viewer is None:
        return _login_page(SignInForm(), _("Kontot är stängt."), HTTPStatus.UNPROCESSABLE_ENTITY)
    session.permanent = True
    login_user(viewer)
    flash(_("Hej %(name)s.", name=viewer.first_name), "done")
    return redirect(target, code=HTTPStatus.SEE_OTHER)


def _login_page(
    form: SignInForm, message: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    page = render(
        "accounts/login.html",
        form=form,
        message=message,
        next=safe_path(request.values.get("next")),
        asks_for_code=bool(current_app.extensions["settings"].demo_code),
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
    referrer = split_url(request.referrer or "")
    path = f"{referrer.path}?{referrer.query}" if referrer.query else referrer.path
    if referrer.netloc == request.host and _is_page(referrer.path):
        return safe_path(path) or url_for("pages.landing")
    return url_for("pages.landing")


def _is_page(path: str) -> bool:
    """Whether the path can be opened; where a form was refused, the address is the form's."""
    try:
        endpoint, _values = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return endpoint != "accounts.login"
