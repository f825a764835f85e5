"""A forgotten password, and the yes to a new address: pages that a link in a mail opens."""

from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app import clock
from app.access import public
from app.accounts import credentials
from app.accounts.entrance import attempt_of, told_to_wait, wait_words
from app.accounts.forms import EmailForm, NewPasswordForm
from app.accounts.service import (
    MAILS_PER_ACCOUNT,
    EmailTaken,
    TooManyFailures,
    begin_attempt,
    forgive,
)
from app.accounts.tokens import LinkDead, Purpose, find_link
from app.accounts.welcome import dead_link
from app.accounts.wishes import wish_for_mail
from app.database import writing
from app.htmx import render
from app.i18n import language

blueprint = Blueprint("recovery", __name__)


@blueprint.get("/login/forgotten")
@public
def forgotten() -> ResponseReturnValue:
    return _forgotten_page(EmailForm(formdata=None))


@blueprint.post("/login/forgotten")
@public
def ask_for_link() -> ResponseReturnValue:
    """Known and unknown addresses take the same way: see `wishes`."""
    form = EmailForm()
    if not form.validate_on_submit():
        return _forgotten_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    email, now = form.email.data or "", clock.now()
    try:
        with writing():
            begin_attempt(attempt_of(email, what="reset-"), per_account=MAILS_PER_ACCOUNT, now=now)
            wish_for_mail(Purpose.RESET, email, language(), now=now)
    except TooManyFailures as error:
        form.email.errors = [wait_words(error)]
        return told_to_wait(_forgotten_page(form, HTTPStatus.TOO_MANY_REQUESTS), error)
    return redirect(url_for("recovery.mail_sent"), code=HTTPStatus.SEE_OTHER)


@blueprint.get("/login/mail-sent")
@public
def mail_sent() -> ResponseReturnValue:
    return render("accounts/mail_sent.html")


@blueprint.get("/login/new-password/<string:token>")
@public
def new_password(token: str) -> ResponseReturnValue:
    try:
        find_link(Purpose.RESET, token, now=clock.now())
    except LinkDead:
        return dead_link(Purpose.RESET)
    return render("accounts/new_password.html", form=NewPasswordForm(formdata=None))


@blueprint.post("/login/new-password/<string:token>")
@public
def reset_password(token: str) -> ResponseReturnValue:
    try:
        find_link(Purpose.RESET, token, now=clock.now())
        form = NewPasswordForm()
        if not form.validate_on_submit():
            page = render("accounts/new_password.html", form=form)
            page.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
            return page
        now = clock.now()
        with writing():
            email = credentials.reset_password(token, form.password_hash, now=now)
            # Else whoever has forgotten it would be kept waiting for her own wrong tries.
            forgive(attempt_of(email), now=now)
    except LinkDead:
        return dead_link(Purpose.RESET)
    flash(_("Ditt nya lösenord gäller, och du är utloggad överallt. Logga in med det."), "done")
    return redirect(url_for("accounts.login"), code=HTTPStatus.SEE_OTHER)


@blueprint.get("/new-email/<string:token>")
@public
def new_email(token: str) -> ResponseReturnValue:
    try:
        recipient = find_link(Purpose.NEW_EMAIL, token, now=clock.now())
    except LinkDead:
        return dead_link(Purpose.NEW_EMAIL)
    return render("accounts/new_email.html", email=recipient.email)


@blueprint.post("/new-email/<string:token>")
@public
def confirm_new_email(token: str) -> ResponseReturnValue:
    try:
        with writing():
            email = credentials.confirm_new_email(token, now=clock.now())
    except LinkDead:
        return dead_link(Purpose.NEW_EMAIL)
    except EmailTaken:
        flash(_("Den adressen hör redan till ett konto. Inget är ändrat."), "trouble")
    else:
        flash(_("Klart. Från och med nu gäller %(email)s.", email=email), "done")
    target = "me.settings" if current_user.is_authenticated else "accounts.login"
    return redirect(url_for(target), code=HTTPStatus.SEE_OTHER)


def _forgotten_page(form: EmailForm, status: HTTPStatus = HTTPStatus.OK) -> Response:
    page = render("accounts/forgotten.html", form=form)
    page.status_code = status
    return page
