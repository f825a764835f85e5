from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from challenges.league import (
    AVERAGE_COLLEAGUES,
    TeamSeason,
    TeamWeek,
    biggest_rises,
    places,
    round_scores,
    weeks_teams,
)
from challenges.model import TeamId


def week(team: int, points: int, available: int) -> TeamWeek:
    return TeamWeek(TeamId(team), points, available)


def team(number: int, score: int, departments: int = 0, *, ranked: bool = True) -> TeamSeason:
    return TeamSeason(TeamId(number), score, departments, ranked)


@pytest.mark.parametrize(
    ("weeks", "scores"),
    [
        ([week(1, 0, 0)], {1: 0}),
        ([week(1, 0, 5), week(2, 0, 5)], {1: 0, 2: 0}),
        ([week(1, 100, 10)], {1: 1000}),
        ([week(1, 100, 10), week(2, 0, 10)], {1: 750, 2: 250}),
        ([week(1, 100, 10), week(2, 0, 0)], {1: 1000, 2: 1000}),
        ([week(1, 15, 1), week(2, 585, 59)], {1: 1045, 2: 993}),
        ([week(1, 1, 3)], {1: 33}),
        ([week(1, 1, 8)], {1: 13}),
    ],
)
def test_scores_are_means_among_ten_average_colleagues(weeks, scores):
    assert round_scores(weeks) == scores


weeks = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 60)), min_size=1, max_size=12).map(
    lambda rows: [week(number, *row) for number, row in enumerate(rows)]
)


@given(weeks)
@settings(max_examples=100, deadline=None)
def test_scores_are_exact_and_rounded_half_up(teams: list[TeamWeek]):
    available = sum(each.available for each in teams)
    mean = Fraction(sum(each.points for each in teams), available) if available else Fraction(0)
    for each in teams:
        own = each.points if each.available else 0
        exact = (own + AVERAGE_COLLEAGUES * mean) / (each.available + AVERAGE_COLLEAGUES)
        expected = floor(exact * 100 + Fraction(1, 2)) if available else 0
        assert round_scores(teams)[each.team] == expected


@given(weeks)
@settings(max_examples=60, deadline=None)
def test_nothing_depends_on_which_number_a_team_has(teams: list[TeamWeek]):
    renamed = [TeamWeek(TeamId(1000 - each.team), each.points, each.available) for each in teams]
    scores, others = round_scores(teams), round_scores(renamed)
    assert {1000 - name: score for name, score in others.items()} == scores


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 20))
@settings(max_examples=60, deadline=None)
def test_an_average_team_gets_the_mean_whatever_its_size(one: int, other: int, mean: int):
    scores = round_scores([week(1, one * mean, one), week(2, other * mean, other)])
    assert set(scores.values()) == {mean * 100}


@pytest.mark.parametrize(
    ("teams", "expected"),
    [
        ([], {}),
        ([team(1, 300), team(2, 200), team(3, 100)], {1: 1, 2: 2, 3: 3}),
        ([team(1, 300, 2), team(2, 300, 3)], {2: 1, 1: 2}),
        ([team(1, 300, 2), team(2, 300, 2), team(3, 100)], {1: 1, 2: 1, 3: 3}),
        ([team(1, 900, ranked=False), team(2, 200)], {2: 1}),
        ([team(1, 0), team(2, 0)], {1: 1, 2: 1}),
    ],
)
def test_places_with_ties_and_unranked_teams(teams, expected):
    assert places(teams) == expected


def test_the_weeks_teams_share_when_they_tie_and_nobody_wins_with_nothing():
    scores = {TeamId(1): 500, TeamId(2): 500, TeamId(3): 900}
    assert weeks_teams(scores, [TeamId(1), TeamId(2)]) == [1, 2]
    assert weeks_teams({TeamId(1): 0}, [TeamId(1)]) == []


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ({1: 1, 2: 2}, {}, (0, [])),
        ({1: 1, 2: 2}, {1: 1, 2: 2}, (0, [])),
        ({1: 1, 2: 4, 3: 2}, {1: 4, 2: 1, 3: 5}, (3, [1, 3])),
        ({1: 1, 9: 2}, {1: 2}, (1, [1])),
    ],
)
def test_the_biggest_rise(now, before, expected):
    assert biggest_rises(now, before) == expected
