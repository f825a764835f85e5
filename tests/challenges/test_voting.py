from dataclasses import replace
from datetime import UTC, datetime

import pytest

from challenges.model import Season
from challenges.voting import decided_by_closing, open_vote, voting_round, winner
from tests.challenges.builders import season as season_of


def season(closed: int = 0, *, voted: int = 8, rounds: int = 9) -> Season:
    """The first `closed` rounds are closed; round `voted` is voted about."""
    plain = season_of(rounds, closed=closed)
    alternative = plain.rounds[-1].challenge
    return Season(
        tuple(
            replace(each, alternative=alternative) if each.number == voted else each
            for each in plain.rounds
        )
    )


@pytest.mark.parametrize(("rounds", "voted"), [(1, None), (4, None), (5, 4), (9, 8)])
def test_a_season_long_enough_votes_about_its_last_round_but_one(rounds: int, voted: int | None):
    assert voting_round(rounds) == voted


@pytest.mark.parametrize(
    ("closed", "is_open"), [(0, False), (4, False), (5, True), (6, False), (9, False)]
)
def test_a_vote_is_open_between_two_closings(closed: int, is_open: bool):
    found = open_vote(season(closed))
    assert (found.number if found else None) == (8 if is_open else None)


def test_a_vote_about_an_early_round_is_open_from_the_start():
    found = open_vote(season(0, voted=3, rounds=5))
    assert found is not None
    assert found.number == 3


def test_without_an_alternative_there_is_no_vote():
    assert open_vote(season(5, voted=0)) is None
    plain = season(5, voted=0)
    assert decided_by_closing(plain, plain.rounds[5]) is None
    assert winner(plain.rounds[7], {"c9": 5}) == "c8"


def test_the_closing_two_rounds_before_decides():
    voting = season(5)
    decided = [
        found.number if (found := decided_by_closing(voting, each)) else None
        for each in voting.rounds
    ]
    assert decided == [None] * 5 + [8] + [None] * 3


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        pytest.param({}, "c8", id="nobody voted"),
        pytest.param({"c8": 2, "c9": 3}, "c9", id="more for the other one"),
        pytest.param({"c8": 3, "c9": 3}, "c8", id="as many for both"),
        pytest.param({"c9": 1}, "c9", id="one vote suffices"),
        pytest.param({"c8": 1, "c4": 9}, "c8", id="a challenge that does not stand"),
    ],
)
def test_the_winner_has_more_votes_and_a_tie_keeps_the_plan(votes: dict[str, int], expected: str):
    assert winner(season(5).rounds[7], votes) == expected


def test_a_vote_about_nothing_is_won_by_the_plan():
    started = replace(season().rounds[0], starts_at=datetime(2027, 1, 11, tzinfo=UTC))
    assert winner(started, {}) == "c1"
