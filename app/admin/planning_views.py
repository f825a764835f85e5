"""Planning a season in the browser. Every button sends the whole form, so nothing typed is lost."""

from datetime import date
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock, i18n
from app.access import lead
from app.acting import by_viewer
from app.admin.plan_form import Board, PlanForm, read_board
from app.admin.plan_page import Desk, board_of, desk_of, plan_page
from app.audit.service import Action, record
from app.content import catalogue, shipped
from app.database import writing
from app.htmx import render
from app.seasons import planning
from app.seasons.joint_teams import join_as
from app.seasons.queries import SeasonRow, find_draft, find_season
from challenges.calendar import local_day
from challenges.errors import (
    AlreadyPlanned,
    NotAJointTeam,
    NothingToEnd,
    NothingToPlay,
    PlanOutdated,
    RoundNotOpen,
    RuleBroken,
    SeasonHasBegun,
    SeasonsOverlap,
    StartIsPast,
)
from challenges.planning import first_monday

blueprint = Blueprint("planning", __name__, url_prefix="/admin/season")

SPRING_ENDS = 7


@blueprint.get("/plan")
@lead
def new() -> ResponseReturnValue:
    draft = find_draft()
    if draft is not None:
        return _to(url_for("planning.edit", season_id=draft.id))
    start = planning.earliest_start(i18n.time_zone(), now=clock.now())
    form = PlanForm(
        formdata=None, data={"name": _usual_name(start), "start": start, "has_vote": True}
    )
    return _page(_desk(None), form, Board(tuple(each.slug for each in shipped().challenges)))


@blueprint.post("/plan")
@lead
def plan() -> ResponseReturnValue:
    return _take(_desk(None))


# One route: with two, a number that no season can have would be a wrong method, not a missing page.
@blueprint.route("/<int:season_id>/plan", methods=["GET", "POST"])
@lead
def edit(season_id: int) -> ResponseReturnValue:
    season = _find(season_id)
    desk = _desk(season)
    if request.method == "POST":
        return _take(desk)
    form = PlanForm(
        formdata=None,
        data={
            "name": season.name,
            "start": local_day(season.plan.rounds[0].starts_at, i18n.time_zone()),
            "has_vote": any(each.alternative for each in season.plan.rounds),
            "goal": season.goal_wish,
        },
    )
    return _page(desk, form, board_of(desk, season))


@blueprint.post("/<int:season_id>/start")
@lead
def start(season_id: int) -> ResponseReturnValue:
    season = _find(season_id)
    try:
        with writing():
            if planning.start_season(season_id, now=clock.now()):
                record(by_viewer(), Action.SEASON_STARTED, thing=season.name)
    except StartIsPast:
        flash(_("Säsongens första vecka har redan varit. Flytta starten först."), "trouble")
    else:
        flash(_("Säsongen är startad. Nu kan alla gå med."), "done")
    return _to_season(season_id)


@blueprint.post("/<int:season_id>/pause")
@lead
def pause(season_id: int) -> ResponseReturnValue:
    season = _find(season_id)
    try:
        with writing():
            monday, is_new = planning.pause_season(
                i18n.time_zone(), now=clock.now(), season_id=season_id, seen=_asked_week()
            )
            week = monday.isocalendar().week
            if is_new:
                record(by_viewer(), Action.SEASON_PAUSED, thing=season.name, details={"week": week})
    except RoundNotOpen:
        flash(_("Den sista omgången har börjat, så det finns inget kvar att flytta."), "trouble")
    except PlanOutdated:
        flash(_("Planen har ändrats sedan du öppnade sidan. Inget är flyttat."), "trouble")
    except SeasonsOverlap as error:
        flash(_overlap_words(error), "trouble")
    else:
        words = _("Vecka %(week)d är vilovecka. Omgångarna efter den är flyttade.", week=week)
        flash(words, "done")
    return _to_season(season_id)


def _asked_week() -> date | None:
    """The Monday that the button named."""
    try:
        return date.fromisoformat(request.form.get("week", ""))
    except ValueError:
        return None


@blueprint.post("/<int:season_id>/end")
@lead
def end(season_id: int) -> ResponseReturnValue:
    season = _find(season_id)
    try:
        with writing():
            number = planning.end_season(season_id, now=clock.now())
            record(by_viewer(), Action.SEASON_ENDED, thing=season.name, details={"round": number})
    except NothingToEnd:
        flash(_("Den sista omgången har redan börjat."), "done")
    else:
        flash(_("Omgång %(number)d blir säsongens sista.", number=number), "done")
    return _to_season(season_id)


@blueprint.post("/<int:season_id>/discard")
@lead
def discard(season_id: int) -> ResponseReturnValue:
    season = _find(season_id)
    try:
        with writing():
            planning.discard_season(season_id, now=clock.now())
            record(by_viewer(), Action.SEASON_DISCARDED, thing=season.name)
    except SeasonHasBegun:
        flash(_("Säsongen har börjat och går inte att ta bort. Den kan avslutas."), "trouble")
        return _to_season(season_id)
    flash(_("Planen är borttagen."), "done")
    return _to(url_for("admin.season"))


def _take(desk: Desk) -> ResponseReturnValue:
    """Move something and show the plan again, or save it."""
    form = _form(desk)
    board = read_board(request.form, catalogue(), [each.challenge for each in desk.fixed])
    action = request.form.get("do", "")
    if action != "save":
        if not desk.fixed:
            # The calendar follows from it; the rest is looked at when the plan is saved.
            form.start.validate(form)
        slugs = [each.slug for each in catalogue().challenges]
        return _page(desk, form, board.after(action, slugs))
    if not form.validate():
        return _page(desk, form, board, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with writing():
            season_id = _save(desk, form, board)
    except RuleBroken as error:
        return _page(desk, form, board, error, HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(_("Planen är sparad."), "done")
    return _to_season(season_id)


def _save(desk: Desk, form: PlanForm, board: Board) -> int:
    start = desk.start(None if desk.fixed else form.start.data)
    if start is None or not board.challenges:
        raise NothingToPlay
    season, rest_weeks = desk.season, desk.rest_weeks(start, board)
    name = season.name if season and desk.fixed else form.name.data or ""
    has_vote, goal = form.has_vote.data, form.goal.data
    if season is None:
        season_id = planning.plan_season(
            name,
            start,
            board.challenges,
            rest_weeks,
            desk.zone,
            has_vote=has_vote,
            goal=goal,
        ).id
    else:
        season_id = season.id
        changed = planning.Plan(name, start, board.challenges, rest_weeks, has_vote, goal)
        planning.change_plan(season_id, changed, desk.zone, now=desk.now)
    if not desk.fixed and board.groups is not None:
        join_as(season_id, board.groups)
    action = Action.SEASON_CHANGED if season else Action.SEASON_PLANNED
    record(by_viewer(), action, thing=name)
    return season_id


def _page(
    desk: Desk,
    form: PlanForm,
    board: Board,
    error: RuleBroken | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> ResponseReturnValue:
    chosen = None if desk.fixed or form.start.errors else form.start.data
    page = render(
        "planning/plan.html",
        block="plan",
        page=plan_page(desk, board, chosen, catalogue()),
        form=form,
        earliest=first_monday(desk.now, desk.zone),
        problem=_words_of(error) if error else None,
        catalogue=catalogue(),
    )
    page.status_code = status
    return page


def _words_of(error: RuleBroken) -> tuple[str, str]:
    """The part of the page that an error is about, and what it says."""
    match error:
        case SeasonsOverlap():
            return "calendar", _overlap_words(error)
        case NothingToPlay():
            return "order", _("Välj minst en utmaning, och varje bara en gång.")
        case NotAJointTeam():
            return "joint", _("Lagen har ändrats. Välj en gång till vilka som spelar ihop.")
        case AlreadyPlanned():
            return "plan", _("Nästa säsong är redan planerad. Ändra den planen i stället.")
        case _:
            return "plan", _("Planen har hunnit börja. Det som har startat går inte att ändra.")


def _overlap_words(error: SeasonsOverlap) -> str:
    return _(
        "Det krockar med %(name)s, som börjar %(start)s och räknas färdig %(until)s.",
        name=error.name,
        start=i18n.day(error.starts_at),
        until=i18n.day_and_time(error.until),
    )


def _usual_name(start: date) -> str:
    if start.month < SPRING_ENDS:
        return _("Våren %(year)d", year=start.year)
    return _("Hösten %(year)d", year=start.year)


def _form(desk: Desk) -> PlanForm:
    form = PlanForm()
    form.today = local_day(desk.now, desk.zone)
    if desk.fixed:
        del form.name
        del form.start
    return form


def _desk(season: SeasonRow | None) -> Desk:
    return desk_of(season, i18n.time_zone(), clock.now())


def _find(season_id: int) -> SeasonRow:
    season = find_season(season_id)
    if season is None:
        abort(HTTPStatus.NOT_FOUND)
    return season


def _to_season(season_id: int) -> ResponseReturnValue:
    return _to(url_for("admin.one_season", season_id=season_id))


def _to(url: str) -> ResponseReturnValue:
    return redirect(url, code=HTTPStatus.SEE_OTHER)
