"""A season's agenda: the worker wakes, mail arrives, and people act upon it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from heapq import heappop, heappush
from html import unescape
from itertools import count
from random import Random

from flask import Flask

from app.accounts.models import User
from app.accounts.service import disable_user
from app.checkins import service
from app.database import db, writing
from app.notifications.kinds import WeekMail
from app.notifications.links import signed
from app.seasons import service as seasons
from app.worker import consumer_of
from tests.app.game.readers import Deed, Habits, draw
from tests.conftest import FrozenClock
from tests.factories import ZONE, World, catalogue
from tests.post_office import BASE_URL, PostOffice, html_of, text_of

KEY = "only-for-tests"
AN_HOUR = timedelta(hours=1)
STOP = re.compile(r"<https://[^/]+(/mail/stop/([^>]+))>")
TAP = re.compile(rf"{re.escape(BASE_URL)}(/mail/week/([^?\s]+)\S*)")
BADGE = re.compile(rf"{re.escape(BASE_URL)}/badges/(\S+)")
ANY_LINK = re.compile(rf'href="{re.escape(BASE_URL)}([^"]+)"')
FORM = re.compile(r'<form[^>]* action="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
DONE = re.compile(r'href="([^"]+\?done=[^"]+)"')


@dataclass(frozen=True)
class Scale:
    """`wakes` are the hours at which the worker wakes, by weekday; all hours where none are."""

    people: int
    begins: date
    length: int
    wakes: tuple[tuple[int, ...], ...] = ()

    def hours(self, day: date) -> tuple[int, ...]:
        return self.wakes[day.weekday()] if self.wakes else tuple(range(24))


@dataclass
class Reader:
    user: User
    habits: Habits
    random: Random
    stopped: set[WeekMail] = field(default_factory=set)


@dataclass(frozen=True)
class Arrival:
    """`about` is the number of a round, or a badge."""

    at: datetime
    address: str
    kind: WeekMail
    about: int | str


class Worker:
    """What `flask worker` is made of, but for the threads: each wake goes through its queue."""

    def __init__(self, app: Flask) -> None:
        self.huey = consumer_of(app).huey

    def wake(self) -> None:
        for task in self.huey.read_periodic(None):
            self.huey.enqueue(task)
            self.huey.execute(self.huey.dequeue())


class Play:
    """The season's agenda: the worker wakes, people act, and what arrives makes them act again."""

    def __init__(
        self, app: Flask, clock: FrozenClock, office: PostOffice, world: World, scale: Scale
    ) -> None:
        self.app, self.clock, self.office, self.world = app, clock, office, world
        self.rounds = {each.number: each for each in world.rounds}
        self.readers: dict[str, Reader] = {}
        self.arrivals: list[Arrival] = []
        self.wakes = list(self._wakes(scale))
        self._agenda: list[tuple[datetime, int, Callable[[], object]]] = []
        self._order = count()

    def _wakes(self, scale: Scale) -> Iterator[datetime]:
        ends = self.world.rounds[-1].closes_at + timedelta(days=9)
        day = scale.begins
        while datetime(day.year, day.month, day.day, tzinfo=ZONE) < ends:
            for hour in scale.hours(day):
                yield datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)
            day += timedelta(days=1)

    def first_wake(
        self, since: datetime, *, if_: Callable[[datetime], bool] = lambda _wake: True
    ) -> datetime:
        return next(wake for wake in self.wakes if wake >= since and if_(wake))

    def at(self, instant: datetime, act: Callable[[], object]) -> None:
        heappush(self._agenda, (instant, next(self._order), act))

    def in_round(self, number: int, act: Callable[[], object], **after: float) -> None:
        self.at(self.rounds[number].starts_at + timedelta(**after), act)

    def run(self, worker: Worker) -> None:
        for instant in self.wakes:
            self.at(instant, lambda: self._wake(worker))
        while self._agenda:
            instant, _, act = heappop(self._agenda)
            self.clock.set(instant)
            act()
            db.session.rollback()

    def _wake(self, worker: Worker) -> None:
        before = len(self.office.mails)
        worker.wake()
        for mail in self.office.mails[before:]:
            self._receive(mail)

    def _receive(self, mail: EmailMessage) -> None:
        found = STOP.fullmatch(mail["List-Unsubscribe"])
        assert found
        path, token = found.groups()
        user_id, kind = signed("stop", token, secret_key=KEY) or (0, "")
        arrival = Arrival(self.clock(), mail["To"], WeekMail(kind), self._about(mail, kind))
        self.arrivals.append(arrival)
        reader = self.readers.get(mail["To"])
        if reader is None:
            return
        assert user_id == reader.user.id
        if reader.habits.is_scanned:
            self._scan(mail)
        if self._makes_her_stop(reader, arrival):
            reader.stopped.add(arrival.kind)
            self.at(self.clock() + AN_HOUR, lambda: self._stop(path))
        self._plan_deed(reader, arrival, mail)

    def _about(self, mail: EmailMessage, kind: int | str) -> int | str:
        if kind == WeekMail.BADGE:
            badge = BADGE.search(text_of(mail))
            assert badge
            return badge[1]
        if kind in (WeekMail.TABLE, WeekMail.REPORT):
            return max(
                each.number for each in self.rounds.values() if each.closes_at <= self.clock()
            )
        tap = TAP.search(text_of(mail))
        assert tap
        _user_id, round_id = signed("week", tap[2], secret_key=KEY) or (0, 0)
        return next(each.number for each in self.rounds.values() if each.id == round_id)

    def _makes_her_stop(self, reader: Reader, arrival: Arrival) -> bool:
        since = reader.habits.stops.get(arrival.kind)
        if since is None or arrival.kind in reader.stopped:
            return False
        return not isinstance(arrival.about, int) or arrival.about >= since

    def _stop(self, path: str) -> None:
        """As a mail program does it, which knows neither cookie nor token."""
        answer = self.app.test_client().post(
            path,
            data={"List-Unsubscribe": "One-Click"},
            headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
        )
        assert answer.status_code == 200

    def _scan(self, mail: EmailMessage) -> None:
        """A mail server that looks behind every link before its reader does."""
        for link in ANY_LINK.findall(html_of(mail)):
            for method in ("HEAD", "GET"):
                answer = self.app.test_client().open(unescape(link), method=method)
                assert answer.status_code in (200, 303), link

    def _plan_deed(self, reader: Reader, arrival: Arrival, mail: EmailMessage) -> None:
        taps = [path for path, _token in TAP.findall(text_of(mail))]
        number = arrival.about
        if not taps or not isinstance(number, int):
            return
        deed, tap = reader.habits.deeds[number - 1], reader.random.choice(taps)
        is_open = 303 if reader.habits.stays(number) else 410
        match arrival.kind, deed:
            case WeekMail.MONDAY, Deed.PLEDGES | Deed.IS_REMINDED:
                self.in_round(number, lambda: self._tap(tap), hours=10.3)
            case WeekMail.MONDAY, Deed.PLEDGES_AND_DOES:
                self.in_round(number, lambda: self._tap(tap, expected="7"), hours=10.3)
                self.in_round(number, lambda: self._done(tap, is_open), days=2, hours=8.3)
            case WeekMail.MONDAY, Deed.DOES:
                self.in_round(number, lambda: self._done(tap), days=1, hours=8.3)
            case WeekMail.MONDAY, Deed.REGRETS:
                self.in_round(number, lambda: self._done(tap), days=1, hours=8.3)
                self.in_round(number, lambda: self._undo(reader, number), days=1, hours=8.5)
            case WeekMail.MONDAY, Deed.COMES_LATE:
                self.in_round(number, lambda: self._tap(tap), hours=10.3)
                self.at(self.rounds[number].closes_at, lambda: self._tap(tap, gives=410))
            case WeekMail.REMINDER, Deed.IS_REMINDED:
                last = self.rounds[number].closes_at - timedelta(seconds=1)
                friday = self.rounds[number].starts_at + timedelta(days=4, hours=15.3)
                when = reader.random.choice((friday, friday + timedelta(days=1), last))
                self.at(when, lambda: self._tap(tap, actual="3"))

    def _tap(self, path: str, *, gives: int = 303, **figures: str) -> None:
        """The page's one button, with what stands in the form."""
        browser = self.app.test_client()
        page = browser.get(path)
        if gives == 410:
            assert page.status_code == 410, path
            return
        html = page.get_data(as_text=True)
        form = FORM.search(html)
        assert form, html
        answer = browser.post(unescape(form[1]), data=dict(HIDDEN.findall(html)) | figures)
        assert answer.status_code == gives, (path, answer.get_data(as_text=True))
        assert browser.get(answer.headers["Location"]).status_code == 200

    def _done(self, path: str, gives: int = 303) -> None:
        """By the link on the page of Monday's mail."""
        html = self.app.test_client().get(path).get_data(as_text=True)
        link = DONE.search(html)
        self._tap(unescape(link[1]) if link else path, gives=gives, actual="4")

    def _undo(self, reader: Reader, number: int) -> None:
        with writing():
            service.undo(reader.user.id, number, catalogue=catalogue(), now=self.clock())

    def add(self, number: int, random: Random) -> None:
        """The person of that number, with whatever she does without her mail."""
        habits = draw(number, len(self.rounds), random)
        language = random.choice(("sv", "en"))
        user = self.world.person(team=number % 4, joins=False, language=language)
        self.readers[user.email] = Reader(user, habits, random)
        if habits.joins == 1:
            self.in_round(1, lambda: self._join(user), hours=1)
        else:
            self.in_round(habits.joins, lambda: self._join(user), days=1, hours=13)
        for away in habits.away:
            # On the Friday before.
            self.in_round(away, lambda away=away: self._be_away(user, away), days=-3, hours=16)
        if habits.leaves:
            self.in_round(habits.leaves, lambda: self._leave(user), days=2, hours=6)
        if habits.closes:
            self.in_round(habits.closes, lambda: self._close(user), days=2, hours=6)

    def _join(self, user: User) -> None:
        with writing():
            seasons.join(user.id, now=self.clock())

    def _be_away(self, user: User, number: int) -> None:
        with writing():
            service.mark_away(
                user.id, number, is_away=True, catalogue=catalogue(), now=self.clock()
            )

    def _leave(self, user: User) -> None:
        with writing():
            seasons.leave(user.id, now=self.clock())

    def _close(self, user: User) -> None:
        with writing():
            disable_user(user.id, now=self.clock())
