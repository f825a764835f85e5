from http import HTTPStatus

from flask import Blueprint, abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.access import participant, signed_in
from app.badges.queries import team_badge_rounds
from app.content import catalogue
from app.database import writing
from app.htmx import render
from app.league.queries import find_so_far, find_table_row, published_table, team_weeks
from app.organisation.queries import (
    TeamFace,
    find_league_team,
    find_league_team_of,
    find_team,
)
from app.seasons.queries import SeasonRow, find_newest_season
from app.seasons.service import wave_off_ceremony

blueprint = Blueprint("league", __name__)


@blueprint.get("/league")
@signed_in
def table() -> ResponseReturnValue:
    season = find_newest_season()
    own_team = _own_team(season)
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
    own_team = _own_team(season)
    is_own = own_team is not None and own_team.id == team_id
    plays_as = find_league_team(team_id, season.id) if season else found
    return render(
        "league/team.html",
        team=found,
        season=season,
        row=find_table_row(published_table(season), team_id) if season else None,
        weeks=team_weeks(team_id, season.id) if season else [],
        team_badges=team_badge_rounds(team_id, season.id) if season else {},
        joint=plays_as if plays_as and plays_as.id != team_id else None,
        is_own=is_own,
        so_far=_so_far(season, team_id) if season and is_own else None,
        catalogue=catalogue(),
    )


@blueprint.post("/league/ceremony/<int:number>")
@participant
def wave_off(number: int) -> ResponseReturnValue:
    with writing():
        wave_off_ceremony(current_user.id, number)
    return redirect(url_for("checkins.week"), code=HTTPStatus.SEE_OTHER)


def _own_team(season: SeasonRow | None) -> TeamFace | None:
    if season is None:
        return None
    return find_league_team_of(current_user.id, season.id, before=clock.now())


def _so_far(season: SeasonRow, team_id: int) -> tuple[int, int] | None:
    """The oldest open round and the team's check-ins in it as of last night, if there are many."""
    open_round = next((each for each in season.plan.rounds if not each.closed), None)
    check_ins = find_so_far(team_id, open_round.id) if open_round else None
    return (open_round.number, check_ins) if open_round and check_ins else None
