from http import HTTPStatus

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.access import participant, public, signed_in
from app.badges.queries import team_badge_rounds
from app.content import catalogue
from app.database import writing
from app.htmx import render
from app.league.finale import find_finale
from app.league.own import team_standing
from app.league.queries import (
    TEAMS_ON_THE_WALL,
    Sheet,
    find_sheet,
    headlines,
    is_wall_open,
    team_weeks,
)
from app.organisation.queries import find_team
from app.pulse.queries import find_offer
from app.seasons.models import Participation
from app.seasons.queries import SeasonRow, find_begun_season, find_begun_season_of
from app.seasons.service import wave_off_ceremony
from challenges.pulse import Moment

blueprint = Blueprint("league", __name__)


@blueprint.get("/league")
@signed_in
def table() -> ResponseReturnValue:
    now = clock.now()
    season = find_begun_season(now)
    if season is None or season.last_closed is None:
        return render("league/table.html", season=season, sheet=None, news=None)
    sheet = find_sheet(season, request.args.get("sheet", 1, type=int))
    if sheet is None:
        abort(HTTPStatus.NOT_FOUND)
    return render(
        "league/table.html",
        season=season,
        sheet=sheet,
        news=headlines(season, season.last_closed, current_user.id, before=now),
    )


@blueprint.get("/finale")
@signed_in
def finale() -> ResponseReturnValue:
    season, participation = find_begun_season_of(current_user.id, clock.now())
    return render(
        "league/finale.html",
        season=season,
        finale=find_finale(season) if season else None,
        pulse=_pulse(season, participation),
        questions=catalogue().pulse.questions,
        has_joined=participation is not None,
    )


def _pulse(season: SeasonRow | None, participation: Participation | None) -> Moment | None:
    """Only where its result is shown."""
    if season is None or not current_app.extensions["settings"].dashboards:
        return None
    return find_offer(season, participation, Moment.AFTER)


@blueprint.get("/league/teams/<int:team_id>")
@signed_in
def team(team_id: int) -> ResponseReturnValue:
    found = find_team(team_id)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    now = clock.now()
    season = find_begun_season(now)
    standing = team_standing(team_id, season, current_user.id, now=now) if season else None
    joint_id = standing.plays_as if standing and standing.plays_as != team_id else None
    return render(
        "league/team.html",
        team=found,
        season=season,
        weeks=team_weeks(team_id, season.id) if season else [],
        team_badges=team_badge_rounds(team_id, season.id) if season else {},
        joint=find_team(joint_id) if joint_id else None,
        standing=standing,
    )


@blueprint.post("/league/ceremony/<int:number>")
@participant
def wave_off(number: int) -> ResponseReturnValue:
    with writing():
        wave_off_ceremony(current_user.id, number)
    return redirect(url_for("checkins.week"), code=HTTPStatus.SEE_OTHER)


@blueprint.get("/league/wall/<string:token>")
@public
def wall(token: str) -> ResponseReturnValue:
    """The coffee room's screen: the published table in large letters, no names of people."""
    if not is_wall_open(token):
        abort(HTTPStatus.NOT_FOUND)
    season = find_begun_season(clock.now())
    return render(
        "league/wall.html",
        token=token,
        season=season,
        page=_wall_sheet(season, request.args.get("page", 1, int)) if season else None,
    )


def _wall_sheet(season: SeasonRow, wished: int) -> Sheet | None:
    """The first one where the table has become shorter than the screen remembers; None before the
    first closing."""
    sheet = find_sheet(season, wished, TEAMS_ON_THE_WALL)
    return sheet or find_sheet(season, 1, TEAMS_ON_THE_WALL)
