"""The personal calendar, read by the library that wrote it and by another one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.content import shipped
from app.database import db, writing
from app.feed.models import CalendarFeed
from app.feed.queries import Reminder
from app.feed.service import change_address, close_feed, open_feed, set_reminder, token_of
from app.installation import Installation
from app.notifications.links import sign
from app.seasons.planning import pause_season
from app.seasons.queries import get_current_season_of
from app.seasons.service import leave, set_away
from app.wording.service import word_challenge
from challenges.wording import LANGUAGES, words_of
from tests.conftest import NOW
from tests.factories import ZONE, World
from tests.house.test_statements import MOST_STATEMENTS, statements

Found = dict[str, icalendar.Event]
THURSDAY_AT_NINE = Reminder(3, time(9))
DAY = timedelta(days=1)
KEY = "only-for-tests"
SPICY = "Fika, te; kaka\\bulle"


@pytest.fixture
def world(app: Flask) -> World:
    return World(NOW, week=2)


def address_of(user: User) -> str:
    owned = CalendarFeed.user_id == user.id
    seed = db.session.scalars(select(CalendarFeed.seed).where(owned)).one()
    return f"/calendar/{token_of(seed, secret_key=KEY)}.ics"


def subscribe(user: User, reminder: Reminder | None = THURSDAY_AT_NINE) -> str:
    with writing():
        open_feed(user.id, now=NOW)
        set_reminder(user.id, reminder, now=NOW)
    return address_of(user)


def read(client: FlaskClient, address: str) -> Found:
    """Its events by UID."""
    answer = client.get(address)
    assert answer.status_code == 200
    refuse_bad_lines(answer.data)
    calendar = icalendar.Calendar.from_ical(answer.data)
    assert isinstance(calendar, icalendar.Calendar)
    # Also one without events holds something, as it must.
    assert len(calendar.timezones) == 1
    found = {str(each["uid"]): each for each in calendar.events}
    assert len(found) == len(calendar.events)
    return found


def read_otherwise(client: FlaskClient, address: str) -> Any:
    # It would remember the zone of an earlier file.
    vobject.icalendar.registerTzid(ZONE.key, None)
    return vobject.readOne(client.get(address).text)


def refuse_bad_lines(body: bytes) -> None:
    """RFC 5545, 3.1: lines end with CRLF and have 75 octets at most; none is cut within a letter,
    where a program might show the halves."""
    *lines, last = body.split(b"\r\n")
    assert last == b""
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert max(map(len, lines)) <= 75
    assert b"\r\n ".join(lines).decode()
    assert [line.decode() for line in lines]


def starts(found: Found, kind: str) -> list[Any]:
    return [each.start for uid, each in found.items() if uid.startswith(f"{kind}-")]


def test_every_round_is_there_with_its_reminder_and_its_closing(world: World, client: FlaskClient):
    found = read(client, subscribe(world.person()))
    mondays = [each.starts_at.astimezone(ZONE).date() for each in world.rounds]
    assert starts(found, "round") == mondays
    assert starts(found, "reminder") == [
        datetime.combine(each + 3 * DAY, time(9), ZONE) for each in mondays
    ]
    assert starts(found, "closing") == [
        datetime.combine(each + 7 * DAY, time(12), ZONE) for each in mondays
    ]
    first = world.rounds[0]
    begins = found[f"round-{first.id}@localhost"]
    assert begins["summary"] == f"Ny utmaning: {shipped().challenge(first.challenge).title.sv}"
    assert begins["url"] == "http://localhost/week/1"
    assert begins.duration == DAY
    assert not begins.walk("VALARM")
    (alarm,) = found[f"reminder-{first.id}@localhost"].walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(0)


@pytest.mark.parametrize(
    ("monday", "holds"),
    [
        (date(2026, 10, 12), datetime(2026, 11, 2, 11, tzinfo=UTC)),
        (date(2026, 12, 14), datetime(2027, 1, 4, 11, tzinfo=UTC)),
        (date(2027, 3, 8), datetime(2027, 3, 29, 10, tzinfo=UTC)),
    ],
    ids=["into winter", "week 53", "into summer"],
)
def test_another_parser_finds_the_same_instants(
    app: Flask, client: FlaskClient, monday: date, holds: datetime
):
    """By the time zone that comes along in the file, which that parser knows no other way of."""
    world = World(datetime.combine(monday + 2 * DAY, time(9), UTC))
    address = subscribe(world.person())
    own = read(client, address)
    file = read_otherwise(client, address)
    other = {each.uid.value: each.dtstart.value for each in file.vevent_list}
    assert other.keys() == own.keys()
    closings = [at for uid, at in other.items() if uid.startswith("closing-")]
    assert [at.astimezone(UTC) for at in closings] == [each.closes_at for each in world.rounds]
    assert holds in closings
    third = monday + 14 * DAY
    assert other[f"round-{world.rounds[2].id}@localhost"] == third
    thursday = datetime.combine(third + 3 * DAY, time(9), ZONE)
    assert other[f"reminder-{world.rounds[2].id}@localhost"] == thursday
    # The night in which the clock is moved, if there is one.
    for quarter in range(4 * 24):
        instant = (datetime.combine(third + 6 * DAY, time(0), ZONE)).astimezone(UTC)
        instant += quarter * timedelta(minutes=15)
        assert (
            instant.astimezone(file.vtimezone.tzinfo).utcoffset()
            == instant.astimezone(ZONE).utcoffset()
        ), instant


def test_only_what_is_hers_and_not_where_she_is_away(world: World, client: FlaskClient):
    person = world.person(joins=False)
    world.join(person, at=NOW)
    address = subscribe(person, None)
    first, away = world.rounds[1], world.rounds[2]
    with writing():
        set_away(get_current_season_of(person.id)[1], away.id, is_away=True)
    found = read(client, address)
    assert len(found) == 2 * 7
    assert f"round-{first.id}@localhost" in found
    assert not {f"round-{world.rounds[0].id}@localhost", f"closing-{away.id}@localhost"} & {*found}


def test_whoever_left_or_has_no_account_any_more_reads_an_empty_one(
    world: World, client: FlaskClient
):
    gone, closed, not_yet = world.person(), world.person(), world.person(joins=False)
    addresses = [subscribe(each) for each in (gone, closed, not_yet)]
    with writing():
        leave(gone.id, now=NOW)
        db.session.get_one(User, closed.id).disabled_at = NOW
    for address in addresses:
        assert read(client, address) == {}
        assert [each.name for each in read_otherwise(client, address).components()] == ["VTIMEZONE"]


def test_an_address_that_was_changed_closed_or_guessed_leads_nowhere(
    world: World, client: FlaskClient
):
    person = world.person()
    old = subscribe(person)
    with writing():
        change_address(person.id)
    new = address_of(person)
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    with writing():
        close_feed(person.id)
        open_feed(person.id, now=NOW)
    seed = db.session.get_one(CalendarFeed, person.id).seed
    foreign = [token_of(seed, secret_key="another"), sign("stop", seed, secret_key=KEY), seed]
    for address in (old, new, *(f"/calendar/{each}.ics" for each in foreign)):
        assert client.get(address).status_code == 404
    assert seed not in address_of(person), "who reads the database cannot make the address"


def test_it_is_fetched_again_only_when_it_has_changed(world: World, client: FlaskClient):
    person = world.person()
    address = subscribe(person)
    first = client.get(address)
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert first.headers["Cache-Control"] == "private, max-age=3600"
    assert "Set-Cookie" not in first.headers
    known = {"If-None-Match": first.headers["ETag"]}
    again = client.get(address, headers=known)
    assert (again.status_code, again.data) == (304, b"")
    with writing():
        set_reminder(person.id, Reminder(0, time(7, 30)), now=NOW + DAY)
    changed = client.get(address, headers=known)
    assert changed.status_code == 200
    assert b"LAST-MODIFIED:20261126T090000Z" in changed.data
    assert len(statements(client, address)) <= MOST_STATEMENTS


def test_a_moved_plan_keeps_its_uids_and_says_when_it_was_moved(world: World, client: FlaskClient):
    address = subscribe(world.person())
    before = read(client, address)
    with writing():
        pause_season(ZONE, now=NOW + DAY)
    after = read(client, address)
    assert after.keys() == before.keys()
    moved = [uid for uid in before if after[uid].start != before[uid].start]
    assert len(moved) == 3 * 7
    assert all(after[uid].start == before[uid].start + 7 * DAY for uid in moved)
    assert {each.decoded("last-modified") for each in after.values()} == {NOW + DAY}


def test_a_challenge_that_is_voted_about_is_not_told_beforehand(world: World, client: FlaskClient):
    address = subscribe(world.person())
    for number, named in ((5, 7), (6, 9)):
        world.close_through(number)
        summaries = [str(each["summary"]) for each in read(client, address).values()]
        assert len([each for each in summaries if each.startswith("Ny utmaning: ")]) == named
        assert summaries.count("Ny utmaning") == 9 - named


def test_own_words_are_escaped_and_come_in_the_readers_language(world: World, client: FlaskClient):
    person = world.person(language="en")
    address = subscribe(person)
    first = world.rounds[0]
    challenge = shipped().challenge(first.challenge)
    told = {each: words_of(challenge, each) for each in LANGUAGES}
    told["en"] |= {"title": SPICY, "why": "First, a line.\nSecond; åäö " + "ö" * 100}
    with writing():
        word_challenge(challenge, told, now=NOW + DAY)
    event = read(client, address)[f"round-{first.id}@localhost"]
    assert event["summary"] == f"New challenge: {SPICY}"
    assert "\nSecond; åäö ö" in str(event["description"])
    other = read_otherwise(client, address).vevent_list[0]
    assert other.summary.value == f"New challenge: {SPICY}"
    assert event.decoded("last-modified") == NOW + DAY


def test_the_weeks_begin_where_the_organisation_is(app: Flask, client: FlaskClient):
    with writing():
        db.session.add(
            Installation(id=1, name="Ö", timezone="America/New_York", language="sv", created_at=NOW)
        )
    world = World(NOW)
    found = read(client, subscribe(world.person()))
    at = starts(found, "closing")[0]
    assert at == world.rounds[0].closes_at
    assert at.tzinfo == ZoneInfo("America/New_York")


def test_the_page_opens_changes_and_closes_it(
    world: World, client: FlaskClient, sign_in: Callable[[User], FlaskClient]
):
    person = world.person()
    browser = sign_in(person)
    for _click in range(2):
        browser.post("/me/calendar")
    address = address_of(person)
    page = browser.get("/me/calendar").text
    assert f'value="http://localhost{address}"' in page
    assert f'href="webcal://localhost{address}"' in page
    refused = browser.post("/me/calendar/reminder", data={"weekday": "2", "at": "snart"})
    assert refused.status_code == 422
    assert "Skriv ett klockslag" in refused.text
    browser.post("/me/calendar/reminder", data={"weekday": "2", "at": "9.30"})
    reminder = starts(read(client, address), "reminder")[0]
    assert reminder == datetime.combine(date(2026, 11, 18), time(9, 30), ZONE)
    browser.post("/me/calendar/reminder", data={"weekday": "", "at": "9.30"})
    assert starts(read(client, address), "reminder") == []
    browser.post("/me/calendar/new-address")
    assert client.get(address).status_code == 404
    assert client.get(address_of(person)).status_code == 200
    browser.post("/me/calendar/off")
    assert db.session.scalars(select(CalendarFeed)).all() == []
    assert "Skapa en adress" in browser.get("/me/calendar").text
