from http import HTTPStatus

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.access import signed_in
from app.content import catalogue
from app.history.queries import seasons_played_by
from app.htmx import render
from app.me.lookback import look_back
from app.me.queries import own_page
from app.organisation.queries import find_team_of
from app.seasons.queries import (
    find_begun_season_of,
    find_current_season_of,
    find_season_of,
    seasons_of,
)
from challenges.calendar import is_leaving

blueprint = Blueprint("me", __name__)


@blueprint.get("/me")
@signed_in
def me() -> ResponseReturnValue:
    season, participation = find_begun_season_of(current_user.id, clock.now())
    page = own_page(season, participation, catalogue()) if season and participation else None
    played = seasons_played_by(current_user.id)
    return render(
        "me/me.html",
        season=season,
        page=page,
        books=played,
        longest=max((each.longest for each in played), default=0),
    )


@blueprint.get("/me/halfway")
@signed_in
def halfway() -> ResponseReturnValue:
    """Before its time it says when it comes: there is nothing to hide, only to wait for."""
    season, participation = find_begun_season_of(current_user.id, clock.now())
    story = None
    if season and participation and season.halfway.closed:
        story = look_back(season, participation, catalogue(), up_to=season.halfway.number)
    return render("me/halfway.html", season=season, participation=participation, story=story)


@blueprint.get("/me/book")
@signed_in
def newest_book() -> ResponseReturnValue:
    joined = seasons_of(current_user.id)
    if joined:
        return _book(joined[0].id)
    season, _participation = find_current_season_of(current_user.id)
    return render("me/no_book.html", season=season)


@blueprint.get("/me/book/<int:season_id>")
@signed_in
def book(season_id: int) -> ResponseReturnValue:
    return _book(season_id)


def _book(season_id: int) -> ResponseReturnValue:
    """A season that somebody else took part in is not there, like one that never was."""
    season, participation = find_season_of(current_user.id, season_id)
    if season is None or participation is None:
        abort(HTTPStatus.NOT_FOUND)
    return render(
        "me/book.html",
        season=season,
        participation=participation,
        story=look_back(season, participation, catalogue(), up_to=len(season.plan.rounds)),
        books=seasons_of(current_user.id),
    )


@blueprint.get("/me/settings")
@signed_in
def settings() -> ResponseReturnValue:
    now = clock.now()
    season, participation = find_current_season_of(current_user.id)
    return render(
        "me/settings.html",
        season=season,
        participation=participation,
        is_leaving=season is not None
        and participation is not None
        and is_leaving(season.plan, participation.first_round, participation.left_from, now),
        team=find_team_of(current_user.id, before=now),
    )
