from http import HTTPStatus

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.access import participant
from app.content import catalogue
from app.database import writing
from app.pulse import service
from challenges.means import FIVE_STEPS
from challenges.pulse import Moment, find_moment

blueprint = Blueprint("pulse", __name__)

BACK_TO = {Moment.BEFORE: "checkins.week", Moment.AFTER: "league.finale"}


@blueprint.post("/pulse/<string:moment>")
@participant
def answer(moment: str) -> ResponseReturnValue:
    """To answer and to decline go to the same address, so that no log tells them apart."""
    found = find_moment(moment)
    if found is None or not current_app.extensions["settings"].dashboards:
        abort(HTTPStatus.NOT_FOUND)
    declines = "decline" in request.form
    answers = {} if declines else _answers()
    if answers or declines:
        with writing():
            is_new = service.answer(current_user.id, found, answers)
        flash(_thanks(is_new=is_new, declines=declines), "done")
    else:
        flash(_("Välj ett svar på någon av frågorna, eller hoppa över dem."), "done")
    return redirect(url_for(BACK_TO[found]), code=HTTPStatus.SEE_OTHER)


def _answers() -> dict[str, int]:
    """Of the questions that she chose an answer to; anything else is left out."""
    return {
        question.slug: value
        for question in catalogue().pulse.questions
        if (value := request.form.get(question.slug, 0, int)) in FIVE_STEPS.answers
    }


def _thanks(*, is_new: bool, declines: bool) -> str:
    if not is_new:
        return _("Det är redan klart. Du får inte frågorna igen.")
    return _("Då frågar vi inte mer.") if declines else _("Tack. Svaren är räknade.")
