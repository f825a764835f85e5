"""The setup page, which stands at / as long as there are no users."""

from http import HTTPStatus
from itertools import groupby
from zoneinfo import available_timezones

from flask import Blueprint, Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import StringField
from wtforms.validators import AnyOf, DataRequired, Length

from app import clock
from app.access import public
from app.accounts import setup
from app.accounts.entrance import browser_name, let_in
from app.accounts.forms import EmailForm, WelcomeForm, one_line
from app.accounts.tokens import LinkDead
from app.htmx import render
from app.i18n import LANGUAGES, language
from app.i18n import lazy_gettext as _l
from app.installation import NAME_LENGTH

REGIONS = frozenset(
    {
        *("Africa", "America", "Antarctica", "Asia", "Atlantic"),
        *("Australia", "Europe", "Indian", "Pacific"),
    }
)
IS_SET_UP = "is set up"

blueprint = Blueprint("setup", __name__)


def zones_by_region() -> list[tuple[str, list[str]]]:
    """Every time zone with a place in its name."""
    named = sorted(zone for zone in available_timezones() if zone.partition("/")[0] in REGIONS)
    return [
        (region, list(zones))
        for region, zones in groupby(named, lambda zone: zone.partition("/")[0])
    ]


class SetupForm(WelcomeForm, EmailForm):
    token = StringField()
    organisation = StringField(
        filters=[one_line],
        validators=[
            DataRequired(_l("Skriv vad ni heter.")),
            Length(max=NAME_LENGTH, message=_l("Namnet är för långt.")),
        ],
    )
    timezone = StringField(
        validators=[
            AnyOf(
                [zone for _region, zones in zones_by_region() for zone in zones],
                message=_l("Välj en plats ur listan."),
            )
        ]
    )
    language = StringField(validators=[AnyOf(LANGUAGES, message=_l("Välj ett av språken."))])


def is_needed() -> bool:
    """Whether nobody is here yet. The demo brings its own people."""
    if current_app.extensions["settings"].demo or IS_SET_UP in current_app.extensions:
        return False
    if not setup.has_users():
        return True
    # Once there are people there always are, and nobody needs to ask again.
    current_app.extensions[IS_SET_UP] = True
    return False


def setup_page() -> Response:
    form = SetupForm(
        formdata=None,
        token=request.args.get("key", ""),
        timezone=current_app.extensions["settings"].timezone,
        language=language(),
    )
    return _page(form)


@blueprint.post("/setup")
@public
def set_up() -> ResponseReturnValue:
    if not is_needed():
        abort(HTTPStatus.NOT_FOUND)
    form = SetupForm()
    # Before anything else: for whoever lacks the key nothing is looked at, and no password hashed.
    if not setup.fits(form.token.data or ""):
        form.token.errors = [
            _("Nyckeln stämmer inte. Den rätta står där servern startades senast.")
        ]
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not form.validate_on_submit():
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    founding = setup.Founding(
        organisation=form.organisation.data or "",
        timezone=form.timezone.data or "",
        language=form.language.data or "",
        name=form.name.data or "",
        email=form.email.data or "",
        password_hash=form.password_hash,
    )
    try:
        return let_in(
            lambda: setup.set_up(
                form.token.data or "", founding, browser=browser_name(), now=clock.now()
            ),
            url_for("admin.season"),
        )
    except LinkDead:
        abort(HTTPStatus.NOT_FOUND)


def _page(form: SetupForm, status: HTTPStatus = HTTPStatus.OK) -> Response:
    page = render("pages/setup.html", form=form, zones=zones_by_region())
    page.status_code = status
    return page
