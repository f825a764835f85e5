from http import HTTPStatus

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.access import signed_in
from app.badges.pictures import PIN_WIDTH, SHARE_WIDTH, draw
from app.badges.wall import Pin, wall
from app.content import catalogue
from app.htmx import render
from app.seasons.queries import find_newest_season, find_participation

blueprint = Blueprint("badges", __name__)


@blueprint.get("/badges")
@signed_in
def wall_page() -> ResponseReturnValue:
    return render("badges/wall.html", pins=_pins())


@blueprint.get("/badges/<string:slug>")
@signed_in
def badge(slug: str) -> ResponseReturnValue:
    return render("badges/badge.html", pin_row=_get_pin(slug))


@blueprint.get("/badges/<string:slug>/pin.png")
@signed_in
def pin_picture(slug: str) -> ResponseReturnValue:
    """The badge as it looks when earned, whoever asks: a drawing of the catalogue."""
    badge = _get_pin(slug).badge
    svg = render_template("badges/pin.svg", badge=badge)
    return _png(draw(svg, enamel=badge.enamel, width=PIN_WIDTH))


@blueprint.get("/badges/<string:slug>/share.png")
@signed_in
def share_picture(slug: str) -> ResponseReturnValue:
    """A picture for whoever has earned the badge, to show if she wants to."""
    found = _get_pin(slug)
    if found.award is None:
        abort(HTTPStatus.NOT_FOUND)
    svg = render_template("badges/share.svg", badge=found.badge, streak=current_user.streak)
    answer = _png(draw(svg, enamel=found.badge.enamel, width=SHARE_WIDTH))
    answer.headers["Content-Disposition"] = f'attachment; filename="fikaligan-{slug}.png"'
    return answer


def _png(picture: bytes) -> Response:
    return Response(picture, mimetype="image/png")


def _get_pin(slug: str) -> Pin:
    pin = next((each for each in _pins() if each.badge.slug == slug), None)
    if pin is None:
        abort(HTTPStatus.NOT_FOUND)
    return pin


def _pins() -> tuple[Pin, ...]:
    season = find_newest_season()
    participation = find_participation(current_user.id, season.id) if season else None
    return wall(current_user.id, season, participation, catalogue())
