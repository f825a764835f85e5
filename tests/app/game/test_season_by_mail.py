"""A season that runs by itself: the worker alone opens, reminds, closes and tells, its mails go
through a real mail server, and people do what they do from what arrives."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from app.badges.models import BadgeAward
from app.database import db
from app.history.models import CheckIn, Pledge
from app.league.models import TeamRound
from app.notifications.kinds import WeekMail
from app.rhythm.models import JobRun
from app.rhythm.periods import Job
from app.seasons.models import Participation, Round
from app.seasons.queries import find_current_season
from tests.app.game.mail_play import AN_HOUR, Play, Reader, Scale, Worker
from tests.app.game.readers import Owed, owed
from tests.conftest import FrozenClock
from tests.factories import ZONE, World
from tests.post_office import BASE_URL, PostOffice
from tests.redis_server import redis

SEED = 8
REST = frozenset({date(2026, 12, 21)})
# As the Swedish calendar has them, written out by hand.
FREE = {date(2026, 12, day) for day in (24, 25, 26, 31)} | {date(2027, 1, 1), date(2027, 1, 6)}
OPENS, SHUTS, SATURDAY = 7, 18, 5
TIME_TO_UNDO = timedelta(minutes=30)

MONDAY, WEEKDAY, WEEKEND = (3, 8, 12, 14, 20), (9, 15), (12,)
QUICK = Scale(10, date(2026, 12, 14), 4, (MONDAY, *4 * (WEEKDAY,), WEEKEND, WEEKEND))
FULL = Scale(60, date(2026, 11, 9), 9)

Mail = tuple[str, WeekMail, int | str]


@pytest.fixture
def redis_url(app: Flask, tmp_path: Path) -> Iterator[str]:
    """The queue lies beside SQLite, and in Redis where PostgreSQL is."""
    if db.engine.dialect.name == "sqlite":
        yield ""
    else:
        with redis(tmp_path) as url:
            yield url


@pytest.fixture
def office(
    hasty_app: Flask, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PostOffice]:
    """The site as one that is in use: its mails leave, and its forms want their token."""
    office = PostOffice(hasty_app)
    with office.open():
        settings = {
            "demo": False,
            "base_url": BASE_URL,
            "mail_url": f"smtp://127.0.0.1:{office.port}",
            "redis_url": redis_url,
        }
        known = hasty_app.extensions["settings"]
        monkeypatch.setitem(hasty_app.extensions, "settings", known.model_copy(update=settings))
        hasty_app.config["WTF_CSRF_ENABLED"] = True
        yield office


@pytest.mark.parametrize(
    "scale",
    [pytest.param(QUICK, id="ten"), pytest.param(FULL, id="sixty", marks=pytest.mark.soak)],
)
def test_everything_happens_once_and_everybody_gets_her_mails(
    hasty_app: Flask, office: PostOffice, clock: FrozenClock, scale: Scale
):
    clock.set(datetime(scale.begins.year, scale.begins.month, scale.begins.day, tzinfo=ZONE))
    world = World(clock(), rest=REST, length=scale.length)
    play = Play(hasty_app, clock, office, world, scale)
    random = Random(SEED)
    for number in range(scale.people):
        play.add(number, random)
    lead = world.person(joins=False, is_lead=True)
    worker = Worker(hasty_app)
    with closing(worker.huey.storage):
        play.run(worker)
    deeds = {
        each.user.id: owed(each.habits, scale.length, _reminded(play))
        for each in play.readers.values()
    }
    # Otherwise it would prove less than it seems to.
    assert {each.kind for each in play.arrivals} == set(WeekMail)
    for each in play.readers.values():
        assert each.stopped == set(each.habits.stops)
    _check_saved(deeds)
    _check_published(play, world)
    expected = {(lead.email, WeekMail.REPORT, number) for number in play.rounds}
    for each in play.readers.values():
        expected |= _mails_to(each, play, deeds[each.user.id])
    arrived = Counter((each.address, each.kind, each.about) for each in play.arrivals)
    assert arrived == Counter(expected)
    _check_times(play)
    message_ids = [mail["Message-ID"] for mail in office.mails]
    assert len(set(message_ids)) == len(message_ids) == len(play.arrivals)


def _reminded(play: Play) -> frozenset[int]:
    """All rounds but one: week 53 has no working day after its Wednesday."""
    found = frozenset(
        number
        for number, each in play.rounds.items()
        if any(is_worked(each.starts_at + timedelta(days=day, hours=9)) for day in (3, 4))
    )
    assert len(found) == len(play.rounds) - 1
    return found


def is_worked(instant: datetime) -> bool:
    local = instant.astimezone(ZONE)
    is_weekday = local.weekday() < SATURDAY and local.date() not in FREE
    return is_weekday and OPENS <= local.hour < SHUTS


def is_open(instant: datetime) -> bool:
    """Whether a mail that nobody has asked for may come."""
    local = instant.astimezone(ZONE)
    monday = local.date() - timedelta(days=local.weekday())
    return is_worked(instant) and monday not in REST


def _is_away(reader: Reader | None, play: Play, instant: datetime) -> bool:
    away = reader.habits.away if reader else frozenset()
    return any(play.rounds[each].starts_at <= instant < play.rounds[each].ends_at for each in away)


def _check_saved(deeds: dict[int, dict[int, Owed]]) -> None:
    pledged = (
        select(Participation.user_id, Round.number)
        .join(Pledge, Pledge.participation_id == Participation.id)
        .join(Round, Round.id == Pledge.round_id)
    )
    done = (
        select(Participation.user_id, Round.number)
        .join(CheckIn, CheckIn.participation_id == Participation.id)
        .join(Round, Round.id == CheckIn.round_id)
        .where(CheckIn.undone_at.is_(None), CheckIn.booking_round_id == CheckIn.round_id)
    )
    owed_by = [(user_id, *each) for user_id, rounds in deeds.items() for each in rounds.items()]
    assert {tuple(row) for row in db.session.execute(pledged)} == {
        (user_id, number) for user_id, number, each in owed_by if each.has_pledged
    }
    assert {tuple(row) for row in db.session.execute(done)} == {
        (user_id, number) for user_id, number, each in owed_by if each.has_checked_in
    }


def _check_published(play: Play, world: World) -> None:
    for each in db.session.scalars(select(Round)):
        assert each.closed_at == play.first_wake(each.closes_at)
    published = Counter(db.session.scalars(select(TeamRound.round_id)))
    assert published == {each.id: len(world.teams) for each in play.rounds.values()}
    assert find_current_season() is None
    runs = db.session.scalars(select(JobRun)).all()
    assert {(each.tries, each.error) for each in runs} == {(1, None)}
    weeks = len({wake.isocalendar()[:2] for wake in play.wakes})
    for job in (Job.MONDAY, Job.REMINDER, Job.CLOSING):
        # And what the first wake finds of the week before.
        assert sum(each.job == job for each in runs) in (weeks, weeks + 1)


def _mails_to(reader: Reader, play: Play, deeds: dict[int, Owed]) -> set[Mail]:
    email = reader.user.email
    mails: set[Mail] = {(email, WeekMail.BADGE, badge) for badge in _badges_told(reader, play)}
    return mails | {(email, kind, number) for number, each in deeds.items() for kind in each.mails}


def _badges_told(reader: Reader, play: Play) -> set[str]:
    """Which pins she has is for `flask verify` to judge; each is told once she cannot simply take
    it back any more."""
    awards = db.session.execute(
        select(BadgeAward.badge, BadgeAward.awarded_at).where(BadgeAward.user_id == reader.user.id)
    )
    closes = reader.habits.closes
    has_closed = play.rounds[closes].starts_at + timedelta(days=2) if closes else None
    arrives = {
        badge: play.first_wake(
            awarded_at + TIME_TO_UNDO,
            if_=lambda wake: is_open(wake) and not _is_away(reader, play, wake),
        )
        for badge, awarded_at in awards
        if has_closed is None or awarded_at < has_closed
    }
    if WeekMail.BADGE not in reader.habits.stops:
        return set(arrives)
    stops = min(arrives.values(), default=play.wakes[-1]) + AN_HOUR
    return {badge for badge, at in arrives.items() if at <= stops}


def _check_times(play: Play) -> None:
    for each in play.arrivals:
        assert is_open(each.at), each
        assert not _is_away(play.readers.get(each.address), play, each.at), each
        if isinstance(each.about, int):
            this = play.rounds[each.about]
            due = {
                WeekMail.MONDAY: this.starts_at + timedelta(hours=7.5),
                WeekMail.REMINDER: this.starts_at + timedelta(days=3, hours=9),
                WeekMail.TABLE: this.closes_at,
                WeekMail.REPORT: this.closes_at,
            }
            assert each.at == play.first_wake(due[each.kind], if_=is_open), each
