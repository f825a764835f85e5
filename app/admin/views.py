from http import HTTPStatus

from flask import Blueprint, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access import lead
from app.content import catalogue
from app.database import writing
from app.htmx import render
from app.rhythm.service import close_round_early
from app.seasons.queries import count_participants, find_newest_season
from challenges.errors import NothingToClose

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/season")
@lead
def season() -> ResponseReturnValue:
    found = find_newest_season()
    now = clock.now()
    oldest = next((each for each in found.plan.rounds if not each.closed), None) if found else None
    return render(
        "admin/season.html",
        season=found,
        now=now,
        participants=count_participants(found.id) if found else 0,
        closing=oldest if oldest and oldest.starts_at <= now else None,
        can_close=oldest is not None and (_is_demo() or now >= oldest.closes_at),
        catalogue=catalogue(),
    )


@blueprint.post("/rounds/<int:number>/close")
@lead
def close_round(number: int) -> ResponseReturnValue:
    try:
        with writing():
            close_round_early(
                number,
                catalogue(),
                is_demo=_is_demo(),
                dashboards=current_app.extensions["settings"].dashboards,
                now=clock.now(),
            )
    except NothingToClose:
        flash(_("Omgången är redan stängd. Tabellen finns i ligan."), "done")
    else:
        flash(_("Omgång %(number)d är stängd och tabellen är publicerad.", number=number), "done")
    return redirect(url_for("admin.season"), code=HTTPStatus.SEE_OTHER)


def _is_demo() -> bool:
    return current_app.extensions["settings"].demo
