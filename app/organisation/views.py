"""The lead's pages of departments and teams."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import lead
from app.acting import by_viewer
from app.database import db, writing
from app.htmx import render
from app.organisation import structure
from app.organisation.forms import DepartmentForm, TeamForm
from app.organisation.models import TEAM_NAME_LENGTH, Department, Team
from app.organisation.queries import teams
from app.organisation.sizes import department_sizes, team_sizes
from app.organisation.structure import NameTaken
from app.sheets import asked_sheet

Unit = TypeVar("Unit", Department, Team)

blueprint = Blueprint("organisation", __name__, url_prefix="/admin")


@blueprint.get("/departments")
@lead
def departments() -> ResponseReturnValue:
    search = request.args.get("q", "")[:TEAM_NAME_LENGTH].strip()
    found = [each for each in department_sizes() if _is_in(search, each.department.name)]
    sheet = asked_sheet(len(found))
    return render(
        "organisation/departments.html",
        rows=found[sheet.rows],
        sheet=sheet,
        search=search,
        teams=[each for each in teams() if _is_in(search, each.name)] if search else [],
    )


def _is_in(search: str, name: str) -> bool:
    return search.casefold() in name.casefold()


@blueprint.get("/departments/new")
@lead
def new_department() -> ResponseReturnValue:
    return _department_page(DepartmentForm())


@blueprint.post("/departments/new")
@lead
def add_department() -> ResponseReturnValue:
    form = DepartmentForm()
    made = _save(form, lambda name: structure.add_department(name, form.fika, by=by_viewer()))
    if made is None:
        return _department_page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(_("%(name)s finns nu.", name=made.name), "done")
    return _to_department(made.id)


@blueprint.get("/departments/<int:department_id>")
@lead
def department(department_id: int) -> ResponseReturnValue:
    found = _found(Department, department_id)
    return _department_page(DepartmentForm(formdata=None, obj=found), found)


@blueprint.post("/departments/<int:department_id>/change")
@lead
def change_department(department_id: int) -> ResponseReturnValue:
    found, form = _found(Department, department_id), DepartmentForm()
    saved = _save(
        form, lambda name: structure.change_department(found, name, form.fika, by=by_viewer())
    )
    if saved is None:
        return _department_page(form, found, HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(_("Sparat."), "done")
    return _to_department(department_id)


@blueprint.get("/departments/<int:department_id>/teams/new")
@lead
def new_team(department_id: int) -> ResponseReturnValue:
    return _team_page(TeamForm(), _found(Department, department_id))


@blueprint.post("/departments/<int:department_id>/teams/add")
@lead
def add_team(department_id: int) -> ResponseReturnValue:
    home, form = _found(Department, department_id), TeamForm()
    made = _save(form, lambda name: structure.add_team(name, department_id, by=by_viewer()))
    if made is None:
        return _team_page(form, home, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(_("Laget %(name)s finns nu.", name=made.name), "done")
    return _to_department(department_id)


@blueprint.get("/teams/<int:team_id>")
@lead
def team(team_id: int) -> ResponseReturnValue:
    found = _found(Team, team_id)
    return _team_page(TeamForm(formdata=None, obj=found), _home_of(found), found)


@blueprint.post("/teams/<int:team_id>/rename")
@lead
def rename_team(team_id: int) -> ResponseReturnValue:
    found = _found(Team, team_id)
    home, form = _home_of(found), TeamForm()
    if _save(form, lambda name: structure.rename_team(found, name, by=by_viewer())) is None:
        return _team_page(form, home, found, HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(_("Sparat."), "done")
    return _to_department(home.id)


def _save(form: DepartmentForm | TeamForm, verb: Callable[[str], Unit]) -> Unit | None:
    """What the verb makes of the form's name; None where the form is refused, and says why."""
    if not form.validate_on_submit():
        return None
    try:
        with writing():
            return verb(form.name.data or "")
    except NameTaken:
        form.name.errors = [_("Namnet är upptaget. Välj ett annat.")]
        return None


def _found(model: type[Unit], id_: int) -> Unit:
    found = db.session.get(model, id_)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _home_of(team: Team) -> Department:
    """A joint team has no department of its own; it is planned with its season."""
    return _found(Department, team.department_id or 0)


def _to_department(department_id: int) -> ResponseReturnValue:
    target = url_for("organisation.department", department_id=department_id)
    return redirect(target, code=HTTPStatus.SEE_OTHER)


def _department_page(
    form: DepartmentForm, found: Department | None = None, status: HTTPStatus = HTTPStatus.OK
) -> ResponseReturnValue:
    page = render(
        "organisation/department.html",
        form=form,
        department=found,
        teams=team_sizes(found.id) if found else [],
    )
    page.status_code = status
    return page


def _team_page(
    form: TeamForm,
    home: Department,
    found: Team | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> ResponseReturnValue:
    page = render("organisation/team.html", form=form, department=home, team=found)
    page.status_code = status
    return page
