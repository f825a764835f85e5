from http import HTTPStatus

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.access import signed_in
from app.badges.queries import team_badge_rounds
from app.content import catalogue
from app.htmx import render
from app.league.finale import find_finale
from app.league.queries import find_table_row, published_table, team_weeks
from app.organisation.queries import find_team, find_team_of
from app.seasons.queries import find_begun_season

blueprint = Blueprint("league", __name__)


@blueprint.get("/league")
@signed_in
def table() -> ResponseReturnValue:
    now = clock.now()
    season = find_begun_season(now)
    own_team = find_team_of(current_user.id, before=now)
    return render(
        "league/table.html",
        season=season,
        table=published_table(season) if season else None,
        own_team_id=own_team.id if own_team else None,
        catalogue=catalogue(),
    )


@blueprint.get("/finale")
@signed_in
def finale() -> ResponseReturnValue:
    season = find_begun_season(clock.now())
    return render(
        "league/finale.html",
        season=season,
        finale=find_finale(season) if season else None,
        catalogue=catalogue(),
    )


@blueprint.get("/league/teams/<int:team_id>")
@signed_in
def team(team_id: int) -> ResponseReturnValue:
    found = find_team(team_id)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    now = clock.now()
    season = find_begun_season(now)
    own_team = find_team_of(current_user.id, before=now)
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
