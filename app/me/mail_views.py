"""Which mails of the week one gets: on a page of one's own, or from a mail's foot without signing
in, by the token that stands in it."""

from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.access import public, signed_in
from app.accounts.entrance import secret_key
from app.accounts.queries import find_language
from app.database import writing
from app.htmx import render
from app.i18n import speak
from app.notifications.kinds import WeekMail, kinds_for
from app.notifications.links import signed
from app.notifications.queries import refused_by
from app.notifications.service import allow, refuse
from app.security import from_anywhere

blueprint = Blueprint("mail", __name__)


@blueprint.get("/me/mail")
@signed_in
def choices() -> ResponseReturnValue:
    return render(
        "me/mail.html",
        kinds=kinds_for(is_lead=current_user.is_lead),
        refused=refused_by(current_user.id),
    )


@blueprint.post("/me/mail")
@signed_in
def choose() -> ResponseReturnValue:
    wanted = set(request.form.getlist("kind"))
    with writing():
        for kind in kinds_for(is_lead=current_user.is_lead):
            (allow if kind in wanted else refuse)(current_user.id, kind)
    flash(_("Sparat. Det gäller från och med nu."), "done")
    return redirect(url_for("mail.choices"), code=HTTPStatus.SEE_OTHER)


@blueprint.get("/mail/stop/<string:token>")
@public
def stop(token: str) -> ResponseReturnValue:
    """Changes nothing: mail programs look first."""
    _user_id, kind = _read(token)
    return render("me/stop_mail.html", kind=kind, token=token, is_stopped=False)


@blueprint.post("/mail/stop/<string:token>")
@public
@from_anywhere
def stop_it(token: str) -> ResponseReturnValue:
    """Answers with the page itself: a mail program follows no redirect."""
    with writing():
        user_id, kind = _read(token)
        refuse(user_id, kind)
    return render("me/stop_mail.html", kind=kind, token=token, is_stopped=True)


@blueprint.post("/mail/stop/<string:token>/undo")
@public
def undo_stop(token: str) -> ResponseReturnValue:
    with writing():
        user_id, kind = _read(token)
        allow(user_id, kind)
    flash(_("Då får du dem igen."), "done")
    return redirect(url_for("mail.stop", token=token), code=HTTPStatus.SEE_OTHER)


def _read(token: str) -> tuple[int, WeekMail]:
    found = signed("stop", token, secret_key=secret_key())
    # A mail lies about for longer than a release may know its kind.
    if found is None or found[1] not in set(WeekMail):
        abort(HTTPStatus.NOT_FOUND)
    user_id, kind = int(found[0]), WeekMail(found[1])
    language = find_language(user_id)
    if language is None:
        abort(HTTPStatus.NOT_FOUND)
    speak(language)
    return user_id, kind
