from http import HTTPStatus

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.access import signed_in
from app.badges.wall import Pin, wall
from app.content import catalogue
from app.htmx import render
from app.seasons.queries import find_newest_season_of

blueprint = Blueprint("badges", __name__)


@blueprint.get("/badges")
@signed_in
def wall_page() -> ResponseReturnValue:
    return render("badges/wall.html", pins=_pins())


@blueprint.get("/badges/<string:slug>")
@signed_in
def badge(slug: str) -> ResponseReturnValue:
    pin = next((each for each in _pins() if each.badge.slug == slug), None)
    if pin is None:
        abort(HTTPStatus.NOT_FOUND)
    return render("badges/badge.html", pin_row=pin)


def _pins() -> tuple[Pin, ...]:
    season, participation = find_newest_season_of(current_user.id)
    return wall(current_user.id, season, participation, catalogue())
