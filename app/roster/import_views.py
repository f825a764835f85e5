"""A list of people from a file: uploaded, looked at, applied."""

from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError

from app import clock
from app.access import lead
from app.acting import by_viewer
from app.database import writing
from app.htmx import render
from app.i18n import time_zone
from app.roster import words
from app.roster.entries import Roster, read_roster
from app.roster.forms import ApplyForm, FileForm
from app.roster.importing import (
    PreviewOutdated,
    apply_import,
    find_upload,
    forget_upload,
    keep_upload,
)
from app.roster.model import Verdict
from app.roster.plan import plan_import
from app.roster.queries import organisation
from app.roster.reading import LARGEST_FILE, Unreadable
from app.seasons.queries import find_current_season
from app.security import takes_file
from app.sheets import asked_sheet
from challenges.calendar import next_week

# A file somewhat too large is read and refused in words; one far larger is not even taken in.
LARGEST_REQUEST = 3 * LARGEST_FILE
LEAVERS = "leavers"

blueprint = Blueprint("imports", __name__, url_prefix="/admin/people/import")


@blueprint.get("")
@lead
def start() -> ResponseReturnValue:
    return _start_page()


@blueprint.post("")
@lead
@takes_file(LARGEST_REQUEST)
def upload() -> ResponseReturnValue:
    file = request.files.get("file")
    if not FileForm().validate_on_submit() or file is None or not file.filename:
        return _start_page(_("Välj en fil först."))
    try:
        roster = read_roster(file.filename, file.read())
    except Unreadable as error:
        return _start_page(words.unreadable_words(error), file.filename)
    with writing():
        kept = keep_upload(current_user.id, roster, now=clock.now())
    return _to_preview(kept.id)


@blueprint.get("/<int:upload_id>")
@lead
def preview(upload_id: int) -> ResponseReturnValue:
    return _preview_page(upload_id, _found(upload_id))


@blueprint.post("/<int:upload_id>/apply")
@lead
def apply(upload_id: int) -> ResponseReturnValue:
    form, roster, now = ApplyForm(), _found(upload_id), clock.now()
    if not form.validate_on_submit():
        abort(HTTPStatus.BAD_REQUEST)
    try:
        with writing():
            plan = apply_import(
                roster.entries,
                form.digest.data or "",
                closes_leavers=form.closes_leavers.data,
                monday=next_week(now, time_zone()),
                by=by_viewer(),
            )
            forget_upload(upload_id, current_user.id)
    # Somebody may also be adding the same people at this very moment.
    except (PreviewOutdated, IntegrityError):
        return _preview_page(upload_id, roster, is_outdated=True)
    closed = len(plan.leavers) if form.closes_leavers.data else 0
    flash(words.done_words(plan, closed), "done")
    # Whoever is still preparing the first season finds there what comes next.
    following = "roster.people" if find_current_season() else "admin.season"
    return redirect(url_for(following), code=HTTPStatus.SEE_OTHER)


@blueprint.post("/<int:upload_id>/forget")
@lead
def forget(upload_id: int) -> ResponseReturnValue:
    with writing():
        forget_upload(upload_id, current_user.id)
    flash(_("Listan är slängd. Inget är ändrat."), "done")
    return redirect(url_for("imports.start"), code=HTTPStatus.SEE_OTHER)


def _found(upload_id: int) -> Roster:
    found = find_upload(upload_id, current_user.id, now=clock.now())
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _to_preview(upload_id: int) -> ResponseReturnValue:
    return redirect(url_for("imports.preview", upload_id=upload_id), code=HTTPStatus.SEE_OTHER)


def _start_page(message: str = "", file_name: str = "") -> ResponseReturnValue:
    page = render("roster/import.html", message=message, file_name=file_name)
    page.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if message else HTTPStatus.OK
    return page


def _preview_page(
    upload_id: int, roster: Roster, *, is_outdated: bool = False
) -> ResponseReturnValue:
    plan = plan_import(roster.entries, organisation(clock.now()))
    kinds = {
        kind: count
        for kind, count in (
            *((each, plan.counts[each]) for each in Verdict),
            (LEAVERS, len(plan.leavers)),
        )
        if count
    }
    show = request.args.get("show") or next(iter(kinds))
    if show not in kinds:
        abort(HTTPStatus.NOT_FOUND)
    shown = (
        plan.leavers if show == LEAVERS else [line for line in plan.lines if line.verdict == show]
    )
    sheet = asked_sheet(len(shown))
    page = render(
        "roster/preview.html",
        upload_id=upload_id,
        plan=plan,
        ignored=roster.ignored,
        kinds=kinds,
        show=show,
        rows=shown[sheet.rows],
        sheet=sheet,
        is_outdated=is_outdated,
        words=words,
    )
    if is_outdated:
        page.status_code = HTTPStatus.CONFLICT
    return page
