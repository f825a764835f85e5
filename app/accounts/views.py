import hmac
from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    request,
    session,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, logout_user
from werkzeug.exceptions import HTTPException

from app import clock, i18n
from app.access import public
from app.accounts import service
from app.accounts.entrance import (
    StartSession,
    attempt_of,
    browser_name,
    let_in,
    told_to_wait,
    wait_words,
)
from app.accounts.forms import SignInForm
from app.accounts.queries import find_user_by_email
from app.accounts.service import AccountClosed, TooManyFailures
from app.database import db, writing
from app.htmx import render
from app.i18n import LANGUAGES
from app.security import safe_path, split_url

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
    browser = browser_name()
    return _let_in(lambda: service.start_session_after(attempt, user_id, browser=browser, now=now))


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
    user_id, browser, spoken = user.id, browser_name(), i18n.language()

    def start_session() -> str:
        # Whoever tries the demo goes on in the language of the page that she chose from.
        service.set_language(user_id, spoken)
        return service.start_session(user_id, browser=browser, now=clock.now())

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


def _let_in(start_session: StartSession) -> ResponseReturnValue:
    target = _next_page()
    try:
        return let_in(start_session, target)
    except AccountClosed:
        return _login_page(SignInForm(), _("Kontot är stängt."), HTTPStatus.UNPROCESSABLE_ENTITY)


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
    page = _login_page(form, wait_words(error), HTTPStatus.TOO_MANY_REQUESTS)
    return told_to_wait(page, error)


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
