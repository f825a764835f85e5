from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.access import signed_in
from app.content import catalogue
from app.htmx import render
from app.me.queries import own_page
from app.organisation.queries import find_team_of
from app.seasons.queries import find_current_season, find_newest_season, find_participation

blueprint = Blueprint("me", __name__)


@blueprint.get("/me")
@signed_in
def me() -> ResponseReturnValue:
    season = find_newest_season()
    participation = find_participation(current_user.id, season.id) if season else None
    page = own_page(season, participation, catalogue()) if season and participation else None
    return render("me/me.html", season=season, page=page)


@blueprint.get("/me/settings")
@signed_in
def settings() -> ResponseReturnValue:
    season = find_current_season()
    return render(
        "me/settings.html",
        season=season,
        participation=find_participation(current_user.id, season.id) if season else None,
        team=find_team_of(current_user.id, before=clock.now()),
    )
