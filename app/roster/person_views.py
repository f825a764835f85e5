"""The lead's pages of one person."""

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app import clock
from app.access import lead
from app.accounts.leads import LastLead
from app.accounts.models import User
from app.accounts.service import EmailTaken
from app.acting import by_viewer
from app.database import db, writing
from app.htmx import render
from app.i18n import time_zone
from app.organisation.models import Department, Team
from app.organisation.queries import departments, teams
from app.roster import service
from app.roster.forms import NewPersonForm, PersonForm, TeamForm, UnitForm
from app.roster.queries import PersonPage, find_person, is_going
from app.roster.service import NumberTaken
from app.security import id_in
from challenges.calendar import next_week

blueprint = Blueprint("person", __name__, url_prefix="/admin/people")


@blueprint.get("/new")
@lead
def new() -> ResponseReturnValue:
    return _new_page(NewPersonForm())


@blueprint.post("/new")
@lead
def add() -> ResponseReturnValue:
    form = NewPersonForm()
    is_right, team = form.validate_on_submit(), _team(form)
    if is_right and team is not None:
        try:
            with writing():
                user = service.add_person(form.details, team.id, by=by_viewer())
        except (EmailTaken, NumberTaken) as error:
            _point_out(form, error)
        else:
            flash(_("%(name)s finns nu i listan.", name=user.name), "done")
            return _to_person(user.id)
    return _new_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)


@blueprint.get("/<int:person_id>")
@lead
def page(person_id: int) -> ResponseReturnValue:
    return _person_page(_found(person_id))


@blueprint.post("/<int:person_id>/change")
@lead
def change(person_id: int) -> ResponseReturnValue:
    found, form = _found(person_id), PersonForm()
    if form.validate_on_submit():
        try:
            with writing():
                user = db.session.get_one(User, person_id)
                service.change_person(user, form.details, by=by_viewer())
        except (EmailTaken, NumberTaken) as error:
            _point_out(form, error)
        else:
            flash(_("Sparat."), "done")
            return _to_person(person_id)
    return _person_page(found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@blueprint.post("/<int:person_id>/move")
@lead
def move(person_id: int) -> ResponseReturnValue:
    found, form = _found(person_id), TeamForm()
    team = _team(form)
    if team is None:
        return _person_page(found, move=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    with writing():
        service.move_person(person_id, team, monday=_next_monday(), by=by_viewer())
    return _to_person(person_id)


@blueprint.post("/<int:person_id>/undo-move")
@lead
def undo_move(person_id: int) -> ResponseReturnValue:
    _found(person_id)
    with writing():
        service.undo_person_move(person_id, by=by_viewer())
    flash(_("Flytten är ångrad."), "done")
    return _to_person(person_id)


@blueprint.post("/<int:person_id>/close")
@lead
def close(person_id: int) -> ResponseReturnValue:
    _found(person_id)
    if person_id == current_user.id:
        flash(_("Ditt eget konto får någon annan stänga."), "trouble")
        return _to_person(person_id)
    try:
        with writing():
            service.close_accounts([person_id], by=by_viewer())
    except LastLead:
        flash(_last_lead_words(), "trouble")
    else:
        flash(_("Kontot är stängt och alla inloggningar är avslutade."), "done")
    return _to_person(person_id)


@blueprint.post("/<int:person_id>/open")
@lead
def open_again(person_id: int) -> ResponseReturnValue:
    if is_going(_found(person_id).closed_at, clock.now()):
        flash(_("Det är för sent. Kontot raderas i natt."), "trouble")
        return _to_person(person_id)
    with writing():
        service.open_accounts([person_id], by=by_viewer())
    flash(_("Kontot är öppet igen."), "done")
    return _to_person(person_id)


@blueprint.post("/<int:person_id>/lead")
@lead
def add_lead(person_id: int) -> ResponseReturnValue:
    found = _found(person_id)
    if found.closed_at:
        abort(HTTPStatus.NOT_FOUND)
    with writing():
        service.change_lead(person_id, leads=True, by=by_viewer())
    flash(_("%(name)s är nu programledare.", name=found.name), "done")
    return _to_person(person_id)


@blueprint.post("/<int:person_id>/lead/remove")
@lead
def remove_lead(person_id: int) -> ResponseReturnValue:
    found = _found(person_id)
    try:
        with writing():
            service.change_lead(person_id, leads=False, by=by_viewer())
    except LastLead:
        flash(_last_lead_words(), "trouble")
        return _to_person(person_id)
    flash(_("%(name)s är inte programledare längre.", name=found.name), "done")
    if person_id == current_user.id:
        # Her next request finds these pages closed.
        return redirect(url_for("pages.landing"), code=HTTPStatus.SEE_OTHER)
    return _to_person(person_id)


def _last_lead_words() -> str:
    return _(
        "Då skulle ingen kunna sköta Fikaligan. Gör först någon annan till programledare, "
        "som redan har kommit in."
    )


@blueprint.post("/<int:person_id>/managers")
@lead
def add_managed(person_id: int) -> ResponseReturnValue:
    return _change_managed(person_id, manages=True)


@blueprint.post("/<int:person_id>/managers/remove")
@lead
def remove_managed(person_id: int) -> ResponseReturnValue:
    return _change_managed(person_id, manages=False)


def _change_managed(person_id: int, *, manages: bool) -> ResponseReturnValue:
    found, form = _found(person_id), UnitForm()
    unit = _unit(form)
    if unit is None:
        return _person_page(found, unit=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    with writing():
        service.change_managed(person_id, unit, manages=manages, by=by_viewer())
    return _to_person(person_id)


def _team(form: TeamForm) -> Team | None:
    """The team that is chosen; without one the form says so. Nobody belongs to a joint one."""
    chosen = id_in(str(form.team.data))
    team = db.session.get(Team, chosen) if chosen else None
    if team is None or team.department_id is None:
        form.team.errors = [_("Välj ett lag.")]
        return None
    return team


def _unit(form: UnitForm) -> Team | Department | None:
    """What is chosen; without it the form says so. A joint team is managed by way of its parts."""
    kind, _dash, digits = (form.unit.data or "").partition("-")
    model = {"team": Team, "department": Department}.get(kind)
    chosen = id_in(digits)
    unit = db.session.get(model, chosen) if model and chosen else None
    if isinstance(unit, Team) and unit.department_id is None:
        unit = None
    if unit is None:
        form.unit.errors = [_("Välj en avdelning eller ett lag.")]
    return unit


def _found(person_id: int) -> PersonPage:
    found = find_person(person_id)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _next_monday() -> datetime:
    return next_week(clock.now(), time_zone())


def _point_out(form: PersonForm, error: Exception) -> None:
    if isinstance(error, EmailTaken):
        form.email.errors = [_("Någon annan har redan den adressen.")]
    else:
        form.number.errors = [_("Någon annan har redan det numret.")]


def _to_person(person_id: int) -> ResponseReturnValue:
    return redirect(url_for("person.page", person_id=person_id), code=HTTPStatus.SEE_OTHER)


def _new_page(form: NewPersonForm, status: HTTPStatus = HTTPStatus.OK) -> ResponseReturnValue:
    page = render("roster/new_person.html", form=form, teams=teams())
    page.status_code = status
    return page


def _person_page(
    found: PersonPage,
    form: PersonForm | None = None,
    *,
    move: TeamForm | None = None,
    unit: UnitForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> ResponseReturnValue:
    now = clock.now()
    page = render(
        "roster/person.html",
        person=found,
        form=form or PersonForm(formdata=None, obj=found),
        move=move or TeamForm(formdata=None),
        unit=unit or UnitForm(formdata=None),
        placement=found.placement_at(now),
        coming=found.coming_after(now),
        is_going=is_going(found.closed_at, now),
        monday=_next_monday(),
        teams=teams(),
        departments=departments(),
    )
    page.status_code = status
    return page
