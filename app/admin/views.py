from http import HTTPStatus

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access import lead
from app.acting import by_viewer
from app.admin.checklist import read_checklist
from app.admin.forms import NegotiationForm
from app.admin.plan_page import calendar, deeds
from app.audit.service import Action, record
from app.content import catalogue
from app.database import writing
from app.htmx import render
from app.i18n import time_zone
from app.league.queries import wall_open_since
from app.league.service import close_wall, open_wall
from app.rhythm.runs import vigil
from app.rhythm.service import close_round_early
from app.seasons.planning import record_negotiation
from app.seasons.queries import (
    SeasonRow,
    count_participants,
    find_draft,
    find_led_season,
    find_season,
)
from app.security import base_url, id_in
from challenges.calendar import local_day
from challenges.errors import NothingToClose

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/season")
@lead
def season() -> ResponseReturnValue:
    return _season_page(find_led_season())


@blueprint.get("/season/<int:season_id>")
@lead
def one_season(season_id: int) -> ResponseReturnValue:
    found = find_season(season_id)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return _season_page(found)


@blueprint.post("/season/negotiation")
@lead
def note_negotiation() -> ResponseReturnValue:
    sent = request.form.get("season_id", "")
    season_id = id_in(sent)
    found = find_season(season_id) if season_id else None if sent else find_led_season()
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    form = NegotiationForm()
    form.today = local_day(clock.now(), time_zone())
    negotiated_on, reference = form.negotiated_on, form.negotiation_reference
    if not form.validate_on_submit() or negotiated_on.data is None or reference.data is None:
        return _season_page(found, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    with writing():
        record_negotiation(found.id, negotiated_on.data, reference.data)
        record(by_viewer(), Action.SEASON_NEGOTIATED, thing=found.name)
    flash(_("Förhandlingen är antecknad."), "done")
    page = (
        url_for("admin.one_season", season_id=season_id) if season_id else url_for("admin.season")
    )
    return redirect(f"{page}#negotiation", code=HTTPStatus.SEE_OTHER)


def _season_page(
    found: SeasonRow | None,
    form: NegotiationForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> ResponseReturnValue:
    now = clock.now()
    is_open = found is not None and found.opened_at is not None
    rounds = found.plan.rounds if found and is_open else ()
    oldest = next((each for each in rounds if not each.closed), None)
    page = render(
        "admin/season.html",
        form=form or NegotiationForm(formdata=None, obj=found),
        season=found,
        now=now,
        weeks=calendar(found, time_zone()) if found else [],
        deeds=deeds(found, time_zone(), now) if found else None,
        draft=find_draft(),
        participants=count_participants(found.id) if found else 0,
        closing=oldest if oldest and oldest.starts_at <= now else None,
        can_close=oldest is not None and (_is_demo() or now >= oldest.closes_at),
        catalogue=catalogue(),
        checklist=read_checklist(found, now),
        vigil=vigil(now),
        wall_since=wall_open_since(),
    )
    page.status_code = status
    return page


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
            record(by_viewer(), Action.ROUND_CLOSED, details={"round": number})
    except NothingToClose:
        flash(_("Omgången är redan stängd. Tabellen finns i ligan."), "done")
    else:
        flash(_("Omgång %(number)d är stängd och tabellen är publicerad.", number=number), "done")
    return redirect(url_for("admin.season"), code=HTTPStatus.SEE_OTHER)


@blueprint.post("/wall")
@lead
def open_wall_link() -> ResponseReturnValue:
    with writing():
        token = open_wall(now=clock.now())
        record(by_viewer(), Action.WALL_OPENED)
    # Shown once: only its hash is kept.
    flash(base_url() + url_for("league.wall", token=token), "wall")
    return redirect(url_for("admin.season") + "#wall", code=HTTPStatus.SEE_OTHER)


@blueprint.post("/wall/close")
@lead
def close_wall_link() -> ResponseReturnValue:
    with writing():
        if close_wall():
            record(by_viewer(), Action.WALL_CLOSED)
    flash(_("Länken är återkallad. Skärmen slutar visa ligan."), "done")
    return redirect(url_for("admin.season"), code=HTTPStatus.SEE_OTHER)


def _is_demo() -> bool:
    return current_app.extensions["settings"].demo
