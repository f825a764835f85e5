from http import HTTPStatus

from flask import Blueprint, Response, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app import clock
from app.access import participant
from app.checkins import service
from app.checkins.forms import (
    CheckInForm,
    PledgeForm,
    as_report,
    check_in_form,
    pledge_form,
    posted_check_in,
)
from app.checkins.news import WeekNews, week_news
from app.checkins.queries import WeekPage, round_to_show, week_page
from app.content import catalogue
from app.database import writing
from app.htmx import render, wants_fragment
from app.i18n import time_zone
from app.pulse.queries import find_offer
from app.seasons.models import Participation
from app.seasons.queries import SeasonRow, get_current_season_of
from challenges.calendar import local_day
from challenges.errors import AlreadyCheckedIn
from challenges.model import Round
from challenges.pulse import Moment

FIRST_SHUFFLES = 8

blueprint = Blueprint("checkins", __name__)


@blueprint.get("/week")
@participant
def week() -> ResponseReturnValue:
    season, participation = get_current_season_of(current_user.id)
    number = round_to_show(season, participation, clock.now())
    if number is None:
        return _waiting_for(season.plan.rounds[participation.first_round - 1], participation)
    return _answer(_page_of(season, participation, number))


@blueprint.get("/week/<int:number>")
@participant
def round_page(number: int) -> ResponseReturnValue:
    season, participation = get_current_season_of(current_user.id)
    this = season.plan.round(number)
    if this is not None and clock.now() < this.starts_at:
        return _waiting_for(this, participation), HTTPStatus.NOT_FOUND
    return _answer(_page_of(season, participation, number))


def _waiting_for(coming: Round, participation: Participation) -> Response:
    return render("checkins/waiting.html", coming=coming, participation=participation)


@blueprint.post("/week/<int:number>/pledge")
@participant
def pledge(number: int) -> ResponseReturnValue:
    form = PledgeForm()
    if not form.validate_on_submit():
        return _answer(_page(number), pledge=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    with writing():
        service.pledge(
            current_user.id,
            number,
            mission=form.mission.data or "",
            expected=form.expected.data,
            catalogue=catalogue(),
            now=clock.now(),
        )
    return _done(number, _("Du är med. Säg till när det är gjort."))


@blueprint.post("/week/<int:number>/check-in")
@participant
def check_in(number: int) -> ResponseReturnValue:
    season, participation = get_current_season_of(current_user.id)
    this, now, zone = season.plan.round(number), clock.now(), time_zone()
    if this is None or now < this.starts_at:
        abort(HTTPStatus.NOT_FOUND)
    form = posted_check_in(local_day(this.starts_at, zone), local_day(now, zone))
    if not form.validate_on_submit():
        page = _page_of(season, participation, number)
        return _answer(page, report=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    report = as_report(form, participation.id)
    try:
        with writing():
            service.check_in(
                current_user.id, number, report, catalogue=catalogue(), now=clock.now()
            )
    except AlreadyCheckedIn:
        return _done(number, _("Den här omgången är redan incheckad."))
    return _done(number, _("Incheckad. Fint jobbat."), celebrate=True)


@blueprint.post("/week/<int:number>/undo")
@participant
def undo(number: int) -> ResponseReturnValue:
    with writing():
        service.undo(current_user.id, number, catalogue=catalogue(), now=clock.now())
    return _done(number, _("Ångrat. Allt du skrev finns kvar."))


@blueprint.post("/week/<int:number>/redo")
@participant
def redo(number: int) -> ResponseReturnValue:
    with writing():
        service.redo(current_user.id, number, None, catalogue=catalogue(), now=clock.now())
    return _done(number, _("Incheckningen gäller igen."), celebrate=True)


@blueprint.post("/week/<int:number>/away")
@participant
def away(number: int) -> ResponseReturnValue:
    is_away = request.form.get("away") == "yes"
    with writing():
        service.mark_away(
            current_user.id, number, is_away=is_away, catalogue=catalogue(), now=clock.now()
        )
    return _done(
        number,
        _("Du är borta den här omgången. Sviten väntar.") if is_away else _("Välkommen tillbaka."),
    )


def _page(number: int) -> WeekPage:
    season, participation = get_current_season_of(current_user.id)
    return _page_of(season, participation, number)


def _page_of(season: SeasonRow, participation: Participation, number: int) -> WeekPage:
    page = week_page(
        season,
        participation,
        number,
        catalogue=catalogue(),
        zone=time_zone(),
        now=clock.now(),
    )
    if page is None:
        abort(HTTPStatus.NOT_FOUND)
    return page


def _answer(
    page: WeekPage,
    *,
    pledge: PledgeForm | None = None,
    report: CheckInForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> ResponseReturnValue:
    """The week page, or its round alone for htmx; a refused form keeps what was typed."""
    shuffle = request.args.get("blanda", type=int)
    answer = render(
        "checkins/week.html",
        block="round",
        page=page,
        # The challenge with its missions in the order in which they are offered.
        offered=page.challenge if shuffle is None else page.challenge.shuffled(shuffle),
        is_shuffled=shuffle is not None,
        # Not everybody begins with the same one, but few enough do that their links are remembered.
        next_shuffle=page.participation.id % FIRST_SHUFFLES if shuffle is None else shuffle + 1,
        news=_news(page),
        pulse=None if wants_fragment() else _pulse(page),
        questions=catalogue().pulse.questions,
        pledge_form=pledge or pledge_form(page),
        check_in_form=report or check_in_form(page),
        is_report_open=report is not None,
    )
    answer.status_code = status
    return answer


def _news(page: WeekPage) -> WeekNews:
    return week_news(page.season, page.participation, catalogue(), now=clock.now())


def _pulse(page: WeekPage) -> Moment | None:
    """Asked before anything is done, and only where its result is shown."""
    has_begun = page.round.number > 1 or page.report is not None
    if has_begun or not current_app.extensions["settings"].dashboards:
        return None
    return find_offer(page.season, page.participation, Moment.BEFORE)


def _done(number: int, message: str, *, celebrate: bool = False) -> ResponseReturnValue:
    flash(message, "celebrate" if celebrate else "done")
    return redirect(url_for("checkins.round_page", number=number), code=HTTPStatus.SEE_OTHER)
