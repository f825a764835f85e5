from http import HTTPStatus

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.access import public, signed_in
from app.badges.queries import team_badge_rounds
from app.content import catalogue
from app.htmx import render
from app.league.queries import find_table_row, is_wall_open, published_table, team_weeks
from app.league.wall import page_of
from app.organisation.queries import find_team, find_team_of
from app.seasons.queries import find_newest_season

blueprint = Blueprint("league", __name__)


@blueprint.get("/league")
@signed_in
def table() -> ResponseReturnValue:
    season = find_newest_season()
    own_team = find_team_of(current_user.id, before=clock.now())
    return render(
        "league/table.html",
        season=season,
        table=published_table(season) if season else None,
        own_team_id=own_team.id if own_team else None,
        catalogue=catalogue(),
    )


@blueprint.get("/league/teams/<int:team_id>")
@signed_in
def team(team_id: int) -> ResponseReturnValue:
    found = find_team(team_id)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    season = find_newest_season()
    own_team = find_team_of(current_user.id, before=clock.now())
    return render(
        "league/team.html",
        team=found,
        season=season,
        row=find_table_row(published_table(season), team_id) if season else None,
        weeks=team_weeks(team_id, season.id) if season else [],
        team_badges=team_badge_rounds(team_id, season.id) if season else {},
        is_own=own_team is not None and own_team.id == team_id,
        catalogue=catalogue(),
    )


@blueprint.get("/league/wall/<string:token>")
@public
def wall(token: str) -> ResponseReturnValue:
    """The coffee room's screen: the published table in large letters, no names of people."""
    if not is_wall_open(token):
        abort(HTTPStatus.NOT_FOUND)
    season = find_newest_season()
    table = published_table(season) if season else None
    return render(
        "league/wall.html",
        token=token,
        season=season,
        table=table,
        page=page_of(table, request.args.get("page", 1, int)) if table else None,
        catalogue=catalogue(),
    )
