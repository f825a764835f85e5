from http import HTTPStatus

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.access import public
from app.content import catalogue
from app.htmx import render

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@public
def landing() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("checkins.week"), code=HTTPStatus.SEE_OTHER)
    found = catalogue()
    return render(
        "pages/landing.html",
        challenges=found.challenges,
        questions=len(found.deck.questions),
        roles=len(found.roles),
    )


@blueprint.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    return render("pages/privacy.html")
