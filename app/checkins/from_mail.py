"""One tap from a mail: a signed link says for whom and for which round something is saved.

It signs nobody in and shows nothing that its reader has done, so that a mail passed on tells
nothing. Mail programs open links by themselves: only the button saves.
"""

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import public
from app.accounts.entrance import secret_key, subject, told_to_wait, wait_words
from app.accounts.service import TooManyFailures, count_try
from app.checkins import by_mail
from app.checkins.by_mail import Place, Reader
from app.checkins.forms import DoneForm, PledgeForm, met_in
from app.checkins.reports import Report
from app.content import catalogue
from app.database import writing
from app.htmx import render
from app.i18n import speak, time_zone
from app.notifications.links import signed
from app.organisation.queries import departments
from challenges.calendar import local_day

PURPOSE = "week"
# Within a quarter of an hour. Nobody changes her mind as often, and the link may have been passed
# on. An office shares one address and opens Monday's mail at the same time, so that is not counted.
SAVES_PER_LINK = 20

blueprint = Blueprint("from_mail", __name__)

Form = PledgeForm | DoneForm


@blueprint.get("/mail/week/<string:token>")
@public
def week(token: str) -> ResponseReturnValue:
    place = _reader(token).place
    return _page(token, place, _form()) if place else _gone()


@blueprint.post("/mail/week/<string:token>")
@public
def save(token: str) -> ResponseReturnValue:
    place = _reader(token).place
    if place is None:
        return _gone()
    form = _form()
    if not form.validate_on_submit():
        return _page(token, place, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    now = clock.now()
    try:
        with writing():
            count_try({subject("mail-link", str(place.user_id)): SAVES_PER_LINK}, now=now)
            _save(place, form, now)
    except TooManyFailures as error:
        form.mission.errors = [wait_words(error)]
        return told_to_wait(_page(token, place, form, HTTPStatus.TOO_MANY_REQUESTS), error)
    return redirect(url_for("from_mail.thanks", token=token), code=HTTPStatus.SEE_OTHER)


@blueprint.get("/mail/week/<string:token>/thanks")
@public
def thanks(token: str) -> ResponseReturnValue:
    """The same for whatever had been saved before."""
    _reader(token)
    return render("checkins/from_mail_thanks.html")


def _reader(token: str) -> Reader:
    values = signed(PURPOSE, token, secret_key=secret_key())
    reader = by_mail.find_reader(*map(int, values), now=clock.now()) if values else None
    if reader is None:
        abort(HTTPStatus.NOT_FOUND)
    speak(reader.language)
    return reader


def _form() -> Form:
    """As it was posted, else with the mission of the mail's link: `?mission=` pledges it, `?done=`
    checks it in."""
    chosen = {"mission": request.args.get("done" if _is_done() else "mission")}
    return DoneForm(data=chosen) if _is_done() else PledgeForm(data=chosen)


def _is_done() -> bool:
    return "done" in request.args


def _save(place: Place, form: Form, now: datetime) -> None:
    mission = form.mission.data or ""
    if isinstance(form, PledgeForm):
        by_mail.pledge(
            place, mission=mission, expected=form.expected.data, catalogue=catalogue(), now=now
        )
        return
    report = Report(
        mission=mission,
        happened_on=local_day(now, time_zone()),
        actual=form.actual.data,
        met=met_in(form, place.participation_id),
    )
    by_mail.check_in(place, report, catalogue=catalogue(), now=now)


def _page(token: str, place: Place, form: Form, status: HTTPStatus = HTTPStatus.OK) -> Response:
    challenge = catalogue().challenge(place.round.challenge)
    chosen = next((each for each in challenge.missions if each.slug == form.mission.data), None)
    page = render(
        "checkins/from_mail.html",
        token=token,
        place=place,
        challenge=challenge,
        chosen=chosen,
        form=form,
        is_done=_is_done(),
        departments=departments() if _is_done() else [],
    )
    page.status_code = status
    return page


def _gone() -> Response:
    """Why is nobody's business but its reader's."""
    page = render("checkins/from_mail_gone.html")
    page.status_code = HTTPStatus.GONE
    return page
