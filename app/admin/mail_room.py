"""The lead's page of the mails: how each kind looks and when it comes, and what did not arrive."""

from base64 import b64encode
from http import HTTPStatus

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from app import clock
from app.access import lead
from app.admin.mail_samples import KINDS, OTHER_KINDS, Sample, payload_of
from app.content import catalogue
from app.database import writing
from app.htmx import render
from app.i18n import LANGUAGES, time_zone
from app.installation import find_organisation_name
from app.notifications import composing
from app.notifications.kinds import SAMPLE, WeekMail
from app.notifications.links import new_seed
from app.notifications.queries import losses, tallies
from app.notifications.service import Letter, post
from app.rhythm.mailing import PICTURES
from app.security import base_url, framed, may_frame

blueprint = Blueprint("mail_room", __name__, url_prefix="/admin/mail")


@blueprint.get("")
@lead
def index() -> ResponseReturnValue:
    return render(
        "admin/mail_room.html",
        week=tuple(WeekMail),
        others=OTHER_KINDS,
        tallies=tallies(),
        losses=losses(),
    )


@blueprint.get("/<string:kind>")
@lead
def sample(kind: str) -> ResponseReturnValue:
    organisation = find_organisation_name()
    mails = []
    for locale in LANGUAGES:
        with force_locale(locale):
            context = _context(kind, locale, organisation)
            mails.append((locale, composing.subject(kind, context), composing.text(kind, context)))
    may_frame()
    sender = current_app.extensions["settings"].sender
    return render("admin/mail_sample.html", kind=kind, mails=mails, sender=sender)


@blueprint.get("/<string:kind>/page")
@lead
def sample_page(kind: str) -> ResponseReturnValue:
    """The mail's HTML alone, for the frame on the page above."""
    locale = request.args.get("language", LANGUAGES[0])
    if locale not in LANGUAGES:
        abort(HTTPStatus.NOT_FOUND)
    organisation = find_organisation_name()
    with force_locale(locale):
        context = _context(kind, locale, organisation)
        if kind in PICTURES:
            png = b64encode(PICTURES[kind](context)).decode()
            context["picture"] = f"data:image/png;base64,{png}"
        return framed(composing.page(kind, context))


@blueprint.post("/<string:kind>")
@lead
def send_sample(kind: str) -> ResponseReturnValue:
    letter = Letter(
        f"{SAMPLE}:{new_seed()}",
        SAMPLE,
        current_user.email,
        current_user.language,
        _payload(kind) | {"of": kind},
        current_user.id,
    )
    with writing():
        post([letter], now=clock.now())
    flash(_("Ett prov är på väg till %(email)s.", email=current_user.email), "done")
    return redirect(url_for("mail_room.sample", kind=kind), code=HTTPStatus.SEE_OTHER)


def _context(kind: str, locale: str, organisation: str | None) -> composing.Context:
    mail = Sample(locale, _payload(kind))
    context = composing.context_of(kind, mail, base_url(), secret_key=None)
    return context | {"organisation": composing.named(organisation)}


def _payload(kind: str) -> dict:
    if kind not in KINDS:
        abort(HTTPStatus.NOT_FOUND)
    return payload_of(kind, catalogue(), time_zone(), clock.now())
