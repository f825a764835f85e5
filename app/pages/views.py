from http import HTTPStatus

from flask import Blueprint, current_app, redirect, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.access import public
from app.content import catalogue
from app.htmx import render
from app.i18n import language
from app.pages.inventory import load_inventory, told
from app.pages.setup import is_needed, setup_page
from app.retention import REGRET_LASTS

blueprint = Blueprint("pages", __name__)

# Where they are switched off, nothing is stored for them.
FOR_DASHBOARDS = ("dashboards", "pulse")


@blueprint.get("/")
@public
def landing() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("checkins.week"), code=HTTPStatus.SEE_OTHER)
    if is_needed():
        return setup_page()
    found = catalogue()
    return render(
        "pages/landing.html",
        challenges=[each for each in found.challenges if not each.is_own],
        questions=len(found.deck.questions),
        roles=len(found.roles),
    )


@blueprint.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    inventory = current_app.extensions["inventory"]
    has_dashboards = current_app.extensions["settings"].dashboards
    return render(
        "pages/privacy.html",
        regret_days=REGRET_LASTS.days,
        stored=[
            group
            for group in told(inventory, language())
            if has_dashboards or group.slug not in FOR_DASHBOARDS
        ],
    )


@blueprint.record
def _load_inventory(state: BlueprintSetupState) -> None:
    state.app.extensions["inventory"] = load_inventory()
