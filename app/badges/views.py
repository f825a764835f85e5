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
from app.organisation.queries import find_team_of
from app.seasons.queries import SeasonRow, find_begun_season, find_participation

blueprint = Blueprint("badges", __name__)


@blueprint.get("/badges")
@signed_in
def wall_page() -> ResponseReturnValue:
    return render("badges/wall.html", pins=_pins(find_begun_season(clock.now())))


@blueprint.get("/badges/<string:slug>")
@signed_in
def badge(slug: str) -> ResponseReturnValue:
    season = find_begun_season(clock.now())
    pin = next((each for each in _pins(season) if each.badge.slug == slug), None)
    if pin is None:
        abort(HTTPStatus.NOT_FOUND)
    return render("badges/badge.html", pin_row=pin, season=season, catalogue=catalogue())


def _pins(season: SeasonRow | None) -> tuple[Pin, ...]:
    participation = find_participation(current_user.id, season.id) if season else None
    team = _own_team(season) if season else None
    return wall(current_user.id, season, participation, team, catalogue())


def _own_team(season: SeasonRow) -> OwnTeam | None:
    team = find_team_of(current_user.id, before=clock.now())
    if team is None:
        return None
    return OwnTeam(
        won=team_badge_rounds(team.id, season.id), record=find_team_record(team.id, season)
    )
