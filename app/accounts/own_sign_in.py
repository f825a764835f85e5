"""One's own sign-in: password, address, and the browsers in which one is signed in."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app import clock
from app.access import signed_in
from app.accounts import credentials, service
from app.accounts.entrance import (
    attempt_of,
    browser_name,
    hold_session,
    own_password,
    secret_key,
    told_to_wait,
    wait_words,
)
from app.accounts.forms import ChangePasswordForm, NewEmailForm
from app.accounts.queries import has_password, sessions_of
from app.accounts.service import TooManyFailures
from app.database import writing
from app.htmx import render

blueprint = Blueprint("own_sign_in", __name__)


@blueprint.get("/me/devices")
@signed_in
def devices() -> ResponseReturnValue:
    found = sessions_of(current_user.id, current_user.token, now=clock.now())
    return render("accounts/devices.html", sessions=found)


@blueprint.post("/me/devices/<int:session_id>/end")
@signed_in
def end_device(session_id: int) -> ResponseReturnValue:
    with writing():
        is_ended = service.end_session_of(current_user.id, session_id)
    if not is_ended:
        abort(HTTPStatus.NOT_FOUND)
    flash(_("Enheten är utloggad."), "done")
    return redirect(url_for("own_sign_in.devices"), code=HTTPStatus.SEE_OTHER)


@blueprint.post("/me/devices/end-others")
@signed_in
def end_other_devices() -> ResponseReturnValue:
    with writing():
        count = service.end_other_sessions(current_user.id, current_user.token)
    flash(
        ngettext("%(num)s annan är utloggad.", "%(num)s andra är utloggade.", count)
        if count
        else _("Du var inte inloggad någon annanstans."),
        "done",
    )
    return redirect(url_for("own_sign_in.devices"), code=HTTPStatus.SEE_OTHER)


@blueprint.get("/me/password")
@signed_in
def password() -> ResponseReturnValue:
    return _page("password", ChangePasswordForm(formdata=None))


@blueprint.post("/me/password")
@signed_in
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return _page("password", form, HTTPStatus.UNPROCESSABLE_ENTITY)
    user_id, now = current_user.id, clock.now()
    try:
        attempt = own_password(form.current_password)
    except TooManyFailures as error:
        return _told_to_wait("password", form, error)
    if attempt is None:
        return _page("password", form, HTTPStatus.UNPROCESSABLE_ENTITY)
    with writing():
        service.forgive(attempt, now=now)
        token = credentials.change_password(
            user_id, form.password_hash, browser=browser_name(), now=now
        )
    hold_session(token)
    flash(_("Ditt nya lösenord gäller. Överallt annars är du utloggad."), "done")
    return redirect(url_for("own_sign_in.devices"), code=HTTPStatus.SEE_OTHER)


@blueprint.get("/me/email")
@signed_in
def email() -> ResponseReturnValue:
    return _page("email", NewEmailForm(formdata=None))


@blueprint.post("/me/email")
@signed_in
def ask_for_new_email() -> ResponseReturnValue:
    form = NewEmailForm()
    if not form.validate_on_submit():
        return _page("email", form, HTTPStatus.UNPROCESSABLE_ENTITY)
    wished, now = form.email.data or "", clock.now()
    if wished == current_user.email:
        form.email.errors = [_("Det är adressen du redan har.")]
        return _page("email", form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        attempt = own_password(form.current_password)
    except TooManyFailures as error:
        return _told_to_wait("email", form, error)
    if attempt is None:
        return _page("email", form, HTTPStatus.UNPROCESSABLE_ENTITY)
    mails = attempt_of(wished, what="new-email-")
    try:
        with writing():
            service.forgive(attempt, now=now)
            # A right password is no leave to fill somebody else's mailbox.
            service.begin_attempt(mails, per_account=service.MAILS_PER_ACCOUNT, now=now)
            credentials.wish_for_new_email(
                current_user.id, wished, secret_key=secret_key(), now=now
            )
    except TooManyFailures as error:
        return _told_to_wait("email", form, error)
    flash(
        _(
            "Ett mejl är på väg till %(email)s. Adressen gäller när du har svarat ja där.",
            email=wished,
        ),
        "done",
    )
    return redirect(url_for("own_sign_in.email"), code=HTTPStatus.SEE_OTHER)


def _page(
    name: str, form: ChangePasswordForm | NewEmailForm, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    page = render(f"accounts/{name}.html", form=form, has_password=has_password(current_user.id))
    page.status_code = status
    return page


def _told_to_wait(
    name: str, form: ChangePasswordForm | NewEmailForm, error: TooManyFailures
) -> Response:
    form.current_password.errors = [wait_words(error)]
    return told_to_wait(_page(name, form, HTTPStatus.TOO_MANY_REQUESTS), error)
