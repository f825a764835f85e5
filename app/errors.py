"""Pages for what went wrong: what happened, what to do next, and nothing of what was typed."""

from http import HTTPStatus

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException

from app.database import db
from challenges.errors import RuleBroken

RETRY_AFTER_SECONDS = 5
FORM_BYTES = 64 * 1024

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = FORM_BYTES
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(RuleBroken, _rule_broken)
    for error in (OperationalError, InterfaceError, TimeoutError):
        app.register_error_handler(error, _database_gone)
    app.register_error_handler(Exception, _unforeseen)


def _page(status: int, title: str, text: str, template: str = "errors/error.html") -> Response:
    body = render_template(
        template, status=status, title=title, text=text, request_id=g.get("request_id", "")
    )
    response = make_response(body, status)
    # An error page replaces the whole page, never a part of it.
    response.headers["HX-Retarget"] = "body"
    return response


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
            return _("Hit når du inte"), _("Sidan är till för någon annan roll. Gå till veckan.")
        case HTTPStatus.NOT_FOUND:
            return _("Här var det tomt"), _("Sidan finns inte, eller är inte din att se.")
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return _("Så går det inte"), _("Gå tillbaka och använd knappen på sidan.")
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
        "before-joining": _("Den omgången var före din tid i säsongen."),
        "already-checked-in": _("Den här omgången är redan incheckad."),
        "not-checked-in": _("Det finns ingen incheckning att ångra."),
        "unknown-mission": _("Uppdraget hör inte till den här omgången. Välj ett annat."),
        "unknown-department": _("Avdelningen finns inte längre. Välj en annan."),
        "value-out-of-range": _("Något var för stort eller för långt. Korta det och försök igen."),
        "early-close-refused": _("Omgången stänger måndag klockan tolv och inte före."),
        "no-team": _("Du har inget lag än. Säg till den som driver Fikaligan hos er."),
    }
    return _("Det går inte nu"), sentences.get(key, _("Spelets regler säger nej till det här."))


def _form_expired(error: CSRFError) -> Response:
    """Everything typed is handed back with a fresh token; the origin was checked before."""
    typed = [
        (name, value)
        for name in request.form
        if name != "csrf_token"
        for value in request.form.getlist(name)
    ]
    body = render_template("errors/resend.html", typed=typed, is_secret=_has_secret(typed))
    return make_response(body, HTTPStatus.BAD_REQUEST)


def _has_secret(typed: list[tuple[str, str]]) -> bool:
    """A password is never written into a page, so its form is filled in anew."""
    return any(name == "password" for name, _value in typed)


def _database_gone(error: Exception) -> Response:
    log.error("database", request_id=g.get("request_id", ""), error=type(error).__name__)
    db.session.rollback()
    g.pop("_login_user", None)
    # The frame of the ordinary pages asks the database who is looking, this page must not.
    body = render_template("errors/busy.html", request_id=g.get("request_id", ""))
    response = make_response(body, HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _unforeseen(error: Exception) -> Response:
    log.error("unforeseen", request_id=g.get("request_id", ""), exc_info=error)
    db.session.rollback()
    title, text = _words(HTTPStatus.INTERNAL_SERVER_ERROR)
    return _page(HTTPStatus.INTERNAL_SERVER_ERROR, title, text)
