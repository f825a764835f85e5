from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.access import signed_in
from app.content import catalogue
from app.htmx import render
from app.me.queries import own_page
from app.organisation.queries import find_team_of
from app.seasons.queries import find_current_season_of, find_newest_season_of

blueprint = Blueprint("me", __name__)


@blueprint.get("/me")
@signed_in
def me() -> ResponseReturnValue:
    season, participation = find_newest_season_of(current_user.id)
    page = own_page(season, participation, catalogue()) if season and participation else None
    return render("me/me.html", season=season, page=page)


@blueprint.get("/me/settings")
@signed_in
def settings() -> ResponseReturnValue:
    season, participation = find_current_season_of(current_user.id)
    return render(
        "me/settings.html",
        season=season,
        participation=participation,
        team=find_team_of(current_user.id, before=clock.now()),
    )
