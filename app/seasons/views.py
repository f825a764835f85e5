from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app import clock
from app.access import participant, signed_in
from app.database import writing
from app.htmx import render
from app.organisation.queries import find_league_team_of
from app.seasons import service
from app.seasons.models import Participation
from app.seasons.queries import SeasonRow, find_current_season_of
from app.seasons.votes import vote
from challenges.calendar import is_leaving
from challenges.errors import AlreadyJoined

blueprint = Blueprint("seasons", __name__)


@blueprint.get("/join")
@signed_in
def join() -> ResponseReturnValue:
    season, participation = find_current_season_of(current_user.id)
    if season is None:
        return render("seasons/no_season.html")
    if participation is not None and participation.left_from is None:
        return redirect(url_for("checkins.week"), code=HTTPStatus.SEE_OTHER)
    now = clock.now()
    first = service.find_first_round(season.plan, now)
    team = find_league_team_of(current_user.id, season.id, before=first.ends_at) if first else None
    return render(
        "seasons/join.html",
        season=season,
        first_round=first,
        has_begun=first is not None and first.starts_at <= now,
        team=team,
        has_left=participation is not None,
        may_stay=_may_stay(season, participation, now),
    )


def _may_stay(season: SeasonRow, participation: Participation | None, now: datetime) -> bool:
    return participation is not None and is_leaving(
        season.plan, participation.first_round, participation.left_from, now
    )


@blueprint.post("/join")
@signed_in
def join_season() -> ResponseReturnValue:
    now = clock.now()
    season, participation = find_current_season_of(current_user.id)
    if season and _may_stay(season, participation, now):
        welcome = _("Fint att du stannar.")
    else:
        welcome = _("Välkommen tillbaka.") if participation else _("Välkommen in i ligan.")
    try:
        with writing():
            service.join(current_user.id, now=now)
    except AlreadyJoined:
        flash(_("Du är redan med."), "done")
    else:
        flash(welcome, "done")
    return redirect(url_for("checkins.week"), code=HTTPStatus.SEE_OTHER)


@blueprint.post("/leave")
@signed_in
def leave() -> ResponseReturnValue:
    with writing():
        service.leave(current_user.id, now=clock.now())
    flash(
        _(
            "Du lämnar säsongen från nästa omgång. Det du har gjort finns kvar, och du kan komma "
            "tillbaka."
        ),
        "done",
    )
    return redirect(url_for("me.settings"), code=HTTPStatus.SEE_OTHER)


@blueprint.post("/week/<int:number>/vote")
@participant
def cast_vote(number: int) -> ResponseReturnValue:
    with writing():
        vote(current_user.id, number, request.form.get("challenge", ""), now=clock.now())
    flash(_("Din röst är inlagd. Du kan ändra dig ända till omröstningen stänger."), "done")
    return redirect(url_for("checkins.week"), code=HTTPStatus.SEE_OTHER)
