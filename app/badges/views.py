from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.access import signed_in
from app.badges.queries import team_badge_rounds
from app.badges.wall import OwnTeam, Pin, wall
from app.content import catalogue
from app.htmx import render
from app.league.queries import find_team_record
from app.organisation.queries import league_team_id_of
from app.seasons.queries import SeasonRow, find_begun_season_of

blueprint = Blueprint("badges", __name__)


@blueprint.get("/badges")
@signed_in
def wall_page() -> ResponseReturnValue:
    pins, _season = _pins()
    return render("badges/wall.html", pins=pins)


@blueprint.get("/badges/<string:slug>")
@signed_in
def badge(slug: str) -> ResponseReturnValue:
    pins, season = _pins()
    pin = next((each for each in pins if each.badge.slug == slug), None)
    if pin is None:
        abort(HTTPStatus.NOT_FOUND)
    return render("badges/badge.html", pin_row=pin, season=season, catalogue=catalogue())


def _pins() -> tuple[tuple[Pin, ...], SeasonRow | None]:
    now = clock.now()
    season, participation = find_begun_season_of(current_user.id, now)
    team = _own_team(season, now) if season else None
    return wall(current_user.id, season, participation, team, catalogue()), season


def _own_team(season: SeasonRow, now: datetime) -> OwnTeam:
    own = league_team_id_of(current_user.id, season.id, before=now)
    return OwnTeam(won=team_badge_rounds(own, season.id), record=find_team_record(own, season.id))
