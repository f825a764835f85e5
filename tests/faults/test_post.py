"""The post misbehaves, or its sender dies: nothing is lost, and nothing comes twice but what nobody
can know about; and nobody else waits for it."""

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median, quantiles

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import User
from app.database import db, writing
from app.history.models import CheckIn
from app.league.models import TeamRound
from app.notifications.models import OutboxMail
from app.notifications.queries import FINAL, State
from app.notifications.sending import NoConnection
from app.notifications.service import Letter, post
from app.notifications.transport import SmtpTransport, parse_mail_url
from app.rhythm.jobs import Site, run_due_jobs
from app.rhythm.mailing import send_due_mail
from app.rhythm.verify import differences
from tests.conftest import NOW, FrozenClock
from tests.factories import ZONE, World, catalogue
from tests.faults.crowd import Server, Tab, open_tab, serving
from tests.faults.moody import MoodyOffice
from tests.faults.test_worker import environment, wait_until
from tests.post_office import BASE_URL, PostOffice

soak = pytest.mark.soak
# Instead of thirty, so that a stalled server is waited for and the test is not.
TIMEOUT_SECONDS = 0.3
MINUTE = timedelta(minutes=1)
# Due by any clock.
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
# What pages may take longer while thousands of mails go out, on a machine with other work.
LONGEST_PAGE_SECONDS = 3
SLOWER_AT_MOST = 5


def write_mails(count: int, *, now: datetime = NOW) -> None:
    with writing():
        post(
            [
                Letter(f"sample:{number}", "sample", f"p{number}@example.org", "sv", {"name": "P"})
                for number in range(count)
            ],
            now=now,
        )


def mail_rows() -> list[OutboxMail]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def assert_nothing_lost_and_nothing_doubled(office: PostOffice) -> None:
    arrived = Counter(mail["Message-ID"].partition("@")[0].strip("<") for mail in office.mails)
    found = mail_rows()
    assert {row.state for row in found} <= set(FINAL)
    for row in found:
        times = arrived[row.message_id]
        if row.state == State.SENT:
            assert times >= 1, row.key
        else:
            assert row.last_error, row.key
        assert times <= (2 if row.unknown_outcomes else 1), row.key
    assert arrived.total() == sum(arrived[row.message_id] for row in found)
    addresses = {(mail["Message-ID"], mail["To"]) for mail in office.mails}
    assert len(addresses) == len(arrived)
    assert list(differences(catalogue())) == []


@pytest.mark.parametrize(
    ("count", "seed"), [(60, 1), *(pytest.param(300, seed, marks=soak) for seed in range(2, 7))]
)
def test_whatever_mood_the_server_is_in_each_mail_comes_to_an_end(
    app: Flask, clock: FrozenClock, count: int, seed: int
):
    """Now and then nobody is there at all; the clock moves on from wait to wait."""
    write_mails(count)
    office, absences = MoodyOffice(app, seed), Random(seed)
    settings = app.extensions["settings"].model_copy(update={"base_url": BASE_URL})
    nobody = PostOffice(app)
    with nobody.open():
        pass
    with office.open():
        while waiting := [row for row in mail_rows() if row.state not in FINAL]:
            assert {row.state for row in waiting} == {State.PENDING}
            clock.set(max(clock(), min(row.next_try_at for row in waiting)))
            port = nobody.port if absences.random() < 0.1 else office.port
            server = parse_mail_url(f"smtp://127.0.0.1:{port}")
            with suppress(NoConnection):
                send_due_mail(settings, SmtpTransport(server, timeout=TIMEOUT_SECONDS), clock, ZONE)
    assert_nothing_lost_and_nothing_doubled(office)
    # The moods were had, and most of the mails came through them.
    ended = Counter(row.state for row in mail_rows())
    assert 0 < ended[State.GIVEN_UP] < count / 4
    assert any(row.unknown_outcomes for row in mail_rows())
    assert office.vanished


def test_a_server_that_stalls_keeps_neither_a_check_in_nor_the_closing_waiting(
    app: Flask, clock: FrozenClock, sign_in: Callable[[User], FlaskClient], post_office: PostOffice
):
    """A sweep holds no lock while it waits: others write, and the worker's other thread closes."""
    world = World(NOW)
    noon = clock.set(world.rounds[0].closes_at - MINUTE) + MINUTE
    browser = sign_in(world.person())
    write_mails(1)
    stalled, goes_on = threading.Event(), threading.Event()

    def stall() -> None:
        stalled.set()
        assert goes_on.wait(60)

    post_office.meanwhile = stall
    mail = {"base_url": BASE_URL, "mail_url": f"smtp://127.0.0.1:{post_office.port}"}
    settings = app.extensions["settings"].model_copy(update=mail)
    site = Site(settings, catalogue(), ZONE, clock, write=lambda _text: None)

    def wake() -> None:
        with app.app_context():
            run_due_jobs(site)
            db.session.remove()

    sweeping = threading.Thread(target=Context().run, args=(wake,))
    sweeping.start()
    try:
        assert stalled.wait(60)
        mission = world.report(1).mission
        assert browser.post("/week/1/check-in", data={"mission": mission}).status_code == 303
        clock.set(noon)
        run_due_jobs(site)
        assert published() == len(world.teams)
        assert (mail_rows()[0].state, post_office.mails) == (State.SENDING, [])
    finally:
        goes_on.set()
        sweeping.join()
    # The closing has written mails of its own, which wait for the next sweep.
    assert mail_rows()[0].state == State.SENT
    assert len(post_office.mails) == 1
    assert list(differences(catalogue())) == []


def published() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(TeamRound)) or 0


@soak
def test_pages_do_not_wait_for_ten_thousand_mails(app: Flask, post_office: PostOffice):
    """gunicorn before the database; the mails by a process of their own, through a real server.
    `pytest -s` shows the figures."""
    world = World(NOW)
    tabs = [open_tab(app, world.person(), world) for _ in range(400)]
    write_mails(10_000, now=LONG_AGO)
    settings = app.extensions["settings"]
    command = [sys.executable, "-m", "flask", "--app", "app", "send-mail"]
    with serving(settings.database_url, NOW) as server:
        before = [seconds_for(server, tab) for tab in tabs[:100]]
        with subprocess.Popen(  # noqa: S603 - ours
            command, env=environment(app, post_office), stdout=subprocess.DEVNULL
        ) as sender:
            wait_until(lambda: bool(post_office.mails))
            began = time.monotonic()
            meanwhile = []
            for tab in tabs[100:]:
                meanwhile.append(seconds_for(server, tab))
                time.sleep(0.1)
            assert sender.poll() is None, "the mails were gone too soon to tell anything"
            assert sender.wait() == 0
    print(f"{10_000 / (time.monotonic() - began):.0f} mails a second")
    for when, seconds in (("before", before), ("meanwhile", meanwhile)):
        tail = quantiles(seconds, n=20)[-1]
        print(f"{when}: {median(seconds):.3f}, 95 % {tail:.3f}, longest {max(seconds):.3f} s")
    assert db.session.scalar(select(func.count()).select_from(CheckIn)) == len(tabs)
    assert max(meanwhile) < LONGEST_PAGE_SECONDS
    assert median(meanwhile) < SLOWER_AT_MOST * median(before)
    assert len(post_office.mails) == 10_000
    assert_nothing_lost_and_nothing_doubled(post_office)


def seconds_for(server: Server, tab: Tab) -> float:
    """A check-in and the page after it."""
    began = time.monotonic()
    answers = [server.at_once([each])[0].status for each in (tab.check_in(), tab.get("/week"))]
    assert answers == [303, 200]
    return time.monotonic() - began
