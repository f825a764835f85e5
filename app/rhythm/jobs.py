"""The work that nobody asks for: closings, the night's work, mail. Plain functions of a site, each
harmless to repeat; `run_due_jobs` has those that are due done once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import DBAPIError, TimeoutError

from app.config import Settings
from app.database import db
from app.notifications.queries import has_due
from app.notifications.sending import NoConnection
from app.rhythm import runs
from app.rhythm.closings import close_due_rounds, settle_ended_season
from app.rhythm.holding import may_leave
from app.rhythm.letters import post_mondays, post_reminders
from app.rhythm.mailing import MailNotSetUp, send_due_mail, transport_of
from app.rhythm.nightly import run_night
from app.rhythm.periods import Due, Job, due_at
from challenges.catalogue import Catalogue

# Ten thousand mails take minutes. What is left is the next minute's, so that whatever comes due
# meanwhile waits for no more than this and one mail, however slow the server is.
SWEEP_LASTS = timedelta(seconds=50)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Site:
    """What the jobs need of the site. `write` shows the demo's mails; `must_stop` tells a long job
    to leave the rest for later."""

    settings: Settings
    catalogue: Catalogue
    zone: ZoneInfo
    clock: Callable[[], datetime]
    write: Callable[[str], object]
    must_stop: Callable[[], bool] = lambda: False


class Stopped(Exception):
    """The worker is to end, and the job has come to a point where it may."""


class Pulse:
    """A job calls it between two transactions: its worker lives, and here it may be stopped."""

    def __init__(self, site: Site, claimed: runs.Claim) -> None:
        self._site = site
        self._claimed = claimed
        self._last = site.clock()

    def __call__(self) -> None:
        now = self._site.clock()
        if now >= self._last + runs.SIGN_OF_LIFE_EVERY:
            runs.give_sign_of_life(self._claimed, now=now)
            self._last = now
        if self._site.must_stop():
            raise Stopped


def run_due_jobs(site: Site) -> None:
    """Do what is due and nobody else does; a job that fails is noted and keeps no other waiting."""
    for due in due_at(site.clock(), site.zone):
        claimed = runs.claim(due, now=site.clock())
        if claimed is not None:
            _run(site, due, claimed)


def _run(site: Site, due: Due, claimed: runs.Claim) -> None:
    error = None
    try:
        JOBS[due.job](site, Pulse(site, claimed))
    except Stopped:
        # What it left is due anew in the next period, or as soon as a worker is back.
        runs.put_back(claimed)
        raise
    except Exception as trouble:
        db.session.rollback()
        error = reason_of(trouble)
        log.error("job", job=due.job, period=due.period, error=error)
    runs.finish(claimed, error, now=site.clock())


def reason_of(trouble: Exception) -> str:
    """A kind that the lead's page has words for, and a detail for whoever mends it. Never the text
    of an unforeseen error: it might quote what somebody wrote."""
    match trouble:
        case NoConnection():
            return f"mail-server: {trouble}"
        case MailNotSetUp():
            return f"mail-settings: {trouble}"
        case DBAPIError() | TimeoutError():
            return f"database: {type(trouble).__name__}"
        case _:
            return f"unforeseen: {type(trouble).__name__}"


def close(site: Site, pulse: Callable[[], None]) -> None:
    dashboards = site.settings.dashboards
    for _closed in close_due_rounds(site.catalogue, dashboards=dashboards, clock=site.clock):
        pulse()
    settle_ended_season(site.catalogue, clock=site.clock)


def work_at_night(site: Site, pulse: Callable[[], None]) -> None:
    """And close what Monday has left: a closing that was given up, and a season whose week of
    catching up ends an hour after noon because summer time has begun. An erasure waits for it."""
    close(site, pulse)
    night = run_night(site.clock, lambda done, _total: pulse() if done else None)
    if night.erasures.waiting or not night.is_log_empty:
        log.warning("night", waiting=night.erasures.waiting, log_emptied=night.is_log_empty)


def send_mail(site: Site, pulse: Callable[[], None]) -> None:
    try:
        transport = transport_of(site.settings, site.write)
    except MailNotSetUp:
        # Whoever plays without mail is not told every minute.
        if has_due(site.clock(), may_leave(site.zone)):
            raise
        return
    ends = site.clock() + SWEEP_LASTS

    def goes_on() -> bool:
        return site.clock() < ends and not site.must_stop()

    send_due_mail(site.settings, transport, site.clock, site.zone, goes_on=goes_on)
    pulse()


def invite_to_the_week(site: Site, pulse: Callable[[], None]) -> None:
    post_mondays(site.zone, site.clock, pulse)


def remind(site: Site, pulse: Callable[[], None]) -> None:
    post_reminders(site.zone, site.clock, pulse)


JOBS: dict[Job, Callable[[Site, Callable[[], None]], None]] = {
    Job.CLOSING: close,
    Job.MONDAY: invite_to_the_week,
    Job.REMINDER: remind,
    Job.NIGHT: work_at_night,
    Job.MAIL: send_mail,
}
