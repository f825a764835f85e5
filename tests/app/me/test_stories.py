"""The halfway story and the book of a season: one's own, and nobody else's."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.checkins import service
from app.database import writing
from app.me.lookback import LookBack, look_back
from app.rhythm.service import settle_season
from app.seasons.queries import get_current_season, get_season
from tests.conftest import NOW, FrozenClock, change_settings, plain
from tests.factories import World, catalogue, participation_of

SignIn = Callable[[User], FlaskClient]
NOTE = "Hon visade mig växthuset på taket."


def told(world: World, user: User, up_to: int = 9) -> LookBack:
    season = get_season(world.season.id)
    return look_back(season, participation_of(user.id, season.id), catalogue(), up_to=up_to)


def nameless(page: str) -> str:
    """The page without its own path and the request's number."""
    return re.sub(r"/me/book/\d+|\b[0-9a-f]{16}\b", "", page)


def test_the_story_waits_for_the_middle_round_to_close(app: Flask, sign_in: SignIn):
    world = World(NOW, week=6)
    browser = sign_in(world.person())
    world.close_through(4)
    waiting = browser.get("/me/halfway")
    assert waiting.status_code == 200
    assert "när omgång 5 stänger, måndag 23 november kl. 12.00" in plain(waiting.text)
    assert "/me/halfway" not in browser.get("/me").text
    world.close_through(5)
    assert "Inte riktigt än" not in browser.get("/me/halfway").text
    assert "/me/halfway" in browser.get("/me").text


def test_the_week_leads_to_the_story_during_the_following_round_alone(
    app: Flask, sign_in: SignIn, clock: FrozenClock
):
    world = World(NOW, week=6)
    sara = world.person()
    browser = sign_in(sara)
    seen = {}
    for closed in (4, 5, 6):
        world.close_through(closed)
        clock.set(world.rounds[closed - 1].closes_at + timedelta(hours=1))
        seen[closed] = "/me/halfway" in browser.get("/week").text
    assert seen == {4: False, 5: True, 6: False}


def test_the_story_tells_the_first_half_and_no_more(app: Flask, sign_in: SignIn):
    world = World(NOW, week=6)
    sara = world.person()
    for number, (expected, actual) in enumerate([(7, 6), (8, 3), (4, 4)], start=1):
        world.pledge(sara, number, expected)
        world.play(sara, number, actual=actual, met=(number,))
    world.play(sara, 4, met=(0, 1))
    world.close_through(5)
    world.pledge(sara, 6, 10)
    world.play(sara, 6, actual=0, met=(2,))
    story = told(world, sara, up_to=5)
    assert (story.check_ins, story.meetings) == (4, 5)
    # Her own department is no bridge, and IT was met twice.
    assert story.departments == ("IT", "HR", "Butik")
    assert [(each.number, each.expected, each.actual) for each in story.comfort] == [
        (1, 7, 6),
        (2, 8, 3),
        (3, 4, 4),
    ]
    assert story.best is not None
    assert (story.best.number, story.best.reason, story.best.amount) == (2, "calmer", 5)
    assert {each.badge.slug for each in story.pins} >= {"tip-curiosity", "kept-3", "bridged-3"}
    assert "tip-professional-friends" not in {each.badge.slug for each in story.pins}
    page = sign_in(sara).get("/me/halfway").text
    assert "Det blev 5 steg lugnare än du trodde." in page
    assert "IT, HR, Butik" in page


@pytest.mark.parametrize(
    ("reports", "sentence"),
    [
        ([{"met": (1, 2)}, {}], "Du hann med 2 möten."),
        ([{"met": (1,)}, {}], "Du träffade någon, och det är det allt handlar om."),
        ([{}, {"actual": 9, "recalled": 10}], "Du tog det första steget."),
    ],
)
def test_without_calmer_rounds_the_best_week_is_still_a_kind_one(
    app: Flask, sign_in: SignIn, reports, sentence
):
    world = World(NOW, week=6)
    sara = world.person()
    for number, report in enumerate(reports, start=1):
        world.play(sara, number, **report)
    world.close_through(5)
    assert sentence in sign_in(sara).get("/me/halfway").text


def test_who_has_done_nothing_is_invited(app: Flask, sign_in: SignIn):
    world = World(NOW, week=6)
    browser = sign_in(world.person())
    world.close_through(5)
    page = browser.get("/me/halfway").text
    assert "Det finns gott om plats framför dig" in page
    assert "bästa vecka" not in page


def test_who_joined_later_is_led_to_her_book_and_not_reminded(app: Flask, sign_in: SignIn):
    world = World(NOW, week=6)
    late = world.person(joins=False)
    world.close_through(5)
    world.join(late, at=NOW)
    browser = sign_in(late)
    assert "/me/halfway" not in browser.get("/week").text
    page = browser.get("/me/halfway").text
    assert "Du kom med i omgång 6" in page
    assert f"/me/book/{world.season.id}" in page


def test_the_book_holds_everything_its_author_wrote(app: Flask, sign_in: SignIn):
    world = World(NOW, week=2)
    sara = world.person()
    world.pledge(sara, 1, 8)
    world.play(sara, 1, actual=2, met=(1,), note=NOTE)
    world.close_through(1)
    world.play(sara, 2, actual=5, recalled=6)
    first, second = told(world, sara).chapters
    assert first.done is not None
    assert (first.expected, first.done.actual, first.done.note) == (8, 2, NOTE)
    assert [each.department for each in first.meetings] == ["IT"]
    assert second.done is not None
    assert (second.expected, second.done.recalled) == (None, 6)
    page = sign_in(sara).get("/me/book").text
    mission = catalogue().mission(world.report(1).mission).text.sv
    for words in (NOTE, mission, "någon från IT", "Du gissade i efterhand", "Bara du ser den här"):
        assert words in page
    assert "8 omgångar är kvar av säsongen" in page


def test_a_book_without_notes_asks_the_rounds_question_instead(app: Flask, sign_in: SignIn):
    world = World(NOW)
    sara = world.person()
    world.check_in(sara, note=NOTE)
    change_settings(app, notes_enabled=False)
    page = sign_in(sara).get("/me/book").text
    assert NOTE not in page
    assert catalogue().challenge("curiosity").reflect.sv in page


def test_an_undone_check_in_is_in_no_story(app: Flask):
    world = World(NOW)
    sara = world.person()
    world.check_in(sara, met=(1,), note=NOTE)
    with writing():
        service.undo(sara.id, 1, catalogue=catalogue(), now=NOW)
    story = told(world, sara)
    assert (story.check_ins, story.meetings, story.departments, story.pins) == (0, 0, (), ())


def test_a_book_is_its_authors_alone_and_a_foreign_one_is_simply_not_there(
    app: Flask, sign_in: SignIn
):
    world = World(NOW)
    sara, colleague = world.person(), world.person()
    world.check_in(sara, note=NOTE)
    stranger = sign_in(world.person(joins=False))
    path = f"/me/book/{world.season.id}"
    assert NOTE in sign_in(sara).get(path).text
    assert NOTE not in sign_in(colleague).get(path).text
    foreign, missing = stranger.get(path), stranger.get("/me/book/999999")
    assert foreign.status_code == missing.status_code == 404
    assert nameless(foreign.text) == nameless(missing.text)
    assert "Boken väntar på sin första sida" in stranger.get("/me/book").text


def test_an_old_book_and_the_longest_streak_stay_when_a_new_season_begins(
    app: Flask, sign_in: SignIn, clock: FrozenClock
):
    world = World(NOW, week=9)
    sara = world.person()
    world.play(sara, 1, note=NOTE)
    world.play(sara, 2)
    world.play(sara, 3)
    world.close_through(9)
    over = clock.set(world.rounds[-1].closes_at + timedelta(days=8))
    with writing():
        settle_season(catalogue(), now=over)
    old = world.season.id
    world.plan((over + timedelta(days=28 - over.weekday())).date())
    browser = sign_in(sara)
    assert NOTE in browser.get("/me/book").text
    assert "/me/book/" in browser.get("/me").text
    assert (
        "Det blev" in browser.get("/me/halfway").text or "Du tog" in browser.get("/me/halfway").text
    )
    world.now = over
    world.join(sara, at=over)
    assert get_current_season().id != old
    newest = browser.get("/me/book").text
    assert NOTE not in newest
    assert f"/me/book/{old}" in newest
    assert NOTE in browser.get(f"/me/book/{old}").text
    clock.set(world.rounds[0].starts_at + timedelta(days=1))
    hers = browser.get("/me").text
    assert "Sviten: 0 omgångar" in hers
    assert "Längst: 3." in hers
