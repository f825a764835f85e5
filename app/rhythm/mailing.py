"""Sending what is due, for the worker and for `flask send-mail`."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from app.accounts.wishes import answer_wishes
from app.badges.pictures import pin_png
from app.config import CONSOLE, Settings
from app.database import writing
from app.installation import find_organisation_name
from app.notifications.composing import Pictures, composer
from app.notifications.kinds import WeekMail
from app.notifications.queries import State
from app.notifications.sending import Progress, Transport, sweep
from app.notifications.transport import ConsoleTransport, SmtpTransport, parse_mail_url
from app.rhythm.holding import may_leave

# What is drawn for a mail of the kind, from what stands in it.
PICTURES: Pictures = {WeekMail.BADGE: lambda payload: pin_png(payload["badge"])}
# Where the demo is found, when nobody has told.
LOCAL_ADDRESS = "http://127.0.0.1:5000"


class MailNotSetUp(Exception):
    """The message says what to set."""


def send_due_mail(
    settings: Settings,
    transport: Transport,
    clock: Callable[[], datetime],
    zone: ZoneInfo,
    progress: Progress = lambda _done, _total: None,
    goes_on: Callable[[], bool] = lambda: True,
) -> Counter[State]:
    """Answer wishes and send what is due for as long as `goes_on`; returns how many mails ended in
    which state.

    Raises NoConnection when the server cannot be reached; what is due stays due.
    """
    _answer_wishes(settings, clock)
    addressed = settings.model_copy(update={"base_url": settings.base_url or LOCAL_ADDRESS})
    compose = composer(addressed, find_organisation_name(), PICTURES)
    return sweep(transport, compose, clock, may_leave(zone), progress, goes_on)


def transport_of(settings: Settings, write: Callable[[str], object]) -> Transport:
    """As the settings say; the demo's mails go to `write`. Raises MailNotSetUp."""
    if settings.mail_url == CONSOLE or (settings.demo and not settings.mail_url):
        return ConsoleTransport(write)
    if not settings.mail_url:
        raise MailNotSetUp(
            "set FIKALIGAN_MAIL_URL, as in smtp+starttls://user:password@mail.example.org"
        )
    if not settings.base_url:
        raise MailNotSetUp("set FIKALIGAN_BASE_URL first: the links in mails lead there")
    try:
        return SmtpTransport(parse_mail_url(settings.mail_url))
    except ValueError as error:
        raise MailNotSetUp(f"FIKALIGAN_MAIL_URL: {error}") from error


def _answer_wishes(settings: Settings, clock: Callable[[], datetime]) -> None:
    while True:
        with writing():
            if not answer_wishes(secret_key=settings.secret_key, now=clock()):
                return
