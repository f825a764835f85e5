"""The ways in: an invitation by mail, and the organisation's join link."""

from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access import public
from app.accounts.emails import is_of
from app.accounts.entrance import attempt_of, browser_name, let_in, told_to_wait, wait_words
from app.accounts.forms import EmailForm, WelcomeForm
from app.accounts.invitations import accept_invitation
from app.accounts.joining import OpenLink, find_open_link, join_by_link, may_join
from app.accounts.service import (
    MAILS_PER_ACCOUNT,
    AccountClosed,
    EmailTaken,
    TooManyFailures,
    begin_attempt,
)
from app.accounts.tokens import LinkDead, Purpose, Recipient, find_link
from app.accounts.wishes import wish_for_mail
from app.database import writing
from app.htmx import render
from app.i18n import language

blueprint = Blueprint("welcome", __name__)


@blueprint.get("/invitation/<string:token>")
@public
def invitation(token: str) -> ResponseReturnValue:
    try:
        recipient = find_link(Purpose.INVITATION, token, now=clock.now())
    except LinkDead:
        return dead_link(Purpose.INVITATION)
    return _welcome_page(WelcomeForm(formdata=None, name=recipient.name), recipient)


@blueprint.post("/invitation/<string:token>")
@public
def accept(token: str) -> ResponseReturnValue:
    try:
        recipient = find_link(Purpose.INVITATION, token, now=clock.now())
        form = WelcomeForm()
        if not form.validate_on_submit():
            return _welcome_page(form, recipient, HTTPStatus.UNPROCESSABLE_ENTITY)
        return let_in(
            lambda: accept_invitation(
                token,
                form.name.data or "",
                form.password_hash,
                language=language(),
                browser=browser_name(),
                now=clock.now(),
            ),
            url_for("seasons.join"),
        )
    except (LinkDead, AccountClosed):
        return dead_link(Purpose.INVITATION)


@blueprint.get("/welcome/<string:token>")
@public
def join_link(token: str) -> ResponseReturnValue:
    return _join_page(EmailForm(), _open_link(token))


@blueprint.post("/welcome/<string:token>")
@public
def ask_to_join(token: str) -> ResponseReturnValue:
    link = _open_link(token)
    form = EmailForm()
    if not form.validate_on_submit():
        return _join_page(form, link, HTTPStatus.UNPROCESSABLE_ENTITY)
    email = form.email.data or ""
    if not is_of(email, link.domains):
        form.email.errors = [_("Länken är till för adresser på jobbet. Använd din jobbadress.")]
        return _join_page(form, link, HTTPStatus.UNPROCESSABLE_ENTITY)
    now = clock.now()
    try:
        with writing():
            begin_attempt(attempt_of(email, what="join-"), per_account=MAILS_PER_ACCOUNT, now=now)
            wish_for_mail(Purpose.JOIN, email, language(), now=now)
    except TooManyFailures as error:
        form.email.errors = [wait_words(error)]
        return told_to_wait(_join_page(form, link, HTTPStatus.TOO_MANY_REQUESTS), error)
    return redirect(url_for("recovery.mail_sent"), code=HTTPStatus.SEE_OTHER)


@blueprint.get("/welcome/confirm/<string:token>")
@public
def confirm(token: str) -> ResponseReturnValue:
    try:
        return _welcome_page(WelcomeForm(formdata=None), _joining(token))
    except LinkDead:
        return dead_link(Purpose.JOIN)


@blueprint.post("/welcome/confirm/<string:token>")
@public
def join(token: str) -> ResponseReturnValue:
    try:
        recipient = _joining(token)
        form = WelcomeForm()
        if not form.validate_on_submit():
            return _welcome_page(form, recipient, HTTPStatus.UNPROCESSABLE_ENTITY)
        return let_in(
            lambda: join_by_link(
                token,
                form.name.data or "",
                form.password_hash,
                language=language(),
                browser=browser_name(),
                now=clock.now(),
            ),
            url_for("seasons.join"),
        )
    except LinkDead:
        return dead_link(Purpose.JOIN)
    except EmailTaken:
        flash(_("Du har redan ett konto. Logga in, eller be om ett nytt lösenord."), "done")
        return redirect(url_for("accounts.login"), code=HTTPStatus.SEE_OTHER)


def dead_link(purpose: Purpose) -> ResponseReturnValue:
    """The same for a link that was used, has expired, was taken back or never was."""
    page = render("accounts/dead_link.html", purpose=purpose)
    page.status_code = HTTPStatus.NOT_FOUND
    return page


def _joining(token: str) -> Recipient:
    """Raises LinkDead, also where the lead has closed the way in meanwhile."""
    recipient = find_link(Purpose.JOIN, token, now=clock.now())
    if not may_join(recipient.email):
        raise LinkDead
    return recipient


def _open_link(token: str) -> OpenLink:
    link = find_open_link(token)
    if link is None:
        abort(HTTPStatus.NOT_FOUND)
    return link


def _welcome_page(form: WelcomeForm, recipient: Recipient, status: HTTPStatus = HTTPStatus.OK):
    page = render("accounts/welcome.html", form=form, email=recipient.email)
    page.status_code = status
    return page


def _join_page(form: EmailForm, link: OpenLink, status: HTTPStatus = HTTPStatus.OK):
    page = render("accounts/join_link.html", form=form, domains=link.domains)
    page.status_code = status
    return page
