"""Own words are in use at once in every worker, keep their history, and can be taken back."""

from contextvars import Context

import pytest
from flask import Flask

from app.content import catalogue, note_version, shipped
from app.database import db, writing
from app.wording.models import ChallengeText
from app.wording.queries import text_version, versions
from app.wording.service import (
    NEW,
    UnknownVersion,
    add_challenge,
    word_as_in,
    word_as_shipped,
    word_challenge,
)
from challenges.catalogue import Challenge
from challenges.wording import LANGUAGES, WordsRefused, texts_of, words_of
from tests.conftest import NOW, demo_site
from tests.factories import World
from tests.house.test_statements import statements

OWN = "Fråga <b>Majken</b>"


def advice() -> Challenge:
    return shipped().challenge("advice")


def now_told(slug: str = "advice") -> Challenge:
    """As the next request finds it."""
    note_version(text_version())
    return catalogue().challenge(slug)


def say(challenge: Challenge | None = None, language: str = "sv", **words: str) -> bool:
    return say_words(challenge or advice(), language, words)


def say_words(base: Challenge, language: str, words: dict[str, str]) -> bool:
    told = {each: words_of(now_told(base.slug), each) for each in LANGUAGES}
    told[language] |= words
    with writing():
        return word_challenge(base, told, now=NOW)


def test_own_words_are_in_use_and_only_what_changed_is_stored(app: Flask):
    assert say(title=OWN)
    assert now_told().title.sv == OWN
    assert now_told().title.en == advice().title.en
    rows = db.session.scalars(db.select(ChallengeText)).all()
    assert [(row.language, row.words) for row in rows] == [("sv", {"title": OWN})]
    assert not say(title=OWN), "what is said already is no new version"


def test_words_that_do_not_fit_change_nothing(app: Flask):
    with pytest.raises(WordsRefused):
        say(title="")
    assert now_told() == advice()


def test_every_version_is_kept_and_can_be_taken_up_again(app: Flask):
    say(title="Ett")
    say(title="Två", why="Därför.")
    found = versions(advice())
    assert [[change.key for change in each.changes] for each in found] == [
        ["title", "why"],
        ["title"],
    ]
    assert found[0].changes[0].before == "Ett"
    assert [each.is_in_use for each in found] == [True, False]
    with writing():
        word_as_in(advice(), found[1].id, now=NOW)
    assert (now_told().title.sv, now_told().why) == ("Ett", advice().why)
    with writing():
        word_as_shipped(advice(), now=NOW)
    assert now_told() == advice()
    assert versions(advice())[0].is_original
    assert len(versions(advice())) == 4


def test_a_version_of_another_challenge_is_none_of_this(app: Flask):
    say(shipped().challenge("chatty"), title="Sitt ner")
    other = versions(shipped().challenge("chatty"))[0].id
    for version in (other, 999):
        with pytest.raises(UnknownVersion), writing():
            word_as_in(advice(), version, now=NOW)


def test_the_way_back_of_one_language_leaves_the_other(app: Flask):
    say(title="Ett")
    say(language="en", title="One")
    say(title=advice().title.sv)
    assert (now_told().title.sv, now_told().title.en) == (advice().title.sv, "One")


def test_an_own_challenge_stands_after_the_shipped_ones_and_is_worded_like_them(app: Flask):
    keys = [key for key, _text in texts_of(NEW)]
    with writing():
        frame, _is_new = add_challenge(
            {each: dict.fromkeys(keys, "Säg hej") for each in LANGUAGES}, now=NOW
        )
    told = now_told(frame.slug)
    assert catalogue().challenges[-1] == told
    assert told.missions[0].slug == f"{frame.slug}-quiet-1"
    say(frame, title="Hissprat")
    assert now_told(frame.slug).title.sv == "Hissprat"
    first = versions(frame)[-1]
    with writing():
        word_as_in(frame, first.id, now=NOW)
    assert now_told(frame.slug).title.sv == "Säg hej"


def test_an_edit_shows_at_the_next_page_of_every_worker_for_no_more_statements(
    app: Flask, sign_in, database_url: str
):
    """Two sites on one database, as two workers are."""
    world = World(NOW, week=2)
    here = sign_in(world.person())
    other = demo_site(database_url)
    other.extensions["clock"] = app.extensions["clock"]
    cookie = here.get_cookie("session")
    assert cookie
    there = other.test_client()
    there.set_cookie("session", cookie.value)
    browsers = (here, there)
    for browser in browsers:
        assert advice().title.sv in browser.get("/week").get_data(as_text=True)
    before = len(statements(here, "/week"))
    for title in ("Ett nytt ord", "Och ett till"):
        say(title=title)
        for browser in browsers:
            assert title in browser.get("/week").get_data(as_text=True)
    assert len(statements(here, "/week")) == before
    strangers = Context().run(other.test_client().get, "/")
    assert "Och ett till" in strangers.get_data(as_text=True)
    with other.app_context():
        db.engine.dispose()


def test_own_words_are_escaped(app: Flask, sign_in):
    world = World(NOW, week=2)
    say(title=OWN, why=OWN, what=OWN, nervous=OWN, reflect=OWN)
    for path in ("/week", "/admin/challenges", "/admin/challenges/advice", "/admin/season"):
        body = sign_in(world.person(is_lead=True)).get(path).get_data(as_text=True)
        assert "<b>Majken" not in body
        assert "&lt;b&gt;Majken" in body


def test_a_mission_that_is_reworded_is_the_same_mission(app: Flask):
    world = World(NOW, week=2)
    sara = world.person()
    row = world.check_in(sara, 2)
    say_words(advice(), "sv", {f"missions.{row.mission}": "Gör det på vårt sätt."})
    assert now_told().slug == "advice"
    assert catalogue().mission(row.mission).text.sv == "Gör det på vårt sätt."


def test_words_for_what_is_shipped_no_more_leave_the_history_readable(app: Flask):
    for words in ({"title": "Nytt", "gone": "Ett fält från förr"}, {"title": "Nyare"}):
        with writing():
            db.session.add(
                ChallengeText(challenge="advice", language="sv", words=words, saved_at=NOW, stamp=1)
            )
    assert [change.key for change in versions(advice())[0].changes] == ["title"]
