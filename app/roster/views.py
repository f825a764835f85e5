"""The lead's list of people, on the page and taken out as a file."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from app import clock
from app.access import lead
from app.acting import by_viewer
from app.audit.service import Action, record
from app.database import writing
from app.htmx import render
from app.i18n import time_zone
from app.roster import queries
from app.roster.entries import Column
from app.roster.export import as_csv, as_xlsx, rows_of
from app.roster.queries import Show, count_people, organisation
from app.roster.words import column_words
from app.sheets import asked_sheet
from challenges.calendar import local_day

COLUMNS = (
    Column.NUMBER,
    Column.NAME,
    Column.EMAIL,
    Column.DEPARTMENT,
    Column.TEAM,
    Column.MANAGES,
)
LONGEST_SEARCH = 100
FILES = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}

blueprint = Blueprint("roster", __name__, url_prefix="/admin/people")


@blueprint.get("")
@lead
def people() -> ResponseReturnValue:
    search = request.args.get("q", "")[:LONGEST_SEARCH].strip()
    show = request.args.get("show", Show.OPEN)
    if show not in list(Show):
        abort(HTTPStatus.NOT_FOUND)
    count = count_people(search, Show(show))
    sheet = asked_sheet(count)
    return render(
        "roster/people.html",
        people=queries.people(search, Show(show), sheet.rows),
        count=count,
        sheet=sheet,
        search=search,
        show=Show(show),
    )


@blueprint.post("/export")
@lead
def export() -> ResponseReturnValue:
    """A POST, because it is noted who took the list out of the house."""
    ending = request.form.get("format", "")
    if ending not in FILES:
        abort(HTTPStatus.BAD_REQUEST)
    write, kind = FILES[ending]
    rows = list(rows_of(organisation(clock.now())))
    with writing():
        record(by_viewer(), Action.PEOPLE_EXPORTED, details={"people": len(rows)})
    answer = Response(write([column_words(each) for each in COLUMNS], rows), content_type=kind)
    day = local_day(clock.now(), time_zone()).isoformat()
    answer.headers["Content-Disposition"] = f'attachment; filename="fikaligan-{day}.{ending}"'
    return answer
