from http import HTTPStatus

import segno
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from app import clock
from app.access import public, signed_in
from app.accounts.entrance import secret_key
from app.content import catalogue, note_version
from app.database import writing
from app.feed import service
from app.feed.composing import Writer
from app.feed.forms import ReminderForm
from app.feed.queries import OwnRounds, find_feed, find_subscriber, own_rounds, reminder_of
from app.htmx import render
from app.i18n import know_time_zone, time_zone
from app.security import base_url, split_url

ASKED_AGAIN_AFTER_SECONDS = 3600

blueprint = Blueprint("feed", __name__)


@blueprint.get("/calendar/<string:token>.ics")
@public
def calendar(token: str) -> ResponseReturnValue:
    """For calendar programs, which do not sign in: the address is the key."""
    seed = service.seed_in(token, secret_key=secret_key())
    subscriber = find_subscriber(seed) if seed else None
    if subscriber is None:
        abort(HTTPStatus.NOT_FOUND)
    know_time_zone(subscriber.time_zone)
    note_version(subscriber.content_version)
    writer = Writer(
        subscriber,
        own_rounds(subscriber.user_id) if subscriber.is_active else OwnRounds(),
        catalogue(),
        zone=time_zone(),
        host=current_app.extensions["settings"].host,
        url=_address,
    )
    with force_locale(subscriber.language):
        answer = make_response(writer.calendar())
    answer.content_type = "text/calendar; charset=utf-8"
    answer.headers["Cache-Control"] = f"private, max-age={ASKED_AGAIN_AFTER_SECONDS}"
    answer.add_etag()
    return answer.make_conditional(request)


@blueprint.get("/me/calendar")
@signed_in
def page() -> ResponseReturnValue:
    return _page()


@blueprint.post("/me/calendar")
@signed_in
def open_feed() -> ResponseReturnValue:
    with writing():
        service.open_feed(current_user.id, now=clock.now())
    return _done(_("Din kalender har fått en adress."))


@blueprint.post("/me/calendar/reminder")
@signed_in
def set_reminder() -> ResponseReturnValue:
    form = ReminderForm()
    if not form.validate_on_submit():
        answer = _page(form)
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer
    with writing():
        service.set_reminder(current_user.id, form.reminder, now=clock.now())
    return _done(_("Sparat. Det syns nästa gång kalendern hämtas."))


@blueprint.post("/me/calendar/new-address")
@signed_in
def change_address() -> ResponseReturnValue:
    with writing():
        service.change_address(current_user.id)
    return _done(_("Din kalender har en ny adress. Den gamla leder ingenstans."))


@blueprint.post("/me/calendar/off")
@signed_in
def close_feed() -> ResponseReturnValue:
    with writing():
        service.close_feed(current_user.id)
    return _done(_("Kalendern är avstängd. Ta bort den i ditt kalenderprogram också."))


def _done(message: str) -> ResponseReturnValue:
    flash(message, "done")
    return redirect(url_for("feed.page"), code=HTTPStatus.SEE_OTHER)


def _page(form: ReminderForm | None = None) -> Response:
    feed = find_feed(current_user.id)
    if feed is None:
        return render("feed/calendar.html", address=None)
    token = service.token_of(feed.seed, secret_key=secret_key())
    address = _address("feed.calendar", token=token)
    # Opens the reader's own calendar program, where there is one.
    webcal = split_url(address)._replace(scheme="webcal").geturl()
    return render(
        "feed/calendar.html",
        address=address,
        webcal=webcal,
        code=segno.make(webcal, micro=False).svg_data_uri(light="white", border=2),
        form=form or ReminderForm.of(reminder_of(feed.reminder_weekday, feed.reminder_time)),
    )


def _address(endpoint: str, **values: str | int) -> str:
    return base_url() + url_for(endpoint, **values)  # pyright: ignore[reportArgumentType] - path values, never options
