from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.database import writing
from app.seasons.queries import get_current_season
from app.seasons.service import leave
from app.seasons.votes import find_vote, vote
from challenges.errors import NoVote
from tests.conftest import NOW, FrozenClock
from tests.factories import World, participation_of

VOTED = 8
PLANNED, OTHER = "deep-talk", "role"


def voting_world() -> World:
    """The vote has just opened: the fifth round is closed."""
    world = World(NOW, week=6)
    for number in range(1, 6):
        world.close(at=world.rounds[number - 1].closes_at)
    return world


def cast(user: User, challenge: str, *, at=NOW) -> None:
    with writing():
        vote(user.id, VOTED, challenge, now=at)


def order(world: World) -> list[str]:
    return [each.challenge for each in world.rounds[-2:]]


def test_the_winner_comes_first_and_the_other_one_is_not_lost(app: Flask):
    world = voting_world()
    for challenge in (OTHER, OTHER, PLANNED):
        cast(world.person(), challenge)
    assert order(world) == [PLANNED, OTHER]
    world.close(at=world.rounds[5].closes_at)
    assert order(world) == [OTHER, PLANNED]


def test_a_later_vote_replaces_an_earlier_one(app: Flask):
    world = voting_world()
    sara = world.person()
    cast(sara, OTHER)
    cast(sara, PLANNED)
    id_ = participation_of(sara.id, get_current_season().id).id
    assert find_vote(world.rounds[VOTED - 1].id, id_) == PLANNED
    world.close(at=world.rounds[5].closes_at)
    assert order(world) == [PLANNED, OTHER]


def test_nobody_votes_too_early_too_late_for_something_else_or_after_leaving(app: Flask):
    world = World(NOW, week=6)
    sara = world.person()
    with pytest.raises(NoVote):
        cast(sara, OTHER)
    for number in range(1, 6):
        world.close(at=world.rounds[number - 1].closes_at)
    with pytest.raises(NoVote):
        cast(sara, "advice")
    with pytest.raises(NoVote), writing():
        vote(sara.id, 7, OTHER, now=NOW)
    with pytest.raises(NoVote):
        cast(sara, OTHER, at=world.rounds[VOTED - 1].starts_at)
    with writing():
        leave(sara.id, now=NOW)
    with pytest.raises(NoVote):
        cast(sara, OTHER)


def test_a_round_that_has_begun_stays_as_it_was_planned(app: Flask):
    world = voting_world()
    cast(world.person(), OTHER)
    world.close(at=world.rounds[VOTED - 1].starts_at + timedelta(days=1))
    assert order(world) == [PLANNED, OTHER]


def test_the_ballot_is_on_the_week_page_and_remembers(app: Flask, sign_in, clock: FrozenClock):
    world = voting_world()
    browser = sign_in(world.person())
    assert "Vad ska" not in browser.get("/week").get_data(as_text=True)
    browser.post("/league/ceremony/5")
    page = browser.get("/week").get_data(as_text=True)
    assert "Vad ska vi göra i omgång 8?" in page
    browser.post(f"/week/{VOTED}/vote", data={"challenge": OTHER})
    page = browser.get("/week").get_data(as_text=True)
    assert "Din röst om omgång 8" in page
    assert f'value="{OTHER}" required checked' in page
    answer = browser.post(f"/week/{VOTED}/vote", data={"challenge": "nothing"})
    assert answer.status_code == 422
