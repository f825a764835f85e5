"""Pages for what went wrong: what happened, what to do next, and nothing of what was typed."""

import traceback
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException

from app.database import db
from app.htmx import replace_page
from app.security import is_surely_own
from app.viewer import Stranger
from challenges.errors import RuleBroken

RETRY_AFTER_SECONDS = 5
FORM_BYTES = 64 * 1024
# Never written into a page, so they are the only things to type again.
SECRET_FIELDS = ("password", "code", "token")
DATABASE_GONE = (OperationalError, InterfaceError, TimeoutError)

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = FORM_BYTES
    app.register_error_handler(CSRFError, _unless_gone(_form_expired))
    app.register_error_handler(HTTPException, _unless_gone(_http_error))
    app.register_error_handler(RuleBroken, _unless_gone(_rule_broken))
    for error in DATABASE_GONE:
        app.register_error_handler(error, _database_gone)
    app.register_error_handler(Exception, _unless_gone(_unforeseen))


def _unless_gone(handler: Callable[[Any], Response]) -> Callable[[Any], Response]:
    """An error page asks the database, too: who is looking, and in which language."""

    def handle(error: Exception) -> Response:
        try:
            return handler(error)
        except DATABASE_GONE as gone:
            return _database_gone(gone)

    return handle


def _page(status: int, title: str, text: str) -> Response:
    try:
        body = render_template(
            "errors/error.html", status=status, title=title, text=text, request_id=g.request_id
        )
    except DATABASE_GONE:
        raise
    except Exception as error:
        log.error("error page", trace=_trace(error))
        return _bare_page(status, title, text)
    return replace_page(make_response(body, status))


def _bare_page(status: int, title: str, text: str) -> Response:
    """A page without the frame, for when whatever fills the frame is what broke."""
    # Where Flask-Login keeps whom it has looked up: so it does not ask the database again.
    g._login_user = Stranger()
    body = render_template("errors/bare.html", title=title, text=text, request_id=g.request_id)
    return replace_page(make_response(body, status))


def _http_error(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    title, text = _words(status)
    response = _page(status, title, text)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _words(status: int) -> tuple[str, str]:
    match status:
        case HTTPStatus.FORBIDDEN:
            return _("Hit når du inte"), _("Den här sidan är till för någon annan.")
        case HTTPStatus.NOT_FOUND:
            return _("Här var det tomt"), _("Sidan finns inte, eller är inte din att se.")
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return _("Så går det inte"), _("Gå tillbaka och använd knappen på sidan.")
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE if request.max_content_length != FORM_BYTES:
            return _("Filen är för stor"), _("Den får vara högst 10 MB. Inget är ändrat.")
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return _("Det blev för mycket"), _("Korta texten lite och skicka igen.")
        case HTTPStatus.TOO_MANY_REQUESTS:
            return _("Lite för fort"), _("Vänta en stund och försök igen.")
        case _ if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return _("Det gick inte fram"), _("Gå tillbaka, ladda om sidan och försök igen.")
        case _:
            return _("Något gick sönder hos oss"), _("Inget är sparat till hälften. Försök igen.")


def _rule_broken(error: RuleBroken) -> Response:
    db.session.rollback()
    title, text = _rule_words(error.key)
    return _page(HTTPStatus.UNPROCESSABLE_ENTITY, title, text)


def _rule_words(key: str) -> tuple[str, str]:
    sentences = {
        "no-running-season": _("Ingen säsong är igång just nu."),
        "not-joined": _("Gå med i säsongen först, så är du välkommen."),
        "round-not-open": _("Den här omgången tar inte emot något just nu."),
        "round-closed": _("Omgången har stängt, så det som står där står kvar."),
        "round-is-closing": _("En omgång stänger just nu. Försök igen om en liten stund."),
        "before-joining": _("Den omgången var före din tid i säsongen."),
        "already-checked-in": _("Den här omgången är redan incheckad."),
        "not-checked-in": _("Det finns ingen incheckning att ångra."),
        "unknown-mission": _("Uppdraget hör inte till den här omgången. Välj ett annat."),
        "unknown-department": _("Avdelningen finns inte längre. Välj en annan."),
        "value-out-of-range": _("Något var för stort eller för långt. Korta det och försök igen."),
        "early-close-refused": _("Omgången stänger måndag klockan tolv och inte före."),
        "pulse-closed": _("De frågorna är stängda, så inga fler svar räknas."),
        "no-vote": _("Den omröstningen är inte öppen nu."),
        "no-team": _("Du har inget lag än. Säg till den som driver Fikaligan hos er."),
    }
    return _("Det går inte nu"), sentences.get(key, _("Spelets regler säger nej till det här."))


def _form_expired(error: CSRFError) -> Response:
    """Everything typed is handed back with a fresh token, if our own page sent it: a form filled
    in elsewhere must not come back looking like ours."""
    if not is_surely_own():
        return _http_error(error)
    body = render_template("errors/resend.html", typed=_typed(), is_secret=_is_secret)
    return replace_page(make_response(body, HTTPStatus.BAD_REQUEST))


def _typed() -> list[tuple[str, str]]:
    """What the form held, as far as it can be read and handed back."""
    try:
        fields = [*request.form.items(multi=True)]
    except HTTPException:
        return []
    return [(name, value) for name, value in fields if name != "csrf_token"]


def _is_secret(name: str) -> bool:
    return any(secret in name for secret in SECRET_FIELDS)


def _database_gone(error: Exception) -> Response:
    log.error("database", error=type(error).__name__)
    _roll_back()
    # Before any text: which language it is in depends on who is looking, too.
    g._login_user = Stranger()
    response = _resend_later() if _is_own_form() else _come_back_later()
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _is_own_form() -> bool:
    return request.method == "POST" and request.url_rule is not None and is_surely_own()


def _resend_later() -> Response:
    """What was typed waits on the page until the database is back."""
    body = render_template(
        "errors/later.html", typed=_typed(), is_secret=_is_secret, request_id=g.request_id
    )
    return replace_page(make_response(body, HTTPStatus.SERVICE_UNAVAILABLE))


def _come_back_later() -> Response:
    title = _("Kön vid kaffet är lång")
    text = _("Servern hinner inte med just nu. Vänta en liten stund och ladda om sidan.")
    return _bare_page(HTTPStatus.SERVICE_UNAVAILABLE, title, text)


def _roll_back() -> None:
    """A connection that is gone cannot even roll back; it is thrown away then."""
    try:
        db.session.rollback()
    except DATABASE_GONE:
        db.session().invalidate()


def _unforeseen(error: Exception) -> Response:
    log.error("unforeseen", trace=_trace(error))
    _roll_back()
    title, text = _words(HTTPStatus.INTERNAL_SERVER_ERROR)
    return _page(HTTPStatus.INTERNAL_SERVER_ERROR, title, text)


def _trace(error: BaseException | None) -> list[str]:
    """Where it broke and what kind of error it was, from the first to the last.

    Without messages: PostgreSQL's quote the whole row that it refused, notes and all.
    """
    if error is None:
        return []
    frames = [
        f"{frame.filename}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    earlier = _trace(error.__cause__ or error.__context__)
    return [*earlier, *frames, type(error).__name__]
