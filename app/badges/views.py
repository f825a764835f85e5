from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.access import signed_in
from app.badges.pictures import SHARE_WIDTH, draw, pin_png
from app.badges.queries import team_badge_rounds
from app.badges.wall import OwnTeam, Pin, wall
from app.content import catalogue
from app.htmx import render
from app.league.own import find_team_record
from app.organisation.queries import league_team_id_of
from app.seasons.queries import SeasonRow, find_begun_season_of

blueprint = Blueprint("badges", __name__)


@blueprint.get("/badges")
@signed_in
def wall_page() -> ResponseReturnValue:
    pins, season = _pins()
    return render("badges/wall.html", pins=pins, season=season)


@blueprint.get("/badges/<string:slug>")
@signed_in
def badge(slug: str) -> ResponseReturnValue:
    pin, season = _get_pin(slug)
    return render("badges/badge.html", pin_row=pin, season=season, catalogue=catalogue())


@blueprint.get("/badges/<string:slug>/pin.png")
@signed_in
def pin_picture(slug: str) -> ResponseReturnValue:
    if catalogue().find_badge(slug) is None:
        abort(HTTPStatus.NOT_FOUND)
    return _png(pin_png(slug))


@blueprint.get("/badges/<string:slug>/share.png")
@signed_in
def share_picture(slug: str) -> ResponseReturnValue:
    """A picture for whoever has earned the badge, to show if she wants to."""
    found, _season = _get_pin(slug)
    if found.award is None:
        abort(HTTPStatus.NOT_FOUND)
    svg = render_template("badges/share.svg", badge=found.badge, streak=current_user.streak)
    answer = _png(draw(svg, enamel=found.badge.enamel, width=SHARE_WIDTH))
    answer.headers["Content-Disposition"] = f'attachment; filename="fikaligan-{slug}.png"'
    return answer


def _png(picture: bytes) -> Response:
    return Response(picture, mimetype="image/png")


def _get_pin(slug: str) -> tuple[Pin, SeasonRow | None]:
    pins, season = _pins()
    pin = next((each for each in pins if each.badge.slug == slug), None)
    if pin is None:
        abort(HTTPStatus.NOT_FOUND)
    return pin, season


def _pins() -> tuple[tuple[Pin, ...], SeasonRow | None]:
    now = clock.now()
    season, participation = find_begun_season_of(current_user.id, now)
    team = _own_team(season, now) if season else None
    return wall(current_user.id, season, participation, team, catalogue()), season


def _own_team(season: SeasonRow, now: datetime) -> OwnTeam:
    own = league_team_id_of(current_user.id, season.id, before=now)
    return OwnTeam(won=team_badge_rounds(own, season.id), record=find_team_record(own, season.id))
