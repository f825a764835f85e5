"""A process that kills itself between two statements of a write, so that nothing can tidy up.

It loads the site once and forks a child for every order it reads; the child acts as a worker does
and dies. Run as `python -m tests.faults.doomed` with the environment of `site.environment`.
"""

import json
import os
import signal
import smtplib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.checkins import service
from app.checkins.reports import Report
from app.cli import site_of_jobs
from app.database import writing
from app.erased import ErasedList
from app.i18n import time_zone
from app.me.erasure import erase_person
from app.notifications.transport import SmtpTransport, parse_mail_url
from app.rhythm.jobs import run_due_jobs
from app.rhythm.mailing import send_due_mail
from app.rhythm.service import close_due_round
from tests.faults import site
from tests.post_office import BASE_URL

KILLED = -signal.SIGKILL
NEVER = 10**9
# Before the COMMIT and just after it.
POINTS_AROUND_COMMIT = 2


@dataclass(frozen=True, slots=True)
class Order:
    """`dies_at` is the point between two statements, 0 before the first one; None rehearses, which
    counts the points and takes everything back."""

    verb: str
    now: datetime
    user_id: int = 0
    dies_at: int | None = None
    folder: str = ""
    mail_url: str = ""


class Rehearsed(Exception):
    pass


def act(app: Flask, order: Order) -> None:
    """What a worker does with one request, or when it wakes."""
    if order.verb == "wake":
        run_due_jobs(replace(site_of_jobs(), clock=lambda: order.now, write=lambda _text: None))
        return
    if order.verb == "send":
        settings = app.extensions["settings"].model_copy(update={"base_url": BASE_URL})
        transport = SmtpTransport(parse_mail_url(order.mail_url))
        send_due_mail(settings, transport, lambda: order.now, time_zone())
        return
    catalogue = app.extensions["catalogue"]
    with writing():
        match order.verb:
            case "check in":
                mission = catalogue.challenges[0].missions[0].slug
                report = Report(mission=mission, happened_on=order.now.date())
                service.check_in(order.user_id, 1, report, catalogue=catalogue, now=order.now)
            case "undo":
                service.undo(order.user_id, 1, catalogue=catalogue, now=order.now)
            case "erase":
                erased = ErasedList(Path(order.folder) / "erased")
                erase_person(order.user_id, erased, only_if_due=False, now=order.now)
            case "close":
                close_due_round(catalogue, now=order.now)
            case unknown:
                raise ValueError(unknown)
        if order.dies_at is None:
            raise Rehearsed


class _Points:
    """Counts the points between statements and around the answers of a mail server, and ends the
    process at the fatal one."""

    def __init__(self, fatal: int | None) -> None:
        self._fatal = fatal
        self.passed = 0
        event.listen(Engine, "before_cursor_execute", self.another)
        event.listen(Engine, "commit", self.another)
        smtplib.SMTP.getreply = self._around(smtplib.SMTP.getreply)

    def _around(self, get_reply: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: object) -> Any:
            self.another()
            reply = get_reply(*arguments)
            self.another()
            return reply

        return wrapped

    def another(self, *_: object) -> None:
        if self.passed == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed += 1


def main() -> None:
    # The pipe carries reports alone: what the site logs to its standard output goes beside it.
    reports = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    app = site.site()
    print("up", file=reports)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            values = json.loads(line)
            now = datetime.fromisoformat(values.pop("now"))
            _die(app, Order(**values, now=now))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), file=reports)


def _die(app: Flask, order: Order) -> None:
    """Ends with the number of points, if it lives that long."""
    points = _Points(order.dies_at)
    with app.app_context():
        try:
            act(app, order)
        except Rehearsed:
            os._exit(points.passed + POINTS_AROUND_COMMIT)
        points.another()
    os._exit(points.passed)


class Doomed:
    """The other end of the pipe."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._orders, self._reports = process.stdin, process.stdout
        assert self._reports.readline() == "up\n"

    def points(self, order: Order) -> int:
        """How many points the ordered write has; the last one comes just after its COMMIT."""
        return self._ended(replace(order, dies_at=None))

    def lives(self, order: Order) -> bool:
        """Done without harm; for what commits several times and cannot be rehearsed."""
        return self._ended(replace(order, dies_at=NEVER)) != KILLED

    def dies(self, order: Order, at: int) -> bool:
        return self._ended(replace(order, dies_at=at)) == KILLED

    def _ended(self, order: Order) -> int:
        self._orders.write(json.dumps(asdict(order), default=datetime.isoformat) + "\n")
        self._orders.flush()
        return int(self._reports.readline())


@contextmanager
def doomed(url: str, now: datetime, folder: Path) -> Iterator[Doomed]:
    command = [sys.executable, "-m", "tests.faults.doomed"]
    pipe = subprocess.PIPE
    environment = site.environment(url, now, folder)
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603
        try:
            yield Doomed(process)
        finally:
            process.stdin.close()  # pyright: ignore[reportOptionalMemberAccess]


if __name__ == "__main__":
    main()
