"""Her own data: to take along as a page or as JSON, and to be erased."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime, time
from http import HTTPStatus

from flask import Blueprint, Response, current_app, flash, make_response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app import clock
from app.access import signed_in
from app.accounts import leaving
from app.accounts.emails import kept
from app.accounts.entrance import own_password, told_to_wait, wait_words
from app.accounts.queries import has_password
from app.accounts.service import TooManyFailures, forgive
from app.content import catalogue
from app.database import writing
from app.htmx import render
from app.i18n import clock_time, dated, dated_day, language, time_zone
from app.me.forms import EraseForm
from app.me.own_data import Names, export, names_in, references, seasons_told
from app.retention import REGRET_LASTS

# "Vilket märke det är. På lagets hylla …", "Ditt namn: för att …", "När du röstade, så att …"
END_OF_WHAT = re.compile(r"[:;.,]")

blueprint = Blueprint("own_data", __name__, url_prefix="/me/data")


@blueprint.get("")
@signed_in
def page() -> ResponseReturnValue:
    return _page(EraseForm())


@blueprint.get("/export.html")
@signed_in
def as_page() -> ResponseReturnValue:
    found = export(current_user.id)
    names = names_in(found)
    body = render(
        "me/export.html",
        made_at=clock.now(),
        seasons=seasons_told(current_user.id, catalogue()),
        catalogue=catalogue(),
        account=found["user"][0],
        export=found,
        names=names,
        groups=[
            (group, tables)
            for group in current_app.extensions["inventory"].groups.values()
            if (tables := [table for table in group.tables if found.get(table)])
        ],
        label=_label,
        shown=_shown_with(names),
    )
    return _file(body, "html")


@blueprint.get("/export.json")
@signed_in
def as_json() -> ResponseReturnValue:
    found = export(current_user.id)
    stored = current_app.extensions["inventory"].stored
    told = {
        "made_at": clock.now(),
        "rows": found,
        "names": {table: names for table, names in names_in(found).items() if names},
        "columns": {
            table: {name: entry.into(language()) for name, entry in stored[table].items()}
            for table in found
        },
    }
    body = make_response(json.dumps(told, default=_as_text, ensure_ascii=False, indent=2))
    body.mimetype = "application/json"
    return _file(body, "json")


@blueprint.post("/erase")
@signed_in
def erase() -> ResponseReturnValue:
    form = EraseForm()
    if not form.validate_on_submit():
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        is_she = _is_confirmed(form)
    except TooManyFailures as error:
        form.form_errors.append(wait_words(error))
        return told_to_wait(_page(form, HTTPStatus.TOO_MANY_REQUESTS), error)
    if not is_she:
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    with writing():
        leaving.ask_to_be_erased(current_user.id, token=current_user.token, now=clock.now())
    return redirect(url_for("own_data.page"), code=HTTPStatus.SEE_OTHER)


@blueprint.post("/stay")
@signed_in
def stay() -> ResponseReturnValue:
    with writing():
        stays = leaving.stay(current_user.id, now=clock.now())
    if stays:
        flash(_("Ditt konto är kvar, och inget har raderats."), "done")
    else:
        flash(_("De sju dagarna har gått. Kontot raderas i natt."), "trouble")
    return redirect(url_for("own_data.page"), code=HTTPStatus.SEE_OTHER)


def _is_confirmed(form: EraseForm) -> bool:
    """By the password, as at sign-in and under the same limits. Who has none types her address.

    Raises TooManyFailures.
    """
    if has_password(current_user.id):
        attempt = own_password(form.password)
        if attempt is None:
            return False
        with writing():
            forgive(attempt, now=clock.now())
        return True
    if kept(form.email.data or "") == current_user.email:
        return True
    form.email.errors = [_("Skriv adressen precis som den står här ovanför.")]
    return False


def _page(form: EraseForm, status: HTTPStatus = HTTPStatus.OK) -> Response:
    answer = render(
        "me/data.html",
        form=form,
        has_password=has_password(current_user.id),
        regret_days=REGRET_LASTS.days,
    )
    answer.status_code = status
    return answer


def _file(answer: Response, ending: str) -> Response:
    today = clock.now().astimezone(time_zone()).date().isoformat()
    answer.headers["Content-Disposition"] = f'attachment; filename="fikaligan-{today}.{ending}"'
    return answer


def _label(table: str, column: str) -> str:
    """What the column is, without what it is for."""
    entry = current_app.extensions["inventory"].stored[table][column].into(language())
    return END_OF_WHAT.split(entry)[0]


def _shown_with(names: Names) -> Callable[[str, str, object], str]:
    """A stored value as she would say it."""

    def shown(table: str, column: str, value: object) -> str:
        known = names.get(references(table).get(column, ""), {})
        if isinstance(value, int) and value in known:
            return str(known[value])
        if isinstance(value, bool):
            return _("ja") if value else _("nej")
        if isinstance(value, datetime):
            return dated(value)
        if isinstance(value, date):
            return dated_day(value)
        if isinstance(value, time):
            return clock_time(value)
        return str(value)

    return shown


def _as_text(value: object) -> str:
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
